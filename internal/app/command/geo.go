package command

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/formats"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// withMap is with for a command on maps: an installation with one municipality needs
// no name.
func (c *call) withMap(name string, fn func(context.Context, *app.App, tenant.Tenant) error) error {
	if name != "" {
		return c.with(name, fn)
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	all := a.Directory.All()
	if err := a.Stop(c.ctx); err != nil {
		return err
	}
	if len(all) != 1 {
		return errs.Invalid("app.geo.which_tenant")
	}
	return c.with(all[0].Slug, fn)
}

// geoImport brings a geographic file into the map.
func geoImport(c *call) error {
	f := app.MapFile{Words: c.words}
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	c.flags.StringVar(&f.Layer, "layer", "", c.words.T("app.flag.geo_layer"))
	c.flags.StringVar(&f.Part, "part", "", c.words.T("app.flag.geo_part"))
	c.flags.IntVar(&f.CRS, "crs", 0, c.words.T("app.flag.geo_crs"))
	c.flags.StringVar(&f.Table, "table", "", c.words.T("app.flag.geo_table"))
	c.flags.BoolVar(&f.Whole, "whole", false, c.words.T("app.flag.geo_whole"))
	c.flags.BoolVar(&f.Anywhere, "anywhere", false, c.words.T("app.flag.geo_anywhere"))
	c.flags.BoolVar(&f.DryRun, "dry-run", false, c.words.T("app.flag.dry_run"))
	look := c.looks()
	if err := c.parse(); err != nil {
		return err
	}
	if f.Layer == "" || len(c.args) != 1 || f.Whole && f.Part != "" {
		c.flags.Usage()
		return errUsage
	}
	f.Path = c.args[0]
	var err error
	if f.Set, err = look.set(c); err != nil {
		return err
	}
	defer c.untilInterrupted()()
	return c.withMap(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		bar := newBar(c)
		f.Progress = bar.show
		began := a.DB.Clock().Now()
		r, err := a.ImportMap(ctx, f)
		bar.end()
		c.report(r)
		if err != nil {
			return err
		}
		c.tellImport(r, f.DryRun, a.DB.Clock().Now().Sub(began))
		return nil
	})
}

// report tells what was wrong with a file, line by line.
func (c *call) report(r app.MapResult) {
	if r.Charset != "" && r.Charset != "UTF-8" {
		say(c.env.Stderr, c.words.T("app.geo.charset", "charset", r.Charset))
	}
	for i := range r.Report.Problems {
		say(c.env.Stderr, c.atLine(&r.Report.Problems[i]))
	}
	if more := r.Report.Count - len(r.Report.Problems); more > 0 {
		say(c.env.Stderr, c.words.T("app.geo.more", "count", more))
	}
	for i := range r.Report.Warnings {
		say(c.env.Stderr, c.words.T("app.geo.warning", "text", c.atLine(&r.Report.Warnings[i])))
	}
	for _, of := range []struct {
		key   string
		plans []string
	}{{"app.geo.proposals", r.Proposals}, {"app.geo.ended", r.Ended}, {"app.geo.unsure", r.Unsure}} {
		if len(of.plans) > 0 {
			say(c.env.Stderr, c.words.T(of.key, "plans", strings.Join(of.plans, ", ")))
		}
	}
}

// atLine is a problem with the place where it is.
func (c *call) atLine(p *exchange.Problem) string {
	key, args := p.Message()
	text := c.words.T(key, args...)
	switch {
	case p.Line > 0 && p.Where != "":
		return c.words.T("app.geo.at_feature", "line", p.Line, "where", p.Where, "text", text)
	case p.Line > 0:
		return c.words.T("app.geo.at_line", "line", p.Line, "text", text)
	default:
		return text
	}
}

// tellImport tells what an import has done.
func (c *call) tellImport(r app.MapResult, dry bool, took time.Duration) {
	for _, l := range r.Layers {
		if len(r.Layers) > 1 && l.Added+l.Changed+l.Removed+l.Kept == 0 {
			continue // the file has nothing for it
		}
		key := "app.geo.unchanged"
		if l.Moved() {
			key = "app.geo.imported"
		}
		c.say(c.words.T(key, "layer", l.Layer.Name, "generation", l.Layer.Generation, "count", l.Layer.Count, "total", c.words.Number(l.Layer.Count), "system", "EPSG:"+strconv.Itoa(l.Layer.EPSG),
			"added", c.words.Number(l.Added), "changed", c.words.Number(l.Changed), "removed", c.words.Number(l.Removed), "kept", c.words.Number(l.Kept)))
	}
	switch {
	case dry:
		c.say(c.words.T("app.geo.dry"))
	case !r.Moved():
		c.say(c.words.T("app.geo.nothing"))
	case r.Features >= worthTelling:
		rate := int64(float64(r.Features) / max(took.Seconds(), 1e-3))
		c.say(c.words.T("app.geo.took", "features", c.words.Number(r.Features), "seconds", strconv.FormatFloat(took.Seconds(), 'f', 1, 64), "rate", c.words.Number(rate)))
	}
}

// worthTelling is how many features an import has when it is told how long it took.
const worthTelling = 10_000

// geoExport writes a layer to a file.
func geoExport(c *call) error {
	var e app.MapExport
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	c.flags.StringVar(&e.Layer, "layer", "", c.words.T("app.flag.geo_export_layer"))
	c.flags.StringVar(&e.Part, "part", "", c.words.T("app.flag.geo_export_part"))
	format := c.flags.String("format", "", c.words.T("app.flag.geo_format"))
	code := c.flags.Int("crs", 0, c.words.T("app.flag.geo_export_crs"))
	date := c.flags.String("date", "", c.words.T("app.flag.geo_date"))
	if err := c.parse(); err != nil {
		return err
	}
	if e.Layer == "" || len(c.args) != 1 || !slices.Contains(formats.Writable(), formats.Format(*format)) {
		c.flags.Usage()
		return errUsage
	}
	e.Path, e.Format = c.args[0], formats.Format(*format)
	if *code != 0 {
		system, known := crs.ByCode(*code)
		if !known || system.Code == crs.WebMercator {
			return errs.Invalid("geo_file.crs_unsupported", "crs", *code)
		}
		e.System = system
	}
	if *date != "" {
		at, err := time.Parse(time.DateOnly, *date)
		if err != nil {
			return errs.Invalid("app.geo.bad_date", "date", *date)
		}
		e.At = at
	}
	defer c.untilInterrupted()()
	return c.withMap(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		bar := newBar(c)
		e.Progress = bar.show
		n, err := a.ExportMap(ctx, e)
		bar.end()
		if err != nil {
			return err
		}
		c.say(c.words.T("app.geo.exported", "features", c.words.Number(n), "layer", e.Layer, "path", e.Path))
		return nil
	})
}

// geoHistory lists the imports that a layer has seen.
func geoHistory(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	layer := c.flags.String("layer", "", c.words.T("app.flag.geo_export_layer"))
	if err := c.parse(); err != nil {
		return err
	}
	if *layer == "" || len(c.args) != 0 {
		c.flags.Usage()
		return errUsage
	}
	return c.withMap(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		return a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			list, err := a.Layers.Generations(ctx, tx, *layer)
			if err != nil {
				return err
			}
			for _, g := range list {
				c.say(c.words.T("app.geo.generation", "generation", g.Generation, "at", c.words.DateTime(g.At), "source", g.Source, "part", g.Part,
					"added", c.words.Number(g.Added), "changed", c.words.Number(g.Changed), "removed", c.words.Number(g.Removed), "kept", c.words.Number(g.Kept)))
				for line := range strings.Lines(g.Notes) {
					c.say("    " + strings.TrimSuffix(line, "\n"))
				}
			}
			return nil
		})
	})
}

// bar shows how far the work is: as a bar on a terminal, else now and then as a line.
type bar struct {
	c        *call
	terminal bool
	began    bool
	last     time.Time
}

// How often the bar is drawn, and a line said.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
	barWidth  = 30
)

func newBar(c *call) *bar {
	return &bar{c: c, terminal: isTerminal(c.env.Stderr), last: c.now()}
}

// show is told by the goroutine that reads; nobody else writes meanwhile.
func (b *bar) show(p layers.Progress) {
	every := lineEvery
	if b.terminal {
		every = barEvery
	}
	now := b.c.now()
	if now.Sub(b.last) < every {
		return
	}
	b.last = now
	text := b.c.words.T("app.geo.progress_count", "features", b.c.words.Number(p.Features))
	percent := int64(0)
	if p.Total > 0 {
		percent = min(100*p.Done/p.Total, 100)
		text = b.c.words.T("app.geo.progress", "percent", percent, "features", b.c.words.Number(p.Features))
	}
	if !b.terminal {
		say(b.c.env.Stderr, text)
		return
	}
	b.began = true
	done := int(percent) * barWidth / 100
	b.draw("\r[" + strings.Repeat("█", done) + strings.Repeat("·", barWidth-done) + "] " + text + clearLine)
}

// end wipes the bar away.
func (b *bar) end() {
	if b.began {
		b.draw("\r" + clearLine)
	}
}

// clearLine lets a terminal forget what stands after the cursor.
const clearLine = "\x1b[K"

// draw writes to the terminal. Nobody can be told when that fails.
func (b *bar) draw(text string) { _, _ = io.WriteString(b.c.env.Stderr, text) }
