package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// What stands in the way of a change to a client's keys.
var (
	ErrNoClientKey   = errors.New("keys: the client has no key")
	ErrTwoClientKeys = errors.New("keys: the client has a second key already")
	ErrOneClientKey  = errors.New("keys: the client has no second key")
	ErrNewKeyUnused  = errors.New("keys: the client's newest key does not sign yet")
)

// clientBits is the length of a client's RSA key.
const clientBits = 3072

// ClientKeys are the private keys by which this installation proves at a provider,
// such as ID-porten, which client it is (private_key_jwt, RFC 7523). Most of the
// time there is one. While it is replaced there are two: both are registered at
// the provider and one of them signs, so that no log-in fails in between. ID-porten
// takes a key for a year at most.
type ClientKeys struct {
	path    string
	keys    []jose.JSONWebKey // the oldest first
	signing string            // key id of the one that signs
}

// clientFile is how they are written: a JSON Web Key Set (RFC 7517 section 5) with
// a member of ours. A file with a single JSON Web Key is read too.
type clientFile struct {
	Signing string            `json:"signing,omitempty"`
	Keys    []jose.JSONWebKey `json:"keys"`
}

// OpenClient reads the keys of a client. A file that is not there holds none.
func OpenClient(path string) (ClientKeys, error) {
	k := ClientKeys{path: path}
	text, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return k, fmt.Errorf("keys: read the client's keys: %w", err)
	}
	var file clientFile
	if err := json.Unmarshal(text, &file); err != nil || len(file.Keys) == 0 {
		var one jose.JSONWebKey
		if json.Unmarshal(text, &one) != nil {
			// The parser's error could quote the key.
			return k, fmt.Errorf("keys: %s is neither a JSON Web Key nor a set of them", path)
		}
		file.Keys = []jose.JSONWebKey{one}
	}
	for _, key := range file.Keys {
		if _, signs := key.Key.(crypto.Signer); !signs || key.IsPublic() || !key.Valid() {
			return k, fmt.Errorf("keys: %s holds something that is no private key", path)
		}
	}
	k.keys, k.signing = file.Keys, file.Signing
	if k.signing == "" {
		k.signing = k.keys[0].KeyID
	}
	if k.current() < 0 {
		return k, fmt.Errorf("keys: %s names a key as signing that it does not hold", path)
	}
	return k, nil
}

func (k ClientKeys) current() int {
	return slices.IndexFunc(k.keys, func(key jose.JSONWebKey) bool { return key.KeyID == k.signing })
}

// Signing returns the key that signs.
func (k ClientKeys) Signing() (jose.JSONWebKey, error) {
	i := k.current()
	if i < 0 {
		return jose.JSONWebKey{}, ErrNoClientKey
	}
	return k.keys[i], nil
}

// Count returns how many keys there are.
func (k ClientKeys) Count() int { return len(k.keys) }

// Public returns what the provider must know: the public halves of all keys, each
// with kty, alg, use, kid, e and n.
func (k ClientKeys) Public() jose.JSONWebKeySet {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range k.keys {
		public := key.Public()
		public.Use = "sig"
		if public.Algorithm == "" {
			public.Algorithm = string(jose.RS256)
		}
		set.Keys = append(set.Keys, public)
	}
	return set
}

// Add makes a new key. The first one signs at once; a second one waits for Use, so
// that it can be registered at the provider before.
func (k *ClientKeys) Add() error {
	if len(k.keys) > 1 {
		return ErrTwoClientKeys
	}
	private, err := rsa.GenerateKey(rand.Reader, clientBits)
	if err != nil {
		return fmt.Errorf("keys: make a client's key: %w", err)
	}
	key := jose.JSONWebKey{Key: private, Algorithm: string(jose.RS256), Use: "sig"}
	thumb, err := key.Thumbprint(crypto.SHA256) // RFC 7638
	if err != nil {
		return fmt.Errorf("keys: name a client's key: %w", err)
	}
	key.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	next := *k
	next.keys = append(slices.Clone(k.keys), key)
	if len(k.keys) == 0 {
		next.signing = key.KeyID
	}
	return k.become(next)
}

// Use lets the newest key sign. The other one stays registered for what is signed
// already, and as the way back.
func (k *ClientKeys) Use() error {
	if len(k.keys) < 2 {
		return ErrOneClientKey
	}
	next := *k
	next.signing = k.keys[len(k.keys)-1].KeyID
	return k.become(next)
}

// Drop forgets every key but the newest, which must sign already.
func (k *ClientKeys) Drop() error {
	switch {
	case len(k.keys) < 2:
		return ErrOneClientKey
	case k.current() != len(k.keys)-1:
		return ErrNewKeyUnused
	}
	next := *k
	next.keys = slices.Clone(k.keys[len(k.keys)-1:])
	return k.become(next)
}

// become writes the changed keys to the disk before they are used. A single key
// without an id, as an operator may have made it, keeps none.
func (k *ClientKeys) become(next ClientKeys) error {
	text, err := json.MarshalIndent(clientFile{Signing: next.signing, Keys: next.keys}, "", "  ")
	if err != nil {
		return fmt.Errorf("keys: write the client's keys: %w", err)
	}
	if err := writeFile(next.path, append(text, '\n'), os.Rename); err != nil {
		return err
	}
	*k = next
	return nil
}
