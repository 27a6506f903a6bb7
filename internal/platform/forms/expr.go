package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// The limits of one expression. The evaluator in the browser has the same.
const (
	MaxExprDepth = 16
	MaxExprNodes = 256
	maxSteps     = 10_000
)

type exprKind int

const (
	kindInvalid exprKind = iota
	kindLiteral
	kindOp
	kindField
	kindItem
	kindFact
)

// Expr is a condition or a calculation as a JSON tree. A node is a literal
// (null, boolean, number, text, or a list of those), a reference
// {"field":"id"}, {"item":"id"} (a field of the group item at hand) or
// {"fact":"id"} (something known beforehand), or {"op":"…","args":[…]}.
//
// Reading is lenient and Parse is strict: what is not a node reads as one that
// evaluates to null, exactly as in the browser.
type Expr struct {
	kind    exprKind
	name    string // operator or reference
	args    []*Expr
	literal any
	raw     json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Expr) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("forms: read expression: %w", err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return fmt.Errorf("forms: read expression: %w", err)
	}
	*e = *exprOf(v)
	e.raw = compact.Bytes()
	return nil
}

// MarshalJSON implements json.Marshaler.
func (e *Expr) MarshalJSON() ([]byte, error) {
	if e == nil || e.raw == nil {
		return []byte("null"), nil
	}
	return e.raw, nil
}

// String returns the expression as compact JSON, empty for none.
func (e *Expr) String() string {
	if e == nil {
		return ""
	}
	return string(e.raw)
}

func exprOf(v any) *Expr {
	switch v := v.(type) {
	case map[string]any:
		return nodeOf(v)
	case []any:
		for _, element := range v {
			if !isScalar(element) {
				return &Expr{}
			}
		}
		return &Expr{kind: kindLiteral, literal: v}
	default:
		return &Expr{kind: kindLiteral, literal: v}
	}
}

func nodeOf(m map[string]any) *Expr {
	if op, ok := m["op"].(string); ok {
		return opOf(op, m)
	}
	if len(m) != 1 {
		return &Expr{}
	}
	for key, kind := range map[string]exprKind{"field": kindField, "item": kindItem, "fact": kindFact} {
		if name, ok := m[key].(string); ok {
			return &Expr{kind: kind, name: name}
		}
	}
	return &Expr{}
}

func opOf(op string, m map[string]any) *Expr {
	raw, has := m["args"]
	list, isList := raw.([]any)
	if has && (!isList || len(m) != 2) || !has && len(m) != 1 {
		return &Expr{}
	}
	e := &Expr{kind: kindOp, name: op}
	for _, arg := range list {
		e.args = append(e.args, exprOf(arg))
	}
	return e
}

func isScalar(v any) bool {
	switch v.(type) {
	case nil, bool, float64, string:
		return true
	}
	return false
}

// walk visits the node and what is below it, with the depth, until visit says no.
func (e *Expr) walk(depth int, visit func(*Expr, int) bool) {
	if e == nil || !visit(e, depth) {
		return
	}
	for _, arg := range e.args {
		arg.walk(depth+1, visit)
	}
}

// refs returns the names the expression refers to by one kind of reference.
func (e *Expr) refs(kind exprKind) []string {
	var names []string
	e.walk(1, func(node *Expr, depth int) bool {
		if node.kind == kind && !slices.Contains(names, node.name) {
			names = append(names, node.name)
		}
		return depth < MaxExprDepth
	})
	return names
}

// arityOf tells how many arguments an operator takes, at least and at most; at
// most -1 is "any number". An unknown operator is not ok.
func arityOf(op string) (least, most int, ok bool) {
	switch op {
	case "today":
		return 0, 0, true
	case "not", "empty", "distinct", "year", "month":
		return 1, 1, true
	case "count", "sum", "min", "max", "round":
		return 1, 2, true
	case "and", "or", "add", "mul":
		return 1, -1, true
	case "if":
		return 2, 3, true
	case "eq", "ne", "lt", "lte", "gt", "gte", "in", "sub", "div",
		"years_between", "months_between", "days_between",
		"add_days", "add_months", "add_years":
		return 2, 2, true
	}
	return 0, 0, false
}
