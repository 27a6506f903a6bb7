package applications

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
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

// read takes the post in. Files go straight to their place as they come in and
// are never whole in memory.
func (p *pages) read(r *http.Request) (posted, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = http.MaxBytesReader(nil, r.Body, maxTextParts)
		if err := r.ParseForm(); err != nil {
			return posted{}, unreadable(err)
		}
		return posted{values: r.PostForm}, nil
	}
	reader, err := r.MultipartReader()
	if err != nil {
		return posted{}, unreadable(err)
	}
	in := posted{values: url.Values{}}
	left := int64(maxTextParts)
	for range maxParts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return posted{}, unreadable(err)
		}
		if left, err = p.takePart(r.Context(), &in, part, left); err != nil {
			return posted{}, err
		}
	}
	return posted{}, errs.TooLarge("errs.too_large")
}

// unreadable keeps the kind of the errors that have words of their own.
func unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errs.TooLarge("errs.too_large").Because(err)
	}
	return errs.Invalid("errs.invalid_input").Because(err)
}

func (p *pages) takePart(ctx context.Context, in *posted, part *multipart.Part, left int64) (int64, error) {
	name := part.FormName()
	if part.FileName() != "" {
		if len(in.files) == maxFiles {
			return left, errs.TooLarge("errs.too_large")
		}
		in.files = append(in.files, p.put(ctx, in.values, name, part))
		return left, nil
	}
	text, err := io.ReadAll(io.LimitReader(part, left+1))
	if err != nil {
		return left, unreadable(err)
	}
	if int64(len(text)) > left {
		return left, errs.TooLarge("errs.too_large")
	}
	if name != "" && part.Header.Get("Content-Type") == "" {
		in.values.Add(name, string(text))
	}
	return left - int64(len(text)), nil
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
