package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// mine refuses everybody but the person themselves, or whoever represents them
// just now in everything: a mandate does not reach the inbox.
func mine(ctx context.Context, personID string) error {
	actor := identity.From(ctx)
	switch {
	case !actor.LoggedIn():
		return errs.Login()
	case personID == "" || personID != actor.PersonID && !(personID == actor.OnBehalfOf && actor.Represents("")):
		return errs.NotFound("notify.not_found")
	}
	return nil
}

// Inbox returns the messages of a person, newest first. Only the person
// themselves may read it, or whoever represents them just now: that is recorded,
// since subjects tell what is in the messages.
func (s *Service) Inbox(ctx context.Context, personID string) ([]Item, error) {
	if err := mine(ctx, personID); err != nil {
		return nil, err
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return nil, err
	}
	if personID != identity.From(ctx).PersonID {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return audit.Look(ctx, tx, audit.Ref{Type: "inbox", ID: personID}, personID)
		})
		if err != nil {
			return nil, err
		}
	}
	return s.List(ctx, Filter{PersonID: personID})
}

// Unread counts the messages that a person has not looked at on her own page.
// Nobody but herself, or whoever represents her, is told.
func (s *Service) Unread(ctx context.Context, personID string) (n int, err error) {
	if err := mine(ctx, personID); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = unread(ctx, tx, personID)
		return err
	})
	return n, err
}

// Open returns a message of the inbox and records that it was looked at: by the
// person, which ends the search for other ways to reach her, or by somebody who
// represents her, which she can see. An organisation reads by those who lead it.
func (s *Service) Open(ctx context.Context, id string) (Item, error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Item{}, err
	}
	var row messageRow
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		row, err = lockMessage(ctx, tx, id)
		if err != nil && !errors.Is(err, store.ErrNoRows) {
			return err
		}
		// Of a message that is not there nobody is the owner.
		if err := s.Access.Check(ctx, access.MessageRead, access.Resource{Type: "message", ID: id, Owners: []string{row.person}}); err != nil {
			return err
		}
		return s.saw(ctx, tx, &row)
	})
	if err != nil {
		return Item{}, err
	}
	return s.open(ctx, store.TenantOf(ctx), &row)
}

func (s *Service) saw(ctx context.Context, tx *store.Tx, row *messageRow) error {
	if actor := identity.From(ctx); row.person != actor.PersonID {
		err := audit.Look(ctx, tx, audit.Ref{Type: "message", ID: row.id}, row.person)
		if err != nil || actor.Basis != identity.ByOffice || row.person != actor.OnBehalfOf {
			return err
		}
	}
	if !row.seen.IsZero() {
		return nil
	}
	row.seen = tx.Now
	if err := setSeen(ctx, tx, row.id); err != nil {
		return err
	}
	if err := addReceipt(ctx, tx, row.id, "", receiptSeen, ""); err != nil || row.way().Sent() {
		return err
	}
	return s.moved(identity.AsSystem(ctx, "notify"), tx, row, false)
}

func setSeen(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.Exec(ctx, `update notify_messages set seen_at = $3 where tenant_id = $1 and id = $2`, tx.Tenant, id, tx.Now)
	if err != nil {
		return fmt.Errorf("notify: note that a message was seen: %w", err)
	}
	return nil
}

// unread leaves out those from before it was noted who has looked, which have no
// class.
func unread(ctx context.Context, tx *store.Tx, person string) (int, error) {
	n, err := store.One(ctx, tx, store.Value[int], `
		select count(*) from notify_messages where tenant_id = $1 and person_id = $2 and seen_at is null and class <> '' and class <> $3`,
		tx.Tenant, person, string(Staff))
	if err != nil {
		return 0, fmt.Errorf("notify: count unread messages: %w", err)
	}
	return n, nil
}
