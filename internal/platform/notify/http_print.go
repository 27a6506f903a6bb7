package notify

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the print room's pages and what gateways call.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Staff, "notify.nav.print", "/work/print", PermPrintList)
	r.Page("GET /work/print", PermPrintList, p.printRoom)
	r.Page("GET /work/print/{letter}", PermPrint, p.pdf)
	r.Page("GET /work/print/{letter}/enclosure", PermPrint, p.enclosure)
	r.Form("POST /work/print/{letter}/posted", PermPost, p.posted)
	r.Page("GET /work/print/{letter}/back", PermPost, p.backForm)
	r.Form("POST /work/print/{letter}/back", PermPost, p.back)
	r.Form("POST /work/print/{letter}/again", PermPost, p.again)
	s.hooks(r)
}

type pages struct{ *Service }

func (p *pages) printRoom(w http.ResponseWriter, r *http.Request) error {
	show := r.URL.Query().Get("show")
	if _, known := printStates()[show]; !known {
		show = showWaiting
	}
	list, err := p.Printouts(r.Context(), show)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "notify.print.title"))
	return web.Render(w, r, http.StatusOK, printPage(props, printTable(r.Context(), list, show), show))
}

// which tells one letter from the others to somebody who hears the page: a person
// may be sent several.
func (l Printout) which(ctx context.Context) string {
	words := i18n.From(ctx)
	return words.T("notify.print.to_whom", "name", l.Name, "subject", l.Subject, "at", words.DateTime(l.CreatedAt))
}

func printTable(ctx context.Context, list []Printout, show string) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("notify.print.title"), HideCaption: true, RowHeader: true}
	since := map[string]string{showWaiting: "since", showPosted: "posted", showBack: "posted"}[show]
	for _, c := range []string{"to", "subject", since, "act"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("notify.print.column." + c)})
	}
	for _, l := range list {
		at, note := l.CreatedAt, ""
		if show != showWaiting {
			at = l.HandedOverAt
		}
		switch {
		case show == showBack:
			note = backTitle(words, l.LastError)
		case l.NoAddress:
			note = words.T("notify.print.no_address")
		}
		t.Rows = append(t.Rows, ui.Row{ID: "l-" + l.ID, Cells: []ui.Cell{
			{Text: l.Name, Note: note}, {Text: l.Subject}, {Text: words.DateTime(at)}, {Content: printActs(l, show)},
		}})
	}
	return t
}

func (p *pages) pdf(w http.ResponseWriter, r *http.Request) error { return p.file(w, r, false) }

func (p *pages) enclosure(w http.ResponseWriter, r *http.Request) error { return p.file(w, r, true) }

func (p *pages) file(w http.ResponseWriter, r *http.Request, enclosure bool) error {
	f, err := p.Print(r.Context(), r.PathValue("letter"), enclosure)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.Itoa(len(f.Bytes)))
	_, _ = w.Write(f.Bytes) // the reader may have gone
	return nil
}

func (p *pages) posted(w http.ResponseWriter, r *http.Request) error {
	if err := p.Posted(r.Context(), r.PathValue("letter")); err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "notify.flash.posted")
	return web.Redirect(w, r, "/work/print")
}

func (p *pages) backForm(w http.ResponseWriter, r *http.Request) error {
	return p.backWith(w, r, http.StatusOK, nil)
}

func (p *pages) backWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) error {
	l, err := p.Letter(r.Context(), r.PathValue("letter"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "notify.back.title"))
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "notify.print.title"), Href: "/work/print"},
		{Label: i18n.T(ctx, "notify.print.tab.posted"), Href: "/work/print?show=" + showPosted},
		{Label: props.Title},
	}
	return web.Render(w, r, status, backPage(props, l, wrong))
}

// introOf tells what to do with the letters of a list.
func introOf(show string) string {
	if show == showBack {
		return "notify.back.intro"
	}
	return "notify.print.intro"
}

// terms are what a letter is known by on its own page.
func (l Printout) terms(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	terms := []ui.Term{
		{Label: words.T("notify.print.column.to"), Value: l.Name}, {Label: words.T("notify.print.column.subject"), Value: l.Subject},
	}
	if !l.HandedOverAt.IsZero() {
		terms = append(terms, ui.Term{Label: words.T("notify.print.column.posted"), Value: words.DateTime(l.HandedOverAt)})
	}
	return terms
}

// backOptions are the reasons in words.
func backOptions(ctx context.Context) (list []ui.Option) {
	for _, reason := range BackReasons() {
		list = append(list, ui.Option{Value: reason, Label: backTitle(i18n.From(ctx), reason)})
	}
	return list
}

func (p *pages) back(w http.ResponseWriter, r *http.Request) error {
	err := p.Back(r.Context(), r.PathValue("letter"), r.PostFormValue("reason"))
	if errs.Is(err, errs.KindInvalid) {
		return p.backWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "notify.flash.back")
	return web.Redirect(w, r, "/work/print?show="+showBack)
}

func (p *pages) again(w http.ResponseWriter, r *http.Request) error {
	if err := p.Again(r.Context(), r.PathValue("letter")); err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "notify.flash.again")
	return web.Redirect(w, r, "/work/print")
}
