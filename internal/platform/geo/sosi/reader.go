package sosi

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Reader reads the features of a SOSI file.
type Reader struct {
	source  io.ReaderAt
	size    int64
	survey  *survey
	charset charset
	head    head
	limits  exchange.Limits
	info    exchange.Info
	report  exchange.Report
	lines   *lines
	pending []byte // the line that opened the next element
	at      place  // where it stands
	done    bool
	// Of our own files: what .DEF tells of the types of properties, and the feature
	// whose elements are being read.
	types map[string]byte
	parts *collecting
}

// NewReader reads a file of size bytes. It reads it once from end to end before
// it returns. It closes nothing.
func NewReader(source io.ReaderAt, size int64, options exchange.Options) (*Reader, error) {
	r := &Reader{source: source, size: size, limits: options.Limits.WithDefaults()}
	var err error
	if r.survey, err = look(io.NewSectionReader(source, 0, size), r.limits, &r.report); err != nil {
		return nil, err
	}
	told := strings.ToUpper(string(r.survey.told))
	var right bool
	if r.charset, right = r.survey.census.choose(told); !right {
		r.report.Warn(*exchange.Wrong("charset_wrong", "told", short(told), "used", r.charset.name))
	}
	r.lines = newLines(io.NewSectionReader(source, r.survey.first, size), r.survey.first, r.survey.line-1, aheadFile)
	if err := r.readHead(options); err != nil {
		return nil, err
	}
	r.info = exchange.Info{Format: "sosi", CRS: r.head.crs, Charset: r.charset.name, Count: r.survey.features}
	return r, r.checkEnd()
}

func (r *Reader) readHead(options exchange.Options) error {
	b, err := r.block()
	if err != nil {
		return err
	}
	var wrong *exchange.Problem
	if r.head, wrong = readHead(b.items(), options); wrong != nil {
		return wrong.Fatal()
	}
	return nil
}

// checkEnd refuses a file that was cut off. Extracts of real registers lack their
// .SLUTT: such a file is whole when it ends with a node (...KP), where a curve
// ends, or with a point, which has nothing to go on with.
func (r *Reader) checkEnd() error {
	if r.survey.ended {
		return nil
	}
	last := r.survey.last
	node := bytes.Contains(r.survey.tail, []byte("...KP"))
	if !node && last != "PUNKT" && last != "SYMBOL" && last != "TEKST" {
		return exchange.Wrong("truncated").Fatal()
	}
	r.report.Warn(*exchange.Wrong("end_missing"))
	return nil
}

// Info implements exchange.Reader.
func (r *Reader) Info() exchange.Info { return r.info }

// Report implements exchange.Reader.
func (r *Reader) Report() *exchange.Report { return &r.report }

// Progress implements exchange.Reader.
func (r *Reader) Progress() (done, total int64) { return r.lines.offset, r.size }

// Close implements exchange.Reader.
func (r *Reader) Close() error { return nil }

// Next implements exchange.Reader.
func (r *Reader) Next() (exchange.Feature, error) {
	for {
		b, err := r.block()
		if err != nil {
			r.lacking(nil)
			return exchange.Feature{}, err
		}
		if f, ok := r.take(b); ok {
			return f, nil
		}
	}
}

// block reads the next element of the file.
func (r *Reader) block() (block, error) {
	if r.done {
		return block{}, io.EOF
	}
	b, pending, at, err := readBlock(r.lines, r.pending, r.at, r.charset, r.limits)
	r.pending, r.at = pending, at
	r.done = pending == nil
	return b, err
}

// readBlock reads an element up to the line that opens the next, which is given
// back. The first line may have been read already.
func readBlock(l *lines, first []byte, at place, c charset, limits exchange.Limits) (b block, next []byte, then place, err error) {
	size := 0
	take := func(line []byte) error {
		if size += len(line) + 16; size > limits.Feature {
			p := exchange.Wrong("feature_large", "limit", limits.Feature>>20)
			p.Line = l.number
			return p.Fatal()
		}
		b.text = append(b.text, c.decode(line))
		return nil
	}
	if first != nil {
		b.offset, b.line = at.offset, int(at.line)
		if err := take(first); err != nil {
			return b, nil, place{}, err
		}
	}
	for {
		offset := l.offset
		line, err := l.next()
		switch {
		case errors.Is(err, io.EOF) && len(b.text) > 0:
			return b, nil, place{}, nil
		case err != nil:
			return b, nil, place{}, err
		case opens(line) && len(b.text) > 0:
			return b, append([]byte{}, line...), place{offset, int32(l.number)}, nil
		case len(b.text) == 0:
			b.offset, b.line = offset, l.number
		}
		if err := take(line); err != nil {
			return b, nil, place{}, err
		}
	}
}
