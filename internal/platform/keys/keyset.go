package keys

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/streamingaead"
	"github.com/tink-crypto/tink-go/v2/streamingaead/aesgcmhkdf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// sort is what a key is for; it is the purpose column of the key's row.
type sort string

const (
	sortField  sort = "field"
	sortLookup sort = "lookup"
	sortFile   sort = "file"
	sortSign   sort = "sign" // the installation's signing key only
)

func tenantSorts() []sort { return []sort{sortField, sortLookup, sortFile} }

// segment is the size of the authenticated pieces of a file: small enough for
// many files at once, large enough to cost nothing.
const segment = 64 << 10

// prefixSize is the length of what stands before every ciphertext: the byte 1
// and the key's id, big-endian (Tink wire format, "Tink output prefix").
const prefixSize = 5

// version is one version of a tenant's key of one sort, ready for use.
type version struct {
	number int
	keyID  uint32
	field  tink.AEAD
	lookup prf.PRF
	file   tink.StreamingAEAD
}

// newKeyset makes a fresh key of a sort.
func newKeyset(s sort) (*keyset.Handle, error) {
	switch s {
	case sortField:
		return keyset.NewHandle(aead.AES256GCMKeyTemplate())
	case sortLookup:
		return keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	case sortFile:
		return newFileKeyset()
	case sortSign: // is no keyset, but the seed of an Ed25519 key
	}
	return nil, fmt.Errorf("keys: no key of sort %q", s)
}

func newFileKeyset() (*keyset.Handle, error) {
	params, err := aesgcmhkdf.NewParameters(aesgcmhkdf.ParametersOpts{
		KeySizeInBytes: 32, DerivedKeySizeInBytes: 32, HKDFHashType: aesgcmhkdf.SHA256, SegmentSizeInBytes: segment,
	})
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManager()
	id, err := manager.AddNewKeyFromParameters(params)
	if err != nil {
		return nil, err
	}
	if err := manager.SetPrimary(id); err != nil {
		return nil, err
	}
	return manager.Handle()
}

// wrapKeyset encrypts a keyset with the installation key, bound to its place.
func (k *Installation) wrapKeyset(handle *keyset.Handle, place []byte) ([]byte, error) {
	var plain bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&plain)); err != nil {
		return nil, fmt.Errorf("keys: write keyset: %w", err)
	}
	defer clear(plain.Bytes())
	return k.wrap(plain.Bytes(), place)
}

func (k *Installation) unwrapKeyset(wrapped, place []byte) (*keyset.Handle, error) {
	plain, err := k.unwrap(wrapped, place)
	if err != nil {
		return nil, fmt.Errorf("keys: unwrap key (is this the installation key it was wrapped with?): %w", err)
	}
	defer clear(plain)
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(plain)))
	if err != nil {
		return nil, fmt.Errorf("keys: read keyset: %w", err)
	}
	return handle, nil
}

// newVersion makes a keyset of one key ready for use.
func newVersion(s sort, number int, handle *keyset.Handle) (version, error) {
	v := version{number: number}
	primary, err := handle.Primary()
	if err != nil {
		return v, fmt.Errorf("keys: keyset: %w", err)
	}
	v.keyID = primary.KeyID()
	switch s {
	case sortField:
		v.field, err = aead.New(handle)
	case sortFile:
		v.file, err = streamingaead.New(handle)
	case sortLookup:
		var set *prf.Set
		if set, err = prf.NewPRFSet(handle); err == nil {
			v.lookup = set.PRFs[set.PrimaryID]
		}
	default:
		err = fmt.Errorf("no key of sort %q", s)
	}
	if err != nil {
		return v, fmt.Errorf("keys: use keyset: %w", err)
	}
	return v, nil
}

// keyIDOf returns the key id a ciphertext begins with, 0 when it has none.
func keyIDOf(ciphertext []byte) uint32 {
	if len(ciphertext) < prefixSize || ciphertext[0] != tinkVersion {
		return 0
	}
	return binary.BigEndian.Uint32(ciphertext[1:prefixSize])
}

// tinkVersion is the first byte of a ciphertext with a key id.
const tinkVersion = 1

// place names where a wrapped key lies, so that it cannot be moved to another
// tenant, sort or version.
func place(tenantID string, s sort, number int) []byte {
	out := appendPart(nil, tenantID)
	out = appendPart(out, string(s))
	return binary.AppendUvarint(out, uint64(number))
}

// bind joins what a ciphertext is bound to: tenant, purpose and the caller's
// own, each with its length, so that no two joinings are alike.
func bind(tenantID, purpose string, aad []byte) []byte {
	out := make([]byte, 0, len(tenantID)+len(purpose)+len(aad)+4)
	out = appendPart(out, tenantID)
	out = appendPart(out, purpose)
	return append(out, aad...)
}

func appendPart(out []byte, part string) []byte {
	out = binary.AppendUvarint(out, uint64(len(part)))
	return append(out, part...)
}
