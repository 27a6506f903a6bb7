package notify

import (
	"context"
	"mime"
	"net/http"
	"strconv"

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
	s.hooks(r)
}

type pages struct{ *Service }

func (p *pages) printRoom(w http.ResponseWriter, r *http.Request) error {
	posted := r.URL.Query().Get("show") == "posted"
	list, err := p.Printouts(r.Context(), posted)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "notify.print.title"))
	return web.Render(w, r, http.StatusOK, printPage(props, printTable(r.Context(), list, posted), posted))
}

// which tells one letter from the others to somebody who hears the page: a person
// may be sent several.
func (l Printout) which(ctx context.Context) string {
	words := i18n.From(ctx)
	return words.T("notify.print.to_whom", "name", l.Name, "subject", l.Subject, "at", words.DateTime(l.CreatedAt))
}

func printTable(ctx context.Context, list []Printout, posted bool) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("notify.print.title"), HideCaption: true, RowHeader: true}
	columns := []string{"to", "subject", "since", "act"}
	if posted {
		columns = []string{"to", "subject", "posted", "file"}
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("notify.print.column." + c)})
	}
	for _, l := range list {
		at, note := l.CreatedAt, ""
		if posted {
			at = l.HandedOverAt
		}
		if l.NoAddress {
			note = words.T("notify.print.no_address")
		}
		t.Rows = append(t.Rows, ui.Row{ID: "l-" + l.ID, Cells: []ui.Cell{
			{Text: l.Name, Note: note}, {Text: l.Subject}, {Text: words.DateTime(at)}, {Content: printActs(l, !posted)},
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
