package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Installation is the key that wraps all other keys: the one secret an operator
// keeps apart from the database and its backups. While a rotation is under way
// it consists of several keys, of which the primary one wraps.
type Installation struct {
	path string // "" when the key does not come from a file

	mu     sync.RWMutex
	handle *keyset.Handle
	seal   tink.AEAD
}

// maxFile is far above what a keyset of a few keys needs.
const maxFile = 64 << 10

// CreateFile makes a new installation key in a file that only its owner may
// read. A file that exists already is left alone and is an error, because what
// it protects would be lost with it.
func CreateFile(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("keys: make installation key: %w", err)
	}
	text, err := cleartext(handle)
	if err != nil {
		return err
	}
	return writeFile(path, text, os.Link) // a link, unlike a renaming, replaces nothing
}

// OpenFile reads the installation key from a file, which it refuses when others
// than the owner may read it.
func OpenFile(path string) (*Installation, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	k, err := Open(text)
	if err != nil {
		return nil, fmt.Errorf("keys: installation key %s: %w", path, err)
	}
	k.path = path
	return k, nil
}

// Open reads the installation key from the text that CreateFile writes, for
// installations that get it from a secret store.
func Open(text []byte) (*Installation, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, errors.New("keys: the installation key is not written as one")
	}
	k := &Installation{}
	return k, k.use(handle)
}

// Throwaway makes an installation key that lives in memory only, for tests and
// for a demo whose data goes with the process.
func Throwaway() (*Installation, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("keys: make installation key: %w", err)
	}
	k := &Installation{}
	return k, k.use(handle)
}

func (k *Installation) use(handle *keyset.Handle) error {
	seal, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("keys: use installation key: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.handle, k.seal = handle, seal
	return nil
}

// wrap encrypts a key with the primary installation key.
func (k *Installation) wrap(plain, aad []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.seal.Encrypt(plain, aad)
}

// unwrap decrypts a key. The file is read once more when that fails, since the
// key may have been rotated by another process.
func (k *Installation) unwrap(wrapped, aad []byte) ([]byte, error) {
	k.mu.RLock()
	plain, err := k.seal.Decrypt(wrapped, aad)
	k.mu.RUnlock()
	if err == nil || k.path == "" {
		return plain, err
	}
	if err := k.reload(); err != nil {
		return nil, err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.seal.Decrypt(wrapped, aad)
}

// reload reads the file again.
func (k *Installation) reload() error {
	if k.path == "" {
		return nil
	}
	fresh, err := OpenFile(k.path)
	if err != nil {
		return err
	}
	return k.use(fresh.handle)
}

// rotate adds a key and makes it the primary one; the others stay, so that
// what they wrapped can still be read.
func (k *Installation) rotate() error {
	return k.change(func(m *keyset.Manager) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// dropOld removes all keys but the primary one.
func (k *Installation) dropOld() error {
	return k.change(func(m *keyset.Manager) error {
		handle, err := m.Handle()
		if err != nil {
			return err
		}
		for i := range handle.Len() {
			entry, err := handle.Entry(i)
			if err != nil {
				return err
			}
			if entry.IsPrimary() {
				continue
			}
			if err := m.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// change writes the changed keyset to the file before it is used, so that
// nothing is ever wrapped by a key that is not on the disk.
func (k *Installation) change(edit func(*keyset.Manager) error) error {
	if err := k.reload(); err != nil {
		return err
	}
	k.mu.RLock()
	manager := keyset.NewManagerFromHandle(k.handle)
	k.mu.RUnlock()
	if err := edit(manager); err != nil {
		return fmt.Errorf("keys: change installation key: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("keys: change installation key: %w", err)
	}
	if k.path != "" {
		text, err := cleartext(handle)
		if err != nil {
			return err
		}
		if err := writeFile(k.path, text, os.Rename); err != nil {
			return err
		}
	}
	return k.use(handle)
}

// isPrimary reports whether wrapped was made by the primary key; the id stands
// in its first bytes.
func (k *Installation) isPrimary(wrapped []byte) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	primary, err := k.handle.Primary()
	return err == nil && keyIDOf(wrapped) == primary.KeyID()
}

func cleartext(handle *keyset.Handle) ([]byte, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("keys: write installation key: %w", err)
	}
	return append(bytes.TrimSpace(slices.Clone(text.Bytes())), '\n'), nil
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("keys: read installation key: %w", err)
	}
	switch {
	case !info.Mode().IsRegular() || info.Size() > maxFile:
		return nil, fmt.Errorf("keys: installation key %s is not a small file", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("keys: installation key %s may be read by others (mode %04o): chmod 600 it",
			path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("keys: read installation key: %w", err)
	}
	return text, nil
}

// writeFile puts the whole file into its place at once: at no time is there
// half a key.
func writeFile(path string, text []byte, put func(from, to string) error) error {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("keys: write installation key: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // not there any more after a renaming
	_, err = temp.Write(text)
	if err == nil {
		err = temp.Sync()
	}
	if closing := temp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = put(temp.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("keys: write installation key: %w", err)
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the folder of the operator's key file
	if err != nil {
		return err
	}
	err = dir.Sync()
	if closing := dir.Close(); err == nil {
		err = closing
	}
	return err
}
