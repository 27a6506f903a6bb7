package building

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func TestSightOf_readsWhatMakesSense(t *testing.T) {
	t.Parallel()
	good := sight{orb.Point{1025, 2015}, 80}
	for _, test := range []struct {
		text string
		want sight
	}{
		{"1025.00,2015.00,80.00", good},
		{"1025,2015,80", good},
		{"-1025,2015,0.5", sight{orb.Point{-1025, 2015}, 0.5}},
		{"", sight{}},
		{"1025,2015", sight{}},
		{"1025,2015,80,1", sight{}},
		{"1025 2015 80", sight{}},
		{"1025,,80", sight{}},
		{"aust,nord,80", sight{}},
		{"NaN,2015,80", sight{}},
		{"1025,nan,80", sight{}},
		{"1025,2015,NaN", sight{}},
		{"Inf,2015,80", sight{}},
		{"1025,-Inf,80", sight{}},
		{"1025,2015,+Inf", sight{}},
		{"1025,2015,0", sight{}},
		{"1025,2015,-80", sight{}},
		{"1e300,2015,80", sight{}},
		{"1025,2015,1e309", sight{}},
		{"1025,2015,1e9", sight{}},
		{strings.Repeat("9", 10_000) + ",1,1", sight{}},
		{"1025,2015,80\x00", sight{}},
	} {
		if got := sightOf(test.text); got != test.want {
			t.Errorf("%.40q is %+v, want %+v", test.text, got, test.want)
		}
	}
	for _, s := range []sight{{}, good, {orb.Point{0.25, -3.5}, 7.75}} {
		if got := sightOf(s.String()); got != s {
			t.Errorf("%+v is written %q and read %+v", s, s, got)
		}
	}
}

func TestCanvasOf_takesNoSizeThatNobodyShows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]canvas{
		"328x328": {328, 328}, "1100x811": {1100, 811}, "200x400": {200, 400},
		"": usualCanvas(), "328": usualCanvas(), "x": usualCanvas(), "328x": usualCanvas(), "0x0": usualCanvas(), "-328x328": usualCanvas(), "328x-1": usualCanvas(),
		"199x199": usualCanvas(), "1201x800": usualCanvas(), "200x401": usualCanvas(), "1000x400": usualCanvas(), "NaNx328": usualCanvas(), "3.5e2x328": usualCanvas(),
		"99999999999999999999x328": usualCanvas(), "328x328x328": usualCanvas(),
	} {
		if got := canvasOf(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

// onLot is the lot of the tests, 40 by 30 metres, with a building of 6 by 8 at a place.
func onLot(middle orb.Point) Placed {
	var p Placed
	p.plot.property.Ground = lot()
	p.Footprint = Request{Width: 6, Length: 8, East: middle[0], North: middle[1]}.rectangle().Area()
	return p
}

// inLot is the middle of the lot.
func inLot() orb.Point { return lot().Bound().Center() }

func TestLook_showsTheWholePropertyUntilSomebodyLooksElsewhere(t *testing.T) {
	t.Parallel()
	p := onLot(inLot())
	got := plainLook().at(p)
	if !got.sight.isZero() || !got.box.Contains(lot().Bound().Min) || !got.box.Contains(lot().Bound().Max) {
		t.Errorf("at first %+v", got)
	}
	if shape := sightIn(got.box).wide / (got.box.Max[1] - got.box.Min[1]); math.Abs(shape-usualCanvas().aspect()) > 1e-9 {
		t.Errorf("the ground is %v as wide as high", shape)
	}
	for _, do := range []string{doSee, doDraw, doNorth, doSeeWhole, doSave, "nonsense", ""} {
		if again := (look{do: do, canvas: usualCanvas()}).at(p); again != got {
			t.Errorf("%s: %+v", do, again)
		}
	}
	if moved := plainLook().at(onLot(orb.Point{inLot()[0] + 200, inLot()[1]})); alike(moved.box, got.box) {
		t.Error("it does not follow the building out of the property")
	}
}

func TestLook_doesWhatTheButtonSays(t *testing.T) {
	t.Parallel()
	p := onLot(orb.Point{inLot()[0] + 10, inLot()[1] - 5})
	from := sight{inLot(), 80}
	high := 80 / usualCanvas().aspect()
	for do, want := range map[string]sight{
		doSee:      from,
		doDraw:     from,
		doEast:     from, // moves the building
		doNearer:   {inLot(), 80 / 1.5},
		doFurther:  {inLot(), 120},
		doSeeNorth: {orb.Point{inLot()[0], inLot()[1] + high/4}, 80},
		doSeeSouth: {orb.Point{inLot()[0], inLot()[1] - high/4}, 80},
		doSeeWest:  {orb.Point{inLot()[0] - 20, inLot()[1]}, 80},
		doSeeEast:  {orb.Point{inLot()[0] + 20, inLot()[1]}, 80},
		doSeeWhole: {},
	} {
		got := look{sight: from, do: do, canvas: usualCanvas()}.at(p)
		if math.Hypot(got.sight.middle[0]-want.middle[0], got.sight.middle[1]-want.middle[1]) > 1e-9 || math.Abs(got.sight.wide-want.wide) > 1e-9 {
			t.Errorf("%s: %+v, want %+v", do, got.sight, want)
		}
		if !got.sight.isZero() && !alike(got.box, got.sight.box(usualCanvas())) {
			t.Errorf("%s: shows %v for %+v", do, got.box, got.sight)
		}
	}
	close := look{sight: from, do: doSeeBuilding, canvas: usualCanvas()}.at(p)
	if c := close.box.Center(); c != p.Footprint.Bound().Center() || !close.box.Contains(p.Footprint.Bound().Max) || close.sight.wide > 60 || close.sight.wide < 20 {
		t.Errorf("near the building is %+v", close)
	}
	p.Footprint = nil
	if got := (look{sight: from, do: doSeeBuilding, canvas: usualCanvas()}).at(p); got.sight != from {
		t.Errorf("near no building is %+v", got.sight)
	}
}

func TestLook_zoomsInAndOutToWhereItWas(t *testing.T) {
	t.Parallel()
	p := onLot(inLot())
	first := plainLook().at(p)
	nearer := look{do: doNearer, canvas: usualCanvas()}.at(p)
	if nearer.sight.isZero() || nearer.box == first.box {
		t.Fatalf("nearer is %+v", nearer)
	}
	// As the page carries it, in centimetres.
	back := look{sight: sightOf(nearer.sight.String()), do: doFurther, canvas: usualCanvas()}.at(p)
	if !back.sight.isZero() || back.box != first.box {
		t.Errorf("nearer and further is %+v, at first it was %+v", back, first)
	}
}

func TestLook_staysWithinReach(t *testing.T) {
	t.Parallel()
	p := onLot(inLot())
	whole := canvas{328, 328}.framed(p.whole())
	for name, from := range map[string]sight{
		"at the pole":     {orb.Point{1e8, 1e8}, 80},
		"far south-west":  {orb.Point{-1e8, -1e8}, 80},
		"everything":      {inLot(), 1e8},
		"a grain of sand": {inLot(), 1e-8},
	} {
		for _, do := range []string{doSee, doNearer, doFurther, doSeeNorth, doSeeSouth, doSeeWest, doSeeEast} {
			got := look{sight: from, do: do, canvas: canvas{328, 328}}.at(p)
			c, wide := got.box.Center(), sightIn(got.box).wide
			if wide < leastWide-1e-6 || wide > mostWide+1e-6 || got.least != leastWide || got.most != mostWide || !whole.Pad(farthest+1e-6).Contains(c) {
				t.Errorf("%s, %s: %v wide about %v", name, do, wide, c)
			}
		}
	}
	// Of a large property the whole can be seen, and some more.
	p.plot.property.Ground = orb.MultiPolygon{orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{9000, 4000}}.ToPolygon()}
	p.Footprint = Request{Width: 6, Length: 8, East: 4000, North: 2000}.rectangle().Area()
	if first := plainLook().at(p); sightIn(first.box).wide > 300 || !first.sight.isZero() {
		t.Errorf("of a large property one sees %v at first", first.box)
	}
	got := look{do: doSeeWhole, canvas: usualCanvas()}.at(p)
	if !got.box.Contains(orb.Point{0, 0}) || !got.box.Contains(orb.Point{9000, 4000}) || got.sight.isZero() {
		t.Errorf("the whole is %+v", got)
	}
	if got := (look{sight: got.sight, do: doFurther, canvas: usualCanvas()}).at(p); math.Abs(got.sight.wide-got.most) > 1e-6 {
		t.Errorf("further than the whole is %v of %v", got.sight.wide, got.most)
	}
}

func TestSeen_tellsWhereTheBuildingIs(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load(Name, Messages()); err != nil {
		t.Fatal(err)
	}
	words := bundle.For(i18n.NB)
	p := onLot(inLot())
	for _, test := range []struct {
		from sight
		want string
	}{
		{sight{inLot(), 80}, "Kartet viser 80\u00a0m fra vest til øst og 59\u00a0m fra sør til nord. Bygget er midt på kartet."},
		{sight{orb.Point{inLot()[0] - 10, inLot()[1]}, 80}, "Bygget er 10\u00a0m mot øst fra midten."},
		{sight{orb.Point{inLot()[0] + 7, inLot()[1] - 7}, 80}, "Bygget er 10\u00a0m mot nordvest fra midten."},
		{sight{orb.Point{inLot()[0], inLot()[1] + 300}, 80}, "Bygget er utenfor det du ser, 300\u00a0m mot sør fra midten."},
	} {
		got := look{sight: test.from, do: doSee, canvas: usualCanvas()}.at(p)
		if text := got.inWords(words, p); !strings.HasSuffix(text, test.want) {
			t.Errorf("%+v: %q, want %q", test.from, text, test.want)
		}
	}
	p.Footprint = nil
	if text := plainLook().at(p).inWords(words, p); strings.Contains(text, "Bygget") {
		t.Errorf("without a building: %q", text)
	}
}

func TestLooker_leadsToOtherGround(t *testing.T) {
	t.Parallel()
	s := sight{orb.Point{1025, 2015}, 80}
	for _, l := range lookers() {
		address, err := url.Parse("/work/cases/1/site" + l.href(s))
		if err != nil || address.Fragment != "site-drawing" {
			t.Fatalf("%s: %v %q", l.do, err, address.Fragment)
		}
		query := address.Query()
		if got := lookOf(query, query.Get(buttonName)); got != (look{s, l.do, usualCanvas(), true}) {
			t.Errorf("%s: reads %+v", l.do, got)
		}
		if len(l.strokes) == 0 && !strings.HasSuffix(l.key, "see_whole") && !strings.HasSuffix(l.key, "see_building") {
			t.Errorf("%s has neither sign nor words", l.do)
		}
	}
	if got := plainLook().at(onLot(inLot())); fmt.Sprint(got.least, got.most) != "5 600" {
		t.Errorf("the limits are %v and %v", got.least, got.most)
	}
}
