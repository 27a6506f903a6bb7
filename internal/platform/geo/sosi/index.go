package sosi

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// place is where an element stands in the file.
type place struct {
	offset int64
	line   int32
}

// survey is what the first reading of a file finds.
type survey struct {
	places   map[int64]place // by serial number
	census   census
	features int
	ended    bool   // with .SLUTT
	last     string // kind of the last element
	told     []byte // TEGNSETT
	first    int64  // offset of HODE
	line     int    // its line
	tail     []byte // the last line with anything in it
}

// look reads the file once from end to end.
func look(r io.Reader, limits exchange.Limits, report *exchange.Report) (*survey, error) {
	s := &survey{places: map[int64]place{}, first: -1}
	l := newLines(r, 0, 0, aheadFile)
	for !s.ended {
		offset := l.offset
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if l.number == 1 {
			trimmed := bytes.TrimPrefix(line, []byte("\uFEFF"))
			offset += int64(len(line) - len(trimmed))
			line = trimmed
		}
		s.census.add(line)
		if len(bytes.TrimSpace(line)) > 0 {
			s.tail = append(s.tail[:0], line...)
		}
		if wrong := s.note(line, offset, l.number, limits, report); wrong != nil {
			wrong.Line = l.number
			return nil, wrong.Fatal()
		}
	}
	if s.first < 0 {
		return nil, exchange.Wrong("not_sosi").Fatal()
	}
	return s, nil
}

// note takes what the survey needs of a line.
func (s *survey) note(line []byte, offset int64, number int, limits exchange.Limits, report *exchange.Report) *exchange.Problem {
	if bytes.HasPrefix(line, []byte("..TEGNSETT")) && s.told == nil {
		s.told = bytes.Clone(bytes.TrimSpace(line[len("..TEGNSETT"):]))
	}
	if !opens(line) {
		if notOne(line) {
			s.features--
		}
		return nil
	}
	kind, serial, ok := opening(line)
	switch {
	case kind == "HODE" && s.first < 0:
		s.first, s.line = offset, number
		return nil
	case s.first < 0:
		return exchange.Wrong("not_sosi")
	case kind == "SLUTT":
		s.ended = true
		return nil
	case kind == "DEF", kind == "OBJDEF", kind == "HODE":
		return nil
	}
	s.last = kind
	s.features++
	if !ok {
		return nil
	}
	if len(s.places) >= limits.Index {
		return exchange.Wrong("index_full", "limit", limits.Index)
	}
	if first, twice := s.places[serial]; twice {
		p := exchange.Wrong("id_twice", "first", int(first.line))
		p.Line, p.Where = number, kind+" "+strconv.FormatInt(serial, 10)
		report.Add(*p)
		return nil
	}
	s.places[serial] = place{offset, int32(number)}
	return nil
}

// notOne reports whether a line says that its element is no feature of its own: what
// stands around a surface, or a further part of a shape.
func notOne(line []byte) bool {
	if rest, is := bytes.CutPrefix(line, []byte(".."+partName+" ")); is {
		return !bytes.HasPrefix(rest, []byte("1 "))
	}
	return bytes.Equal(line, []byte("...NAVNEROM "+outline))
}

// opening reads ".KURVE 12:".
func opening(line []byte) (kind string, serial int64, ok bool) {
	line = bytes.TrimLeft(line, " \t.")
	kind, rest := split(string(line[:min(60, len(line))]))
	digits, _, colon := strings.Cut(rest, ":")
	serial, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	return kind, serial, colon && err == nil
}
