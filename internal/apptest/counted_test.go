package apptest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// TestSQLite_knowsHowManyRowsItHas: it counts them every night, and after a large import of
// a map, not after a small one; and keeps no samples of their values (ADR 24).
func TestSQLite_knowsHowManyRowsItHas(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	before := countedIn(t, h, "geo_features")
	h.Advance(24 * time.Hour)
	night := countedIn(t, h, "geo_features")
	if before != 0 || night == 0 || countedIn(t, h, "cases") == 0 {
		t.Fatalf("before the night %d features were counted, after it %d", before, night)
	}
	for _, stops := range []int{9_999, 10_000} {
		result, err := h.App.ImportMap(identity.AsSystem(h.In("torgoy"), "test"), app.MapFile{
			Path: stopsFile(t, stops), Layer: "bus_stops", Part: strconv.Itoa(stops), Anywhere: true, Words: h.App.Bundle.For(i18n.NB),
		})
		if err != nil || result.Features != int64(stops) {
			t.Fatalf("%d of %d stops, %v", result.Features, stops, err)
		}
		counted := countedIn(t, h, "geo_features")
		if large := stops >= 10_000; large != (counted > night+9_000) {
			t.Errorf("after %d stops %d features are counted, %d before", stops, counted, night)
		}
	}
}

// countedIn is how many rows SQLite believes a table to have, 0 when it has never counted.
func countedIn(t *testing.T, h *apptest.Harness, table string) (rows int) {
	t.Helper()
	err := h.App.DB.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		known, err := store.One(ctx, tx, store.Value[int64], `select count(*) from sqlite_master where name = 'sqlite_stat1'`)
		if err != nil || known == 0 {
			return err
		}
		stat, err := store.One(ctx, tx, store.Value[string], `select stat from sqlite_stat1 where tbl = $1 order by idx limit 1`, table)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(stat, " ")
		if rows, err = strconv.Atoi(first); err != nil {
			return err
		}
		samples, err := store.One(ctx, tx, store.Value[int64], `select count(*) from sqlite_stat4`)
		if samples != 0 {
			t.Errorf("%d samples are kept", samples)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// stopsFile is a file of so many bus stops.
func stopsFile(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"type":"Feature","id":"s%d","geometry":{"type":"Point","coordinates":[%.5f,%.5f]},"properties":{"name":"Stopp %d"}}`, i, 6+float64(i%100)/1000, 57+float64(i/100)/1000, i)
	}
	b.WriteString("]}")
	path := filepath.Join(t.TempDir(), "stops.geojson")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
