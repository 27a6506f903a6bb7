package layers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
)

// TestImport_ofAPartLeavesTheLayerExact lets data sets of a layer come, change and go:
// its extent and its properties are those of what is left.
func TestImport_ofAPartLeavesTheLayerExact(t *testing.T) {
	t.Parallel()
	thing := func(id string, at orb.Point, properties map[string]any) Feature {
		return Feature{ID: id, Geometry: at, Properties: properties}
	}
	type state struct {
		Count  int64
		Min    orb.Point
		Max    orb.Point
		Fields []Field
	}
	name, size := Field{"name", cql2.Text}, Field{"size", cql2.Number}
	one := []Feature{thing("1", ground(0, 0), map[string]any{"name": "a"}), thing("2", ground(10, 10), map[string]any{"name": "b"})}
	steps := []struct {
		title string
		part  string
		give  []Feature
		want  state
	}{
		{"the first", "one", one, state{2, ground(0, 0), ground(10, 10), []Field{name}}},
		{
			"another, larger and with more", "two",
			[]Feature{thing("1", ground(50, 90), map[string]any{"name": int64(1), "size": 2.0})},
			state{3, ground(0, 0), ground(50, 90), []Field{{"name", 0}, size}},
		},
		{
			"the same again", "two",
			[]Feature{thing("1", ground(50, 90), map[string]any{"name": int64(1), "size": 2.0})},
			state{3, ground(0, 0), ground(50, 90), []Field{{"name", 0}, size}},
		},
		{
			"it moves, and its name is text", "two",
			[]Feature{thing("1", ground(20, 5), map[string]any{"name": "x", "size": 2.0})},
			state{3, ground(0, 0), ground(20, 10), []Field{name, size}},
		},
		{
			"more of it", "two",
			[]Feature{thing("1", ground(20, 5), map[string]any{"name": "x", "size": 2.0}), thing("2", ground(-5, 5), map[string]any{})},
			state{4, ground(-5, 0), ground(20, 10), []Field{name, size}},
		},
		{
			"only a part without a place", "two",
			[]Feature{{ID: "3", Properties: map[string]any{"open": true}}},
			state{3, ground(0, 0), ground(10, 10), []Field{name, {"open", cql2.Bool}}},
		},
	}
	each(t, func(t *testing.T, w *world) {
		look := func(l Layer) state { return state{l.Count, l.Extent.Min, l.Extent.Max, l.Fields} }
		for _, step := range steps {
			dry, err := w.Import(w.Ctx, Import{Layers: into("things"), Part: step.part, Source: of(step.give...), DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			r := w.bring(Import{Layers: into("things"), Part: step.part, Source: of(step.give...)})
			if diff := cmp.Diff(step.want, look(r.Layers[0].Layer)); diff != "" {
				t.Errorf("%s: %s", step.title, diff)
			}
			if diff := cmp.Diff(step.want, look(dry.Layers[0].Layer)); diff != "" {
				t.Errorf("%s would: %s", step.title, diff)
			}
			l, err := w.Layer(w.Ctx, "things")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(step.want, look(l)); diff != "" {
				t.Errorf("%s is kept as %s", step.title, diff)
			}
		}
		r, err := w.RemovePart(w.Ctx, "things", "one")
		if err != nil {
			t.Fatal(err)
		}
		if l := r.Layers[0].Layer; l.HasExtent() || l.Count != 1 || len(l.Fields) != 1 {
			t.Errorf("without the first: %+v", l)
		}
	})
}
