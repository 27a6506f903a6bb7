package appeals

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

const (
	// pageSize is how many appeals a page of the list shows.
	pageSize = 50
	// maxCounted is where counting stops.
	maxCounted = 1000
)

// Filter says which appeals to show.
type Filter struct {
	State      State // empty: those with the municipality or the appeal body
	Kind       string
	Department string
	Assignee   string // person id; "-" means nobody
	Offset     int
}

// tidy drops what no appeal can have: the filter comes from an address that
// anybody may have written.
func (f Filter) tidy() Filter {
	if !f.State.Valid() {
		f.State = ""
	}
	if f.Kind != tenant.Slug(f.Kind) {
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
		Department: "a.department_id", Assignee: "a.assignee_id", Restricted: "a.restricted",
		OwnerExists: "(? in (a.applicant_id, a.subject_id) or ' ' || a.further || ' ' like '% ' || ? || ' %')",
	}, len(q.args)+1)
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

func (f Filter) query(tx *store.Tx, scope access.Scope) *query {
	q := &query{}
	q.add("a.tenant_id = ?", tx.Tenant)
	if f.State != "" {
		q.add("a.state = ?", string(f.State))
	} else {
		q.add("a.state in (?, ?, ?)", string(Received), string(Ready), string(Forwarded))
	}
	if f.Kind != "" {
		q.add("a.kind = ?", f.Kind)
	}
	if f.Department != "" {
		q.add("a.department_id = ?", f.Department)
	}
	if f.Assignee == "-" {
		q.add("a.assignee_id = ?", "")
	} else if f.Assignee != "" {
		q.add("a.assignee_id = ?", f.Assignee)
	}
	q.scoped(scope)
	return q
}

// list reads the appeals that both the filter and the scope let through, the
// oldest first, and one more than a page.
func (s *Service) list(ctx context.Context, tx *store.Tx, f Filter, scope access.Scope) ([]Appeal, error) {
	q := f.query(tx, scope)
	q.args = append(q.args, pageSize+1, f.Offset)
	rows, err := store.All(ctx, tx, (*row).fields, `select `+columns+` from appeals a where `+strings.Join(q.where, " and ")+
		` order by a.lodged_at, a.id limit $`+strconv.Itoa(len(q.args)-1)+` offset $`+strconv.Itoa(len(q.args)), q.args...)
	if err != nil {
		return nil, fmt.Errorf("appeals: list: %w", err)
	}
	return s.appeals(ctx, tx, rows)
}

// countState counts the appeals in a state.
func countState(ctx context.Context, tx *store.Tx, f Filter, scope access.Scope) (int64, error) {
	q := f.query(tx, scope)
	q.args = append(q.args, maxCounted)
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from (select 1 as one from appeals a where `+strings.Join(q.where, " and ")+
		` limit $`+strconv.Itoa(len(q.args))+`) as counted`, q.args...)
	if err != nil {
		return 0, fmt.Errorf("appeals: count: %w", err)
	}
	return n, nil
}
