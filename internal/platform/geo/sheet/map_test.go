package sheet

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// refused wants an error for people with a key.
func refused(t *testing.T, err error, key string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.KindInvalid || e.Key != key {
		t.Errorf("error %v, want %s", err, key)
	}
}

// square is a map of a hundred metres each way with one layer.
func square(tb testing.TB, drawn ...Drawn) Map {
	tb.Helper()
	return Map{
		System: home(tb), Scale: 1000, Box: orb.Bound{Min: orb.Point{341000, 6397000}, Max: orb.Point{341100, 6397100}},
		Layers: []Layer{{Name: "one", Title: "Lag", Style: Style{Name: "one", Stroke: "#123456", Width: 0.5}, Features: drawn}},
	}
}

func plainBlock(tb testing.TB) Block {
	tb.Helper()
	return Block{Paper: A4, Words: words(tb, i18n.NB), Title: "Kart", Alt: "Et kart", Created: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
}

func picture() Picture { return Picture{Width: 400, Height: 300, Title: "Kart", About: "Et kart"} }

func TestMap_refusesWhatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	degrees, _ := crs.ByCode(crs.WGS84)
	web, _ := crs.ByCode(crs.WebMercator)
	shape := func(g orb.Geometry) func(*Map) {
		return func(m *Map) { m.Layers[0].Features = []Drawn{{Geometry: g}} }
	}
	style := func(s Style) func(*Map) { return func(m *Map) { m.Layers[0].Style = s } }
	for name, tt := range map[string]struct {
		edit func(*Map)
		key  string
	}{
		"no system":      {func(m *Map) { m.System = crs.System{} }, "geo_sheet.system_not_metres"},
		"degrees":        {func(m *Map) { m.System = degrees }, "geo_sheet.system_not_metres"},
		"web map":        {func(m *Map) { m.System = web }, "geo_sheet.system_not_metres"},
		"box of NaN":     {func(m *Map) { m.Box.Min[0] = nan }, "geo_sheet.box_bad"},
		"infinite box":   {func(m *Map) { m.Box.Max[1] = inf }, "geo_sheet.box_bad"},
		"box turned":     {func(m *Map) { m.Box.Min, m.Box.Max = m.Box.Max, m.Box.Min }, "geo_sheet.box_bad"},
		"far box":        {func(m *Map) { m.Box.Max[0] = 1e300 }, "geo_sheet.box_bad"},
		"layers":         {func(m *Map) { m.Layers = make([]Layer, maxLayers+1) }, "geo_sheet.too_many_layers"},
		"features":       {func(m *Map) { m.Layers[0].Features = make([]Drawn, maxFeatures+1) }, "geo_sheet.too_many_features"},
		"points":         {shape(make(orb.LineString, maxPoints+1)), "geo_sheet.too_many_points"},
		"point of NaN":   {shape(orb.Point{nan, 0}), "geo_sheet.coordinate_bad"},
		"line of NaN":    {shape(orb.LineString{{0, 0}, {1, nan}}), "geo_sheet.coordinate_bad"},
		"infinite hole":  {shape(orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}, {{0, -inf}}}}), "geo_sheet.coordinate_bad"},
		"far collection": {shape(orb.Collection{orb.Point{1, 1}, orb.MultiPoint{{1e200, 0}}}), "geo_sheet.coordinate_bad"},
		"color":          {style(Style{Fill: "red"}), "geo_sheet.style_bad"},
		"color script":   {style(Style{Stroke: `#"><sc`}), "geo_sheet.style_bad"},
		"name":           {style(Style{Name: `x" onload="`}), "geo_sheet.style_bad"},
		"width of NaN":   {style(Style{Width: nan}), "geo_sheet.style_bad"},
		"negative dash":  {style(Style{Dash: [6]float64{-1}}), "geo_sheet.style_bad"},
		"hatch angle":    {style(Style{Hatch: Hatch{Angle: inf}}), "geo_sheet.style_bad"},
		"mark":           {style(Style{Mark: Mark{Shape: "skull"}}), "geo_sheet.style_bad"},
		"legend style":   {func(m *Map) { m.Layers[0].Legend = []Entry{{Style{Fill: "#zzzzzz"}, "a"}} }, "geo_sheet.style_bad"},
		"feature style":  {func(m *Map) { m.Layers[0].Features = []Drawn{{Style: &Style{Width: -1}}} }, "geo_sheet.style_bad"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := square(t)
			tt.edit(&m)
			_, err := m.SVG(picture())
			refused(t, err, tt.key)
			_, err = m.PDF(plainBlock(t))
			refused(t, err, tt.key)
		})
	}
}

func TestMap_drawsWhateverIsSoundAndStrange(t *testing.T) {
	t.Parallel()
	at := orb.Point{341050, 6397050}
	for name, g := range map[string]orb.Geometry{
		"nil":              nil,
		"no points":        orb.LineString{},
		"one point line":   orb.LineString{at},
		"no length":        orb.LineString{at, at},
		"no rings":         orb.Polygon{},
		"empty ring":       orb.Polygon{{}},
		"empty hole":       orb.Polygon{{{341000, 6397000}, {341100, 6397000}, {341100, 6397100}, {341000, 6397000}}, {}},
		"two point ring":   orb.Polygon{{at, at}},
		"unclosed":         orb.Polygon{{{341000, 6397000}, {341100, 6397000}, {341100, 6397100}}},
		"flat":             orb.Polygon{{{341000, 6397000}, {341100, 6397000}, {341000, 6397000}, {341000, 6397000}}},
		"self-crossing":    orb.Polygon{{{341000, 6397000}, {341100, 6397100}, {341100, 6397000}, {341000, 6397100}, {341000, 6397000}}},
		"far and crossing": orb.LineString{{-9e7, -9e7}, {9e7, 9e7}},
		"all of the world": orb.Bound{Min: orb.Point{-9e7, -9e7}, Max: orb.Point{9e7, 9e7}},
		"ring":             orb.Ring{{341000, 6397000}, {341100, 6397000}, {341100, 6397100}, {341000, 6397000}},
		"empty parts":      orb.MultiPolygon{{}, {{}}},
		"collection":       orb.Collection{nil, at, orb.Collection{}, orb.MultiLineString{{}, {at, {0, 0}}}},
		"nothing in sight": orb.Point{0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := Proposed()
			st.Arrows, st.Mark = true, Mark{Shape: Triangle, Size: 3, Fill: "#ff0000"}
			m := square(t, Drawn{Geometry: g, Style: &st, Label: "Navn"})
			if _, err := m.SVG(picture()); err != nil {
				t.Errorf("picture: %v", err)
			}
			if _, err := m.PDF(plainBlock(t)); err != nil {
				t.Errorf("sheet: %v", err)
			}
		})
	}
}

func TestBlock_refusesWhatDoesNotFitOnASheet(t *testing.T) {
	t.Parallel()
	long := string(make([]byte, maxText+1))
	for name, tt := range map[string]struct {
		edit func(*Map, *Block)
		key  string
	}{
		"paper":        {func(_ *Map, b *Block) { b.Paper = "letter" }, "geo_sheet.paper_unknown"},
		"no words":     {func(_ *Map, b *Block) { b.Words = nil }, "geo_sheet.words_missing"},
		"no title":     {func(_ *Map, b *Block) { b.Title = " " }, "geo_sheet.words_missing"},
		"no alt":       {func(_ *Map, b *Block) { b.Alt = "" }, "geo_sheet.words_missing"},
		"long alt":     {func(_ *Map, b *Block) { b.Alt = long + long }, "geo_sheet.text_long"},
		"long note":    {func(_ *Map, b *Block) { b.Notes = []string{long} }, "geo_sheet.text_long"},
		"long fact":    {func(_ *Map, b *Block) { b.Facts = []Fact{{"a", long}} }, "geo_sheet.text_long"},
		"many notes":   {func(_ *Map, b *Block) { b.Notes = make([]string, maxTexts) }, "geo_sheet.too_many_texts"},
		"long legend":  {func(m *Map, _ *Block) { m.Layers[0].Legend = []Entry{{Text: long}} }, "geo_sheet.text_long"},
		"many entries": {func(m *Map, _ *Block) { m.Layers[0].Legend = make([]Entry, maxTexts+1) }, "geo_sheet.too_many_texts"},
		"long licence": {func(m *Map, _ *Block) { m.Layers[0].Licence = long }, "geo_sheet.text_long"},
		"scale":        {func(m *Map, _ *Block) { m.Scale = 3 }, "geo_sheet.scale_bad"},
		"small scale":  {func(m *Map, _ *Block) { m.Scale = 1 << 30 }, "geo_sheet.scale_bad"},
		"minus":        {func(m *Map, _ *Block) { m.Scale = -500 }, "geo_sheet.scale_bad"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, b := square(t), plainBlock(t)
			tt.edit(&m, &b)
			_, err := m.PDF(b)
			refused(t, err, tt.key)
		})
	}
}

func TestPicture_refusesWhatIsNoPicture(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit func(*Map, *Picture)
		key  string
	}{
		"no width":   {func(_ *Map, p *Picture) { p.Width = 0 }, "geo_sheet.picture_size"},
		"minus":      {func(_ *Map, p *Picture) { p.Height = -300 }, "geo_sheet.picture_size"},
		"huge":       {func(_ *Map, p *Picture) { p.Height = 1 << 40 }, "geo_sheet.picture_size"},
		"no title":   {func(_ *Map, p *Picture) { p.Title = "" }, "geo_sheet.words_missing"},
		"no about":   {func(_ *Map, p *Picture) { p.About = "\n" }, "geo_sheet.words_missing"},
		"id":         {func(_ *Map, p *Picture) { p.ID = `a" b` }, "geo_sheet.id_bad"},
		"no box":     {func(m *Map, _ *Picture) { m.Box = orb.Bound{} }, "geo_sheet.box_bad"},
		"a point":    {func(m *Map, _ *Picture) { m.Box.Max = m.Box.Min }, "geo_sheet.box_bad"},
		"a universe": {func(m *Map, _ *Picture) { m.Box.Max[0] = 9e7 }, "geo_sheet.box_bad"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, p := square(t), picture()
			tt.edit(&m, &p)
			_, err := m.SVG(p)
			refused(t, err, tt.key)
		})
	}
}

func TestMessages_loadInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		w := words(t, lang)
		if got := w.T("geo_sheet.scale_on", "scale", "500", "paper", "A4"); got == "" || got[:1] == "[" {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
