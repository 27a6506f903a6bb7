package site

import (
	"math"

	"github.com/paulmach/orb"
)

// Rectangle is a building seen from above.
type Rectangle struct {
	Middle        orb.Point
	Width, Length float64 // metres
	// Turn is how far the rectangle is turned clockwise from north, in degrees: at 0
	// its length lies south to north.
	Turn float64
}

// axes are the directions of its width and its length.
func axes(turn float64) (across, along orb.Point) {
	sin, cos := math.Sincos(turn * math.Pi / 180)
	return orb.Point{cos, -sin}, orb.Point{sin, cos}
}

// Ring is its outline, against the clock, in millimetres: centimetres would take or
// give a tenth of a square metre.
func (r Rectangle) Ring() orb.Ring {
	across, along := axes(r.Turn)
	corner := func(a, b float64) orb.Point {
		return orb.Point{
			millimetres(r.Middle[0] + a*r.Width/2*across[0] + b*r.Length/2*along[0]),
			millimetres(r.Middle[1] + a*r.Width/2*across[1] + b*r.Length/2*along[1]),
		}
	}
	first := corner(-1, -1)
	return orb.Ring{first, corner(1, -1), corner(1, 1), corner(-1, 1), first}
}

// Area is its outline as an area.
func (r Rectangle) Area() orb.MultiPolygon { return orb.MultiPolygon{{r.Ring()}} }

// reach is how far the rectangle comes from its middle in a direction of length 1.
func (r Rectangle) reach(to orb.Point) float64 {
	across, along := axes(r.Turn)
	return r.Width/2*math.Abs(dot(across, to)) + r.Length/2*math.Abs(dot(along, to))
}

// Moved is the rectangle so many metres to the east and north.
func (r Rectangle) Moved(east, north float64) Rectangle {
	r.Middle = orb.Point{r.Middle[0] + east, r.Middle[1] + north}
	return r
}

// Turned is the rectangle turned further clockwise.
func (r Rectangle) Turned(degrees float64) Rectangle {
	r.Turn = Degrees(r.Turn + degrees)
	return r
}

// Degrees brings a turn to 0 up to 360, with two decimals.
func Degrees(turn float64) float64 {
	turn = math.Mod(turn, 360)
	if turn < 0 {
		turn += 360
	}
	if turn = centimetres(turn); turn == 360 {
		return 0
	}
	return turn
}

func dot(a, b orb.Point) float64 { return a[0]*b[0] + a[1]*b[1] }

func millimetres(n float64) float64 { return math.Round(n*1000) / 1000 }

func centimetres(n float64) float64 { return math.Round(n*100) / 100 }
