package apptest_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Worlds are copied from one that was set up once: nothing that happens in one may
// be seen in another.
func TestStart_givesEachTestAWorldOfItsOwn(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := apptest.Start(t, apptest.Options{Postgres: postgres})
			before := draftsOf(t, one)
			draftOf(t, one)
			two := apptest.Start(t, apptest.Options{Postgres: postgres})
			if got := draftsOf(t, one); got != before+1 {
				t.Errorf("%d drafts where one was begun, want %d", got, before+1)
			}
			if got := draftsOf(t, two); got != before {
				t.Errorf("%d drafts in the world beside, want %d", got, before)
			}
			two.Advance(90 * 24 * time.Hour)
			if a, b := one.Clock.Now(), two.Clock.Now(); !a.Before(b) {
				t.Errorf("the clocks show %s and %s", a, b)
			}
			if one.App.Config.DataDir() == two.App.Config.DataDir() {
				t.Error("both keep their data in one folder")
			}
		})
	}
}

func draftsOf(t *testing.T, h *apptest.Harness) int {
	t.Helper()
	list, err := h.App.Applications.Drafts(h.As(torgoy, demo.Mother))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// What a copy has of its mould is whole: its documents open with its key, its people
// log in and find their cases, and nothing is left to be done.
func TestStart_copiesEverything(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{}, func(t *testing.T, h *apptest.Harness) {
		h.Visitor("torgoy").As(demo.Mother).Get("/my").Must(http.StatusOK)
		if mine, err := h.App.Cases.Mine(h.As(torgoy, demo.Mother)); err != nil || len(mine) == 0 {
			t.Errorf("the mother has %d cases, %v", len(mine), err)
		}
		for _, town := range demo.Towns() {
			ctx := identity.AsSystem(h.In(town.Slug), "test")
			document := documentOf(ctx, t, h)
			file, _, err := h.App.Blobs.Open(ctx, document)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, file); err != nil || n == 0 {
				t.Errorf("a document of %s: %d bytes, %v", town.Slug, n, err)
			}
			_ = file.Close()
		}
		if ran, err := h.App.Runner.Drain(t.Context()); err != nil || ran != 0 {
			t.Errorf("%d jobs were left, %v", ran, err)
		}
	})
}

func documentOf(ctx context.Context, t *testing.T, h *apptest.Harness) (id string) {
	t.Helper()
	err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = store.One(ctx, tx, store.Value[string], `select id from blob_documents where tenant_id = $1 order by id limit 1`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
