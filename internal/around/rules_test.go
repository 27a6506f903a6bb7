package around

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/property"
)

func utm32() crs.System {
	s, _ := crs.ByCode(crs.UTM32)
	return s
}

// place is a point some metres east and north of a corner of the tests' town.
func place(x, y float64) orb.Point { return orb.Point{560_000 + x, 6_560_000 + y} }

func TestIsPublic_leavesOutWhatMustNotBeTold(t *testing.T) {
	t.Parallel()
	good := cases.Case{ID: "c", Kind: Kind, Status: cases.InProgress, Applicant: "p"}
	for name, tt := range map[string]struct {
		change func(*cases.Case)
		want   bool
	}{
		"a usual case":              {func(*cases.Case) {}, true},
		"a decided one":             {func(c *cases.Case) { c.Status, c.Outcome = cases.Decided, cases.OutcomeGranted }, true},
		"somebody is protected":     {func(c *cases.Case) { c.Restricted = true }, false},
		"it was withdrawn":          {func(c *cases.Case) { c.Status = cases.Withdrawn }, false},
		"it was anonymised":         {func(c *cases.Case) { c.Applicant = cases.Nobody(c.ID) }, false},
		"it is of another kind":     {func(c *cases.Case) { c.Kind = "kindergarten" }, false},
		"decided, and protected by": {func(c *cases.Case) { c.Status, c.Restricted = cases.Decided, true }, false},
	} {
		c := good
		tt.change(&c)
		if got := isPublic(c); got != tt.want {
			t.Errorf("%s: public %t", name, got)
		}
	}
}

func TestProject_takesNothingThatAnybodyTyped(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	c := cases.Case{
		ID: "c", Kind: Kind, Status: cases.Decided, Outcome: cases.OutcomeRefused, Year: 2026, Number: 7, ReceivedAt: at, DecidedAt: at.AddDate(0, 0, 9),
		Applicant: "p", ApplicantName: "Kari Nordmann", SubjectName: "Kari Nordmann",
	}
	answers := map[string]any{
		"measure": "garage", "description": "Kari Nordmanns garasje", "address": "Hemmelig vei 1 (Kari Nordmann)", "phone": "+4791234567", "email": "kari@example.no",
		"organisation_name": "Kari Nordmann", "firm_name": "Per Hansen Bygg", "organisation_number": "999999999",
		"properties": []any{
			map[string]any{"gnr": 12.0, "bnr": 34.0},
			map[string]any{"gnr": 12.0, "bnr": 34.0},
			map[string]any{"gnr": 12.0, "bnr": 35.0, "fnr": 0.0, "snr": 2.0},
			map[string]any{"gnr": 0.0, "bnr": 1.0},
			"nonsense",
		},
	}
	got := project(c, answers, Found{Address: "Fyrlia 4", Place: orb.Point{10, 59}, Placed: true}, "")
	want := PublicCase{
		CaseID: "c", Year: 2026, Number: 7, Measure: "garage", Status: Refused, Refs: []property.Ref{{Gnr: 12, Bnr: 34}, {Gnr: 12, Bnr: 35, Snr: 2}},
		Address: "Fyrlia 4", Place: orb.Point{10, 59}, Placed: true, ReceivedAt: c.ReceivedAt, DecidedAt: c.DecidedAt,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the public side (-want +got):\n%s", diff)
	}
	if text := got.searchText(); strings.Contains(text, "nordmann") || !strings.Contains(text, "fyrlia 4") || !strings.Contains(text, "12/35/0/2") || !strings.Contains(text, "2026/7") {
		t.Errorf("it is found by %q", text)
	}
}

func TestProject_knowsHowFar(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status  cases.Status
		outcome string
		want    Status
		dated   bool
	}{
		{cases.Received, "", Received, false},
		{cases.InProgress, "", Received, false},
		{cases.Waiting, "", Received, false}, // that the municipality waits for somebody is between the two
		{cases.Decided, cases.OutcomeGranted, Granted, true},
		{cases.Closed, cases.OutcomeGranted, Granted, true},
		{cases.Decided, cases.OutcomeRefused, Refused, true},
		{cases.Closed, "", Received, false},
	} {
		got := project(cases.Case{Status: tt.status, Outcome: tt.outcome, DecidedAt: time.Unix(1, 0)}, nil, Found{}, "")
		if got.Status != tt.want || got.DecidedAt.IsZero() == tt.dated {
			t.Errorf("%s %s: %s, decided at %s", tt.status, tt.outcome, got.Status, got.DecidedAt)
		}
	}
	if got := project(cases.Case{}, map[string]any{"measure": "<script>"}, Found{}, "").Measure; got != "other" {
		t.Errorf("an unknown measure is %q", got)
	}
}

func TestPublicName_isNeverAPersons(t *testing.T) {
	t.Parallel()
	firm := func(name string) identity.Person {
		return identity.Person{Organisation: "999999999", Name: identity.Name{Family: name}}
	}
	for name, want := range map[string]bool{
		"Torgøy Bygg AS": true, "Fjord Eiendom ASA": true, "Nordlia borettslag": true, "Borettslaget Nordlia": true, "Vestøy kommune": true, "Havn IKS": true, "Torgøy Bygg A.S.": true,
		"Kari Nordmann": false, "Nordmann Snekkeri": false, "Hansen og Olsen ANS": false, "A.S. Pettersen": false, "S.A. Hansen Snekker": false, "H.F. Berg": false, "Byggmester Per Hansen": false, "": false, "AS": false, "Kaspar Vask": false,
		"Rens og vask Maria Sa": false, "Snekker Jan Se": false, "Bygg Hf": false, "AS Pettersen": false, "SA Hansen Snekker": false, "AS Murerne": false,
	} {
		if got := PublicName(firm(name)); (got == name && name != "") != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
	person := identity.Person{Name: identity.Name{Given: "Kari", Family: "Borettslag AS"}}
	if got := PublicName(person); got != "" {
		t.Errorf("a person is shown as %q", got)
	}
	gone := firm("Torgøy Bygg AS")
	gone.DeceasedOn = clock.NewDate(2026, 1, 1)
	if got := PublicName(gone); got != "" {
		t.Errorf("a company that is no more is shown as %q", got)
	}
}

func TestGround_problem(t *testing.T) {
	t.Parallel()
	home := utm32()
	ring := func(text string) Ground {
		r, _ := ParseRing(text, home)
		return Ground{Ring: r}
	}
	for name, tt := range map[string]struct {
		ground Ground
		want   string
	}{
		"a circle":           {Circle(home, place(0, 0), 500, ""), ""},
		"the smallest":       {Circle(home, place(0, 0), 100, ""), ""},
		"the largest":        {Circle(home, place(0, 0), 5000, ""), ""},
		"too small":          {Circle(home, place(0, 0), 99, ""), "around.area.bad_radius"},
		"too large":          {Circle(home, place(0, 0), 5001, ""), "around.area.bad_radius"},
		"in Denmark":         {Ground{Middle: orb.Point{10, 55}, Radius: 500}, "around.area.need_place"},
		"not a number":       {Ground{Middle: orb.Point{math.NaN(), 59}, Radius: 500}, "around.area.need_place"},
		"nowhere":            {Ground{}, "around.area.need_place"},
		"a ring":             {ring("560000,6560000;560500,6560000;560500,6560400"), ""},
		"crosses itself":     {ring("560000,6560000;560500,6560500;560500,6560000;560000,6560500"), "around.area.bad_ring"},
		"a doormat":          {ring("560000,6560000;560001,6560000;560001,6560001"), "around.area.bad_size"},
		"half the county":    {ring("560000,6560000;580000,6560000;580000,6580000"), "around.area.bad_size"},
		"a long thin needle": {ring("560000,6560000;570500,6560001;570500,6560000"), "around.area.bad_size"},
	} {
		if got := tt.ground.problem(home); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestParseRing(t *testing.T) {
	t.Parallel()
	home := utm32()
	for text, ok := range map[string]bool{
		"560000,6560000;560500,6560000;560500,6560400":                true,
		"560000,6560000;560500,6560000;560500,6560400;560000,6560000": true,
		"": false, "1,2": false, "a,b;c,d;e,f": false, "1,2;3,4;5": false, "NaN,1;2,3;4,5": false, "1e300,1;2,3;4,5": false,
		strings.Repeat("560000,6560000;", 300) + "560500,6560000": false,
	} {
		ring, got := ParseRing(text, home)
		if got != ok {
			t.Errorf("%.60q: %t", text, got)
			continue
		}
		if !ok {
			continue
		}
		if len(ring) != 4 || ring[0] != ring[3] {
			t.Errorf("%q is no closed ring: %v", text, ring)
		}
		if back := ringText(ring, home); back != "560000,6560000;560500,6560000;560500,6560400" {
			t.Errorf("%q comes back as %q", text, back)
		}
	}
}

func FuzzParseRing(f *testing.F) {
	f.Add("560000,6560000;560500,6560000;560500,6560400")
	f.Add("1,2;3,4;5,6;;")
	f.Add("-1e7,1e7;0x1p3,2;Inf,NaN")
	home := utm32()
	f.Fuzz(func(t *testing.T, text string) {
		ring, ok := ParseRing(text, home)
		if !ok {
			return
		}
		for _, p := range ring {
			if !crs.Finite(p) {
				t.Errorf("%q has a corner at %v", text, p)
			}
		}
		_ = Ground{Ring: ring}.problem(home) // must not panic
	})
}

func FuzzParseBox(f *testing.F) {
	f.Add("10.1,59.0,10.3,59.2")
	f.Add("NaN,0,1,Inf")
	f.Add(",,,")
	f.Fuzz(func(t *testing.T, text string) {
		if b, ok := parseBox(text); ok && !(b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1] && math.Abs(b.Min[0]) <= 180 && math.Abs(b.Max[1]) <= 180) {
			t.Errorf("%q is read as %v", text, b)
		}
	})
}

func TestChoice_check(t *testing.T) {
	t.Parallel()
	good := Choice{Name: "Hjemme", Topics: Topics(), Often: Daily, Ground: Circle(utm32(), place(0, 0), 500, "")}
	for name, tt := range map[string]struct {
		change func(*Choice)
		wrong  string
	}{
		"all is well":            {func(*Choice) {}, ""},
		"no topic":               {func(c *Choice) { c.Topics = nil }, "topics"},
		"an unheard-of topic":    {func(c *Choice) { c.Topics = []Topic{"gossip"} }, "topics"},
		"never":                  {func(c *Choice) { c.Often = "never" }, "often"},
		"a novel for a name":     {func(c *Choice) { c.Name = strings.Repeat("å", maxName+1) }, "name"},
		"a name just so long":    {func(c *Choice) { c.Name = strings.Repeat("å", maxName) }, ""},
		"no place":               {func(c *Choice) { c.Ground = Ground{} }, "q"},
		"the whole of Trøndelag": {func(c *Choice) { c.Ground.Radius = 90_000 }, "q"},
	} {
		c := good
		tt.change(&c)
		err := c.check(utm32())
		if (err == nil) != (tt.wrong == "") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err != nil && errs.Of(err).Fields[0].Name != tt.wrong {
			t.Errorf("%s: %+v", name, errs.Of(err).Fields)
		}
	}
}

func TestWatch_touchesExactly(t *testing.T) {
	t.Parallel()
	home := utm32()
	round := watchOf(Area{Ground: Circle(home, place(0, 0), 500, "")}, home)
	drawn, _ := ParseRing("560000,6560000;561000,6560000;561000,6561000;560000,6561000", home)
	square := watchOf(Area{Ground: Ground{Ring: drawn}}, home)
	plot := func(x, y, side float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{place(x, y), place(x+side, y), place(x+side, y+side), place(x, y+side), place(x, y)}}}
	}
	for name, tt := range map[string]struct {
		g             orb.Geometry
		round, square bool
	}{
		"in the middle":                 {place(1, 1), true, true},
		"on the circle's edge":          {place(499.9, 0.01), true, true},
		"just outside the circle":       {place(500.2, 1), false, true},
		"in the corner of its box":      {place(-480, -480), false, false},
		"a plot that reaches in":        {plot(-600, 0, 150), true, false},
		"a plot that stops short":       {plot(-700, 0, 150), false, false},
		"a plot around the whole of it": {plot(-5000, -5000, 20_000), true, true},
	} {
		if got := round.touches(tt.g); got != tt.round {
			t.Errorf("%s: the circle says %t", name, got)
		}
		if got := square.touches(tt.g); got != tt.square {
			t.Errorf("%s: the square says %t", name, got)
		}
		if round.touches(tt.g) && !round.bound().Intersects(tt.g.Bound()) {
			t.Errorf("%s: the index would not find it", name)
		}
	}
}

func TestGround_areaIsTheCircles(t *testing.T) {
	t.Parallel()
	got := shape.Area(Circle(utm32(), place(0, 0), 1000, "").in(utm32()))
	if want := math.Pi * 1e6; math.Abs(got-want) > want/100 {
		t.Errorf("a circle of a kilometre covers %.0f m², want %.0f", got, want)
	}
}

func TestChangeOf_tellsWhatBecameOfAPlan(t *testing.T) {
	t.Parallel()
	f := func(change func(*layers.Feature)) *layers.Feature {
		f := &layers.Feature{ID: "x", Properties: map[string]any{"plan": "2026001", "name": "  Sentrum\n sør "}, Geometry: orb.MultiPolygon{{{place(0, 0), place(9, 0), place(9, 9), place(0, 0)}}}}
		if change != nil {
			change(f)
		}
		return f
	}
	proposal := func(f *layers.Feature) { f.Properties["proposal"] = true }
	ended := func(f *layers.Feature) { f.To = time.Unix(1, 0) }
	for name, tt := range map[string]struct {
		layer         string
		before, after *layers.Feature
		want          string
	}{
		"a new plan":               {"plans", nil, f(nil), planNew},
		"a proposal":               {"plans", nil, f(proposal), planProposed},
		"a proposal is adopted":    {"plans", f(proposal), f(nil), planAdopted},
		"a proposal is changed":    {"plans", f(proposal), f(proposal), planChanged},
		"it is gone":               {"plans", f(nil), nil, planGone},
		"it is no longer in force": {"plans", f(nil), f(ended), planGone},
		"it is changed":            {"plans", f(nil), f(nil), planChanged},
		"a zone is new":            {"plan_zones", nil, f(nil), planChanged},
		"a caution is gone":        {"plan_cautions", f(nil), nil, planChanged},
	} {
		got := changeOf(tt.layer, tt.before, tt.after)
		if together(got.said...) != tt.want || got.number != "2026001" || got.name != "Sentrum sør" || len(got.ground) == 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := changeOf("plans", nil, nil); got.number != "" {
		t.Errorf("nothing is %+v", got)
	}
	both := changeOf("plan_zones", nil, f(nil))
	both.add(changeOf("plans", nil, f(nil)))
	if together(both.said...) != planNew || len(both.ground) != 2 {
		t.Errorf("a zone and its plan are together %+v", both)
	}
}

func TestMonthsBefore_crossesTheYear(t *testing.T) {
	t.Parallel()
	day := clock.NewDate(2026, 3, 31)
	for n, want := range map[int]string{0: "2026-03-01", 1: "2026-02-01", 3: "2025-12-01", 11: "2025-04-01"} {
		if got := monthsBefore(day, n).String(); got != want {
			t.Errorf("%d months before %s: %s, want %s", n, day, got, want)
		}
	}
	if got := monthOf(time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC)); got != "2026-11" {
		t.Errorf("half past midnight in Norway is in %s", got)
	}
}

func TestQuicker_prefersWhatTellsSooner(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w    watch
		had  hit
		want bool
	}{
		{watch{id: "b", often: AtOnce}, hit{area: "a", often: Daily}, true},
		{watch{id: "b", often: Weekly}, hit{area: "a", often: Daily}, false},
		{watch{id: "a", often: Daily}, hit{area: "b", often: Daily}, true},
		{watch{id: "b", often: Daily}, hit{area: "a", often: Daily}, false},
	} {
		if got := quicker(tt.w, tt.had); got != tt.want {
			t.Errorf("%+v over %+v: %t", tt.w, tt.had, got)
		}
	}
}

func TestExact_choosesTheOneThatIsMeant(t *testing.T) {
	t.Parallel()
	list := []Spot{{Label: "Kaiveien 12, 4950 Torgøy"}, {Label: "Kaiveien 1, 4950 Torgøy"}, {Label: "Kaiveien 1B, 4950 Torgøy"}}
	for text, want := range map[string]int{"kaiveien  1": 1, "Kaiveien 1, 4950 Torgøy": 1, "Kaiveien": 3, "Kaiveien 1B": 1, "": 3} {
		if got := exact(list, text); len(got) != want {
			t.Errorf("%q may be %d places, want %d", text, len(got), want)
		}
	}
}

func TestBusy_leavesOutTheMonthsBeforeTheFirst(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		list []Month
		want int
	}{
		"nothing yet":      {make([]Month, 12), leastMonths},
		"all of them":      {append([]Month{{Received: 1}}, make([]Month, 11)...), 12},
		"from the seventh": {append(append(make([]Month, 6), Month{Decided: 2}), make([]Month, 5)...), 6},
	} {
		if got := len(busy(tt.list)); got != tt.want {
			t.Errorf("%s: %d months", name, got)
		}
	}
}
