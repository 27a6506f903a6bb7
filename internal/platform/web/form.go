package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ui"
)

// FormLimits bound what one form may bring. The size of the whole post is bounded by
// its route.
type FormLimits struct {
	Parts int   // fields and files together
	Text  int64 // bytes of all fields together
}

// ReadForm takes in a form, with files or without, and returns its fields. Each file is
// given to take as it comes, with the fields that stood before it, so that no file is
// ever whole in memory; a file that take refuses refuses the form, so that nobody
// believes it was sent. A control for files that was left empty counts as nothing. With
// an error come the fields read until then, so that the page can show them again.
// Errors: what take returns; errs.TooLarge beyond the limits; errs.Invalid for what is
// no form.
func ReadForm(r *http.Request, limits FormLimits, take func(file *multipart.Part, before url.Values) error) (url.Values, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		r.Body = http.MaxBytesReader(nil, r.Body, limits.Text)
		if err := r.ParseForm(); err != nil {
			return nil, Unreadable(err)
		}
		return r.PostForm, nil
	}
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, Unreadable(err)
	}
	values, left := url.Values{}, limits.Text
	for range limits.Parts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return values, Unreadable(err)
		}
		if part.FileName() != "" {
			err = readable(take(part, values))
		} else {
			left, err = readField(part, values, left)
		}
		if err != nil {
			return values, err
		}
	}
	return values, errs.TooLarge("errs.too_large")
}

// readField reads a field of a form and returns how much text may come after it.
func readField(part *multipart.Part, values url.Values, left int64) (int64, error) {
	text, err := io.ReadAll(io.LimitReader(part, left+1))
	if err != nil {
		return left, Unreadable(err)
	}
	if int64(len(text)) > left {
		return left, errs.TooLarge("errs.too_large")
	}
	if name := part.FormName(); name != "" && !emptyFile(part) {
		values.Add(name, string(text))
	}
	return left - int64(len(text)), nil
}

// emptyFile reports whether a part is a control for files in which none was chosen: it
// has a file name, and the name is empty (HTML, "constructing the entry list").
func emptyFile(part *multipart.Part) bool {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, file := parameters["filename"]
	return err == nil && file
}

// readable tells a file that ended too early from one that could not be kept.
func readable(err error) error {
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	if errs.Of(err) == nil && (tooLarge || errors.Is(err, io.ErrUnexpectedEOF)) {
		return Unreadable(err)
	}
	return err
}

// Unreadable is the error for a post that could not be read; one that is too large is
// told so.
func Unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errs.TooLarge("errs.too_large").Because(err)
	}
	return errs.Invalid("errs.invalid_input").Because(err)
}

// FormErrors are what is wrong with a form that was refused, for the page that shows it
// again; ok is false when the error is of another sort. What is wrong with no field is
// said of the one called rest.
func FormErrors(r *http.Request, err error, rest string) (wrong ui.Errors, ok bool) {
	e := errs.Of(err)
	if e == nil || e.Kind != errs.KindInvalid && e.Kind != errs.KindTooLarge {
		return nil, false
	}
	if len(e.Fields) == 0 {
		return ui.Errors{{Name: rest, Text: Words(r.Context(), err)}}, true
	}
	return ui.ErrorsOf(r.Context(), err), true
}
