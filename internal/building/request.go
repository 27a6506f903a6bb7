package building

import (
	"cmp"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/property"
)

// The ways of saying where a building stands.
const (
	modeSides   = "sides"   // distances from two sides of the property
	modePoint   = "point"   // the coordinates of its middle
	modeCorners = "corners" // corner by corner
)

// Request is what somebody has typed on the page of the map: what is built and where.
// Lengths are metres, areas square metres, coordinates metres of the municipality's
// system.
type Request struct {
	Property string     `json:"property"` // 12/34
	Kind     check.Kind `json:"kind"`
	Width    float64    `json:"width"`
	Length   float64    `json:"length"`
	Turn     float64    `json:"turn"`
	Cornice  float64    `json:"cornice,omitempty"`
	Ridge    float64    `json:"ridge,omitempty"`
	Storeys  int        `json:"storeys"`
	BRA      float64    `json:"bra,omitempty"`
	Dwelling bool       `json:"dwelling,omitempty"`
	Parking  int        `json:"parking,omitempty"`
	Mode     string     `json:"mode"`
	SideA    string     `json:"side_a,omitempty"`
	SideB    string     `json:"side_b,omitempty"`
	FromA    float64    `json:"from_a,omitempty"`
	FromB    float64    `json:"from_b,omitempty"`
	East     float64    `json:"east"`
	North    float64    `json:"north"`
	Corners  string     `json:"corners,omitempty"`
}

// usual is what is in the fields before anybody has typed: an ordinary garage.
func usual(ref property.Ref) Request {
	return Request{Property: ref.String(), Kind: check.Garage, Width: 6, Length: 6, Cornice: 2.5, Ridge: 3.9, Storeys: 1, Mode: modeSides}
}

// The bounds of what can be typed.
const (
	smallestSide, largestSide = 0.1, 200
	highest                   = 60
	mostBRA                   = 10_000
	mostStoreys, mostParking  = 10, 50
	farthest                  = 500 // metres from the property
	mostCorners               = 60
)

// posted reads what was typed. What cannot be read is told by field, and is zero.
func posted(form url.Values) (r Request, wrong []errs.Field) {
	read := &reader{form: form}
	r = Request{
		Property: form.Get("property"), Kind: check.Kind(form.Get("kind")), Dwelling: form.Get("dwelling") == "true", Mode: form.Get("mode"),
		SideA: form.Get("side_a"), SideB: form.Get("side_b"),
		Corners: strings.ReplaceAll(form.Get("corners"), "\r\n", "\n"), // as browsers send lines
	}
	if r.Mode != modePoint && r.Mode != modeCorners {
		r.Mode = modeSides
	}
	if !slices.Contains(check.Kinds(), r.Kind) {
		read.fail("kind", "building.site.need_kind")
	}
	if r.Mode != modeCorners {
		r.Width, r.Length = read.number("width", smallestSide, largestSide, true), read.number("length", smallestSide, largestSide, true)
		r.Turn = site.Degrees(read.number("turn", -360, 360, false))
	}
	r.Cornice, r.Ridge = read.number("cornice", 0, highest, false), read.number("ridge", 0, highest, false)
	r.Storeys = max(1, int(read.number("storeys", 1, mostStoreys, false)))
	r.BRA, r.Parking = read.number("bra", 0, mostBRA, false), int(read.number("parking", 0, mostParking, false))
	r.where(read)
	return r, read.wrong
}

// where reads the fields that the way of placing needs; the others may hold anything.
func (r *Request) where(read *reader) {
	const anywhere = 1e8
	r.FromA, r.FromB = read.number("from_a", 0, farthest, r.Mode == modeSides), read.number("from_b", 0, farthest, r.Mode == modeSides)
	r.East, r.North = read.number("east", -anywhere, anywhere, r.Mode == modePoint), read.number("north", -anywhere, anywhere, r.Mode == modePoint)
}

// reader reads numbers from a form as people in Norway write them.
type reader struct {
	form  url.Values
	wrong []errs.Field
}

func (d *reader) fail(name, key string, args ...any) {
	d.wrong = append(d.wrong, errs.Field{Name: name, Key: key, Args: args})
}

func (d *reader) number(name string, least, most float64, required bool) float64 {
	text := strings.TrimSpace(d.form.Get(name))
	if text == "" && !required {
		return 0
	}
	n, ok := parseNumber(text)
	if !ok || n < least || n > most {
		d.fail(name, "building.site.need_number", "least", least, "most", most)
		return 0
	}
	return n
}

func parseNumber(text string) (float64, bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "").Replace(strings.TrimSpace(text))
	if before, after, ok := strings.Cut(text, "."); ok && strings.Contains(before, ",") { // 342,073.34, as the English write
		text = strings.ReplaceAll(before, ",", "") + "." + after
	}
	text = strings.Replace(text, ",", ".", 1)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return math.Round(n*100) / 100, true
}

// ref is the property's number; zero when it is none.
func (r Request) ref() property.Ref {
	ref, _ := property.ParseRef(r.Property)
	return ref
}

func (r Request) rectangle() site.Rectangle {
	return site.Rectangle{Middle: orb.Point{r.East, r.North}, Width: r.Width, Length: r.Length, Turn: r.Turn}
}

// at is the request with the rectangle where it is, told in both ways.
func (r Request) at(rectangle site.Rectangle, sides []site.Side) Request {
	r.East, r.North, r.Turn = round2(rectangle.Middle[0]), round2(rectangle.Middle[1]), rectangle.Turn
	r.Corners = cornersText(rectangle.Area())
	a, b, ok := nearestSides(rectangle.Area(), sides)
	if r.Mode == modeSides && r.SideA != "" || !ok {
		return r
	}
	r.SideA, r.FromA, r.SideB, r.FromB = a.Letter, site.From(a, rectangle.Area()), b.Letter, site.From(b, rectangle.Area())
	return r
}

// nearestSides are the two nearest sides that do not run alike.
func nearestSides(footprint orb.MultiPolygon, sides []site.Side) (a, b site.Side, ok bool) {
	byDistance := slices.Clone(sides)
	slices.SortStableFunc(byDistance, func(a, b site.Side) int {
		return cmp.Compare(site.From(a, footprint), site.From(b, footprint))
	})
	for i := 1; i < len(byDistance); i++ {
		angle := math.Mod(math.Abs(byDistance[0].Turn()-byDistance[i].Turn()), 180)
		if min(angle, 180-angle) > 30 {
			return byDistance[0], byDistance[i], true
		}
	}
	return a, b, false
}

// footprint works out where the building lies, and what is wrong with what was typed.
func (r Request) footprint(sides []site.Side, around orb.Bound) (Request, orb.MultiPolygon, []errs.Field) {
	if r.Mode == modeCorners {
		area, wrong := corners(r.Corners)
		return r.inReach(area, around, wrong, "corners")
	}
	rectangle := r.rectangle()
	if r.Mode == modeSides {
		a, okA := site.Find(sides, r.SideA)
		b, okB := site.Find(sides, r.SideB)
		switch {
		case !okA:
			return r, nil, []errs.Field{{Name: "side_a", Key: "building.site.need_side"}}
		case !okB:
			return r, nil, []errs.Field{{Name: "side_b", Key: "building.site.need_side"}}
		}
		var ok bool
		if rectangle, ok = site.Between(rectangle, site.By{Side: a, Metres: r.FromA}, site.By{Side: b, Metres: r.FromB}); !ok {
			return r, nil, []errs.Field{{Name: "side_b", Key: "building.site.sides_alike"}}
		}
	}
	return r.at(rectangle, sides).inReach(rectangle.Area(), around, nil, "east")
}

// inReach refuses what lies far from the property: a mistyped coordinate.
func (r Request) inReach(area orb.MultiPolygon, around orb.Bound, wrong []errs.Field, field string) (Request, orb.MultiPolygon, []errs.Field) {
	if len(wrong) == 0 && !around.Pad(farthest).Contains(area.Bound().Center()) {
		wrong = []errs.Field{{Name: field, Key: "building.site.far"}}
	}
	if len(wrong) > 0 {
		return r, nil, wrong
	}
	return r, area, nil
}

// corners reads a corner from each line: east and north.
func corners(text string) (orb.MultiPolygon, []errs.Field) {
	bad := func(key string) []errs.Field {
		return []errs.Field{{Name: "corners", Key: "building.site." + key}}
	}
	var ring orb.Ring
	for line := range strings.Lines(text) {
		parts := strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" ;\t\r\n", c) })
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 2 || len(ring) > mostCorners {
			return nil, bad("need_corners")
		}
		east, okEast := parseNumber(strings.TrimSuffix(parts[0], ","))
		north, okNorth := parseNumber(parts[1])
		if !okEast || !okNorth {
			return nil, bad("need_corners")
		}
		ring = append(ring, orb.Point{east, north})
	}
	if len(ring) > 3 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	if len(ring) < 3 {
		return nil, bad("need_corners")
	}
	ring = append(ring, ring[0])
	if shape.SignedArea(ring) < 0 {
		slices.Reverse(ring)
	}
	if area := (orb.MultiPolygon{{ring}}); shape.Check(area) == nil && shape.Area(area) > 0 {
		return area, nil
	}
	return nil, bad("corners_bad")
}

// works is the building as it is held against the map.
func (r Request) works(footprint orb.MultiPolygon) check.Works {
	return check.Works{
		Kind: r.Kind, Footprint: footprint, Cornice: r.Cornice, Ridge: r.Ridge, Storeys: r.Storeys, BRA: r.BRA, Dwelling: r.Dwelling, Parking: r.Parking,
	}
}

// storedRequest reads what was kept with a draft; false when nothing was.
func storedRequest(facts map[string]any) (r Request, ok bool) {
	text, _ := facts[FactRequest].(string)
	if text == "" || json.Unmarshal([]byte(text), &r) != nil {
		return Request{}, false
	}
	return r, true
}

func round1(n float64) float64 { return math.Round(n*10) / 10 }
func round2(n float64) float64 { return math.Round(n*100) / 100 }
