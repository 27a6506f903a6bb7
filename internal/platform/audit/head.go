package audit

import (
	"bufio"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/torg-no/torg/internal/platform/store"
)

// Head is the signed state of a municipality's tree: so many entries, this root
// (a signed tree head, RFC 6962 section 3.5). Kept outside the database, it
// proves later that nothing before it was changed or removed.
type Head struct {
	Tenant    string     `json:"tenant"`
	Size      int64      `json:"size"`
	Root      []byte     `json:"root"`
	At        store.Time `json:"at"`
	KeyID     string     `json:"key"`
	Signature []byte     `json:"signature"`
}

// instantLayout is how a head writes its instant: UTC, microseconds.
const instantLayout = "2006-01-02T15:04:05.000000Z"

// text is what is signed: an origin, the size, the root and the instant, a line
// each, in the manner of the checkpoints of transparency logs.
func (h Head) text() []byte {
	return fmt.Appendf(nil, "torg audit %s\n%d\n%s\n%s\n",
		h.Tenant, h.Size, base64.StdEncoding.EncodeToString(h.Root), h.At.UTC().Format(instantLayout))
}

func (h Head) sign(key ed25519.PrivateKey) Head {
	public, _ := key.Public().(ed25519.PublicKey)
	h.KeyID = KeyID(public)
	h.Signature = ed25519.Sign(key, h.text())
	return h
}

// SignedBy reports whether one of the keys signed the head.
func (h Head) SignedBy(keys ...ed25519.PublicKey) bool {
	for _, key := range keys {
		if len(key) == ed25519.PublicKeySize && KeyID(key) == h.KeyID && ed25519.Verify(key, h.text(), h.Signature) {
			return true
		}
	}
	return false
}

// KeyID names a public key: the first 8 bytes of its SHA-256, in hex.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// writeHead writes a head as one line of JSON.
func writeHead(w io.Writer, h Head) error {
	line, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("audit: write head: %w", err)
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("audit: write head: %w", err)
	}
	return nil
}

// longestHead bounds a line of a heads file.
const longestHead = 16 << 10

// ReadHeads reads the heads of a file with one JSON document a line, as the
// sealer and ExportHeads write them. Empty lines are skipped.
func ReadHeads(r io.Reader) ([]Head, error) {
	var heads []Head
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestHead)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var h Head
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			return nil, fmt.Errorf("audit: heads file, line %d: %w", n, err)
		}
		if h.Size < 1 || len(h.Root) != sha256.Size {
			return nil, fmt.Errorf("audit: heads file, line %d is no head", n)
		}
		heads = append(heads, h)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("audit: heads file: %w", err)
	}
	return heads, nil
}
