package apptest

import (
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/clock"
)

// Answers are good answers to the kindergarten form, by page, for a start next
// August in the first kindergarten.
func Answers(h *Harness, town int) map[string]url.Values {
	h.TB.Helper()
	ctx := h.In(demo.Towns()[town].Slug)
	units, err := h.App.Kindergarten.Units(ctx)
	if err != nil || len(units) == 0 {
		h.TB.Fatalf("kindergartens: %d, %v", len(units), err)
	}
	today := clock.DateIn(h.App.DB.Clock().Now())
	start := clock.NewDate(today.Year, 8, 15)
	if !start.After(today.AddDays(30)) {
		start = start.AddYears(1)
	}
	return map[string]url.Values{
		"family": {"lives_with": {"both"}, "phone": {"91234567"}, "email": {"kari@example.no"}, "other_guardian_informed": {"yes"}},
		"wishes": {
			"application_type": {"new"}, "start_date": {start.String()}, "accept_other": {"yes"}, "percentage": {"100"},
			"kindergartens[0]": {units[0].ID},
		},
		"siblings": {"has_sibling": {"no"}}, "priority": {}, "practical": {"interpreter": {"no"}},
	}
}

// Apply sends an application for a player's youngest child and returns its case.
func Apply(h *Harness, town int, part demo.Part) cases.Case {
	h.TB.Helper()
	ctx := h.As(town, part)
	children, err := h.App.Identity.Children(ctx)
	if err != nil || len(children) == 0 {
		h.TB.Fatalf("children of %s: %d, %v", part, len(children), err)
	}
	draft, err := h.App.Applications.Start(ctx, kindergarten.FormKey, children[len(children)-1].Person.ID)
	if err != nil {
		h.TB.Fatal(err)
	}
	version := draft.Version
	for _, page := range []string{"family", "wishes", "siblings", "priority", "practical"} {
		opened, err := h.App.Applications.SavePage(ctx, draft.ID, version, page, Answers(h, town)[page])
		if err != nil {
			h.TB.Fatalf("page %s: %v", page, err)
		}
		version = opened.Draft.Version
	}
	c, err := h.App.Applications.Submit(ctx, draft.ID)
	if err != nil {
		h.TB.Fatalf("submit: %v", err)
	}
	return c
}
