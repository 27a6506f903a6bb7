package identity_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
)

// testKeys are real keys (AES-GCM, HMAC-SHA256) derived from the version, the
// tenant and the purpose.
type testKeys struct {
	mu     sync.Mutex
	newest int
}

var (
	_ identity.Keys = (*testKeys)(nil)
	_ identity.Keys = (*keys.Ring)(nil)
)

func newKeys() *testKeys { return &testKeys{newest: 1} }

func (k *testKeys) version() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.newest
}

func (k *testKeys) rotate() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.newest++
}

func derive(version int, tenantID, purpose string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "key %d %q %q", version, tenantID, purpose))
	return sum[:]
}

func aead(version int, tenantID, purpose string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(derive(version, tenantID, purpose))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (k *testKeys) Encrypt(_ context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error) {
	version := k.version()
	box, err := aead(version, tenantID, purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return box.Seal(append([]byte{byte(version)}, nonce...), nonce, plain, aad), nil
}

func (k *testKeys) Decrypt(_ context.Context, tenantID, purpose string, sealed, aad []byte) ([]byte, error) {
	if len(sealed) < 13 {
		return nil, fmt.Errorf("too short: %d", len(sealed))
	}
	box, err := aead(int(sealed[0]), tenantID, purpose)
	if err != nil {
		return nil, err
	}
	return box.Open(nil, sealed[1:13], sealed[13:], aad)
}

func (k *testKeys) Lookup(_ context.Context, tenantID, purpose, value string) (version int, digest string, err error) {
	version = k.version()
	return version, keyed(version, tenantID, purpose, value), nil
}

func (k *testKeys) LookupAll(_ context.Context, tenantID, purpose, value string) ([]identity.Digest, error) {
	var all []identity.Digest
	for v := 1; v <= k.version(); v++ {
		all = append(all, identity.Digest{Version: v, Hex: keyed(v, tenantID, purpose, value)})
	}
	slices.Reverse(all)
	return all, nil
}

func keyed(version int, tenantID, purpose, value string) string {
	mac := hmac.New(sha256.New, derive(version, tenantID, purpose))
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil))
}
