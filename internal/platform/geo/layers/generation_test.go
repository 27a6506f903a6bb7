package layers

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

func world0() tile.ID { return tile.ID{} }

func TestGeneration_isSeenAsAWhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}), place("b", orb.Point{2, 2}))
		// An import that has died: a row of the next generation, and an end in it.
		w.write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			l := layer("places")
			l.Generation = 2
			if err := insert(ctx, tx, l, place("c", orb.Point{3, 3}), 99); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update geo_features set ended = 2 where tenant_id = $1 and layer = 'places' and id = 'a'`, tx.Tenant)
			return err
		})
		box := orb.Bound{Max: orb.Point{10, 10}}
		for _, q := range []Query{{}, {Box: &box}, {Timed: true}, {Timed: true, Box: &box}, {IDs: []string{"a", "b", "c"}}} {
			q.Layer = "places"
			if got, _ := w.find(w.Ctx, q); !slices.Equal(got, []string{"a", "b"}) {
				t.Errorf("%+v sees %v", q, got)
			}
		}
	})
}

func TestHistory_tellsWhenAVersionEnded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.Clock.Now()
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}))
		w.Clock.Advance(24 * time.Hour)
		second := w.Clock.Now()
		moved := place("a", orb.Point{1, 2})
		moved.From = second
		w.put(w.Ctx, layer("places"), []string{"a"}, moved)
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			versions, err := w.History(ctx, tx, "places", "a", crs.System{})
			if err != nil {
				return err
			}
			if len(versions) != 2 || versions[0].Geometry != (orb.Point{1, 2}) || !versions[1].To.Equal(second) {
				t.Errorf("versions %+v", versions)
			}
			seen, err := w.Generations(ctx, tx, "places")
			if len(seen) != 2 || seen[0].Generation != 2 || !seen[1].At.Equal(first) {
				t.Errorf("generations %+v", seen)
			}
			return err
		})
		got, p := w.find(w.Ctx, Query{Layer: "places", Timed: true, From: first.Add(time.Hour), To: first.Add(time.Hour)})
		if len(got) != 1 || p.Features[0].Geometry != (orb.Point{1, 1}) {
			t.Errorf("on the first day: %+v", p.Features)
		}
	})
}

func TestFeatureIn_isTheOneThatIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}))
		w.put(w.Ctx, layer("places"), []string{"a"}, place("a", orb.Point{1, 2}), place("b", nil))
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			f, err := w.FeatureIn(ctx, tx, "places", "a", crs.System{})
			if err != nil || f.Geometry != (orb.Point{1, 2}) || f.Text("name") != "place a" || f.Number("size") != 2.5 || !f.Flag("open") {
				t.Errorf("%+v, %v", f, err)
			}
			if f, err = w.FeatureIn(ctx, tx, "places", "b", crs.System{}); err != nil || f.Geometry != nil || len(f.Area()) != 0 {
				t.Errorf("without a place: %+v, %v", f, err)
			}
			if _, err := w.FeatureIn(ctx, tx, "places", "x", crs.System{}); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("one that is not there: %v", err)
			}
			return nil
		})
	})
}

func TestChangesIn_tellsWhatCameWentAndChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var heard []Change
		w.Follow(func(_ context.Context, _ *store.Tx, c Change) error { heard = append(heard, c); return nil })
		w.put(w.Ctx, layer("places"), nil, place("kept", orb.Point{1, 1}), place("moved", orb.Point{2, 2}), place("gone", orb.Point{3, 3}))
		c := w.put(w.Ctx, layer("places"), []string{"moved", "gone"}, place("moved", orb.Point{4, 4}), place("new", orb.Point{5, 5}))
		var got []string
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			return w.ChangesIn(ctx, tx, c, crs.System{}, func(before, after *Feature) error {
				switch {
				case before == nil:
					got = append(got, "+"+after.ID)
				case after == nil:
					got = append(got, "-"+before.ID)
				default:
					got = append(got, "~"+after.ID)
					if before.Geometry != (orb.Point{2, 2}) || after.Geometry != (orb.Point{4, 4}) {
						t.Errorf("from %v to %v", before.Geometry, after.Geometry)
					}
				}
				return nil
			})
		})
		if diff := cmp.Diff([]string{"~moved", "+new", "-gone"}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]Change{{Layer: "places", To: 1}, {Layer: "places", From: 1, To: 2}}, heard); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTile_showsTheLayersAndChangesWithThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		utm, _ := crs.ByCode(crs.UTM32)
		at := orb.Point{569000, 6703000}
		id := tile.At(crs.Between(utm, crs.CRS84())(at), 14)
		w.put(w.Ctx, layer("places"), nil, place("a", square(at[0], at[1], 50)))
		w.put(w.Ctx, layer("roads"), nil, place("r", orb.LineString{at, {at[0] + 80, at[1]}}))
		first, err := w.Tile(anybody(w.Ctx), []string{"places", "roads"}, id)
		if err != nil {
			t.Fatal(err)
		}
		if !first.Public || first.ETag == "" {
			t.Errorf("tile %+v", first)
		}
		shown := decoded(t, first.Body)
		if len(shown) != 2 || shown[0].Name != "places" || len(shown[1].Features) != 1 || shown[0].Features[0].Properties["id"] != "a" || shown[0].Features[0].Properties["name"] != "place a" {
			t.Errorf("layers %+v", shown)
		}
		again, err := w.Tile(w.Ctx, []string{"places", "roads"}, id)
		if err != nil || again.ETag != first.ETag {
			t.Errorf("again %s: %v", again.ETag, err)
		}
		w.put(w.Ctx, layer("places"), []string{"a"})
		later, err := w.Tile(w.Ctx, []string{"places", "roads"}, id)
		if err != nil || later.ETag == first.ETag || len(decoded(t, later.Body)) != 1 {
			t.Errorf("after an import %s: %v", later.ETag, err)
		}
		if empty, err := w.Tile(w.Ctx, []string{"places"}, id); err != nil || empty.Body != nil {
			t.Errorf("an empty tile: %+v, %v", empty, err)
		}
		if _, err := w.Tile(w.Ctx, []string{"nothing"}, id); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a layer that is not there: %v", err)
		}
	})
}

func decoded(t *testing.T, body []byte) mvt.Layers {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return layers
}

func TestTile_isReadyMadeOfABaseMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		base := layer("base")
		base.Kind = Tiles
		w.put(w.Ctx, base, nil)
		w.write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `insert into geo_tiles (tenant_id, layer, generation, z, x, y, data) values ($1, 'base', 1, 1, 1, 0, $2)`, tx.Tenant, []byte("plain"))
			return err
		})
		got, err := w.Tile(w.Ctx, []string{"base"}, tile.ID{Z: 1, X: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(bytes.NewReader(got.Body))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || string(plain) != "plain" {
			t.Errorf("%q, %v", plain, err)
		}
		if empty, err := w.Tile(w.Ctx, []string{"base"}, tile.ID{Z: 1}); err != nil || empty.Body != nil {
			t.Errorf("a tile that is not there: %+v, %v", empty, err)
		}
		w.put(w.Ctx, layer("places"), nil)
		if _, err := w.Tile(w.Ctx, []string{"base", "places"}, world0()); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("together with another: %v", err)
		}
	})
}

func TestEncodeProperties_keepsTypesThroughTheStore(t *testing.T) {
	t.Parallel()
	in := map[string]any{"text": "Æ <b>", "whole": int64(9007199254740993), "float": 3.0, "small": 1e-9, "yes": true, "none": nil, "at": day(2020, 1, 2)}
	text, err := EncodeProperties(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"text": "Æ <b>", "whole": int64(9007199254740993), "float": 3.0, "small": 1e-9, "yes": true, "at": "2020-01-02T00:00:00Z"}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("%s: %s", text, diff)
	}
	if again, _ := EncodeProperties(out); again != text {
		t.Errorf("%s became %s", text, again)
	}
	if _, err := decode(`{"a":`); err == nil {
		t.Error("half an object is read")
	}
}
