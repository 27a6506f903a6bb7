package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxCandidates bounds how many cases a search reads before they are put in order. A
// name that more have is so common that going through the cases in order soon meets
// enough of them.
const maxCandidates = 2000

// insertWords makes a new case to be found by its words, all in one statement.
func insertWords(ctx context.Context, tx *store.Tx, caseID string, list []string) error {
	if len(list) == 0 {
		return nil
	}
	args := []any{tx.Tenant, caseID, " " + strings.Join(list, " ")}
	rows := make([]string, 0, len(list))
	for _, word := range list {
		args = append(args, word)
		rows = append(rows, "($1, $"+strconv.Itoa(len(args))+", $2, $3)")
	}
	err := tx.Queue(ctx, `insert into cases_words (tenant_id, word, case_id, names) values `+strings.Join(rows, ", ")+`
		on conflict (tenant_id, word, case_id) do update set names = excluded.names`, args...)
	if err != nil {
		return fmt.Errorf("cases: index words: %w", err)
	}
	return nil
}

// addWords makes a case to be found by further words, beside those it has.
func addWords(ctx context.Context, tx *store.Tx, caseID string, list []string) error {
	had, err := store.All(ctx, tx, store.Value[string],
		`select word from cases_words where tenant_id = $1 and case_id = $2 order by word limit $3`, tx.Tenant, caseID, maxCandidates)
	if err != nil {
		return fmt.Errorf("cases: read words: %w", err)
	}
	all := slices.Concat(had, list)
	slices.Sort(all)
	return insertWords(ctx, tx, caseID, slices.Compact(all))
}

// candidates returns the cases that have words with all of the beginnings, or that
// there are too many to read them all.
func candidates(ctx context.Context, tx *store.Tx, beginnings []string) (list []string, tooMany bool, err error) {
	if beginnings, err = rarestFirst(ctx, tx, beginnings); err != nil {
		return nil, false, err
	}
	args := []any{tx.Tenant, beginnings[0], after(beginnings[0]), maxCandidates}
	rest := "true"
	if others := beginnings[1:]; len(others) > 0 {
		q := &query{args: args}
		for _, b := range others {
			q.add(`w.names like ? escape '\'`, "% "+likeEscaper.Replace(b)+"%")
		}
		beside := strings.Join(q.where, " and ")
		q.where = nil
		haveWords(q, "w.case_id", others)
		// Rows of the release before have no names beside them.
		rest, args = "(w.names <> '' and "+beside+" or w.names = '' and "+strings.Join(q.where, " and ")+")", q.args
	}
	list, err = store.All(ctx, tx, store.Value[string], `select w.case_id from cases_words w
		where w.tenant_id = $1 and w.word >= $2 and w.word < $3 and `+rest+` order by w.word, w.case_id limit $4`, args...)
	if err != nil {
		return nil, false, fmt.Errorf("cases: search by words: %w", err)
	}
	if len(list) == maxCandidates {
		return nil, true, nil
	}
	slices.Sort(list)
	return slices.Compact(list), false, nil
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// rarestFirst puts the word first that the fewest cases have: theirs are read, and
// the other words looked for in them. A given name may stand in forty thousand.
func rarestFirst(ctx context.Context, tx *store.Tx, words []string) ([]string, error) {
	if len(words) < 2 {
		return words, nil
	}
	type counted struct{ place, cases int64 }
	parts, args := make([]string, len(words)), []any{tx.Tenant, maxCandidates}
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

// haveWords narrows a query to those whose case has words with all of the beginnings.
// $1 is the tenant. It asks each case by itself: the offset keeps PostgreSQL from reading all cases
// that have a word first, which may be a twentieth of them.
func haveWords(q *query, caseID string, beginnings []string) {
	for _, b := range beginnings {
		q.add(`exists (select 1 from cases_words x where x.tenant_id = $1 and x.case_id = `+caseID+` and x.word >= ? and x.word < ? limit 1 offset 0)`, b, after(b))
	}
}
