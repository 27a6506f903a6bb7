package access

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func newToken(at time.Time) NewToken {
	return NewToken{
		Name: "archive", Role: CaseWorker, Department: "kindergarten", Scopes: []Permission{"case.read", "case.list"},
		ExpiresAt: at.Add(24 * time.Hour),
	}
}

func TestToken_actsWithinRoleAndScopes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, l logbook) {
		token, secret, err := s.CreateToken(as(env.Ctx, admin), newToken(env.Clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(secret, "torg_") || len(secret) != 31 {
			t.Errorf("the secret is %d characters", len(secret))
		}
		if e := l.next(); e.Action != "access.token_created" || strings.Contains(e.Details["name"], secret) {
			t.Errorf("the log says %+v", e)
		}
		ctx, err := s.AsToken(env.Ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		if actor := identity.From(ctx); actor.Kind != identity.Token || actor.TokenID != token.ID || actor.PersonID != "" {
			t.Errorf("acts as %+v", actor)
		}
		if err := s.access.Check(ctx, "case.read", ordinaryCase()); err != nil {
			t.Error(err)
		}
		if err := s.access.Check(ctx, "case.decide", ordinaryCase()); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("outside its scopes: %v", err)
		}
		actor := must[identity.Actor](t)(s.TokenActor(env.Ctx, secret))
		if err := s.access.Check(as(env.Ctx, actor), "case.read", ordinaryCase()); err == nil {
			t.Error("an actor without its limits may do something")
		}
		if _, err := s.AsToken(env.Other, secret); !errs.Is(err, errs.KindLogin) {
			t.Errorf("in another municipality: %v", err)
		}
	})
}

func TestToken_ends(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, admin)
		token, secret, err := s.CreateToken(ctx, newToken(env.Clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		_, short, err := s.CreateToken(ctx, newToken(env.Clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RevokeToken(as(env.Ctx, staff("x", "administrator@school")), token.ID); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another department's administrator: %v", err)
		}
		for range 2 {
			if err := s.RevokeToken(ctx, token.ID); err != nil {
				t.Fatal(err)
			}
		}
		for name, secret := range map[string]string{
			"revoked": secret, "unknown": "torg_" + ids.Secret(), "without prefix": secret[5:], "empty": "",
		} {
			if _, err := s.AsToken(env.Ctx, secret); !errs.Is(err, errs.KindLogin) {
				t.Errorf("%s: %v", name, err)
			}
		}
		env.Clock.Advance(24*time.Hour - time.Microsecond)
		if _, err := s.AsToken(env.Ctx, short); err != nil {
			t.Errorf("just before it expires: %v", err)
		}
		env.Clock.Advance(time.Microsecond)
		if _, err := s.TokenActor(env.Ctx, short); !errs.Is(err, errs.KindLogin) {
			t.Errorf("expired: %v", err)
		}
		if err := s.RevokeToken(ctx, "nothing"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("revoking nothing: %v", err)
		}
	})
}

func TestToken_useIsNotedToTheHour(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		_, secret, err := s.CreateToken(as(env.Ctx, admin), newToken(env.Clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		hour := env.Clock.Now().Truncate(time.Hour)
		for _, minutes := range []int{5, 50, 70} {
			at := hour.Add(time.Duration(minutes) * time.Minute)
			env.Clock.Set(at)
			if _, err := s.AsToken(env.Ctx, secret); err != nil {
				t.Fatal(err)
			}
			list := must[[]Token](t)(s.ListTokens(as(env.Ctx, admin)))
			want := at.Truncate(time.Hour)
			if len(list) != 1 || !list[0].LastUsedAt.Equal(want) {
				t.Errorf("after %d minutes: %v", minutes, list)
			}
		}
	})
}

func TestToken_refusesBadOnes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		now := env.Clock.Now()
		for name, change := range map[string]func(*NewToken){
			"no name":       func(n *NewToken) { n.Name = " " },
			"no role":       func(n *NewToken) { n.Role = "" },
			"no scopes":     func(n *NewToken) { n.Scopes = nil },
			"unknown scope": func(n *NewToken) { n.Scopes = []Permission{"case.burn"} },
			"public scope":  func(n *NewToken) { n.Scopes = []Permission{Public} },
			"expired":       func(n *NewToken) { n.ExpiresAt = now },
			"for ever":      func(n *NewToken) { n.ExpiresAt = now.AddDate(5, 0, 0) },
		} {
			n := newToken(now)
			change(&n)
			if _, _, err := s.CreateToken(as(env.Ctx, admin), n); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.CreateToken(as(env.Ctx, staff("h", "department_head")), newToken(now)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a head: %v", err)
		}
		if _, err := s.ListTokens(as(env.Ctx, resident("x"))); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident lists: %v", err)
		}
	})
}

func TestInvite_givesTheRoleOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, l logbook) {
		invite, secret, err := s.CreateInvite(as(env.Ctx, system), NewInvite{Role: Administrator, Email: "ida@example.no", Name: "Ida"})
		if err != nil {
			t.Fatal(err)
		}
		if e := l.next(); e.Action != "access.invited" || e.ObjectID != invite.ID {
			t.Errorf("the log says %+v", e)
		}
		shown := must[Invite](t)(s.Invited(env.Ctx, secret))
		if shown.Email != "ida@example.no" || shown.Role != Administrator {
			t.Errorf("the page shows %+v", shown)
		}
		if _, err := s.AcceptInvite(env.Ctx, secret); !errs.Is(err, errs.KindLogin) {
			t.Errorf("a visitor: %v", err)
		}
		if _, err := s.AcceptInvite(as(env.Ctx, system), secret); !errs.Is(err, errs.KindLogin) {
			t.Errorf("no person: %v", err)
		}
		results := make(chan error, 4)
		for _, person := range []string{"a", "b", "c", "d"} {
			go func() {
				_, err := s.AcceptInvite(as(env.Ctx, resident(person)), secret)
				results <- err
			}()
		}
		accepted := 0
		for range 4 {
			if err := <-results; err == nil {
				accepted++
			} else if !errs.Is(err, errs.KindConflict) {
				t.Errorf("refused with %v", err)
			}
		}
		grants := must[[]Grant](t)(s.ListGrants(as(env.Ctx, system), GrantFilter{}))
		if accepted != 1 || len(grants) != 1 || grants[0].Role != Administrator || grants[0].Department != "" {
			t.Errorf("%d accepted, roles %+v", accepted, grants)
		}
		if _, err := s.Invited(env.Ctx, secret); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a used one is shown: %v", err)
		}
	})
}

func TestInvite_refuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, system)
		for name, n := range map[string]NewInvite{
			"no role":    {},
			"bad e-mail": {Role: Auditor, Email: "ida"},
			"expired":    {Role: Auditor, ExpiresAt: env.Clock.Now()},
		} {
			if _, _, err := s.CreateInvite(ctx, n); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.CreateInvite(as(env.Ctx, resident("x")), NewInvite{Role: Administrator}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
		_, secret, err := s.CreateInvite(ctx, NewInvite{Role: Auditor})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AcceptInvite(as(env.Ctx, resident("x")), "guess"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a guess: %v", err)
		}
		if _, err := s.AcceptInvite(as(env.Other, resident("x")), secret); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("in another municipality: %v", err)
		}
		env.Clock.Advance(inviteLives)
		if _, err := s.AcceptInvite(as(env.Ctx, resident("x")), secret); !errs.Is(err, errs.KindConflict) {
			t.Errorf("too late: %v", err)
		}
	})
}

func TestSecrets_areNotInTheDatabase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		_, secret, err := s.CreateToken(as(env.Ctx, admin), newToken(env.Clock.Now()))
		if err != nil {
			t.Fatal(err)
		}
		_, link, err := s.CreateInvite(as(env.Ctx, admin), NewInvite{Role: Auditor})
		if err != nil {
			t.Fatal(err)
		}
		var digests []string
		err = env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			digests, err = store.All(ctx, tx, store.Value[string], `select digest from access_tokens where tenant_id = $1
				union all select digest from access_invites where tenant_id = $1 limit 10`, tx.Tenant)
			return err
		})
		if err != nil || len(digests) != 2 || digests[0] != ids.Digest(secret) || digests[1] != ids.Digest(link) {
			t.Errorf("got %v, %v", digests, err)
		}
	})
}
