package app

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// fresh returns the settings of an installation without data, with its key.
func fresh(t *testing.T, dialect store.Dialect, keyFile string) Config {
	t.Helper()
	overrides := map[string]string{
		"TORG_DATA": t.TempDir(), "TORG_KEY_FILE": keyFile, "TORG_BASE_DOMAIN": "localhost", "TORG_OIDC_ISSUER": "http://127.0.0.1:1",
	}
	if dialect == store.Postgres {
		overrides["TORG_MIGRATE_URL"], overrides["TORG_DATABASE_URL"] = pgcluster.Start(t).Database(t)
	}
	c, err := ReadConfig(overrides)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newKeyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "torg.key")
	if err := keys.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// texts are read once for all tests.
var texts = sync.OnceValues(Bundle) //nolint:gochecknoglobals // only read

func open(t *testing.T, c Config) *App {
	t.Helper()
	bundle, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), c, Parts{Bundle: bundle, Clock: clock.NewFake(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	held := a
	t.Cleanup(func() {
		if err := held.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stop: %v", err)
		}
		held = nil // testing remembers this function to the end of the process
	})
	if err := a.Directory.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// town is an installation with two municipalities, one of which has a document
// and something in its log.
type town struct {
	*App
	document, removed blob.Document
	picture           []byte
}

func inhabited(t *testing.T, c Config) town {
	t.Helper()
	a := town{App: open(t, c)}
	for _, number := range []string{"4204", "1515"} {
		m, err := tenant.Find(number)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.AddTenant(t.Context(), m, true, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	ctx := a.as(t, "kristiansand")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	a.picture = bytes.Clone(picture.Bytes())
	a.document = a.keep(t, ctx, a.picture)
	picture.Reset()
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	a.removed = a.keep(t, ctx, picture.Bytes())
	err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Blobs.Remove(ctx, tx, a.removed.ID) })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// as returns the context of the operator in a municipality.
func (a *App) as(t *testing.T, slug string) context.Context {
	t.Helper()
	found, ok := a.Directory.BySlugOrNumber(slug)
	if !ok {
		t.Fatalf("no municipality %s", slug)
	}
	ctx := identity.AsSystem(tenant.Bind(t.Context(), found), operator)
	if err := a.Keys.Warm(ctx, found.ID); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func (a *App) keep(t *testing.T, ctx context.Context, content []byte) blob.Document {
	t.Helper()
	stored, err := a.Blobs.Put(ctx, bytes.NewReader(content), blob.PutOptions{Name: "kart æøå.png"})
	if err != nil {
		t.Fatal(err)
	}
	var d blob.Document
	err = a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if d, err = a.Blobs.Keep(ctx, tx, stored, blob.Owner{Type: "case", ID: "c1"}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "case.note", Object: audit.Ref{Type: "case", ID: "c1"}, Subject: "p1", Details: map[string]string{"what": "kart"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// contents returns all rows of all tables, sorted, as a backup writes them.
func contents(t *testing.T, db *store.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := db.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tables, err := store.Catalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			err := table.Each(ctx, tx, func(values []any) error {
				line, err := appendRow(nil, values)
				all[table.Name] = append(all[table.Name], string(line))
				return err
			})
			if err != nil {
				return err
			}
			slices.Sort(all[table.Name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

type secret struct{ *age.X25519Identity }

func newSecret(t *testing.T) secret {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return secret{i}
}

// backedUp makes a backup and returns its bytes.
func backedUp(t *testing.T, a *App, to secret) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.age")
	if _, err := a.BackupTo(t.Context(), path, nil, to.Recipient()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// remains lists what lies in the folders of an installation.
func remains(t *testing.T, c Config) []string {
	t.Helper()
	var found []string
	for _, root := range []string{c.DataDir(), c.Get("TORG_BLOB_DIR")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && path != root && path != c.Get("TORG_BLOB_DIR") {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// untouched fails when an installation has anything of a backup in it.
func untouched(t *testing.T, c Config) {
	t.Helper()
	if found := remains(t, c); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
	if c.Get("TORG_DATABASE_URL") == "" {
		return
	}
	db, err := store.Open(t.Context(), c.StoreConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if left := contents(t, db); len(left) > 0 {
		t.Errorf("rows left behind: %v", left)
	}
}

func dialects() []store.Dialect { return []store.Dialect{store.SQLite, store.Postgres} }

// The drill: what is lost comes back, also on the other database.
func TestRestore_bringsEverythingBack(t *testing.T) {
	t.Parallel()
	for _, from := range dialects() {
		t.Run(from.String(), func(t *testing.T) {
			t.Parallel()
			keyFile, mine := newKeyFile(t), newSecret(t)
			source := inhabited(t, fresh(t, from, keyFile))
			saved := backedUp(t, source.App, mine)
			want := contents(t, source.DB)
			for _, to := range dialects() {
				t.Run("to "+to.String(), func(t *testing.T) {
					target := fresh(t, to, keyFile)
					report, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(saved), nil, mine)
					if err != nil {
						t.Fatal(err)
					}
					if !report.OK() || len(report.Logs) != 2 || report.Manifest.Documents.Count != 1 {
						t.Errorf("report %+v", report)
					}
					checkRestored(t, open(t, target), source, want)
				})
			}
		})
	}
}

func checkRestored(t *testing.T, restored *App, source town, want map[string][]string) {
	t.Helper()
	if diff := cmp.Diff(want, contents(t, restored.DB)); diff != "" {
		t.Errorf("the rows differ (-want +got)\n%s", diff)
	}
	ctx := restored.as(t, "kristiansand")
	r, d, err := restored.Blobs.Open(ctx, source.document.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, source.picture) || d.Name != "kart æøå.png" {
		t.Errorf("the document %q has %d bytes, error %v", d.Name, len(got), err)
	}
	logs, err := restored.VerifyAudit(ctx, restored.Directory.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logs {
		if !l.OK() || l.Sealed == 0 {
			t.Errorf("%s: %+v", l.Report.Tenant, l.Report)
		}
	}
	if _, ok := restored.Directory.BySlugOrNumber("heroy-more-og-romsdal"); !ok {
		t.Error("Herøy is not there")
	}
}

func TestBackup_neverHoldsTheInstallationKey(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	a := inhabited(t, fresh(t, store.SQLite, keyFile))
	plain, err := age.Decrypt(bytes.NewReader(backedUp(t, a.App, mine)), mine)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(archive, []byte(`kristiansand`)) {
		t.Fatal("the test does not see the plain archive")
	}
	for _, form := range keyForms(t, keyFile) {
		if bytes.Contains(archive, form) {
			t.Errorf("the backup holds the installation key, written as %.20q…", form)
		}
	}
}

func TestBackup_cannotBeReadWithoutItsKey(t *testing.T) {
	t.Parallel()
	a := inhabited(t, fresh(t, store.SQLite, newKeyFile(t)))
	saved := backedUp(t, a.App, newSecret(t))
	for _, text := range []string{"kristiansand", "tenants", headerName, tablesFolder, a.document.Digest} {
		if bytes.Contains(saved, []byte(text)) {
			t.Errorf("%q stands in the file", text)
		}
	}
}

func TestBackupTo_replacesNothing(t *testing.T) {
	t.Parallel()
	a, mine := inhabited(t, fresh(t, store.SQLite, newKeyFile(t))), newSecret(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "b.age")
	for _, there := range []string{path, path + ".part"} {
		if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := a.BackupTo(t.Context(), path, nil, mine.Recipient())
		if e := errs.Of(err); e == nil || e.Kind != errs.KindConflict {
			t.Errorf("%s: error %v", there, err)
		}
		if text, err := os.ReadFile(there); err != nil || string(text) != "precious" {
			t.Errorf("%s is %q, %v", there, text, err)
		}
		if err := os.Remove(there); err != nil {
			t.Fatal(err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.BackupTo(ended, path, nil, mine.Recipient()); err == nil {
		t.Error("a cancelled backup went well")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestBackup_goesOnWithoutADocumentThatIsGone(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	c := fresh(t, store.SQLite, keyFile)
	a := inhabited(t, c)
	file := filepath.Join(c.Get("TORG_BLOB_DIR"), tenantOf(a), a.document.Digest[:2], a.document.Digest[2:4], a.document.Digest)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.age")
	m, err := a.BackupTo(t.Context(), path, nil, mine.Recipient())
	if err != nil || m.MissingCount != 1 || len(m.Missing) != 1 || !strings.HasSuffix(m.Missing[0], a.document.Digest) {
		t.Fatalf("%+v, error %v", m, err)
	}
	saved, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer saved.Close()
	report, err := Restore(t.Context(), fresh(t, store.SQLite, keyFile), Parts{}, saved, nil, mine)
	if err != nil || report.OK() || report.Manifest.MissingCount != 1 {
		t.Errorf("%+v, error %v", report, err)
	}
}

func tenantOf(a town) string {
	t, _ := a.Directory.BySlugOrNumber("kristiansand")
	return t.ID
}
