package maps

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
)

func read(t *testing.T, query string) View {
	t.Helper()
	q, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		t.Fatal(err)
	}
	return viewOf(q)
}

func TestView_isReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"", "?c=57.65432,6.12346&z=15.25", "?e=341234.5&n=6395678", "?on=plans,plan_zones&off=properties", "?date=2019-05-01",
		"?c=-1.5,-2.5&z=5&e=1&n=2&on=a&off=b_2&date=1999-12-31",
	} {
		if got := read(t, query).Query(); got != query {
			t.Errorf("%q became %q", query, got)
		}
	}
}

func TestView_leavesNonsenseOut(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"?c=1", "?c=1,2,3", "?c=x,y", "?c=91,2", "?c=1,181", "?c=NaN,NaN", "?c=Inf,1", "?e=1", "?n=2", "?e=NaN&n=NaN", "?date=today", "?date=2019-13-01",
		"?on=<b>,A,-", "?z=99", "?z=x",
	} {
		if got := read(t, query); !cmp.Equal(got, View{}) {
			t.Errorf("%q became %+v", query, got)
		}
	}
	if v := read(t, "?c=58,6"); v.Zoom != 15 || !v.Placed || v.Middle != (orb.Point{6, 58}) {
		t.Errorf("a place without a level became %+v", v)
	}
	if v := read(t, "?c=58,6&z=1"); v.Zoom != furthest {
		t.Errorf("level %v is further away than the map goes", v.Zoom)
	}
}

func TestView_namesEachLayerOnce(t *testing.T) {
	t.Parallel()
	if got := namesOf("a,b,a,,b"); !cmp.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
	if got := namesOf(strings.Repeat("x", 64)); got != nil {
		t.Errorf("a name of 64 letters was taken: %v", got)
	}
}

func TestView_showsWhatIsOn(t *testing.T) {
	t.Parallel()
	v := View{On: []string{"plans"}, Off: []string{"roads"}}
	for _, tt := range []struct {
		name        string
		first, want bool
	}{{"plans", false, true}, {"pipes", false, false}, {"roads", true, false}, {"land", true, true}} {
		if got := v.Shows(tt.name, tt.first); got != tt.want {
			t.Errorf("%s (first %v): %v", tt.name, tt.first, got)
		}
	}
}

func TestView_boxIsAsWideAsItsPixels(t *testing.T) {
	t.Parallel()
	home, _ := crs.ByCode(crs.UTM32)
	v := View{Middle: orb.Point{9, 58}, Zoom: 16, Placed: true} // on zone 32's own meridian
	b := v.box(home, 800, 400)
	// At the equator level 16 has 40075016.686/512/65536 = 1.194 m in a pixel.
	want := 800 * 1.19432857 * math.Cos(58*math.Pi/180)
	if got := b.Max[0] - b.Min[0]; math.Abs(got-want) > 0.01 {
		t.Errorf("%.3f m wide, want %.3f", got, want)
	}
	if got := (b.Max[0] - b.Min[0]) / (b.Max[1] - b.Min[1]); math.Abs(got-2) > 1e-9 {
		t.Errorf("the box is %.3f times as wide as high", got)
	}
	if c := b.Center(); math.Abs(c[0]-500_000) > 0.01 {
		t.Errorf("the middle lies at %.2f east", c[0])
	}
}

func TestView_aroundShowsTheWholeBox(t *testing.T) {
	t.Parallel()
	home, _ := crs.ByCode(crs.UTM32)
	box := [4]float64{9.0, 58.0, 9.1, 58.05}
	v := View{}.around(box, 720, 480)
	shown := v.box(home, 720, 480)
	way := crs.Between(degrees(), home)
	for _, corner := range []orb.Point{{box[0], box[1]}, {box[2], box[3]}, {box[0], box[3]}, {box[2], box[1]}} {
		if p := way(corner); !shown.Pad(30).Contains(p) {
			t.Errorf("corner %v is not seen", corner)
		}
	}
	if v.Zoom < 11 || v.Zoom > 14 {
		t.Errorf("level %v", v.Zoom)
	}
	if v := (View{}).around([4]float64{9, 58, 9, 58}, 720, 480); v.Zoom != closeUp {
		t.Errorf("a single point is shown at level %v", v.Zoom)
	}
}

func TestView_movesByPartsOfThePicture(t *testing.T) {
	t.Parallel()
	home, _ := crs.ByCode(crs.UTM32)
	v := View{Middle: orb.Point{9, 58}, Zoom: 15, Placed: true}
	before, after := v.box(home, 600, 400), v.moved(600, 400, 0.5, -0.5).box(home, 600, 400)
	wide, high := before.Max[0]-before.Min[0], before.Max[1]-before.Min[1]
	if d := (after.Min[0] - before.Min[0]) / wide; math.Abs(d-0.5) > 0.005 {
		t.Errorf("moved %.4f of the width", d)
	}
	if d := (after.Min[1] - before.Min[1]) / high; math.Abs(d+0.5) > 0.005 {
		t.Errorf("moved %.4f of the height", d)
	}
	if v.zoomed(10).Zoom != nearest || v.zoomed(-20).Zoom != furthest {
		t.Error("the level goes beyond its ends")
	}
}

func TestView_dateIsADay(t *testing.T) {
	t.Parallel()
	if got := read(t, "?date=2019-05-01").Date; got != clock.NewDate(2019, 5, 1) {
		t.Errorf("got %v", got)
	}
}
