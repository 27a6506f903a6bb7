package sosi

import (
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

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
		r.lacking(nil)
		return exchange.Feature{}, false
	case "DEF":
		r.define(items[1:])
		return exchange.Feature{}, false
	case "OBJDEF", "HODE":
		return exchange.Feature{}, false
	}
	f := exchange.Feature{CRS: r.head.crs, Line: b.line, Properties: map[string]any{}, Type: kind}
	f.ID = strings.TrimSuffix(strings.TrimSpace(items[0].value), ":")
	ok, wrong := r.build(items, &f)
	if wrong != nil {
		if wrong.Line == 0 {
			wrong.Line = b.line
		}
		wrong.Where = strings.TrimSpace(kind + " " + short(f.ID))
		r.report.Add(*wrong)
		r.parts = nil
	}
	return f, ok && wrong == nil
}

// build reads the attributes and the geometry of an element, and judges it. It reports
// whether it is a feature, or the last element of one.
func (r *Reader) build(items []item, f *exchange.Feature) (bool, *exchange.Problem) {
	around, wrong := r.attributes(items[1:], f)
	if wrong != nil || around {
		return false, wrong
	}
	number, total, made := 0, 0, ""
	if r.head.own {
		number, total, made = partOf(items)
	}
	if number == 0 || number == 1 {
		r.lacking(f)
	}
	g := geometry{file: r, left: r.limits.Vertices, bytes: r.limits.Feature}
	if number > 1 && r.parts != nil {
		g.left = r.parts.points
	}
	if f.Geometry, wrong = g.read(items); wrong != nil || f.Geometry == nil {
		return true, wrong
	}
	if number > 0 {
		if whole, wrong := r.collect(f, &g, number, total, made); !whole || wrong != nil {
			return false, wrong
		}
	}
	return true, r.judge(f, &g)
}

// judge looks at a feature that is whole.
func (r *Reader) judge(f *exchange.Feature, g *geometry) *exchange.Problem {
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

// collect takes an element of a feature that has several. It reports whether that was
// the last, and f is then the feature.
func (r *Reader) collect(f *exchange.Feature, g *geometry, number, total int, made string) (bool, *exchange.Problem) {
	if number == 1 {
		r.parts = &collecting{feature: *f, made: made, total: total}
	}
	c := r.parts
	if c == nil || number != len(c.leaves)+1 || total != c.total || number > total {
		return false, exchange.Wrong("parts_bad")
	}
	c.leaves, c.points = append(c.leaves, f.Geometry), g.left
	if number < total {
		return false, nil
	}
	r.parts = nil
	*f = c.feature
	if f.Geometry = assemble(c.made, c.leaves, r.limits.Depth); f.Geometry == nil {
		return false, exchange.Wrong("parts_bad")
	}
	return true, nil
}

// lacking tells of a feature whose last elements have not come.
func (r *Reader) lacking(next *exchange.Feature) {
	if r.parts == nil || next != nil && next.Line == r.parts.feature.Line {
		return
	}
	wrong := exchange.Wrong("parts_bad")
	wrong.Line, wrong.Where = r.parts.feature.Line, r.parts.feature.Type+" "+short(r.parts.feature.ID)
	r.report.Add(*wrong)
	r.parts = nil
}

// define keeps what .DEF of our own files tells of the types of properties.
func (r *Reader) define(items []item) {
	if !r.head.own {
		return
	}
	if r.types == nil {
		r.types = map[string]byte{}
	}
	_ = r.each(items, func(a attribute) *exchange.Problem {
		if kind := typeOf(a.value); kind != typeText && len(r.types) < r.limits.Properties {
			r.types[a.name] = kind
		}
		return nil
	})
}

// attribute is an element with a value. Its name has those of the groups before it, and
// is that of the property: raw is how it stands.
type attribute struct {
	name, raw, value string
	suffix           byte
}

// each visits the attributes.
func (r *Reader) each(items []item, visit func(attribute) *exchange.Problem) *exchange.Problem {
	var path []string
	for n, i := range items {
		if i.level < 2 || isPosition(i) || i.name == "REF" || i.name == partName && r.head.own {
			path = path[:0]
			continue
		}
		depth := i.level - 2
		if depth > len(path) {
			continue // said of a point, such as ...KP 1, or a level was left out
		}
		a := attribute{raw: i.name, value: i.value}
		last := i.name
		if r.head.own {
			last, a.suffix = ownName(i.name)
		}
		path = append(path[:depth], last)
		group := i.value == "" && n+1 < len(items) && items[n+1].level > i.level
		if group || i.value == "" {
			continue
		}
		a.name = strings.Join(path, ".")
		if wrong := visit(a); wrong != nil {
			return wrong
		}
	}
	return nil
}

// attributes reads what an element tells beside its place: its type, its identity and
// its properties. Of a curve that only stands around a surface it says so.
func (r *Reader) attributes(items []item, f *exchange.Feature) (around bool, wrong *exchange.Problem) {
	typed, local, named := false, "", false
	wrong = r.each(items, func(a attribute) *exchange.Problem {
		if len(f.Properties) >= r.limits.Properties {
			return exchange.Wrong("too_many_properties", "limit", r.limits.Properties)
		}
		text := unquote(strings.ReplaceAll(a.value, "\n", " "))
		if r.head.own {
			text = unescape(text)
		}
		switch {
		case a.name == "OBJTYPE" && a.raw == a.name && !typed:
			f.Type, typed = text, true
			return nil
		case a.name == "IDENT.LOKALID" && !named:
			local = text
		case a.name == "IDENT.NAVNEROM" && text == Namespace && r.head.own && !named:
			f.ID, named = local, true
			delete(f.Properties, "IDENT.LOKALID")
			return nil
		case a.name == "IDENT.NAVNEROM" && text == outline && r.head.own && !named:
			around = true
		}
		f.Properties[freeKey(f.Properties, a.name)] = r.value(a, text)
		return nil
	})
	if id, told := localID(f.Properties); told && !named {
		f.ID = id
	}
	f.FillValidity()
	return around, wrong
}

// value is what an attribute holds: text, but in our own files what .DEF says.
func (r *Reader) value(a attribute, text string) any {
	if a.suffix != 0 {
		return parse(text, a.suffix)
	}
	if kind := r.types[a.name]; kind != 0 {
		return parse(text, kind)
	}
	return text
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
