package neighbours_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// begunTwice is what installations may hold: the same notice begun thrice, another, one
// that is sent, and one of an application.
const begunTwice = `-- +goose Up
insert into neighbours_notices (tenant_id, id, sender_id, draft_id, department_id, restricted, properties, state, documents, content_cipher, listed_at, created_at, updated_at, version) values
('t', 'a1', 'kari', '', 'd', false, '12/34', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('t', 'a2', 'kari', '', 'd', false, '12/34', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('t', 'a3', 'kari', '', 'd', false, '12/34', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('t', 'b1', 'kari', '', 'd', false, '12/35', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('t', 'c1', 'kari', '', 'd', false, '12/34', 'sent', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('t', 'd1', 'kari', 'x', 'd', false, '12/34', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1),
('u', 'e1', 'kari', '', 'd', false, '12/34', 'draft', '[]', '', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', '2026-11-22 07:00:00+00', 1);
`

// What was begun twice before stays, and hinders neither the migration nor what is
// begun afterwards.
func TestMigration_letsNoticesThatWereBegunTwiceBe(t *testing.T) {
	t.Parallel()
	before := fstest.MapFS{"migrations/20261122113900_neighbours_begun_twice.sql": {Data: []byte(begunTwice)}}
	storetest.Each(t, []fs.FS{neighbours.Migrations(), before}, func(t *testing.T, env storetest.Env) {
		err := env.DB.Write(store.WithTenant(env.Ctx, "t"), func(ctx context.Context, tx *store.Tx) error {
			holds, err := store.All(ctx, tx, store.Value[string], `select id from neighbours_notices where tenant_id = $1 and begun_for = properties order by id limit 10`, tx.Tenant)
			if diff := cmp.Diff([]string{"a3", "b1"}, holds); diff != "" || err != nil {
				t.Error(diff, err)
			}
			all, err := store.One(ctx, tx, store.Value[int64], `select count(*) from neighbours_notices where tenant_id = $1`, tx.Tenant)
			if all != 6 || err != nil {
				t.Errorf("%d are left, %v", all, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = env.DB.Write(store.WithTenant(env.Ctx, "t"), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `insert into neighbours_notices (tenant_id, id, sender_id, department_id, restricted, properties, state, documents, content_cipher, listed_at, created_at, updated_at, version, begun_for)
				select tenant_id, 'f1', sender_id, department_id, restricted, properties, state, documents, content_cipher, listed_at, created_at, updated_at, version, begun_for from neighbours_notices where tenant_id = $1 and id = 'b1'`, tx.Tenant)
			return err
		})
		if !store.IsUnique(err) {
			t.Errorf("begun once more: %v", err)
		}
	})
}
