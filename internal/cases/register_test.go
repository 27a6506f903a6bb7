package cases_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// questioned is a case of the worker's that waits for a party without a computer.
func questioned(ctx context.Context, t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	c := one(t, h, free)
	c = must(t)(h.App.Cases.AssignToMe(ctx, c.ID, c.Version))
	return must(t)(h.App.Cases.Ask(ctx, c.ID, c.Version, "Når flytter dere?"))
}

// standing counts the clocks of a case that stand.
func standing(t *testing.T, h *apptest.Harness, id string) (n int) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		list, err := h.App.Deadlines.ForCase(ctx, tx, id)
		for _, d := range list {
			if d.Timer.State == deadline.Stopped {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// running counts the clocks of a case that run or have passed and are not over.
func running(t *testing.T, h *apptest.Harness, id string) (n int) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		list, err := h.App.Deadlines.ForCase(ctx, tx, id)
		for _, d := range list {
			if d.Timer.State != deadline.Stopped && d.Timer.EndedOn.IsZero() {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// linesOf are the lines of a case's journal of one kind.
func linesOf(ctx context.Context, t *testing.T, h *apptest.Harness, id string, kind cases.EntryKind) (list []cases.Entry) {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Entries {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	return list
}

// scanned is the least that is a PDF.
const scanned = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func TestRegister_whatIsSaidOnTheTelephoneLetsTheCaseGoOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.CaseWorker)
		c := questioned(ctx, t, h)
		v := h.Visitor("torgoy").As(demo.CaseWorker)
		words := h.App.Bundle.For(i18n.NB)
		at := "/work/cases/" + c.ID
		page := v.Get(at).Must(http.StatusOK).Has(words.T("cases.register.answer"), words.T("cases.register.withdrawal"))
		if strings.Contains(page.Text(), words.T("cases.register.response")) {
			t.Error("an offer can be answered where there is none")
		}
		wrong := v.Submit(page, at+"/answer", apptest.Set("text", "Vi flytter i mai.")).Must(http.StatusUnprocessableEntity)
		wrong.Has(words.T("cases.register.need_came"), "Vi flytter i mai.")
		fill := apptest.Set("text", "Vi flytter i mai.", "came", "telephone")
		for range 2 { // pressed twice
			v.Submit(page, at+"/answer", fill.Attach("files", "kart.pdf", []byte(scanned))).Must(http.StatusOK).Has(words.T("cases.flash.registered_answer"))
		}
		said := linesOf(ctx, t, h, c.ID, cases.ByStaff(cases.EntryAnswered))
		if len(said) != 1 || said[0].Came != cases.CameTelephone || said[0].Text != "Vi flytter i mai." || len(said[0].Documents) != 1 {
			t.Errorf("the journal has %+v", said)
		}
		view, err := h.App.Cases.View(ctx, c.ID)
		if err != nil || view.Case.Status != cases.InProgress {
			t.Errorf("the case stands as %s: %v", view.Case.Status, err)
		}
		if n := standing(t, h, c.ID); n != 0 {
			t.Errorf("%d clocks still stand", n)
		}
		// A page that was open all the while does not hide what is new, and keeps what was typed.
		late := v.Submit(page, at+"/answer", apptest.Set("text", "I juni likevel.", "came", "counter")).Must(http.StatusConflict)
		late.Has("I juni likevel.")
	})
}

// The form asks on which day the answer came, and keeps what was typed when it cannot have
// come then.
func TestRegister_asksOnWhichDayItCame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.CaseWorker)
		c := questioned(ctx, t, h)
		asked := clock.DateIn(h.Clock.Now())
		h.Advance(6 * 24 * time.Hour)
		v, words, at := h.Visitor("torgoy").As(demo.CaseWorker), h.App.Bundle.For(i18n.NB), "/work/cases/"+c.ID
		page := v.Get(at).Must(http.StatusOK).Has(words.T("cases.register.on"))
		if got := page.Value("on"); got != asked.AddDays(6).String() {
			t.Errorf("the form proposes %q", got)
		}
		outside := words.T("cases.register.need_on", "from", words.Date(asked))
		for on, why := range map[string]string{
			"": words.T("cases.register.no_on"), "i går": words.T("cases.register.no_on"),
			asked.AddDays(-1).String(): outside, asked.AddDays(7).String(): outside,
		} {
			again := v.Submit(page, at+"/answer", apptest.Set("text", "Vi flytter i mai.", "came", "paper", "on", on)).Must(http.StatusUnprocessableEntity)
			again.Has(why, "Vi flytter i mai.")
			if got := again.Value("on"); got != on {
				t.Errorf("%q is shown as %q", on, got)
			}
		}
		v.Submit(page, at+"/answer", apptest.Set("text", "Vi flytter i mai.", "came", "paper", "on", asked.AddDays(2).String())).Must(http.StatusOK).Has(words.T("cases.flash.registered_answer"))
		said := linesOf(ctx, t, h, c.ID, cases.ByStaff(cases.EntryAnswered))
		if len(said) != 1 || !strings.Contains(said[0].Text, h.App.Bundle.For(c.Lang).Date(asked.AddDays(2))) {
			t.Errorf("the journal has %+v", said)
		}
	})
}

func TestRegister_anOfferIsAcceptedOnTheTelephone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		c = must(t)(h.App.Cases.AssignToMe(ctx, c.ID, c.Version))
		c = must(t)(h.App.Cases.Decide(ctx, c.ID, c.Version, decision(ctx, t, h)))
		v := h.Visitor("torgoy").As(demo.CaseWorker)
		words := h.App.Bundle.For(i18n.NB)
		at := "/work/cases/" + c.ID
		page := v.Get(at).Must(http.StatusOK).Has(words.T("cases.register.response"))
		if strings.Contains(page.Text(), words.T("cases.register.withdrawal")) {
			t.Error("an application that is decided can be withdrawn")
		}
		v.Submit(page, at+"/respond", apptest.Set("came", "telephone")).Must(http.StatusUnprocessableEntity).Has(words.T("cases.register.need_answer"))
		fill := apptest.Set("answer", "accepted", "came", "telephone")
		for range 2 {
			v.Submit(page, at+"/respond", fill).Must(http.StatusOK).Has(words.T("cases.flash.registered_response"))
		}
		said := linesOf(ctx, t, h, c.ID, cases.ByStaff(cases.EntryAccepted))
		if len(said) != 1 || said[0].Came != cases.CameTelephone {
			t.Errorf("the journal has %+v", said)
		}
		v.Submit(page, at+"/respond", apptest.Set("answer", "declined", "came", "telephone")).Must(http.StatusOK).Has(words.T("errs.conflict"))
		if view, err := h.App.Cases.View(ctx, c.ID); err != nil || view.Case.Answer != cases.Accepted || view.Case.Status != cases.Closed {
			t.Errorf("stands as %s %s: %v", view.Case.Status, view.Case.Answer, err)
		}
		after := v.Get(at).Must(http.StatusOK)
		if strings.Contains(after.Text(), words.T("cases.register.title")) {
			t.Error("a closed case takes more")
		}
	})
}

func TestRegister_aWithdrawalOnPaperClosesTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.CaseWorker)
		c := questioned(ctx, t, h)
		v := h.Visitor("torgoy").As(demo.CaseWorker)
		words := h.App.Bundle.For(i18n.NB)
		at := "/work/cases/" + c.ID
		page := v.Get(at).Must(http.StatusOK)
		v.Submit(page, at+"/withdraw", apptest.Set()).Must(http.StatusUnprocessableEntity).Has(words.T("cases.register.need_came"))
		for range 2 {
			v.Submit(page, at+"/withdraw", apptest.Set("came", "paper")).Must(http.StatusOK).Has(words.T("cases.flash.registered_withdrawal"))
		}
		if said := linesOf(ctx, t, h, c.ID, cases.ByStaff(cases.EntryWithdrawn)); len(said) != 1 || said[0].Came != cases.CamePaper {
			t.Errorf("the journal has %+v", said)
		}
	})
}

func TestRegister_isForThoseWhoHandleTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := questioned(h.As(0, demo.CaseWorker), t, h)
		p := cases.Posting{Text: "Vi flytter i mai.", Came: cases.CamePaper}
		for name, ctx := range map[string]context.Context{
			"another department's": h.As(0, demo.Planner), "a resident": h.As(0, demo.Apart), "the other municipality's": h.As(1, demo.CaseWorker),
		} {
			if _, err := h.App.Cases.RegisterAnswer(ctx, c.ID, c.Version, p); !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := h.App.Cases.RegisterWithdrawal(ctx, c.ID, c.Version, p); err == nil {
				t.Errorf("%s has withdrawn it", name)
			}
		}
		worker := h.As(0, demo.CaseWorker)
		p.Came = "pigeon"
		if _, err := h.App.Cases.RegisterAnswer(worker, c.ID, c.Version, p); errs.Of(err) == nil || errs.Of(err).Fields[0].Name != "came" {
			t.Errorf("an unknown way: %v", err)
		}
		p.Came = cases.CamePaper
		if _, err := h.App.Cases.RegisterAnswer(worker, c.ID, c.Version-1, p); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version: %v", err)
		}
		must(t)(h.App.Cases.RegisterAnswer(worker, c.ID, 0, p)) // a machine means the case as it stands
	})
}

func TestWays_haveTheirWords(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		var seen []string
		for i, way := range cases.Ways() {
			text := h.App.Bundle.For(lang).T("cases.entry.came."+string(way), "what", strconv.Itoa(i))
			if slices.Contains(seen, text) || !strings.HasPrefix(text, strconv.Itoa(i)) || strings.Contains(text, "cases.") {
				t.Errorf("%s in %s is %q", way, lang, text)
			}
			seen = append(seen, text)
		}
	}
}
