package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/sqlitefile"
)

// Writer writes a GeoPackage with a table for each type of feature.
type Writer struct {
	ctx    context.Context //nolint:containedctx // Write has none, and the writing may be stopped
	file   *sqlitefile.File
	tx     *sql.Tx
	crs    int
	now    time.Time
	tables map[string]*written // by type
	taken  map[string]bool     // names of tables, in small letters
	inputs map[string]*sql.Stmt
	blob   []byte
}

// written is a table that is being written.
type written struct {
	name    string
	columns map[string]string // property → column
	taken   map[string]bool   // names of columns, in small letters
	bound   orb.Bound
	some    bool
}

// schema is what every GeoPackage has (OGC 12-128r18 sections 1.1.2, 1.1.3, 2.1.5,
// 2.3), and the table that tells other names of columns.
const schema = `
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name));
INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'), ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'), ('WGS 84 geodetic', 4326, 'EPSG', 4326, '` + wgs84 + `', 'longitude and latitude');
`

// The definitions that the format asks for (OGC 01-009).
const (
	wgs84  = `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]`
	etrs89 = `GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4258"]]`
)

// definition is the text of a reference system.
func definition(epsg int) string {
	switch {
	case epsg == 4326:
		return wgs84
	case epsg == 4258:
		return etrs89
	case epsg > 25828 && epsg < 25839:
		zone := epsg - 25800
		return fmt.Sprintf(`PROJCS["ETRS89 / UTM zone %dN",%s,PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",%d],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","%d"]]`, zone, etrs89, 6*zone-183, epsg)
	default:
		return "undefined"
	}
}

// NewWriter makes a file, which must not be there. The time stands in the file as
// that of its last change.
func NewWriter(ctx context.Context, path string, crs int, now time.Time) (*Writer, error) {
	file, err := sqlitefile.Create(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{ctx: ctx, file: file, crs: crs, now: now, tables: map[string]*written{}, taken: map[string]bool{}, inputs: map[string]*sql.Stmt{}}
	if err := w.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("gpkg: begin the file: %w", err), file.Close())
	}
	return w, nil
}

func (w *Writer) begin() error {
	if _, err := w.file.ExecContext(w.ctx, schema); err != nil {
		return err
	}
	var err error
	if w.tx, err = w.file.BeginTx(w.ctx, nil); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES ($1, $2, 'EPSG', $2, $3, '')", "EPSG:"+strconv.Itoa(w.crs), w.crs, definition(w.crs))
	return err
}

var errCRS = errors.New("gpkg: the feature is of another reference system than the file")

// Write implements exchange.Writer.
func (w *Writer) Write(f exchange.Feature) error {
	if f.CRS != w.crs {
		return errCRS
	}
	t, err := w.table(f.Type)
	if err != nil {
		return fmt.Errorf("gpkg: table of %q: %w", f.Type, err)
	}
	var blob any
	if f.Geometry != nil {
		w.blob = appendBlob(w.blob[:0], f.Geometry, w.crs)
		blob = w.blob
		t.extend(f.Geometry.Bound())
	}
	names := slices.Sorted(maps.Keys(f.Properties))
	columns := []string{"geom", idColumn}
	values := []any{blob, f.ID}
	for _, name := range names {
		value, declared, err := cell(f.Properties[name])
		if err != nil {
			return fmt.Errorf("gpkg: property %q: %w", name, err)
		}
		column, err := w.column(t, name, declared)
		if err != nil {
			return fmt.Errorf("gpkg: column of %q: %w", name, err)
		}
		columns = append(columns, column)
		values = append(values, value)
	}
	insert, err := w.insert(t.name, columns) //nolint:sqlclosecheck // kept for the next, closed by forget
	if err != nil {
		return err
	}
	if _, err := insert.ExecContext(w.ctx, values...); err != nil {
		return fmt.Errorf("gpkg: write a feature: %w", err)
	}
	return nil
}

func (t *written) extend(b orb.Bound) {
	if !t.some {
		t.bound, t.some = b, true
		return
	}
	t.bound = t.bound.Union(b)
}

// cell turns a property into a column's value and its type.
func cell(value any) (cell any, declared string, err error) {
	switch v := value.(type) {
	case string:
		return v, "TEXT", nil
	case int64:
		return v, "INTEGER", nil
	case float64:
		return v, "DOUBLE", nil
	case bool:
		return v, "BOOLEAN", nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), "DATETIME", nil
	case nil:
		return nil, "TEXT", nil
	default:
		return nil, "", fmt.Errorf("%T is no kind of property", value)
	}
}

// mostInputs bounds the prepared statements: one for each set of properties.
const mostInputs = 200

func (w *Writer) insert(table string, columns []string) (*sql.Stmt, error) {
	quoted := make([]string, len(columns))
	marks := make([]string, len(columns))
	for i, c := range columns {
		quoted[i], marks[i] = sqlitefile.Quote(c), "?"
	}
	text := "INSERT INTO " + sqlitefile.Quote(table) + " (" + strings.Join(quoted, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")" //nolint:gosec // the names are quoted
	if s := w.inputs[text]; s != nil {
		return s, nil
	}
	if len(w.inputs) >= mostInputs {
		if err := w.forget(); err != nil {
			return nil, err
		}
	}
	s, err := w.tx.PrepareContext(w.ctx, text)
	if err != nil {
		return nil, fmt.Errorf("gpkg: prepare: %w", err)
	}
	w.inputs[text] = s
	return s, nil
}

func (w *Writer) forget() error {
	var all error
	for _, s := range w.inputs {
		all = errors.Join(all, s.Close())
	}
	clear(w.inputs)
	return all
}

// free finds a name that is not taken, whatever its letters' case, and that the
// format does not keep for itself.
func free(taken map[string]bool, name string) string {
	name = strings.ReplaceAll(name, "\x00", "")
	lower := strings.ToLower(name)
	if name == "" || strings.HasPrefix(lower, "gpkg_") || strings.HasPrefix(lower, "sqlite_") || strings.HasPrefix(lower, "rtree_") {
		name = "t_" + name
	}
	try := name
	for n := 2; taken[strings.ToLower(try)]; n++ {
		try = name + "_" + strconv.Itoa(n)
	}
	taken[strings.ToLower(try)] = true
	return try
}

// table makes the table of a type when it first comes.
func (w *Writer) table(kind string) (*written, error) {
	if t := w.tables[kind]; t != nil {
		return t, nil
	}
	t := &written{name: free(w.taken, kind), columns: map[string]string{}, taken: map[string]bool{"fid": true, "geom": true, idColumn: true, "rowid": true, "oid": true, "_rowid_": true}}
	create := "CREATE TABLE " + sqlitefile.Quote(t.name) + " (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, " + idColumn + " TEXT)" //nolint:gosec // the name is quoted
	if _, err := w.tx.ExecContext(w.ctx, create); err != nil {
		return nil, err
	}
	if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES ($1, 'features', $2, $3, $4)",
		t.name, kind, w.now.UTC().Format("2006-01-02T15:04:05.000Z"), w.crs); err != nil {
		return nil, err
	}
	if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO gpkg_geometry_columns VALUES ($1, 'geom', 'GEOMETRY', $2, 0, 0)", t.name, w.crs); err != nil {
		return nil, err
	}
	w.tables[kind] = t
	return t, nil
}

// column makes the column of a property when it first comes.
func (w *Writer) column(t *written, property, declared string) (string, error) {
	if c, ok := t.columns[property]; ok {
		return c, nil
	}
	c := free(t.taken, property)
	if _, err := w.tx.ExecContext(w.ctx, "ALTER TABLE "+sqlitefile.Quote(t.name)+" ADD COLUMN "+sqlitefile.Quote(c)+" "+declared); err != nil {
		return "", err
	}
	if c != property {
		if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO gpkg_data_columns (table_name, column_name, name) VALUES ($1, $2, $3)", t.name, c, property); err != nil {
			return "", err
		}
	}
	t.columns[property] = c
	return c, nil
}

// Close implements exchange.Writer.
func (w *Writer) Close() error {
	err := w.finish()
	if err != nil {
		err = errors.Join(fmt.Errorf("gpkg: end the file: %w", err), w.tx.Rollback())
	}
	return errors.Join(err, w.file.Close())
}

func (w *Writer) finish() error {
	if len(w.tables) == 0 {
		if _, err := w.table("features"); err != nil {
			return err
		}
	}
	for _, t := range w.tables {
		if !t.some {
			continue
		}
		if _, err := w.tx.ExecContext(w.ctx, "UPDATE gpkg_contents SET min_x = $1, min_y = $2, max_x = $3, max_y = $4 WHERE table_name = $5",
			t.bound.Min[0], t.bound.Min[1], t.bound.Max[0], t.bound.Max[1], t.name); err != nil {
			return err
		}
	}
	return errors.Join(w.forget(), w.tx.Commit())
}
