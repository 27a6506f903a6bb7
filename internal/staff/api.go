package staff

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// operations registers the JSON operations.
func (s *Service) operations(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-departments", Method: http.MethodGet, Path: "/api/departments",
		Summary: "The municipality's departments, each after the one it lies under",
	}, access.DepartmentRead, s.apiDepartments)
	web.Operation(r, huma.Operation{
		OperationID: "create-department", Method: http.MethodPost, Path: "/api/departments",
		Summary: "Make a department", DefaultStatus: http.StatusCreated,
	}, access.DepartmentManage, s.apiCreateDepartment)
	web.Operation(r, huma.Operation{
		OperationID: "list-staff", Method: http.MethodGet, Path: "/api/staff",
		Summary: "Those who hold a role now or later, by name, with their roles",
	}, access.RoleRead, s.apiStaff)
}

// departmentBody is a department in JSON.
type departmentBody struct {
	ID       string `json:"id" readOnly:"true" format:"uuid"`
	Name     string `json:"name"`
	ParentID string `json:"parentId,omitempty" doc:"The department it lies under; absent at the top"`
	Email    string `json:"email,omitempty" format:"email"`
	Ended    bool   `json:"ended" readOnly:"true" doc:"Gets no new roles and no new cases"`
	Version  int64  `json:"version" readOnly:"true"`
}

func bodyOf(d tenant.Department) departmentBody {
	return departmentBody{ID: d.ID, Name: d.Name, ParentID: d.ParentID, Email: d.Email, Ended: d.Ended, Version: d.Version}
}

type departmentsOutput struct {
	Body struct {
		Departments []departmentBody `json:"departments"`
	}
}

func (s *Service) apiDepartments(ctx context.Context, _ *struct{}) (*departmentsOutput, error) {
	units, err := s.Departments(ctx)
	if err != nil {
		return nil, err
	}
	out := &departmentsOutput{}
	out.Body.Departments = make([]departmentBody, 0, len(units))
	for _, u := range units {
		out.Body.Departments = append(out.Body.Departments, bodyOf(u.Department))
	}
	return out, nil
}

type createDepartmentInput struct {
	Body struct {
		Name     string `json:"name" maxLength:"200"`
		ParentID string `json:"parentId,omitempty" maxLength:"36" doc:"The department it lies under; absent at the top"`
		Email    string `json:"email,omitempty" maxLength:"254"`
	}
}

type departmentOutput struct {
	Body departmentBody
}

func (s *Service) apiCreateDepartment(ctx context.Context, in *createDepartmentInput) (*departmentOutput, error) {
	d, err := s.CreateDepartment(ctx, tenant.Department{Name: in.Body.Name, ParentID: in.Body.ParentID, Email: in.Body.Email})
	if err != nil {
		return nil, namedForAPI(err)
	}
	return &departmentOutput{Body: bodyOf(d)}, nil
}

// namedForAPI names the fields of an error as the JSON names them.
func namedForAPI(err error) error {
	e := errs.Of(err)
	if e == nil {
		return err
	}
	for i := range e.Fields {
		if e.Fields[i].Name == "parent" {
			e.Fields[i].Name = "parentId"
		}
	}
	return err
}

type staffInput struct {
	Department string `query:"department" maxLength:"36" doc:"Only the roles in this department"`
}

type roleBody struct {
	ID         string      `json:"id" format:"uuid"`
	Role       access.Role `json:"role" enum:"administrator,department_head,case_worker,auditor"`
	Department string      `json:"departmentId,omitempty" doc:"Absent for the whole municipality"`
	From       string      `json:"from" format:"date"`
	To         string      `json:"to,omitempty" format:"date" doc:"Last day; absent until it is taken away"`
}

type staffBody struct {
	PersonID string     `json:"personId" format:"uuid"`
	Name     string     `json:"name"`
	Roles    []roleBody `json:"roles"`
}

type staffOutput struct {
	Body struct {
		Staff []staffBody `json:"staff"`
	}
}

func (s *Service) apiStaff(ctx context.Context, in *staffInput) (*staffOutput, error) {
	members, err := s.Staff(ctx, in.Department)
	if err != nil {
		return nil, err
	}
	out := &staffOutput{}
	out.Body.Staff = make([]staffBody, 0, len(members))
	for _, m := range members {
		one := staffBody{PersonID: m.Person.ID, Name: m.Person.Name.Full(), Roles: make([]roleBody, 0, len(m.Grants))}
		for _, g := range m.Grants {
			one.Roles = append(one.Roles, roleBody{ID: g.ID, Role: g.Role, Department: g.Department, From: g.From.String(), To: g.To.String()})
		}
		out.Body.Staff = append(out.Body.Staff, one)
	}
	return out, nil
}
