package conference

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed forms/*.json
var definitions embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Definitions returns the package's form.
func Definitions() fs.FS { return definitions }

// Name is the kind of case.
const Name = "building_conference"

// The journal's words for what happens to a conference.
const (
	EntryCalled    cases.EntryKind = "conference_called"
	EntryMoved     cases.EntryKind = "conference_moved"
	EntryInvited   cases.EntryKind = "conference_invited" // somebody beside the parties
	EntryUninvited cases.EntryKind = "conference_uninvited"
	EntryHeld      cases.EntryKind = "conference_held"
	EntryHeldAgain cases.EntryKind = "conference_corrected" // when it was held
	EntryMinutes   cases.EntryKind = "conference_minutes"
)

// Clocks are what the service must know of the statutory clocks.
type Clocks interface {
	// Held tells the clocks of a case when its conference was held.
	Held(ctx context.Context, tx *store.Tx, c cases.Case, at time.Time) error
	// HeldAgain tells them that it was held at another time than they were told.
	HeldAgain(ctx context.Context, tx *store.Tx, c cases.Case, at time.Time) error
	// Last is the day by which it must be held; zero when no clock waits for it.
	Last(ctx context.Context, tx *store.Tx, caseID string) (clock.Date, error)
}

// Deps is what the service stands on.
type Deps struct {
	DB     *store.DB
	Forms  *forms.Service
	Cases  *cases.Service
	Clocks Clocks
}

// Service is the use cases of a conference.
type Service struct{ Deps }

// NewService returns the service.
func NewService(d Deps) *Service { return &Service{d} }

// Companion is how the service follows every case.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: Name, Happened: s.happened, Panel: s.panel}
}

// happened lets a request be found by its property and address, as building cases are,
// and tells whoever was asked to a meeting that comes to nothing.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	switch {
	case e.Case.Kind != Name:
		return nil
	case e.What == cases.HappenedReceived:
		places, err := s.places(ctx, tx, e.Case)
		if err != nil {
			return err
		}
		if err := cases.FoundBy(ctx, tx, e.Case.ID, places...); err != nil {
			return fmt.Errorf("conference: make the case to be found: %w", err)
		}
	case e.What == cases.HappenedWithdrawn:
		m, err := meetingIn(ctx, tx, e.Case.ID)
		if err != nil {
			return err
		}
		if m.At.After(tx.Now.Time) && m.Held.IsZero() {
			if err := s.tellGuests(ctx, tx, e.Case, m, guestCancelled); err != nil {
				return err
			}
		}
		return forgetGuests(ctx, tx, e.Case.ID)
	}
	return nil
}

// places are what was answered of where it is: the address, and the numbers of the
// properties.
func (s *Service) places(ctx context.Context, tx *store.Tx, c cases.Case) ([]string, error) {
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, fmt.Errorf("conference: read what was sent: %w", err)
	}
	places := []string{text(sent.Values, "address")}
	for _, ref := range property.RefsIn(sent.Values) {
		places = append(places, ref.String())
	}
	return places, nil
}

// placeOf is places in one line, for those who read no answers; "" where somebody's
// address is protected (folkeregisterloven § 10-4).
func (s *Service) placeOf(ctx context.Context, tx *store.Tx, c cases.Case) (string, error) {
	if c.Restricted {
		return "", nil
	}
	places, err := s.places(ctx, tx, c)
	return strings.Join(slices.DeleteFunc(places, func(p string) bool { return strings.TrimSpace(p) == "" }), ", "), err
}

// View is a conference as whoever handles its case sees it.
type View struct {
	Case    cases.Case
	Meeting Meeting
	// Last is the day by which it must be held; zero when no clock waits for it.
	Last clock.Date
	// Guests are asked to come beside the parties.
	Guests []Guest
	// Minutes are as they stand in the journal; "" before they are written. Papers are
	// their letter and what is enclosed.
	Minutes string
	Papers  []blob.Document
	// Wishes are what the applicant answered about the meeting.
	Wishes []cases.Term
	// Mine says that whoever reads has the case, and may act.
	Mine bool
}

// View reads a conference and records the look; of a case of another kind it tells the
// kind and nothing else. The actor must be one who can ask the applicant for more.
func (s *Service) View(ctx context.Context, caseID string) (v View, err error) {
	if !ids.Valid(caseID) {
		return v, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		v = View{}
		c, err := s.Cases.CaseIn(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Cases.CheckHandler(ctx, tx, cases.PermAsk, c); err != nil {
			return err
		}
		if v.Case = c; c.Kind != Name || c.Anonymised() {
			return nil
		}
		if v, err = s.viewOf(ctx, tx, c); err != nil {
			return err
		}
		if v.Wishes, err = s.wishes(ctx, tx, c); err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: caseID}, c.Applicant)
	})
	return v, err
}

// viewOf reads how a conference stands. The caller has asked access.
func (s *Service) viewOf(ctx context.Context, tx *store.Tx, c cases.Case) (v View, err error) {
	v = View{Case: c, Mine: c.Status.Open() && c.Assignee != "" && c.Assignee == actorOf(ctx)}
	if v.Meeting, err = meetingIn(ctx, tx, c.ID); err != nil {
		return v, err
	}
	if v.Guests, err = s.guests(ctx, tx, c.ID); err != nil {
		return v, err
	}
	if v.Last, err = s.Clocks.Last(ctx, tx, c.ID); err != nil {
		return v, fmt.Errorf("conference: the last day: %w", err)
	}
	if c.Status != cases.Closed {
		return v, nil
	}
	err = s.readMinutes(ctx, tx, &v)
	return v, err
}

// readMinutes reads the minutes of a case that is over.
func (s *Service) readMinutes(ctx context.Context, tx *store.Tx, v *View) error {
	e, found, err := s.Cases.LastOf(ctx, tx, v.Case.ID, EntryMinutes)
	if err != nil || !found {
		return err
	}
	v.Minutes = e.Text
	if len(e.Documents) == 0 { // from before they were a letter
		return nil
	}
	documents, err := s.Cases.DocumentsIn(ctx, tx, v.Case.ID)
	for _, id := range e.Documents {
		if i := slices.IndexFunc(documents, func(d blob.Document) bool { return d.ID == id }); i >= 0 {
			v.Papers = append(v.Papers, documents[i])
		}
	}
	return err
}

// actorOf is who acts: a person, or a machine by its token.
func actorOf(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}

func (s *Service) warm(ctx context.Context) error {
	if err := s.Cases.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("conference: keys: %w", err)
	}
	return nil
}

// panel shows on the case's pages when and where the meeting is, and the minutes.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if c.Kind != Name || c.Status == cases.Withdrawn {
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	v, err := s.viewOf(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	staff := audience == cases.ForStaff
	acts := staff && c.Status.Open() && s.Cases.CheckHandler(ctx, tx, cases.PermAsk, c) == nil
	return panel(v, staff, acts), nil
}
