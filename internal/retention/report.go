package retention

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// Report is what an administrator sees of the rules at work.
type Report struct {
	Lines []Line
	// StartedAt and EndedAt are of the last run; zero when there was none, and when
	// it is not through.
	StartedAt, EndedAt time.Time
}

// Line is a rule and what it has done.
type Line struct {
	Rule Rule
	Last Tally // of the last run
	Year int64 // ended in a year
}

// year is how far the report looks back.
const year = 365 * 24 * time.Hour

// Report returns how the rules have worked in the municipality: numbers only.
func (s *Service) Report(ctx context.Context) (r Report, err error) {
	if err := s.Access.Check(ctx, PermReport, whole()); err != nil {
		return r, err
	}
	rules := s.Rules(ctx)
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r = Report{}
		runs, err := lastRuns(ctx, tx, 1)
		if err != nil {
			return err
		}
		var last []Tally
		if len(runs) > 0 {
			r.StartedAt, r.EndedAt = runs[0].started.Time, runs[0].ended.Time
			if last, err = countsOf(ctx, tx, runs[0].id); err != nil {
				return err
			}
		}
		ended, err := endedSince(ctx, tx, tx.Now.Add(-year))
		if err != nil {
			return err
		}
		r.Lines = lines(rules, last, ended)
		return nil
	})
	return r, err
}

func lines(rules []Rule, last []Tally, ended []sum) []Line {
	list := make([]Line, 0, len(rules))
	for _, rule := range rules {
		l := Line{Rule: rule}
		for _, t := range last {
			if t.Kind == rule.Kind && t.Action == rule.Action {
				l.Last = t
			}
		}
		for _, e := range ended {
			if e.kind == rule.Kind {
				l.Year += e.ended
			}
		}
		list = append(list, l)
	}
	return list
}
