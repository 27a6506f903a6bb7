package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// staffView is the list of those who hold roles, with what narrows it.
type staffView struct {
	Props      ui.ListProps
	Units      []Unit
	Department string
	MayAdd     bool
}

const pageSize = 50

func (p *pages) staffList(w http.ResponseWriter, r *http.Request) error {
	ctx, department := r.Context(), r.URL.Query().Get("department")
	members, err := p.Staff(ctx, department)
	if err != nil {
		return err
	}
	units, err := p.Departments(ctx)
	if err != nil {
		return err
	}
	total := max((len(members)+pageSize-1)/pageSize, 1)
	current := int(min(max(number(r.URL.Query().Get("page")), 1), int64(total)))
	shown := members[(current-1)*pageSize : min(current*pageSize, len(members))]
	v := staffView{Units: units, Department: department, MayAdd: p.anywhere(ctx, access.StaffManage) == nil}
	v.Props = ui.ListProps{
		Page: p.admin(w, r, i18n.T(ctx, "staff.staff.title")), Intro: i18n.T(ctx, "staff.staff.intro"),
		Summary: i18n.T(ctx, "staff.staff.summary", "count", len(members)),
		Pages: ui.PaginationProps{Current: current, Total: total, Href: func(n int) string {
			return "/admin/staff?" + url.Values{"department": {department}, "page": {strconv.Itoa(n)}}.Encode()
		}},
	}
	return web.Render(w, r, http.StatusOK, staffPage(v, staffTable(ctx, shown, units)))
}

// findView is the page on which one finds a person: by number or by name.
type findView struct {
	Name     string
	Found    []identity.Person
	Searched bool
	More     bool
	Number   ui.Errors // of the form with the number
	Names    ui.Errors // of the form with the name
}

func (f findView) errors() ui.Errors { return slices.Concat(f.Number, f.Names) }

func (p *pages) findPage(w http.ResponseWriter, r *http.Request) error {
	if err := p.anywhere(r.Context(), access.StaffManage); err != nil {
		return err
	}
	return p.findWith(w, r, http.StatusOK, findView{})
}

func (p *pages) findWith(w http.ResponseWriter, r *http.Request, status int, v findView) error {
	props := p.admin(w, r, i18n.T(r.Context(), "staff.find.title"), section(r, "staff"))
	return web.Render(w, r, status, findPage(props, v))
}

// findByNumber takes the number from the form's body: it is never part of an
// address, and a refused one is not shown again.
func (p *pages) findByNumber(w http.ResponseWriter, r *http.Request) error {
	person, err := p.FindByNumber(r.Context(), r.PostFormValue("number"))
	if errs.Is(err, errs.KindInvalid) {
		return p.findWith(w, r, http.StatusUnprocessableEntity, findView{Number: ui.ErrorsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/admin/staff/"+person.ID)
}

func (p *pages) findByName(w http.ResponseWriter, r *http.Request) error {
	v := findView{Name: input(r, "name"), Searched: true}
	var err error
	v.Found, v.More, err = p.FindByName(r.Context(), v.Name)
	if errs.Is(err, errs.KindInvalid) {
		return p.findWith(w, r, http.StatusUnprocessableEntity, findView{Name: v.Name, Names: ui.ErrorsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return p.findWith(w, r, http.StatusOK, v)
}

// grantForm is what stands in the form that gives a role.
type grantForm struct {
	Role, Department, From, To string
	Places                     Places
	May                        bool
}

// memberView is the page of one person.
type memberView struct {
	Member Member
	Units  []Unit
	Form   grantForm
}

func (p *pages) member(w http.ResponseWriter, r *http.Request) error {
	return p.memberWith(w, r, http.StatusOK, grantForm{}, nil)
}

func (p *pages) memberWith(w http.ResponseWriter, r *http.Request, status int, f grantForm, list ui.Errors) error {
	ctx := r.Context()
	m, err := p.Member(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	units, err := p.Departments(ctx)
	if err != nil {
		return err
	}
	if p.anywhere(ctx, access.StaffManage) == nil {
		f.May = true
		if f.Places, err = p.GrantPlaces(ctx); err != nil {
			return err
		}
	}
	props := p.admin(w, r, personName(ctx, m.Person), section(r, "staff"))
	mayRevoke := func(g access.Grant) bool { return p.in(ctx, access.RoleManage, g.Department) == nil }
	v := memberView{Member: m, Units: units, Form: f}
	return web.Render(w, r, status, memberPage(props, v, grantTable(ctx, m, units, mayRevoke), list))
}

func (p *pages) give(w http.ResponseWriter, r *http.Request) error {
	if err := p.anywhere(r.Context(), access.StaffManage); err != nil {
		return err
	}
	var wrong wrong
	f := grantForm{Role: input(r, "role"), Department: input(r, "department"), From: input(r, "from"), To: input(r, "to")}
	n := access.NewGrant{
		PersonID: r.PathValue("id"), Role: access.Role(f.Role), Department: place(r, "department", &wrong),
		From: date(r, "from", &wrong), To: date(r, "to", &wrong),
	}
	if !n.Role.Valid() {
		wrong.add("role", "access.role_unknown")
	}
	err := wrong.err()
	if err == nil {
		_, err = p.Give(r.Context(), n)
	}
	if errs.Is(err, errs.KindInvalid) {
		return p.memberWith(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(r.Context(), err))
	}
	return back(w, r, err, "staff.flash.granted", "/admin/staff/"+url.PathEscape(n.PersonID))
}

func (p *pages) confirmRevoke(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	m, g, err := p.GrantOf(ctx, r.PathValue("id"), r.PathValue("grant"))
	if err != nil {
		return err
	}
	units, err := p.Departments(ctx)
	if err != nil {
		return err
	}
	person := "/admin/staff/" + m.Person.ID
	return p.confirm(w, r, confirmation{
		key: "staff.revoke", section: "staff", action: person + "/roles/" + g.ID + "/revoke", cancel: person,
		details: []ui.Term{
			{Label: i18n.T(ctx, "staff.column.name"), Value: personName(ctx, m.Person)},
			{Label: i18n.T(ctx, "staff.column.role"), Value: i18n.T(ctx, g.Role.Describe())},
			{Label: i18n.T(ctx, "staff.column.department"), Value: placeName(ctx, units, g.Department)},
		},
	})
}

func (p *pages) revoke(w http.ResponseWriter, r *http.Request) error {
	err := p.TakeAway(r.Context(), r.PathValue("grant"))
	return back(w, r, err, "staff.flash.revoked", "/admin/staff/"+url.PathEscape(r.PathValue("id")))
}
