package layers

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// run is an import on its way. What the encoding goroutine counts is read by others
// when it has ended.
type run struct {
	s        *Service
	o        Import
	holder   string
	intakes  []*intake
	byName   map[string]*intake
	report   exchange.Report
	place    placing
	features int64
	// unclear is what the operator has to say more clearly.
	unclear error
	// hopeless says that something is wrong: what is left is only read.
	hopeless atomic.Bool
}

const (
	// handed is how many features go from one goroutine to the next at once.
	handed = 256
	// written is how many rows a transaction writes, and writtenBytes how much: others
	// wait that long at the most.
	written      = 4000
	writtenBytes = 8 << 20
)

// batch is rows to be written and rows to be ended.
type batch struct {
	rows  []encoded
	ends  []ending
	bytes int
}

// ending is a row that the new generation does not have.
type ending struct {
	in  *intake
	row int64
}

// add takes what another batch has.
func (b *batch) add(other batch) {
	b.rows, b.ends, b.bytes = append(b.rows, other.rows...), append(b.ends, other.ends...), b.bytes+other.bytes
}

func (b *batch) full() bool { return len(b.rows)+len(b.ends) >= written || b.bytes >= writtenBytes }

// pump reads, encodes and writes, each in a goroutine of its own.
func (r *run) pump(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, ready := make(chan []Incoming, 4), make(chan batch, 4)
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() { failed = r.read(ctx, read) })
	wg.Go(func() { r.encodeAll(ctx, read, ready) })
	if !r.o.DryRun {
		wg.Go(func() { r.beat(ctx) })
	}
	err := r.writeAll(ctx, ready)
	if err != nil {
		cancel()
	}
	for range ready {
		continue // the encoder must be able to end
	}
	cancel()
	wg.Wait()
	if err != nil {
		return err
	}
	return failed
}

// read hands the source's features on.
func (r *run) read(ctx context.Context, out chan<- []Incoming) error {
	defer close(out)
	report, _ := r.o.Source.(reporting)
	count := int64(0)
	for {
		some := make([]Incoming, 0, handed)
		var err error
		for len(some) < handed && err == nil {
			var in Incoming
			if in, err = r.o.Source.Next(); err == nil {
				some = append(some, in)
			}
		}
		count += int64(len(some))
		if report != nil && report.Report().Failed() {
			r.hopeless.Store(true)
		}
		r.tellProgress(count)
		select {
		case out <- some:
		case <-ctx.Done():
			return ctx.Err()
		}
		if errors.Is(err, io.EOF) || r.place.lost.Load() {
			return nil
		}
		if err != nil {
			r.hopeless.Store(true)
			return err
		}
	}
}

func (r *run) tellProgress(count int64) {
	if r.o.Progress == nil {
		return
	}
	p := Progress{Features: count}
	if m, has := r.o.Source.(measured); has {
		p.Done, p.Total = m.Progress()
	}
	r.o.Progress(p)
}

// encodeAll makes rows of features.
func (r *run) encodeAll(ctx context.Context, read <-chan []Incoming, out chan<- batch) {
	defer close(out)
	for some := range read {
		var b batch
		for i := range some {
			r.features++
			r.encode(&some[i], &b)
		}
		if r.report.Failed() {
			r.hopeless.Store(true)
		}
		select {
		case out <- b:
		case <-ctx.Done():
			for range read {
				continue // the reader must be able to end
			}
			return
		}
	}
}

// writeAll writes rows as they come, unless there is no hope.
func (r *run) writeAll(ctx context.Context, ready <-chan batch) error {
	var b batch
	for more := range ready {
		if r.o.DryRun || r.hopeless.Load() {
			continue
		}
		b.add(more)
		if b.full() {
			if err := r.write(ctx, b); err != nil {
				return err
			}
			b = batch{}
		}
	}
	if r.o.DryRun || r.hopeless.Load() || len(b.rows)+len(b.ends) == 0 {
		return nil
	}
	return r.write(ctx, b)
}

// beat says that the import is alive, also while a large file is only read.
func (r *run) beat(ctx context.Context) {
	ticker := time.NewTicker(beats)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			// One that failed is followed by others, and by the fence of every transaction.
			_ = r.s.db.Write(ctx, r.stillHere)
		}
	}
}

// endGone ends what the source has no more.
func (r *run) endGone(ctx context.Context) error {
	for _, in := range r.intakes {
		gone := in.gone()
		in.removed = int64(len(gone))
		for len(gone) > 0 && !r.o.DryRun {
			var b batch
			in.stale = true
			for _, row := range gone[:min(written, len(gone))] {
				b.ends = append(b.ends, ending{in, row})
			}
			gone = gone[len(b.ends):]
			if err := r.write(ctx, b); err != nil {
				return err
			}
		}
	}
	return nil
}
