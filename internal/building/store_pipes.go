package building

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// oneAtATime makes other questions about pipes of the same person and day wait until this
// transaction is over, so that those that come together do not each find room for one more.
// What is of days before is taken away.
func oneAtATime(ctx context.Context, tx *store.Tx, person, day string) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`insert into building_pipe_days (tenant_id, person_id, day, questions) values ($1, $2, $3, 0) on conflict (tenant_id, person_id, day) do nothing`, []any{tx.Tenant, person, day}},
		{`update building_pipe_days set questions = questions + 1 where tenant_id = $1 and person_id = $2 and day = $3`, []any{tx.Tenant, person, day}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("building: count questions: %w", err)
		}
	}
	return forgetQuestions(ctx, tx, day)
}

// forgetQuestions takes away what was asked before a day.
func forgetQuestions(ctx context.Context, tx *store.Tx, day string) error {
	for _, query := range []string{
		`delete from building_pipe_questions where tenant_id = $1 and day < $2`,
		`delete from building_pipe_days where tenant_id = $1 and day < $2`,
	} {
		if _, err := tx.Exec(ctx, query, tx.Tenant, day); err != nil {
			return fmt.Errorf("building: forget questions: %w", err)
		}
	}
	return nil
}

// Sweep takes away who asked about pipes on days before this one: nobody needs it any more.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return forgetQuestions(ctx, tx, clock.DateIn(tx.Now.Time).String())
	})
}

// askedIn tells at how many places somebody has asked on a day, and whether this is one.
func askedIn(ctx context.Context, tx *store.Tx, person, day, place string) (places int, asked bool, err error) {
	list, err := store.All(ctx, tx, store.Value[string], `
		select place from building_pipe_questions where tenant_id = $1 and person_id = $2 and day = $3 order by place limit $4`,
		tx.Tenant, person, day, mostPlaces)
	if err != nil {
		return 0, false, fmt.Errorf("building: read questions: %w", err)
	}
	return len(list), slices.Contains(list, place), nil
}

// writeQuestion writes down that somebody has asked for a place.
func writeQuestion(ctx context.Context, tx *store.Tx, person, day, place string) error {
	_, err := tx.Exec(ctx, `insert into building_pipe_questions (tenant_id, person_id, day, place) values ($1, $2, $3, $4)`, tx.Tenant, person, day, place)
	if err != nil {
		return fmt.Errorf("building: write a question: %w", err)
	}
	return nil
}
