package building

import (
	"bytes"
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// fieldSitePlan is the question of the form that the situation plan answers.
const fieldSitePlan = "site_plan"

// Fill puts a building into an application: its answers, what the map says, and the
// situation plan. What was typed wrong is told by field. The actor must be allowed to
// write in the draft, which package applications asks.
func (s *Service) Fill(ctx context.Context, draft string, r Request) ([]errs.Field, error) {
	o, err := s.Applications.Open(ctx, draft)
	if err != nil {
		return nil, err
	}
	var p Placed
	var wrong []errs.Field
	var file []byte
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if p, wrong, err = s.place(ctx, tx, r, whose{draft: draft}); err != nil || len(wrong) > 0 {
			return err
		}
		file, err = s.situationPlan(ctx, tx, p)
		return err
	})
	if err != nil || len(wrong) > 0 {
		return wrong, err
	}
	if err := s.ask(ctx, &p); err != nil {
		return nil, err
	}
	words := i18n.From(ctx)
	stored, err := s.Blobs.Put(ctx, bytes.NewReader(file), blob.PutOptions{Name: planFile(words, p.Request), Declared: "application/pdf", Generated: true})
	if err != nil {
		return nil, fmt.Errorf("building: store situation plan: %w", err)
	}
	facts := p.facts()
	facts[FactSystem] = float64(s.Layers.Home(ctx).Code)
	_, err = s.Applications.Fill(ctx, draft, applications.Filling{
		Filling: forms.Filling{Values: p.answers(words, o.Draft.Answers.Values), Facts: facts}, File: stored, Field: fieldSitePlan, Document: FactDocument,
	})
	return nil, err
}

// Suggest is a garage of the usual size at a place where one could stand on a
// property.
func (s *Service) Suggest(ctx context.Context, ref property.Ref) (r Request, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = s.suggest(ctx, tx, usual(ref))
		return err
	})
	return r, err
}

// suggest finds a place for what was typed, or puts it in the middle of the property,
// where it is at least seen on the map.
func (s *Service) suggest(ctx context.Context, tx *store.Tx, request Request) (Request, error) {
	at, err := s.plotOf(ctx, tx, request.ref())
	if err != nil {
		return request, err
	}
	found, ok, err := s.suggested(ctx, tx, at, request)
	if !ok {
		middle := at.property.Ground.Bound().Center()
		request.Mode, request.East, request.North = modePoint, round2(middle[0]), round2(middle[1])
		return request, err
	}
	return found, err
}

// planOf draws the situation plan of what was typed.
func (s *Service) planOf(ctx context.Context, r Request, of whose) (file []byte, wrong []errs.Field, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, typed, err := s.place(ctx, tx, r, of)
		if wrong = typed; err != nil || len(typed) > 0 {
			return err
		}
		file, err = s.situationPlan(ctx, tx, p)
		return err
	})
	if err == nil && len(wrong) > 0 {
		err = errs.NotFound("errs.not_found")
	}
	return file, wrong, err
}
