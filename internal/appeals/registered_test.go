package appeals_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
)

// An appeal on paper that comes after more than a year is taken in and rejected: the
// rejection is a decision with a right to appeal of its own.
func TestRegister_afterAYearIsRejected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		w.at("2027-12-20 12:00")
		a, err := w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Wants: "Plass", SentOn: clock.NewDate(2027, 12, 17), Key: "late"})
		w.must(err)
		if v := w.view(a.ID); !a.Late || !v.TooLate {
			t.Errorf("late: %t, too late: %t", a.Late, v.TooLate)
		}
		_, err = w.App.Appeals.AcceptLate(w.worker(), a.ID, a.Version, "Hun kan ikke lastes for det.")
		w.conflict(err, "appeals.too_late")
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket."})
		w.conflict(err, "appeals.decide_lateness")
		w.visitor(demo.CaseWorker).Get("/work/appeals/" + a.ID).Must(http.StatusOK).Has(w.nb("appeals.too_late_staff"))
		a, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klagen kom mer enn ett år etter vedtaket."})
		w.must(err)
		w.Settle()
		if a.State != appeals.Rejected {
			t.Errorf("it is %s", a.State)
		}
		if contest := w.clockFor(c, contesting, c.Applicant); contest.State != deadline.Running {
			t.Errorf("she cannot appeal against the rejection: %v", contest)
		}
	})
}

// Who asks for the reasons by letter stops her limit as the one who asks on her page,
// from the day the letter was posted, also when it is written down after the limit.
func TestRegisterReasons_stopsTheLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.granted()
		w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-14")
		w.at("2026-12-16 12:00")
		w.Settle()
		w.stands(c, lodging, c.Applicant, deadline.PassedBy, "2026-12-14")
		register := func(on string) error {
			day, err := clock.ParseDate(on)
			w.must(err)
			return w.App.Appeals.RegisterReasons(w.worker(), c.ID, c.Applicant, day)
		}
		w.wrong(register("2026-12-17"), "asked_on")
		w.wrong(register("2026-11-22"), "asked_on")
		w.conflict(register("2026-12-15"), "appeals.not_now.reasons")
		w.wrong(w.App.Appeals.RegisterReasons(w.worker(), c.ID, "nobody", clock.Date{}), "party")
		w.kind(w.App.Appeals.RegisterReasons(w.mother(), c.ID, c.Applicant, clock.Date{}), errs.KindForbidden)
		for range 2 { // asking twice is asking once
			w.must(register("2026-12-14"))
		}
		if got := w.clockFor(c, lodging, c.Applicant); got.State != deadline.Stopped || w.entries(c, appeals.EntryReasonsAsked) != 1 {
			t.Errorf("%v, %d lines", got, w.entries(c, appeals.EntryReasonsAsked))
		}
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		w.Settle()
		w.stands(c, lodging, c.Applicant, deadline.Running, "2027-01-06")
	})
}

func TestRegisterReasons_onThePage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.granted()
		v, at := w.visitor(demo.CaseWorker), "/work/cases/"+c.ID
		v.Get(at + "/appeal").Must(http.StatusOK).Has(w.nb("appeals.reasons_for.title"))
		v.Post(at+"/reasons/asked", url.Values{"party": {c.Applicant}, "asked_on": {""}}).Must(http.StatusUnprocessableEntity).Has(w.nb("appeals.need.asked_on"))
		v.Post(at+"/reasons/asked", url.Values{"party": {c.Applicant}, "asked_on": {"2026-11-23"}}).Must(http.StatusOK).Has(w.nb("appeals.flash.reasons_registered"))
		const typed = "Plassene ble gitt etter alder, og hun var yngst."
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		v.Post(at+"/reasons", url.Values{"reasons": {typed}}).Must(http.StatusConflict).Has(typed, w.nb("appeals.not_now.give_reasons"))
	})
}

// What was typed about an appeal body is not lost when it is refused.
func TestBodies_keepWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		long := make([]byte, 5000)
		for i := range long {
			long[i] = 'x'
		}
		v := w.visitor(demo.Head)
		page := v.Get("/work/appeal-bodies").Must(http.StatusOK)
		again := v.Post("/work/appeal-bodies", url.Values{
			"kind": {page.Value("kind")}, "department": {page.Value("department")}, "name": {"Klagenemnda i Torgøy"}, "address": {string(long)},
		}).Must(http.StatusUnprocessableEntity)
		if got := again.Value("name"); got != "Klagenemnda i Torgøy" {
			t.Errorf("the name is %q", got)
		}
	})
}
