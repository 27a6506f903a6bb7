package notify_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// TestMoved_tellsWhenItWasSentAndWhenItCameBack follows a message that comes back twice
// and is posted at last. What only waits for a carrier is told of to nobody.
func TestMoved_tellsWhenItWasSentAndWhenItCameBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		var heard []string
		n.OnMoved = func(_ context.Context, _ *store.Tx, m notify.Moved) error {
			line := string(m.Channel) + " " + string(m.State)
			if m.Back {
				line += " back"
			}
			if m.Person != "person-1" || m.Thread != "case:1" || m.Sent() && m.SentAt.IsZero() || m.Queued() != (m.Channel == notify.Letter && m.State == notify.Waiting) {
				t.Errorf("%+v", m)
			}
			heard = append(heard, line)
			return nil
		}
		n.knows(t, "person-1", nil)
		n.send(t, message("person-1", notify.Decision))
		n.settle(t)
		mail := n.mail.letters()[0]
		if err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error { return n.Bounce(ctx, tx, mail.MessageID, "5.1.1") }); err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		if err := n.Receive(n.Ctx, n.sms.Messages()[0].ID, notify.Undelivered, "absent"); err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		head := n.as(identity.Staff, "head", identity.Grant{Role: "department_head", Department: "d-1"})
		letter := n.last(t).ID
		for range 2 {
			if err := n.Posted(head, letter); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Back(head, letter, notify.BackMoved); err != nil {
			t.Fatal(err)
		}
		if err := n.Again(head, letter); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"email handed_over", "sms waiting back", "sms handed_over", "letter waiting back", "letter handed_over", "letter bounced back", "letter waiting",
		}
		// A database that has many writers may run a transaction again.
		if diff := cmp.Diff(want, slices.Compact(heard)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestMoved_canRefuse: what cannot be written down is not done.
func TestMoved_canRefuse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		if err := n.Prefer(n.as(identity.Resident, "person-1"), notify.Preferences{notify.Decision: notify.Letter}); err != nil {
			t.Fatal(err)
		}
		id := n.send(t, message("person-1", notify.Decision))
		n.settle(t)
		n.OnMoved = func(context.Context, *store.Tx, notify.Moved) error { return errors.New("no") }
		head := n.as(identity.Staff, "head", identity.Grant{Role: "department_head", Department: "d-1"})
		if err := n.Posted(head, n.last(t).ID); err == nil {
			t.Error("it is posted all the same")
		}
		n.stands(t, id, notify.Letter, notify.Waiting)
	})
}

func TestWays_areThoseOfTheThreadAndKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		m := message("person-1", notify.Decision)
		n.send(t, m)
		n.settle(t)
		other := message("person-1", notify.Decision)
		other.Thread, other.Dedupe = "case:2", "another"
		n.send(t, other)
		n.settle(t)
		if err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			list, err := n.Ways(ctx, tx, m.Thread, m.Kind)
			if err != nil || len(list) != 1 || list[0].Person != "person-1" || list[0].Channel != notify.Email || !list[0].Sent() || list[0].OnPaper() || list[0].SentAt.Before(list[0].MadeAt) {
				t.Errorf("%+v, %v", list, err)
			}
			none, err := n.Ways(ctx, tx, m.Thread, "something.else")
			if err != nil || len(none) != 0 {
				t.Errorf("%+v, %v", none, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
