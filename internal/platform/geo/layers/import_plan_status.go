package layers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/store"
)

// PlanStatus is how far a plan has come, as files tell it (the national list
// "planstatus"): planning has begun (1), a proposal (2), adopted (3), repealed (4), gone
// or replaced (5). Others, such as adopted and not in effect yet (6), do not tell whether
// it goes.
type PlanStatus string

// Proposal reports whether the plan is not adopted: it binds nobody yet (plan- og
// bygningsloven §§ 11-6 and 12-4).
func (s PlanStatus) Proposal() bool { return s == "1" || s == "2" }

// Ended reports whether the plan goes no more (§ 12-14).
func (s PlanStatus) Ended() bool { return s == "4" || s == "5" }

// Unsure reports whether the status leaves open whether the plan goes. A file that tells
// no status is of plans that do.
func (s PlanStatus) Unsure() bool { return s != "" && s != "3" && !s.Proposal() && !s.Ended() }

func (p *planned) proposal() bool { return PlanStatus(p.status).Proposal() }

// end gives a plan that is repealed and does not say when, today for its end.
func (p *planned) end(today clock.Date) {
	if PlanStatus(p.status).Ended() && p.to.IsZero() {
		p.to, p.undated = today.Start(), true
	}
}

// Proposals are the numbers of plans that are not adopted.
func (p *Plans) Proposals() []string { return p.list((*planned).proposal) }

// Undated are the numbers of plans that are repealed and do not say when.
func (p *Plans) Undated() []string { return p.list(func(k *planned) bool { return k.undated }) }

// Unsure are the numbers of plans whose status does not tell whether they go.
func (p *Plans) Unsure() []string {
	return p.list(func(k *planned) bool { return PlanStatus(k.status).Unsure() })
}

func (p *Plans) list(of func(*planned) bool) []string {
	var list []string
	for _, known := range p.byID {
		if of(known) && !slices.Contains(list, known.number) {
			list = append(list, known.number)
		}
	}
	slices.Sort(list)
	return list
}

// KeepEnds gives plans that are repealed and do not say when, the day that an import
// before this one has given them, so that the same file changes nothing.
func (s *Service) KeepEnds(ctx context.Context, p *Plans) error {
	undated := p.Undated()
	if len(undated) == 0 {
		return nil
	}
	where, err := cql2.Parse("status IN ('4', '5')", cql2.Options{})
	if err != nil {
		return fmt.Errorf("layers: plans that have ended: %w", err)
	}
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := Query{Layer: plansLayer, Where: where, Timed: true, Bare: true, Limit: MaxLimit}
		for {
			page, err := s.FindIn(ctx, tx, q)
			if errs.Is(err, errs.KindNotFound) {
				return nil // the first plans of all
			}
			if err != nil {
				return err
			}
			for _, f := range page.Features {
				if number := f.Text("plan"); !f.To.IsZero() && slices.Contains(undated, number) {
					p.endBy(number, f.To)
				}
			}
			if page.Next == "" {
				return nil
			}
			q.After = page.Next
		}
	})
}

// endBy lets a plan that does not say when it ended, have ended no later.
func (p *Plans) endBy(number string, at time.Time) {
	for _, known := range p.byID {
		if known.number == number && known.undated && at.Before(known.to) {
			known.to = at
		}
	}
}
