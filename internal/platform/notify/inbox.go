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

// readerFor is who has marks of her own for what she has read in a person's inbox: a
// guardian, beside the child and the other guardian. Empty is the person herself, and
// whoever leads an organisation: what one of them has read, it has read.
func readerFor(ctx context.Context, personID string) string {
	actor := identity.From(ctx)
	if personID == "" || actor.OnBehalfOf != personID || actor.PersonID == personID || actor.Basis == identity.ByOffice {
		return ""
	}
	return actor.PersonID
}

// Unread counts the messages that the person, or the guardian who reads for her, has
// not looked at. Nobody but herself, or whoever represents her, is told.
func (s *Service) Unread(ctx context.Context, personID string) (n int, err error) {
	if err := mine(ctx, personID); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = unread(ctx, tx, personID, readerFor(ctx, personID))
		return err
	})
	return n, err
}

// Open returns a message of the inbox and records that it was looked at: by the
// person, which ends the search for other ways to reach her, or by somebody who
// represents her, which she can see. An organisation reads by those who lead it; of a
// guardian it is noted beside, so that it is no longer new to her.
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
		if err := audit.Look(ctx, tx, audit.Ref{Type: "message", ID: row.id}, row.person); err != nil || row.person != actor.OnBehalfOf {
			return err
		}
	}
	if row.reader = readerFor(ctx, row.person); row.reader != "" {
		row.read = tx.Now
		return setRead(ctx, tx, row.id, row.reader)
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

// setRead notes that somebody has read a message for the person it is to; the first
// time is the one that stays.
func setRead(ctx context.Context, tx *store.Tx, id, reader string) error {
	_, err := tx.Exec(ctx, `insert into notify_reads (tenant_id, message_id, reader_id, read_at) values ($1, $2, $3, $4)
		on conflict (tenant_id, message_id, reader_id) do nothing`, tx.Tenant, id, reader, tx.Now)
	if err != nil {
		return fmt.Errorf("notify: note who has read a message: %w", err)
	}
	return nil
}

// unread leaves out those from before it was noted who has looked, which have no
// class.
func unread(ctx context.Context, tx *store.Tx, person, reader string) (int, error) {
	news, args := `seen_at is null`, []any{tx.Tenant, person, string(Staff)}
	if reader != "" {
		news, args = `not exists (select 1 from notify_reads r where r.tenant_id = $1 and r.message_id = notify_messages.id and r.reader_id = $4)`, append(args, reader)
	}
	n, err := store.One(ctx, tx, store.Value[int], `
		select count(*) from notify_messages where tenant_id = $1 and person_id = $2 and class <> '' and class <> $3 and `+news, args...)
	if err != nil {
		return 0, fmt.Errorf("notify: count unread messages: %w", err)
	}
	return n, nil
}
