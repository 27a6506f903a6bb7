package staff

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// world is a municipality with an administrator, and a neighbour.
type world struct {
	t       testing.TB
	env     storetest.Env
	service *Service
	roles   *access.Service
	access  *access.Access
	sealer  *audit.Sealer
	tenants *tenant.Service
	post    *notify.Service
	ring    *keys.Ring
	numbers map[string]pid.PID
	people  map[string]identity.Person

	// ctx is the municipality as its administrator ada sees it; other is the
	// neighbour as an administrator of its own sees it.
	here, there  tenant.Tenant
	ctx, other   context.Context
	school, care tenant.Department
}

func modules() []fs.FS {
	return []fs.FS{tenant.Migrations(), keys.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(), notify.Migrations()}
}

func onBoth(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, newWorld(t, env)) })
}

func newWorld(tb testing.TB, env storetest.Env) *world {
	tb.Helper()
	w := &world{t: tb, env: env, numbers: map[string]pid.PID{}, people: map[string]identity.Person{}}
	var err error
	w.access, err = access.New(slog.New(slog.DiscardHandler), Rules())
	w.ok(err)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	public, _ := key.Public().(ed25519.PublicKey)
	w.sealer = audit.NewSealer(env.DB, key, io.Discard, slog.New(slog.DiscardHandler))
	w.roles = access.NewService(env.DB, w.access, audit.AccessJournal{})
	w.tenants = tenant.NewService(env.DB)
	ring := w.makeTenants()
	w.makePost(ring)
	people := w.makePeople(ring)
	w.service = NewService(Deps{
		DB: env.DB, Access: w.access, Roles: w.roles, Identity: people,
		Audit: audit.NewService(env.DB, w.access, public), Tenants: w.tenants, Post: w.post, Keys: ring,
	})
	w.populate(people)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) makeTenants() *keys.Ring {
	w.t.Helper()
	inst, err := keys.Throwaway()
	w.ok(err)
	ring := keys.NewRing(w.env.DB, inst)
	add := func(number, name string) tenant.Tenant {
		t, err := w.tenants.Add(w.env.Ctx, tenant.New{
			Number: number, Slug: tenant.Slug(name), Name: i18n.Same(name), Form: tenant.Bokmaal, Color: tenant.DefaultColor,
			Test: true, Hosts: []string{tenant.Slug(name) + ".example"},
		})
		w.ok(err)
		ctx := tenant.Bind(w.t.Context(), t)
		w.ok(w.env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) }))
		return t
	}
	w.here, w.there = add("9901", "Torgby"), add("9902", "Naboby")
	return ring
}

// makePeople fills the population register; who is known is what populate says.
func (w *world) makePeople(ring *keys.Ring) *identity.Service {
	w.t.Helper()
	var list []identity.RegisterPerson
	for i, name := range []string{"ada", "bo", "cleo", "dag", "eva", "pia"} {
		born := clock.NewDate(1980, time.Month(i+1), 3)
		number, err := pid.Synthetic(born, 0)
		w.ok(err)
		w.numbers[name] = number
		p := identity.RegisterPerson{Number: number, Name: identity.Name{Given: given(name), Family: "Ødegård"}, BirthDate: born}
		switch name {
		case "pia":
			p.Protection = identity.StrictlyConfidential
		case "dag":
			p.DeceasedOn = clock.NewDate(2025, 1, 1)
		}
		list = append(list, p)
	}
	register, err := fakeregister.New(list...)
	w.ok(err)
	service, err := identity.New(identity.Options{
		DB: w.env.DB, Keys: ring, Register: register, Grants: w.roles,
		Client: func(context.Context, string) (identity.ClientConfig, error) {
			return identity.ClientConfig{}, errors.New("no log-in here")
		},
	})
	w.ok(err)
	return service
}

func given(name string) string { return string(name[0]-'a'+'A') + name[1:] }

// populate makes ada administrator, and makes two departments.
func (w *world) populate(people *identity.Service) {
	w.t.Helper()
	bare := tenant.Bind(w.t.Context(), w.here)
	for _, name := range []string{"ada", "bo", "cleo", "pia"} {
		p, err := people.EnsurePerson(bare, w.numbers[name])
		w.ok(err)
		w.people[name] = p
	}
	w.give(identity.AsSystem(bare, "test"), "ada", access.Administrator, "")
	w.ctx = w.as("ada", identity.Grant{Role: string(access.Administrator)})
	w.other = identity.With(tenant.Bind(w.t.Context(), w.there), identity.Actor{
		Kind: identity.Staff, PersonID: ids.New(), Name: "Nabo", Grants: []identity.Grant{{Role: string(access.Administrator)}},
	})
	w.school = w.department(tenant.Department{Name: "Skole", Email: "skole@torgby.example"})
	w.care = w.department(tenant.Department{Name: "Omsorg"})
}

// actor is a person as she is when logged in with some roles.
func (w *world) actor(name string, grants ...identity.Grant) identity.Actor {
	a := identity.Actor{Kind: identity.Resident, PersonID: w.people[name].ID, Name: w.people[name].Name.Full(), Grants: grants}
	if len(grants) > 0 {
		a.Kind = identity.Staff
	}
	return a
}

func (w *world) as(name string, grants ...identity.Grant) context.Context {
	return identity.With(tenant.Bind(w.t.Context(), w.here), w.actor(name, grants...))
}

func (w *world) give(ctx context.Context, name string, role access.Role, department string) access.Grant {
	w.t.Helper()
	g, err := w.roles.Grant(ctx, access.NewGrant{PersonID: w.people[name].ID, Role: role, Department: department})
	w.ok(err)
	return g
}

func (w *world) department(d tenant.Department) tenant.Department {
	w.t.Helper()
	d, err := w.service.CreateDepartment(w.ctx, d)
	w.ok(err)
	return d
}

// actions are the newest entries of the log.
func (w *world) actions(n int) []string {
	w.t.Helper()
	page, err := w.service.Log(w.as("bo", identity.Grant{Role: "auditor"}), "")
	w.ok(err)
	var list []string
	for _, e := range page.Entries[:min(n, len(page.Entries))] {
		list = append(list, e.Action)
	}
	return list
}

// fields are the names and keys of an error about input.
func fields(err error) map[string]string {
	list := map[string]string{}
	if e := errs.Of(err); e != nil {
		for _, f := range e.Fields {
			list[f.Name] = f.Key
		}
	}
	return list
}

// outsiders are those who arrange nothing, each with what they are told.
func (w *world) outsiders() map[string]struct {
	ctx  context.Context
	want errs.Kind
} {
	return map[string]struct {
		ctx  context.Context
		want errs.Kind
	}{
		"a visitor":         {tenant.Bind(w.t.Context(), w.here), errs.KindLogin},
		"a resident":        {w.as("bo"), errs.KindForbidden},
		"a case worker":     {w.as("bo", identity.Grant{Role: "case_worker", Department: w.school.ID}), errs.KindForbidden},
		"another's manager": {w.other, errs.KindNotFound},
	}
}

func below(w *world) tenant.Department { return tenant.Department{Name: "SFO", ParentID: w.school.ID} }
