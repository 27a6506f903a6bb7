package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/cedar-policy/cedar-go"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Access answers who may do what. It never changes after New and may be used by
// any number of goroutines.
type Access struct {
	log   *slog.Logger
	known registry
	book  rulebook
}

// New reads the policies of the platform and of the modules. It refuses
// policies that do not parse, name an unknown permission or lack a name or a
// comment.
func New(log *slog.Logger, modules ...Rules) (*Access, error) {
	a := &Access{log: log, known: registry{}, book: rulebook{}}
	all := append([]Rules{Base()}, modules...)
	for _, rules := range all {
		if err := a.known.add(rules); err != nil {
			return nil, err
		}
	}
	for _, rules := range all {
		if err := a.book.load(rules, a.known); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Denied says what was refused; the edge finds it with errors.AsType and
// records it in the audit log.
type Denied struct { //nolint:errname // it reads as what happened: errors.AsType[*access.Denied]
	Permission Permission
	Type, ID   string
	Reason     string // for the log: a static text, no personal data
}

// Error implements error.
func (d *Denied) Error() string {
	return fmt.Sprintf("access: %s on %s %q denied: %s", d.Permission, d.Type, d.ID, d.Reason)
}

// Reasons of a denial.
const (
	reasonTenant  = "belongs to another tenant"
	reasonPolicy  = "no policy permits it"
	reasonLimited = "outside the token's limits"
)

// Check returns nil when the actor of the context may do this to the resource.
// Otherwise the error is errs.Login (nobody is logged in), errs.NotFound (the
// actor may not even read the resource, and is not to know that it exists) or
// errs.Forbidden, and wraps *Denied. Asking about a permission that no module
// declares, or outside a tenant, is an internal error.
func (a *Access) Check(ctx context.Context, p Permission, r Resource) error {
	if p == Public {
		return nil
	}
	if err := a.ask(ctx, p, r.Type); err != nil {
		return err
	}
	denied := &Denied{Permission: p, Type: r.Type, ID: r.ID}
	if r.Tenant != "" && r.Tenant != store.TenantOf(ctx) {
		denied.Reason = reasonTenant
		return errs.NotFound("errs.not_found").Because(denied)
	}
	actor := identity.From(ctx)
	reason, err := a.decide(ctx, actor, p, r)
	if err != nil {
		return err
	}
	if reason == "" {
		return nil
	}
	denied.Reason = reason
	return a.refuse(ctx, actor, r, denied)
}

// refuse chooses what the person is told.
func (a *Access) refuse(ctx context.Context, actor identity.Actor, r Resource, denied *Denied) error {
	if actor.Kind == identity.Anonymous || actor.Kind == "" {
		return errs.Login().Because(denied)
	}
	read := denied.Permission.read()
	if _, ok := a.known[read]; !ok || r.ID == "" {
		return errs.Forbidden("errs.forbidden").Because(denied)
	}
	if denied.Permission != read {
		reason, err := a.decide(ctx, actor, read, r)
		if err != nil {
			return err
		}
		if reason == "" {
			return errs.Forbidden("errs.forbidden").Because(denied)
		}
	}
	return errs.NotFound("errs.not_found").Because(denied)
}

// ask refuses questions that are mistakes in our own code.
func (a *Access) ask(ctx context.Context, p Permission, kind string) error {
	if store.TenantOf(ctx) == "" {
		return errors.New("access: asked without a tenant")
	}
	if _, ok := a.known[p]; !ok {
		return fmt.Errorf("access: permission %q is not declared by any module", p)
	}
	if kind != p.Type() {
		return fmt.Errorf("access: permission %q asked about a %q", p, kind)
	}
	return nil
}

// decide returns "" when allowed, else why not.
func (a *Access) decide(ctx context.Context, actor identity.Actor, p Permission, r Resource) (string, error) {
	if limited(ctx, actor, p) {
		return reasonLimited, nil
	}
	resource, err := r.entity()
	if err != nil {
		return "", err
	}
	who := principal(actor, r.Department, r.kind())
	if a.evaluate(ctx, p, who, resource) {
		return "", nil
	}
	return reasonPolicy, nil
}

// entities are the two things a policy may look at.
type entities struct{ principal, resource cedar.Entity }

// Get implements cedar.EntityGetter.
func (e entities) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch uid {
	case e.principal.UID:
		return e.principal, true
	case e.resource.UID:
		return e.resource, true
	default:
		return cedar.Entity{}, false
	}
}

// evaluate asks the policies. An error in any of them is a denial.
func (a *Access) evaluate(ctx context.Context, p Permission, who, what cedar.Entity) bool {
	request := cedar.Request{
		Principal: who.UID, Action: cedar.NewEntityUID("Action", cedar.String(p)), Resource: what.UID,
	}
	decision, diagnostic := cedar.Authorize(a.book[p], entities{who, what}, request)
	for _, e := range diagnostic.Errors {
		a.log.ErrorContext(ctx, "a policy could not be evaluated; denied",
			"permission", string(p), "policy", string(e.PolicyID), "error", e.Message)
	}
	return decision == cedar.Allow && len(diagnostic.Errors) == 0
}
