package web

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
)

// part is a field of a form, or a file.
type part struct{ name, file, text string }

func postOf(t *testing.T, parts ...part) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		header := map[string][]string{"Content-Disposition": {fmt.Sprintf("form-data; name=%q", p.name)}}
		if p.file != "" {
			header["Content-Disposition"][0] += fmt.Sprintf("; filename=%q", strings.TrimPrefix(p.file, "none"))
			header["Content-Type"] = []string{"application/octet-stream"}
		}
		dst, err := w.CreatePart(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(dst, p.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// taken reads a form and tells which files came, with the fields that stood before.
func taken(r *http.Request, limits FormLimits) (url.Values, []string, error) {
	var files []string
	values, err := ReadForm(r, limits, func(file *multipart.Part, before url.Values) error {
		if file.FileName() == "refused.exe" {
			return errs.Invalid("blob.type")
		}
		content, err := io.ReadAll(file)
		files = append(files, fmt.Sprint(file.FormName(), " ", file.FileName(), " ", string(content), " ", slices.Sorted(maps.Keys(before))))
		return err
	})
	return values, files, err
}

var roomy = FormLimits{Parts: 10, Text: 100}

func TestReadForm_takesFieldsAndFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	values, files, err := taken(postOf(t,
		part{"why", "", "blåbær"}, part{"files", "a.pdf", "%PDF"}, part{"why", "", "to"}, part{"", "", "nameless"},
		part{"files", "none", ""}, part{"files", "b.pdf", "b"},
	), roomy)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(url.Values{"why": {"blåbær", "to"}}, values); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"files a.pdf %PDF [why]", "files b.pdf b [why]"}, files); diff != "" {
		t.Error(diff)
	}
}

func TestReadForm_takesAFormWithoutFiles(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/?why=address", strings.NewReader("why=post&n=1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	values, files, err := taken(r, roomy)
	if diff := cmp.Diff(url.Values{"why": {"post"}, "n": {"1"}}, values); diff != "" || err != nil || files != nil {
		t.Error(diff, files, err)
	}
}

// TestReadForm_refuses posts what is too much, broken, or has a file that is refused. What
// was read until then comes along, so that nobody has to type it again.
func TestReadForm_refuses(t *testing.T) {
	t.Parallel()
	plain := func(body, kind string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return r
	}
	cut := postOf(t, part{"a", "", "1"}, part{"files", "a.pdf", "%PDF"})
	whole, err := io.ReadAll(cut.Body)
	if err != nil {
		t.Fatal(err)
	}
	cut.Body = io.NopCloser(bytes.NewReader(whole[:len(whole)-60]))
	large := postOf(t, part{"a", "", "1"}, part{"b", "", strings.Repeat("x", 90)})
	large.Body = http.MaxBytesReader(nil, large.Body, 200)
	for name, tt := range map[string]struct {
		r      *http.Request
		limits FormLimits
		want   errs.Kind
		kept   url.Values
	}{
		"a field that is too long":  {postOf(t, part{"a", "", "1"}, part{"b", "", strings.Repeat("x", 100)}), roomy, errs.KindTooLarge, url.Values{"a": {"1"}}},
		"fields that are too long":  {postOf(t, part{"a", "", strings.Repeat("x", 60)}, part{"b", "", strings.Repeat("x", 60)}), roomy, errs.KindTooLarge, url.Values{"a": {strings.Repeat("x", 60)}}},
		"too many parts":            {postOf(t, part{"a", "", "1"}, part{"a", "", "2"}, part{"a", "", "3"}), FormLimits{Parts: 2, Text: 100}, errs.KindTooLarge, url.Values{"a": {"1", "2"}}},
		"a refused file":            {postOf(t, part{"a", "", "1"}, part{"files", "refused.exe", "MZ"}), roomy, errs.KindInvalid, url.Values{"a": {"1"}}},
		"a post that is cut":        {cut, roomy, errs.KindInvalid, url.Values{"a": {"1"}}},
		"a post beyond its route":   {large, roomy, errs.KindTooLarge, url.Values{"a": {"1"}}},
		"parts without a boundary":  {plain("a=1", "multipart/form-data"), roomy, errs.KindInvalid, nil},
		"a plain form too long":     {plain("a="+strings.Repeat("x", 100), "application/x-www-form-urlencoded"), roomy, errs.KindTooLarge, nil},
		"a plain form of bad signs": {plain("a=%zz", "application/x-www-form-urlencoded"), roomy, errs.KindInvalid, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values, _, err := taken(tt.r, tt.limits)
			if !errs.Is(err, tt.want) {
				t.Errorf("%v", err)
			}
			if diff := cmp.Diff(tt.kept, values); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormErrors_areOfWhatTheReaderCanMend(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
	for name, tt := range map[string]struct {
		err  error
		want string // the field that is wrong, "" when the page is not shown again
	}{
		"nothing":     {nil, ""},
		"a field":     {errs.InvalidFields(errs.Field{Name: "why", Key: "errs.required"}), "why"},
		"the whole":   {errs.Invalid("errs.invalid_input"), "files"},
		"too large":   {errs.TooLarge("errs.too_large"), "files"},
		"not allowed": {errs.Forbidden("errs.forbidden"), ""},
		"unexpected":  {io.ErrUnexpectedEOF, ""},
	} {
		wrong, ok := FormErrors(r, tt.err, "files")
		if ok != (tt.want != "") || ok && (len(wrong) != 1 || wrong[0].Name != tt.want) {
			t.Errorf("%s: %v %v", name, wrong, ok)
		}
	}
}
