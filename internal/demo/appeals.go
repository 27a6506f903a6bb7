package demo

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
)

// appealed lets a case go on with its appeals, when the set-up has them.
func (w *worker) appealed(acts []act, more ...act) []act {
	if w.Appeals == nil {
		return acts
	}
	return append(acts, more...)
}

// appeal is what a party does who does not agree with a refusal. The key is the
// same when the step is taken again, so that the appeal stands once.
func (w *worker) appeal(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	_, err = w.Appeals.Lodge(ctx, c.ID, appeals.New{Wants: w.text(s, c, "appeal_wants"), Why: w.text(s, c, "appeal_why"), Key: actorName + ":" + c.ID})
	if err != nil {
		return fmt.Errorf("appeal: %w", describe(err))
	}
	return nil
}

// askReasons is what a party does who was given something else than she had hoped.
func (w *worker) askReasons(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	return w.Appeals.AskReasons(ctx, c.ID)
}

// forward stands by the decision and has everything there is in the case packed for
// whoever decides the appeal. What is sent on is in the municipality's language.
func (w *worker) forward(ctx context.Context, s story, c cases.Case) error {
	return w.inState(ctx, s, c, appeals.Received, func(ctx context.Context, a appeals.Line) error {
		_, err := w.Appeals.Prepare(ctx, a.ID, a.Version, appeals.Preparation{
			Verdict: appeals.Forward, Statement: w.demo.options.Bundle.For(w.town.Lang()).T("demo.case." + s.trade.words + "appeal_statement"),
		})
		return err
	})
}

// handOver confirms that the package has gone to the appeal body. Where nothing makes
// packages while the stories are told, the appeal stays ready.
func (w *worker) handOver(ctx context.Context, s story, c cases.Case) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	return w.inState(ctx, s, c, appeals.Ready, func(ctx context.Context, a appeals.Line) error {
		if a.Package == "" {
			return nil
		}
		_, err := w.Appeals.HandOver(ctx, a.ID, a.Version, appeals.Handed{On: clock.DateIn(w.demo.options.Clock.Now()), How: appeals.ByEFormidling})
		return err
	})
}

// inState does something to the case's appeals in a state, as whoever handles it.
func (w *worker) inState(ctx context.Context, s story, c cases.Case, state appeals.State, do func(context.Context, appeals.Line) error) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	page, err := w.Appeals.List(ctx, appeals.Filter{State: state, Kind: c.Kind})
	if err != nil {
		return fmt.Errorf("appeals: %w", err)
	}
	for _, l := range page.Lines {
		if l.CaseID != c.ID {
			continue
		}
		if err := do(ctx, l); err != nil {
			return fmt.Errorf("send an appeal on: %w", describe(err))
		}
	}
	return nil
}
