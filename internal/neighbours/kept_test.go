package neighbours_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/store"
)

// Whoever fills in a form at the counter is not the developer: a notice would go out in
// the case worker's name, and follow nobody's application.
func TestBegin_isNotForTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := w.planner()
		draft, err := w.App.Applications.StartAtCounter(ctx, applications.AtCounter{Form: building.FormKey, Applicant: w.id(demo.Mother)})
		w.must(err)
		w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			values := map[string]any{"properties": []any{map[string]any{"gnr": 12.0, "bnr": 34.0}}}
			_, err := w.App.Forms.SavePage(ctx, tx, draft.ID, draft.Version, "property", forms.Answers{Values: values})
			return err
		}))
		before := w.ground.asked.Load()
		_, err = w.App.Neighbours.Begin(ctx, neighbours.Source{DraftID: draft.ID})
		w.refused(err, "neighbours.not_at_counter")
		if w.ground.asked.Load() != before {
			t.Error("the register was asked")
		}
		planner := w.Visitor(town).As(demo.Planner)
		p := planner.Get("/my/notices/new?draft=" + draft.ID).Must(http.StatusOK)
		planner.Submit(p, "/my/notices", apptest.Set()).Must(http.StatusOK).Has("kan ikke sendes fra skranken")
		_, err = w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: own})
		w.must(err) // as the applicant, she can
	})
}

// A house beside may have more flats than the register is asked for at a time. Those of which
// it has no owner are one to be notified by hand.
func TestBegin_besideManyFlats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		block := &w.ground.places[3]
		for n := 3; n <= 1200; n++ {
			block.Sections = append(block.Sections, "12/38/0/"+strconv.Itoa(n))
		}
		w.ground.owners["12/38/0/1200"] = []neighbours.Owner{{Organisation: coop, Name: coopName}}
		n := w.begun(w.draft(nil))
		list := w.staff(n).Lines
		if len(list) != 7 || w.line(n, coopName).Property() != "12/37, 12/38" && w.line(n, coopName).Property() != "12/38, 12/37" {
			t.Errorf("%d are to be notified, the owner of the last flat of %s", len(list), w.line(n, coopName).Property())
		}
	})
}

// Nobody can have been brought a notice before it was sent: her two weeks would be over
// before she had heard of it.
func TestBrought_notBeforeItWasSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-01 12:00")
		n := w.begun(w.draft(nil))
		w.at("2026-11-23 12:00")
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		w.Settle()
		estate := w.line(n, "Gamle Per")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "signed", clock.NewDate(2026, 11, 22))
		w.wrong(err, "on")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "signed", clock.NewDate(2026, 11, 23))
		w.must(err)
		if until := w.line(n, "Gamle Per").Until; until != clock.NewDate(2026, 12, 7) {
			t.Errorf("until %s", until)
		}
	})
}

// What somebody has typed stays in the form when another's change came before.
func TestWrite_keepsWhatIsTypedWhenAnotherWasFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.begun(w.draft(nil))
		_, err := w.App.Neighbours.AskExemption(w.mother(), n.ID, "Ingen ser den fra sin eiendom.")
		w.must(err)
		mother, planner := w.Visitor(town).As(demo.Mother), w.Visitor(town).As(demo.Planner)
		hers := mother.Get("/my/notices/" + n.ID).Must(http.StatusOK)
		theirs := planner.Get("/work/notices/" + n.ID).Must(http.StatusOK)
		_, err = w.App.Neighbours.Write(w.mother(), n.ID, w.view(n).Notice.Version, neighbours.Writing{Description: "En garasje i tre"})
		w.must(err)

		p := mother.Submit(hers, "/my/notices/"+n.ID, apptest.Set("description", "En garasje i mur, lengre bak.").Press("do=save")).Must(http.StatusConflict)
		p.Has("Noen andre har endret dette", "En garasje i mur, lengre bak.")
		mother.Submit(p, "/my/notices/"+n.ID, apptest.Set().Press("do=save")).Must(http.StatusOK).Has("En garasje i mur, lengre bak.")

		p = planner.Submit(theirs, "/work/notices/"+n.ID+"/exemption", apptest.Set("reason", "Den er synlig fra to naboer.").Press("do=refuse")).Must(http.StatusConflict)
		p.Has("Noen andre har endret dette", "Den er synlig fra to naboer.")
		planner.Submit(p, "/work/notices/"+n.ID+"/exemption", apptest.Set().Press("do=refuse")).Must(http.StatusOK).Has("Søkeren er ikke fritatt")

		// When nothing can be written any more, it is told so.
		stale := mother.Get("/my/notices/" + n.ID).Must(http.StatusOK)
		_, err = w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		mother.Submit(stale, "/my/notices/"+n.ID, apptest.Set("description", "Noe helt annet enn det.").Press("do=save")).Must(http.StatusOK).Has("Noen andre har endret dette")
	})
}
