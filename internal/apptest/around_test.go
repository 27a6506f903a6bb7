package apptest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/notify"
)

// surroundings are what the pages about what is around show: a public case, the
// mother's area, and the codes of an area that was asked for by e-mail.
type surroundings struct{ caseID, area, confirm, stop string }

func surrounded(t *testing.T, h *apptest.Harness) (s surroundings) {
	t.Helper()
	ctx := h.In("torgoy")
	must(t, h.App.Around.Round(ctx))
	page, err := h.App.Around.List(ctx, around.Filter{})
	must(t, err)
	if len(page.Cases) == 0 {
		t.Fatal("the town has no public building case")
	}
	s.caseID = page.Cases[0].ID
	choice := around.Choice{Name: "Hjemme", Topics: around.Topics(), Often: around.Daily, Ground: somewhere(ctx, t, h)}
	a, err := h.App.Around.Subscribe(h.As(0, demo.Mother), choice)
	must(t, err)
	s.area = a.ID
	must(t, h.App.Around.SubscribeByMail(ctx, "nabo@example.no", "192.0.2.1", choice))
	list, err := h.App.Notify.List(ctx, notify.Filter{})
	must(t, err)
	for _, m := range list {
		if m.Kind == "around.confirm" {
			_, after, _ := strings.Cut(m.Text, "/areas/confirm/")
			s.confirm = strings.Fields(after)[0]
		}
	}
	waiting, err := h.App.Around.WaitingByCode(ctx, s.confirm)
	must(t, err)
	s.stop = waiting.StopCode()
	return s
}

// somewhere is a circle in the middle of the town.
func somewhere(ctx context.Context, t *testing.T, h *apptest.Harness) around.Ground {
	t.Helper()
	layer, err := h.App.Layers.Layer(ctx, "properties")
	must(t, err)
	at := orb.Point{layer.Extent.Center()[0], layer.Extent.Center()[1]}
	return around.Circle(layer.System(), at, 500, "")
}
