package property

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Property is a piece of ground of its own (grunneiendom or festegrunn,
// matrikkellova § 5).
type Property struct {
	ID      string // in the layer of properties
	Ref     Ref
	Name    string  // bruksnavn, often empty
	Use     string  // what it is used for: home, farm, road …
	Address string  // the first line of its main address, "" without one
	Area    float64 // square metres
	// Ground is where it lies, in metres of the municipality's home system.
	Ground orb.MultiPolygon
	Since  clock.Date // when it was registered, zero when that is not known
}

// IsRoad reports whether the property is the ground of a road.
func (p Property) IsRoad() bool { return p.Use == "road" }

// Building is a building that stands (matrikkellova § 4). Heights are metres over
// the finished ground (TEK17 § 6-2), 0 when the register does not know.
type Building struct {
	ID             string
	Number         int64
	Type           int // of the national list of building types (NS 3457)
	Name           string
	Ground         orb.MultiPolygon
	Area           float64 // square metres of footprint
	Cornice, Ridge float64
	Floors, Year   int
}

// Address is a street address (vegadresse, matrikkellova § 21).
type Address struct {
	ID    string
	Text  string // Kaiveien 31B
	Code  string // postal code
	Place string // postal place
	At    orb.Point
}

// String is the address as it is written on one line.
func (a Address) String() string {
	if a.Code == "" {
		return a.Text
	}
	return a.Text + ", " + a.Code + " " + a.Place
}

// Zone is a part of a plan with one purpose (arealformål, plan- og bygningsloven
// §§ 11-7 and 12-5) and the provisions that go there. A number that is 0 is not
// regulated.
type Zone struct {
	ID, Plan, Field string // Field is its name on the drawing: BFS3
	Purpose         string // code of the national list of purposes
	// PurposeText and Text are in the reader's language form, as the plan says it.
	PurposeText, Text string
	BYA               float64 // per cent of the plot that buildings may cover (%-BYA)
	Cornice, Ridge    float64 // metres over the finished ground
	Line              float64 // building line (byggegrense): metres from the road's ground
	// Unknown are the numbers that the map does not have: what the plan says of them
	// stands in its provisions. They are 0.
	Unknown Numbers
	Unsure  bool // nobody knows whether the plan goes
	Master  bool // of the master plan
	Ground  orb.MultiPolygon
}

// Numbers names the numbers of a zone.
type Numbers struct{ BYA, Cornice, Ridge, Line bool }

// The layers that a Caution comes from.
const (
	SourcePlan   = "plan_cautions"
	SourceHazard = "hazards"
)

// Caution is a consideration zone of a plan (hensynssone, plan- og bygningsloven
// §§ 11-8 and 12-6), or an area of danger from a map of hazards.
type Caution struct {
	ID, Plan string // Plan is empty for a hazard
	Code     string // of the national list: H320
	Kind     string // flood, landslide, heritage, sight …
	Text     string // in the reader's language form
	Ground   orb.MultiPolygon
	Source   string // the layer
	Master   bool
}

// Plan is a zoning plan (reguleringsplan) or the master plan (kommuneplanens
// arealdel). Before and After are the numbers of the plans that it replaced and that
// replaced it.
type Plan struct {
	ID, Number, Name string
	Master           bool
	Proposal         bool // planning has begun, or it is heard: it binds nobody yet (plan- og bygningsloven § 12-4)
	// Unsure says that its status leaves open whether it goes, such as that of a plan
	// which is adopted and has no effect yet.
	Unsure        bool
	Repealed      bool       // § 12-14; To is zero when the map does not know since when
	From, To      clock.Date // in force; To is zero while it is
	Before, After string
	Ground        orb.MultiPolygon
}

// InForce reports whether the plan is known to go on a day. A proposal never does.
func (p Plan) InForce(day clock.Date) bool {
	return !p.Proposal && !p.Unsure && (!p.Repealed || !p.To.IsZero()) && !p.From.After(day) && (p.To.IsZero() || p.To.After(day))
}

// Pipe is a pipe of the municipality's (ledning). Where pipes lie is not public.
type Pipe struct {
	ID       string
	Kind     string // water or sewer
	Diameter int    // millimetres
	Line     orb.LineString
	Distance float64 // metres from what was asked about, 0 when it lies under it
}

// Site is what everybody knows: a school, a kindergarten, a quay.
type Site struct {
	ID, Name, Kind, Address string
	At                      orb.Point
}

// Facts is all that the layers say of a property.
type Facts struct {
	Property  Property
	Sections  []Ref
	Buildings []Building
	Addresses []Address
	Zones     []Zone // that go, zoning plans first
	Cautions  []Caution
	Plans     []Plan // of the zones and cautions, zoning plans first
	Shore     Shore
	// Missing are the layers that the municipality does not have: what they would
	// have told, we cannot tell.
	Missing []string
	// More are the layers of which more lies on the property than was looked at.
	More []string
}

// Plan returns the plan with a number.
func (f Facts) Plan(number string) (Plan, bool) {
	for _, p := range f.Plans {
		if p.Number == number {
			return p, true
		}
	}
	return Plan{}, false
}

// Neighbour is a property whose owners must be notified of a building application
// (plan- og bygningsloven § 21-3): one that adjoins (nabo), or one across a road or
// narrow ground (gjenboer).
type Neighbour struct {
	Property
	Opposite bool
}
