package layers

import (
	"maps"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Boundaries is the mapping of a file of municipal boundaries (kommunegrenser), whatever
// it calls its properties: with the number and the name of each. With a number, only
// that municipality's outline is taken.
func Boundaries(number string) Mapping {
	return func(f exchange.Feature) []Incoming {
		its := first(f.Properties, "kommunenummer", "komm", "number", "nummer", "id")
		for len(its) > 0 && len(its) < 4 { // a number in a file that took it for one
			its = "0" + its
		}
		if number != "" && its != number {
			return nil
		}
		name := first(f.Properties, "kommunenavn", "navn", "name", "kommunenavn.navn", "navnnorsk")
		in := plain(f)[0]
		in.Feature.ID = its
		in.Feature.Properties = map[string]any{"number": its, "name": name}
		return []Incoming{in}
	}
}

// first is the first property of some that has a text, whatever the letters of its
// name are and whatever stands before its last dot.
func first(properties map[string]any, names ...string) string {
	keys := slices.Sorted(maps.Keys(properties))
	for _, name := range names {
		for _, key := range keys {
			if last := key[strings.LastIndexByte(key, '.')+1:]; !strings.EqualFold(key, name) && !strings.EqualFold(last, name) {
				continue
			}
			if text := textOf(properties[key]); text != "" {
				return text
			}
		}
	}
	return ""
}

// textOf writes a property's value.
func textOf(v any) string {
	if text, is := v.(string); is {
		return strings.TrimSpace(text)
	}
	b, err := appendValue(nil, v)
	if err != nil || v == nil {
		return ""
	}
	return strings.TrimSuffix(string(b), ".0")
}
