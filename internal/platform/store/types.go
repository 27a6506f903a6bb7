package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Time is a UTC instant with microseconds: timestamptz in PostgreSQL, text of
// fixed width in SQLite, which sorts by time. The zero Time is NULL.
type Time struct{ time.Time }

const timeLayout = "2006-01-02T15:04:05.000000Z"

// At returns the instant as the databases keep it.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil //nolint:nilnil // NULL is written so
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = v.UTC()
	case string:
		t.Time, err = time.Parse(timeLayout, v)
	case []byte:
		t.Time, err = time.Parse(timeLayout, string(v))
	default:
		err = fmt.Errorf("store: scan time from %T", v)
	}
	return err
}

// JSON is a document in a text column. Neither database looks into it:
// PostgreSQL's jsonb would rewrite its bytes and SQLite's affinity turn a bare
// 12 into an integer.
type JSON []byte

// Value implements driver.Valuer.
func (j JSON) Value() (driver.Value, error) { return string(j), nil }

// Scan implements sql.Scanner.
func (j *JSON) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*j = nil
	case []byte:
		*j = append((*j)[:0:0], v...)
	case string:
		*j = JSON(v)
	default:
		return fmt.Errorf("store: scan document from %T", v)
	}
	return nil
}

// Rows makes one parameter of many rows of texts and numbers, for Tx.RowsOf.
func Rows(rows [][]any) JSON {
	raw, err := json.Marshal(rows)
	if err != nil {
		panic(fmt.Sprintf("store: write rows: %v", err)) // only texts and numbers are put in
	}
	return raw
}

// InList adds the values to a statement's arguments and returns what stands after
// "in": "($3, $4)". PostgreSQL looks each up in an index, which it does not of a list
// that it must read first; SQLite does not plan anew for each list, as it does where
// parameters stand bare. The last value is repeated up to a power of two, so that
// lists of any length make few different statements. There must be a value.
func InList(args []any, values []string) (string, []any) {
	var list strings.Builder
	for i := range 1 << bits.Len(uint(len(values)-1)) {
		args = append(args, values[min(i, len(values)-1)])
		list.WriteString(map[bool]string{true: "(", false: ", "}[i == 0] + "cast($" + strconv.Itoa(len(args)) + " as text)")
	}
	return list.String() + ")", args
}

// Fold returns the text as search columns keep it: lower case, without outer
// space and with single spaces. It is done here since lower() treats Æ, Ø and
// Å differently in the two databases.
func Fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(s)), " ")
}

// LikePrefix returns a pattern that matches what begins with s when used as
// `like $1 escape '\'`.
func LikePrefix(s string) string { return likeEscaper.Replace(s) + "%" }

// LikeContains returns a pattern that matches what contains s when used as
// `like $1 escape '\'`.
func LikeContains(s string) string { return "%" + likeEscaper.Replace(s) + "%" }

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
