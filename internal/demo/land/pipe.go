package land

import (
	"math"

	"github.com/paulmach/orb"
)

// Pipe is a piece of a pipe between two manholes.
type Pipe struct {
	ID       string
	Kind     string // water, sewer
	Material string
	Diameter int // millimetres
	Year     int
	Road     int // -1 where it crosses private ground
	Line     orb.LineString
}

// Manhole is where one gets at the pipes (kum).
type Manhole struct {
	ID   string
	Kind string
	Year int
	Road int
	At   orb.Point
}

// pipes lays water and sewer along the streets of the villages.
func (d *drawing) pipes() {
	for i, r := range d.land.Roads {
		if r.Class == Lane || r.Class == Main && i%2 == 1 {
			continue
		}
		year := d.between(1948, 2016)
		d.lay(i, "water", 1.3, year)
		d.lay(i, "sewer", -1.3, year)
	}
	d.shortcuts()
}

// lay puts one pipe into a street, with a manhole every sixty metres.
func (d *drawing) lay(road int, kind string, beside float64, year int) {
	r := d.land.Roads[road]
	line := offset(r.Line, beside)
	long := length(line)
	pieces := max(1, int(math.Round(long/60)))
	for k := range pieces + 1 {
		at, _ := walk(line, long*float64(k)/float64(pieces))
		d.land.Manholes = append(d.land.Manholes, Manhole{
			ID: d.id("kum", len(d.land.Manholes)+1), Kind: kind, Year: year, Road: road, At: round(at),
		})
		if k > 0 {
			d.pipe(kind, road, year, rounded(stretch(line, long*float64(k-1)/float64(pieces), long*float64(k)/float64(pieces))))
		}
	}
}

// stretch is the part of a line between two distances from its start.
func stretch(line []orb.Point, from, to float64) []orb.Point {
	first, _ := walk(line, from)
	out := []orb.Point{first}
	walked := 0.0
	for i := 1; i < len(line); i++ {
		walked += gap(line[i-1], line[i])
		if walked > from+0.05 && walked < to-0.05 {
			out = append(out, line[i])
		}
	}
	last, _ := walk(line, to)
	return append(out, last)
}

func (d *drawing) pipe(kind string, road, year int, line orb.LineString) {
	diameter := []int{110, 160, 200}[d.rng.IntN(3)]
	if kind == "sewer" {
		diameter = []int{160, 200, 250, 300}[d.rng.IntN(4)]
	}
	d.land.Pipes = append(d.land.Pipes, Pipe{
		ID: d.id("ledning", len(d.land.Pipes)+1), Kind: kind, Material: material(kind, year), Diameter: diameter, Year: year, Road: road, Line: line,
	})
}

// material is what pipes were made of in a year.
func material(kind string, year int) string {
	switch {
	case year < 1968 && kind == "sewer":
		return "betong"
	case year < 1968:
		return "grått støpejern"
	case year < 1980 && kind == "water":
		return "duktilt støpejern"
	}
	return "PVC"
}

// shortcuts are sewers that cross private ground from one street to the next,
// as they do where the water runs that way.
func (d *drawing) shortcuts() {
	var list []Manhole
	for _, m := range d.land.Manholes {
		if m.Kind == "sewer" && d.land.Roads[m.Road].Class != Main {
			list = append(list, m)
		}
	}
	for i := 7; i < len(list); i += 23 {
		best, least := -1, 115.0
		for k, m := range list {
			if far := gap(m.At, list[i].At); m.Road != list[i].Road && far > 50 && far < least {
				best, least = k, far
			}
		}
		if best >= 0 {
			d.pipe("sewer", -1, list[i].Year, orb.LineString{list[i].At, list[best].At})
		}
	}
}
