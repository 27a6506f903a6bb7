package ogc

import (
	"compress/gzip"
	"context"
	"io"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// The bounds of looking for features.
const (
	// atOnce is how many features are in memory at a time.
	atOnce = 1000
	// maxTries is how often it is looked on when nothing that fits was found in what
	// the layers look through at a time, and fewTries when something was.
	maxTries, fewTries = 40, 4
	// maxCounted is how many features are held against a filter to count those that fit.
	maxCounted = 20_000
)

// found is what is known after a page of features.
type found struct {
	returned   int
	matched    int64 // −1: not known
	generation int64
	after      string // where the next page begins, "" after the last
}

// next is the cursor of the next page, "" when there is none.
func (f found) next() string {
	if f.after == "" {
		return ""
	}
	return cursor{after: f.after, generation: f.generation, matched: f.matched}.String()
}

// walk visits the features of a page, some at a time. A page is cut where the layer
// has moved on meanwhile, so that one page is of one generation, as near as can be.
func (s *Service) walk(ctx context.Context, q question, raw bool, visit func([]layers.Feature) error) (found, error) {
	out := found{generation: q.layer.Generation, matched: q.cursor.matched}
	if q.none {
		return found{}, nil
	}
	asked := q.query()
	asked.Raw = raw
	for tries := 1; ; tries++ {
		asked.Limit = min(atOnce, q.limit-out.returned)
		p, err := s.layers.Find(ctx, asked)
		if err != nil {
			return out, err
		}
		if tries == 1 {
			if out.generation = p.Layer.Generation; asked.Count {
				out.matched = p.Matched
			}
		} else if p.Layer.Generation != out.generation && out.returned > 0 {
			out.after = asked.After
			break
		}
		if err := visit(p.Features); err != nil {
			return out, err
		}
		out.returned += len(p.Features)
		out.after, asked.After, asked.Count = p.Next, p.Next, false
		if p.Next == "" || out.returned >= q.limit || tries >= maxTries || tries >= fewTries && out.returned > 0 && len(p.Features) < asked.Limit {
			break
		}
	}
	return out, s.count(ctx, q, &out)
}

// count finds out how many fit in all, when the layers have not told and it is little
// work.
func (s *Service) count(ctx context.Context, q question, f *found) error {
	first := q.cursor.after == ""
	switch {
	case first && f.after == "":
		f.matched = int64(f.returned)
		return nil
	case f.matched >= 0 || q.layer.Count > maxCounted || !q.cursor.unknown(q.layer):
		return nil
	}
	asked := q.query()
	asked.After, asked.Count, asked.Bare, asked.Limit = "", false, true, layers.MaxLimit
	n := 0
	for range maxTries {
		p, err := s.layers.Find(ctx, asked)
		if err != nil {
			return err
		}
		n += len(p.Features)
		if asked.After = p.Next; p.Next == "" {
			f.matched = int64(n)
			break
		}
	}
	return nil
}

// maxBody is how large a buffer is used again.
const maxBody = 4 << 20

// encoder begins an answer in a buffer that has been used before.
func (s *Service) encoder(l layers.Layer, to crs.System) *encoder {
	b, _ := s.bodies.Get().(*[]byte)
	if b == nil {
		b = new([]byte)
		*b = make([]byte, 0, 64<<10)
	}
	e := newEncoder((*b)[:0], l.System(), to)
	for _, f := range l.Fields {
		if f.Name == fieldFrom || f.Name == fieldTo {
			e.taken = append(e.taken, f.Name)
		}
	}
	return e
}

// release gives the buffer of an encoder back.
func (s *Service) release(e *encoder) {
	if cap(e.b) <= maxBody {
		s.bodies.Put(&e.b)
	}
}

// zips gives a writer that packs. What is packed is read once or a few times: quickly
// is better than small.
func (s *Service) zips(to io.Writer) *gzip.Writer {
	if z, ok := s.zip.Get().(*gzip.Writer); ok {
		z.Reset(to)
		return z
	}
	z, _ := gzip.NewWriterLevel(to, gzip.BestSpeed) // the level is a good one
	return z
}
