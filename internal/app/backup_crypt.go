package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"github.com/torg-no/torg/internal/platform/errs"
)

// minPassphrase is the least length of a passphrase: what it protects leaves the
// house and can be guessed at without anybody noticing.
const minPassphrase = 12

// maxSecret bounds the file of a passphrase or an identity.
const maxSecret = 64 << 10

// Recipients reads the public keys (age1…) that a backup is encrypted to. Who
// makes backups need not be able to read them.
func Recipients(keys ...string) ([]age.Recipient, error) {
	var list []age.Recipient
	for _, key := range keys {
		found, err := age.ParseRecipients(strings.NewReader(key))
		if err != nil {
			return nil, errs.Invalid("app.backup.recipient", "recipient", key).Because(err)
		}
		list = append(list, found...)
	}
	return list, nil
}

// Identities reads the private keys of a file that age-keygen made.
func Identities(path string) ([]age.Identity, error) {
	text, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	list, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		// The parser's error could quote the key.
		return nil, errs.Invalid("app.restore.identity", "path", path)
	}
	return list, nil
}

// PassphraseRecipient reads a passphrase to encrypt with from the first line of
// a file.
func PassphraseRecipient(path string) (age.Recipient, error) {
	passphrase, err := readPassphrase(path)
	if err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("app: passphrase: %w", err)
	}
	return r, nil
}

// PassphraseIdentity reads a passphrase to decrypt with from the first line of a
// file.
func PassphraseIdentity(path string) (age.Identity, error) {
	passphrase, err := readPassphrase(path)
	if err != nil {
		return nil, err
	}
	i, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("app: passphrase: %w", err)
	}
	return i, nil
}

func readPassphrase(path string) (string, error) {
	text, err := readSecret(path)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	if len(line) < minPassphrase {
		return "", errs.Invalid("app.backup.passphrase", "path", path, "min", minPassphrase)
	}
	return line, nil
}

// readSecret reads a small file that nobody but its owner may read.
func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("app: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecret {
		return "", fmt.Errorf("app: %s is not a small file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", errs.Invalid("app.backup.readable", "path", path)
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("app: %w", err)
	}
	return string(text), nil
}

// decrypt opens the age file. A key that does not fit is told from a file that
// is none.
func decrypt(r io.Reader, identities []age.Identity) (io.Reader, error) {
	plain, err := age.Decrypt(r, identities...)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, errs.Forbidden("app.restore.wrong_key").Because(err)
	}
	if err != nil {
		return nil, errs.Invalid("app.restore.not_backup").Because(err)
	}
	return plain, nil
}
