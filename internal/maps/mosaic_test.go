package maps

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// home is a place in Norway and the system around it.
const (
	homeEast, homeNorth = 341_000.0, 6_397_000.0
)

func utm32() crs.System {
	s, _ := crs.ByCode(crs.UTM32)
	return s
}

func groundBox(metres float64) orb.Bound {
	return orb.Bound{Min: orb.Point{homeEast, homeNorth}, Max: orb.Point{homeEast + metres, homeNorth + metres}}
}

// stripes is a tile whose colours tell where in the whole world each dot lies: how far
// east in red and how far south in green, both from 0 to 255 within the box given.
func stripes(id tile.ID, box orb.Bound, side int) image.Image {
	out := image.NewRGBA(image.Rect(0, 0, side, side))
	b := id.Mercator()
	level := func(v, low, high float64) uint8 { return uint8(math.Round(255 * min(max((v-low)/(high-low), 0), 1))) }
	for y := range side {
		for x := range side {
			p := orb.Point{b.Min[0] + (float64(x)+0.5)/float64(side)*id.Width(), b.Max[1] - (float64(y)+0.5)/float64(side)*id.Width()}
			out.SetRGBA(x, y, color.RGBA{level(p[0], box.Min[0], box.Max[0]), level(p[1], box.Min[1], box.Max[1]), 0, 255})
		}
	}
	return out
}

// Each dot shows the colour of the place that it is, whatever the tiles' size, across
// their borders and however crooked the web map lies on the ground.
func TestMosaic_bringsTilesIntoTheSystem(t *testing.T) {
	t.Parallel()
	for _, side := range []int{256, 512, 300} {
		box := groundBox(900)
		m := newMosaic(box, utm32(), 0.5)
		level, ids, ok := m.level(layers.Layer{MinZoom: 0, MaxZoom: 20})
		if !ok || level < 14 || level > 16 || len(ids) < 2 {
			t.Fatalf("level %d, %d tiles", level, len(ids))
		}
		web := orb.MultiPoint(m.grid).Bound()
		for _, id := range ids {
			m.lay(id, stripes(id, web, side))
		}
		if !m.dots.Opaque() {
			t.Fatalf("%d: there are holes", side)
		}
		into := crs.Between(utm32(), mercatorSystem())
		for _, at := range [][2]int{{0, 0}, {449, 0}, {0, 449}, {449, 449}, {200, 17}, {33, 310}} {
			p := into(m.ground(float64(at[0])+0.5, float64(at[1])+0.5))
			got := m.dots.RGBAAt(at[0], at[1])
			east, north := 255*(p[0]-web.Min[0])/(web.Max[0]-web.Min[0]), 255*(p[1]-web.Min[1])/(web.Max[1]-web.Min[1])
			if math.Abs(float64(got.R)-east) > 1.2 || math.Abs(float64(got.G)-north) > 1.2 {
				t.Errorf("side %d, dot %v is %v, want %.1f %.1f", side, at, got, east, north)
			}
		}
	}
}

func mercatorSystem() crs.System {
	s, _ := crs.ByCode(crs.WebMercator)
	return s
}

// Between the places that are reckoned exactly, a dot lies off by less than a hundredth
// of itself.
func TestMosaic_isStraightEnough(t *testing.T) {
	t.Parallel()
	for _, metres := range []float64{100, 5_000, 400_000} {
		m := newMosaic(groundBox(metres), utm32(), 700/metres)
		into := crs.Between(utm32(), mercatorSystem())
		dot := metres / 700
		for x := 3.0; x < 700; x += 41 {
			for y := 5.0; y < 700; y += 37 {
				got, want := m.web(x, y), into(m.ground(x, y))
				if off := math.Hypot(got[0]-want[0], got[1]-want[1]); off > dot*0.05 {
					t.Fatalf("%g m: the dot %g, %g lies %g m off, a dot is %g m", metres, x, y, off, dot)
				}
			}
		}
	}
}

// However much is asked for, a picture has no more dots, and reads no more tiles, than
// it may.
func TestMosaic_isBounded(t *testing.T) {
	t.Parallel()
	m := newMosaic(groundBox(2_000_000), utm32(), 100)
	size := m.dots.Rect.Size()
	if size.X*size.Y > mostDots || size.X < 1000 {
		t.Errorf("%v dots", size)
	}
	for _, tt := range []struct {
		name           string
		least, most    int
		metres, detail float64
		want           int // the level, -1 for none
	}{
		{"as fine as it is", 0, 20, 900, 0.5, 15},
		{"no finer than the base map", 0, 12, 900, 0.5, 12},
		{"not coarser than the base map", 18, 20, 900, 0.1, -1},
		{"coarser than dots, for want of tiles", 0, 24, 200_000, 0.01, 10},
		{"too many of the coarsest", 20, 20, 50_000, 1, -1},
		{"the whole country", 0, 20, 1_500_000, 0.0005, 6},
		{"no such levels", 9, 3, 900, 0.5, -1},
		{"below all", -5, 400, 900, 1e6, 18},
	} {
		m := newMosaic(groundBox(tt.metres), utm32(), tt.detail)
		level, ids, ok := m.level(layers.Layer{MinZoom: tt.least, MaxZoom: tt.most})
		if ok != (tt.want >= 0) || len(ids) > mostTiles || ok && math.Abs(float64(int(level)-tt.want)) > 1 {
			t.Errorf("%s: level %d, %d tiles, %v", tt.name, level, len(ids), ok)
		}
	}
	if small := newMosaic(groundBox(0.5), utm32(), 0.001); small.dots.Rect.Size() != (image.Point{1, 1}) {
		t.Errorf("the smallest is %v", small.dots.Rect)
	}
}

// A picture that covers all is a JPEG; one with holes lets the ground through, but for
// paper, where the ground is drawn in.
func TestMosaic_encodes(t *testing.T) {
	t.Parallel()
	m := newMosaic(groundBox(900), utm32(), 0.2)
	_, ids, _ := m.level(layers.Layer{MaxZoom: 16})
	m.lay(ids[0], stripes(ids[0], ids[0].Mercator(), 64))
	data, err := m.encoded()
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(data))
	if err != nil || got.Bounds() != m.dots.Rect {
		t.Fatalf("%v", err)
	}
	holes := 0
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			if _, _, _, a := got.At(x, y).RGBA(); a == 0 {
				holes++
			}
		}
	}
	if all := got.Bounds().Dx() * got.Bounds().Dy(); holes == 0 || holes == all {
		t.Errorf("%d holes of %d", holes, all)
	}
	m.on(ground())
	data, err = m.encoded()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := whole.At(whole.Bounds().Dx()-1, whole.Bounds().Dy()-1).RGBA()
	if want := ground().Light; want != "#f2f0e8" || r>>8 < 0xe8 || g>>8 < 0xe6 || b>>8 < 0xde {
		t.Errorf("the ground is %x %x %x, want %s", r>>8, g>>8, b>>8, want)
	}
}

// A dot between others is a blend of them, and one at the rim is the rim's.
func TestBlended_isBetween(t *testing.T) {
	t.Parallel()
	source := image.NewRGBA(image.Rect(0, 0, 2, 2))
	source.SetRGBA(0, 0, color.RGBA{100, 0, 0, 255})
	source.SetRGBA(1, 0, color.RGBA{200, 0, 0, 255})
	source.SetRGBA(0, 1, color.RGBA{0, 100, 0, 255})
	source.SetRGBA(1, 1, color.RGBA{0, 0, 0, 0})
	for _, tt := range []struct {
		x, y float64
		want color.RGBA
	}{
		{0, 0, color.RGBA{100, 0, 0, 255}},
		{0.5, 0, color.RGBA{150, 0, 0, 255}},
		{0, 0.5, color.RGBA{50, 50, 0, 255}},
		{-7, -7, color.RGBA{100, 0, 0, 255}},
		{9, 0, color.RGBA{200, 0, 0, 255}},
		{9, 9, color.RGBA{}},
		{0.5, 0.5, color.RGBA{75, 25, 0, 191}},
	} {
		if got := blended(source, tt.x, tt.y); got != tt.want {
			t.Errorf("%g, %g is %v, want %v", tt.x, tt.y, got, tt.want)
		}
	}
	gray := image.NewGray(image.Rect(5, 5, 7, 7))
	gray.SetGray(5, 5, color.Gray{77})
	if got := unpacked(gray); got.Rect != image.Rect(0, 0, 2, 2) || got.RGBAAt(0, 0) != (color.RGBA{77, 77, 77, 255}) {
		t.Errorf("%v", got)
	}
}
