package shape_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func everyKind() []orb.Geometry {
	rnd := geotest.Rand(50)
	star := geotest.Star(rnd, orb.Point{569_000.125, 7_034_000.25}, 30, 12, true)
	return []orb.Geometry{
		orb.Point{10.75, -59.91},
		orb.MultiPoint{{1, 2}, {3, 4}},
		orb.LineString{{0, 0}, {1e-9, 1e9}},
		orb.MultiLineString{{{0, 0}, {1, 1}}, {{2, 2}, {3, 3}, {4, 4}}},
		star,
		orb.MultiPolygon{star, geotest.Blocks(rnd, 5)},
		orb.Collection{orb.Point{1, 2}, star, orb.Collection{orb.LineString{{1, 1}, {2, 2}}}},
	}
}

func TestWKB_comesBackAndIsWhatOrbWrites(t *testing.T) {
	t.Parallel()
	for _, g := range everyKind() {
		mine := shape.AppendWKB(nil, g)
		theirs, err := wkb.Marshal(g, binary.LittleEndian)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(mine, theirs) {
			t.Errorf("%T: %x, orb %x", g, mine, theirs)
		}
		big, err := wkb.Marshal(g, binary.BigEndian)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{mine, big} {
			got, err := shape.ReadWKB(b)
			if err != nil {
				t.Errorf("%T: %v", g, err)
			}
			if diff := cmp.Diff(g, got); diff != "" {
				t.Errorf("%T: %s", g, diff)
			}
		}
	}
	box := orb.Bound{Max: orb.Point{1, 1}}
	for _, g := range []orb.Geometry{box, box.ToRing()} {
		if got, err := shape.ReadWKB(shape.AppendWKB(nil, g)); err != nil || !cmp.Equal(got, orb.Geometry(box.ToPolygon())) {
			t.Errorf("%T: %v, %v", g, got, err)
		}
	}
	if got, err := shape.ReadWKB(shape.AppendWKB(nil, nil)); err != nil || len(got.(orb.Collection)) != 0 {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestReadWKB_leavesHeightsOut(t *testing.T) {
	t.Parallel()
	number := func(v float64) string {
		return hex.EncodeToString(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	xy, z, m := number(3)+number(4), number(5), number(6)
	tests := []struct{ name, text string }{
		{"ISO Z", "01e9030000" + xy + z},
		{"ISO M", "01d1070000" + xy + m},
		{"ISO ZM", "01b90b0000" + xy + z + m},
		{"PostGIS Z", "0101000080" + xy + z},
		{"PostGIS M", "0101000040" + xy + m},
		{"PostGIS ZM with a system", "01010000e0e8640000" + xy + z + m},
		{"PostGIS with a system", "0101000020e8640000" + xy},
	}
	for _, tt := range tests {
		b, err := hex.DecodeString(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := shape.ReadWKB(b); err != nil || got != (orb.Point{3, 4}) {
			t.Errorf("%s: %v, %v", tt.name, got, err)
		}
	}
}

func TestReadWKB_refuses(t *testing.T) {
	t.Parallel()
	le := func(parts ...any) []byte {
		var b bytes.Buffer
		for _, p := range parts {
			if err := binary.Write(&b, binary.LittleEndian, p); err != nil {
				t.Fatal(err)
			}
		}
		return b.Bytes()
	}
	deep := []byte{}
	for range 100 {
		deep = append(deep, le(uint8(1), uint32(7), uint32(1))...)
	}
	tests := []struct {
		name string
		give []byte
	}{
		{"nothing", nil},
		{"no kind", le(uint8(1))},
		{"another byte order", le(uint8(2), uint32(1), 1.0, 2.0)},
		{"cut short", le(uint8(1), uint32(1), 1.0)},
		{"left over", le(uint8(1), uint32(1), 1.0, 2.0, uint8(0))},
		{"kind 8", le(uint8(1), uint32(8), uint32(0))},
		{"kind 0", le(uint8(1), uint32(0))},
		{"kind 4001", le(uint8(1), uint32(4001), 1.0, 2.0)},
		{"four billion points", le(uint8(1), uint32(2), uint32(math.MaxUint32))},
		{"four billion rings", le(uint8(1), uint32(3), uint32(math.MaxUint32), uint32(0))},
		{"four billion members", le(uint8(1), uint32(7), uint32(math.MaxUint32))},
		{"not a number", le(uint8(1), uint32(1), math.NaN(), 2.0)},
		{"infinite", le(uint8(1), uint32(1), 1.0, math.Inf(1))},
		{"a line among points", le(uint8(1), uint32(4), uint32(1), uint8(1), uint32(2), uint32(0))},
		{"too deep", append(deep, le(uint8(1), uint32(7), uint32(0))...)},
	}
	for _, tt := range tests {
		if g, err := shape.ReadWKB(tt.give); !errors.Is(err, shape.ErrWKB) || g != nil {
			t.Errorf("%s: %v, %v", tt.name, g, err)
		}
	}
}

func FuzzReadWKB(f *testing.F) {
	for _, g := range everyKind() {
		f.Add(shape.AppendWKB(nil, g))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := shape.ReadWKB(b)
		if err != nil {
			return
		}
		again, err := shape.ReadWKB(shape.AppendWKB(nil, g))
		if err != nil || !cmp.Equal(g, again) {
			t.Fatalf("%v does not come back: %v, %v", g, again, err)
		}
		if len(b) < 2000 { // nothing that can be read makes anything fail
			_ = shape.Check(g)
			_ = shape.Clip(g, orb.Bound{Min: orb.Point{-1, -1}, Max: orb.Point{7, 8}})
			_ = shape.Relate(g, square(0, 0, 5))
			_ = shape.Distance(g, square(0, 0, 5))
			_ = shape.Overlap(shape.Areas(g), orb.MultiPolygon{square(0, 0, 5)})
			_ = shape.Simplify(g, 1)
			_, _ = shape.InnerPoint(shape.Areas(g))
		}
	})
}

func TestWKT_comesBackAndIsWhatOrbWrites(t *testing.T) {
	t.Parallel()
	for _, g := range everyKind() {
		text := shape.WKT(g)
		if theirs := wkt.MarshalString(g); text != theirs {
			t.Errorf("%s, orb %s", text, theirs)
		}
		got, err := shape.ParseWKT(" " + strings.ToLower(strings.ReplaceAll(text, "(", " (\n")) + " ")
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(g, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestParseWKT_readsTheWaysOfWriting(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give string
		want orb.Geometry
	}{
		{"POINT Z (1 2 3)", orb.Point{1, 2}},
		{"POINTZ(1 2 3)", orb.Point{1, 2}},
		{"POINT ZM (1 2 3 4)", orb.Point{1, 2}},
		{"POINT(1 2 3)", orb.Point{1, 2}},
		{"POINT(-1e3 +.5)", orb.Point{-1000, 0.5}},
		{"MULTIPOINT((1 2),(3 4))", orb.MultiPoint{{1, 2}, {3, 4}}},
		{"MULTIPOINT(1 2,(3 4))", orb.MultiPoint{{1, 2}, {3, 4}}},
		{"POINT EMPTY", orb.MultiPoint{}},
		{"POINT Z EMPTY", orb.MultiPoint{}},
		{"POLYGON EMPTY", orb.MultiPolygon{}},
		{"LINESTRING EMPTY", orb.MultiLineString{}},
		{"GEOMETRYCOLLECTION EMPTY", orb.Collection{}},
		{"GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)", orb.Collection{orb.Point{1, 2}, orb.MultiPolygon{}}},
	}
	for _, tt := range tests {
		got, err := shape.ParseWKT(tt.give)
		if err != nil {
			t.Errorf("%s: %v", tt.give, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.give, diff)
		}
	}
}

func TestParseWKT_refuses(t *testing.T) {
	t.Parallel()
	for _, give := range []string{
		"", "POINT", "POINT(", "POINT(1)", "POINT(1 2", "POINT(1 2) x", "POINT(1 2,3 4)", "POINT(NaN 2)", "POINT(1e999 2)",
		"POINT(1 2 3 4 5)", "POINT()", "CIRCLE(1 2)", "EMPTY", "LINESTRING(0 0,1 1 1)", "LINESTRING(0 0,)",
		"POLYGON(0 0,1 1)", "POLYGON((0 0,1 1)", "MULTIPOINT((1 2)", strings.Repeat("GEOMETRYCOLLECTION(", 10_000),
	} {
		if g, err := shape.ParseWKT(give); !errors.Is(err, shape.ErrWKT) || g != nil {
			t.Errorf("%.40q: %v, %v", give, g, err)
		}
	}
}

func FuzzParseWKT(f *testing.F) {
	for _, g := range everyKind() {
		f.Add(shape.WKT(g))
	}
	f.Add("MULTIPOLYGON ZM EMPTY")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := shape.ParseWKT(text)
		if err != nil {
			return
		}
		again, err := shape.ParseWKT(shape.WKT(g))
		if err != nil || !cmp.Equal(g, again) {
			t.Fatalf("%q is %v, which comes back as %v, %v", text, g, again, err)
		}
	})
}
