package applications_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// cosigned is an application that waits for the father's signature, in a
// municipality that wants both.
func cosigned(t *testing.T, h *apptest.Harness) (mother, father context.Context, draft forms.Draft, submission string) {
	t.Helper()
	mother, draft = begun(t, h)
	fill(mother, t, h, draft)
	mother, father = wantsBoth(mother), wantsBoth(h.As(0, demo.CoParent))
	sent, err := h.App.Applications.Send(mother, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	if sent.Waiting == "" || sent.Case.ID != "" {
		t.Fatalf("%+v", sent)
	}
	return mother, father, draft, sent.Waiting
}

// wantsBoth is the municipality with the setting.
func wantsBoth(ctx context.Context) context.Context {
	t := tenant.From(ctx)
	settings := map[string]string{applications.SettingCosign: kindergarten.FormKey}
	for name, value := range t.Settings {
		settings[name] = value
	}
	t.Settings = settings
	return tenant.Bind(ctx, t)
}

func signaturesTo(ctx context.Context, t *testing.T, h *apptest.Harness) map[applications.SignatureStatus]int {
	t.Helper()
	toSign, _, err := h.App.Applications.Signatures(ctx)
	if err != nil {
		t.Fatal(err)
	}
	found := map[applications.SignatureStatus]int{}
	for _, g := range toSign {
		found[g.Status]++
	}
	return found
}

func TestCosign_theCaseIsMadeWhenTheOtherSigns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, draft, submission := cosigned(t, h)
		if again, err := h.App.Applications.Send(mother, draft.ID); err != nil || again.Waiting != submission {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		for name, ctx := range map[string]context.Context{"a stranger": h.As(0, demo.Apart), "a case worker": h.As(0, demo.CaseWorker), "another municipality": h.As(1, demo.Mother)} {
			if _, err := h.App.Applications.Signature(ctx, submission); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s reads it: %v", name, err)
			}
			if _, err := h.App.Applications.Sign(ctx, submission); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s signs it: %v", name, err)
			}
		}
		if _, err := h.App.Applications.Sign(mother, submission); err == nil {
			t.Error("the applicant signed for the other")
		}
		if _, err := h.App.Applications.Start(father, kindergarten.FormKey, draft.Subject); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a second application beside the one that waits: %v", err)
		}
		v, err := h.App.Applications.Signature(father, submission)
		if err != nil || !v.Mine || len(v.Summary.Pages) == 0 || v.Confirm == "" || v.Signature.ApplicantName == "" {
			t.Fatalf("%+v %v", v, err)
		}
		c, err := h.App.Applications.Sign(father, submission)
		if err != nil || c.Applicant != identity.From(mother).PersonID || c.Subject != draft.Subject {
			t.Fatalf("%+v %v", c, err)
		}
		if !reads(t, h, mother, c.ID) || !reads(t, h, father, c.ID) {
			t.Error("not both read the case")
		}
		if again, err := h.App.Applications.Sign(father, submission); err != nil || again.ID != c.ID {
			t.Errorf("signed twice: %s %v", again.ID, err)
		}
		if err := h.App.Applications.Decline(father, submission); !errs.Is(err, errs.KindConflict) {
			t.Errorf("declined what is signed: %v", err)
		}
		if again, err := h.App.Applications.Send(mother, draft.ID); err != nil || again.Case.ID != c.ID {
			t.Errorf("sent again after it was signed: %+v %v", again, err)
		}
	})
}

// What one parent wrote and the other signed is the first one's application: the journal
// says who sent it, and below it who signed.
func TestCosign_theJournalSaysWhoSentItAndWhoSigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, _, submission := cosigned(t, h)
		made, err := h.App.Applications.Sign(father, submission)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.App.Cases.View(mother, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		sender, signer := identity.From(mother), identity.From(father)
		if len(v.Entries) != 2 {
			t.Fatalf("%+v", v.Entries)
		}
		received, signed := v.Entries[0], v.Entries[1]
		if received.Kind != cases.EntryReceived || received.ActorID != sender.PersonID || received.ActorName != sender.Name {
			t.Errorf("received from %q: %+v", received.ActorName, received)
		}
		if signed.Kind != cases.EntrySigned || signed.ActorID != signer.PersonID || !strings.Contains(signed.Text, "Underskrevet av "+signer.Name) {
			t.Errorf("signed: %+v", signed)
		}
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + made.ID).Has("Underskrevet av " + signer.Name)
	})
}

// A button that is pressed five times leads five times to the one case.
func TestCosign_signedManyTimesAtOnceIsOneCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, father, _, submission := cosigned(t, h)
		type made struct {
			id  string
			err error
		}
		all := make(chan made)
		for range 5 {
			go func() {
				c, err := h.App.Applications.Sign(father, submission)
				all <- made{c.ID, err}
			}()
		}
		cases := map[string]int{}
		for range 5 {
			one := <-all
			if one.err != nil {
				t.Error(one.err)
			}
			cases[one.id]++
		}
		if len(cases) != 1 || cases[""] != 0 {
			t.Errorf("the cases: %v", cases)
		}
		if n := signaturesTo(father, t, h)[applications.SignatureSigned]; n != 1 {
			t.Errorf("%d signatures", n)
		}
	})
}

// Who lives elsewhere signs without learning how the applicant is reached.
func TestCosign_theSignerDoesNotReadHowTheApplicantIsReached(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, _, submission := cosigned(t, h)
		reads := func(ctx context.Context) string {
			v, err := h.App.Applications.Signature(ctx, submission)
			if err != nil {
				t.Fatal(err)
			}
			return v.Summary.Plain()
		}
		if got := reads(father); !strings.Contains(got, "91234567") {
			t.Errorf("they live together, and he reads\n%s", got)
		}
		if err := registerOf(t, h).Move(numberOf(mother, t, h, identity.From(father).PersonID), identity.Address{Lines: []string{"Langt unna 7"}, PostalCode: "9999"}); err != nil {
			t.Fatal(err)
		}
		if err := h.App.Identity.Refresh(father, identity.From(father).PersonID); err != nil {
			t.Fatal(err)
		}
		if got := reads(father); strings.Contains(got, "91234567") {
			t.Errorf("he reads\n%s", got)
		}
		if got := reads(mother); !strings.Contains(got, "91234567") {
			t.Errorf("her own is hidden from her:\n%s", got)
		}
	})
}

func TestCosign_declinedAndTakenBackMakeNoCase(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func(h *apptest.Harness, mother, father context.Context, id string) error{
		"declined": func(h *apptest.Harness, _, father context.Context, id string) error {
			return h.App.Applications.Decline(father, id)
		},
		"taken back": func(h *apptest.Harness, mother, _ context.Context, id string) error {
			return h.App.Applications.WithdrawSignature(mother, id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h *apptest.Harness) {
				mother, father, draft, submission := cosigned(t, h)
				if err := how(h, mother, father, submission); err != nil {
					t.Fatal(err)
				}
				if n := signaturesTo(father, t, h)[applications.SignatureWaiting]; n != 0 {
					t.Errorf("%d still wait", n)
				}
				if _, err := h.App.Applications.Sign(father, submission); !errs.Is(err, errs.KindConflict) {
					t.Errorf("signed all the same: %v", err)
				}
				if _, err := h.App.Applications.Start(mother, kindergarten.FormKey, draft.Subject); err != nil {
					t.Errorf("begun anew: %v", err)
				}
			})
		})
	}
}

func TestCosign_remindsOnceAndFollowsTheFamily(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, draft, submission := cosigned(t, h)
		me, other := identity.From(mother).PersonID, identity.From(father).PersonID
		before, beforeMine := messagesTo(mother, t, h, other), messagesTo(mother, t, h, me)
		h.Clock.Advance(91 * 24 * time.Hour) // no form may wait longer
		for range 2 {
			if err := h.App.Applications.Sweep(identity.AsSystem(mother, "test")); err != nil {
				t.Fatal(err)
			}
		}
		if got := messagesTo(mother, t, h, other) - before; got != 1 {
			t.Errorf("%d reminders", got)
		}
		if got := messagesTo(mother, t, h, me) - beforeMine; got != 1 {
			t.Errorf("the applicant got %d messages", got)
		}
		child, fathers := numberOf(mother, t, h, draft.Subject), numberOf(mother, t, h, other)
		if err := registerOf(t, h).RemoveGuardian(child, fathers, identity.Parent); err != nil {
			t.Fatal(err)
		}
		poll(mother, t, h)
		v, err := h.App.Applications.Signature(mother, submission)
		if err != nil || v.Signature.Status != applications.SignatureLapsed || v.Signature.Case == "" {
			t.Errorf("the signature of who is no guardian any more is still waited for: %+v %v", v.Signature, err)
		}
	})
}

func TestCosign_theStaffSeeThatItWaitsAndWhoSigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, father, draft, submission := cosigned(t, h)
		worker := h.As(0, demo.CaseWorker)
		list, err := h.App.Applications.WaitingSignatures(worker)
		if err != nil || len(list) != 1 || list[0].Submission != submission || list[0].SignerName == "" || list[0].ApplicantName == "" || !list[0].RemindedAt.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
		for name, ctx := range map[string]context.Context{"another department": h.As(0, demo.Planner), "another municipality": h.As(1, demo.CaseWorker)} {
			if list, err := h.App.Applications.WaitingSignatures(ctx); err != nil || len(list) != 0 {
				t.Errorf("%s sees %d, %v", name, len(list), err)
			}
		}
		for name, ctx := range map[string]context.Context{"a resident": mother, "nobody": h.In("torgoy")} {
			if _, err := h.App.Applications.WaitingSignatures(ctx); err == nil {
				t.Errorf("%s sees the list", name)
			}
		}
		if _, err := h.App.Applications.Signature(worker, submission); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a case worker reads what it says: %v", err)
		}
		page := h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/counter")
		page.Has(list[0].SignerName, list[0].SubjectName)

		c, err := h.App.Applications.Sign(father, submission)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := h.App.Applications.WaitingSignatures(worker); err != nil || len(list) != 0 {
			t.Errorf("%d still wait, %v", len(list), err)
		}
		h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/"+c.ID).Has("Underskrift fra den andre med foreldreansvar", list[0].SignerName)
		_ = draft
	})
}

// atCounter begins a form for the mother's youngest at the counter.
func atCounter(t *testing.T, h *apptest.Harness) (worker context.Context, v applications.Visitor, draft forms.Draft) {
	t.Helper()
	worker, mother := h.As(0, demo.CaseWorker), identity.From(h.As(0, demo.Mother)).PersonID
	v, err := h.App.Applications.FindVisitor(worker, numberOf(worker, t, h, mother).Digits())
	if err != nil || len(v.Children) < 2 {
		t.Fatalf("%d children: %v", len(v.Children), err)
	}
	draft, err = h.App.Applications.StartAtCounter(worker, applications.AtCounter{
		Form: kindergarten.FormKey, Applicant: v.Person.ID, Subject: v.Children[len(v.Children)-1].ID, Lang: "nn",
	})
	if err != nil {
		t.Fatal(err)
	}
	return worker, v, draft
}

func TestCounter_registersForSomebodyAndSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, v, draft := atCounter(t, h)
		mother := h.As(0, demo.Mother)
		for name, ctx := range map[string]context.Context{"the applicant": mother, "the head": h.As(0, demo.Head), "a stranger": h.As(0, demo.Apart)} {
			if _, err := h.App.Applications.Open(ctx, draft.ID); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s opens what stands on another's screen: %v", name, err)
			}
		}
		if mine, err := h.App.Applications.Drafts(worker); err != nil || len(mine) != 0 {
			t.Errorf("%d among the case worker's own drafts: %v", len(mine), err)
		}
		fill(worker, t, h, draft)
		file := upload(worker, t, h, draft.ID)
		c, err := h.App.Applications.Submit(worker, draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Applicant != v.Person.ID || c.Lang != "nn" {
			t.Errorf("%+v", c)
		}
		again, err := h.App.Applications.Submit(worker, draft.ID)
		if err != nil || again.ID != c.ID {
			t.Errorf("pressed twice: %v %v", again.ID, err)
		}
		h.Settle()
		view, err := h.App.Cases.View(mother, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		first := view.Entries[0]
		if first.ActorID != identity.From(worker).PersonID || first.BehalfID != v.Person.ID || first.BehalfName == "" {
			t.Errorf("the journal does not say who did it for whom: %+v", first)
		}
		if len(view.Documents) != 1 || view.Documents[0].ID != file {
			t.Errorf("%d documents", len(view.Documents))
		}
		done, err := h.App.Audit.DoneFor(mother, v.Person.ID, 10)
		if err != nil || len(done) == 0 || done[0].ActorID != identity.From(worker).PersonID {
			t.Errorf("she does not see what was done for her: %+v %v", done, err)
		}
		looks, err := h.App.Audit.LooksAt(mother, v.Person.ID, 10)
		if err != nil || len(looks) == 0 {
			t.Errorf("the look was not recorded: %v", err)
		}
		if messagesTo(mother, t, h, v.Person.ID) == 0 {
			t.Error("she was not told")
		}
	})
}

func TestCounter_isForThoseWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker, v, draft := atCounter(t, h)
		number := numberOf(worker, t, h, v.Person.ID).Digits()
		for name, ctx := range map[string]context.Context{"a resident": h.As(0, demo.Apart), "the auditor": h.As(0, demo.Auditor)} {
			if _, err := h.App.Applications.FindVisitor(ctx, number); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, wrong := range map[string]string{"a slip": "12345678901", "nothing": "", "letters": "abc"} {
			if _, err := h.App.Applications.FindVisitor(worker, wrong); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		unknown, err := pid.Synthetic(v.Person.BirthDate, 77)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Applications.FindVisitor(worker, unknown.Digits()); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("somebody the register does not know: %v", err)
		}
		stranger := identity.From(h.As(0, demo.Apart)).PersonID
		_, err = h.App.Applications.StartAtCounter(worker, applications.AtCounter{Form: kindergarten.FormKey, Applicant: stranger, Subject: draft.Subject})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("for another's child: %v", err)
		}
		_, err = h.App.Applications.StartAtCounter(worker, applications.AtCounter{Form: kindergarten.FormKey, Applicant: v.Person.ID})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a kindergarten place for a grown-up: %v", err)
		}
		again, err := h.App.Applications.StartAtCounter(worker, applications.AtCounter{Form: kindergarten.FormKey, Applicant: v.Person.ID, Subject: draft.Subject})
		if err != nil || again.ID != draft.ID {
			t.Errorf("begun twice: %s, %v", again.ID, err)
		}
		father := identity.From(h.As(0, demo.CoParent)).PersonID
		other, err := h.App.Applications.StartAtCounter(worker, applications.AtCounter{Form: kindergarten.FormKey, Applicant: father, Subject: draft.Subject})
		if err != nil || other.ID == draft.ID {
			t.Errorf("the father is shown what the mother said: %v", err)
		}
	})
}

func TestStart_anewAfterItRanOutLeavesNoFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		file := upload(mother, t, h, draft.ID)
		h.Clock.Advance(400 * 24 * time.Hour)
		again, err := h.App.Applications.Start(mother, kindergarten.FormKey, draft.Subject)
		if err != nil || again.ID == draft.ID {
			t.Fatalf("%s: %v", again.ID, err)
		}
		if _, err := h.App.Blobs.Info(mother, file); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the file of the draft that ran out is still there: %v", err)
		}
	})
}

func TestMandate_theAgentAppliesInTheGrantorsName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, agent := h.As(0, demo.Mother), h.As(0, demo.Apart)
		_, draft := begun(t, h)
		err := h.App.DB.Write(mother, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: identity.From(agent).PersonID, Scopes: []string{kindergarten.Kind().Key}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			scopes []string
			may    bool
		}{"within": {[]string{kindergarten.Kind().Key}, true}, "another kind": {[]string{"nursing"}, false}} {
			actor := identity.From(agent)
			actor.OnBehalfOf, actor.OnBehalfName, actor.Basis, actor.Scopes = identity.From(mother).PersonID, identity.From(mother).Name, identity.ByMandate, c.scopes
			acting := identity.With(agent, actor)
			_, err := h.App.Applications.Open(acting, draft.ID)
			if (err == nil) != c.may {
				t.Errorf("%s: opens the grantor's draft: %v", name, err)
			}
			_, err = h.App.Applications.Start(acting, kindergarten.FormKey, draft.Subject)
			if (err == nil) != c.may {
				t.Errorf("%s: begins for the grantor's child: %v", name, err)
			}
			list, err := h.App.Applications.Drafts(acting)
			if err != nil || (len(list) == 1) != c.may {
				t.Errorf("%s: %d drafts, %v", name, len(list), err)
			}
			if !c.may {
				continue
			}
			fill(acting, t, h, draft)
			made, err := h.App.Applications.Submit(acting, draft.ID)
			if err != nil || made.Applicant != actor.OnBehalfOf {
				t.Fatalf("%+v %v", made, err)
			}
			v, err := h.App.Cases.View(mother, made.ID)
			if err != nil || v.Entries[0].ActorID != actor.PersonID || v.Entries[0].BehalfID != actor.OnBehalfOf {
				t.Errorf("the journal: %+v %v", v.Entries, err)
			}
			if reads(t, h, agent, made.ID) || !reads(t, h, acting, made.ID) {
				t.Error("the agent reads it when she does not act, or does not when she does")
			}
		}
	})
}
