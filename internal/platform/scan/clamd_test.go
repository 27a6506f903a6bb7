package scan_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/scan"
	"github.com/torg-no/torg/internal/platform/scan/scantest"
)

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestNewClamd_readsAddresses(t *testing.T) {
	t.Parallel()
	for address, sound := range map[string]bool{
		"tcp://scanner:3310": true, "tcp://127.0.0.1:3310": true, "tcp://[::1]:3310": true, "unix:///run/clamav/clamd.ctl": true,
		"": false, "scanner:3310": false, "tcp://scanner": false, "tcp://:3310": false, "http://scanner:3310": false,
		"unix://run/clamd": false, "unix:run": false, "tcp://scanner:3310/x": false, "tcp://a b:1": false,
	} {
		if _, err := scan.NewClamd(address); (err == nil) != sound {
			t.Errorf("%q: error = %v", address, err)
		}
	}
}

func TestClamd_scansOverTheSocketAndTCP(t *testing.T) {
	t.Parallel()
	d := scantest.Start(t)
	for _, network := range []string{"unix", "tcp"} {
		client := d.Client(network)
		for name, c := range map[string]struct {
			document string
			want     blob.Verdict
		}{
			"clean":                {"%PDF-1.7 hei %%EOF", blob.Verdict{State: blob.Clean}},
			"empty":                {"", blob.Verdict{State: blob.Clean}},
			"one byte":             {"x", blob.Verdict{State: blob.Clean}},
			"several chunks":       {strings.Repeat("hei ", 60_000), blob.Verdict{State: blob.Clean}},
			"exactly two chunks":   {strings.Repeat("x", 128<<10), blob.Verdict{State: blob.Clean}},
			"harmful":              {"before " + scantest.Harmful + " after", blob.Verdict{State: blob.Refused, Finding: scantest.Finding}},
			"harmful over a seam":  {strings.Repeat("x", 64<<10-20) + scantest.Harmful, blob.Verdict{State: blob.Refused, Finding: scantest.Finding}},
			"harmful at the end":   {strings.Repeat("x", 900_000) + scantest.Harmful, blob.Verdict{State: blob.Refused, Finding: scantest.Finding}},
			"over clamd's limit":   {strings.Repeat("x", 3*scantest.StreamLimit), blob.Verdict{State: blob.TooLarge}},
			"far over its limit":   {strings.Repeat("x", 30*scantest.StreamLimit), blob.Verdict{State: blob.TooLarge}},
			"a little over limits": {strings.Repeat("x", scantest.StreamLimit+1), blob.Verdict{State: blob.TooLarge}},
		} {
			got, err := client.Scan(within(t, time.Minute), strings.NewReader(c.document))
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: error %v\n%s", network, name, err, diff)
			}
		}
	}
	v, err := d.Client("tcp").Version(t.Context())
	if err != nil || !strings.HasPrefix(v.Engine, "ClamAV ") {
		t.Errorf("version %+v, error %v", v, err)
	}
}

func TestClamd_isDownAndComesBack(t *testing.T) {
	t.Parallel()
	d := scantest.New(t)
	client := d.Client("unix")
	if _, err := client.Scan(t.Context(), strings.NewReader("x")); !errors.Is(err, blob.ErrScannerDown) {
		t.Errorf("before it runs: error = %v", err)
	}
	d.Run()
	if v, err := client.Scan(t.Context(), strings.NewReader("x")); err != nil || v.State != blob.Clean {
		t.Errorf("while it runs: %+v, %v", v, err)
	}
	// It goes away while it is listening to us.
	from, to := io.Pipe()
	go func() {
		_, _ = to.Write(bytes.Repeat([]byte("x"), 100_000))
		d.Stop()
		for range 1000 {
			if _, err := to.Write(bytes.Repeat([]byte("x"), 100_000)); err != nil {
				return
			}
		}
		_ = to.Close()
	}()
	if _, err := client.Scan(t.Context(), from); !errors.Is(err, blob.ErrScannerDown) {
		t.Errorf("when it goes: error = %v", err)
	}
	_ = from.Close()
	if err := client.Ping(t.Context()); !errors.Is(err, blob.ErrScannerDown) {
		t.Errorf("ping when it is gone: %v", err)
	}
}

func TestClamd_isNotBlamedForAnUnreadableDocument(t *testing.T) {
	t.Parallel()
	client := fake(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	broken := errors.New("damaged file")
	_, err := client.Scan(t.Context(), io.MultiReader(strings.NewReader("x"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, blob.ErrScannerDown) {
		t.Errorf("error = %v", err)
	}
}

// fake is a server that behaves as a test wants.
func fake(t *testing.T, serve func(net.Conn)) *scan.Clamd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	client, err := scan.NewClamd("tcp://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestClamd_bearsWhatIsNotClamd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		down   bool
	}{
		"nothing":       {"", true},
		"no end":        {strings.Repeat("x", 10_000), true},
		"another thing": {"HTTP/1.1 400 Bad Request\r\n\r\n\x00", false},
		"an error":      {"stream: Can't allocate memory ERROR\x00", false},
		"half a word":   {"stream: O\x00", false},
	} {
		client := fake(t, func(conn net.Conn) {
			_, _ = bufio.NewReader(conn).ReadString(0)
			_, _ = io.WriteString(conn, c.answer)
		})
		v, err := client.Scan(within(t, 20*time.Second), strings.NewReader("x"))
		if err == nil || v.State != "" || errors.Is(err, blob.ErrScannerDown) != c.down {
			t.Errorf("%s: %+v, error %v", name, v, err)
		}
		if err := client.Ping(t.Context()); err == nil {
			t.Errorf("%s: answers a ping", name)
		}
	}
}

func TestClamd_endsWithItsContext(t *testing.T) {
	t.Parallel()
	client := fake(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }) // never answers
	ctx := within(t, 200*time.Millisecond)
	began := time.Now()
	if _, err := client.Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("a verdict from nobody")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
