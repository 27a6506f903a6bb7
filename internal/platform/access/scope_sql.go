package access

import (
	"slices"
	"strconv"
	"strings"
)

// ScopeColumns are the columns of the listed table, as its query names them. A
// column left empty says that the rows know no such thing: no department, no
// owner, nobody assigned, no protection.
type ScopeColumns struct {
	Department string // text, '' when none
	Owner      string // person id
	// OwnerExists serves rows with several owners, instead of Owner: a condition
	// with ? in place of the person id, such as
	// "exists (select 1 from case_parties p where p.tenant_id = c.tenant_id and p.case_id = c.id and p.person_id = ?)".
	OwnerExists string
	Assignee    string // person id, '' or NULL when nobody
	Restricted  string // boolean
}

// Nothing reports whether the scope is empty, so that a page can say so without
// asking the database.
func (s Scope) Nothing() bool { return len(s.clauses) == 0 }

// Where returns the condition for a query whose next free parameter is
// firstParam, with its arguments: "1 = 1" for all rows, "1 = 0" for none. It
// stands in parentheses where it needs them.
func (s Scope) Where(cols ScopeColumns, firstParam int) (string, []any) {
	w := &where{cols: cols, next: firstParam, params: map[string]string{}}
	var parts []string
	for _, c := range s.clauses {
		condition, possible := w.clause(c)
		switch {
		case !possible:
			continue
		case condition == "":
			return "1 = 1", nil
		}
		parts = append(parts, condition)
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " or ") + ")", w.args
}

// where builds a condition and numbers its parameters; a value used twice is
// one parameter.
type where struct {
	cols   ScopeColumns
	next   int
	args   []any
	params map[string]string
}

func (w *where) param(value string) string {
	if name, ok := w.params[value]; ok {
		return name
	}
	name := "$" + strconv.Itoa(w.next)
	w.next++
	w.args = append(w.args, value)
	w.params[value] = name
	return name
}

// clause returns "" when the clause always holds, and false when it never does.
func (w *where) clause(c clause) (string, bool) {
	if !w.possible(c) {
		return "", false
	}
	var parts []string
	if condition := w.department(c); condition != "" {
		parts = append(parts, condition)
	}
	for _, l := range c.literals {
		if condition := w.literal(l); condition != "" {
			parts = append(parts, condition)
		}
	}
	switch len(parts) {
	case 0:
		return "", true
	case 1:
		return parts[0], true
	default:
		return "(" + strings.Join(parts, " and ") + ")", true
	}
}

// possible is asked before any parameter is numbered: the database refuses
// parameters that no condition uses.
func (w *where) possible(c clause) bool {
	if w.cols.Department == "" && c.departments != nil {
		if slices.Contains(c.departments, "") == c.except {
			return false
		}
	}
	for _, l := range c.literals {
		if w.column(l.fact) == "" && l.not == (l.fact == isUnassigned) {
			return false
		}
	}
	return true
}

func (w *where) column(f rowFact) string {
	switch f {
	case isOwner:
		return w.cols.Owner + w.cols.OwnerExists
	case isAssignee, isUnassigned:
		return w.cols.Assignee
	case isRestricted:
		return w.cols.Restricted
	default:
		return ""
	}
}

func (w *where) department(c clause) string {
	if w.cols.Department == "" || c.departments == nil {
		return ""
	}
	column := w.cols.Department
	if c.except || slices.Contains(c.departments, "") {
		column = "coalesce(" + column + ", '')"
	}
	operator := choose(c.except, " not in (", " in (")
	names := make([]string, 0, len(c.departments))
	for _, d := range c.departments {
		names = append(names, w.param(d))
	}
	if len(names) == 0 { // not one of none: any
		return ""
	}
	return column + operator + strings.Join(names, ", ") + ")"
}

func (w *where) literal(l literal) string {
	column := w.column(l.fact)
	switch {
	case column == "":
		return ""
	case l.fact == isRestricted:
		return column + choose(l.not, " is not true", " is true")
	case l.fact == isUnassigned:
		return "coalesce(" + column + ", '')" + choose(l.not, " <> ''", " = ''")
	case l.fact == isOwner && w.cols.OwnerExists != "":
		return choose(l.not, "not ", "") + strings.ReplaceAll(w.cols.OwnerExists, "?", w.param(l.value))
	case l.not:
		return "coalesce(" + column + ", '') <> " + w.param(l.value)
	default:
		return column + " = " + w.param(l.value)
	}
}

func choose(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}
