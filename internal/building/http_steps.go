package building

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// actorOf is who acts: a person, or a machine by its token.
func actorOf(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}

// stepsView is the page about what stops the time, with a step that was refused.
type stepsView struct {
	Steps
	event, text, on string
	wrong           ui.Errors
	today           clock.Date
}

func (p *pages) steps(w http.ResponseWriter, r *http.Request) error {
	return p.stepsWith(w, r, http.StatusOK, stepsView{})
}

func (p *pages) stepsWith(w http.ResponseWriter, r *http.Request, status int, v stepsView) (err error) {
	ctx := r.Context()
	if v.Steps, err = p.Steps(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.Case.Kind != Name {
		return web.Redirect(w, r, "/work/cases/"+v.Case.ID)
	}
	v.today = clock.DateIn(p.DB.Clock().Now())
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "building.steps.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: v.Case.Label(), Href: "/work/cases/" + v.Case.ID}, {Label: props.Title}}
	return web.Render(w, r, status, stepsPage(props, v))
}

func (p *pages) takeStep(w http.ResponseWriter, r *http.Request) error {
	version, notNumber := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if notNumber != nil || version < 1 {
		version = -1 // no case has it
	}
	id, event := r.PathValue("id"), r.PostFormValue("step")
	err := p.Cases.Allow(r.Context(), id, cases.PermAsk)
	if err != nil {
		return err // before anything that was typed is read: the answer would tell that the case is there
	}
	posting := cases.Posting{Text: r.PostFormValue("text"), Key: r.PostFormValue(cases.OnceField)}
	on := r.PostFormValue("on")
	if _, begins, ok := haltOf(event); ok && !begins {
		posting.On, err = dayOf(on)
	}
	if err == nil {
		_, err = p.TakeStep(r.Context(), id, version, event, posting)
	}
	wrong, refused := web.FormErrors(r, err, "text")
	if changed := errs.Of(err); changed != nil && changed.Key == "errs.conflict" && p.offers(r.Context(), id, event) {
		// What was typed is kept, over the case as it stands now.
		wrong, refused = ui.Errors{{Name: "text", Text: i18n.T(r.Context(), changed.Key, changed.Args...)}}, true
	}
	if !refused {
		if errs.Is(err, errs.KindConflict) {
			return cases.Back(w, r, err, "", "/work/cases/"+id+"/steps")
		}
		return cases.Back(w, r, err, "building.steps.flash."+event, "/work/cases/"+id)
	}
	for i := range wrong {
		wrong[i].Name = event + "_" + wrong[i].Name
	}
	return p.stepsWith(w, r, web.Status(err), stepsView{event: event, text: posting.Text, on: on, wrong: wrong})
}

// offers reports whether the page of a case still has the form of a step.
func (p *pages) offers(ctx context.Context, id, event string) bool {
	v, err := p.Steps(ctx, id)
	return err == nil && v.Mine && slices.ContainsFunc(v.offered(), func(h Halt) bool { return h.next() == event })
}

// dayOf reads a day that must be there.
func dayOf(typed string) (clock.Date, error) {
	day, err := clock.ParseDate(typed)
	if err != nil || day.IsZero() {
		return day, errs.InvalidFields(errs.Field{Name: "on", Key: "cases.need_on"})
	}
	return day, nil
}

// next is the event that a step of a halt would be.
func (h Halt) next() string {
	if h.Open {
		return h.Ends
	}
	return h.Begins
}

// tag is how a halt stands.
func (h Halt) tag(ctx context.Context) ui.TagProps {
	words := i18n.From(ctx)
	if h.Open {
		return ui.TagProps{Label: words.T("building.steps.since."+h.Begins, "date", words.Date(clock.DateIn(h.Since))), Status: ui.StatusWaiting}
	}
	return ui.TagProps{Label: words.T("building.steps.not." + h.Begins), Status: ui.StatusDone}
}

// field is the text of a step.
func (v stepsView) field(ctx context.Context, event string) ui.Field {
	f := ui.Field{
		Name: "text", ID: ui.FieldID(event + "_text"), Label: i18n.T(ctx, "building.steps.text."+event), Hint: i18n.T(ctx, "building.steps.text_hint."+event),
		Required: true, MaxLength: 10_000, Rows: 3,
	}
	if v.event == event {
		f.Value, f.Error = v.text, v.wrong.For(event+"_text")
	}
	return f
}

// dated reports whether an event is one that time counts from.
func dated(event string) bool {
	_, begins, ok := haltOf(event)
	return ok && !begins
}

// day is on which day it happened.
func (v stepsView) day(ctx context.Context, event string) ui.Field {
	f := ui.Field{
		Name: "on", ID: ui.FieldID(event + "_on"), Label: i18n.T(ctx, "building.steps.on."+event), Hint: i18n.T(ctx, "building.steps.on_hint."+event),
		Required: true, Value: v.today.String(),
	}
	if v.event == event {
		f.Value, f.Error = v.on, v.wrong.For(event+"_on")
	}
	return f
}

func (v stepsView) hidden(event string) []ui.HiddenValue {
	return []ui.HiddenValue{
		{Name: "version", Value: strconv.FormatInt(v.Case.Version, 10)}, {Name: cases.OnceField, Value: cases.NewKey()}, {Name: "step", Value: event},
	}
}

// stepsPanel is the part of a case's page about what stops the time: for the staff how
// it stands and the way to change it, for a party what stands now.
func (s *Service) stepsPanel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if s.Clocks == nil {
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	v, err := s.stepsOf(ctx, tx, c)
	if err != nil || audience == cases.ForParty || len(v.offered()) == 0 || s.Cases.CheckCase(ctx, cases.PermAsk, c) != nil {
		return nil, err
	}
	return stepsCard(v), nil
}

// terms tell how each of them stands.
func (s Steps) terms(ctx context.Context) []ui.Term {
	var list []ui.Term
	for _, h := range s.offered() {
		list = append(list, ui.Term{Label: i18n.T(ctx, "building.steps.halt."+h.Begins), Content: ui.Tag(h.tag(ctx))})
	}
	return list
}
