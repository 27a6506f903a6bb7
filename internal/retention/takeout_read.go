package retention

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func writeJSON(w io.Writer, data any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(data); err != nil {
		return fmt.Errorf("retention: write JSON: %w", err)
	}
	return nil
}

// node is a piece of data to read: a text, a list or named fields in their order.
type node struct {
	text   string
	items  []node
	fields []field
}

type field struct {
	name  string
	value node
}

// nothing reports whether there is nothing to read.
func (n node) nothing() bool { return n.text == "" && len(n.items) == 0 && len(n.fields) == 0 }

// readable writes the same data as a page for people.
func (a *archive) readable(ctx context.Context, w io.Writer, p part, data any) error {
	var text bytes.Buffer
	if err := writeJSON(&text, data); err != nil {
		return err
	}
	d := json.NewDecoder(&text)
	d.UseNumber()
	n, err := parse(d, a.words)
	if err != nil {
		return fmt.Errorf("retention: read JSON: %w", err)
	}
	return sourcePage(a.words, a.index(), p, n).Render(i18n.With(ctx, a.words), w)
}

// parse reads the next value.
func parse(d *json.Decoder, words *i18n.Localizer) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch v := t.(type) {
	case json.Delim:
		return parseInside(d, v, words)
	case bool:
		if v {
			return node{text: words.T("retention.yes")}, nil
		}
		return node{text: words.T("retention.no")}, nil
	case string:
		return node{text: v}, nil
	case json.Number:
		return node{text: v.String()}, nil
	}
	return node{}, nil
}

func parseInside(d *json.Decoder, open json.Delim, words *i18n.Localizer) (n node, err error) {
	for d.More() {
		f := field{}
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return n, err
			}
			f.name, _ = t.(string)
		}
		if f.value, err = parse(d, words); err != nil {
			return n, err
		}
		switch {
		case open != '{':
			n.items = append(n.items, f.value)
		case !f.value.nothing():
			n.fields = append(n.fields, f)
		}
	}
	_, err = d.Token()
	return n, err
}
