package kindergarten

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations on kindergartens.
func (s *Service) API(r *web.Routes) {
	a := api{s}
	web.Operation(r, huma.Operation{
		OperationID: "list-kindergartens", Method: http.MethodGet, Path: "/api/kindergartens", Summary: "List the municipality's kindergartens by name",
	}, access.Public, a.list)
	web.Operation(r, huma.Operation{
		OperationID: "add-kindergarten", Method: http.MethodPost, Path: "/api/kindergartens", Summary: "Add a kindergarten",
		DefaultStatus: http.StatusCreated,
	}, PermManage, a.add)
	web.Operation(r, huma.Operation{
		OperationID: "change-kindergarten", Method: http.MethodPut, Path: "/api/kindergartens/{id}", Summary: "Change a kindergarten",
	}, PermManage, a.change)
}

type api struct{ *Service }

// kindergartenInput is what one may choose of a kindergarten.
type kindergartenInput struct {
	Name     string `json:"name" doc:"At most 120 characters" example:"Bjørkelia barnehage"`
	Address  string `json:"address,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Hours    string `json:"hours,omitempty" example:"07:00–16:45"`
	Private  bool   `json:"private,omitempty" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has, 0 to 2000"`
	Closed   bool   `json:"closed,omitempty" doc:"Takes no more children"`
}

// kindergartenChange is the same, over the version that was read.
type kindergartenChange struct {
	Name     string `json:"name" doc:"At most 120 characters" example:"Bjørkelia barnehage"`
	Address  string `json:"address,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Hours    string `json:"hours,omitempty" example:"07:00–16:45"`
	Private  bool   `json:"private,omitempty" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has, 0 to 2000"`
	Closed   bool   `json:"closed,omitempty" doc:"Takes no more children"`
	Version  int64  `json:"version" minimum:"1" doc:"The version you have read"`
}

// kindergartenInfo is a kindergarten as everybody may know it.
type kindergartenInfo struct {
	ID       string `json:"id" doc:"Never changes"`
	Name     string `json:"name" example:"Bjørkelia barnehage"`
	Address  string `json:"address"`
	Phone    string `json:"phone"`
	Hours    string `json:"hours" example:"07:00–16:45"`
	Private  bool   `json:"private" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has"`
	Free     int64  `json:"free" doc:"Places that are neither offered nor taken"`
	Closed   bool   `json:"closed" doc:"Takes no more children"`
	Version  int64  `json:"version" doc:"Rises with each change; send it with the next one"`
}

func infoOf(u Unit) kindergartenInfo {
	return kindergartenInfo{
		ID: u.ID, Name: u.Name, Address: u.Address, Phone: u.Phone, Hours: u.Hours, Private: u.Private, Capacity: u.Capacity, Free: u.Free(),
		Closed: u.Closed, Version: u.Version,
	}
}

type listOutput struct {
	Body struct {
		Kindergartens []kindergartenInfo `json:"kindergartens"`
	}
}

func (a api) list(ctx context.Context, _ *struct{}) (*listOutput, error) {
	list, err := a.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Kindergartens = make([]kindergartenInfo, 0, len(list))
	for _, u := range list {
		out.Body.Kindergartens = append(out.Body.Kindergartens, infoOf(u))
	}
	return out, nil
}

type unitOutput struct{ Body kindergartenInfo }

func (a api) add(ctx context.Context, in *struct{ Body kindergartenInput }) (*unitOutput, error) {
	b := in.Body
	return a.put(ctx, Unit{Name: b.Name, Address: b.Address, Phone: b.Phone, Hours: b.Hours, Private: b.Private, Capacity: b.Capacity, Closed: b.Closed})
}

type changeInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the kindergarten"`
	Body kindergartenChange
}

func (a api) change(ctx context.Context, in *changeInput) (*unitOutput, error) {
	b := in.Body
	return a.put(ctx, Unit{
		ID: in.ID, Name: b.Name, Address: b.Address, Phone: b.Phone, Hours: b.Hours, Private: b.Private, Capacity: b.Capacity, Closed: b.Closed, Version: b.Version,
	})
}

func (a api) put(ctx context.Context, u Unit) (*unitOutput, error) {
	u, err := a.Put(ctx, u)
	if err != nil {
		return nil, err
	}
	return &unitOutput{Body: infoOf(u)}, nil
}
