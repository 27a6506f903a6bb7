package layers

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/store"
)

// Export is what is to be written to a file.
type Export struct {
	Layer string
	// Part is the only data set to be written, "" all.
	Part string
	// System is that of the coordinates in the file; zero is the layer's own, in which
	// they are exactly those that came in.
	System crs.System
	// At is the day whose map is written; zero is today's, with all that the layer has.
	At time.Time
	// Progress is told now and then how many of how many are written.
	Progress func(Progress)
}

// Export writes a layer's features and returns how many. What an import of the file
// finds in it is what the layer has: properties of its own name what some formats
// have no words for, the kind, the part and the time of validity.
func (s *Service) Export(ctx context.Context, o Export, w exchange.Writer) (n int64, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = s.exportIn(ctx, tx, o, w)
		return err
	})
	return n, err
}

func (s *Service) exportIn(ctx context.Context, tx *store.Tx, o Export, w exchange.Writer) (n int64, err error) {
	l, err := s.layerIn(ctx, tx, o.Layer)
	if err != nil {
		return 0, err
	}
	if l.Kind == Tiles {
		return 0, errs.Invalid("layers.export.tiles", "layer", l.Name)
	}
	in, which := l.projected(o.System), seen
	in.generation = l.Generation
	if !o.At.IsZero() {
		which = known
		if in.ends, err = began(ctx, tx, l.Name); err != nil {
			return 0, err
		}
	}
	out := exporter{o: o, w: w, epsg: l.EPSG, past: map[string]bool{}}
	if !o.System.IsZero() {
		out.epsg = o.System.Code
	}
	for after := int64(0); ; {
		rows, err := whole.rowsAfter(ctx, tx, l, which, after, reading)
		if err != nil || len(rows) == 0 {
			return out.n, err
		}
		for i := range rows {
			f, err := rows[i].feature(in)
			if err != nil {
				return out.n, err
			}
			if err := out.write(f); err != nil {
				return out.n, err
			}
		}
		after = rows[len(rows)-1].number
		if o.Progress != nil {
			o.Progress(Progress{Features: out.n, Done: out.n, Total: l.Count})
		}
	}
}

// exporter writes features that are asked for.
type exporter struct {
	o    Export
	w    exchange.Writer
	epsg int
	// past are the ids that were written: of versions that are said to be valid at the
	// same time, the one that was seen then comes first and is the one.
	past map[string]bool
	n    int64
}

func (e *exporter) write(f Feature) error {
	if e.o.Part != "" && f.Part != e.o.Part {
		return nil
	}
	if at := e.o.At; !at.IsZero() {
		if f.From.After(at) || !f.To.IsZero() && !f.To.After(at) || e.past[f.ID] {
			return nil
		}
		e.past[f.ID] = true
	}
	if err := e.w.Write(outgoing(f, e.epsg)); err != nil {
		return fmt.Errorf("layers: write feature %s: %w", f.ID, err)
	}
	e.n++
	return nil
}

// outgoing is a feature as files hold it.
func outgoing(f Feature, epsg int) exchange.Feature {
	out := exchange.Feature{ID: f.ID, Type: f.Type, Geometry: f.Geometry, CRS: epsg, Properties: f.Properties}
	if f.Type != "" {
		out.Properties[propertyType] = f.Type
	}
	if f.Part != "" {
		out.Properties[propertyPart] = f.Part
	}
	for name, at := range map[string]time.Time{propertyFrom: f.From, propertyTo: f.To} {
		if at.IsZero() {
			continue
		}
		layout := time.RFC3339Nano
		if at.Equal(at.Truncate(24 * time.Hour)) {
			layout = time.DateOnly
		}
		out.Properties[name] = at.UTC().Format(layout)
	}
	return out
}
