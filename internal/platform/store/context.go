package store

import (
	"context"
	"errors"
	"regexp"
)

type (
	tenantKey struct{}
	insideKey struct{}
)

// WithTenant binds the context to a tenant by its internal key.
func WithTenant(ctx context.Context, tenantID string) context.Context {
	return context.WithValue(ctx, tenantKey{}, tenantID)
}

// TenantOf returns the tenant the context is bound to, or the empty text.
func TenantOf(ctx context.Context) string {
	id, _ := ctx.Value(tenantKey{}).(string)
	return id
}

// inside marks the context given to a transaction's function, so that a
// transaction begun within it is refused instead of waiting for itself.
func inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, insideKey{}, true)
}

// Inside reports whether the context is that of a transaction's function, in
// which no other transaction can begin.
func Inside(ctx context.Context) bool { return ctx.Value(insideKey{}) != nil }

var (
	errNoTenant  = errors.New("store: a transaction without a tenant")
	errBadTenant = errors.New("store: the tenant's key is not letters, digits and hyphens")
	errInside    = errors.New("store: a transaction inside a transaction")

	keyShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// isKey keeps the keys to what needs no quoting, and "*", which row-level
// security lets see every tenant, out of a tenant's transaction.
func isKey(tenant string) bool { return keyShape.MatchString(tenant) }

// boundTenant returns the tenant a transaction is to be begun for.
func boundTenant(ctx context.Context) (string, error) {
	switch tenant := TenantOf(ctx); {
	case tenant == "":
		return "", errNoTenant
	case !isKey(tenant):
		return "", errBadTenant
	default:
		return tenant, nil
	}
}
