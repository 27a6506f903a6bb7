package around

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Topic is what one can be told of.
type Topic string

// The topics.
const (
	TopicReceived Topic = "received" // a building case has come in
	TopicDecided  Topic = "decided"  // a building case is decided
	TopicPlans    Topic = "plans"    // a plan is new, changed or gone
)

// Topics returns all of them, in order.
func Topics() []Topic { return []Topic{TopicReceived, TopicDecided, TopicPlans} }

// Often is how often messages come.
type Often string

// The ways.
const (
	AtOnce Often = "once"   // each time something happens
	Daily  Often = "daily"  // gathered, in the morning
	Weekly Often = "weekly" // gathered, Monday morning
)

// Oftens returns all of them, the quickest first.
func Oftens() []Often { return []Often{AtOnce, Daily, Weekly} }

// The bounds of an area, in metres and square metres. The largest is a circle of five
// kilometres; what is wider is the municipality's own page.
const (
	leastRadius = 100
	mostRadius  = 5000
	leastGround = 1000
	mostCorners = 200
	mostAreas   = 20 // of a person
	mostByMail  = 5  // of an address
	maxName     = 60
)

// Radii are the choices of the form.
func Radii() []int { return []int{100, 250, 500, 1000, 2000, 5000} }

// Ground is where an area is: a circle around a point, or a ring that was drawn. The
// coordinates are degrees.
type Ground struct {
	Middle orb.Point `json:"middle,omitzero"`
	Radius float64   `json:"radius,omitempty"` // metres; 0 for a ring
	Ring   orb.Ring  `json:"ring,omitempty"`
	// Label tells people where it is: an address or a property number.
	Label string `json:"label,omitempty"`
}

// IsCircle reports whether the area is a circle.
func (g Ground) IsCircle() bool { return g.Radius > 0 }

// State says whether an area is told anything.
type State string

// The states.
const (
	Waiting State = "waiting" // for the confirmation of the e-mail address
	Active  State = "active"
)

// Area is an area subscription (områdevarsel).
type Area struct {
	ID string
	// Person is whose it is; "" when it goes to an address without log-in.
	Person string
	// Subscriber is the person, or stands for the address.
	Subscriber string
	State      State
	Topics     []Topic
	Often      Often
	Lang       i18n.Lang
	Ground     Ground
	Name       string // the person's own word for it
	Email      string // "" for a person's
	CreatedAt  time.Time
	RenewedAt  time.Time

	stop                              string // the secret of the link that ends it
	origin, confirmDigest, stopDigest string
}

// wants reports whether the area asks for a topic.
func (a Area) wants(t Topic) bool { return slices.Contains(a.Topics, t) }

// Until is when the area ends unless it is renewed.
func (a Area) Until() time.Time { return a.RenewedAt.AddDate(lifeYears, 0, 0) }

// lifeYears is how long an area lasts: as the shipped rule of retention says. Whoever
// has moved away long ago is not told for ever.
const lifeYears = 2

// Choice is what somebody asks for.
type Choice struct {
	Name   string
	Topics []Topic
	Often  Often
	Ground Ground
}

// check returns what is wrong with a choice; the places are in the home system.
func (c Choice) check(home crs.System) error {
	var wrong []errs.Field
	bad := func(is bool, name, key string, args ...any) {
		if is {
			wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	bad(len([]rune(c.Name)) > maxName, "name", "around.area.long_name", "most", maxName)
	bad(len(c.Topics) == 0, "topics", "around.area.need_topics")
	bad(slices.ContainsFunc(c.Topics, func(t Topic) bool { return !slices.Contains(Topics(), t) }), "topics", "around.area.need_topics")
	bad(!slices.Contains(Oftens(), c.Often), "often", "around.area.need_often")
	if key := c.Ground.problem(home); key != "" {
		wrong = append(wrong, errs.Field{Name: "q", Key: key, Args: []any{"least", leastRadius, "most", mostRadius / 1000}})
	}
	return errs.InvalidFields(wrong...)
}

// problem is the key of what is wrong with the ground, "" when nothing is.
func (g Ground) problem(home crs.System) string {
	if g.IsCircle() {
		switch {
		case !crs.Finite(g.Middle) || !crs.Norway().Contains(g.Middle):
			return "around.area.need_place"
		case g.Radius < leastRadius || g.Radius > mostRadius:
			return "around.area.bad_radius"
		}
		return ""
	}
	if len(g.Ring) == 0 {
		return "around.area.need_place"
	}
	if len(g.Ring) < 4 || len(g.Ring) > mostCorners {
		return "around.area.bad_ring"
	}
	for _, p := range g.Ring {
		if !crs.Finite(p) || !crs.Norway().Contains(p) {
			return "around.area.bad_ring"
		}
	}
	area := g.in(home)
	if shape.Check(area) != nil {
		return "around.area.bad_ring"
	}
	b := area.Bound()
	if size := shape.Area(area); size < leastGround || max(b.Right()-b.Left(), b.Top()-b.Bottom()) > 2*mostRadius {
		return "around.area.bad_size"
	}
	return ""
}

// in is the ground as an area in a metre system. A circle is drawn with corners for
// maps and counts; what lies in it is measured from its middle.
func (g Ground) in(home crs.System) orb.MultiPolygon {
	way := crs.Between(degrees(), home)
	if g.IsCircle() {
		return orb.MultiPolygon{{shape.Circle(way(g.Middle), g.Radius, 1)}}
	}
	ring := make(orb.Ring, len(g.Ring))
	for i, p := range g.Ring {
		ring[i] = way(p)
	}
	return orb.MultiPolygon{{ring}}
}

// middle is where the ground is, on one point.
func (g Ground) middle(home crs.System) orb.Point {
	if g.IsCircle() {
		return crs.Between(degrees(), home)(g.Middle)
	}
	area := g.in(home)
	if p, ok := shape.InnerPoint(area); ok {
		return p
	}
	return area.Bound().Center()
}

// Circle is a circle around a place in the home system.
func Circle(home crs.System, p orb.Point, radius float64, label string) Ground {
	return Ground{Middle: rounded(crs.Between(home, degrees())(p)), Radius: radius, Label: label}
}

// rounded keeps a place to the centimetre.
func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*scale) / scale, math.Round(p[1]*scale) / scale}
}

// scale is how many steps there are to a degree where places are kept.
const scale = 1e7

// ParseRing reads a drawn area as addresses carry it, "e,n;e,n;e,n", in the home
// system; the last corner need not repeat the first. Corners may be apart by spaces
// too, since an address loses what stands behind a semicolon that is not escaped.
// false when it is none.
func ParseRing(text string, home crs.System) (orb.Ring, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ' ' })
	if len(parts) < 3 || len(parts) > mostCorners {
		return nil, false
	}
	way := crs.Between(home, degrees())
	ring := make(orb.Ring, 0, len(parts)+1)
	for _, part := range parts {
		p, ok := parsePoint(part)
		if !ok {
			return nil, false
		}
		if p = rounded(way(p)); !crs.Finite(p) {
			return nil, false
		}
		ring = append(ring, p)
	}
	if ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring, len(ring) >= 4
}

// parsePoint reads "e,n".
func parsePoint(text string) (orb.Point, bool) {
	east, north, found := strings.Cut(text, ",")
	if !found {
		return orb.Point{}, false
	}
	e, errE := strconv.ParseFloat(strings.TrimSpace(east), 64)
	n, errN := strconv.ParseFloat(strings.TrimSpace(north), 64)
	p := orb.Point{e, n}
	return p, errE == nil && errN == nil && crs.Finite(p) && math.Abs(e) < 1e8 && math.Abs(n) < 1e8
}

// ringText is a ring as ParseRing reads it, to the decimetre.
func ringText(ring orb.Ring, home crs.System) string {
	way := crs.Between(degrees(), home)
	parts := make([]string, 0, len(ring))
	for i, p := range ring {
		if i > 0 && i == len(ring)-1 && p == ring[0] {
			break
		}
		p = way(p)
		parts = append(parts, Metres(p[0])+","+Metres(p[1]))
	}
	return strings.Join(parts, ";")
}

// Metres writes a coordinate to the decimetre, as addresses carry it.
func Metres(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) }
