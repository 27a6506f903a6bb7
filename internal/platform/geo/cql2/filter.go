package cql2

import (
	"slices"

	"github.com/paulmach/orb"
)

// Filter is a filter that has been read. It may be used by many at once, after
// Check.
type Filter struct {
	root node
	text string
}

// String is the text it was read from.
func (f *Filter) String() string { return f.text }

// Size is how many parts the filter has: about how much work it is to hold a feature
// against it.
func (f *Filter) Size() int {
	n := 0
	walk(f.root, func(node) { n++ })
	return n
}

// Matches tells whether a feature fulfils the filter.
func (f *Filter) Matches(feature Feature) bool { return f.root.eval(feature).isTrue() }

// Properties lists the names of the properties that the filter speaks of.
func (f *Filter) Properties() []string {
	var names []string
	walk(f.root, func(n node) {
		if p, ok := n.(*property); ok && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	})
	slices.Sort(names)
	return names
}

func walk(n node, visit func(node)) {
	for _, part := range n.parts() {
		walk(part, visit)
	}
	visit(n)
}

// Check makes sure that every property is one of the collection's, and that what
// is held together is of the same type; the zero Type stands for a property whose
// type nobody knows. It must have been called before a filter is shared. An error
// is an *Error.
func (f *Filter) Check(properties map[string]Type) error {
	var found *Error
	refuse := func(code Code, n node, detail string) {
		if found == nil {
			found = &Error{code, n.offset(), excerpt(f.text, n.offset()), detail}
		}
	}
	walk(f.root, func(n node) {
		if p, ok := n.(*property); ok {
			if p.typ, ok = properties[p.name]; !ok {
				refuse(UnknownProperty, p, p.name)
			}
			return
		}
		want, alike := needs(n)
		if alike {
			if err := alikeIn(f.text, n.parts()); err != nil {
				refuse(err.Code, n, err.Detail)
			}
			return
		}
		for _, part := range n.parts() {
			if k := part.kind(); want != anything && k != want && k != anything {
				refuse(WrongType, part, want.String()+" expected, not "+k.String())
			}
		}
	})
	if k := f.root.kind(); found == nil && k != Bool && k != anything {
		refuse(WrongType, f.root, "boolean expected, not "+k.String())
	}
	if found != nil {
		return found
	}
	return nil
}

// needs tells of what type a node's parts must be, or that they must be alike.
func needs(n node) (want Type, alike bool) {
	switch n.(type) {
	case logic, not:
		return Bool, false
	case comparison, between, in:
		return anything, true
	case arithmetic:
		return Number, false
	case like, folded:
		return Text, false
	case timely, interval:
		return Time, false
	case spatially:
		return Shape, false
	default:
		return anything, false
	}
}

// Bound is a box that every feature which matches must meet with the shape in the
// property of the name: what to ask of an index first. It is false when the
// filter sets no such limit.
func (f *Filter) Bound(name string) (orb.Bound, bool) { return boundOf(f.root, name) }

func boundOf(n node, name string) (orb.Bound, bool) {
	switch n := n.(type) {
	case spatially:
		return boundOfSpatial(n, name)
	case logic:
		var all orb.Bound
		some := false
		for _, part := range n.args {
			b, ok := boundOf(part, name)
			switch {
			case !ok && !n.all:
				return orb.Bound{}, false
			case !ok:
			case !some:
				all, some = b, true
			case n.all:
				all = both(all, b)
			default:
				all = all.Union(b)
			}
		}
		return all, some
	default:
		return orb.Bound{}, false
	}
}

// both is what two boxes share: inside out when that is nothing, so that no box
// meets it.
func both(a, b orb.Bound) orb.Bound {
	return orb.Bound{
		Min: orb.Point{max(a.Min[0], b.Min[0]), max(a.Min[1], b.Min[1])},
		Max: orb.Point{min(a.Max[0], b.Max[0]), min(a.Max[1], b.Max[1])},
	}
}

func boundOfSpatial(n spatially, name string) (orb.Bound, bool) {
	if n.name == "S_DISJOINT" {
		return orb.Bound{}, false
	}
	for i, arg := range n.args {
		p, is := arg.(*property)
		l, literal := n.args[1-i].(literal)
		if is && literal && p.name == name {
			return l.v.shape.Bound(), true
		}
	}
	return orb.Bound{}, false
}
