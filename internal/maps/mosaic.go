package maps

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// What a picture of a base map may cost.
const (
	// mostDots of a picture: an A3 sheet with 150 dots to the inch has three million.
	mostDots = 4_000_000
	// mostTiles that are read for it; coarser ones are taken where it would be more.
	mostTiles = 256
	// mostAtOnce are the pictures that are made at the same time: each takes some 20 MB.
	mostAtOnce = 3
	// dotsPerMillimetre is how fine it is on paper: 150 dots to the inch.
	dotsPerMillimetre = 150 / 25.4
)

// mosaic is a picture of a base map in the system of a sheet, while it is put together
// of tiles of the web map. The tiles are taken one after the other, so that only one is
// unpacked at a time.
type mosaic struct {
	box  orb.Bound // what the picture shows, in the sheet's system
	dots *image.RGBA
	// grid is where every step-th dot lies in the web map; the way between the systems
	// is straight enough from one to the next.
	grid    []orb.Point
	columns int
}

// gridStep is how many dots there are from one known place to the next.
const gridStep = 16

// newMosaic begins a picture of so many dots for each metre.
func newMosaic(box orb.Bound, system crs.System, perMetre float64) *mosaic {
	w, h := (box.Max[0]-box.Min[0])*perMetre, (box.Max[1]-box.Min[1])*perMetre
	if many := w * h / mostDots; many > 1 {
		w, h = w/math.Sqrt(many), h/math.Sqrt(many)
	}
	m := &mosaic{box: box, dots: image.NewRGBA(image.Rect(0, 0, max(1, int(w)), max(1, int(h))))}
	size := m.dots.Rect.Size()
	web, _ := crs.ByCode(crs.WebMercator)
	into := crs.Between(system, web)
	m.columns = size.X/gridStep + 2
	for y := range size.Y/gridStep + 2 {
		for x := range m.columns {
			m.grid = append(m.grid, into(m.ground(float64(x*gridStep), float64(y*gridStep))))
		}
	}
	return m
}

// ground is the place of a dot in the sheet's system.
func (m *mosaic) ground(x, y float64) orb.Point {
	size := m.dots.Rect.Size()
	return orb.Point{
		m.box.Min[0] + x/float64(size.X)*(m.box.Max[0]-m.box.Min[0]),
		m.box.Max[1] - y/float64(size.Y)*(m.box.Max[1]-m.box.Min[1]),
	}
}

// web is the place of a dot in the web map.
func (m *mosaic) web(x, y float64) orb.Point {
	i, j := int(x)/gridStep, int(y)/gridStep
	fx, fy := x/gridStep-float64(i), y/gridStep-float64(j)
	at := j*m.columns + i
	a, b, c, d := m.grid[at], m.grid[at+1], m.grid[at+m.columns], m.grid[at+m.columns+1]
	var out orb.Point
	for k := range out {
		out[k] = (a[k]*(1-fx)+b[k]*fx)*(1-fy) + (c[k]*(1-fx)+d[k]*fx)*fy
	}
	return out
}

// tiles are the tiles of a level that the picture needs, or false when they are more
// than may be.
func (m *mosaic) tiles(level uint8) ([]tile.ID, bool) {
	b := orb.MultiPoint(m.grid).Bound()
	web, _ := crs.ByCode(crs.WebMercator)
	degrees := crs.Between(web, crs.CRS84())
	return tile.Cover(orb.Bound{Min: degrees(b.Min), Max: degrees(b.Max)}, level, mostTiles)
}

// level is the one whose tiles have as many dots as the picture, as far as the base map
// goes; false when its coarsest would be too many. A tile counts as 256 dots wide, as
// on the living map.
func (m *mosaic) level(l layers.Layer) (uint8, []tile.ID, bool) {
	a, b := m.web(0, 0), m.web(float64(m.dots.Rect.Dx()-1), 0)
	dot := math.Hypot(b[0]-a[0], b[1]-a[1]) / float64(max(1, m.dots.Rect.Dx()-1))
	fits := int(math.Round(math.Log2(tile.ID{}.Width() / 256 / max(dot, 1e-3))))
	for z := min(fits, l.MaxZoom, tile.MaxZoom); z >= max(l.MinZoom, 0); z-- {
		level := uint8(z) // #nosec G115 -- a level
		if ids, ok := m.tiles(level); ok {
			return level, ids, true
		}
	}
	return 0, nil, false
}

// seam is how far tiles reach over one another, in metres, so that rounding leaves no
// dot between them.
const seam = 1e-6

// lay puts a tile into the picture.
func (m *mosaic) lay(id tile.ID, picture image.Image) {
	source := unpacked(picture)
	square, side := id.Mercator(), id.Width()
	scale := float64(source.Rect.Dx()) / side
	area := m.under(square)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			p := m.web(float64(x)+0.5, float64(y)+0.5)
			dx, dy := p[0]-square.Min[0], square.Max[1]-p[1]
			if dx < -seam || dy < -seam || dx > side+seam || dy > side+seam {
				continue
			}
			m.dots.SetRGBA(x, y, blended(source, dx*scale-0.5, dy*scale-0.5))
		}
	}
}

// under are the dots that a square of the web map can be seen in.
func (m *mosaic) under(square orb.Bound) image.Rectangle {
	var out image.Rectangle
	size := m.dots.Rect.Size()
	for i := range m.grid {
		x, y := i%m.columns, i/m.columns
		if x+1 >= m.columns || i+m.columns >= len(m.grid) {
			continue
		}
		cell := m.grid[i].Bound().Extend(m.grid[i+1]).Extend(m.grid[i+m.columns]).Extend(m.grid[i+m.columns+1])
		if cell.Intersects(square) {
			out = out.Union(image.Rect(x*gridStep, y*gridStep, (x+1)*gridStep, (y+1)*gridStep))
		}
	}
	return out.Intersect(image.Rectangle{Max: size})
}

// unpacked is a picture whose dots are quick to read.
func unpacked(picture image.Image) *image.RGBA {
	if out, ok := picture.(*image.RGBA); ok && out.Rect.Min == (image.Point{}) {
		return out
	}
	b := picture.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, picture, b.Min, draw.Src)
	return out
}

// blended is the colour between the four dots around a place.
func blended(source *image.RGBA, x, y float64) color.RGBA {
	size := source.Rect.Size()
	x, y = min(max(x, 0), float64(size.X-1)), min(max(y, 0), float64(size.Y-1))
	i, j := int(x), int(y)
	right, down := min(i+1, size.X-1), min(j+1, size.Y-1)
	fx, fy := x-float64(i), y-float64(j)
	a, b := source.PixOffset(i, j), source.PixOffset(right, j)
	c, d := source.PixOffset(i, down), source.PixOffset(right, down)
	var out [4]uint8
	for k := range out {
		top := float64(source.Pix[a+k])*(1-fx) + float64(source.Pix[b+k])*fx
		low := float64(source.Pix[c+k])*(1-fx) + float64(source.Pix[d+k])*fx
		out[k] = uint8(top*(1-fy) + low*fy + 0.5)
	}
	return color.RGBA{out[0], out[1], out[2], out[3]}
}

// encoded is the picture as a file: a JPEG where it covers everything, else a PNG that
// lets the ground through.
func (m *mosaic) encoded() ([]byte, error) {
	var b bytes.Buffer
	if m.dots.Opaque() {
		if err := jpeg.Encode(&b, m.dots, &jpeg.Options{Quality: 85}); err != nil {
			return nil, fmt.Errorf("maps: encode a base map: %w", err)
		}
		return b.Bytes(), nil
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, m.dots); err != nil {
		return nil, fmt.Errorf("maps: encode a base map: %w", err)
	}
	return b.Bytes(), nil
}

// on lays the picture on a colour, for paper, which lets nothing through.
func (m *mosaic) on(t Tone) {
	under, err := parse(t.Light)
	if err != nil {
		return
	}
	whole := image.NewRGBA(m.dots.Rect)
	draw.Draw(whole, whole.Rect, image.NewUniform(color.RGBA{uint8(under.R), uint8(under.G), uint8(under.B), 255}), image.Point{}, draw.Src)
	draw.Draw(whole, whole.Rect, m.dots, image.Point{}, draw.Over)
	m.dots = whole
}

// photo makes the picture of a base map on a sheet, with so many dots for each metre;
// nil where there is nothing of it. A tile that cannot be read is left out, as browsers
// do.
func (d drawing) photo(ctx context.Context, l layers.Layer, box orb.Bound, perMetre float64) (*mosaic, error) {
	m := newMosaic(box, d.home, perMetre)
	_, ids, ok := m.level(l)
	if !ok {
		return nil, nil //nolint:nilnil // there is nothing of it, and nothing is wrong
	}
	some := false
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, err := d.Layers.Tile(ctx, []string{l.Name}, id)
		if err != nil {
			return nil, err
		}
		if picture, err := t.Image(); err == nil && picture != nil {
			m.lay(id, picture)
			some = true
		}
	}
	if !some {
		return nil, nil //nolint:nilnil // there is nothing of it, and nothing is wrong
	}
	return m, nil
}

// photoLayer is a base map of pictures as a layer of a sheet, and whether it hides all
// that lies under it.
func (d drawing) photoLayer(ctx context.Context, l layers.Layer, box orb.Bound) (layer sheet.Layer, hides bool, err error) {
	layer = sheet.Layer{Name: l.Name, Title: l.Title.In(d.words.Lang()), Attribution: l.Attribution, Licence: l.Licence, LicenceURL: l.LicenceURL}
	select {
	case d.photos <- struct{}{}:
		defer func() { <-d.photos }()
	case <-ctx.Done():
		return layer, false, ctx.Err()
	}
	m, err := d.photo(ctx, l, box, d.perMetre)
	if err != nil || m == nil {
		return layer, false, err
	}
	hides = m.dots.Opaque()
	if d.paper {
		m.on(ground())
	}
	data, err := m.encoded()
	layer.Photo = &sheet.Photo{Data: data, Box: box}
	return layer, hides, err
}
