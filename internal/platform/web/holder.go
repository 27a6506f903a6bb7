package web

import (
	"context"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
)

// holder carries what is found out about a request back up to where it is
// measured, and its id down to pages, logs and the audit log.
type holder struct {
	id      string
	pattern string // of the matched route
	lang    i18n.Lang
}

type holderKey struct{}

// withHolder gives the request its id. Several looks at the same person are one
// entry in the audit log when they come from one request.
func withHolder(ctx context.Context) (context.Context, *holder) {
	h := &holder{id: ids.New()}
	return context.WithValue(audit.WithRequest(ctx, h.id), holderKey{}, h), h
}

func holderOf(ctx context.Context) *holder {
	if h, ok := ctx.Value(holderKey{}).(*holder); ok {
		return h
	}
	return &holder{}
}

func requestID(ctx context.Context) string { return holderOf(ctx).id }

func setPattern(ctx context.Context, pattern string) { holderOf(ctx).pattern = pattern }
