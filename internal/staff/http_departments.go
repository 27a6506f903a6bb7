package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) departmentList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.anywhere(ctx, access.DepartmentManage); err != nil {
		return err
	}
	units, err := p.Departments(ctx)
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(ctx, "staff.departments.title"))
	manages := func(u Unit) bool { return p.in(ctx, access.DepartmentManage, u.ID) == nil }
	return web.Render(w, r, http.StatusOK, departmentsPage(props, departmentTable(ctx, units, manages), len(units)))
}

// departmentForm is what stands in the form of a department.
type departmentForm struct {
	ID, Name, Parent, Email string
	Version                 int64
	Parents                 Places
}

func (f departmentForm) action() string {
	if f.ID == "" {
		return "/admin/departments"
	}
	return "/admin/departments/" + f.ID
}

func readDepartment(r *http.Request) (departmentForm, tenant.Department, wrong) {
	var w wrong
	f := departmentForm{
		ID: r.PathValue("id"), Name: input(r, "name"), Parent: input(r, "parent"), Email: input(r, "email"),
		Version: number(r.PostFormValue("version")),
	}
	d := tenant.Department{ID: f.ID, Name: f.Name, ParentID: place(r, "parent", &w), Email: f.Email, Version: f.Version}
	return f, d, w
}

func (p *pages) newDepartment(w http.ResponseWriter, r *http.Request) error {
	return p.departmentForm(w, r, http.StatusOK, departmentForm{Parent: wholeTown}, nil)
}

func (p *pages) departmentForm(w http.ResponseWriter, r *http.Request, status int, f departmentForm, list ui.Errors) (err error) {
	ctx, title := r.Context(), "staff.department.new"
	if f.ID == "" {
		f.Parents, err = p.NewDepartment(ctx)
	} else {
		title = "staff.department.edit"
		var edit EditDepartment
		edit, err = p.Department(ctx, f.ID)
		f.Parents = edit.Parents
	}
	if err != nil {
		return err
	}
	props := p.admin(w, r, i18n.T(ctx, title), section(r, "departments"))
	return web.Render(w, r, status, departmentPage(props, f, list))
}

func (p *pages) createDepartment(w http.ResponseWriter, r *http.Request) error {
	f, d, wrong := readDepartment(r)
	err := wrong.err()
	if err == nil {
		_, err = p.CreateDepartment(r.Context(), d)
	}
	if errs.Is(err, errs.KindInvalid) {
		return p.departmentForm(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(r.Context(), err))
	}
	return back(w, r, err, "staff.flash.department_created", "/admin/departments")
}

func (p *pages) editDepartment(w http.ResponseWriter, r *http.Request) error {
	edit, err := p.Department(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d := edit.Department
	if d.Ended {
		return errs.NotFound("staff.department.ended")
	}
	f := departmentForm{ID: d.ID, Name: d.Name, Parent: d.ParentID, Email: d.Email, Version: d.Version}
	if f.Parent == "" {
		f.Parent = wholeTown
	}
	return p.departmentForm(w, r, http.StatusOK, f, nil)
}

func (p *pages) changeDepartment(w http.ResponseWriter, r *http.Request) error {
	f, d, wrong := readDepartment(r)
	err := wrong.err()
	if err == nil {
		_, err = p.ChangeDepartment(r.Context(), d)
	}
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.departmentForm(w, r, http.StatusUnprocessableEntity, f, ui.ErrorsOf(r.Context(), err))
	case errs.Is(err, errs.KindConflict):
		return back(w, r, err, "", "/admin/departments/"+url.PathEscape(f.ID))
	}
	return back(w, r, err, "staff.flash.department_changed", "/admin/departments")
}

func (p *pages) confirmEndDepartment(w http.ResponseWriter, r *http.Request) error {
	edit, err := p.Department(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d := edit.Department
	return p.confirm(w, r, confirmation{
		key: "staff.department.end", section: "departments",
		action: "/admin/departments/" + d.ID + "/end", cancel: "/admin/departments/" + d.ID,
		details: []ui.Term{{Label: i18n.T(r.Context(), "staff.department.name"), Value: d.Name}},
		hidden:  []ui.HiddenValue{{Name: "version", Value: strconv.FormatInt(d.Version, 10)}},
	})
}

func (p *pages) endDepartment(w http.ResponseWriter, r *http.Request) error {
	err := p.EndDepartment(r.Context(), r.PathValue("id"), number(r.PostFormValue("version")))
	return back(w, r, err, "staff.flash.department_ended", "/admin/departments")
}
