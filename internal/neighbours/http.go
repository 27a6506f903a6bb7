package neighbours

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	// maxUpload bounds a post with files, and maxUnknown that of somebody who has
	// not logged in.
	maxUpload  = 60 << 20
	maxUnknown = 25 << 20
)

// Routes registers the pages of the developer, the neighbours and the staff.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Resident, "neighbours.nav", "/my/notices", PermStart)
	r.Page("GET /my/notices", PermStart, p.mine)
	r.Page("GET /my/notices/new", PermStart, p.begin)
	r.Form("POST /my/notices", PermStart, p.start)
	r.Page("GET /my/notices/{id}", PermRead, p.show)
	r.Upload("POST /my/notices/{id}", PermWrite, maxUpload, p.write)
	r.Page("GET /my/notices/{id}/send", PermWrite, p.confirm)
	r.Form("POST /my/notices/{id}/send", PermWrite, p.send)
	r.Form("POST /my/notices/{id}/list", PermWrite, p.refresh)
	r.Form("POST /my/notices/{id}/draft", PermWrite, p.bind)
	r.Form("POST /my/notices/{id}/comment", PermWrite, p.comment)
	r.Form("POST /my/notices/{id}/brought", PermWrite, p.brought)
	r.Form("POST /my/notices/{id}/exemption", PermWrite, p.askExemption)
	r.Page("GET /my/notices/{id}/receipt", PermRead, p.receipt)
	r.Page("GET /my/notices/{id}/letters/{recipient}", PermWrite, p.handLetter)
	r.Page("GET /my/notices/{id}/drawings/{drawing}", PermRead, p.document)

	r.Page("GET /my/neighbour-notices/{neighbour}", PermHear, p.hear)
	r.Upload("POST /my/neighbour-notices/{neighbour}", PermAnswer, maxUpload, p.answer)
	r.Page("GET /my/neighbour-notices/{neighbour}/drawings/{drawing}", PermHear, p.heardDocument)
	r.Page("GET /notice", access.Public, p.typeCode)
	r.Page("GET /notice/{code}", access.Public, p.hear)
	r.Upload("POST /notice/{code}", access.Public, maxUnknown, p.answer)
	r.Page("GET /notice/{code}/drawings/{drawing}", access.Public, p.heardDocument)

	r.Nav(ui.Staff, "neighbours.nav_staff", "/work/notices", PermList)
	r.Page("GET /work/notices", PermList, p.list)
	r.Page("GET /work/notices/{id}", PermRead, p.work)
	r.Upload("POST /work/notices/{id}/answers/{recipient}", PermRegister, maxUpload, p.register)
	r.Form("POST /work/notices/{id}/exemption", PermExempt, p.answerExemption)
	r.Page("GET /work/notices/{id}/receipt", PermRead, p.receipt)
	r.Page("GET /work/notices/{id}/drawings/{drawing}", PermRead, p.document)
}

type pages struct{ *Service }

const (
	maxParts  = 40
	maxFields = 1 << 18
)

// posted is what came with a form that takes files.
type posted struct {
	values url.Values
	files  []blob.Stored
}

// posted takes a form in. Files go to their place as they come.
func (p *pages) posted(r *http.Request) (in posted, err error) {
	in.values, err = web.ReadForm(r, web.FormLimits{Parts: maxParts, Text: maxFields}, p.Blobs.FormFiles(r.Context(), &in.files, maxFiles, "neighbours.too_many_files"))
	return in, err
}

// version is that of the notice the page was made from. A form without one is a
// conflict with whatever stands: -1 is no version.
func version(values url.Values) int64 {
	n, err := strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// dayIn is a day of a form; what cannot be read is none.
func dayIn(values url.Values, name string) clock.Date {
	day, err := clock.ParseDate(values.Get(name))
	if err != nil {
		return clock.Date{}
	}
	return day
}

// serve sends a document.
func serve(w http.ResponseWriter, content io.ReadCloser, d blob.Document, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was read
	blob.SetHeaders(w.Header(), d)
	_, _ = io.Copy(w, content) // the reader may have gone
	return nil
}

// servePDF sends a PDF that is written now.
func servePDF(w http.ResponseWriter, name string, content []byte) {
	blob.SetHeaders(w.Header(), blob.Document{Name: name, MediaType: blob.PDF, Size: int64(len(content))})
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(content) // the reader may have gone
}
