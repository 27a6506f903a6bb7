package layers

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxVersions is how many versions of a feature are told of.
const maxVersions = 200

// maxNear is how many features a question of what is near answers with, and mostRead how
// many it reads to find them: not all whose boxes lie near do themselves.
const (
	maxNear  = 1000
	mostRead = 5 * maxNear
)

// projected says what is wanted of a layer's rows in a system.
func (l Layer) projected(in crs.System) want {
	w := want{generation: l.Generation}
	if !in.IsZero() && in.Code != l.EPSG {
		w.project = crs.Between(l.System(), in)
	}
	return w
}

// FeatureIn returns a feature as it is seen now, in the system that is told or the
// layer's own.
func (s *Service) FeatureIn(ctx context.Context, tx *store.Tx, layer, id string, in crs.System) (Feature, error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil {
		return Feature{}, err
	}
	rows, err := rowsByID(ctx, tx, l, seen, id, 1)
	if err != nil {
		return Feature{}, err
	}
	if len(rows) == 0 {
		return Feature{}, errs.NotFound("layers.unknown_feature")
	}
	return rows[0].feature(l.projected(in))
}

// History returns the versions of a feature that there have been, the newest first.
func (s *Service) History(ctx context.Context, tx *store.Tx, layer, id string, in crs.System) ([]Feature, error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil {
		return nil, err
	}
	rows, err := rowsByID(ctx, tx, l, known, id, maxVersions)
	if err != nil {
		return nil, err
	}
	w := l.projected(in)
	if w.ends, err = began(ctx, tx, l.Name); err != nil {
		return nil, err
	}
	return features(rows, w)
}

// Generations returns the imports that a layer has seen, the newest first.
func (s *Service) Generations(ctx context.Context, tx *store.Tx, layer string) ([]Generation, error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil {
		return nil, err
	}
	return generations(ctx, tx, l.Name)
}

func features(rows []row, w want) ([]Feature, error) {
	list := make([]Feature, len(rows))
	for i := range rows {
		var err error
		if list[i], err = rows[i].feature(w); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// EachIn visits all features that are there now, in the order in which they came.
func (s *Service) EachIn(ctx context.Context, tx *store.Tx, layer string, in crs.System, visit func(Feature) error) error {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil {
		return err
	}
	w, now := l.projected(in), minutes(present(tx.Now.Time), 0)
	for after := int64(0); ; {
		rows, err := whole.rowsAfter(ctx, tx, l, seen, after, reading)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f, err := rows[i].feature(w)
			if err != nil {
				return err
			}
			if pack := (item{from: minutes(f.From, -1<<31), to: minutes(f.To, 1<<31-1)}); !pack.at(now) {
				continue
			}
			if err := visit(f); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].number
	}
}

// AtIn returns the features whose areas hold a point, their edges counting in, and
// whose points or lines it lies on.
func (s *Service) AtIn(ctx context.Context, tx *store.Tx, layer string, p orb.Point, in crs.System) ([]Feature, error) {
	return s.NearIn(ctx, tx, layer, p, 0, in)
}

// NearIn returns the features that lie at most so many metres from a shape, the
// nearest first; with 0 those that touch it or share ground with it. The shape and
// the answer are in the system that is told, which must be one of metres; zero is the
// layer's own. There are at most 1,000; NearestIn tells when there may be more.
func (s *Service) NearIn(ctx context.Context, tx *store.Tx, layer string, g orb.Geometry, metres float64, in crs.System) ([]Feature, error) {
	list, _, err := s.NearestIn(ctx, tx, layer, g, metres, in)
	return list, err
}

// NearestIn is NearIn, and tells whether there may be more than it answers with.
func (s *Service) NearestIn(ctx context.Context, tx *store.Tx, layer string, g orb.Geometry, metres float64, in crs.System) (list []Feature, more bool, err error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil || !l.HasExtent() {
		return nil, false, err
	}
	k, err := s.lookupIn(ctx, tx, l, false)
	if err != nil {
		return nil, false, err
	}
	numbers, more := k.around(g, metres, in)
	rows, err := whole.rowsByNumber(ctx, tx, l, numbers)
	if err != nil {
		return nil, false, err
	}
	if list, err = features(rows, l.projected(in)); err != nil {
		return nil, false, err
	}
	list = nearest(list, g, metres)
	if len(list) > maxNear {
		list, more = list[:maxNear], true
	}
	return list, more, nil
}

// candidate is a row that may lie near a shape.
type candidate struct {
	row      int64
	box      orb.Bound
	distance float64 // between its box and the shape's
}

// around are the rows that may lie near a shape, and whether there are more: then they are
// those whose boxes lie nearest to its box. Many boxes may lie within that of a shape that
// is long or bent, and few of them near the shape itself: only those count then.
func (k lookup) around(g orb.Geometry, metres float64, in crs.System) (numbers []int64, more bool) {
	box := g.Bound()
	if own := k.layer.System(); !in.IsZero() && in.Code != own.Code {
		box = crs.Box(box, crs.Between(in, own))
	}
	var near []candidate
	var beside func(orb.Bound) bool
	cut := func() {
		if len(near) <= mostRead {
			return
		}
		if beside == nil {
			beside = k.beside(g, metres, in)
		}
		near = slices.DeleteFunc(near, func(c candidate) bool { return !beside(c.box) })
		if len(near) > mostRead {
			slices.SortFunc(near, func(a, b candidate) int {
				return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.row, b.row))
			})
			near, more = near[:mostRead], true
		}
	}
	k.each(k.padded(g, metres, in), func(around orb.Bound, i item) bool {
		if k.now(i) {
			if near = append(near, candidate{i.row, around, apart(box, around)}); len(near) >= 2*mostRead {
				cut()
			}
		}
		return true
	})
	cut()
	for _, c := range near {
		numbers = append(numbers, c.row)
	}
	slices.Sort(numbers)
	return numbers, more
}

// beside tells of boxes of the layer whether what is in them may lie so near a shape.
func (k lookup) beside(g orb.Geometry, metres float64, in crs.System) func(orb.Bound) bool {
	// So much does the way there take in the layer's own system, and some for what is straight
	// in one and bent in the other.
	box, all := k.padded(g, 0, in), k.padded(g, metres+1, in)
	slack := 1.02 * max(box.Min[0]-all.Min[0], box.Min[1]-all.Min[1], all.Max[0]-box.Max[0], all.Max[1]-box.Max[1])
	if own := k.layer.System(); !in.IsZero() && in.Code != own.Code {
		g = crs.Apply(g, crs.Between(in, own))
	}
	from := shape.Prepare(g)
	return func(b orb.Bound) bool { return from.Meets(b.Pad(slack)) }
}

// padded is a box around all that lies so near a shape, in the layer's own system.
func (k lookup) padded(g orb.Geometry, metres float64, in crs.System) orb.Bound {
	box := g.Bound().Pad(metres + 1e-3)
	if own := k.layer.System(); !in.IsZero() && in.Code != own.Code {
		box = crs.Box(box, crs.Between(in, own))
	}
	return box
}

// apart is how far two boxes lie from each other, 0 when they meet.
func apart(a, b orb.Bound) float64 {
	return math.Hypot(max(0, a.Min[0]-b.Max[0], b.Min[0]-a.Max[0]), max(0, a.Min[1]-b.Max[1], b.Min[1]-a.Max[1]))
}

// nearest keeps what is near enough and puts the nearest first.
func nearest(list []Feature, g orb.Geometry, metres float64) []Feature {
	type found struct {
		Feature

		distance float64
	}
	from, near := shape.Prepare(g), make([]found, 0, len(list))
	for _, f := range list {
		if f.Geometry == nil {
			continue
		}
		if metres == 0 {
			if from.Intersects(shape.Prepare(f.Geometry)) {
				near = append(near, found{Feature: f})
			}
		} else if d := from.Distance(shape.Prepare(f.Geometry)); d <= metres {
			near = append(near, found{f, d})
		}
	}
	slices.SortStableFunc(near, func(a, b found) int {
		switch {
		case a.distance < b.distance:
			return -1
		case a.distance > b.distance:
			return 1
		default:
			return 0
		}
	})
	out := make([]Feature, len(near))
	for i := range out {
		out[i] = near[i].Feature
	}
	return out
}

// Inside tells which points of a layer lie in an area, by the numbers of their rows
// (Feature.Row), without looking in the store: for counting and reaching everybody in
// an area. The area is in the system that is told; zero is the layer's own. Lines and
// areas count when they meet it.
func (s *Service) Inside(ctx context.Context, tx *store.Tx, layer string, area orb.MultiPolygon, in crs.System) ([]int64, error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil || !l.HasExtent() || len(area) == 0 {
		return nil, err
	}
	k, err := s.lookupIn(ctx, tx, l, false)
	if err != nil {
		return nil, err
	}
	if own := l.System(); !in.IsZero() && in.Code != own.Code {
		area, _ = crs.Apply(area, crs.Between(in, own)).(orb.MultiPolygon)
	}
	wanted := areaFrame(area)
	var numbers []int64
	k.each(wanted.box, func(around orb.Bound, i item) bool {
		if k.now(i) && wanted.meets(around, i, k.scale) {
			numbers = append(numbers, i.row)
		}
		return true
	})
	return numbers, nil
}

// ByRows returns features by the numbers of their rows, in ascending order.
func (s *Service) ByRows(ctx context.Context, tx *store.Tx, layer string, numbers []int64, in crs.System) ([]Feature, error) {
	l, err := s.layerIn(ctx, tx, layer)
	if err != nil {
		return nil, err
	}
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	rows, err := whole.rowsByNumber(ctx, tx, l, slices.Compact(sorted))
	if err != nil {
		return nil, err
	}
	return features(rows, l.projected(in))
}
