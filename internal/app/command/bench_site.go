package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

const (
	benchFamilies = 4000 // of all municipalities together
	benchUnits    = 40   // kindergartens of all together, and four of each at least
	benchCapacity = 2000
)

// furniture says what an installation is to hold.
type furniture struct {
	tenants, families, units, residents, preload int

	limit int // requests a second of one address or token; 0 is none that is met
}

// perSecond is the limit of an address and of a token: one of either stands for a
// whole municipality's people, so usually there is none.
func (f furniture) perSecond() string { return strconv.Itoa(cmp.Or(f.limit, 1_000_000)) }

// atBench measures on an installation of its own, from an empty folder, and takes it away.
func atBench(c *call, d benchDatabase, f furniture, measure func(site benchSite) error) (err error) {
	dir, err := os.MkdirTemp("", "torg-bench-")
	if err != nil {
		return fmt.Errorf("command: folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	urls, end, err := d.open(c.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	began := clock.System{}.Now()
	site, err := furnishBench(c, dir, urls, f)
	if err != nil {
		return err
	}
	site.took = clock.System{}.Now().Sub(began)
	return measure(site)
}

// furnishBench makes an installation with test municipalities, their population,
// kindergartens, a token and people who are logged in, and as many old cases as
// asked for.
func furnishBench(c *call, dir string, urls storeURLs, f furniture) (s benchSite, err error) {
	each := max(f.families/f.tenants, 1)
	people := (f.residents + f.tenants - 1) / f.tenants
	families, err := bench.Families(0, f.tenants*(each+people+1), clock.DateIn(clock.System{}.Now()))
	if err != nil {
		return s, err
	}
	register := filepath.Join(dir, "register.json")
	if err := writeRegister(register, families); err != nil {
		return s, err
	}
	if s.target.Address, err = freeAddress(c.ctx); err != nil {
		return s, err
	}
	settings := map[string]string{
		"TORG_DATA": dir, "TORG_HTTP": s.target.Address, "TORG_PUBLIC_URL": "http://" + s.target.Address, "TORG_REGISTER_FILE": register,
		"TORG_DATABASE_URL": urls.app, "TORG_MIGRATE_URL": urls.owner, "TORG_LOG_LEVEL": "warn",
		"TORG_ADDRESS_LIMIT": f.perSecond(), "TORG_PERSON_LIMIT": f.perSecond(),
	}
	for name, value := range settings {
		if value != "" {
			s.env = append(s.env, name+"="+value)
		}
	}
	if s.config, err = app.ReadConfig(settings); err != nil {
		return s, err
	}
	a, err := app.New(c.ctx, s.config, app.Parts{Log: logger(s.config, c.env.Stderr)})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, a.Stop(context.WithoutCancel(c.ctx))) }()
	departments := map[string]string{}
	for i, m := range tenant.National()[:min(f.tenants, len(tenant.National()))] {
		own := families[i*(each+people+1) : (i+1)*(each+people+1)]
		t, err := furnishTenant(c.ctx, a, m, dwellers{own[:each], own[each : each+people], own[each+people], max(f.units/f.tenants, 4)})
		if err != nil {
			return s, err
		}
		s.target.Tenants = append(s.target.Tenants, t.Tenant)
		departments[t.ID] = t.department
	}
	if f.preload == 0 {
		return s, nil
	}
	return s, s.fill(c, a.DB, departments, f.preload)
}

// fill preloads cases, and lets the database's owner count them.
func (s benchSite) fill(c *call, db *store.DB, departments map[string]string, preload int) (err error) {
	err = bench.Preload(c.ctx, db, s.target.Tenants, departments, preload, func(done int) {
		if done%100_000 == 0 {
			say(c.env.Stderr, strconv.Itoa(done)+"/"+strconv.Itoa(preload))
		}
	})
	if err != nil {
		return err
	}
	return s.analyze(c.ctx)
}

func writeRegister(path string, families []bench.Family) error {
	var list []app.MadeUpPerson
	for _, f := range families {
		list = append(list,
			app.MadeUpPerson{Number: f.Mother.Number, Given: f.Mother.Given, Family: f.Mother.Family, BirthDate: f.Mother.Birth.String()},
			app.MadeUpPerson{Number: f.Child.Number, Given: f.Child.Given, Family: f.Child.Family, BirthDate: f.Child.Birth.String(), Guardians: []string{f.Mother.Number}},
		)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("command: write the register: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("command: write the register: %w", err)
	}
	return nil
}

// freeAddress finds a port that nobody has. Somebody might take it before the
// server does, which then says so.
func freeAddress(ctx context.Context) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("command: find a port: %w", err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", fmt.Errorf("command: find a port: %w", err)
	}
	return address, nil
}

type furnished struct {
	bench.Tenant
	department string
}

// dwellers are the people of one municipality.
type dwellers struct {
	families  []bench.Family // whose applications machines bring
	residents []bench.Family // who apply themselves
	worker    bench.Family   // the mother works there
	units     int            // kindergartens
}

// furnishTenant makes one municipality whose families are known already, as those
// of a running one are.
func furnishTenant(ctx context.Context, a *app.App, m tenant.Municipality, d dwellers) (f furnished, err error) {
	t, _, err := a.AddTenant(ctx, m, true, time.Hour)
	if err != nil {
		return f, err
	}
	ctx, err = a.Directory.Bind(ctx, t.ID)
	if err != nil {
		return f, err
	}
	t = tenant.From(ctx) // with the settings that it was furnished with
	ctx = identity.AsSystem(ctx, "operator")
	f = furnished{department: t.Settings[kindergarten.SettingDepartment], Tenant: bench.Tenant{ID: t.ID, Host: t.MainHost(), Families: d.families}}
	if err := a.Keys.Warm(ctx, t.ID); err != nil {
		return f, err
	}
	for i := range d.units {
		u, err := a.Kindergarten.Put(ctx, kindergarten.Unit{Name: "Barnehage " + strconv.Itoa(i+1), Address: "Storgata " + strconv.Itoa(i+1), Capacity: benchCapacity})
		if err != nil {
			return f, err
		}
		f.Kindergartens = append(f.Kindergartens, u.ID)
	}
	if err := meetFamilies(ctx, a, d.families); err != nil {
		return f, err
	}
	if err := letIn(ctx, a, d, &f); err != nil {
		return f, err
	}
	f.Token, err = benchToken(ctx, a)
	return f, err
}

// letIn logs the residents and a case worker in.
func letIn(ctx context.Context, a *app.App, d dwellers, f *furnished) error {
	for _, family := range d.residents {
		mother, err := meetFamily(ctx, a, family)
		if err != nil {
			return err
		}
		number, err := pid.Parse(family.Child.Number)
		if err != nil {
			return err
		}
		child, err := a.Identity.FindByNumber(ctx, number)
		if err != nil {
			return err
		}
		secret, err := bench.LogIn(ctx, a.DB, mother.ID)
		if err != nil {
			return err
		}
		f.Residents = append(f.Residents, bench.Resident{Session: secret, Child: child.ID})
	}
	worker, err := meetFamily(ctx, a, d.worker)
	if err != nil {
		return err
	}
	if _, err := a.Roles.Grant(ctx, access.NewGrant{PersonID: worker.ID, Role: access.CaseWorker, Department: f.department}); err != nil {
		return err
	}
	f.Worker, err = bench.LogIn(ctx, a.DB, worker.ID)
	return err
}

// meetFamilies meets many at a time, since each waits for the disk.
func meetFamilies(ctx context.Context, a *app.App, families []bench.Family) error {
	const atOnce = 32
	failed := make([]error, atOnce)
	var group sync.WaitGroup
	for worker := range atOnce {
		group.Go(func() {
			for i := worker; i < len(families) && failed[worker] == nil; i += atOnce {
				_, failed[worker] = meetFamily(ctx, a, families[i])
			}
		})
	}
	group.Wait()
	return errors.Join(failed...)
}

// meetFamily asks the register about a family, as the mother's log-in does.
func meetFamily(ctx context.Context, a *app.App, family bench.Family) (mother identity.Person, err error) {
	number, err := pid.Parse(family.Mother.Number)
	if err != nil {
		return mother, err
	}
	if mother, err = a.Identity.EnsurePerson(ctx, number); err != nil {
		return mother, err
	}
	return mother, a.Identity.Refresh(ctx, mother.ID)
}

func benchToken(ctx context.Context, a *app.App) (string, error) {
	var scopes []access.Permission
	for _, name := range bench.Scopes() {
		scopes = append(scopes, access.Permission(name))
	}
	_, secret, err := a.Roles.CreateToken(ctx, access.NewToken{
		Name: "bench", Role: access.CaseWorker, Scopes: scopes, ExpiresAt: a.DB.Clock().Now().AddDate(0, 0, 1),
	})
	return secret, err
}
