package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// keyForms returns the ways in which the secret of a key file could be written.
func keyForms(t *testing.T, path string) [][]byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Key []struct {
			KeyData struct {
				Value string `json:"value"`
			} `json:"keyData"`
		} `json:"key"`
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Key) == 0 {
		t.Fatalf("the key file is not as expected: %v", err)
	}
	value := file.Key[0].KeyData.Value
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(raw) < 32 {
		t.Fatalf("a key of %d bytes, %v", len(raw), err)
	}
	bare := raw[len(raw)-32:] // AES-256 without the protocol buffer around it
	return [][]byte{[]byte(value), raw, bare, []byte(base64.StdEncoding.EncodeToString(bare))}
}

// sealed encrypts an archive that a test has put together.
func sealed(t *testing.T, to secret, entries []archiveEntry) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed(t, entries)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened returns the entries of a backup.
func opened(t *testing.T, saved []byte, with secret) []archiveEntry {
	t.Helper()
	plain, err := age.Decrypt(bytes.NewReader(saved), with)
	if err != nil {
		t.Fatal(err)
	}
	return unpacked(t, plain)
}

// changed returns the entries with the one of a name changed; nil removes it.
func changed(entries []archiveEntry, name string, change func([]byte) []byte) []archiveEntry {
	var out []archiveEntry
	for _, e := range entries {
		if strings.Contains(e.name, name) {
			if e.text = change(bytes.Clone(e.text)); e.text == nil {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func TestRestore_refusesWhatIsNotAsItWasWritten(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	saved := backedUp(t, inhabited(t, fresh(t, store.SQLite, keyFile)).App, mine)
	entries := opened(t, saved, mine)
	flip := func(at int) []byte {
		text := bytes.Clone(saved)
		text[at] ^= 1
		return text
	}
	remove := func([]byte) []byte { return nil }
	replace := func(from, to string) func([]byte) []byte {
		return func(text []byte) []byte { return bytes.Replace(text, []byte(from), []byte(to), 1) }
	}
	for name, tt := range map[string]struct {
		text []byte
		key  string
	}{
		"nothing":            {nil, "app.restore.not_backup"},
		"another file":       {[]byte("PK\x03\x04 something else entirely"), "app.restore.not_backup"},
		"another's key":      {sealed(t, newSecret(t), entries), "app.restore.wrong_key"},
		"cut off early":      {saved[:len(saved)/3], "app.restore.damaged"},
		"cut off at the end": {saved[:len(saved)-1], "app.restore.damaged"},
		"one bit in it":      {flip(len(saved) / 2), "app.restore.damaged"},
		"one bit at the end": {flip(len(saved) - 1), "app.restore.damaged"},
		"something after it": {append(bytes.Clone(saved), 'x'), "app.restore.damaged"},
		"no manifest":        {sealed(t, mine, changed(entries, manifestName, remove)), "app.restore.damaged"},
		"a document less":    {sealed(t, mine, changed(entries, filesFolder+"/", remove)), "app.restore.damaged"},
		"a document changed": {sealed(t, mine, changed(entries, filesFolder+"/", func(b []byte) []byte { b[9] ^= 1; return b })), "app.restore.damaged"},
		"a table less":       {sealed(t, mine, changed(entries, "/tenant_keys/", remove)), "app.restore.damaged"},
		"a value changed":    {sealed(t, mine, changed(entries, "/tenants/", replace("kristiansand", "kristiansund"))), "app.restore.damaged"},
		"another schema":     {sealed(t, mine, changed(entries, headerName, replace(`"schema": 2`, `"schema": 1`))), "app.restore.release"},
		"other columns":      {sealed(t, mine, changed(entries, headerName, replace(`"slug"`, `"slog"`))), "app.restore.release"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := fresh(t, store.SQLite, keyFile)
			_, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(tt.text), nil, mine)
			if e := errs.Of(err); e == nil || e.Key != tt.key {
				t.Errorf("error %v, want %s", err, tt.key)
			}
			untouched(t, target)
		})
	}
}

func TestRestore_leavesPostgresEmptyWhenItFails(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	saved := backedUp(t, inhabited(t, fresh(t, store.SQLite, keyFile)).App, mine)
	t.Run("damaged", func(t *testing.T) {
		t.Parallel()
		target := fresh(t, store.Postgres, keyFile)
		// As the very last, when all rows and documents are in.
		bad := changed(opened(t, saved, mine), manifestName, func(b []byte) []byte { return bytes.Replace(b, []byte(`"rows": 2`), []byte(`"rows": 3`), 1) })
		_, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(sealed(t, mine, bad)), nil, mine)
		if e := errs.Of(err); e == nil || e.Key != "app.restore.damaged" {
			t.Errorf("error %v", err)
		}
		untouched(t, target)
	})
	t.Run("another installation's key", func(t *testing.T) {
		t.Parallel()
		target := fresh(t, store.Postgres, newKeyFile(t))
		_, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(saved), nil, mine)
		if e := errs.Of(err); e == nil || e.Key != "app.restore.key" {
			t.Errorf("error %v", err)
		}
		untouched(t, target)
	})
}

func TestRestore_refusesAnotherInstallationsKey(t *testing.T) {
	t.Parallel()
	mine := newSecret(t)
	saved := backedUp(t, inhabited(t, fresh(t, store.SQLite, newKeyFile(t))).App, mine)
	target := fresh(t, store.SQLite, newKeyFile(t))
	_, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(saved), nil, mine)
	if e := errs.Of(err); e == nil || e.Key != "app.restore.key" {
		t.Errorf("error %v", err)
	}
	untouched(t, target)
	none := fresh(t, store.SQLite, filepath.Join(t.TempDir(), "none.key"))
	_, err = Restore(t.Context(), none, Parts{}, bytes.NewReader(saved), nil, mine)
	if e := errs.Of(err); e == nil || e.Key != "app.restore.key_missing" {
		t.Errorf("error %v", err)
	}
	untouched(t, none)
}

func TestRestore_refusesAnInstallationWithData(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects() {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			keyFile, mine := newKeyFile(t), newSecret(t)
			c := fresh(t, dialect, keyFile)
			a := inhabited(t, c)
			saved, want := backedUp(t, a.App, mine), contents(t, a.DB)
			_, err := Restore(t.Context(), c, Parts{}, bytes.NewReader(saved), nil, mine)
			if e := errs.Of(err); e == nil || e.Kind != errs.KindConflict {
				t.Errorf("error %v", err)
			}
			// The rows alone must be enough to refuse.
			_, err = Restore(t.Context(), c.with("TORG_BLOB_DIR", t.TempDir()), Parts{}, bytes.NewReader(saved), nil, mine)
			if e := errs.Of(err); e == nil || e.Kind != errs.KindConflict {
				t.Errorf("rows alone: error %v", err)
			}
			checkRestored(t, a.App, a, want)
		})
	}
}

func TestRestore_reportsALogThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	a := inhabited(t, fresh(t, store.SQLite, keyFile))
	if _, err := a.sealer.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := a.as(t, "kristiansand")
	err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `update audit_entries set subject_id = 'p2' where tenant_id = $1 and subject_id = 'p1'`, tx.Tenant)
		if n != 2 {
			t.Errorf("%d entries changed", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := Restore(t.Context(), fresh(t, store.SQLite, keyFile), Parts{}, bytes.NewReader(backedUp(t, a.App, mine)), nil, mine)
	if err != nil || report.OK() {
		t.Fatalf("%+v, error %v", report, err)
	}
	for _, l := range report.Logs {
		if want := l.Tenant.Slug != "kristiansand"; l.OK() != want {
			t.Errorf("%s in order: %t", l.Tenant.Slug, l.OK())
		}
		for _, p := range l.Problems {
			if p.Kind != audit.Changed {
				t.Errorf("problem %+v", p)
			}
		}
	}
}

// interrupting ends its context when some bytes have been read.
type interrupting struct {
	io.Reader
	left   int
	cancel context.CancelFunc
}

// Read implements io.Reader.
func (i *interrupting) Read(p []byte) (int, error) {
	n, err := i.Reader.Read(p)
	if i.left -= n; i.left < 0 {
		i.cancel()
	}
	return n, err
}

func TestRestore_clearsUpWhenInterrupted(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	saved := backedUp(t, inhabited(t, fresh(t, store.SQLite, keyFile)).App, mine)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	target := fresh(t, store.SQLite, keyFile)
	_, err := Restore(ctx, target, Parts{}, &interrupting{bytes.NewReader(saved), len(saved) / 2, cancel}, nil, mine)
	if err == nil || errs.Of(err) != nil {
		t.Errorf("error %v", err)
	}
	untouched(t, target)
}

func TestSecrets_areReadFromFilesOfTheirOwnersOnly(t *testing.T) {
	t.Parallel()
	mine := newSecret(t)
	file := func(text string, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if list, err := Identities(file("# mine\n"+mine.String()+"\n", 0o600)); err != nil || len(list) != 1 {
		t.Errorf("%d identities, %v", len(list), err)
	}
	if _, err := Identities(file(mine.String(), 0o644)); errs.Of(err) == nil {
		t.Errorf("a file for all to read: %v", err)
	}
	_, err := Identities(file("AGE-SECRET-KEY-1NONSENSE", 0o600))
	if errs.Of(err) == nil || strings.Contains(err.Error(), "NONSENSE") {
		t.Errorf("nonsense: %v", err)
	}
	if _, err := PassphraseRecipient(file("short\n", 0o600)); errs.Of(err) == nil {
		t.Errorf("a short passphrase: %v", err)
	}
	if _, err := PassphraseIdentity(file("quite long enough\nsecond line", 0o600)); err != nil {
		t.Error(err)
	}
	if _, err := Recipients(mine.Recipient().String(), "age1nonsense"); errs.Of(err) == nil {
		t.Errorf("a nonsense recipient: %v", err)
	}
	if list, err := Recipients(mine.Recipient().String()); err != nil || len(list) != 1 {
		t.Errorf("%d recipients, %v", len(list), err)
	}
}
