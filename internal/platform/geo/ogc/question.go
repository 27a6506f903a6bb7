package ogc

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// The parameters of addresses.
const (
	paramFormat     = "f"
	paramLimit      = "limit"
	paramBox        = "bbox"
	paramBoxCRS     = "bbox-crs"
	paramTime       = "datetime"
	paramCRS        = "crs"
	paramFilter     = "filter"
	paramFilterLang = "filter-lang"
	paramFilterCRS  = "filter-crs"
	paramCursor     = "cursor"
)

// The languages of filters that are understood: the standard's, and what the drafts
// before it called the same.
const (
	langText  = "cql2-text"
	langDraft = "cql-text"
)

// defaultLimit is how many features a page has when nothing is said, and pageLimit
// how many on a page for people.
const (
	defaultLimit = 100
	pageLimit    = 20
)

// parameters are those that the items of every collection have, in the order in
// which they are told of.
func parameters() []string {
	return []string{
		paramBox, paramBoxCRS, paramCRS, paramTime, paramLimit, paramFilter, paramFilterLang, paramFilterCRS, paramCursor, paramFormat,
	}
}

// queryables are the properties of a layer that may be asked for by their names alone:
// those whose names no parameter has.
func queryables(l layers.Layer) []layers.Field {
	return slices.DeleteFunc(slices.Clone(l.Fields), func(f layers.Field) bool {
		return slices.Contains(parameters(), f.Name) || f.Type == cql2.Shape
	})
}

// question is what is asked of the items of a collection.
type question struct {
	layer  layers.Layer
	limit  int
	system crs.System // of the answer
	where  *cql2.Filter
	place  *part
	none   bool // nothing can lie in the box
	when   *interval
	cursor cursor
}

// readQuestion reads the parameters of an address. Nothing of it is trusted.
func readQuestion(l layers.Layer, v values) (question, error) {
	q := question{layer: l, limit: defaultLimit}
	var err error
	if q.system, err = readCRS(v, paramCRS); err != nil {
		return q, err
	}
	if err := q.readLimit(v); err != nil {
		return q, err
	}
	if err := q.readBox(v); err != nil {
		return q, err
	}
	if v.has(paramTime) {
		i, err := readTime(v[paramTime])
		if err != nil {
			return q, err
		}
		q.when = &i
	}
	if err := q.readFilter(v); err != nil {
		return q, err
	}
	if v.has(paramCursor) {
		q.cursor, err = readCursor(v[paramCursor])
	}
	return q, err
}

// readCRS reads a reference to a system; CRS84 when nothing is said (OGC 18-058r1,
// /req/crs/fc-crs-default-value).
func readCRS(v values, name string) (crs.System, error) {
	if !v.has(name) {
		return crs.CRS84(), nil
	}
	ref := strings.TrimSuffix(strings.TrimPrefix(v[name], "["), "]") // a safe CURIE
	s, err := crs.Parse(ref)
	if err != nil {
		return s, wrong("crs", "name", name, "value", shown(v[name]), "known", strings.Join(systems(), ", "))
	}
	return s, nil
}

// systems names the systems that answers may be had in, CRS84 first.
func systems() []string {
	var all []string
	for _, s := range crs.All() {
		all = append(all, s.URI())
	}
	return all
}

// readLimit reads limit. More than the most is answered with the most (OGC 17-069r4,
// /req/core/fc-limit-response-1).
func (q *question) readLimit(v values) error {
	if !v.has(paramLimit) {
		return nil
	}
	text := v[paramLimit]
	if text == "" || strings.Trim(text, "0123456789") != "" || strings.Trim(text, "0") == "" {
		return wrong("limit", "value", shown(text), "most", layers.MaxLimit)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		n = math.MaxInt // so many that they are no number here
	}
	q.limit = min(n, layers.MaxLimit)
	return nil
}

func (q *question) readBox(v values) error {
	system, err := readCRS(v, paramBoxCRS)
	if err != nil || !v.has(paramBox) {
		return err
	}
	b, err := readBox(v[paramBox], system)
	if err != nil {
		return err
	}
	place, some, err := b.within(q.layer)
	q.place, q.none = &place, !some
	return err
}

// readFilter makes one filter of filter and of the properties that are asked for by
// their names.
func (q *question) readFilter(v values) error {
	if lang := v[paramFilterLang]; v.has(paramFilterLang) && lang != langText && lang != langDraft {
		return wrong("filter_lang", "value", shown(lang))
	}
	system, err := readCRS(v, paramFilterCRS)
	if err != nil {
		return err
	}
	o := cql2.Options{Project: q.intoLayer(system)}
	parts, err := named(q.layer, v)
	if err != nil {
		return err
	}
	if v.has(paramFilter) {
		if q.where, err = q.parse(v[paramFilter], o); err != nil {
			return err
		}
		if len(parts) > 0 {
			parts = append(parts, "("+v[paramFilter]+")")
		}
	}
	if len(parts) > 0 {
		q.where, err = q.parse(strings.Join(parts, " AND "), o)
	}
	return err
}

func (q *question) parse(text string, o cql2.Options) (*cql2.Filter, error) {
	f, err := cql2.Parse(text, o)
	if err == nil {
		err = f.Check(q.layer.Types())
	}
	if err != nil {
		return nil, wrongFilter(err)
	}
	return f, nil
}

// intoLayer takes coordinates as they are written in a system to the layer's.
func (q *question) intoLayer(from crs.System) crs.Func {
	own := q.layer.System()
	to := crs.Between(from, own)
	return func(p orb.Point) orb.Point {
		p = from.Point(p[0], p[1])
		if from.Code == own.Code {
			return p
		}
		return to(p)
	}
}

// named writes the properties that are asked for by their names as filters (OGC
// 19-079r2, /req/queryables-query-parameters/parameters).
func named(l layers.Layer, v values) ([]string, error) {
	var parts []string
	for _, f := range queryables(l) {
		if !v.has(f.Name) {
			continue
		}
		value, err := literal(f, v[f.Name])
		if err != nil {
			return nil, err
		}
		parts = append(parts, `"`+strings.ReplaceAll(f.Name, `"`, `""`)+`" = `+value)
	}
	return parts, nil
}

// literal writes a value as a filter does.
func literal(f layers.Field, value string) (string, error) {
	switch f.Type {
	case cql2.Number:
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return "", wrong("property_number", "name", f.Name, "value", shown(value))
		}
		return strconv.FormatFloat(n, 'f', -1, 64), nil
	case cql2.Bool:
		if value != "true" && value != "false" {
			return "", wrong("property_bool", "name", f.Name, "value", shown(value))
		}
		return strings.ToUpper(value), nil
	case cql2.Time:
		return timeLiteral(f, value)
	default:
		// The language has no way to write a backslash before a quotation mark
		// (OGC 21-065r2, escapeQuote), where it would take the mark's meaning away.
		if strings.HasSuffix(value, `\`) || strings.Contains(value, `\'`) {
			return "", wrong("property_text", "name", f.Name)
		}
		return "'" + strings.ReplaceAll(value, "'", "''") + "'", nil
	}
}

func timeLiteral(f layers.Field, value string) (string, error) {
	start, _, ok := moment(value)
	switch {
	case !ok:
		return "", wrong("property_time", "name", f.Name, "value", shown(value))
	case len(value) == len("2006-01-02"):
		return "DATE('" + clock.DateIn(start).String() + "')", nil
	default:
		return "TIMESTAMP('" + start.UTC().Format("2006-01-02T15:04:05.999999999Z") + "')", nil
	}
}

// query is the question as the layers understand it. The answer comes in the layer's
// own system and is projected as it is written.
func (q question) query() layers.Query {
	asked := layers.Query{
		Layer: q.layer.Name, Where: q.where, After: q.cursor.after, Limit: cmp.Or(q.limit, defaultLimit),
		Count: q.cursor.unknown(q.layer), Raw: true,
	}
	if q.place != nil {
		asked.Box, asked.Area = q.place.box, q.place.area
	}
	if q.when != nil {
		asked.Timed, asked.From, asked.To = true, q.when.from, q.when.to
	}
	return asked
}
