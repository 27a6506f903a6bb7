package identity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, newWorld(t, env)) })
}

func ensure(t *testing.T, w *world, number pid.PID) identity.Person {
	t.Helper()
	p, err := w.service.EnsurePerson(w.env.Ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func count(t *testing.T, w *world, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const countPersons = `select count(*) from identity_persons where tenant_id = 't-a'`

func TestEnsurePerson_storesWhatTheRegisterKnows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := ensure(t, w, w.ola)
		if p.Name.Full() != "Ola Ås Nordmann" || p.BirthDate != clock.NewDate(1988, time.January, 2) || p.Deceased() {
			t.Errorf("%+v", p)
		}
		if p.Protection != identity.Unprotected || !p.RegisterUpdatedAt.Equal(storetest.Start()) {
			t.Errorf("protection %s, updated %s", p.Protection, p.RegisterUpdatedAt)
		}
		address, ok := p.VisibleAddress(identity.Actor{Kind: identity.Staff})
		if diff := cmp.Diff(homeAddress(), address); diff != "" || !ok {
			t.Error(diff)
		}
		if _, ok := p.VisibleAddress(identity.Actor{Kind: identity.Anonymous}); ok {
			t.Error("anybody sees the address")
		}
		if again := ensure(t, w, w.ola); again.ID != p.ID {
			t.Error("a second row for one number")
		}
		if got, err := w.service.Number(w.env.Ctx, p.ID); err != nil || got != w.ola {
			t.Errorf("number does not come back: %v", err)
		}
	})
}

func TestEnsurePerson_makesOneRowInARace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ids := make([]string, 12)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				if i == 6 {
					w.keys.rotate()
				}
				p, err := w.service.EnsurePerson(w.env.Ctx, w.kari)
				if err != nil {
					t.Error(err)
				}
				ids[i] = p.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("two persons: %s and %s", id, ids[0])
			}
		}
		if n := count(t, w, countPersons); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestEnsurePerson_survivesKeyRotation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		before := ensure(t, w, w.kari)
		w.keys.rotate()
		if found, err := w.service.FindByNumber(w.env.Ctx, w.kari); err != nil || found.ID != before.ID {
			t.Fatalf("not found under the new key: %v", err)
		}
		if after := ensure(t, w, w.kari); after.ID != before.ID {
			t.Fatal("rotation made a second person")
		}
		if n := count(t, w, `select number_key_version from identity_persons where tenant_id = 't-a'`); n != 2 {
			t.Errorf("the number is still encrypted under key %d", n)
		}
		if got, err := w.service.Number(w.env.Ctx, before.ID); err != nil || got != w.kari {
			t.Errorf("number does not come back: %v", err)
		}
	})
}

func TestEnsurePerson_followsANewNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		dNumber, err := pid.SyntheticD(clock.NewDate(1995, time.June, 6), 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.register.Put(identity.RegisterPerson{Number: dNumber, Name: identity.Name{Given: "Ana", Family: "Novak"}}); err != nil {
			t.Fatal(err)
		}
		before := ensure(t, w, dNumber)
		fresh := number(t, 1995, time.June, 6, 3)
		if err := w.register.Renumber(dNumber, fresh); err != nil {
			t.Fatal(err)
		}
		if after := ensure(t, w, fresh); after.ID != before.ID {
			t.Error("the new number made a new person")
		}
		if got, err := w.service.Number(w.env.Ctx, before.ID); err != nil || got != fresh {
			t.Errorf("the old number is still the person's: %v", err)
		}
		if found, err := w.service.FindByNumber(w.env.Ctx, dNumber); err != nil || found.ID != before.ID {
			t.Errorf("the old number finds nobody: %v", err)
		}
	})
}

func TestPersons_areNotSharedBetweenMunicipalities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		here := ensure(t, w, w.kari)
		there, err := w.service.EnsurePerson(w.env.Other, w.kari)
		if err != nil || there.ID == here.ID {
			t.Fatalf("one row in two municipalities: %v", err)
		}
		if _, err := w.service.Person(w.env.Other, here.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the other municipality reads the person: %v", err)
		}
		if _, err := w.service.Number(w.env.Other, here.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the other municipality reads the number: %v", err)
		}
	})
}

func TestPersons_keepNoNumberInTheClear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ensure(t, w, w.kari)
		err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			cipher, err := store.One(ctx, tx, store.Value[[]byte], `select number_cipher from identity_persons where tenant_id = 't-a'`)
			if err != nil {
				return err
			}
			lookup, err := store.One(ctx, tx, store.Value[string], `select lookup from identity_numbers where tenant_id = 't-a'`)
			if bytes.Contains(cipher, []byte(w.kari.Digits())) || strings.Contains(lookup, w.kari.Digits()) {
				t.Error("the number stands in the database")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestNumber_isBoundToItsRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kari, ola := ensure(t, w, w.kari), ensure(t, w, w.ola)
		err := w.env.DB.Write(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update identity_persons set number_cipher =
				(select o.number_cipher from identity_persons o where o.tenant_id = 't-a' and o.id = $1)
				where tenant_id = 't-a' and id = $2`, ola.ID, kari.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.service.Number(w.env.Ctx, kari.ID); err == nil {
			t.Error("a number moved to another row decrypts there")
		}
	})
}

func TestEnsurePerson_keepsTestAndRealApart(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	w := newWorld(t, env)
	production, err := identity.New(identity.Options{DB: env.DB, Keys: w.keys, Register: w.register, Client: w.client})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := production.EnsurePerson(env.Ctx, w.kari); errs.Of(err) == nil || errs.Of(err).Key != "identity.synthetic" {
		t.Errorf("a synthetic person in production: %v", err)
	}
	real, err := pid.Parse(realLooking())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.service.EnsurePerson(env.Ctx, real); errs.Of(err) == nil || errs.Of(err).Key != "identity.not_synthetic" {
		t.Errorf("a real person in a test: %v", err)
	}
	if _, err := w.service.EnsurePerson(env.Ctx, pid.PID{}); !errors.Is(err, pid.ErrInvalid) {
		t.Errorf("no number at all: %v", err)
	}
}

func TestPerson_hidesAProtectedAddress(t *testing.T) {
	t.Parallel()
	for _, grade := range []identity.Protection{identity.Confidential, identity.StrictlyConfidential, "a grade of tomorrow"} {
		t.Run(string(grade), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				before := ensure(t, w, w.kari)
				if err := w.register.Protect(w.kari, grade); err != nil {
					t.Fatal(err)
				}
				after := ensure(t, w, w.kari)
				viewers := []identity.Actor{
					{Kind: identity.Staff, Grants: []identity.Grant{{Role: "administrator"}}},
					{Kind: identity.System},
					{Kind: identity.Resident, PersonID: before.ID},
				}
				for _, viewer := range viewers {
					if _, ok := after.VisibleAddress(viewer); ok {
						t.Errorf("%s sees it", viewer.Kind)
					}
				}
				if n := count(t, w, countPersons+` and (address_lines <> '' or postal_code <> '' or municipality <> '')`); n != 0 {
					t.Error("the address is still stored")
				}
				if shown := fmt.Sprintf("%+v %v", after, slogText(after)); strings.Contains(shown, "Strandgata") {
					t.Error("the address shows when printed")
				}
			})
		})
	}
}

func slogText(v any) string {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("person", "p", v)
	return out.String()
}

func TestPerson_hidesFromLogs(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	p := ensure(t, w, w.kari)
	actor := identity.Actor{Kind: identity.Resident, PersonID: p.ID, Name: p.Name.Full()}
	if text := slogText(p) + slogText(actor); strings.Contains(text, "Kari") || !strings.Contains(text, p.ID) {
		t.Error(text)
	}
}

func TestFindByName_foldsAndLimits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, n := range []pid.PID{w.kari, w.ola, w.liv, w.nils} {
			ensure(t, w, n)
		}
		for query, want := range map[string]int{"ÅS nord": 1, "NORDMANN": 3, "": 0, "  ": 0, "%": 0, "_": 0, "finnes ikke": 0} {
			got, err := w.service.FindByName(w.env.Ctx, query, 10)
			if err != nil || len(got) != want {
				t.Errorf("%q: %d found, %v", query, len(got), err)
			}
		}
		if got, err := w.service.FindByName(w.env.Ctx, "nordmann", 2); err != nil || len(got) != 2 || got[0].Name.Given != "Kari" {
			t.Errorf("limit: %v %v", got, err)
		}
	})
}

func TestFindByNumber_isNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if _, err := w.service.FindByNumber(w.env.Ctx, w.kari); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("error %v", err)
		}
		if _, err := w.service.Person(w.env.Ctx, "nobody"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("error %v", err)
		}
	})
}

func TestSetContact_checksAndStores(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ensure(t, w, w.kari)
		ctx := w.as(t, w.kari)
		good := identity.Contact{Email: " kari@eksempel.no ", Phone: "+47 412 34 567", Lang: i18n.NN}
		if err := w.service.SetContact(ctx, good); err != nil {
			t.Fatal(err)
		}
		p := w.person(t, w.kari)
		if p.Email != "kari@eksempel.no" || p.Phone != "+47 412 34 567" || p.Lang != i18n.NN {
			t.Errorf("%+v", p)
		}
		for name, bad := range map[string]identity.Contact{
			"email": {Email: "kari"}, "email with a name": {Email: "Kari <kari@eksempel.no>"}, "phone": {Phone: "12"},
			"letters": {Phone: "412345ab"}, "lang": {Lang: "de"},
		} {
			if err := w.service.SetContact(ctx, bad); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.service.SetContact(w.env.Ctx, good); !errs.Is(err, errs.KindLogin) {
			t.Errorf("anonymous: %v", err)
		}
	})
}

func TestPerson_comesOfAgeOnTheBirthday(t *testing.T) {
	t.Parallel()
	p := identity.Person{BirthDate: clock.NewDate(2008, time.November, 23)}
	if !p.MinorOn(clock.NewDate(2026, time.November, 22)) || p.MinorOn(clock.NewDate(2026, time.November, 23)) {
		t.Error("not 18 on the day")
	}
	if (identity.Person{}).MinorOn(clock.NewDate(2026, time.November, 23)) {
		t.Error("somebody without a birth date is a minor")
	}
}

func TestActor_travelsInTheContext(t *testing.T) {
	t.Parallel()
	if a := identity.From(t.Context()); a.Kind != identity.Anonymous || a.LoggedIn() {
		t.Errorf("%+v", a)
	}
	if a := identity.From(identity.AsSystem(t.Context(), "jobs")); a.Kind != identity.System || a.SystemName != "jobs" {
		t.Errorf("%+v", a)
	}
	ctx := identity.With(t.Context(), identity.Actor{Kind: identity.Staff, PersonID: "p"})
	if a := identity.From(ctx); !a.LoggedIn() || a.Kind != identity.Staff {
		t.Errorf("%+v", a)
	}
}

func TestMessages_areComplete(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("identity", identity.Messages()); err != nil {
		t.Fatal(err)
	}
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
}

func TestNew_needsItsParts(t *testing.T) {
	t.Parallel()
	if _, err := identity.New(identity.Options{}); err == nil {
		t.Error("a service of nothing")
	}
}
