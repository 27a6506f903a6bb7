package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ColumnType is one of the five types that both databases keep alike.
type ColumnType string

// The types, with what a Table's rows hold of them; each may be nil, for NULL.
const (
	TypeText    ColumnType = "text"        // string
	TypeBigint  ColumnType = "bigint"      // int64
	TypeBoolean ColumnType = "boolean"     // bool
	TypeBytes   ColumnType = "bytea"       // []byte
	TypeTime    ColumnType = "timestamptz" // time.Time, UTC, whole microseconds
)

// Column is a column as the database's catalog tells of it.
type Column struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// Table is a table as the database's catalog tells of it, for what concerns all
// tables alike: backup and restore. Columns are in the order of their names, so
// that the two databases give the same list.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	key     []string // the primary key's columns, in its order
}

// migrationTable is goose's own and no data of anybody.
const migrationTable = "goose_db_version"

const catalogSQLite = `select m.name, p.name, lower(p.type), p.pk
	from sqlite_master m join pragma_table_info(m.name) p
	where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and m.name <> $1
	order by m.name, p.name limit $2`

const catalogPostgres = `select c.relname, a.attname,
	  case t.typname when 'int8' then 'bigint' when 'bool' then 'boolean' else t.typname end,
	  coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1
	from pg_class c
	join pg_namespace n on n.oid = c.relnamespace
	join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	join pg_type t on t.oid = a.atttypid
	left join pg_index i on i.indrelid = c.oid and i.indisprimary
	where n.nspname = current_schema() and c.relkind in ('r', 'p') and c.relname <> $1
	order by c.relname collate "C", a.attname collate "C" limit $2`

// maxColumns bounds what is read of a catalog.
const maxColumns = 20000

type catalogRow struct {
	table, column, kind string
	place               int // in the primary key, from 1; 0 is not part of it
}

func (r *catalogRow) fields() []any { return []any{&r.table, &r.column, &r.kind, &r.place} }

// Catalog returns all tables but the list of migrations, in the order of their
// names. It needs a platform transaction.
func Catalog(ctx context.Context, tx *Tx) ([]Table, error) {
	if tx.Tenant != "" {
		return nil, errors.New("store: the catalog concerns all tenants: use a platform transaction")
	}
	query := catalogSQLite
	if tx.dialect == Postgres {
		query = catalogPostgres
	}
	rows, err := All(ctx, tx, (*catalogRow).fields, query, migrationTable, maxColumns)
	if err != nil {
		return nil, fmt.Errorf("store: read the catalog: %w", err)
	}
	var tables []Table
	for _, r := range rows {
		if len(tables) == 0 || tables[len(tables)-1].Name != r.table {
			tables = append(tables, Table{Name: r.table})
		}
		if err := tables[len(tables)-1].add(r); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

func (t *Table) add(r catalogRow) error {
	c := Column{Name: r.column, Type: ColumnType(r.kind)}
	if c.field() == nil {
		return fmt.Errorf("store: %s.%s has the type %s, which the two databases do not share", t.Name, c.Name, c.Type)
	}
	t.Columns = append(t.Columns, c)
	if r.place > 0 {
		for len(t.key) < r.place {
			t.key = append(t.key, "")
		}
		t.key[r.place-1] = r.column
	}
	return nil
}

// SchemaVersion returns the number of the last migration that the database has.
func SchemaVersion(ctx context.Context, tx *Tx) (int64, error) {
	version, err := One(ctx, tx, Value[int64], `select coalesce(max(version_id), 0) from `+migrationTable+` where is_applied`)
	if err != nil {
		return 0, fmt.Errorf("store: read the schema's version: %w", err)
	}
	return version, nil
}

// Unhurried lifts PostgreSQL's time limits from the transaction, for work that
// reads or writes everything. It must be the transaction's first statement.
func Unhurried(ctx context.Context, tx *Tx) error {
	if tx.dialect != Postgres {
		return nil
	}
	for _, name := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		if _, err := tx.Exec(ctx, `select set_config($1, '0', true)`, name); err != nil {
			return fmt.Errorf("store: lift %s: %w", name, err)
		}
	}
	return nil
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (t Table) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

// Each gives every row of the table to fn, in the order of the primary key as
// the database sorts it. The rows are streamed: one is in memory at a time, and
// fn must not keep the slice.
func (t Table) Each(ctx context.Context, tx *Tx, fn func(values []any) error) (err error) {
	key := make([]string, len(t.key))
	for i, name := range t.key {
		key[i] = quoted(name)
	}
	query := `select ` + t.columns() + ` from ` + quoted(t.Name)
	if len(key) > 0 {
		query += " order by " + strings.Join(key, ", ")
	}
	if err := tx.check(query); err != nil {
		return err
	}
	rows, err := tx.q.query(ctx, query, nil)
	if err != nil {
		return tx.fail(fmt.Errorf("store: read %s: %w", t.Name, err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	fields, values := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = c.field()
	}
	for rows.Next() {
		if err := t.scan(rows, fields, values); err != nil {
			return tx.fail(err)
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return tx.fail(fmt.Errorf("store: read %s: %w", t.Name, err))
	}
	return nil
}

func (t Table) scan(rows rows, fields, values []any) error {
	if err := rows.Scan(fields...); err != nil {
		return fmt.Errorf("store: read a row of %s: %w", t.Name, err)
	}
	for i, f := range fields {
		values[i] = taken(f)
		if s, ok := values[i].(string); ok && (!utf8.ValidString(s) || strings.ContainsRune(s, 0)) {
			return fmt.Errorf("store: %s.%s holds what is no text", t.Name, t.Columns[i].Name)
		}
	}
	return nil
}

// field returns what a column is scanned into, nil for an unknown type.
func (c Column) field() any {
	switch c.Type {
	case TypeText:
		return new(sql.NullString)
	case TypeBigint:
		return new(sql.NullInt64)
	case TypeBoolean:
		return new(sql.NullBool)
	case TypeBytes:
		return new(any) // an empty one is not NULL
	case TypeTime:
		return new(Time)
	default:
		return nil
	}
}

// taken returns the value that was scanned, or nil.
func taken(field any) any {
	switch f := field.(type) {
	case *sql.NullString:
		return ifValid(f.String, f.Valid)
	case *sql.NullInt64:
		return ifValid(f.Int64, f.Valid)
	case *sql.NullBool:
		return ifValid(f.Bool, f.Valid)
	case *Time:
		return ifValid(f.Time, !f.IsZero())
	case *any:
		switch v := (*f).(type) {
		case []byte:
			return append([]byte{}, v...)
		case string:
			return []byte(v)
		}
	}
	return nil
}

func ifValid(v any, valid bool) any {
	if !valid {
		return nil
	}
	return v
}

// insertAtOnce is how many parameters one statement has at most; SQLite takes
// 32,766.
const insertAtOnce = 2000

// Insert adds rows as Each gives them. It refuses a value of another type than
// its column's.
func (t Table) Insert(ctx context.Context, tx *Tx, rows [][]any) error {
	width := len(t.Columns)
	if width == 0 {
		return fmt.Errorf("store: %s has no columns", t.Name)
	}
	atOnce := max(1, insertAtOnce/width)
	for len(rows) > 0 {
		n := min(atOnce, len(rows))
		args := make([]any, 0, n*width)
		for _, row := range rows[:n] {
			if err := t.fits(row); err != nil {
				return err
			}
			for _, v := range row {
				if at, ok := v.(time.Time); ok {
					v = At(at)
				}
				args = append(args, v)
			}
		}
		if _, err := tx.Exec(ctx, t.insertion(n), args...); err != nil {
			return fmt.Errorf("store: insert into %s: %w", t.Name, err)
		}
		rows = rows[n:]
	}
	return nil
}

// fits checks the types, since SQLite takes anything anywhere.
func (t Table) fits(row []any) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("store: a row of %d values for the %d columns of %s", len(row), len(t.Columns), t.Name)
	}
	for i, v := range row {
		var ok bool
		switch c := t.Columns[i]; v.(type) {
		case nil:
			ok = true
		case string:
			ok = c.Type == TypeText
		case int64:
			ok = c.Type == TypeBigint
		case bool:
			ok = c.Type == TypeBoolean
		case []byte:
			ok = c.Type == TypeBytes
		case time.Time:
			ok = c.Type == TypeTime
		}
		if !ok {
			return fmt.Errorf("store: %T for %s.%s", v, t.Name, t.Columns[i].Name)
		}
	}
	return nil
}

func (t Table) insertion(rows int) string {
	var b strings.Builder
	b.WriteString(`insert into ` + quoted(t.Name) + ` (` + t.columns() + `) values `)
	for i := range rows * len(t.Columns) {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(t.Columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// Count returns how many rows the table has.
func (t Table) Count(ctx context.Context, tx *Tx) (int64, error) {
	n, err := One(ctx, tx, Value[int64], `select count(*) from `+quoted(t.Name))
	if err != nil {
		return 0, fmt.Errorf("store: count %s: %w", t.Name, err)
	}
	return n, nil
}

// Clear deletes all rows.
func (t Table) Clear(ctx context.Context, tx *Tx) error {
	if _, err := tx.Exec(ctx, `delete from `+quoted(t.Name)); err != nil {
		return fmt.Errorf("store: clear %s: %w", t.Name, err)
	}
	return nil
}
