package identity

import (
	"context"
	"log/slog"

	"github.com/torg-no/torg/internal/platform/store"
)

// Kind says what sort of actor does something.
type Kind string

// The kinds of actors.
const (
	Anonymous Kind = "anonymous" // nobody has logged in
	Resident  Kind = "resident"  // a person without roles
	Staff     Kind = "staff"     // a person who holds at least one role
	Token     Kind = "token"     // a machine with an API token
	System    Kind = "system"    // Torg itself: jobs, alarms, the clock
)

// Actor is whoever does something, as access, audit and pages see them.
type Actor struct {
	Kind      Kind
	PersonID  string // residents and staff
	Name      string // for the page's header; personal data
	SessionID string
	TokenID   string
	ACR       string  // level of assurance of the log-in: "idporten-loa-substantial", "idporten-loa-high"
	Grants    []Grant // roles of staff and tokens
	// OnBehalfOf is the person id represented just now, "" when one acts for oneself.
	OnBehalfOf string
	// OnBehalfName is her name, for the journal; personal data.
	OnBehalfName string
	// Basis says by what right she is represented, and Scopes which kinds of cases
	// a mandate reaches; see Represents.
	Basis      Basis
	Scopes     []string
	SystemName string // which part of Torg acts, when Kind is System
}

// Grant is a role somebody holds.
type Grant struct {
	Role          string
	Department    string // "" = the whole municipality
	SubstituteFor string // person id whose role it is, when somebody stands in
}

// GrantSource tells the roles a person holds at the transaction's instant;
// package access implements it.
type GrantSource interface {
	GrantsOf(ctx context.Context, tx *store.Tx, personID string) ([]Grant, error)
}

// LoggedIn reports whether a person stands behind the actor.
func (a Actor) LoggedIn() bool { return a.PersonID != "" }

// LogValue implements slog.LogValuer: logs say which actor, never the name.
func (a Actor) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("kind", string(a.Kind)), slog.String("person", a.PersonID),
		slog.String("session", a.SessionID), slog.String("token", a.TokenID),
		slog.String("system", a.SystemName),
	)
}

type actorKey struct{}

// With returns a context in which the actor acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From returns the actor of the context, an anonymous one when there is none.
func From(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: Anonymous}
}

// AsSystem returns a context in which a part of Torg acts itself.
func AsSystem(ctx context.Context, name string) context.Context {
	return With(ctx, Actor{Kind: System, SystemName: name})
}
