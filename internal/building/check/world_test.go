package check_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
)

// box is an upright rectangle.
func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

func law(t *testing.T) check.Law {
	t.Helper()
	l, err := check.ReadLaw()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// housing is the zone of the plot.
func housing() check.Zone {
	return check.Zone{
		Plan: "1997003", PlanName: "Fyrlia boligfelt", Field: "BFS3", Purpose: "1111", PurposeText: "Boligbebyggelse", BYA: 25, Cornice: 6, Ridge: 8.5, Line: 4,
		Ground: box(0, 0, 200, 30),
	}
}

// plot is a property of 40 × 30 metres between two others, with a road to the south,
// the sea far off, a house of 100 m² and a garage of 6 × 6 metres, five metres from
// the eastern boundary.
func plot() check.Input {
	return check.Input{
		Ref: "12/34", Use: "home", Ground: box(100, 0, 140, 30),
		Neighbours: []check.Neighbour{
			{Ref: "12/33", Address: "Fyrlia 2", Use: "home", Ground: box(60, 0, 100, 30)},
			{Ref: "12/35", Address: "Fyrlia 6", Use: "home", Ground: box(140, 0, 180, 30)},
			{Ref: "12/40", Use: "home", Ground: box(60, 30, 180, 60)},
			{Ref: "12/1", Address: "Fyrlia", Use: check.UseRoad, Ground: box(60, -10, 180, 0)},
		},
		Buildings: []check.Building{{Number: 1, Own: true, Ground: box(105, 10, 115, 20)}, {Number: 2, Ground: box(150, 10, 160, 20)}},
		Zones:     []check.Zone{housing(), {Plan: "2020001", PlanName: "Kommuneplanen", Purpose: "1001", Master: true, Ground: box(-500, -500, 500, 500)}},
		Sea:       math.Inf(1),
		Works:     check.Works{Kind: check.Garage, Footprint: box(129, 10, 135, 16), Cornice: 2.5, Ridge: 3.8, Storeys: 1},
	}
}

func with(change func(*check.Input)) check.Input {
	in := plot()
	change(&in)
	return in
}

// at is the plot with the works at another place.
func at(west, south, east, north float64) check.Input {
	return with(func(in *check.Input) { in.Works.Footprint = box(west, south, east, north) })
}

// works is the plot with other works.
func works(change func(*check.Works)) check.Input {
	return with(func(in *check.Input) { change(&in.Works) })
}
