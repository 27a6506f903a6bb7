package layers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Import is what is to be brought in: all of it or nothing. The zero value of what is
// not Layers or Source is right for most.
type Import struct {
	// Layers are those that the source may have features of; they move on together.
	Layers []Target
	Source Source
	// Part is the data set within the layers that the source is all of. What it has no
	// more, ends. Ids of a part with a name begin with the name, so that files which
	// count alike do not meet.
	Part string
	// Whole says that the source is all of the layers: other parts end too. Part is
	// then empty, and features may tell their own.
	Whole bool
	// File names the source in the history, Digest is of its content.
	File, Digest string
	// Anywhere takes features wherever they lie, and is noted in the history.
	Anywhere bool
	// DryRun finds out all that an import would, and changes nothing.
	DryRun bool
	// Beside says that other processes write to the same database: the import then
	// pauses between its transactions, so that they get their turn on SQLite.
	Beside bool
	// Progress is told now and then how far it is, by another goroutine.
	Progress func(Progress)
	// Words turn what is worth knowing into text for the history; nil keeps the keys.
	Words func(key string, args ...any) string

	// nothing says that a source without features is meant so.
	nothing bool
}

// Target is a layer that is brought in.
type Target struct {
	// Layer is how it is made when the municipality does not have it. One without an
	// EPSG takes that of its first feature.
	Layer Layer
	// Change sets title, access, tags and terms of a layer that is there, too.
	Change bool
	// Country says that it lies all over Norway, not in the municipality.
	Country bool
	// Optional layers are not made for nothing.
	Optional bool
}

// Incoming is a feature as its source tells it.
type Incoming struct {
	// Layer is which of the targets it belongs to; "" is the first.
	Layer string
	// Line is where it begins, 0 when nobody knows.
	Line int
	// EPSG is the system of its coordinates.
	EPSG int
	// Feature has no Row and no JSON.
	Feature Feature
}

// Source gives features, one after the other, and io.EOF after the last. One that
// has a Report method (as files have) is asked for it, and one that has a Progress
// method for how far it is.
type Source interface {
	Next() (Incoming, error)
}

type reporting interface{ Report() *exchange.Report }

type measured interface{ Progress() (done, total int64) }

// Progress is how far an import is. Total is 0 when nobody knows.
type Progress struct {
	Features    int64
	Done, Total int64
}

// Result is what an import has found and done.
type Result struct {
	Layers []LayerResult
	// Report has what was wrong, for which nothing was brought in, and what is worth
	// knowing.
	Report exchange.Report
	// Features is how many came out of the source.
	Features int64
}

// LayerResult is what an import did with a layer.
type LayerResult struct {
	// Layer is as it is afterwards.
	Layer Layer
	// Before is its generation before; the same as after when nothing changed.
	Before                        int64
	Made                          bool
	Added, Changed, Removed, Kept int64
}

// Moved reports whether the layer has changed.
func (r LayerResult) Moved() bool { return r.Layer.Generation != r.Before }

// Moved reports whether anything has changed.
func (r Result) Moved() bool {
	for _, l := range r.Layers {
		if l.Moved() {
			return true
		}
	}
	return false
}

const (
	// lease is how long an import may say nothing before another may take its place.
	lease = time.Minute
	// beats is how often it says something, at the least.
	beats = 15 * time.Second
)

// errLost says that another import has taken the place of one that said nothing for
// a minute.
var errLost = errors.New("layers: the import has lost its layers to another")

// Import brings features into layers. What it writes is seen by nobody until its last
// transaction moves the layers on; a file with anything wrong changes nothing and is
// told in the result, with an error of kind Invalid. What changed nothing makes no
// generation. Only one import at a time works on a layer.
func (s *Service) Import(ctx context.Context, o Import) (Result, error) {
	r, err := s.newRun(ctx, o)
	if err != nil {
		return Result{}, err
	}
	if !o.DryRun {
		if err := r.hold(ctx); err != nil {
			return Result{}, err
		}
	}
	out := Result{}
	err = r.all(ctx)
	out.Report, out.Features = r.report, r.features
	if err != nil {
		return out, errors.Join(err, r.giveUp(ctx, err))
	}
	out.Layers = r.results()
	return out, nil
}

// newRun looks at what is asked for.
func (s *Service) newRun(ctx context.Context, o Import) (*run, error) {
	r := &run{s: s, o: o, holder: ids.New(), byName: map[string]*intake{}}
	if len(o.Layers) == 0 || o.Source == nil || o.Whole && o.Part != "" {
		return nil, errors.New("layers: an import needs layers and a source, and is of a part or of the whole")
	}
	if o.Part != "" && !validPart(o.Part) {
		return nil, errs.Invalid("layers.import.bad_part", "part", o.Part)
	}
	for _, t := range o.Layers {
		if !ValidName(t.Layer.Name) || r.byName[t.Layer.Name] != nil {
			return nil, errs.Invalid("layers.import.bad_name", "layer", t.Layer.Name)
		}
		if err := s.may(ctx, PermWrite, t.Layer); err != nil {
			return nil, err
		}
		in := newIntake(t, len(r.intakes))
		r.intakes, r.byName[t.Layer.Name] = append(r.intakes, in), in
	}
	return r, nil
}

// ValidName reports whether a text can name a layer: it is part of addresses.
func ValidName(name string) bool {
	for i, c := range name {
		if c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '_') {
			continue
		}
		return false
	}
	return name != "" && len(name) <= 60
}

// validPart allows what can begin an identity in every format.
func validPart(part string) bool {
	for _, c := range part {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			continue
		}
		return false
	}
	return len(part) <= 60
}

// all does the work, from what is there to the last transaction.
func (r *run) all(ctx context.Context) error {
	for _, in := range r.intakes {
		if !r.o.DryRun {
			if err := r.sweep(ctx, in); err != nil {
				return err
			}
		}
		if err := r.know(ctx, in); err != nil {
			return err
		}
	}
	if err := r.findHome(ctx); err != nil {
		return err
	}
	err := r.pump(ctx)
	r.collect()
	if err != nil {
		return err
	}
	if err := r.judge(); err != nil {
		return err
	}
	r.settleSystems(ctx)
	if err := r.endGone(ctx); err != nil {
		return err
	}
	if err := r.measure(ctx); err != nil || r.o.DryRun {
		return err
	}
	return r.s.db.Write(ctx, r.finish)
}

// collect puts together what the source and the import have found.
func (r *run) collect() {
	r.place.settle(r)
	if report, has := r.o.Source.(reporting); has {
		theirs := report.Report()
		r.report.Problems = slices.Concat(theirs.Problems, r.report.Problems)
		r.report.Warnings = slices.Concat(theirs.Warnings, r.report.Warnings)
		r.report.Count += theirs.Count
	}
	slices.SortStableFunc(r.report.Problems, func(a, b exchange.Problem) int { return cmp.Compare(a.Line, b.Line) })
}

// settleSystems gives layers without features the system of the others, or else the
// municipality's own.
func (r *run) settleSystems(ctx context.Context) {
	epsg := r.s.Home(ctx).Code
	for _, in := range r.intakes {
		if !in.system.IsZero() {
			epsg = in.layer.EPSG
			break
		}
	}
	for _, in := range r.intakes {
		in.adopt(epsg)
	}
}

// judge refuses what has anything wrong.
func (r *run) judge() error {
	switch {
	case r.report.Failed():
		return errs.Invalid("layers.import.refused", "count", r.report.Count)
	case r.unclear != nil:
		return r.unclear
	case r.features == 0 && !r.o.nothing:
		return errs.Invalid("layers.import.empty")
	default:
		return nil
	}
}

// giveUp takes back what was written. When the work was broken off there may be no
// time for it: then the next import does it.
func (r *run) giveUp(ctx context.Context, cause error) error {
	if r.o.DryRun || errors.Is(cause, errLost) {
		return nil
	}
	if ctx.Err() == nil {
		var failed error
		for _, in := range r.intakes {
			failed = errors.Join(failed, r.takeBack(ctx, in))
		}
		if failed == nil {
			return r.s.db.Write(ctx, r.release)
		}
	}
	return r.s.db.Write(context.WithoutCancel(ctx), r.expire)
}

// results tell what was done, or would be.
func (r *run) results() []LayerResult {
	var list []LayerResult
	for _, in := range r.intakes {
		if in.skipped() {
			continue
		}
		list = append(list, LayerResult{
			Layer: in.after(), Before: in.layer.Generation, Made: !in.found,
			Added: in.added, Changed: in.changed, Removed: in.removed, Kept: in.kept,
		})
	}
	return list
}

// systemOf is the system of a number; the zero System when it is not known.
func systemOf(epsg int) crs.System {
	s, _ := crs.ByCode(epsg)
	return s
}

// finish is the last transaction: the layers move on.
func (r *run) finish(ctx context.Context, tx *store.Tx) error {
	for _, in := range r.intakes {
		if err := r.fence(ctx, tx, in); err != nil {
			return err
		}
		if in.skipped() {
			continue
		}
		if err := r.moveOn(ctx, tx, in); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { r.s.Moved(tx.Tenant) })
	return r.release(ctx, tx)
}
