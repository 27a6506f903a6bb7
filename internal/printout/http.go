package printout

import (
	"bytes"
	"mime"
	"net/http"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the pages of the party and of the staff.
func (s *Service) Routes(r *web.Routes) {
	mine, work := pages{s, ui.Resident, "/my/cases/"}, pages{s, ui.Staff, "/work/cases/"}
	r.Page("GET /my/cases/{id}/sent", cases.PermRead, mine.show)
	r.Page("GET /my/cases/{id}/sent.pdf", cases.PermRead, mine.file)
	r.Page("GET /work/cases/{id}/sent", cases.PermRead, work.show)
	r.Page("GET /work/cases/{id}/sent.pdf", cases.PermRead, work.file)
}

// pages are those of the party or of the staff, below their address of a case.
type pages struct {
	*Service
	area ui.Area
	base string
}

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	sent, err := p.Sent(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, p.area, sent.Summary.Title)
	back := p.base + sent.Case.ID
	props.Breadcrumbs = []ui.Crumb{{Label: sent.Case.Label(), Href: back}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, sentPage(props, sent, back+"/sent.pdf"))
}

func (p pages) file(w http.ResponseWriter, r *http.Request) error {
	content, name, err := p.PDF(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return nil
}
