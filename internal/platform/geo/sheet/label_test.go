package sheet

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// paperView is an A4 sheet at 1:1000 with its middle in 500, 500.
func paperView(t *testing.T) view {
	t.Helper()
	v, err := Map{System: home(t), Box: orb.Bound{Min: orb.Point{500, 500}, Max: orb.Point{500, 500}}, Scale: 1000}.paper(A4)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func lettered(l Lettering) Style {
	l.Size, l.Color = 2, "#000000"
	return Style{Stroke: "#000000", Label: l}
}

func labelsOf(t *testing.T, v view, layers ...Layer) []label {
	t.Helper()
	p, err := v.plot(layers, v.corner())
	if err != nil {
		t.Fatal(err)
	}
	return p.labels
}

func TestLabels_neverLieOverOneAnother(t *testing.T) {
	t.Parallel()
	v := paperView(t)
	l := Layer{Style: lettered(Lettering{Along: true})}
	for i := range 400 {
		at := orb.Point{450 + 4*float64(i%20), 450 + 4*float64(i/20)}
		g := orb.Geometry(at)
		switch i % 3 {
		case 1:
			g = rectangle(at[0], at[1], 12, 9)
		case 2:
			g = orb.LineString{at, {at[0] + 12, at[1] + float64(i%17) - 8}}
		}
		l.Features = append(l.Features, Drawn{Geometry: g, Label: fmt.Sprintf("%d/%d", i, i)})
	}
	labels := labelsOf(t, v, l)
	if len(labels) < 50 || len(labels) == 400 {
		t.Errorf("%d labels", len(labels))
	}
	frame, corner := v.frame(), v.corner()
	for i, a := range labels {
		for _, c := range a.corners() {
			if !frame.Contains(c) || corner.Contains(c) {
				t.Errorf("%s lies outside the frame or on the north arrow", a.text)
			}
		}
		for _, b := range labels[i+1:] {
			if a.overlaps(b) {
				t.Errorf("%s lies over %s", a.text, b.text)
			}
		}
	}
}

func TestLabels_ofTheUppermostLayerGoFirst(t *testing.T) {
	t.Parallel()
	layer := func(text string, always bool) Layer {
		return Layer{Style: lettered(Lettering{Always: always}), Features: []Drawn{{Geometry: rectangle(490, 490, 20, 3), Label: text}}}
	}
	low, high := layer("nederst", false), layer("øverst", false)
	one := labelsOf(t, paperView(t), low, high)
	if one[0].text != "øverst" {
		t.Errorf("%q has the first place", one[0].text)
	}
	must := labelsOf(t, paperView(t), layer("må", true), layer("må også", true), high)
	if len(must) < 2 || must[0].text != "må" || must[1].text != "må også" {
		t.Errorf("labels %v", must)
	}
}

func TestLabels_standLevelOrAlongButNeverUpsideDown(t *testing.T) {
	t.Parallel()
	v := paperView(t)
	for degrees := 0; degrees < 360; degrees += 15 {
		sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
		line := orb.LineString{{500, 500}, {500 + 30*cos, 500 + 30*sin}}
		along := labelsOf(t, v, Layer{Style: lettered(Lettering{Along: true}), Features: []Drawn{{Geometry: line, Label: "Vei"}}})
		level := labelsOf(t, v, Layer{Style: lettered(Lettering{}), Features: []Drawn{{Geometry: line, Label: "Vei"}}})
		if len(along) != 1 || len(level) != 1 {
			t.Fatalf("%d°: %d and %d labels", degrees, len(along), len(level))
		}
		a := along[0].angle
		if a <= -90 || a > 90.01 || math.Abs(math.Mod(a-float64(degrees)+720, 180)) > 0.01 && math.Abs(math.Mod(a-float64(degrees)+720, 180)-180) > 0.01 {
			t.Errorf("%d°: the label stands at %g°", degrees, a)
		}
		if level[0].angle != 0 {
			t.Errorf("%d°: a level label stands at %g°", degrees, level[0].angle)
		}
	}
}

func TestLabels_fitWhereTheyShould(t *testing.T) {
	t.Parallel()
	v := paperView(t)
	narrow := Layer{Style: lettered(Lettering{Fit: true}), Features: []Drawn{{Geometry: rectangle(500, 500, 3, 30), Label: "Et langt navn"}}}
	if got := labelsOf(t, v, narrow); len(got) != 0 {
		t.Error("a label stands in an area that is narrower")
	}
	narrow.Style.Label.Fit = false
	if got := labelsOf(t, v, narrow); len(got) != 1 {
		t.Error("a label is missing")
	}
	short := Layer{Style: lettered(Lettering{}), Features: []Drawn{{Geometry: orb.LineString{{500, 500}, {502, 500}}, Label: "Et langt navn"}}}
	if got := labelsOf(t, v, short); len(got) != 0 {
		t.Error("a label stands on a line that is shorter")
	}
}

// An area of which a corner is seen has its label in that corner.
func TestLabels_standInThePartThatIsSeen(t *testing.T) {
	t.Parallel()
	v := paperView(t)
	l := Layer{Style: lettered(Lettering{}), Features: []Drawn{{Geometry: rectangle(570, -4550, 5000, 5000), Label: "12/3"}}}
	labels := labelsOf(t, v, l)
	if len(labels) != 1 || !v.frame().Contains(labels[0].at) {
		t.Errorf("labels %v", labels)
	}
}

func TestLabels_endAtTheScaleOfTheirStyle(t *testing.T) {
	t.Parallel()
	v := paperView(t) // 1:1000
	for until, want := range map[int]int{0: 1, 1000: 1, 999: 0, 500: 0} {
		l := Layer{Style: lettered(Lettering{Until: until}), Features: []Drawn{{Geometry: orb.Point{500, 500}, Label: "a"}}}
		if got := labelsOf(t, v, l); len(got) != want {
			t.Errorf("until 1:%d: %d labels, want %d", until, len(got), want)
		}
	}
	gone := Layer{Style: Style{Stroke: "#000000", Until: 500}, Features: []Drawn{{Geometry: rectangle(500, 500, 5, 5)}}}
	p, err := v.plot([]Layer{gone})
	if err != nil || len(p.layers[0]) != 0 || len(p.seen) != 0 {
		t.Errorf("a feature is drawn below the scale of its style: %v", p.layers)
	}
}

func TestLabels_ofDimensionsStandClearOfTheirLine(t *testing.T) {
	t.Parallel()
	v := paperView(t)
	l := Layer{Style: DimensionLine(), Features: []Drawn{Dimension(orb.Point{500, 500}, orb.Point{504, 500}, "4,0 m")}}
	labels := labelsOf(t, v, l)
	if len(labels) != 1 {
		t.Fatalf("%d labels", len(labels))
	}
	line := v.at(orb.Point{502, 500})
	if got := labels[0]; math.Abs(got.at[0]-line[0]) > 1e-6 || got.at[1] > line[1]-got.h/2 {
		t.Errorf("label at %v, line at %v", got.at, line)
	}
}
