package applications

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// The names by which a page tells of its files.
const (
	uploadField    = "upload"           // value: field/id of an upload that came in parts
	removePosition = "remove_position." // and the field: the place goes from its pictures
	positionAsked  = "position_asked."  // and the field: the page had that box
)

// uploadRoutes registers what the script needs that sends files in parts.
func (p *pages) uploadRoutes(r *web.Routes) {
	u := blob.UploadPages{Uploads: p.blobs.Uploads(), Owner: p.uploadOwner}
	r.Form("POST /drafts/{id}/uploads", PermWrite, u.Create)
	r.Form("HEAD /drafts/{id}/uploads/{upload}", PermWrite, u.Ask)
	r.Upload("PATCH /drafts/{id}/uploads/{upload}", PermWrite, blob.MaxPart, u.Append)
	r.Form("DELETE /drafts/{id}/uploads/{upload}", PermWrite, u.Remove)
}

func (p *pages) uploadOwner(r *http.Request) (blob.Owner, error) {
	id := r.PathValue("id")
	if err := p.mayWrite(r.Context(), id); err != nil {
		return blob.Owner{}, err
	}
	return uploader(r.Context(), id), nil
}

// uploader is whose uploads to a draft those of the actor are.
func uploader(ctx context.Context, draft string) blob.Owner {
	return blob.Owner{Type: "draft", ID: draft, Person: identity.From(ctx).PersonID}
}

// finish puts the files together that came in parts and that the page names. One
// that is attached already, since the answer to the first post was lost, is left
// out.
func (p *pages) finish(ctx context.Context, draft string, in *posted) error {
	for _, value := range in.values[uploadField] {
		field, id, ok := strings.Cut(value, "/")
		if !ok {
			continue
		}
		if len(in.files) == maxFiles {
			return errs.TooLarge("errs.too_large")
		}
		stored, up, err := p.blobs.Uploads().Finish(ctx, uploader(ctx, draft), id)
		if errors.Is(err, blob.ErrKept) {
			continue
		}
		if errs.Is(err, errs.KindNotFound) {
			err = errs.Invalid("blob.upload_gone").Because(err)
		}
		if up.Field != "" {
			field = up.Field // what it was begun for
		}
		in.files = append(in.files, upload{field: field, stored: stored, parts: id, err: err})
	}
	return nil
}

// giveUp makes room where a file that came in parts was not attached.
func (p *pages) giveUp(ctx context.Context, draft string, f upload) error {
	if f.parts == "" {
		return nil
	}
	err := p.blobs.Uploads().Remove(ctx, uploader(ctx, draft), f.parts)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}

// keepsPosition reports whether the page asked to leave in its pictures where they
// were taken. The box stands before the files, and so comes before them.
func keepsPosition(values url.Values, field string) bool {
	return values.Has(positionAsked+field) && !values.Has(removePosition+field)
}

// positionBox asks whether the place shall go from pictures; it is ticked unless
// one takes the tick away.
func positionBox(ctx context.Context, v forms.FieldView) ui.Field {
	return ui.Field{
		Name: removePosition + v.Name, Label: i18n.T(ctx, "applications.form.remove_position"), Hint: i18n.T(ctx, "applications.form.remove_position_hint"),
		Value: "true", HideOptional: true, When: v.WhenJSON, Hidden: v.Hidden,
	}
}
