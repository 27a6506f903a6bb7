package casework

import (
	"net/http"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// loadOf returns the load of the department that the address names.
func (p *pages) loadOf(r *http.Request) (l cases.Load, d tenant.Department, list []tenant.Department, err error) {
	if list, err = p.Headed(r.Context()); err != nil || len(list) == 0 {
		return l, d, list, err
	}
	if d, err = chosen(r, list); err != nil {
		return l, d, list, err
	}
	l, err = p.Cases.LoadOf(r.Context(), d.ID)
	return l, d, list, err
}

func (p *pages) load(w http.ResponseWriter, r *http.Request) error {
	l, d, list, err := p.loadOf(r)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "casework.load.title"))
	return web.Render(w, r, http.StatusOK, loadPage(props, loadView{l, d, departmentTabs(list, d.ID, loadPath)}))
}

// loadCSV sends the same figures as a file for a spreadsheet.
func (p *pages) loadCSV(w http.ResponseWriter, r *http.Request) error {
	l, d, list, err := p.loadOf(r)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.NotFound("errs.not_found")
	}
	name := tenant.Slug(d.Name) + "-" + clock.DateIn(p.DB.Clock().Now()).String() + ".csv"
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.WriteHeader(http.StatusOK)
	return writeCSV(w, i18n.From(r.Context()), l)
}
