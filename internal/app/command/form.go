package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// fieldNames gathers --accept-loss flags.
type fieldNames []string

// String implements flag.Value.
func (f *fieldNames) String() string { return "" }

// Set implements flag.Value.
func (f *fieldNames) Set(v string) error {
	*f = append(*f, v)
	return nil
}

// formPublish publishes a municipality's own version of a form, or that of all of
// them. It shows first what changes and what people would lose, in every one, and
// publishes nowhere when something would be lost anywhere.
func formPublish(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.form_tenant"))
	dry := c.flags.Bool("dry-run", false, c.words.T("app.flag.dry_run"))
	var accepted fieldNames
	c.flags.Var(&accepted, "accept-loss", c.words.T("app.flag.accept_loss"))
	if err := c.parse(); err != nil {
		return err
	}
	files := c.args
	if len(files) != 1 {
		c.flags.Usage()
		return errUsage
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return fmt.Errorf("command: read the form: %w", err)
	}
	d, err := forms.Parse(text)
	if err != nil {
		return c.invalidForm(err)
	}
	return c.eachTenant(*name, func(a *app.App, list []tenant.Tenant) error {
		for _, t := range list {
			if err := c.planIn(a, t, d, accepted); err != nil {
				return err
			}
		}
		if *dry {
			c.say(c.words.T("app.form.dry"))
			return nil
		}
		for _, t := range list {
			if _, err := a.PublishForm(c.operator(t), d, accepted...); err != nil {
				return err
			}
			c.say(c.words.T("app.form.published", "key", d.Key, "version", d.Version, "tenant", t.Slug))
		}
		return nil
	})
}

// invalidForm says each thing that is wrong with a definition on its own line.
func (c *call) invalidForm(err error) error {
	if problem, ok := errors.AsType[*forms.DefinitionError](err); ok {
		say(c.env.Stderr, c.words.T("app.form.invalid", "count", len(problem.Problems)))
		for _, p := range problem.Problems {
			say(c.env.Stderr, "  "+p)
		}
		return errUsage
	}
	return err
}

// operator is the context in which the operator works in a municipality.
func (c *call) operator(t tenant.Tenant) context.Context {
	return identity.AsSystem(tenant.Bind(c.ctx, t), "operator")
}

// eachTenant opens the installation for the named municipality, or for all.
func (c *call) eachTenant(name string, fn func(a *app.App, list []tenant.Tenant) error) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	list := a.Directory.All()
	if name != "" {
		t, ok := a.Directory.BySlugOrNumber(name)
		if !ok {
			return errors.Join(fmt.Errorf("%s", c.words.T("app.tenant.unknown", "name", name)), a.Stop(c.ctx))
		}
		list = []tenant.Tenant{t}
	}
	for _, t := range list {
		if err := a.Keys.Warm(c.ctx, t.ID); err != nil {
			return errors.Join(err, a.Stop(c.ctx))
		}
	}
	return errors.Join(fn(a, list), a.Stop(c.ctx))
}

// planIn shows what publishing would mean in one municipality, and refuses what
// would be refused.
func (c *call) planIn(a *app.App, t tenant.Tenant, d *forms.Definition, accepted []string) error {
	plan, err := a.PlanForm(c.operator(t), d)
	if err != nil {
		return err
	}
	live := int64(0)
	if plan.Live != nil {
		live = plan.Live.Version
	}
	c.say(c.words.T("app.form.plan", "tenant", t.Slug, "key", d.Key, "live", live, "next", d.Version))
	for _, change := range plan.Changes {
		c.say("  " + change.Words(c.words))
	}
	c.say(c.words.T("app.form.drafts", "count", plan.Drafts))
	for _, field := range slices.Sorted(maps.Keys(plan.Newly)) {
		c.say("  " + c.words.T("app.form.correct", "field", field, "count", plan.Newly[field]))
	}
	for _, loss := range plan.Losses() {
		key := "app.form.lost"
		if slices.Contains(accepted, loss.Field) {
			key = "app.form.accepted"
		}
		why := c.words.T("forms.loss." + string(loss.Kind))
		c.say("  " + c.words.T(key, "field", loss.Field, "why", why, "count", plan.Lost[loss]))
	}
	return plan.Check(accepted...)
}

func formList(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.form_tenant"))
	if err := c.parse(); err != nil {
		return err
	}
	return c.eachTenant(*name, func(a *app.App, list []tenant.Tenant) error {
		for _, t := range list {
			versions, err := a.FormVersions(c.operator(t))
			if err != nil {
				return err
			}
			for _, v := range versions {
				state := ""
				if v.Live {
					state = c.words.T("app.form.live")
				}
				line := fmt.Sprintf("%-14s %-22s %3d  %-8s %-7s ", t.Slug, v.Key, v.Version, c.words.T("app.form.origin_"+v.Origin), state)
				c.say(line + c.words.T("app.form.drafts", "count", v.Drafts))
			}
		}
		return nil
	})
}

// formShow writes a form question by question, or as the file that form publish
// takes.
func formShow(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.form_tenant"))
	version := c.flags.Int64("version", 0, c.words.T("app.flag.form_version"))
	raw := c.flags.Bool("json", false, c.words.T("app.flag.form_json"))
	if err := c.parse(); err != nil {
		return err
	}
	keys := c.args
	if *name == "" || len(keys) != 1 {
		c.flags.Usage()
		return errUsage
	}
	return c.eachTenant(*name, func(a *app.App, list []tenant.Tenant) error {
		d, err := a.Form(c.operator(list[0]), keys[0], *version)
		if err != nil {
			return err
		}
		if *raw {
			c.say(string(d.Body()))
			return nil
		}
		c.showForm(d)
		return nil
	})
}

func (c *call) showForm(d *forms.Definition) {
	lang := c.words.Lang()
	c.say(fmt.Sprintf("%s (%s %d)", d.Title.In(lang), d.Key, d.Version))
	for i := range d.Pages {
		p := &d.Pages[i]
		c.say("\n" + p.Title.In(lang) + " (" + p.ID + ")")
		for j := range p.Fields {
			c.showField(&p.Fields[j], "  ")
		}
	}
}

func (c *call) showField(f *forms.Field, indent string) {
	lang := c.words.Lang()
	text := f.Label.In(lang)
	if f.Type == forms.Info {
		text = f.Text.In(lang)
	}
	mark := ""
	if f.Required {
		mark = " *"
	}
	c.say(fmt.Sprintf("%s%s%s (%s, %s)", indent, text, mark, f.ID, f.Type))
	for i := range f.Fields {
		c.showField(&f.Fields[i], indent+"    ")
	}
}
