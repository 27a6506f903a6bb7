package maps

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// Answer is what the map says of a place.
type Answer struct {
	// At is the place in metres of the home system, Degrees in longitude and latitude.
	At, Degrees orb.Point
	// Outside says that the place is not in the municipality, Found that a property lies
	// there.
	Outside  bool
	Found    bool
	Property property.Property
	Title    string
	// Kicker is the number of the property, where the title is its address.
	Kicker string
	Says   []property.Line
	Cases  []Case
	// Outline is the property's boundary as GeoJSON in degrees.
	Outline string
	// Text is the page that says all of it, Apply where one applies, Follow where one
	// asks to be told of changes.
	Text, Apply, Follow string
	// Summary is what is spoken.
	Summary string
}

// nearby is how far from a place public cases are told of, and how many.
const (
	nearbyMetres = 300
	nearbyCases  = 5
)

// Here tells what lies and goes at a place of the home system.
func (s *Service) Here(ctx context.Context, at orb.Point) (a Answer, err error) {
	home := s.Layers.Home(ctx)
	a = Answer{At: rounded(at), Degrees: crs.Between(home, degrees())(at)}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.ground(ctx, tx, &a, at); err != nil {
			return err
		}
		if s.Cases == nil {
			return nil
		}
		a.Cases, err = s.Cases(ctx, tx, at, nearbyMetres, nearbyCases)
		return err
	})
	if err != nil {
		return a, err
	}
	if a.Outline, err = outline(a.Property.Ground, home); err != nil {
		return a, err
	}
	a.links(ctx)
	a.speak(i18n.From(ctx))
	return a, nil
}

// rounded is a place to the decimetre: nobody presses more exactly.
func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*10) / 10, math.Round(p[1]*10) / 10}
}

// manyZones is how many zones a property may have for the whole property to be told
// of; of one with more, only what goes at the place itself is.
const manyZones = 2

// ground reads what is at the place.
func (s *Service) ground(ctx context.Context, tx *store.Tx, a *Answer, at orb.Point) error {
	place, err := s.Property.PlaceAt(ctx, tx, at)
	if err != nil {
		return err
	}
	a.Outside = place.Outside
	words := i18n.From(ctx)
	if place.Property != nil {
		a.Found, a.Property = true, *place.Property
		facts, err := s.Property.FactsOf(ctx, tx, a.Property)
		if err != nil {
			return err
		}
		if len(facts.Zones) <= manyZones {
			a.Says = facts.Says(words)
		}
	}
	if a.Says == nil && !place.Outside {
		a.Says = place.Says(words)
	}
	a.title(words, place)
	return nil
}

func (a *Answer) title(words *i18n.Localizer, place property.Place) {
	p := a.Property
	number := words.T("maps.here.number", "number", p.Ref.String())
	switch {
	case a.Outside:
		a.Title = words.T("maps.here.outside")
	case !a.Found && place.Address != nil:
		a.Title = words.T("maps.here.near", "address", place.Address.Name)
	case !a.Found:
		a.Title = words.T("maps.here.nothing")
	case p.Address != "":
		a.Title, a.Kicker = p.Address, number
	case p.Name != "":
		a.Title, a.Kicker = p.Name, number
	default:
		a.Title = number
	}
}

// links leads on: to the text, to an application, to a subscription of changes.
func (a *Answer) links(ctx context.Context) {
	place := "e=" + decimals(a.At[0], 1) + "&n=" + decimals(a.At[1], 1)
	if a.Outside {
		return
	}
	follow := "/areas/new"
	if identity.From(ctx).LoggedIn() {
		follow = "/my/areas/new"
	}
	if !a.Found {
		a.Text, a.Follow = "/place?"+place, follow+"?"+place+"&radius=500"
		return
	}
	ref := a.Property.Ref.Path()
	a.Text, a.Follow = "/property/"+ref, follow+"?property="+ref
	if !a.Property.IsRoad() {
		a.Apply = "/apply/building-permit?property=" + ref
	}
}

// speak sums the answer up in one sentence for those who hear it.
func (a *Answer) speak(words *i18n.Localizer) {
	parts := []string{a.Title}
	if a.Kicker != "" {
		parts = append(parts, a.Kicker)
	}
	for _, line := range a.Says {
		if line.Value != "" && (line.Key == "purpose" || line.Key == "plan") {
			parts = append(parts, line.Title+": "+line.Value)
		}
	}
	if len(a.Cases) > 0 {
		parts = append(parts, words.T("maps.here.cases_spoken", "count", len(a.Cases)))
	}
	a.Summary = strings.Join(parts, ". ")
}

// outline is a property's boundary for the map, to some five centimetres.
func outline(ground orb.MultiPolygon, home crs.System) (string, error) {
	if len(ground) == 0 {
		return "", nil
	}
	shape := crs.Apply(ground, crs.Between(home, degrees()))
	for _, polygon := range shape.(orb.MultiPolygon) { //nolint:forcetypeassert // Apply keeps the kind
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
			}
		}
	}
	text, err := json.Marshal(geojson.NewGeometry(shape))
	if err != nil {
		return "", fmt.Errorf("maps: outline: %w", err)
	}
	return string(text), nil
}
