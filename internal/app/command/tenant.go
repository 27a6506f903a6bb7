package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// inviteDays is how long the first administrator's link works.
const inviteDays = 14

// tenantAdd makes municipalities from the national list, each with its keys, the
// shipped services and a one-time link for the first administrator.
func tenantAdd(c *call) error {
	test := c.flags.Bool("test", false, c.words.T("app.flag.test"))
	if err := c.parse(); err != nil {
		return err
	}
	if len(c.args) == 0 {
		c.flags.Usage()
		return errUsage
	}
	list, err := found(c.args)
	if err != nil {
		return err
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	if err := makeDir(config.DataDir()); err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := addTenant(c, a, m, *test); err != nil {
			return errors.Join(err, a.Stop(c.ctx))
		}
	}
	return a.Stop(c.ctx)
}

// found looks all numbers up before the first municipality is made, so that one
// that is mistyped leaves nothing half done.
func found(numbers []string) ([]tenant.Municipality, error) {
	var list []tenant.Municipality
	for _, number := range numbers {
		m, err := tenant.Find(number)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func addTenant(c *call, a *app.App, m tenant.Municipality, test bool) error {
	t, link, err := a.AddTenant(c.ctx, m, test, inviteDays*24*time.Hour)
	if err != nil {
		return err
	}
	c.say(c.words.T("app.tenant.added", "name", t.Name.In(c.words.Lang()), "number", t.Number, "form", string(t.Form), "url", a.SiteURL(t)))
	c.say(c.words.T("app.tenant.services", "services", strings.Join(t.Services, ", ")))
	c.say(c.words.T("app.tenant.invite", "link", link, "count", inviteDays))
	return nil
}

func tenantList(c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	for _, t := range a.Directory.All() {
		c.say(fmt.Sprintf("%s  %-24s %-8s %s", t.Number, t.Name.In(i18n.NB), string(t.Form), a.SiteURL(t)))
	}
	return a.Stop(c.ctx)
}

func tenantShow(c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	if len(c.args) != 1 {
		c.flags.Usage()
		return errUsage
	}
	return c.with(c.args[0], func(_ context.Context, a *app.App, t tenant.Tenant) error {
		for _, line := range [][2]string{
			{"id", t.ID},
			{"number", t.Number},
			{"slug", t.Slug},
			{"form", string(t.Form)},
			{"color", t.Color},
			{"hosts", strings.Join(t.Hosts, ", ")},
			{"services", strings.Join(t.Services, ", ")},
			{"url", a.SiteURL(t)},
		} {
			c.say(fmt.Sprintf("%-10s %s", line[0], line[1]))
		}
		return nil
	})
}

// tenantSet writes one of a municipality's own settings. A running server
// notices.
func tenantSet(c *call) error {
	name := c.flags.String("tenant", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || len(c.args) != 2 || !slices.Contains(app.TenantSettings(), c.args[0]) {
		c.flags.Usage()
		c.say(c.words.T("app.tenant.settings", "names", strings.Join(app.TenantSettings(), ", ")))
		return errUsage
	}
	return c.with(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		if err := a.Tenants.SetSettings(ctx, map[string]string{c.args[0]: c.args[1]}); err != nil {
			return err
		}
		c.say(c.words.T("app.tenant.set", "name", c.args[0]))
		return nil
	})
}

// with opens the installation and runs fn as the operator in one municipality.
func (c *call) with(name string, fn func(context.Context, *app.App, tenant.Tenant) error) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	t, ok := a.Directory.BySlugOrNumber(name)
	if !ok {
		return errors.Join(fmt.Errorf("%s", c.words.T("app.tenant.unknown", "name", name)), a.Stop(c.ctx))
	}
	ctx := identity.AsSystem(tenant.Bind(c.ctx, t), "operator")
	if err := a.Keys.Warm(ctx, t.ID); err != nil {
		return errors.Join(err, a.Stop(c.ctx))
	}
	return errors.Join(fn(ctx, a, t), a.Stop(c.ctx))
}

// scopes gathers --scope flags.
type scopes []access.Permission

// String implements flag.Value.
func (s *scopes) String() string { return "" }

// Set implements flag.Value.
func (s *scopes) Set(v string) error {
	*s = append(*s, access.Permission(v))
	return nil
}

func tokenCreate(c *call) error {
	name := c.flags.String("tenant", "", "")
	role := c.flags.String("role", "", "")
	days := c.flags.Int("days", 0, "")
	department := c.flags.String("department", "", "")
	label := c.flags.String("name", "api", "")
	var allowed scopes
	c.flags.Var(&allowed, "scope", "")
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || *role == "" || *days < 1 {
		c.flags.Usage()
		return errUsage
	}
	return c.with(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		if len(allowed) == 0 {
			allowed = everything(a)
		}
		token, secret, err := a.Roles.CreateToken(ctx, access.NewToken{
			Name: *label, Role: access.Role(*role), Department: *department, Scopes: allowed,
			ExpiresAt: a.DB.Clock().Now().AddDate(0, 0, *days),
		})
		if err != nil {
			return err
		}
		c.say(c.words.T("app.token.created", "id", token.ID, "expires", c.words.DateTime(token.ExpiresAt.Time)))
		c.say(secret)
		return nil
	})
}

// everything is what a token may do when nothing is said: whatever its role may.
func everything(a *app.App) scopes {
	var all scopes
	for _, p := range a.Access.Permissions() {
		all = append(all, p.Name)
	}
	return all
}

func tokenList(c *call) error {
	name := c.flags.String("tenant", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	return c.with(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		list, err := a.Roles.ListTokens(ctx)
		if err != nil {
			return err
		}
		for _, t := range list {
			state := c.words.T("app.token.valid", "expires", c.words.DateTime(t.ExpiresAt.Time))
			if !t.RevokedAt.IsZero() {
				state = c.words.T("app.token.revoked")
			}
			c.say(fmt.Sprintf("%s  %-16s %-16s %s", t.ID, t.Name, string(t.Role), state))
		}
		return nil
	})
}

func tokenRevoke(c *call) error {
	name := c.flags.String("tenant", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	if *name == "" || len(c.args) != 1 {
		c.flags.Usage()
		return errUsage
	}
	return c.with(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		if err := a.Roles.RevokeToken(ctx, c.args[0]); err != nil {
			return err
		}
		c.say(c.words.T("app.token.gone"))
		return nil
	})
}
