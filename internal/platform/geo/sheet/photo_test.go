package sheet

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	paint "image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
)

// dots is a picture of one colour, so many dots wide and high.
func dots(t *testing.T, kind string, w, h int, c color.Color) []byte {
	t.Helper()
	whole := image.NewRGBA(image.Rect(0, 0, w, h))
	paint.Draw(whole, whole.Rect, image.NewUniform(c), image.Point{}, paint.Src)
	var b bytes.Buffer
	var err error
	if kind == "jpeg" {
		err = jpeg.Encode(&b, whole, nil)
	} else {
		err = png.Encode(&b, whole)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func magenta() color.Color { return color.RGBA{255, 0, 255, 255} }

// On paper a photo lies on its ground to a tenth of a millimetre, under the lines, and
// its owner is told.
func TestPhoto_liesOnItsGround(t *testing.T) {
	t.Parallel()
	m := square(t, Drawn{Geometry: rectangle(341035, 6397042, 10, 5), Style: &Style{Fill: "#00ff00"}})
	m.Scale = 500
	m.Layers[0].Photo = &Photo{Data: dots(t, "png", 3, 7, magenta()), Box: rectangle(341030, 6397040, 20, 10).Bound()}
	m.Layers[0].Title, m.Layers[0].Attribution, m.Layers[0].Licence = "Flybilder", "© Kartverket", "CC BY 4.0"
	data := sheetOf(t, m, plainBlock(t))
	page := draw(t, data, 10)
	x0, y0, x1, y1, n := page.extent(255, 0, 255)
	w, h := A4.Frame()
	left, top := (margin+w/2-40)*10, (margin+h/2)*10
	if math.Abs(float64(x0)-left) > 1 || math.Abs(float64(y0)-top) > 1 || math.Abs(float64(x1-x0)-400) > 2 || math.Abs(float64(y1-y0)-200) > 2 {
		t.Errorf("the photo covers %d–%d, %d–%d, want from %g, %g, 400 × 200", x0, x1, y0, y1, left, top)
	}
	if _, _, _, _, green := page.extent(0, 255, 0); math.Abs(float64(green)-200*100) > 900 || math.Abs(float64(n+green)-400*200) > 2500 {
		t.Errorf("%d dots of the photo and %d of what is drawn on it", n, green)
	}
	if text := pageText(t, data); !strings.Contains(text, "Flybilder: © Kartverket. Lisens: CC BY 4.0.") {
		t.Errorf("its owner is not told:\n%s", text)
	}
}

// A layer that is only a photo is told of, one that lies elsewhere is not.
func TestPhoto_isToldOfWhereItIsSeen(t *testing.T) {
	t.Parallel()
	m := square(t, Drawn{Geometry: rectangle(341010, 6397010, 5, 5)})
	photo := dots(t, "jpeg", 8, 8, magenta())
	m.Layers = append(m.Layers,
		Layer{Name: "here", Title: "Her", Attribution: "Torgøy", Photo: &Photo{photo, rectangle(341000, 6397000, 50, 50).Bound()}},
		Layer{Name: "far", Title: "Der", Attribution: "Noen andre", Photo: &Photo{photo, rectangle(641000, 6397000, 50, 50).Bound()}})
	text := pageText(t, sheetOf(t, m, plainBlock(t)))
	if !strings.Contains(text, "Her: Torgøy.") || strings.Contains(text, "Noen andre") {
		t.Errorf("sources:\n%s", text)
	}
	svg, err := m.SVG(Picture{Width: 300, Height: 300, Title: "a", About: "b"})
	if err != nil || bytes.Count(svg, []byte("<image ")) != 1 {
		t.Errorf("%v, %d photos", err, bytes.Count(svg, []byte("<image ")))
	}
}

// In a picture it stands within the file, under what is drawn, and asks for nothing.
func TestPhoto_inAPicture(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"png", "jpeg"} {
		data := dots(t, kind, 4, 4, magenta())
		m := square(t, Drawn{Geometry: rectangle(341010, 6397010, 5, 5), Style: &Style{Fill: "#00ff00"}})
		m.Layers[0].Photo = &Photo{data, m.Box}
		svg, err := m.SVG(Picture{Width: 400, Height: 400, Title: "a", About: "b"})
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`preserveAspectRatio="none" href="data:image/%s;base64,%s"/>`, kind, base64.StdEncoding.EncodeToString(data))
		at, over := strings.Index(string(svg), want), strings.Index(string(svg), "#00ff00")
		if at < 0 || over < at || !strings.Contains(string(svg), `<image class="drawn-photo" x="0" y="0" width="400" height="400"`) {
			t.Errorf("%s: %d %d\n%.1500s", kind, at, over, svg)
		}
	}
}

func TestPhoto_isRefused(t *testing.T) {
	t.Parallel()
	good := dots(t, "png", 4, 4, magenta())
	box := rectangle(341000, 6397000, 50, 50).Bound()
	// The head of a PNG of four thousand million dots.
	huge := bytes.Clone(good)
	binary.BigEndian.PutUint32(huge[16:], 1<<16)
	binary.BigEndian.PutUint32(huge[20:], 1<<16)
	for name, tt := range map[string]struct {
		photo Photo
		key   string
	}{
		"nothing":         {Photo{nil, box}, "geo_sheet.photo_bad"},
		"a web page":      {Photo{[]byte("<html>"), box}, "geo_sheet.photo_bad"},
		"SVG":             {Photo{[]byte("<svg/>"), box}, "geo_sheet.photo_bad"},
		"a bomb":          {Photo{huge, box}, "geo_sheet.photo_bad"},
		"too many bytes":  {Photo{append(bytes.Clone(good), make([]byte, maxPhoto)...), box}, "geo_sheet.photo_bad"},
		"no ground":       {Photo{good, orb.Bound{}}, "geo_sheet.coordinate_bad"},
		"inside out":      {Photo{good, orb.Bound{Min: box.Max, Max: box.Min}}, "geo_sheet.coordinate_bad"},
		"NaN":             {Photo{good, orb.Bound{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}}}, "geo_sheet.coordinate_bad"},
		"beyond all maps": {Photo{good, orb.Bound{Min: orb.Point{-1e12, 0}, Max: orb.Point{1e12, 1}}}, "geo_sheet.coordinate_bad"},
	} {
		m := square(t)
		m.Layers[0].Photo = &tt.photo
		_, err := m.PDF(plainBlock(t))
		_, other := m.SVG(Picture{Width: 100, Height: 100, Title: "a", About: "b"})
		for _, err := range []error{err, other} {
			if e := errs.Of(err); e == nil || e.Key != tt.key {
				t.Errorf("%s: %v, want %s", name, err, tt.key)
			}
		}
	}
}
