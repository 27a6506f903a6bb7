package apptest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// logged writes out everything that was logged, down to the level debug, as a
// server with text logs would.
func logged(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	var b bytes.Buffer
	handler := slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})
	for _, r := range h.Log().Records() {
		must(t, handler.Handle(context.WithoutCancel(t.Context()), r))
	}
	return b.String()
}

func TestPrivacy_theLogHoldsNobody(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
		secrets := append(mother.Cookies(), worker.Cookies()...)
		if len(secrets) < 2 {
			t.Fatalf("only %d cookies", len(secrets))
		}
		id := applied(t, h, mother, i18n.NB, 1)
		decided(t, worker, id)
		h.Settle()
		secret := machine(t, h)
		h.Machine("torgoy", secret).Get("/api/cases/" + id).Must(http.StatusOK)
		h.Machine("torgoy", "torg_wrong").Get("/api/cases").Must(http.StatusUnauthorized)
		stumble(h, mother, id)
		h.Advance(25 * time.Hour)
		text := logged(t, h)
		for _, s := range append(secrets, secret, "torg_wrong", "90 00 00 01", "forelder@example.no") {
			if strings.Contains(text, s) {
				t.Errorf("the log holds %.12s…", s)
			}
		}
		for _, r := range h.Demo.Population().People {
			for what, s := range map[string]string{"a national number": r.Number.Digits(), "a name": r.Name.Full(), "an address of e-mail": r.Email} {
				if s != "" && strings.Contains(text, s) {
					t.Errorf("the log holds %s", what)
				}
			}
		}
	})
}

// machine makes a token for a case worker's program.
func machine(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	admin := h.As(0, demo.Administrator)
	grants, err := h.App.Roles.ListGrants(admin, access.GrantFilter{PersonID: identity.From(h.As(0, demo.CaseWorker)).PersonID})
	must(t, err)
	i := slices.IndexFunc(grants, func(g access.Grant) bool { return g.Role == access.CaseWorker })
	_, secret, err := h.App.Roles.CreateToken(admin, access.NewToken{
		Name: "program", Role: access.CaseWorker, Department: grants[i].Department, Scopes: []access.Permission{"case.read", "case.list"},
		ExpiresAt: h.Clock.Now().Add(100 * time.Hour),
	})
	must(t, err)
	return secret
}

// stumble makes what goes wrong and is logged.
func stumble(h *apptest.Harness, v *apptest.Visitor, id string) {
	h.SetLoginDown(true)
	h.Visitor("torgoy").Get("/login")
	h.SetLoginDown(false)
	v.Get("/login/callback?code=hemmelig&state=feil")
	v.Get("/my/cases/" + id + "/documents/" + id)
	v.Get("/work/cases/" + id)
	v.Post("/drafts/"+id+"/submit", nil)
}

// inClear are the bytes of the embedded database with its journal.
func inClear(t *testing.T, h *apptest.Harness) []byte {
	t.Helper()
	var all []byte
	for _, ending := range []string{"", "-wal"} {
		content, err := os.ReadFile(h.App.Config.DatabasePath() + ending)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	if len(all) < 1<<20 {
		t.Fatalf("only %d bytes of database", len(all))
	}
	return all
}

func TestPrivacy_theDatabaseHoldsNoNationalNumber(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	mother := h.Visitor("torgoy").As(demo.Mother)
	id := applied(t, h, mother, i18n.NB, 1)
	decided(t, h.Visitor("torgoy").As(demo.CaseWorker), id)
	h.Settle()
	content := inClear(t, h)
	for _, r := range h.Demo.Population().People {
		if bytes.Contains(content, []byte(r.Number.Digits())) {
			t.Errorf("a national number of %s stands in the database", r.BirthDate)
		}
	}
	for _, cookie := range mother.Cookies() {
		if bytes.Contains(content, []byte(cookie)) {
			t.Error("a session's secret stands in the database")
		}
	}
}

func TestPrivacy_addressesOfPagesHoldNobody(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
	id := applied(t, h, mother, i18n.NB, 1)
	decided(t, worker, id)
	h.Settle()
	var numbers []string
	for _, r := range h.Demo.Population().People {
		numbers = append(numbers, r.Number.Digits())
	}
	seen := 0
	for _, p := range []*apptest.Page{
		mother.Get("/my"), mother.Get("/my/cases/" + id), mother.Get("/my/contact"), mother.Get("/apply/" + form),
		worker.Get("/work"), worker.Get("/work/cases/" + id), worker.Get("/work/cases/" + id + "/log"), h.Visitor("torgoy").As(demo.Administrator).Get("/admin/staff"),
	} {
		for _, href := range p.Links("") {
			seen++
			if slices.ContainsFunc(numbers, func(n string) bool { return strings.Contains(href, n) }) {
				t.Errorf("a link of %s holds a national number", p)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d links", seen)
	}
}

func TestPrivacy_protectedAddressIsNowhere(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		hidden, ok := h.Demo.Population().Player(0, demo.Hidden)
		if !ok || len(hidden.Address.Lines) == 0 {
			t.Fatal("nobody hides")
		}
		v, head := h.Visitor("torgoy").As(demo.Hidden), h.Visitor("torgoy").As(demo.Head)
		id := path.Base(v.Get("/my").Must(http.StatusOK).Link("/my/cases/"))
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		worker.Get("/work/cases/" + id).Must(http.StatusNotFound) // not everybody's case
		worker.Get("/work").Must(http.StatusOK)
		decided(t, head, id)
		h.Settle()
		machine := h.Machine("torgoy", machine(t, h))
		if p := machine.Get("/api/cases/" + id); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
			t.Errorf("a machine reads the case: %s", p)
		}
		read := map[string]*apptest.Page{"list": worker.Get("/work"), "list of operations": machine.Get("/api/cases")}
		for _, at := range []string{"/work", "/work/cases/" + id, "/work/cases/" + id + "/decision", "/work/cases/" + id + "/log"} {
			read["head "+at] = head.Get(at).Must(http.StatusOK)
		}
		for _, at := range []string{"/my", "/my/cases/" + id, "/my/contact", "/my/messages", "/my/looks", "/apply/" + form} {
			read["own "+at] = v.Get(at).Must(http.StatusOK)
		}
		texts := map[string]string{}
		for where, p := range read {
			texts[where] = string(p.Body)
		}
		letter := v.Get(v.Get("/my/cases/" + id).Link("/documents/")).Must(http.StatusOK)
		texts["letter"] = pdfText(t, letter.Body)
		for i, m := range mail(t, h, "torgoy", id) {
			texts[fmt.Sprint("message ", i)] = m.Subject + m.Text + m.HTML
		}
		for where, text := range texts {
			for _, line := range append(slices.Clone(hidden.Address.Lines), hidden.Address.PostalCode+" "+hidden.Address.PostalPlace) {
				if strings.Contains(text, line) {
					t.Errorf("%s (%s) tells where the family lives", where, path.Base(id))
				}
			}
		}
	})
}
