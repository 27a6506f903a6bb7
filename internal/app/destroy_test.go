package app_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// onBoth runs a test with the demonstration's municipalities on both databases.
func onBoth(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func town(t *testing.T, h *apptest.Harness, slug string) tenant.Tenant {
	t.Helper()
	found, known := h.App.Directory.BySlugOrNumber(slug)
	if !known {
		t.Fatalf("no municipality %s", slug)
	}
	return found
}

// contents are all rows, as digests by table and tenant, and every text in them.
type contents struct {
	rows  map[string][]string // "table tenant"
	texts map[string]string   // by tenant
}

func read(t *testing.T, h *apptest.Harness) contents {
	t.Helper()
	c := contents{rows: map[string][]string{}, texts: map[string]string{}}
	texts := map[string]*strings.Builder{}
	ok(t, h.App.DB.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tables, err := store.Catalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			place := slices.IndexFunc(table.Columns, func(c store.Column) bool { return c.Name == "tenant_id" })
			if place < 0 {
				continue
			}
			err := table.Each(ctx, tx, func(values []any) error {
				of := fmt.Sprint(values[place])
				key := table.Name + " " + of
				c.rows[key] = append(c.rows[key], fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%v", values))))
				if texts[of] == nil {
					texts[of] = &strings.Builder{}
				}
				_, err := fmt.Fprintln(texts[of], values...)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	for of, text := range texts {
		c.texts[of] = text.String()
	}
	return c
}

// of are a tenant's rows by table.
func (c contents) of(tenantID string) map[string][]string {
	out := map[string][]string{}
	for key, rows := range c.rows {
		if table, id, _ := strings.Cut(key, " "); id == tenantID {
			slices.Sort(rows)
			out[table] = rows
		}
	}
	return out
}

func TestRotateKeys_keepsPeopleFoundLoggedInAndRead(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *apptest.Harness) {
		here, player := town(t, h, "torgoy"), player(t, h, demo.Mother)
		before, err := h.App.Identity.FindByNumber(h.In("torgoy"), player.Number)
		ok(t, err)
		mother := h.Visitor("torgoy").As(demo.Mother)
		path := mother.Get("/my").Must(http.StatusOK).Link("/my/cases/")
		told := mother.Get(path).Must(http.StatusOK).Main()
		people := len(read(t, h).of(here.ID)["identity_persons"])

		for want := 2; want <= 3; want++ {
			if version, err := h.App.RotateKeys(t.Context(), here); err != nil || version != want {
				t.Fatalf("version %d, want %d, %v", version, want, err)
			}
			after, err := h.App.Identity.FindByNumber(h.In("torgoy"), player.Number)
			if err != nil || after.ID != before.ID {
				t.Fatalf("found by number: %v, %v", after.ID, err)
			}
			if number, err := h.App.Identity.Number(h.In("torgoy"), before.ID); err != nil || number != player.Number {
				t.Errorf("the number does not come back: %v", err)
			}
			mother.Get(path).Must(http.StatusOK) // the session from before
			again := h.Visitor("torgoy").As(demo.Mother)
			if got := again.Get("/my").Must(http.StatusOK).Link("/my/cases/"); got != path {
				t.Errorf("logged in as somebody with %s, not %s", got, path)
			}
			if now := again.Get(path).Must(http.StatusOK).Main(); now != told {
				t.Errorf("her case reads otherwise now:\n%s", cmp.Diff(told, now))
			}
			h.Visitor("torgoy").As(demo.CaseWorker).Get("/work").Must(http.StatusOK)
		}
		now := read(t, h)
		if n := len(now.of(here.ID)["identity_persons"]); n != people {
			t.Errorf("%d persons, %d before", n, people)
		}
		if n := strings.Count(now.texts[here.ID], "app.keys_rotated"); n != 2 {
			t.Errorf("%d rotations in the log", n)
		}
		if version, err := h.App.Keys.Version(t.Context(), town(t, h, "fjordbygda").ID); err != nil || version != 1 {
			t.Errorf("the neighbour's version is %d, %v", version, err)
		}
	})
}

func player(t *testing.T, h *apptest.Harness, part demo.Part) demo.Resident {
	t.Helper()
	found, known := h.Demo.Population().Player(0, part)
	if !known {
		t.Fatalf("nobody plays %s", part)
	}
	return found
}

// remaining are the tables in which a destroyed municipality is still named.
var remaining = []string{"audit_entries", "audit_heads", "audit_leaves", "audit_nodes", "audit_trees", "tenant_hosts", "tenant_names", "tenant_numbers", "tenants"}

func TestDestroy_leavesNothingToReadAndTheNeighbourAsItWas(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *apptest.Harness) {
		here, there, mother := town(t, h, "torgoy"), town(t, h, "fjordbygda"), player(t, h, demo.Mother)
		secret, err := h.App.Keys.Encrypt(t.Context(), here.ID, "test", []byte("hemmelig"), nil)
		ok(t, err)
		visitor := h.Visitor("torgoy").As(demo.Mother)
		visitor.Get("/my").Must(http.StatusOK)
		before := read(t, h)
		if !strings.Contains(before.texts[here.ID], mother.Name.Family) {
			t.Fatal("the test looks for a name that never was there")
		}
		doomed, err := h.App.FindDoomed(t.Context(), "torgoy")
		ok(t, err)
		removed, err := h.App.Destroy(t.Context(), doomed)
		if err != nil || removed < 500 {
			t.Fatalf("%d rows removed, %v", removed, err)
		}
		after := read(t, h)
		for table := range after.of(here.ID) {
			if !slices.Contains(remaining, table) {
				t.Errorf("%s still has rows", table)
			}
		}
		for _, text := range []string{mother.Name.Family, mother.Name.Given, mother.Number.Digits()} {
			if strings.Contains(after.texts[here.ID], text) {
				t.Errorf("%q can still be read", text)
			}
		}
		if _, err := h.App.Keys.Decrypt(t.Context(), here.ID, "test", secret, nil); !errors.Is(err, keys.ErrNoKeys) {
			t.Errorf("decrypting: %v", err)
		}
		was, is := before.of(there.ID), after.of(there.ID)
		if len(was["audit_entries"]) != len(is["audit_entries"]) {
			t.Errorf("the neighbour's log had %d entries and has %d", len(was["audit_entries"]), len(is["audit_entries"]))
		}
		for _, sealed := range remaining[:5] { // its log is sealed by the way
			delete(was, sealed)
			delete(is, sealed)
		}
		if diff := cmp.Diff(was, is); diff != "" {
			t.Errorf("the neighbour has changed: %.2000s", diff)
		}
	})
}

func TestDestroy_endsThePagesPlainlyAndProvesWhatWas(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *apptest.Harness) {
		here := town(t, h, "torgoy")
		visitors := map[string]*apptest.Visitor{"logged in": h.Visitor("torgoy").As(demo.Mother).Still(), "a visitor": h.Visitor("torgoy").Still()}
		neighbour := h.Visitor("fjordbygda").As(demo.Mother)
		told := neighbour.Get("/my").Must(http.StatusOK).Main()
		doomed, err := h.App.FindDoomed(t.Context(), here.Number)
		ok(t, err)
		if doomed.Closed || doomed.Number != here.Number {
			t.Errorf("doomed: %+v", doomed)
		}
		_, err = h.App.Destroy(t.Context(), doomed)
		ok(t, err)
		for who, v := range visitors {
			for _, path := range []string{"/", "/my", "/login", "/work", "/admin", "/api/cases", "/documents/1"} {
				p := v.Get(path).Must(http.StatusNotFound)
				if text := p.Text(); strings.Contains(text, "keys:") || strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s says %q", who, path, text)
				}
			}
		}
		h.Advance(2 * time.Hour) // what runs by itself goes on without it
		neighbour = h.Visitor("fjordbygda").As(demo.Mother)
		if now := neighbour.Get("/my").Must(http.StatusOK).Main(); now != told {
			t.Errorf("the neighbour's pages have changed: %s", cmp.Diff(told, now))
		}
		report, err := h.App.Audit.Verify(identity.AsSystem(tenant.Bind(t.Context(), here), "test"))
		if err != nil || !report.OK() || report.Erased == 0 {
			t.Errorf("the log: %+v, %v", report, err)
		}
		again, err := h.App.FindDoomed(t.Context(), here.Slug)
		if err != nil || !again.Closed {
			t.Errorf("afterwards: %+v, %v", again, err)
		}
		if removed, err := h.App.Destroy(t.Context(), again); err != nil || removed != 0 {
			t.Errorf("a second time: %d rows, %v", removed, err)
		}
		if _, err := h.App.FindDoomed(t.Context(), "nowhere"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("nowhere: %v", err)
		}
	})
}
