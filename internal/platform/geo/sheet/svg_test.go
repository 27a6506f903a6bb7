package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// node is an element of a picture.
type node struct {
	name  string
	attrs map[string]string
	text  string
}

// nodes reads a picture; a fault in it fails the test.
func nodes(t *testing.T, data []byte) []node {
	t.Helper()
	var out []node
	var open []int
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			n := node{name: x.Name.Local, attrs: map[string]string{}}
			for _, a := range x.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			open, out = append(open, len(out)), append(out, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				out[open[len(open)-1]].text += string(x)
			}
		}
	}
}

func svgOf(t *testing.T, m Map, p Picture) []byte {
	t.Helper()
	data, err := m.SVG(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What a strict content security policy and a page with several pictures need.
func TestSVG_holdsNothingThatCouldHarmAPage(t *testing.T) {
	t.Parallel()
	m, _ := situation(t)
	elements := []string{"svg", "title", "desc", "rect", "path", "g", "text", "circle"}
	attributes := []string{
		"xmlns", "class", "role", "width", "height", "viewBox", "aria-labelledby", "aria-describedby", "id", "fill", "stroke", "stroke-width",
		"stroke-linejoin", "stroke-dasharray", "d", "x", "y", "rx", "cx", "cy", "r", "text-anchor", "font-size", "font-weight", "font-style", "paint-order", "transform",
	}
	class := regexp.MustCompile(`^drawn-[a-z0-9-]+$`)
	for _, n := range nodes(t, svgOf(t, m, picture())) {
		if !slices.Contains(elements, n.name) {
			t.Errorf("element %s", n.name)
		}
		for a, v := range n.attrs {
			if !slices.Contains(attributes, a) {
				t.Errorf("attribute %s of %s", a, n.name)
			}
			if a == "class" && !class.MatchString(v) {
				t.Errorf("class %q", v)
			}
			if strings.Contains(v, "url(") || strings.Contains(v, "://") && a != "xmlns" {
				t.Errorf("%s refers to %s", n.name, v)
			}
		}
	}
}

func TestSVG_isReadAloud(t *testing.T) {
	t.Parallel()
	p := picture()
	p.ID, p.Title, p.About = "plan-2", "Kart <over> \"1/4\" & nabo", "Huset\x00 ligger nord."
	all := nodes(t, svgOf(t, square(t), p))
	root := all[0]
	if root.attrs["role"] != "img" || root.attrs["aria-labelledby"] != "plan-2-title" || root.attrs["aria-describedby"] != "plan-2-about" {
		t.Errorf("root %v", root.attrs)
	}
	if all[1].name != "title" || all[1].attrs["id"] != "plan-2-title" || all[1].text != p.Title {
		t.Errorf("title %+v", all[1])
	}
	if all[2].name != "desc" || all[2].attrs["id"] != "plan-2-about" || !strings.HasSuffix(all[2].text, "ligger nord.") {
		t.Errorf("description %+v", all[2])
	}
}

// points reads a path back.
func points(t *testing.T, d string) [][]orb.Point {
	t.Helper()
	var out [][]orb.Point
	var x, y float64
	number := regexp.MustCompile(`-?\d*\.?\d+`)
	for _, sub := range strings.Split(d, "M")[1:] {
		var one []orb.Point
		all := number.FindAllString(sub, -1)
		for i := 0; i+1 < len(all); i += 2 {
			dx, errX := strconv.ParseFloat(all[i], 64)
			dy, errY := strconv.ParseFloat(all[i+1], 64)
			if errX != nil || errY != nil {
				t.Fatalf("path %q", d)
			}
			if i == 0 {
				x, y = dx, dy
			} else {
				x, y = x+dx, y+dy
			}
			one = append(one, orb.Point{x, y})
		}
		out = append(out, one)
	}
	return out
}

func TestSVG_drawsAtTheExactPixel(t *testing.T) {
	t.Parallel()
	// 100 m in 300 px: 3 px a metre, and 50 px to spare on each side.
	m := square(t, Drawn{Geometry: orb.LineString{{341000, 6397000}, {341100, 6397100}, {341050.5, 6397020.25}}})
	for _, n := range nodes(t, svgOf(t, m, picture())) {
		if n.attrs["class"] != "drawn-one--line" {
			continue
		}
		got := points(t, n.attrs["d"])
		want := [][]orb.Point{{{50, 300}, {350, 0}, {201.5, 239.3}}}
		for i, p := range want[0] {
			if len(got) != 1 || math.Abs(got[0][i][0]-p[0]) > 0.051 || math.Abs(got[0][i][1]-p[1]) > 0.051 {
				t.Errorf("path %v, want %v", got, want)
			}
		}
		return
	}
	t.Error("no line")
}

func TestSVG_roundsToATenthWithoutDrift(t *testing.T) {
	t.Parallel()
	var line orb.LineString
	for i := range 2000 {
		line = append(line, orb.Point{float64(i) * 0.333333, 100 + 50*math.Sin(float64(i))})
	}
	p := &pathData{}
	p.line(line, false)
	if regexp.MustCompile(`\.\d\d`).Match(p.b) {
		t.Error("a number has two decimals")
	}
	got := points(t, string(p.b))[0]
	last := got[len(got)-1]
	if want := line[len(line)-1]; math.Abs(last[0]-want[0]) > 0.051 || math.Abs(last[1]-want[1]) > 0.051 {
		t.Errorf("the line ends at %v, want %v", last, want)
	}
}

func TestPathData_isShort(t *testing.T) {
	t.Parallel()
	for want, line := range map[string]orb.LineString{
		"M1 2l.5-.5 10 0-10.5 3z": {{1, 2}, {1.5, 1.5}, {11.5, 1.5}, {1, 4.5}, {1, 2}},
		"M-1-2l1 2z":              {{-1, -2}, {-1.01, -2}, {0, 0}, {-1, -2}},
		"":                        {{1, 1}, {1.01, 1}, {1, 1}},
	} {
		p := &pathData{}
		p.line(line, true)
		if string(p.b) != want {
			t.Errorf("%v became %q, want %q", line, p.b, want)
		}
	}
}

func TestTenth_writesShortNumbers(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 5: ".5", -5: "-.5", 10: "1", 12: "1.2", -120: "-12", 0.4: "0", 1234.6: "123.5"} {
		if got := tenth(v); got != want {
			t.Errorf("tenth(%g) = %q, want %q", v, got, want)
		}
	}
}

func TestSVG_writesLabelsAsText(t *testing.T) {
	t.Parallel()
	st := Boundary()
	m := square(t,
		Drawn{Geometry: rectangle(341010, 6397010, 60, 60), Style: &st, Label: `<1/4> & "12"`},
		Drawn{Geometry: orb.Point{341090, 6397090}, Style: new(Pin()), Label: "Her"})
	var texts []string
	for _, n := range nodes(t, svgOf(t, m, picture())) {
		if n.name == "text" {
			texts = append(texts, n.text)
		}
	}
	if diff := cmp.Diff([]string{"Her", `<1/4> & "12"`, "N", "0", "25\u00a0m"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	p := picture()
	p.Bare = true
	if bare := string(svgOf(t, m, p)); strings.Contains(bare, ">N<") || strings.Contains(bare, "drawn-panel") {
		t.Error("a bare picture has scale bar or north arrow")
	}
}

func TestSVG_isDeterministicAndSmall(t *testing.T) {
	t.Parallel()
	m, _ := situation(t)
	m.Box = Around(m.Box, 15)
	first := svgOf(t, m, picture())
	if !bytes.Equal(first, svgOf(t, m, picture())) {
		t.Error("the same map gave two different pictures")
	}
	if len(first) > 12_000 {
		t.Errorf("a plot and its neighbours take %d bytes", len(first))
	}
}

// What lies outside is not written, but what reaches over the edge goes on to it.
func TestSVG_cutsAtTheEdge(t *testing.T) {
	t.Parallel()
	var many []Drawn
	for i := range 5000 {
		many = append(many, Drawn{Geometry: rectangle(350000+float64(i), 6397000, 5, 5)})
	}
	st := Style{Name: "all", Fill: "#00ff00"}
	m := square(t, append(many, Drawn{Geometry: rectangle(0, 6000000, 900000, 900000), Style: &st})...)
	data := svgOf(t, m, picture())
	if len(data) > 3000 {
		t.Errorf("%d bytes for one area", len(data))
	}
	for _, n := range nodes(t, data) {
		if n.attrs["class"] != "drawn-all" {
			continue
		}
		b := orb.LineString(points(t, n.attrs["d"])[0]).Bound()
		if b.Min[0] > 0 || b.Min[1] > 0 || b.Max[0] < 400 || b.Max[1] < 300 || b.Max[0] > 450 {
			t.Errorf("the area reaches from %v to %v", b.Min, b.Max)
		}
	}
}

func TestMap_pointIsWhereSomebodyClicked(t *testing.T) {
	t.Parallel()
	at, err := square(t).Point(picture(), 50, 300)
	if err != nil || math.Hypot(at[0]-341000, at[1]-6397000) > 1e-6 {
		t.Errorf("point %v, %v", at, err)
	}
	_, err = square(t).Point(picture(), math.NaN(), 1)
	refused(t, err, "geo_sheet.box_bad")
	_, err = square(t).Point(Picture{}, 1, 1)
	refused(t, err, "geo_sheet.picture_size")
}

// A layer's lines may be taken together, areas that lie over one another not.
func TestSVG_keepsTheOrderOfAreas(t *testing.T) {
	t.Parallel()
	green, blue := Style{Name: "green", Fill: "#00ff00"}, Style{Name: "blue", Fill: "#0000ff"}
	m := square(t)
	for i := range 6 {
		st := &green
		if i%2 == 1 {
			st = &blue
		}
		m.Layers[0].Features = append(m.Layers[0].Features, Drawn{Geometry: rectangle(341000+5*float64(i), 6397000, 20, 20), Style: st})
	}
	var order []string
	for _, n := range nodes(t, svgOf(t, m, picture())) {
		if c := n.attrs["class"]; c == "drawn-green" || c == "drawn-blue" {
			order = append(order, c)
		}
	}
	if fmt.Sprint(order) != "[drawn-green drawn-blue drawn-green drawn-blue drawn-green drawn-blue]" {
		t.Errorf("order %v", order)
	}
}

// FuzzSVG gives shapes of any kind to the picture: it is well-formed, or the
// map is refused.
func FuzzSVG(f *testing.F) {
	f.Add("Kaiveien 31", 341050.0, 6397050.0, 10.0, -20.0, uint8(0))
	f.Add("<b>\x00", 0.0, math.Inf(1), 1e300, math.NaN(), uint8(7))
	f.Add("", 341000.0, 6397100.0, 1e-9, 1e7, uint8(31))
	f.Fuzz(func(t *testing.T, text string, x, y, dx, dy float64, kind uint8) {
		a, b, c := orb.Point{x, y}, orb.Point{x + dx, y}, orb.Point{x - dy, y + dx*dy}
		shapes := []orb.Geometry{a, orb.LineString{a, b, c, a, c}, orb.Polygon{{a, b, c, a}, {c, b, a}}, orb.MultiPolygon{{{a, b, c}}, {{b, a, c, b, a}}}}
		styles := []Style{Proposed(), Caution("H320"), DimensionLine(), Pin()}
		st := styles[kind/4%4]
		m := square(t, Drawn{Geometry: shapes[kind%4], Style: &st, Label: text, Means: text})
		data, err := m.SVG(Picture{Width: 300, Height: 200, Title: "a" + text, About: "b" + text})
		if err == nil {
			nodes(t, data)
		}
		block := plainBlock(t)
		block.Subtitle = oneLine(text)
		if _, errPaper := m.PDF(block); (errPaper == nil) != (err == nil) {
			t.Errorf("picture: %v, sheet: %v", err, errPaper)
		}
	})
}
