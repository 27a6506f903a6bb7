package geojson

import (
	"bytes"
	"io"
	"maps"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Reader reads the features of a GeoJSON file.
type Reader struct {
	scan    *scanner
	options exchange.Options
	limits  exchange.Limits
	info    exchange.Info
	report  exchange.Report
	rules   exchange.Rules
	total   int64
	members map[string][]byte // of the outermost object, without its features
	state   state
	crsTold bool
	some    bool // a feature of the collection has come
}

// state is how far the outermost object has been read.
type state int

const (
	before state = iota // its first brace has not come
	inside              // among its features
	after               // at its end
)

// NewReader reads from r, total bytes long when that is known. It closes nothing.
func NewReader(r io.Reader, total int64, options exchange.Options) *Reader {
	limits := options.Limits.WithDefaults()
	return &Reader{
		scan: newScanner(r, limits), options: options, limits: limits, total: total,
		info:    exchange.Info{Format: "geojson", Count: -1},
		members: map[string][]byte{},
	}
}

// Info implements exchange.Reader.
func (r *Reader) Info() exchange.Info { return r.info }

// Report implements exchange.Reader.
func (r *Reader) Report() *exchange.Report { return &r.report }

// Progress implements exchange.Reader.
func (r *Reader) Progress() (done, total int64) { return r.scan.read, r.total }

// Close implements exchange.Reader.
func (r *Reader) Close() error { return nil }

// Next implements exchange.Reader.
func (r *Reader) Next() (exchange.Feature, error) {
	for {
		switch r.state {
		case before:
			if err := r.begin(); err != nil {
				return exchange.Feature{}, err
			}
			if single, ok := r.single(); ok {
				r.state = after
				if f, ok := r.take(single, r.scan.line); ok {
					return f, nil
				}
			}
		case inside:
			more, err := r.another()
			if err != nil {
				return exchange.Feature{}, err
			}
			if !more {
				continue
			}
			if f, ok := r.take(r.scan.raw, r.scan.line-bytes.Count(r.scan.raw, []byte{'\n'})); ok {
				return f, nil
			}
		default:
			if err := r.again(); err != nil {
				return exchange.Feature{}, err
			}
		}
	}
}

// again looks for one more object: features may stand one on a line (RFC 8142).
// After a collection nothing may come.
func (r *Reader) again() error {
	c, err := r.scan.rest()
	if err != nil {
		return err
	}
	if c != '{' || r.some {
		return r.scan.fatal(exchange.Wrong("json_unexpected", "found", string(rune(c))))
	}
	r.state = before
	clear(r.members)
	return nil
}

// begin reads the outermost object up to its features.
func (r *Reader) begin() error {
	if err := r.scan.skipMark(); err != nil {
		return err
	}
	if err := r.scan.expect('{'); err != nil {
		return err
	}
	found, err := r.readMembers()
	if err != nil {
		return err
	}
	if err := r.findCRS(); err != nil {
		return err
	}
	r.state = after
	if found {
		r.state = inside
		return r.scan.expect('[')
	}
	return nil
}

// mostMembers bounds what may stand beside the features.
const mostMembers = 1_000

// readMembers reads members up to the features or the end of the object.
func (r *Reader) readMembers() (features bool, err error) {
	if c, err := r.scan.peek(); err != nil {
		return false, err
	} else if c == '}' {
		r.scan.at++
		return false, nil
	}
	for range mostMembers {
		name, err := r.memberName()
		if err != nil {
			return false, err
		}
		if c, err := r.scan.peek(); err != nil || name == "features" && c == '[' {
			return err == nil, err
		}
		if err := r.scan.value(); err != nil {
			return false, err
		}
		r.members[name] = bytes.Clone(r.scan.raw)
		if more, err := r.comma('}'); err != nil || !more {
			return false, err
		}
	}
	return false, r.scan.fatal(exchange.Wrong("not_geojson"))
}

func (r *Reader) memberName() (string, error) {
	if c, err := r.scan.peek(); err != nil {
		return "", err
	} else if c != '"' {
		return "", r.scan.fatal(exchange.Wrong("json_unexpected", "found", string(rune(c))))
	}
	if err := r.scan.value(); err != nil {
		return "", err
	}
	p := r.parser(r.scan.raw)
	name, wrong := p.stringBytes()
	if wrong != nil {
		return "", r.scan.fatal(wrong)
	}
	return string(name), r.scan.expect(':')
}

// comma takes a comma, or the bracket that ends the list.
func (r *Reader) comma(closing byte) (more bool, err error) {
	c, err := r.scan.peek()
	if err != nil {
		return false, err
	}
	if c != ',' && c != closing {
		return false, r.scan.fatal(exchange.Wrong("json_unexpected", "found", string(rune(c))))
	}
	r.scan.at++
	return c == ',', nil
}

// another cuts the next feature, or reads the end of the file.
func (r *Reader) another() (bool, error) {
	c, err := r.scan.peek()
	if err != nil {
		return false, err
	}
	if c == ']' {
		r.scan.at++
		r.state = after
		return false, r.finish()
	}
	if r.some {
		if err := r.scan.expect(','); err != nil {
			return false, err
		}
	}
	r.some = true
	return true, r.scan.value()
}

// finish reads what follows the features. A reference system that first comes
// here, and is another than was taken, comes too late.
func (r *Reader) finish() error {
	more, err := r.comma('}')
	if err != nil || !more {
		return err
	}
	if _, err := r.readMembers(); err != nil {
		return err
	}
	taken, told := r.info.CRS, r.crsTold
	if err := r.findCRS(); err != nil {
		return err
	}
	if !told && r.info.CRS != taken {
		return r.scan.fatal(exchange.Wrong("crs_late"))
	}
	return nil
}

// findCRS finds the reference system: RFC 7946 has WGS 84, the first edition of
// the format a member.
func (r *Reader) findCRS() error {
	r.info.CRS = r.options.CRS
	if r.info.CRS == 0 {
		r.info.CRS = 4326
	}
	if raw, ok := r.members["crs"]; ok {
		name, wrong := crsName(r.parser(raw))
		if wrong != nil {
			return r.scan.fatal(wrong)
		}
		system, ok := exchange.ParseSystem(name)
		if !ok {
			return r.scan.fatal(exchange.Wrong("crs_unknown", "crs", short([]byte(name))))
		}
		r.info.CRS, r.crsTold = system.EPSG, true
	}
	if !r.options.Takes(r.info.CRS) {
		return r.scan.fatal(exchange.Wrong("crs_unsupported", "crs", r.info.CRS))
	}
	r.rules.Geographic = exchange.Geographic(r.info.CRS)
	return nil
}

// crsName reads {"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}}.
func crsName(p *parser) (name string, wrong *exchange.Problem) {
	if p.next() != '{' {
		return "", exchange.Wrong("crs_missing")
	}
	wrong = p.object(func(member []byte) *exchange.Problem {
		if string(member) != "properties" || p.next() != '{' {
			return p.skip()
		}
		return p.object(func(member []byte) *exchange.Problem {
			value, wrong := p.scalarOrSkip()
			if text, ok := value.(string); ok && string(member) == "name" {
				name = text
			}
			return wrong
		})
	})
	return name, wrong
}

func (p *parser) scalarOrSkip() (any, *exchange.Problem) {
	if c := p.next(); c == '{' || c == '[' {
		return nil, p.skip()
	}
	return p.scalar()
}

// single puts a file of one feature or one geometry together again.
func (r *Reader) single() ([]byte, bool) {
	kind, _ := strconv.Unquote(string(r.members["type"]))
	if r.state == inside {
		return nil, false
	}
	if kind == "FeatureCollection" || kind == "" {
		p := exchange.Wrong("not_geojson")
		p.Line = r.scan.line
		r.report.Add(*p)
		return nil, false
	}
	var b bytes.Buffer
	if kind != "Feature" {
		b.WriteString(`{"type":"Feature","geometry":`)
	}
	comma := byte('{')
	for name, value := range maps.All(r.members) {
		b.WriteByte(comma)
		b.WriteString(strconv.Quote(name) + ":")
		b.Write(value)
		comma = ','
	}
	b.WriteByte('}')
	if kind != "Feature" {
		b.WriteByte('}')
	}
	return b.Bytes(), true
}

func (r *Reader) parser(text []byte) *parser {
	return &parser{text: text, limits: r.limits}
}

// take reads one feature; what is wrong with it goes to the report.
func (r *Reader) take(text []byte, line int) (exchange.Feature, bool) {
	p := r.parser(text)
	f := exchange.Feature{CRS: r.info.CRS, Line: line, Properties: map[string]any{}}
	wrong := p.feature(&f)
	if wrong != nil {
		wrong.Line = line + bytes.Count(text[:min(p.at, len(text))], []byte{'\n'})
	} else {
		wrong = r.judge(&f, p)
	}
	if wrong != nil {
		wrong.Where = f.ID
		r.report.Add(*wrong)
		return f, false
	}
	f.FillValidity()
	return f, true
}

func (r *Reader) judge(f *exchange.Feature, p *parser) *exchange.Problem {
	wrong, warning := exchange.Tidy(f.Geometry, r.rules)
	if p.heights && warning == nil {
		warning = exchange.Wrong("heights_dropped")
	}
	for _, problem := range []*exchange.Problem{wrong, warning} {
		if problem != nil {
			problem.Line, problem.Where = f.Line, f.ID
		}
	}
	if warning != nil {
		r.report.Warn(*warning)
	}
	return wrong
}

// feature reads one feature object (RFC 7946 section 3.2).
func (p *parser) feature(f *exchange.Feature) *exchange.Problem {
	kind := ""
	wrong := p.object(func(name []byte) (wrong *exchange.Problem) {
		switch string(name) {
		case "type":
			var text []byte
			text, wrong = p.stringBytes()
			kind = string(text)
		case "id":
			f.ID, wrong = p.id()
		case "geometry":
			f.Geometry, wrong = p.geometry()
		case "properties":
			wrong = p.properties(f.Properties, "")
		default:
			wrong = p.skip()
		}
		return wrong
	})
	if wrong == nil && p.next() != 0 {
		wrong = p.unexpected()
	}
	if wrong == nil && kind != "Feature" {
		wrong = exchange.Wrong("not_feature")
	}
	return wrong
}

func (p *parser) id() (string, *exchange.Problem) {
	switch p.next() {
	case '{', '[':
		return "", p.skip()
	}
	start := p.at
	value, wrong := p.scalar()
	if text, ok := value.(string); ok {
		return text, wrong
	}
	if value == nil || wrong != nil {
		return "", wrong
	}
	return string(p.text[start:p.at]), nil
}

// properties reads an object of properties into a flat map.
func (p *parser) properties(into map[string]any, prefix string) *exchange.Problem {
	if p.next() == 'n' && p.word("null") {
		return nil
	}
	return p.object(func(name []byte) *exchange.Problem {
		key := prefix + string(name)
		switch p.next() {
		case '{':
			return p.properties(into, key+".")
		case '[':
			start := p.at
			if wrong := p.skip(); wrong != nil {
				return wrong
			}
			into[key] = string(p.text[start:p.at])
		default:
			value, wrong := p.scalar()
			if wrong != nil || value == nil {
				return wrong
			}
			into[key] = value
		}
		if len(into) > p.limits.Properties {
			return exchange.Wrong("too_many_properties", "limit", p.limits.Properties)
		}
		return nil
	})
}

// Geometry reads a bare geometry object, such as one kept in a column.
func Geometry(text []byte) (orb.Geometry, error) {
	p := &parser{text: text, limits: exchange.DefaultLimits()}
	g, wrong := p.geometry()
	if wrong == nil && p.next() != 0 {
		wrong = p.unexpected()
	}
	if wrong != nil {
		return nil, wrong.Fatal()
	}
	return g, nil
}
