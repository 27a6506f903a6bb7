package conference_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// each runs the test on both databases.
func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

func aCase() cases.Case { return cases.Case{Kind: conference.Name} }

// received is a request that has come in.
func received(h *apptest.Harness, part demo.Part, answers map[string]any) cases.Case {
	return apptest.Receive(h, 0, part, conference.FormKey, nil, answers)
}

// handled is a request that the planner has.
func handled(t *testing.T, h *apptest.Harness, answers map[string]any) cases.Case {
	t.Helper()
	c := received(h, demo.Mother, answers)
	ctx := h.As(0, demo.Planner)
	c, err := h.App.Cases.AssignToMe(ctx, c.ID, see(ctx, t, h, c.ID).Version)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// see reads a case as it stands.
func see(ctx context.Context, t *testing.T, h *apptest.Harness, id string) cases.Case {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Case
}

// timers are the clocks of a case.
func timers(t *testing.T, h *apptest.Harness, id string) (list []deadline.Timer) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		list = nil
		all, err := h.App.Deadlines.ForCase(ctx, tx, id)
		for _, d := range all {
			list = append(list, d.Timer)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// only is the one clock of a conference.
func only(t *testing.T, h *apptest.Harness, id string) deadline.Timer {
	t.Helper()
	list := timers(t, h, id)
	if len(list) != 1 {
		t.Fatalf("%d clocks: %v", len(list), list)
	}
	return list[0]
}

// messages counts what the applicant is told of a kind.
func messages(t *testing.T, h *apptest.Harness, c cases.Case, kind string) (n int) {
	t.Helper()
	items, err := h.App.Notify.Outbox(identity.AsSystem(h.In("torgoy"), "test"), 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.Thread == "case:"+c.ID && item.Kind == kind && item.PersonID == c.Applicant {
			n++
		}
	}
	return n
}

// lacks holds that a page has none of the texts.
func lacks(t *testing.T, page *apptest.Page, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(string(page.Body), text) {
			t.Errorf("%s has %q", page, text)
		}
	}
}

// today is the day of the test, days later.
func today(h *apptest.Harness, days int) string {
	return clock.DateIn(h.Clock.Now()).AddDays(days).String()
}

// which is a case as it stands.
func which(c cases.Case) conference.Which { return conference.Which{ID: c.ID, Version: c.Version} }

// toMeet is a good call, some days ahead.
func toMeet(h *apptest.Harness, days int) conference.Call {
	return conference.Call{Date: today(h, days), Time: "10.00", Way: "office", Place: "Rådhuset, møterom 2", Text: "Ta med skisser."}
}

// minutes are good ones.
func minutes() conference.Minutes {
	return conference.Minutes{
		Participants: "Kari Nordmann\r\nTone Strand, arkitekt", Topics: "Planen tillater to etasjer.", Premises: "Mønet blir under åtte meter.",
	}
}
