package units

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations on the units of the kind.
func (s *Service) API(r *web.Routes) {
	a, k := api{s}, s.kind
	web.Operation(r, huma.Operation{
		OperationID: "list-" + k.Plural, Method: http.MethodGet, Path: k.API, Summary: "List the municipality's " + words(k.Plural) + " by name",
	}, access.Public, a.list)
	s.Changes(r)
}

// Changes registers those that change the list, for a kind with a listing of its own.
func (s *Service) Changes(r *web.Routes) {
	a, k := api{s}, s.kind
	web.Operation(r, huma.Operation{
		OperationID: "add-" + k.Singular, Method: http.MethodPost, Path: k.API, Summary: "Add a " + words(k.Singular),
		DefaultStatus: http.StatusCreated,
	}, k.Manage, a.add)
	web.Operation(r, huma.Operation{
		OperationID: "change-" + k.Singular, Method: http.MethodPut, Path: k.API + "/{id}", Summary: "Change a " + words(k.Singular),
	}, k.Manage, a.change)
}

// words writes "nursing-home" as people do.
func words(name string) string { return strings.ReplaceAll(name, "-", " ") }

type api struct{ *Service }

// unitInput is what one may choose of a unit.
type unitInput struct {
	Name     string `json:"name" doc:"At most 120 characters" example:"Bjørkelia"`
	Address  string `json:"address,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Hours    string `json:"hours,omitempty" example:"07:00–16:45"`
	Private  bool   `json:"private,omitempty" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has, 0 to 2000"`
	Closed   bool   `json:"closed,omitempty" doc:"Takes no more"`
}

// unitChange is the same, over the version that was read.
type unitChange struct {
	Name     string `json:"name" doc:"At most 120 characters" example:"Bjørkelia"`
	Address  string `json:"address,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Hours    string `json:"hours,omitempty" example:"07:00–16:45"`
	Private  bool   `json:"private,omitempty" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has, 0 to 2000"`
	Closed   bool   `json:"closed,omitempty" doc:"Takes no more"`
	Version  int64  `json:"version" minimum:"1" doc:"The version you have read"`
}

// UnitInfo is a unit as everybody may know it.
type UnitInfo struct {
	ID       string `json:"id" doc:"Never changes"`
	Name     string `json:"name" example:"Bjørkelia"`
	Address  string `json:"address"`
	Phone    string `json:"phone"`
	Hours    string `json:"hours" example:"07:00–16:45"`
	Private  bool   `json:"private" doc:"Run by others than the municipality"`
	Capacity int64  `json:"capacity" doc:"How many places it has"`
	Free     int64  `json:"free" doc:"Places that are neither offered nor taken"`
	Closed   bool   `json:"closed" doc:"Takes no more"`
	Version  int64  `json:"version" doc:"Rises with each change; send it with the next one"`
}

// InfoOf writes a unit as JSON operations tell it.
func InfoOf(u Unit) UnitInfo {
	return UnitInfo{
		ID: u.ID, Name: u.Name, Address: u.Address, Phone: u.Phone, Hours: u.Hours, Private: u.Private, Capacity: u.Capacity, Free: u.Free(),
		Closed: u.Closed, Version: u.Version,
	}
}

type unitsOutput struct {
	Body struct {
		Units []UnitInfo `json:"units"`
	}
}

func (a api) list(ctx context.Context, _ *struct{}) (*unitsOutput, error) {
	list, err := a.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &unitsOutput{}
	out.Body.Units = make([]UnitInfo, 0, len(list))
	for _, u := range list {
		out.Body.Units = append(out.Body.Units, InfoOf(u))
	}
	return out, nil
}

type unitOutput struct{ Body UnitInfo }

func (a api) add(ctx context.Context, in *struct{ Body unitInput }) (*unitOutput, error) {
	b := in.Body
	return a.put(ctx, Unit{Name: b.Name, Address: b.Address, Phone: b.Phone, Hours: b.Hours, Private: b.Private, Capacity: b.Capacity, Closed: b.Closed})
}

type changeInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the unit"`
	Body unitChange
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
	return &unitOutput{Body: InfoOf(u)}, nil
}
