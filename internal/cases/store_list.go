package cases

import (
	"cmp"
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

// firstYear is the earliest of a case number: 28/37 is a property.
const firstYear = 1900

// Filter says which cases of the work list to show.
type Filter struct {
	Text       string // beginnings of names, or a case number
	Status     Status // empty: those still open
	Kind       string
	Department string
	Assignee   string // person id; "-" means nobody
	Proposed   bool   // only decisions that wait for a second person
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
	f = f.tidy()
	q, statuses, err := f.search(ctx, tx)
	if err != nil || q == nil {
		return nil, err
	}
	offset, end := max(f.Offset, 0), max(f.Offset, 0)+pageSize+1
	if len(statuses) == 0 {
		return listSome(ctx, tx, q, scope, offset, pageSize+1)
	}
	// An index has the cases of one status in order; those of several would have to
	// be read and sorted.
	var all []Case
	for _, status := range statuses {
		each := &query{slices.Clone(q.where), slices.Clone(q.args)}
		each.add("c.status = ?", string(status))
		some, err := listSome(ctx, tx, each, scope, 0, end)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Case) int { return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), cmp.Compare(a.ID, b.ID)) })
	return all[min(offset, len(all)):min(end, len(all))], nil
}

// search makes the query, and says of which statuses it is to be asked one by one;
// of none when the cases it names are few. There is no query when no case is meant.
func (f Filter) search(ctx context.Context, tx *store.Tx) (*query, []Status, error) {
	q := &query{}
	q.add("c.tenant_id = ?", tx.Tenant)
	f.apply(q)
	statuses := []Status{Received, InProgress, Waiting}
	switch {
	case f.Status != "":
		statuses = []Status{f.Status}
	case f.Text != "":
		statuses = Statuses()
	}
	if year, number, ok := parseNumber(f.Text, inYear(tx.Now.Time)); ok && year >= firstYear {
		q.add("c.year = ? and c.number = ?", year, number)
		return q.in(f.Status), nil, nil
	}
	beginnings := queryWords(f.Text)
	if len(beginnings) == 0 {
		return q, statuses, nil
	}
	few, tooMany, err := candidates(ctx, tx, beginnings)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case tooMany:
		haveWords(q, "c.id", beginnings)
		return q, statuses, nil
	case len(few) == 0:
		return nil, nil, nil
	}
	var ids string
	ids, q.args = store.InList(q.args, few)
	q.where = append(q.where, "c.id in "+ids)
	return q.in(f.Status), nil, nil
}

// in narrows the query to a status, if there is one.
func (q *query) in(s Status) *query {
	if s != "" {
		q.add("c.status = ?", string(s))
	}
	return q
}

func listSome(ctx context.Context, tx *store.Tx, q *query, scope access.Scope, offset, limit int) ([]Case, error) {
	condition, args := scope.Where(columns(), len(q.args)+1)
	where := slices.Concat(q.where, []string{condition})
	args = slices.Concat(q.args, args, []any{limit, offset})
	text := `select ` + prefixed(caseColumns) + ` from cases c where ` + strings.Join(where, " and ") +
		` order by c.received_at, c.id limit $` + strconv.Itoa(len(args)-1) + ` offset $` + strconv.Itoa(len(args))
	rows, err := store.All(ctx, tx, (*caseRow).fields, text, args...)
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
	if f.Proposed {
		q.add("c.proposed_by <> ''")
	}
}

func prefixed(columns string) string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = "c." + strings.TrimSpace(p)
	}
	return strings.Join(parts, ", ")
}

// ofColumn is the statement that reads a person's newest cases by a column that an
// index has in their order; one "or" over several would read all of hers and sort.
func ofColumn(column string) string {
	return `select ` + caseColumns + ` from cases where tenant_id = $1 and ` + column + ` = $2 order by received_at desc, id desc limit $3`
}

// ofPersons reads the cases that belong to one of the persons, the newest first.
func ofPersons(ctx context.Context, tx *store.Tx, persons []string) ([]Case, error) {
	var all []Case
	for _, person := range persons {
		rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from (`+ofColumn("applicant_id")+`) applied
			union all select `+caseColumns+` from (`+ofColumn("subject_id")+`) concerned
			union all select `+caseColumns+` from (`+ofParty+`) further
			order by received_at desc, id desc limit $4`, tx.Tenant, person, mineLimit, 3*mineLimit)
		if err != nil {
			return nil, fmt.Errorf("cases: of a person: %w", err)
		}
		all = append(all, toCases(rows)...)
	}
	return newestOfEach(all, mineLimit), nil
}

// maxCounted bounds what is counted of each status: "many" is as good an answer,
// and a count of all would look at every open case for each page of the list.
const maxCounted = 500

// Count is how many open cases there are of something, at most maxCounted.
type Count struct {
	Key   string
	Count int64
}

// Capped reports whether there may be more.
func (c Count) Capped() bool { return c.Count >= maxCounted }

// openByStatus counts the scope's open cases by status, and those whose decision
// waits for a second person, as far as it is worth.
func openByStatus(ctx context.Context, tx *store.Tx, scope access.Scope) ([]Count, error) {
	var list []Count
	for _, key := range []string{string(Received), string(InProgress), string(Waiting), keyProposed} {
		q := &query{}
		q.add("c.tenant_id = ?", tx.Tenant)
		if key == keyProposed {
			q.add("c.proposed_by <> ''") // in the text, so that the databases see that an index has only those
		} else {
			q.add("c.status = ?", key)
		}
		condition, args := scope.Where(columns(), len(q.args)+1)
		args = append(append(q.args, args...), maxCounted)
		n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from (select 1 from cases c where `+strings.Join(q.where, " and ")+` and `+condition+
			` limit $`+strconv.Itoa(len(args))+`) counted`, args...)
		if err != nil {
			return nil, fmt.Errorf("cases: count: %w", err)
		}
		list = append(list, Count{key, n})
	}
	return list, nil
}

// keyProposed is the count and the tab of decisions that wait for a second person.
const keyProposed = "proposed"
