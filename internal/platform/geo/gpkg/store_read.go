package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/sqlitefile"
)

// Reader reads the features of a GeoPackage.
type Reader struct {
	ctx     context.Context //nolint:containedctx // Next has none, and the reading may be stopped
	file    *sqlitefile.File
	tables  []table
	table   int // that is being read
	rows    *sql.Rows
	options exchange.Options
	limits  exchange.Limits
	info    exchange.Info
	report  exchange.Report
	done    int64
	line    int
}

// table is a layer.
type table struct {
	name     string
	kind     string // what its features are
	geometry string
	key      string // the primary key, "" when there is none
	crs      int
	columns  []column
	own      bool // written by Writer
}

type column struct {
	name, property, declared string
}

// idColumn holds the identity of the features that Writer wrote.
const idColumn = "torg_id"

// Open opens a GeoPackage: a copy of it, below temp ("" takes the system's folder).
func Open(ctx context.Context, path, temp string, options exchange.Options) (*Reader, error) {
	file, err := sqlitefile.Copy(ctx, path, temp)
	if err != nil {
		return nil, err
	}
	r := &Reader{ctx: ctx, file: file, options: options, limits: options.Limits.WithDefaults()}
	if err := r.open(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

func (r *Reader) open() error {
	var err error
	if r.tables, err = r.layers(); err != nil {
		return err
	}
	count := 0
	for i := range r.tables {
		t := &r.tables[i]
		if wrong := r.settle(t); wrong != nil {
			wrong.Where = t.name
			return wrong.Fatal()
		}
		if err := r.describe(t); err != nil {
			return err
		}
		var n int
		if err := r.file.QueryRowContext(r.ctx, "SELECT count(*) FROM "+sqlitefile.Quote(t.name)).Scan(&n); err != nil {
			return sqlitefile.Broken(err)
		}
		count += n
	}
	r.info = exchange.Info{Format: "gpkg", CRS: r.tables[0].crs, Count: count}
	return nil
}

// layers lists the tables of features.
func (r *Reader) layers() ([]table, error) {
	rows, err := r.file.QueryContext(r.ctx, `SELECT c.table_name, coalesce(c.identifier, ''), g.column_name,
		coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(m.type, ''), coalesce(m.sql, '')
		FROM gpkg_contents c
		JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		LEFT JOIN sqlite_schema m ON m.name = c.table_name
		WHERE c.data_type = 'features' ORDER BY c.table_name LIMIT 1000`)
	if err != nil {
		return nil, errors.Join(exchange.Wrong("not_gpkg").Fatal(), err)
	}
	defer rows.Close()
	var all []table
	for rows.Next() {
		var t table
		var organization, kind, text string
		if err := rows.Scan(&t.name, &t.kind, &t.geometry, &organization, &t.crs, &kind, &text); err != nil {
			return nil, sqlitefile.Broken(err)
		}
		if r.options.Layer != "" && r.options.Layer != t.name {
			continue
		}
		if kind != "table" || strings.HasPrefix(strings.ToUpper(text), "CREATE VIRTUAL") {
			return nil, fatal("table_view", t.name)
		}
		if !strings.EqualFold(organization, "EPSG") {
			t.crs = 0
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, sqlitefile.Broken(err)
	}
	if len(all) == 0 {
		return nil, fatal("layer_none", r.options.Layer)
	}
	return all, nil
}

func fatal(key, where string) error {
	p := exchange.Wrong(key)
	p.Where = where
	return p.Fatal()
}

// settle decides the reference system of a table.
func (r *Reader) settle(t *table) *exchange.Problem {
	if t.crs == 0 {
		t.crs = r.options.CRS
	}
	system, ok := exchange.ParseSystem(strconv.Itoa(t.crs))
	if ok {
		t.crs = system.EPSG
	}
	switch {
	case !ok:
		return exchange.Wrong("crs_missing")
	case !r.options.Takes(t.crs):
		return exchange.Wrong("crs_unsupported", "crs", t.crs)
	case t.crs != r.tables[0].crs:
		return exchange.Wrong("crs_mixed", "crs", t.crs, "other", r.tables[0].crs)
	}
	return nil
}

// describe lists the columns of a table.
func (r *Reader) describe(t *table) error {
	rows, err := r.file.QueryContext(r.ctx, "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid LIMIT 2001", t.name)
	if err != nil {
		return sqlitefile.Broken(err)
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var c column
		var key int
		if err := rows.Scan(&c.name, &c.declared, &key); err != nil {
			return sqlitefile.Broken(err)
		}
		c.declared = strings.ToUpper(c.declared)
		c.property = c.name
		switch {
		case strings.EqualFold(c.name, t.geometry):
			found = true
		case key == 1 && t.key == "":
			t.key = c.name
		case c.name == idColumn:
			t.own = true
		default:
			t.columns = append(t.columns, c)
		}
	}
	switch {
	case rows.Err() != nil:
		return sqlitefile.Broken(rows.Err())
	case !found:
		return fatal("layer_none", t.name)
	case len(t.columns) > r.limits.Properties:
		return fatal("too_many_properties", t.name)
	}
	if !t.own {
		t.kind = t.name
		return nil
	}
	return r.properties(t)
}

// properties reads which property each column of our own file is.
func (r *Reader) properties(t *table) error {
	rows, err := r.file.QueryContext(r.ctx, "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = $1 ORDER BY column_name LIMIT 2001", t.name)
	if err != nil {
		return sqlitefile.Broken(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, property string
		if err := rows.Scan(&name, &property); err != nil {
			return sqlitefile.Broken(err)
		}
		for i := range t.columns {
			if t.columns[i].name == name {
				t.columns[i].property = property
			}
		}
	}
	return rows.Err()
}

// query selects a table. A value over the limit comes as NULL and is told by the
// first column: its length is known without reading it.
func (t *table) query(limit int) string {
	names := []string{t.geometry}
	if t.key != "" {
		names = append(names, t.key)
	}
	if t.own {
		names = append(names, idColumn)
	}
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	var large, values []string
	for _, name := range names {
		q := sqlitefile.Quote(name)
		large = append(large, fmt.Sprintf("coalesce(octet_length(%s), 0)", q))
		values = append(values, fmt.Sprintf("iif(octet_length(%s) > %d, NULL, %s)", q, limit, q))
	}
	order := ""
	if t.key != "" {
		order = " ORDER BY " + sqlitefile.Quote(t.key)
	}
	return fmt.Sprintf("SELECT (%s) > %d, %s FROM %s%s", strings.Join(large, "+"), limit, strings.Join(values, ", "), sqlitefile.Quote(t.name), order)
}

// Info implements exchange.Reader.
func (r *Reader) Info() exchange.Info { return r.info }

// Report implements exchange.Reader.
func (r *Reader) Report() *exchange.Report { return &r.report }

// Progress implements exchange.Reader; it counts rows.
func (r *Reader) Progress() (done, total int64) { return r.done, int64(r.info.Count) }

// Close implements exchange.Reader.
func (r *Reader) Close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
	}
	return errors.Join(err, r.file.Close())
}

// Next implements exchange.Reader.
func (r *Reader) Next() (exchange.Feature, error) {
	for {
		if r.table >= len(r.tables) {
			return exchange.Feature{}, io.EOF
		}
		t := &r.tables[r.table]
		if r.rows == nil {
			rows, err := r.file.QueryContext(r.ctx, t.query(r.limits.Feature)) //nolint:rowserrcheck // checked and closed when the table ends, and by Close
			if err != nil {
				return exchange.Feature{}, sqlitefile.Broken(err)
			}
			r.rows, r.line = rows, 0
		}
		if !r.rows.Next() {
			if err := errors.Join(r.rows.Err(), r.rows.Close()); err != nil {
				return exchange.Feature{}, sqlitefile.Broken(err)
			}
			r.rows = nil
			r.table++
			continue
		}
		r.done++
		r.line++
		if f, ok, err := r.take(t); err != nil || ok {
			return f, err
		}
	}
}

// take makes a feature of a row.
func (r *Reader) take(t *table) (exchange.Feature, bool, error) {
	n := 2 + len(t.columns)
	if t.key != "" {
		n++
	}
	if t.own {
		n++
	}
	values := make([]any, n)
	into := make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	if err := r.rows.Scan(into...); err != nil {
		return exchange.Feature{}, false, sqlitefile.Broken(err)
	}
	f := exchange.Feature{Type: t.kind, CRS: t.crs, Line: r.line, Properties: map[string]any{}}
	wrong := r.build(t, values, &f)
	if wrong != nil {
		wrong.Line, wrong.Where = r.line, t.name+" "+f.ID
		r.report.Add(*wrong)
		return f, false, nil
	}
	f.FillValidity()
	return f, true, nil
}

func (r *Reader) build(t *table, values []any, f *exchange.Feature) *exchange.Problem {
	large, blob, rest := values[0], values[1], values[2:]
	if t.key != "" {
		f.ID, rest = fmt.Sprint(rest[0]), rest[1:]
	}
	if t.own {
		f.ID, _ = rest[0].(string)
		rest = rest[1:]
	}
	if large == int64(1) {
		return exchange.Wrong("feature_large", "limit", r.limits.Feature>>20)
	}
	for i, c := range t.columns {
		value, ok := c.value(rest[i])
		if ok {
			f.Properties[c.property] = value
		} else if rest[i] != nil {
			r.warn("column_skipped", t.name, c.name)
		}
	}
	if blob == nil {
		return nil
	}
	bytes, ok := blob.([]byte)
	if !ok {
		return exchange.Wrong("geometry_blob")
	}
	geographic := exchange.Geographic(t.crs)
	g, heights, wrong := parseBlob(bytes, geographic, r.limits)
	if wrong != nil {
		return wrong
	}
	if heights {
		r.warn("heights_dropped", t.name, "")
	}
	f.Geometry = g
	wrong, warning := exchange.Tidy(g, exchange.Rules{Geographic: geographic})
	if warning != nil {
		warning.Where = t.name + " " + f.ID
		r.report.Warn(*warning)
	}
	return wrong
}

func (r *Reader) warn(key, where, column string) {
	w := exchange.Wrong(key, "column", column)
	w.Where = where
	r.report.Warn(*w)
}

// value turns what SQLite holds into a property.
func (c column) value(v any) (any, bool) {
	switch v := v.(type) {
	case int64:
		switch {
		case strings.HasPrefix(c.declared, "BOOL"):
			return v != 0, true
		case c.declared == "DOUBLE", c.declared == "FLOAT", c.declared == "REAL":
			return float64(v), true
		}
		return v, true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		if c.declared == "DATETIME" {
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				return t, true
			}
		}
		return v, !strings.ContainsRune(v, 0)
	default:
		return nil, false
	}
}
