package apptest_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/platform/staging"
)

// sentAhead is a file that the holder of a token has sent, and that waits for the
// application that names it.
func sentAhead(t *testing.T, h *apptest.Harness, secret string) string {
	t.Helper()
	ctx, err := h.App.Roles.AsToken(h.In("torgoy"), secret)
	must(t, err)
	f, _, err := h.App.Applications.SendFile(ctx, strings.NewReader(string(samplePDF("walk"))), staging.New{Name: "walk.pdf"})
	must(t, err)
	return f.ID
}
