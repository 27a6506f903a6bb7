package app

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Rows that fill several entries, and one that is larger than an entry.
func TestBackup_splitsWhatIsLarge(t *testing.T) {
	t.Parallel()
	keyFile, mine := newKeyFile(t), newSecret(t)
	a := inhabited(t, fresh(t, store.SQLite, keyFile))
	settings := map[string]string{"huge": strings.Repeat("Å", chunkSize)}
	for i := range 30 {
		settings[fmt.Sprintf("large.%d", i)] = strings.Repeat("x", chunkSize/10)
	}
	if err := a.Tenants.SetSettings(a.as(t, "kristiansand"), settings); err != nil {
		t.Fatal(err)
	}
	saved, want := backedUp(t, a.App, mine), contents(t, a.DB)
	parts := 0
	for _, e := range opened(t, saved, mine) {
		if strings.HasPrefix(e.name, tablesFolder+"/tenant_settings/") {
			parts++
		}
	}
	if parts < 4 {
		t.Errorf("%d entries of settings", parts)
	}
	target := fresh(t, store.SQLite, keyFile)
	if _, err := Restore(t.Context(), target, Parts{}, bytes.NewReader(saved), nil, mine); err != nil {
		t.Fatal(err)
	}
	checkRestored(t, open(t, target), a, want)
}

// The server goes on while a backup is taken: what comes back is one moment, and
// the heads tell of nothing after it.
func TestBackup_isOneMomentWhileTheServerWorks(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects() {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			keyFile, mine := newKeyFile(t), newSecret(t)
			a := inhabited(t, fresh(t, dialect, keyFile))
			ctx, stop := context.WithCancel(a.as(t, "kristiansand"))
			done := make(chan int)
			go func() { done <- busy(ctx, a.App) }()
			for range 3 {
				saved := backedUp(t, a.App, mine)
				report, err := Restore(t.Context(), fresh(t, store.SQLite, keyFile), Parts{}, bytes.NewReader(saved), nil, mine)
				if err != nil || !report.OK() {
					t.Errorf("%+v, error %v", report.Logs, err)
				}
			}
			stop()
			if n := <-done; n < 10 {
				t.Errorf("the server only worked %d times meanwhile", n)
			}
		})
	}
}

// busy records and seals until it is told to stop, and returns how often.
func busy(ctx context.Context, a *App) int {
	for n := 0; ; n++ {
		err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return audit.Record(ctx, tx, audit.Event{Action: "case.note", Object: audit.Ref{Type: "case", ID: "c1"}})
		})
		if err == nil {
			_, err = a.sealer.Seal(ctx)
		}
		if err != nil {
			return n
		}
	}
}

func TestBackupReady_refusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	c := fresh(t, store.SQLite, newKeyFile(t))
	if e := errs.Of(BackupReady(t.Context(), c)); e == nil || e.Key != "app.backup.nothing" {
		t.Errorf("no database: %v", e)
	}
	if _, err := store.Migrate(t.Context(), c.OwnerConfig()); err != nil { // the store's own tables only
		t.Fatal(err)
	}
	if e := errs.Of(BackupReady(t.Context(), c)); e == nil || e.Key != "app.backup.pending" {
		t.Errorf("an older database: %v", e)
	}
	if _, err := Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := BackupReady(t.Context(), c); err != nil {
		t.Error(err)
	}
}
