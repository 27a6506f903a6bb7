package forms

import (
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Env is the surroundings a form is filled in, beside the answers. Expressions
// look at Facts and Today only.
type Env struct {
	Facts map[string]any // what is known beforehand, such as the child's birth date
	Today clock.Date     // the day it is in Norway
	Lists Lists          // the choices of dynamic fields
	Lang  i18n.Lang      // the language of texts inside error messages
}

// Eval returns the value of the expression: nil, bool, float64, string, []any
// or map[string]any. It never fails: what makes no sense (an unknown operator,
// a text where a number should be, a division by zero) is nil, since a
// condition must not stop a person from filling in a form.
func (e *Expr) Eval(values map[string]any, env Env) any {
	return e.evalItem(values, nil, env)
}

// True reports whether the expression is exactly true.
func (e *Expr) True(values map[string]any, env Env) bool {
	return e.Eval(values, env) == true
}

func (e *Expr) evalItem(values, item map[string]any, env Env) any {
	if e == nil {
		return nil
	}
	r := &evaluation{values: values, env: env}
	v := r.eval(e, item, 1)
	if r.steps > maxSteps {
		return nil
	}
	return v
}

// evaluation is one run; the steps bound what sums over long groups may cost.
type evaluation struct {
	values map[string]any
	env    Env
	steps  int
}

func (r *evaluation) eval(e *Expr, item map[string]any, depth int) any {
	r.steps++
	if depth > MaxExprDepth || r.steps > maxSteps {
		return nil
	}
	switch e.kind {
	case kindLiteral:
		return e.literal
	case kindField:
		return r.values[e.name]
	case kindItem:
		return item[e.name]
	case kindFact:
		return r.env.Facts[e.name]
	case kindOp:
		return r.op(e, item, depth+1)
	case kindInvalid:
	}
	return nil
}

func (r *evaluation) op(e *Expr, item map[string]any, depth int) any {
	least, most, known := arityOf(e.name)
	if !known || len(e.args) < least || most >= 0 && len(e.args) > most {
		return nil
	}
	switch e.name {
	case "and", "or":
		return r.logic(e, item, depth)
	case "if":
		return r.choose(e, item, depth)
	case "count", "sum", "min", "max":
		return r.fold(e, item, depth)
	}
	args := make([]any, len(e.args))
	for i, arg := range e.args {
		args[i] = r.eval(arg, item, depth)
	}
	return r.apply(e.name, args)
}

func (r *evaluation) apply(name string, args []any) any {
	switch name {
	case "today":
		return r.env.Today.String()
	case "eq":
		return equal(args[0], args[1])
	case "ne":
		return !equal(args[0], args[1])
	case "not":
		return args[0] != true
	case "empty":
		return isEmpty(args[0])
	case "in":
		return contains(args[1], args[0])
	case "distinct":
		return distinct(args[0])
	case "lt", "lte", "gt", "gte":
		return compare(name, args[0], args[1])
	case "years_between", "months_between", "days_between":
		return between(name, args[0], args[1])
	case "add_days", "add_months", "add_years":
		return later(name, args[0], args[1])
	case "year", "month":
		return partOf(name, args[0])
	case "round":
		return rounded(args)
	}
	return arithmetic(name, args)
}

// logic stops at the first argument that decides.
func (r *evaluation) logic(e *Expr, item map[string]any, depth int) any {
	decides := e.name == "or"
	for _, arg := range e.args {
		if (r.eval(arg, item, depth) == true) == decides {
			return decides
		}
	}
	return !decides
}

func (r *evaluation) choose(e *Expr, item map[string]any, depth int) any {
	if r.eval(e.args[0], item, depth) == true {
		return r.eval(e.args[1], item, depth)
	}
	if len(e.args) == 3 {
		return r.eval(e.args[2], item, depth)
	}
	return nil
}

// fold counts or sums a list, or finds its least or greatest; the second argument
// is evaluated for each item.
func (r *evaluation) fold(e *Expr, item map[string]any, depth int) any {
	v := r.eval(e.args[0], item, depth)
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil
	}
	values := make([]any, len(list))
	for i, element := range list {
		values[i] = element
		if len(e.args) == 2 {
			inner, _ := element.(map[string]any)
			values[i] = r.eval(e.args[1], inner, depth)
		}
	}
	if e.name == "min" || e.name == "max" {
		return extreme(e.name, values)
	}
	total := 0.0
	for _, value := range values {
		total += weight(e, value)
	}
	return finite(total)
}

// weight is what one element adds to a count or a sum.
func weight(e *Expr, value any) float64 {
	if e.name == "sum" {
		n, _ := value.(float64)
		return n
	}
	if counted := !isEmpty(value); len(e.args) == 1 && counted || value == true {
		return 1
	}
	return 0
}
