package around

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operation behind the map.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-public-building-cases", Method: http.MethodGet, Path: "/api/around", Summary: "Public building cases in a box",
		Description: "What everybody may know of the building cases whose properties lie in a box of longitudes and latitudes (EUREF89), as GeoJSON (RFC 7946), the newest first. " +
			"It holds no person's name and no case in which somebody has a protected address.",
	}, access.Public, s.apiAround)
}

type aroundInput struct {
	BBox    string `query:"bbox" required:"true" maxLength:"120" doc:"West, south, east and north in degrees" example:"10.1,59.0,10.3,59.2"`
	Status  Status `query:"status" enum:"received,granted,refused" doc:"All when left out"`
	Measure string `query:"measure" enum:"garage,extension,upper,terrace,facade,use,wall,dock,demolition,other" doc:"Kind of measure; all when left out"`
	Days    int    `query:"days" minimum:"1" maximum:"4000" doc:"Received or decided within so many days"`
	Limit   int    `query:"limit" minimum:"1" maximum:"2000" default:"500"`
}

type aroundOutput struct {
	ContentType string `header:"Content-Type"`
	Robots      string `header:"X-Robots-Tag"`
	Body        caseCollection
}

// caseCollection is a GeoJSON FeatureCollection (RFC 7946 § 3.3).
type caseCollection struct {
	Type     string        `json:"type" enum:"FeatureCollection"`
	Returned int           `json:"numberReturned"`
	More     bool          `json:"more" doc:"There are others in the box: ask for a smaller one"`
	Features []caseFeature `json:"features"`
}

type caseFeature struct {
	Type       string         `json:"type" enum:"Feature"`
	ID         string         `json:"id" format:"uuid"`
	Geometry   casePoint      `json:"geometry"`
	Properties caseProperties `json:"properties"`
}

type casePoint struct {
	Type        string     `json:"type" enum:"Point"`
	Coordinates [2]float64 `json:"coordinates" doc:"Longitude and latitude"`
}

type caseProperties struct {
	Number      string `json:"number,omitempty" example:"2026/123"`
	Measure     string `json:"measure" example:"garage"`
	MeasureText string `json:"measureText"`
	Status      Status `json:"status" enum:"received,granted,refused"`
	StatusText  string `json:"statusText"`
	Property    string `json:"property" example:"12/34"`
	Address     string `json:"address,omitempty"`
	Applicant   string `json:"applicant,omitempty" doc:"A company's name; never a person's"`
	Received    string `json:"received" format:"date"`
	Decided     string `json:"decided,omitempty" format:"date"`
	Path        string `json:"path" doc:"Its page"`
}

func (s *Service) apiAround(ctx context.Context, in *aroundInput) (*aroundOutput, error) {
	box, ok := parseBox(in.BBox)
	if !ok {
		return nil, errs.InvalidFields(errs.Field{Name: "bbox", Key: "around.bad_box"})
	}
	list, err := s.Within(ctx, Filter{Box: &box, Status: in.Status, Measure: in.Measure, Days: in.Days, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := &aroundOutput{ContentType: "application/geo+json", Robots: noIndex}
	out.Body = caseCollection{Type: "FeatureCollection", More: len(list) > in.Limit, Features: []caseFeature{}}
	for _, c := range list[:min(len(list), in.Limit)] {
		out.Body.Features = append(out.Body.Features, featureOf(ctx, c))
	}
	out.Body.Returned = len(out.Body.Features)
	return out, nil
}

// noIndex asks search engines to keep out: what is found by a name of an address and a
// search engine's memory is what the law's year is against.
const noIndex = "noindex, nofollow, noarchive"

// Within returns the chosen cases that have a place, the newest first. It is open to
// everybody.
func (s *Service) Within(ctx context.Context, f Filter) (list []PublicCase, err error) {
	if err := s.everybody(ctx); err != nil {
		return nil, err
	}
	box, limit := f.Box, f.Limit
	f = f.tidy()
	f.Box, f.Limit = box, min(max(limit, 1), maxOnMap+1)
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = listCases(ctx, tx, f)
		return err
	})
	return list, err
}

// parseBox reads "west,south,east,north".
func parseBox(text string) (orb.Bound, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return orb.Bound{}, false
	}
	var n [4]float64
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 180 {
			return orb.Bound{}, false
		}
		n[i] = v
	}
	b := orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}
	return b, b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1]
}

func featureOf(ctx context.Context, c PublicCase) caseFeature {
	f := caseFeature{Type: "Feature", ID: c.ID, Geometry: casePoint{Type: "Point", Coordinates: c.Place}}
	f.Properties = caseProperties{
		Number: c.Label(), Measure: c.Measure, MeasureText: i18n.T(ctx, "around.measure."+c.Measure), Status: c.Status,
		StatusText: i18n.T(ctx, "around.status."+string(c.Status)), Property: c.Properties(), Address: c.Address, Applicant: c.Applicant,
		Received: clock.DateIn(c.ReceivedAt).String(), Path: c.Path(),
	}
	if !c.DecidedAt.IsZero() {
		f.Properties.Decided = clock.DateIn(c.DecidedAt).String()
	}
	return f
}
