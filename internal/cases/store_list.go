package cases

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// pageSize is how many cases a page of the work list shows.
const pageSize = 50

// Filter says which cases of the work list to show.
type Filter struct {
	Text       string // beginnings of names, or a case number
	Status     Status // empty: those still open
	Kind       string
	Department string
	Assignee   string // person id; "-" means nobody
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

// columns are what the policies' answer is read from in a query of cases c.
func columns() access.ScopeColumns {
	return access.ScopeColumns{
		Department: "c.department_id", OwnerExists: "(? in (c.applicant_id, c.subject_id) or ' ' || c.further || ' ' like '% ' || ? || ' %')",
		Assignee: "c.assignee_id", Restricted: "c.restricted",
	}
}

// list reads the cases that both the filter and the person's scope let through,
// the oldest first, and one more than a page to know whether there are others.
func list(ctx context.Context, tx *store.Tx, f Filter, scope access.Scope) ([]Case, error) {
	q := &query{}
	q.add("c.tenant_id = ?", tx.Tenant)
	f = f.tidy()
	f.apply(q)
	condition, args := scope.Where(columns(), len(q.args)+1)
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
	q.args = append(q.args, pageSize+1, max(f.Offset, 0))
	text := `select ` + prefixed(caseColumns) + ` from cases c where ` + strings.Join(q.where, " and ") +
		` order by c.received_at, c.id limit $` + strconv.Itoa(len(q.args)-1) + ` offset $` + strconv.Itoa(len(q.args))
	rows, err := store.All(ctx, tx, (*caseRow).fields, text, q.args...)
	if err != nil {
		return nil, fmt.Errorf("cases: list: %w", err)
	}
	return toCases(rows), nil
}

// tidy drops what no case can have: the filter comes from an address that
// anybody may have written.
func (f Filter) tidy() Filter {
	f.Text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(f.Text, ""), "\x00", " "))
	if !slices.Contains(Statuses(), f.Status) {
		f.Status = ""
	}
	if f.Kind != tenant.Slug(f.Kind) {
		f.Kind = ""
	}
	if f.Assignee != "-" && !ids.Valid(f.Assignee) {
		f.Assignee = ""
	}
	return f
}

func (f Filter) apply(q *query) {
	switch {
	case f.Status != "":
		q.add("c.status = ?", string(f.Status))
	case f.Text == "":
		q.add("c.status in (?, ?, ?)", string(Received), string(InProgress), string(Waiting))
	}
	if f.Kind != "" {
		q.add("c.kind = ?", f.Kind)
	}
	if f.Department != "" {
		q.add("c.department_id = ?", f.Department)
	}
	switch f.Assignee {
	case "":
	case "-":
		q.add("c.assignee_id = ?", "")
	default:
		q.add("c.assignee_id = ?", f.Assignee)
	}
	f.applyText(q)
}

func (f Filter) applyText(q *query) {
	if year, number, ok := parseLabel(strings.TrimSpace(f.Text)); ok {
		q.add("c.year = ? and c.number = ?", year, number)
		return
	}
	for _, word := range queryWords(f.Text) {
		// $1 is the tenant. Naming it by the outer row would make the databases ask
		// the words once for each case instead of once.
		q.add("c.id in (select w.case_id from cases_words w where w.tenant_id = $1 and w.word >= ? and w.word < ?)", word, after(word))
	}
}

func prefixed(columns string) string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = "c." + strings.TrimSpace(p)
	}
	return strings.Join(parts, ", ")
}

// ofPersons reads the cases that belong to one of the persons, the newest first.
func ofPersons(ctx context.Context, tx *store.Tx, persons []string, limit int) ([]Case, error) {
	var all []Case
	for _, column := range []string{"applicant_id", "subject_id"} {
		for _, person := range persons {
			rows, err := store.All(ctx, tx, (*caseRow).fields,
				`select `+caseColumns+` from cases where tenant_id = $1 and `+column+` = $2 order by received_at desc, id desc limit $3`, tx.Tenant, person, limit)
			if err != nil {
				return nil, fmt.Errorf("cases: of a person: %w", err)
			}
			all = append(all, toCases(rows)...)
		}
	}
	for _, person := range persons {
		further, err := ofParty(ctx, tx, person, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, further...)
	}
	return newestOfEach(all, limit), nil
}

// Count is how many open cases there are of something.
type Count struct {
	Key   string
	Count int64
}

// openByStatus counts the scope's open cases by status.
func openByStatus(ctx context.Context, tx *store.Tx, scope access.Scope) ([]Count, error) {
	q := &query{}
	q.add("c.tenant_id = ?", tx.Tenant)
	q.add("c.status in (?, ?, ?)", string(Received), string(InProgress), string(Waiting))
	condition, args := scope.Where(columns(), len(q.args)+1)
	rows, err := store.All(ctx, tx, func(n *Count) []any { return []any{&n.Key, &n.Count} },
		`select c.status, count(*) from cases c where `+strings.Join(q.where, " and ")+` and `+condition+` group by c.status order by c.status limit 20`,
		append(q.args, args...)...)
	if err != nil {
		return nil, fmt.Errorf("cases: count: %w", err)
	}
	return rows, nil
}
