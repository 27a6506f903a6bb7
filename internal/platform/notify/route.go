package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
)

// registerPause is how long a decision waits before the register is tried again.
const registerPause = 20 * time.Second

// routeArgs finds out which way a message goes.
type routeArgs struct {
	Message string `json:"message"`
}

// Kind implements jobs.Args.
func (routeArgs) Kind() string { return "notify.route" }

// enqueueRoute has a message routed after those before it to the same person.
// Decisions that wait for the register do not hold up notices, which need not.
func enqueueRoute(ctx context.Context, tx *store.Tx, row *messageRow) error {
	order := "notify:route:" + row.person + ":" + strconv.FormatBool(row.strict())
	return jobs.Enqueue(ctx, tx, routeArgs{Message: row.id}, jobs.UniqueKey(row.id), jobs.Ordered(order))
}

// strict reports whether the register must have spoken lately.
func (m *messageRow) strict() bool { return m.class == Decision }

// route asks the contact register and takes the first way. What the register
// said last is enough for notices and reminders while it does not answer; a
// decision waits some days for it, and goes by letter then, which the law always
// allows.
func (s *Service) route(ctx context.Context, j jobs.Job[routeArgs]) error {
	var row messageRow
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		row, err = byID(ctx, tx, j.Args.Message)
		return err
	})
	if errors.Is(err, store.ErrNoRows) || err == nil && row.channel != Undecided {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.consult(ctx, &row); err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := lockMessage(ctx, tx, j.Args.Message)
		if err != nil {
			return err
		}
		if row.channel == Undecided {
			if err := s.depart(ctx, tx, &row); err != nil {
				return err
			}
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
	if errors.Is(err, keys.ErrNoKeys) {
		return jobs.Cancel(err) // the tenant has been shredded
	}
	if errors.Is(err, errWait) {
		return jobs.Snooze(registerPause)
	}
	return err
}

var errWait = errors.New("notify: wait for the contact register")

// maxTogether is how many persons whose messages wait are asked about at once.
const maxTogether = contact.MaxBatch

// consult has the register asked about the person when it has not spoken lately,
// and in the same call about the others whose messages wait.
func (s *Service) consult(ctx context.Context, row *messageRow) error {
	persons := []string{row.person}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		record, found, err := s.Contacts.In(ctx, tx, row.person)
		if err != nil {
			return err
		}
		if found && s.Contacts.Fresh(record, tx.Now.Time) {
			persons = nil
			return nil
		}
		others, err := undecided(ctx, tx, maxTogether-1)
		persons = append(persons[:1:1], others...)
		return err
	})
	if err != nil || len(persons) == 0 {
		return err
	}
	if err := s.Contacts.Ensure(ctx, persons...); !errors.Is(err, contact.ErrDown) {
		return err
	}
	s.Log.WarnContext(ctx, "the contact register is asked in vain", slog.String("message", row.id))
	return nil
}

// depart plans and begins a message's first way, by what is known now.
func (s *Service) depart(ctx context.Context, tx *store.Tx, row *messageRow) error {
	record, found, err := s.Contacts.In(ctx, tx, row.person)
	if err != nil {
		return err
	}
	late := tx.Now.Sub(row.created.Time) >= s.WaitForRegister
	fresh := found && s.Contacts.Fresh(record, tx.Now.Time)
	if row.strict() && !fresh {
		if !late {
			return errWait
		}
		record, found = contact.Record{Status: contact.Unregistered}, true // paper always reaches
	}
	email, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeAddress, row.address, []byte(row.id))
	if err != nil {
		return err
	}
	d, err := s.choose(ctx, tx, row, string(email), record, found)
	if err != nil {
		return err
	}
	if err := row.update(ctx, tx); err != nil {
		return err
	}
	if d != nil {
		if err := s.launch(ctx, tx, row, d); err != nil {
			return err
		}
	}
	return s.moved(ctx, tx, row, false)
}

// reachOf finds how the person can be reached for a message, and what she has
// wished. Of a register that was asked, only its addresses count for decisions;
// what she told us herself comes first for the rest.
func (s *Service) reachOf(ctx context.Context, tx *store.Tx, row *messageRow, email string, record contact.Record, asked bool) (reach, Channel, error) {
	r := reach{email: email}
	if row.person == "" || row.class == Staff {
		return r, "", nil
	}
	wish, err := wishOf(ctx, tx, row.person, row.class)
	if err != nil {
		return r, "", err
	}
	mobile := ""
	if s.People != nil {
		person, err := s.People.PersonIn(ctx, tx, row.person)
		if err != nil {
			return r, "", fmt.Errorf("notify: who is to be told: %w", err)
		}
		mobile, r.paper = person.Phone, true
	}
	if asked {
		r = byRegister(r, row.class, record, tx.Now.Time, mobile)
	} else {
		r.mobile = mobile
	}
	if s.Phones == nil {
		r.mobile = ""
	}
	return r, wish, nil
}

// byRegister applies the register's rules (eForvaltningsforskriften §§ 15 a, 29
// and 32).
func byRegister(own reach, class Class, record contact.Record, now time.Time, mobile string) reach {
	purpose := contact.ForService
	if class == Decision {
		purpose = contact.ForDecision
	}
	r := reach{
		registered: true, reserved: record.PaperFor(purpose), paper: own.paper,
		email: record.EmailFor(purpose, now), mobile: record.MobileFor(purpose, now),
	}
	if purpose == contact.ForService {
		if strings.TrimSpace(own.email) != "" {
			r.email = own.email
		}
		if mobile != "" {
			r.mobile = mobile
		}
	}
	return r
}

var _ People = (*identity.Service)(nil)
