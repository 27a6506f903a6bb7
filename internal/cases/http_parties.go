package cases

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// The forms of the page about the parties.
const (
	formInclude = "include"
	formConfirm = "confirm"
	formExclude = "exclude"
	formReplace = "replace"
	formLapse   = "lapse"
)

// partiesView is the page about the parties, with what was typed in a form that was
// refused.
type partiesView struct {
	Arranged
	form  string
	typed url.Values
	wrong ui.Errors
	found *identity.Person // whom the number is of, to be confirmed
}

func (p *pages) parties(w http.ResponseWriter, r *http.Request) error {
	return p.partiesWith(w, r, http.StatusOK, partiesView{})
}

func (p *pages) partiesWith(w http.ResponseWriter, r *http.Request, status int, v partiesView) (err error) {
	ctx := r.Context()
	if v.Arranged, err = p.Arranged(ctx, r.PathValue("id")); err != nil {
		return err
	}
	for i := range v.wrong {
		v.wrong[i].Name = v.form + "_" + v.wrong[i].Name
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "cases.parties.title"))
	props.Breadcrumbs = crumbs(ctx, v.Case, props.Title)
	return web.Render(w, r, status, partiesPage(props, v))
}

// includeParty first shows whom the number is of: one wrong digit would open the case
// to a stranger. The number stands in no address and on no page.
func (p *pages) includeParty(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	id, form := r.PathValue("id"), r.PostForm
	if form.Get("person") == "" {
		found, err := p.FindParty(r.Context(), id, PartySearch{Number: form.Get("number"), Name: form.Get("name"), Role: Role(form.Get("role")), Reason: form.Get("reason")})
		if errs.Is(err, errs.KindConflict) {
			return p.arranged(w, r, formInclude, err, "")
		}
		if wrong, ok := web.FormErrors(r, err, "number"); ok {
			return p.partiesWith(w, r, web.Status(err), partiesView{form: formInclude, typed: form, wrong: wrong})
		}
		if err != nil {
			return err
		}
		return p.partiesWith(w, r, http.StatusOK, partiesView{form: formConfirm, typed: form, found: &found})
	}
	_, err := p.Include(r.Context(), id, arrangement(r))
	return p.arranged(w, r, formConfirm, err, "cases.flash.party_added")
}

func (p *pages) excludeParty(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Exclude(r.Context(), r.PathValue("id"), arrangement(r))
	return p.arranged(w, r, formExclude, err, "cases.flash.party_ended")
}

func (p *pages) replaceApplicant(w http.ResponseWriter, r *http.Request) error {
	_, err := p.Replace(r.Context(), r.PathValue("id"), arrangement(r))
	return p.arranged(w, r, formReplace, err, "cases.flash.applicant")
}

// lapse lets the case fall away. It must be ticked that it is meant: there is no way
// back.
func (p *pages) lapse(w http.ResponseWriter, r *http.Request) error {
	posting := Posting{Text: r.PostFormValue("reason"), Key: r.PostFormValue(OnceField)}
	err := errs.InvalidFields(errs.Field{Name: "sure", Key: "cases.lapse.need_sure"})
	if r.PostFormValue("sure") != "" {
		_, err = p.Lapse(r.Context(), r.PathValue("id"), version(r), posting)
	}
	if err == nil {
		return p.back(w, r, nil, "cases.flash.lapsed")
	}
	return p.arranged(w, r, formLapse, err, "")
}

// arrangement is what was typed in one of the forms.
func arrangement(r *http.Request) Arrangement {
	return Arrangement{
		Version: version(r), Person: r.PostFormValue("person"), Role: Role(r.PostFormValue("role")), Reason: r.PostFormValue("reason"),
		Considered: r.PostFormValue("considered") != "",
	}
}

// arranged answers a change of the parties.
func (p *pages) arranged(w http.ResponseWriter, r *http.Request, form string, err error, done string) error {
	wrong, refused := web.FormErrors(r, err, "reason")
	if e := errs.Of(err); e != nil && e.Kind == errs.KindConflict && !strings.HasPrefix(e.Key, "cases.not_now.") {
		// What was typed is kept, over the parties as they stand now.
		wrong, refused = ui.Errors{{Name: "reason", Text: web.Words(r.Context(), err)}}, true
	}
	if refused {
		v := partiesView{form: form, typed: r.PostForm, wrong: wrong}
		if form == formConfirm && (wrong.For("number") != "" || wrong.For("role") != "") {
			v.form = formInclude // it cannot be she, or not as that: to be looked up anew
		}
		if v.form == formConfirm {
			found, err := p.partyNamed(r.Context(), r.PathValue("id"), r.PostFormValue("person"))
			if err != nil {
				return err
			}
			v.found = &found
		}
		return p.partiesWith(w, r, web.Status(err), v)
	}
	path := "/work/cases/" + url.PathEscape(r.PathValue("id")) + "/parties"
	if errs.Is(err, errs.KindConflict) && errs.Of(err).Key == "cases.not_now.parties" {
		path = "/work/cases/" + url.PathEscape(r.PathValue("id"))
	}
	return Back(w, r, err, done, path)
}

// valueOf is what was typed in a field of a form.
func (v partiesView) valueOf(form, name string) string {
	if v.form == form || v.form == formConfirm && form == formInclude {
		return v.typed.Get(name)
	}
	return ""
}

// field is a field of one of the forms, whose names several have.
func (v partiesView) field(ctx context.Context, form, name string) ui.Field {
	return ui.Field{
		Name: name, ID: ui.FieldID(form + "_" + name), Label: i18n.T(ctx, "cases.parties."+name), Value: v.valueOf(form, name),
		Error: v.errorOf(form, name), Required: true,
	}
}

func (v partiesView) errorOf(form, name string) string {
	if v.form != form {
		return ""
	}
	return v.wrong.For(form + "_" + name)
}

// reason asks why; the parties read it.
func (v partiesView) reason(ctx context.Context, form string) ui.Field {
	f := v.field(ctx, form, "reason")
	f.Hint, f.MaxLength, f.Rows = i18n.T(ctx, "cases.parties.reason_hint"), mostReason, 3
	return f
}

// considered asks whether a protected address is weighed.
func (v partiesView) considered(ctx context.Context, form string) ui.Field {
	f := v.field(ctx, form, "considered")
	f.Hint = i18n.T(ctx, "cases.parties.considered_hint")
	return f
}

// protected reports whether a change must be weighed against a protected address.
func (v partiesView) protected() bool {
	return v.Case.Restricted || v.found != nil && v.found.Protection.Protected()
}

// roles are those of a new party.
func (v partiesView) roles(ctx context.Context) ui.Field {
	f := v.field(ctx, formInclude, "role")
	for _, role := range []Role{RoleHeir, RoleAgent, RoleGuardian, RoleOrganisation} {
		f.Options = append(f.Options, ui.Option{Value: string(role), Label: i18n.T(ctx, "cases.parties.as."+string(role)), Hint: i18n.T(ctx, "cases.parties.as."+string(role)+"_hint")})
	}
	return f
}

// now are the further parties that can be ended.
func (v partiesView) now() (list []ui.Option) {
	for _, p := range v.Parties {
		if p.Until.IsZero() && p.Person != v.Case.Applicant {
			list = append(list, ui.Option{Value: p.Person, Label: p.Name})
		}
	}
	return list
}

// next are those who can take over as the applicant.
func (v partiesView) next() (list []ui.Option) {
	for _, p := range v.Applicants {
		list = append(list, ui.Option{Value: p.ID, Label: p.Name.Full()})
	}
	return list
}

// people is the table of everybody who is or was a party.
func (v partiesView) people(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("cases.parties.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"cases.parties.name", "cases.parties.role", "cases.parties.since"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(key)})
	}
	add := func(id, name, role, since string) {
		cell := ui.Cell{Text: name}
		if v.Dead[id] {
			cell.Note = words.T("cases.parties.dead")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: words.T("cases.role." + role)}, {Text: since}}})
	}
	received := words.Date(clock.DateIn(v.Case.ReceivedAt))
	add(v.Case.Applicant, v.Case.ApplicantName, "applicant", received)
	if v.Case.Subject != v.Case.Applicant {
		add(v.Case.Subject, v.Case.SubjectName, "subject", received)
	}
	for _, p := range v.Parties {
		if p.Until.IsZero() && p.Person == v.Case.Applicant {
			continue // stands first
		}
		since := words.Date(clock.DateIn(p.Since))
		if !p.Until.IsZero() {
			since = words.T("cases.parties.period", "from", since, "to", words.Date(clock.DateIn(p.Until)))
		}
		add(p.Person, p.Name, string(p.Role), since)
	}
	return t
}
