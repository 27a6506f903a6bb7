package building

import (
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/property"
)

// lot is a property of 40 × 30 metres at the ground's corner.
func lot() orb.MultiPolygon {
	return orb.MultiPolygon{{{{1000, 2000}, {1040, 2000}, {1040, 2030}, {1000, 2030}, {1000, 2000}}}}
}

func typed(more url.Values) url.Values {
	form := url.Values{
		"property": {"12/34"}, "kind": {"garage"}, "width": {"6"}, "length": {"7,5"}, "turn": {"0"}, "mode": {"sides"}, "storeys": {"1"}, "cornice": {"2,5"},
		"ridge": {"3.9"}, "side_a": {"A"}, "from_a": {"4"}, "side_b": {"B"}, "from_b": {"5,25"}, "bra": {""}, "parking": {""}, "east": {""}, "north": {""},
	}
	for name, value := range more {
		form[name] = value
	}
	return form
}

func names(wrong []errs.Field) string {
	var list []string
	for _, f := range wrong {
		list = append(list, f.Name+" "+strings.TrimPrefix(f.Key, "building.site."))
	}
	return strings.Join(list, ", ")
}

func TestPosted_readsNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	r, wrong := posted(typed(nil))
	want := Request{
		Property: "12/34", Kind: check.Garage, Width: 6, Length: 7.5, Cornice: 2.5, Ridge: 3.9, Storeys: 1, Mode: modeSides, SideA: "A", SideB: "B", FromA: 4, FromB: 5.25,
	}
	if diff := cmp.Diff(want, r); diff != "" || len(wrong) > 0 {
		t.Errorf("%v\n%s", wrong, diff)
	}
}

func TestParseNumber_inTheWaysPeopleWrite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"7,5": 7.5, "7.5": 7.5, "6 398 160,67": 6398160.67, "6\u00a0398\u00a0160,67": 6398160.67, "6,398,160.67": 6398160.67, "342,073.34": 342073.34, " 12 ": 12,
	} {
		if n, ok := parseNumber(text); !ok || n != want {
			t.Errorf("%q is %v", text, n)
		}
	}
	for _, text := range []string{"", "1.234,56", "1,2,3", "1.2.3", "x", "NaN", "1e999", ",", "."} {
		if n, ok := parseNumber(text); ok {
			t.Errorf("%q is %v", text, n)
		}
	}
}

func TestPosted_tellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		form url.Values
		want string
	}{
		{"no width", url.Values{"width": {""}}, "width need_number"},
		{"a word", url.Values{"length": {"seks"}}, "length need_number"},
		{"too large", url.Values{"width": {"201"}}, "width need_number"},
		{"infinite", url.Values{"width": {"Inf"}, "length": {"NaN"}}, "width need_number, length need_number"},
		{"a strange kind", url.Values{"kind": {"palace"}}, "kind need_kind"},
		{"no distance", url.Values{"from_b": {""}}, "from_b need_number"},
		{"a distance that is not needed", url.Values{"mode": {"point"}, "from_b": {""}, "east": {"1"}, "north": {"2"}}, ""},
		{"no coordinates", url.Values{"mode": {"point"}}, "east need_number, north need_number"},
		{"a strange way", url.Values{"mode": {"magic"}}, ""},
		{"many storeys", url.Values{"storeys": {"11"}}, "storeys need_number"},
	} {
		if _, wrong := posted(typed(test.form)); names(wrong) != test.want {
			t.Errorf("%s: %q, want %q", test.name, names(wrong), test.want)
		}
	}
}

func TestFootprint_fromEachWayOfPlacing(t *testing.T) {
	t.Parallel()
	sides := site.Sides(lot(), nil)
	for _, test := range []struct {
		name  string
		form  url.Values
		want  orb.Point // the middle
		area  float64
		wrong string
	}{
		{"by sides", nil, orb.Point{1031.75, 2022.25}, 45, ""},
		{"by coordinates", url.Values{"mode": {"point"}, "east": {"1020"}, "north": {"2 010,5"}}, orb.Point{1020, 2010.5}, 45, ""},
		{"by corners", url.Values{"mode": {"corners"}, "corners": {"1010 2010\n1016 2010\r\n1016,0 2014;\n1010 2014"}}, orb.Point{1013, 2012}, 24, ""},
		{"an unknown side", url.Values{"side_b": {"Q"}}, orb.Point{}, 0, "side_b need_side"},
		{"no first side", url.Values{"side_a": {""}}, orb.Point{}, 0, "side_a need_side"},
		{"sides that run alike", url.Values{"side_b": {"C"}}, orb.Point{}, 0, "side_b sides_alike"},
		{"far away", url.Values{"mode": {"point"}, "east": {"9000"}, "north": {"2010"}}, orb.Point{}, 0, "east far"},
		{"two corners", url.Values{"mode": {"corners"}, "corners": {"1010 2010\n1016 2010"}}, orb.Point{}, 0, "corners need_corners"},
		{"corners that are words", url.Values{"mode": {"corners"}, "corners": {"her der\n1 2\n3 4"}}, orb.Point{}, 0, "corners need_corners"},
		{"a bow tie", url.Values{"mode": {"corners"}, "corners": {"1010 2010\n1016 2014\n1016 2010\n1010 2014"}}, orb.Point{}, 0, "corners corners_bad"},
		{"corners on a line", url.Values{"mode": {"corners"}, "corners": {"1010 2010\n1016 2010\n1020 2010"}}, orb.Point{}, 0, "corners corners_bad"},
	} {
		form := typed(test.form)
		if test.name == "by sides" {
			form.Set("turn", "90")
			form.Set("width", "7,5")
			form.Set("length", "6")
		}
		r, wrong := posted(form)
		if len(wrong) > 0 {
			t.Fatalf("%s: %v", test.name, wrong)
		}
		_, area, wrong := r.footprint(sides, lot().Bound())
		if names(wrong) != test.wrong {
			t.Errorf("%s: %q, want %q", test.name, names(wrong), test.wrong)
			continue
		}
		if test.wrong != "" {
			continue
		}
		middle := area.Bound().Center()
		if math.Hypot(middle[0]-test.want[0], middle[1]-test.want[1]) > 1.1 || math.Abs(shape.Area(area)-test.area) > 0.1 {
			t.Errorf("%s: %v, %v m²", test.name, middle, shape.Area(area))
		}
	}
}

func TestRequest_toldBothWaysIsOnePlace(t *testing.T) {
	t.Parallel()
	sides := site.Sides(lot(), nil)
	r := usual(property.Ref{Gnr: 12, Bnr: 34})
	r.Mode = modePoint
	r = r.at(site.Rectangle{Middle: orb.Point{1030, 2020}, Width: r.Width, Length: r.Length, Turn: 30}, sides)
	if r.SideA == "" || r.SideB == "" || r.Corners == "" {
		t.Fatalf("%+v", r)
	}
	again := r
	again.Mode = modeSides
	_, area, wrong := again.footprint(sides, lot().Bound())
	if len(wrong) > 0 || shape.Distance(area.Bound().Center(), orb.Point{1030, 2020}) > 0.05 {
		t.Errorf("by sides: %v %v", area.Bound().Center(), wrong)
	}
	again.Mode = modeCorners
	_, area, wrong = again.footprint(sides, lot().Bound())
	if len(wrong) > 0 || shape.Distance(area.Bound().Center(), orb.Point{1030, 2020}) > 0.05 {
		t.Errorf("by corners: %v %v", area.Bound().Center(), wrong)
	}
}

func TestStoredRequest_isReadAgainOrNotAtAll(t *testing.T) {
	t.Parallel()
	r := usual(property.Ref{Gnr: 1, Bnr: 2})
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := storedRequest(map[string]any{FactRequest: string(text)})
	if diff := cmp.Diff(r, got); diff != "" || !ok {
		t.Error(diff)
	}
	for _, facts := range []map[string]any{nil, {}, {FactRequest: ""}, {FactRequest: "{"}, {FactRequest: 1.0}} {
		if _, ok := storedRequest(facts); ok {
			t.Errorf("%v is taken", facts)
		}
	}
}

func FuzzPosted(f *testing.F) {
	f.Add("6", "7,5", "12", "1010 2010\n1016 2010\n1016 2014", "corners")
	f.Add("1e9", "-1", "NaN", "1 2\n3 4\n1 2", "point")
	sides := site.Sides(lot(), nil)
	f.Fuzz(func(t *testing.T, width, length, turn, corners, mode string) {
		r, wrong := posted(typed(url.Values{"width": {width}, "length": {length}, "turn": {turn}, "corners": {corners}, "mode": {mode}, "east": {"1010"}, "north": {"2010"}}))
		if len(wrong) > 0 {
			return
		}
		_, area, wrong := r.footprint(sides, lot().Bound())
		if len(wrong) == 0 && !(shape.Area(area) > 0) {
			t.Errorf("%v is no building, and nothing is wrong", area)
		}
	})
}
