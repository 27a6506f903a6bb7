package around

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// The limits of what is asked for without log-in. A library is many people behind one
// address of the net.
const (
	mailPerAddress = 3    // confirmations to one e-mail address in a day
	mailPerOrigin  = 20   // from one address of the net in an hour
	mailPerTenant  = 1000 // in an hour
	confirmWithin  = 48 * time.Hour
)

// SubscribeByMail asks whoever has an e-mail address whether she wants an area that
// somebody, most likely herself, has chosen. Nothing is told before the link in the
// message has been followed and confirmed. What comes back is the same whether the
// address is known or not, so that nobody finds out who subscribes to what; origin is
// the address of the net, kept as a keyed digest for the limits.
func (s *Service) SubscribeByMail(ctx context.Context, email, origin string, c Choice) error {
	if err := s.everybody(ctx); err != nil {
		return err
	}
	email, c.Name = strings.TrimSpace(email), tidyName(c.Name)
	if !isEmail(email) {
		return errs.InvalidFields(errs.Field{Name: "email", Key: "identity.bad_email"})
	}
	if err := c.check(s.Layers.Home(ctx)); err != nil {
		return err
	}
	if err := s.warm(ctx); err != nil {
		return err
	}
	_, address, err := s.Keys.Lookup(ctx, store.TenantOf(ctx), purposeMail, strings.ToLower(email))
	if err != nil {
		return fmt.Errorf("around: digest of an address: %w", err)
	}
	_, from, err := s.Keys.Lookup(ctx, store.TenantOf(ctx), purposeOrigin, origin)
	if err != nil {
		return fmt.Errorf("around: digest of an origin: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.askByMail(ctx, tx, email, "mail:"+address, from, c)
	})
}

// askByMail writes down an area that waits, and the message that asks.
func (s *Service) askByMail(ctx context.Context, tx *store.Tx, email, subscriber, origin string, c Choice) error {
	quiet, err := mayAsk(ctx, tx, subscriber, origin)
	if err != nil || quiet {
		return err
	}
	confirm := ids.Secret()
	a := s.newArea(ctx, tx, c)
	a.Email, a.Subscriber, a.origin, a.State, a.confirmDigest = email, subscriber, origin, Waiting, ids.Digest(confirm)
	cipher, err := s.seal(ctx, tx, a)
	if err != nil {
		return err
	}
	if err := insertArea(ctx, tx, a, cipher); err != nil {
		return err
	}
	if err := s.tellConfirm(ctx, tx, a, confirm); err != nil {
		return err
	}
	return recordArea(ctx, tx, "ask", a)
}

// mayAsk keeps one place of the net and everybody together from filling other people's
// mailboxes. An address that has had its share gets no more, quietly.
func mayAsk(ctx context.Context, tx *store.Tx, subscriber, origin string) (quiet bool, err error) {
	if err := oneAtATime(ctx, tx); err != nil {
		return false, err
	}
	for _, limit := range []struct {
		column, value string
		most          int64
	}{{"origin", origin, mailPerOrigin}, {"", "", mailPerTenant}} {
		n, err := countAsked(ctx, tx, limit.column, limit.value, tx.Now.Add(-time.Hour))
		if err != nil {
			return false, err
		}
		if n >= limit.most {
			return false, errs.TooMany(time.Hour, "around.mail.too_many")
		}
	}
	today, err := countAsked(ctx, tx, "subscriber", subscriber, tx.Now.Add(-24*time.Hour))
	if err != nil {
		return false, err
	}
	had, err := areasOf(ctx, tx, subscriber)
	if err != nil {
		return false, err
	}
	active := 0
	for _, a := range had {
		if a.State == Active {
			active++
		}
	}
	return today >= mailPerAddress || active >= mostByMail, nil
}

func isEmail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= 254
}

// ByCode returns the area that a link of a message is about. Whoever has the link has
// the mailbox; nothing else is asked.
func (s *Service) ByCode(ctx context.Context, code string) (a Area, err error) {
	if err := s.everybody(ctx); err != nil {
		return a, err
	}
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err = s.byCode(ctx, tx, "stop_digest", code, false)
		return err
	})
	return a, err
}

// WaitingByCode is ByCode for the link that confirms.
func (s *Service) WaitingByCode(ctx context.Context, code string) (a Area, err error) {
	if err := s.everybody(ctx); err != nil {
		return a, err
	}
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err = s.waiting(ctx, tx, code, false)
		return err
	})
	return a, err
}

func (s *Service) byCode(ctx context.Context, tx *store.Tx, column, code string, lock bool) (Area, error) {
	if len(code) < leastCode || len(code) > mostCode {
		return Area{}, errs.NotFound("around.code_unknown")
	}
	row, found, err := findArea(ctx, tx, column, ids.Digest(code), lock)
	if err != nil {
		return Area{}, err
	}
	if !found {
		return Area{}, errs.NotFound("around.code_unknown")
	}
	return s.open(ctx, tx, row)
}

// The lengths that a code may have; ours have 26 characters.
const leastCode, mostCode = 20, 64

// waiting is the area that a code confirms. A code that is used up is that of an area
// which stands; one that has run out is none.
func (s *Service) waiting(ctx context.Context, tx *store.Tx, code string, lock bool) (Area, error) {
	a, err := s.byCode(ctx, tx, "confirm_digest", code, lock)
	if err == nil && a.State == Waiting && tx.Now.After(a.CreatedAt.Add(confirmWithin)) {
		return Area{}, errs.NotFound("around.code_unknown")
	}
	return a, err
}

// Confirm makes an area that was asked for by e-mail a subscription. Pressed again it
// is the first.
func (s *Service) Confirm(ctx context.Context, code string) (a Area, err error) {
	if err := s.everybody(ctx); err != nil {
		return a, err
	}
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if a, err = s.waiting(ctx, tx, code, true); err != nil || a.State == Active {
			return err
		}
		a.State, a.RenewedAt = Active, tx.Now.Time
		if err := s.save(ctx, tx, a); err != nil {
			return err
		}
		return recordArea(ctx, tx, "confirm", a)
	})
	return a, err
}

// StopByCode ends the area of a link, a person's or an address's. One that is ended
// already is told as unknown.
func (s *Service) StopByCode(ctx context.Context, code string) error {
	return s.withCode(ctx, code, func(ctx context.Context, tx *store.Tx, a Area) error {
		if err := deleteArea(ctx, tx, a.ID); err != nil {
			return err
		}
		return recordArea(ctx, tx, "unsubscribe", a)
	})
}

// RenewByCode lets the area of a link last longer.
func (s *Service) RenewByCode(ctx context.Context, code string) error {
	return s.withCode(ctx, code, func(ctx context.Context, tx *store.Tx, a Area) error {
		a.RenewedAt = tx.Now.Time
		if err := s.save(ctx, tx, a); err != nil {
			return err
		}
		return recordArea(ctx, tx, "renew", a)
	})
}

func (s *Service) withCode(ctx context.Context, code string, do func(context.Context, *store.Tx, Area) error) error {
	if err := s.Access.Check(ctx, access.Public, access.Resource{Type: Name}); err != nil {
		return err
	}
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.byCode(ctx, tx, "stop_digest", code, true)
		if err != nil {
			return err
		}
		return do(ctx, tx, a)
	})
}
