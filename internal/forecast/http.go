package forecast

import (
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the public page.
func (s *Service) Routes(r *web.Routes) {
	r.Page("GET /waiting-times", access.Public, s.show)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	overview, err := s.Overview(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "forecast.page.title"))
	return web.Render(w, r, http.StatusOK, overviewPage(props, s.pageOf(r.Context(), overview)))
}
