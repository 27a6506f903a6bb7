package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify/dsn"
	"github.com/torg-no/torg/internal/platform/store"
)

// ErrTooEarly says that a message came back before we have noted that it was
// handed over. Whoever brings the notification brings it again.
var ErrTooEarly = errors.New("notify: not handed over yet")

// returnTo is the address that mail servers send a message back to: the
// installation's, with the message's own id in it (variable envelope return
// path), so that it is known also when nothing of the message comes back.
func (s *Service) returnTo(message string) string {
	local, host, ok := strings.Cut(s.BounceAddress, "@")
	if !ok {
		return ""
	}
	return local + "+" + message + "@" + host
}

// returned are the ids that a notification may be about: that of the Message-ID,
// and those of the addresses it came to.
func returned(r dsn.Report) (list []string) {
	if id, _, _ := strings.Cut(r.MessageID, "@"); ids.Valid(id) {
		list = append(list, id)
	}
	for _, to := range r.To {
		local, _, _ := strings.Cut(to, "@")
		if _, id, ok := strings.Cut(local, "+"); ok && ids.Valid(strings.ToLower(id)) {
			list = append(list, strings.ToLower(id))
		}
	}
	return list
}

// TakeBounce records that an e-mail of the tenant of ctx came back, and takes the
// next way. It reports whether the message is one of this tenant's. The same
// notification again is nothing, and so is one that tells of a delay.
func (s *Service) TakeBounce(ctx context.Context, r dsn.Report) (bool, error) {
	for _, id := range returned(r) {
		known, err := s.knows(ctx, id)
		if err != nil {
			return false, err
		}
		if known {
			return true, s.takeBounce(ctx, id, r)
		}
	}
	return false, nil
}

func (s *Service) knows(ctx context.Context, id string) (known bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := byID(ctx, tx, id)
		known = err == nil
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		return err
	})
	return known, err
}

func (s *Service) takeBounce(ctx context.Context, id string, r dsn.Report) error {
	if !r.Failed {
		return nil
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := lockMessage(ctx, tx, id)
		if err != nil {
			return err
		}
		back, err := s.bounce(ctx, tx, &row, r.Status)
		if err != nil || back.id == "" {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "notify.bounced", Object: audit.Ref{Type: "message", ID: row.id}, Subject: row.person, Case: caseOf(row.thread),
			Details: map[string]string{"code": r.Status},
		})
	})
	if errors.Is(err, store.ErrNoRows) {
		return nil // forgotten meanwhile
	}
	if err != nil {
		return fmt.Errorf("notify: record that a message came back: %w", err)
	}
	return nil
}

// bounce marks the e-mail that was handed over and came back; zero when there is
// none.
func (s *Service) bounce(ctx context.Context, tx *store.Tx, row *messageRow, code string) (deliveryRow, error) {
	if _, err := s.adopt(ctx, tx, row); err != nil {
		return deliveryRow{}, err
	}
	list, err := deliveriesOf(ctx, tx, row.id)
	if err != nil {
		return deliveryRow{}, err
	}
	early := false
	for _, d := range list {
		if d.channel != Email {
			continue
		}
		if d.state == HandedOver {
			return d, s.cameBack(ctx, tx, row, &d, code)
		}
		early = early || d.state == Waiting
	}
	if early {
		return deliveryRow{}, ErrTooEarly
	}
	return deliveryRow{}, nil
}

// caseOf is the case that a thread is about; "" when it is about none.
func caseOf(thread string) string {
	id, ok := strings.CutPrefix(thread, "case:")
	if !ok {
		return ""
	}
	return id
}
