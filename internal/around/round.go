package around

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// roundArgs asks to compare what is public with the cases, and to clear away.
type roundArgs struct{}

// Kind implements jobs.Args.
func (roundArgs) Kind() string { return "around.round" }

// The times and sizes of the round.
const (
	roundSize       = 200
	keepEvents      = 90 * 24 * time.Hour
	keepUnconfirmed = 7 * 24 * time.Hour
)

// Round takes away what should not be public any more, brings in the cases that were
// there before the list was, and forgets areas that nobody confirmed and what was told
// long ago. Torg does it several times a day.
func (s *Service) Round(ctx context.Context) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return errors.Join(s.verify(ctx), s.backfill(ctx), s.clear(ctx))
}

// verify asks of each public case whether it still is one.
func (s *Service) verify(ctx context.Context) error {
	return s.walk(ctx, func(ctx context.Context, tx *store.Tx, after string) ([]string, error) {
		list, err := projected(ctx, tx, after, roundSize)
		var seen []string
		for _, p := range list {
			seen = append(seen, p.CaseID)
			public, err := s.stillPublic(ctx, tx, p.CaseID)
			if err != nil {
				return nil, err
			}
			if public {
				continue
			}
			if err := dropCase(ctx, tx, p.CaseID); err != nil {
				return nil, err
			}
		}
		return seen, err
	})
}

// backfill brings in cases that have no public side yet: first those that are open,
// then those that were decided as long ago as they are shown. Nobody is told of them.
func (s *Service) backfill(ctx context.Context) error {
	open := func(ctx context.Context, tx *store.Tx, after string) ([]cases.Case, error) {
		return s.Cases.OpenAfter(ctx, tx, after, roundSize)
	}
	ended := func(ctx context.Context, tx *store.Tx, after string) ([]cases.Case, error) {
		return s.Cases.Ended(ctx, tx, Kind, tx.Now.Time, after, roundSize)
	}
	for _, read := range []func(context.Context, *store.Tx, string) ([]cases.Case, error){open, ended} {
		err := s.walk(ctx, func(ctx context.Context, tx *store.Tx, after string) ([]string, error) {
			list, err := read(ctx, tx, after)
			var seen []string
			for _, c := range list {
				seen = append(seen, c.ID)
				if err := s.bringIn(ctx, tx, c); err != nil {
					return nil, err
				}
			}
			return seen, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bringIn makes the public side of a case that has none, and of one whose property the
// map did not have.
func (s *Service) bringIn(ctx context.Context, tx *store.Tx, c cases.Case) error {
	if !isPublic(c) || !c.Status.Open() && c.DecidedAt.Before(shownSince(ctx, tx)) {
		return nil
	}
	stands, is, err := publicOf(ctx, tx, c.ID)
	if err != nil || is && stands.Placed && stands.Status == statusOf(c) && stands.Number == c.Number {
		return err
	}
	return s.project(ctx, tx, c.ID, "")
}

// SettingYears names the tenant's setting that holds for how many years a decided case
// is shown.
const SettingYears = "around.years"

// shownYears is how long that is unless the municipality has said otherwise: as long as
// a permit lasts (plan- og bygningsloven § 21-9).
const shownYears = 3

// shownSince is the instant since which a case must have been decided to be shown.
func shownSince(ctx context.Context, tx *store.Tx) time.Time {
	years, err := strconv.Atoi(tenant.From(ctx).Settings[SettingYears])
	if err != nil || years < 0 || years > 100 {
		years = shownYears
	}
	return clock.DateIn(tx.Now.Time).AddYears(-years).Start()
}

// walk goes through something in pages, each in its own transaction, until one is
// empty.
func (s *Service) walk(ctx context.Context, page func(ctx context.Context, tx *store.Tx, after string) ([]string, error)) error {
	after := ""
	for {
		var seen []string
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			seen, err = page(ctx, tx, after)
			return err
		})
		if err != nil || len(seen) < roundSize {
			return err
		}
		after = seen[len(seen)-1]
	}
}

// clear forgets what has had its time.
func (s *Service) clear(ctx context.Context) error {
	for more := true; more; {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := forgetEvents(ctx, tx, tx.Now.Add(-keepEvents), roundSize)
			if err != nil {
				return err
			}
			if err := dropDecided(ctx, tx, shownSince(ctx, tx)); err != nil {
				return err
			}
			list, err := unconfirmed(ctx, tx, tx.Now.Add(-keepUnconfirmed), roundSize)
			if err != nil {
				return err
			}
			for _, id := range list {
				if err := deleteArea(ctx, tx, id); err != nil {
					return err
				}
			}
			more = n == roundSize || len(list) == roundSize
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
