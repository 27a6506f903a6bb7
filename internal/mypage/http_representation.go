package mypage

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// representationRoutes registers the pages about who acts for whom.
func (p *pages) representationRoutes(r *web.Routes) {
	r.Nav(ui.Resident, "mypage.nav.representation", "/my/representation", access.LoggedIn)
	r.Page("GET /my/representation", PermRepresentation, p.representation)
	r.Page("GET /my/representation/new", PermRepresentationManage, p.newMandate)
	r.Form("POST /my/representation/new", PermRepresentationManage, p.giveMandate)
	r.Form("POST /my/representation/{id}/end", PermRepresentationManage, p.endMandate)
	r.Page("GET /my/acting", access.LoggedIn, p.acting)
	r.Form("POST /my/acting", access.LoggedIn, p.act)
}

func (p *pages) representation(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Representation(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.representation.title"))
	return web.Render(w, r, http.StatusOK, representationPage(props, v, p.cases.Kinds(), today(r.Context(), p)))
}

func today(_ context.Context, p *pages) clock.Date { return clock.DateIn(p.db.Clock().Now()) }

// mandateForm is what was posted, as it is shown again.
type mandateForm struct {
	Agent, Number, Family, From, Until string
	Scopes                             []string
}

func (p *pages) newMandate(w http.ResponseWriter, r *http.Request) error {
	return p.newMandateWith(w, r, http.StatusOK, mandateForm{From: today(r.Context(), p).String()}, nil)
}

func (p *pages) newMandateWith(w http.ResponseWriter, r *http.Request, status int, f mandateForm, wrong ui.Errors) error {
	ctx := r.Context()
	if _, err := p.mayRepresent(ctx, PermRepresentationManage); err != nil {
		return err
	}
	family, err := p.identity.Family(ctx)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "mypage.mandate.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "mypage.representation.title"), Href: "/my/representation"}, {Label: props.Title}}
	return web.Render(w, r, status, mandatePage(props, f, familyOptions(ctx, family), scopeOptions(ctx, p.scopeKinds(ctx)), wrong))
}

func (p *pages) giveMandate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	f := mandateForm{
		Agent: r.PostFormValue("agent"), Number: strings.TrimSpace(r.PostFormValue("number")), Family: strings.TrimSpace(r.PostFormValue("family")),
		From: r.PostFormValue("from"), Until: r.PostFormValue("until"), Scopes: r.PostForm["scopes"],
	}
	n, wrong := f.read(r.Context())
	if len(wrong) > 0 {
		return p.newMandateWith(w, r, http.StatusUnprocessableEntity, f.shown(), wrong)
	}
	_, err := p.GiveMandate(r.Context(), n)
	if errs.Is(err, errs.KindInvalid) {
		return p.newMandateWith(w, r, http.StatusUnprocessableEntity, f.shown(), ui.ErrorsOf(r.Context(), err))
	}
	return cases.Back(w, r, err, "mypage.flash.mandate_given", "/my/representation")
}

// other is the choice of somebody outside the family.
const other = "other"

// read checks what needs no register.
func (f mandateForm) read(ctx context.Context) (n NewMandate, wrong ui.Errors) {
	n = NewMandate{Agent: f.Agent, Number: f.Number, Family: f.Family, Scopes: f.Scopes}
	if f.Agent == other {
		n.Agent = ""
	}
	if f.Agent == "" && f.Number == "" {
		wrong = append(wrong, ui.FieldError{Name: "agent", Text: i18n.T(ctx, "mypage.mandate.need_agent")})
	}
	if len(f.Scopes) == 0 {
		wrong = append(wrong, ui.FieldError{Name: "scopes", Text: i18n.T(ctx, "identity.mandate.scopes")})
	}
	for _, day := range []struct {
		name, text string
		to         *clock.Date
	}{{"from", f.From, &n.From}, {"until", f.Until, &n.Until}} {
		if day.text == "" {
			continue
		}
		var err error
		if *day.to, err = clock.ParseDate(day.text); err != nil {
			wrong = append(wrong, ui.FieldError{Name: day.name, Text: i18n.T(ctx, "mypage.mandate.bad_date")})
		}
	}
	return n, wrong
}

// shown leaves a valid number out of the page that is shown again: it is
// somebody else's, and pages are left open.
func (f mandateForm) shown() mandateForm {
	if _, err := pid.Parse(f.Number); err == nil {
		f.Number = ""
	}
	return f
}

func (p *pages) endMandate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.EndMandate(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "mypage.flash.mandate_"+orWithdrawn(m.EndedBy), "/my/representation")
}

func orWithdrawn(end identity.MandateEnd) string {
	if end == identity.Renounced {
		return string(identity.Renounced)
	}
	return string(identity.Withdrawn)
}

func (p *pages) acting(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.self(r.Context()); err != nil {
		return err
	}
	list, err := p.identity.Represented(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.acting.title"))
	return web.Render(w, r, http.StatusOK, actingPage(props, list, p.cases.Kinds()))
}

func (p *pages) act(w http.ResponseWriter, r *http.Request) error {
	forWhom := r.PostFormValue("person")
	if err := p.Act(r.Context(), forWhom); err != nil {
		return err
	}
	flash := "mypage.flash.acting"
	if forWhom == "" || forWhom == identity.From(r.Context()).PersonID {
		flash = "mypage.flash.acting_ended"
	}
	web.SetFlash(w, r, ui.Success, flash)
	return web.Redirect(w, r, "/my")
}

func familyOptions(ctx context.Context, family []identity.Person) []ui.Option {
	if len(family) == 0 {
		return nil
	}
	list := make([]ui.Option, 0, len(family)+1)
	for _, p := range family {
		list = append(list, ui.Option{Value: p.ID, Label: p.Name.Full()})
	}
	return append(list, ui.Option{Value: other, Label: i18n.T(ctx, "mypage.mandate.other")})
}

func scopeOptions(ctx context.Context, kinds []cases.Kind) []ui.Option {
	list := []ui.Option{{Value: identity.AllScopes, Label: i18n.T(ctx, "mypage.mandate.all")}}
	for _, k := range kinds {
		o := ui.Option{Value: k.Key, Label: i18n.T(ctx, k.Title)}
		if also := slices.DeleteFunc(reached(ctx, []string{k.Key}, kinds), func(title string) bool { return title == o.Label }); len(also) > 0 {
			o.Hint = i18n.T(ctx, "mypage.mandate.also", "kinds", strings.Join(also, ", "))
		}
		list = append(list, o)
	}
	return list
}

// scopeText tells what a mandate reaches.
func scopeText(ctx context.Context, scopes []string, kinds *cases.Kinds) string {
	if slices.Contains(scopes, identity.AllScopes) {
		return i18n.T(ctx, "mypage.mandate.all")
	}
	return strings.Join(reached(ctx, scopes, kinds.All()), ", ")
}

// reached names the kinds of cases that scopes reach: those they name, and those that
// belong to them.
func reached(ctx context.Context, scopes []string, kinds []cases.Kind) (titles []string) {
	for _, k := range kinds {
		if (identity.Mandate{Scopes: scopes}).Covers(k.Key) {
			titles = append(titles, i18n.T(ctx, k.Title))
		}
	}
	return titles
}

// period tells from when until when.
func period(ctx context.Context, m identity.Mandate) string {
	words := i18n.From(ctx)
	if m.Until.IsZero() {
		return words.T("mypage.mandate.since", "from", words.Date(m.From))
	}
	return words.T("mypage.mandate.period", "from", words.Date(m.From), "until", words.Date(m.Until))
}

// mandateState is how a mandate stands.
func mandateState(ctx context.Context, m identity.Mandate, day clock.Date) ui.TagProps {
	switch {
	case m.EndedBy != "":
		return ui.TagProps{Status: ui.StatusClosed, Label: i18n.T(ctx, "mypage.mandate.ended."+string(m.EndedBy))}
	case m.Over(day):
		return ui.TagProps{Status: ui.StatusClosed, Label: i18n.T(ctx, "mypage.mandate.ended.over")}
	case !m.HoldsOn(day):
		return ui.TagProps{Status: ui.StatusWaiting, Label: i18n.T(ctx, "mypage.mandate.later")}
	}
	return ui.TagProps{Status: ui.StatusDone, Label: i18n.T(ctx, "mypage.mandate.holds")}
}

// representedText tells by what right one acts for somebody.
func representedText(ctx context.Context, r identity.Represented, kinds *cases.Kinds) string {
	words := i18n.From(ctx)
	text := words.T("mypage.basis." + string(r.Basis))
	if r.Basis != identity.ByMandate {
		return text
	}
	text += " " + scopeText(ctx, r.Scopes, kinds) + "."
	if !r.Until.IsZero() {
		text += " " + words.T("mypage.mandate.until_day", "until", words.Date(r.Until))
	}
	return text
}

func doneTable(ctx context.Context, caption string, columns []string, rows []ui.Row) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, caption), HideCaption: true, RowHeader: true, Rows: rows}
	for _, key := range columns {
		t.Columns = append(t.Columns, ui.Column{Label: i18n.T(ctx, key)})
	}
	return t
}

func doneForMe(ctx context.Context, list []audit.LookEntry) ui.TableProps {
	rows := make([]ui.Row, 0, len(list))
	for _, e := range list {
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: i18n.From(ctx).DateTime(e.At.Time)}, {Text: e.ActorName}, {Text: i18n.T(ctx, audit.Describe(e.Action))},
		}})
	}
	return doneTable(ctx, "mypage.done.for_me", []string{"cases.log.when", "cases.log.who", "cases.log.what"}, rows)
}

func doneByMe(ctx context.Context, list []DoneFor) ui.TableProps {
	rows := make([]ui.Row, 0, len(list))
	for _, e := range list {
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: i18n.From(ctx).DateTime(e.At.Time)}, {Text: e.Name}, {Text: i18n.T(ctx, audit.Describe(e.Action))},
		}})
	}
	return doneTable(ctx, "mypage.done.by_me", []string{"cases.log.when", "mypage.done.for_whom", "cases.log.what"}, rows)
}
