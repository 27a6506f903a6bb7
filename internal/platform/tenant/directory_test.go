package tenant_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func directory(t *testing.T, db *store.DB) *tenant.Directory {
	t.Helper()
	d := tenant.NewDirectory(db, slog.New(slog.DiscardHandler))
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDirectory_findsByHost(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		addTenant(t, env.DB, kristiansand())
		addTenant(t, env.DB, karasjok())
		d := directory(t, env.DB)
		for host, want := range map[string]string{
			"kristiansand.torg.test":        "kristiansand",
			"kristiansand.torg.test:8080":   "kristiansand",
			"Kristiansand.TORG.test":        "kristiansand",
			"kristiansand.torg.test.":       "kristiansand",
			"KRISTIANSAND.torg.test.:443":   "kristiansand",
			"karasjok.kommune.test":         "karasjok",
			"alpha.test":                    "karasjok",
			"torg.test":                     "",
			"evil.kristiansand.torg.test":   "",
			"kristiansand.torg.test.evil":   "",
			"kristiansand.torg.test:x:y":    "",
			"":                              "",
			":8080":                         "",
			"[::1]:8080":                    "",
			"127.0.0.1":                     "",
			"kristiansand.torg.test\x00":    "",
			"kristiansand.torg.test..":      "",
			" kristiansand.torg.test":       "",
			"http://kristiansand.torg.test": "",
		} {
			got, ok := d.ByHost(host)
			if got.Slug != want || ok != (want != "") {
				t.Errorf("host %q: %q, %v; want %q", host, got.Slug, ok, want)
			}
		}
	})
}

func TestDirectory_findsWhatAnOperatorMeans(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	a := addTenant(t, env.DB, kristiansand())
	d := directory(t, env.DB)
	for _, s := range []string{"kristiansand", "4204", a.ID} {
		if got, ok := d.BySlugOrNumber(s); !ok || got.ID != a.ID {
			t.Errorf("%q: %+v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "Kristiansand", "0301", "kristiansand.torg.test"} {
		if got, ok := d.BySlugOrNumber(s); ok {
			t.Errorf("%q: %+v", s, got)
		}
	}
	if got, ok := d.ByID(a.ID); !ok || got.Slug != "kristiansand" {
		t.Errorf("by key: %+v, %v", got, ok)
	}
	if len(d.All()) != 1 {
		t.Errorf("%d tenants", len(d.All()))
	}
}

func TestDirectory_followsAnotherProcess(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		d := directory(t, env.DB)
		if len(d.All()) != 0 {
			t.Fatalf("%d tenants in an empty database", len(d.All()))
		}
		other, err := store.Open(t.Context(), env.Config)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		added := addTenant(t, other, kristiansand())
		eventually(t, "the new tenant", func() bool {
			_, ok := d.ByHost("kristiansand.torg.test")
			return ok
		})
		ctx := tenant.Bind(t.Context(), added)
		if err := tenant.NewService(other).SetColor(ctx, "#654321"); err != nil {
			t.Fatal(err)
		}
		if err := tenant.NewService(other).SetSettings(ctx, map[string]string{"a.b": "c"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the colour and the setting", func() bool {
			now, _ := d.ByID(added.ID)
			return now.Color == "#654321" && now.Settings["a.b"] == "c"
		})
	})
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s was never seen", what)
}

func TestDirectory_keepsWhatItKnowsWhenTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	addTenant(t, env.DB, kristiansand())
	second, err := store.Open(t.Context(), env.Config)
	if err != nil {
		t.Fatal(err)
	}
	d := directory(t, second)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Refresh(t.Context()); err == nil {
		t.Error("a closed database was read")
	}
	if _, ok := d.ByHost("kristiansand.torg.test"); !ok {
		t.Error("the tenant was forgotten")
	}
}

func TestDirectory_startFailsWithoutTables(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t)
	d := tenant.NewDirectory(env.DB, slog.New(slog.DiscardHandler))
	if err := d.Start(t.Context()); err == nil {
		t.Error("started without a table of tenants")
	}
	if err := d.Stop(t.Context()); err != nil {
		t.Errorf("what was never started is stopped: %v", err)
	}
}

func TestBind_bindsTextsAndStore(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	a := addTenant(t, env.DB, kristiansand())
	d := directory(t, env.DB)
	ctx, err := d.Bind(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := tenant.From(ctx); got.ID != a.ID || store.TenantOf(ctx) != a.ID {
		t.Errorf("bound to %+v, the store to %q", got, store.TenantOf(ctx))
	}
	if _, err := d.Bind(t.Context(), "t-unknown"); !errors.Is(err, tenant.ErrUnknown) {
		t.Errorf("an unknown key: %v", err)
	}
	if got := tenant.From(t.Context()); got.ID != "" || got.MainHost() != "" || got.Enabled("x") {
		t.Errorf("without a tenant: %+v", got)
	}
}
