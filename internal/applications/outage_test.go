package applications_test

import (
	"context"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// TestOutage_idPorten lets ID-porten be away for 300 s: those inside go on, those
// outside send without logging in, nothing is lost, and log-in works again within
// 60 s of its return.
func TestOutage_idPorten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		inside, visitor := h.Visitor("torgoy").As(demo.CoParent), h.Visitor("torgoy")
		visitor.Get("/without-login/" + kindergarten.FormKey).Must(http.StatusOK).Has(h.App.Bundle.For("nb").T("applications.unbound.closed"))
		h.SetLoginDown(true)
		down := visitor.Get("/apply/" + kindergarten.FormKey).Must(http.StatusServiceUnavailable)
		down.Has("ID-porten", h.App.Bundle.For("nb").T("applications.down.inside"))
		if down.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to come back")
		}
		page := visitor.Get(down.Link("/without-login/" + kindergarten.FormKey)).Must(http.StatusOK)
		about, _ := typed(t, h)
		visitor.Submit(page, "/without-login/"+kindergarten.FormKey, apptest.Set("name", "")).Must(http.StatusUnprocessableEntity)
		page = visitor.Submit(page, "/without-login/"+kindergarten.FormKey, apptest.Set("name", about.Name, "born", about.Born.String(),
			"child_name", about.ChildName, "child_born", about.ChildBorn.String(), "other_guardian", "true")).Must(http.StatusOK)
		base := "/unbound/" + strings.Split(page.Path(), "/")[2]
		for name, answers := range apptest.Answers(h, 0) {
			answers.Set("version", "99")
			answers.Set("do", "later")
			form := visitor.Get(base + "/pages/" + name).Must(http.StatusOK)
			answers.Set("version", form.Value("version"))
			visitor.Post(base+"/pages/"+name, answers).Must(http.StatusOK)
		}
		h.Clock.Advance(300 * time.Second)
		inside.Get("/my").Must(http.StatusOK)
		receipt := visitor.Submit(visitor.Get(base+"/summary").Must(http.StatusOK), base+"/submit", apptest.Set("declaration", "true")).Must(http.StatusOK)
		node := receipt.ByID("code")
		if node == nil {
			t.Fatalf("no code on %s", receipt)
		}
		code := node.Words()
		if again := visitor.Get(base + "/receipt").Must(http.StatusOK); again.ByID("code") != nil {
			t.Error("the code is shown twice")
		}
		if stranger := h.Visitor("torgoy").Get(base + "/receipt"); stranger.Status != http.StatusNotFound {
			t.Errorf("a stranger reads the receipt: %s", stranger)
		}
		h.SetLoginDown(false)
		h.Clock.Advance(time.Minute)
		mother := h.Visitor("torgoy").As(demo.Mother) // another device
		found := mother.Submit(mother.Get("/my/bind").Must(http.StatusOK), "/my/bind", apptest.Set("code", code)).Must(http.StatusOK)
		done := mother.Submit(found, "/my/bind/confirm", apptest.Set()).Must(http.StatusOK)
		if !strings.HasPrefix(done.Path(), "/my/cases/") {
			t.Fatalf("binding leads to %s", done)
		}
		c, err := h.App.Cases.View(h.As(0, demo.Mother), path.Base(done.Path()))
		if err != nil || h.Clock.Now().Sub(c.Case.ReceivedAt) < time.Minute {
			t.Errorf("received %s, now %s: %v", c.Case.ReceivedAt, h.Clock.Now(), err)
		}
		if h.App.Identity.LoginDown() {
			t.Error("log-in still counts as down")
		}
	})
}

// TestOutage_populationRegister lets the register be away for 300 s.
func TestOutage_populationRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		worker := h.As(0, demo.CaseWorker)
		registerOf(t, h).SetDown(true)
		v := h.Visitor("torgoy").As(demo.Mother) // log-in works with what is known
		page := v.Get("/apply/" + kindergarten.FormKey).Must(http.StatusOK)
		page.Has(h.App.Bundle.For("nb").T("applications.register.down"))
		fill(mother, t, h, draft)
		h.Clock.Advance(30 * time.Hour) // what is known is old by now
		if _, err := h.App.Applications.FindVisitor(worker, numberOf(worker, t, h, identity.From(mother).PersonID).Digits()); err != nil {
			t.Errorf("the counter stands still: %v", err)
		}
		if _, err := h.App.Applications.FindVisitor(worker, "13870599901"); err == nil || errs.Is(err, errs.KindInternal) {
			t.Errorf("somebody unknown: %v", err)
		}
		c, err := h.App.Applications.Submit(mother, draft.ID)
		if err != nil || c.ID == "" {
			t.Fatalf("sent during the outage: %v", err)
		}
		h.Clock.Advance(300 * time.Second)
		registerOf(t, h).SetDown(false)
		h.Clock.Advance(time.Minute)
		if _, _, err := h.App.Applications.Subjects(mother, kindergarten.FormKey); err != nil {
			t.Fatal(err)
		}
		state, err := h.App.Applications.RegisterState(mother)
		if err != nil || state.Down || h.Clock.Now().Sub(state.Known) > time.Minute {
			t.Errorf("a minute after it is back: %+v %v", state, err)
		}
	})
}

func TestAlready_theSameGuardianIsShownTheFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		_, err := h.App.Applications.Start(mother, kindergarten.FormKey, c.Subject)
		if !errs.Is(err, errs.KindConflict) || errs.Of(err).Key != "applications.already.own" {
			t.Errorf("a second one: %v", err)
		}
		if _, err := h.App.Applications.StartAnyway(mother, kindergarten.FormKey, c.Subject); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a second one anyway, of a kind that takes one: %v", err)
		}
		other := transportCase(mother, t, h, c)
		if _, err := h.App.Applications.Start(mother, transportForm, other.Subject); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a second transport, unasked: %v", err)
		}
		if _, err := h.App.Applications.StartAnyway(mother, transportForm, other.Subject); err != nil {
			t.Errorf("a second transport, when that is meant: %v", err)
		}
	})
}

const transportForm = "school-transport"

// transportCase is an open case of a kind that takes several, about the child of another.
func transportCase(ctx context.Context, t *testing.T, h *apptest.Harness, like cases.Case) (made cases.Case) {
	t.Helper()
	kind, ok := h.App.Cases.Kinds().ByForm(transportForm)
	if !ok {
		t.Fatal("no such kind")
	}
	err := h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		applicant, err := h.App.Identity.PersonIn(ctx, tx, like.Applicant)
		if err != nil {
			return err
		}
		subject, err := h.App.Identity.PersonIn(ctx, tx, like.Subject)
		if err != nil {
			return err
		}
		made, err = h.App.Cases.Create(ctx, tx, cases.New{Kind: kind.Key, Submission: ids.New(), Applicant: applicant, Subject: subject, Lang: "nb"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestImpartial_whoHoldsAMandateHandlesNothing lets a case worker hold the mandate
// of a party without acting by it.
func TestImpartial_whoHoldsAMandateHandlesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		worker := h.As(0, demo.CaseWorker)
		agent := identity.From(worker).PersonID
		if v, err := h.App.Cases.View(worker, c.ID); err != nil || !v.May.Assign {
			t.Fatalf("before the mandate: %+v %v", v.May, err)
		}
		var given identity.Mandate
		give := func(ctx context.Context, tx *store.Tx) (err error) {
			given, err = h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: []string{c.Kind}})
			return err
		}
		if err := h.App.DB.Write(mother, give); err != nil {
			t.Fatal(err)
		}
		refused := func(when string) {
			t.Helper()
			if _, err := h.App.Cases.AssignToMe(worker, c.ID, 0); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: takes the case: %v", when, err)
			}
			if _, err := h.App.Cases.Note(worker, c.ID, "Hei"); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: writes a note: %v", when, err)
			}
			if _, err := h.App.Cases.Assign(h.As(0, demo.Head), c.ID, 0, agent); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: is given the case: %v", when, err)
			}
			if v, err := h.App.Cases.View(worker, c.ID); err != nil || v.May.Assign || v.May.Note || v.May.Decide {
				t.Errorf("%s: is offered to: %+v %v", when, v.May, err)
			}
		}
		refused("while it holds")
		h.Clock.Advance(time.Hour)
		end := func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.EndMandate(ctx, tx, given.ID)
			return err
		}
		if err := h.App.DB.Write(mother, end); err != nil {
			t.Fatal(err)
		}
		refused("after it was withdrawn")
		if _, err := h.App.Cases.AssignToMe(h.As(0, demo.Head), c.ID, 0); err != nil {
			t.Errorf("the head, who has none: %v", err)
		}
	})
}

func TestCosign_expiresWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, draft, submission := cosigned(t, h)
		system := identity.AsSystem(mother, "test")
		me, other := identity.From(mother).PersonID, identity.From(father).PersonID
		v, err := h.App.Applications.Signature(mother, submission)
		if err != nil {
			t.Fatal(err)
		}
		wait := v.Signature.DueAt.Sub(v.Signature.AskedAt)
		h.Clock.Advance(wait + time.Hour)
		if err := h.App.Applications.Sweep(system); err != nil {
			t.Fatal(err)
		}
		before, beforeMine := messagesTo(mother, t, h, other), messagesTo(mother, t, h, me)
		h.Clock.Advance(wait)
		for range 2 {
			if err := h.App.Applications.Sweep(system); err != nil {
				t.Fatal(err)
			}
		}
		if v, err = h.App.Applications.Signature(mother, submission); err != nil || v.Signature.Status != applications.SignatureExpired || v.Signature.Case != "" {
			t.Errorf("%s: %v", v.Signature.Status, err)
		}
		if a, b := messagesTo(mother, t, h, other)-before, messagesTo(mother, t, h, me)-beforeMine; a != 1 || b != 1 {
			t.Errorf("%d and %d messages", a, b)
		}
		if _, err := h.App.Applications.Sign(father, submission); !errs.Is(err, errs.KindConflict) {
			t.Errorf("signed all the same: %v", err)
		}
		if _, err := h.App.Applications.Start(mother, kindergarten.FormKey, draft.Subject); err != nil {
			t.Errorf("begun anew: %v", err)
		}
	})
}
