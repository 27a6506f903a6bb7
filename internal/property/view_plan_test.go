package property

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// TestPlanPage_tellsWhyAPlanDoesNotGo draws the page of a plan that is in force, that is
// proposed, whose day is to come and that was replaced.
func TestPlanPage_tellsWhyAPlanDoesNotGo(t *testing.T) {
	t.Parallel()
	words := i18n.New()
	for name, texts := range map[string]fs.FS{"ui": ui.Messages(), "property": Messages()} {
		if err := words.Load(name, texts); err != nil {
			t.Fatal(err)
		}
	}
	today := clock.NewDate(2026, time.May, 4)
	for name, tt := range map[string]struct {
		plan Plan
		want []string
	}{
		"in force":    {Plan{From: clock.NewDate(2020, 1, 1)}, nil},
		"proposed":    {Plan{From: clock.NewDate(2020, 1, 1), Proposal: true}, []string{"Dette er et forslag", "Forslag til reguleringsplan", "Ikke vedtatt"}},
		"master":      {Plan{Proposal: true, Master: true}, []string{"Dette er et forslag", "Kommuneplan, forslag"}},
		"to come":     {Plan{From: clock.NewDate(2027, 1, 1)}, []string{"Denne planen gjelder ikke ennå"}},
		"is replaced": {Plan{From: clock.NewDate(2000, 1, 1), To: clock.NewDate(2020, 1, 1)}, []string{"Den står her for historien"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.plan.Number, tt.plan.Name = "7", "Havna"
			v := planView{facts: PlanFacts{Plan: tt.plan, InForce: tt.plan.InForce(today), History: []Plan{tt.plan, {Number: "6", Name: "Før"}}}}
			var page bytes.Buffer
			if err := planPage(ui.PageProps{}, v).Render(i18n.With(t.Context(), words.For(i18n.NB)), &page); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(page.String(), want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			if is := strings.Contains(page.String(), "ds-alert"); is != (tt.want != nil) {
				t.Errorf("it warns: %v", is)
			}
		})
	}
}
