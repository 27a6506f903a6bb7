package property_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/property"
)

func square(x, y, side float64) orb.MultiPolygon { return orb.MultiPolygon{box(x, y, side, side)} }

func TestUtilisation_countsThePartOfThePlotInTheZone(t *testing.T) {
	t.Parallel()
	zone := property.Zone{BYA: 25, Ground: square(0, 0, 20)}
	house := func(x, y, side float64) property.Building {
		return property.Building{Ground: square(x, y, side), Area: side * side}
	}
	for name, test := range map[string]struct {
		ground              orb.MultiPolygon
		buildings           []property.Building
		plot, built, allows float64
	}{
		"bare":                       {square(0, 0, 20), nil, 400, 0, 100},
		"a house":                    {square(0, 0, 20), []property.Building{house(2, 2, 6)}, 400, 36, 100},
		"two that overlap":           {square(0, 0, 20), []property.Building{house(2, 2, 6), house(5, 2, 6)}, 400, 54, 100},
		"half outside the zone":      {square(10, 0, 20), []property.Building{house(17, 2, 6)}, 200, 18, 50},
		"half across the boundary":   {square(0, 0, 10), []property.Building{house(7, 2, 6)}, 100, 18, 25},
		"outside zone and plot":      {square(10, 0, 10), []property.Building{house(5, 15, 10)}, 100, 0, 25},
		"nothing of the plot inside": {square(30, 0, 10), []property.Building{house(31, 1, 5)}, 0, 0, 0},
	} {
		u := property.UtilisationOf(test.ground, zone, test.buildings)
		if math.Abs(u.Plot-test.plot) > 1e-6 || math.Abs(u.Built-test.built) > 1e-6 || math.Abs(u.Allowed-test.allows) > 1e-6 {
			t.Errorf("%s: %+v, want %v %v %v", name, u, test.plot, test.built, test.allows)
		}
		if math.Abs(u.Left()-(test.allows-test.built)) > 1e-6 {
			t.Errorf("%s leaves %v", name, u.Left())
		}
	}
	if u := property.UtilisationOf(square(0, 0, 20), zone, []property.Building{house(0, 0, 10)}); math.Abs(u.Percent()-25) > 1e-9 {
		t.Errorf("a quarter is %v %%", u.Percent())
	}
	if (property.Utilisation{}).Percent() != 0 {
		t.Error("nothing of nothing is something")
	}
	if got := property.BuiltUp(square(0, 0, 10), []property.Building{house(-5, 0, 10)}); math.Abs(got-50) > 1e-6 {
		t.Errorf("built up: %v", got)
	}
}

// plotted is a property of 1,000 m² with a house of 136 m² in one zone.
func plotted(change func(*property.Facts)) property.Facts {
	f := property.Facts{
		Property:  property.Property{Ref: property.Ref{Gnr: 12, Bnr: 34}, Ground: orb.MultiPolygon{box(0, 0, 50, 20)}},
		Buildings: []property.Building{{Ground: orb.MultiPolygon{box(10, 5, 17, 8)}}},
		Zones: []property.Zone{{
			ID: "z", Plan: "1997003", Field: "BFS3", Purpose: "1111", PurposeText: "Boligbebyggelse", Text: "Tak skal ha møne.", BYA: 25, Cornice: 6, Ridge: 8.5, Line: 4,
			Ground: orb.MultiPolygon{box(-10, -10, 100, 100)},
		}},
		Plans: []property.Plan{{Number: "1997003", Name: "Kaia", From: clock.NewDate(1997, 5, 3)}},
	}
	if change != nil {
		change(&f)
	}
	return f
}

func said(f property.Facts, w *i18n.Localizer, key string) (lines []property.Line) {
	for _, l := range f.Says(w) {
		if l.Key == key {
			lines = append(lines, l)
		}
	}
	return lines
}

// TestSays_tellsEachThingWithItsSource checks the whole of one answer in bokmål.
func TestSays_tellsEachThingWithItsSource(t *testing.T) {
	t.Parallel()
	nb := words(t).For(i18n.NB)
	for key, want := range map[string][4]string{
		"plan":     {"Plan som gjelder", "Kaia", "Reguleringsplanen bestemmer hva du kan bruke grunnen til og bygge her.", "Kaia, plan 1997003, i kraft fra 3. mai 1997; Plan- og bygningsloven § 12-4"},
		"purpose":  {"Hva grunnen er til", "Boligbebyggelse", "Her er det lov å bygge boliger, og det som hører til: garasje, bod og hage.", "Kaia, plan 1997003, i kraft fra 3. mai 1997"},
		"bya":      {"Hvor mye du kan bygge", "25 %", "Tomta er 1 000 m², så det blir 250 m². I dag dekker byggene 136 m², som er 13,6 %. Da er det 114 m² igjen.", "§§ 5-2 og 5-8"},
		"height":   {"Hvor høyt du kan bygge", "Gesims 6 m, møne 8,5 m", "Begge blir målt fra ferdig terreng.", "plan 1997003"},
		"line":     {"Byggegrense", "4 m", "Bygg skal ligge minst 4 m fra veggrunnen.", "plan 1997003"},
		"boundary": {"Avstand til naboen", "4 m", "minst 4 meter fra nabogrensen", "§ 29-4 andre ledd"},
		"caution":  {"Hensyn og fare", "Ingen funnet", "Fare som ingen har kartlagt, kan finnes likevel.", "Kartlaget hensynssoner; Kartlaget fareområder"},
	} {
		lines := said(plotted(nil), nb, key)
		if len(lines) != 1 {
			t.Errorf("%s is told %d times", key, len(lines))
			continue
		}
		var sources []string
		for _, s := range lines[0].Sources {
			sources = append(sources, s.Text)
		}
		got := [4]string{lines[0].Title, lines[0].Value, lines[0].Text, strings.Join(sources, "; ")}
		for i, text := range want {
			if text := strings.ReplaceAll(text, "\u00a0", " "); !strings.Contains(strings.ReplaceAll(got[i], "\u00a0", " "), text) {
				t.Errorf("%s tells %q, want %q", key, got[i], text)
			}
		}
	}
	if l := said(plotted(nil), nb, "purpose")[0]; l.Plan != "Tak skal ha møne." || l.Sources[0].Href != "/plan/1997003" {
		t.Errorf("the plan's own words: %+v", l)
	}
}

func TestSays_tellsTheShore(t *testing.T) {
	t.Parallel()
	nb := words(t).For(i18n.NB)
	for name, test := range map[string]struct {
		shore   property.Shore
		missing []string
		value   string
		text    string
		sources int
	}{
		"by the sea":    {property.Shore{Known: true, Within: true}, nil, "Ved sjøen", "forbudt å bygge", 2},
		"in the belt":   {property.Shore{Known: true, Within: true, Metres: 42.5}, nil, "42,5 m til sjøen", "forbudt å bygge", 2},
		"outside":       {property.Shore{Known: true}, nil, "Mer enn 100 m", "utenfor 100-metersbeltet", 2},
		"no such layer": {property.Shore{}, []string{"sea"}, "Vi kan ikke si det", "ikke sjøen i kartet", 1},
	} {
		f := plotted(nil)
		f.Shore, f.Missing = test.shore, test.missing
		lines := said(f, nb, "shore")
		if len(lines) != 1 || strings.ReplaceAll(lines[0].Value, "\u00a0", " ") != test.value || !strings.Contains(lines[0].Text, test.text) || len(lines[0].Sources) != test.sources {
			t.Errorf("%s: %+v", name, lines)
		}
	}
	if lines := said(plotted(nil), nb, "shore"); len(lines) != 0 {
		t.Errorf("of a shore that nobody has looked for: %+v", lines)
	}
}

// TestSays_tellsWhatIsNotAsItIsElsewhere changes one thing at a time.
func TestSays_tellsWhatIsNotAsItIsElsewhere(t *testing.T) {
	t.Parallel()
	nb := words(t).For(i18n.NB)
	master := property.Plan{Number: "2023001", Name: "Kommuneplanen", Master: true, From: clock.NewDate(2023, 6, 1)}
	for name, test := range map[string]struct {
		change    func(*property.Facts)
		key, want string
	}{
		"over":         {func(f *property.Facts) { f.Zones[0].BYA = 10 }, "bya", "Det er 36 m² mer enn planen tillater i dag."},
		"no number":    {func(f *property.Facts) { f.Zones[0].BYA = 0 }, "bya", "Planen har ikke noe tall i kartet."},
		"no buildings": {func(f *property.Facts) { f.Missing = []string{"buildings"} }, "bya", "så vi kan ikke si hvor mye som er bygd"},
		"no heights":   {func(f *property.Facts) { f.Zones[0].Cornice, f.Zones[0].Ridge = 0, 0 }, "height", "gesimsen være høyst 8 meter og mønet høyst 9 meter"},
		"cornice only": {func(f *property.Facts) { f.Zones[0].Ridge = 0 }, "height", "Gesims 6 m"},
		"ridge only":   {func(f *property.Facts) { f.Zones[0].Cornice = 0 }, "height", "Møne 8,5 m"},
		"newer master": {func(f *property.Facts) { f.Plans = append(f.Plans, master) }, "newer", "Kommuneplanen er nyere enn reguleringsplanen."},
		"master only":  {func(f *property.Facts) { f.Plans = []property.Plan{master}; f.Zones[0].Master = true }, "plan", "Det er ingen reguleringsplan her."},
		"both go":      {func(f *property.Facts) { f.Zones = append(f.Zones, property.Zone{Master: true, Purpose: "5100"}) }, "plan", "Der reguleringsplanen ikke når fram, gjelder kommuneplanen."},
		"none":         {func(f *property.Facts) { f.Plans, f.Zones = nil, nil }, "plan", "Vi finner ingen plan her i kartet."},
		"flood": {func(f *property.Facts) {
			f.Cautions = []property.Caution{{Code: "H320", Source: property.SourceHazard, Ground: orb.MultiPolygon{box(0, 0, 25, 20)}}}
		}, "caution", "Dekker 50 % av eiendommen"},
	} {
		lines := said(plotted(test.change), nb, test.key)
		text := ""
		for _, l := range lines {
			text += l.Value + " " + l.Text + " "
		}
		if text = strings.ReplaceAll(text, "\u00a0", " "); !strings.Contains(text, test.want) {
			t.Errorf("%s: %s says %q, want %q", name, test.key, text, test.want)
		}
	}
}

func TestSays_isSilentWhereNothingIsToBeBuilt(t *testing.T) {
	t.Parallel()
	nb := words(t).For(i18n.NB)
	for _, purpose := range []string{"2011", "3040", "5100", "6001"} {
		f := plotted(func(f *property.Facts) {
			f.Zones[0] = property.Zone{Plan: "1", Purpose: purpose, Ground: f.Zones[0].Ground}
		})
		for _, key := range []string{"bya", "height", "line", "boundary"} {
			if lines := said(f, nb, key); len(lines) > 0 {
				t.Errorf("%s tells of %s: %+v", purpose, key, lines)
			}
		}
		if lines := said(f, nb, "purpose"); len(lines) != 1 || lines[0].Text == "" {
			t.Errorf("%s means %+v", purpose, lines)
		}
	}
}

// TestSays_tellsCautionsOfAKindOnce puts a zone of a plan and a danger together.
func TestSays_tellsCautionsOfAKindOnce(t *testing.T) {
	t.Parallel()
	f := plotted(func(f *property.Facts) {
		ground := orb.MultiPolygon{box(0, 0, 25, 20)}
		f.Cautions = []property.Caution{
			{Code: "H320", Plan: "1997003", Text: "Flomfare.", Ground: ground, Source: property.SourcePlan},
			{Code: "H320", Plan: "1997003", Text: "Flomfare.", Ground: ground, Source: property.SourcePlan},
			{Code: "H320", Ground: ground, Source: property.SourceHazard},
			{Code: "H570", Plan: "2023001", Text: "Gamle hus.", Ground: ground, Source: property.SourcePlan},
			{Code: "X99", Kind: "odd", Ground: ground, Source: property.SourceHazard},
		}
	})
	lines := said(f, words(t).For(i18n.NB), "caution")
	if len(lines) != 3 || lines[0].Title != "Flomfare (H320)" || lines[0].Plan != "Flomfare." || len(lines[0].Sources) != 3 {
		t.Fatalf("%+v", lines)
	}
	if lines[1].Title != "Bevaring av kulturmiljø (H570)" || lines[1].Text == "" || lines[2].Title != "X99" {
		t.Errorf("%+v", lines[1:])
	}
}

// TestSays_isThereInAllLanguages looks for keys that nobody has written.
func TestSays_isThereInAllLanguages(t *testing.T) {
	t.Parallel()
	b := words(t)
	if missing := b.Missing(); len(missing) > 0 {
		t.Fatalf("not written: %v", missing)
	}
	seen := map[string]bool{}
	for _, lang := range i18n.Offered() {
		f := plotted(func(f *property.Facts) {
			f.Plans = append(f.Plans, property.Plan{Number: "2", Name: "K", Master: true, From: clock.NewDate(2023, 1, 1)})
			f.Cautions = []property.Caution{{Code: "H310", Ground: f.Property.Ground, Source: property.SourceHazard}}
		})
		for _, l := range f.Says(b.For(lang)) {
			text := l.Title + l.Value + l.Text
			for _, s := range l.Sources {
				text += s.Text
			}
			if strings.Contains(text, "[") || strings.Contains(text, "<no value>") || l.Title == "" {
				t.Errorf("%s: %+v", lang, l)
			}
			if l.Text != "" && seen[l.Text] {
				t.Errorf("%s is as another language: %q", lang, l.Text)
			}
			seen[l.Text] = true
		}
	}
	if got := property.PurposeName(b.For(i18n.EN), property.Zone{Purpose: "1111", PurposeText: "Boliger"}); got != "Homes – detached houses" {
		t.Errorf("in English: %q", got)
	}
	if got := property.PurposeName(b.For(i18n.EN), property.Zone{Purpose: "1999", PurposeText: "Noe annet"}); got != "Noe annet" {
		t.Errorf("a code without English name: %q", got)
	}
}

func TestBuildingName_isOfTheNearestGroup(t *testing.T) {
	t.Parallel()
	nb := words(t).For(i18n.NB)
	for code, want := range map[int]string{111: "Enebolig", 142: "Boligblokk", 181: "Garasje eller uthus til bolig", 248: "Driftsbygning i landbruket", 899: "Beredskap og fellesbygg", 0: "Annen bygning", 999: "Annen bygning"} {
		if got := property.BuildingName(nb, property.Building{Type: code}); got != want {
			t.Errorf("%d is %q, want %q", code, got, want)
		}
	}
}

// TestSays_everyPurposeOfTheTownIsExplained walks what the demonstration shows.
func TestSays_everyPurposeOfTheTownIsExplained(t *testing.T) {
	t.Parallel()
	l, nb := townOf(t), words(t).For(i18n.NB)
	var codes []string
	for _, z := range l.Zones {
		if !slices.Contains(codes, z.Purpose.Code) {
			codes = append(codes, z.Purpose.Code)
		}
	}
	for _, code := range codes {
		f := plotted(func(f *property.Facts) { f.Zones[0].Purpose = code })
		if lines := said(f, nb, "purpose"); len(lines) != 1 || lines[0].Text == "" {
			t.Errorf("%s is not explained", code)
		}
	}
	for _, c := range l.Cautions {
		f := plotted(func(f *property.Facts) {
			f.Cautions = []property.Caution{{Code: c.Rule.Code, Ground: f.Property.Ground}}
		})
		if lines := said(f, nb, "caution"); len(lines) != 1 || lines[0].Text == "" || !strings.Contains(lines[0].Title, c.Rule.Code) {
			t.Errorf("%s is not explained", c.Rule.Code)
		}
	}
	if shape.Area(square(0, 0, 1)) != 1 {
		t.Error("a square metre is none")
	}
}
