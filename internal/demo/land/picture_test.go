package land

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// style of a layer in the picture; "" leaves it out.
var style = map[string]string{
	LayerSea:          "fill:#bcdcec;stroke:none",
	LayerLand:         "fill:#e9efdc;stroke:#7d8f74;stroke-width:1.2",
	LayerProperties:   "fill:none;stroke:#b98d6a;stroke-width:.5",
	LayerStreams:      "fill:none;stroke:#6fb3d2;stroke-width:3",
	LayerTrails:       "fill:none;stroke:#7a6a3a;stroke-width:2;stroke-dasharray:8 6",
	LayerRoads:        "fill:none;stroke:#fff",
	LayerBuildings:    "fill:#8d8580;stroke:#55504c;stroke-width:.4",
	LayerPiers:        "fill:#999;stroke:#555;stroke-width:.5",
	LayerSportPitches: "fill:#8fc57a;stroke:#fff;stroke-width:1",
	LayerHazards:      "fill:#d22;fill-opacity:.12;stroke:#d22;stroke-width:1",
	LayerCautions:     "fill:none;stroke:#a0a;stroke-width:1;stroke-dasharray:4 3",
	LayerBusStops:     "fill:#06c;stroke:none",
	LayerAddresses:    "fill:#c00;stroke:none",
	LayerSites:        "fill:#909;stroke:none",
	LayerPipes:        "fill:none;stroke:#27c;stroke-width:.5",
	LayerBusLines:     "fill:none;stroke:#06c;stroke-width:1.5;stroke-dasharray:10 8",
}

var useColor = map[string]string{
	"home": "#f6eccb", "flats": "#f3d9a4", "shops": "#eec3b0", "works": "#d5cbe0", "farm": "#e6edb8", "outfield": "#cfe0bd", "shore": "#e7e2cf",
	"cabin": "#d8e5c5", "green": "#bfe0a8", "road": "#d4d0c8", "kindergarten": "#f7c6dc", "school": "#f4b0c8", "nursing_home": "#eab6e0",
	"church": "#dcd2f0", "town_hall": "#e0a8a8", "pitch": "#aadb8c", "fire_station": "#f0a890", "quay": "#c8c8cc",
}

// TestPicture draws the towns for the eye when TORG_LAND_PICTURE names a file:
// the whole municipality, the middle of each village, and some plots.
func TestPicture(t *testing.T) {
	t.Parallel()
	file := os.Getenv("TORG_LAND_PICTURE")
	if file == "" {
		t.Skip("TORG_LAND_PICTURE names no file")
	}
	all, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for slug, l := range all {
		write(t, l, file+"-"+slug+"-whole.svg", l.Frame)
		tr := newTerrain(l.Town, rand.New(rand.NewPCG(Seed, 0x746f7267)))
		for i, p := range l.Town.Places {
			at := tr.place(p.U, p.V)
			write(t, l, fmt.Sprintf("%s-%s-%d.svg", file, slug, i), orb.Bound{Min: at, Max: at}.Pad(850))
			write(t, l, fmt.Sprintf("%s-%s-%d-near.svg", file, slug, i), orb.Bound{Min: at, Max: at}.Pad(260))
		}
	}
}

func write(t *testing.T, l *Land, file string, box orb.Bound) {
	t.Helper()
	var b strings.Builder
	w, h := box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="1500" height="%.0f" viewBox="0 0 %.1f %.1f"><rect width="100%%" height="100%%" fill="#888"/>`, 1500*h/w, w, h)
	layers := map[string][]Feature{}
	for f := range l.Features() {
		if f.Geometry.Bound().Intersects(box) {
			layers[f.Layer] = append(layers[f.Layer], f)
		}
	}
	for _, layer := range Layers() {
		if style[layer] == "" || w > 2000 && (layer == LayerAddresses || layer == LayerPipes) {
			continue
		}
		fmt.Fprintf(&b, `<g style="%s">`, style[layer])
		for _, f := range layers[layer] {
			shape(&b, f, box)
		}
		b.WriteString(`</g>`)
	}
	if w < 2000 {
		for _, layer := range []string{LayerRoads, LayerSites} {
			for _, f := range layers[layer] {
				label(&b, f, box)
			}
		}
	}
	b.WriteString(`</svg>`)
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func shape(b *strings.Builder, f Feature, box orb.Bound) {
	at := func(p orb.Point) string { return fmt.Sprintf("%.1f %.1f", p[0]-box.Min[0], box.Max[1]-p[1]) }
	more := ""
	if use, ok := f.Properties["use"].(string); ok {
		more = ` style="fill:` + useColor[use] + `"`
	}
	if width, ok := f.Properties["width"].(float64); ok {
		more = fmt.Sprintf(` stroke-width="%.1f"`, width*0.55)
	}
	switch g := f.Geometry.(type) {
	case orb.Point:
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="1.6"/>`, g[0]-box.Min[0], box.Max[1]-g[1])
	case orb.LineString:
		b.WriteString(`<path` + more + ` d="M`)
		for _, p := range g {
			b.WriteString(at(p) + " ")
		}
		b.WriteString(`"/>`)
	case orb.Polygon:
		b.WriteString(`<path fill-rule="evenodd"` + more + ` d="`)
		for _, r := range g {
			b.WriteString("M")
			for _, p := range r {
				b.WriteString(at(p) + " ")
			}
			b.WriteString("Z")
		}
		b.WriteString(`"/>`)
	}
}

func label(b *strings.Builder, f Feature, box orb.Bound) {
	at, ok := f.Geometry.(orb.Point)
	if line, is := f.Geometry.(orb.LineString); is {
		at, ok = line[len(line)/2], true
	}
	if ok {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" font-size="%.1f" fill="#224">%s</text>`, at[0]-box.Min[0], box.Max[1]-at[1], (box.Max[0]-box.Min[0])/130, f.Properties["name"])
	}
}
