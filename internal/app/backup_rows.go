package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// rowTime writes an instant: UTC, microseconds.
const rowTime = "2006-01-02T15:04:05.000000Z"

// appendRow writes a row as one line: a JSON array with a value for each column.
// Bytes are base64, instants text, numbers whole; the column's type says which.
func appendRow(to []byte, values []any) ([]byte, error) {
	to = append(to, '[')
	for i, v := range values {
		if i > 0 {
			to = append(to, ',')
		}
		switch v := v.(type) {
		case nil:
			to = append(to, "null"...)
		case int64:
			to = strconv.AppendInt(to, v, 10)
		case bool:
			to = strconv.AppendBool(to, v)
		case string:
			text, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("app: write a text: %w", err)
			}
			to = append(to, text...)
		case []byte:
			to = append(to, '"')
			to = base64.StdEncoding.AppendEncode(to, v)
			to = append(to, '"')
		case time.Time:
			to = append(to, '"')
			to = v.UTC().AppendFormat(to, rowTime)
			to = append(to, '"')
		default:
			return nil, fmt.Errorf("app: a backup cannot hold a %T", v)
		}
	}
	return append(to, ']', '\n'), nil
}

// parseRows reads the lines of an entry.
func parseRows(text []byte, columns []store.Column) ([][]any, error) {
	if len(text) == 0 || text[len(text)-1] != '\n' {
		return nil, damaged("an entry of rows does not end with a line")
	}
	rows := make([][]any, 0, bytes.Count(text, []byte{'\n'}))
	for line := range bytes.Lines(text) {
		row, err := parseRow(line, columns)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func parseRow(line []byte, columns []store.Column) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || len(raw) != len(columns) {
		return nil, damaged("a line is no row")
	}
	row := make([]any, len(raw))
	for i, c := range columns {
		if string(raw[i]) == "null" {
			continue
		}
		v, err := parseValue(raw[i], c.Type)
		if err != nil {
			return nil, damaged("a value is no %s", c.Type)
		}
		row[i] = v
	}
	return row, nil
}

func parseValue(raw json.RawMessage, kind store.ColumnType) (any, error) {
	switch kind {
	case store.TypeBigint:
		return strconv.ParseInt(string(raw), 10, 64)
	case store.TypeBoolean:
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err
	case store.TypeText, store.TypeBytes, store.TypeTime:
	default:
		return nil, fmt.Errorf("app: unknown type %q", kind)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	switch kind {
	case store.TypeBytes:
		return base64.StdEncoding.Strict().DecodeString(s)
	case store.TypeTime:
		return time.Parse(rowTime, s)
	default:
		return s, nil
	}
}
