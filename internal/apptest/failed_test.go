package apptest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// strandedArgs is work that nobody does.
type strandedArgs struct{}

func (strandedArgs) Kind() string { return "apptest.stranded" }

// givenUp makes a dead letter and a message that cannot be sent, in Torgøy.
func givenUp(t *testing.T, h *apptest.Harness) (job, message string) {
	t.Helper()
	ctx := h.In("torgoy")
	must(t, h.App.Keys.Warm(ctx, store.TenantOf(ctx)))
	must(t, h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if err := jobs.Enqueue(ctx, tx, strandedArgs{}, jobs.At(tx.Now.AddDate(1, 0, 0))); err != nil {
			return err
		}
		message, err = h.App.Notify.Send(ctx, tx, notify.Message{
			Email: "kari at example", Kind: "case.decided", Lang: i18n.NB, Subject: "Vedtak", Body: notify.Body{Heading: "Vedtak", Paragraphs: []string{"Les det."}},
		})
		return err
	}))
	list, err := jobs.List(ctx, h.App.DB, jobs.Filter{Kind: strandedArgs{}.Kind(), Limit: 1})
	must(t, err)
	must(t, jobs.Discard(ctx, h.App.DB, list[0].Tenant, list[0].ID))
	return list[0].ID, message
}

func TestFailedWork_isSeenAndMendedByTheAdministrator(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		job, message := givenUp(t, h)
		admin := h.Visitor("torgoy").As(demo.Administrator)
		p := sound(t, admin.Get("/admin/failed").Must(http.StatusOK), i18n.NB).Has(job, message)
		if faults := p.Faults(); len(faults) > 0 {
			t.Errorf("the page has faults: %v", faults)
		}
		admin.Submit(p, "/admin/failed/jobs/"+job+"/retry", apptest.Fill{})
		h.Advance(time.Minute)
		p = sound(t, admin.Get("/admin/failed").Must(http.StatusOK), i18n.NB).Has(message)
		list, err := jobs.List(h.In("torgoy"), h.App.DB, jobs.Filter{ID: job})
		must(t, err)
		if list[0].State == jobs.StateDiscarded {
			t.Errorf("%s still lists the job: %+v", p, list)
		}
		h.Visitor("torgoy").As(demo.CaseWorker).Get("/admin/failed").Must(http.StatusForbidden)
		h.Visitor("fjordbygda").As(demo.CaseWorker).Get("/admin/failed").Must(http.StatusForbidden)
	})
}
