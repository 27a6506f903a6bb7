package geojson

import (
	"bytes"
	"errors"
	"io"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// scanner cuts JSON values out of a stream without understanding them.
type scanner struct {
	source io.Reader
	buf    []byte
	at     int // next byte in buf
	end    int // bytes in buf
	read   int64
	line   int
	raw    []byte // the value cut last
	limits exchange.Limits
}

func newScanner(source io.Reader, limits exchange.Limits) *scanner {
	return &scanner{source: source, buf: make([]byte, 256<<10), line: 1, limits: limits}
}

// recordMark stands before each object of a text sequence (RFC 7464).
const recordMark = 0x1E

// truncated says that the file ends in the middle.
func (s *scanner) truncated() error { return s.fatal(exchange.Wrong("truncated")) }

func (s *scanner) fatal(p *exchange.Problem) error {
	p.Line = s.line
	return p.Fatal()
}

// fill reads on; io.EOF when there is no more.
func (s *scanner) fill() error {
	for range 100 {
		n, err := s.source.Read(s.buf)
		s.at, s.end = 0, n
		s.read += int64(n)
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// peek skips white space and shows the next byte, which must be there.
func (s *scanner) peek() (byte, error) {
	c, err := s.rest()
	if errors.Is(err, io.EOF) {
		return 0, s.truncated()
	}
	return c, err
}

// rest skips white space and shows the next byte; io.EOF when there is none.
func (s *scanner) rest() (byte, error) {
	for {
		for ; s.at < s.end; s.at++ {
			switch c := s.buf[s.at]; c {
			case '\n':
				s.line++
			case ' ', '\t', '\r', recordMark:
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// expect takes one byte that must come.
func (s *scanner) expect(want byte) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != want {
		return s.fatal(exchange.Wrong("json_unexpected", "found", string(rune(c))))
	}
	s.at++
	return nil
}

// skipMark passes over a byte order mark.
func (s *scanner) skipMark() error {
	c, err := s.peek()
	if err != nil || c != 0xEF {
		return err
	}
	for _, want := range []byte{0xEF, 0xBB, 0xBF} {
		if err := s.expect(want); err != nil {
			return err
		}
	}
	return nil
}

// value cuts the next value; it stands in s.raw until the next call.
func (s *scanner) value() error {
	s.raw = s.raw[:0]
	if _, err := s.peek(); err != nil {
		return err
	}
	cut := cutter{limit: s.limits.Depth}
	for {
		n, done, wrong := cut.take(s.buf[s.at:s.end])
		piece := s.buf[s.at : s.at+n]
		s.raw = append(s.raw, piece...)
		s.line += bytes.Count(piece, []byte{'\n'})
		s.at += n
		switch {
		case wrong != nil:
			return s.fatal(wrong)
		case len(s.raw) > s.limits.Feature:
			return s.fatal(exchange.Wrong("feature_large", "limit", s.limits.Feature>>20))
		case done && len(s.raw) == 0:
			return s.fatal(exchange.Wrong("json_unexpected", "found", string(rune(s.buf[s.at]))))
		case done:
			return nil
		}
		if err := s.fill(); errors.Is(err, io.EOF) {
			return s.truncated()
		} else if err != nil {
			return err
		}
	}
}

// cutter finds the end of a value that comes in pieces.
type cutter struct {
	depth, limit    int
	quoted, escaped bool
}

// take tells how many bytes of the piece belong to the value and whether it ends
// with them.
func (c *cutter) take(piece []byte) (n int, done bool, wrong *exchange.Problem) {
	for n < len(piece) {
		b := piece[n]
		if c.quoted {
			n += c.quote(piece[n:])
			if !c.quoted && c.depth == 0 {
				return n, true, nil
			}
			continue
		}
		switch b {
		case '"':
			c.quoted = true
		case '{', '[':
			if c.depth++; c.depth > c.limit {
				return n, false, exchange.Wrong("too_deep", "limit", c.limit)
			}
		case '}', ']':
			if c.depth == 0 {
				return n, true, nil
			}
			if c.depth--; c.depth == 0 {
				return n + 1, true, nil
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if c.depth == 0 {
				return n, true, nil
			}
		}
		n++
	}
	return n, false, nil
}

// quote passes over text up to and with its closing mark.
func (c *cutter) quote(piece []byte) int {
	for n, b := range piece {
		switch {
		case c.escaped:
			c.escaped = false
		case b == '\\':
			c.escaped = true
		case b == '"':
			c.quoted = false
			return n + 1
		}
	}
	return len(piece)
}
