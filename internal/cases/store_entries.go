package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	purposeEntry    = "case-entry"
	purposeDecision = "case-decision"
	maxEntries      = 1000
)

// insertEntry writes a line of the journal. Its text is encrypted and bound to
// its place, so that it cannot be moved to another case.
func (s *Service) insertEntry(ctx context.Context, tx *store.Tx, caseID string, e Entry) error {
	var cipher []byte
	if e.Text != "" {
		var err error
		if cipher, err = s.Keys.Encrypt(ctx, tx.Tenant, purposeEntry, []byte(e.Text), entryPlace(caseID, e.Seq)); err != nil {
			return fmt.Errorf("cases: encrypt entry: %w", err)
		}
	}
	documents, err := json.Marshal(append([]string{}, e.Documents...))
	if err != nil {
		return fmt.Errorf("cases: entry's documents: %w", err)
	}
	err = tx.Queue(ctx, `insert into cases_entries (tenant_id, case_id, seq, at, kind, internal, actor_id, actor_name, text_cipher, documents, behalf_id, behalf_name, posting, came)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		tx.Tenant, caseID, e.Seq, tx.Now, string(e.Kind), e.Internal, e.ActorID, e.ActorName, cipher, store.JSON(documents), e.BehalfID, e.BehalfName, e.posting, string(e.Came))
	if err != nil {
		return fmt.Errorf("cases: insert entry: %w", err)
	}
	return nil
}

func entryPlace(caseID string, seq int64) []byte {
	return []byte(caseID + "/" + strconv.FormatInt(seq, 10))
}

type entryRow struct {
	Entry
	at        store.Time
	cipher    []byte
	documents store.JSON
}

func (r *entryRow) fields() []any {
	return []any{&r.Seq, &r.at, (*string)(&r.Kind), &r.Internal, &r.ActorID, &r.ActorName, &r.cipher, &r.documents, &r.BehalfID, &r.BehalfName, (*string)(&r.Came)}
}

// entries reads the journal in order, with the notes of the staff when asked.
func (s *Service) entries(ctx context.Context, tx *store.Tx, caseID string, internal bool) ([]Entry, error) {
	rows, err := store.All(ctx, tx, (*entryRow).fields, `select seq, at, kind, internal, actor_id, actor_name, text_cipher, documents, behalf_id, behalf_name, came
		from cases_entries where tenant_id = $1 and case_id = $2 and (internal = $3 or internal = $4) order by seq desc limit $5`,
		tx.Tenant, caseID, false, internal, maxEntries)
	if err != nil {
		return nil, fmt.Errorf("cases: entries: %w", err)
	}
	mentioned := map[int64][]string{}
	if internal {
		if mentioned, err = mentionedIn(ctx, tx, caseID); err != nil {
			return nil, err
		}
	}
	slices.Reverse(rows) // the newest are kept where there are too many, and stand last
	list := make([]Entry, len(rows))
	for i, r := range rows {
		e, err := s.entry(ctx, tx, caseID, r)
		if err != nil {
			return nil, err
		}
		e.Mentions = mentioned[r.Seq]
		list[i] = e
	}
	return list, nil
}

// entry opens a line of the journal.
func (s *Service) entry(ctx context.Context, tx *store.Tx, caseID string, r entryRow) (Entry, error) {
	e := r.Entry
	e.At = r.at.Time
	if len(r.cipher) > 0 {
		text, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeEntry, r.cipher, entryPlace(caseID, r.Seq))
		if err != nil {
			return e, fmt.Errorf("cases: decrypt entry: %w", err)
		}
		e.Text = string(text)
	}
	if err := json.Unmarshal(r.documents, &e.Documents); err != nil {
		return e, fmt.Errorf("cases: entry's documents: %w", err)
	}
	return e, nil
}

// content is the part of a decision that is encrypted.
type content struct {
	Values     map[string]string `json:"values"`
	LegalBasis string            `json:"legal_basis"`
	Reasons    string            `json:"reasons"`
	Appeal     string            `json:"appeal"`
	Terms      []Term            `json:"terms,omitempty"`
	Layout     Layout            `json:"layout,omitempty"`
}

func (s *Service) saveDecision(ctx context.Context, tx *store.Tx, caseID string, d Decision) error {
	plain, err := json.Marshal(content{Values: d.Values, LegalBasis: d.LegalBasis, Reasons: d.Reasons, Appeal: d.Appeal, Terms: d.Terms, Layout: d.Layout})
	if err != nil {
		return fmt.Errorf("cases: write decision: %w", err)
	}
	cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeDecision, plain, []byte(caseID))
	if err != nil {
		return fmt.Errorf("cases: encrypt decision: %w", err)
	}
	actor := identity.From(ctx)
	err = tx.QueueChange(ctx, errors.New("cases: a final decision is not written over"), `insert into cases_decisions (tenant_id, case_id, outcome, content_cipher, final, decided_by, decider_name, decided_at, saved_at,
			approved_by, approver_name, saved_by, saver_name, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $12, $13, $14, $15)
		on conflict (tenant_id, case_id) do update set outcome = excluded.outcome, content_cipher = excluded.content_cipher, final = excluded.final,
			decided_by = excluded.decided_by, decider_name = excluded.decider_name, decided_at = excluded.decided_at, saved_at = excluded.saved_at,
			approved_by = excluded.approved_by, approver_name = excluded.approver_name, saved_by = excluded.saved_by, saver_name = excluded.saver_name, version = excluded.version
		where cases_decisions.final = $10`,
		tx.Tenant, caseID, d.Outcome, cipher, d.Final, d.DecidedBy, d.DeciderName, at(d.DecidedAt), tx.Now, false,
		d.ApprovedBy, d.ApproverName, actorID(ctx), actor.Name, d.Version)
	if err != nil {
		return fmt.Errorf("cases: save decision: %w", err)
	}
	return nil
}

type decisionRow struct {
	Decision
	cipher    []byte
	at, saved store.Time
}

func (r *decisionRow) fields() []any {
	return []any{
		&r.Outcome, &r.cipher, &r.Final, &r.DecidedBy, &r.DeciderName, &r.at, &r.Letter,
		&r.ApprovedBy, &r.ApproverName, &r.SavedBy, &r.SaverName, &r.saved, &r.Version,
	}
}

// decision reads the decision of a case, or its draft; store.ErrNoRows when
// nothing is written yet.
func (s *Service) decision(ctx context.Context, tx *store.Tx, caseID string) (Decision, error) {
	r, err := store.One(ctx, tx, (*decisionRow).fields, `select outcome, content_cipher, final, decided_by, decider_name, decided_at, letter_id,
			approved_by, approver_name, saved_by, saver_name, saved_at, version from cases_decisions where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if err != nil {
		return Decision{}, err
	}
	return s.openDecision(ctx, tx, caseID, r)
}

// openDecision decrypts a decision, one that stands or a past one.
func (s *Service) openDecision(ctx context.Context, tx *store.Tx, caseID string, r decisionRow) (Decision, error) {
	plain, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeDecision, r.cipher, []byte(caseID))
	if err != nil {
		return Decision{}, fmt.Errorf("cases: decrypt decision: %w", err)
	}
	var c content
	if err := json.Unmarshal(plain, &c); err != nil {
		return Decision{}, fmt.Errorf("cases: read decision: %w", err)
	}
	d := r.Decision
	d.Values, d.LegalBasis, d.Reasons, d.Appeal, d.Terms, d.DecidedAt = c.Values, c.LegalBasis, c.Reasons, c.Appeal, c.Terms, r.at.Time
	d.Layout, d.SavedAt = c.Layout, r.saved.Time
	return d, nil
}

// setLetter notes which document the letter is, once.
func setLetter(ctx context.Context, tx *store.Tx, caseID, documentID string) (bool, error) {
	n, err := tx.Exec(ctx, `update cases_decisions set letter_id = $3 where tenant_id = $1 and case_id = $2 and letter_id = $4`, tx.Tenant, caseID, documentID, "")
	if err != nil {
		return false, fmt.Errorf("cases: set letter: %w", err)
	}
	return n == 1, nil
}
