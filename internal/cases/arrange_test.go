package cases_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

const because = "Har vist fram skifteattest fra tingretten."

// numberOf is the national number of a player.
func numberOf(t *testing.T, h *apptest.Harness, part demo.Part) string {
	t.Helper()
	p, ok := h.Demo.Population().Player(0, part)
	if !ok {
		t.Fatalf("nobody plays %s", part)
	}
	return p.Number.Digits()
}

// dies lets the population register tell of a death.
func dies(t *testing.T, h *apptest.Harness, person string) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	number, err := h.App.Identity.Number(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	register, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	if err := register.Die(number, clock.DateIn(h.Clock.Now())); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Refresh(ctx, person); err != nil {
		t.Fatal(err)
	}
}

// now is a case as it stands.
func now(ctx context.Context, t *testing.T, h *apptest.Harness, id string) cases.View {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParties_anHeirIsAddedAndTakesOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, heir := h.As(0, demo.Head), h.As(0, demo.Apart)
		c := mothersCase(t, h)
		dies(t, h, c.Applicant)
		words := h.App.Bundle.For(i18n.NB)
		v := h.Visitor("torgoy").As(demo.Head)
		at := "/work/cases/" + c.ID
		v.Get(at).Must(http.StatusOK).Has(words.T("cases.parties.change"))
		page := v.Get(at + "/parties").Must(http.StatusOK).Has(words.T("cases.parties.include"))
		number := numberOf(t, h, demo.Apart)
		v.Submit(page, at+"/parties", apptest.Set("number", number, "role", "heir", "reason", "kort")).Must(http.StatusUnprocessableEntity).Has(words.T("cases.parties.need_reason", "least", 10))
		found := v.Submit(page, at+"/parties", apptest.Set("number", number, "role", "heir", "reason", because)).Must(http.StatusOK)
		found.Has(words.T("cases.parties.confirm_title"), identity.From(heir).Name)
		if strings.Contains(string(found.Body), number) {
			t.Error("the page shows the national number")
		}
		if _, err := h.App.Cases.View(heir, c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("whoever is only found reads the case: %v", err)
		}
		added := v.Submit(found, at+"/parties", apptest.Set()).Must(http.StatusOK).Has(words.T("cases.flash.party_added"))
		if !now(heir, t, h, c.ID).Party {
			t.Error("the heir is no party")
		}
		if e := linesOf(head, t, h, c.ID, cases.EntryPartyAdded); len(e) == 0 || !strings.Contains(e[len(e)-1].Text, because) {
			t.Errorf("the journal does not tell why: %+v", e)
		}
		v.Submit(added, at+"/parties/applicant", apptest.Set("person", identity.From(heir).PersonID, "reason", because)).Must(http.StatusOK).Has(words.T("cases.flash.applicant"))
		if got := now(head, t, h, c.ID).Case; got.Applicant != identity.From(heir).PersonID || got.ApplicantName != identity.From(heir).Name {
			t.Errorf("the applicant is %s", got.ApplicantName)
		}
		h.Settle()
		for _, kind := range []string{"case.party_added", "case.applicant"} {
			if toldOf(t, h, c.ID, kind, identity.From(heir).PersonID) != 1 {
				t.Errorf("the heir is not told of %s once", kind)
			}
		}
		if n := toldOf(t, h, c.ID, "case.parties", c.Applicant) + toldOf(t, h, c.ID, "case.party_ended", c.Applicant); n != 0 {
			t.Errorf("%d messages to the dead", n)
		}
	})
}

// toldOf counts the messages of a kind to somebody about a case.
func toldOf(t *testing.T, h *apptest.Harness, id, kind, person string) (n int) {
	t.Helper()
	items, err := h.App.Notify.Outbox(identity.AsSystem(h.In("torgoy"), "test"), 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.Thread == "case:"+id && item.Kind == kind && item.PersonID == person {
			n++
		}
	}
	return n
}

func TestParties_whomTheStaffEndTheRegisterDoesNotBringBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, father := h.As(0, demo.Head), h.As(0, demo.CoParent)
		c := mothersCase(t, h)
		person := identity.From(father).PersonID
		if !now(father, t, h, c.ID).Party {
			t.Fatal("the father is no party to begin with")
		}
		c = now(head, t, h, c.ID).Case
		a := cases.Arrangement{Version: c.Version, Person: person, Reason: "Retten har bestemt noe annet."}
		must(t)(h.App.Cases.Exclude(head, c.ID, a))
		if _, err := h.App.Cases.View(father, c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("whoever is ended reads: %v", err)
		}
		if err := h.App.Identity.Refresh(h.As(0, demo.Mother), c.Subject); err != nil {
			t.Fatal(err)
		}
		err := asSystem(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: person, Name: identity.From(father).Name, Role: cases.RoleGuardian})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.View(father, c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the register has brought him back: %v", err)
		}
		if toldOf(t, h, c.ID, "case.party_ended", person) != 1 || toldOf(t, h, c.ID, "case.parties", c.Applicant) != 1 {
			t.Error("the two are not told once each")
		}
		// The head may let him in again.
		c = now(head, t, h, c.ID).Case
		must(t)(h.App.Cases.Include(head, c.ID, cases.Arrangement{Version: c.Version, Person: person, Role: cases.RoleGuardian, Reason: "Retten har ombestemt seg."}))
		if !now(father, t, h, c.ID).Party {
			t.Error("he is not back")
		}
	})
}

func TestParties_refuseWhoCannotBeOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := mothersCase(t, h)
		version := now(head, t, h, c.ID).Case.Version
		apart := identity.From(h.As(0, demo.Apart)).PersonID
		dead := identity.From(h.As(0, demo.AppointedGuardian)).PersonID
		dies(t, h, dead)
		for name, test := range map[string]struct {
			a     cases.Arrangement
			field string
		}{
			"no reason":             {cases.Arrangement{Person: apart, Role: cases.RoleHeir}, "reason"},
			"no role":               {cases.Arrangement{Person: apart, Reason: because}, "role"},
			"a party already":       {cases.Arrangement{Person: c.Applicant, Role: cases.RoleHeir, Reason: because}, "number"},
			"one who is dead":       {cases.Arrangement{Person: dead, Role: cases.RoleHeir, Reason: because}, "number"},
			"nobody":                {cases.Arrangement{Person: "x", Role: cases.RoleHeir, Reason: because}, "number"},
			"a guardian of others":  {cases.Arrangement{Person: apart, Role: cases.RoleGuardian, Reason: because}, "role"},
			"a person as a company": {cases.Arrangement{Person: apart, Role: cases.RoleOrganisation, Reason: because}, "role"},
		} {
			test.a.Version = version
			_, err := h.App.Cases.Include(head, c.ID, test.a)
			if e := errs.Of(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != test.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.App.Cases.Include(head, c.ID, cases.Arrangement{Version: version - 1, Person: apart, Role: cases.RoleAgent, Reason: because}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version: %v", err)
		}
		for name, ctx := range map[string]context.Context{"the case worker": h.As(0, demo.CaseWorker), "another's head": h.As(0, demo.PlanHead), "a resident": h.As(0, demo.Mother)} {
			a := cases.Arrangement{Version: version, Person: apart, Role: cases.RoleAgent, Reason: because}
			if _, err := h.App.Cases.Include(ctx, c.ID, a); err == nil {
				t.Errorf("%s has added a party", name)
			}
			if _, err := h.App.Cases.Lapse(ctx, c.ID, version, cases.Posting{Text: because}); err == nil {
				t.Errorf("%s has let the case lapse", name)
			}
			if _, err := h.App.Cases.FindParty(ctx, c.ID, cases.PartySearch{Number: numberOf(t, h, demo.Apart), Role: cases.RoleAgent, Reason: because}); err == nil {
				t.Errorf("%s has looked somebody up", name)
			}
		}
	})
}

func TestParties_aProtectedAddressMustBeWeighed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		hidden := one(t, h, func(c cases.Case) bool { return c.Restricted && c.Status.Open() })
		apart := identity.From(h.As(0, demo.Apart)).PersonID
		a := cases.Arrangement{Version: now(head, t, h, hidden.ID).Case.Version, Person: apart, Role: cases.RoleAgent, Reason: because}
		if _, err := h.App.Cases.Include(head, hidden.ID, a); errs.Of(err) == nil || errs.Of(err).Fields[0].Name != "considered" {
			t.Fatalf("added without a thought: %v", err)
		}
		a.Considered = true
		must(t)(h.App.Cases.Include(head, hidden.ID, a))

		open := one(t, h, free)
		protected := identity.From(h.As(0, demo.Hidden)).PersonID
		a = cases.Arrangement{Version: now(head, t, h, open.ID).Case.Version, Person: protected, Role: cases.RoleAgent, Reason: because}
		if _, err := h.App.Cases.Include(head, open.ID, a); errs.Of(err) == nil || errs.Of(err).Fields[0].Name != "considered" {
			t.Fatalf("a protected person is added without a thought: %v", err)
		}
		a.Considered = true
		if c := must(t)(h.App.Cases.Include(head, open.ID, a)); !c.Restricted {
			t.Error("the case stays open to the whole department")
		}
		if _, err := h.App.Cases.View(h.As(0, demo.Colleague), open.ID); err == nil {
			t.Error("a colleague who does not have the case still reads it")
		}
	})
}

func TestFindParty_findsPeopleAndOrganisations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := one(t, h, free)
		find := func(q cases.PartySearch) (identity.Person, error) {
			q.Reason = because
			return h.App.Cases.FindParty(head, c.ID, q)
		}
		apart := h.As(0, demo.Apart)
		if p, err := find(cases.PartySearch{Number: numberOf(t, h, demo.Apart), Role: cases.RoleAgent}); err != nil || p.ID != identity.From(apart).PersonID {
			t.Errorf("found %s: %v", p.ID, err)
		}
		looks, err := h.App.MyPage.Looks(apart)
		if err != nil || len(looks) == 0 {
			t.Errorf("she does not see who looked: %d, %v", len(looks), err)
		}
		p, err := find(cases.PartySearch{Number: "974 760 673", Name: "Et dødsbo", Role: cases.RoleOrganisation})
		if err != nil || !p.IsOrganisation() || p.Name.Full() != "Et dødsbo" {
			t.Errorf("an organisation: %v, %v", p.IsOrganisation(), err)
		}
		if again, err := find(cases.PartySearch{Number: "974760673", Name: "Et annet navn", Role: cases.RoleOrganisation}); err != nil || again.ID != p.ID || again.Name.Full() != "Et dødsbo" {
			t.Errorf("the same organisation: %s, %v", again.Name.Full(), err)
		}
		for name, test := range map[string]struct {
			q     cases.PartySearch
			field string
		}{
			"no number":                    {cases.PartySearch{Role: cases.RoleHeir}, "number"},
			"a number with a mistake":      {cases.PartySearch{Number: "12345678901", Role: cases.RoleHeir}, "number"},
			"no organisation's":            {cases.PartySearch{Number: "123456789", Role: cases.RoleOrganisation}, "number"},
			"an organisation without name": {cases.PartySearch{Number: "991825827", Role: cases.RoleOrganisation}, "name"},
		} {
			if _, err := find(test.q); errs.Of(err) == nil || len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != test.field {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestLapse_closesTheCaseAndItsClocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		c := questioned(worker, t, h)
		dies(t, h, c.Subject)
		v := h.Visitor("torgoy").As(demo.Head)
		words := h.App.Bundle.For(i18n.NB)
		at := "/work/cases/" + c.ID
		page := v.Get(at + "/parties").Must(http.StatusOK).Has(words.T("cases.parties.dead"))
		v.Submit(page, at+"/lapse", apptest.Set("reason", because)).Must(http.StatusUnprocessableEntity).Has(words.T("cases.lapse.need_sure"))
		for range 2 {
			v.Submit(page, at+"/lapse", apptest.Set("reason", because, "sure", "true")).Must(http.StatusOK).Has(words.T("cases.flash.lapsed"), words.T("cases.status.lapsed"))
		}
		got := now(head, t, h, c.ID)
		if got.Case.Status != cases.Withdrawn || got.Case.Outcome != cases.OutcomeLapsed || got.Case.ClosedAt.IsZero() {
			t.Errorf("stands as %s %s", got.Case.Status, got.Case.Outcome)
		}
		if e := linesOf(head, t, h, c.ID, cases.EntryLapsed); len(e) != 1 || e[0].Text != because {
			t.Errorf("the journal has %+v", e)
		}
		if n := standing(t, h, c.ID) + running(t, h, c.ID); n != 0 {
			t.Errorf("%d clocks are not over", n)
		}
		if n := toldOf(t, h, c.ID, "case.lapsed", c.Applicant); n != 1 {
			t.Errorf("the applicant is told %d times", n)
		}
		if got.May.Arrange || got.May.Lapse {
			t.Error("a case that has lapsed can be changed")
		}
		a := cases.Arrangement{Version: got.Case.Version, Person: identity.From(h.As(0, demo.Apart)).PersonID, Role: cases.RoleHeir, Reason: because}
		if _, err := h.App.Cases.Include(head, c.ID, a); errs.Of(err) == nil || errs.Of(err).Key != "cases.not_now.parties" {
			t.Errorf("a party to a case that has lapsed: %v", err)
		}
	})
}

func TestLapse_freesAnOfferThatNobodyCanAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := one(t, h, free)
		c = must(t)(h.App.Cases.AssignToMe(head, c.ID, c.Version))
		before := taken(head, t, h)
		c = must(t)(h.App.Cases.Decide(head, c.ID, c.Version, decision(head, t, h)))
		if got := taken(head, t, h); got != before+1 {
			t.Fatalf("%d places are taken, before %d", got, before)
		}
		c = must(t)(h.App.Cases.Lapse(head, c.ID, c.Version, cases.Posting{Text: because}))
		if got := taken(head, t, h); got != before || c.Answer != "" {
			t.Errorf("%d places are taken, before %d; answered %s", got, before, c.Answer)
		}
		if _, err := h.App.Cases.Lapse(head, c.ID, c.Version, cases.Posting{Text: because}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("lapsed twice: %v", err)
		}
	})
}

// taken counts the places in kindergartens that are given away.
func taken(ctx context.Context, t *testing.T, h *apptest.Harness) (n int64) {
	t.Helper()
	list, err := h.App.Kindergarten.Units(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		n -= u.Free()
	}
	return n
}
