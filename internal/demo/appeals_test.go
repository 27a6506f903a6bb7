package demo

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// In each municipality one appeal is prepared, one was sent on with its package,
// and in one case the reasons are asked for.
func TestSetup_hasAppeals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		t.Helper()
		s := newStage(t, env, ok[*keys.Installation](t)(keys.Throwaway()))
		s.setUp(t)
		for i, town := range Towns() {
			ctx, made, _ := s.demo.tenantOf(t.Context(), town.Slug)
			w := &worker{Services: s.services, demo: s.demo, town: town, index: i}
			bound := w.bind(ctx, made)
			got := map[string]int{}
			for _, part := range []Part{Head, PlanHead, CareHead} {
				as := ok[context.Context](t)(w.asStaff(bound, part))
				for _, state := range appeals.States() {
					for _, l := range ok[appeals.Page](t)(s.services.Appeals.List(as, appeals.Filter{State: state})).Lines {
						got[l.Kind+" "+string(state)]++
						checkAppeal(as, t, s, l)
					}
				}
			}
			if diff := cmp.Diff(map[string]int{"kindergarten received": 1, "building forwarded": 1}, got); diff != "" {
				t.Errorf("%s: %s", town.Slug, diff)
			}
			err := s.services.DB.Read(bound, func(ctx context.Context, tx *store.Tx) error {
				n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from appeals_reasons where tenant_id = $1 and given_at is null`, tx.Tenant)
				if err == nil && n != 1 {
					t.Errorf("%s: reasons are asked for in %d cases", town.Slug, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func checkAppeal(ctx context.Context, t *testing.T, s *stage, l appeals.Line) {
	t.Helper()
	v := ok[appeals.View](t)(s.services.Appeals.View(ctx, l.ID))
	a := v.Appeal
	if a.Texts.Wants == "" || a.Texts.Why == "" || a.Late || a.SentOn.IsZero() || a.LimitOn.IsZero() || a.LimitOn.Before(a.SentOn) {
		t.Errorf("%+v", a)
	}
	if sent := a.State == appeals.Forwarded; sent && (a.Package == "" || a.Texts.Statement == "" || a.PreparedAt.Before(a.LodgedAt) || !v.MayPackage) {
		t.Errorf("sent on without its package: %+v", a)
	}
}
