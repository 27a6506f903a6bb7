package apptest_test

import (
	"context"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

const form = "kindergarten-place"

// onBoth runs a test on SQLite and on PostgreSQL, each with a product of its own.
func onBoth(t *testing.T, o apptest.Options, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		o := o
		o.Postgres, o.Settings = postgres, maps.Clone(o.Settings)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, o))
		})
	}
}

// samplePDF is the smallest file that is a PDF; the note makes it another one.
func samplePDF(note string) []byte {
	return []byte("%PDF-1.7\n% " + note + "\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// placeholder is what stands on a page where a text is missing.
var placeholder = regexp.MustCompile(`\[[a-z_]+(\.[a-z0-9_]+)+\]`)

// sound fails the test when a page is not one a person should see.
func sound(t *testing.T, p *apptest.Page, lang i18n.Lang) *apptest.Page {
	t.Helper()
	if p.Lang() != lang.Tag() {
		t.Errorf("%s is in %q, want %q", p, p.Lang(), lang.Tag())
	}
	if missing := placeholder.FindString(p.Text()); missing != "" {
		t.Errorf("%s shows the placeholder %s", p, missing)
	}
	return p
}

// family is somebody who applies.
type family struct {
	t    *testing.T
	h    *apptest.Harness
	v    *apptest.Visitor
	lang i18n.Lang
	base string // "/drafts/…"
	// Answers of the last page that was shown.
	page *apptest.Page
}

func (f *family) words(key string, args ...any) string {
	return f.h.App.Bundle.For(f.lang).T(key, args...)
}

// begin chooses the n-th child on the form's first page.
func begin(t *testing.T, h *apptest.Harness, v *apptest.Visitor, lang i18n.Lang, child int) *family {
	t.Helper()
	f := &family{t: t, h: h, v: v, lang: lang}
	p := sound(t, v.Get("/apply/"+form).Must(http.StatusOK), lang)
	children := p.Form("/apply/" + form).Options("subject")
	if len(children) <= child {
		t.Fatalf("%s offers %d children", p, len(children))
	}
	f.page = sound(t, v.Submit(p, "/apply/"+form, apptest.Set("subject", children[child])).Must(http.StatusOK), lang)
	f.base = path.Dir(path.Dir(f.page.Path()))
	return f
}

// at fails the test unless the visitor stands on a page of the form.
func (f *family) at(page string) {
	f.t.Helper()
	if f.page.Path() != f.base+"/pages/"+page {
		f.t.Fatalf("stands on %s, want page %s: %.1200s", f.page, page, f.page.Text())
	}
}

// send fills the page one stands on and presses a button.
func (f *family) send(fill apptest.Fill) *apptest.Page {
	f.t.Helper()
	f.page = sound(f.t, f.v.Submit(f.page, f.page.Path(), fill), f.lang)
	return f.page
}

// next fills the page and goes on.
func (f *family) next(fill apptest.Fill) {
	f.t.Helper()
	f.send(fill.Press("do=next")).Must(http.StatusOK)
}

// family answers the first page.
func (f *family) family() {
	f.t.Helper()
	f.at("family")
	fill := apptest.Set("lives_with", "both", "phone", "90 00 00 01", "email", "forelder@example.no")
	if slices.Contains(f.page.Form(f.page.Path()).Names(), "other_guardian_informed") {
		fill.Values["other_guardian_informed"] = []string{"yes"}
	}
	f.next(fill)
}

// wishes answers the second page with the first two kindergartens.
func (f *family) wishes() {
	f.t.Helper()
	f.at("wishes")
	units := f.page.Form(f.page.Path()).Options("kindergartens[0]")
	f.next(apptest.Set("application_type", "new", "start_date", "2027-08-16", "kindergartens[0]", units[0], "kindergartens[1]", units[1],
		"accept_other", "yes", "percentage", "80", "days", "mon", "days", "tue", "days", "wed", "days", "thu"))
}

// brief answers the whole form with as little as it takes, up to the summary.
func (f *family) brief() *apptest.Page {
	f.t.Helper()
	f.family()
	f.wishes()
	f.at("siblings")
	f.next(apptest.Set("has_sibling", "no"))
	f.at("priority")
	f.next(apptest.Fill{})
	f.at("practical")
	f.next(apptest.Set("interpreter", "no"))
	f.at("attachments")
	f.next(apptest.Fill{})
	return f.page
}

// submit declares and sends, and returns the page of the case.
func (f *family) submit() *apptest.Page {
	f.t.Helper()
	return f.v.Submit(f.page, f.base+"/submit", apptest.Set("declaration", "true"))
}

// applied sends a brief application and returns the id of the case.
func applied(t *testing.T, h *apptest.Harness, v *apptest.Visitor, lang i18n.Lang, child int) string {
	t.Helper()
	f := begin(t, h, v, lang, child)
	f.brief()
	p := f.submit().Must(http.StatusOK)
	if !strings.HasPrefix(p.Path(), "/my/cases/") {
		t.Fatalf("the application leads to %s: %.1000s", p, p.Text())
	}
	return path.Base(p.Path())
}

// granting is what the case worker writes in the editor.
func granting(unit string) apptest.Fill {
	return apptest.Set("outcome", "granted", "kindergarten", unit, "start", "2027-08-16", "legal_basis", "Barnehageloven §§ 12 a og 16.",
		"reasons", "Barnet har rett til plass, og det er ledig plass i barnehagen dere ønsket først.",
		"appeal", "Du kan klage innen tre uker. Klagen sendes til kommunen.").Press("do=decide")
}

// decided takes a case and grants the first kindergarten with a place left.
func decided(t *testing.T, worker *apptest.Visitor, id string) {
	t.Helper()
	at := "/work/cases/" + id
	p := worker.Submit(worker.Get(at).Must(http.StatusOK), at+"/assign", apptest.Fill{}).Must(http.StatusOK)
	p = worker.Get(p.Link("/decision")).Must(http.StatusOK)
	unit := p.Form("/decision").Options("kindergarten")[0]
	if p = worker.Submit(p, "/decision", granting(unit)).Must(http.StatusOK); p.Path() != at {
		t.Fatalf("the decision leads to %s: %v", p, p.Faults())
	}
}

// mail returns the messages about a case, the oldest first, by kind.
func mail(t *testing.T, h *apptest.Harness, slug, id string) []notify.Item {
	t.Helper()
	items, err := h.App.Notify.List(h.In(slug), notify.Filter{Thread: "case:" + id})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(items)
	return items
}

func kinds(items []notify.Item) []string {
	var list []string
	for _, m := range items {
		list = append(list, m.Kind)
	}
	return list
}

// count runs a query that names tenant_id and answers with one number.
func count(t *testing.T, h *apptest.Harness, slug, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := h.App.DB.Read(h.In(slug), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// townOf is where a language is the municipality's own; English is spoken in the first.
func townOf(lang i18n.Lang) demo.Town {
	if lang == i18n.NN {
		return demo.Towns()[1]
	}
	return demo.Towns()[0]
}
