package printout_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

const tinyPDF = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

// full sends an application with two siblings and a file, in nynorsk, and returns
// its case.
func full(t *testing.T, h *apptest.Harness) (mother context.Context, caseID string) {
	t.Helper()
	mother = i18n.With(h.As(0, demo.Mother), h.App.Bundle.For(i18n.NN))
	_, children, err := h.App.Applications.Subjects(mother, kindergarten.FormKey)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := h.App.Applications.Start(mother, kindergarten.FormKey, children[1].Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	answers := apptest.Answers(h, 0)
	unit := answers["wishes"].Get("kindergartens[0]")
	siblings := answers["siblings"]
	siblings.Set("has_sibling", "yes")
	for i, name := range []string{"Åse Fyrste", "Øystein Andre"} {
		at := "siblings[" + string(rune('0'+i)) + "]."
		siblings.Set(at+"_", "1")
		siblings.Set(at+"name", name)
		siblings.Set(at+"kindergarten", unit)
	}
	version := draft.Version
	for page, typed := range answers {
		o, err := h.App.Applications.SavePage(mother, draft.ID, version, page, typed)
		if err != nil {
			t.Fatal(err)
		}
		version = o.Draft.Version
	}
	stored, err := h.App.Blobs.Put(mother, strings.NewReader(tinyPDF), blob.PutOptions{Name: "Legeerklæring.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.App.Applications.AddFile(mother, draft.ID, "other_documents", stored); err != nil {
		t.Fatal(err)
	}
	c, err := h.App.Applications.Submit(mother, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	return mother, c.ID
}

// pdfText is what a program for the blind reads in a PDF, and its tags.
func pdfText(t *testing.T, content []byte, arguments ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sent.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdfinfo", append(arguments, file)...).Output()
	if err != nil {
		t.Fatalf("pdfinfo (install poppler-utils): %v", err)
	}
	return string(out)
}

func TestPrintout_holdsEveryAnswerInTheLanguageItWasSentIn(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	mother, id := full(t, h)
	sent, err := h.App.Printout.Sent(mother, id)
	if err != nil {
		t.Fatal(err)
	}
	content, name, err := h.App.Printout.PDF(mother, id)
	if err != nil || !strings.HasSuffix(name, ".pdf") {
		t.Fatalf("%q, %v", name, err)
	}
	text := strings.Join(strings.Fields(pdfText(t, content, "-struct-text")), " ")
	page := h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + id + "/sent").Must(http.StatusOK)
	seen := strings.Join(strings.Fields(page.Text()), " ")
	want := []string{"Åse Fyrste", "Øystein Andre", "Legeerklæring.pdf", sent.Case.Label(), sent.Summary.Declaration}
	for _, p := range sent.Summary.Pages {
		want = append(want, p.Title)
		for _, row := range p.Rows {
			want = append(want, row.Question)
			if len(row.Items) == 0 {
				want = append(want, row.Lines...)
			}
			for _, item := range row.Items {
				want = append(want, row.ItemHeading(item))
				for _, inner := range item.Rows {
					want = append(want, append(inner.Lines, inner.Question)...)
				}
			}
		}
	}
	if len(want) < 40 {
		t.Fatalf("only %d things to look for", len(want))
	}
	for _, one := range want {
		one = strings.Join(strings.Fields(one), " ")
		if !strings.Contains(text, one) {
			t.Errorf("the PDF lacks %q", one)
		}
		if !strings.Contains(seen, one) {
			t.Errorf("the page lacks %q", one)
		}
	}
	if sent.Words.Lang() != i18n.NN || !strings.Contains(text, "Sysken") {
		t.Errorf("the print-out is in %s", sent.Words.Lang())
	}
}

func TestPrintout_isTaggedForWhoeverCannotSee(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	mother, id := full(t, h)
	content, _, err := h.App.Printout.PDF(mother, id)
	if err != nil {
		t.Fatal(err)
	}
	if about := strings.Join(strings.Fields(pdfText(t, content)), " "); !strings.Contains(about, "Tagged: yes") {
		t.Errorf("about the file: %s", about)
	}
	// It says that it follows PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2).
	meta := pdfText(t, content, "-meta")
	for _, word := range []string{"pdfuaid:part", "pdfaid:conformance", "nn-NO"} {
		if !strings.Contains(meta, word) {
			t.Errorf("no %s in\n%s", word, meta)
		}
	}
	tags := pdfText(t, content, "-struct")
	for _, tag := range []string{"Document", "H1", "H2", "H3"} {
		if !strings.Contains(tags, tag) {
			t.Errorf("no %s in\n%.600s", tag, tags)
		}
	}
}

func TestPrintout_isForThoseWhoMayReadTheCase(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	_, id := full(t, h)
	for name, ctx := range map[string]context.Context{"a stranger": h.As(0, demo.Apart), "another municipality": h.As(1, demo.CaseWorker), "another department": h.As(0, demo.Planner)} {
		if _, _, err := h.App.Printout.PDF(ctx, id); !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
			t.Errorf("%s prints it: %v", name, err)
		}
	}
	worker := h.Visitor("torgoy").As(demo.CaseWorker)
	file := worker.Get("/work/cases/" + id + "/sent.pdf").Must(http.StatusOK)
	if file.Header.Get("Content-Type") != "application/pdf" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") || file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", file.Header)
	}
	worker.Get("/work/cases/" + id + "/sent").Must(http.StatusOK)
}
