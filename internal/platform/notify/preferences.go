package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Preferences is how a person wants to be told, by class. A class that is not
// there follows our order.
type Preferences map[Class]Channel

// own returns the person who is logged in; nobody chooses for somebody else.
func own(ctx context.Context) (string, error) {
	actor := identity.From(ctx)
	if !actor.LoggedIn() {
		return "", errs.Login()
	}
	return actor.PersonID, nil
}

// Preferences returns how the person who is logged in wants to be told.
func (s *Service) Preferences(ctx context.Context) (p Preferences, err error) {
	person, err := own(ctx)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err = preferences(ctx, tx, person)
		return err
	})
	return p, err
}

// Prefer stores how the person who is logged in wants to be told. What the law
// does not leave to her is refused.
func (s *Service) Prefer(ctx context.Context, p Preferences) error {
	person, err := own(ctx)
	if err != nil {
		return err
	}
	var wrong []errs.Field
	for _, class := range Classes() {
		if c := p[class]; c != "" && !slices.Contains(Wishes(class), c) {
			wrong = append(wrong, errs.Field{Name: string(class), Key: "errs.invalid_input"})
		}
	}
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		details := map[string]string{}
		for _, class := range Classes() {
			if err := prefer(ctx, tx, person, class, p[class]); err != nil {
				return err
			}
			details[string(class)] = string(p[class])
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "notify.preferred", Object: audit.Ref{Type: "person", ID: person}, Subject: person, Details: details,
		})
	})
}

func preferences(ctx context.Context, tx *store.Tx, person string) (Preferences, error) {
	type row struct {
		class   Class
		channel Channel
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.class, &r.channel} }, `
		select class, channel from notify_preferences where tenant_id = $1 and person_id = $2 order by class limit 20`, tx.Tenant, person)
	if err != nil {
		return nil, fmt.Errorf("notify: read preferences: %w", err)
	}
	p := Preferences{}
	for _, r := range rows {
		p[r.class] = r.channel
	}
	return p, nil
}

// wishOf returns a person's wish for a class, "" when she has none.
func wishOf(ctx context.Context, tx *store.Tx, person string, class Class) (Channel, error) {
	wish, err := store.One(ctx, tx, store.Value[string], `
		select channel from notify_preferences where tenant_id = $1 and person_id = $2 and class = $3`, tx.Tenant, person, string(class))
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("notify: read preference: %w", err)
	}
	return Channel(wish), nil
}

// prefer stores a wish; "" is none.
func prefer(ctx context.Context, tx *store.Tx, person string, class Class, c Channel) error {
	_, err := tx.Exec(ctx, `
		insert into notify_preferences (tenant_id, person_id, class, channel, updated_at) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, person_id, class) do update set channel = excluded.channel, updated_at = excluded.updated_at`,
		tx.Tenant, person, string(class), string(c), tx.Now)
	if err != nil {
		return fmt.Errorf("notify: store preference: %w", err)
	}
	return nil
}
