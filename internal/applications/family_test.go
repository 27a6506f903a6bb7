package applications_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// sentCase is an application of the mother's that was sent.
func sentCase(t *testing.T, h *apptest.Harness) (mother context.Context, c cases.Case) {
	t.Helper()
	mother, draft := begun(t, h)
	fill(mother, t, h, draft)
	c, err := h.App.Applications.Submit(mother, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	return mother, c
}

// reads tells whether somebody may read the case.
func reads(t *testing.T, h *apptest.Harness, ctx context.Context, id string) bool { //nolint:revive // the harness comes first in these tests
	t.Helper()
	_, err := h.App.Cases.View(ctx, id)
	if err != nil && !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
		t.Fatal(err)
	}
	return err == nil
}

func registerOf(t *testing.T, h *apptest.Harness) *fakeregister.Register {
	t.Helper()
	r, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	return r
}

// numberOf is a person's national number.
func numberOf(ctx context.Context, t *testing.T, h *apptest.Harness, id string) pid.PID {
	t.Helper()
	n, err := h.App.Identity.Number(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func poll(ctx context.Context, t *testing.T, h *apptest.Harness) {
	t.Helper()
	if err := h.App.Identity.Poll(identity.AsSystem(ctx, "test")); err != nil {
		t.Fatal(err)
	}
}

// kindsOf are the kinds of a case's journal entries from a place on.
func kindsOf(ctx context.Context, t *testing.T, h *apptest.Harness, id string) map[cases.EntryKind]int {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[cases.EntryKind]int{}
	for _, e := range v.Entries {
		kinds[e.Kind]++
	}
	return kinds
}

func TestSubmit_makesBothGuardiansParties(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		if !reads(t, h, father, c.ID) {
			t.Error("the other guardian does not see the case")
		}
		if reads(t, h, h.As(0, demo.Apart), c.ID) {
			t.Error("a stranger sees the case")
		}
		_, err := h.App.Applications.Start(father, kindergarten.FormKey, c.Subject)
		first, ok := errors.AsType[*applications.Already](err)
		if !ok || first.Case.ID != c.ID || !errs.Is(err, errs.KindConflict) {
			t.Errorf("the second guardian is not shown the first's case: %v", err)
		}
	})
}

func TestSubmit_theSecondOfTwoWhoWroteAtOnceIsShownTheFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		father := h.As(0, demo.CoParent)
		other, err := h.App.Applications.Start(father, kindergarten.FormKey, draft.Subject)
		if err != nil || other.ID == draft.ID {
			t.Fatalf("%v", err)
		}
		fill(mother, t, h, draft)
		fill(father, t, h, other)
		results := make(chan error, 2)
		for ctx, id := range map[context.Context]string{mother: draft.ID, father: other.ID} {
			go func() {
				_, err := h.App.Applications.Submit(ctx, id)
				results <- err
			}()
		}
		var refused int
		for range 2 {
			if err := <-results; errs.Is(err, errs.KindConflict) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Errorf("%d of two were refused", refused)
		}
	})
}

func TestFollow_whoLosesCustodyLosesTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		child, fathers := numberOf(mother, t, h, c.Subject), numberOf(mother, t, h, identity.From(father).PersonID)
		register := registerOf(t, h)
		if err := register.SetGuardian(child, identity.RegisterGuardian{Number: fathers, Kind: identity.Parent}); err != nil {
			t.Fatal(err)
		}
		if !reads(t, h, father, c.ID) {
			t.Fatal("before the register has told")
		}
		poll(mother, t, h)
		if reads(t, h, father, c.ID) {
			t.Error("the father still reads")
		}
		if err := register.SetGuardian(child, identity.RegisterGuardian{Number: fathers, Kind: identity.Parent, Responsible: true}); err != nil {
			t.Fatal(err)
		}
		poll(mother, t, h)
		if !reads(t, h, father, c.ID) {
			t.Error("the responsibility came back, and the father does not read")
		}
		// Now the applicant herself.
		if err := register.RemoveGuardian(child, numberOf(mother, t, h, identity.From(mother).PersonID), identity.Parent); err != nil {
			t.Fatal(err)
		}
		poll(father, t, h)
		if reads(t, h, mother, c.ID) || !reads(t, h, father, c.ID) {
			t.Error("the case has not gone over to the one who has the responsibility")
		}
	})
}

func TestFollow_aDeathIsFlaggedOnceAndTheOtherGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		h.Settle()
		if err := registerOf(t, h).Die(numberOf(mother, t, h, c.Applicant), clock.DateIn(h.Clock.Now())); err != nil {
			t.Fatal(err)
		}
		poll(father, t, h)
		if err := h.App.Identity.Refresh(father, c.Applicant); err != nil {
			t.Fatal(err)
		}
		kinds := kindsOf(father, t, h, c.ID)
		if kinds[applications.EntryDeceased] != 1 || kinds[cases.EntryApplicant] != 1 {
			t.Errorf("the journal: %v", kinds)
		}
		before := messagesTo(mother, t, h, c.Applicant)
		if _, err := h.App.Cases.Withdraw(father, c.ID); err != nil {
			t.Fatal(err)
		}
		h.Settle()
		if after := messagesTo(mother, t, h, c.Applicant); after != before {
			t.Errorf("%d messages to the dead", after-before)
		}
	})
}

func messagesTo(ctx context.Context, t *testing.T, h *apptest.Harness, person string) int {
	t.Helper()
	items, err := h.App.Notify.List(ctx, notify.Filter{PersonID: person})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

func TestFollow_aProtectedAddressKeepsTheOtherOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		if err := registerOf(t, h).Protect(numberOf(mother, t, h, c.Subject), identity.StrictlyConfidential); err != nil {
			t.Fatal(err)
		}
		poll(mother, t, h)
		if reads(t, h, father, c.ID) || !reads(t, h, mother, c.ID) {
			t.Error("what stands in the case could tell where the child lives")
		}
		// If the municipality lets the father in again, that stands.
		err := h.App.DB.Write(identity.AsSystem(mother, "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: identity.From(father).PersonID, Name: "Far", Role: cases.RoleGuardian})
			return err
		})
		if err == nil {
			err = h.App.Identity.Refresh(mother, c.Subject)
		}
		if err != nil || !reads(t, h, father, c.ID) {
			t.Errorf("what the municipality decided was undone: %v", err)
		}
	})
}

// Whoever takes an application over reads all of it. Where the one who applied is
// protected, the other guardian does not: the child is the applicant, and the staff
// are told to decide who acts.
func TestFollow_aProtectedApplicantIsNotInherited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		child, mothers := numberOf(mother, t, h, c.Subject), numberOf(mother, t, h, c.Applicant)
		register := registerOf(t, h)
		if err := register.Protect(mothers, identity.StrictlyConfidential); err != nil {
			t.Fatal(err)
		}
		poll(mother, t, h)
		if err := register.RemoveGuardian(child, mothers, identity.Parent); err != nil {
			t.Fatal(err)
		}
		for range 2 { // and again, when it hears something else
			poll(father, t, h)
			if err := h.App.Identity.Refresh(father, identity.From(father).PersonID); err != nil {
				t.Fatal(err)
			}
		}
		if reads(t, h, mother, c.ID) || reads(t, h, father, c.ID) {
			t.Error("the case is somebody's who may not read it")
		}
		if err := h.App.Identity.Represent(father, c.Subject); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the father reads it in the child's name: %v", err)
		}
		if followed := inCase(mother, t, h, c.ID); followed.Applicant != c.Subject || followed.Further != "" || !followed.Restricted {
			t.Errorf("the applicant is %s, further parties %q, restricted: %v", followed.ApplicantName, followed.Further, followed.Restricted)
		}
		if text := panelOf(h.As(0, demo.Head), t, h, c.ID); !strings.Contains(text, "Ingen opptrer for barnet") {
			t.Errorf("the staff are told %q", text)
		}
	})
}

// inCase is a case as it stands.
func inCase(ctx context.Context, t *testing.T, h *apptest.Harness, id string) (c cases.Case) {
	t.Helper()
	err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = h.App.Cases.CaseIn(ctx, tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// panelOf is what a case's page says above what was sent.
func panelOf(ctx context.Context, t *testing.T, h *apptest.Harness, id string) string {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, p := range v.Panels {
		if err := p.Render(i18n.With(ctx, h.App.Bundle.For(i18n.NB)), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestFollow_aChildThatComesOfAgeTakesOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, c := sentCase(t, h)
		father := h.As(0, demo.CoParent)
		child, err := h.App.Identity.Person(mother, c.Subject)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Set(child.BirthDate.AddYears(18).Start().Add(time.Minute))
		if err := h.App.Identity.ComeOfAge(identity.AsSystem(mother, "test")); err != nil {
			t.Fatal(err)
		}
		grown := identity.With(mother, identity.Actor{Kind: identity.Resident, PersonID: child.ID, Name: child.Name.Full()})
		got := []bool{reads(t, h, mother, c.ID), reads(t, h, father, c.ID), reads(t, h, grown, c.ID)}
		if diff := cmp.Diff([]bool{false, false, true}, got); diff != "" {
			t.Errorf("mother, father, child: %s", diff)
		}
	})
}
