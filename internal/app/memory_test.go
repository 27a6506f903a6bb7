package app

import (
	"log/slog"
	"runtime/debug"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestGarbagePercent_leavesTheIndexesOut(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, tt := range []struct {
		alive, indexes int64
		want           int
	}{
		{100 * mb, 0, 100},
		{100 * mb, 15 * mb, 100},
		{100 * mb, 50 * mb, 50},
		{200 * mb, 50 * mb, 75},
		{20 * mb, 48 * mb, 50},   // the collector has not seen the indexes yet
		{400 * mb, 360 * mb, 20}, // not without end: it must not do nothing else
		{0, 16 * mb, 75},
	} {
		if got := garbagePercent(tt.alive, tt.indexes); got != tt.want {
			t.Errorf("%d MB alive, %d MB of it indexes: %d %%, want %d %%", tt.alive/mb, tt.indexes/mb, got, tt.want)
		}
	}
	if alive() <= 0 {
		t.Error("nothing is alive")
	}
}

// What the whole program shares is left as it was found.
func TestMapMemory_setsTheCollectorBack(t *testing.T) { //nolint:paralleltest // the collector is everybody's
	env := storetest.SQLite(t, layers.Migrations())
	a, err := access.New(slog.New(slog.DiscardHandler), layers.Rules())
	if err != nil {
		t.Fatal(err)
	}
	before := debug.SetGCPercent(usualPercent)
	defer debug.SetGCPercent(before)
	m := &mapMemory{layers: layers.NewService(env.DB, a, layers.Options{})}
	m.resized(1 << 30)
	if now := percentNow(); now != usualPercent {
		t.Errorf("before it serves: %d %%", now)
	}
	if err := m.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.resized(1 << 30)
	if now := percentNow(); now != leastPercent {
		t.Errorf("with a gigabyte of indexes: %d %%", now)
	}
	m.resized(0)
	if now := percentNow(); now != usualPercent {
		t.Errorf("without indexes: %d %%", now)
	}
	m.resized(1 << 30)
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := percentNow(); now != usualPercent {
		t.Errorf("after it has served: %d %%", now)
	}
	debug.SetGCPercent(300) // the operator has said so
	if err := m.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.resized(1 << 30)
	if now := percentNow(); now != 300 {
		t.Errorf("the operator's choice became %d %%", now)
	}
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func percentNow() int {
	now := debug.SetGCPercent(usualPercent)
	debug.SetGCPercent(now)
	return now
}
