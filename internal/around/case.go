package around

import (
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// Status is what everybody may know of how far a building case has come. Who handles
// it, what is asked and what waits is between the parties and the municipality.
type Status string

// The statuses.
const (
	Received Status = "received" // mottatt, not decided yet
	Granted  Status = "granted"  // tillatelse gitt
	Refused  Status = "refused"  // avslag
)

// Statuses returns all of them, in order.
func Statuses() []Status { return []Status{Received, Granted, Refused} }

// Measures returns the kinds of measures (tiltak) that a case can be listed as: the
// choices of the form's question, with "other" for whatever a later form adds.
func Measures() []string {
	return []string{"garage", "extension", "upper", "terrace", "facade", "use", "wall", "dock", "demolition", "other"}
}

// PublicCase is what everybody may know of a building case.
type PublicCase struct {
	// ID is the public page's own: it is not that of the case, which stands in
	// addresses behind log-in.
	ID string
	// CaseID is the case; it is told to nobody.
	CaseID       string
	Year, Number int64
	Measure      string
	Status       Status
	// Refs are the properties, the first one first; Address is the register's for it,
	// "" when the register knows none.
	Refs      []property.Ref
	Address   string
	Applicant string // a company's name; "" for everybody else
	// Place is longitude and latitude of the works, or of the property where the
	// applicant has not put them on the map; Placed is false when the municipality's map
	// does not have it.
	Place      orb.Point
	Placed     bool
	ReceivedAt time.Time
	DecidedAt  time.Time // zero before the decision
}

// Label is the case number as people write it, "" while it has none.
func (c PublicCase) Label() string {
	if c.Number == 0 {
		return ""
	}
	return cases.Case{Year: c.Year, Number: c.Number}.Label()
}

// Properties are the property numbers on one line.
func (c PublicCase) Properties() string {
	texts := make([]string, len(c.Refs))
	for i, r := range c.Refs {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}

// Where is the address, or else the property numbers.
func (c PublicCase) Where() string {
	if c.Address != "" {
		return c.Address
	}
	return c.Properties()
}

// Path is the case's public page.
func (c PublicCase) Path() string { return "/around/" + c.ID }

// isPublic reports whether a case is told to everybody at all.
//
// A case in which somebody has a protected address is left out altogether. Without
// name, but with its property, it would tell where to look; with neither, the gap
// could be filled from a neighbour's list or from the building site.
func isPublic(c cases.Case) bool {
	return c.Kind == Kind && !c.Restricted && !c.Anonymised() && c.Status != cases.Withdrawn
}

// statusOf is the case's status for everybody.
func statusOf(c cases.Case) Status {
	switch {
	case c.Status.Open():
		return Received
	case c.Outcome == cases.OutcomeGranted:
		return Granted
	case c.Outcome == cases.OutcomeRefused:
		return Refused
	}
	return Received
}

// project is the public side of a case: what the form was answered, as far as it is a
// choice or a number, and what the register says of the property.
func project(c cases.Case, answers map[string]any, found Found, applicant string) PublicCase {
	p := PublicCase{
		CaseID: c.ID, Year: c.Year, Number: c.Number, Measure: measureOf(answers), Status: statusOf(c), Refs: property.RefsIn(answers),
		Address: found.Address, Applicant: applicant, Place: found.Place, Placed: found.Placed, ReceivedAt: c.ReceivedAt,
	}
	if p.Status != Received {
		p.DecidedAt = c.DecidedAt
	}
	return p
}

// Found is what the register said of the properties of a case.
type Found struct {
	Address string
	Place   orb.Point // degrees
	Placed  bool
	// Ground is where they lie, in degrees.
	Ground orb.MultiPolygon
}

func measureOf(answers map[string]any) string {
	if m, _ := answers["measure"].(string); slices.Contains(Measures(), m) {
		return m
	}
	return "other"
}

// searchText is what the list's search looks in: address, property numbers and case
// number. Names are not part of it.
func (c PublicCase) searchText() string {
	parts := []string{c.Address, c.Label()}
	for _, r := range c.Refs {
		parts = append(parts, r.String())
	}
	return store.Fold(strings.Join(parts, " "))
}

// in takes the case's place to a metre system.
func (c PublicCase) in(system crs.System) orb.Point {
	return crs.Between(degrees(), system)(c.Place)
}

// degrees is the system that places are kept in, whatever home system the municipality
// chooses later.
func degrees() crs.System {
	s, _ := crs.ByCode(crs.ETRS89)
	return s
}
