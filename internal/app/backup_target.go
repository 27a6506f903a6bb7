package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// restoreTarget is the installation that a backup is loaded into, and what of it
// can be undone. SQLite's file and the documents grow in folders beside their
// places and are moved there at the end; PostgreSQL's rows come with one commit.
type restoreTarget struct {
	place  Config // as the operator has it
	config Config // while it is loaded
	log    *slog.Logger

	work      string // folder of SQLite's new file, "" on PostgreSQL
	incoming  string // folder of the documents
	documents *blob.Directory
	loaded    bool     // the transaction has been committed
	placed    []string // what has been moved to its place
}

// restoreWork begins the names of the folders that a restore works in.
const restoreWork = ".restore-*"

// newRestoreTarget refuses an installation that has data, and one without the
// key that the backup's data are encrypted with.
func newRestoreTarget(ctx context.Context, c Config, p Parts) (*restoreTarget, error) {
	if p.Key == nil {
		if _, err := os.Stat(c.Get("TORG_KEY_FILE")); err != nil {
			return nil, errs.NotFound("app.restore.key_missing", "path", c.Get("TORG_KEY_FILE")).Because(err)
		}
	}
	if err := refuseFull(c.Get("TORG_BLOB_DIR")); err != nil {
		return nil, err
	}
	t := &restoreTarget{place: c, config: c, log: p.Log}
	if c.Get("TORG_DATABASE_URL") == "" {
		if _, err := os.Lstat(c.DatabasePath()); err == nil {
			return nil, errs.Conflict("app.restore.not_empty", "path", c.DatabasePath())
		}
		return t, nil
	}
	return t, t.refuseUsed(ctx)
}

// refuseFull refuses a folder with anything in it.
func refuseFull(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("app: folder of documents: %w", err)
	}
	if len(entries) > 0 {
		return errs.Conflict("app.restore.not_empty", "path", path)
	}
	return nil
}

// refuseUsed looks into a PostgreSQL database that has been migrated already.
func (t *restoreTarget) refuseUsed(ctx context.Context) (err error) {
	db, err := store.Open(ctx, t.config.StoreConfig())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.ReadPlatform(ctx, refuseTenants)
}

// refuseTenants refuses a database that knows any municipality, a closed one too.
func refuseTenants(ctx context.Context, tx *store.Tx) error {
	tables, err := store.Catalog(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.Name != "tenants" {
			continue
		}
		n, err := t.Count(ctx, tx)
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.Conflict("app.restore.tenants", "count", n)
		}
	}
	return nil
}

// prepare makes the working folders and brings the database to this release's
// shape.
func (t *restoreTarget) prepare(ctx context.Context) (err error) {
	for _, dir := range []string{t.place.DataDir(), t.place.Get("TORG_BLOB_DIR")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("app: make folder: %w", err)
		}
	}
	if t.place.Get("TORG_DATABASE_URL") == "" {
		if t.work, err = os.MkdirTemp(t.place.DataDir(), restoreWork); err != nil {
			return fmt.Errorf("app: make folder: %w", err)
		}
		t.config = t.place.with("TORG_DATA", t.work)
	}
	// Inside the folder, so that moving to the place is renaming even when the
	// folder is a disk of its own.
	if t.incoming, err = os.MkdirTemp(t.place.Get("TORG_BLOB_DIR"), restoreWork); err != nil {
		return fmt.Errorf("app: make folder: %w", err)
	}
	if t.documents, err = blob.NewDirectory(t.incoming); err != nil {
		return err
	}
	pending, err := Pending(ctx, t.config)
	if err == nil && len(pending) > 0 {
		_, err = Migrate(ctx, t.config)
	}
	return err
}

// placeDocuments moves the documents, municipality by municipality.
func (t *restoreTarget) placeDocuments() error {
	root := t.place.Get("TORG_BLOB_DIR")
	entries, err := os.ReadDir(t.incoming)
	if err != nil {
		return fmt.Errorf("app: place documents: %w", err)
	}
	for _, e := range entries {
		to := filepath.Join(root, e.Name())
		if err := os.Rename(filepath.Join(t.incoming, e.Name()), to); err != nil {
			return fmt.Errorf("app: place documents: %w", err)
		}
		t.placed = append(t.placed, to)
	}
	if err := os.Remove(t.incoming); err != nil {
		return fmt.Errorf("app: place documents: %w", err)
	}
	return syncFolder(root)
}

// finish moves SQLite's file to its place.
func (t *restoreTarget) finish() error {
	if t.work == "" {
		return nil
	}
	from, to := t.config.DatabasePath(), t.place.DatabasePath()
	// The last to close the database writes everything into the one file.
	if info, err := os.Stat(from + "-wal"); err == nil && info.Size() > 0 {
		return errors.New("app: the restored database is not closed")
	}
	if _, err := os.Lstat(to); err == nil {
		return errs.Conflict("app.restore.not_empty", "path", to)
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("app: place the database: %w", err)
	}
	t.placed = append(t.placed, to)
	if err := syncFolder(filepath.Dir(to)); err != nil {
		return err
	}
	return os.RemoveAll(t.work)
}

// undo takes everything away that the restore brought.
func (t *restoreTarget) undo(ctx context.Context) error {
	var failures []error
	for _, path := range append(t.placed, t.work, t.incoming) {
		if path != "" {
			failures = append(failures, os.RemoveAll(path))
		}
	}
	if t.loaded && t.work == "" {
		failures = append(failures, t.empty(ctx))
	}
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("app: what was restored could not be taken away again: %w", err)
	}
	return nil
}

// empty deletes the rows that were committed to PostgreSQL.
func (t *restoreTarget) empty(ctx context.Context) (err error) {
	db, err := store.Open(ctx, t.config.StoreConfig())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := store.Unhurried(ctx, tx); err != nil {
			return err
		}
		tables, err := store.Catalog(ctx, tx)
		if err != nil {
			return err
		}
		return clearAll(ctx, tx, tables)
	})
}
