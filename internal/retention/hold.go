package retention

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Reason says why a case is on hold: one of a few, never free text.
type Reason string

// The reasons.
const (
	ForAppeal      Reason = "appeal"      // klage
	ForCourt       Reason = "court"       // søksmål
	ForSupervision Reason = "supervision" // tilsyn
	ForAccess      Reason = "access"      // innsynskrav
	ForOther       Reason = "other"
)

// Reasons returns all of them, in the order they are offered in.
func Reasons() []Reason { return []Reason{ForAppeal, ForCourt, ForSupervision, ForAccess, ForOther} }

// Hold is that a case is left alone, however old it is.
type Hold struct {
	Reason  Reason
	SetBy   string // person id
	SetName string
	SetAt   time.Time
}

// SetHold sets a case on hold; one that is on hold already gets the new reason.
func (s *Service) SetHold(ctx context.Context, caseID string, reason Reason) error {
	return s.changeHold(ctx, caseID, "retention.hold_set", map[string]string{"reason": string(reason)}, func(ctx context.Context, tx *store.Tx, c cases.Case) error {
		if !slices.Contains(Reasons(), reason) {
			return errs.InvalidFields(errs.Field{Name: "reason", Key: "retention.hold.need_reason"})
		}
		if c.Anonymised() {
			return errs.Conflict("retention.hold.too_late")
		}
		actor := identity.From(ctx)
		return saveHold(ctx, tx, caseID, Hold{Reason: reason, SetBy: actor.PersonID, SetName: actor.Name})
	})
}

// Release ends a hold; that there is none is no error.
func (s *Service) Release(ctx context.Context, caseID string) error {
	return s.changeHold(ctx, caseID, "retention.hold_released", nil, func(ctx context.Context, tx *store.Tx, _ cases.Case) error {
		return forgetHold(ctx, tx, caseID)
	})
}

func (s *Service) changeHold(ctx context.Context, caseID, action string, details map[string]string, do func(context.Context, *store.Tx, cases.Case) error) error {
	if !ids.Valid(caseID) {
		return errs.NotFound("errs.not_found")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.Cases.CaseIn(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Cases.CheckCase(ctx, PermHold, c); err != nil {
			return err
		}
		if err := do(ctx, tx, c); err != nil {
			return err
		}
		tx.Wake(cases.Topic(caseID))
		return audit.Record(ctx, tx, audit.Event{Action: action, Object: audit.Ref{Type: "case", ID: caseID}, Subject: c.Subject, Case: caseID, Details: details})
	})
}

// held reports whether a case is left alone: somebody has set it on hold, or
// something goes on in it.
func (s *Service) held(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	if _, on, err := holdOf(ctx, tx, c.ID); err != nil || on {
		return on, err
	}
	return s.heldByItself(ctx, tx, c)
}

func (s *Service) heldByItself(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	for _, holds := range s.Holders {
		if held, err := holds(ctx, tx, c); err != nil || held {
			return held, err
		}
	}
	return false, nil
}

// companion shows the staff on the page of a case whether it is on hold.
func (s *Service) companion() cases.Companion {
	return cases.Companion{Name: "retention", Later: true, Panel: func(ctx context.Context, tx *store.Tx, c cases.Case, who cases.Audience) (templ.Component, error) {
		if who != cases.ForStaff || c.Status.Open() {
			return nil, nil //nolint:nilnil // nothing to show
		}
		v := holdView{c: c, may: s.Cases.CheckCase(ctx, PermHold, c) == nil}
		var err error
		if v.hold, v.on, err = holdOf(ctx, tx, c.ID); err != nil {
			return nil, err
		}
		if v.itself, err = s.heldByItself(ctx, tx, c); err != nil {
			return nil, err
		}
		return holdCard(v), nil
	}}
}

// holdView is what the case's page shows of a hold.
type holdView struct {
	c               cases.Case
	hold            Hold
	on, itself, may bool
}
