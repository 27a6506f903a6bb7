package property

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// PointInfo is a point, in degrees and in metres of the municipality's own system.
type PointInfo struct {
	Lon   float64 `json:"lon"`
	Lat   float64 `json:"lat"`
	East  float64 `json:"e"`
	North float64 `json:"n"`
}

// HitInfo is something that a search found.
type HitInfo struct {
	Kind  string    `json:"kind" enum:"address,property,place,plan"`
	Label string    `json:"label" example:"Kaiveien 31"`
	Note  string    `json:"note" doc:"What tells it from others of the same name"`
	Path  string    `json:"path" doc:"Address of its page"`
	Ref   string    `json:"ref,omitempty" example:"12/34"`
	At    PointInfo `json:"at"`
}

// BriefInfo is a property in short.
type BriefInfo struct {
	Ref     string     `json:"ref" example:"12/34"`
	Path    string     `json:"path"`
	Name    string     `json:"name"`
	Use     string     `json:"use" example:"home"`
	UseText string     `json:"use_text"`
	Address string     `json:"address"`
	Area    float64    `json:"area" doc:"Square metres"`
	Since   string     `json:"since,omitempty" doc:"Day of registration"`
	At      PointInfo  `json:"at" doc:"A point well inside"`
	Box     [4]float64 `json:"box" doc:"West, south, east, north in degrees"`
}

// BuildingInfo is a building.
type BuildingInfo struct {
	Number   int64   `json:"number"`
	Type     int     `json:"type" doc:"Of the national list (NS 3457)"`
	TypeText string  `json:"type_text"`
	Name     string  `json:"name"`
	Area     float64 `json:"area" doc:"Square metres of footprint"`
	Floors   int     `json:"floors"`
	Year     int     `json:"year"`
	Cornice  float64 `json:"cornice" doc:"Metres over the ground, 0 when not known"`
	Ridge    float64 `json:"ridge" doc:"Metres over the ground, 0 when not known"`
}

// ZoneInfo is a zone of a plan. Numbers that are 0 are not regulated, unless they are
// among those that the map does not have.
type ZoneInfo struct {
	Plan        string  `json:"plan"`
	PlanName    string  `json:"plan_name"`
	Field       string  `json:"field"`
	Purpose     string  `json:"purpose" doc:"Code of the national list"`
	PurposeText string  `json:"purpose_text"`
	Text        string  `json:"text" doc:"What the plan says, in Norwegian"`
	BYA         float64 `json:"bya" doc:"Per cent of the plot that buildings may cover"`
	Cornice     float64 `json:"cornice"`
	Ridge       float64 `json:"ridge"`
	Line        float64 `json:"line" doc:"Metres from the road's ground"`
	// Unknown and Unsure tell what nobody should take for a leave to build.
	Unknown []string `json:"unknown,omitempty" enum:"bya,cornice,ridge,line" doc:"Numbers that the map does not have: read the plan's provisions. The others are not regulated when they are 0"`
	Unsure  bool     `json:"unsure,omitempty" doc:"The map does not tell whether the plan is in force"`
	Master  bool     `json:"master" doc:"Of the municipal master plan"`
	Area    float64  `json:"area" doc:"Square metres of the whole zone"`
}

// CautionInfo is a consideration zone or an area of danger.
type CautionInfo struct {
	Code   string `json:"code" example:"H320"`
	Kind   string `json:"kind" example:"flood"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Plan   string `json:"plan,omitempty"`
	Source string `json:"source" enum:"plan_cautions,hazards"`
}

// PlanInfo is a plan in short.
type PlanInfo struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Master bool   `json:"master"`
	// Proposal tells plans apart that are not adopted yet.
	Proposal bool   `json:"proposal" doc:"It is not adopted, and binds nobody yet"`
	Unsure   bool   `json:"unsure,omitempty" doc:"The map does not tell whether it is in force"`
	Repealed bool   `json:"repealed,omitempty" doc:"It is repealed or replaced"`
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty" doc:"Absent while it is in force"`
	Path     string `json:"path"`
}

// LineInfo is one thing that applies, in plain words.
type LineInfo struct {
	Key    string `json:"key" doc:"What it is about: plan, purpose, bya, height, line, boundary, caution, newer, unknown"`
	Title  string `json:"title"`
	Value  string `json:"value"`
	Text   string `json:"text"`
	Plan   string `json:"plan,omitempty" doc:"What the plan itself says, in Norwegian"`
	Source string `json:"source"`
}

// DistantInfo is something with a name and how far away it is.
type DistantInfo struct {
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Text   string  `json:"text" doc:"The same as name"`
	Metres float64 `json:"metres" doc:"As the crow flies"`
	Path   string  `json:"path,omitempty"`
}

// Shape is an area as GeoJSON (RFC 7946 § 3.1.7).
type Shape struct {
	Type        string           `json:"type" enum:"MultiPolygon"`
	Coordinates orb.MultiPolygon `json:"coordinates"`
}

// writer tells things as the JSON operations do.
type writer struct {
	words   *i18n.Localizer
	degrees crs.Func
	plansOf []Plan
}

// tidy rounds to so many decimals: a centimetre is enough for everybody.
func tidy(n float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(n*scale) / scale
}

func (w writer) point(p orb.Point) PointInfo {
	d := w.degrees(p)
	return PointInfo{Lon: tidy(d[0], 7), Lat: tidy(d[1], 7), East: tidy(p[0], 2), North: tidy(p[1], 2)}
}

func (w writer) brief(p Property) BriefInfo {
	at, _ := shape.InnerPoint(p.Ground)
	b := crs.Box(p.Ground.Bound(), w.degrees)
	info := BriefInfo{
		Ref: p.Ref.String(), Path: "/property/" + p.Ref.Path(), Name: p.Name, Use: p.Use, Address: p.Address, Area: tidy(p.Area, 1), Since: p.Since.String(),
		At: w.point(at), Box: [4]float64{tidy(b.Min[0], 7), tidy(b.Min[1], 7), tidy(b.Max[0], 7), tidy(b.Max[1], 7)},
	}
	if text, known := said(w.words, "property.use."+p.Use); known && p.Use != "" {
		info.UseText = text
	}
	return info
}

func (w writer) building(b Building) BuildingInfo {
	return BuildingInfo{
		Number: b.Number, Type: b.Type, TypeText: BuildingName(w.words, b), Name: b.Name, Area: tidy(b.Area, 1), Floors: b.Floors, Year: b.Year,
		Cornice: b.Cornice, Ridge: b.Ridge,
	}
}

func (w writer) zones(list []Zone) []ZoneInfo {
	out := make([]ZoneInfo, 0, len(list))
	for _, z := range list {
		info := ZoneInfo{
			Plan: z.Plan, Field: z.Field, Purpose: z.Purpose, PurposeText: PurposeName(w.words, z), Text: z.Text, BYA: z.BYA, Cornice: z.Cornice, Ridge: z.Ridge,
			Line: z.Line, Unknown: z.Unknown.names(), Unsure: z.Unsure, Master: z.Master, Area: tidy(shape.Area(z.Ground), 1),
		}
		for _, p := range w.plansOf {
			if p.Number == z.Plan {
				info.PlanName = p.Name
			}
		}
		out = append(out, info)
	}
	return out
}

// names are those of the numbers that are meant.
func (n Numbers) names() []string {
	var list []string
	for _, of := range []struct {
		name  string
		meant bool
	}{{"bya", n.BYA}, {"cornice", n.Cornice}, {"ridge", n.Ridge}, {"line", n.Line}} {
		if of.meant {
			list = append(list, of.name)
		}
	}
	return list
}

func (w writer) cautions(list []Caution) []CautionInfo {
	out := make([]CautionInfo, 0, len(list))
	for _, c := range list {
		text := c.Text
		if text == "" {
			text = meaning(w.words, "property.caution_means.", c.Code)
		}
		out = append(out, CautionInfo{Code: c.Code, Kind: c.Kind, Title: CautionName(w.words, c), Text: text, Plan: c.Plan, Source: c.Source})
	}
	return out
}

func (w writer) plans(list []Plan) []PlanInfo {
	out := make([]PlanInfo, 0, len(list))
	for _, p := range list {
		out = append(out, w.plan(p))
	}
	return out
}

func (writer) plan(p Plan) PlanInfo {
	return PlanInfo{Number: p.Number, Name: p.Name, Master: p.Master, Proposal: p.Proposal, Unsure: p.Unsure, Repealed: p.Repealed, From: p.From.String(), To: p.To.String(), Path: p.Path()}
}

func (writer) says(list []Line) []LineInfo {
	out := make([]LineInfo, 0, len(list))
	for _, l := range list {
		out = append(out, LineInfo{Key: l.Key, Title: l.Title, Value: l.Value, Text: l.Text, Plan: l.Plan, Source: sourcesOf(l.Sources)})
	}
	return out
}

func (writer) distant(d Distant) DistantInfo {
	return DistantInfo{Kind: d.Kind, Name: d.Name, Text: d.Name, Metres: tidy(d.Metres, 0), Path: d.Path}
}

// shape writes an area in degrees to about a centimetre.
func (w writer) shape(area orb.MultiPolygon) Shape {
	g := Shape{Type: "MultiPolygon", Coordinates: orb.MultiPolygon{}}
	turned, is := crs.Apply(area, w.degrees).(orb.MultiPolygon)
	if !is {
		return g
	}
	for _, polygon := range turned {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = orb.Point{tidy(p[0], 7), tidy(p[1], 7)}
			}
		}
	}
	if turned != nil {
		g.Coordinates = turned
	}
	return g
}
