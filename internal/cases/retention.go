package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// nobody is what stands for the persons of an anonymised case. It is told apart by
// the case, and is nobody's id.
const nobody = "anonymised:"

// Nobody is the id that stands for the persons of a case once it is anonymised.
func Nobody(caseID string) string { return nobody + caseID }

// EntryAnonymised is the journal's last line: why nothing else stands there.
const EntryAnonymised EntryKind = "anonymised"

// Anonymised reports whether the case has been anonymised (anonymisert,
// personvernforordningen art. 5 no. 1 e): it is nobody's any more.
func (c Case) Anonymised() bool { return strings.HasPrefix(c.Applicant, nobody) }

// EndedAt is when the case was over: closed, or decided when nothing comes after
// the decision. It is zero while somebody works on it.
func (c Case) EndedAt() time.Time {
	switch {
	case c.Status.Open():
		return time.Time{}
	case !c.ClosedAt.IsZero():
		return c.ClosedAt
	}
	return c.DecidedAt
}

// Ended returns cases of a kind that were over before an instant and are not
// anonymised, in order of id, after one. The caller is Torg itself.
func (*Service) Ended(ctx context.Context, tx *store.Tx, kind string, before time.Time, after string, limit int) ([]Case, error) {
	return ended(ctx, tx, kind, store.At(before), after, limit)
}

// Anonymise removes what makes a case somebody's, at most limit rows of it, and
// reports whether nothing is left. Names, answers, texts, search words, parties
// and mentions go; number, kind, department, dates and outcome stay. What other
// packages hold of the case they forget by themselves, before the case itself
// does: while it still has names, it is found again after a crash.
func (s *Service) Anonymise(ctx context.Context, tx *store.Tx, id string, limit int) (done bool, err error) {
	c, err := load(ctx, tx, id, true)
	if err != nil || c.Anonymised() {
		return err == nil, err
	}
	n, err := emptyEntries(ctx, tx, id, limit)
	if err != nil || n >= limit {
		return false, err
	}
	if err := s.emptyDecision(ctx, tx, id); err != nil {
		return false, err
	}
	if err := forgetPersons(ctx, tx, id); err != nil {
		return false, err
	}
	if err := s.journal(ctx, tx, &c, Entry{Kind: EntryAnonymised}); err != nil {
		return false, err
	}
	return true, anonymise(ctx, tx, id, c.Entries)
}

// emptyDecision keeps which decision was made and when, and nothing of its text.
func (s *Service) emptyDecision(ctx context.Context, tx *store.Tx, id string) error {
	plain, err := json.Marshal(content{})
	if err != nil {
		return fmt.Errorf("cases: write decision: %w", err)
	}
	cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeDecision, plain, []byte(id))
	if err != nil {
		return fmt.Errorf("cases: encrypt decision: %w", err)
	}
	return emptyDecisions(ctx, tx, id, cipher)
}
