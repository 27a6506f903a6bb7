package mypage

import (
	"context"
	"net/http"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxAnswer bounds an answer with its files.
const maxAnswer = 60 << 20

// Routes registers the person's own pages.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Resident, "mypage.nav.mine", "/my", access.LoggedIn)
	p.messageRoutes(r)
	p.representationRoutes(r)
	p.documentRoutes(r)
	r.Nav(ui.Resident, "mypage.nav.looks", "/my/looks", access.LoggedIn)
	r.Nav(ui.Resident, "mypage.nav.contact", "/my/contact", access.LoggedIn)
	r.Page("GET /my", access.LoggedIn, p.overview)
	r.Page("GET /my/looks", access.LoggedIn, p.looks)
	r.Page("GET /my/contact", access.LoggedIn, p.contact)
	r.Form("POST /my/contact", access.LoggedIn, p.setContact)
	r.Page("GET /my/cases/{id}", cases.PermRead, p.show)
	r.Stream("GET /my/cases/{id}/live", cases.PermRead, p.live)
	r.Page("GET /my/cases/{id}/documents/{document}", cases.PermRead, p.document)
	r.Page("GET /my/cases/{id}/log", cases.PermLog, p.log)
	r.Upload("POST /my/cases/{id}/answer", cases.PermAnswer, maxAnswer, p.answer)
	r.Page("GET /my/cases/{id}/withdraw", cases.PermWithdraw, p.confirmWithdraw)
	r.Form("POST /my/cases/{id}/withdraw", cases.PermWithdraw, p.withdraw)
	r.Page("GET /my/cases/{id}/decline", cases.PermAccept, p.confirmDecline)
	r.Form("POST /my/cases/{id}/respond", cases.PermAccept, p.respond)
}

type pages struct{ *Service }

func (p *pages) overview(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Overview(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.title"))
	return web.Render(w, r, http.StatusOK, overviewPage(props, o, p.cases.Kinds()))
}

func (p *pages) looks(w http.ResponseWriter, r *http.Request) error {
	looks, err := p.Looks(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.looks.title"))
	return web.Render(w, r, http.StatusOK, looksPage(props, looks, p.cases.Kinds()))
}

func (p *pages) contact(w http.ResponseWriter, r *http.Request) error {
	person, err := p.Contact(r.Context())
	if err != nil {
		return err
	}
	c := contactForm{Email: person.Email, Phone: person.Phone, Lang: string(person.Lang)}
	return p.contactWith(w, r, http.StatusOK, c, nil)
}

type contactForm struct{ Email, Phone, Lang string }

func (p *pages) contactWith(w http.ResponseWriter, r *http.Request, status int, c contactForm, wrong ui.Errors) error {
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "mypage.contact.title"))
	return web.Render(w, r, status, contactPage(props, c, wrong))
}

func (p *pages) setContact(w http.ResponseWriter, r *http.Request) error {
	c := contactForm{Email: strings.TrimSpace(r.PostFormValue("email")), Phone: strings.TrimSpace(r.PostFormValue("phone")), Lang: r.PostFormValue("lang")}
	err := p.SetContact(r.Context(), c.Email, c.Phone, i18n.Lang(c.Lang))
	if errs.Is(err, errs.KindInvalid) {
		return p.contactWith(w, r, http.StatusUnprocessableEntity, c, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "mypage.flash.contact")
	return web.Redirect(w, r, "/my/contact")
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, "", nil)
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, text string, wrong ui.Errors) error {
	v, err := p.cases.View(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Party {
		// A link from an e-mail that a case worker opens.
		return web.Redirect(w, r, "/work/cases/"+v.Case.ID)
	}
	sent, err := p.cases.SentBy(r.Context(), v.Case)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, casePage(caseProps(w, r, v), v, sent, text, wrong))
}

func (p *pages) live(w http.ResponseWriter, r *http.Request) error {
	return p.cases.Follow(w, r, r.PathValue("id"))
}

func (p *pages) document(w http.ResponseWriter, r *http.Request) error {
	return p.cases.ServeDocument(w, r, r.PathValue("id"), r.PathValue("document"))
}

func (p *pages) log(w http.ResponseWriter, r *http.Request) error {
	c, looks, err := p.cases.AccessLog(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := p.veil(r.Context(), looks); err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "cases.log.title"))
	props.Breadcrumbs = crumbs(r.Context(), c, props.Title)
	return web.Render(w, r, http.StatusOK, cases.LogPage(props, c, looks))
}

// answer takes the text and the files of an answer. Files go to their place as
// they come in; one that is refused refuses the answer, so that nobody believes
// it was sent.
func (p *pages) answer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.cases.Allow(r.Context(), id, cases.PermAnswer); err != nil {
		return err // before any file is taken in
	}
	posting, err := p.readAnswer(r)
	if err == nil {
		_, err = p.cases.PostAnswer(r.Context(), id, posting)
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.showWith(w, r, web.Status(err), posting.Text, wrong)
	}
	return cases.Back(w, r, err, "mypage.flash.answered", "/my/cases/"+id)
}

const (
	maxFiles = 10
	maxParts = 40
	maxText  = 1 << 20
)

func (p *pages) readAnswer(r *http.Request) (posting cases.Posting, err error) {
	values, err := web.ReadForm(r, web.FormLimits{Parts: maxParts, Text: maxText}, p.cases.Blobs.FormFiles(r.Context(), &posting.Files, maxFiles, "mypage.too_many_files"))
	posting.Text, posting.Key = values.Get("text"), values.Get(cases.OnceField)
	return posting, err
}

func (p *pages) confirmWithdraw(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "withdraw", ui.FormProps{Action: "/my/cases/" + r.PathValue("id") + "/withdraw"})
}

func (p *pages) confirmDecline(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "decline", ui.FormProps{
		Action: "/my/cases/" + r.PathValue("id") + "/respond", Hidden: []ui.HiddenValue{{Name: "answer", Value: string(cases.Declined)}},
	})
}

// confirm asks before something that cannot be undone. Where it cannot be done, the
// case tells how it stands.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request, what string, form ui.FormProps) error {
	ctx, id := r.Context(), r.PathValue("id")
	perm, act := cases.PermWithdraw, "withdraw"
	if what == "decline" {
		perm, act = cases.PermAccept, "respond"
	}
	if err := p.cases.Allow(ctx, id, perm); err != nil {
		return err
	}
	v, err := p.cases.View(ctx, id)
	if err != nil {
		return err
	}
	if act == "withdraw" && !v.May.Withdraw || act == "respond" && !v.May.Respond {
		web.SetFlash(w, r, ui.Warning, "cases.not_now."+act)
		return web.Redirect(w, r, "/my/cases/"+id)
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "mypage."+what+".title"))
	return web.Render(w, r, http.StatusOK, ui.ConfirmPage(ui.ConfirmProps{
		Page: props, Text: i18n.T(ctx, "mypage."+what+".text"), CancelURL: "/my/cases/" + id, Form: form,
		Yes: ui.ButtonProps{Label: i18n.T(ctx, "mypage."+what+".yes"), Danger: true},
	}))
}

func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	_, err := p.cases.Withdraw(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "mypage.flash.withdrawn", "/my/cases/"+r.PathValue("id"))
}

func (p *pages) respond(w http.ResponseWriter, r *http.Request) error {
	answer := cases.Answer(r.PostFormValue("answer"))
	_, err := p.cases.Respond(r.Context(), r.PathValue("id"), answer)
	return cases.Back(w, r, err, "mypage.flash."+string(answer), "/my/cases/"+r.PathValue("id"))
}

func crumbs(ctx context.Context, c cases.Case, last string) []ui.Crumb {
	list := []ui.Crumb{{Label: i18n.T(ctx, "mypage.title"), Href: "/my"}}
	if last == "" {
		return append(list, ui.Crumb{Label: c.Label()})
	}
	return append(list, ui.Crumb{Label: c.Label(), Href: "/my/cases/" + c.ID}, ui.Crumb{Label: last})
}
