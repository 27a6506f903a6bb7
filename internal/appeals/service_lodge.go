package appeals

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// New is an appeal that somebody sends.
type New struct {
	Wants, Why, Late string
	Files            []blob.Stored
	// Key is chosen once for each form that is shown: what is posted twice under one
	// key stands once.
	Key string
	// Appellant is the party, and SentOn the day it was posted or handed in, of an
	// appeal that the staff write down; the party herself gives neither.
	Appellant string
	SentOn    clock.Date

	against *Appeal // whose rejection it is against; nil when it is against the decision
	limit   Limit
}

// Lodge appeals against the decision of a case, for the party herself or through
// whoever acts for her.
func (s *Service) Lodge(ctx context.Context, caseID string, n New) (a Appeal, err error) {
	err = s.inCase(ctx, caseID, PermLodge, func(ctx context.Context, tx *store.Tx, m matter) error {
		n.Appellant, n.SentOn = appellant(ctx, m.Case), clock.DateIn(tx.Now.Time)
		a, err = s.take(ctx, tx, m, n, online)
		return err
	})
	return a, err
}

// Register writes down an appeal that came on paper or at the counter. What counts
// is the day it was posted (forvaltningsloven § 30). One that comes after more than a year
// is taken in too: it is rejected, and the rejection is a decision that she can appeal
// against (§§ 2 third paragraph, 31 and 33).
func (s *Service) Register(ctx context.Context, caseID string, n New) (a Appeal, err error) {
	err = s.inCase(ctx, caseID, PermRegister, func(ctx context.Context, tx *store.Tx, m matter) error {
		if n.Appellant == "" {
			n.Appellant = m.Case.Applicant
		}
		if n.SentOn.IsZero() {
			n.SentOn = clock.DateIn(tx.Now.Time)
		}
		a, err = s.take(ctx, tx, m, n, onPaper)
		return err
	})
	return a, err
}

// take takes an appeal in. One that was posted before is found and given back.
func (s *Service) take(ctx context.Context, tx *store.Tx, m matter, n New, source string) (Appeal, error) {
	n.Wants, n.Why, n.Late = clean(n.Wants), clean(n.Why), clean(n.Late)
	posting := n.digest(ctx)
	for _, before := range m.Appeals {
		if posting != "" && before.posting == posting {
			return before, nil
		}
	}
	if !m.decided() {
		return Appeal{}, errs.Conflict("appeals.no_decision")
	}
	against, may := m.target(n.Appellant)
	if !may {
		return Appeal{}, errs.Conflict("appeals.already")
	}
	n.against, n.limit = against, m.limit(n.Appellant, against)
	standing := n.limit.On(n.SentOn)
	if standing == TooLate && source == online {
		return Appeal{}, errs.Conflict("appeals.too_late")
	}
	if err := errs.InvalidFields(n.wrong(m, standing, clock.DateIn(tx.Now.Time), source)...); err != nil {
		return Appeal{}, err
	}
	return s.insertNew(ctx, tx, m, n, standing, source, posting)
}

// made is the day of what an appeal is against.
func (n New) made(m matter) clock.Date {
	if n.against != nil {
		return clock.DateIn(n.against.PreparedAt)
	}
	return clock.DateIn(m.Case.DecidedAt)
}

// wrong is what keeps an appeal from being taken in. The law asks for little: that
// the decision is named, which the case does, and what is to be changed (§ 32).
func (n New) wrong(m matter, standing Standing, today clock.Date, source string) []errs.Field {
	wrong := checkText("wants", n.Wants, 1)
	if n.Why != "" || source == online && len(n.Files) == 0 {
		wrong = append(wrong, checkText("why", n.Why, 1)...)
	}
	if standing == Late && source == online || n.Late != "" {
		wrong = append(wrong, checkText("late", n.Late, 1)...)
	}
	if source == onPaper && (n.SentOn.After(today) || n.SentOn.Before(n.made(m))) {
		wrong = append(wrong, errs.Field{Name: "sent_on", Key: "appeals.need.sent_on"})
	}
	if !m.Case.IsParty(n.Appellant) {
		wrong = append(wrong, errs.Field{Name: "appellant", Key: "appeals.need.appellant"})
	}
	return wrong
}

func (s *Service) insertNew(ctx context.Context, tx *store.Tx, m matter, n New, standing Standing, source, posting string) (Appeal, error) {
	person, err := s.Identity.PersonIn(ctx, tx, n.Appellant)
	if err != nil {
		return Appeal{}, err
	}
	c := m.Case
	a := Appeal{
		ID: ids.New(), CaseID: c.ID, Round: m.Round, Kind: c.Kind, State: Received, Appellant: n.Appellant, AppellantName: person.Name.Full(),
		LodgedBy: actorID(ctx), LodgedByName: identity.From(ctx).Name, Source: source, LodgedAt: tx.Now.Time, SentOn: n.SentOn,
		LimitOn: n.limit.Last, Late: standing != InTime, Texts: Texts{Wants: n.Wants, Why: n.Why, Late: n.Late}, UpdatedAt: tx.Now.Time, Version: 1,
		department: c.Department, assignee: c.Assignee, applicant: c.Applicant, subject: c.Subject, further: c.Further, restricted: c.Restricted, posting: posting,
	}
	if n.against != nil {
		a.Against = n.against.ID
	}
	if a.Documents, err = s.keepFiles(ctx, tx, c.ID, n.Files); err != nil {
		return Appeal{}, err
	}
	if err := s.insert(ctx, tx, a); err != nil {
		if store.IsUnique(err) {
			return Appeal{}, errs.Conflict("appeals.already").Because(err)
		}
		return Appeal{}, err
	}
	kind := EntryReceived
	switch {
	case source == onPaper:
		kind = EntryRegistered
	case a.Against != "":
		kind = EntryContested
	}
	if err := s.touch(ctx, tx, c.ID, kind, a.Texts.Wants, a.Documents...); err != nil {
		return Appeal{}, err
	}
	if err := s.record(ctx, tx, a, "lodged", map[string]string{"late": strconv.FormatBool(a.Late), "source": source}); err != nil {
		return Appeal{}, err
	}
	if err := s.appealed(ctx, tx, m, a); err != nil {
		return Appeal{}, err
	}
	if err := s.tellParties(ctx, tx, c, a, "received"); err != nil {
		return Appeal{}, err
	}
	return a, s.tellStaff(ctx, tx, c, a, "received")
}

// appealed tells the clocks: the appellant's own limit is met, whatever the others do,
// and the preparation begins.
func (s *Service) appealed(ctx context.Context, tx *store.Tx, m matter, a Appeal) error {
	party := m.told(a.Appellant)
	if a.Against != "" {
		if err := s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.Contested, Party: party, Apart: true}); err != nil {
			return err
		}
	}
	return s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.Appealed, Party: party})
}

// ownerCase is what the documents of a case are owned by, and ownerAppeal the
// package.
const (
	ownerCase   = "case"
	ownerAppeal = "appeal"
)

// digest is what the row keeps of the key: with who posted and what, so that a key
// that comes again with another text hides nothing that was written.
func (n New) digest(ctx context.Context) string {
	if n.Key == "" {
		return ""
	}
	h := sha256.New()
	actor := identity.From(ctx)
	parts := []string{actorID(ctx), actor.OnBehalfOf, n.Key, n.Wants, n.Why, n.Late, n.Appellant, n.SentOn.String()}
	for _, f := range n.Files {
		parts = append(parts, f.Name, strconv.FormatInt(f.Size, 10))
	}
	for _, part := range parts {
		_, _ = io.WriteString(h, fmt.Sprintf("%d:%s", len(part), part)) // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Withdraw takes the actor's appeal in a case back, as long as it is with the
// municipality. One that was taken back already stays so.
func (s *Service) Withdraw(ctx context.Context, caseID string) error {
	return s.inCase(ctx, caseID, PermLodge, func(ctx context.Context, tx *store.Tx, m matter) error {
		a, has := m.of(appellant(ctx, m.Case))
		if !has {
			return errs.Conflict("appeals.nothing_to_withdraw")
		}
		return s.withdraw(ctx, tx, m, a, EntryWithdrawn)
	})
}

// RegisterWithdrawal takes an appeal back on the party's word.
func (s *Service) RegisterWithdrawal(ctx context.Context, id string, version int64) (Appeal, error) {
	return s.inAppeal(ctx, id, version, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		if err := s.withdrawn(ctx, tx, m, a); err != nil {
			return err
		}
		return s.told(ctx, tx, m.Case, *a, EntryWithdrawnByStaff)
	})
}

func (s *Service) withdraw(ctx context.Context, tx *store.Tx, m matter, a Appeal, entry cases.EntryKind) error {
	if err := s.withdrawn(ctx, tx, m, &a); err != nil {
		return err
	}
	if err := s.save(ctx, tx, &a); err != nil {
		return err
	}
	return s.told(ctx, tx, m.Case, a, entry)
}

// withdrawn ends the preparation, and the clock over it when no other appeal
// waits. What is with the appeal body is taken back there.
func (s *Service) withdrawn(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
	if !a.waiting() {
		return errs.Conflict("appeals.not_now.withdraw")
	}
	a.State, a.Proposed, a.ProposedBy, a.ProposedByName = Withdrawn, "", "", ""
	if err := s.record(ctx, tx, *a, "withdrawn", nil); err != nil {
		return err
	}
	if m.othersWait(a.ID) {
		return nil
	}
	// It is the appeal that is taken back and not the application: what the municipality
	// has to do with that, it still has to do.
	return s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.Withdrawn, From: deadline.Appealed})
}

// told writes the journal and tells both sides that an appeal was taken back.
func (s *Service) told(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, entry cases.EntryKind) error {
	if err := s.touch(ctx, tx, c.ID, entry, ""); err != nil {
		return err
	}
	if err := s.tellParties(ctx, tx, c, a, "withdrawn"); err != nil {
		return err
	}
	return s.tellStaff(ctx, tx, c, a, "withdrawn")
}
