package apptest_test

import (
	"bytes"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// atFiles begins an application and goes to the page with attachments.
func atFiles(t *testing.T, h *apptest.Harness) *family {
	t.Helper()
	f := begin(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
	f.page = f.v.Get(f.base + "/pages/attachments").Must(http.StatusOK)
	return f
}

func TestBadDay_filesThatAreRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		h.Settle() // the letters of the demonstration's cases
		f := atFiles(t, h)
		rows := `select count(*) from blob_documents where tenant_id = $1`
		documents := count(t, h, "torgoy", rows)
		exe := append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 4096)...)
		for name, file := range map[string]apptest.File{
			"an executable renamed": {Field: "other_documents", Name: "søknad.pdf", Content: exe},
			"an executable":         {Field: "other_documents", Name: "setup.exe", Content: exe},
			"nothing in it":         {Field: "other_documents", Name: "tom.pdf"},
			"a PDF cut off":         {Field: "other_documents", Name: "halv.pdf", Content: []byte("%PDF-1.7\n1 0 obj\n<< /Type")},
			"a web page":            {Field: "other_documents", Name: "bilde.png", Content: []byte("<html><script>alert(1)</script></html>")},
		} {
			p := f.send(apptest.Fill{Files: []apptest.File{file}, Button: "do=upload"})
			if wrong(t, p, "other_documents"); len(p.Links("/documents/")) != 0 || strings.Contains(p.Main(), file.Name) {
				t.Errorf("%s is shown as attached", name)
			}
		}
		f.tooBig(t)
		f.cutOff(t)
		f.page = f.v.Get(f.page.Path()).Must(http.StatusOK)
		if n := count(t, h, "torgoy", rows) - documents; n != 0 {
			t.Errorf("%d documents of refused files", n)
		}
		h.Advance(49 * time.Hour)
		if _, err := h.App.Blobs.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		known := int64(0)
		for _, town := range demo.Towns() {
			known += count(t, h, town.Slug, `select count(distinct digest) from blob_documents where tenant_id = $1 and deleted_at is null`)
		}
		if lying := int64(stored(t, h)); lying != known {
			t.Errorf("%d files lie in the folder, %d belong to something", lying, known)
		}
	})
}

// tooBig sends 51 MB, more than a file may have, and 60 MB, more than a request
// may have, neither of which ever lies whole in anybody's memory.
func (f *family) tooBig(t *testing.T) {
	t.Helper()
	p := f.stream(51<<20, true)
	if wrong(t, p, "other_documents"); !strings.Contains(p.Text(), "50") {
		t.Errorf("the limit is not told: %v", p.Faults())
	}
	if p = f.stream(60<<20, true); p.Status != http.StatusRequestEntityTooLarge && p.Status != http.StatusUnprocessableEntity {
		t.Errorf("60 MB: %s", p)
	}
}

// cutOff sends half a request, as a phone in a tunnel does.
func (f *family) cutOff(t *testing.T) {
	t.Helper()
	p := f.stream(100_000, false)
	if p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusBadRequest {
		t.Errorf("half a request: %s %.300s", p, p.Text())
	}
}

// stream uploads a PDF of a size; without its end the request stops in the file.
func (f *family) stream(size int, whole bool) *apptest.Page {
	f.t.Helper()
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	version := f.v.Get(f.page.Path()).Value("version")
	go func() {
		_ = m.WriteField("version", version)
		_ = m.WriteField("do", "upload")
		part, err := m.CreateFormFile("other_documents", "stor.pdf")
		if err == nil {
			_, err = io.Copy(part, io.MultiReader(bytes.NewReader(samplePDF("stor")), io.LimitReader(zeros{}, int64(size))))
		}
		if whole && err == nil {
			err = m.Close()
		}
		w.CloseWithError(err) // nil is the end
	}()
	p := f.v.Send(http.MethodPost, f.page.Path(), r, http.Header{"Content-Type": {m.FormDataContentType()}})
	_ = r.Close() // the server may have answered before the end
	return p
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// stored counts the files in the folder of documents.
func stored(t *testing.T, h *apptest.Harness) (n int) {
	t.Helper()
	err := filepath.WalkDir(h.App.Config.Get("TORG_BLOB_DIR"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	must(t, err)
	return n
}
