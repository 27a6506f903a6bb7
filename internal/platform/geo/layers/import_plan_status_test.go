package layers

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestPlanStatus_tellsWhatGoes(t *testing.T) {
	t.Parallel()
	for status, want := range map[PlanStatus]string{"": "goes", "1": "proposal", "2": "proposal", "3": "goes", "4": "ended", "5": "ended", "6": "unsure", "8": "unsure", "x": "unsure"} {
		got := "goes"
		switch {
		case status.Proposal():
			got = "proposal"
		case status.Ended():
			got = "ended"
		case status.Unsure():
			got = "unsure"
		}
		if got != want {
			t.Errorf("%q %s, want %s", status, got, want)
		}
	}
}

// statusFile is a plan with a zone and a building line, as files tell them.
func statusFile(status, to string) []exchange.Feature {
	g := func(x float64) orb.Geometry {
		p := ground(x, 0)
		return orb.Polygon{{p, {p[0] + 10, p[1]}, {p[0] + 10, p[1] + 10}, {p[0], p[1] + 10}, p}}
	}
	plan := map[string]any{"arealplanId.planidentifikasjon": "2020_1", "plannavn": "Bryggen", "planstatus": status, "ikrafttredelsesdato": "2020-06-17"}
	if to != "" {
		plan["gyldigTil"] = to
	}
	list := []exchange.Feature{
		{ID: "p", Type: "Arealplan", Properties: plan},
		{ID: "o", Type: "RpOmråde", CRS: 25832, Geometry: g(0), Properties: map[string]any{"arealplan": "#p"}},
		{ID: "z", Type: "RpArealformålOmråde", CRS: 25832, Geometry: g(0), Properties: map[string]any{"arealformål": "1110", "planområde": "#o"}},
		{ID: "j", Type: "RpJuridiskLinje", CRS: 25832, Geometry: orb.LineString{ground(0, 0), ground(9, 9)}, Properties: map[string]any{"juridisklinje": "1211", "planområde": "#o"}},
	}
	for i := range list {
		list[i].FillValidity()
	}
	return list
}

// mapped is what a file becomes in the layers.
func mapped(t *testing.T, features []exchange.Feature) (*Plans, []Incoming) {
	t.Helper()
	plans, err := ReadPlans(&fileOf{features: slices.Clone(features)}, clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	var list []Incoming
	for _, f := range features {
		list = append(list, plans.Map(f)...)
	}
	return plans, list
}

func TestPlans_endWhenTheyAreRepealed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ status, to, want string }{
		{"3", "", "2020-06-17–"},
		{"3", "2030-01-01", "2020-06-17–2030-01-01"},
		{"4", "2024-03-05", "2020-06-17–2024-03-05"},
		{"5", "2024-03-05", "2020-06-17–2024-03-05"},
		{"4", "", "2020-06-17–2026-11-22 undated"},
		{"5", "", "2020-06-17–2026-11-22 undated"},
		{"6", "", "2020-06-17– unsure"},
		{"2", "", "2020-06-17– proposal"},
	} {
		plans, list := mapped(t, statusFile(test.status, test.to))
		for _, in := range list {
			got := clock.DateIn(in.Feature.From).String() + "–"
			if !in.Feature.To.IsZero() {
				got += clock.DateIn(in.Feature.To).String()
			}
			for word, numbers := range map[string][]string{"undated": plans.Undated(), "unsure": plans.Unsure(), "proposal": plans.Proposals()} {
				if slices.Equal(numbers, []string{"2020_1"}) {
					got += " " + word
				}
			}
			if got != test.want || in.Feature.From != clock.NewDate(2020, 6, 17).Start() {
				t.Errorf("status %s to %q: %s of %s is %s, want %s", test.status, test.to, in.Feature.ID, in.Layer, got, test.want)
			}
			if in.Feature.Text("status") != test.status {
				t.Errorf("%s has status %q", in.Feature.ID, in.Feature.Text("status"))
			}
		}
		if len(list) != 3 {
			t.Errorf("%d features", len(list))
		}
	}
}

// TestPlans_leaveOutWhatTheirFileDoesNotHave: a number that stands in the provisions is
// not 0, which is what a plan says that does not regulate it.
func TestPlans_leaveOutWhatTheirFileDoesNotHave(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		utilisation map[string]any
		want        string
	}{
		"nothing":                 {nil, "map[]"},
		"built-up area":           {map[string]any{"utnytting.utnyttingstype": "16", "utnytting.utnyttingstall": "30"}, "map[bya:30]"},
		"nothing of that":         {map[string]any{"utnytting.utnyttingstype": "16", "utnytting.utnyttingstall": "0"}, "map[]"},
		"reckoned in another way": {map[string]any{"utnytting.utnyttingstype": "17", "utnytting.utnyttingstall": "500"}, "map[]"},
	} {
		features := statusFile("3", "")
		for key, v := range test.utilisation {
			features[2].Properties[key] = v
		}
		_, list := mapped(t, features)
		got := map[string]any{}
		for _, key := range []string{"bya", "cornice", "ridge", "line"} {
			if v, told := list[1].Feature.Properties[key]; told {
				got[key] = v
			}
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%s: %v, want %s", name, got, test.want)
		}
	}
}

// incomings is a source of what is at hand.
type incomings []Incoming

// Next implements Source.
func (l *incomings) Next() (Incoming, error) {
	if len(*l) == 0 {
		return Incoming{}, io.EOF
	}
	next := (*l)[0]
	*l = (*l)[1:]
	return next, nil
}

// TestImport_ofARepealedPlanEndsItOnce brings in a plan in force, then repealed without a
// day, then the same file days after: it has ended on the first of those days.
func TestImport_ofARepealedPlanEndsItOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		bring := func(status string) Result {
			t.Helper()
			features := statusFile(status, "")
			plans, err := ReadPlans(&fileOf{features: slices.Clone(features)}, clock.DateIn(w.Clock.Now()))
			if err != nil {
				t.Fatal(err)
			}
			if err := w.KeepEnds(w.Ctx, plans); err != nil {
				t.Fatal(err)
			}
			var list incomings
			for _, f := range features {
				list = append(list, plans.Map(f)...)
			}
			o := Import{Source: &list, Part: plans.Part(), Anywhere: true}
			for _, name := range PlanLayers() {
				o.Layers = append(o.Layers, Target{Layer: Layer{Name: name, Public: true, EPSG: 25832}, Optional: true})
			}
			r, err := w.Import(w.Ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		there := func() string {
			_, zones := w.find(w.Ctx, Query{Layer: "plan_zones"})
			_, plans := w.find(w.Ctx, Query{Layer: "plans"})
			return fmt.Sprintf("%d plans, %d zones", len(plans.Features), len(zones.Features))
		}
		bring("3")
		if got := there(); got != "1 plans, 1 zones" {
			t.Errorf("in force: %s", got)
		}
		w.Clock.Advance(48 * time.Hour)
		ended := clock.DateIn(w.Clock.Now())
		bring("4")
		if got := there(); got != "0 plans, 0 zones" {
			t.Errorf("repealed: %s", got)
		}
		w.Clock.Advance(240 * time.Hour)
		if r := bring("4"); r.Moved() {
			t.Errorf("the same file again: %s", tally(r))
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			list, err := w.History(ctx, tx, "plans", "2020_1.o", w.Home(ctx))
			var days []string
			for _, f := range list {
				days = append(days, clock.DateIn(f.To).String())
			}
			if diff := cmp.Diff([]string{ended.String()}, days[:min(1, len(days))]); diff != "" || err != nil {
				t.Errorf("%v %s %s", err, diff, strings.Join(days, " "))
			}
			return nil
		})
	})
}

func TestKeepEnds_withoutAnyMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plans, _ := mapped(t, statusFile("4", ""))
		if err := w.KeepEnds(w.Ctx, plans); err != nil {
			t.Error(err)
		}
	})
}
