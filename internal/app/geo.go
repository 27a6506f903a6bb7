package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/formats"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// What is written for --layer when a file is not a layer as it stands.
const (
	// MapPlan is a file of plans, which fills several layers.
	MapPlan = "plan"
	// MapMunicipality is a file of municipal boundaries, of which one is taken.
	MapMunicipality = "municipality"
	// MapMunicipalities is a file of municipal boundaries, which are all taken.
	MapMunicipalities = "municipalities"
)

// MapFile is a geographic file that is to be brought in.
type MapFile struct {
	Path, Layer, Part string
	// CRS is the EPSG number to take when the file does not say.
	CRS int
	// Table picks a table of a GeoPackage.
	Table                   string
	Whole, Anywhere, DryRun bool
	// Set changes how the layer is shown, before it is made or as it is.
	Set func(*layers.Layer)
	// Words are the operator's language.
	Words    *i18n.Localizer
	Progress func(layers.Progress)
}

// MapResult is what bringing in a file has done.
type MapResult struct {
	layers.Result

	// Format is what the file was, Charset how its characters were read.
	Format, Charset string
	// Proposals are plans in it that are not adopted.
	Proposals []string
	// Ended are plans in it that are repealed and do not say when, Unsure those whose
	// status does not tell whether they go.
	Ended, Unsure []string
}

// ImportMap brings a geographic file into a municipality's map layers, all or nothing.
// The result tells what was wrong also when there is an error.
func (a *App) ImportMap(ctx context.Context, f MapFile) (MapResult, error) {
	var out MapResult
	format, err := formats.DetectFile(f.Path)
	if err != nil {
		return out, tellFile(err)
	}
	out.Format = string(format)
	digest, err := digestOf(ctx, f.Path)
	if err != nil {
		return out, tellFile(err)
	}
	if format.Tiles() {
		return out, a.importTiles(ctx, f, digest, &out)
	}
	o := layers.Import{
		Part: f.Part, Whole: f.Whole, File: filepath.Base(f.Path), Digest: digest, Anywhere: f.Anywhere, DryRun: f.DryRun,
		Progress: f.Progress, Words: f.Words.T, Beside: true,
	}
	mapping, err := a.mapping(ctx, f, &o, &out)
	if err != nil {
		return out, err
	}
	reader, err := openMap(ctx, f)
	if err != nil {
		return out, err
	}
	o.Source = layers.FromFile(reader, mapping)
	out.Result, err = a.Layers.Import(ctx, o)
	out.Charset = reader.Info().Charset
	if e := errs.Of(err); e != nil && e.Key == "layers.import.empty" && f.Layer == MapMunicipality {
		err = errs.Invalid("app.geo.no_municipality", "number", tenant.From(ctx).Number)
	}
	err = errors.Join(err, reader.Close())
	if err == nil && !f.DryRun && out.Features >= worthCounting {
		a.countMap(ctx)
	}
	return out, err
}

// worthCounting is how many features make the database's idea of its tables old.
const worthCounting = 10_000

// countMap lets SQLite count what was imported: it plans as for the tables of
// yesterday until then (see housekeeping). What is imported stays so if it fails.
func (a *App) countMap(ctx context.Context) {
	if a.DB.Dialect() != store.SQLite {
		return
	}
	if err := a.DB.Count(ctx); err != nil {
		a.Log.WarnContext(ctx, "the database could not count its rows", "error", err)
	}
}

func openMap(ctx context.Context, f MapFile) (exchange.Reader, error) {
	r, err := formats.Open(ctx, f.Path, "", exchange.Options{CRS: f.CRS, Layer: f.Table})
	return r, tellFile(err)
}

// tellFile gives words to a file that cannot be opened.
func tellFile(err error) error {
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return errs.Invalid("app.geo.no_file", "file", path.Path, "reason", path.Err.Error())
	}
	return err
}

// mapping says which layers a file fills, and how.
func (a *App) mapping(ctx context.Context, f MapFile, o *layers.Import, out *MapResult) (layers.Mapping, error) {
	switch f.Layer {
	case MapPlan:
		return a.planMapping(ctx, f, o, out)
	case MapMunicipality, MapMunicipalities:
		target, err := a.target(ctx, f.Layer, f.Set)
		if err != nil {
			return nil, err
		}
		number := ""
		if f.Layer == MapMunicipality {
			number = tenant.From(ctx).Number
		}
		target.Country = number == ""
		o.Layers = []layers.Target{target}
		return layers.Boundaries(number), nil
	default:
		target, err := a.target(ctx, f.Layer, f.Set)
		o.Layers = []layers.Target{target}
		return nil, err
	}
}

// planMapping reads the plans of a file, before their zones.
func (a *App) planMapping(ctx context.Context, f MapFile, o *layers.Import, out *MapResult) (layers.Mapping, error) {
	reader, err := openMap(ctx, f)
	if err != nil {
		return nil, err
	}
	plans, err := layers.ReadPlans(reader, clock.DateIn(a.DB.Clock().Now()))
	if err := errors.Join(err, reader.Close()); err != nil {
		return nil, err
	}
	if err := a.Layers.KeepEnds(ctx, plans); err != nil {
		return nil, err
	}
	out.Proposals, out.Ended, out.Unsure = plans.Proposals(), plans.Undated(), plans.Unsure()
	if o.Part == "" && !o.Whole {
		o.Part = plans.Part()
	}
	for _, name := range layers.PlanLayers() {
		target, err := a.target(ctx, name, f.Set)
		if err != nil {
			return nil, err
		}
		a.asMade(&target, false, f.Set)
		target.Optional = name == layers.PlanLines
		o.Layers = append(o.Layers, target)
	}
	return plans.Map, nil
}

// target is a layer as it is, or as it will be made: one that Torg knows with its own
// title, another with its name as its title and for staff only.
func (a *App) target(ctx context.Context, name string, set func(*layers.Layer)) (layers.Target, error) {
	l, err := a.Layers.Layer(ctx, name)
	if errs.Is(err, errs.KindNotFound) {
		var known bool
		if l, known = layers.Standard(a.Bundle, name); !known {
			l = layers.Layer{Name: name, Title: i18n.Same(name), Kind: layers.Features, MaxZoom: deepestLevel, Order: lastOrder}
		}
	} else if err != nil {
		return layers.Target{}, err
	}
	if set != nil {
		set(&l)
	}
	return layers.Target{Layer: l, Change: set != nil}, nil
}

// How a layer is shown of which nobody has said it: to the deepest level, on top.
const (
	deepestLevel = 18
	lastOrder    = 1000
)

// baseMap is the layer of ready-made tiles that lies under all others.
const baseMap = "basemap"

// asMade changes how a layer that Torg does not list is made: lines of plans are as
// public as the plans, and a base map is for everybody and lies at the bottom. What the
// operator says goes before.
func (a *App) asMade(t *layers.Target, tiles bool, set func(*layers.Layer)) {
	l := &t.Layer
	if l.Generation > 0 {
		return
	}
	if tiles {
		l.Public, l.Order = true, 0
	}
	if l.Name == layers.PlanLines {
		l.Public, l.MinZoom, l.Order, l.Tags = true, 13, 105, []string{"plan", "kind", "height", "proposal"}
	}
	if key := "layers.title." + l.Name; (l.Name == layers.PlanLines || l.Name == baseMap) && a.Bundle.Has(key) {
		l.Title, l.About = i18n.Text{}, i18n.Text{}
		for _, lang := range i18n.Offered() {
			in := a.Bundle.For(lang)
			l.Title[lang], l.About[lang] = in.T(key), in.T("layers.about."+l.Name)
		}
	}
	if set != nil {
		set(l)
	}
}

// importTiles brings in a base map.
func (a *App) importTiles(ctx context.Context, f MapFile, digest string, out *MapResult) error {
	target, err := a.target(ctx, f.Layer, f.Set)
	if err != nil {
		return err
	}
	a.asMade(&target, true, f.Set)
	tiles, err := pack.Open(ctx, f.Path)
	if err != nil {
		return tellFile(err)
	}
	did, err := a.Layers.ImportTiles(ctx, layers.TilesImport{
		Target: target, Pack: tiles, File: filepath.Base(f.Path), Digest: digest, DryRun: f.DryRun, Progress: f.Progress,
	})
	if err == nil {
		out.Layers, out.Features = []layers.LayerResult{did}, did.Added
	}
	return errors.Join(err, tiles.Close())
}

// MapExport is a layer that is to be written to a file.
type MapExport struct {
	layers.Export

	Path   string
	Format formats.Format
}

// ExportMap writes a layer to a file, which must not be there, and returns how many
// features it has. A file that did not become whole is removed.
func (a *App) ExportMap(ctx context.Context, e MapExport) (n int64, err error) {
	l, err := a.Layers.Layer(ctx, e.Layer)
	if err != nil {
		return 0, err
	}
	if e.System.IsZero() {
		e.System = l.System()
	}
	if e.System == crs.CRS84() {
		e.System, _ = crs.ByCode(crs.WGS84)
	}
	w, err := formats.Create(ctx, e.Path, e.Format, e.System.Code, a.DB.Clock().Now())
	if err != nil {
		return 0, tellFile(err)
	}
	if e.System == l.System() {
		e.System = crs.System{} // to the last digit
	}
	n, err = a.Layers.Export(ctx, e.Export, w)
	if err = errors.Join(err, w.Close()); err != nil {
		err = errors.Join(err, os.Remove(e.Path))
	}
	return n, err
}

// digestOf is the SHA-256 of a file's content, in hex.
func digestOf(ctx context.Context, path string) (string, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	for {
		n, err := io.CopyN(h, file, 64<<20)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return "", fmt.Errorf("app: read %s: %w", filepath.Base(path), err)
		}
	}
}
