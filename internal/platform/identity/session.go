package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// ErrNoSession says that a cookie opens no living session.
var ErrNoSession = errors.New("identity: no such session")

// Reason says why a session ended.
type Reason string

// The reasons.
const (
	EndedByLogout        Reason = "logout"        // the person logged out here
	EndedByProvider      Reason = "front_channel" // … or from another service, told by ID-porten
	EndedByNewLogin      Reason = "new_login"     // the browser got a new session
	EndedByAdministrator Reason = "administrator"
	EndedByRegister      Reason = "register" // the register says that the person is dead
)

// touchEvery is how often being seen is written down; a session may therefore
// end up to this much early.
const touchEvery = time.Minute

// Session is a living session.
type Session struct {
	ID        string
	Actor     Actor
	Agent     string    // browser and system, for the person's own list
	Lang      i18n.Lang // that the person has chosen for herself, "" when she has not
	CreatedAt time.Time
	LastSeen  time.Time
	// ExpiresAt is when it ends without another request; pages warn before.
	ExpiresAt time.Time
	// EndsAt is when it ends whatever happens.
	EndsAt time.Time

	digest string
}

// Lookup returns the session that a cookie's secret opens, with the roles its
// person holds at this instant, and notes that the person was here.
// ErrNoSession when there is none.
func (s *Service) Lookup(ctx context.Context, secret string) (Session, error) {
	session, err := s.Peek(ctx, secret)
	if err != nil || s.clock.Now().Sub(session.LastSeen) < touchEvery {
		return session, err
	}
	touched, err := s.touch(ctx, session)
	if err != nil && !errors.Is(err, ErrNoSession) {
		// A database that can only be read must not lock everybody out.
		s.log.WarnContext(ctx, "a session could not be extended", "session", session.ID, "error", err)
		return session, nil
	}
	return touched, err
}

// Peek is Lookup for requests a page makes by itself, which must not keep a
// session alive that nobody uses.
func (s *Service) Peek(ctx context.Context, secret string) (Session, error) {
	if secret == "" || len(secret) > 100 {
		return Session{}, ErrNoSession
	}
	var session Session
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := readSession(ctx, tx, ids.Digest(secret))
		if err != nil {
			return err
		}
		session, err = s.session(ctx, tx, row)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return Session{}, ErrNoSession
	}
	return session, err
}

// Extend keeps a session alive for another idle time and returns it.
func (s *Service) Extend(ctx context.Context, secret string) (Session, error) {
	session, err := s.Peek(ctx, secret)
	if err != nil {
		return Session{}, err
	}
	return s.touch(ctx, session)
}

// session makes a Session of a row within the transaction that read it.
func (s *Service) session(ctx context.Context, tx *store.Tx, row sessionRow) (Session, error) {
	actor := Actor{
		Kind: Resident, PersonID: row.personID, Name: row.name.Full(), SessionID: row.id, ACR: row.acr,
	}
	if s.grants != nil {
		grants, err := s.grants.GrantsOf(ctx, tx, row.personID)
		if err != nil {
			return Session{}, fmt.Errorf("identity: read roles: %w", err)
		}
		actor.Grants = grants
	}
	if len(actor.Grants) > 0 {
		actor.Kind = Staff
	}
	if row.represents != "" {
		if err := actor.represents(ctx, tx, row.represents); err != nil {
			return Session{}, err
		}
	}
	return Session{
		ID: row.id, Actor: actor, Agent: row.agent, Lang: row.lang, CreatedAt: row.created.Time, LastSeen: row.seen.Time,
		ExpiresAt: row.expires.Time, EndsAt: row.ends.Time, digest: row.digest,
	}, nil
}

func (s *Service) touch(ctx context.Context, session Session) (Session, error) {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		alive, err := touchSession(ctx, tx, session.digest, s.settings.Idle)
		if err != nil {
			return err
		}
		if !alive {
			return ErrNoSession
		}
		session.LastSeen = tx.Now.Time
		session.ExpiresAt = tx.Now.Add(s.settings.Idle)
		return nil
	})
	if session.ExpiresAt.After(session.EndsAt) {
		session.ExpiresAt = session.EndsAt
	}
	return session, err
}

// Sessions returns the logged-in person's living sessions, the newest first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return nil, errs.Login()
	}
	var list []Session
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := sessionsOf(ctx, tx, actor.PersonID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			session, err := s.session(ctx, tx, row)
			if err != nil {
				return err
			}
			list = append(list, session)
		}
		return nil
	})
	return list, err
}

// End ends a session; ending it twice is no error.
func (s *Service) End(ctx context.Context, sessionID string, why Reason) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.end(ctx, tx, why, `id = $4`, sessionID)
	})
}

// EndBySID ends the sessions that belong to a session at the provider.
func (s *Service) EndBySID(ctx context.Context, issuer, sid string) error {
	if sid == "" {
		return nil
	}
	digest := ids.Digest(sid)
	var found bool
	// Anybody may call front-channel logout: only a hit may cost a write.
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = hasSID(ctx, tx, issuer, digest)
		return err
	})
	if err != nil || !found {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.end(ctx, tx, EndedByProvider, `issuer = $4 and sid_digest = $5`, issuer, digest)
	})
}

// EndAllFor ends every session of a person.
func (s *Service) EndAllFor(ctx context.Context, personID string, why Reason) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.endAll(ctx, tx, personID, why)
	})
}

func (s *Service) endAll(ctx context.Context, tx *store.Tx, personID string, why Reason) error {
	return s.end(ctx, tx, why, `person_id = $4`, personID)
}

func (s *Service) end(ctx context.Context, tx *store.Tx, why Reason, condition string, args ...any) error {
	list, err := endSessions(ctx, tx, why, condition, args...)
	if err != nil {
		return err
	}
	for _, e := range list {
		event := Event{Action: "logout", PersonID: e.personID, SessionID: e.id, Reason: string(why)}
		if err := s.record(ctx, tx, event); err != nil {
			return fmt.Errorf("identity: record the end of a session: %w", err)
		}
	}
	return nil
}

// Sweep deletes what has expired in the context's municipality; a periodic job calls it.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, sweep)
}
