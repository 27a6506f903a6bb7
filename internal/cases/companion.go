package cases

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// Happening is what a companion hears of.
type Happening string

// What happens to a case, as its companions hear it.
const (
	HappenedReceived  Happening = "received"
	HappenedAssigned  Happening = "assigned"
	HappenedReleased  Happening = "released"
	HappenedAsked     Happening = "asked" // the case waits for the party
	HappenedAnswered  Happening = "answered"
	HappenedNoted     Happening = "noted"
	HappenedProposed  Happening = "proposed"  // a decision waits for a second person
	HappenedSentBack  Happening = "sent_back" // and was sent back
	HappenedDecided   Happening = "decided"
	HappenedTold      Happening = "told"      // the letter is made and on its way to the parties; package notify tells when it is sent
	HappenedResponded Happening = "responded" // an offer was accepted or declined
	HappenedWithdrawn Happening = "withdrawn" // taken back, or fallen away
	HappenedParties   Happening = "parties"   // somebody became a party or is one no more
	HappenedReopened  Happening = "reopened"
)

// Event is one thing that happened to a case.
type Event struct {
	What  Happening
	Case  Case      // as it is written; with HappenedReceived it has no number yet
	At    time.Time // when it happened: before now, of an answer on paper that came earlier
	Actor string    // person id; empty for Torg itself
}

// Audience is for whom a page is made.
type Audience string

// The two sides of a case.
const (
	ForStaff Audience = "staff"
	ForParty Audience = "party"
)

// Companion is a service that follows every case: it hears what happens in the
// same transaction, and shows its part on the case's pages.
type Companion struct {
	// Name names it in errors.
	Name string
	// Happened hears an event after the case is written, in its transaction; an
	// error undoes what happened. It may use the Service's methods that take a
	// transaction. May be nil.
	Happened func(ctx context.Context, tx *store.Tx, e Event) error
	// Panel is its part of the case's page; access to the case is granted
	// already. A nil component shows nothing. May be nil.
	Panel func(ctx context.Context, tx *store.Tx, c Case, audience Audience) (templ.Component, error)
	// Looked hears, in the transaction that records it, that somebody other than a party
	// is shown the case's page: those whom the panel tells of beside the applicant have
	// the right to see who looked. May be nil.
	Looked func(ctx context.Context, tx *store.Tx, c Case) error
	// Later says that the panel is looked up now and then, and stands below what
	// the parties sent; the others are what one works by, and stand above it.
	Later bool
	// Aid is what it offers whoever writes a question or a decision in a case,
	// of which d is the draft. May be nil.
	Aid func(ctx context.Context, tx *store.Tx, c Case, d Decision) (Aid, error)
	// Layout is how the letter of a decision is laid out that is written or made now;
	// empty for the standard order. The kept one is the decision's. May be nil.
	Layout func(ctx context.Context, tx *store.Tx, c Case, d Decision) (Layout, error)
	// List is its part of the work list's page, for the filter that the address
	// holds; the actor has a work list. May be nil.
	List func(ctx context.Context, tx *store.Tx, filter url.Values) (templ.Component, error)
}

// Aid is what companions offer whoever writes.
type Aid struct {
	Snippets []Snippet
	Warnings []string // texts for the staff: what should be done before the decision
}

// The fields that a Snippet can be for.
const (
	FieldBasis    = "legal_basis"
	FieldReasons  = "reasons"
	FieldAppeal   = "appeal"
	FieldQuestion = "question"
)

// Snippet is a text that can be put into a field, as the party reads it.
type Snippet struct{ ID, Field, Title, Text string }

// For returns the texts for a field.
func (a Aid) For(field string) []Snippet {
	var list []Snippet
	for _, s := range a.Snippets {
		if s.Field == field {
			list = append(list, s)
		}
	}
	return list
}

// insert puts a text at the end of what stands in a field.
func (a Aid) insert(field, id, written string) string {
	for _, s := range a.For(field) {
		if s.ID != id {
			continue
		}
		if written = strings.TrimRight(written, " \n\r"); written != "" {
			written += "\n\n"
		}
		return written + s.Text
	}
	return written
}

// Accompany adds a companion; done at start.
func (k *Kinds) Accompany(c Companion) { k.companions = append(k.companions, c) }

// happened tells the companions.
func (s *Service) happened(ctx context.Context, tx *store.Tx, what Happening, c Case) error {
	return s.happenedOn(ctx, tx, what, c, clock.Date{})
}

// happenedOn tells them of what happened on a day and is written down later; the zero
// day is now.
func (s *Service) happenedOn(ctx context.Context, tx *store.Tx, what Happening, c Case, on clock.Date) error {
	e := Event{What: what, Case: c, At: tx.Now.Time, Actor: actorID(ctx)}
	if !on.IsZero() && on.Before(clock.DateIn(tx.Now.Time)) {
		e.At = on.Start()
	}
	for _, companion := range s.kinds.companions {
		if companion.Happened == nil {
			continue
		}
		if err := companion.Happened(ctx, tx, e); err != nil {
			return fmt.Errorf("cases: %s of %s: %w", companion.Name, what, err)
		}
	}
	return nil
}

// looked lets the companions record whom their panels tell of.
func (s *Service) looked(ctx context.Context, tx *store.Tx, c Case) error {
	if c.Anonymised() {
		return nil
	}
	for _, companion := range s.kinds.companions {
		if companion.Looked == nil {
			continue
		}
		if err := companion.Looked(ctx, tx, c); err != nil {
			return fmt.Errorf("cases: %s of a look: %w", companion.Name, err)
		}
	}
	return nil
}

// panels collects what the companions show of a case: above what was sent, and below.
func (s *Service) panels(ctx context.Context, tx *store.Tx, c Case, audience Audience) (above, below []templ.Component, err error) {
	for _, companion := range s.kinds.companions {
		if companion.Panel == nil {
			continue
		}
		panel, err := companion.Panel(ctx, tx, c, audience)
		if err != nil {
			return nil, nil, fmt.Errorf("cases: panel of %s: %w", companion.Name, err)
		}
		switch {
		case panel == nil:
		case companion.Later:
			below = append(below, panel)
		default:
			above = append(above, panel)
		}
	}
	return above, below, nil
}

// aid collects what the companions offer.
func (s *Service) aid(ctx context.Context, tx *store.Tx, c Case, d Decision) (Aid, error) {
	var all Aid
	for _, companion := range s.kinds.companions {
		if companion.Aid == nil {
			continue
		}
		a, err := companion.Aid(ctx, tx, c, d)
		if err != nil {
			return all, fmt.Errorf("cases: aid of %s: %w", companion.Name, err)
		}
		all.Snippets, all.Warnings = append(all.Snippets, a.Snippets...), append(all.Warnings, a.Warnings...)
	}
	return all, nil
}

// beside collects what the companions show on the work list.
func (s *Service) beside(ctx context.Context, filter url.Values) (list []templ.Component, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		for _, companion := range s.kinds.companions {
			if companion.List == nil {
				continue
			}
			part, err := companion.List(ctx, tx, filter)
			if err != nil {
				return fmt.Errorf("cases: list of %s: %w", companion.Name, err)
			}
			if part != nil {
				list = append(list, part)
			}
		}
		return nil
	})
	return list, err
}

// CaseIn reads a case for another service, which has asked access or is Torg
// itself. Its language is the one the applicant is written to in.
func (s *Service) CaseIn(ctx context.Context, tx *store.Tx, id string) (Case, error) {
	c, err := load(ctx, tx, id, false)
	if err != nil {
		return c, err
	}
	c.Lang, err = s.lang(ctx, tx, c)
	return c, err
}

// DecisionIn reads the final decision of a case for another service;
// store.ErrNoRows when there is none.
func (s *Service) DecisionIn(ctx context.Context, tx *store.Tx, caseID string) (Decision, error) {
	d, err := s.decision(ctx, tx, caseID)
	if err == nil && !d.Final {
		return Decision{}, store.ErrNoRows
	}
	return d, err
}

// CheckCase asks access whether the actor may do this to the case.
func (s *Service) CheckCase(ctx context.Context, perm access.Permission, c Case) error {
	return s.Access.Check(ctx, perm, c.resource())
}

// Touch changes a case on behalf of another service, which has asked access or
// is Torg itself: a journal entry, whose text is the message
// "cases.entry.<kind>", and whatever do changes. It must not be called from do,
// nor before the case is written.
func (s *Service) Touch(ctx context.Context, tx *store.Tx, id string, e Entry, do func(c *Case) error) (Case, error) {
	c, err := load(ctx, tx, id, true)
	if err != nil {
		return Case{}, err
	}
	if do != nil {
		if err := do(&c); err != nil {
			return Case{}, err
		}
	}
	if err := s.journal(ctx, tx, &c, e); err != nil {
		return Case{}, err
	}
	if err := save(ctx, tx, c); err != nil {
		return Case{}, err
	}
	c.Version++
	tx.Wake(Topic(c.ID))
	return c, s.record(ctx, tx, c, act(e.Kind))
}
