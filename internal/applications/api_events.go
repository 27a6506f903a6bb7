package applications

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

// PermLifeEvent lets a system hand in what the population register tells.
const PermLifeEvent access.Permission = "life_event.hand_in"

// HandIn takes in what happened in somebody's life; the cases follow at once. It
// stands in the log, without what it was.
func (s *Service) HandIn(ctx context.Context, e identity.LifeEvent) (identity.Outcome, error) {
	if err := s.access.Check(ctx, PermLifeEvent, access.Resource{Type: "life_event"}); err != nil {
		return "", err
	}
	if err := s.warm(ctx); err != nil {
		return "", err
	}
	return s.identity.HandIn(ctx, e, func(ctx context.Context, tx *store.Tx, personID string) error {
		return audit.Record(ctx, tx, audit.Event{
			Action: "applications.life_event", Object: audit.Ref{Type: "person", ID: personID}, Subject: personID,
			Details: map[string]string{"what": string(e.What)},
		})
	})
}

// events registers the operation by which life events are handed in.
func (a api) events(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "hand-in-life-events", Method: http.MethodPost, Path: "/api/life-events",
		Summary: "Hand in events of the population register: birth, death, guardians, protected address, coming of age",
		Description: "For a municipality whose population register is read by another system. The cases follow at once: parties come and go, a death is flagged, mandates end. " +
			"Events are done in the order of the list, each by itself; hand in those of one person as they happened. " +
			"The same id again changes nothing (repeated); for another event it is a conflict. " +
			"Whom the municipality does not know stays unknown to it, save a child born to somebody it knows. " +
			"guardians are all guardians from now, not only those who are new. " +
			"protection is the grade of the person's own; a child at home has the strictest of its own and of those it lives with, and is uncovered with them. A token for this needs the role administrator and this scope alone.",
	}, PermLifeEvent, a.handIn)
}

type eventInput struct {
	Body struct {
		Events []lifeEvent `json:"events" minItems:"1" maxItems:"100"`
	}
}

// lifeEvent is an event in JSON.
type lifeEvent struct {
	ID         string              `json:"id" minLength:"1" maxLength:"100" doc:"Yours; never used for another event"`
	What       identity.Happening  `json:"what" enum:"changed,birth,death,guardians,protection,of_age" doc:"changed says only that the register must be asked"`
	Person     string              `json:"person" maxLength:"12" doc:"National number; of a birth, the child's"`
	On         string              `json:"on,omitempty" format:"date" doc:"The day of a birth or a death"`
	Name       *lifeName           `json:"name,omitempty" doc:"Of who was born"`
	Protection identity.Protection `json:"protection,omitempty" enum:"none,fortrolig,strengt_fortrolig"`
	Guardians  []lifeGuardian      `json:"guardians,omitempty" maxItems:"20" doc:"Of who was born, or of the child from now"`
	Address    *lifeAddress        `json:"address,omitempty" doc:"Where somebody lives whose protection is none from now: it was not kept meanwhile. It is that of the children at home too."`
}

type lifeAddress struct {
	Lines        []string `json:"lines,omitempty" maxItems:"5"`
	PostalCode   string   `json:"postal_code,omitempty" maxLength:"20"`
	PostalPlace  string   `json:"postal_place,omitempty" maxLength:"100"`
	Municipality string   `json:"municipality,omitempty" maxLength:"4" doc:"Number, of four digits; none abroad"`
}

type lifeName struct {
	Given  string `json:"given" maxLength:"200"`
	Middle string `json:"middle,omitempty" maxLength:"200"`
	Family string `json:"family" maxLength:"200"`
}

type lifeGuardian struct {
	Person      string                `json:"person" maxLength:"12" doc:"National number"`
	Kind        identity.GuardianKind `json:"kind" enum:"parent,guardian"`
	Responsible bool                  `json:"responsible" doc:"Has parental responsibility, or a mandate for the child's personal affairs"`
	LivesWith   bool                  `json:"lives_with"`
}

type eventOutput struct {
	Body struct {
		Results []lifeResult `json:"results"`
	}
}

// lifeResult is what became of one event.
type lifeResult struct {
	ID      string           `json:"id"`
	Outcome identity.Outcome `json:"outcome" enum:"applied,unknown,repeated"`
}

func (a api) handIn(ctx context.Context, in *eventInput) (*eventOutput, error) {
	if err := a.access.Check(ctx, PermLifeEvent, access.Resource{Type: "life_event"}); err != nil {
		return nil, err
	}
	events := make([]identity.LifeEvent, 0, len(in.Body.Events))
	for i, one := range in.Body.Events {
		e, err := one.event()
		if err != nil {
			return nil, eventWrong(i, err)
		}
		events = append(events, e)
	}
	out := &eventOutput{}
	for i, e := range events {
		outcome, err := a.HandIn(ctx, e)
		if err != nil {
			return nil, eventWrong(i, err)
		}
		out.Body.Results = append(out.Body.Results, lifeResult{ID: e.ID, Outcome: outcome})
	}
	return out, nil
}

// eventWrong tells which event of a list it is that is wrong.
func eventWrong(i int, err error) error {
	e := errs.Of(err)
	if e == nil || e.Kind == errs.KindUnavailable || e.Kind == errs.KindConflict {
		return err
	}
	if len(e.Fields) == 0 {
		return errs.InvalidFields(errs.Field{Name: fmt.Sprintf("events.%d", i), Key: e.Key, Args: e.Args})
	}
	fields := make([]errs.Field, len(e.Fields))
	for j, f := range e.Fields {
		f.Name = fmt.Sprintf("events.%d.%s", i, f.Name)
		fields[j] = f
	}
	return errs.InvalidFields(fields...)
}

func (l lifeEvent) event() (e identity.LifeEvent, err error) {
	e = identity.LifeEvent{ID: l.ID, What: l.What, Protection: l.Protection}
	if e.Number, err = pid.Parse(l.Person); err != nil {
		return e, errs.InvalidFields(errs.Field{Name: "person", Key: "applications.register.bad_number"})
	}
	if l.On != "" {
		if e.On, err = clock.ParseDate(l.On); err != nil {
			return e, errs.InvalidFields(errs.Field{Name: "on", Key: "errs.invalid_input"})
		}
	}
	if l.Name != nil {
		e.Name = identity.Name{Given: l.Name.Given, Middle: l.Name.Middle, Family: l.Name.Family}
	}
	if a := l.Address; a != nil {
		e.Address = identity.Address{Lines: a.Lines, PostalCode: a.PostalCode, PostalPlace: a.PostalPlace, Municipality: a.Municipality}
	}
	for i, g := range l.Guardians {
		number, err := pid.Parse(g.Person)
		if err != nil {
			return e, errs.InvalidFields(errs.Field{Name: fmt.Sprintf("guardians.%d.person", i), Key: "applications.register.bad_number"})
		}
		e.Guardians = append(e.Guardians, identity.RegisterGuardian{Number: number, Kind: g.Kind, Responsible: g.Responsible, LivesWith: g.LivesWith})
	}
	return e, nil
}
