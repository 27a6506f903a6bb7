package blob

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// scanArgs has one document scanned.
type scanArgs struct {
	Document string `json:"document"`
}

// Kind implements jobs.Args.
func (scanArgs) Kind() string { return "blob.scan" }

// scanRestArgs has every document scanned that waits for it without a job of
// its own, because it came before there was a scanner.
type scanRestArgs struct{}

// Kind implements jobs.Args.
func (scanRestArgs) Kind() string { return "blob.scan_rest" }

// collectArgs removes files without documents.
type collectArgs struct{}

// Kind implements jobs.Args.
func (collectArgs) Kind() string { return "blob.collect" }

// Jobs registers the store's background work.
func (s *Store) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage, MaxAttempts: 100, Timeout: 10 * time.Minute, Concurrency: 4},
		func(ctx context.Context, j jobs.Job[scanArgs]) error { return s.scan(ctx, j.Args.Document) })
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: time.Hour, Concurrency: 1},
		func(ctx context.Context, _ jobs.Job[collectArgs]) error {
			_, err := s.Collect(ctx)
			return err
		})
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 10 * time.Minute, Concurrency: 1},
		func(ctx context.Context, _ jobs.Job[scanRestArgs]) error { return s.scanRest(ctx) })
	jobs.Every(r, "blob.collect", jobs.Daily(3, 40), func(jobs.Tick) jobs.Args { return collectArgs{} })
	jobs.Every(r, "blob.scan_rest", jobs.Interval(time.Hour), func(jobs.Tick) jobs.Args { return scanRestArgs{} })
}

func enqueueScan(ctx context.Context, tx *store.Tx, id string) error {
	return jobs.Enqueue(ctx, tx, scanArgs{Document: id}, jobs.UniqueKey(id))
}

// scanRest enqueues what waits for a scanner; a document whose job is still
// there gets no second one.
func (s *Store) scanRest(ctx context.Context) error {
	if s.Scanner == nil {
		return nil
	}
	var last documentKey
	for {
		var page []documentKey
		err := s.DB.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if page, err = unscanned(ctx, tx, last); err != nil {
				return err
			}
			for _, key := range page {
				err := jobs.Enqueue(ctx, tx, scanArgs{Document: key.id}, jobs.ForTenant(key.tenant), jobs.UniqueKey(key.id))
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(page) < batch {
			return err
		}
		last = page[len(page)-1]
	}
}
