package property

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations. They are open to all, as the pages are, and
// answer in the reader's language.
func (s *Service) API(r *web.Routes) {
	a := api{s}
	web.Operation(r, huma.Operation{
		OperationID: "search-places", Method: http.MethodGet, Path: "/api/places", Summary: "Find addresses, properties, plans and places by name or number",
	}, access.Public, a.search)
	web.Operation(r, huma.Operation{
		OperationID: "get-place", Method: http.MethodGet, Path: "/api/place", Summary: "Tell what is at a point: property, plan, what applies, nearest school",
	}, access.Public, a.place)
	web.Operation(r, huma.Operation{
		OperationID: "get-property", Method: http.MethodGet, Path: "/api/property/{ref}", Summary: "Tell all public facts of a property",
	}, access.Public, a.property)
	web.Operation(r, huma.Operation{
		OperationID: "get-plan", Method: http.MethodGet, Path: "/api/plan/{number}", Summary: "Tell what a plan decides and how it came about",
	}, access.Public, a.plan)
}

type api struct{ *Service }

type placesInput struct {
	Text  string `query:"q" maxLength:"200" doc:"What somebody types: the beginning of words is enough" example:"kaivei 31"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"10"`
}

type placesOutput struct {
	Body struct {
		Hits []HitInfo `json:"hits"`
	}
}

func (a api) search(ctx context.Context, in *placesInput) (*placesOutput, error) {
	out := &placesOutput{}
	out.Body.Hits = []HitInfo{}
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		hits, err := a.Search(ctx, tx, in.Text, in.Limit)
		out.Body.Hits = out.Body.Hits[:0]
		for _, h := range hits {
			out.Body.Hits = append(out.Body.Hits, a.hitInfo(ctx, h))
		}
		return err
	})
	return out, err
}

type placeInput struct {
	Lon  string `query:"lon" maxLength:"30" doc:"Longitude in degrees" example:"6.3512"`
	Lat  string `query:"lat" maxLength:"30" doc:"Latitude in degrees" example:"57.6841"`
	East string `query:"e" maxLength:"30" doc:"Instead of degrees: metres east in the municipality's own system"`
	Nort string `query:"n" maxLength:"30" doc:"Metres north in the municipality's own system"`
}

// PlaceInfo is what is at a point.
type PlaceInfo struct {
	At       PointInfo     `json:"at"`
	Outside  bool          `json:"outside" doc:"The point is not in the municipality; nothing else is told then"`
	Property *BriefInfo    `json:"property,omitempty"`
	Address  *DistantInfo  `json:"address,omitempty" doc:"The nearest address"`
	Zones    []ZoneInfo    `json:"zones"`
	Cautions []CautionInfo `json:"cautions"`
	Plans    []PlanInfo    `json:"plans"`
	Says     []LineInfo    `json:"says" doc:"What applies here, in plain words"`
	Near     []DistantInfo `json:"near" doc:"The nearest kindergarten and school"`
	Missing  []string      `json:"missing" doc:"Map layers that the municipality does not have: what they would tell, we cannot tell"`
	Path     string        `json:"path" doc:"Page with the same as text"`
}

type placeOutput struct{ Body PlaceInfo }

func (a api) place(ctx context.Context, in *placeInput) (*placeOutput, error) {
	at, err := a.pointOf(ctx, in.East, in.Nort, in.Lon, in.Lat)
	if err != nil {
		return nil, err
	}
	var p Place
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = a.PlaceAt(ctx, tx, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	w := a.writer(ctx, p.Plans)
	out := &placeOutput{PlaceInfo{
		At: w.point(at), Outside: p.Outside, Zones: w.zones(p.Zones), Cautions: w.cautions(p.Cautions), Plans: w.plans(p.Plans),
		Says: []LineInfo{}, Near: []DistantInfo{}, Missing: missingOf(p.Missing), Path: PlacePath(at),
	}}
	if p.Outside {
		return out, nil
	}
	out.Body.Says = w.says(p.Says(w.words))
	for _, d := range p.Near {
		out.Body.Near = append(out.Body.Near, w.distant(d))
	}
	if p.Address != nil {
		d := w.distant(*p.Address)
		out.Body.Address = &d
	}
	if p.Property != nil {
		b := w.brief(*p.Property)
		out.Body.Property = &b
	}
	return out, nil
}

type propertyInput struct {
	Ref string `path:"ref" maxLength:"30" doc:"Farm and holding number with hyphens, and leased ground and section where there are" example:"12-34"`
}

// PropertyInfo is all that everybody may know of a property.
type PropertyInfo struct {
	Property  BriefInfo      `json:"property"`
	Geometry  Shape          `json:"geometry" doc:"GeoJSON, in degrees"`
	Buildings []BuildingInfo `json:"buildings"`
	Addresses []string       `json:"addresses"`
	Sections  []string       `json:"sections"`
	Zones     []ZoneInfo     `json:"zones"`
	Cautions  []CautionInfo  `json:"cautions"`
	Plans     []PlanInfo     `json:"plans"`
	Says      []LineInfo     `json:"says" doc:"What applies here, in plain words"`
	Missing   []string       `json:"missing" doc:"Map layers that the municipality does not have"`
	More      []string       `json:"more" doc:"Map layers of which more lies on the property than is told here"`
	Apply     string         `json:"apply" doc:"Where to apply to build here"`
	Follow    string         `json:"follow" doc:"Where to ask to be told of changes here: with a log-in, or else with an e-mail address"`
	Map       string         `json:"map"`
}

type propertyOutput struct{ Body PropertyInfo }

func (a api) property(ctx context.Context, in *propertyInput) (*propertyOutput, error) {
	ref, ok := ParseRef(in.Ref)
	if !ok {
		return nil, errs.NotFound("property.bad_number")
	}
	var f Facts
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := a.ByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		f, err = a.FactsOf(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	w := a.writer(ctx, f.Plans)
	out := &propertyOutput{PropertyInfo{
		Property: w.brief(f.Property), Geometry: w.shape(f.Property.Ground), Buildings: []BuildingInfo{}, Addresses: []string{}, Sections: []string{},
		Zones: w.zones(f.Zones), Cautions: w.cautions(f.Cautions), Plans: w.plans(f.Plans), Says: w.says(f.Says(w.words)), Missing: missingOf(f.Missing), More: missingOf(f.More),
		Apply: applyPath(f.Property.Ref), Follow: followPath(ctx, f.Property.Ref), Map: mapPath(f.Property),
	}}
	for _, b := range f.Buildings {
		out.Body.Buildings = append(out.Body.Buildings, w.building(b))
	}
	for _, address := range f.Addresses {
		out.Body.Addresses = append(out.Body.Addresses, address.String())
	}
	for _, s := range f.Sections {
		out.Body.Sections = append(out.Body.Sections, s.String())
	}
	return out, nil
}

type planInput struct {
	Number string `path:"number" maxLength:"60" doc:"Number of the plan in the municipality" example:"1997003"`
}

type planOutput struct {
	Body struct {
		Plan     PlanInfo      `json:"plan"`
		InForce  bool          `json:"in_force"`
		Zones    []ZoneInfo    `json:"zones"`
		Cautions []CautionInfo `json:"cautions"`
		History  []PlanInfo    `json:"history" doc:"The plans that have decided there, the newest first"`
		Geometry Shape         `json:"geometry" doc:"GeoJSON, in degrees"`
	}
}

func (a api) plan(ctx context.Context, in *planInput) (*planOutput, error) {
	var f PlanFacts
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		f, err = a.PlanOf(ctx, tx, in.Number)
		return err
	})
	if err != nil {
		return nil, err
	}
	w, out := a.writer(ctx, []Plan{f.Plan}), &planOutput{}
	out.Body.Plan, out.Body.InForce, out.Body.Geometry = w.plan(f.Plan), f.InForce, w.shape(f.Plan.Ground)
	out.Body.Zones, out.Body.Cautions, out.Body.History = w.zones(f.Zones), w.cautions(f.Cautions), w.plans(f.History)
	return out, nil
}

func (a api) hitInfo(ctx context.Context, h Hit) HitInfo {
	info := HitInfo{Kind: h.Kind, Label: h.Label, Note: h.Note, Path: h.Path, At: a.writer(ctx, nil).point(h.At)}
	if !h.Ref.IsZero() {
		info.Ref = h.Ref.String()
	}
	return info
}

func (s *Service) writer(ctx context.Context, plans []Plan) writer {
	return writer{words: i18n.From(ctx), plansOf: plans, degrees: func(p orb.Point) orb.Point { return s.lonLat(ctx, p) }}
}

// sourcesOf writes sources as one text.
func sourcesOf(list []Source) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = s.Text
	}
	return strings.Join(texts, "; ")
}
