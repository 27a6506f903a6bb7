package blob

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
)

// UploadPages answers the requests of a script that sends a file in parts, much
// as tus 1.0.0 does. A service mounts them below an address of its own and asks
// in Owner who may; the form that the file belongs to then names the upload, and
// the service calls Finish. Without scripts the form carries the file itself.
//
//	POST   …/uploads       field, name, type, size, keep_position → 201, Location
//	HEAD   …/uploads/{id}  → Upload-Offset, Upload-Length
//	PATCH  …/uploads/{id}  Upload-Offset and the bytes → 204, Upload-Offset
//	DELETE …/uploads/{id}  → 204
//
// A part that does not follow the last one is answered 409 with the Upload-Offset
// that does.
type UploadPages struct {
	Uploads *Uploads
	// Owner says whose uploads a request is about, or why it may not be made.
	Owner func(r *http.Request) (Owner, error)
}

// The headers (tus 1.0.0).
const (
	offsetHeader = "Upload-Offset"
	lengthHeader = "Upload-Length"
	partHeader   = "Upload-Part" // the most bytes of a part
)

// Create begins an upload.
func (p UploadPages) Create(w http.ResponseWriter, r *http.Request) error {
	owner, err := p.Owner(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	size, err := strconv.ParseInt(r.PostForm.Get("size"), 10, 64)
	if err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	up, err := p.Uploads.Create(r.Context(), NewUpload{
		Owner: owner, Field: r.PostForm.Get("field"), Name: r.PostForm.Get("name"), Declared: r.PostForm.Get("type"), Size: size,
		KeepPosition: r.PostForm.Get("keep_position") == "true",
	})
	if err != nil {
		return err
	}
	w.Header().Set("Location", r.URL.EscapedPath()+"/"+url.PathEscape(up.ID))
	tell(w, up, http.StatusCreated)
	return nil
}

// Ask tells how far an upload has come.
func (p UploadPages) Ask(w http.ResponseWriter, r *http.Request) error {
	owner, err := p.Owner(r)
	if err != nil {
		return err
	}
	up, err := p.Uploads.Get(r.Context(), owner, r.PathValue("upload"))
	if err != nil {
		return err
	}
	if up.document != "" {
		return errs.NotFound("blob.upload_gone") // who sends the file again wants another document
	}
	tell(w, up, http.StatusNoContent)
	return nil
}

// Append takes in a part.
func (p UploadPages) Append(w http.ResponseWriter, r *http.Request) error {
	owner, err := p.Owner(r)
	if err != nil {
		return err
	}
	offset, err := strconv.ParseInt(r.Header.Get(offsetHeader), 10, 64)
	if err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	id := r.PathValue("upload")
	up, err := p.Uploads.Append(r.Context(), owner, id, offset, r.Body)
	if errs.Is(err, errs.KindConflict) {
		// The other sender may have been first in between.
		if now, e := p.Uploads.Get(r.Context(), owner, id); e == nil {
			up = now
		}
		w.Header().Set(offsetHeader, strconv.FormatInt(up.Received, 10))
	}
	if err != nil {
		return err
	}
	tell(w, up, http.StatusNoContent)
	return nil
}

// Remove gives an upload up. One that is gone already is no error.
func (p UploadPages) Remove(w http.ResponseWriter, r *http.Request) error {
	owner, err := p.Owner(r)
	if err != nil {
		return err
	}
	err = p.Uploads.Remove(r.Context(), owner, r.PathValue("upload"))
	if e, ok := errors.AsType[*errs.Error](err); err != nil && (!ok || e.Kind != errs.KindNotFound) {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func tell(w http.ResponseWriter, up Upload, status int) {
	w.Header().Set(offsetHeader, strconv.FormatInt(up.Received, 10))
	w.Header().Set(lengthHeader, strconv.FormatInt(up.Size, 10))
	w.Header().Set(partHeader, strconv.Itoa(MaxPart))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
}
