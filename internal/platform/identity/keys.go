package identity

import "context"

// Keys encrypts and finds again; package keys' ring implements it with the
// tenant's own keys. The purpose separates what the keys are used for. Keys is
// never called inside a transaction, so it may use the store itself.
type Keys interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, cipher, aad []byte) ([]byte, error)
	// Lookup returns the keyed hash of a value under the newest key, and that key's version.
	Lookup(ctx context.Context, tenantID, purpose, value string) (version int, hex string, err error)
	// LookupAll returns the keyed hash under every key version there is, the newest included.
	LookupAll(ctx context.Context, tenantID, purpose, value string) ([]Digest, error)
}

// Digest is a keyed hash and the version of the key that made it; an alias, so
// that an implementation need not import this package.
type Digest = struct {
	Version int
	Hex     string
}

// What identity uses keys for.
const (
	purposeNumber  = "identity.number"
	purposeIDToken = "identity.id_token"

	purposeOrganisation = "identity.organisation"
)
