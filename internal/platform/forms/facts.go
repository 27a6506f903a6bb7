package forms

import (
	"encoding/json"
	"fmt"
	"slices"
)

// knowing brings facts to the form in which expressions see them, and refuses
// those the definition does not declare: a fact that nobody looks at is
// personal data that nobody needs.
func (d *Definition) knowing(facts map[string]any) (map[string]any, error) {
	if facts == nil {
		return nil, nil //nolint:nilnil // nothing is known, and nothing is wrong with that
	}
	text, err := json.Marshal(facts)
	if err != nil {
		return nil, fmt.Errorf("forms: facts of %q: %w", d.Key, err)
	}
	var known map[string]any
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, fmt.Errorf("forms: facts of %q: %w", d.Key, err)
	}
	for id, v := range known {
		at := slices.IndexFunc(d.Facts, func(f Fact) bool { return f.ID == id })
		if at < 0 {
			return nil, fmt.Errorf("forms: %q has no fact %q", d.Key, id)
		}
		if v != nil && !d.Facts[at].fits(v) {
			return nil, fmt.Errorf("forms: fact %q of %q is no %s", id, d.Key, d.Facts[at].Type)
		}
	}
	return known, nil
}

// fits reports whether a value is of the fact's kind.
func (f Fact) fits(v any) bool {
	var ok bool
	switch f.Type {
	case Number:
		_, ok = v.(float64)
	case Checkbox:
		_, ok = v.(bool)
	case Date:
		_, ok = dateOf(v)
	default:
		_, ok = v.(string)
	}
	return ok
}
