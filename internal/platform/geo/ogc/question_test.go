package ogc

import (
	"errors"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/web"
)

// plots is a layer as the questions of these tests are about.
func plots() layers.Layer {
	return layers.Layer{
		Name: "plots", Kind: layers.Features, Public: true, EPSG: crs.UTM32, Count: 10, Generation: 3,
		Extent: orb.Bound{Min: orb.Point{500_000, 6_500_000}, Max: orb.Point{510_000, 6_510_000}},
		Fields: []layers.Field{
			{Name: "name", Type: cql2.Text},
			{Name: "size", Type: cql2.Number},
			{Name: "open", Type: cql2.Bool},
			{Name: "built", Type: cql2.Time},
			{Name: "limit", Type: cql2.Number},
			{Name: `odd "name"`, Type: cql2.Text},
		},
	}
}

// ask reads a question as the address of the items does.
func ask(l layers.Layer, raw string) (question, error) {
	known := parameters()
	for _, f := range queryables(l) {
		known = append(known, f.Name)
	}
	v, err := readValues(raw, known...)
	if err != nil {
		return question{}, err
	}
	return readQuestion(l, v)
}

// reason is the message of a refusal, "" when there is none.
func reason(err error) string {
	if e := errs.Of(err); e != nil {
		return strings.TrimPrefix(e.Key, "geo.wrong.")
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestQuestion_refusesWithTheReason(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("(", 200) + "TRUE" + strings.Repeat(")", 200)
	many := strings.TrimSuffix(strings.Repeat("size=1 OR ", 5500), " OR ")
	for raw, want := range map[string]string{
		"colour=red": "parameter_unknown", "Limit=3": "parameter_unknown", "=3": "parameter_unknown", "%00=3": "query_unreadable",
		"limit=3&limit=4": "parameter_twice", "limit=%zz": "query_unreadable", "limit=3;f=json": "query_unreadable", "name=%ff": "parameter_unreadable", "name=%00": "parameter_unreadable",
		"limit=": "limit", "limit=0": "limit", "limit=000": "limit", "limit=-1": "limit", "limit=1.5": "limit", "limit=ten": "limit", "limit=+5": "limit",
		"bbox=": "bbox_numbers", "bbox=1,2,3": "bbox_numbers", "bbox=1,2,3,4,5": "bbox_numbers", "bbox=1,2,3,4,5,6,7": "bbox_numbers",
		"bbox=1,2,3,NaN": "bbox_number", "bbox=1,2,3,Inf": "bbox_number", "bbox=1,2,3,-inf": "bbox_number", "bbox=1,2,3,1e999": "bbox_number", "bbox=1,2,3,": "bbox_number", "bbox=a,b,c,d": "bbox_number",
		"bbox=9,59,10,58": "bbox_order", "bbox=9,58,5,10,59,1": "bbox_order", "bbox=500000,6500000,500001,6500001": "bbox_range", "bbox=9,58,10,91": "bbox_range", "bbox=-181,58,10,59": "bbox_range",
		"bbox=9.1,58,9.05,59": "bbox_antimeridian", "bbox=500001,0,500000,1&bbox-crs=EPSG:25832": "bbox_order",
		"crs=EPSG:2": "crs", "crs=": "crs", "bbox-crs=x": "crs", "filter-crs=http://www.opengis.net/def/crs/EPSG/0/99999": "crs",
		"datetime=": "datetime", "datetime=2020": "datetime", "datetime=2020-13-01": "datetime", "datetime=2020-01-01T00:00:00": "datetime", "datetime=2020-01-01/2021-01-01/2022-01-01": "datetime",
		"datetime=2021-01-01/2020-01-01": "datetime_order", "datetime=now": "datetime",
		"filter-lang=cql2-json": "filter_lang", "filter=TRUE&filter-lang=": "filter_lang",
		"filter=": "filter_syntax", "filter=size+%3E": "filter_syntax", "filter=colour=1": "filter_unknown_property", "filter=size='big'": "filter_wrong_type", "filter=name": "filter_wrong_type",
		"filter=A_CONTAINS(name,name)": "filter_unsupported", "filter=S_INTERSECTS(geometry,POLYGON((0+0,1+1,0+1,1+0,0+0)))": "filter_bad_shape", "filter=built=DATE('2020-99-99')": "filter_bad_time",
		"filter=" + deep: "filter_too_deep", "filter=" + url.QueryEscape(many): "query_long",
		"size=big": "property_number", "size=NaN": "property_number", "size=": "property_number", "open=yes": "property_bool", "built=yesterday": "property_time",
		"cursor=": "cursor", "cursor=%21": "cursor", "cursor=MS4y": "cursor", "cursor=" + strings.Repeat("A", 300): "cursor",
	} {
		_, err := ask(plots(), raw)
		if got := reason(err); got != want {
			t.Errorf("%.100s: %q, want %q", raw, got, want)
		}
		if status := web.Status(err); status != 400 && !(want == "query_long" && status == 414) {
			t.Errorf("%.100s: status %d", raw, status)
		}
	}
}

func TestQuestion_tellsWhereAFilterIsWrong(t *testing.T) {
	t.Parallel()
	_, err := ask(plots(), "name=x&filter="+url.QueryEscape("size = 1 AND colour = 2"))
	e := errs.Of(err)
	if e == nil || e.Key != "geo.wrong.filter_unknown_property" {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]any{"detail", "colour", "place", 14, "near", "colour = 2"}, e.Args); diff != "" {
		t.Errorf("the place is not that of the filter as it was written: %s", diff)
	}
	if err := wrongFilter(errors.New("other")); err.Error() != "other" {
		t.Errorf("another error became %v", err)
	}
	if e := errs.Of(wrongFilter(&cql2.Error{Code: cql2.TooLong, At: -1, Detail: "d"})); e.Key != "geo.wrong.filter_too_long" {
		t.Errorf("got %+v", e)
	}
}

func TestQuestion_reads(t *testing.T) {
	t.Parallel()
	q, err := ask(plots(), "")
	if err != nil || q.limit != defaultLimit || q.system.URI() != crs.CRS84().URI() || q.place != nil || q.where != nil || q.when != nil {
		t.Errorf("nothing asked: %+v, %v", q, err)
	}
	for raw, want := range map[string]int{"limit=1": 1, "limit=10000": layers.MaxLimit, "limit=10001": layers.MaxLimit, "limit=007": 7, "limit=99999999999999999999999": layers.MaxLimit} {
		if q, err := ask(plots(), raw); err != nil || q.limit != want {
			t.Errorf("%s: %d, %v", raw, q.limit, err)
		}
	}
	for _, ref := range []string{"EPSG:25833", "[EPSG:25833]", "urn:ogc:def:crs:EPSG::25833", "http://www.opengis.net/def/crs/EPSG/0/25833"} {
		if q, err := ask(plots(), "crs="+url.QueryEscape(ref)); err != nil || q.system.Code != crs.UTM33 {
			t.Errorf("%s: %v, %v", ref, q.system, err)
		}
	}
	asked := q.query()
	if asked.Layer != "plots" || !asked.Raw || !asked.Count || !asked.System.IsZero() || asked.Timed {
		t.Errorf("the layers are asked %+v", asked)
	}
}

func TestQuestion_makesOneFilter(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"name=x":                                `"name" = 'x'`,
		"name=" + url.QueryEscape("O'Hara"):     `"name" = 'O''Hara'`,
		"name=":                                 `"name" = ''`,
		"size=2.50":                             `"size" = 2.5`,
		"size=-3":                               `"size" = -3`,
		"size=1e3":                              `"size" = 1000`,
		"open=true":                             `"open" = TRUE`,
		"built=2020-01-02":                      `"built" = DATE('2020-01-02')`,
		"built=2020-01-02T03:04:05%2B01:00":     `"built" = TIMESTAMP('2020-01-02T02:04:05Z')`,
		"name=x&size=1":                         `"name" = 'x' AND "size" = 1`,
		"name=x&filter=size%3E1+OR+open":        `"name" = 'x' AND (size>1 OR open)`,
		"filter=size%3E1":                       `size>1`,
		"filter=size%3E1&filter-lang=cql2-text": `size>1`,
		"odd+%22name%22=x":                      `"odd ""name""" = 'x'`,
	} {
		q, err := ask(plots(), raw)
		if err != nil || q.where.String() != want {
			t.Errorf("%s: %v, %v", raw, q.where, err)
		}
	}
	if q, err := ask(plots(), "limit=5"); err != nil || q.where != nil || q.limit != 5 {
		t.Errorf("a property with the name of a parameter goes before it: %+v, %v", q, err)
	}
}

// A value is a value, whatever stands in it.
func TestQuestion_propertyCannotBecomeAFilter(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"x' OR 'a'='a", "'", `\a`, `\\b`, "''", "x'--", "æ\t\n"} {
		q, err := ask(plots(), "name="+url.QueryEscape(value))
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		if !q.where.Matches(layers.Feature{Properties: map[string]any{"name": value}}) || q.where.Matches(layers.Feature{Properties: map[string]any{"name": "other"}}) {
			t.Errorf("%q became %s", value, q.where)
		}
	}
	for _, value := range []string{`x\' OR TRUE OR name='`, `\`, `a\`} {
		if _, err := ask(plots(), "name="+url.QueryEscape(value)); reason(err) != "property_text" {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestQuestion_filterTakesCoordinatesAsWritten(t *testing.T) {
	t.Parallel()
	inside := layers.Feature{Geometry: orb.Point{505_000, 6_505_000}}
	for name, raw := range map[string]string{
		"CRS84":      "S_INTERSECTS(geometry, POLYGON((9.08 58.68, 9.1 58.68, 9.1 58.69, 9.08 58.69, 9.08 58.68)))",
		"EPSG:4326":  "S_INTERSECTS(geometry, POLYGON((58.68 9.08, 58.69 9.08, 58.69 9.1, 58.68 9.1, 58.68 9.08)))",
		"EPSG:25832": "S_INTERSECTS(geometry, BBOX(504999, 6504999, 505001, 6505001))",
		"EPSG:25833": "S_INTERSECTS(geometry, BBOX(504999, 6504999, 505001, 6505001))",
	} {
		ref := name
		if name == "CRS84" {
			ref = crs.CRS84().URI()
		}
		q, err := ask(plots(), "filter-crs="+url.QueryEscape(ref)+"&filter="+url.QueryEscape(raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := q.where.Matches(inside); got != (name != "EPSG:25833") {
			t.Errorf("%s: the point in the middle matches: %t", name, got)
		}
	}
}

func TestReadBox_readsFourAndSixInTheSystemsOrder(t *testing.T) {
	t.Parallel()
	wgs, utm := byCode(t, crs.WGS84), byCode(t, crs.UTM32)
	want := orb.Bound{Min: orb.Point{9, 58}, Max: orb.Point{10, 59}}
	for _, tt := range []struct {
		text   string
		system crs.System
	}{
		{"9,58,10,59", crs.CRS84()}, {" 9 , 58 ,10,59 ", crs.CRS84()}, {"9,58,-5,10,59,200", crs.CRS84()}, {"58,9,59,10", wgs}, {"58,9,0,59,10,0", wgs}, {"9,58,10,59", utm}, {"9e0,5.8e1,10,59", utm},
	} {
		b, err := readBox(tt.text, tt.system)
		if err != nil || b.Bound != want {
			t.Errorf("%s in %s: %v, %v", tt.text, tt.system, b, err)
		}
	}
}

func TestBox_withinIsWhatTheLayerCanHave(t *testing.T) {
	t.Parallel()
	l := plots()
	for name, tt := range map[string]struct {
		raw  string
		none bool
		want orb.Bound // within 3 m, on both sides
	}{
		"all of the world":       {"bbox=-180,-90,180,90", false, l.Extent},
		"all of it in metres":    {"bbox=-1e30,-1e30,1e30,1e30&bbox-crs=EPSG:25832", false, l.Extent},
		"own system":             {"bbox=501000,6501000,502000,6502000&bbox-crs=EPSG:25832", false, orb.Bound{Min: orb.Point{501_000, 6_501_000}, Max: orb.Point{502_000, 6_502_000}}},
		"elsewhere":              {"bbox=20,70,21,71", true, orb.Bound{}},
		"elsewhere in metres":    {"bbox=0,0,1,1&bbox-crs=EPSG:25833", true, orb.Bound{}},
		"over the antimeridian":  {"bbox=170,58,-170,59", true, orb.Bound{}},
		"from the east of it":    {"bbox=170,-90,100,90", false, l.Extent},
		"from the west round it": {"bbox=8,-90,-170,90", false, l.Extent},
	} {
		q, err := ask(l, tt.raw)
		if err != nil || q.none != tt.none {
			t.Errorf("%s: none %t, %v", name, q.none, err)
			continue
		}
		if tt.none {
			continue
		}
		b := q.query().Area.Bound()
		if q.place.box != nil {
			b = *q.place.box
		}
		for i, d := range []float64{b.Min[0] - tt.want.Min[0], b.Min[1] - tt.want.Min[1], b.Max[0] - tt.want.Max[0], b.Max[1] - tt.want.Max[1]} {
			if limit := 3.0; name == "own system" && d != 0 || math.Abs(d) > limit*40 || math.IsNaN(d) {
				t.Errorf("%s: side %d is off by %v", name, i, d)
			}
		}
	}
	empty := l
	empty.Count = 0
	if q, err := ask(empty, "bbox=9,58,10,59"); err != nil || !q.none {
		t.Errorf("a layer of nothing: %+v, %v", q, err)
	}
}

func TestReadTime_reads(t *testing.T) {
	t.Parallel()
	utc := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil && text != "" {
			t.Fatal(err)
		}
		return at
	}
	for text, want := range map[string][2]string{
		"2020-01-02T03:04:05Z":        {"2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"},
		"2020-01-02t03:04:05z":        {"2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"},
		"2020-01-02T03:04:05.5+01:00": {"2020-01-02T02:04:05.5Z", "2020-01-02T02:04:05.5Z"},
		"2020-01-02T03:04:05 01:00":   {"2020-01-02T02:04:05Z", "2020-01-02T02:04:05Z"},
		"2020-01-02":                  {"2020-01-01T23:00:00Z", "2020-01-02T22:59:59.999999999Z"},
		"2020-07-02/2020-07-02":       {"2020-07-01T22:00:00Z", "2020-07-02T21:59:59.999999999Z"},
		"2020-01-02T00:00:00Z/..":     {"2020-01-02T00:00:00Z", ""},
		"2020-01-02T00:00:00Z/":       {"2020-01-02T00:00:00Z", ""},
		"../2020-01-02T00:00:00Z":     {"", "2020-01-02T00:00:00Z"},
		"/2020-01-02T00:00:00Z":       {"", "2020-01-02T00:00:00Z"},
		"../..":                       {"", ""},
		"/":                           {"", ""},
	} {
		i, err := readTime(text)
		if err != nil || !i.from.Equal(utc(want[0])) || !i.to.Equal(utc(want[1])) {
			t.Errorf("%s: %v to %v, %v", text, i.from, i.to, err)
		}
	}
	q, err := ask(plots(), "datetime=2020-01-02T00:00:00Z/..")
	if asked := q.query(); err != nil || !asked.Timed || asked.From.IsZero() || !asked.To.IsZero() {
		t.Errorf("the layers are asked %+v, %v", asked, err)
	}
}

func TestCursor_comesBack(t *testing.T) {
	t.Parallel()
	for _, c := range []cursor{{"a1", 0, -1}, {"zz9", 12, 1_000_000}, {"0", math.MaxInt64, math.MaxInt64}} {
		got, err := readCursor(c.String())
		if err != nil || got != c {
			t.Errorf("%+v became %+v: %v", c, got, err)
		}
	}
	l := plots()
	for c, want := range map[cursor]bool{{"", 0, 0}: true, {"a", 3, 5}: false, {"a", 2, 5}: true} {
		if got := c.unknown(l); got != want {
			t.Errorf("%+v: counted anew %t", c, got)
		}
	}
}

func TestShown_isShort(t *testing.T) {
	t.Parallel()
	if got := shown(strings.Repeat("å", 100)); got != strings.Repeat("å", 60)+" …" {
		t.Errorf("got %s", got)
	}
	if got := shown("å"); got != "å" {
		t.Errorf("got %s", got)
	}
}

func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{
		"", "limit=5&bbox=9,58,10,59&bbox-crs=EPSG:25832&datetime=2020-01-01/..", "filter=size%3E1&filter-crs=EPSG:4326&cursor=My4xMC5hMQ",
		"name=x&size=2&open=true&built=2020-01-02", "bbox=170,-90,-170,90", "bbox=-180,-90,180,90", "filter=S_INTERSECTS(geometry,POINT(1+2))",
		"bbox=1e308,1e308,1e308,1e308&bbox-crs=EPSG:25833", "crs=%5BEPSG:3857%5D&f=json", "datetime=%2F", "limit=%31", "&&&=&", "bbox=NaN,1,2,3",
	} {
		f.Add(seed)
	}
	l := plots()
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ask(l, raw)
		if err != nil {
			if errs.Of(err) == nil || web.Status(err) != 400 && web.Status(err) != 414 {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		if q.limit < 1 || q.limit > layers.MaxLimit || q.system.IsZero() {
			t.Fatalf("asks too much: %+v", q)
		}
		if q.place != nil && !q.none {
			places := []orb.Point{}
			if b := q.place.box; b != nil {
				places = append(places, b.Min, b.Max)
			} else {
				places = append(places, q.place.area[0]...)
			}
			for _, p := range places {
				if !crs.Finite(p) {
					t.Fatalf("a box that lies nowhere: %+v", q.place)
				}
			}
		}
		asked := q.query()
		if asked.Timed && !asked.From.IsZero() && !asked.To.IsZero() && asked.To.Before(asked.From) {
			t.Fatalf("ends before it begins: %+v", asked)
		}
	})
}
