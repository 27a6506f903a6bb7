package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// sessionRow is a session as stored; digest is that of the cookie's secret.
type sessionRow struct {
	digest, id, personID, represents, kind string
	acr, issuer, clientID, sidDigest       string
	idToken                                []byte
	agent                                  string
	created, seen, expires, ends           store.Time
	name                                   Name
	lang                                   i18n.Lang // that the person has chosen, or ""
}

const selectSession = `select s.digest, s.id, s.person_id, s.represents, s.acr, s.issuer, s.client_id,
	s.id_token_cipher, s.agent, s.created_at, s.last_seen_at, s.expires_at, s.ends_at,
	p.given_name, p.middle_name, p.family_name, p.lang
	from identity_sessions s
	join identity_persons p on p.tenant_id = s.tenant_id and p.id = s.person_id
	where s.tenant_id = $1 and s.ended_at is null and s.expires_at > $2 and s.ends_at > $2`

func sessionFields(r *sessionRow) []any {
	return []any{
		&r.digest, &r.id, &r.personID, &r.represents, &r.acr, &r.issuer, &r.clientID,
		&r.idToken, &r.agent, &r.created, &r.seen, &r.expires, &r.ends,
		&r.name.Given, &r.name.Middle, &r.name.Family, &r.lang,
	}
}

// readSession returns the living session of a cookie's digest.
func readSession(ctx context.Context, tx *store.Tx, digest string) (sessionRow, error) {
	row, err := store.One(ctx, tx, sessionFields, selectSession+` and s.digest = $3`, tx.Tenant, tx.Now, digest)
	if err != nil {
		return row, fmt.Errorf("identity: read session: %w", err)
	}
	return row, nil
}

// sessionsOf returns a person's living sessions, the newest first.
func sessionsOf(ctx context.Context, tx *store.Tx, personID string) ([]sessionRow, error) {
	rows, err := store.All(ctx, tx, sessionFields, selectSession+` and s.person_id = $3
		order by s.created_at desc, s.id desc limit 100`, tx.Tenant, tx.Now, personID)
	if err != nil {
		return nil, fmt.Errorf("identity: list sessions: %w", err)
	}
	return rows, nil
}

func insertSession(ctx context.Context, tx *store.Tx, r sessionRow) error {
	_, err := tx.Exec(ctx, `insert into identity_sessions (tenant_id, digest, id, person_id, represents, kind, acr,
		issuer, client_id, sid_digest, id_token_cipher, agent, created_at, last_seen_at, expires_at, ends_at, ended_by)
		values ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, '')`,
		tx.Tenant, r.digest, r.id, r.personID, r.kind, r.acr, r.issuer, r.clientID, r.sidDigest, r.idToken,
		r.agent, tx.Now, r.expires, r.ends)
	if err != nil {
		return fmt.Errorf("identity: insert session: %w", err)
	}
	return nil
}

// touchSession moves the idle limit of a living session and reports whether there was one.
func touchSession(ctx context.Context, tx *store.Tx, digest string, idle time.Duration) (bool, error) {
	expires := store.At(tx.Now.Add(idle))
	n, err := tx.Exec(ctx, `update identity_sessions set last_seen_at = $1,
		expires_at = case when ends_at < $2 then ends_at else $2 end
		where tenant_id = $3 and digest = $4 and ended_at is null and expires_at > $1`,
		tx.Now, expires, tx.Tenant, digest)
	if err != nil {
		return false, fmt.Errorf("identity: extend session: %w", err)
	}
	return n > 0, nil
}

// ended is a session that has just been ended.
type ended struct{ id, personID string }

func endedFields(e *ended) []any { return []any{&e.id, &e.personID} }

// endSessions ends the living sessions that the condition on $4 (and $5)
// selects. The encrypted ID token goes at once: nothing needs it any more.
func endSessions(ctx context.Context, tx *store.Tx, why Reason, condition string, args ...any) ([]ended, error) {
	list, err := store.All(ctx, tx, endedFields, `update identity_sessions
		set ended_at = $1, ended_by = $2, id_token_cipher = null
		where tenant_id = $3 and ended_at is null and `+condition+` returning id, person_id`,
		append([]any{tx.Now, string(why), tx.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("identity: end sessions: %w", err)
	}
	return list, nil
}

// hasSID reports whether a living session belongs to the provider's session.
func hasSID(ctx context.Context, tx *store.Tx, issuer, sidDigest string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from identity_sessions
		where tenant_id = $1 and issuer = $2 and sid_digest = $3 and ended_at is null`, tx.Tenant, issuer, sidDigest)
	if err != nil {
		return false, fmt.Errorf("identity: find session by sid: %w", err)
	}
	return n > 0, nil
}

func setRepresents(ctx context.Context, tx *store.Tx, sessionID, personID string) error {
	_, err := tx.Exec(ctx, `update identity_sessions set represents = $1 where tenant_id = $2 and id = $3`,
		personID, tx.Tenant, sessionID)
	if err != nil {
		return fmt.Errorf("identity: save whom the session represents: %w", err)
	}
	return nil
}

// sweep deletes expired attempts, and sessions a day after their end.
func sweep(ctx context.Context, tx *store.Tx) error {
	if _, err := tx.Exec(ctx, `delete from identity_attempts where tenant_id = $1 and expires_at < $2`,
		tx.Tenant, tx.Now); err != nil {
		return fmt.Errorf("identity: delete expired log-in attempts: %w", err)
	}
	_, err := tx.Exec(ctx, `delete from identity_sessions where tenant_id = $1 and (ends_at < $2 or expires_at < $2 or ended_at < $2)`,
		tx.Tenant, store.At(tx.Now.Add(-24*time.Hour)))
	if err != nil {
		return fmt.Errorf("identity: delete old sessions: %w", err)
	}
	return nil
}
