package apptest_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/scan/scantest"
	"github.com/torg-no/torg/internal/platform/store"
)

// begunUpload is an upload in parts that the mother has begun.
func begunUpload(t *testing.T, h *apptest.Harness, draft string) string {
	t.Helper()
	ctx := h.As(0, demo.Mother)
	up, err := h.App.Blobs.Uploads().Create(ctx, blob.NewUpload{
		Owner: blob.Owner{Type: "draft", ID: draft, Person: identity.From(ctx).PersonID}, Field: "other_documents", Name: "stor.pdf", Size: 100,
	})
	must(t, err)
	return up.ID
}

// draftFiles are the documents of a draft.
func draftFiles(t *testing.T, h *apptest.Harness, draft string) (list []blob.Document) {
	t.Helper()
	err := h.App.DB.Read(h.As(0, demo.Mother), func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = h.App.Blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: draft})
		return err
	})
	must(t, err)
	return list
}

// inParts sends a file as the script does and returns the name of the upload.
func (f *family) inParts(t *testing.T, field, name string, content []byte, part int) string {
	t.Helper()
	script := http.Header{"X-Requested-With": {"fetch"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	form := url.Values{"field": {field}, "name": {name}, "size": {strconv.Itoa(len(content))}}
	made := f.v.Send(http.MethodPost, f.base+"/uploads", strings.NewReader(form.Encode()), script).Must(http.StatusCreated)
	address := made.Header.Get("Location")
	for at := 0; at < len(content); at += part {
		header := http.Header{"X-Requested-With": {"fetch"}, "Upload-Offset": {strconv.Itoa(at)}, "Content-Type": {"application/offset+octet-stream"}}
		end := min(at+part, len(content))
		got := f.v.Send(http.MethodPatch, address, bytes.NewReader(content[at:end]), header).Must(http.StatusNoContent)
		if got.Header.Get("Upload-Offset") != strconv.Itoa(end) {
			t.Fatalf("at %d of %d the server stands at %s", end, len(content), got.Header.Get("Upload-Offset"))
		}
	}
	return path.Base(address)
}

// name posts the page with the name of an upload, as the script does at the end.
func (f *family) name(field, upload string) *apptest.Page {
	f.t.Helper()
	values := url.Values{"version": {f.v.Get(f.page.Path()).Value("version")}, "do": {"upload"}, "upload": {field + "/" + upload}}
	return f.v.Post(f.page.Path(), values)
}

func TestUploads_inPartsBecomeAttachments(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := atFiles(t, h)
		big := append(samplePDF("stor"), make([]byte, 3<<20)...)
		big = append(big, "%%EOF\n"...)
		upload := f.inParts(t, "other_documents", "stor plan æøå.pdf", big, 1<<20)
		f.name("other_documents", upload).Must(http.StatusOK).Has("stor plan æøå.pdf")
		// The answer was lost, and the form is sent once more.
		again := f.name("other_documents", upload).Must(http.StatusOK)
		if n := strings.Count(again.Main(), "remove_file"); n > 1 {
			t.Errorf("attached %d times", n)
		}
		if n := count(t, h, "torgoy", `select count(*) from blob_documents where tenant_id = $1 and owner_type = 'draft' and deleted_at is null`); n != 1 {
			t.Errorf("%d documents, want 1", n)
		}
		exe := f.inParts(t, "other_documents", "plan.pdf", []byte("MZ this is a program"), 8)
		wrong(t, f.name("other_documents", exe), "other_documents")
		wrong(t, f.name("other_documents", exe), "other_documents") // it is gone, and that is told
	})
}

func TestUploads_areTheApplicantsOwn(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := atFiles(t, h)
		upload := begunUpload(t, h, path.Base(f.base))
		for name, v := range map[string]*apptest.Visitor{
			"another parent": h.Visitor("torgoy").As(demo.Apart), "elsewhere": h.Visitor("fjordbygda").As(demo.CaseWorker),
		} {
			for _, method := range []string{http.MethodHead, http.MethodPatch, http.MethodDelete} {
				got := v.Send(method, f.base+"/uploads/"+upload, strings.NewReader("x"), http.Header{"Upload-Offset": {"0"}})
				if got.Status != http.StatusNotFound {
					t.Errorf("%s, %s: %s", name, method, got)
				}
			}
		}
		for _, lang := range []string{"nb", "nn", "en"} {
			f.v.Speak(lang)
			words := map[string]bool{}
			for _, size := range []string{"0", "99999999999"} {
				form := url.Values{"field": {"other_documents"}, "name": {"x.pdf"}, "size": {size}}
				got := f.v.Send(http.MethodPost, f.base+"/uploads", strings.NewReader(form.Encode()), http.Header{"X-Requested-With": {"fetch"}, "Content-Type": {"application/x-www-form-urlencoded"}})
				if got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusRequestEntityTooLarge {
					t.Errorf("%s bytes: %s", size, got)
				}
				words[got.Text()] = true
			}
			if len(words) != 2 {
				t.Errorf("in %s: %v", lang, words)
			}
		}
	})
}

// TestScanner_nothingIsOpenedBeforeItIsClean runs with a real clamd, which is down
// at first.
func TestScanner_nothingIsOpenedBeforeItIsClean(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		clamd := scantest.New(t)
		h.App.Blobs.Scanner = clamd.Client("unix")
		f := atFiles(t, h)
		f.send(apptest.Fill{}.Attach("other_documents", "godt.pdf", samplePDF("good")).Press("do=upload")).Must(http.StatusOK).Has("godt.pdf")
		f.send(apptest.Fill{}.Attach("other_documents", "vondt.pdf", samplePDF(scantest.Harmful)).Press("do=upload")).Must(http.StatusOK).Has("vondt.pdf")
		h.Settle()
		ctx := h.As(0, demo.Mother)
		states := func() map[string]blob.ScanState {
			found := map[string]blob.ScanState{}
			for _, d := range draftFiles(t, h, path.Base(f.base)) {
				found[d.Name] = d.Scan
			}
			return found
		}
		if got := states(); got["godt.pdf"] != blob.Scanning || got["vondt.pdf"] != blob.Scanning {
			t.Fatalf("while the scanner is down: %v", got)
		}
		for _, d := range draftFiles(t, h, path.Base(f.base)) {
			if r, _, err := h.App.Blobs.Open(ctx, d.ID); err == nil {
				_ = r.Close()
				t.Errorf("%s was opened before it was scanned", d.Name)
			}
		}
		clamd.Run()
		h.Advance(time.Minute)
		h.Settle()
		if got := states(); got["godt.pdf"] != blob.Clean || got["vondt.pdf"] != blob.Refused {
			t.Errorf("when it is back: %v", got)
		}
	})
}

func TestUploads_removeWhereAPictureWasTaken(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := atFiles(t, h)
		var b bytes.Buffer
		must(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil))
		place := "http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude='58,8.8N'/>"
		photo := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(place) + 2)}, place...)
		photo = append(photo, b.Bytes()[2:]...)
		f.send(apptest.Fill{}.Attach("other_documents", "uten.jpg", photo).Press("do=upload")).Must(http.StatusOK).Has("uten.jpg")
		keep := apptest.Fill{Values: map[string][]string{"remove_position.other_documents": {}}}.Attach("other_documents", "med.jpg", photo).Press("do=upload")
		f.send(keep).Must(http.StatusOK).Has("med.jpg")
		for _, d := range draftFiles(t, h, path.Base(f.base)) {
			want := map[string]blob.Flag{"uten.jpg": blob.FlagPositionRemoved, "med.jpg": blob.FlagPosition}[d.Name]
			if !d.Flags.Has(want) {
				t.Errorf("%s: flags %q, want %q", d.Name, d.Flags, want)
			}
		}
	})
}
