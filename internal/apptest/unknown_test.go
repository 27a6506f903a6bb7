package apptest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
)

// TestUnknown_isSeenByTheAuditor: who tries the ids of another municipality, or
// such as exist nowhere, is told that there is nothing, and is in the log of her own.
func TestUnknown_isSeenByTheAuditor(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		foreign, nowhere := caseOf(t, h, demo.Apart), ids.New()
		worker := h.Visitor("fjordbygda").As(demo.CaseWorker)
		worker.Get("/work/cases/" + foreign).Must(http.StatusNotFound)
		worker.Get("/work/cases/" + nowhere).Must(http.StatusNotFound)
		machine := h.Machine("fjordbygda", tokenOf(t, h, fjordbygda))
		machine.Get("/api/cases/" + foreign).Must(http.StatusNotFound)
		noted := func(slug, id string) int64 {
			t.Helper()
			return count(t, h, slug, `select count(*) from audit_entries where tenant_id = $1 and action = 'web.unknown' and object_id = $2`, id)
		}
		if page, api := noted("fjordbygda", foreign), noted("fjordbygda", nowhere); page != 2 || api != 1 {
			t.Errorf("%d visits to the other's case and %d to one that is nowhere are in the log", page, api)
		}
		if n := noted("torgoy", foreign); n != 0 {
			t.Errorf("%d entries crossed to the other municipality", n)
		}
		log := h.Visitor("fjordbygda").As(demo.Auditor).Get("/admin/log").Must(http.StatusOK).Text()
		for _, part := range []string{"Spurde etter noko som ikkje finst", "GET /work/cases/{id}", "GET /api/cases/{id}"} {
			if !strings.Contains(log, part) {
				t.Errorf("the auditor does not read %q", part)
			}
		}
		h.Visitor("fjordbygda").Get("/work/cases/" + foreign) // a stranger is asked to log in, and leaves nothing
		if n := noted("fjordbygda", foreign); n != 2 {
			t.Errorf("%d entries after a stranger's visit", n)
		}
	})
}

// tokenOf is the secret of a machine that may read the cases of a department.
func tokenOf(t *testing.T, h *apptest.Harness, town int) string {
	t.Helper()
	department := ""
	for _, g := range identity.From(h.As(town, demo.CaseWorker)).Grants {
		department = g.Department
	}
	_, secret, err := h.App.Roles.CreateToken(h.As(town, demo.Administrator), access.NewToken{
		Name: "machine", Role: access.CaseWorker, Department: department, ExpiresAt: h.Clock.Now().Add(240 * time.Hour),
		Scopes: []access.Permission{"case.read", "case.list"},
	})
	must(t, err)
	return secret
}
