package around

import (
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// pageSize is how many cases a page of the list shows, maxOnMap how many a map.
const (
	pageSize = 25
	maxOnMap = 2000
)

// Page is some of the chosen cases.
type Page struct {
	Cases []PublicCase
	Total int64
	// Placed are those of the whole choice that have a place, for the map.
	Placed []PublicCase
	// Months are the last twelve, the oldest first, of all cases.
	Months []Month
}

// List returns a page of the chosen cases, the newest first. It is open to everybody.
func (s *Service) List(ctx context.Context, f Filter) (p Page, err error) {
	if err := s.everybody(ctx); err != nil {
		return p, err
	}
	f = f.tidy()
	f.Limit = pageSize
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if p, err = s.page(ctx, tx, f); err != nil {
			return err
		}
		p.Months, err = lastMonths(ctx, tx)
		return err
	})
	return p, err
}

func (s *Service) page(ctx context.Context, tx *store.Tx, f Filter) (p Page, err error) {
	if p.Total, err = countCases(ctx, tx, f); err != nil {
		return p, err
	}
	if p.Cases, err = listCases(ctx, tx, f); err != nil {
		return p, err
	}
	f.Limit, f.Offset = maxOnMap, 0
	all, err := listCases(ctx, tx, f)
	p.Placed = slices.DeleteFunc(all, func(c PublicCase) bool { return !c.Placed })
	return p, err
}

// ListNear returns the cases around a place of the home system, the nearest first.
func (s *Service) ListNear(ctx context.Context, at orb.Point, radius float64) (p Page, err error) {
	if err := s.everybody(ctx); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if p.Cases, err = s.Near(ctx, tx, at, radius, maxNear); err != nil {
			return err
		}
		p.Total, p.Placed = int64(len(p.Cases)), p.Cases
		p.Months, err = lastMonths(ctx, tx)
		return err
	})
	return p, err
}

// maxNear is how many cases a list around a place holds.
const maxNear = 200

// Near returns the public cases within some metres of a place of the home system, the
// nearest first. What it returns is for everybody.
func (s *Service) Near(ctx context.Context, tx *store.Tx, at orb.Point, radius float64, limit int) ([]PublicCase, error) {
	if !crs.Finite(at) || radius <= 0 {
		return nil, nil
	}
	home := s.Layers.Home(ctx)
	around := orb.Bound{Min: orb.Point{at[0] - radius, at[1] - radius}, Max: orb.Point{at[0] + radius, at[1] + radius}}
	list, err := s.InBox(ctx, tx, around, maxOnMap)
	if err != nil {
		return nil, err
	}
	distance := func(c PublicCase) float64 { return shape.Distance(at, c.in(home)) }
	list = slices.DeleteFunc(list, func(c PublicCase) bool { return distance(c) > radius })
	slices.SortStableFunc(list, func(a, b PublicCase) int {
		switch da, db := distance(a), distance(b); {
		case da < db:
			return -1
		case da > db:
			return 1
		}
		return 0
	})
	return list[:min(len(list), limit)], nil
}

// InBox returns the public cases in a box of the home system, the newest first. What
// it returns is for everybody.
func (s *Service) InBox(ctx context.Context, tx *store.Tx, box orb.Bound, limit int) ([]PublicCase, error) {
	b := crs.Box(box, crs.Between(s.Layers.Home(ctx), degrees()))
	return listCases(ctx, tx, Filter{Box: &b, Limit: limit})
}

// Case returns a public case. The case itself is asked once more whether it is still
// for everybody: a page that is a moment late must not be the one that tells.
func (s *Service) Case(ctx context.Context, id string) (c PublicCase, err error) {
	if err := s.everybody(ctx); err != nil {
		return c, err
	}
	if !ids.Valid(id) {
		return c, errs.NotFound("around.case_unknown")
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var found bool
		if c, found, err = caseByID(ctx, tx, id); err != nil {
			return err
		}
		if !found {
			return errs.NotFound("around.case_unknown")
		}
		public, err := s.stillPublic(ctx, tx, c.CaseID)
		if err == nil && !public {
			return errs.NotFound("around.case_unknown")
		}
		return err
	})
	return c, err
}

// monthsShown is how far back the chart goes.
const monthsShown = 12

// lastMonths counts the last months, also those in which nothing happened.
func lastMonths(ctx context.Context, tx *store.Tx) ([]Month, error) {
	first := monthsBefore(clock.DateIn(tx.Now.Time), monthsShown-1)
	counted, err := months(ctx, tx, first.String()[:len("2026-11")])
	if err != nil {
		return nil, err
	}
	list := make([]Month, 0, monthsShown)
	for i := monthsShown - 1; i >= 0; i-- {
		key := monthsBefore(clock.DateIn(tx.Now.Time), i).String()[:len("2026-11")]
		m := counted[key]
		m.Month = key
		list = append(list, m)
	}
	return list, nil
}

// monthsBefore is the first day of the month that lies so many before a day's.
func monthsBefore(day clock.Date, n int) clock.Date {
	return clock.NewDate(day.Year, day.Month-time.Month(n), 1)
}

// Newest returns the newest cases. It is open to everybody.
func (s *Service) Newest(ctx context.Context, limit int) (list []PublicCase, err error) {
	if err := s.everybody(ctx); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = listCases(ctx, tx, Filter{Limit: limit})
		return err
	})
	return list, err
}
