package layers

import (
	"context"
	"io"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Arrange changes how a layer is shown, who may see it and its terms. What its
// features make of it (system, extent, fields, count) stays as it is.
func (s *Service) Arrange(ctx context.Context, name string, change func(*Layer)) (l Layer, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		old, found, err := layerByName(ctx, tx, name)
		if err != nil {
			return err
		}
		if !found {
			return errs.NotFound("layers.unknown", "layer", name)
		}
		if err := s.may(ctx, PermWrite, old); err != nil {
			return err
		}
		last, err := lastRow(ctx, tx, name, tx.ForUpdate(false))
		if err != nil {
			return err
		}
		wish := old
		change(&wish)
		in := intake{layer: old, target: Target{Layer: wish}}
		l = in.described()
		if err := saveLayer(ctx, tx, l, last); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Moved(tx.Tenant) })
		return audit.Record(ctx, tx, audit.Event{Action: "layers.arranged", Object: audit.Ref{Type: "layer", ID: name}})
	})
	return l, err
}

// Remove takes a layer away with all its history. It is gone at once; its rows are
// deleted in small transactions after that.
func (s *Service) Remove(ctx context.Context, name string) error {
	in := newIntake(Target{Layer: Layer{Name: name}}, 0)
	r := &run{s: s, holder: ids.New(), intakes: []*intake{in}}
	var l Layer
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = s.layerIn(ctx, tx, name)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.may(ctx, PermWrite, l); err != nil {
		return err
	}
	if err := r.hold(ctx); err != nil {
		return err
	}
	if err := s.db.Write(ctx, r.forget); err != nil {
		return err
	}
	if err := r.dropRows(ctx, in); err != nil {
		return err
	}
	if err := r.dropTiles(ctx, in, ` > $3`); err != nil {
		return err
	}
	return s.db.Write(ctx, r.release)
}

// RemovePart ends all features of a data set; they stay as history.
func (s *Service) RemovePart(ctx context.Context, layer, part string) (Result, error) {
	if _, err := s.Layer(ctx, layer); err != nil {
		return Result{}, err
	}
	return s.Import(ctx, Import{Layers: []Target{{Layer: Layer{Name: layer}}}, Part: part, Source: nothing{}, nothing: true})
}

// nothing is a source without features.
type nothing struct{}

// Next implements Source.
func (nothing) Next() (Incoming, error) { return Incoming{}, io.EOF }
