package kindergarten

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/units"
)

// API registers the JSON operations on kindergartens.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-kindergartens", Method: http.MethodGet, Path: "/api/kindergartens", Summary: "List the municipality's kindergartens by name",
	}, access.Public, s.listed)
	s.Changes(r)
}

type kindergartensOutput struct {
	Body struct {
		Kindergartens []units.UnitInfo `json:"kindergartens"`
	}
}

// listed calls the list by the name it has always had in the answer.
func (s *Service) listed(ctx context.Context, _ *struct{}) (*kindergartensOutput, error) {
	list, err := s.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &kindergartensOutput{}
	out.Body.Kindergartens = make([]units.UnitInfo, 0, len(list))
	for _, u := range list {
		out.Body.Kindergartens = append(out.Body.Kindergartens, units.InfoOf(u))
	}
	return out, nil
}
