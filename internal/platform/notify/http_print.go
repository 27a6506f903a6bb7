package notify

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// printPath is where the print room is.
const printPath = "/work/print"

// Routes registers the print room's pages and what gateways call.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Staff, "notify.nav.print", printPath, PermPrintList)
	r.Page("GET /work/print", PermPrintList, p.printRoom)
	r.Page("GET /work/print/{letter}", PermPrint, p.pdf)
	r.Page("GET /work/print/{letter}/enclosure", PermPrint, p.enclosure)
	r.Form("POST /work/print/posted", PermPrintList, p.posted) // each letter asks for itself
	r.Page("GET /work/print/{letter}/back", PermPost, p.backForm)
	r.Form("POST /work/print/{letter}/back", PermPost, p.back)
	r.Form("POST /work/print/{letter}/again", PermPost, p.again)
	s.hooks(r)
}

type pages struct{ *Service }

func (p *pages) printRoom(w http.ResponseWriter, r *http.Request) error {
	return p.printRoomWith(w, r, http.StatusOK, nil)
}

// printRoomView is a page of the print room.
type printRoomView struct {
	Room
	show  string
	all   bool // every box is ticked
	wrong ui.Errors
}

func (p *pages) printRoomWith(w http.ResponseWriter, r *http.Request, status int, wrong ui.Errors) (err error) {
	v := printRoomView{show: r.FormValue("show"), all: r.FormValue("mark") == "all", wrong: wrong}
	if _, known := printStates()[v.show]; !known {
		v.show = showWaiting
	}
	number, _ := strconv.Atoi(r.FormValue("page")) // what is no number is the first page
	if v.Room, err = p.Room(r.Context(), v.show, number); err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "notify.print.title"))
	return web.Render(w, r, status, printPage(props, v))
}

// address is that of a page of the list.
func (v printRoomView) address(page int, mark string) string {
	q := url.Values{}
	for name, value := range map[string]string{"show": v.show, "mark": mark} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return printPath
	}
	return printPath + "?" + q.Encode()
}

func (v printRoomView) pagination() ui.PaginationProps {
	return ui.PaginationProps{Current: v.Page, Total: v.Pages, Href: func(n int) string { return v.address(n, "") }}
}

// summary tells how many letters there are, and which of them the page shows.
func (v printRoomView) summary(ctx context.Context) string {
	words := i18n.From(ctx)
	key := "notify.print.count"
	if v.More {
		key = "notify.print.count_more"
	}
	text := words.T(key, "count", v.All)
	if v.Pages > 1 {
		first := (v.Page-1)*atOnce + 1
		text += " " + words.T("notify.print.shown", "first", first, "last", first+len(v.Letters)-1)
	}
	return text
}

// hidden brings whoever has posted letters back to the page she was on.
func (v printRoomView) hidden() []ui.HiddenValue {
	return []ui.HiddenValue{{Name: "page", Value: strconv.Itoa(v.Page)}}
}

// which tells one letter from the others to somebody who hears the page: a person
// may be sent several.
func (l Printout) which(ctx context.Context) string {
	words := i18n.From(ctx)
	return words.T("notify.print.to_whom", "name", l.Name, "subject", l.Subject, "at", words.DateTime(l.CreatedAt))
}

func (v printRoomView) table(ctx context.Context) ui.TableProps {
	words, show := i18n.From(ctx), v.show
	t := ui.TableProps{Caption: words.T("notify.print.title"), HideCaption: true, RowHeader: true, Compact: true}
	since := map[string]string{showWaiting: "since", showPosted: "posted", showBack: "posted"}[show]
	for _, c := range []string{"to", "subject", since, "act"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("notify.print.column." + c)})
	}
	for _, l := range v.Letters {
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
			{Content: printWhom(v, l, note)}, {Text: l.Subject}, {Text: words.Date(clock.DateIn(at))}, {Content: printActs(l, show)},
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

// posted notes the letters that are chosen.
func (p *pages) posted(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	_, err := p.PostedAll(r.Context(), r.PostForm["letter"])
	if errs.Is(err, errs.KindInvalid) {
		return p.printRoomWith(w, r, http.StatusUnprocessableEntity, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "notify.flash.posted")
	page, _ := strconv.Atoi(r.PostFormValue("page"))
	return web.Redirect(w, r, printRoomView{}.address(page, ""))
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
		{Label: i18n.T(ctx, "notify.print.title"), Href: printPath},
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
	return web.Redirect(w, r, printPath)
}
