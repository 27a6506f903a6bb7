package layers

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/store"
)

// intake is one layer of an import.
type intake struct {
	place  int // among the import's layers
	target Target
	// layer is as it is now, with lastRow; found tells whether it is there.
	layer   Layer
	lastRow int64
	found   bool
	// next is the number of the next new row.
	next int64
	// known are the rows that are seen and that the source has not told of yet, by a hash
	// of their ids; told are the ids that it has told of.
	known map[uint64]knownMark
	told  told
	seed  maphash.Seed
	// copies counts things without an id that are the same in all.
	copies map[uint64]int
	// others is how many features the other parts have.
	others int64
	// stale tells that rows may have endings of a generation that is not there yet.
	stale bool

	system  crs.System
	project map[int]crs.Func
	fields  map[string]kinds
	dims    kinds
	extent  orb.Bound
	placed  bool
	// measured says that what is noted is of the other parts too.
	measured bool

	added, changed, removed, kept int64
}

// knownMark is what is known of a row that is seen: a part of its digest and its number,
// below zero when it belongs to another part.
type knownMark struct {
	digest uint64
	row    int64
}

// kinds is a set of kinds of values, or of dimensions.
type kinds uint8

const (
	isText kinds = 1 << iota
	isNumber
	isBool
)

const (
	isPoint kinds = 1 << iota
	isLine
	isArea
)

// maxFields is how many names of properties a layer tells of.
const maxFields = 2000

func newIntake(t Target, place int) *intake {
	l := t.Layer
	l.Count, l.Generation, l.Fields, l.Extent = 0, 0, nil, nowhere()
	return &intake{
		place: place, target: t, layer: l, system: systemOf(l.EPSG), next: 1, known: map[uint64]knownMark{}, copies: map[uint64]int{}, seed: maphash.MakeSeed(),
		project: map[int]crs.Func{}, fields: map[string]kinds{}, extent: nowhere(),
	}
}

func (in *intake) key(id string) uint64 { return maphash.String(in.seed, id) }

// short is the part of a digest that is kept in memory.
func short(digest []byte) uint64 { return binary.LittleEndian.Uint64(digest) }

// gone are the rows that the source has not told of, in their order.
func (in *intake) gone() []int64 {
	var rows []int64
	for _, m := range in.known {
		if m.row > 0 {
			rows = append(rows, m.row)
		}
	}
	slices.Sort(rows)
	return rows
}

// skipped reports whether the layer is not made: nothing came for it.
func (in *intake) skipped() bool {
	return !in.found && in.target.Optional && in.added == 0
}

// moves reports whether the layer gets a new generation.
func (in *intake) moves() bool {
	return !in.found || in.added+in.changed+in.removed > 0
}

// adopt takes a feature's system for a layer that has none yet.
func (in *intake) adopt(epsg int) {
	if in.system.IsZero() {
		in.layer.EPSG, in.system = epsg, systemOf(epsg)
	}
}

// to is the way from a system to the layer's, nil when it is the same.
func (in *intake) to(epsg int) (crs.Func, error) {
	in.adopt(epsg)
	if epsg == in.layer.EPSG {
		return nil, nil //nolint:nilnil // nothing to do
	}
	if f, known := in.project[epsg]; known {
		return f, nil
	}
	from := systemOf(epsg)
	if from.IsZero() || in.system.IsZero() {
		return nil, fmt.Errorf("layers: no way from EPSG:%d to EPSG:%d: %w", epsg, in.layer.EPSG, crs.ErrUnknown)
	}
	in.project[epsg] = crs.Between(from, in.system)
	return in.project[epsg], nil
}

// note keeps what a layer tells of its features.
func (in *intake) note(g orb.Geometry, bound orb.Bound, properties map[string]any) {
	for name, v := range properties {
		k := kindOf(v)
		if had, known := in.fields[name]; had&k == k && known || !known && len(in.fields) >= maxFields {
			continue
		}
		in.fields[name] |= k
	}
	if g == nil {
		return
	}
	in.dims |= 1 << min(max(g.Dimensions(), 0), 2)
	if !in.placed {
		in.extent, in.placed = bound, true
		return
	}
	in.extent = in.extent.Union(bound)
}

func kindOf(v any) kinds {
	switch v.(type) {
	case nil:
		return 0
	case int, int32, int64, float32, float64:
		return isNumber
	case bool:
		return isBool
	default:
		return isText
	}
}

// after is the layer as the import leaves it. When nothing went, what there was and
// what is new are all of it.
func (in *intake) after() Layer {
	l := in.layer
	if in.found && in.target.Change {
		l = in.described()
	}
	if !in.moves() {
		return l
	}
	l.Generation++
	l.Count = in.others + in.added + in.changed + in.kept
	before, old := in.layer.Extent, in.layer.HasExtent()
	l.Extent = in.extent
	rest := in.others > 0 && !in.measured
	l.Fields = in.listFields(rest)
	if rest && old {
		l.Extent = before
		if in.placed {
			l.Extent = before.Union(in.extent)
		}
	}
	if l.Kind == "" {
		l.Kind = Features
	}
	if l.Geometry == "" && !in.found {
		l.Geometry = map[kinds]string{isPoint: "point", isLine: "line", isArea: "polygon"}[in.dims]
	}
	return l
}

// described is the layer with what the import says of it.
func (in *intake) described() Layer {
	l, t := in.layer, in.target.Layer
	l.Title, l.About, l.Public, l.Tags, l.MinZoom, l.MaxZoom = t.Title, t.About, t.Public, t.Tags, t.MinZoom, t.MaxZoom
	l.Attribution, l.Licence, l.LicenceURL, l.Order = t.Attribution, t.Licence, t.LicenceURL, t.Order
	return l
}

// listFields lists the properties by name; those of before too, when it must.
func (in *intake) listFields(before bool) []Field {
	types := map[kinds]cql2.Type{isText: cql2.Text, isNumber: cql2.Number, isBool: cql2.Bool}
	all := map[string]cql2.Type{}
	for name, k := range in.fields {
		all[name] = types[k]
	}
	for _, f := range in.layer.Fields {
		if had, known := all[f.Name]; before && (!known || had != f.Type) {
			all[f.Name] = f.Type
			if known {
				all[f.Name] = 0 // of several types
			}
		}
	}
	list := make([]Field, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, Field{Name: name, Type: all[name]})
	}
	return list
}

// measure notes what the other parts of a layer have, when something of this one went or
// changed: what only that had must not be told any more.
func (r *run) measure(ctx context.Context) error {
	for _, in := range r.intakes {
		if in.others == 0 || in.changed+in.removed == 0 {
			continue
		}
		err := r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return in.noteOthers(ctx, tx, r.o.Part) })
		if err != nil {
			return fmt.Errorf("layers: measure %s: %w", in.layer.Name, err)
		}
		in.measured = true
	}
	return nil
}

// noteOthers reads the features of the other parts.
func (in *intake) noteOthers(ctx context.Context, tx *store.Tx, part string) error {
	as := in.layer.projected(crs.System{})
	for after := int64(0); ; {
		rows, err := whole.rowsAfter(ctx, tx, in.layer, seen, after, reading)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f, err := rows[i].feature(as)
			if err != nil {
				return err
			}
			if f.Part == part {
				continue
			}
			var bound orb.Bound
			if f.Geometry != nil {
				bound = f.Geometry.Bound()
			}
			in.note(f.Geometry, bound, f.Properties)
		}
		after = rows[len(rows)-1].number
	}
}

// know reads what the layer has, so that what has not changed is left alone.
func (r *run) know(ctx context.Context, in *intake) error {
	own := int64(0)
	err := r.eachSeen(ctx, in, func(row knownRow) {
		m := knownMark{digest: short(row.digest), row: row.number}
		if !r.o.Whole && row.part != r.o.Part {
			m.row = -m.row
			in.others++
		} else {
			own++
		}
		in.stale = in.stale || row.ended != nil
		in.known[in.key(row.id)] = m
	})
	switch {
	case err != nil:
		return err
	case in.found && in.layer.Kind == Tiles:
		return errs.Invalid("layers.import.other_kind", "layer", in.layer.Name)
	case r.o.Part == "" && own == 0 && in.others > 0:
		// Said when the file has been read: what is wrong with that goes before.
		r.unclear = errs.Invalid("layers.import.which_part", "layer", in.layer.Name)
		r.hopeless.Store(true)
		return nil
	case in.stale && !r.o.DryRun:
		in.stale = false
		return r.unend(ctx, in)
	default:
		return nil
	}
}
