package cases

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// What the editor's buttons say. A button that puts a text into a field says
// which: "insert:reasons".
const (
	doSave    = "save"
	doPreview = "preview"
	doDecide  = "decide"
	doInsert  = "insert:"
	doReturn  = "return"
)

// versionReply tells the script which version it has just saved.
const versionReply = "X-Draft-Version"

// editing is the editor as it is shown.
type editing struct {
	draft  Draft
	letter letter
	wrong  ui.Errors
	// other is the draft that somebody else has saved meanwhile; nil when nobody has.
	other *Decision
}

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
	return p.editorWith(w, r, http.StatusOK, editing{draft: draft})
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

func (p *pages) editorWith(w http.ResponseWriter, r *http.Request, status int, e editing) (err error) {
	ctx, c := r.Context(), e.draft.Case
	if e.letter, err = p.preview(ctx, c, e.draft.Decision); err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "cases.decision.title"))
	props.Breadcrumbs = crumbs(ctx, c, props.Title)
	return web.Render(w, r, status, decisionPage(props, e))
}

func crumbs(ctx context.Context, c Case, last string) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: c.Label(), Href: "/work/cases/" + c.ID}, {Label: last}}
}

// preview is the letter as it would be if the decision were made now.
func (s *Service) preview(ctx context.Context, c Case, d Decision) (l letter, err error) {
	d.DecidedAt = s.DB.Clock().Now()
	if d.DeciderName == "" {
		d.DeciderName = identity.From(ctx).Name
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if d.Layout, err = s.layout(ctx, tx, c, d); err != nil {
			return err
		}
		l, err = s.letterOf(ctx, tx, c, d)
		return err
	})
	return l, err
}

// decide saves the draft, and makes the decision when that button was pressed.
// Autosave posts the same form without a button.
func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	id := r.PathValue("id")
	draft, err := p.OpenDraft(r.Context(), id)
	if err != nil {
		return err
	}
	stands := draft.Decision
	draft.Decision = typed(r.PostForm, draft.Fields)
	if r.PostFormValue("do") == doDecide {
		return p.decideWith(w, r, draft, stands)
	}
	if field, ok := strings.CutPrefix(r.PostFormValue("do"), doInsert); ok {
		draft.insert(field, r.PostFormValue("snippet_"+field))
	}
	version, err := p.SaveDraft(r.Context(), id, draft.Decision)
	script := r.Header.Get("X-Requested-With") != ""
	switch {
	case isOtherDraft(err) && script:
		return err // the script tells that it could not save, and the form stays
	case isOtherDraft(err):
		return p.twoDrafts(w, r, draft, stands)
	case errs.Is(err, errs.KindConflict):
		return p.back(w, r, err, "")
	case err != nil:
		return err
	case script:
		w.Header().Set(versionReply, strconv.FormatInt(version, 10))
		w.WriteHeader(http.StatusNoContent)
		return nil
	case r.PostFormValue("do") == doSave:
		return p.back(w, r, nil, "cases.flash.saved")
	}
	return web.Redirect(w, r, "/work/cases/"+id+"/decision")
}

func (p *pages) decideWith(w http.ResponseWriter, r *http.Request, draft Draft, stands Decision) error {
	version, err := strconv.ParseInt(r.PostFormValue("case"), 10, 64)
	if err != nil || version < 1 {
		version = -1 // no case has it: a form without a version means none that stands
	}
	c, err := p.Decide(r.Context(), draft.Case.ID, version, draft.Decision)
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.editorWith(w, r, http.StatusUnprocessableEntity, editing{draft: draft, wrong: ui.ErrorsOf(r.Context(), err)})
	case isOtherDraft(err):
		return p.twoDrafts(w, r, draft, stands)
	case errs.Is(err, errs.KindConflict) && draft.Case.allows(actDecide, actorID(r.Context())):
		// The case has moved on since; what was written stands in the editor.
		if _, saved := p.SaveDraft(r.Context(), draft.Case.ID, draft.Decision); saved == nil {
			web.SetFlash(w, r, ui.Warning, errs.Of(err).Key)
			return web.Redirect(w, r, "/work/cases/"+draft.Case.ID+"/decision")
		}
	case err == nil && c.ProposedBy != "":
		return p.back(w, r, nil, "cases.flash.proposed")
	}
	return p.back(w, r, err, "cases.flash.decided")
}

func isOtherDraft(err error) bool {
	e := errs.Of(err)
	return e != nil && e.Key == keyOtherDraft
}

// twoDrafts shows what was typed and what another page has saved, side by side.
// Nothing is written before the person has chosen; saved again, what stands in
// the form goes over the other.
func (p *pages) twoDrafts(w http.ResponseWriter, r *http.Request, draft Draft, stands Decision) error {
	draft.Decision.Version = stands.Version
	return p.editorWith(w, r, http.StatusConflict, editing{draft: draft, other: &stands})
}

// insert puts one of the companions' texts into a field of the draft.
func (d *Draft) insert(field, id string) {
	switch field {
	case FieldBasis:
		d.Decision.LegalBasis = d.Aid.insert(field, id, d.Decision.LegalBasis)
	case FieldReasons:
		d.Decision.Reasons = d.Aid.insert(field, id, d.Decision.Reasons)
	case FieldAppeal:
		d.Decision.Appeal = d.Aid.insert(field, id, d.Decision.Appeal)
	}
}

// typed is what stands in the editor's form.
func typed(form url.Values, fields []DecisionField) Decision {
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil || version < 0 {
		version = -2 // no draft has it
	}
	d := Decision{
		Outcome: form.Get("outcome"), LegalBasis: form.Get("legal_basis"), Reasons: form.Get("reasons"), Appeal: form.Get("appeal"),
		Values: map[string]string{}, Version: version,
	}
	for _, f := range fields {
		d.Values[f.Name] = form.Get(f.Name)
	}
	return d
}

// approval shows a decision that waits for a second person.
func (p *pages) approval(w http.ResponseWriter, r *http.Request) error {
	return p.approvalWith(w, r, http.StatusOK, "", nil)
}

func (p *pages) approvalWith(w http.ResponseWriter, r *http.Request, status int, comment string, wrong ui.Errors) error {
	proposal, err := p.OpenProposal(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if proposal.Case.ProposedBy == "" {
		return p.back(w, r, errs.Conflict("cases.not_now.approve"), "")
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "cases.approval.title"))
	props.Breadcrumbs = crumbs(r.Context(), proposal.Case, props.Title)
	return web.Render(w, r, status, approvalPage(props, proposal, comment, wrong))
}

// approve makes the decision final, or sends it back.
func (p *pages) approve(w http.ResponseWriter, r *http.Request) error {
	id, comment := r.PathValue("id"), r.PostFormValue("comment")
	act, done := p.Approve, "cases.flash.approved"
	if r.PostFormValue("do") == doReturn {
		act, done = p.SendBack, "cases.flash.sent_back"
	}
	_, err := act(r.Context(), id, version(r), comment)
	if errs.Is(err, errs.KindInvalid) {
		return p.approvalWith(w, r, http.StatusUnprocessableEntity, comment, renamed(ui.ErrorsOf(r.Context(), err), "text", "comment"))
	}
	return p.back(w, r, err, done)
}
