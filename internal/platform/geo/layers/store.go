package layers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxLayers is how many layers a municipality has at most.
const maxLayers = 500

type layerRow struct {
	Layer

	kind, title, about, tags, fields, extent string
	epsg, minZoom, maxZoom, order            int64
	updated                                  store.Time
}

const layerColumns = `name, kind, title, about, public, epsg, geometry, tags, min_zoom, max_zoom, attribution, licence, licence_url, ordering, fields,
	features, extent, generation, updated_at`

func (r *layerRow) columns() []any {
	return []any{
		&r.Name, &r.kind, &r.title, &r.about, &r.Public, &r.epsg, &r.Geometry, &r.tags, &r.minZoom, &r.maxZoom, &r.Attribution, &r.Licence, &r.LicenceURL,
		&r.order, &r.fields, &r.Count, &r.extent, &r.Generation, &r.updated,
	}
}

// layer makes the layer of a row.
func (r *layerRow) layer() (Layer, error) {
	l := r.Layer
	l.Kind, l.EPSG, l.MinZoom, l.MaxZoom, l.Order = Kind(r.kind), int(r.epsg), int(r.minZoom), int(r.maxZoom), int(r.order)
	l.Tags, l.UpdatedAt, l.Extent = strings.Fields(r.tags), r.updated.Time, readExtent(r.extent)
	for text, into := range map[string]any{r.title: &l.Title, r.about: &l.About, r.fields: &l.Fields} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return l, fmt.Errorf("layers: layer %s: %w", l.Name, err)
		}
	}
	return l, nil
}

func allLayers(ctx context.Context, tx *store.Tx) ([]Layer, error) {
	rows, err := store.All(ctx, tx, (*layerRow).columns,
		`select `+layerColumns+` from geo_layers where tenant_id = $1 order by ordering, name limit $2`, tx.Tenant, maxLayers)
	if err != nil {
		return nil, fmt.Errorf("layers: list: %w", err)
	}
	list := make([]Layer, len(rows))
	for i := range rows {
		if list[i], err = rows[i].layer(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func layerByName(ctx context.Context, tx *store.Tx, name string) (l Layer, found bool, err error) {
	r, err := store.One(ctx, tx, (*layerRow).columns, `select `+layerColumns+` from geo_layers where tenant_id = $1 and name = $2`, tx.Tenant, name)
	if errors.Is(err, store.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, fmt.Errorf("layers: layer %s: %w", name, err)
	}
	l, err = r.layer()
	return l, true, err
}

// saveLayer writes a layer as a whole; lastRow is the highest number of a row.
func saveLayer(ctx context.Context, tx *store.Tx, l Layer, lastRow int64) error {
	title, about, fields := encode(l.Title), encode(l.About), encode(l.Fields)
	_, err := tx.Exec(ctx, `insert into geo_layers (tenant_id, name, kind, title, about, public, epsg, geometry, tags, min_zoom, max_zoom,
			attribution, licence, licence_url, ordering, fields, features, extent, generation, last_row, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		on conflict (tenant_id, name) do update set kind = excluded.kind, title = excluded.title, about = excluded.about, public = excluded.public,
			epsg = excluded.epsg, geometry = excluded.geometry, tags = excluded.tags, min_zoom = excluded.min_zoom, max_zoom = excluded.max_zoom,
			attribution = excluded.attribution, licence = excluded.licence, licence_url = excluded.licence_url, ordering = excluded.ordering,
			fields = excluded.fields, features = excluded.features, extent = excluded.extent, generation = excluded.generation,
			last_row = excluded.last_row, updated_at = excluded.updated_at`,
		tx.Tenant, l.Name, string(l.Kind), title, about, l.Public, int64(l.EPSG), l.Geometry, strings.Join(l.Tags, " "), int64(l.MinZoom), int64(l.MaxZoom),
		l.Attribution, l.Licence, l.LicenceURL, int64(l.Order), fields, l.Count, writeExtent(l), l.Generation, lastRow, tx.Now)
	if err != nil {
		return fmt.Errorf("layers: save layer %s: %w", l.Name, err)
	}
	return nil
}

// encode writes texts and fields, which always can be.
func encode(v any) string {
	if text, is := v.(i18n.Text); is && len(text) == 0 {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return ""
	}
	return string(b)
}

func readExtent(text string) orb.Bound {
	parts := strings.Fields(text)
	if len(parts) != 4 {
		return nowhere()
	}
	var n [4]float64
	for i, p := range parts {
		var err error
		if n[i], err = strconv.ParseFloat(p, 64); err != nil {
			return nowhere()
		}
	}
	return orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}
}

func writeExtent(l Layer) string {
	if !l.HasExtent() {
		return ""
	}
	parts := make([]string, 4)
	for i, n := range []float64{l.Extent.Min[0], l.Extent.Min[1], l.Extent.Max[0], l.Extent.Max[1]} {
		parts[i] = strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strings.Join(parts, " ")
}

type generationRow struct {
	Generation

	at store.Time
}

func (r *generationRow) columns() []any {
	return []any{
		&r.Layer, &r.Generation.Generation, &r.at, &r.Part, &r.Source, &r.SourceDigest, &r.Added, &r.Changed, &r.Removed, &r.Kept, &r.Notes,
	}
}

// maxGenerations is how many imports of a layer are told of.
const maxGenerations = 1000

// generations are the imports that a layer has seen, the newest first.
func generations(ctx context.Context, tx *store.Tx, layer string) ([]Generation, error) {
	rows, err := store.All(ctx, tx, (*generationRow).columns, `select layer, generation, at, part, source, source_digest, added, changed, removed, kept, notes
		from geo_generations where tenant_id = $1 and layer = $2 order by generation desc limit $3`, tx.Tenant, layer, maxGenerations)
	if err != nil {
		return nil, fmt.Errorf("layers: generations of %s: %w", layer, err)
	}
	list := make([]Generation, len(rows))
	for i, r := range rows {
		list[i] = r.Generation
		list[i].At = r.at.Time
	}
	return list, nil
}

// began tells when each generation of a layer began.
func began(ctx context.Context, tx *store.Tx, layer string) (map[int64]time.Time, error) {
	list, err := generations(ctx, tx, layer)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]time.Time, len(list))
	for _, g := range list {
		at[g.Generation] = g.At
	}
	return at, nil
}

// countValid counts the features that are there now.
func countValid(ctx context.Context, tx *store.Tx, l Layer) (int64, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from geo_features where `+seen+`
		and (valid_from is null or valid_from <= $4) and (valid_to is null or valid_to > $4)`, tx.Tenant, l.Name, l.Generation, store.At(present(tx.Now.Time)))
	if err != nil {
		return 0, fmt.Errorf("layers: count %s: %w", l.Name, err)
	}
	return n, nil
}
