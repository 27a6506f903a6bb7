package sosi

import (
	"bytes"
	"errors"
	"io"
	"strconv"
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

// take makes a feature of an element; what is wrong with it goes to the report.
func (r *Reader) take(b block) (exchange.Feature, bool) {
	items := b.items()
	if len(items) == 0 {
		return exchange.Feature{}, false
	}
	kind := items[0].name
	switch kind {
	case "SLUTT":
		r.done = true
		return exchange.Feature{}, false
	case "DEF", "OBJDEF", "HODE":
		return exchange.Feature{}, false
	}
	f := exchange.Feature{CRS: r.head.crs, Line: b.line, Properties: map[string]any{}, Type: kind}
	f.ID = strings.TrimSuffix(strings.TrimSpace(items[0].value), ":")
	wrong := r.build(items, &f)
	if wrong != nil {
		if wrong.Line == 0 {
			wrong.Line = b.line
		}
		wrong.Where = strings.TrimSpace(kind + " " + short(f.ID))
		r.report.Add(*wrong)
		return f, false
	}
	return f, true
}

// build reads the attributes and the geometry of an element, and judges it.
func (r *Reader) build(items []item, f *exchange.Feature) *exchange.Problem {
	if wrong := r.attributes(items[1:], f); wrong != nil {
		return wrong
	}
	g := geometry{file: r, left: r.limits.Vertices, bytes: r.limits.Feature}
	var wrong *exchange.Problem
	if f.Geometry, wrong = g.read(items); wrong != nil || f.Geometry == nil {
		return wrong
	}
	wrong, warning := exchange.Tidy(f.Geometry, exchange.Rules{Geographic: exchange.Geographic(r.head.crs)})
	if wrong == nil && !r.survey.ended && !r.head.area.IsZero() && !r.head.area.Pad(1).Intersects(f.Geometry.Bound()) {
		wrong = exchange.Wrong("truncated")
	}
	for _, w := range []*exchange.Problem{warning, g.heights} {
		if w != nil {
			w.Line, w.Where = f.Line, f.Type+" "+short(f.ID)
			r.report.Warn(*w)
		}
	}
	return wrong
}

// attributes reads what an element tells beside its place.
func (r *Reader) attributes(items []item, f *exchange.Feature) *exchange.Problem {
	var path []string
	for n, i := range items {
		if i.level < 2 || isPosition(i) || i.name == "REF" {
			path = path[:0]
			continue
		}
		depth := i.level - 2
		if depth > len(path) {
			continue // said of a point, such as ...KP 1, or a level was left out
		}
		path = append(path[:depth], i.name)
		group := i.value == "" && n+1 < len(items) && items[n+1].level > i.level
		if group || i.value == "" || depth > 0 && len(path) <= depth {
			continue
		}
		if len(f.Properties) >= r.limits.Properties {
			return exchange.Wrong("too_many_properties", "limit", r.limits.Properties)
		}
		f.Properties[freeKey(f.Properties, strings.Join(path, "."))] = unquote(strings.ReplaceAll(i.value, "\n", " "))
	}
	r.name(f)
	return nil
}

// name takes type and identity out of the attributes.
func (r *Reader) name(f *exchange.Feature) {
	if kind, ok := f.Properties["OBJTYPE"].(string); ok {
		f.Type = kind
		delete(f.Properties, "OBJTYPE")
	}
	for _, key := range []string{"IDENT.LOKALID", "IDENTIFIKASJON.LOKALID"} {
		if id, ok := f.Properties[key].(string); ok {
			f.ID = id
		}
	}
	f.FillValidity()
}

func freeKey(taken map[string]any, key string) string {
	if _, found := taken[key]; !found {
		return key
	}
	for again := 2; ; again++ {
		next := key + "." + strconv.Itoa(again)
		if _, found := taken[next]; !found {
			return next
		}
	}
}
