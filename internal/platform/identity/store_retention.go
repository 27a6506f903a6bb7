package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// SessionsBefore returns the ids of sessions that were over before an instant, in
// order of id, after one.
func (*Service) SessionsBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from identity_sessions
		where tenant_id = $1 and (ends_at < $2 or expires_at < $2 or ended_at < $2) and id > $3 order by id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("identity: old sessions: %w", err)
	}
	return list, nil
}

// ForgetSession deletes a session that is over.
func (*Service) ForgetSession(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `delete from identity_sessions where tenant_id = $1 and id = $2 and (ends_at < $3 or expires_at < $3 or ended_at < $3)`, tx.Tenant, id, tx.Now)
	if err != nil {
		return fmt.Errorf("identity: forget a session: %w", err)
	}
	return nil
}

// SeenSession is a log-in as the person herself may know of it.
type SeenSession struct {
	ID                string
	Agent             string
	ACR               string
	CreatedAt, SeenAt time.Time
	EndedAt           time.Time // zero while nobody has ended it
}

// SessionsOf returns a person's log-ins that are still kept, in order of id, after
// one: at most limit of them, of which a caller who asks again and again gets
// all. The caller has asked access.
func (*Service) SessionsOf(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]SeenSession, error) {
	type row struct {
		SeenSession
		created, seen, ended store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.ID, &r.Agent, &r.ACR, &r.created, &r.seen, &r.ended} }, `
		select id, agent, acr, created_at, last_seen_at, ended_at from identity_sessions
		where tenant_id = $1 and person_id = $2 and id > $3 order by id limit $4`, tx.Tenant, person, after, limit)
	if err != nil {
		return nil, fmt.Errorf("identity: sessions of a person: %w", err)
	}
	list := make([]SeenSession, len(rows))
	for i, r := range rows {
		list[i] = r.SeenSession
		list[i].CreatedAt, list[i].SeenAt, list[i].EndedAt = r.created.Time, r.seen.Time, r.ended.Time
	}
	return list, nil
}

// ChildrenIn returns the children a person is guardian of today. The caller has
// asked access.
func (*Service) ChildrenIn(ctx context.Context, tx *store.Tx, guardian string) ([]Relative, error) {
	relations, err := relationsOfGuardian(ctx, tx, guardian, clock.DateIn(tx.Now.Time))
	if err != nil {
		return nil, err
	}
	return relatives(ctx, tx, relations, func(r relation) string { return r.childID })
}
