package retention

import (
	"context"
	"io"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// State says where a copy stands.
type State string

// The states.
const (
	Asked  State = "asked"
	Making State = "making"
	Ready  State = "ready"
	Failed State = "failed"
)

const (
	// keepCopy is how long a copy can be fetched.
	keepCopy = 14 * 24 * time.Hour
	// askAgain is how soon one may ask for a new copy while the last is ready.
	askAgain = 24 * time.Hour
	// freshLogin is how old the log-in may be that fetches it: it is everything at once.
	freshLogin = 15 * time.Minute
	// ownerType is what copies are owned by where documents lie.
	ownerType = "takeout"
)

// Takeout is a copy of everything about a person.
type Takeout struct {
	ID, Person  string
	AskedBy     string // the person, or who represents her
	Name        string // of the person; only in lists
	Lang        i18n.Lang
	State       State
	Part, Parts int64
	Document    string // id; empty before it is ready
	Size        int64
	LeftOut     int64  // documents that could not be copied
	Fetched     int64  // how often it was fetched
	Reach       string // the kinds of cases that a mandate reached when it was made
	AskedAt     time.Time
	ReadyAt     time.Time
	ExpiresAt   time.Time
}

// Open reports whether the copy can be fetched.
func (t Takeout) Open(now time.Time) bool { return t.State == Ready && now.Before(t.ExpiresAt) }

// resource is the copy as the policies see it.
func (t Takeout) resource() access.Resource {
	return access.Resource{Type: "takeout", ID: t.ID, Owners: []string{t.AskedBy}}
}

// takeoutArgs asks for a copy to be made.
type takeoutArgs struct {
	ID string `json:"takeout"`
}

// Kind implements jobs.Args.
func (takeoutArgs) Kind() string { return "retention.takeout" }

// own asks whether the actor may ask for copies at all. Of whose data is asked by
// whose.
func (s *Service) own(ctx context.Context) (string, error) {
	actor := identity.From(ctx)
	if err := s.Access.Check(ctx, PermAsk, Takeout{AskedBy: actor.PersonID}.resource()); err != nil {
		return "", err
	}
	return actor.PersonID, nil
}

// Takeouts returns the copies that the actor has asked for, the newest first.
func (s *Service) Takeouts(ctx context.Context) (list []Takeout, err error) {
	asker, err := s.own(ctx)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if list, err = takeoutsOf(ctx, tx, asker); err != nil {
			return err
		}
		var persons []string
		for _, t := range list {
			persons = append(persons, t.Person)
		}
		names, err := s.Identity.NamesIn(ctx, tx, persons)
		for i := range list {
			list[i].Name = names[list[i].Person]
		}
		return err
	})
	return list, err
}

// Ask asks for a copy of everything about a person: the actor, with "", or
// somebody whom the actor represents. While one is being made, or is a day old at
// most, that one is it.
func (s *Service) Ask(ctx context.Context, person string) (t Takeout, err error) {
	asker, err := s.own(ctx)
	if err != nil {
		return t, err
	}
	whose, err := s.whose(ctx, identity.From(ctx), person)
	if err != nil {
		return t, err
	}
	ctx = identity.With(ctx, whose.Reader)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.Identity.Hold(ctx, tx, asker); err != nil {
			return err
		}
		list, err := takeoutsOf(ctx, tx, asker)
		if err != nil {
			return err
		}
		for _, old := range list {
			if old.Person == whose.Person && (old.busy() || old.Open(tx.Now.Time) && tx.Now.Sub(old.AskedAt) < askAgain) {
				t = old
				return nil
			}
		}
		t = Takeout{ID: ids.New(), Person: whose.Person, AskedBy: asker, Lang: i18n.LangOf(ctx), State: Asked, Parts: int64(len(s.Sources)), AskedAt: tx.Now.Time}
		if err := insertTakeout(ctx, tx, t); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, takeoutArgs{ID: t.ID}, jobs.UniqueKey(t.ID)); err != nil {
			return err
		}
		if err := s.tellRepresented(ctx, tx, t, whose); err != nil {
			return err
		}
		return recordTakeout(ctx, tx, t, "asked")
	})
	return t, err
}

// busy reports whether the copy is being made.
func (t Takeout) busy() bool { return t.State == Asked || t.State == Making }

func recordTakeout(ctx context.Context, tx *store.Tx, t Takeout, what string) error {
	return audit.Record(ctx, tx, audit.Event{Action: "retention.takeout_" + what, Object: audit.Ref{Type: "takeout", ID: t.ID}, Subject: t.Person})
}

// errStale says that one must log in anew before the copy is handed out.
var errStale = errs.Forbidden("retention.takeout.stale")

// Fetch returns the content of a copy to the one who asked for it, as long as she
// may still represent the person; the caller closes it. It takes a log-in of the level substantial that is fresh, and each fetch is
// recorded before a byte leaves.
func (s *Service) Fetch(ctx context.Context, id string) (io.ReadCloser, blob.Document, error) {
	if !ids.Valid(id) {
		return nil, blob.Document{}, errs.NotFound("errs.not_found")
	}
	var t Takeout
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		t, err = findTakeout(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermTakeout, t.resource()); err != nil {
			return err
		}
		if !t.Open(tx.Now.Time) {
			return errs.NotFound("retention.takeout.gone")
		}
		return nil
	})
	if err != nil {
		return nil, blob.Document{}, err
	}
	whose, err := s.whose(ctx, identity.From(ctx), t.Person)
	if err != nil || whose.reach() != t.Reach {
		return nil, blob.Document{}, errs.NotFound("retention.takeout.gone").Because(err)
	}
	if fresh, err := s.Fresh(ctx); err != nil || !fresh {
		return nil, blob.Document{}, orStale(err)
	}
	err = s.DB.Write(identity.With(ctx, whose.Reader), func(ctx context.Context, tx *store.Tx) error {
		if err := fetchedTakeout(ctx, tx, id); err != nil {
			return err
		}
		return recordTakeout(ctx, tx, t, "fetched")
	})
	if err != nil {
		return nil, blob.Document{}, err
	}
	return s.Blobs.Open(ctx, t.Document)
}

func orStale(err error) error {
	if err != nil {
		return err
	}
	return errStale
}

// Fresh reports whether the actor's log-in is new and strong enough for a copy.
func (s *Service) Fresh(ctx context.Context) (bool, error) {
	actor := identity.From(ctx)
	if !actor.Substantial() {
		return false, nil
	}
	sessions, err := s.Identity.Sessions(ctx)
	if err != nil {
		return false, err
	}
	for _, session := range sessions {
		if session.ID == actor.SessionID {
			return session.FreshFor(freshLogin, s.DB.Clock().Now()), nil
		}
	}
	return false, nil
}

// ownHoldings are what the package itself keeps that has a rule: copies, and the
// documents of those that are over.
func (s *Service) ownHoldings() []Holding {
	return []Holding{{Kind: ownerType, Due: takeoutsBefore, End: s.forgetTakeout}}
}

func (s *Service) forgetTakeout(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := s.Blobs.RemoveSome(ctx, tx, blob.Owner{Type: ownerType, ID: id}, rowsAtOnce); err != nil {
		return err
	}
	return deleteTakeout(ctx, tx, id)
}
