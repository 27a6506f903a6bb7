package conference_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// rows counts what is kept of a case's conference.
func rows(t *testing.T, h *apptest.Harness, c cases.Case) (meetings, guests int64) {
	t.Helper()
	write(t, h, func(ctx context.Context, tx *store.Tx) (err error) {
		if meetings, err = store.One(ctx, tx, store.Value[int64], `select count(*) from conference_meetings where tenant_id = $1 and case_id = $2`, tx.Tenant, c.ID); err != nil {
			return err
		}
		guests, err = store.One(ctx, tx, store.Value[int64], `select count(*) from conference_guests where tenant_id = $1 and case_id = $2`, tx.Tenant, c.ID)
		return err
	})
	return meetings, guests
}

// What is kept beside the case goes with it, and nothing of another's does.
func TestForget_takesTheMeetingAndTheGuests(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := invited(t, h)
		other := received(h, demo.Apart, request())
		planner := h.As(0, demo.Planner)
		other, err := h.App.Cases.AssignToMe(planner, other.ID, see(planner, t, h, other.ID).Version)
		if err != nil {
			t.Fatal(err)
		}
		if other, err = h.App.Conference.Call(planner, which(other), toMeet(h, 3)); err != nil {
			t.Fatal(err)
		}
		if m, g := rows(t, h, c); m != 1 || g != 1 {
			t.Fatalf("%d meetings, %d guests", m, g)
		}
		plain := func() (n int64) {
			write(t, h, func(ctx context.Context, tx *store.Tx) error {
				ciphers, err := store.All(ctx, tx, store.Value[[]byte], `select guest_cipher from conference_guests where tenant_id = $1 and case_id = $2 order by id limit 10`, tx.Tenant, c.ID)
				for _, cipher := range ciphers {
					if strings.Contains(string(cipher), "Brannvesenet") || strings.Contains(string(cipher), fireStation) {
						n++
					}
				}
				return err
			})
			return n
		}
		if plain() != 0 {
			t.Error("who is asked stands in plain text")
		}
		write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return h.App.Conference.Forget(ctx, tx, c.ID, cases.Nobody(c.ID))
		})
		if m, g := rows(t, h, c); m != 0 || g != 0 {
			t.Errorf("%d meetings, %d guests are left", m, g)
		}
		if m, _ := rows(t, h, other); m != 1 {
			t.Error("another's meeting is gone")
		}
	})
}

// A case whose time is over is forgotten whole: also its meeting, by the run that forgets.
func TestForget_isPartOfWhatTheRetentionForgets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := invited(t, h)
		for _, forget := range h.App.Retention.Forgetters {
			write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := forget(ctx, tx, c, 1000)
				return err
			})
		}
		if m, g := rows(t, h, c); m != 0 || g != 0 {
			t.Errorf("%d meetings, %d guests are left", m, g)
		}
	})
}

// Pressed by two hands at once, with one key, everything stands once.
func TestConference_twoPressesAtOnceStandOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner, s := h.As(0, demo.Planner), h.App.Conference
		c := handled(t, h, request())
		press := func(what string, do func(w conference.Which) (cases.Case, error)) {
			t.Helper()
			w := which(see(planner, t, h, c.ID))
			w.Key = what
			made := make([]cases.Case, 3)
			var wg sync.WaitGroup
			for i := range made {
				wg.Go(func() {
					var err error
					if made[i], err = do(w); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				})
			}
			wg.Wait()
			for _, one := range made {
				if one.Version != w.Version+1 {
					t.Errorf("%s: version %d after %d", what, one.Version, w.Version)
				}
			}
		}
		call := toMeet(h, 1)
		press("call", func(w conference.Which) (cases.Case, error) { return s.Call(planner, w, call) })
		press("invite", func(w conference.Which) (cases.Case, error) { return s.Invite(planner, w, fire()) })
		press("hold", func(w conference.Which) (cases.Case, error) {
			return s.Hold(planner, w, conference.Held{Date: today(h, 0), Time: "00.01"})
		})
		press("conclude", func(w conference.Which) (cases.Case, error) { return s.Conclude(planner, w, minutes()) })
		h.Settle()
		for kind, want := range map[string]int{"case.conference_called": 1, "case.conference_moved": 0, "case.conference_minutes": 1} {
			if n := messages(t, h, c, kind); n != want {
				t.Errorf("%d messages of %s, want %d", n, kind, want)
			}
		}
		if n := len(toAddress(t, h, fireStation)); n != 1 {
			t.Errorf("%d invitations", n)
		}
		v, err := h.App.Cases.View(planner, c.ID)
		if err != nil || len(v.Documents) != 1 {
			t.Errorf("%d documents, %v", len(v.Documents), err)
		}
	})
}

// Two who press different things at the same time meet at the version.
func TestConference_twoDifferentPressesAtOnceMeet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		w := which(handled(t, h, request()))
		failed := make([]error, 3)
		var wg sync.WaitGroup
		for i := range failed {
			wg.Go(func() { _, failed[i] = h.App.Conference.Call(planner, w, toMeet(h, i+1)) })
		}
		wg.Wait()
		done := 0
		for _, err := range failed {
			switch {
			case err == nil:
				done++
			case !errs.Is(err, errs.KindConflict):
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d of them stand", done)
		}
	})
}

// Whoever may not act learns nothing of what is wrong with a form, also an empty one.
func TestPage_asksAccessBeforeItReadsTheForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := called(t, h)
		at := "/work/cases/" + c.ID + "/conference"
		for _, do := range []string{"", "call", "invite", "uninvite", "hold", "conclude", "dance"} {
			for name, v := range map[string]*apptest.Visitor{
				"the applicant": h.Visitor("torgoy").As(demo.Mother), "a stranger": h.Visitor("torgoy").As(demo.Apart),
				"another department": h.Visitor("torgoy").As(demo.CaseWorker), "another municipality": h.Visitor("fjordbygda").As(demo.CaseWorker),
			} {
				p := v.Post(at, map[string][]string{"do": {do}})
				if p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
					t.Errorf("%s posts %q: %d", name, do, p.Status)
				}
			}
			if p := h.Visitor("torgoy").As(demo.PlanColleague).Post(at, map[string][]string{"do": {do}}); p.Status == http.StatusInternalServerError {
				t.Errorf("a colleague posts %q: %d", do, p.Status)
			}
		}
	})
}
