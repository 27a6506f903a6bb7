package keys

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// EncryptStream returns a writer that encrypts to w with the tenant's newest
// file key. What was written is whole only after Close, which does not close w.
func (r *Ring) EncryptStream(ctx context.Context, tenantID, purpose string, w io.Writer, aad []byte) (io.WriteCloser, error) {
	keys, err := r.keysOf(ctx, tenantID)
	if err != nil {
		return nil, err
	}
	v := keys.file[0]
	// Tink's streams carry no key id, so it is put before them.
	header := binary.BigEndian.AppendUint32([]byte{tinkVersion}, v.keyID)
	if _, err := w.Write(header); err != nil {
		return nil, fmt.Errorf("keys: encrypt stream: %w", err)
	}
	out, err := v.file.NewEncryptingWriter(w, bind(tenantID, purpose, aad))
	if err != nil {
		return nil, fmt.Errorf("keys: encrypt stream: %w", err)
	}
	return out, nil
}

// DecryptStream returns a reader of what EncryptStream wrote. It gives out only
// bytes that have been authenticated, and io.EOF only after the true end: a
// stream that was cut off, reordered or lengthened ends in another error.
func (r *Ring) DecryptStream(ctx context.Context, tenantID, purpose string, ciphertext io.Reader, aad []byte) (io.Reader, error) {
	header := make([]byte, prefixSize)
	if _, err := io.ReadFull(ciphertext, header); err != nil {
		return nil, fmt.Errorf("keys: decrypt stream: read its key id: %w", unexpected(err))
	}
	v, err := r.find(ctx, tenantID, keyIDOf(header), func(k *tenantKeys) []version { return k.file })
	if err != nil {
		return nil, fmt.Errorf("keys: decrypt stream: %w", err)
	}
	plain, err := v.file.NewDecryptingReader(ciphertext, bind(tenantID, purpose, aad))
	if err != nil {
		return nil, fmt.Errorf("keys: decrypt stream: %w", unexpected(err))
	}
	return plain, nil
}

// unexpected makes an end where none may be an error.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
