package cases

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
)

// mentionLimit bounds the list of mentions.
const mentionLimit = 100

func insertMention(ctx context.Context, tx *store.Tx, c Case, person, name, by string) error {
	_, err := tx.Exec(ctx, `insert into cases_mentions (tenant_id, person_id, case_id, seq, at, person_name, by_name) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Tenant, person, c.ID, c.Entries, tx.Now, name, by)
	if err != nil {
		return fmt.Errorf("cases: mention: %w", err)
	}
	return nil
}

// seeMentions notes that somebody has opened the case that she is mentioned in.
func seeMentions(ctx context.Context, tx *store.Tx, caseID, person string) error {
	_, err := tx.Exec(ctx, `update cases_mentions set seen_at = $4 where tenant_id = $1 and person_id = $2 and case_id = $3 and seen_at is null`, tx.Tenant, person, caseID, tx.Now)
	if err != nil {
		return fmt.Errorf("cases: see mentions: %w", err)
	}
	return nil
}

// unseenMentions counts the notes that somebody has not read.
func unseenMentions(ctx context.Context, tx *store.Tx, person string) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from (select 1 from cases_mentions where tenant_id = $1 and person_id = $2 and seen_at is null limit $3) counted`,
		tx.Tenant, person, maxCounted)
	if err != nil {
		return 0, fmt.Errorf("cases: count mentions: %w", err)
	}
	return n, nil
}

type mentionRow struct {
	caseRow
	m        Mention
	at, seen store.Time
}

func (r *mentionRow) fields() []any {
	return append(r.caseRow.fields(), &r.at, &r.m.ByName, &r.seen)
}

// mentionsOf reads a person's mentions in the cases of the scope, the newest first.
func mentionsOf(ctx context.Context, tx *store.Tx, person string, scope access.Scope) ([]Mention, error) {
	condition, args := scope.Where(columns(), 4)
	rows, err := store.All(ctx, tx, (*mentionRow).fields, `select `+prefixed(caseColumns)+`, m.at, m.by_name, m.seen_at from cases_mentions m
		join cases c on c.tenant_id = m.tenant_id and c.id = m.case_id
		where m.tenant_id = $1 and m.person_id = $2 and `+condition+` order by m.at desc, m.case_id, m.seq limit $3`,
		append([]any{tx.Tenant, person, mentionLimit}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("cases: mentions: %w", err)
	}
	list := make([]Mention, len(rows))
	for i, r := range rows {
		list[i] = Mention{Case: r.toCase(), At: r.at.Time, ByName: r.m.ByName, Seen: !r.seen.IsZero()}
	}
	return list, nil
}

// mentionedIn returns whom the notes of a case are for, by their number.
func mentionedIn(ctx context.Context, tx *store.Tx, caseID string) (map[int64][]string, error) {
	type row struct {
		seq  int64
		name string
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.seq, &r.name} },
		`select seq, person_name from cases_mentions where tenant_id = $1 and case_id = $2 order by seq, person_name limit $3`, tx.Tenant, caseID, maxEntries)
	if err != nil {
		return nil, fmt.Errorf("cases: mentioned: %w", err)
	}
	names := map[int64][]string{}
	for _, r := range rows {
		names[r.seq] = append(names[r.seq], r.name)
	}
	return names, nil
}
