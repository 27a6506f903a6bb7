package sheet

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// Photo is a picture of the ground, such as one from the air, or a base map that is
// ready-made.
type Photo struct {
	// Data is a JPEG or PNG whose rows run from west to east in the map's system, the
	// northernmost first.
	Data []byte
	// Box is the ground that it covers.
	Box orb.Bound
}

// What a photo may be. The largest sheet has room for four million dots as printers see
// them.
const (
	maxPhoto     = 8 << 20 // bytes
	maxPhotoDots = 16 << 20
)

// check refuses what cannot be drawn. The bytes are looked at here, since they go into
// pictures as they are.
func (p *Photo) check(layer string) error {
	if p == nil {
		return nil
	}
	if !inside(p.Box.Min) || !inside(p.Box.Max) || p.Box.Max[0]-p.Box.Min[0] < minSide || p.Box.Max[1]-p.Box.Min[1] < minSide {
		return errs.Invalid("geo_sheet.coordinate_bad", "layer", layer)
	}
	size, ok := p.size()
	if !ok || len(p.Data) > maxPhoto || size.Width < 1 || size.Height < 1 || size.Width > maxPhotoDots/size.Height {
		return errs.Invalid("geo_sheet.photo_bad", "layer", layer)
	}
	return nil
}

// size reads the head of the picture.
func (p *Photo) size() (image.Config, bool) {
	if p.jpeg() {
		size, err := jpeg.DecodeConfig(bytes.NewReader(p.Data))
		return size, err == nil
	}
	size, err := png.DecodeConfig(bytes.NewReader(p.Data))
	return size, err == nil
}

func (p *Photo) jpeg() bool { return bytes.HasPrefix(p.Data, []byte("\xff\xd8")) }

// placed is where the photo stands on the page: its top left corner and its size.
func (v view) placed(p *Photo) (x, y, w, h float64) {
	from, to := v.at(orb.Point{p.Box.Min[0], p.Box.Max[1]}), v.at(orb.Point{p.Box.Max[0], p.Box.Min[1]})
	return from[0], from[1], to[0] - from[0], to[1] - from[1]
}

// seen tells whether any of it lies on the map.
func (v view) seen(p *Photo) bool { return p != nil && p.Box.Intersects(v.box) }

// photo writes a picture into the picture: within it, so that nothing outside is asked
// for.
func (s *svg) photo(p *Photo) {
	kind := "png"
	if p.jpeg() {
		kind = "jpeg"
	}
	x, y, w, h := s.v.placed(p)
	fmt.Fprintf(&s.b, `<image class="drawn-photo" x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" href="data:image/%s;base64,`,
		tenth(x*10), tenth(y*10), tenth(w*10), tenth(h*10), kind)
	s.b.WriteString(base64.StdEncoding.EncodeToString(p.Data))
	s.b.WriteString(`"/>`)
}

// drawPhoto draws it on paper.
func drawPhoto(pen *pdf.Pen, p *Photo, v view) {
	x, y, w, h := v.placed(p)
	pen.Image(p.Data, x, y, w, h)
}
