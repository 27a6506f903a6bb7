package cql2_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// feature is a feature of the tests.
type feature map[string]any

func (f feature) Property(name string) any { return f[name] }

// house is held against most filters below.
func house() feature {
	return feature{
		"name": "Sjøvegan skole", "kind": "school", "empty": "", "floors": 3, "height": 9.5, "people": int64(412),
		"open": true, "closed": false, "none": nil, "strange": struct{}{}, "not a number": math.NaN(),
		"built": clock.NewDate(1998, time.August, 17), "renewed": clock.Date{},
		"changed": time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC), // 2 March in Norway
		"shape":   orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}},
		"door":    orb.Point{10, 5}, "kept": shape.Prepare(orb.Point{5, 5}), "størrelse": 7.0, "a.b": 1,
		"with space": "x", "quote\"d": "y",
	}
}

func types() map[string]cql2.Type {
	return map[string]cql2.Type{
		"name": cql2.Text, "kind": cql2.Text, "empty": cql2.Text, "floors": cql2.Number, "height": cql2.Number,
		"people": cql2.Number, "open": cql2.Bool, "closed": cql2.Bool, "none": cql2.Text, "strange": cql2.Text,
		"not a number": cql2.Number, "built": cql2.Time, "renewed": cql2.Time, "changed": cql2.Time,
		"shape": cql2.Shape, "door": cql2.Shape, "kept": cql2.Shape, "størrelse": cql2.Number, "a.b": cql2.Number,
		"with space": cql2.Text, "quote\"d": cql2.Text,
	}
}

// matching is a filter, and whether the house fulfils it.
type matching struct {
	filter string
	want   bool
}

func match(t *testing.T, tests []matching) {
	t.Helper()
	for _, tt := range tests {
		f, err := cql2.Parse(tt.filter, cql2.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.filter, err)
			continue
		}
		if err := f.Check(types()); err != nil {
			t.Errorf("%s: %v", tt.filter, err)
		}
		if got := f.Matches(house()); got != tt.want {
			t.Errorf("%s: %t", tt.filter, got)
		}
		if f.String() != tt.filter {
			t.Errorf("%s became %s", tt.filter, f)
		}
	}
}

func TestMatches_compares(t *testing.T) {
	t.Parallel()
	match(t, []matching{
		// Comparison.
		{"floors = 3", true},
		{"floors<>3", false},
		{"floors > 2.5 AND height <= 9.5", true},
		{"people >= 412", true},
		{"name = 'Sjøvegan skole'", true},
		{"name < 'T'", true},
		{"'school' = kind", true},
		{"empty = ''", true},
		{"open = TRUE", true},
		{"closed = true", false},
		{"open", true},
		{"NOT closed", true},
		{"true", true},
		{"FALSE OR open", true},
		{"floors < people", true},
		{"\"with space\" = 'x'", true},
		{"\"quote\"\"d\" = 'y'", true},
		{"størrelse = 7", true},
		{"a.b = 1", true},
		{"name = 'It''s' OR name = 'It\\'s'", false},
		// Arithmetic.
		{"floors * 2 + 1 = 7", true},
		{"floors + 2 * 2 = 7", true},
		{"(floors + 2) * 2 = 10", true},
		{"2 ^ 3 = 8", true},
		{"7 % 4 = floors", true},
		{"7 DIV 2 = floors", true},
		{"-floors = -3", true},
		{"- - floors = 3", true},
		{"+floors = 3e0", true},
		{"floors - 1 - 1 = 1", true},
		{"1 / 0 = 1 / 0", false},
		{"height / floors > 3.16", true},
		{".5 < 1.", true},
		// Missing values are unknown: neither true nor false.
		{"none = 'x'", false},
		{"none <> 'x'", false},
		{"NOT none = 'x'", false},
		{"none IS NULL", true},
		{"name IS NOT NULL", true},
		{"strange IS NULL", true},
		{"renewed IS NULL", true},
		{"none = 'x' OR floors = 3", true},
		{"none = 'x' AND floors = 3", false},
		{"NOT (none = 'x' AND floors = 4)", true},
		{"\"not a number\" > 1 OR \"not a number\" <= 1", false},
		{"none IN ('a', 'b')", false},
		{"none NOT IN ('a', 'b')", false},
		{"none LIKE '%'", false},
		{"none NOT LIKE '%'", false},
		{"none BETWEEN 'a' AND 'b'", false},
		// The order of AND and OR, and levels.
		{"floors = 4 AND open OR open", true},
		{"floors = 4 AND (open OR open)", false},
		{"open OR open AND floors = 4", true},
		{"NOT closed AND open", true},
		{"not(not(not(closed)))", true},
	})
}

func TestMatches_likeBetweenAndIn(t *testing.T) {
	t.Parallel()
	match(t, []matching{
		{"name LIKE 'Sjø%'", true},
		{"name LIKE '%sko_e'", true},
		{"name LIKE 'sjø%'", false},
		{"CASEI(name) LIKE CASEI('SJØVEGAN%')", true},
		{"ACCENTI(name) = ACCENTI('Sjøvegan skolé')", true},
		{"CASEI(ACCENTI('ÉTÉ')) = 'ete'", true},
		{"name NOT LIKE '%x%'", true},
		{"'100%' LIKE '100\\%'", true},
		{"'1000' LIKE '100\\%'", false},
		{"'a\\b' LIKE 'a\\\\b'", true},
		{"'Sjøvegan skole' LIKE name", true},
		{"name LIKE CASEI('SJØ%')", false},
		{"'' LIKE '%'", true},
		{"'' LIKE '_'", false},
		{"'ø' LIKE '_'", true},
		// BETWEEN and IN.
		{"height BETWEEN 9 AND 10", true},
		{"height NOT BETWEEN 9 AND 10", false},
		{"height between 9.5 and 9.5 and open", true},
		{"kind IN ('hall', 'school')", true},
		{"kind NOT IN ('hall')", true},
		{"floors IN (1, 1 + 2)", true},
		{"built BETWEEN DATE('1998-01-01') AND DATE('1998-12-31')", true},
	})
}

func TestMatches_shapes(t *testing.T) {
	t.Parallel()
	match(t, []matching{
		{"S_INTERSECTS(shape, POINT(5 5))", true},
		{"S_INTERSECTS(POINT(11 5), shape)", false},
		{"S_DISJOINT(shape, POINT(11 5))", true},
		{"S_WITHIN(shape, BBOX(-1, -1, 11, 11))", true},
		{"S_WITHIN(shape, BBOX(-1, -1, 0, 11, 11, 100))", true},
		{"S_CONTAINS(shape, POLYGON((1 1, 2 1, 2 2, 1 1)))", true},
		{"S_TOUCHES(shape, door)", true},
		{"S_TOUCHES(shape, LINESTRING(10 0, 20 0))", true},
		{"S_EQUALS(shape, POLYGON((0 0, 0 10, 10 10, 10 0, 5 0, 0 0)))", true},
		{"S_CROSSES(LINESTRING(-1 5, 5 5), shape)", true},
		{"S_OVERLAPS(shape, BBOX(5, 5, 15, 15))", true},
		{"S_OVERLAPS(shape, BBOX(50, 5, 55, 15))", false},
		{"S_WITHIN(kept, shape)", true},
		{"S_INTERSECTS(shape, POINT Z (5 5 1))", true},
		{"S_INTERSECTS(shape, MULTIPOINT((50 50), (5 5)))", true},
		{"S_INTERSECTS(shape, MULTILINESTRING((50 50, 60 60), (-5 5, 5 5)))", true},
		{"S_INTERSECTS(shape, MULTIPOLYGON(((5 5, 6 5, 6 6, 5 5))))", true},
		{"S_INTERSECTS(shape, GEOMETRYCOLLECTION(POINT(50 50), LINESTRING(0 0, 1 1)))", true},
		{"S_INTERSECTS(shape, POLYGON EMPTY)", false},
		{"S_INTERSECTS(shape, BBOX(5, 5, 5, 5))", true},
		{"S_INTERSECTS(shape, BBOX(5, 5, 5, 50))", true},
		{"s_intersects(shape, point(5 5)) and floors = 3", true},
	})
}

func TestMatches_temporal(t *testing.T) {
	t.Parallel()
	match(t, []matching{
		{"T_AFTER(built, DATE('1998-08-16'))", true},
		{"T_AFTER(built, DATE('1998-08-17'))", false},
		{"T_BEFORE(built, DATE('1998-08-18'))", true},
		{"T_EQUALS(built, DATE('1998-08-17'))", true},
		{"built = DATE('1998-08-17')", true},
		{"built > DATE('1990-01-01')", true},
		{"changed > TIMESTAMP('2026-03-01T23:29:59.5Z')", true},
		{"changed = TIMESTAMP('2026-03-02T00:30:00+01:00')", true},
		// Half past midnight in Norway is the day after in UTC's eyes.
		{"changed = DATE('2026-03-02')", true},
		{"T_EQUALS(changed, DATE('2026-03-01'))", false},
		{"T_INTERSECTS(changed, INTERVAL('2026-03-02', '2026-03-02'))", true},
		{"T_INTERSECTS(built, INTERVAL('1998-08-17', '..'))", true},
		{"T_INTERSECTS(built, INTERVAL('..', '1998-08-16'))", false},
		{"T_DISJOINT(built, INTERVAL('..', '1998-08-16'))", true},
		{"T_DURING(built, INTERVAL('1998-01-01', '1998-12-31'))", true},
		{"T_DURING(built, INTERVAL('1998-08-17', '1998-12-31'))", false},
		{"T_CONTAINS(INTERVAL('1998-01-01', '1998-12-31'), built)", true},
		{"T_DURING(INTERVAL(built, '2000-01-01'), INTERVAL('1998-01-01', '2026-12-31'))", true},
		{"T_INTERSECTS(INTERVAL(built, '..'), DATE('2020-01-01'))", true},
		{"T_INTERSECTS(INTERVAL('..', changed), DATE('2020-01-01'))", true},
		{"T_INTERSECTS(INTERVAL(changed, built), DATE('2020-01-01'))", false},
		{"T_INTERSECTS(renewed, INTERVAL('..', '..'))", false},
		{"T_INTERSECTS(built, INTERVAL('..', '..'))", true},
		{"T_INTERSECTS(changed, INTERVAL('..', '..'))", true},
		{"T_MEETS(INTERVAL('2020-01-01', '2020-06-01'), INTERVAL('2020-06-01', '2021-01-01'))", true},
		{"T_METBY(INTERVAL('2020-06-01', '2021-01-01'), INTERVAL('2020-01-01', '2020-06-01'))", true},
		{"T_OVERLAPS(INTERVAL('2020-01-01', '2020-07-01'), INTERVAL('2020-06-01', '2021-01-01'))", true},
		{"T_OVERLAPPEDBY(INTERVAL('2020-06-01', '2021-01-01'), INTERVAL('2020-01-01', '2020-07-01'))", true},
		{"T_STARTS(INTERVAL('2020-01-01', '2020-06-01'), INTERVAL('2020-01-01', '2021-01-01'))", true},
		{"T_STARTEDBY(INTERVAL('2020-01-01', '2021-01-01'), INTERVAL('2020-01-01', '2020-06-01'))", true},
		{"T_FINISHES(INTERVAL('2020-06-01', '2021-01-01'), INTERVAL('2020-01-01', '2021-01-01'))", true},
		{"T_FINISHEDBY(INTERVAL('2020-01-01', '2021-01-01'), INTERVAL('2020-06-01', '2021-01-01'))", true},
		{"T_EQUALS(INTERVAL('2020-01-01', '2021-01-01'), INTERVAL('2020-01-01', '2021-01-01'))", true},
		{"T_MEETS(built, INTERVAL('1998-08-17', '2021-01-01'))", false},
		{"T_INTERSECTS(TIMESTAMP('2020-06-01T12:00:00Z'), INTERVAL('2020-01-01', '2020-06-01'))", true},
	})
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		filter string
		want   cql2.Code
		at     int
	}{
		{"", cql2.Syntax, 0},
		{"   ", cql2.Syntax, 3},
		{"floors =", cql2.Syntax, 8},
		{"floors = 3 x", cql2.Syntax, 11},
		{"floors == 3", cql2.Syntax, 8},
		{"floors != 3", cql2.Syntax, 7},
		{"(floors = 3", cql2.Syntax, 11},
		{"floors = 3)", cql2.Syntax, 10},
		{"floors NOT 3", cql2.Syntax, 11},
		{"floors IS 3", cql2.Syntax, 10},
		{"floors BETWEEN 1 OR 3", cql2.Syntax, 17},
		{"kind IN ()", cql2.Syntax, 9},
		{"kind IN ('a'", cql2.Syntax, 12},
		{"kind = 'a", cql2.Syntax, 7},
		{"kind = \xff", cql2.Syntax, 7},
		{"kind = '\xff'", cql2.Syntax, 7},
		{"AND", cql2.Syntax, 0},
		{"a = 1 AND", cql2.Syntax, 9},
		{"a = 1; drop table x", cql2.Syntax, 5},
		{"1e999 > a", cql2.Syntax, 0},
		{"floors", "", 0}, // may be true or false: Check knows
		{"3", cql2.WrongType, 0},
		{"'a'", cql2.WrongType, 0},
		{"NOT 3", cql2.WrongType, 4},
		{"a = 1 AND 'x'", cql2.WrongType, 10},
		{"1 = 'a'", cql2.WrongType, 4},
		{"a + 'x' = 1", cql2.WrongType, 4},
		{"a LIKE 3", cql2.WrongType, 7},
		{"a IN (1, 'x')", cql2.WrongType, 9},
		{"a BETWEEN 1 AND 'x'", cql2.WrongType, 16},
		{"a = POINT(1 2)", cql2.WrongType, 4},
		{"S_INTERSECTS(a, 'x')", cql2.WrongType, 16},
		{"T_AFTER(a, '2020-01-01')", cql2.WrongType, 11},
		{"CASEI(3) = 'x'", cql2.WrongType, 6},
		{"-'x' = 1", cql2.WrongType, 1},
		{"S_INTERSECTS(a)", cql2.Syntax, 0},
		{"S_INTERSECTS(a, b, c)", cql2.Syntax, 0},
		{"A_CONTAINS(a, b)", cql2.Unsupported, 0},
		{"sleep(10) = 1", cql2.Unsupported, 0},
		{"S_WITHIN(a, GEOMETRYCOLLECTION(POINT(1 2)))", cql2.Unsupported, 12},
		{"S_INTERSECTS(a, POINT(1))", cql2.BadShape, 23},
		{"S_INTERSECTS(a, POINT(1 2 3 4 5))", cql2.BadShape, 30},
		{"S_INTERSECTS(a, POLYGON((0 0, 1 1)))", cql2.BadShape, 16},
		{"S_INTERSECTS(a, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))", cql2.BadShape, 16},
		{"S_INTERSECTS(a, POINT(NaN 2))", cql2.BadShape, 22},
		{"S_INTERSECTS(a, BBOX(1, 2, 3))", cql2.BadShape, 16},
		{"S_INTERSECTS(a, BBOX(3, 0, 1, 1))", cql2.BadShape, 16},
		{"S_INTERSECTS(a, BBOX(a, 0, 1, 1))", cql2.BadShape, 16},
		{"DATE('2020-13-01') = a", cql2.BadTime, 5},
		{"DATE('2020-01-01T00:00:00Z') = a", cql2.BadTime, 5},
		{"TIMESTAMP('2020-01-01') = a", cql2.BadTime, 10},
		{"TIMESTAMP(3) = a", cql2.Syntax, 10},
		{"T_DURING(a, INTERVAL('x', '..'))", cql2.BadTime, 21},
		{"T_DURING(a, INTERVAL('2021-01-01', '2020-01-01'))", cql2.BadTime, 12},
		{"T_DURING(a, INTERVAL(3, '..'))", cql2.WrongType, 21},
	}
	for _, tt := range tests {
		_, err := cql2.Parse(tt.filter, cql2.Options{})
		var wrong *cql2.Error
		if !errors.As(err, &wrong) {
			if tt.want != "" || err != nil {
				t.Errorf("%q: %v, want %s", tt.filter, err, tt.want)
			}
			continue
		}
		if wrong.Code != tt.want || wrong.At != tt.at {
			t.Errorf("%q: %v, want %s at %d", tt.filter, err, tt.want, tt.at)
		}
		if !strings.Contains(tt.filter, wrong.Near) || wrong.Detail == "" {
			t.Errorf("%q: %+v says too little", tt.filter, wrong)
		}
	}
}

// A megabyte, and ten thousand levels of each thing that can hold itself, are
// refused at once.
func TestParse_keepsItsLimits(t *testing.T) {
	t.Parallel()
	deep := func(open, close string) string {
		return strings.Repeat(open, 10_000) + "a = 1" + strings.Repeat(close, 10_000)
	}
	tests := []struct {
		name, filter string
		want         cql2.Code
	}{
		{"a megabyte", "a = '" + strings.Repeat("x", 1<<20) + "'", cql2.TooLong},
		{"brackets", deep("(", ")"), cql2.TooDeep},
		{"NOT", deep("NOT ", ""), cql2.TooDeep},
		{"minus", "1 = " + deep("- ", ""), cql2.TooDeep},
		{"functions", strings.Repeat("CASEI(", 10_000), cql2.TooDeep},
		{"predicates", strings.Repeat("S_WITHIN(", 7_000), cql2.TooDeep},
		{"lists", "a IN " + strings.Repeat("(", 10_000), cql2.TooDeep},
		{"intervals", strings.Repeat("INTERVAL(", 7_000), cql2.TooDeep},
		{"collections", "S_INTERSECTS(a, " + strings.Repeat("GEOMETRYCOLLECTION(", 3_000), cql2.BadShape},
		{"terms", "a" + strings.Repeat("+a", 10_000) + "= 1", cql2.TooManyTerms},
		{"conditions", "a = 1" + strings.Repeat(" OR a = 1", 5_000), cql2.TooManyTerms},
	}
	for _, tt := range tests {
		_, err := cql2.Parse(tt.filter, cql2.Options{})
		var wrong *cql2.Error
		if !errors.As(err, &wrong) || wrong.Code != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%s: the error itself is %d long", tt.name, len(err.Error()))
		}
	}
	fits := "a = 1" + strings.Repeat(" OR a = 1", 1_000)
	if _, err := cql2.Parse(fits, cql2.Options{}); err != nil {
		t.Errorf("a thousand conditions: %v", err)
	}
	if _, err := cql2.Parse(strings.Repeat("(", 90)+"a = 1"+strings.Repeat(")", 90), cql2.Options{}); err != nil {
		t.Errorf("ninety levels: %v", err)
	}
}

func TestCheck_knowsTheProperties(t *testing.T) {
	t.Parallel()
	tests := []struct {
		filter string
		want   cql2.Code
		at     int
	}{
		{"florrs = 3", cql2.UnknownProperty, 0},
		{"Floors = 3", cql2.UnknownProperty, 0},
		{"open AND heigth > 3", cql2.UnknownProperty, 9},
		{"floors = 'three'", cql2.WrongType, 0},
		{"floors = name", cql2.WrongType, 0},
		{"built > '1998-01-01'", cql2.WrongType, 0},
		{"floors LIKE 'x'", cql2.WrongType, 0},
		{"floors", cql2.WrongType, 0},
		{"NOT name", cql2.WrongType, 4},
		{"open AND name", cql2.WrongType, 9},
		{"name + 1 = 2", cql2.WrongType, 0},
		{"S_INTERSECTS(name, POINT(1 2))", cql2.WrongType, 13},
		{"T_AFTER(name, DATE('2020-01-01'))", cql2.WrongType, 8},
		{"shape = door", cql2.WrongType, 0},
		{"floors IN ('a')", cql2.WrongType, 0},
		{"floors BETWEEN name AND 3", cql2.WrongType, 0},
		{"T_INTERSECTS(INTERVAL(name, '..'), built)", cql2.WrongType, 22},
		{"shape IS NULL", "", 0},
	}
	for _, tt := range tests {
		f, err := cql2.Parse(tt.filter, cql2.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.filter, err)
			continue
		}
		err = f.Check(types())
		var wrong *cql2.Error
		if !errors.As(err, &wrong) {
			if tt.want != "" {
				t.Errorf("%s: %v, want %s", tt.filter, err, tt.want)
			}
			continue
		}
		if wrong.Code != tt.want || wrong.At != tt.at {
			t.Errorf("%s: %v, want %s at %d", tt.filter, err, tt.want, tt.at)
		}
	}
}

func TestProperties_areListedOnce(t *testing.T) {
	t.Parallel()
	f, err := cql2.Parse("b = 1 AND (a IS NULL OR S_WITHIN(g, BBOX(0,0,1,1))) AND b IN (c, 2)", cql2.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "g"}, f.Properties()); diff != "" {
		t.Error(diff)
	}
}

func TestParse_projectsShapes(t *testing.T) {
	t.Parallel()
	turn := func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }
	f, err := cql2.Parse("S_INTERSECTS(shape, POINT(5 20))", cql2.Options{Project: turn})
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := f.Bound("shape"); !ok || b.Min != (orb.Point{20, 5}) {
		t.Errorf("%v, %t", b, ok)
	}
}

func TestBound_isWhereMatchesCanLie(t *testing.T) {
	t.Parallel()
	box := func(a, b, c, d float64) orb.Bound { return orb.Bound{Min: orb.Point{a, b}, Max: orb.Point{c, d}} }
	tests := []struct {
		filter string
		want   orb.Bound
		ok     bool
	}{
		{"S_INTERSECTS(g, BBOX(0,0,4,4))", box(0, 0, 4, 4), true},
		{"S_CONTAINS(POLYGON((0 0, 4 0, 4 4, 0 0)), g)", box(0, 0, 4, 4), true},
		{"a = 1 AND S_WITHIN(g, BBOX(0,0,4,4))", box(0, 0, 4, 4), true},
		{"S_WITHIN(g, BBOX(0,0,4,4)) AND S_WITHIN(g, BBOX(2,2,8,8))", box(2, 2, 4, 4), true},
		{"S_WITHIN(g, BBOX(0,0,1,1)) OR S_WITHIN(g, BBOX(2,2,8,8))", box(0, 0, 8, 8), true},
		{"S_WITHIN(g, BBOX(0,0,4,4)) OR a = 1", orb.Bound{}, false},
		{"NOT S_WITHIN(g, BBOX(0,0,4,4))", orb.Bound{}, false},
		{"S_DISJOINT(g, BBOX(0,0,4,4))", orb.Bound{}, false},
		{"S_INTERSECTS(other, BBOX(0,0,4,4))", orb.Bound{}, false},
		{"S_INTERSECTS(g, other)", orb.Bound{}, false},
		{"a = 1", orb.Bound{}, false},
	}
	for _, tt := range tests {
		f, err := cql2.Parse(tt.filter, cql2.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := f.Bound("g"); ok != tt.ok || got != tt.want {
			t.Errorf("%s: %v, %t", tt.filter, got, ok)
		}
	}
	f, _ := cql2.Parse("S_WITHIN(g, BBOX(0,0,1,1)) AND S_WITHIN(g, BBOX(2,2,8,8))", cql2.Options{})
	if got, ok := f.Bound("g"); !ok || got.Intersects(box(-9, -9, 9, 9)) && !got.IsEmpty() {
		t.Errorf("two boxes apart leave %v, %t", got, ok)
	}
}

// Whatever is read can be checked and held against any feature, and turning it
// round with NOT NOT changes nothing.
func FuzzParse(f *testing.F) {
	for _, filter := range []string{
		"floors = 3 AND (name LIKE 'S%' OR NOT open)", "S_INTERSECTS(shape, POLYGON((0 0, 4 0, 4 4, 0 0)))",
		"T_DURING(built, INTERVAL('1998-01-01', '..'))", "height BETWEEN 9 AND 10 - 2 * 3 ^ 2 % 4 DIV 1",
		"kind IN ('a', 'b''c') AND none IS NOT NULL", "S_WITHIN(BBOX(0,0,1,1), GEOMETRYCOLLECTION(POINT Z (1 2 3)))",
		"CASEI(ACCENTI(name)) <> 'x' AND changed > TIMESTAMP('2026-03-01T23:29:59.5Z')", "\"a b\" = -.5e-3",
	} {
		f.Add(filter)
	}
	known := house()
	f.Fuzz(func(t *testing.T, filter string) {
		got, err := cql2.Parse(filter, cql2.Options{})
		if err != nil {
			var wrong *cql2.Error
			if !errors.As(err, &wrong) || wrong.At > len(filter) {
				t.Fatalf("%q: %v", filter, err)
			}
			return
		}
		matches := got.Matches(known)
		_ = got.Matches(feature{})
		_ = got.Check(types())
		_, _ = got.Bound("shape")
		if !slices.IsSorted(got.Properties()) {
			t.Fatalf("%q: %v", filter, got.Properties())
		}
		again, err := cql2.Parse("NOT NOT ("+filter+")", cql2.Options{})
		if err != nil {
			return // a level or a term too many
		}
		if again.Matches(known) != matches {
			t.Fatalf("%q: NOT NOT changes it", filter)
		}
	})
}

func BenchmarkMatches(b *testing.B) {
	f, err := cql2.Parse("floors >= 2 AND name LIKE 'Sjø%' AND S_INTERSECTS(shape, BBOX(5, 5, 20, 20))", cql2.Options{})
	if err != nil {
		b.Fatal(err)
	}
	h := house()
	for b.Loop() {
		if !f.Matches(h) {
			b.Fatal("does not match")
		}
	}
}

// TestSize_growsWithTheWork counts the parts that each feature is held against.
func TestSize_growsWithTheWork(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"open = TRUE":                          3,
		"name LIKE 'S%'":                       3,
		"open = TRUE AND (name LIKE 'S%')":     7,
		"floors IN (1, 2, 3)":                  5,
		"NOT CASEI(name) LIKE CASEI('%skole')": 6,
	} {
		f, err := cql2.Parse(text, cql2.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Size(); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
