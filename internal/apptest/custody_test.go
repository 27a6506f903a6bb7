package apptest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// household is a case about a child of two, with everybody at a browser of her own
// from before anything happens: what a person may see follows the case, not the
// log-in.
type household struct {
	t  *testing.T
	h  *apptest.Harness
	c  cases.Case
	at map[demo.Part]*apptest.Visitor
}

func settle(t *testing.T, h *apptest.Harness) *household {
	t.Helper()
	f := &household{t: t, h: h, c: apptest.Apply(h, torgoy, demo.Mother), at: map[demo.Part]*apptest.Visitor{}}
	worker := h.As(torgoy, demo.CaseWorker)
	c, err := h.App.Cases.AssignToMe(worker, f.c.ID, f.c.Version)
	must(t, err)
	f.c, err = h.App.Cases.Ask(worker, c.ID, c.Version, "Når flytter dere?")
	must(t, err)
	h.Settle()
	for _, part := range []demo.Part{demo.Mother, demo.CoParent, demo.Apart, demo.CaseWorker, demo.Colleague} {
		f.at[part] = h.Visitor("torgoy").As(part)
	}
	return f
}

func (f *household) number(person string) pid.PID {
	f.t.Helper()
	n, err := f.h.App.Identity.Number(f.h.As(torgoy, demo.Mother), person)
	must(f.t, err)
	return n
}

func (f *household) id(part demo.Part) string { return identity.From(f.h.As(torgoy, part)).PersonID }

// register lets something happen in the population register, which Torg hears of
// as it always does.
func (f *household) register(change func(r *fakeregister.Register) error) {
	f.t.Helper()
	r, ok := f.h.Demo.Register().(*fakeregister.Register)
	if !ok {
		f.t.Fatalf("the register is a %T", f.h.Demo.Register())
	}
	must(f.t, change(r))
	must(f.t, f.h.App.Identity.Poll(identity.AsSystem(f.h.In("torgoy"), "test")))
	f.h.Settle()
}

// follows looks at every page of the case as somebody: all of it is there, or
// nothing, also in the lists.
func (f *household) follows(part demo.Part, sees bool) {
	f.t.Helper()
	f.follow(string(part), f.at[part], sees)
}

func (f *household) follow(who string, v *apptest.Visitor, sees bool) {
	f.t.Helper()
	status, path := http.StatusNotFound, "/my/cases/"+f.c.ID
	if sees {
		status = http.StatusOK
	}
	for _, page := range []string{path, path + "/sent", path + "/sent.pdf", path + "/log"} {
		if p := v.Get(page); p.Status != status {
			f.t.Errorf("%s: %s is answered %d, want %d", who, strings.TrimPrefix(page, path), p.Status, status)
		}
	}
	if listed := strings.Contains(v.Get("/my").Must(http.StatusOK).Text(), f.c.Label()); listed != sees {
		f.t.Errorf("%s: the case is on My page: %v", who, listed)
	}
	if !sees {
		if p := v.Post(path+"/withdraw", nil); p.Status < http.StatusBadRequest {
			f.t.Errorf("%s: could take the application back, %d", who, p.Status)
		}
	}
}

// staff looks at the case as a case worker.
func (f *household) staff(part demo.Part, want ...string) {
	f.t.Helper()
	f.at[part].Get("/work/cases/" + f.c.ID).Must(http.StatusOK).Has(want...)
}

// letters counts what was written to somebody about the case.
func (f *household) letters(person string) (n int) {
	f.t.Helper()
	items, err := f.h.App.Notify.Outbox(f.h.As(torgoy, demo.Head), 500)
	must(f.t, err)
	for _, item := range items {
		if item.PersonID == person && item.Thread == "case:"+f.c.ID {
			n++
		}
	}
	return n
}

func TestCustody_bothGuardiansFollowTheCaseUntilOneIsNone(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		f.follows(demo.Mother, true)
		f.follows(demo.CoParent, true)
		f.follows(demo.Apart, false)
		child, fathers := f.number(f.c.Subject), f.number(f.id(demo.CoParent))
		f.register(func(r *fakeregister.Register) error {
			return r.SetGuardian(child, identity.RegisterGuardian{Number: fathers, Kind: identity.Parent})
		})
		f.follows(demo.CoParent, false)
		f.follows(demo.Mother, true)
		f.staff(demo.CaseWorker, "Ikke lenger part i saken")
		// Nothing about the case reaches him from now on.
		before := f.letters(f.id(demo.CoParent))
		f.decide()
		if after := f.letters(f.id(demo.CoParent)); after != before {
			t.Errorf("who lost the responsibility was written to %d times", after-before)
		}
		f.follows(demo.CoParent, false)
		f.follows(demo.Mother, true)
	})
}

// decide refuses the application, with a letter.
func (f *household) decide() {
	f.t.Helper()
	worker := f.h.As(torgoy, demo.CaseWorker)
	v, err := f.h.App.Cases.View(worker, f.c.ID)
	must(f.t, err)
	_, err = f.h.App.Cases.Decide(worker, f.c.ID, v.Case.Version, cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Det er ingen ledig plass i barnehagene nå.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	})
	must(f.t, err)
	f.h.Settle()
}

// When the applicant loses the responsibility the case goes on with the other,
// who has been its party all the time.
func TestCustody_theCaseGoesOnWithTheOtherGuardian(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		child, mothers := f.number(f.c.Subject), f.number(f.c.Applicant)
		f.register(func(r *fakeregister.Register) error { return r.RemoveGuardian(child, mothers, identity.Parent) })
		f.follows(demo.Mother, false)
		f.follows(demo.CoParent, true)
		f.answer(demo.CoParent)
		f.decide()
		if f.letters(f.id(demo.CoParent)) == 0 {
			t.Error("the new applicant is told nothing")
		}
	})
}

// answer answers the question that the case waits for, on the page.
func (f *household) answer(part demo.Part) {
	f.t.Helper()
	path := "/my/cases/" + f.c.ID
	page := f.at[part].Get(path).Must(http.StatusOK)
	f.at[part].Submit(page, path+"/answer", apptest.Fill{Values: map[string][]string{"text": {"Vi flytter i mars."}}}).Must(http.StatusOK)
	v, err := f.h.App.Cases.View(f.h.As(torgoy, demo.CaseWorker), f.c.ID)
	must(f.t, err)
	if v.Case.Status != cases.InProgress {
		f.t.Errorf("%s has answered, and it is %s", part, v.Case.Status)
	}
}

func TestCustody_theApplicantDies(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		mothers := f.number(f.c.Applicant)
		before := f.letters(f.c.Applicant)
		f.register(func(r *fakeregister.Register) error { return r.Die(mothers, clock.DateIn(h.Clock.Now())) })
		f.follows(demo.CoParent, true)
		f.staff(demo.CaseWorker, "Folkeregisteret melder dødsfall")
		f.answer(demo.CoParent)
		f.decide()
		if after := f.letters(f.c.Applicant); after != before {
			t.Errorf("the dead was written to %d times", after-before)
		}
		if f.letters(f.id(demo.CoParent)) == 0 {
			t.Error("the other guardian is told nothing")
		}
	})
}

// A protected address of the child closes the case to the other guardian and to
// everybody in the department but who has it.
func TestCustody_anAddressBecomesProtected(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		f.staff(demo.Colleague, f.c.Label())
		child := f.number(f.c.Subject)
		f.register(func(r *fakeregister.Register) error { return r.Protect(child, identity.StrictlyConfidential) })
		f.follows(demo.Mother, true)
		f.follows(demo.CoParent, false)
		for _, page := range []string{"/work/cases/" + f.c.ID, "/work/cases/" + f.c.ID + "/log"} {
			if p := f.at[demo.Colleague].Get(page); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
				t.Errorf("a colleague opens %s: %d", page, p.Status)
			}
		}
		for _, page := range []string{"/work?q=" + f.c.SubjectName, "/work/deadlines"} {
			if strings.Contains(f.at[demo.Colleague].Get(strings.ReplaceAll(page, " ", "+")).Text(), f.c.Label()) {
				t.Errorf("%s shows a colleague the case", page)
			}
		}
		before := f.letters(f.id(demo.CoParent))
		f.decide()
		if f.letters(f.id(demo.CoParent)) != before {
			t.Error("the letter went to the one who is kept apart")
		}
	})
}

// A child that comes of age while the case goes on has it from the same midnight,
// and the parents no longer have.
func TestCustody_theChildTurnsEighteen(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		child, err := h.App.Identity.Person(h.As(torgoy, demo.Mother), f.c.Subject)
		must(t, err)
		h.Clock.Set(child.BirthDate.AddYears(18).Start().Add(time.Minute))
		must(t, h.App.Identity.ComeOfAge(identity.AsSystem(h.In("torgoy"), "test")))
		h.Settle()
		for _, part := range []demo.Part{demo.Mother, demo.CoParent} {
			f.at[part] = h.Visitor("torgoy").As(part) // no session lasts so long
			f.follows(part, false)
		}
		f.grown(identity.With(h.In("torgoy"), identity.Actor{Kind: identity.Resident, PersonID: child.ID, Name: child.Name.Full()}))
	})
}

// grown lets the child, who has it now, read and act in its own case.
func (f *household) grown(child context.Context) {
	f.t.Helper()
	mine, err := f.h.App.Cases.Mine(child)
	must(f.t, err)
	if len(mine) != 1 || mine[0].ID != f.c.ID {
		f.t.Errorf("the child has %d cases", len(mine))
	}
	v, err := f.h.App.Cases.View(child, f.c.ID)
	must(f.t, err)
	if !v.Party || !v.May.Withdraw {
		f.t.Errorf("the child is a party: %v, and may take the application back: %v", v.Party, v.May.Withdraw)
	}
	c, err := f.h.App.Cases.Withdraw(child, f.c.ID)
	must(f.t, err)
	if c.Applicant != f.c.Subject || c.Status != cases.Withdrawn {
		f.t.Errorf("the applicant is %s, the case %s", c.ApplicantName, c.Status)
	}
}
