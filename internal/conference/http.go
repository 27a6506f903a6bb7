package conference

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// What a form of the page may hold.
const (
	mostBytes = 200 << 20 // with the files
	mostFiles = 10
	mostParts = 40
	mostTyped = 1 << 20
)

// Routes registers the page on which a conference is called, held and concluded.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /work/cases/{id}/conference", cases.PermAsk, p.show)
	r.Upload("POST /work/cases/{id}/conference", cases.PermAsk, mostBytes, p.post)
}

type pages struct{ *Service }

// The forms of the page.
const (
	doCall     = "call"
	doInvite   = "invite"
	doUninvite = "uninvite"
	doHold     = "hold"
	doConclude = "conclude"
)

// pageView is the page, with a form that was refused.
type pageView struct {
	View
	do      string // the form that was posted; "" for none
	which   Which
	call    Call
	guest   Invitation
	remove  string // id of the guest who need not come
	held    Held
	minutes Minutes
	wrong   ui.Errors
}

// formProps is one of the page's forms: what it does, and what its texts begin with.
type formProps struct {
	do, key string
	variant ui.Variant
	upload  bool
	folded  bool // what the key's ".open" says opens it
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, pageView{})
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, v pageView) (err error) {
	ctx := r.Context()
	if v.View, err = p.View(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.Case.Kind != Name || v.Case.Anonymised() {
		return web.Redirect(w, r, "/work/cases/"+v.Case.ID)
	}
	v.suggest()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "conference.work.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: v.Case.Label(), Href: "/work/cases/" + v.Case.ID}, {Label: props.Title}}
	return web.Render(w, r, status, page(props, v))
}

// suggest fills in the forms that were not posted: the time that stands, and as held when
// the meeting was called for.
func (v *pageView) suggest() {
	m := v.Meeting
	if v.do != doCall {
		v.call = Call{Date: dayOf(m.At), Time: hourOf(m.At), Way: m.Way, Place: m.Place}
	}
	if v.do == doHold {
		return
	}
	at := m.At
	if !m.Held.IsZero() {
		at = m.Held
	}
	v.held = Held{Date: dayOf(at), Time: hourOf(at)}
}

// post takes one of the forms. Access is asked before anything is read.
func (p *pages) post(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if err := p.Cases.Allow(ctx, id, cases.PermAsk); err != nil {
		return err
	}
	v, err := p.posted(r)
	if err == nil {
		err = p.act(ctx, v)
	}
	wrong, refused := web.FormErrors(r, err, v.rest())
	if e := errs.Of(err); e != nil && e.Key == "errs.conflict" && p.offers(ctx, id, v.do) {
		// What was typed is kept, over the case as it stands now.
		wrong, refused = ui.Errors{{Name: v.first(), Text: i18n.T(ctx, e.Key, e.Args...)}}, true
	}
	if refused && v.do != "" {
		v.wrong = v.again(ctx, wrong)
		return p.showWith(w, r, web.Status(err), v)
	}
	if refused {
		return err
	}
	back := "/work/cases/" + id + "/conference"
	if err == nil && v.do == doConclude {
		back = "/work/cases/" + id
	}
	return cases.Back(w, r, err, "conference.flash."+v.do, back)
}

// posted reads a form, with its files.
func (p *pages) posted(r *http.Request) (v pageView, err error) {
	var files []blob.Stored
	values, err := web.ReadForm(r, web.FormLimits{Parts: mostParts, Text: mostTyped}, p.Cases.Blobs.FormFiles(r.Context(), &files, mostFiles, "cases.register.too_many_files"))
	version, notNumber := strconv.ParseInt(values.Get("version"), 10, 64)
	if notNumber != nil || version < 1 {
		version = -1 // no case has it
	}
	return pageView{
		do: known(values.Get("do")), remove: values.Get("guest"), which: Which{ID: r.PathValue("id"), Version: version, Key: values.Get(cases.OnceField)},
		call: Call{
			Date: values.Get("call_date"), Time: values.Get("call_time"), Way: Way(values.Get("way")),
			Place: values.Get("place"), Text: values.Get("call_text"), Late: values.Get("late") == "true",
		},
		guest: Invitation{Name: values.Get("guest_name"), Email: values.Get("guest_email"), Text: values.Get("guest_text")},
		held:  Held{Date: values.Get("held_date"), Time: values.Get("held_time")},
		minutes: Minutes{
			Participants: values.Get("participants"), Topics: values.Get("topics"), Premises: values.Get("premises"), Further: values.Get("further"),
			Files: files,
		},
	}, err
}

// known is the form that was posted; "" when it is none of the page's.
func known(do string) string {
	if slices.Contains([]string{doCall, doInvite, doUninvite, doHold, doConclude}, do) {
		return do
	}
	return ""
}

// act does what a form asks for. One that is none of the page's is no form at all.
func (p *pages) act(ctx context.Context, v pageView) (err error) {
	switch v.do {
	case doCall:
		_, err = p.Call(ctx, v.which, v.call)
	case doInvite:
		_, err = p.Invite(ctx, v.which, v.guest)
	case doUninvite:
		_, err = p.Uninvite(ctx, v.which, v.remove)
	case doHold:
		_, err = p.Hold(ctx, v.which, v.held)
	case doConclude:
		_, err = p.Conclude(ctx, v.which, v.minutes)
	default:
		if _, err = p.View(ctx, v.which.ID); err == nil { // whoever may not see it learns nothing
			err = errs.Invalid("errs.invalid_input")
		}
	}
	return err
}

// offers reports whether the page of a case still has a form.
func (p *pages) offers(ctx context.Context, id, do string) bool {
	v, err := p.View(ctx, id)
	if err != nil || !v.Mine {
		return false
	}
	switch do {
	case doCall:
		return v.Meeting.Held.IsZero()
	case doInvite:
		return v.state() == stateCalled && !v.Case.Restricted
	case doHold:
		return true
	case doConclude:
		return v.state() == stateHeld
	}
	return false
}

// first is the first field of the form that was posted, and rest the one of which is said
// what is wrong with no field.
func (v pageView) first() string {
	return map[string]string{doCall: "call_date", doInvite: "guest_name", doHold: "held_date", doConclude: "participants"}[v.do]
}

func (v pageView) rest() string {
	if v.do == doConclude || v.do == "" {
		return "files"
	}
	return v.first()
}

// again says beside what is wrong that files must be chosen anew: no page can keep them.
func (v pageView) again(ctx context.Context, wrong ui.Errors) ui.Errors {
	if len(v.minutes.Files) == 0 || wrong.For("files") != "" {
		return wrong
	}
	return append(wrong, ui.FieldError{Name: "files", Text: i18n.T(ctx, "conference.wrong.files_again")})
}
