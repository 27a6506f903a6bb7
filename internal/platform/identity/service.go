package identity

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Settings are the times an installation may choose.
type Settings struct {
	// Idle is how long a session lasts without a request; 30 minutes, like
	// ID-porten's own.
	Idle time.Duration
	// Absolute is how long a session lasts at most; 8 hours.
	Absolute time.Duration
	// Skew is how far the provider's clock may be from ours; 30 seconds.
	Skew time.Duration
	// Patience is how long a person waits for ID-porten or the population
	// register before being told that it is down; 4 seconds.
	Patience time.Duration
}

func (s Settings) withDefaults() Settings {
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&s.Idle, 30 * time.Minute},
		{&s.Absolute, 8 * time.Hour},
		{&s.Skew, 30 * time.Second},
		{&s.Patience, 4 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	return s
}

// Event is something that happened to a person's sessions.
type Event struct {
	Action    string // "login", "logout", "acting"
	PersonID  string
	SessionID string
	ACR       string
	// Represented is for whom the session acts from now on, with "acting".
	Represented string
	Reason      string // of an ending: see Reason
}

// Recorder is told of log-ins and log-outs within their transaction; package
// audit's log stands behind it.
type Recorder func(ctx context.Context, tx *store.Tx, e Event) error

// Options is what a Service is made of. DB, Keys, Register and Client are required.
type Options struct {
	DB       *store.DB
	Log      *slog.Logger
	Keys     Keys
	Register Register
	Client   ClientSource
	Grants   GrantSource // nil: nobody holds a role
	Record   Recorder    // nil: nobody is told
	// Changed is told, within the transaction, that the register's word on a person
	// was written: protection may have come or gone. nil: nobody is told.
	Changed func(ctx context.Context, tx *store.Tx, p Person) error
	// Uncovered is told, within the transaction and after Changed, that somebody's
	// address was protected and no longer is. nil: nobody is told.
	Uncovered func(ctx context.Context, tx *store.Tx, p Person) error
	// Family is told, within the transaction, that who are a child's guardians has
	// changed, also because the child came of age. nil: nobody is told.
	Family func(ctx context.Context, tx *store.Tx, childID string) error
	// Organisations tells the roles of people in organisations; nil: none are known.
	Organisations OrganisationRegister
	// Feed tells what has changed in the population register; nil: it is asked
	// about everybody once a day.
	Feed EventFeed
	// Test says whether the context's municipality accepts synthetic people and
	// no others; nil asks the tenant of the context.
	Test func(ctx context.Context) bool
	// HTTP is used towards the provider; nil makes a client of its own.
	HTTP     *http.Client
	Settings Settings
}

// Service knows persons, families, log-ins and sessions. It may be used by any
// number of goroutines.
type Service struct {
	db            *store.DB
	log           *slog.Logger
	clock         clock.Clock
	keys          Keys
	register      Register
	client        ClientSource
	grants        GrantSource
	record        Recorder
	changed       func(context.Context, *store.Tx, Person) error
	uncovered     func(context.Context, *store.Tx, Person) error
	family        func(context.Context, *store.Tx, string) error
	feed          EventFeed
	organisations OrganisationRegister
	test          func(context.Context) bool
	settings      Settings
	providers     *providers
	idporten      *neighbour
	folkeregister *neighbour
}

// New makes a Service. It asks nobody anything: the server starts also when
// ID-porten is down.
func New(o Options) (*Service, error) {
	if o.DB == nil || o.Keys == nil || o.Register == nil || o.Client == nil {
		return nil, errors.New("identity: DB, Keys, Register and Client are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Test == nil {
		o.Test = func(ctx context.Context) bool { return tenant.From(ctx).Test }
	}
	if o.Record == nil {
		o.Record = func(context.Context, *store.Tx, Event) error { return nil }
	}
	settings := o.Settings.withDefaults()
	return &Service{
		db: o.DB, log: o.Log, clock: o.DB.Clock(), keys: o.Keys, register: o.Register,
		client: o.Client, grants: o.Grants, record: o.Record, changed: o.Changed, uncovered: o.Uncovered, family: o.Family,
		feed: o.Feed, organisations: o.Organisations, test: o.Test,
		settings: settings, providers: newProviders(o.HTTP, o.DB.Clock(), settings.Patience),
		idporten: &neighbour{clock: o.DB.Clock()}, folkeregister: &neighbour{clock: o.DB.Clock()},
	}, nil
}
