package layers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// tagsIn finds the properties that go along in tiles in the JSON of a row, without
// making anything of the others: most of the time of building an index would go into
// that. It gives the values by the places of their names, nil for none.
func tagsIn(text, id string, names []string, out []tile.Value) ([]tile.Value, error) {
	for range names {
		out = append(out, nil)
	}
	left := 0
	for i, name := range names {
		if name == "id" {
			out[i] = tile.Text(id)
		} else {
			left++
		}
	}
	r := picker{text: text}
	r.skip('{')
	for left > 0 && !r.failed && r.next() != '}' {
		name := r.string()
		r.skip(':')
		i := -1
		if name != "id" {
			i = slices.Index(names, name)
		}
		value := r.value()
		if i >= 0 && out[i] == nil {
			v, err := tagOfJSON(value)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		if r.next() == ',' {
			r.at++
		}
	}
	if r.failed {
		return nil, fmt.Errorf("layers: properties cannot be read at byte %d", r.at)
	}
	return out, nil
}

// tagOfJSON makes the value of a JSON value, as tagOf does of what decode makes of it.
func tagOfJSON(value string) (tile.Value, error) {
	switch {
	case value == "null":
		return nil, nil
	case value == "true", value == "false":
		return tile.Bool(value == "true"), nil
	case value[0] == '"' && !strings.ContainsRune(value, '\\'):
		return tile.Text(value[1 : len(value)-1]), nil
	case value[0] == '"':
		var text string
		if err := json.Unmarshal([]byte(value), &text); err != nil {
			return nil, fmt.Errorf("layers: properties: %w", err)
		}
		return tile.Text(text), nil
	case value[0] == '{' || value[0] == '[':
		return tile.Text(""), nil
	default:
		if v := number(json.Number(value)); v != nil {
			return tagOf(v), nil
		}
		return nil, nil
	}
}

// picker goes through a JSON object that the store has kept, and was written by
// EncodeProperties or as that does.
type picker struct {
	text   string
	at     int
	failed bool
}

// next is the next byte that is no space; '}' at the end, so that everybody stops.
func (r *picker) next() byte {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	r.failed = true
	return '}'
}

func (r *picker) skip(c byte) {
	if r.next() != c {
		r.failed = true
		return
	}
	r.at++
}

// quoted passes a text and gives it with its marks.
func (r *picker) quoted() string {
	from := r.at
	for r.at++; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return r.text[from:r.at]
		}
	}
	r.failed = true
	return `""`
}

// string reads a name.
func (r *picker) string() string {
	if r.next() != '"' {
		r.failed = true
		return ""
	}
	name := r.quoted()
	if !strings.ContainsRune(name, '\\') {
		return name[1 : len(name)-1]
	}
	var text string
	if err := json.Unmarshal([]byte(name), &text); err != nil {
		r.failed = true
	}
	return text
}

// value passes a value and gives it as it stands.
func (r *picker) value() string {
	first := r.next()
	from, depth := r.at, 0
	if first == '"' {
		return r.quoted()
	}
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			r.quoted()
			continue
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']') && depth > 0:
			if depth--; depth == 0 {
				r.at++
				return r.text[from:r.at]
			}
		case (c == ',' || c == '}' || c == ' ') && depth == 0 && r.at > from:
			return r.text[from:r.at]
		case (c == ',' || c == '}' || c == ':') && depth == 0:
			r.failed = true
			return "null"
		}
		r.at++
	}
	r.failed = true
	return "null"
}
