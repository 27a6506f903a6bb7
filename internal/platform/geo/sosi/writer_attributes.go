package sosi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// definitionsOf are the types of the properties by name, as the first of each name has
// it.
type definitionsOf map[string]byte

// text is the .DEF of all that are not text.
func (d definitionsOf) text() string {
	var b strings.Builder
	var path []string
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if d[name] == typeText {
			continue
		}
		if b.Len() == 0 {
			b.WriteString(".DEF\n")
		}
		parts := partsOf(name)
		b.WriteString(groups(path, parts, " *"))
		b.WriteString(heading(parts, 0) + " " + definitions[d[name]] + "\n")
		path = parts[:len(parts)-1]
	}
	return b.String()
}

// partsOf are the names that a property's name is made of: that of the group and that
// of the element within.
func partsOf(name string) []string {
	parts := strings.Split(name, ".")
	if slices.Contains(parts, "") {
		return []string{name}
	}
	return parts
}

// groups opens the groups that an element lies in and the one before did not. What
// follows the name of one is told.
func groups(before, parts []string, follows string) string {
	n := 0
	for n < len(before) && n < len(parts)-1 && before[n] == parts[n] {
		n++
	}
	var text strings.Builder
	for ; n < len(parts)-1; n++ {
		text.WriteString(heading(parts[:n+1], 0) + follows + "\n")
	}
	return text.String()
}

// heading is the dots and the name of an element; the suffix is of its type.
func heading(parts []string, suffix byte) string {
	return strings.Repeat(".", len(parts)+1) + element(parts[len(parts)-1], suffix)
}

// attributes writes what a feature tells beside its place and identity.
func (w *Writer) attributes(f exchange.Feature) (string, error) {
	var b strings.Builder
	b.WriteString("..OBJTYPE " + quote(f.Type) + "\n")
	var path []string
	write := func(name, as string) error {
		value := f.Properties[name]
		if value == nil {
			return nil
		}
		text, kind, ok := format(value)
		if !ok {
			return fmt.Errorf("sosi: property %q: %T is no kind of property", name, value)
		}
		suffix := byte(0)
		if first, known := w.names[as]; !known {
			w.names[as] = kind
		} else if first != kind {
			suffix = kind
		}
		parts := partsOf(as)
		b.WriteString(groups(path, parts, ""))
		b.WriteString(heading(parts, suffix) + " " + quote(text) + "\n")
		path = parts[:len(parts)-1]
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.Properties)) {
		if repeats(f.Properties, name) {
			continue
		}
		if err := write(name, name); err != nil {
			return "", err
		}
		for n := 2; ; n++ {
			next := name + "." + strconv.Itoa(n)
			if _, there := f.Properties[next]; !there {
				break
			}
			if err := write(next, name); err != nil {
				return "", err
			}
		}
	}
	return b.String(), nil
}

// repeats tells whether a property is one of several of the same name, as reading
// calls them: NAVN, NAVN.2, NAVN.3.
func repeats(properties map[string]any, name string) bool {
	at := strings.LastIndexByte(name, '.')
	if at < 0 {
		return false
	}
	of := name[:at]
	n, err := strconv.Atoi(name[at+1:])
	if err != nil || n < 2 || n > len(properties) || name[at+1:] != strconv.Itoa(n) {
		return false
	}
	if properties[of] == nil || repeats(properties, of) {
		return false
	}
	for k := 2; k <= n; k++ {
		if properties[of+"."+strconv.Itoa(k)] == nil {
			return false
		}
	}
	return true
}

// identity is the element that tells whose a feature is, unless its serial number or
// its own attributes do.
func identity(f exchange.Feature, serial int64) string {
	local, told := localID(f.Properties)
	space := f.Properties["IDENT.NAVNEROM"]
	if space != Namespace && space != outline && (told && local == f.ID || !told && serial != 0) {
		return ""
	}
	return "..IDENT\n...LOKALID " + quote(f.ID) + "\n...NAVNEROM " + Namespace + "\n"
}

// localID is the identity among the attributes, in the words of SOSI 4.5 and of 4.0.
func localID(properties map[string]any) (id string, told bool) {
	for _, key := range []string{"IDENT.LOKALID", "IDENTIFIKASJON.LOKALID"} {
		if text, is := properties[key].(string); is {
			id, told = text, true
		}
	}
	return id, told
}
