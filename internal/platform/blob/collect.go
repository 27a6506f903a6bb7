package blob

import (
	"context"
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// batch is how many files or documents are looked up at once.
const batch = 200

// Collect removes the files that no document names and that nobody has used for
// a day, and returns how many. A file that is being stored meanwhile is left
// alone: its time is fresh.
func (s *Store) Collect(ctx context.Context) (int, error) {
	before := s.DB.Clock().Now().Add(-orphaned)
	removed := 0
	waiting := map[string][]string{}
	flush := func(tenant string) error {
		n, err := s.collectSome(ctx, tenant, waiting[tenant], before)
		removed += n
		delete(waiting, tenant)
		return err
	}
	err := s.Backend.Old(ctx, before, func(name FileName) error {
		waiting[name.Tenant] = append(waiting[name.Tenant], name.Digest)
		if len(waiting[name.Tenant]) < batch {
			return nil
		}
		return flush(name.Tenant)
	})
	if err != nil {
		return removed, err
	}
	for tenant := range waiting {
		if err := flush(tenant); err != nil {
			return removed, err
		}
	}
	if removed > 0 {
		s.Log.InfoContext(ctx, "files without documents removed", slog.Int("files", removed))
	}
	return removed, nil
}

// collectSome forgets a tenant's removed documents and removes those of some
// files that none names any more.
func (s *Store) collectSome(ctx context.Context, tenant string, digests []string, before time.Time) (int, error) {
	var used map[string]bool
	err := s.DB.Write(store.WithTenant(ctx, tenant), func(ctx context.Context, tx *store.Tx) (err error) {
		if err := purge(ctx, tx, store.At(before)); err != nil {
			return err
		}
		if err := expireUploads(ctx, tx); err != nil {
			return err
		}
		used, err = inUse(ctx, tx, digests)
		return err
	})
	if err != nil {
		return 0, err
	}
	removed := 0
	for _, digest := range digests {
		if used[digest] {
			continue
		}
		gone, err := s.Backend.Remove(ctx, FileName{Tenant: tenant, Digest: digest}, before)
		if err != nil {
			return removed, err
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}
