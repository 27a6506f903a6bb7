package identity_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// However many log-ins are kept, they come piece by piece, each once.
func TestSessionsOf_comeInPieces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kari, ola := ensure(t, w, w.kari).ID, ensure(t, w, w.ola).ID
		const many = 1_203
		err := w.env.DB.Write(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			for n := range many {
				person := kari
				if n%3 == 0 {
					person = ola
				}
				_, err := tx.Exec(ctx, `insert into identity_sessions (tenant_id, digest, id, person_id, represents, kind, acr, issuer, client_id, sid_digest,
					agent, created_at, last_seen_at, expires_at, ends_at, ended_by)
					values ($1, $2, $2, $3, '', '', 'substantial', '', '', '', 'Firefox', $4, $4, $4, $4, '')`, tx.Tenant, fmt.Sprintf("s-%05d", n), person, tx.Now)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		seen, after := map[string]bool{}, ""
		for {
			var list []identity.SeenSession
			err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				list, err = w.service.SessionsOf(ctx, tx, kari, after, 100)
				return err
			})
			if err != nil || len(list) > 100 {
				t.Fatalf("%d at once, %v", len(list), err)
			}
			if len(list) == 0 {
				break
			}
			for _, l := range list {
				seen[l.ID] = true
			}
			after = list[len(list)-1].ID
		}
		if len(seen) != many-many/3 {
			t.Errorf("%d of her log-ins", len(seen))
		}
	})
}

func TestProtectedIn_tellsWhoMustNotBeNamed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if err := w.register.Protect(w.kari, identity.Confidential); err != nil {
			t.Fatal(err)
		}
		kari, ola := ensure(t, w, w.kari).ID, ensure(t, w, w.ola).ID
		for name, tt := range map[string]struct{ ids, want []string }{
			"nobody":           {nil, nil},
			"both":             {[]string{kari, ola, "a token"}, []string{kari}},
			"who has none":     {[]string{ola}, nil},
			"more than enough": {slices.Repeat([]string{kari}, 700), []string{kari}},
		} {
			var got []string
			err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				all, err := w.service.ProtectedIn(ctx, tx, tt.ids)
				for id := range all {
					got = append(got, id)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		err := w.env.DB.Read(w.env.Other, func(ctx context.Context, tx *store.Tx) error {
			all, err := w.service.ProtectedIn(ctx, tx, []string{kari})
			if len(all) != 0 {
				t.Error("another municipality is told")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
