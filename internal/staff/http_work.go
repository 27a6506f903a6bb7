package staff

import (
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) substituteList(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Substitutes(r.Context())
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.substitutes.title"))
	return web.Render(w, r, http.StatusOK, substitutesPage(props, substituteTable(r.Context(), list), len(list)))
}

// substituteForm is what stands in the form of a substitute.
type substituteForm struct {
	Absent, Substitute, From, To string
	Colleagues                   []Member
}

func (p *pages) newSubstitute(w http.ResponseWriter, r *http.Request) error {
	return p.substituteForm(w, r, http.StatusOK, substituteForm{From: p.today().String()}, nil)
}

func (p *pages) substituteForm(w http.ResponseWriter, r *http.Request, status int, f substituteForm, list ui.Errors) (err error) {
	if f.Colleagues, err = p.Colleagues(r.Context()); err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.substitute.new"), section(r, "substitutes"))
	return web.Render(w, r, status, newSubstitutePage(props, f, list))
}

func (p *pages) setSubstitute(w http.ResponseWriter, r *http.Request) error {
	var wrong wrong
	f := substituteForm{Absent: input(r, "absent"), Substitute: input(r, "substitute"), From: input(r, "from"), To: input(r, "to")}
	from, to := date(r, "from", &wrong), date(r, "to", &wrong)
	err := wrong.err()
	if err == nil {
		_, err = p.SetSubstitute(r.Context(), f.Absent, f.Substitute, from, to)
	}
	if errs.Is(err, errs.KindInvalid) {
		return p.substituteForm(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(r.Context(), err))
	}
	return back(w, r, err, "staff.flash.substitute_set", "/admin/substitutes")
}

func (p *pages) confirmEndSubstitute(w http.ResponseWriter, r *http.Request) error {
	one, err := p.Substitute(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.confirm(w, r, confirmation{
		key: "staff.substitute.end", section: "substitutes", action: "/admin/substitutes/" + one.ID + "/end",
		details: []ui.Term{
			{Label: i18n.T(r.Context(), "staff.substitute.absent"), Value: one.AbsentName},
			{Label: i18n.T(r.Context(), "staff.substitute.substitute"), Value: one.SubstituteName},
		},
	})
}

func (p *pages) endSubstitute(w http.ResponseWriter, r *http.Request) error {
	err := p.EndSubstitute(r.Context(), r.PathValue("id"))
	return back(w, r, err, "staff.flash.substitute_ended", "/admin/substitutes")
}

func (p *pages) tokenList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := p.Tokens(ctx)
	if err != nil {
		return err
	}
	units, err := p.Departments(ctx)
	if err != nil {
		return err
	}
	mayRevoke := func(t access.Token) bool { return p.in(ctx, access.TokenManage, t.Department) == nil }
	table := tokenTable(ctx, list, units, p.db.Clock().Now(), mayRevoke)
	props := p.admin(w, r, i18n.T(ctx, "staff.tokens.title"))
	return web.Render(w, r, http.StatusOK, tokensPage(props, table, len(list), p.anywhere(ctx, access.TokenManage) == nil))
}

// tokenForm is what stands in the form of a token.
type tokenForm struct {
	Name, Role, Department, Days string
	Scopes                       []string
	Places                       Places
	Permissions                  []access.PermissionInfo
}

func (p *pages) newToken(w http.ResponseWriter, r *http.Request) error {
	return p.tokenForm(w, r, http.StatusOK, tokenForm{Days: "90"}, nil)
}

func (p *pages) tokenForm(w http.ResponseWriter, r *http.Request, status int, f tokenForm, list ui.Errors) (err error) {
	if f.Places, f.Permissions, err = p.TokenChoices(r.Context()); err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(r.Context(), "staff.token.new"), section(r, "tokens"))
	return web.Render(w, r, status, newTokenPage(props, f, list))
}

// createToken answers with the page that shows the secret, the only time it is
// shown.
func (p *pages) createToken(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var wrong wrong
	f := tokenForm{Name: input(r, "name"), Role: input(r, "role"), Department: input(r, "department"), Days: input(r, "days")}
	f.Scopes = r.PostForm["scopes"]
	n := NewToken{Name: f.Name, Role: access.Role(f.Role), Department: place(r, "department", &wrong), Days: int(number(f.Days))}
	for _, scope := range f.Scopes {
		n.Scopes = append(n.Scopes, access.Permission(scope))
	}
	t, secret, err := p.create(r, n, wrong)
	if errs.Is(err, errs.KindInvalid) {
		return p.tokenForm(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(ctx, err))
	}
	if err != nil {
		return err
	}
	neverKept(w)
	props := p.admin(w, r, i18n.T(ctx, "staff.token.made"), section(r, "tokens"))
	return web.Render(w, r, http.StatusOK, secretPage(props, tokenOnce(ctx, t, secret)))
}

// create makes the token, or says all that is wrong with the form at once: also
// what is wrong beside a department that was not chosen.
func (p *pages) create(r *http.Request, n NewToken, own wrong) (access.Token, string, error) {
	if len(own) == 0 {
		return p.CreateToken(r.Context(), n)
	}
	own = append(own, p.checkToken(n)...)
	return access.Token{}, "", own.err()
}

func (p *pages) confirmRevokeToken(w http.ResponseWriter, r *http.Request) error {
	t, err := p.Token(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.confirm(w, r, confirmation{
		key: "staff.token.revoke", section: "tokens", action: "/admin/tokens/" + t.ID + "/revoke",
		details: []ui.Term{{Label: i18n.T(r.Context(), "staff.token.name"), Value: t.Name}},
	})
}

func (p *pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	err := p.RevokeToken(r.Context(), r.PathValue("id"))
	return back(w, r, err, "staff.flash.token_revoked", "/admin/tokens")
}
