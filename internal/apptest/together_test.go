package apptest_test

import (
	"net/url"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// shared is what colleagues work on with each other.
type shared struct {
	proposed, template string // a case whose decision waits for the head, a text of hers
}

// together makes a template, a checklist, a filter, a note for the head and a
// decision that waits for her.
func together(t *testing.T, h *apptest.Harness) shared {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	head, worker := h.As(torgoy, demo.Head), h.As(torgoy, demo.CaseWorker)
	page, err := h.App.Cases.List(worker, cases.Filter{Status: cases.Received, Kind: "kindergarten"})
	must(err)
	c := page.Cases[len(page.Cases)-1]
	made, err := h.App.Casework.SaveTemplate(head, casework.Template{Department: c.Department, Part: cases.FieldReasons, Name: "Rett til plass", Texts: i18n.Text{
		i18n.NB: "{child} har rett til barnehageplass, og det er ledig plass i {kindergarten}.", i18n.NN: "{child} har rett til barnehageplass, og det er ledig plass i {kindergarten}.",
	}})
	must(err)
	list, err := h.App.Casework.Checklist(head, c.Department, c.Kind)
	must(err)
	must(h.App.Casework.SaveChecklist(head, c.Department, c.Kind, list.Version, "Kontroller alder og bosted\nKontroller søsken\nVurder prioritet"))
	must(h.App.Casework.SaveFilter(worker, "Mine som venter", url.Values{"assignee": {"me"}, "status": {"waiting"}}))
	c, err = h.App.Cases.AssignToMe(worker, c.ID, c.Version)
	must(err)
	c, err = h.App.Cases.PostNote(worker, c.ID, cases.Posting{Text: "Kan du se på denne?", Mentions: []string{identity.From(head).PersonID}})
	must(err)
	must(h.App.Cases.SetFourEyes(head, c.Department, c.Kind, true))
	_, err = h.App.Cases.Decide(worker, c.ID, c.Version, cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Barnet er ikke bosatt i kommunen, og det er ikke ledig plass nå.",
		Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	})
	must(err)
	must(h.App.Cases.SetFourEyes(head, c.Department, c.Kind, false))
	return shared{proposed: c.ID, template: made.ID}
}
