package blob

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strings"
)

// Limits of the look into a PDF. What goes beyond counts as active, since nobody
// has seen all of it.
const (
	maxStreams  = 50_000    // streams whose beginning is looked at
	maxObjects  = 128 << 20 // bytes that object streams unpack to, together
	maxNameText = 127       // bytes of a name (ISO 32000-1 annex C)
)

// active are the names by which a PDF does something by itself or carries a file
// (ISO 32000-2 section 12.6.4, 7.11.4, 12.7.9, 13.6). Each must stand there by
// itself for the thing to work, whatever else is around it.
var active = map[string]bool{
	"JavaScript": true, "Launch": true, "EmbeddedFile": true, "EmbeddedFiles": true, "RichMedia": true, "RichMediaExecute": true,
	"SubmitForm": true, "ImportData": true, "XFA": true, "GoToE": true, "Movie": true, "Rendition": true, "Sound": true,
}

// lookIntoPDF looks for what makes a PDF more than pages. It reads the whole file
// and not its structure, which may be made to mislead: names are looked for
// everywhere, and in what object streams unpack to (section 7.5.7).
func lookIntoPDF(r io.ReaderAt, size int64) ([]Flag, error) {
	p := &pdfLook{r: r, size: size}
	if err := p.all(bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 1<<16)); err != nil {
		return nil, err
	}
	var flags []Flag
	// What could not be read in an encrypted one is told of as such.
	if p.active || p.unread && !p.encrypted {
		flags = append(flags, FlagActive)
	}
	if p.encrypted {
		flags = append(flags, FlagEncrypted)
	}
	return flags, nil
}

type pdfLook struct {
	r    io.ReaderAt
	size int64

	at        int64 // how far the file is read
	streams   int
	unpacked  int64
	objects   bool // an object stream was announced since the last stream
	packed    bool // and a way of packing that we do not unpack
	active    bool
	encrypted bool
	unread    bool // there are objects that could not be looked into

	last    uint32 // the bytes just read
	inflate io.ReadCloser
}

// all reads the file from beginning to end.
func (p *pdfLook) all(r *bufio.Reader) error {
	for {
		b, err := r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		p.at++
		switch {
		case b == '/':
			n, err := p.name(r)
			p.at += n
			if err != nil {
				return err
			}
		case b == 's' && p.last&0xffffff != 'e'<<16|'n'<<8|'d':
			if rest, _ := r.Peek(6); string(rest[:min(5, len(rest))]) == "tream" {
				p.stream(rest)
			}
		}
		p.last = p.last<<8 | uint32(b)
	}
}

// name reads a name and notes what it means. Its letters may be written as #xx
// (section 7.3.5).
func (p *pdfLook) name(r *bufio.Reader) (read int64, err error) {
	var text [maxNameText]byte
	n := 0
	for {
		next, err := r.Peek(1)
		if errors.Is(err, io.EOF) || err == nil && (!regular(next[0]) || n == maxNameText) {
			p.note(string(text[:n]))
			return read, nil
		}
		if err != nil {
			return read, err
		}
		b := next[0]
		if code, _ := r.Peek(3); b == '#' && len(code) == 3 {
			if high, low := hexDigit(code[1]), hexDigit(code[2]); high >= 0 && low >= 0 {
				b = byte(high<<4 | low)
				read += skip(r, 2)
			}
		}
		text[n] = b
		n++
		read += skip(r, 1)
	}
}

// skip passes over what Peek has shown.
func skip(r *bufio.Reader, n int) int64 {
	done, _ := r.Discard(n) // it is in the buffer
	return int64(done)
}

// regular reports whether a byte goes on a name (section 7.2.3).
func regular(b byte) bool { return b > ' ' && !bytes.ContainsRune([]byte("()<>[]{}/%"), rune(b)) }

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

func (p *pdfLook) note(name string) {
	switch {
	case active[name]:
		p.active = true
	case name == "Encrypt":
		p.encrypted = true
	case name == "ObjStm":
		p.objects = true
	case strings.HasSuffix(name, "Decode") && name != "FlateDecode":
		p.packed = true
	}
}

// stream looks into a stream when it is one of objects. Those begin with numbers;
// one that is announced and does not, or is packed in another way than the usual,
// cannot be looked into and counts as active.
func (p *pdfLook) stream(rest []byte) {
	if len(rest) < 6 || rest[5] != '\n' && rest[5] != '\r' {
		return
	}
	announced, packed := p.objects, p.packed
	p.objects, p.packed = false, false
	if p.streams++; p.streams > maxStreams || announced && packed {
		p.unread = true
		return
	}
	body := io.NewSectionReader(p.r, p.at+6, p.size-p.at-6)
	if rest[5] == '\r' {
		body = p.afterLine(body)
	}
	if opened := p.open(body); opened != nil {
		text := bufio.NewReader(io.LimitReader(opened, maxObjects-p.unpacked))
		if head, _ := text.Peek(16); numbers(head) {
			p.insides(text)
			return
		}
	} else if head := make([]byte, 16); announced {
		n, _ := body.ReadAt(head, 0)
		if numbers(head[:n]) {
			return // not packed: it is read with the rest of the file
		}
	}
	p.unread = p.unread || announced
}

// afterLine passes over the line feed that goes with a carriage return.
func (p *pdfLook) afterLine(body *io.SectionReader) *io.SectionReader {
	var b [1]byte
	if n, _ := body.ReadAt(b[:], 0); n == 1 && b[0] == '\n' {
		return io.NewSectionReader(p.r, p.at+7, p.size-p.at-7)
	}
	return body
}

// open unpacks a stream; nil when it is not packed with Flate (RFC 1950).
func (p *pdfLook) open(body *io.SectionReader) io.Reader {
	var head [2]byte
	if n, _ := body.ReadAt(head[:], 0); n < 2 || head[0]&0x0f != 8 || (int(head[0])<<8|int(head[1]))%31 != 0 {
		return nil
	}
	if reset, ok := p.inflate.(zlib.Resetter); ok {
		if err := reset.Reset(body, nil); err != nil {
			return nil
		}
		return p.inflate
	}
	inflate, err := zlib.NewReader(body)
	if err != nil {
		return nil
	}
	p.inflate = inflate
	return inflate
}

// numbers reports whether text begins as an object stream does.
func numbers(head []byte) bool {
	digits := false
	for _, b := range head {
		switch {
		case b >= '0' && b <= '9':
			digits = true
		case b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == 0 || b == '\f':
		default:
			return digits && bytes.ContainsAny(head, " \r\n\t") && !letter(b)
		}
	}
	return digits
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// insides looks for names in unpacked objects.
func (p *pdfLook) insides(text *bufio.Reader) {
	for {
		b, err := text.ReadByte()
		if err != nil {
			break
		}
		p.unpacked++
		if b != '/' {
			continue
		}
		n, err := p.name(text)
		p.unpacked += n
		if err != nil {
			break
		}
	}
	p.unread = p.unread || p.unpacked >= maxObjects
}
