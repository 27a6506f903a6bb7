package sheet

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

func TestPaper_framesLieOnThePaper(t *testing.T) {
	t.Parallel()
	want := map[Paper][4]float64{
		A4: {210, 297, 186, 192}, A4Landscape: {297, 210, 202, 186},
		A3: {297, 420, 273, 315}, A3Landscape: {420, 297, 325, 273},
	}
	for _, p := range Papers() {
		w, h := p.Size()
		fw, fh := p.Frame()
		if got := [4]float64{w, h, fw, fh}; got != want[p] {
			t.Errorf("%s is %v, want %v", p, got, want[p])
		}
		for _, cols := range [][]column{p.columns(), p.further()} {
			for i, c := range cols {
				if c.x < margin || c.y < margin || c.x+c.w > w-margin || c.y+c.h > h-margin || c.w < 50 {
					t.Errorf("%s: column %d is %+v", p, i, c)
				}
			}
		}
		for _, c := range p.columns() { // none lies on the map
			if c.x-pad < margin+fw && c.y-pad < margin+fh {
				t.Errorf("%s: column %+v lies on the map", p, c)
			}
		}
		if !p.Known() {
			t.Errorf("%s is not known", p)
		}
	}
	if Paper("A5").Known() || Paper("").Known() {
		t.Error("a paper is known that there is not")
	}
}

func TestPaper_groundIsTheFrameAtScale(t *testing.T) {
	t.Parallel()
	got := A4.Ground(orb.Point{1000, 2000}, 500)
	if want := (orb.Bound{Min: orb.Point{953.5, 1952}, Max: orb.Point{1046.5, 2048}}); got != want {
		t.Errorf("ground %v, want %v", got, want)
	}
}

func TestFitScale_isTheLargestThatFits(t *testing.T) {
	t.Parallel()
	box := func(w, h float64) orb.Bound { return orb.Bound{Max: orb.Point{w, h}} }
	for _, tt := range []struct {
		box   orb.Bound
		paper Paper
		want  int
	}{
		{box(0, 0), A4, 200},
		{box(37.2, 38.4), A4, 200},
		{box(37.3, 1), A4, 500},
		{box(1, 38.5), A4, 500},
		{box(93, 96), A4, 500},
		{box(93, 96), A3, 500},
		{box(180, 180), A4, 1000},
		{box(180, 180), A4Landscape, 1000},
		{box(300, 200), A3Landscape, 1000},
		{box(900, 100), A4, 5000},
		{box(1800, 1800), A4, 10_000},
		{box(7000, 6000), A4, 50_000},
		{box(1e6, 1), A4, 100_000},
	} {
		if got := FitScale(tt.box, tt.paper); got != tt.want {
			t.Errorf("FitScale(%v, %s) = %d, want %d", tt.box.Max, tt.paper, got, tt.want)
		}
		shown := tt.paper.Ground(tt.box.Center(), tt.want)
		if tt.want < 100_000 && !(Around(shown, 1e-9).Contains(tt.box.Min) && Around(shown, 1e-9).Contains(tt.box.Max)) {
			t.Errorf("1:%d does not show %v", tt.want, tt.box)
		}
	}
}

func TestPanAndZoom_moveTheBox(t *testing.T) {
	t.Parallel()
	b := orb.Bound{Min: orb.Point{100, 200}, Max: orb.Point{300, 300}}
	for name, pair := range map[string][2]orb.Bound{
		"east":  {Pan(b, 0.5, 0), {Min: orb.Point{200, 200}, Max: orb.Point{400, 300}}},
		"south": {Pan(b, 0, -1), {Min: orb.Point{100, 100}, Max: orb.Point{300, 200}}},
		"out":   {Zoom(b, 2), {Min: orb.Point{0, 150}, Max: orb.Point{400, 350}}},
		"in":    {Zoom(b, 0.5), {Min: orb.Point{150, 225}, Max: orb.Point{250, 275}}},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestView_takesGroundToThePageAndBack(t *testing.T) {
	t.Parallel()
	v, err := Map{System: home(t), Box: orb.Bound{Min: orb.Point{341000, 6397000}, Max: orb.Point{341010, 6397010}}, Scale: 500}.paper(A4)
	if err != nil {
		t.Fatal(err)
	}
	// The middle of the box is the middle of the frame.
	if got := v.at(orb.Point{341005, 6397005}); math.Hypot(got[0]-(12+93), got[1]-(12+96)) > 1e-6 {
		t.Errorf("middle at %v", got)
	}
	// 10 m east and 5 m north are 20 mm right and 10 mm up.
	if got := v.at(orb.Point{341015, 6397010}); math.Hypot(got[0]-(105+20), got[1]-(108-10)) > 1e-6 {
		t.Errorf("corner at %v", got)
	}
	p := orb.Point{341002.5, 6397007.25}
	at := v.at(p)
	if back := v.ground(at[0], at[1]); math.Hypot(back[0]-p[0], back[1]-p[1]) > 1e-6 {
		t.Errorf("%v came back as %v", p, back)
	}
	if math.Abs(v.scale()-500) > 1e-9 || !v.shown(0) || !v.shown(500) || v.shown(499) {
		t.Errorf("scale %g", v.scale())
	}
}

func TestNice_isRoundAndNotMore(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{1: 1, 1.9: 1, 2: 2, 2.4: 2, 2.5: 2.5, 4.9: 2.5, 5: 5, 9.9: 5, 10: 10, 25: 25, 0.3: 0.25, 500: 500, 120000: 100000} {
		if got := nice(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("nice(%g) = %g, want %g", v, got, want)
		}
	}
}

func TestGrouped_setsThousandsApart(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 999: "999", 1000: "1\u00a0000", 6397000: "6\u00a0397\u00a0000", -1234: "−1\u00a0234", 12.5: "12,5"} {
		if got := grouped(v); got != want {
			t.Errorf("grouped(%g) = %q, want %q", v, got, want)
		}
	}
}
