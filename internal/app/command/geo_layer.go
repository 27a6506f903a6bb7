package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// now is the time that a person at the terminal waits by.
func (c *call) now() time.Time { return clock.System{}.Now() }

// isTerminal reports whether somebody looks at it while it is written.
func isTerminal(w io.Writer) bool {
	file, is := w.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// looks are the flags that say how a layer is shown.
type looks struct {
	title, about, attribution, licence, address, tags, zoom string
	public                                                  bool
	order                                                   int
}

// looks adds the flags.
func (c *call) looks() *looks {
	l := &looks{}
	c.flags.StringVar(&l.title, "title", "", c.words.T("app.flag.geo_title"))
	c.flags.StringVar(&l.about, "about", "", c.words.T("app.flag.geo_about"))
	c.flags.StringVar(&l.attribution, "attribution", "", c.words.T("app.flag.geo_attribution"))
	c.flags.StringVar(&l.licence, "licence", "", c.words.T("app.flag.geo_licence"))
	c.flags.StringVar(&l.address, "licence-url", "", c.words.T("app.flag.geo_licence_url"))
	c.flags.StringVar(&l.tags, "tags", "", c.words.T("app.flag.geo_tags"))
	c.flags.StringVar(&l.zoom, "zoom", "", c.words.T("app.flag.geo_zoom"))
	c.flags.BoolVar(&l.public, "public", false, c.words.T("app.flag.geo_public"))
	c.flags.IntVar(&l.order, "order", 0, c.words.T("app.flag.geo_order"))
	return l
}

// set makes a change of the flags that were given; nil when none was.
func (l *looks) set(c *call) (func(*layers.Layer), error) {
	given := c.given()
	from, to, err := l.levels()
	if err != nil {
		return nil, err
	}
	changes := map[string]func(*layers.Layer){
		"title":       func(t *layers.Layer) { t.Title = i18n.Same(l.title) },
		"about":       func(t *layers.Layer) { t.About = i18n.Same(l.about) },
		"attribution": func(t *layers.Layer) { t.Attribution = l.attribution },
		"licence":     func(t *layers.Layer) { t.Licence = l.licence },
		"licence-url": func(t *layers.Layer) { t.LicenceURL = l.address },
		"tags": func(t *layers.Layer) {
			t.Tags = strings.FieldsFunc(l.tags, func(r rune) bool { return r == ',' || r == ' ' })
		},
		"zoom":   func(t *layers.Layer) { t.MinZoom, t.MaxZoom = from, to },
		"public": func(t *layers.Layer) { t.Public = l.public },
		"order":  func(t *layers.Layer) { t.Order = l.order },
	}
	var wanted []func(*layers.Layer)
	for _, name := range given {
		if change := changes[name]; change != nil {
			wanted = append(wanted, change)
		}
	}
	if wanted == nil {
		return nil, nil //nolint:nilnil // nothing is to be changed
	}
	return func(t *layers.Layer) {
		for _, change := range wanted {
			change(t)
		}
	}, nil
}

// levels reads "10-18".
func (l *looks) levels() (from, to int, err error) {
	if l.zoom == "" {
		return 0, 0, nil
	}
	low, high, _ := strings.Cut(l.zoom, "-")
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil || from < 0 || to < from || to > tile.MaxZoom {
		return 0, 0, errs.Invalid("app.geo.bad_zoom", "zoom", l.zoom, "max", tile.MaxZoom)
	}
	return from, to, nil
}

// given are the names of the flags that stood on the command line.
func (c *call) given() []string {
	var names []string
	c.flags.Visit(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}

// geoLayer lists, shows, changes and removes layers.
func geoLayer(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	layer := c.flags.String("layer", "", c.words.T("app.flag.geo_export_layer"))
	part := c.flags.String("part", "", c.words.T("app.flag.geo_remove_part"))
	look := c.looks()
	if err := c.parse(); err != nil {
		return err
	}
	acts := map[string]func(context.Context, *app.App, string) error{
		"list": c.listLayers, "show": c.showLayer,
		"set": func(ctx context.Context, a *app.App, layer string) error { return c.setLayer(ctx, a, layer, look) },
		"remove": func(ctx context.Context, a *app.App, layer string) error {
			return c.removeLayer(ctx, a, layer, *part)
		},
	}
	if len(c.args) != 1 || acts[c.args[0]] == nil || (c.args[0] == "list") != (*layer == "") {
		c.flags.Usage()
		return errUsage
	}
	return c.withMap(*name, func(ctx context.Context, a *app.App, _ tenant.Tenant) error {
		return acts[c.args[0]](ctx, a, *layer)
	})
}

func (c *call) listLayers(ctx context.Context, a *app.App, _ string) error {
	list, err := a.Layers.Layers(ctx)
	if err != nil {
		return err
	}
	for _, l := range list {
		c.say(fmt.Sprintf("%-16s %10s  EPSG:%-5d %4d  %-8s %s", l.Name, c.words.Number(l.Count), l.EPSG, l.Generation, c.words.T(accessWord(l)), l.Title.In(c.words.Lang())))
	}
	return nil
}

// accessWord is the word for who may see a layer.
func accessWord(l layers.Layer) string {
	if l.Public {
		return "app.geo.public"
	}
	return "app.geo.staff"
}

func (c *call) showLayer(ctx context.Context, a *app.App, name string) error {
	l, err := a.Layers.Layer(ctx, name)
	if err != nil {
		return err
	}
	lang := c.words.Lang()
	extent := ""
	if l.HasExtent() {
		extent = fmt.Sprintf("%.6g %.6g %.6g %.6g", l.Extent.Min[0], l.Extent.Min[1], l.Extent.Max[0], l.Extent.Max[1])
	}
	for _, line := range [][2]string{
		{"layer", l.Name},
		{"title", l.Title.In(lang)},
		{"about", l.About.In(lang)},
		{"kind", string(l.Kind)},
		{"geometry", l.Geometry},
		{"access", c.words.T(accessWord(l))},
		{"crs", "EPSG:" + strconv.Itoa(l.EPSG)},
		{"extent", extent},
		{"count", c.words.Number(l.Count)},
		{"generation", strconv.FormatInt(l.Generation, 10)},
		{"updated", c.words.DateTime(l.UpdatedAt)},
		{"attribution", l.Attribution},
		{"licence", strings.TrimSpace(l.Licence + " " + l.LicenceURL)},
		{"zoom", fmt.Sprintf("%d-%d", l.MinZoom, l.MaxZoom)},
		{"order", strconv.Itoa(l.Order)},
		{"tags", strings.Join(l.Tags, " ")},
	} {
		c.say(fmt.Sprintf("%-12s %s", line[0], line[1]))
	}
	for _, f := range l.Fields {
		c.say(fmt.Sprintf("%-12s %s (%s)", "property", f.Name, f.Type))
	}
	return nil
}

func (c *call) setLayer(ctx context.Context, a *app.App, name string, look *looks) error {
	change, err := look.set(c)
	if err != nil {
		return err
	}
	if change == nil {
		c.flags.Usage()
		return errUsage
	}
	if _, err := a.Layers.Arrange(ctx, name, change); err != nil {
		return err
	}
	c.say(c.words.T("app.geo.set", "layer", name))
	return nil
}

// removeLayer removes a layer, or one data set of it.
func (c *call) removeLayer(ctx context.Context, a *app.App, name, part string) error {
	if !slices.Contains(c.given(), "part") {
		if err := a.Layers.Remove(ctx, name); err != nil {
			return err
		}
		c.say(c.words.T("app.geo.removed", "layer", name))
		return nil
	}
	r, err := a.Layers.RemovePart(ctx, name, part)
	if err != nil {
		return err
	}
	c.say(c.words.T("app.geo.part_removed", "layer", name, "part", part, "count", r.Layers[0].Removed))
	return nil
}
