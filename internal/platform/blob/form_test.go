package blob

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

func TestFormFiles_takesSoManyAndNoMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for _, name := range []string{"one.pdf", "two.pdf", "three.pdf"} {
			part, err := w.CreateFormFile("files", name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(part, "%PDF-1.4\n%"+name+"\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var files []Stored
		take := f.FormFiles(f.Ctx, &files, 2, "blob.too_many")
		r := multipart.NewReader(&form, w.Boundary())
		for i := 0; ; i++ {
			part, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			err = take(part, nil)
			if tooMany := i == 2; tooMany != (err != nil) || tooMany && errs.Of(err).Key != "blob.too_many" {
				t.Errorf("file %d: %v", i, err)
			}
		}
		if len(files) != 2 || files[0].Name != "one.pdf" || files[1].Name != "two.pdf" {
			t.Errorf("%+v", files)
		}
	})
}
