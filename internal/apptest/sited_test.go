package apptest_test

import (
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/property"
)

// sited is a garage on the map: in an application that is being written, and in a case.
type sited struct{ draft, caseID string }

func sitedOf(t *testing.T, h *apptest.Harness, number string) sited {
	t.Helper()
	ctx := h.As(torgoy, demo.Mother)
	ref, ok := property.ParseRef(number)
	if !ok {
		t.Fatalf("%q is no property", number)
	}
	draft, err := h.App.Applications.Start(ctx, building.FormKey, "")
	if err != nil {
		t.Fatal(err)
	}
	request, err := h.App.Building.Suggest(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err := h.App.Building.Fill(ctx, draft.ID, request); err != nil || len(wrong) > 0 {
		t.Fatalf("%v: %v", wrong, err)
	}
	opened, err := h.App.Applications.Open(ctx, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := apptest.Receive(h, torgoy, demo.Mother, building.FormKey, opened.Draft.Facts, apptest.Garage())
	return sited{draft.ID, c.ID}
}

func TestSitePage_isForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"})
	v.logIn(demo.Mother, "/my")
	v.inspect("/drafts/" + s.draft + "/site")
	v.inspect("/drafts/" + s.draft + "/site?choose=1&q=35")
	worker := visit(t, h, place{torgoy, "nb"})
	worker.logIn(demo.Planner, "/work")
	worker.inspect("/work/cases/" + s.caseID + "/site")
	worker.inspect("/work/cases/" + s.caseID)
}
