package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
)

// How long clamd may take. A large archive takes it minutes; the job that waits
// for it has ten.
const (
	dialTimeout   = 5 * time.Second
	writeTimeout  = 30 * time.Second
	answerTimeout = 5 * time.Minute
	shortTimeout  = 5 * time.Second // for PING and VERSION
)

const (
	chunkSize = 64 << 10
	maxAnswer = 4096
)

// Clamd is a blob.Scanner. It opens a connection for each question, so that a
// restarted clamd is found again by itself.
type Clamd struct {
	network, address string
	dial             func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewClamd returns the client of an address: tcp://host:port or unix:///path.
func NewClamd(address string) (*Clamd, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("scan: clamd's address cannot be read")
	}
	c := &Clamd{network: u.Scheme, dial: (&net.Dialer{Timeout: dialTimeout}).DialContext}
	switch {
	case u.Scheme == "tcp" && u.Hostname() != "" && u.Port() != "" && u.Path == "":
		c.address = u.Host
	case u.Scheme == "unix" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		c.address = u.Path
	default:
		return nil, errors.New("scan: clamd's address is neither tcp://host:port nor unix:///path")
	}
	return c, nil
}

// Scan implements blob.Scanner.
func (c *Clamd) Scan(ctx context.Context, document io.Reader) (blob.Verdict, error) {
	conn, stop, err := c.connect(ctx, writeTimeout)
	if err != nil {
		return blob.Verdict{}, err
	}
	defer stop()
	answers := make(chan answer, 1)
	go func() { answers <- listen(conn) }()
	sent, err := send(conn, document)
	if err != nil && !errors.Is(err, errLine) {
		return blob.Verdict{}, err // the document cannot be read; the scanner is not to blame
	}
	a := c.await(ctx, conn, answers, err != nil)
	if a.err == nil && a.text != "" {
		return parse(a.text)
	}
	if err != nil && sent > 0 && c.Ping(ctx) == nil {
		// It hung up on us in the middle, and is well: its limit was reached, and
		// the line took the words with it.
		return blob.Verdict{State: blob.TooLarge}, nil
	}
	return blob.Verdict{}, down(errors.Join(err, a.err))
}

func down(err error) error { return fmt.Errorf("scan: %w: %w", blob.ErrScannerDown, err) }

// errLine is inside the error of a line that broke.
var errLine = errors.New("scan: the line to clamd broke")

// answer is what clamd said, if it did.
type answer struct {
	text string
	err  error
}

// await waits for the answer: not long when clamd has hung up.
func (c *Clamd) await(ctx context.Context, conn net.Conn, answers <-chan answer, hungUp bool) answer {
	wait := answerTimeout
	if hungUp {
		wait = shortTimeout
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a
	case <-timer.C:
	case <-ctx.Done():
	}
	_ = conn.Close() // ends the listening
	<-answers
	return answer{err: errors.New("clamd did not answer in time")}
}

// listen reads until the zero byte that ends an answer.
func listen(conn net.Conn) answer {
	var text []byte
	buffer := make([]byte, 512)
	for len(text) < maxAnswer {
		n, err := conn.Read(buffer)
		text = append(text, buffer[:n]...)
		if end := bytes.IndexByte(text, 0); end >= 0 {
			return answer{text: string(text[:end])}
		}
		if err != nil {
			return answer{text: string(text), err: err}
		}
	}
	return answer{err: errors.New("clamd's answer has no end")}
}

// send writes the document in chunks, each after its length, and a zero for its
// end. It returns how many chunks went out.
func send(conn net.Conn, document io.Reader) (sent int, err error) {
	if err := write(conn, []byte("zINSTREAM\x00")); err != nil {
		return 0, err
	}
	chunk := make([]byte, 4+chunkSize)
	for {
		n, err := io.ReadFull(document, chunk[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(chunk, uint32(n))
			if err := write(conn, chunk[:4+n]); err != nil {
				return sent, err
			}
			sent++
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
			return sent, write(conn, []byte{0, 0, 0, 0})
		}
		if err != nil {
			return sent, fmt.Errorf("scan: read document: %w", err)
		}
	}
}

func write(conn net.Conn, b []byte) error {
	until := time.Now().Add(writeTimeout) //nolint:forbidigo // a deadline of the connection, which keeps the machine's time
	if err := conn.SetWriteDeadline(until); err != nil {
		return fmt.Errorf("%w: %w", errLine, err)
	}
	if _, err := conn.Write(b); err != nil {
		return fmt.Errorf("%w: %w", errLine, err)
	}
	return nil
}

// connect opens a connection that ends with the context.
func (c *Clamd) connect(ctx context.Context, timeout time.Duration) (net.Conn, func(), error) {
	dialling, cancel := context.WithTimeout(ctx, min(timeout, dialTimeout))
	defer cancel()
	conn, err := c.dial(dialling, c.network, c.address)
	if err != nil {
		return nil, nil, down(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { stop(); _ = conn.Close() }, nil
}

// parse reads the answer to INSTREAM.
func parse(text string) (blob.Verdict, error) {
	text = strings.TrimSpace(text)
	switch rest, found := strings.CutSuffix(text, " FOUND"); {
	case text == "stream: OK":
		return blob.Verdict{State: blob.Clean}, nil
	case found:
		name, _ := strings.CutPrefix(rest, "stream: ")
		return finding(strings.ToValidUTF8(name, "?")), nil
	case strings.Contains(text, "size limit exceeded"):
		return blob.Verdict{State: blob.TooLarge}, nil
	}
	return blob.Verdict{}, fmt.Errorf("scan: clamd gave no verdict: %q", text)
}

// finding turns the name of what was found into a verdict. Some names say that
// clamd did not look, for those who have asked it to tell (AlertExceedsMax and
// AlertEncrypted in clamd.conf).
func finding(name string) blob.Verdict {
	switch {
	case strings.HasPrefix(name, "Heuristics.Limits.Exceeded"):
		return blob.Verdict{State: blob.TooLarge, Finding: name}
	case strings.HasPrefix(name, "Heuristics.Encrypted"):
		return blob.Verdict{State: blob.Clean, Finding: name, Flags: blob.Flags("").With(blob.FlagEncrypted)}
	}
	return blob.Verdict{State: blob.Refused, Finding: name}
}
