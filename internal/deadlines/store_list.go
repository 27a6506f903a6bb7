package deadlines

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// pageSize is how many deadlines a page of the list shows.
const pageSize = 50

// Filter says which deadlines to show.
type Filter struct {
	Window     Window // empty: all that are not over
	Rule       string
	Kind       string // of case
	Department string
	Assignee   string // person id; "-" means nobody
	Parties    bool   // also those that bind the party, such as the time to appeal
	Offset     int
}

// query builds a statement and its parameters side by side.
type query struct {
	where []string
	args  []any
}

func (q *query) add(format string, args ...any) {
	for _, arg := range args {
		q.args = append(q.args, arg)
		format = strings.Replace(format, "?", "$"+strconv.Itoa(len(q.args)), 1)
	}
	q.where = append(q.where, format)
}

func (q *query) scoped(scope access.Scope) {
	condition, args := scope.Where(access.ScopeColumns{
		Department: "d.department_id", Assignee: "d.assignee_id", Restricted: "d.restricted",
		OwnerExists: "(? in (d.applicant_id, d.subject_id) or ' ' || d.further || ' ' like '% ' || ? || ' %')",
	}, len(q.args)+1)
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

// tidy drops what no deadline can have: the filter comes from an address that
// anybody may have written.
func (f Filter) tidy() Filter {
	if !f.Window.Valid() {
		f.Window = ""
	}
	if strings.ContainsAny(f.Rule, "\x00 ") || len(f.Rule) > 100 {
		f.Rule = ""
	}
	if strings.ReplaceAll(f.Kind, "_", "-") != tenant.Slug(f.Kind) {
		f.Kind = ""
	}
	if !ids.Valid(f.Department) {
		f.Department = ""
	}
	if f.Assignee != "-" && !ids.Valid(f.Assignee) {
		f.Assignee = ""
	}
	f.Offset = max(f.Offset, 0)
	return f
}

// narrow adds the filter's own conditions, without the window.
func (f Filter) narrow(q *query) {
	if !f.Parties {
		q.add("d.binds = ?", deadline.Municipality)
	}
	if f.Rule != "" {
		q.add("d.rule = ?", f.Rule)
	}
	if f.Kind != "" {
		q.add("d.kind = ?", f.Kind)
	}
	if f.Department != "" {
		q.add("d.department_id = ?", f.Department)
	}
	switch f.Assignee {
	case "":
	case "-":
		q.add("d.assignee_id = ?", "")
	default:
		q.add("d.assignee_id = ?", f.Assignee)
	}
}

// window adds the condition of windowOf.
func (q *query) window(w Window, today clock.Date) {
	running, passed := string(deadline.Running), string(deadline.PassedBy)
	q.where = append(q.where, "d.ended_on is null")
	switch w {
	case Passed:
		q.add("(d.state = ? or d.state = ? and d.falls < ?)", passed, running, dayText(today))
	case ThisWeek:
		q.add("d.state = ? and d.falls >= ? and d.falls < ?", running, dayText(today), dayText(today.AddDays(week)))
	case NextWeek:
		q.add("d.state = ? and d.falls >= ? and d.falls < ?", running, dayText(today.AddDays(week)), dayText(today.AddDays(2*week)))
	case Later:
		q.add("d.state = ? and d.falls >= ?", running, dayText(today.AddDays(2*week)))
	case Standing:
		q.add("d.state = ?", string(deadline.Stopped))
	default:
		q.add("d.state in (?, ?, ?)", running, passed, string(deadline.Stopped))
	}
}

// list reads the deadlines that both the filter and the scope let through, the
// first to run out first, and one more than a page.
func (s *Service) list(ctx context.Context, tx *store.Tx, f Filter, scope access.Scope) ([]Deadline, error) {
	q := &query{}
	q.add("d.tenant_id = ?", tx.Tenant)
	f.narrow(q)
	q.window(f.Window, clock.DateIn(tx.Now.Time))
	q.scoped(scope)
	q.args = append(q.args, pageSize+1, f.Offset)
	rows, err := store.All(ctx, tx, (*row).fields, `select `+columns+` from deadlines d where `+strings.Join(q.where, " and ")+
		` order by d.falls, d.id limit $`+strconv.Itoa(len(q.args)-1)+` offset $`+strconv.Itoa(len(q.args)), q.args...)
	if err != nil {
		return nil, fmt.Errorf("deadlines: list: %w", err)
	}
	return toDeadlines(rows, s.rules.set)
}

// countWindow counts the deadlines of a window.
func countWindow(ctx context.Context, tx *store.Tx, f Filter, w Window, scope access.Scope) (int64, error) {
	q := &query{}
	q.add("d.tenant_id = ?", tx.Tenant)
	f.narrow(q)
	q.window(w, clock.DateIn(tx.Now.Time))
	q.scoped(scope)
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from deadlines d where `+strings.Join(q.where, " and "), q.args...)
	if err != nil {
		return 0, fmt.Errorf("deadlines: count: %w", err)
	}
	return n, nil
}
