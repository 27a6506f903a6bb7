package bench

import (
	"io"
	"math/rand/v2"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// The layers of the measurement.
const (
	Parcels = "parcels" // a net of plots
	Persons = "people"  // one point for each inhabitant
)

// Marks are layers with next to nothing in them: named beside another, they make tiles
// that nobody has asked for before.
func Marks() []string { return []string{"mark_a", "mark_b", "mark_c", "mark_d", "mark_e"} }

// plot is how far it is from one plot to the next, in metres: a tile of level 14 is
// then full of some 5,000 in southern Norway.
const plot = 17.0

// corner is where the net of plots begins, inland in EPSG:25832.
func corner() orb.Point { return orb.Point{560_000, 6_660_000} }

// Net is a square net of so many plots.
type Net struct {
	Plots int // in all
	side  int
}

// NewNet makes a net of about so many plots.
func NewNet(plots int) Net {
	n := Net{side: 1}
	for n.side*n.side < plots {
		n.side++
	}
	n.Plots = n.side * n.side
	return n
}

// metres is how wide the net is.
func (n Net) metres() float64 { return float64(n.side) * plot }

// at is the plot of a number: a square with its corners moved a little, as no plot is
// square.
func (n Net) at(i int) orb.Polygon {
	row, column := i/n.side, i%n.side
	ring := make(orb.Ring, 0, 9)
	for _, c := range [][2]float64{{0, 0}, {0.5, 0}, {1, 0}, {1, 0.5}, {1, 1}, {0.5, 1}, {0, 1}, {0, 0.5}, {0, 0}} {
		ring = append(ring, n.bent(float64(column)+c[0], float64(row)+c[1]))
	}
	return orb.Polygon{ring}
}

// bent is a corner of the net: the same for all plots that meet in it.
func (n Net) bent(column, row float64) orb.Point {
	r := rand.New(rand.NewPCG(uint64(column*2)+1, uint64(row*2)+1)) //nolint:gosec // a drawing, the same each time
	from := corner()
	cm := func(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }
	return orb.Point{cm(from[0] + column*plot + 4*r.Float64()), cm(from[1] + row*plot + 4*r.Float64())}
}

// Source gives all plots as features.
func (n Net) Source() layers.Source {
	i := -1
	return source(func() (layers.Incoming, error) {
		if i++; i == n.Plots {
			return layers.Incoming{}, io.EOF
		}
		number := strconv.Itoa(i/n.side+1) + "/" + strconv.Itoa(i%n.side+1)
		return incoming(Parcels, number, n.at(i), map[string]any{
			"number": number, "gnr": int64(i/n.side + 1), "bnr": int64(i%n.side + 1), "area": 289.0, "use": "home",
		}), nil
	})
}

// Inhabitants gives so many people, strewn over the net.
func (n Net) Inhabitants(count int) layers.Source {
	r, i, from := rand.New(rand.NewPCG(1, 2)), -1, corner() //nolint:gosec // a drawing, the same each time
	return source(func() (layers.Incoming, error) {
		if i++; i == count {
			return layers.Incoming{}, io.EOF
		}
		at := orb.Point{from[0] + r.Float64()*n.metres(), from[1] + r.Float64()*n.metres()}
		return incoming(Persons, strconv.Itoa(i), at, map[string]any{"home": int64(i)}), nil
	})
}

// Mark is the one feature of a mark, beyond the net.
func (n Net) Mark(name string) layers.Source {
	done := false
	return source(func() (layers.Incoming, error) {
		if done {
			return layers.Incoming{}, io.EOF
		}
		done = true
		return incoming(name, "1", orb.Point{corner()[0] - 50_000, corner()[1]}, map[string]any{"a": int64(1)}), nil
	})
}

func incoming(layer, id string, g orb.Geometry, properties map[string]any) layers.Incoming {
	return layers.Incoming{Layer: layer, EPSG: crs.UTM32, Feature: layers.Feature{ID: id, Geometry: g, Properties: properties}}
}

type source func() (layers.Incoming, error)

// Next implements layers.Source.
func (s source) Next() (layers.Incoming, error) { return s() }

// LayerTarget is how a layer of the measurement is made.
func LayerTarget(name string) layers.Target {
	return layers.Target{Country: true, Layer: layers.Layer{
		Name: name, Title: i18n.Same(name), Kind: layers.Features, Public: true, EPSG: crs.UTM32, MinZoom: 10, MaxZoom: 18, Tags: tagsOf(name),
		Fields: []layers.Field{{Name: "number", Type: cql2.Text}}, Attribution: "torg bench", Licence: "CC0",
	}}
}

func tagsOf(name string) []string {
	if name == Parcels {
		return []string{"number", "use"}
	}
	return nil
}

// Ring is a polygon of so many corners around the middle of the net that holds about
// one part in so many of it.
func (n Net) Ring(corners int, part float64) orb.MultiPolygon {
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a drawing, the same each time
	middle := orb.Point{corner()[0] + n.metres()/2, corner()[1] + n.metres()/2}
	return orb.MultiPolygon{{around(middle, n.metres(), part, corners, r)}}
}
