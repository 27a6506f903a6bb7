package staff

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the administration pages, the invitation's page and the JSON
// operations.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Staff, "staff.nav.admin", "/admin", PermOpen)
	r.Page("GET /admin", PermOpen, p.overview)
	r.Page("GET /admin/departments", access.DepartmentManage, p.departmentList)
	r.Page("GET /admin/departments/new", access.DepartmentManage, p.newDepartment)
	r.Form("POST /admin/departments", access.DepartmentManage, p.createDepartment)
	r.Page("GET /admin/departments/{id}", access.DepartmentManage, p.editDepartment)
	r.Form("POST /admin/departments/{id}", access.DepartmentManage, p.changeDepartment)
	r.Page("GET /admin/departments/{id}/end", access.DepartmentManage, p.confirmEndDepartment)
	r.Form("POST /admin/departments/{id}/end", access.DepartmentManage, p.endDepartment)
	p.staffRoutes(r)
	p.failedRoutes(r)
	r.Page("GET /admin/substitutes", access.SubstituteManage, p.substituteList)
	r.Page("GET /admin/substitutes/new", access.SubstituteManage, p.newSubstitute)
	r.Form("POST /admin/substitutes", access.SubstituteManage, p.setSubstitute)
	r.Page("GET /admin/substitutes/{id}/end", access.SubstituteManage, p.confirmEndSubstitute)
	r.Form("POST /admin/substitutes/{id}/end", access.SubstituteManage, p.endSubstitute)
	r.Page("GET /admin/tokens", access.TokenRead, p.tokenList)
	r.Page("GET /admin/tokens/new", access.TokenManage, p.newToken)
	r.Form("POST /admin/tokens", access.TokenManage, p.createToken)
	r.Page("GET /admin/tokens/{id}/revoke", access.TokenManage, p.confirmRevokeToken)
	r.Form("POST /admin/tokens/{id}/revoke", access.TokenManage, p.revokeToken)
	r.Page("GET /admin/permissions", access.PermissionList, p.permissions)
	r.Page("GET /admin/log", access.AuditRead, p.log)
	r.Page("GET /admin/log/verify", access.AuditVerify, p.verifyLog)
	r.Page("GET /admin/look", access.TenantTheme, p.look)
	r.Form("POST /admin/look", access.TenantTheme, p.setLook)
	r.Page("GET /invite/{secret}", access.Public, p.invitation)
	r.Form("POST /invite/{secret}", access.LoggedIn, p.accept)
	s.operations(r)
}

func (p *pages) staffRoutes(r *web.Routes) {
	r.Page("GET /admin/staff", access.RoleRead, p.staffList)
	r.Page("GET /admin/staff/new", access.StaffManage, p.findPage)
	r.Form("POST /admin/staff/number", access.StaffManage, p.findByNumber)
	r.Form("POST /admin/staff/name", access.StaffManage, p.findByName)
	r.Page("GET /admin/staff/{id}", access.RoleRead, p.member)
	r.Form("POST /admin/staff/{id}/roles", access.StaffManage, p.give)
	r.Page("GET /admin/staff/{id}/roles/{grant}/revoke", access.RoleManage, p.confirmRevoke)
	r.Form("POST /admin/staff/{id}/roles/{grant}/revoke", access.RoleManage, p.revoke)
	r.Page("GET /admin/invites/new", access.StaffManage, p.newInvite)
	r.Form("POST /admin/invites", access.StaffManage, p.invite)
}

type pages struct{ *Service }

func (p *pages) overview(w http.ResponseWriter, r *http.Request) error {
	sections, err := p.Sections(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "staff.title"))
	return web.Render(w, r, http.StatusOK, overviewPage(props, sections))
}

// admin returns the shell of a page below the overview, with the way to it for
// those who may open it.
func (p *pages) admin(w http.ResponseWriter, r *http.Request, title string, above ...ui.Crumb) ui.PageProps {
	props := web.Props(w, r, ui.Staff, title)
	if p.in(r.Context(), PermOpen, "") == nil {
		props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "staff.title"), Href: "/admin"}}
		props.Breadcrumbs = append(append(props.Breadcrumbs, above...), ui.Crumb{Label: title})
	}
	return props
}

// section is the crumb of one of the overview's parts.
func section(r *http.Request, key string) ui.Crumb {
	return ui.Crumb{Label: i18n.T(r.Context(), "staff."+key+".title"), Href: "/admin/" + key}
}

// back answers an act with a redirect and a message. Whoever was second, or must
// do something else first, is told why.
func back(w http.ResponseWriter, r *http.Request, err error, done, path string) error {
	switch {
	case errs.Is(err, errs.KindConflict):
		web.SetFlash(w, r, ui.Warning, errs.Of(err).Key)
	case err != nil:
		return err
	default:
		web.SetFlash(w, r, ui.Success, done)
	}
	return web.Redirect(w, r, path)
}

// confirmation describes a page that asks before something is ended.
type confirmation struct {
	key     string // of its texts: title, text, yes
	section string
	action  string // where it posts; it cancels to the section, or to cancel
	cancel  string
	details []ui.Term
	hidden  []ui.HiddenValue
}

func (p *pages) confirm(w http.ResponseWriter, r *http.Request, c confirmation) error {
	ctx := r.Context()
	props := p.admin(w, r, i18n.T(ctx, c.key+".title"), section(r, c.section))
	if c.cancel == "" {
		c.cancel = "/admin/" + c.section
	}
	return web.Render(w, r, http.StatusOK, ui.ConfirmPage(ui.ConfirmProps{
		Page: props, Text: i18n.T(ctx, c.key+".text"), Details: c.details, CancelURL: c.cancel,
		Form: ui.FormProps{Action: c.action, Hidden: c.hidden},
		Yes:  ui.ButtonProps{Label: i18n.T(ctx, c.key+".yes"), Danger: true},
	}))
}

// input reads the fields of a form, without spaces around.
func input(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// number reads a whole number, 0 when it is none.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// date reads a day that may be left open.
func date(r *http.Request, name string, w *wrong) clock.Date {
	d, err := clock.ParseDate(input(r, name))
	if err != nil {
		w.add(name, "staff.date_invalid")
	}
	return d
}

// wholeTown is what a choice of department posts for the whole municipality: an
// empty value means that nothing was chosen.
const wholeTown = "-"

// place reads a choice of department.
func place(r *http.Request, name string, w *wrong) string {
	switch v := input(r, name); v {
	case "":
		w.add(name, "staff.place_missing")
		return ""
	case wholeTown:
		return ""
	default:
		return v
	}
}
