package appeals_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/platform/blob"
)

// attachment is the smallest file that is a PDF.
const attachment = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

// unzip reads the package as its downloader does.
func (w *world) unzip(a appeals.Appeal) map[string][]byte {
	w.Helper()
	r, d, err := w.App.Appeals.OpenPackage(w.worker(), a.ID)
	w.must(err)
	content, err := io.ReadAll(r)
	w.must(err)
	w.must(r.Close())
	if d.MediaType != blob.ZIP || int64(len(content)) != d.Size || !strings.HasSuffix(d.Name, ".zip") {
		w.Errorf("%s, %s, %d bytes of %d", d.Name, d.MediaType, len(content), d.Size)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	w.must(err)
	files := map[string][]byte{}
	for _, f := range z.File {
		file, err := f.Open()
		w.must(err)
		if files[f.Name], err = io.ReadAll(file); err != nil {
			w.Fatal(err)
		}
		w.must(file.Close())
	}
	return files
}

func TestPackage_isComplete(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		stored, err := w.App.Blobs.Put(w.mother(), strings.NewReader(attachment), blob.PutOptions{Name: "Bekreftelse æøå.pdf"})
		w.must(err)
		n := appeal("with a file")
		n.Files = []blob.Stored{stored}
		a, err := w.App.Appeals.Lodge(w.mother(), c.ID, n)
		w.must(err)
		_, err = w.App.Cases.Note(w.worker(), c.ID, "Hemmelig internt notat")
		w.must(err)
		_, err = w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{
			Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket, siden det var fullt.", Address: "Postboks 1\n0001 Oslo",
		})
		w.must(err)
		w.Settle()
		a = w.view(a.ID).Appeal
		if a.State != appeals.Ready || a.Package == "" || a.Letter == "" || a.PreparedAt.IsZero() || a.Body != "Kommunens klagenemnd" {
			t.Fatalf("%+v", a)
		}
		if w.told(c, "appeal.forwarded") != 0 || w.entries(c, appeals.EntryForwarded) != 0 || w.entries(c, appeals.EntryReady) != 1 || w.sees(c, a.Letter) {
			t.Error("the party is told before anybody has sent it")
		}
		a = w.handOver(a)
		if w.told(c, "appeal.forwarded") == 0 || w.entries(c, appeals.EntryForwarded) != 1 || !w.sees(c, a.Letter) {
			t.Error("the party has no copy")
		}
		files := w.unzip(a)
		for _, part := range []string{"soknaden", "vedtak", "bekreftelse-aeoa", "klagen", "oversendelsesbrev", "journal", "hvem-som-har-sett", "innhold.pdf", "arkivmelding.xml", "manifest-sha256.txt"} {
			if !slices.ContainsFunc(names(files), func(name string) bool { return strings.Contains(name, part) }) {
				t.Errorf("%s is not among %v", part, names(files))
			}
		}
		listed(t, files)
		sums(t, files)
		valid(t, files["arkivmelding.xml"])
		if bytes.Contains(files["arkivmelding.xml"], []byte("Hemmelig internt notat")) {
			t.Error("a note of the staff is in the package")
		}
		if text := pdfText(t, files); !strings.Contains(text, "Jeg vil ha plass i Solbakken.") || !strings.Contains(text, "Kommunen holder fast") || strings.Contains(text, "Hemmelig") {
			t.Errorf("the pages say:\n%s", text)
		}
		if n := w.audited(c, "appeals.package_taken"); n != 1 {
			t.Errorf("taken out %d times by the log", n)
		}
	})
}

func names(files map[string][]byte) (list []string) {
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// listed compares the files with those that the arkivmelding names.
func listed(t *testing.T, files map[string][]byte) {
	t.Helper()
	var named []string
	decoder := xml.NewDecoder(bytes.NewReader(files["arkivmelding.xml"]))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "referanseDokumentfil" {
			var name string
			if err := decoder.DecodeElement(&name, &start); err != nil {
				t.Fatal(err)
			}
			named = append(named, name)
		}
	}
	there := slices.DeleteFunc(names(files), func(name string) bool { return name == "arkivmelding.xml" || name == "manifest-sha256.txt" })
	slices.Sort(named)
	if !slices.Equal(named, there) {
		t.Errorf("named %v\nthere %v", named, there)
	}
	for _, name := range there {
		if strings.ContainsAny(name, `/\:*?"<>|`) || strings.HasPrefix(name, ".") {
			t.Errorf("the name %q is not safe", name)
		}
	}
}

// sums reckons the manifest anew.
func sums(t *testing.T, files map[string][]byte) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(files["manifest-sha256.txt"])), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d sums of %d files", len(lines), len(files))
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if want := sha256.Sum256(files[name]); sum != hex.EncodeToString(want[:]) {
			t.Errorf("the sum of %s is wrong", name)
		}
	}
}

// valid lets libxml2 compare the message with the published schema.
func valid(t *testing.T, content []byte) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Fatal("xmllint is not installed: install libxml2-utils, or run \"make test\" as root")
	}
	schema, err := filepath.Abs("../../../shared/data/digdir/arkivmelding/arkivmelding.xsd")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "arkivmelding.xml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "xmllint", "--noout", "--nonet", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("the schema refuses it: %s\n%s", out, content)
	}
}

// pdfText is what poppler reads out of all PDF files that Torg wrote.
func pdfText(t *testing.T, files map[string][]byte) string {
	t.Helper()
	var text strings.Builder
	for _, name := range names(files) {
		if !strings.HasSuffix(name, ".pdf") || string(files[name]) == attachment {
			continue
		}
		file := filepath.Join(t.TempDir(), "page.pdf")
		if err := os.WriteFile(file, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
		if err != nil {
			t.Fatalf("pdftotext %s: %v", name, err)
		}
		text.Write(out)
	}
	return text.String()
}

// A protected address is in nothing that Torg writes, and in no answer that tells
// where somebody can be found.
func TestPackage_tellsNobodysAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.lodged(c)
		w.must(w.App.DB.Write(w.system(), w.protect(c)))
		_, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket."})
		w.must(err)
		w.Settle()
		files := w.unzip(w.view(a.ID).Appeal)
		text := pdfText(t, files) + string(files["arkivmelding.xml"])
		for _, secret := range []string{"91234567", "kari@example.no"} {
			if strings.Contains(text, secret) {
				t.Errorf("the package tells %s", secret)
			}
		}
		if !strings.Contains(text, "Ikke tatt med") || !strings.Contains(text, "Adressesperre") {
			t.Error("the package does not say what is left out")
		}
	})
}
