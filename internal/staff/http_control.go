package staff

import (
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) permissions(w http.ResponseWriter, r *http.Request) error {
	matrix, err := p.Permissions(r.Context())
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.permissions.title"))
	return web.Render(w, r, http.StatusOK, permissionsPage(props, matrixTable(r.Context(), matrix)))
}

func (p *pages) log(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page, err := p.Log(ctx, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(ctx, "staff.log.title"))
	mayVerify := p.in(ctx, access.AuditVerify, "") == nil
	return web.Render(w, r, http.StatusOK, logPage(props, page, logTable(ctx, page), mayVerify))
}

func (p *pages) verifyLog(w http.ResponseWriter, r *http.Request) error {
	report, err := p.VerifyLog(r.Context())
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.verify.title"), section(r, "log"))
	return web.Render(w, r, http.StatusOK, verifyPage(props, report, problemTable(r.Context(), report)))
}

func (p *pages) look(w http.ResponseWriter, r *http.Request) error {
	color, err := p.Color(r.Context())
	if err != nil {
		return err
	}
	return p.lookWith(w, r, http.StatusOK, color, nil)
}

// lookWith shows a colour: the page itself is drawn with it.
func (p *pages) lookWith(w http.ResponseWriter, r *http.Request, status int, color string, list ui.Errors) error {
	props := p.admin(w, r, i18n.T(r.Context(), "staff.look.title"))
	look, err := p.Preview(r.Context(), color)
	switch {
	case errs.Is(err, errs.KindInvalid):
	case err != nil:
		return err
	default:
		if sheet, err := theme.Make(look.Color); err == nil {
			props.Tenant.Color, props.Tenant.ThemeURL = look.Color, sheet.URL()
		}
	}
	return web.Render(w, r, status, lookPage(props, color, look, list))
}

// doPreview is the button that shows a colour without keeping it.
const doPreview = "preview"

func (p *pages) setLook(w http.ResponseWriter, r *http.Request) error {
	color := input(r, "color")
	var err error
	preview := r.PostFormValue("do") == doPreview
	if preview {
		_, err = p.Preview(r.Context(), color)
	} else {
		err = p.SetColor(r.Context(), color)
	}
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.lookWith(w, r, http.StatusUnprocessableEntity, color, ui.ErrorsOf(r.Context(), err))
	case preview && err == nil:
		return p.lookWith(w, r, http.StatusOK, color, nil)
	}
	return back(w, r, err, "staff.flash.color", "/admin/look")
}
