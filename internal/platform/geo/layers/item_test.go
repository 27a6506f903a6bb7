package layers

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/tile"
)

func TestItem_keepsShapesToTheMillimetre(t *testing.T) {
	t.Parallel()
	shapes := []orb.Geometry{
		orb.Point{341234.567, 6394321.001},
		orb.MultiPoint{{1, 2}, {-3.5, 4.25}},
		orb.LineString{{0, 0}, {10.125, -7}, {1e6, 7e6}},
		orb.MultiLineString{{{0, 0}, {1, 1}}, {{5, 5}, {6, 7}}},
		square(340000, 6394000, 12.34),
		orb.MultiPolygon{square(0, 0, 1), {square(10, 10, 10)[0], square(12, 12, 2)[0]}},
		orb.Collection{orb.Point{1, 1}, square(3, 3, 3), orb.Collection{orb.LineString{{0, 0}, {9, 9}}}},
		nil,
	}
	for _, g := range shapes {
		it := readItem(appendItem(nil, Feature{Row: 7, Geometry: g}, 1e3, nil))
		var used room
		for _, r := range []*room{nil, &used, &used} {
			u := it.open(1e3, r)
			if diff := cmp.Diff(g, u.shape()); diff != "" {
				t.Errorf("%T: %s", g, diff)
			}
			if tags := u.tags(nil, nil); len(tags) != 0 || len(u.b) != 0 {
				t.Errorf("%T: %d tags, %d bytes are left", g, len(tags), len(u.b))
			}
		}
		if it.row != 7 {
			t.Errorf("row %d", it.row)
		}
	}
}

func TestItem_roundsAnyNumberToItsMillimetre(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		line := make(orb.LineString, 2+r.IntN(20))
		for i := range line {
			line[i] = orb.Point{(r.Float64() - 0.3) * 1.2e6, r.Float64() * 8e6}
		}
		u := readItem(appendItem(nil, Feature{Geometry: line}, 1e3, nil)).open(1e3, nil)
		got, _ := u.shape().(orb.LineString)
		for i, p := range got {
			if math.Abs(p[0]-line[i][0]) > 0.00051 || math.Abs(p[1]-line[i][1]) > 0.00051 {
				t.Fatalf("%v became %v", line[i], p)
			}
		}
	}
}

func TestItem_carriesTags(t *testing.T) {
	t.Parallel()
	names := []string{"name", "missing", "whole", "number", "yes", "no", "id", "list"}
	f := Feature{ID: "a/1", Geometry: orb.Point{1, 1}}
	values, err := tagsIn(`{"list":[1],"name":"Kråkå","no":false,"number":0.1,"other":"x","whole":-12,"yes":true}`, f.ID, names, nil)
	if err != nil {
		t.Fatal(err)
	}
	u := readItem(append(appendItem(nil, f, 1e3, values), "what lies behind"...)).open(1e3, nil)
	u.shape()
	want := []tile.Tag{
		{Key: "name", Value: tile.Text("Kråkå")},
		{Key: "whole", Value: tile.Int(-12)},
		{Key: "number", Value: tile.Double(0.1)},
		{Key: "yes", Value: tile.Bool(true)},
		{Key: "no", Value: tile.Bool(false)},
		{Key: "id", Value: tile.Text("a/1")},
		{Key: "list", Value: tile.Text("")},
	}
	if diff := cmp.Diff(want, u.tags(names, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestItem_isValidFromItsFirstMinuteUntilItsEnd(t *testing.T) {
	t.Parallel()
	from, to := day(2020, 1, 1), day(2021, 1, 1)
	i := readItem(appendItem(nil, Feature{Geometry: orb.Point{}, From: from, To: to}, 1e3, nil))
	open := readItem(appendItem(nil, Feature{Geometry: orb.Point{}}, 1e3, nil))
	for at, want := range map[time.Time]bool{from: true, from.Add(-time.Minute): false, to.Add(-time.Minute): true, to: false} {
		if got := i.at(minutes(at, 0)); got != want {
			t.Errorf("valid at %s: %v", at, got)
		}
		if !open.at(minutes(at, 0)) {
			t.Errorf("what always is, is not at %s", at)
		}
	}
	if i.during(minutes(to, 0), math.MaxInt32-1) || !i.during(math.MinInt32, minutes(from, 0)) {
		t.Error("intervals touch wrongly")
	}
	if far := minutes(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 0); far != math.MaxInt32-1 {
		t.Errorf("a far day is minute %d", far)
	}
}

func TestCache_forgetsWhatNobodyAsksFor(t *testing.T) {
	t.Parallel()
	c := NewCache(20 * (overhead + 101))
	body := make([]byte, 100)
	for i := range 26 {
		c.Put(string(rune('a'+i)), body, "")
		if _, _, found := c.Get("a"); !found {
			t.Fatalf("what is asked for is forgotten after %d", i)
		}
	}
	if _, _, found := c.Get("b"); found {
		t.Error("what nobody asks for is kept")
	}
	if _, _, found := c.Get("z"); !found {
		t.Error("the last is not kept")
	}
	if c.Bytes() > 20*(overhead+101) {
		t.Errorf("it takes %d bytes", c.Bytes())
	}
	c.Put("a", nil, "new")
	if body, tag, _ := c.Get("a"); body != nil || tag != "new" {
		t.Errorf("it was not replaced: %q %q", body, tag)
	}
	c.Put("huge", make([]byte, 10_000), "")
	if _, _, found := c.Get("huge"); found {
		t.Error("one thing pushes out all others")
	}
}
