package deadlines_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
)

func has(p deadlines.Page, c cases.Case, rule string) bool {
	return slices.ContainsFunc(p.Lines, func(l deadlines.Line) bool { return l.CaseID == c.ID && l.Timer.Rule.Key == rule })
}

func TestList_isByWhenTheyRunOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.begin(c, deadline.Start{Rule: "building.dispensation"})
		w.signal(c, deadline.Incomplete)                        // the others begin after it
		w.begin(c, deadline.Start{Rule: simple})                // 14 December
		w.begin(c, deadline.Start{Rule: ordinary})              // 15 February
		w.begin(c, deadline.Start{Rule: "building.conference"}) // 7 December
		w.begin(c, deadline.Start{Rule: appeal})                // binds the party
		w.at("2026-12-07 23:59:00")
		worker := w.As(torgoy, demo.CaseWorker)
		for window, rule := range map[deadlines.Window]string{
			deadlines.ThisWeek: "building.conference", deadlines.NextWeek: simple, deadlines.Later: ordinary, deadlines.Standing: "building.dispensation",
		} {
			for _, other := range deadlines.Windows() {
				page, err := w.App.Deadlines.List(worker, deadlines.Filter{Window: other, Rule: rule})
				w.must(err)
				if has(page, c, rule) != (other == window) {
					t.Errorf("%s stands among %s: %v", rule, other, other != window)
				}
				if page.Counts[window] != 1 {
					t.Errorf("%s: counted %v", rule, page.Counts)
				}
			}
		}
		w.at("2026-12-08 00:01:00")
		page, err := w.App.Deadlines.List(worker, deadlines.Filter{Window: deadlines.Passed})
		w.must(err)
		if !has(page, c, "building.conference") {
			t.Error("what has passed a minute ago, and no job has seen, is not among the passed")
		}
		all, err := w.App.Deadlines.List(worker, deadlines.Filter{})
		w.must(err)
		if has(all, c, appeal) || !slices.IsSortedFunc(all.Lines, func(a, b deadlines.Line) int { return b.Timer.Falls().DaysUntil(a.Timer.Falls()) }) {
			t.Error("the municipality's own, the first to run out first, is what is asked for")
		}
		both, err := w.App.Deadlines.List(worker, deadlines.Filter{Parties: true, Rule: appeal})
		w.must(err)
		if !has(both, c, appeal) {
			t.Error("the party's is not there when asked for")
		}
	})
}

func TestList_filters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		worker := w.As(torgoy, demo.CaseWorker)
		for name, tt := range map[string]struct {
			f    deadlines.Filter
			want bool
		}{
			"mine":               {deadlines.Filter{Assignee: c.Assignee}, true},
			"nobody's":           {deadlines.Filter{Assignee: "-"}, false},
			"the kind":           {deadlines.Filter{Kind: c.Kind}, true},
			"another kind":       {deadlines.Filter{Kind: "building"}, false},
			"the department":     {deadlines.Filter{Department: c.Department}, true},
			"another department": {deadlines.Filter{Department: c.ID}, false},
			"another rule":       {deadlines.Filter{Rule: simple}, false},
		} {
			page, err := w.App.Deadlines.List(worker, tt.f)
			w.must(err)
			if has(page, c, provisional) != tt.want {
				t.Errorf("%s: %v", name, !tt.want)
			}
		}
		released, err := w.App.Cases.Release(worker, c.ID, c.Version)
		w.must(err)
		page, err := w.App.Deadlines.List(worker, deadlines.Filter{Assignee: "-"})
		w.must(err)
		if !has(page, released, provisional) {
			t.Error("it does not follow the case back to the list")
		}
	})
}

func TestList_isForThoseWhoHaveTheCases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		for _, part := range []demo.Part{demo.Mother, demo.Administrator, demo.Auditor} {
			if _, err := w.App.Deadlines.List(w.As(torgoy, part), deadlines.Filter{}); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", part, err)
			}
		}
		page, err := w.App.Deadlines.List(w.As(1, demo.CaseWorker), deadlines.Filter{})
		w.must(err)
		if has(page, c, provisional) {
			t.Error("the neighbour sees it")
		}
		for _, part := range []demo.Part{demo.CaseWorker, demo.Head} {
			page, err := w.App.Deadlines.List(w.As(torgoy, part), deadlines.Filter{})
			w.must(err)
			if !has(page, c, provisional) {
				t.Errorf("%s does not see it", part)
			}
			for _, l := range page.Lines {
				if l.Case.Restricted && part == demo.CaseWorker && l.Case.Assignee != c.Assignee {
					t.Errorf("%s is open to everybody", l.Case.Label())
				}
			}
		}
	})
}

func TestPage_showsStaffAndPartyTheClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.begin(c, deadline.Start{Rule: simple})
		worker, mother := w.Visitor(town).As(demo.CaseWorker), w.Visitor(town).As(demo.Mother)
		list := worker.Get("/work/deadlines?window=later&rule="+simple).Must(http.StatusOK).Has("Frister", "14. desember 2026", "21 dager igjen", c.Label())
		if rows := list.All("tr"); len(rows) < 3 {
			t.Errorf("%d rows", len(rows))
		}
		worker.Get("/work/deadlines?window=nonsense&rule=%27&page=-3&department=x").Must(http.StatusOK)
		worker.Get("/work/cases/"+c.ID).Must(http.StatusOK).Has("Siste dag", "§ 21-7", "Tillatelsen regnes som gitt")
		mother.Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Du får svar senest 14. desember 2026. Har du ikke fått svar da, regnes tillatelsen som gitt.")
		if text := mother.Get("/my/cases/" + c.ID).Text(); strings.Contains(text, "skriver vi når du kan vente svar") {
			t.Error("the provisional answer is promised beside the real one")
		}
		mother.Get("/work/deadlines").Must(http.StatusForbidden)

		w.at("2026-12-01 12:00:00")
		_, err := w.App.Cases.Ask(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, "Hvor høy blir boden?")
		w.must(err)
		w.Visitor(town).As(demo.Mother).Get("/my/cases/" + c.ID).Has("Fristen står stille mens vi venter på svar fra deg. Når du har svart, er det 13 dager igjen.")
		w.Visitor(town).As(demo.CaseWorker).Get("/work/cases/"+c.ID).Has("Står stille", "8 dager")
	})
}
