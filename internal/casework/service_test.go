package casework_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// mine is a case that the case worker has taken.
func mine(t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	worker := h.As(0, demo.CaseWorker)
	page, err := h.App.Cases.List(worker, cases.Filter{Status: cases.Received})
	if err != nil || len(page.Cases) == 0 {
		t.Fatalf("%d cases, %v", len(page.Cases), err)
	}
	c, err := h.App.Cases.AssignToMe(worker, page.Cases[0].ID, page.Cases[0].Version)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ok[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTemplates_areVersionedAndOfferedInThePartysLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		c := mine(t, h)
		m := casework.Template{Department: c.Department, Kind: c.Kind, Part: cases.FieldReasons, Name: "Rett", Texts: i18n.Text{
			i18n.NB: "Vi har sett på saka til {child} ({number}). Barnet får plass i {kindergarten}.", i18n.NN: "Nynorsk om {child} og {number}, {kindergarten}.", i18n.EN: "English on {child} and {number}, {kindergarten}.",
		}}
		if _, err := h.App.Casework.SaveTemplate(worker, m); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a case worker: %v", err)
		}
		if _, err := h.App.Casework.SaveTemplate(h.As(1, demo.Head), m); err == nil {
			t.Error("the head of another municipality makes a template here")
		}
		saved := ok[casework.Template](t)(h.App.Casework.SaveTemplate(head, m))
		stale := saved
		saved.Name = "Rett til plass"
		saved = ok[casework.Template](t)(h.App.Casework.SaveTemplate(head, saved))
		if _, err := h.App.Casework.SaveTemplate(head, stale); !errs.Is(err, errs.KindConflict) {
			t.Errorf("written over a version that was not read: %v", err)
		}
		if _, versions, err := h.App.Casework.Template(head, saved.ID); err != nil || len(versions) != 2 || versions[1].Name != "Rett" {
			t.Errorf("versions %+v, %v", versions, err)
		}
		draft := ok[cases.Draft](t)(h.App.Cases.OpenDraft(worker, c.ID))
		offered := func(list []cases.Snippet) int {
			return slices.IndexFunc(list, func(s cases.Snippet) bool { return s.ID == saved.ID })
		}
		snippets := draft.Aid.For(cases.FieldReasons)
		at := offered(snippets)
		if at < 0 {
			t.Fatalf("offered %+v", snippets)
		}
		text := snippets[at].Text
		if !strings.Contains(text, c.SubjectName) || !strings.Contains(text, c.Label()) || !strings.Contains(text, "{kindergarten}") {
			t.Errorf("filled in as %q", text)
		}
		if begins := map[i18n.Lang]string{i18n.NB: "Vi har", i18n.NN: "Nynorsk", i18n.EN: "English"}[c.Lang]; !strings.HasPrefix(text, begins) {
			t.Errorf("in %s: %q", c.Lang, text)
		}
		if err := h.App.Casework.Retire(head, saved.ID, true); err != nil {
			t.Fatal(err)
		}
		if draft = ok[cases.Draft](t)(h.App.Cases.OpenDraft(worker, c.ID)); offered(draft.Aid.Snippets) >= 0 {
			t.Errorf("a template out of use is offered: %+v", draft.Aid.Snippets)
		}
	})
}

func TestChecklist_isTickedByWhomAndWhenAndWarns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		c := mine(t, h)
		if err := h.App.Casework.SaveChecklist(worker, c.Department, c.Kind, 0, "x"); err == nil {
			t.Error("a case worker writes the checklist")
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		before := ok[casework.Checklist](t)(h.App.Casework.Checklist(head, c.Department, c.Kind)).Version
		must(h.App.Casework.SaveChecklist(head, c.Department, c.Kind, before, "Sjekk alder\nSjekk søsken"))
		if err := h.App.Casework.SaveChecklist(head, c.Department, c.Kind, before, "Noe annet"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("written over a list that was not read: %v", err)
		}
		list := ok[casework.Checklist](t)(h.App.Casework.Checklist(head, c.Department, c.Kind))
		if len(list.Items) != 2 {
			t.Fatalf("%+v", list)
		}
		first, second := list.Items[0].ID, list.Items[1].ID
		if warned(worker, t, h, c) != 1 {
			t.Error("no warning while the list is open")
		}
		must(h.App.Casework.Tick(worker, c.ID, nil, []string{first}))
		must(h.App.Casework.Tick(head, c.ID, nil, []string{second})) // her page did not know of the first
		if warned(worker, t, h, c) != 0 {
			t.Error("warned although all is ticked")
		}
		page := h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		page.Has("Sjekk alder", identity.From(head).Name)
		must(h.App.Casework.Tick(worker, c.ID, []string{first, second}, []string{second}))
		if warned(worker, t, h, c) != 1 {
			t.Error("what was taken back is still ticked")
		}
		must(h.App.Casework.SaveChecklist(head, c.Department, c.Kind, list.Version, "Sjekk alder"))
		page = h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		page.Has("Sjekk søsken") // ticked while it was on the list
		for name, ctx := range map[string]context.Context{"a party": h.As(0, demo.Mother), "the other town's": h.As(1, demo.CaseWorker)} {
			if err := h.App.Casework.Tick(ctx, c.ID, nil, []string{first}); !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func warned(ctx context.Context, t *testing.T, h *apptest.Harness, c cases.Case) int {
	t.Helper()
	return len(ok[cases.Draft](t)(h.App.Cases.OpenDraft(ctx, c.ID)).Aid.Warnings)
}

func TestFilters_areOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		for _, status := range []string{"waiting", "received"} { // the second replaces the first
			if err := h.App.Casework.SaveFilter(worker, " Mine  som venter ", url.Values{"status": {status}, "assignee": {"me"}}); err != nil {
				t.Fatal(err)
			}
		}
		list := ok[[]casework.SavedFilter](t)(h.App.Casework.Filters(worker))
		if len(list) != 1 || list[0].Name != "Mine som venter" || list[0].Query != "assignee=me&status=received" {
			t.Fatalf("%+v", list)
		}
		if other := ok[[]casework.SavedFilter](t)(h.App.Casework.Filters(head)); len(other) != 0 {
			t.Errorf("the head sees %+v", other)
		}
		if err := h.App.Casework.DeleteFilter(head, list[0].ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		for name, values := range map[string]url.Values{"": {"q": {"x"}}, "Alt": {}, strings.Repeat("x", 100): {"q": {"x"}}} {
			if err := h.App.Casework.SaveFilter(worker, name, values); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%q: %v", name, err)
			}
		}
		if err := h.App.Casework.SaveFilter(h.As(0, demo.Mother), "Mine", url.Values{"q": {"x"}}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
		for n := range 29 { // there is room for 30
			if err := h.App.Casework.SaveFilter(worker, "Nr. "+strconv.Itoa(n), url.Values{"q": {"x"}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.App.Casework.SaveFilter(worker, "Ett for mye", url.Values{"q": {"x"}}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("one too many: %v", err)
		}
		if err := h.App.Casework.SaveFilter(worker, "Nr. 4", url.Values{"q": {"y"}}); err != nil {
			t.Errorf("one that there is, when there is no room for more: %v", err)
		}
		if err := h.App.Casework.DeleteFilter(worker, list[0].ID); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPages_work(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := mine(t, h)
	head := h.Visitor("torgoy").As(demo.Head)
	arrange := head.Get("/work/arrange").Must(http.StatusOK)
	head.Submit(arrange, "/work/arrange?department="+c.Department, apptest.Fill{Values: map[string][]string{
		"items_" + c.Kind: {"Sjekk alder"}, "four_eyes_" + c.Kind: {"true"},
	}}).Must(http.StatusOK)
	if kinds := ok[[]string](t)(h.App.Cases.FourEyes(h.As(0, demo.Head), c.Department)); !slices.Contains(kinds, c.Kind) {
		t.Error("the second person is not asked for")
	}
	made := head.Get("/work/arrange/templates/new").Must(http.StatusOK)
	refused := head.Submit(made, "/work/arrange/templates/new", apptest.Set("name", "Mal", "text_nb", "Hei {ukjent}")).Must(http.StatusUnprocessableEntity)
	head.Submit(refused, "/work/arrange/templates/new", apptest.Set("text_nb", "Det gjelder {child}, som bor her.")).Must(http.StatusOK).Has("Mal")

	worker := h.Visitor("torgoy").As(demo.CaseWorker)
	path := "/work/cases/" + c.ID + "/decision"
	editor := worker.Get(path).Must(http.StatusOK)
	templates := ok[[]casework.Template](t)(h.App.Casework.Templates(h.As(0, demo.Head), c.Department))
	mine := templates[slices.IndexFunc(templates, func(m casework.Template) bool { return m.Name == "Mal" })].ID
	if offered := editor.Form(path).Options("snippet_reasons"); !slices.Contains(offered, mine) {
		t.Fatalf("the template is not offered: %v", offered)
	}
	editor = worker.Submit(editor, path, apptest.Set("outcome", "refused", "snippet_reasons", mine).Press("do=insert:reasons")).Must(http.StatusOK)
	editor.Has("Det gjelder " + c.SubjectName)
	page := worker.Submit(editor, path, apptest.Set("legal_basis", "barnehageloven § 16").Press("do=decide")).Must(http.StatusOK)
	page.Has(i18nText(h, "cases.flash.proposed"))

	approval := head.Get("/work/cases/" + c.ID + "/approval").Must(http.StatusOK)
	head.Submit(approval, "/work/cases/"+c.ID+"/approval", apptest.Fill{}.Press("do=return")).Must(http.StatusUnprocessableEntity)
	head.Submit(approval, "/work/cases/"+c.ID+"/approval", apptest.Set("comment", "Bra.").Press("do=approve")).Must(http.StatusOK)
	if after := ok[cases.View](t)(h.App.Cases.View(h.As(0, demo.CaseWorker), c.ID)); after.Case.Status != cases.Decided {
		t.Errorf("stands as %s", after.Case.Status)
	}
	csv := head.Get("/work/load/csv").Must(http.StatusOK)
	if !strings.HasPrefix(csv.Header.Get("Content-Type"), "text/csv") || strings.Contains(string(csv.Body), c.SubjectName) {
		t.Errorf("the figures are %s", csv.Body)
	}
	head.Get("/work/load").Must(http.StatusOK)
	if p := worker.Get("/work/load"); p.Status != http.StatusForbidden {
		t.Errorf("a case worker sees the load: %d", p.Status)
	}
}

func i18nText(h *apptest.Harness, key string) string { return h.App.Bundle.For(i18n.NB).T(key) }
