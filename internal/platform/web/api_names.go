package web

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// schemaNames gives the types of the JSON API their names in its description. Two
// modules may call a type alike, as both appeals and notices have a list: the first
// keeps the name, and that of the other begins with its module's.
type schemaNames struct {
	module string // which is registering just now
	types  map[string]reflect.Type
	names  map[reflect.Type]string
}

func newSchemaNames() *schemaNames {
	return &schemaNames{types: map[string]reflect.Type{}, names: map[reflect.Type]string{}}
}

// name implements the namer of huma's registry.
func (n *schemaNames) name(t reflect.Type, hint string) string {
	plain := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return plain // lists have no schema of their own
	}
	if name, known := n.names[t]; known {
		return name
	}
	name := plain
	for i := 1; n.types[name] != nil; i++ {
		if name = capital(n.module) + plain; i > 1 {
			name += strconv.Itoa(i)
		}
	}
	n.types[name], n.names[t] = t, name
	return name
}

func capital(module string) string {
	if module == "" {
		return module
	}
	return strings.ToUpper(module[:1]) + module[1:]
}
