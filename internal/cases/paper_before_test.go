package cases_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// TestLetter_ofBeforeFollowsItsCase: letters that lay in the print room before they
// followed their case are closed by the step to this release, and lose a document
// that was not theirs.
func TestLetter_ofBeforeFollowsItsCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		letters(t, h, demo.Mother)
		c := askedOnPaper(h.As(0, demo.Head), t, h, "Når begynner du på jobb?")
		_, step := letterTo(t, h, personOf(h, demo.Mother), c.ID, "case.asked")
		system := identity.AsSystem(h.In("torgoy"), "test")
		inTx(system, t, h, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `update cases set restricted = true where tenant_id = $1 and id = $2`, tx.Tenant, c.ID); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update notify_deliveries set restricted = false, assignee = '', document = 'the decision', enclosed = true
				where tenant_id = $1 and id = $2`, tx.Tenant, step.ID)
			return err
		})
		files, err := fs.Glob(app.Migrations(), "migrations/*_app_letters.sql")
		if err != nil || len(files) != 1 {
			t.Fatalf("%v, %v", files, err)
		}
		sql, err := fs.ReadFile(app.Migrations(), files[0])
		if err != nil {
			t.Fatal(err)
		}
		inTx(system, t, h, func(ctx context.Context, tx *store.Tx) error {
			for statement := range strings.SplitSeq(string(sql), ";\n") {
				if !strings.Contains(statement, "update ") {
					continue
				}
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		for who, tt := range map[demo.Part]bool{demo.CaseWorker: false, demo.Head: true} {
			list, err := h.App.Notify.Printouts(h.As(0, who), "")
			if err != nil {
				t.Fatal(err)
			}
			seen := false
			for _, p := range list {
				seen = seen || p.ID == step.ID
			}
			if seen != tt {
				t.Errorf("%s sees it: %t", who, seen)
			}
		}
		_, after := letterTo(t, h, personOf(h, demo.Mother), c.ID, "case.asked")
		if after.Document != "" || after.Enclosed {
			t.Errorf("it is still the document %q", after.Document)
		}
	})
}
