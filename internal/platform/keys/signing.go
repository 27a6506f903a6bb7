package keys

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// signing is one version of the installation's signing key.
type signing struct {
	number int
	key    ed25519.PrivateKey
}

// SigningKey returns the key the installation signs the heads of its audit
// trees with (Ed25519, RFC 8032). It is made the first time somebody asks.
func (r *Ring) SigningKey(ctx context.Context) (ed25519.PrivateKey, error) {
	all, err := r.signingKeys(ctx)
	if err != nil {
		return nil, err
	}
	return all[0].key, nil
}

// SigningPublicKeys returns the public halves of all signing keys, newest
// first, by which older signatures are checked.
func (r *Ring) SigningPublicKeys(ctx context.Context) ([]ed25519.PublicKey, error) {
	all, err := r.signingKeys(ctx)
	if err != nil {
		return nil, err
	}
	public := make([]ed25519.PublicKey, 0, len(all))
	for _, s := range all {
		half, ok := s.key.Public().(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("keys: signing key %d has no public half", s.number)
		}
		public = append(public, half)
	}
	return public, nil
}

// RotateSigningKey makes a new signing key; the older ones are kept for their
// public halves.
func (r *Ring) RotateSigningKey(ctx context.Context) error {
	all, err := r.signingKeys(ctx)
	if err != nil {
		return err
	}
	if err := r.addSigning(ctx, all[0].number+1); err != nil {
		return err
	}
	_, err = r.loadSigning(ctx)
	return err
}

func (r *Ring) signingKeys(ctx context.Context) ([]signing, error) {
	r.mu.RLock()
	all := r.sign
	r.mu.RUnlock()
	if len(all) > 0 {
		return all, nil
	}
	all, err := r.loadSigning(ctx)
	if err != nil || len(all) > 0 {
		return all, err
	}
	if err := r.addSigning(ctx, 1); err != nil {
		return nil, err
	}
	return r.loadSigning(ctx)
}

// addSigning makes a version unless another process made it first.
func (r *Ring) addSigning(ctx context.Context, number int) error {
	if err := r.inst.reload(); err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("keys: make signing key: %w", err)
	}
	wrapped, err := r.inst.wrap(private.Seed(), place("", sortSign, number))
	if err != nil {
		return fmt.Errorf("keys: wrap signing key: %w", err)
	}
	err = r.db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		row := keyRow{sort: sortSign, version: number, wrapped: wrapped}
		tx.Wake(topic)
		return row.insertUnlessThere(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("keys: make signing key: %w", err)
	}
	return nil
}

func (r *Ring) loadSigning(ctx context.Context) ([]signing, error) {
	rows, err := r.readSigning(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]signing, 0, len(rows))
	for _, row := range rows {
		seed, err := r.inst.unwrap(row.wrapped, place("", sortSign, row.version))
		if err != nil {
			return nil, fmt.Errorf("keys: unwrap signing key %d: %w", row.version, err)
		}
		if len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("keys: signing key %d has %d bytes", row.version, len(seed))
		}
		all = append(all, signing{number: row.version, key: ed25519.NewKeyFromSeed(seed)})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sign = all
	return all, nil
}
