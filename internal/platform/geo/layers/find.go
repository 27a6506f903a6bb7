package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// The bounds of a page.
const (
	defaultLimit = 100
	MaxLimit     = 10_000
	// maxTried is how many features one page holds a filter against; where fewer match,
	// the page is short and has a next one. leastTried and maxWork bound it for filters
	// of many parts.
	maxTried   = 50_000
	leastTried = 500
	maxWork    = 1_000_000 // parts of the filter times features
	// maxCounted is how many features are held against a filter to count them.
	maxCounted = 20_000
)

// Query asks for features.
type Query struct {
	Layer string
	// System is that of Box and of the answer; zero is the layer's own.
	System crs.System
	// Box wants those that meet it.
	Box *orb.Bound
	// Area wants those that meet it, in the layer's own system and instead of Box: what a
	// box of another system is there.
	Area orb.Polygon
	// IDs wants these, at most 1,000.
	IDs []string
	// Where is a filter, read with the coordinates of the layer's system. Its
	// properties are those of the feature, and geometry, id, valid_from and valid_to.
	Where *cql2.Filter
	// Timed wants the versions valid some time from From to To, both included, among
	// all there have been; zero is open. Otherwise those that are there now come.
	Timed    bool
	From, To time.Time
	// After is where the page begins: Next of the page before.
	After string
	// Limit is how many; 100 when 0, at most MaxLimit.
	Limit int
	// Count asks how many there are.
	Count bool
	// Bare leaves the shapes out. Raw leaves the properties as JSON, and part and type
	// out where they are not at hand.
	Bare, Raw bool
}

// Page is a part of the answer.
type Page struct {
	Layer    Layer
	Features []Feature
	// Next is where the next page begins, "" on the last.
	Next string
	// Matched is how many there are in all, −1 when that was not asked or is not known.
	Matched int64
}

// Find returns features in the order in which they came.
func (s *Service) Find(ctx context.Context, q Query) (p Page, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err = s.FindIn(ctx, tx, q)
		return err
	})
	return p, err
}

// FindIn is Find in a transaction.
func (s *Service) FindIn(ctx context.Context, tx *store.Tx, q Query) (Page, error) {
	l, err := s.layerIn(ctx, tx, q.Layer)
	if err != nil {
		return Page{}, err
	}
	f, err := s.finder(ctx, tx, l, q)
	if err != nil {
		return Page{}, err
	}
	if err := f.run(ctx, tx); err != nil {
		return Page{}, err
	}
	return f.page, nil
}

// finder is a question that is being answered.
type finder struct {
	s        *Service
	q        Query
	page     Page
	want     want
	which    string // the condition of rows
	columns         // what is read of them
	after    int64
	from, to int32   // minutes
	frame    *frame  // where they are sought, in the layer's system; nil for everywhere
	look     *lookup // when the index narrows it down
	ids      map[string]bool
}

func (s *Service) finder(ctx context.Context, tx *store.Tx, l Layer, q Query) (*finder, error) {
	f := &finder{s: s, q: q, page: Page{Layer: l, Matched: -1}, which: seen, columns: whole}
	if f.q.Limit = q.Limit; q.Limit <= 0 {
		f.q.Limit = defaultLimit
	}
	f.q.Limit = min(f.q.Limit, MaxLimit)
	if q.After != "" {
		var err error
		if f.after, err = strconv.ParseInt(q.After, 36, 64); err != nil || f.after < 0 {
			return nil, errs.Invalid("layers.bad_page")
		}
	}
	f.want = want{bare: q.Bare && q.Where == nil, raw: q.Raw && q.Where == nil, generation: l.Generation}
	now := minutes(present(tx.Now.Time), 0)
	f.from, f.to = now, now
	if q.Raw && !q.Timed {
		f.columns = lean
	}
	if q.Timed {
		f.from, f.to, f.which = minutes(q.From, math.MinInt32), minutes(q.To, math.MaxInt32-1), known
		var err error
		if f.want.ends, err = began(ctx, tx, l.Name); err != nil {
			return nil, err
		}
	}
	if len(q.IDs) > 0 {
		f.ids = map[string]bool{}
		for _, id := range q.IDs {
			f.ids[id] = true
		}
	}
	return f, s.narrow(ctx, tx, f)
}

// narrow finds the box in which all that matches lies, and the index to look in.
func (s *Service) narrow(ctx context.Context, tx *store.Tx, f *finder) error {
	l := f.page.Layer
	if f.q.Box != nil {
		box := *f.q.Box
		if !f.q.System.IsZero() {
			box = crs.Box(box, crs.Between(f.q.System, l.System()))
		}
		f.frame = boxFrame(box)
	}
	if len(f.q.Area) > 0 {
		f.frame = areaFrame(orb.MultiPolygon{f.q.Area})
	}
	if f.q.Where != nil {
		if err := f.q.Where.Check(l.Types()); err != nil {
			return err
		}
		if b, bounded := f.q.Where.Bound("geometry"); bounded && f.frame == nil {
			f.frame = boxFrame(b)
		}
	}
	if f.frame == nil || !l.HasExtent() {
		return nil
	}
	look, err := s.lookupIn(ctx, tx, l, f.q.Timed)
	switch {
	case errors.Is(err, index.ErrTooLarge):
		return nil // every row is held against it
	case err != nil:
		return err
	}
	f.look = &look
	return nil
}

// Types are the properties that a filter may speak of.
func (l Layer) Types() map[string]cql2.Type {
	types := make(map[string]cql2.Type, len(l.Fields)+4)
	for _, f := range l.Fields {
		types[f.Name] = f.Type
	}
	types["geometry"], types["id"], types["valid_from"], types["valid_to"] = cql2.Shape, cql2.Text, cql2.Time, cql2.Time
	return types
}

func (f *finder) run(ctx context.Context, tx *store.Tx) error {
	l := f.page.Layer
	switch {
	case f.frame != nil && !l.HasExtent():
		f.page.Matched = 0 // nothing has a place
		return nil
	case f.ids != nil:
		return f.named(ctx, tx)
	case f.look != nil:
		return f.indexed(ctx, tx)
	}
	if f.q.Count && f.q.Where == nil && !f.q.Timed && f.frame == nil {
		if err := f.countSeen(ctx, tx); err != nil {
			return err
		}
	}
	return f.scan(ctx, tx, func(after int64, limit int) ([]row, error) { return f.rowsAfter(ctx, tx, l, f.which, after, limit) })
}

// fits makes a feature of a row and holds it against what is asked.
func (f *finder) fits(r *row) (Feature, bool, error) {
	w := f.want
	if f.q.Where == nil && !f.q.System.IsZero() {
		w.project = f.projection()
	}
	if f.frame != nil && (f.look == nil || f.ids != nil) {
		if meets, err := f.inFrame(r); err != nil || !meets {
			return Feature{}, false, err
		}
	}
	feature, err := r.feature(w)
	if err != nil || !f.inTime(feature) || f.ids != nil && !f.ids[feature.ID] {
		return feature, false, err
	}
	if f.q.Where != nil {
		if !f.q.Where.Matches(feature) {
			return feature, false, nil
		}
		f.trim(&feature)
	}
	return feature, true, nil
}

// inFrame holds a row's shape against the box, where there is no index.
func (f *finder) inFrame(r *row) (bool, error) {
	if r.geometry == nil {
		return false, nil
	}
	g, err := shape.ReadWKB(r.geometry)
	if err != nil {
		return false, fmt.Errorf("layers: feature %s: %w", r.id, err)
	}
	return g.Bound().Intersects(f.frame.box) && shape.Prepare(g).Intersects(f.frame.whole), nil
}

// trim brings a feature that a filter has looked at to what was asked for.
func (f *finder) trim(feature *Feature) {
	if f.q.Raw {
		feature.Properties = nil
	}
	if f.q.Bare {
		feature.Geometry = nil
	} else if project := f.projection(); project != nil && feature.Geometry != nil {
		feature.Geometry = crs.Apply(feature.Geometry, project)
	}
}

func (f *finder) projection() crs.Func {
	own := f.page.Layer.System()
	if f.q.System.IsZero() || f.q.System.Code == own.Code {
		return nil
	}
	return crs.Between(own, f.q.System)
}

func (f *finder) inTime(feature Feature) bool {
	i := item{from: minutes(feature.From, math.MinInt32), to: minutes(feature.To, math.MaxInt32)}
	return i.during(f.from, f.to)
}

// tries is how many features the page holds the filter against.
func (f *finder) tries() int {
	if f.q.Where == nil {
		return maxTried
	}
	return min(maxTried, max(leastTried, maxWork/f.q.Where.Size()))
}

// scan reads rows until the page is full.
func (f *finder) scan(_ context.Context, _ *store.Tx, read func(after int64, limit int) ([]row, error)) error {
	after, tried := f.after, 0
	for {
		limit := min(max(f.q.Limit-len(f.page.Features)+1, 100), reading)
		rows, err := read(after, limit)
		if err != nil {
			return err
		}
		for i := range rows {
			feature, fits, err := f.fits(&rows[i])
			if err != nil {
				return err
			}
			if fits && len(f.page.Features) == f.q.Limit {
				f.page.Next = strconv.FormatInt(after, 36)
				return nil
			}
			if fits {
				f.page.Features = append(f.page.Features, feature)
			}
			after = rows[i].number
		}
		if tried += len(rows); len(rows) < limit {
			return nil
		}
		if tried >= f.tries() {
			f.page.Next = strconv.FormatInt(after, 36)
			return nil
		}
	}
}

// named finds features by their ids.
func (f *finder) named(ctx context.Context, tx *store.Tx) error {
	if len(f.q.IDs) > 1000 {
		return errs.Invalid("layers.too_many_ids")
	}
	ids := slices.Clone(f.q.IDs)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		rows, err := rowsByID(ctx, tx, f.page.Layer, f.which, id, maxVersions)
		if err != nil {
			return err
		}
		for i := range rows {
			feature, fits, err := f.fits(&rows[i])
			if err != nil {
				return err
			}
			if fits && len(f.page.Features) < f.q.Limit {
				f.page.Features = append(f.page.Features, feature)
			}
		}
	}
	f.page.Matched = int64(len(f.page.Features))
	return nil
}

// indexed asks the index which rows there may be, and reads those.
func (f *finder) indexed(ctx context.Context, tx *store.Tx) error {
	exact := f.q.Where == nil
	most := f.q.Limit + 1
	if !exact {
		most = f.tries()
	}
	numbers, matched := f.candidates(most)
	if exact {
		f.page.Matched = matched
	} else if f.q.Count {
		if err := f.count(ctx, tx); err != nil {
			return err
		}
	}
	err := f.scan(ctx, tx, func(after int64, limit int) ([]row, error) {
		start, _ := slices.BinarySearch(numbers, after+1)
		return f.rowsByNumber(ctx, tx, f.page.Layer, numbers[start:min(start+limit, len(numbers))])
	})
	if !exact && len(numbers) == most && f.page.Next == "" {
		f.page.Next = strconv.FormatInt(numbers[most-1], 36) // there may be more than were tried
	}
	return err
}

// candidates are the lowest numbers after the page's beginning of rows that meet the
// box in the asked time, in order and at most so many; and how many there are in all.
func (f *finder) candidates(most int) (numbers []int64, matched int64) {
	h := &highest{}
	f.look.each(f.frame.box, func(around orb.Bound, i item) bool {
		if i.during(f.from, f.to) && f.frame.meets(around, i, f.look.scale) {
			matched++
			if i.row > f.after {
				h.keep(i.row, most)
			}
		}
		return true
	})
	numbers = *h
	slices.Sort(numbers)
	return numbers, matched
}

// count holds the filter against all candidates, when they are few enough.
func (f *finder) count(ctx context.Context, tx *store.Tx) error {
	all := *f
	all.after, all.page.Features = 0, nil
	numbers, matched := all.candidates(maxCounted)
	if matched > int64(min(maxCounted, f.tries())) {
		return nil
	}
	f.page.Matched = 0
	for len(numbers) > 0 {
		some := numbers[:min(reading, len(numbers))]
		numbers = numbers[len(some):]
		rows, err := f.rowsByNumber(ctx, tx, f.page.Layer, some)
		if err != nil {
			return err
		}
		for i := range rows {
			if _, fits, err := f.fits(&rows[i]); err != nil {
				return err
			} else if fits {
				f.page.Matched++
			}
		}
	}
	return nil
}

// countSeen counts what is there now.
func (f *finder) countSeen(ctx context.Context, tx *store.Tx) error {
	l := f.page.Layer
	name := tx.Tenant + "|count|" + l.Name + "@" + strconv.FormatInt(l.Generation, 10) + "|" + clock.DateIn(tx.Now.Time).String()
	if _, tag, known := f.s.made.Get(name); known {
		var err error
		f.page.Matched, err = strconv.ParseInt(tag, 10, 64)
		return err
	}
	n, err := countValid(ctx, tx, l)
	if err != nil {
		return err
	}
	f.page.Matched = n
	f.s.made.Put(name, nil, strconv.FormatInt(n, 10))
	return nil
}

// highest is a heap with the highest number on top, for keeping the lowest ones.
type highest []int64

func (h *highest) keep(n int64, most int) {
	list := *h
	if len(list) < most {
		list = append(list, n)
		*h = list
		for i := len(list) - 1; i > 0 && list[(i-1)/2] < list[i]; i = (i - 1) / 2 {
			list[i], list[(i-1)/2] = list[(i-1)/2], list[i]
		}
		return
	}
	if most == 0 || n >= list[0] {
		return
	}
	list[0] = n
	for i := 0; ; {
		greater := 2*i + 1
		if greater+1 < len(list) && list[greater+1] > list[greater] {
			greater++
		}
		if greater >= len(list) || list[greater] <= list[i] {
			return
		}
		list[i], list[greater] = list[greater], list[i]
		i = greater
	}
}
