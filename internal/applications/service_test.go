package applications_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
)

func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// begun is a draft of the mother's for her youngest child.
func begun(t *testing.T, h *apptest.Harness) (context.Context, forms.Draft) {
	t.Helper()
	mother := h.As(0, demo.Mother)
	children, err := h.App.Identity.Children(mother)
	if err != nil || len(children) < 2 {
		t.Fatalf("children: %d, %v", len(children), err)
	}
	draft, err := h.App.Applications.Start(mother, kindergarten.FormKey, children[len(children)-1].Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	return mother, draft
}

func TestStart_findsTheDraftThatIsBegun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		again, err := h.App.Applications.Start(mother, kindergarten.FormKey, draft.Subject)
		if err != nil || again.ID != draft.ID {
			t.Errorf("a second draft %s beside %s: %v", again.ID, draft.ID, err)
		}
		list, err := h.App.Applications.Drafts(mother)
		if err != nil || len(list) != 1 {
			t.Errorf("%d drafts, %v", len(list), err)
		}
	})
}

func TestStart_onlyForThoseOneMayActFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, draft := begun(t, h)
		stranger := h.As(0, demo.Apart)
		if _, err := h.App.Applications.Start(stranger, kindergarten.FormKey, draft.Subject); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger applies for the child: %v", err)
		}
		if _, err := h.App.Applications.Start(stranger, "no-such-form", ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("an unknown form: %v", err)
		}
		if _, err := h.App.Applications.Start(h.In("torgoy"), kindergarten.FormKey, draft.Subject); !errs.Is(err, errs.KindLogin) {
			t.Errorf("without logging in: %v", err)
		}
	})
}

func TestSavePage_keepsWhatIsWrongAndRefusesToSendIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		o, err := h.App.Applications.SavePage(mother, draft.ID, draft.Version, "wishes", url.Values{"start_date": {"i morgen"}, "application_type": {"new"}})
		if err != nil {
			t.Fatal(err)
		}
		if o.Draft.Answers.Typed["start_date"] != "i morgen" {
			t.Errorf("what was typed is gone: %v", o.Draft.Answers)
		}
		if _, err := h.App.Applications.Submit(mother, draft.ID); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a form that is not filled in was sent: %v", err)
		}
	})
}

func TestSavePage_showsTheFirstTabsAnswersToTheSecond(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		first, err := h.App.Applications.SavePage(mother, draft.ID, draft.Version, "family", url.Values{"phone": {"91234567"}})
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.App.Applications.SavePage(mother, draft.ID, draft.Version, "family", url.Values{"phone": {"99999999"}})
		if !errs.Is(err, errs.KindConflict) {
			t.Fatalf("the second tab: %v", err)
		}
		if second.Draft.Answers.Values["phone"] != first.Draft.Answers.Values["phone"] {
			t.Errorf("the second sees %v, not what the first has saved", second.Draft.Answers.Values["phone"])
		}
	})
}

func TestDraft_isNobodyElses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, draft := begun(t, h)
		for name, ctx := range map[string]context.Context{
			"the co-parent": h.As(0, demo.CoParent), "the case worker": h.As(0, demo.CaseWorker), "another municipality": h.As(1, demo.Mother),
		} {
			if _, err := h.App.Applications.Open(ctx, draft.ID); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s opens it: %v", name, err)
			}
			if err := h.App.Applications.Delete(ctx, draft.ID); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s deletes it: %v", name, err)
			}
		}
	})
}

func TestSubmit_twiceAtOnceMakesOneCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		fill(mother, t, h, draft)
		made := make([]cases.Case, 4)
		var wg sync.WaitGroup
		for i := range made {
			wg.Go(func() {
				var err error
				if made[i], err = h.App.Applications.Submit(mother, draft.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, c := range made {
			if c.ID != made[0].ID || c.Label() != made[0].Label() {
				t.Errorf("case %s beside %s", c.Label(), made[0].Label())
			}
		}
		h.Settle() // the receipt is a job
		items, err := h.App.Notify.Outbox(mother, 500)
		if err != nil {
			t.Fatal(err)
		}
		receipts := map[string]int{}
		for _, item := range items {
			if item.Thread == "case:"+made[0].ID && item.Kind == "case.received" {
				receipts[item.PersonID]++
				if !strings.Contains(item.Subject, made[0].Label()) {
					t.Errorf("the receipt says %q", item.Subject)
				}
			}
		}
		co := identity.From(h.As(0, demo.CoParent)).PersonID
		if diff := cmp.Diff(map[string]int{identity.From(mother).PersonID: 1, co: 1}, receipts); diff != "" {
			t.Errorf("one receipt to each guardian: %s", diff)
		}
	})
}

func TestSubmit_takesFilesAlongAndLeavesOthersBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		fill(mother, t, h, draft)
		keep, drop := upload(mother, t, h, draft.ID), upload(mother, t, h, draft.ID)
		if err := h.App.Applications.RemoveFile(mother, draft.ID, "other_documents", drop); err != nil {
			t.Fatal(err)
		}
		c, err := h.App.Applications.Submit(mother, draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.App.Cases.View(mother, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Documents) != 1 || v.Documents[0].ID != keep {
			t.Errorf("the case has %d documents: %v", len(v.Documents), v.Documents)
		}
	})
}

func TestDelete_takesTheFilesToo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		document := upload(mother, t, h, draft.ID)
		if err := h.App.Applications.Delete(mother, draft.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Blobs.Info(mother, document); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the file is still there: %v", err)
		}
		if _, err := h.App.Applications.Open(mother, draft.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the draft is still there: %v", err)
		}
	})
}

// upload attaches a small PDF and returns its document's id.
func upload(ctx context.Context, t *testing.T, h *apptest.Harness, draft string) string {
	t.Helper()
	stored, err := h.App.Blobs.Put(ctx, strings.NewReader(tinyPDF), blob.PutOptions{Name: "vedlegg.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	saved, err := h.App.Applications.AddFile(ctx, draft, "other_documents", stored)
	if err != nil {
		t.Fatal(err)
	}
	list, ok := saved.Answers.Values["other_documents"].([]any)
	if !ok || len(list) == 0 {
		t.Fatalf("no file in %v", saved.Answers.Values)
	}
	file, ok := list[len(list)-1].(map[string]any)
	if !ok {
		t.Fatalf("a file is %T", list[len(list)-1])
	}
	id, _ := file["id"].(string)
	return id
}

const tinyPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func fill(ctx context.Context, t *testing.T, h *apptest.Harness, draft forms.Draft) {
	t.Helper()
	version := draft.Version
	for page, answers := range apptest.Answers(h, 0) {
		o, err := h.App.Applications.SavePage(ctx, draft.ID, version, page, answers)
		if err != nil {
			t.Fatalf("page %s: %v", page, err)
		}
		version = o.Draft.Version
	}
}
