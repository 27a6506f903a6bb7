package cases_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// asSystem changes the parties of a case as a register's news would.
func asSystem(t *testing.T, h *apptest.Harness, do func(ctx context.Context, tx *store.Tx) error) error {
	t.Helper()
	return h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), do)
}

func TestAddParty_opensTheCaseAndEndPartyClosesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		apart := h.As(0, demo.Apart)
		person := identity.From(apart)
		mine := mothersCase(t, h)
		if _, err := h.App.Cases.View(apart, mine.ID); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("a stranger sees the case: %v", err)
		}
		add := func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.AddParty(ctx, tx, mine.ID, cases.Party{Person: person.PersonID, Name: person.Name, Role: cases.RoleGuardian})
			return err
		}
		for range 2 { // the second finds it done
			if err := asSystem(t, h, add); err != nil {
				t.Fatal(err)
			}
		}
		v, err := h.App.Cases.View(apart, mine.ID)
		added := slices.ContainsFunc(v.Parties, func(p cases.Party) bool {
			return p.Person == person.PersonID && p.Role == cases.RoleGuardian
		})
		if err != nil || !v.Party || !added {
			t.Fatalf("the new party sees %+v, %v", v.Parties, err)
		}
		list, err := h.App.Cases.Mine(apart)
		if err != nil || !slices.ContainsFunc(list, func(c cases.Case) bool { return c.ID == mine.ID }) {
			t.Errorf("the case does not stand among her own: %v", err)
		}
		end := func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.EndParty(ctx, tx, mine.ID, person.PersonID)
			return err
		}
		if err := asSystem(t, h, end); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Cases.View(apart, mine.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("whoever was a party still sees the case: %v", err)
		}
		if list, _ := h.App.Cases.Mine(apart); slices.ContainsFunc(list, func(c cases.Case) bool { return c.ID == mine.ID }) {
			t.Error("it still stands among her own")
		}
		if v, err = h.App.Cases.View(h.As(0, demo.Mother), mine.ID); err != nil {
			t.Fatal(err)
		}
		entries := v.Entries
		var kinds []cases.EntryKind
		for _, e := range entries[len(entries)-2:] {
			kinds = append(kinds, e.Kind)
		}
		if diff := cmp.Diff([]cases.EntryKind{cases.EntryPartyAdded, cases.EntryPartyEnded}, kinds); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAddParty_refusesWhatIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mine := mothersCase(t, h)
		for name, p := range map[string]cases.Party{
			"nobody":            {Role: cases.RoleAgent},
			"no role":           {Person: identity.From(h.As(0, demo.Apart)).PersonID},
			"a role of our own": {Person: identity.From(h.As(0, demo.Apart)).PersonID, Role: "neighbour"},
		} {
			err := asSystem(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := h.App.Cases.AddParty(ctx, tx, mine.ID, p)
				return err
			})
			if err == nil {
				t.Errorf("%s became a party", name)
			}
		}
	})
}

func TestAddParty_ofAProtectedPersonRestrictsTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		hidden := identity.From(h.As(0, demo.Hidden))
		mine := mothersCase(t, h)
		var after cases.Case
		err := asSystem(t, h, func(ctx context.Context, tx *store.Tx) (err error) {
			after, err = h.App.Cases.AddParty(ctx, tx, mine.ID, cases.Party{Person: hidden.PersonID, Name: hidden.Name, Role: cases.RoleAgent})
			return err
		})
		if err != nil || !after.Restricted {
			t.Errorf("restricted %v, %v", after.Restricted, err)
		}
	})
}

func TestCompanion_hearsInTheTransactionAndCanUndoIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		var heard []cases.Happening
		refuse := errors.New("the companion says no")
		var fails error
		h.App.Cases.Kinds().Accompany(cases.Companion{
			Name: "listener",
			Happened: func(_ context.Context, _ *store.Tx, e cases.Event) error {
				heard = append(heard, e.What)
				return fails
			},
			Panel: func(_ context.Context, _ *store.Tx, _ cases.Case, who cases.Audience) (templ.Component, error) {
				return templ.Raw("shown to " + string(who)), nil
			},
		})
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		fails = refuse
		if _, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version); !errors.Is(err, refuse) {
			t.Fatalf("assigned in spite of the companion: %v", err)
		}
		fails, heard = nil, nil
		c = must(t)(h.App.Cases.AssignToMe(worker, c.ID, c.Version))
		c = must(t)(h.App.Cases.Ask(worker, c.ID, c.Version, "Når flytter dere?"))
		must(t)(h.App.Cases.Release(worker, c.ID, c.Version))
		if diff := cmp.Diff([]cases.Happening{cases.HappenedAssigned, cases.HappenedAsked, cases.HappenedReleased}, heard); diff != "" {
			t.Error(diff)
		}
		before, err := h.App.Cases.View(worker, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.App.Cases.Kinds().Accompany(cases.Companion{Name: "below", Later: true, Panel: func(context.Context, *store.Tx, cases.Case, cases.Audience) (templ.Component, error) {
			return templ.Raw("looked up now and then"), nil
		}})
		v, err := h.App.Cases.View(worker, c.ID)
		if err != nil || len(v.Panels) == 0 || len(v.Panels) != len(before.Panels) || len(v.Later) != len(before.Later)+1 {
			t.Errorf("%d panels above and %d below, before %d and %d: %v", len(v.Panels), len(v.Later), len(before.Panels), len(before.Later), err)
		}
	})
}
