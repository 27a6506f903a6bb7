package school_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/school"
)

// decision is a granting one with the values.
func decision(values map[string]string) cases.Decision {
	return cases.Decision{
		Outcome: cases.OutcomeGranted, LegalBasis: "Opplæringslova kapittel 2.", Reasons: "Vilkårene er oppfylt, og skolen har plass.",
		Appeal: "Du kan klage innen tre uker.", Values: values,
	}
}

func TestKinds_goFromFormToLetterOnBothDatabases(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			worker := h.As(0, demo.CaseWorker)
			list, err := h.App.School.Units(worker)
			if err != nil || len(list) < 2 {
				t.Fatalf("%d schools: %v", len(list), err)
			}
			near, far, before := list[0].ID, list[1].ID, list[1].Taken
			move := map[string]any{"schools": []any{far}}
			place := with(placeAnswers(), move)
			place["nearest_school"], place["siblings"].([]any)[0].(map[string]any)["school"] = near, far
			days := map[string]string{"start": "2027-08-18", "end": "2028-06-20"}
			for _, test := range []struct {
				form    string
				answers map[string]any
				values  map[string]string
				bad     map[string]string
			}{
				{school.FormPlace, place, map[string]string{"school": far, "start": "2027-08-18"}, map[string]string{"school": "nowhere"}},
				{school.FormChange, with(with(changeAnswers(), move), map[string]any{"current_school": near}), with2(days, "school", far), with2(days, "end", "2026-01-01")},
				{school.FormTransport, with(transportAnswers(), map[string]any{"school": near}), with2(days, "transport", "taxi"), days},
			} {
				c := apptest.Receive(h, 0, demo.Mother, test.form, env().Facts, test.answers)
				if c, err = h.App.Cases.AssignToMe(worker, c.ID, c.Version); err != nil {
					t.Fatal(err)
				}
				if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, decision(test.bad)); !errs.Is(err, errs.KindInvalid) {
					t.Errorf("%s: a bad decision: %v", test.form, err)
				}
				if c, err = h.App.Cases.Decide(worker, c.ID, c.Version, decision(test.values)); err != nil {
					t.Fatalf("%s: %v", test.form, err)
				}
				if letter := apptest.Letter(worker, h, c); !bytes.HasPrefix(letter, []byte("%PDF-")) {
					t.Errorf("%s: the letter begins with %.10q", test.form, letter)
				}
				if v, err := h.App.Cases.View(h.As(0, demo.Mother), c.ID); err != nil || len(v.Terms) < 3 {
					t.Errorf("%s: terms %v, %v", test.form, v.Terms, err)
				}
			}
			if list, err = h.App.School.Units(worker); err != nil || list[1].Taken != before+2 {
				t.Errorf("%d places taken, were %d, %v", list[1].Taken, before, err)
			}
			takenBack(t, h)
			if list, err = h.App.School.Units(worker); err != nil || list[1].Taken != before {
				t.Errorf("%d places taken after the applications are taken back, were %d, %v", list[1].Taken, before, err)
			}
		})
	}
}

// A school that is full with the child in it is not full for a new decision in the case.
func TestPlace_isGivenAgainInAFullSchool(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			worker := h.As(0, demo.CaseWorker)
			list, err := h.App.School.Units(worker)
			if err != nil || len(list) < 3 {
				t.Fatalf("%d schools: %v", len(list), err)
			}
			near, far, other := list[0].ID, list[1].ID, list[2].ID
			answers := with(placeAnswers(), map[string]any{"schools": []any{far}})
			answers["nearest_school"], answers["siblings"].([]any)[0].(map[string]any)["school"] = near, far
			c := apptest.Receive(h, 0, demo.Mother, school.FormPlace, env().Facts, answers)
			if c, err = h.App.Cases.AssignToMe(worker, c.ID, c.Version); err != nil {
				t.Fatal(err)
			}
			decide := func(school, start string) error {
				d := decision(map[string]string{"school": school, "start": start})
				d.Version = cases.AnyVersion
				decided, err := h.App.Cases.Decide(worker, c.ID, c.Version, d)
				if err == nil {
					c = decided
				}
				return err
			}
			if err := decide(far, "2027-08-18"); err != nil {
				t.Fatal(err)
			}
			err = h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) (err error) {
				if c, err = h.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"}); err != nil {
					return err
				}
				_, err = tx.Exec(ctx, `update school_units set taken = capacity where tenant_id = $1`, tx.Tenant)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := decide(other, "2027-08-23"); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("another full school: %v", err)
			}
			if err := decide(far, "2027-08-23"); err != nil {
				t.Errorf("the school whose place the child has: %v", err)
			}
			if list, err = h.App.School.Units(worker); err != nil || list[1].Free() != 0 {
				t.Errorf("%d places are free, %v", list[1].Free(), err)
			}
		})
	}
}

func with2(base map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for key, v := range base {
		if key != name {
			out[key] = v
		}
	}
	return out
}

// takenBack takes the mother's applications back, after an appeal has reopened them.
func takenBack(t *testing.T, h *apptest.Harness) {
	t.Helper()
	mother := h.As(0, demo.Mother)
	list, err := h.App.Cases.Mine(mother)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Kind != school.KindPlace && c.Kind != school.KindChange || c.Outcome != cases.OutcomeGranted {
			continue
		}
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
			return err
		})
		if err == nil {
			_, err = h.App.Cases.Withdraw(mother, c.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
