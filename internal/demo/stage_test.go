package demo

import (
	"context"
	"io/fs"
	"log/slog"
	"net/url"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/school"
	"github.com/torg-no/torg/internal/units"
)

// stage is a process of the demonstration, as package app puts it together.
type stage struct {
	demo     *Demo
	services Services
	mail     *notify.Service
}

func modules() []fs.FS {
	return []fs.FS{
		tenant.Migrations(), keys.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), jobs.Migrations(),
		blob.Migrations(), notify.Migrations(), forms.Migrations(), cases.Migrations(), applications.Migrations(), kindergarten.Migrations(), school.Migrations(), nursing.Migrations(), casework.Migrations(), deadlines.Migrations(), appeals.Migrations(), layers.Migrations(),
	}
}

func bundle(tb testing.TB) *i18n.Bundle {
	tb.Helper()
	b := i18n.New()
	for name, texts := range map[string]fs.FS{
		"tenant": tenant.Messages(), "identity": identity.Messages(), "access": access.Messages(), "audit": audit.Messages(), "blob": blob.Messages(),
		"notify": notify.Messages(), "forms": forms.Messages(), "ui": ui.Messages(), "cases": cases.Messages(),
		"applications": applications.Messages(), "kindergarten": kindergarten.Messages(), "demo": Messages(),
		"units": units.Messages(), "school": school.Messages(), "nursing": nursing.Messages(), "building": building.Messages(), "conference": conference.Messages(), "casework": casework.Messages(), "jobs": jobs.Messages(), "deadlines": deadlines.Messages(), "appeals": appeals.Messages(),
		"layers": layers.Messages(),
	} {
		if err := b.Load(name, texts); err != nil {
			tb.Fatal(err)
		}
	}
	return b
}

func ok[T any](tb testing.TB) func(T, error) T {
	tb.Helper()
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// newStage starts a process on the database.
func newStage(tb testing.TB, env storetest.Env, inst *keys.Installation) *stage {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	config := env.Config
	clk := NewClock(env.Clock)
	config.Clock = clk
	db := ok[*store.DB](tb)(store.Open(tb.Context(), config))
	tb.Cleanup(func() { _ = db.Close() })
	texts := bundle(tb)
	directory := tenant.NewDirectory(db, log)
	if err := directory.Refresh(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	d := ok[*Demo](tb)(New(Options{
		Address: ok[*url.URL](tb)(url.Parse("http://localhost:8080")), Day: ok[clock.Date](tb)(DayOf(tb.Context(), db)),
		Clock: clk, Bundle: texts, Directory: directory, Log: log, Short: true,
	}))
	rules := ok[*access.Access](tb)(access.New(log, cases.Rules(), applications.Rules(), kindergarten.Rules(), school.Rules(), nursing.Rules(), notify.Rules(), deadlines.Rights(), appeals.Rules(), layers.Rules()))
	ring := keys.NewRing(db, inst)
	roles := access.NewService(db, rules, audit.AccessJournal{})
	people := ok[*identity.Service](tb)(identity.New(identity.Options{DB: db, Keys: ring, Register: d.Register(), Client: d.Client, Grants: roles, HTTP: LocalClient(), Organisations: d.register}))
	blobs := blob.New(blob.Config{DB: db, Keys: ring, Backend: ok[*blob.Directory](tb)(blob.NewDirectory(tb.TempDir())), Log: log})
	mail := notify.New(notify.Config{
		DB: db, Keys: ring, Documents: blobs, Texts: texts, Host: "localhost", Log: log,
		From: func(context.Context) notify.Sender { return notify.Sender{Name: "Torg", Address: "no-reply@localhost"} },
	})
	answers := forms.New(forms.Options{Keys: ring, Sources: map[string]forms.Source{"kindergartens": kindergarten.Choices, "schools": school.Choices, "nursing-homes": nursing.Choices}})
	kinds := cases.NewKinds()
	for _, kind := range append(school.Kinds(), kindergarten.Kind(), nursing.Kind(), building.Kind(), conference.Kind()) {
		kinds.Register(kind)
	}
	handled := cases.NewService(cases.Deps{
		DB: db, Log: log, Access: rules, Audit: audit.NewService(db, rules), Identity: people, Roles: roles, Keys: ring, Blobs: blobs, Notify: mail,
		Forms: answers, Bundle: texts, SiteURL: func(t tenant.Tenant) string { return d.site(t.MainHost()) },
	}, kinds)
	applied := applications.NewService(applications.Deps{DB: db, Access: rules, Forms: answers, Identity: people, Cases: handled, Blobs: blobs, Keys: ring, Notify: mail, Bundle: texts, SiteURL: func(t tenant.Tenant) string { return d.site(t.MainHost()) }})
	clocks := deadlines.NewRules(ok[*deadline.Set](tb)(deadline.Shipped()))
	clocks.Register(building.Name, func(cases.Case, identity.Person, map[string]any) []deadline.Start { return nil })
	timed := ok[*deadlines.Service](tb)(deadlines.NewService(deadlines.Deps{
		DB: db, Log: log, Access: rules, Roles: roles, Identity: people, Cases: handled, Forms: answers, Blobs: blobs, Notify: mail, Bundle: texts,
		SiteURL: func(t tenant.Tenant) string { return d.site(t.MainHost()) },
	}, clocks))
	kinds.Accompany(timed.Companion())
	contested := ok[*appeals.Service](tb)(appeals.NewService(appeals.Deps{
		DB: db, Log: log, Access: rules, Identity: people, Keys: ring, Cases: handled, Deadlines: timed, Forms: answers, Blobs: blobs, Notify: mail, Bundle: texts,
		SiteURL: func(t tenant.Tenant) string { return d.site(t.MainHost()) },
	}))
	kinds.Accompany(contested.Companion())
	mail.OnMoved = contested.Moved
	helped := casework.NewService(casework.Deps{DB: db, Access: rules, Cases: handled, Bundle: texts})
	registry := jobs.NewRegistry()
	handled.Jobs(registry)
	mail.Jobs(registry)
	contested.Jobs(registry)
	runner := jobs.NewRunner(jobs.Options{DB: db, Registry: registry, Log: log, Prepare: func(ctx context.Context, id string) (context.Context, error) {
		ctx, err := directory.Bind(ctx, id)
		if err != nil {
			return ctx, err
		}
		return i18n.With(ctx, texts.For(tenant.From(ctx).Lang())), ring.Warm(ctx, id)
	}})
	settle := func(ctx context.Context) error {
		_, err := runner.Drain(ctx)
		return err
	}
	return &stage{demo: d, mail: mail, services: Services{DB: db, Keys: ring, Access: roles, Identity: people, Forms: answers, Cases: handled, Applications: applied, Blobs: blobs, Casework: helped, Appeals: contested, Layers: layers.NewService(db, rules, layers.Options{}), Settle: settle}}
}

func (s *stage) setUp(tb testing.TB) {
	tb.Helper()
	if err := s.demo.Setup(tb.Context(), s.services); err != nil {
		tb.Fatal(err)
	}
	s.demo.ShowMail(s.mail)
}

// list reads a municipality's whole work list, as the heads of its departments.
func (s *stage) list(tb testing.TB, index int) []cases.Case {
	tb.Helper()
	town := Towns()[index]
	ctx, t, found := s.demo.tenantOf(tb.Context(), town.Slug)
	if !found {
		tb.Fatalf("%s is not there", town.Slug)
	}
	w := &worker{Services: s.services, demo: s.demo, town: town, index: index}
	var all []cases.Case
	for _, head := range []Part{Head, CareHead, PlanHead} {
		as, err := w.asStaff(w.bind(ctx, t), head)
		if err != nil {
			tb.Fatal(err)
		}
		for _, status := range cases.Statuses() {
			page := ok[cases.Page](tb)(s.services.Cases.List(as, cases.Filter{Status: status}))
			all = append(all, page.Cases...)
		}
	}
	return all
}
