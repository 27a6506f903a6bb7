package neighbours

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// keyOf is what a neighbour's page is opened with.
func keyOf(r *http.Request) Key {
	return Key{ID: r.PathValue("neighbour"), Code: r.PathValue("code"), Origin: web.Address(r.Context())}
}

// pathOf is where a neighbour's page is.
func pathOf(r *http.Request) string {
	if code := r.PathValue("code"); code != "" {
		return "/notice/" + url.PathEscape(code)
	}
	return "/my/neighbour-notices/" + url.PathEscape(r.PathValue("neighbour"))
}

// typeCode asks for the code of a letter.
func (p *pages) typeCode(w http.ResponseWriter, r *http.Request) error {
	if code := tidyCode(r.URL.Query().Get("code")); code != "" {
		return web.Redirect(w, r, "/notice/"+code)
	}
	var wrong ui.Errors
	status := http.StatusOK
	if r.URL.Query().Has("code") {
		status = http.StatusUnprocessableEntity
		wrong = ui.Errors{{Name: "code", Text: i18n.T(r.Context(), "neighbours.code.wrong")}}
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "neighbours.code.title"))
	return web.Render(w, r, status, codePage(props, wrong))
}

func (p *pages) hear(w http.ResponseWriter, r *http.Request) error {
	return p.hearWith(w, r, http.StatusOK, typed{})
}

func (p *pages) hearWith(w http.ResponseWriter, r *http.Request, status int, t typed) error {
	h, err := p.Hear(r.Context(), keyOf(r))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "neighbours.heard.title", "address", placeOf(h.Notice)))
	if r.PathValue("code") == "" {
		props.Breadcrumbs = crumbs(r, placeOf(h.Notice))
	}
	return web.Render(w, r, status, heardPage(props, heardView{Heard: h, typed: t, path: pathOf(r)}))
}

func (p *pages) answer(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Hear(r.Context(), keyOf(r)); err != nil {
		return err // before any file is taken in
	}
	in, err := p.posted(r)
	if err == nil {
		_, err = p.Answer(r.Context(), keyOf(r), replyOf(in))
	}
	if wrong, ok := web.FormErrors(r, err, "files"); ok {
		return p.hearWith(w, r, web.Status(err), typed{form: "answer", values: in.values, wrong: wrong})
	}
	if errs.Is(err, errs.KindNotFound) {
		return err
	}
	return cases.Back(w, r, err, "neighbours.flash.answered", pathOf(r))
}

// replyOf is the answer that a form holds.
func replyOf(in posted) Reply {
	return Reply{
		Answer: Answer(in.values.Get("answer")), Text: in.values.Get("text"), Files: in.files, Key: in.values.Get(cases.OnceField), On: dayIn(in.values, "on"),
	}
}

func (p *pages) heardDocument(w http.ResponseWriter, r *http.Request) error {
	content, d, err := p.OpenWith(r.Context(), keyOf(r), r.PathValue("drawing"))
	return serve(w, content, d, err)
}
