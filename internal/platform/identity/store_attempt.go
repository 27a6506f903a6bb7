package identity

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// attempt is a log-in that has begun: what must come back unchanged.
type attempt struct {
	stateDigest, browserDigest string
	issuer, nonce, verifier    string
	acr, prompt, returnTo      string
	created, expires           store.Time
}

func attemptFields(a *attempt) []any {
	return []any{
		&a.browserDigest, &a.issuer, &a.nonce, &a.verifier, &a.acr, &a.prompt, &a.returnTo, &a.created, &a.expires,
	}
}

func insertAttempt(ctx context.Context, tx *store.Tx, a attempt) error {
	_, err := tx.Exec(ctx, `insert into identity_attempts (tenant_id, state_digest, browser_digest, issuer, nonce,
		verifier, acr, prompt, return_to, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.Tenant, a.stateDigest, a.browserDigest, a.issuer, a.nonce, a.verifier, a.acr, a.prompt, a.returnTo, tx.Now, a.expires)
	if err != nil {
		return fmt.Errorf("identity: begin log-in: %w", err)
	}
	return nil
}

// takeAttempt removes and returns an attempt, so that its state is good once.
func takeAttempt(ctx context.Context, tx *store.Tx, stateDigest string) (attempt, error) {
	a, err := store.One(ctx, tx, attemptFields, `delete from identity_attempts
		where tenant_id = $1 and state_digest = $2
		returning browser_digest, issuer, nonce, verifier, acr, prompt, return_to, created_at, expires_at`,
		tx.Tenant, stateDigest)
	if err != nil {
		return a, fmt.Errorf("identity: take log-in attempt: %w", err)
	}
	return a, nil
}
