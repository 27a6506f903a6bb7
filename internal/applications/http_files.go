package applications

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	maxParts     = 2000    // parts of one post
	maxFiles     = 20      // of them files
	maxTextParts = 1 << 20 // bytes of all answers of a page together
)

// posted is what came with a page: answers, and files that lie stored and wait
// for their rows.
type posted struct {
	values url.Values
	files  []upload
}

type upload struct {
	field  string
	stored blob.Stored
	parts  string // id of the upload in parts that it came by, or ""
	err    error  // why the file was not taken, for its uploader
}

// version is that of the draft the page was made from. Without a readable one
// the page counts as made from the first, so that whatever has changed since wins.
func (p posted) version() int64 {
	n, err := strconv.ParseInt(p.values.Get(versionField), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// read takes the post in. Files go straight to their place as they come in.
func (p *pages) read(r *http.Request) (in posted, err error) {
	in.values, err = web.ReadForm(r, web.FormLimits{Parts: maxParts, Text: maxTextParts}, func(file *multipart.Part, before url.Values) error {
		if len(in.files) == maxFiles {
			return errs.TooLarge("errs.too_large")
		}
		in.files = append(in.files, p.put(r.Context(), before, file.FormName(), file))
		return nil
	})
	return in, err
}

func (p *pages) put(ctx context.Context, before url.Values, field string, part *multipart.Part) upload {
	most := int64(0)
	if deviceOf(ctx).Secret != "" {
		most = unboundFileBytes
	}
	stored, err := p.blobs.Put(ctx, part, blob.PutOptions{
		MaxBytes: most, Name: part.FileName(), Declared: part.Header.Get("Content-Type"), KeepPosition: keepsPosition(before, field),
	})
	return upload{field: field, stored: stored, err: err}
}

// takeFiles attaches what was uploaded and removes what was asked to go. Files
// that were not taken come back as what is wrong with their field.
func (p *pages) takeFiles(ctx context.Context, id string, in posted) ([]errs.Field, error) {
	var wrong []errs.Field
	if err := p.finish(ctx, id, &in); err != nil {
		return nil, err
	}
	for _, f := range in.files {
		err := f.err
		if err == nil {
			_, err = p.AddFile(ctx, id, f.field, f.stored)
		}
		if err != nil && !errs.Is(err, errs.KindUnavailable) && !errors.Is(err, blob.ErrKept) {
			if e := p.giveUp(ctx, id, f); e != nil {
				return nil, errors.Join(err, e)
			}
		}
		e := errs.Of(err)
		switch {
		case err == nil, errors.Is(err, blob.ErrKept):
		case e == nil || e.Kind == errs.KindUnavailable || e.Kind == errs.KindNotFound:
			return nil, err
		case len(e.Fields) > 0:
			wrong = append(wrong, e.Fields...)
		default:
			wrong = append(wrong, errs.Field{Name: f.field, Key: e.Key, Args: e.Args})
		}
	}
	if field, document, ok := strings.Cut(in.values.Get(removeFile), "/"); ok {
		if err := p.RemoveFile(ctx, id, field, document); err != nil {
			return nil, err
		}
	}
	return wrong, nil
}
