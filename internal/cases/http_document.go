package cases

import (
	"context"
	"io"
	"net/http"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

// ServeDocument sends a document of a case, with headers that keep the browser
// from running anything in it.
func (s *Service) ServeDocument(w http.ResponseWriter, r *http.Request, caseID, documentID string) error {
	content, d, err := s.OpenDocument(r.Context(), caseID, documentID)
	if err != nil {
		return err
	}
	blob.SetHeaders(w.Header(), d)
	web.TakesTime(w)
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, content); err != nil {
		s.Log.InfoContext(r.Context(), "a document was not sent whole", "error", err)
	}
	return content.Close()
}

func (s *Service) mayRead(ctx context.Context, id string) error { return s.Allow(ctx, id, PermRead) }

// Allow asks whether the actor may do something to a case, for a page that only
// asks "are you sure?" and changes nothing itself.
func (s *Service) Allow(ctx context.Context, id string, perm access.Permission) error {
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	return s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, id, false)
		if err != nil {
			return err
		}
		return s.Access.Check(ctx, perm, c.resource())
	})
}
