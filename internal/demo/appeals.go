package demo

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
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

// forward stands by the decision and sends the appeal on to whoever decides it,
// with the package of all there is in the case. What is sent on is in the
// municipality's language.
func (w *worker) forward(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	page, err := w.Appeals.List(ctx, appeals.Filter{State: appeals.Received, Kind: c.Kind})
	if err != nil {
		return fmt.Errorf("appeals: %w", err)
	}
	for _, l := range page.Lines {
		if l.CaseID != c.ID {
			continue
		}
		_, err := w.Appeals.Prepare(ctx, l.ID, l.Version, appeals.Preparation{
			Verdict: appeals.Forward, Statement: w.demo.options.Bundle.For(w.town.Lang()).T("demo.case." + s.trade.words + "appeal_statement"),
		})
		if err != nil {
			return fmt.Errorf("send an appeal on: %w", describe(err))
		}
	}
	return nil
}
