package cases

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// What the editor's buttons say.
const (
	doSave    = "save"
	doPreview = "preview"
	doDecide  = "decide"
)

func (p *pages) editor(w http.ResponseWriter, r *http.Request) error {
	draft, err := p.OpenDraft(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if draft.Decision.Final || !draft.Case.allows(actDecide, actorID(r.Context())) {
		return Back(w, r, draft.Case.must(actDecide, actorID(r.Context())), "cases.flash.decided", "/work/cases/"+draft.Case.ID)
	}
	if outcome := r.URL.Query().Get("outcome"); outcome != "" && draft.Decision.LegalBasis == "" {
		draft.Decision = p.suggested(draft, outcome)
	}
	return p.editorWith(w, r, http.StatusOK, draft, nil)
}

// suggested fills in the provisions that the outcome usually rests on.
func (p *pages) suggested(draft Draft, outcome string) Decision {
	d := draft.Decision
	d.Outcome = outcome
	if kind, err := p.kinds.Get(draft.Case.Kind); err == nil && kind.Basis != nil {
		d.LegalBasis = p.Bundle.For(draft.Case.Lang).T(kind.Basis(outcome))
	}
	return d
}

func (p *pages) editorWith(w http.ResponseWriter, r *http.Request, status int, draft Draft, list ui.Errors) error {
	ctx := r.Context()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "cases.decision.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: draft.Case.Label(), Href: "/work/cases/" + draft.Case.ID}, {Label: props.Title}}
	preview := p.preview(draft)
	return web.Render(w, r, status, decisionPage(props, draft, list, preview))
}

// decide saves the draft, and makes the decision when that button was pressed.
// Autosave posts the same form with the save button's value.
func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	id := r.PathValue("id")
	draft, err := p.OpenDraft(r.Context(), id)
	if err != nil {
		return err
	}
	draft.Decision = posted(r.PostForm, draft.Fields)
	if r.PostFormValue("do") == doDecide {
		_, err = p.Decide(r.Context(), id, version(r), draft.Decision)
		if errs.Is(err, errs.KindInvalid) {
			return p.editorWith(w, r, http.StatusUnprocessableEntity, draft, ui.ErrorsOf(r.Context(), err))
		}
		if errs.Is(err, errs.KindConflict) && p.SaveDraft(r.Context(), id, draft.Decision) == nil {
			// The case has moved on since; what was written stands in the editor.
			web.SetFlash(w, r, ui.Warning, errs.Of(err).Key)
			return web.Redirect(w, r, "/work/cases/"+id+"/decision")
		}
		return p.back(w, r, err, "cases.flash.decided")
	}
	if err := p.SaveDraft(r.Context(), id, draft.Decision); err != nil {
		if errs.Is(err, errs.KindConflict) {
			return p.back(w, r, err, "")
		}
		return err
	}
	if r.Header.Get("X-Requested-With") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if r.PostFormValue("do") == doSave {
		return p.back(w, r, nil, "cases.flash.saved")
	}
	return web.Redirect(w, r, "/work/cases/"+id+"/decision")
}

func posted(form url.Values, fields []DecisionField) Decision {
	d := Decision{
		Outcome: form.Get("outcome"), LegalBasis: form.Get("legal_basis"), Reasons: form.Get("reasons"), Appeal: form.Get("appeal"),
		Values: map[string]string{},
	}
	for _, f := range fields {
		d.Values[f.Name] = form.Get(f.Name)
	}
	return d
}
