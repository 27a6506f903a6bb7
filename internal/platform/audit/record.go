package audit

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// topic wakes the sealer after a commit.
const topic = "audit"

// Looked is the action of an entry that says that somebody looked at personal data.
const Looked = "audit.looked"

// Describe is the message key of an action: cases.decided is described by
// cases.action.decided.
func Describe(action string) string {
	module, what, _ := strings.Cut(action, ".")
	return module + ".action." + what
}

// Record writes an entry in the transaction of what happened.
func Record(ctx context.Context, tx *store.Tx, e Event) error {
	entry, d, err := newEntry(ctx, tx, e)
	if err != nil {
		return err
	}
	return save(ctx, tx, entry, d)
}

func newEntry(ctx context.Context, tx *store.Tx, e Event) (Entry, details, error) {
	if tx.Tenant == "" {
		return Entry{}, details{}, errors.New("audit: an entry belongs to a municipality; the transaction has none")
	}
	if e.Action == "" {
		return Entry{}, details{}, errors.New("audit: an entry without an action")
	}
	actor := identity.From(ctx)
	d, err := newDetails(actor, departmentOf(ctx), e.Details)
	if err != nil {
		return Entry{}, details{}, err
	}
	return Entry{
		ID: ids.New(), At: tx.Now, ActorKind: string(actor.Kind), ActorID: actorID(actor), OnBehalfOf: actor.OnBehalfOf,
		Action: e.Action, Object: e.Object, Subject: e.Subject, Case: e.Case, Request: requestOf(ctx),
		DetailsDigest: d.digest(),
	}, d, nil
}

type requestKey struct{}

// WithRequest returns a context in which several looks at the same thing are
// one: those of a single page view. The edge gives each request an id.
func WithRequest(ctx context.Context, requestID string) context.Context {
	return context.WithValue(ctx, requestKey{}, requestID)
}

func requestOf(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

type departmentKey struct{}

// WithDepartment returns a context in which what is done belongs to a
// department. Of somebody with several roles the log then tells the right one.
func WithDepartment(ctx context.Context, departmentID string) context.Context {
	return context.WithValue(ctx, departmentKey{}, departmentID)
}

func departmentOf(ctx context.Context) string {
	id, _ := ctx.Value(departmentKey{}).(string)
	return id
}

// longestRequest bounds how far back a page view's earlier looks are searched.
const longestRequest = time.Hour

// Look records that the actor looks at personal data: once per page view,
// however many parts of the page ask. The subject is the person concerned. A
// look at a case is noted with the case.
func Look(ctx context.Context, tx *store.Tx, object Ref, subject string) error {
	if request := requestOf(ctx); request != "" {
		seen, err := lookedInRequest(ctx, tx, object, subject, request, actorID(identity.From(ctx)))
		if err != nil || seen {
			return err
		}
	}
	e := Event{Action: Looked, Object: object, Subject: subject}
	if object.Type == "case" {
		e.Case = object.ID
	}
	return Record(ctx, tx, e)
}

// Refused records that access was denied; the edge calls it with what it finds
// in the error of a service (errors.AsType[*access.Denied]).
func Refused(ctx context.Context, tx *store.Tx, d *access.Denied) error {
	return Record(ctx, tx, Event{
		Action: "access.denied", Object: Ref{Type: d.Type, ID: d.ID},
		Details: map[string]string{"permission": string(d.Permission), "reason": d.Reason},
	})
}

// AccessJournal writes what package access does to roles, tokens and
// invitations; it is handed to access.NewService.
type AccessJournal struct{}

// RecordAccess implements access.Journal.
func (AccessJournal) RecordAccess(ctx context.Context, tx *store.Tx, e access.Event) error {
	return Record(ctx, tx, Event{
		Action: e.Action, Object: Ref{Type: e.ObjectType, ID: e.ObjectID}, Subject: e.Subject, Details: e.Details,
	})
}

// Erase removes the personal data that the log holds about a person (GDPR
// article 17): the details of the entries that concern the person and of those
// the person made as a resident. The entries and their digests stay, so the log
// still verifies. The caller has checked that it may be done; that it was done
// is recorded.
func Erase(ctx context.Context, tx *store.Tx, personID string) (int64, error) {
	if personID == "" {
		return 0, errors.New("audit: erase the data of nobody")
	}
	n, err := eraseDetails(ctx, tx, personID)
	if err != nil {
		return 0, err
	}
	return n, Record(ctx, tx, Event{Action: "audit.erased", Object: Ref{Type: "person", ID: personID}})
}
