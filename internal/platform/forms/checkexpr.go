package forms

import (
	"slices"
	"strings"
)

// expressions checks every condition and calculation.
func (c *checker) expressions() {
	for i := range c.d.Pages {
		c.expr(c.d.Pages[i].When, nil, "page "+c.d.Pages[i].ID+", when")
	}
	c.d.eachField(func(f, group *Field, where string) {
		c.expr(f.When, group, where+", when")
		c.expr(f.RequiredWhen, group, where+", required_when")
		c.expr(f.Calc, group, where+", calc")
	})
	seen := map[string]bool{}
	for _, check := range c.d.Checks {
		where := "check " + check.ID
		c.require(idPattern.MatchString(check.ID) && !seen[check.ID], where, "bad or duplicate id")
		c.require(check.When != nil, where, "no condition")
		c.require(c.d.fields[check.Field] != nil, where, "stands at unknown field %q", check.Field)
		c.expr(check.When, nil, where+", when")
		seen[check.ID] = true
	}
}

func (c *checker) expr(e *Expr, group *Field, where string) {
	if e == nil {
		return
	}
	nodes, deepest := 0, 0
	e.walk(1, func(_ *Expr, depth int) bool {
		nodes++
		deepest = max(deepest, depth)
		return nodes <= MaxExprNodes && depth <= MaxExprDepth
	})
	if nodes > MaxExprNodes || deepest > MaxExprDepth {
		c.fail(where, "expression larger than %d nodes or deeper than %d", MaxExprNodes, MaxExprDepth)
		return
	}
	c.node(e, group, where)
}

func (c *checker) node(e *Expr, group *Field, where string) {
	switch e.kind {
	case kindLiteral:
	case kindInvalid:
		c.fail(where, "a node is neither a literal, a reference nor an operator")
	case kindField:
		f := c.d.fields[e.name]
		c.require(f != nil && f.Type != Info, where, "refers to unknown field %q", e.name)
	case kindFact:
		c.require(c.facts[e.name], where, "refers to unknown fact %q", e.name)
	case kindItem:
		ok := group != nil && group.Inner(e.name) != nil
		c.require(ok, where, "refers to %q, which is no field of the group at hand", e.name)
	case kindOp:
		c.operator(e, group, where)
	}
}

func (c *checker) operator(e *Expr, group *Field, where string) {
	least, most, known := arityOf(e.name)
	switch {
	case !known:
		c.fail(where, "unknown operator %q", e.name)
		return
	case len(e.args) < least || most >= 0 && len(e.args) > most:
		c.fail(where, "%q with %d arguments", e.name, len(e.args))
		return
	}
	for i, arg := range e.args {
		scope := group
		if folds := e.name == "count" || e.name == "sum" || e.name == "min" || e.name == "max"; folds && i == 1 {
			scope = c.groupOf(e.args[0])
		}
		c.node(arg, scope, where)
	}
}

// groupOf returns the group a reference points to, nil when it points to none.
func (c *checker) groupOf(e *Expr) *Field {
	f := c.d.fields[e.name]
	if e.kind != kindField || f == nil || f.Type != Group {
		return nil
	}
	return f
}

// orderFields puts each field after those its visibility and value depend on,
// so that one pass resolves them. A circle has no such order.
func (c *checker) orderFields() {
	var all []*Field
	depends := map[*Field][]string{}
	for i := range c.d.Pages {
		page := &c.d.Pages[i]
		for j := range page.Fields {
			f := &page.Fields[j]
			all = append(all, f)
			depends[f] = append(f.dependsOn(kindField), page.When.refs(kindField)...)
			for k := range f.Fields {
				depends[f] = append(depends[f], f.Fields[k].dependsOn(kindField)...)
			}
			if f.Type == Group {
				c.orderInner(f)
			}
		}
	}
	c.d.order = c.sorted(all, depends, "form")
}

func (c *checker) orderInner(group *Field) {
	var all []*Field
	depends := map[*Field][]string{}
	for i := range group.Fields {
		f := &group.Fields[i]
		all = append(all, f)
		depends[f] = f.dependsOn(kindItem)
	}
	group.order = c.sorted(all, depends, "group "+group.ID)
}

func (f *Field) dependsOn(kind exprKind) []string {
	return append(f.When.refs(kind), f.Calc.refs(kind)...)
}

// sorted orders by depth-first search and keeps the given order where it may.
func (c *checker) sorted(all []*Field, depends map[*Field][]string, where string) []*Field {
	byID := map[string]*Field{}
	for _, f := range all {
		byID[f.ID] = f
	}
	var order, path []*Field
	var visit func(f *Field) bool
	visit = func(f *Field) bool {
		if at := slices.Index(path, f); at >= 0 {
			c.fail(where, "fields depend on each other in a circle: %s", circle(path[at:], f))
			return false
		}
		if slices.Contains(order, f) {
			return true
		}
		path = append(path, f)
		for _, id := range depends[f] {
			if next := byID[id]; next != nil && !visit(next) {
				return false
			}
		}
		path = path[:len(path)-1]
		order = append(order, f)
		return true
	}
	for _, f := range all {
		if !visit(f) {
			return nil
		}
	}
	return order
}

func circle(path []*Field, back *Field) string {
	names := make([]string, 0, len(path)+1)
	for _, f := range append(slices.Clone(path), back) {
		names = append(names, f.ID)
	}
	return strings.Join(names, " → ")
}
