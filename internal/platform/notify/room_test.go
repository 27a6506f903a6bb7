package notify_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// queued puts letters in the print room and returns their ids, the oldest first.
func queued(t *testing.T, n *neighbours, count int) (list []string) {
	t.Helper()
	n.knows(t, "person-1", func(r *contact.Record) { r.Reserved = true })
	for range count {
		n.send(t, message("person-1", notify.Decision))
	}
	n.settle(t)
	err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, store.Value[string], `select id from notify_deliveries where tenant_id = $1 and channel = 'letter' order by id limit 1000`, tx.Tenant)
		return err
	})
	if err != nil || len(list) != count {
		t.Fatalf("%d letters, %v", len(list), err)
	}
	return list
}

func idsOf(list []notify.Printout) (ids []string) {
	for _, l := range list {
		ids = append(ids, l.ID)
	}
	return ids
}

// TestRoom_isShownPageByPage, the oldest first while they wait, the newest first when they
// are posted; a page after the last is the last.
func TestRoom_isShownPageByPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		all := queued(t, n, 60)
		worker := n.staff("worker", "case_worker", "d-1")
		for page, want := range map[int][]string{-3: all[:25], 0: all[:25], 1: all[:25], 2: all[25:50], 3: all[50:], 4: all[50:], 1 << 40: all[50:]} {
			r, err := n.Room(worker, "", page)
			if err != nil || r.All != 60 || r.Pages != 3 || r.More {
				t.Errorf("page %d: %d on %d pages, more: %t; %v", page, r.All, r.Pages, r.More, err)
			}
			if diff := cmp.Diff(want, idsOf(r.Letters)); diff != "" || r.Page < 1 || r.Page > 3 {
				t.Errorf("page %d is %d: %s", page, r.Page, diff)
			}
		}
		if posted, err := n.PostedAll(worker, all[:25]); err != nil || posted != 25 {
			t.Fatalf("%d posted, %v", posted, err)
		}
		if r, err := n.Room(worker, "", 3); err != nil || r.All != 35 || r.Page != 2 || len(r.Letters) != 10 {
			t.Errorf("after that %d, page %d with %d, %v", r.All, r.Page, len(r.Letters), err)
		}
		if r, err := n.Room(worker, "posted", 1); err != nil || len(r.Letters) != 25 || r.Letters[0].ID != all[24] {
			t.Errorf("posted are %v, %v", idsOf(r.Letters), err)
		}
		other := n.staff("other", "case_worker", "d-2")
		if r, err := n.Room(other, "", 1); err != nil || r.All != 0 || len(r.Letters) != 0 || r.Pages != 1 {
			t.Errorf("another department's: %+v, %v", r, err)
		}
		if _, err := n.Room(n.as(identity.Resident, "person-1"), "", 1); err == nil {
			t.Error("a resident sees the print room")
		}
	})
}

// TestPostedAll_isEachByItself: what was posted meanwhile is no fault, what the actor may
// not post stays, and nothing chosen is said.
func TestPostedAll_isEachByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		all := queued(t, n, 30)
		worker, other := n.staff("worker", "case_worker", "d-1"), n.staff("other", "case_worker", "d-2")
		for name, wrong := range map[string][]string{"none": nil, "more than a page": all} {
			if _, err := n.PostedAll(worker, wrong); !errs.Is(err, errs.KindInvalid) || errs.Of(err).Fields[0].Name != "letter" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if posted, err := n.PostedAll(other, all[:3]); err != nil || posted != 0 {
			t.Errorf("another department posts %d, %v", posted, err)
		}
		if _, err := n.PostedAll(n.as(identity.Resident, "person-1"), nil); errs.Is(err, errs.KindInvalid) || err == nil {
			t.Errorf("a resident is told of the form before she is refused: %v", err)
		}
		for range 2 { // pressed twice
			if _, err := n.PostedAll(worker, append([]string{"none"}, all[:3]...)); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := n.Room(worker, "", 1); err != nil || r.All != 27 {
			t.Errorf("%s wait, %v", strconv.Itoa(r.All), err)
		}
		err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			logged, err := store.One(ctx, tx, store.Value[int], `select count(*) from audit_entries where tenant_id = $1 and action = 'notify.posted'`, tx.Tenant)
			if logged != 3 {
				t.Errorf("the log has it %d times", logged)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
