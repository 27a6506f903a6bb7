package staff

import (
	"context"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Departments returns the municipality's departments, each after the one it
// lies under, for everybody who has logged in.
func (s *Service) Departments(ctx context.Context) ([]Unit, error) {
	if err := s.in(ctx, access.DepartmentRead, ""); err != nil {
		return nil, err
	}
	list, err := s.departments(ctx)
	return tree(list), err
}

func (s *Service) departments(ctx context.Context) ([]tenant.Department, error) {
	var list []tenant.Department
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tenant.Departments(ctx, tx)
		return err
	})
	return list, err
}

// Places are where the actor has a permission.
type Places struct {
	Whole bool // in the whole municipality
	Units []Unit
}

// places returns the living departments in which the actor has a permission,
// for the choices of a form.
func (s *Service) places(ctx context.Context, p access.Permission) (Places, error) {
	list, err := s.departments(ctx)
	if err != nil {
		return Places{}, err
	}
	all := Places{Whole: s.in(ctx, p, "") == nil}
	for _, u := range living(tree(list)) {
		if s.in(ctx, p, u.ID) == nil {
			all.Units = append(all.Units, u)
		}
	}
	return all, nil
}

// EditDepartment is what the page of one department shows.
type EditDepartment struct {
	Department tenant.Department
	Parents    Places
}

// NewDepartment returns where the actor may make a department.
func (s *Service) NewDepartment(ctx context.Context) (Places, error) {
	if err := s.anywhere(ctx, access.DepartmentManage); err != nil {
		return Places{}, err
	}
	return s.places(ctx, access.DepartmentManage)
}

// Department returns a department to change, with the places it can be moved to:
// not below itself.
func (s *Service) Department(ctx context.Context, id string) (EditDepartment, error) {
	list, err := s.departments(ctx)
	if err != nil {
		return EditDepartment{}, err
	}
	d, err := s.managed(ctx, list, id)
	if err != nil {
		return EditDepartment{}, err
	}
	edit := EditDepartment{Department: d}
	if edit.Parents, err = s.places(ctx, access.DepartmentManage); err != nil {
		return EditDepartment{}, err
	}
	edit.Parents.Units = slices.DeleteFunc(edit.Parents.Units, func(u Unit) bool { return u.ID == id || isBelow(list, u.ID, id) })
	return edit, nil
}

// managed finds a department that the actor may change. One that is not there
// is answered as one that may not be seen.
func (s *Service) managed(ctx context.Context, list []tenant.Department, id string) (tenant.Department, error) {
	d, ok := byID(list, id)
	if !ok {
		if err := s.anywhere(ctx, access.DepartmentManage); err != nil {
			return d, err
		}
		return d, errs.NotFound("errs.not_found")
	}
	return d, s.access.Check(ctx, access.DepartmentManage, access.Resource{Type: "department", ID: d.ID, Department: d.ID})
}

// CreateDepartment makes a department below one that the actor manages.
func (s *Service) CreateDepartment(ctx context.Context, d tenant.Department) (tenant.Department, error) {
	if err := s.in(ctx, access.DepartmentManage, d.ParentID); err != nil {
		return d, err
	}
	d.ID, d.Ended = "", false
	return s.put(ctx, d, "staff.department_created", nil)
}

// ChangeDepartment changes name, place and address of the version that was read.
// Moving it takes the right to arrange the place it moves to.
func (s *Service) ChangeDepartment(ctx context.Context, d tenant.Department) (tenant.Department, error) {
	return s.put(ctx, d, "staff.department_changed", func(list []tenant.Department) error {
		old, err := s.managed(ctx, list, d.ID)
		if err != nil {
			return err
		}
		if old.Ended {
			return errs.Conflict("staff.department.ended")
		}
		if old.ParentID == d.ParentID {
			return nil
		}
		return s.in(ctx, access.DepartmentManage, d.ParentID)
	})
}

// put checks and writes a department; may is asked about those there are.
func (s *Service) put(ctx context.Context, d tenant.Department, action string, may func([]tenant.Department) error) (tenant.Department, error) {
	var saved tenant.Department
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := tenant.Departments(ctx, tx)
		if err != nil {
			return err
		}
		if may != nil {
			if err := may(list); err != nil {
				return err
			}
		}
		if err := checkDepartment(list, &d); err != nil {
			return err
		}
		if saved, err = tenant.PutDepartment(ctx, tx, d); err != nil {
			return err
		}
		return record(ctx, tx, action, saved)
	})
	return saved, err
}

func checkDepartment(list []tenant.Department, d *tenant.Department) error {
	var w wrong
	d.Name, d.Email = strings.TrimSpace(d.Name), strings.TrimSpace(d.Email)
	if d.Name == "" || len(d.Name) > 200 {
		w.add("name", "tenant.department_name")
	}
	if parent, ok := byID(list, d.ParentID); d.ParentID != "" && (!ok || parent.Ended) {
		w.add("parent", "staff.department.parent_unknown")
	}
	if d.Email != "" && !isEmail(d.Email) {
		w.add("email", "access.email")
	}
	for _, other := range list {
		if other.ID != d.ID && !other.Ended && other.ParentID == d.ParentID && store.Fold(other.Name) == store.Fold(d.Name) {
			w.add("name", "staff.department.name_taken")
			break
		}
	}
	return w.err()
}

const longestEmail = 254 // RFC 5321 section 4.5.3.1.3, without the angle brackets

func isEmail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= longestEmail
}

// EndDepartment closes a department: no new roles and no new cases come to it.
// What is there stays, and those who hold a role finish it.
func (s *Service) EndDepartment(ctx context.Context, id string, version int64) error {
	receives := receivesCases(ctx, id)
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := tenant.Departments(ctx, tx)
		if err != nil {
			return err
		}
		d, err := s.managed(ctx, list, id)
		if err != nil || d.Ended {
			return err
		}
		if version != d.Version {
			return errs.Conflict("errs.conflict")
		}
		if receives {
			return errs.Conflict("staff.department.receives_cases")
		}
		if slices.ContainsFunc(list, func(other tenant.Department) bool { return other.ParentID == id && !other.Ended }) {
			return errs.Conflict("staff.department.has_below")
		}
		d.Ended = true
		if d, err = tenant.PutDepartment(ctx, tx, d); err != nil {
			return err
		}
		return record(ctx, tx, "staff.department_ended", d)
	})
}

// receivesCases reports whether a setting of the municipality sends new cases to
// the department.
func receivesCases(ctx context.Context, id string) bool {
	return slices.Contains(slices.Collect(maps.Values(tenant.From(ctx).Settings)), id)
}

func record(ctx context.Context, tx *store.Tx, action string, d tenant.Department) error {
	return audit.Record(audit.WithDepartment(ctx, d.ID), tx, audit.Event{
		Action: action, Object: audit.Ref{Type: "department", ID: d.ID},
		Details: map[string]string{"name": d.Name, "parent": d.ParentID, "email": d.Email},
	})
}
