package land

import (
	"errors"
	"math/rand/v2"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Use is what a property is used for.
type Use string

// The uses of properties.
const (
	Home         Use = "home"
	Flats        Use = "flats"
	Shops        Use = "shops"
	Works        Use = "works"
	Farm         Use = "farm"
	Outfield     Use = "outfield"
	Shore        Use = "shore"
	Cabin        Use = "cabin"
	Green        Use = "green"
	Street       Use = "road"
	Kindergarten Use = "kindergarten"
	School       Use = "school"
	NursingHome  Use = "nursing_home"
	Church       Use = "church"
	TownHall     Use = "town_hall"
	Pitch        Use = "pitch"
	FireStation  Use = "fire_station"
	Quay         Use = "quay"
)

// Land is a municipality as it lies. Indexes point into its own slices; -1 is
// none.
type Land struct {
	Town Town
	// Frame holds everything.
	Frame      orb.Bound
	Boundary   orb.Polygon
	Dry        []orb.Polygon // mainland and islands
	Sea        []orb.Polygon
	Islands    []Named
	Roads      []Road
	Properties []Property
	Sections   []Section
	Addresses  []Address
	Buildings  []Building
	Plans      []Plan
	Zones      []Zone
	Cautions   []Caution
	Pipes      []Pipe
	Manholes   []Manhole
	BusLines   []BusLine
	BusStops   []Named
	Sites      []Site
	Piers      []Named
	Trails     []Trail
	Streams    []Trail
	Hazards    []Hazard
	Provisions map[string]Provision // by key
}

// Named is a place with a name; it lies at a point.
type Named struct {
	ID, Name string
	Geometry orb.Geometry
}

// Road is a street or a road: its middle line and the width of its ground.
type Road struct {
	ID, Name string
	Class    Class
	Width    float64
	Place    int
	Line     orb.LineString
}

// Property is a piece of ground of its own (grunneiendom, or festegrunn when Fnr
// is set; matrikkellova § 5). The properties cover the land and do not overlap.
type Property struct {
	ID            string
	Gnr, Bnr, Fnr int
	Use           Use
	Name          string
	Ground        orb.Polygon
	Area          float64 // square metres
	Owners        []Owner
	Address       int
	Road          int // the road that it is, or that leads to it
	Place         int
	Unit          int // index in Town.Units
	Since         clock.Date
	front         front
	built         kind
	cell          [2]int
}

// Number is how the property is written: gnr/bnr, and fnr when there is one.
func (p Property) Number() string { return designation(p.Gnr, p.Bnr, p.Fnr, 0) }

// Section is a flat of its own in a property (eierseksjon, eierseksjonsloven § 4).
type Section struct {
	ID       string
	Property int
	Snr      int
	Owners   []Owner
	At       orb.Point
	Since    clock.Date
}

// Address is a street address (matrikkellova § 21) with the point it stands for.
type Address struct {
	ID       string
	Street   string
	Number   int
	Letter   string
	Code     string
	Village  string
	Property int
	Road     int
	At       orb.Point
}

// String is the first line of the address on a letter: Kaiveien 31B.
func (a Address) String() string { return a.Street + " " + strconv.Itoa(a.Number) + a.Letter }

// Owner has a share in a property: a resident by index, or a company, or the
// municipality itself.
type Owner struct {
	Resident int    // -1 when it is not a person
	Company  string // "" for a person
	Share    string // "1/2"
}

// Owners says who owns a property. It is asked once for each property and
// section, in the same order for the same land; turn counts from 0. A nil
// Owners leaves all without owners.
type Owners func(use Use, turn int) []Owner

// errBare is a town that cannot be drawn.
var errBare = errors.New("land: a town needs places, and names for streets and farms")

// Seed draws the towns as the demonstration shows them, and as the tests look
// at them.
const Seed = 9901

// Draw draws a town from a seed. The same town and seed give the same land.
func Draw(town Town, seed uint64, owners Owners) (*Land, error) {
	if len(town.Places) == 0 || len(town.Stems) == 0 || len(town.Endings) == 0 || len(town.Farms) == 0 {
		return nil, errBare
	}
	d := &drawing{town: town, rng: rand.New(rand.NewPCG(seed, 0x746f7267))} //nolint:gosec // a made-up town; must be the same again
	if err := d.read(); err != nil {
		return nil, err
	}
	d.relief()
	d.plane()
	d.register()
	d.house()
	if err := d.regulate(); err != nil {
		return nil, err
	}
	d.equip()
	d.own(owners)
	return d.land, nil
}
