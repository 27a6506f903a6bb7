package building_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
)

// ground is the box that a page's drawing shows: west, south, east, north.
type ground [4]float64

func groundOf(t *testing.T, p *apptest.Page) (g ground) {
	t.Helper()
	for _, form := range p.All("form") {
		if text := form.Attr("data-site"); text != "" {
			if err := json.Unmarshal([]byte(text), &g); err != nil {
				t.Fatal(err)
			}
		}
	}
	if g == (ground{}) {
		t.Fatalf("%s shows no ground", p)
	}
	return g
}

// same allows for the centimetres in which a page carries what is seen.
func (g ground) same(other ground) bool {
	return math.Abs(g[0]-other[0]) < 0.02 && math.Abs(g[1]-other[1]) < 0.02 && math.Abs(g.wide()-other.wide()) < 0.02
}

func (g ground) wide() float64          { return g[2] - g[0] }
func (g ground) middle() (e, n float64) { return (g[0] + g[2]) / 2, (g[1] + g[3]) / 2 }

// drawingOf is the picture of a page, without the smaller one.
func drawingOf(t *testing.T, p *apptest.Page) string {
	t.Helper()
	_, after, ok := strings.Cut(string(p.Body), `class="drawn-map"`)
	drawing, _, closed := strings.Cut(after, "</svg>\n")
	if !ok || !closed {
		t.Fatalf("%s has no drawing", p)
	}
	return drawing
}

// pictures is how many drawings a page has.
func pictures(p *apptest.Page) int { return strings.Count(string(p.Body), `class="drawn-map"`) }

// drawn is a garage on the map of a draft that has been begun.
func drawn(t *testing.T, postgres bool) *flow {
	t.Helper()
	h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
	f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Mother), ref: home(t, h)}
	f.begin()
	return f
}

// looking opens the page at some ground.
func (f *flow) looking(query string) *apptest.Page {
	f.t.Helper()
	return f.v.Get(f.base + "/site?property=" + f.ref.Path() + query).Must(200)
}

func TestSite_showsTheGroundThatIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := drawn(t, postgres)
			first := f.looking("")
			e, n := groundOf(t, first).middle()
			f.refusesNonsense(first, e, n)
			asked := f.looking(fmt.Sprintf("&sight=%.2f,%.2f,40", e+10, n))
			if g := groundOf(t, asked); math.Abs(g.wide()-40) > 1e-6 || math.Abs(g[0]-(e+10-20)) > 0.01 || asked.Value("sight") != fmt.Sprintf("%.2f,%.2f,40.00", e+10, n) {
				t.Errorf("it shows %v, and carries %q", g, asked.Value("sight"))
			}
			if drawingOf(t, asked) == drawingOf(t, first) {
				t.Error("the drawing is the same")
			}
			if n := pictures(first); n != 2 {
				t.Errorf("where nobody tells the size there are %d pictures", n)
			}
			if small := f.looking("&screen=328x328"); pictures(small) != 1 || !strings.Contains(drawingOf(t, small), `viewBox="0 0 328 328"`) || math.Abs(groundOf(t, small)[3]-groundOf(t, small)[1]-groundOf(t, small).wide()) > 1e-6 {
				t.Errorf("on a small screen it shows %v", groundOf(t, small))
			}
		})
	}
}

// refusesNonsense asks for ground that there is not: the page is shown as at first, or as
// near to what was asked for as it goes.
func (f *flow) refusesNonsense(first *apptest.Page, e, n float64) {
	f.t.Helper()
	usual := drawingOf(f.t, first)
	for _, text := range []string{"NaN,NaN,NaN", "Inf,1,1", "1,2", "a,b,c", "0,0,-5", "1e300,0,10", "<svg>", strings.Repeat("1,", 5000), "\x01"} {
		if got := f.looking("&sight=" + url.QueryEscape(text) + "&screen=" + url.QueryEscape(text)); drawingOf(f.t, got) != usual || got.Value("sight") != "" {
			f.t.Errorf("%.20q shows other ground, and is carried as %q", text, got.Value("sight"))
		}
	}
	for text, width := range map[string]float64{fmt.Sprintf("%f,%f,0.000001", e, n): 5, fmt.Sprintf("%f,%f,99999999", e, n): 600, "0,0,99999999": 600, "99999999,99999999,40": 40} {
		g := groundOf(f.t, f.looking("&sight="+text))
		east, north := g.middle()
		if math.Abs(g.wide()-width) > 0.01 || math.Abs(east-e) > 700 || math.Abs(north-n) > 700 {
			f.t.Errorf("%s shows %v", text, g)
		}
	}
}

func TestSite_looksAroundWithoutScripts(t *testing.T) {
	t.Parallel()
	f := drawn(t, false)
	press := func(from *apptest.Page, do string, typed ...string) *apptest.Page {
		return f.v.Submit(from, f.base+"/site", apptest.Set(typed...).Press("do="+do))
	}
	page := f.looking("")
	first := groundOf(t, page)
	for _, step := range []struct {
		do   string
		want func(before, after ground) bool
	}{
		{"nearer", func(b, a ground) bool { return math.Abs(a.wide()*1.5-b.wide()) < 0.01 }},
		{"see_east", func(b, a ground) bool { return math.Abs(a[0]-b[0]-b.wide()/4) < 0.02 && math.Abs(a[1]-b[1]) < 0.02 }},
		{"see_north", func(b, a ground) bool { return a[1] > b[1]+1 && math.Abs(a[0]-b[0]) < 0.02 }},
		{"see_west", func(b, a ground) bool { return math.Abs(b[0]-a[0]-b.wide()/4) < 0.02 }},
		{"see_south", func(b, a ground) bool { return a[1] < b[1]-1 }},
		{"further", func(b, a ground) bool { return math.Abs(a.wide()-b.wide()*1.5) < 0.01 }},
		{"see_building", func(b, a ground) bool { return a.wide() < b.wide() && a.wide() >= 20 }},
		{"draw", ground.same},
		{"north", ground.same}, // the building goes, the ground stays
		{"see_whole", func(_, a ground) bool { return math.Abs(a.wide()-first.wide()) < 3 }},
	} {
		before := groundOf(t, page)
		page = press(page, step.do, "ridge", "4,1").Must(200).Has("Dette fant vi", "Er det langt nok fra nabogrensen?")
		if after := groundOf(t, page); !step.want(before, after) {
			t.Errorf("%s: from %v to %v", step.do, before, after)
		}
		if page.Value("ridge") != "4,1" {
			t.Fatalf("%s: what was typed is %q", step.do, page.Value("ridge"))
		}
	}
	if page.Value("sight") != "" {
		t.Errorf("the whole property is carried as %q", page.Value("sight"))
	}
	wrong := press(press(page, "nearer").Must(200), "see_east", "width", "bred").Must(422).Has("Skriv et tall mellom", "må rettes før vi kan vise bygget")
	if strings.Contains(drawingOf(t, wrong), "drawn-proposed") || wrong.Value("sight") == "" || wrong.Value("width") != "bred" {
		t.Errorf("with something wrong it carries %q, and the width is %q", wrong.Value("sight"), wrong.Value("width"))
	}
}

// What has been saved is still what the application holds after one has looked around, and
// no longer after one has moved the building.
func TestSite_tellsWhetherTheApplicationHoldsWhatIsSeen(t *testing.T) {
	t.Parallel()
	f := drawn(t, false)
	const plan = "Situasjonsplan (PDF)"
	for _, mode := range []string{"sides", "point", "corners"} {
		f.site(apptest.Set("mode", mode).Press("do=save")).Must(200)
		page := f.v.Get(f.base + "/site").Must(200).Has(plan)
		for _, do := range []string{"do=nearer", "do=see_west", "do=see_whole", "do=draw"} {
			page = f.v.Submit(page, f.base+"/site", apptest.Set().Press(do)).Must(200)
			if !strings.Contains(page.Text(), plan) {
				t.Errorf("%s, %s: the plan is no longer there", mode, do)
			}
		}
		if page = f.v.Submit(page, f.base+"/site", apptest.Set().Press("do=west")).Must(200); strings.Contains(page.Text(), plan) {
			t.Errorf("%s: the plan of another place is there", mode)
		}
	}
}

// A building that is moved over a boundary can no longer be told by its distance to it:
// that it is told otherwise is said.
func TestSite_saysWhenThePlaceIsToldOtherwise(t *testing.T) {
	t.Parallel()
	f := drawn(t, false)
	page := f.looking("")
	if strings.Contains(page.Text(), "Nå står det med koordinater") {
		t.Fatal("it is said at first")
	}
	for range 40 {
		page = f.v.Submit(page, f.base+"/site", apptest.Set("step", "5").Press("do=north")).Must(200)
		if page.Value("mode") != "sides" {
			break
		}
	}
	page.Has("Nå står det med koordinater til midten")
	again := f.v.Submit(page, f.base+"/site", apptest.Set().Press("do=draw")).Must(200)
	if page.Value("mode") != "point" || strings.Contains(again.Text(), "Nå står det med koordinater") {
		t.Errorf("it is told by %q, and said again", page.Value("mode"))
	}
}

// The case worker looks around by links, and nobody else does.
func TestReview_looksAroundByLinks(t *testing.T) {
	t.Parallel()
	f := drawn(t, false)
	draft := strings.TrimPrefix(f.base, "/drafts/")
	f.site(apptest.Set().Press("do=save")).Must(200)
	o, err := f.h.App.Applications.Open(f.h.As(0, demo.Mother), draft)
	if err != nil {
		t.Fatal(err)
	}
	c := apptest.Receive(f.h, 0, demo.Mother, building.FormKey, o.Draft.Facts, apptest.Garage())
	at := "/work/cases/" + c.ID + "/site"
	v := f.h.Visitor("torgoy").As(demo.Planner)
	page := v.Get(at).Must(200).Has("Kartet viser")
	first := drawingOf(t, page)
	nearer := v.Get(at + page.Link("do=nearer")).Must(200)
	again := v.Get(at + nearer.Link("do=see_west")).Must(200)
	if drawingOf(t, nearer) == first || drawingOf(t, again) == drawingOf(t, nearer) {
		t.Error("the links show the same ground")
	}
	if whole := v.Get(at + again.Link("do=see_whole")).Must(200); drawingOf(t, whole) != first {
		t.Error("the whole property is not what was seen at first")
	}
	for _, text := range []string{"NaN,NaN,NaN", "1,2", "x"} {
		if got := v.Get(at + "?sight=" + text + "&do=" + text).Must(200); drawingOf(t, got) != first {
			t.Errorf("%s shows other ground", text)
		}
	}
	f.h.Visitor("torgoy").As(demo.Apart).Get(at + "?do=nearer").Must(404)
}
