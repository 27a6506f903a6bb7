package notify_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// Whoever reckons with what became of messages gets to know of all of them, and whoever
// shows them gets more than fills a page.
func TestTraces_areOfAllTheMessagesOfAKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Reserved = true })
		const many = 130
		var want []string
		err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			want = nil
			for i := range many {
				m := message("person-1", notify.Decision)
				if i%13 == 0 {
					m.Kind = "test.other" // a copy in the same thread
				}
				id, err := n.Send(ctx, tx, m)
				if err != nil {
					return err
				}
				if i%13 != 0 {
					want = append(want, id)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		system := identity.AsSystem(n.Ctx, "test")
		proofs, err := n.ProofOf(system, "case:1")
		if err != nil || len(proofs) != many {
			t.Fatalf("%d of %d are shown, %v", len(proofs), many, err)
		}
		shown := map[string]notify.Proof{}
		for _, p := range proofs {
			shown[p.ID] = p
		}
		var got []string
		err = n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			traces, err := n.TracesIn(ctx, tx, "case:1", "test.hello")
			got = nil
			for _, p := range traces {
				got = append(got, p.ID)
				same := shown[p.ID]
				if len(p.Steps) != 1 || p.Steps[0].Channel != notify.Letter || p.Steps[0].State != notify.Waiting || !p.Steps[0].HandedOverAt.IsZero() {
					t.Fatalf("a letter in the print room is %+v", p.Steps)
				}
				if p.Person != same.Person || !p.CreatedAt.Equal(same.CreatedAt) || p.Waiting || p.Steps[0].ID != same.Steps[0].ID || p.Subject != "" || p.Name != "" || p.Steps[0].To != "" {
					t.Errorf("traced %+v, shown %+v", p, same)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
