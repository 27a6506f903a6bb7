package check

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Kind is what is built, as the application form has it.
type Kind string

// The kinds of works (tiltak) that have a place on the map.
const (
	Garage    Kind = "garage"    // garage, carport, uthus, bod
	Extension Kind = "extension" // tilbygg
	Upper     Kind = "upper"     // påbygg
	Terrace   Kind = "terrace"   // terrasse, balkong, veranda
	Wall      Kind = "wall"      // mur, gjerde
	Dock      Kind = "dock"      // brygge, naust
	Other     Kind = "other"
)

// Kinds are those that can be drawn, in the order people choose from.
func Kinds() []Kind { return []Kind{Garage, Extension, Terrace, Upper, Wall, Dock, Other} }

// UseRoad is the use of a property that is a road.
const UseRoad = "road"

// UseFarm is the use of a property that is a farm.
const UseFarm = "farm"

// Works is what somebody wants to build.
type Works struct {
	Kind      Kind
	Footprint orb.MultiPolygon
	Cornice   float64 // gesimshøyde in metres; 0 is not told
	Ridge     float64 // mønehøyde in metres, or the height of a terrace or wall; 0 is not told
	Storeys   int     // 0 is not told
	BRA       float64 // bruksareal in square metres; 0 is not told
	Dwelling  bool    // somebody shall live or sleep in it
	Parking   int     // open parking spaces, before and after
}

// BYA is the built-up area of the works by themselves, in square metres.
func (w Works) BYA() float64 { return shape.Area(w.Footprint) }

// bra is the usable area as told, else at most that of the footprint on each floor.
func (w Works) bra() float64 {
	if w.BRA > 0 {
		return w.BRA
	}
	return w.BYA() * float64(max(w.Storeys, 1))
}

// height is what the distance to the boundary is reckoned from: the cornice
// (byggteknisk forskrift § 6-2), else the ridge, which is never lower.
func (w Works) height() float64 {
	if w.Cornice > 0 {
		return w.Cornice
	}
	return w.Ridge
}

// Neighbour is a property that adjoins.
type Neighbour struct {
	Ref, Address, Use string
	Ground            orb.MultiPolygon
}

// Label is how people know it: number and address.
func (n Neighbour) Label() string {
	if n.Address == "" {
		return n.Ref
	}
	return n.Ref + " (" + n.Address + ")"
}

// Building is a building that stands.
type Building struct {
	Number int64
	Own    bool // on the property that is built on
	Ground orb.MultiPolygon
}

// Zone is a part of a plan that goes for the ground, those of zoning plans first.
type Zone struct {
	Plan, PlanName, Field string
	Purpose, PurposeText  string
	BYA, Cornice, Ridge   float64 // 0 is not regulated
	Line                  float64 // building line, metres from the road's ground
	Unknown               Numbers // those that the map does not have; 0 then says nothing
	Unsure                bool    // the map does not tell whether the plan goes
	Master                bool    // of the municipality's master plan
	Ground                orb.MultiPolygon
}

// Numbers names numbers of a plan.
type Numbers struct{ BYA, Cornice, Ridge, Line bool }

// PlanLine is a building line (byggegrense) that a plan draws.
type PlanLine struct {
	Plan string
	Line orb.MultiLineString
}

// Caution is an area in which something must be heeded.
type Caution struct {
	Plan, PlanName, Code, Kind, Text string
	Layer                            string
	Ground                           orb.MultiPolygon
}

// Pipe is a pipe in the ground.
type Pipe struct {
	Kind string
	Line orb.LineString
}

// Input is everything that is known of where it is built.
type Input struct {
	Ref, Use   string
	Ground     orb.MultiPolygon
	Neighbours []Neighbour
	Buildings  []Building
	Zones      []Zone
	Cautions   []Caution
	Pipes      []Pipe
	Lines      []PlanLine
	Sea        float64  // metres to the sea; +Inf is farther than was looked
	Missing    []string // layers that the municipality does not have
	More       []string // layers of which more lies here than was read, so that they do not tell either
	Consents   []string // numbers of neighbours that consent to less than the distance
	Works      Works
	// Discreet keeps where pipes lie from who asks, and Spent says that she has asked too
	// often today to be told of them at all.
	Discreet, Spent bool
}

// The layers that answers may lack.
const (
	LayerBuildings = "buildings"
	LayerZones     = "plan_zones"
	LayerCautions  = "plan_cautions"
	LayerHazards   = "hazards"
	LayerPipes     = "pipes"
	LayerSea       = "sea"
)

// tolerance is what coordinates in centimetres may be wrong by, in metres and, as
// an area, in square metres.
const tolerance = 0.01

// round keeps what can be told of a figure: centimetres, or hundredths of a per cent.
func round(n float64) float64 { return math.Round(n*100) / 100 }
