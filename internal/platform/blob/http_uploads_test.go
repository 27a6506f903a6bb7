package blob

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

// server mounts the pages as a service does, with statuses as package web gives.
func server(t *testing.T, f *fixture) *httptest.Server {
	t.Helper()
	pages := UploadPages{Uploads: f.Uploads(), Owner: func(r *http.Request) (Owner, error) {
		if r.Header.Get("X-Stranger") != "" {
			return Owner{}, errs.NotFound("errs.not_found")
		}
		return draft, nil
	}}
	mux := http.NewServeMux()
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"POST /drafts/d/uploads": pages.Create, "HEAD /drafts/d/uploads/{upload}": pages.Ask,
		"PATCH /drafts/d/uploads/{upload}": pages.Append, "DELETE /drafts/d/uploads/{upload}": pages.Remove,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r.WithContext(f.Ctx)); err != nil {
				status := http.StatusInternalServerError
				if e := errs.Of(err); e != nil {
					status = map[errs.Kind]int{errs.KindInvalid: 422, errs.KindNotFound: 404, errs.KindConflict: 409, errs.KindTooLarge: 413}[e.Kind]
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, keyOf(err))
			}
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

type reply struct {
	status int
	header http.Header
	text   string
}

func request(t *testing.T, s *httptest.Server, method, path string, header map[string]string, body []byte) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

func create(t *testing.T, s *httptest.Server, values url.Values) reply {
	t.Helper()
	return request(t, s, http.MethodPost, "/drafts/d/uploads", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, []byte(values.Encode()))
}

func at(offset int) map[string]string {
	return map[string]string{offsetHeader: strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream"}
}

func TestUploadPages_takeAFileInParts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		s, b := server(t, f), scanned(2500)
		made := create(t, s, url.Values{"field": {"papers"}, "name": {"æøå.pdf"}, "type": {PDF}, "size": {"2500"}})
		path := made.header.Get("Location")
		if made.status != http.StatusCreated || !strings.HasPrefix(path, "/drafts/d/uploads/") || made.header.Get(partHeader) != strconv.Itoa(MaxPart) {
			t.Fatalf("%+v", made)
		}
		for from := 0; from < 2500; from += 1000 {
			got := request(t, s, http.MethodPatch, path, at(from), b[from:min(from+1000, 2500)])
			if got.status != http.StatusNoContent || got.header.Get(offsetHeader) != strconv.Itoa(min(from+1000, 2500)) {
				t.Fatalf("at %d: %+v", from, got)
			}
			again := request(t, s, http.MethodPatch, path, at(from), b[from:min(from+1000, 2500)])
			if again.status != http.StatusConflict || again.header.Get(offsetHeader) != strconv.Itoa(min(from+1000, 2500)) {
				t.Errorf("sent again at %d: %+v", from, again)
			}
			asked := request(t, s, http.MethodHead, path, nil, nil)
			if asked.status != http.StatusNoContent || asked.header.Get(offsetHeader) != got.header.Get(offsetHeader) || asked.header.Get(lengthHeader) != "2500" {
				t.Errorf("asked: %+v", asked)
			}
		}
		stored, up, err := f.Uploads().Finish(f.Ctx, draft, path[strings.LastIndex(path, "/")+1:])
		if err != nil || stored.Name != "æøå.pdf" || up.Field != "papers" {
			t.Errorf("%+v, %+v, %v", stored, up, err)
		}
		for range 2 {
			if got := request(t, s, http.MethodDelete, path, nil, nil); got.status != http.StatusNoContent {
				t.Errorf("removed: %+v", got)
			}
		}
		if got := request(t, s, http.MethodHead, path, nil, nil); got.status != http.StatusNotFound {
			t.Errorf("asked for what is removed: %+v", got)
		}
	})
}

func TestUploadPages_haveWordsForEveryRefusal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		s := server(t, f)
		good := func() url.Values { return url.Values{"field": {"papers"}, "name": {"x.pdf"}, "size": {"10"}} }
		for name, c := range map[string]struct {
			field, value string
			status       int
			key          string
		}{
			"no size":       {"size", "", 422, "errs.invalid_input"},
			"a word":        {"size", "ten", 422, "errs.invalid_input"},
			"empty":         {"size", "0", 422, "blob.empty"},
			"too large":     {"size", "99999999999", 413, "blob.too_large"},
			"no field":      {"field", "", 422, "errs.invalid_input"},
			"endless field": {"field", strings.Repeat("x", 300), 422, "errs.invalid_input"},
		} {
			values := good()
			values.Set(c.field, c.value)
			if got := create(t, s, values); got.status != c.status || got.text != c.key {
				t.Errorf("%s: %+v", name, got)
			}
		}
		path := create(t, s, good()).header.Get("Location")
		for name, c := range map[string]struct {
			method, path string
			header       map[string]string
			body         string
			status       int
		}{
			"no offset":      {http.MethodPatch, path, nil, "x", 422},
			"no bytes":       {http.MethodPatch, path, at(0), "", 422},
			"too many bytes": {http.MethodPatch, path, at(0), "more than ten bytes", 413},
			"wrong offset":   {http.MethodPatch, path, at(5), "x", 409},
			"no such upload": {http.MethodPatch, "/drafts/d/uploads/x", at(0), "x", 404},
			"stranger":       {http.MethodPatch, path, map[string]string{offsetHeader: "0", "X-Stranger": "yes"}, "x", 404},
			"stranger asks":  {http.MethodHead, path, map[string]string{"X-Stranger": "yes"}, "", 404},
			"stranger ends":  {http.MethodDelete, path, map[string]string{"X-Stranger": "yes"}, "", 404},
			"stranger makes": {http.MethodPost, "/drafts/d/uploads", map[string]string{"X-Stranger": "yes"}, "", 404},
		} {
			if got := request(t, s, c.method, c.path, c.header, []byte(c.body)); got.status != c.status {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}
