package access

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/identity"
)

// limits are what a token was made for, beside its role.
type limits struct {
	token       string
	permissions []Permission
}

type limitsKey struct{}

// WithLimits returns a context in which the token may use the permissions, as
// far as its role allows them. A token without limits in the context may do
// nothing: whoever forgets to bind them must not widen what a token can do.
func WithLimits(ctx context.Context, tokenID string, permissions []Permission) context.Context {
	return context.WithValue(ctx, limitsKey{}, limits{token: tokenID, permissions: slices.Clone(permissions)})
}

// limited reports whether the actor is a token that was not made for this.
func limited(ctx context.Context, actor identity.Actor, p Permission) bool {
	if actor.Kind != identity.Token {
		return false
	}
	l, ok := ctx.Value(limitsKey{}).(limits)
	return !ok || actor.TokenID == "" || l.token != actor.TokenID || !slices.Contains(l.permissions, p)
}
