package staff

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// inviteForm is what stands in the form that invites somebody.
type inviteForm struct {
	Email, Name, Role, Department string
	Places                        Places
}

func (p *pages) newInvite(w http.ResponseWriter, r *http.Request) error {
	return p.inviteForm(w, r, http.StatusOK, inviteForm{}, nil)
}

func (p *pages) inviteForm(w http.ResponseWriter, r *http.Request, status int, f inviteForm, list ui.Errors) (err error) {
	if err := p.anywhere(r.Context(), access.StaffManage); err != nil {
		return err
	}
	if f.Places, err = p.GrantPlaces(r.Context()); err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.invite.title"), section(r, "staff"))
	return web.Render(w, r, status, newInvitePage(props, f, list))
}

// invite answers with the page that shows the link, the only time it is shown.
func (p *pages) invite(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var wrong wrong
	f := inviteForm{Email: input(r, "email"), Name: input(r, "name"), Role: input(r, "role"), Department: input(r, "department")}
	n := access.NewInvite{Role: access.Role(f.Role), Department: place(r, "department", &wrong), Email: f.Email, Name: f.Name}
	if !isEmail(n.Email) {
		wrong.add("email", "access.email")
	}
	if !n.Role.Valid() {
		wrong.add("role", "access.role_unknown")
	}
	err := wrong.err()
	var invite access.Invite
	var secret string
	if err == nil {
		invite, secret, err = p.Invite(ctx, n)
	}
	if errs.Is(err, errs.KindInvalid) {
		return p.inviteForm(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(ctx, err))
	}
	if err != nil {
		return err
	}
	neverKept(w)
	props := p.admin(w, r, i18n.T(ctx, "staff.invited.title"), section(r, "staff"))
	return web.Render(w, r, http.StatusOK, secretPage(props, inviteOnce(ctx, invite, address(r)+"/invite/"+secret)))
}

// neverKept keeps a page with a secret out of every cache and out of the
// addresses that the browser tells other pages.
func neverKept(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// address is where people reach the municipality: the host that brought the
// request here, which is one of its own.
func address(r *http.Request) string {
	if web.IsSecure(r.Context()) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// invitation is the page that the link of an invitation leads to.
func (p *pages) invitation(w http.ResponseWriter, r *http.Request) error {
	neverKept(w)
	ctx, secret := r.Context(), r.PathValue("secret")
	invitation, err := p.Invited(ctx, secret)
	if closed := errs.Of(err); closed != nil && (closed.Kind == errs.KindConflict || closed.Kind == errs.KindNotFound) {
		return p.closedInvitation(w, r, closed)
	}
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "staff.accept.title"))
	props.NoIndex = true
	path := "/invite/" + url.PathEscape(secret)
	v := acceptView{Invitation: invitation, Action: path, Actor: identity.From(ctx), LoginURL: "/login?return=" + url.QueryEscape(path)}
	return web.Render(w, r, http.StatusOK, acceptPage(props, v))
}

// closedInvitation tells in plain words why a link cannot be used. One that was
// used or is too old is gone for good.
func (p *pages) closedInvitation(w http.ResponseWriter, r *http.Request, why *errs.Error) error {
	status := http.StatusGone
	if why.Kind == errs.KindNotFound {
		status = http.StatusNotFound
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "staff.accept.closed"))
	props.NoIndex = true
	return web.Render(w, r, status, closedPage(props, web.Words(r.Context(), why)))
}

// acceptView is what the page of an invitation shows.
type acceptView struct {
	Invitation Invitation
	Action     string
	LoginURL   string
	Actor      identity.Actor
}

func (p *pages) accept(w http.ResponseWriter, r *http.Request) error {
	neverKept(w)
	g, err := p.Accept(r.Context(), r.PathValue("secret"))
	if e := errs.Of(err); e != nil && (e.Kind == errs.KindConflict || e.Kind == errs.KindNotFound) {
		return p.closedInvitation(w, r, e)
	}
	home := "/admin"
	if g.Role == access.CaseWorker {
		home = "/" // who has no part in the administration finds her work in the menu
	}
	return back(w, r, err, "staff.flash.accepted", home)
}
