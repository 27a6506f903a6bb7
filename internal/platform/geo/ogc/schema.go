package ogc

import (
	"context"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
)

const (
	draft2020    = "https://json-schema.org/draft/2020-12/schema"
	geometryName = "geometry"
)

// schema is a JSON Schema of a layer's features, as OGC 23-058r2 has it, or of what
// they may be asked for by (19-079r2, 6.2).
type schema struct {
	Schema               string              `json:"$schema"`
	ID                   string              `json:"$id"`
	Type                 string              `json:"type"`
	Title                string              `json:"title"`
	Description          string              `json:"description,omitempty"`
	Properties           map[string]property `json:"properties"`
	Required             []string            `json:"required,omitempty"`
	AdditionalProperties bool                `json:"additionalProperties"`
}

type property struct {
	Title    string `json:"title,omitempty"`
	Type     string `json:"type,omitempty"`
	Format   string `json:"format,omitempty"`
	Role     string `json:"x-ogc-role,omitempty"`
	Sequence int    `json:"x-ogc-propertySeq,omitempty"`
	ReadOnly bool   `json:"readOnly,omitempty"`
}

// features is the schema of what a layer gives out.
func features(ctx context.Context, s site, l layers.Layer) schema {
	out := properties(ctx, l)
	out.ID, out.Required = s.collection(l.Name)+"/schema", []string{"id"}
	return out
}

// askable is the schema of what features may be asked for by, in filters.
func askable(ctx context.Context, s site, l layers.Layer) schema {
	out := properties(ctx, l)
	out.ID = s.collection(l.Name) + "/queryables"
	for name, p := range out.Properties {
		p.ReadOnly, p.Sequence = false, 0
		out.Properties[name] = p
	}
	return out
}

func properties(ctx context.Context, l layers.Layer) schema {
	words := i18n.From(ctx)
	out := schema{
		Schema: draft2020, Type: "object", Title: titleOf(words, l), Description: l.About.In(words.Lang()), Properties: map[string]property{},
	}
	for i, f := range l.Fields {
		kind, format := jsonType(f.Type)
		out.Properties[f.Name] = property{Title: f.Name, Type: kind, Format: format, Sequence: i + 2}
	}
	// The feature's own of these names go before properties that are called the same.
	out.Properties["id"] = property{Title: words.T("geo.field.id"), Type: "string", Role: "id", Sequence: 1, ReadOnly: true}
	out.Properties[geometryName] = property{Title: words.T("geo.field.geometry"), Format: geometryFormat(l.Geometry), Role: "primary-geometry", Sequence: len(l.Fields) + 2}
	out.Properties[fieldFrom] = property{Title: words.T("geo.field.valid_from"), Type: "string", Format: "date-time", Role: "primary-interval-start", Sequence: len(l.Fields) + 3}
	out.Properties[fieldTo] = property{Title: words.T("geo.field.valid_to"), Type: "string", Format: "date-time", Role: "primary-interval-end", Sequence: len(l.Fields) + 4}
	return out
}

// jsonType is the type of a property as JSON Schema names it.
func jsonType(t cql2.Type) (kind, format string) {
	switch t {
	case cql2.Number:
		return "number", ""
	case cql2.Bool:
		return "boolean", ""
	case cql2.Time:
		return "string", "date-time"
	case cql2.Text:
		return "string", ""
	default:
		return "", ""
	}
}

// geometryFormat names a kind of shape as OGC 23-058r2 (Table 2) does. Features of one
// layer may be single or of several parts.
func geometryFormat(kind string) string {
	switch kind {
	case "point":
		return "geometry-point-or-multipoint"
	case "line":
		return "geometry-linestring-or-multilinestring"
	case "polygon":
		return "geometry-polygon-or-multipolygon"
	default:
		return "geometry-any"
	}
}
