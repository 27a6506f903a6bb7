// Package ids makes identifiers and secrets.
//
// An identifier is a UUID version 7 (RFC 9562 section 5.7) as text: it sorts by
// the time it was made, which keeps indexes compact, and so tells that time.
// Whatever must not be guessed is a Secret instead.
package ids

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
)

// New returns a fresh identifier, 36 characters.
func New() string {
	id, err := uuid.NewV7()
	if err != nil {
		// Only a machine without randomness fails here, and then nothing is safe.
		panic(fmt.Sprintf("ids: no randomness: %v", err))
	}
	return id.String()
}

// Valid reports whether s is written as an identifier: 36 characters, lower
// case. Text from outside is asked before it reaches a query.
func Valid(s string) bool {
	id, err := uuid.Parse(s)
	return err == nil && len(s) == 36 && id.String() == s
}

// Secret returns 26 characters (at least 128 bits) that nobody can guess, for
// sessions, one-time links and tokens.
func Secret() string { return rand.Text() }

// Digest returns the SHA-256 of a secret in hex. The database keeps digests, so
// that a copy of it opens no session.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
