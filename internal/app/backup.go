package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Progress is told how long work goes on, as a message key with its values. It
// may be nil.
type Progress func(key string, args ...any)

func (p Progress) tell(key string, args ...any) {
	if p != nil {
		p(key, args...)
	}
}

// operator is the name under which the command line acts.
const operator = "operator"

// BackupReady refuses an installation that has nothing to back up or that this
// release would change before it reads it. It comes before New.
func BackupReady(ctx context.Context, c Config) error {
	config := c.StoreConfig()
	if config.URL == "" {
		if _, err := os.Stat(config.Path); err != nil {
			return errs.NotFound("app.backup.nothing", "path", config.Path).Because(err)
		}
	}
	pending, err := store.Pending(ctx, config, migrations()...)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return errs.Conflict("app.backup.pending", "count", len(pending))
	}
	return nil
}

// BackupTo writes a backup to a file, encrypted to the recipients. The file gets
// its name when it is whole and on the disk; one that exists is never replaced.
// The server may run meanwhile.
func (a *App) BackupTo(ctx context.Context, path string, progress Progress, recipients ...age.Recipient) (m BackupManifest, err error) {
	if _, err := os.Lstat(path); err == nil {
		return m, errs.Conflict("app.backup.exists", "path", path)
	}
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if errors.Is(err, os.ErrExist) {
		return m, errs.Conflict("app.backup.part", "path", part)
	}
	if err != nil {
		return m, fmt.Errorf("app: back up: %w", err)
	}
	m, err = a.encryptTo(ctx, file, progress, recipients)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = putInPlace(part, path)
	}
	if err != nil {
		return m, errors.Join(fmt.Errorf("app: back up: %w", err), ignoreAbsent(os.Remove(part)))
	}
	return m, nil
}

// putInPlace gives a finished file its name, unless somebody has taken it.
func putInPlace(part, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return errs.Conflict("app.backup.exists", "path", path)
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // a folder that the operator names
	if err != nil {
		return fmt.Errorf("app: sync folder: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func ignoreAbsent(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (a *App) encryptTo(ctx context.Context, w io.Writer, progress Progress, recipients []age.Recipient) (BackupManifest, error) {
	sealed, err := age.Encrypt(w, recipients...)
	if err != nil {
		return BackupManifest{}, fmt.Errorf("encrypt: %w", err)
	}
	m, err := a.backup(ctx, sealed, progress)
	if err != nil {
		return m, err
	}
	return m, sealed.Close()
}

// backup writes the archive. The heads come before the snapshot, so that they
// never tell of entries that the snapshot lacks; the documents come after it:
// they are files that never change and that stay a day longer than their rows.
func (a *App) backup(ctx context.Context, w io.Writer, progress Progress) (BackupManifest, error) {
	if _, err := a.sealer.Seal(ctx); err != nil {
		// A damaged log must not hinder the backup of everything else.
		a.Log.WarnContext(ctx, "the audit log could not be sealed before the backup", "error", err)
		progress.tell("app.backup.unsealed")
	}
	out := newArchiveWriter(w, a.DB.Clock().Now(), progress)
	list, err := a.snapshot(ctx, out)
	if err != nil {
		return out.manifest, err
	}
	if err := out.documents(ctx, a.Blobs.Backend, list.sorted()); err != nil {
		return out.manifest, err
	}
	return out.manifest, out.close()
}

// snapshot writes the header, the heads and all rows. The header needs only the
// catalog, which no running server changes, so the heads fit in between.
func (a *App) snapshot(ctx context.Context, out *archiveWriter) (documentList, error) {
	var h BackupHeader
	err := a.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		h, err = a.backupHeader(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("app: read the catalog: %w", err)
	}
	if err := out.header(h); err != nil {
		return nil, err
	}
	if err := a.writeHeads(ctx, out); err != nil {
		return nil, err
	}
	var list documentList
	err = a.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := store.Unhurried(ctx, tx); err != nil {
			return err
		}
		tables, err := store.Catalog(ctx, tx)
		if err != nil {
			return err
		}
		if !sameShape(tables, h.Tables) {
			return errors.New("app: the database was migrated meanwhile: start again")
		}
		for _, t := range tables {
			var seen func([]any)
			if t.Name == documentTable {
				seen = list.collector(t)
			}
			if err := out.table(ctx, tx, t, seen); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func (a *App) backupHeader(ctx context.Context, tx *store.Tx) (BackupHeader, error) {
	tables, err := store.Catalog(ctx, tx)
	if err != nil {
		return BackupHeader{}, err
	}
	version, err := store.SchemaVersion(ctx, tx)
	if err != nil {
		return BackupHeader{}, err
	}
	return BackupHeader{
		Format: backupFormat, Release: Version(), Schema: version, At: tx.Now, Dialect: a.DB.Dialect().String(), Tables: tables,
	}, nil
}

func (a *App) writeHeads(ctx context.Context, out *archiveWriter) error {
	lines := &headLines{w: out}
	if err := a.ExportHeads(ctx, lines); err != nil {
		return err
	}
	return lines.flush()
}

// ExportHeads writes the signed heads of every municipality, one JSON document
// a line.
func (a *App) ExportHeads(ctx context.Context, w io.Writer) error {
	if err := a.Directory.Refresh(ctx); err != nil {
		return err
	}
	for _, t := range a.Directory.All() {
		if err := a.Audit.ExportHeads(identity.AsSystem(tenant.Bind(ctx, t), operator), w); err != nil {
			return fmt.Errorf("app: heads of %s: %w", t.Slug, err)
		}
	}
	return nil
}
