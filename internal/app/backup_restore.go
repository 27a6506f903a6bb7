package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"filippo.io/age"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// with returns the settings with one of them changed.
func (c Config) with(name, value string) Config {
	values := maps.Clone(c.values)
	values[name] = value
	return Config{values: values}
}

// TenantReport is what the verification of one municipality's log found.
type TenantReport struct {
	Tenant tenant.Tenant
	audit.Report
}

// RestoreReport is what a restore did.
type RestoreReport struct {
	Manifest BackupManifest
	Logs     []TenantReport
}

// OK reports whether everything came back: all documents, and logs in order.
func (r RestoreReport) OK() bool {
	for _, l := range r.Logs {
		if !l.OK() {
			return false
		}
	}
	return r.Manifest.MissingCount == 0
}

// Restore loads a backup into an installation that has no data yet, and verifies
// the audit logs. When it fails, the installation is as it was before. A log
// that was tampered with before the backup is reported and does not hinder the
// restore.
func Restore(ctx context.Context, c Config, p Parts, from io.Reader, progress Progress, identities ...age.Identity) (report RestoreReport, err error) {
	target, err := newRestoreTarget(ctx, c, p)
	if err != nil {
		return report, err
	}
	plain, err := decrypt(from, identities)
	if err != nil {
		return report, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, target.undo(context.WithoutCancel(ctx)))
		}
	}()
	if err := target.prepare(ctx); err != nil {
		return report, err
	}
	heads := latestHeads{}
	if report.Manifest, err = target.load(ctx, plain, heads, progress); err != nil {
		return report, explainDamage(err)
	}
	if report.Logs, err = target.check(ctx, p, heads.list()); err != nil {
		return report, err
	}
	return report, target.finish()
}

// explainDamage gives the words for a file that is not as it was written.
func explainDamage(err error) error {
	if errors.Is(err, errDamaged) && errs.Of(err) == nil {
		return errs.Invalid("app.restore.damaged", "reason", err.Error()).Because(err)
	}
	return err
}

// load reads the whole backup in one transaction. It is committed when all
// digests and counts are right and the documents are in their place.
func (t *restoreTarget) load(ctx context.Context, plain io.Reader, heads latestHeads, progress Progress) (m BackupManifest, err error) {
	config := t.config.StoreConfig()
	config.Log = t.log
	db, err := store.Open(ctx, config)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	began := false
	source := stopWith(ctx, plain)
	err = db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if began {
			return errors.New("app: the database asked to begin again, and a backup is read only once: start anew")
		}
		began = true
		l := &loader{tx: tx, target: t, known: heads, progress: progress}
		if err := l.begin(ctx); err != nil {
			return err
		}
		if m, err = readArchive(ctx, source, l); err != nil {
			return err
		}
		if err := l.verify(ctx, m); err != nil {
			return err
		}
		return t.placeDocuments()
	})
	if err == nil {
		t.loaded = true
	}
	return m, err
}

// loader puts what a backup holds into the database and the folder.
type loader struct {
	tx       *store.Tx
	target   *restoreTarget
	tables   []store.Table
	known    latestHeads
	wanted   documentList // what the rows name
	found    int64        // documents that came
	progress Progress
}

// interruptible ends reading when the command is interrupted. The transaction's
// own context is never cancelled in the middle of a statement.
type interruptible func(p []byte) (int, error)

// Read implements io.Reader.
func (f interruptible) Read(p []byte) (int, error) { return f(p) }

func stopWith(ctx context.Context, r io.Reader) interruptible {
	return func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, fmt.Errorf("app: interrupted: %w", err)
		}
		return r.Read(p)
	}
}

// begin clears what an installation without municipalities may hold: keys and
// periodic jobs that a first start made.
func (l *loader) begin(ctx context.Context) (err error) {
	if err := store.Unhurried(ctx, l.tx); err != nil {
		return err
	}
	if l.tables, err = store.Catalog(ctx, l.tx); err != nil {
		return err
	}
	if err := refuseTenants(ctx, l.tx); err != nil {
		return err
	}
	return clearAll(ctx, l.tx, l.tables)
}

func clearAll(ctx context.Context, tx *store.Tx, tables []store.Table) error {
	for _, t := range tables {
		if err := t.Clear(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// header implements archiveVisitor: only a backup of exactly this schema is
// loaded. Another release's data would need its migrations run on it.
func (l *loader) header(ctx context.Context, h BackupHeader) error {
	version, err := store.SchemaVersion(ctx, l.tx)
	if err != nil {
		return err
	}
	if h.Schema != version || !sameShape(h.Tables, l.tables) {
		return errs.Conflict("app.restore.release", "release", h.Release, "schema", h.Schema, "this", Version(), "own", version)
	}
	return nil
}

// heads implements archiveVisitor.
func (l *loader) heads(lines []byte) error {
	list, err := audit.ReadHeads(bytes.NewReader(lines))
	if err != nil {
		return damaged("the heads cannot be read")
	}
	l.known.add(list)
	return nil
}

// rows implements archiveVisitor.
func (l *loader) rows(ctx context.Context, t store.Table, rows [][]any) error {
	if err := t.Insert(ctx, l.tx, rows); err != nil {
		return err
	}
	if t.Name == documentTable {
		collect := l.wanted.collector(t)
		for _, row := range rows {
			collect(row)
		}
	}
	l.progress.tell("app.restore.progress_rows", "table", t.Name, "count", len(rows))
	return nil
}

// document implements archiveVisitor.
func (l *loader) document(ctx context.Context, tenant, digest string, write func(io.Writer) error) error {
	l.found++
	if l.found%1000 == 0 {
		l.progress.tell("app.restore.progress_documents", "count", l.found)
	}
	return l.target.documents.Put(ctx, blob.FileName{Tenant: tenant, Digest: digest}, l.tx.Now.Time, write)
}

// verify counts what the database has now, and that no document is lacking but
// those the backup says it lacks.
func (l *loader) verify(ctx context.Context, m BackupManifest) error {
	for i, t := range l.tables {
		n, err := t.Count(ctx, l.tx)
		if err != nil {
			return err
		}
		if n != m.Tables[i].Rows {
			return damaged("%d rows of %s came in, and the backup has %d", n, t.Name, m.Tables[i].Rows)
		}
	}
	if lacking := int64(len(l.wanted.sorted())) - l.found; lacking != m.MissingCount {
		return damaged("%d documents are lacking, and the backup says %d", lacking, m.MissingCount)
	}
	return nil
}

// check opens the restored installation with its key and verifies every log, also
// against the heads that the backup carried.
func (t *restoreTarget) check(ctx context.Context, p Parts, heads []audit.Head) (logs []TenantReport, err error) {
	a, err := New(ctx, t.config, p)
	if err != nil {
		return nil, errs.Conflict("app.restore.key", "path", t.config.Get("TORG_KEY_FILE"), "reason", err.Error()).Because(err)
	}
	defer func() { err = errors.Join(err, a.Stop(context.WithoutCancel(ctx))) }()
	if err := a.Directory.Refresh(ctx); err != nil {
		return nil, err
	}
	for _, one := range a.Directory.All() {
		if err := a.Keys.Warm(ctx, one.ID); err != nil {
			return nil, errs.Conflict("app.restore.key", "path", t.config.Get("TORG_KEY_FILE"), "reason", err.Error()).Because(err)
		}
	}
	return a.VerifyAudit(ctx, a.Directory.All(), heads...)
}

// VerifyAudit verifies the audit logs of some municipalities.
func (a *App) VerifyAudit(ctx context.Context, tenants []tenant.Tenant, heads ...audit.Head) ([]TenantReport, error) {
	reports := make([]TenantReport, 0, len(tenants))
	for _, t := range tenants {
		r, err := a.Audit.Verify(identity.AsSystem(tenant.Bind(ctx, t), operator), heads...)
		if err != nil {
			return nil, fmt.Errorf("app: verify the log of %s: %w", t.Slug, err)
		}
		reports = append(reports, TenantReport{Tenant: t, Report: r})
	}
	return reports, nil
}
