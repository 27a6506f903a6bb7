package gml

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Reader reads the features of a GML file.
type Reader struct {
	source  io.ReaderAt
	size    int64
	tokens  *tokens
	survey  *survey
	options exchange.Options
	limits  exchange.Limits
	info    exchange.Info
	report  exchange.Report
	inside  int // how deep in the collection: 1 in it, 2 in a member
}

// NewReader reads a file of size bytes. It reads it once from end to end before
// it returns, to know what can be pointed at. It closes nothing.
func NewReader(source io.ReaderAt, size int64, options exchange.Options) (*Reader, error) {
	r := &Reader{source: source, size: size, options: options, limits: options.Limits.WithDefaults()}
	var err error
	if r.survey, err = look(io.NewSectionReader(source, 0, size), r.limits, options.Takes, &r.report); err != nil {
		return nil, err
	}
	r.info = exchange.Info{Format: "gml", CRS: r.survey.first.EPSG, Count: r.survey.features}
	r.tokens = newTokens(io.NewSectionReader(source, 0, size), r.limits)
	return r, nil
}

// Info implements exchange.Reader.
func (r *Reader) Info() exchange.Info { return r.info }

// Report implements exchange.Reader.
func (r *Reader) Report() *exchange.Report { return &r.report }

// Progress implements exchange.Reader.
func (r *Reader) Progress() (done, total int64) { return r.tokens.meter.read, r.size }

// Close implements exchange.Reader.
func (r *Reader) Close() error { return nil }

// Next implements exchange.Reader.
func (r *Reader) Next() (exchange.Feature, error) {
	for {
		n, err := r.nextNode()
		if err != nil {
			return exchange.Feature{}, err
		}
		if f, ok := r.take(n); ok {
			return f, nil
		}
	}
}

// nextNode reads the next feature as a tree.
func (r *Reader) nextNode() (*node, error) {
	for {
		r.tokens.meter.mark()
		token, err := r.tokens.next()
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			if _, ended := token.(xml.EndElement); ended {
				r.inside--
			}
			continue
		}
		switch {
		case r.inside == 2:
			return r.tokens.tree(start)
		case r.inside == 1 && !isMember(start.Name.Local):
			if err := r.tokens.skip(); err != nil {
				return nil, err
			}
		default:
			r.inside++
		}
	}
}

// take makes a feature of a tree; what is wrong with it goes to the report.
func (r *Reader) take(n *node) (exchange.Feature, bool) {
	f := exchange.Feature{ID: n.attr("id"), Type: n.name, Line: n.line, Properties: map[string]any{}}
	b := r.builder(n)
	wrong := b.build(n, &f)
	if wrong != nil {
		if wrong.Line == 0 {
			wrong.Line = max(b.line, n.line)
		}
		wrong.Where = strings.TrimSpace(f.Type + " " + short(f.ID))
		r.report.Add(*wrong)
		return f, false
	}
	for _, warning := range b.warnings {
		warning.Line, warning.Where = f.Line, strings.TrimSpace(f.Type+" "+short(f.ID))
		r.report.Warn(*warning)
	}
	f.FillValidity()
	return f, true
}

// isPlan reports whether a feature is of a product specification for plans.
func isPlan(n *node) bool { return strings.Contains(strings.ToLower(n.space), "plan") }

func (r *Reader) builder(n *node) *builder {
	return &builder{
		file: r, crs: r.info.CRS, plan: isPlan(n), bytes: int64(r.limits.Feature),
		context: context{system: r.survey.system},
	}
}
