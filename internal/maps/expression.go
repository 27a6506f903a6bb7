package maps

import "slices"

func (p painter) color(t Tone) string {
	if t == (Tone{}) {
		return "rgba(0,0,0,0)"
	}
	return t.In(p.scheme)
}

// choose is one value, or an expression that takes each feature's by its rule.
func (p painter) choose(pick func(Rule) any) any {
	rules := p.look.Rules
	last := rules[len(rules)-1]
	if len(rules) == 1 {
		return pick(last)
	}
	expression := []any{"case"}
	for _, r := range rules[:len(rules)-1] {
		expression = append(expression, p.begins(r), pick(r))
	}
	return append(expression, pick(last))
}

// begins is true for features of a rule.
func (p painter) begins(r Rule) any {
	if r.Proposed {
		return []any{"==", []any{"get", "proposal"}, true}
	}
	either := []any{"any"}
	for _, v := range r.Values {
		either = append(either, []any{"==", []any{"slice", []any{"to-string", []any{"get", p.look.By}}, 0, len(v)}, v})
	}
	return either
}

// where is a filter for the rules that fit: nil when none does, true when all do.
func (p painter) where(fits func(Rule) bool) any {
	rules := p.look.Rules
	switch n := len(slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return !fits(r) })); n {
	case 0:
		return nil
	case len(rules):
		return true
	}
	return p.choose(func(r Rule) any { return fits(r) })
}

// dashes are the ways in which the look's lines are dashed.
func (p painter) dashes() (list [][]float64) {
	for _, r := range p.look.Rules {
		if r.Stroke == (Tone{}) || slices.ContainsFunc(list, func(d []float64) bool { return equalDash(d, r.Dash) }) {
			continue
		}
		list = append(list, r.Dash)
	}
	return list
}

func equalDash(a, b []float64) bool { return slices.Equal(a, b) }
