package neighbours_test

import (
	"context"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// protect sets the grade of a player's address in the register, and Torg hears of it.
func (w *world) protect(part demo.Part, grade identity.Protection) {
	w.Helper()
	player, _ := w.Demo.Population().Player(torgoy, part)
	register, ok := w.Demo.Register().(*fakeregister.Register)
	if !ok {
		w.Fatal("the demonstration has another register")
	}
	w.must(register.Protect(player.Number, grade))
	w.must(w.App.Identity.Refresh(w.system(), w.id(part)))
}

// sees reports whether a letter of a notice to somebody is on the list of who prints,
// and can be opened.
func (w *world) sees(ctx context.Context, n neighbours.Notice, to string) bool {
	w.Helper()
	proofs, err := w.App.Notify.ProofOf(w.system(), "notice:"+n.ID)
	w.must(err)
	i := slices.IndexFunc(proofs, func(p notify.Proof) bool {
		return p.Person == to && len(p.Steps) > 0 && p.Steps[0].Channel == notify.Letter
	})
	if i < 0 {
		w.Fatal("there is no letter to her")
	}
	letter := proofs[i].Steps[0].ID
	list, err := w.App.Notify.Printouts(ctx, "")
	w.must(err)
	listed := slices.ContainsFunc(list, func(p notify.Printout) bool { return p.ID == letter })
	_, err = w.App.Notify.Print(ctx, letter, false)
	if opened := err == nil; opened != listed {
		w.Errorf("listed: %t, opened: %v", listed, err)
	}
	return listed
}

// A letter to a neighbour is closed in the print room when her address becomes
// protected, and hers alone; it opens when that is lifted. The developer's protection
// closes all of them.
func TestLetters_areAsClosedAsThoseTheyTellOf(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		apart, verge := w.id(demo.Apart), w.id(demo.AppointedGuardian)
		for _, part := range []demo.Part{demo.Apart, demo.AppointedGuardian, demo.Hidden} {
			w.must(w.App.Notify.Prefer(w.As(torgoy, part), notify.Preferences{notify.Decision: notify.Letter}))
		}
		hidden := w.id(demo.Hidden)
		n := w.unposted(w.draft(nil))
		worker, head := w.planner(), w.As(torgoy, demo.PlanHead)
		stands := func(when string, wantApart, wantVerge, wantHidden bool) {
			t.Helper()
			for _, one := range []struct {
				to   string
				want bool
			}{{apart, wantApart}, {verge, wantVerge}, {hidden, wantHidden}} {
				if w.sees(worker, n, one.to) != one.want {
					t.Errorf("%s: the department sees it: %t", when, !one.want)
				}
				if !w.sees(head, n, one.to) {
					t.Errorf("%s: the head does not see it", when)
				}
			}
		}
		stands("at first", true, true, false)
		w.protect(demo.Apart, identity.Confidential)
		stands("one becomes protected", false, true, false)
		w.protect(demo.Apart, identity.Unprotected)
		stands("it is lifted", true, true, false)
		restricted := func() (is bool) {
			t.Helper()
			w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
				is, err = store.One(ctx, tx, store.Value[bool], `select restricted from neighbours_notices where tenant_id = $1 and id = $2`, tx.Tenant, n.ID)
				return err
			}))
			return is
		}
		w.protect(demo.Mother, identity.StrictlyConfidential)
		if !restricted() {
			t.Error("the developer is protected, and the notice is open")
		}
		stands("the developer becomes protected", false, false, false)
		w.protect(demo.Mother, identity.Unprotected)
		if restricted() {
			t.Error("hers is lifted, and the notice is closed")
		}
		stands("hers is lifted", true, true, false)
	})
}

// A notice of a case follows the case: closed with it, and open to who has it.
func TestNotice_followsItsCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		apart := w.id(demo.Apart)
		w.must(w.App.Notify.Prefer(w.As(torgoy, demo.Apart), notify.Preferences{notify.Decision: notify.Letter}))
		draft := w.draft(nil)
		n := w.unposted(draft)
		w.letters(n)
		c := w.submit(draft)
		w.Settle()
		posted := func(ctx context.Context) bool {
			t.Helper()
			list, err := w.App.Notify.Printouts(ctx, "posted")
			w.must(err)
			return slices.ContainsFunc(list, func(p notify.Printout) bool { return p.Thread == "notice:"+n.ID })
		}
		if apart == "" || !posted(w.planner()) {
			t.Fatal("the department does not see what was posted")
		}
		w.protect(demo.Mother, identity.StrictlyConfidential)
		if posted(w.planner()) || !posted(w.As(torgoy, demo.PlanHead)) {
			t.Error("the case is closed, and its letters are not")
		}
		head := w.As(torgoy, demo.PlanHead)
		v, err := w.App.Cases.View(head, c.ID)
		w.must(err)
		_, err = w.App.Cases.Assign(head, c.ID, v.Case.Version, w.id(demo.Planner))
		w.must(err)
		if !posted(w.planner()) {
			t.Error("who has the case does not see its letters")
		}
		w.protect(demo.Mother, identity.Unprotected)
		if got := w.staff(n).Notice; got.Restricted {
			t.Error("it is lifted, and the notice is closed")
		}
	})
}
