package jobs

import (
	"context"
	"errors"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// Kill ends a runner as a crash would: nothing is finished and nothing given
// back. It returns when the goroutine that talks to the database is gone.
func (r *Runner) Kill() {
	close(r.killed)
	<-r.done
}

// BreakFinishes lets the runner's transactions that have results to write fail,
// n times, after they did their work.
func (r *Runner) BreakFinishes(n int) {
	whole := r.write
	r.write = func(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
		broken := len(r.book.unwritten) > 0 && n > 0
		return whole(ctx, func(ctx context.Context, tx *store.Tx) error {
			err := fn(ctx, tx)
			if broken && err == nil {
				n--
				return errors.New("the disk is full")
			}
			return err
		})
	}
}

// Beat makes the runner renew its leases in its next turn.
func (r *Runner) Beat() { r.beatNow <- struct{}{} }

// WalkPlan is how the database looks for tenants whose turn it is.
func WalkPlan(ctx context.Context, tx *store.Tx) (string, error) {
	if err := byIndex(ctx, tx); err != nil {
		return "", err
	}
	args := []any{store.Rows([][]any{{"", "test.note"}, {"", "test.newsletter"}}), "", maxShelves}
	if tx.Dialect() == store.Postgres {
		// Without running it, PostgreSQL does not tell how it steps on.
		lines, err := store.All(ctx, tx, store.Value[string], "explain (analyze, timing off) "+walk(tx, ">="), args...)
		return strings.Join(lines, "\n"), err
	}
	type step struct {
		id, parent, unused int64
		detail             string
	}
	var lines []string
	steps, err := store.All(ctx, tx, func(s *step) []any { return []any{&s.id, &s.parent, &s.unused, &s.detail} }, "explain query plan "+walk(tx, ">="), args...)
	for _, s := range steps {
		lines = append(lines, s.detail)
	}
	return strings.Join(lines, "\n"), err
}
