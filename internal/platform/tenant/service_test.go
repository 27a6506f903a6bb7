package tenant_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func modules() []fs.FS { return []fs.FS{tenant.Migrations()} }

func kristiansand() tenant.New {
	return tenant.New{
		Number: "4204", Slug: "kristiansand", Name: i18n.Same("Kristiansand"), Form: tenant.Bokmaal, Color: tenant.DefaultColor,
		Hosts: []string{"kristiansand.torg.test"}, Services: []string{"kindergarten"},
	}
}

func karasjok() tenant.New {
	return tenant.New{
		Number: "5610", Slug: "karasjok", Name: i18n.Text{i18n.NB: "Karasjok", i18n.SE: "Kárášjohka"}, Form: tenant.Neutral, Color: "#aabbcc",
		Test: true, Hosts: []string{"karasjok.torg.test", "karasjok.kommune.test", "alpha.test"},
	}
}

func addTenant(t *testing.T, db *store.DB, n tenant.New) tenant.Tenant {
	t.Helper()
	got, err := tenant.NewService(db).Add(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func list(t *testing.T, db *store.DB) map[string]tenant.Tenant {
	t.Helper()
	all, err := tenant.NewService(db).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]tenant.Tenant{}
	for _, one := range all {
		byID[one.ID] = one
	}
	return byID
}

func TestMessages_areCompleteInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("tenant", tenant.Messages()); err != nil {
		t.Fatal(err)
	}
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
}

func TestAdd_comesBackFromTheDatabaseAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		want := map[string]tenant.Tenant{}
		for _, n := range []tenant.New{kristiansand(), karasjok()} {
			added := addTenant(t, env.DB, n)
			added.Settings = map[string]string{}
			want[added.ID] = added
		}
		got := list(t, env.DB)
		for id, w := range want {
			g := got[id]
			// The first host stays the first; the others stand in their own order.
			if g.MainHost() != w.MainHost() || len(g.Hosts) != len(w.Hosts) {
				t.Errorf("hosts: %v, want %v", g.Hosts, w.Hosts)
			}
			g.Hosts, w.Hosts = nil, nil
			if diff := cmp.Diff(w, g); diff != "" {
				t.Errorf("(-added +read)\n%s", diff)
			}
		}
		if len(got) != 2 {
			t.Errorf("%d tenants", len(got))
		}
	})
}

func TestAdd_refusesWhatIsTaken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		addTenant(t, env.DB, kristiansand())
		sameSlug, sameHost, hostTwice := karasjok(), karasjok(), karasjok()
		sameSlug.Slug = "kristiansand"
		sameHost.Hosts = append(sameHost.Hosts, "kristiansand.torg.test")
		hostTwice.Hosts = append(hostTwice.Hosts, hostTwice.Hosts[0])
		for name, n := range map[string]tenant.New{"slug": sameSlug, "host": sameHost, "host twice": hostTwice} {
			_, err := tenant.NewService(env.DB).Add(t.Context(), n)
			if !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := list(t, env.DB); len(got) != 1 {
			t.Errorf("half a tenant stands: %v", got)
		}
		addTenant(t, env.DB, karasjok())
	})
}

func TestAdd_refusesBadInput(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	for _, c := range []struct {
		name, key string
		change    func(*tenant.New)
	}{
		{"no number", "tenant.bad_number", func(n *tenant.New) { n.Number = "" }},
		{"short number", "tenant.bad_number", func(n *tenant.New) { n.Number = "420" }},
		{"letters", "tenant.bad_number", func(n *tenant.New) { n.Number = "42x4" }},
		{"other digits", "tenant.bad_number", func(n *tenant.New) { n.Number = "٤٢" }},
		{"no slug", "tenant.bad_slug", func(n *tenant.New) { n.Slug = "" }},
		{"slug with letters of ours", "tenant.bad_slug", func(n *tenant.New) { n.Slug = "våler" }},
		{"slug in capitals", "tenant.bad_slug", func(n *tenant.New) { n.Slug = "Oslo" }},
		{"slug with a dot", "tenant.bad_slug", func(n *tenant.New) { n.Slug = "a.b" }},
		{"slug with a hyphen at its end", "tenant.bad_slug", func(n *tenant.New) { n.Slug = "a-" }},
		{"colour by name", "tenant.bad_color", func(n *tenant.New) { n.Color = "red" }},
		{"colour in capitals", "tenant.bad_color", func(n *tenant.New) { n.Color = "#AABBCC" }},
		{"colour with CSS", "tenant.bad_color", func(n *tenant.New) { n.Color = "#aabbcc;}" }},
		{"no form", "tenant.bad_form", func(n *tenant.New) { n.Form = "" }},
		{"unknown form", "tenant.bad_form", func(n *tenant.New) { n.Form = "riksmål" }},
		{"no name", "tenant.incomplete", func(n *tenant.New) { n.Name = nil }},
		{"no host", "tenant.incomplete", func(n *tenant.New) { n.Hosts = nil }},
		{"host with port", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"a.test:8080"} }},
		{"host in capitals", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"A.test"} }},
		{"host with a path", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"a.test/x"} }},
		{"host with an empty label", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"a..test"} }},
		{"host with a dot at its end", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"a.test."} }},
		{"long label", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{strings.Repeat("a", 64) + ".test"} }},
		{"long host", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{strings.Repeat("aaaaaaaaa.", 26) + "test"} }},
		{"empty host", "tenant.bad_host", func(n *tenant.New) { n.Hosts = []string{"a.test", ""} }},
	} {
		n := kristiansand()
		c.change(&n)
		_, err := tenant.NewService(env.DB).Add(t.Context(), n)
		if e := errs.Of(err); e == nil || e.Kind != errs.KindInvalid || e.Key != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAdd_doesWhatBelongsToItInOneTransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		boom := errors.New("boom")
		_, err := tenant.NewService(env.DB).Add(t.Context(), kristiansand(), func(_ context.Context, _ *store.Tx, got tenant.Tenant) error {
			if got.ID == "" || got.Slug != "kristiansand" {
				t.Errorf("handed over: %+v", got)
			}
			return boom
		})
		if !errors.Is(err, boom) || len(list(t, env.DB)) != 0 {
			t.Errorf("%v; %d tenants stand", err, len(list(t, env.DB)))
		}
	})
}

func TestFromNational_wholeNorwayFits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		for _, m := range tenant.National() {
			addTenant(t, env.DB, tenant.FromNational(m, "torg.test", []string{"kindergarten"}))
		}
		all := list(t, env.DB)
		if len(all) != 357 {
			t.Fatalf("%d tenants", len(all))
		}
		for _, one := range all {
			m, err := tenant.Find(one.Number)
			if err != nil || one.Name.In(i18n.NB) != m.Name || one.MainHost() != m.Slug()+".torg.test" || !one.Enabled("kindergarten") || one.Enabled("tax") {
				t.Errorf("%+v: %v", one, err)
			}
			if m.Local != "" && one.Name.In(i18n.SE) != m.Local {
				t.Errorf("%s: %v", m.Local, one.Name)
			}
			if (one.Lang() == i18n.NN) != (m.Form == tenant.Nynorsk) {
				t.Errorf("%s is met in %s", m.Name, one.Lang())
			}
		}
	})
}

func TestSettings_areWrittenOver(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		s := tenant.NewService(env.DB)
		a, b := addTenant(t, env.DB, kristiansand()), addTenant(t, env.DB, karasjok())
		ctx := tenant.Bind(t.Context(), a)
		for _, settings := range []map[string]string{
			{"kindergarten.deadline": "2027-03-01", "mail.from": "post@a.test"},
			{"kindergarten.deadline": "2027-02-15", "mail.signature": "Hilsen oss"},
			nil,
		} {
			if err := s.SetSettings(ctx, settings); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]string{"kindergarten.deadline": "2027-02-15", "mail.from": "post@a.test", "mail.signature": "Hilsen oss"}
		all := list(t, env.DB)
		if diff := cmp.Diff(want, all[a.ID].Settings); diff != "" {
			t.Error(diff)
		}
		if len(all[b.ID].Settings) != 0 {
			t.Errorf("the other got %v", all[b.ID].Settings)
		}
		if err := s.SetSettings(t.Context(), want); err == nil {
			t.Error("settings of nobody were written")
		}
	})
}

func TestColor_isTheTenantsOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		s := tenant.NewService(env.DB)
		a, b := addTenant(t, env.DB, kristiansand()), addTenant(t, env.DB, karasjok())
		if err := s.SetColor(tenant.Bind(t.Context(), a), "#123456"); err != nil {
			t.Fatal(err)
		}
		if err := s.SetColor(tenant.Bind(t.Context(), a), "blue"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a colour by name: %v", err)
		}
		if err := s.SetColor(env.Other, "#123456"); !errors.Is(err, tenant.ErrUnknown) {
			t.Errorf("a tenant that is not there: %v", err)
		}
		all := list(t, env.DB)
		if all[a.ID].Color != "#123456" || all[b.ID].Color != "#aabbcc" {
			t.Errorf("%s and %s", all[a.ID].Color, all[b.ID].Color)
		}
	})
}

func put(t *testing.T, env storetest.Env, d tenant.Department) (got tenant.Department, err error) {
	t.Helper()
	err = env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		got, err = tenant.PutDepartment(ctx, tx, d)
		return err
	})
	return got, err
}

func mustPut(t *testing.T, env storetest.Env, d tenant.Department) tenant.Department {
	t.Helper()
	got, err := put(t, env, d)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func departments(t *testing.T, ctx context.Context, db *store.DB) (list []tenant.Department) {
	t.Helper()
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tenant.Departments(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDepartment_isMadeAndChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		top := mustPut(t, env, tenant.Department{Name: "  Oppvekst  "})
		below := mustPut(t, env, tenant.Department{Name: "Barnehage", ParentID: top.ID, Email: "barnehage@a.test"})
		below.Name, below.Ended = "Barnehageenheten", true
		changed := mustPut(t, env, below)
		if top.Name != "Oppvekst" || top.Version != 1 || changed.Version != 2 || changed.ID != below.ID {
			t.Errorf("%+v, %+v", top, changed)
		}
		if diff := cmp.Diff([]tenant.Department{top, changed}, departments(t, env.Ctx, env.DB)); diff != "" {
			t.Errorf("those that ended come last (-want +got)\n%s", diff)
		}
		if got := departments(t, env.Other, env.DB); len(got) != 0 {
			t.Errorf("another tenant sees %v", got)
		}
	})
}

func TestDepartment_refusesAnOlderVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		d := mustPut(t, env, tenant.Department{Name: "Skole"})
		mine, theirs := d, d
		theirs.Name = "Skole og SFO"
		mustPut(t, env, theirs)
		mine.Name = "Skule"
		if _, err := put(t, env, mine); !errs.Is(err, errs.KindConflict) {
			t.Errorf("over somebody else's change: %v", err)
		}
		if got := departments(t, env.Ctx, env.DB); got[0].Name != "Skole og SFO" {
			t.Errorf("stands: %+v", got)
		}
		other := env
		other.Ctx = env.Other
		if _, err := put(t, other, theirs); !errs.Is(err, errs.KindConflict) {
			t.Errorf("another tenant's department: %v", err)
		}
	})
}

func TestDepartment_refusesBadInput(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		a := mustPut(t, env, tenant.Department{Name: "A"})
		b := mustPut(t, env, tenant.Department{Name: "B", ParentID: a.ID})
		c := mustPut(t, env, tenant.Department{Name: "C", ParentID: b.ID})
		below := func(d tenant.Department, parent string) tenant.Department {
			d.ParentID = parent
			return d
		}
		for name, bad := range map[string]struct {
			d     tenant.Department
			field string
			key   string
		}{
			"no name":         {tenant.Department{Name: " \t"}, "name", "tenant.department_name"},
			"long name":       {tenant.Department{Name: strings.Repeat("å", 201)}, "name", "tenant.department_name"},
			"below itself":    {below(a, a.ID), "parent", "tenant.department_circle"},
			"below its child": {below(a, b.ID), "parent", "tenant.department_circle"},
			"circle of three": {below(a, c.ID), "parent", "tenant.department_circle"},
			"no such parent":  {below(c, ids.New()), "parent", "tenant.department_parent"},
			"new, no parent":  {tenant.Department{Name: "D", ParentID: ids.New()}, "parent", "tenant.department_parent"},
		} {
			_, err := put(t, env, bad.d)
			e := errs.Of(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != bad.field || e.Fields[0].Key != bad.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		mustPut(t, env, tenant.Department{Name: strings.Repeat("å", 200), ParentID: c.ID})
		mustPut(t, env, below(c, a.ID))
	})
}

func TestDepartments_manyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		parent := ""
		for i := range 40 {
			parent = mustPut(t, env, tenant.Department{Name: fmt.Sprintf("Enhet %02d", i), ParentID: parent}).ID
		}
		got := departments(t, env.Ctx, env.DB)
		if len(got) != 40 || got[0].Name != "Enhet 00" || got[39].Name != "Enhet 39" {
			t.Errorf("%d departments", len(got))
		}
	})
}
