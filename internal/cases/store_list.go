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
	offset, end := max(f.Offset, 0), max(f.Offset, 0)+pageSize+1
	if f.Status != "" || f.Text != "" {
		return listSome(ctx, tx, f, scope, offset, pageSize+1)
	}
	// An index has the cases of one status in order; those of all that are open
	// would have to be read and sorted.
	var all []Case
	for _, status := range []Status{Received, InProgress, Waiting} {
		f.Status = status
		some, err := listSome(ctx, tx, f, scope, 0, end)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Case) int { return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), cmp.Compare(a.ID, b.ID)) })
	return all[min(offset, len(all)):min(end, len(all))], nil
}

func listSome(ctx context.Context, tx *store.Tx, f Filter, scope access.Scope, offset, limit int) ([]Case, error) {
	words, err := rarestFirst(ctx, tx, queryWords(f.Text))
	if err != nil {
		return nil, err
	}
	q := &query{}
	q.add("c.tenant_id = ?", tx.Tenant)
	f.apply(q, inYear(tx.Now.Time), words)
	condition, args := scope.Where(columns(), len(q.args)+1)
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
	q.args = append(q.args, limit, offset)
	text := `select ` + prefixed(caseColumns) + ` from cases c where ` + strings.Join(q.where, " and ") +
		` order by c.received_at, c.id limit $` + strconv.Itoa(len(q.args)-1) + ` offset $` + strconv.Itoa(len(q.args))
	rows, err := store.All(ctx, tx, (*caseRow).fields, text, q.args...)
	if err != nil {
		return nil, fmt.Errorf("cases: list: %w", err)
	}
	return toCases(rows), nil
}

// maxRare bounds how far the cases of a word are counted to find the rarest.
const maxRare = 2000

// rarestFirst puts the word first that the fewest cases have: theirs are read, and
// the other words looked for in them. A given name may stand in forty thousand.
func rarestFirst(ctx context.Context, tx *store.Tx, words []string) ([]string, error) {
	if len(words) < 2 {
		return words, nil
	}
	type counted struct{ place, cases int64 }
	parts, args := make([]string, len(words)), []any{tx.Tenant, maxRare}
	for i, word := range words {
		n := strconv.Itoa(len(args) + 1)
		parts[i] = `select ` + strconv.Itoa(i) + ` as place, count(*) from (select 1 from cases_words
			where tenant_id = $1 and word >= $` + n + ` and word < $` + strconv.Itoa(len(args)+2) + ` limit $2) counted` + n
		args = append(args, word, after(word))
	}
	list, err := store.All(ctx, tx, func(c *counted) []any { return []any{&c.place, &c.cases} },
		strings.Join(parts, " union all ")+" order by place limit "+strconv.Itoa(len(words)), args...)
	if err != nil {
		return nil, fmt.Errorf("cases: count the words: %w", err)
	}
	count := map[string]int64{}
	for _, c := range list {
		count[words[c.place]] = c.cases
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(count[a], count[b]) })
	return words, nil
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

func (f Filter) apply(q *query, thisYear int64, words []string) {
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
	if f.Proposed {
		q.add("c.proposed_by <> ''")
	}
	f.applyText(q, thisYear, words)
}

func (f Filter) applyText(q *query, thisYear int64, words []string) {
	if year, number, ok := parseNumber(f.Text, thisYear); ok {
		q.add("c.year = ? and c.number = ?", year, number)
		return
	}
	if len(words) == 0 {
		return
	}
	// $1 is the tenant. Naming it by the outer row would make the databases ask the
	// words once for each case instead of once. The words meet in their own table,
	// so that only cases that have them all are read.
	others := strings.Repeat(" and exists (select 1 from cases_words x where x.tenant_id = $1 and x.case_id = w.case_id and x.word >= ? and x.word < ?)", len(words)-1)
	var args []any
	for _, word := range words {
		args = append(args, word, after(word))
	}
	q.add("c.id in (select w.case_id from cases_words w where w.tenant_id = $1 and w.word >= ? and w.word < ?"+others+")", args...)
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
