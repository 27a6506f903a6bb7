package keys

import (
	"context"
	"encoding/hex"
	"fmt"
)

// Digest is a keyed hash of a value, by which an encrypted value is found, with
// the version of the key that made it. It is an alias of a plain struct so that
// other packages can declare the ring's methods without importing it.
type Digest = struct {
	Version int
	Hex     string
}

// digestSize is the length of a lookup in bytes.
const digestSize = 32

// Encrypt encrypts a field with the tenant's newest key. The result decrypts
// only for the same tenant, purpose and aad (what the field belongs to, such as
// the row's id). Inside a transaction the tenant must be warm.
func (r *Ring) Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error) {
	keys, err := r.keysOf(ctx, tenantID)
	if err != nil {
		return nil, err
	}
	out, err := keys.field[0].field.Encrypt(plain, bind(tenantID, purpose, aad))
	if err != nil {
		return nil, fmt.Errorf("keys: encrypt %s: %w", purpose, err)
	}
	return out, nil
}

// Decrypt decrypts what Encrypt made, with whichever of the tenant's keys made
// it.
func (r *Ring) Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error) {
	v, err := r.find(ctx, tenantID, keyIDOf(ciphertext), func(k *tenantKeys) []version { return k.field })
	if err != nil {
		return nil, fmt.Errorf("keys: decrypt %s: %w", purpose, err)
	}
	plain, err := v.field.Decrypt(ciphertext, bind(tenantID, purpose, aad))
	if err != nil {
		return nil, fmt.Errorf("keys: decrypt %s: %w", purpose, err)
	}
	return plain, nil
}

// find returns the version with a key id, fetching the tenant's keys anew when
// it is unknown: another process may have rotated them just now.
func (r *Ring) find(ctx context.Context, tenantID string, keyID uint32, of func(*tenantKeys) []version) (version, error) {
	keys, err := r.keysOf(ctx, tenantID)
	if err != nil {
		return version{}, err
	}
	if v, ok := byID(of(keys), keyID); ok {
		return v, nil
	}
	if keys, err = r.load(ctx, tenantID); err != nil {
		return version{}, err
	}
	if v, ok := byID(of(keys), keyID); ok {
		return v, nil
	}
	return version{}, fmt.Errorf("the tenant has no key with id %d", keyID)
}

// Lookup returns the keyed hash of a value with the tenant's newest key, to be
// stored beside the encrypted value. The caller brings the value into one form
// first (no spaces, lower case).
func (r *Ring) Lookup(ctx context.Context, tenantID, purpose, value string) (keyVersion int, hexDigest string, err error) {
	keys, err := r.keysOf(ctx, tenantID)
	if err != nil {
		return 0, "", err
	}
	d, err := keys.lookup[0].digest(tenantID, purpose, value)
	return d.Version, d.Hex, err
}

// LookupAll returns the keyed hashes of a value with all of the tenant's keys,
// newest first, to find a row made before a rotation.
func (r *Ring) LookupAll(ctx context.Context, tenantID, purpose, value string) ([]Digest, error) {
	keys, err := r.keysOf(ctx, tenantID)
	if err != nil {
		return nil, err
	}
	digests := make([]Digest, 0, len(keys.lookup))
	for _, v := range keys.lookup {
		d, err := v.digest(tenantID, purpose, value)
		if err != nil {
			return nil, err
		}
		digests = append(digests, d)
	}
	return digests, nil
}

func (v version) digest(tenantID, purpose, value string) (Digest, error) {
	sum, err := v.lookup.ComputePRF(bind(tenantID, purpose, []byte(value)), digestSize)
	if err != nil {
		return Digest{}, fmt.Errorf("keys: look up %s: %w", purpose, err)
	}
	return Digest{Version: v.number, Hex: hex.EncodeToString(sum)}, nil
}
