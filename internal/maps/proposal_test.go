package maps

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// TestLook_ofWhatIsProposed draws plans in force and proposals: a proposal has a dashed
// outline of its own and no fill.
func TestLook_ofWhatIsProposed(t *testing.T) {
	t.Parallel()
	for name, properties := range map[string]map[string]any{
		"plans": {"plan": "7"}, "plan_zones": {"purpose": "1110"}, "plan_cautions": {"kind": "flood"},
	} {
		look := lookOf(name, "polygon", accent("#005276"))
		goes := look.rule(layers.Feature{Properties: properties})
		properties["proposal"] = true
		proposed := look.rule(layers.Feature{Properties: properties})
		if goes.Key == "proposal" || proposed.Key != "proposal" || len(proposed.Dash) == 0 || proposed.Fill != (Tone{}) || proposed.Hatch != (Tone{}) || proposed.Stroke == (Tone{}) {
			t.Errorf("%s: %+v, proposed %+v", name, goes, proposed)
		}
		d := drawing{}
		if s := d.style(look, proposed); s.Fill != "" || s.Hatch.Color != "" || s.Dash[0] == 0 || s.Width == 0 {
			t.Errorf("%s on paper: %+v", name, s)
		}
	}
}

// TestCompose_drawsProposalsWithoutFill looks at the style that the browser gets.
func TestCompose_drawsProposalsWithoutFill(t *testing.T) {
	t.Parallel()
	s := composed(t, Request{})
	const asked = `["==",["get","proposal"],true]`
	filter := func(id string) string {
		text, err := json.Marshal(s.layer(t, id).Filter)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for id, want := range map[string]string{
		"plan_zones": `["case",` + asked + `,false,`, "plan_cautions-hatch": `["case",` + asked + `,false,`,
		"plan_zones-edge": `["case",` + asked + `,true,`, "plan_zones-edgex": `["case",` + asked + `,false,`,
		"plans": `["case",` + asked + `,true,false]`, "plansx": `["case",` + asked + `,false,true]`,
	} {
		if got := filter(id); !strings.HasPrefix(got, want) {
			t.Errorf("%s is for %s, want %s", id, got, want)
		}
	}
	for _, id := range []string{"plan_zones", "past-plan_zones"} {
		fill := s.layer(t, id)
		text, err := json.Marshal(fill)
		if err != nil || !strings.Contains(string(text), asked+`,"rgba(0,0,0,0)"`) {
			t.Errorf("%s fills what is proposed: %s %v", id, text, err)
		}
	}
	if dash := s.layer(t, "plan_zones-edge").Paint["line-dasharray"]; dash == nil {
		t.Error("the outline of a proposal is not dashed")
	}
	for _, name := range []string{"plans", "plan_zones", "plan_cautions"} {
		for _, l := range layers.StandardNames() {
			if l == name {
				look := lookOf(l, "polygon", accent("#005276"))
				if look.Rules[0].Key != "proposal" {
					t.Errorf("%s has no line of the legend for proposals", name)
				}
			}
		}
	}
}
