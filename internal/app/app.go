package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/a-h/templ"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/forecast"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/mypage"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/printout"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/retention"
	"github.com/torg-no/torg/internal/school"
	"github.com/torg-no/torg/internal/staff"
)

// Parts are what a test or the demo puts in the place of the outside world.
// The zero value is a production server's.
type Parts struct {
	Log   *slog.Logger
	Clock clock.Clock
	// Carrier takes e-mail; nil is the SMTP server of the settings, or none.
	Carrier notify.Carrier
	// Key is the installation key; nil is that of the settings' file.
	Key *keys.Installation
	// Bundle is every module's texts; nil reads them. Products in one process may share
	// it: it is only read.
	Bundle *i18n.Bundle
	// World makes the neighbours once the database is open; nil are the real ones.
	World func(context.Context, *App) (World, error)
}

// World is who the installation speaks with, and what the demo shows beside the
// municipalities. Whatever is nil is as in production.
type World struct {
	Register identity.Register
	Client   identity.ClientSource // at ID-porten
	HTTP     *http.Client          // towards ID-porten
	Issuer   string                // ID-porten's address, for the content security policy
	Portal   func(host string) (http.Handler, bool)
	Banner   templ.Component
	Phones   notify.TextCarrier // the SMS gateway
	SMSToken string             // its receipts are proven with
	Contacts contact.Source     // the contact register
	// Organisations and Feed are the organisation register and the population
	// register's list of events; a Register that is these too need not be named twice.
	Organisations identity.OrganisationRegister
	Feed          identity.EventFeed
	// Properties is the property register; nil is none, which pages say.
	Properties property.Register
}

// App is the whole product in one process.
type App struct {
	Config Config
	Log    *slog.Logger
	Bundle *i18n.Bundle

	DB        *store.DB
	Keys      *keys.Ring
	Tenants   *tenant.Service
	Directory *tenant.Directory
	Access    *access.Access
	Roles     *access.Service
	Audit     *audit.Service
	Identity  *identity.Service
	Blobs     *blob.Store
	Notify    *notify.Service
	Contacts  *contact.Service // nil without a contact register
	Forms     *forms.Service
	Layers    *layers.Service
	maps      *mapMemory
	Registry  *jobs.Registry
	Runner    *jobs.Runner
	Site      *web.Site
	Metrics   *prometheus.Registry

	Cases        *cases.Service
	Applications *applications.Service
	Kindergarten *kindergarten.Service
	School       *school.Service
	Nursing      *nursing.Service
	Property     *property.Service
	Building     *building.Service
	Conference   *conference.Service
	Printout     *printout.Service
	Retention    *retention.Service
	Forecast     *forecast.Service
	Deadlines    *deadlines.Service
	Appeals      *appeals.Service
	Neighbours   *neighbours.Service
	MyPage       *mypage.Service
	Casework     *casework.Service
	Staff        *staff.Service
	Around       *around.Service

	world   World
	sealer  *audit.Sealer
	queue   *prometheus.GaugeVec
	carrier notify.Carrier
	started []part
}

// part is something that runs in the background.
type part interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// New wires everything. The database is open when it returns; nothing runs
// before Start.
func New(ctx context.Context, c Config, p Parts) (a *App, err error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	a = &App{Config: c, Log: p.Log, Metrics: prometheus.NewRegistry(), Registry: jobs.NewRegistry()}
	a.queue = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "torg_jobs", Help: "Jobs by lane, kind and state."}, []string{"lane", "kind", "state"})
	if a.Bundle = p.Bundle; a.Bundle == nil {
		if a.Bundle, err = Bundle(); err != nil {
			return nil, err
		}
	}
	if err := a.openStore(ctx, p); err != nil {
		return nil, err
	}
	if err := a.wire(ctx, p); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	return a, nil
}

// Bundle returns every module's texts.
func Bundle() (*i18n.Bundle, error) {
	bundle := i18n.New()
	for _, m := range append(platform(), services()...) {
		if m.Messages == nil {
			continue
		}
		if err := bundle.Load(m.Name, m.Messages); err != nil {
			return nil, err
		}
	}
	return bundle, nil
}

// StoreConfig is the server's way to the database.
func (c Config) StoreConfig() store.Config {
	return store.Config{URL: c.Get("TORG_DATABASE_URL"), Path: c.DatabasePath()}
}

// OwnerConfig is the way to the database for migrations: the owner's role on
// PostgreSQL.
func (c Config) OwnerConfig() store.Config {
	s := c.StoreConfig()
	if s.URL != "" && c.Get("TORG_MIGRATE_URL") != "" {
		s.URL = c.Get("TORG_MIGRATE_URL")
	}
	return s
}

// Migrate brings the database to this release's shape.
func Migrate(ctx context.Context, c Config) (int, error) {
	if err := os.MkdirAll(c.DataDir(), 0o700); err != nil {
		return 0, fmt.Errorf("app: data folder: %w", err)
	}
	return store.Migrate(ctx, c.OwnerConfig(), migrations()...)
}

// Pending returns the migrations that the database lacks.
func Pending(ctx context.Context, c Config) ([]store.Migration, error) {
	return store.Pending(ctx, c.OwnerConfig(), migrations()...)
}

// openStore migrates when it may, and refuses a database that is not ready or
// not safe.
func (a *App) openStore(ctx context.Context, p Parts) error {
	c := a.Config
	config := c.StoreConfig()
	if config.URL == "" || c.Get("TORG_MIGRATE_URL") != "" {
		if _, err := Migrate(ctx, c); err != nil {
			return err
		}
	}
	faults, err := store.Inspect(ctx, config)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return fmt.Errorf("app: the database is not safe to serve from: %v; see torg doctor", faults)
	}
	config.Clock, config.Log = p.Clock, p.Log
	a.DB, err = store.Open(ctx, config)
	return err
}

// wire makes the floors from below and the services on top.
func (a *App) wire(ctx context.Context, p Parts) error {
	for _, step := range []func(context.Context, Parts) error{a.wireKeys, a.meet, a.wireAccess, a.wireIdentity, a.wirePlatform, a.wireServices, a.wireSite} {
		if err := step(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) wireKeys(ctx context.Context, p Parts) error {
	installation := p.Key
	if installation == nil {
		var err error
		if installation, err = a.installationKey(ctx); err != nil {
			return err
		}
	}
	a.Keys = keys.NewRing(a.DB, installation)
	a.Tenants = tenant.NewService(a.DB)
	a.Directory = tenant.NewDirectory(a.DB, a.Log)
	return nil
}

// meet finds the neighbours: the real ones, or those of a test or the demo.
func (a *App) meet(ctx context.Context, p Parts) (err error) {
	if p.World != nil {
		if a.world, err = p.World(ctx, a); err != nil {
			return err
		}
	}
	if a.world.Register == nil {
		if a.world.Register, err = readRegister(a.Config.Get("TORG_REGISTER_FILE")); err != nil {
			return err
		}
	}
	if organisations, is := a.world.Register.(identity.OrganisationRegister); is && a.world.Organisations == nil {
		a.world.Organisations = organisations
	}
	if feed, is := a.world.Register.(identity.EventFeed); is && a.world.Feed == nil {
		a.world.Feed = feed
	}
	if a.world.Client == nil {
		a.world.Client = a.oidcClient
	}
	if a.world.Issuer == "" {
		a.world.Issuer = a.Config.Get("TORG_OIDC_ISSUER")
	}
	return nil
}

// installationKey reads the key file. A fresh installation gets one; an
// installation with tenants that has lost its key is not given another, which
// could read nothing.
func (a *App) installationKey(ctx context.Context) (*keys.Installation, error) {
	path := a.Config.Get("TORG_KEY_FILE")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		list, err := a.tenants(ctx)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			return nil, fmt.Errorf("app: the key file %s is missing, and %d municipalities were encrypted with it", path, len(list))
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("app: folder of the key: %w", err)
		}
		if err := keys.CreateFile(path); err != nil {
			return nil, err
		}
	}
	return keys.OpenFile(path)
}

func (a *App) tenants(ctx context.Context) ([]tenant.Tenant, error) {
	return tenant.NewService(a.DB).List(ctx)
}

func (a *App) wireAccess(ctx context.Context, _ Parts) (err error) {
	var rules []access.Rules
	for _, m := range append(platform(), services()...) {
		if len(m.Rules.Permissions) > 0 || m.Rules.Policies != nil {
			rules = append(rules, m.Rules)
		}
	}
	if a.Access, err = access.New(a.Log, rules...); err != nil {
		return err
	}
	a.Roles = access.NewService(a.DB, a.Access, audit.AccessJournal{})
	signing, err := a.Keys.SigningKey(ctx)
	if err != nil {
		return fmt.Errorf("app: signing key: %w", err)
	}
	public, err := a.Keys.SigningPublicKeys(ctx)
	if err != nil {
		return fmt.Errorf("app: signing keys: %w", err)
	}
	a.Audit = audit.NewService(a.DB, a.Access, public...)
	a.sealer = audit.NewSealer(a.DB, signing, nil, a.Log)
	return nil
}

func (a *App) wireIdentity(context.Context, Parts) (err error) {
	a.Identity, err = identity.New(identity.Options{
		DB: a.DB, Log: a.Log, Keys: a.Keys, Register: a.world.Register, Client: a.world.Client, Grants: a.Roles, HTTP: a.world.HTTP,
		Record: recordSession, Organisations: a.world.Organisations, Feed: a.world.Feed,
		Changed: func(ctx context.Context, tx *store.Tx, p identity.Person) error {
			if err := a.Cases.PersonChanged(ctx, tx, p); err != nil {
				return err
			}
			if err := a.Around.PersonChanged(ctx, tx, p); err != nil {
				return err
			}
			if err := a.Neighbours.PersonChanged(ctx, tx, p); err != nil {
				return err
			}
			return a.Applications.PersonChanged(ctx, tx, p)
		},
		Uncovered: func(ctx context.Context, tx *store.Tx, p identity.Person) error {
			return a.Applications.Uncovered(ctx, tx, p)
		},
		Family: func(ctx context.Context, tx *store.Tx, childID string) error {
			return a.Applications.FamilyChanged(ctx, tx, childID)
		},
	})
	return err
}

func (a *App) wirePlatform(_ context.Context, p Parts) error {
	directory, err := blob.NewDirectory(a.Config.Get("TORG_BLOB_DIR"))
	if err != nil {
		return err
	}
	documents, err := a.withScanner(blob.Config{DB: a.DB, Keys: a.Keys, Backend: directory, Log: a.Log})
	if err != nil {
		return err
	}
	a.Blobs = blob.New(documents)
	a.carrier = p.Carrier
	if address := a.Config.Get("TORG_SMTP_URL"); a.carrier == nil && address != "" {
		if a.carrier, err = notify.NewSMTP(address, ""); err != nil {
			return err
		}
	}
	telling := notify.Config{
		DB: a.DB, Keys: a.Keys, Documents: a.Blobs, Texts: a.Bundle, Carrier: a.carrier, From: a.sender,
		Host: a.Config.publicURL().Hostname(), Log: a.Log, Metrics: a.Metrics,
	}
	if err := a.wireReach(&telling); err != nil {
		return err
	}
	a.Notify = notify.New(telling)
	a.Forms = forms.New(forms.Options{Keys: a.Keys, Sources: formSources()})
	a.maps = &mapMemory{}
	a.Layers = layers.NewService(a.DB, a.Access, layers.Options{Resized: a.maps.resized})
	a.maps.layers = a.Layers
	a.Blobs.Jobs(a.Registry)
	a.Notify.Jobs(a.Registry)
	a.Runner = jobs.NewRunner(jobs.Options{DB: a.DB, Registry: a.Registry, Log: a.Log, Tenants: a.tenantIDs, Prepare: a.prepareJob})
	return nil
}

// sender is who a municipality's e-mail is from.
func (a *App) sender(ctx context.Context) notify.Sender {
	t := tenant.From(ctx)
	name := a.Bundle.For(t.Lang()).T("web.municipality", "name", t.Name.In(t.Lang()))
	return notify.Sender{Name: name, Address: a.Config.Get("TORG_MAIL_FROM")}
}

func (a *App) tenantIDs(context.Context) ([]string, error) {
	list := a.Directory.All()
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	return ids, nil
}

// prepareJob binds what a worker needs: its municipality, the municipality's
// language and keys in memory.
func (a *App) prepareJob(ctx context.Context, tenantID string) (context.Context, error) {
	if tenantID == "" {
		return i18n.With(ctx, a.Bundle.For(i18n.NB)), nil
	}
	if _, known := a.Directory.ByID(tenantID); !known {
		// Added by another process a moment ago.
		if err := a.Directory.Refresh(ctx); err != nil {
			return ctx, err
		}
	}
	ctx, err := a.Directory.Bind(ctx, tenantID)
	if err != nil {
		return ctx, err
	}
	return i18n.With(ctx, a.Bundle.For(tenant.From(ctx).Lang())), a.Keys.Warm(ctx, tenantID)
}

func (a *App) wireServices(context.Context, Parts) error {
	kinds := cases.NewKinds()
	registerKinds(kinds)
	kinds.Accompany(a.proofs())
	a.Cases = cases.NewService(cases.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Audit: a.Audit, Identity: a.Identity, Roles: a.Roles, Keys: a.Keys, Blobs: a.Blobs,
		Notify: a.Notify, Forms: a.Forms, Bundle: a.Bundle, SiteURL: a.SiteURL,
	}, kinds)
	a.Cases.Jobs(a.Registry)
	a.Casework = casework.NewService(casework.Deps{DB: a.DB, Access: a.Access, Cases: a.Cases, Bundle: a.Bundle})
	if err := a.wireDeadlines(kinds); err != nil {
		return err
	}
	if err := a.wireAppeals(kinds); err != nil {
		return err
	}
	a.Forecast = forecast.NewService(forecast.Deps{DB: a.DB, Access: a.Access, Cases: a.Cases})
	a.Forecast.Jobs(a.Registry)
	a.wireProperty()
	a.Kindergarten = kindergarten.NewService(a.DB, a.Access)
	a.School = school.NewService(a.DB, a.Access)
	a.Nursing = nursing.NewService(nursing.Deps{DB: a.DB, Access: a.Access, Cases: a.Cases, Identity: a.Identity})
	a.Printout = printout.NewService(printout.Deps{DB: a.DB, Cases: a.Cases, Forms: a.Forms, Bundle: a.Bundle})
	a.Applications = applications.NewService(applications.Deps{
		DB: a.DB, Access: a.Access, Forms: a.Forms, Identity: a.Identity, Cases: a.Cases, Blobs: a.Blobs, Keys: a.Keys,
		Notify: a.Notify, Bundle: a.Bundle, SiteURL: a.SiteURL, Renew: a.renewDraft,
	})
	kinds.Accompany(a.Applications.Companion())
	if err := a.wireBuilding(kinds); err != nil {
		return err
	}
	a.wireNeighbours(kinds)
	a.MyPage = mypage.NewService(mypage.Deps{
		DB: a.DB, Access: a.Access, Audit: a.Audit, Identity: a.Identity, Notify: a.Notify, Cases: a.Cases, Applications: a.Applications, Contacts: a.Contacts,
		Keys: a.Keys, Bundle: a.Bundle, SiteURL: a.SiteURL,
	})
	a.Staff = staff.NewService(staff.Deps{DB: a.DB, Access: a.Access, Roles: a.Roles, Identity: a.Identity, Audit: a.Audit, Tenants: a.Tenants, Post: a.Notify, Keys: a.Keys, Further: furtherAdmin()})
	a.wireAround()
	a.housekeeping()
	return a.wireRetention()
}

// SiteURL is the address of a municipality's pages.
func (a *App) SiteURL(t tenant.Tenant) string { return a.Config.siteURL(t.MainHost()) }
