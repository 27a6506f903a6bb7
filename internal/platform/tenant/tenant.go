package tenant

import (
	"context"
	"embed"
	"io/fs"
	"regexp"
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Topic is woken when anything about any tenant changed.
const Topic = "tenants"

// Tenant is a municipality as it is now.
type Tenant struct {
	ID       string // internal key: immutable, never reused
	Number   string // kommunenummer, four digits
	Slug     string
	Name     i18n.Text
	Form     Form
	Color    string // "#rrggbb"
	Test     bool   // accepts synthetic persons, and no others
	Hosts    []string
	Services []string
	Settings map[string]string
}

// Lang returns the language in which a visitor without a wish is met. A
// neutral municipality speaks bokmål first and offers an equal switch.
func (t Tenant) Lang() i18n.Lang {
	if t.Form == Nynorsk {
		return i18n.NN
	}
	return i18n.NB
}

// Enabled reports whether a service is switched on.
func (t Tenant) Enabled(service string) bool { return slices.Contains(t.Services, service) }

// MainHost returns the host that links are made with.
func (t Tenant) MainHost() string {
	if len(t.Hosts) == 0 {
		return ""
	}
	return t.Hosts[0]
}

// Department is a unit of the municipality (enhet) that has its own cases.
type Department struct {
	ID       string
	Name     string
	ParentID string // empty at the top
	Email    string // where the unit itself is reached; may be empty
	Ended    bool
	Version  int64
}

type contextKey struct{}

// Bind binds the context to the tenant, for texts and for the store.
func Bind(ctx context.Context, t Tenant) context.Context {
	return store.WithTenant(context.WithValue(ctx, contextKey{}, t), t.ID)
}

// From returns the tenant of the context, or the zero Tenant.
func From(ctx context.Context) Tenant {
	t, _ := ctx.Value(contextKey{}).(Tenant)
	return t
}

var (
	colorShape = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	hostShape  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`) // RFC 1123 section 2.1
)
