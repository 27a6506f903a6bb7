package cases_test

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
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// entriesOf counts the entries of a kind with a text.
func entriesOf(ctx context.Context, t *testing.T, h *apptest.Harness, id string, kind cases.EntryKind, text string) (n int) {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Entries {
		if e.Kind == kind && e.Text == text {
			n++
		}
	}
	return n
}

func TestPosting_standsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, mother := h.As(0, demo.CaseWorker), h.As(0, demo.Mother)
		mine := mothersCase(t, h)
		note := cases.Posting{Text: "Ring tilbake på mandag.", Key: "a"}
		for range 3 {
			must(t)(h.App.Cases.PostNote(worker, mine.ID, note))
		}
		must(t)(h.App.Cases.PostNote(worker, mine.ID, cases.Posting{Text: "Ring på tirsdag.", Key: "a"}))
		must(t)(h.App.Cases.PostNote(h.As(0, demo.Head), mine.ID, note))
		if n := entriesOf(worker, t, h, mine.ID, cases.EntryNoted, note.Text); n != 2 {
			t.Errorf("the note stands %d times: once for each of two people is right", n)
		}
		if n := entriesOf(worker, t, h, mine.ID, cases.EntryNoted, "Ring på tirsdag."); n != 1 {
			t.Errorf("another text under the same key stands %d times", n)
		}
		answer := cases.Posting{Text: "Vi flytter i august.", Key: "b"}
		must(t)(h.App.Cases.PostAnswer(mother, mine.ID, answer))
		must(t)(h.App.Cases.PostAnswer(mother, mine.ID, answer))
		if n := entriesOf(worker, t, h, mine.ID, cases.EntryAnswered, answer.Text); n != 1 {
			t.Errorf("the answer stands %d times", n)
		}
		must(t)(h.App.Cases.Withdraw(mother, mine.ID))
		c := must(t)(h.App.Cases.PostAnswer(mother, mine.ID, answer)) // as the first time, although nothing is taken any more
		if c.Status != cases.Withdrawn {
			t.Errorf("stands as %s", c.Status)
		}
		if _, err := h.App.Cases.PostAnswer(h.As(0, demo.Apart), mine.ID, answer); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger with the key: %v", err)
		}
	})
}

func TestDraft_isNeverWrittenOverUnread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		c = must(t)(h.App.Cases.AssignToMe(worker, c.ID, c.Version))
		draft, err := h.App.Cases.OpenDraft(worker, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		first, second := draft.Decision, draft.Decision
		first.Reasons, second.Reasons = "Den første teksten, som er lang nok.", "Den andre teksten, som også er lang."
		version, err := h.App.Cases.SaveDraft(worker, c.ID, first)
		if err != nil || version != first.Version+1 {
			t.Fatalf("version %d, %v", version, err)
		}
		if _, err := h.App.Cases.SaveDraft(worker, c.ID, second); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the second tab wrote over the first: %v", err)
		}
		d := decision(worker, t, h) // version 0: of a page that was opened before the draft
		if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, d); !errs.Is(err, errs.KindConflict) {
			t.Errorf("decided over a text that was not read: %v", err)
		}
		now, err := h.App.Cases.OpenDraft(worker, c.ID)
		if err != nil || now.Decision.Reasons != first.Reasons || now.Decision.SaverName == "" {
			t.Errorf("stands %q by %q, %v", now.Decision.Reasons, now.Decision.SaverName, err)
		}
		d.Version = version
		if c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, d)); c.Status != cases.Decided {
			t.Errorf("stands as %s", c.Status)
		}
	})
}

func TestEditor_showsBothTextsAndLosesNone(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := one(t, h, free)
	c = must(t)(h.App.Cases.AssignToMe(h.As(0, demo.CaseWorker), c.ID, c.Version))
	v := h.Visitor("torgoy").As(demo.CaseWorker)
	path := "/work/cases/" + c.ID + "/decision"
	page := v.Get(path).Must(http.StatusOK)
	post := func(text, do string) *apptest.Page {
		return v.Submit(page, path, apptest.Set("outcome", "refused", "reasons", text).Press("do="+do))
	}
	post("Den første teksten, som er lang nok.", "preview").Must(http.StatusOK)
	both := post("Den andre teksten, som også er lang.", "save").Must(http.StatusConflict)
	if saved := v.Autosave(page, path, apptest.Set("reasons", "Fra en fane som er glemt.")); saved.Status != http.StatusConflict {
		t.Errorf("a script wrote over another text: %d", saved.Status)
	}
	for _, text := range []string{"Den første teksten", "Den andre teksten"} {
		if !strings.Contains(string(both.Body), text) {
			t.Errorf("%q is not on the page", text)
		}
	}
	if paper := v.Get(path).Must(http.StatusOK).Text(); !strings.Contains(paper, "Du kan klage på vedtaket") || !strings.Contains(paper, "Brevet er godkjent elektronisk") {
		t.Error("the preview lacks parts of the letter")
	}
}

// double makes decisions of the kind need a second person.
func double(t *testing.T, h *apptest.Harness, c cases.Case) {
	t.Helper()
	if err := h.App.Cases.SetFourEyes(h.As(0, demo.Head), c.Department, c.Kind, true); err != nil {
		t.Fatal(err)
	}
}

func TestFourEyes_nothingIsFinalBeforeTheSecondPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, head := h.As(0, demo.CaseWorker), h.As(0, demo.Head)
		h.Settle()
		c := one(t, h, free)
		double(t, h, c)
		c = must(t)(h.App.Cases.AssignToMe(worker, c.ID, c.Version))
		c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, decision(worker, t, h)))
		if c.Status != cases.InProgress || c.ProposedBy == "" {
			t.Fatalf("stands as %s, proposed by %q", c.Status, c.ProposedBy)
		}
		h.Settle()
		if n := told(worker, t, h, c); n != 0 {
			t.Errorf("told %d times before it was approved", n)
		}
		if _, err := h.App.Cases.Approve(worker, c.ID, c.Version, ""); errs.Of(err) == nil || errs.Of(err).Key != "cases.approve_not_own" {
			t.Errorf("approved one's own: %v", err)
		}
		if _, err := h.App.Cases.Approve(h.As(0, demo.Administrator), c.ID, c.Version, ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the administrator: %v", err)
		}
		if _, err := h.App.Cases.SendBack(head, c.ID, c.Version, " "); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("sent back without a word: %v", err)
		}
		c = must(t)(h.App.Cases.SendBack(head, c.ID, c.Version, "Skriv mer om datoen."))
		draft, err := h.App.Cases.OpenDraft(worker, c.ID)
		if err != nil || draft.Decision.Final || !draft.FourEyes {
			t.Fatalf("%+v, %v", draft.Decision, err)
		}
		c = must(t)(h.App.Cases.Decide(worker, c.ID, c.Version, draft.Decision))
		c = must(t)(h.App.Cases.Approve(head, c.ID, c.Version, "Fint."))
		h.Settle()
		v, err := h.App.Cases.View(worker, c.ID)
		if err != nil || v.Decision == nil || v.Decision.ApproverName == "" || v.Decision.DecidedBy != identity.From(worker).PersonID || c.ProposedBy != "" {
			t.Errorf("decided %+v, %v", v.Decision, err)
		}
		if n := told(worker, t, h, c); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestFourEyes_isTheHeadsToSay(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := one(t, h, free)
	if err := h.App.Cases.SetFourEyes(h.As(0, demo.CaseWorker), c.Department, c.Kind, true); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("a case worker: %v", err)
	}
	if err := h.App.Cases.SetFourEyes(h.As(0, demo.Head), c.Department, "unknown", true); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a kind that is none: %v", err)
	}
	double(t, h, c)
	double(t, h, c)
	if kinds, err := h.App.Cases.FourEyes(h.As(0, demo.Head), c.Department); err != nil || !slices.Equal(kinds, []string{c.Kind}) {
		t.Errorf("%v, %v", kinds, err)
	}
	if err := h.App.Cases.SetFourEyes(h.As(0, demo.Head), c.Department, c.Kind, false); err != nil {
		t.Fatal(err)
	}
	if kinds, err := h.App.Cases.FourEyes(h.As(0, demo.Head), c.Department); err != nil || len(kinds) != 0 {
		t.Errorf("%v, %v", kinds, err)
	}
}

func TestAssignAll_tellsWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), identity.From(h.As(0, demo.CaseWorker))
		page, err := h.App.Cases.List(head, cases.Filter{Status: cases.Received})
		if err != nil || len(page.Cases) < 2 {
			t.Fatalf("%d cases, %v", len(page.Cases), err)
		}
		list := slices.DeleteFunc(page.Cases, func(c cases.Case) bool { return c.Restricted })
		wanted := []cases.Wanted{{ID: list[0].ID, Version: list[0].Version}, {ID: list[1].ID, Version: list[1].Version + 7}, {ID: "nothing", Version: 1}}
		results, err := h.App.Cases.AssignAll(head, wanted, worker.PersonID)
		if err != nil || len(results) != 3 {
			t.Fatalf("%+v, %v", results, err)
		}
		if results[0].Err != nil || results[0].Case.AssigneeName != worker.Name || results[0].Number != list[0].Label() {
			t.Errorf("the first: %+v", results[0])
		}
		if !errs.Is(results[1].Err, errs.KindConflict) || results[1].Number != list[1].Label() {
			t.Errorf("one that has changed: %+v", results[1])
		}
		if !errs.Is(results[2].Err, errs.KindNotFound) || results[2].Number != "" {
			t.Errorf("one that is nowhere: %+v", results[2])
		}
		if _, err := h.App.Cases.AssignAll(head, nil, worker.PersonID); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("none chosen: %v", err)
		}
		if _, err := h.App.Cases.AssignAll(h.As(0, demo.Mother), wanted, ""); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
	})
}

func TestColleagues_areThoseWhoMayWorkOnIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker, admin := h.As(0, demo.Head), identity.From(h.As(0, demo.CaseWorker)), identity.From(h.As(0, demo.Administrator))
		list, err := h.App.Cases.Colleagues(head, one(t, h, free))
		if err != nil {
			t.Fatal(err)
		}
		has := func(id string) bool {
			return slices.ContainsFunc(list, func(c cases.Colleague) bool { return c.ID == id })
		}
		if !has(worker.PersonID) || has(admin.PersonID) || has(identity.From(head).PersonID) {
			t.Errorf("colleagues are %v", list)
		}
		if list, err = h.App.Cases.AllColleagues(head); err != nil || !has(worker.PersonID) || has(admin.PersonID) {
			t.Errorf("all colleagues are %v, %v", list, err)
		}
		if _, err := h.App.Cases.AllColleagues(h.As(0, demo.Mother)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
	})
}

func TestMention_tellsTheColleagueAndIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, head := h.As(0, demo.CaseWorker), h.As(0, demo.Head)
		c := one(t, h, free)
		for name, id := range map[string]string{"a resident": identity.From(h.As(0, demo.Apart)).PersonID, "nobody": "x"} {
			if _, err := h.App.Cases.PostNote(worker, c.ID, cases.Posting{Text: "Hei", Mentions: []string{id}}); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t)(h.App.Cases.PostNote(worker, c.ID, cases.Posting{Text: "Kan du se på denne?", Mentions: []string{identity.From(head).PersonID}}))
		list, err := h.App.Cases.Mentions(head)
		if err != nil || len(list) != 1 || list[0].Seen || list[0].Case.ID != c.ID || list[0].ByName != identity.From(worker).Name {
			t.Fatalf("%+v, %v", list, err)
		}
		page, err := h.App.Cases.List(head, cases.Filter{})
		if err != nil || page.Mentions != 1 {
			t.Errorf("%d wait, %v", page.Mentions, err)
		}
		if _, err := h.App.Cases.View(head, c.ID); err != nil {
			t.Fatal(err)
		}
		if list, err = h.App.Cases.Mentions(head); err != nil || len(list) != 1 || !list[0].Seen {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err = h.App.Cases.Mentions(worker); err != nil || len(list) != 0 {
			t.Errorf("the one who wrote has %+v, %v", list, err)
		}
	})
}

func TestLoad_countsWhatTheListShows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := one(t, h, free)
		l, err := h.App.Cases.LoadOf(head, c.Department)
		if err != nil || len(l.Weeks) != 12 || l.Open() == 0 {
			t.Fatalf("%+v, %v", l, err)
		}
		var ages int64
		for _, n := range l.Ages {
			ages += n
		}
		page, err := h.App.Cases.List(head, cases.Filter{Department: c.Department})
		if err != nil || page.More {
			t.Fatal(err, page.More)
		}
		if int64(len(page.Cases)) != l.Open() || ages != l.Open() {
			t.Errorf("%d open, %d by age, %d on the list", l.Open(), ages, len(page.Cases))
		}
		for name, ctx := range map[string]context.Context{"a case worker": h.As(0, demo.CaseWorker), "the other town's": h.As(1, demo.CaseWorker)} {
			if _, err := h.App.Cases.LoadOf(ctx, c.Department); err == nil {
				t.Errorf("%s sees the load", name)
			}
		}
	})
}

func TestList_findsABareNumberOfThisYear(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	worker := h.As(0, demo.CaseWorker)
	c := one(t, h, func(c cases.Case) bool { return free(c) && c.Year == int64(h.Clock.Now().Year()) })
	page, err := h.App.Cases.List(worker, cases.Filter{Text: strconv.FormatInt(c.Number, 10)})
	if err != nil || len(page.Cases) != 1 || page.Cases[0].ID != c.ID {
		t.Errorf("found %d, %v", len(page.Cases), err)
	}
	v := h.Visitor("torgoy").As(demo.CaseWorker)
	found := v.Get("/work?" + url.Values{"q": {c.Label()}}.Encode()).Must(http.StatusOK)
	if !strings.Contains(found.Text(), c.Label()) {
		t.Error("the list does not show it")
	}
}

func TestAPI_writesOnceUnderOneKey(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := one(t, h, free)
	_, secret, err := h.App.Roles.CreateToken(h.As(0, demo.Administrator), access.NewToken{
		Name: "Fagsystem", Role: access.CaseWorker, Department: c.Department, ExpiresAt: h.Clock.Now().AddDate(0, 1, 0), Scopes: []access.Permission{cases.PermRead, cases.PermNote, cases.PermList, cases.PermAssign},
	})
	if err != nil {
		t.Fatal(err)
	}
	machine := h.Machine("torgoy", secret)
	send := func(path, key, body string) *apptest.Page {
		return machine.Send(http.MethodPost, path, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	}
	for range 2 {
		send("/api/cases/"+c.ID+"/note", "1", `{"text": "Fra fagsystemet"}`).Must(http.StatusOK)
	}
	send("/api/cases/"+c.ID+"/note", "2", `{"text": "Fra fagsystemet"}`).Must(http.StatusOK)
	worker := h.As(0, demo.CaseWorker)
	if n := entriesOf(worker, t, h, c.ID, cases.EntryNoted, "Fra fagsystemet"); n != 2 {
		t.Errorf("two keys make %d notes", n)
	}
	results := send("/api/cases/assign", "", `{"cases": [{"id": "`+c.ID+`", "version": 99}]}`).Must(http.StatusOK)
	if !strings.Contains(string(results.Body), `"code":"errs.conflict"`) || !strings.Contains(string(results.Body), `"done":false`) {
		t.Errorf("the result is %s", results.Body)
	}
}
