package cases

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxPast bounds the decisions of a case that no longer stand.
const maxPast = 100

func (s *Service) entriesAfter(ctx context.Context, tx *store.Tx, caseID string, after int64, limit int) ([]Entry, error) {
	rows, err := store.All(ctx, tx, (*entryRow).fields, `select seq, at, kind, internal, actor_id, actor_name, text_cipher, documents, behalf_id, behalf_name, came
		from cases_entries where tenant_id = $1 and case_id = $2 and internal = $3 and seq > $4 order by seq limit $5`,
		tx.Tenant, caseID, false, after, limit)
	if err != nil {
		return nil, fmt.Errorf("cases: entries after one: %w", err)
	}
	list := make([]Entry, len(rows))
	for i, r := range rows {
		if list[i], err = s.entry(ctx, tx, caseID, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// pastDecisions reads the decisions of a case that no longer stand. One that the
// law made has no text.
func (s *Service) pastDecisions(ctx context.Context, tx *store.Tx, caseID string) ([]Decision, error) {
	rows, err := store.All(ctx, tx, func(r *decisionRow) []any {
		d := &r.Decision
		return []any{&d.Outcome, &r.cipher, &d.DecidedBy, &d.DeciderName, &r.at, &d.Letter, &d.ApprovedBy, &d.ApproverName}
	}, `select outcome, content_cipher, decided_by, decider_name, decided_at, letter_id, approved_by, approver_name
		from cases_past_decisions where tenant_id = $1 and case_id = $2 order by number limit $3`, tx.Tenant, caseID, maxPast)
	if err != nil {
		return nil, fmt.Errorf("cases: past decisions: %w", err)
	}
	list := make([]Decision, len(rows))
	for i, r := range rows {
		list[i] = r.Decision
		list[i].DecidedAt, list[i].Final = r.at.Time, true
		if len(r.cipher) == 0 {
			continue
		}
		if list[i], err = s.openDecision(ctx, tx, caseID, r); err != nil {
			return nil, err
		}
		list[i].Final = true
	}
	return list, nil
}

// maxLetters bounds the letters of one case, and the lines in which one person has
// enclosed something.
const maxLetters = 1000

// letterKinds are the lines of the journal that keep a letter: of this package, which
// others use too, and of the one on appeals.
func letterKinds() (own, appeals string) { return string(EntryLetter), "appeal_letter" }

// lettersOf returns the letters that the journal tells of.
func lettersOf(ctx context.Context, tx *store.Tx, caseID string) (list []string, err error) {
	own, appeals := letterKinds()
	return documentsIn(ctx, tx, `select documents from cases_entries
		where tenant_id = $1 and case_id = $2 and kind in ($3, $4) order by seq limit $5`, tx.Tenant, caseID, own, appeals, maxLetters)
}

// enclosedBy returns the files that some persons, or others for them, have enclosed with
// what they wrote in a case, and those that came on paper, from whomever. What came with the application is not among them: the form
// knows which of its files are the sender's own.
func enclosedBy(ctx context.Context, tx *store.Tx, caseID string, persons []string) (list []string, err error) {
	for _, person := range persons {
		some, err := documentsIn(ctx, tx, `select documents from cases_entries
			where tenant_id = $1 and case_id = $2 and (actor_id = $3 or behalf_id = $3) and kind <> $4 and documents <> '[]' order by seq limit $5`,
			tx.Tenant, caseID, person, string(EntryReceived), maxLetters)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	if len(persons) == 0 {
		return nil, nil
	}
	kinds, args := store.InList([]any{tx.Tenant, caseID, maxLetters}, writtenForOthers())
	some, err := documentsIn(ctx, tx, `select documents from cases_entries
		where tenant_id = $1 and case_id = $2 and kind in `+kinds+` and documents <> '[]' order by seq limit $3`, args...)
	return append(list, some...), err
}

// documentsIn are the documents that lines of a journal name.
func documentsIn(ctx context.Context, tx *store.Tx, query string, args ...any) (list []string, err error) {
	rows, err := store.All(ctx, tx, store.Value[store.JSON], query, args...)
	if err != nil {
		return nil, fmt.Errorf("cases: documents of a journal: %w", err)
	}
	for _, row := range rows {
		var documents []string
		if err := json.Unmarshal(row, &documents); err != nil {
			return nil, fmt.Errorf("cases: documents of a line: %w", err)
		}
		list = append(list, documents...)
	}
	return list, nil
}
