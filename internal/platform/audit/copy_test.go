package audit

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// inPages asks again and again, a few at a time, and returns the actions.
func inPages(t *testing.T, w world, ctx context.Context, page func(context.Context, *store.Tx, string) ([]LookEntry, error)) []string { //nolint:revive // the world comes first
	t.Helper()
	var actions []string
	for after, more := "", true; more; {
		err := w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			list, err := page(ctx, tx, after)
			more = len(list) > 0
			for _, l := range list {
				if l.ID <= after {
					t.Errorf("%s comes after %s", l.ID, after)
				}
				after = l.ID
				actions = append(actions, l.ActorName+" "+l.Action)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return actions
}

// happenings are what the staff and the person do about her and in two cases.
func (w world) happenings(t *testing.T) {
	t.Helper()
	for _, e := range []Event{
		{Action: "cases.assigned", Object: Ref{"case", "c-1"}, Subject: "child", Case: "c-1"},
		{Action: "notify.bounced", Object: Ref{"message", "m-1"}, Subject: "mother", Case: "c-1"},
		{Action: "cases.decided", Object: Ref{"case", "c-2"}, Subject: "mother", Case: "c-2"},
		{Action: "retention.held", Object: Ref{"case", "c-1"}},
		{Action: "cases.noted", Object: Ref{"case", "c-3"}, Subject: "somebody else", Case: "c-3"},
	} {
		write(as(w.Ctx, ola), t, w.DB, func(ctx context.Context, tx *store.Tx) error { return Record(ctx, tx, e) })
	}
	look(as(w.Ctx, ola), t, w, "mother")
	write(as(w.Ctx, mother), t, w.DB, func(ctx context.Context, tx *store.Tx) error {
		return Record(ctx, tx, Event{Action: "identity.login", Object: Ref{"session", "s-1"}, Subject: "mother"})
	})
	write(as(w.Other, ola), t, w.DB, func(ctx context.Context, tx *store.Tx) error {
		return Record(ctx, tx, Event{Action: "cases.elsewhere", Object: Ref{"case", "c-1"}, Subject: "mother", Case: "c-1"})
	})
}

func TestActsIn_areAllThatConcernsOnePerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.happenings(t)
		got := inPages(t, w, w.Ctx, func(ctx context.Context, tx *store.Tx, after string) ([]LookEntry, error) {
			return ActsIn(ctx, tx, "mother", after, 2)
		})
		want := []string{"Ola Nordmann notify.bounced", "Ola Nordmann cases.decided", "Mor Hansen identity.login"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCaseIn_isTheWholeLogOfOneCase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.happenings(t)
		log := func(id string) []string {
			return inPages(t, w, w.Ctx, func(ctx context.Context, tx *store.Tx, after string) ([]LookEntry, error) {
				return CaseIn(ctx, tx, id, after, 1)
			})
		}
		want := []string{"Ola Nordmann cases.assigned", "Ola Nordmann notify.bounced", "Ola Nordmann retention.held", "Ola Nordmann audit.looked", "Ola Nordmann audit.looked"}
		if diff := cmp.Diff(want, log("c-1")); diff != "" {
			t.Error(diff)
		}
		if got := log(""); got != nil {
			t.Errorf("what belongs to no case: %v", got)
		}
	})
}

// TestAbout_goesByIndexes: what is asked about one case does not read the log of all.
func TestAbout_goesByIndexes(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, Migrations())
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		type step struct {
			id, parent, unused int64
			detail             string
		}
		for _, query := range []string{about("", "desc"), about(" and id > $6", "asc")} {
			args := []any{tx.Tenant, "case", "c-1", "c-1", 10, ""}
			if !strings.Contains(query, "$6") {
				args = args[:5]
			}
			steps, err := store.All(ctx, tx, func(s *step) []any { return []any{&s.id, &s.parent, &s.unused, &s.detail} },
				"explain query plan select "+storedColumns+query, args...)
			if err != nil {
				return err
			}
			plan := ""
			for _, s := range steps {
				plan += s.detail + "\n"
			}
			for _, part := range []string{"audit_entries_object (tenant_id=? AND object_type=? AND object_id=?", "audit_entries_case (tenant_id=? AND case_id=?", "SEARCH e USING INDEX sqlite_autoindex_audit_entries_1 (tenant_id=? AND id=?)"} {
				if !strings.Contains(plan, part) {
					t.Errorf("%q is not in the plan:\n%s", part, plan)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
