package applications

import (
	"context"
	"net/http"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// counterPath is the counter's page. Who was found there came by a post, to which
// nothing leads back: whoever changes the language goes to where one searches.
const counterPath = "/work/counter"

// counterRoutes registers the pages of the counter.
func (p *pages) counterRoutes(r *web.Routes) {
	r.Nav(ui.Staff, "applications.nav.counter", counterPath, PermCounter)
	r.Page("GET "+counterPath, PermCounter, p.counter)
	r.Form("POST "+counterPath, PermCounter, p.findVisitor)
	r.Form("POST /work/counter/start", PermCounter, p.startAtCounter)
}

func (p *pages) counter(w http.ResponseWriter, r *http.Request) error {
	return p.counterWith(w, r, http.StatusOK, nil)
}

func (p *pages) counterWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	kinds, err := p.CounterKinds(r.Context())
	if err != nil {
		return err
	}
	begun, err := p.OpenAtCounter(r.Context())
	if err != nil {
		return err
	}
	waiting, err := p.WaitingSignatures(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "applications.counter.title"))
	props.Path = counterPath
	return web.Render(w, r, status, counterPage(props, len(kinds) > 0, p.begunRows(r.Context(), begun), p.waitingTable(r.Context(), waiting), wrong))
}

func (p *pages) begunRows(ctx context.Context, begun []OpenedForm) []ui.LinkCardProps {
	words := i18n.From(ctx)
	rows := make([]ui.LinkCardProps, 0, len(begun))
	for _, b := range begun {
		title := b.Form
		if kind, ok := p.cases.Kinds().ByForm(b.Form); ok {
			title = words.T(kind.Title)
		}
		rows = append(rows, ui.LinkCardProps{
			Title: title, Href: "/drafts/" + b.Draft, Icon: "pencil",
			Text: words.T("applications.counter.begun_line", "applicant", b.Applicant, "subject", b.Subject, "when", words.DateTime(b.BegunAt)),
		})
	}
	return rows
}

// findVisitor shows who has the number. The number comes in the body of a post
// and stands in no address.
func (p *pages) findVisitor(w http.ResponseWriter, r *http.Request) error {
	v, err := p.FindVisitor(r.Context(), r.PostFormValue("number"))
	if errs.Is(err, errs.KindInvalid) {
		return p.counterWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	return p.visitorWith(w, r, http.StatusOK, v, AtCounter{}, nil)
}

func (p *pages) visitorWith(w http.ResponseWriter, r *http.Request, status int, v Visitor, chosen AtCounter, wrong ui.Errors) error {
	if chosen.Lang == "" {
		if chosen.Lang = v.Person.Lang; !chosen.Lang.Valid() {
			chosen.Lang = tenant.From(r.Context()).Lang()
		}
	}
	props := web.Props(w, r, ui.Staff, v.Person.Name.Full())
	props.Path = counterPath
	if p.identity.RegisterDown() {
		props.Flash = append(props.Flash, ui.Flash{Kind: ui.Warning, Text: i18n.T(r.Context(), "applications.register.down_counter")})
	}
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "applications.counter.title"), Href: "/work/counter"}, {Label: props.Title}}
	return web.Render(w, r, status, visitorPage(props, v, chosen, wrong))
}

func (p *pages) startAtCounter(w http.ResponseWriter, r *http.Request) error {
	a := AtCounter{
		Form: r.PostFormValue("form"), Applicant: r.PostFormValue("applicant"), Subject: r.PostFormValue("subject"),
		Lang: i18n.Lang(r.PostFormValue("lang")),
	}
	if _, err := p.CounterKinds(r.Context()); err != nil {
		return err
	}
	if a.Form == "" {
		if a.Applicant == "" {
			return web.Redirect(w, r, "/work/counter")
		}
		return p.visitorAgain(w, r, a, ui.Errors{{Name: "form", Text: i18n.T(r.Context(), "applications.counter.need_form")}})
	}
	draft, err := p.StartAtCounter(r.Context(), a)
	if e := errs.Of(err); e != nil && (e.Kind == errs.KindInvalid || e.Kind == errs.KindConflict) {
		wrong := ui.ErrorsOf(r.Context(), err)
		if first, ok := alreadyIn(err); ok && first.Case.ID != "" && !first.Own {
			wrong = ui.Errors{{Text: i18n.T(r.Context(), "applications.counter.already", "number", first.Case.Label())}}
		} else if len(wrong) == 0 {
			wrong = ui.Errors{{Text: web.Words(r.Context(), err)}}
		}
		return p.visitorAgain(w, r, a, wrong)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, pagePath(draft.ID, draft.Page))
}

func (p *pages) visitorAgain(w http.ResponseWriter, r *http.Request, a AtCounter, wrong ui.Errors) error {
	v, err := p.Visitor(r.Context(), a.Applicant)
	if err != nil {
		return err
	}
	return p.visitorWith(w, r, http.StatusUnprocessableEntity, v, a, wrong)
}

// home is where one goes after a draft is put away: the person's own page, or
// the counter.
func (o Opened) home() string {
	switch {
	case o.Counter.Draft != "":
		return "/work/counter"
	case o.Unbound.ID != "":
		return "/without-login/" + o.Draft.Form
	}
	return "/my"
}

// note says on every page of the form for whom it is filled in, at the counter.
func (o Opened) note(ctx context.Context, p ui.PageProps) ui.PageProps {
	if o.Counter.Draft != "" {
		p.Flash = append(p.Flash, ui.Flash{Kind: ui.Info, Text: i18n.T(ctx, "applications.counter.note", "name", o.Applicant.Name.Full())})
	}
	if u := o.Unbound; u.ID != "" {
		p.Flash = append(p.Flash, ui.Flash{Kind: ui.Info, Text: i18n.T(ctx, "applications.unbound.note", "date", i18n.From(ctx).Date(clock.DateIn(u.ExpiresAt)))})
	}
	return p
}

func kindOptions(ctx context.Context, kinds []cases.Kind) []ui.Option {
	list := make([]ui.Option, 0, len(kinds))
	for _, k := range kinds {
		list = append(list, ui.Option{Value: k.Form, Label: i18n.T(ctx, k.Title)})
	}
	return list
}

func visitorOptions(ctx context.Context, v Visitor) []ui.Option {
	list := []ui.Option{{Value: v.Person.ID, Label: i18n.T(ctx, "applications.counter.herself", "name", v.Person.Name.Full())}}
	for _, c := range v.Children {
		list = append(list, ui.Option{Value: c.ID, Label: personLabel(ctx, c)})
	}
	return list
}

func languageOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, l := range i18n.Offered() {
		list = append(list, ui.Option{Value: string(l), Label: i18n.T(ctx, "i18n.lang."+string(l))})
	}
	return list
}
