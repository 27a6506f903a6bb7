package notify

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// Why a letter came back, as the post writes on the envelope.
const (
	BackUnknown     = "unknown"     // nobody of that name there
	BackMoved       = "moved"       // moved, new address not known
	BackAddress     = "address"     // the address is wrong or not whole
	BackUncollected = "uncollected" // not collected, or refused
	BackDeceased    = "deceased"
)

// BackReasons are the reasons that can be chosen, in the order they are shown.
func BackReasons() []string {
	return []string{BackUnknown, BackMoved, BackAddress, BackUncollected, BackDeceased}
}

// LetterBack is a letter that came back, as a service hears of it.
type LetterBack struct {
	Thread, Person string
	Message        string // its id: a person may get several in a thread
	Subject        string // of the letter; personal data
	Reason         string
	Next           Channel // the way that is taken now; "" when none is left
}

// Back records that a posted letter came back and takes the next way, if there
// is one. Those who handle the matter hear of it in the same transaction. Whoever
// records it a second time changes nothing.
func (s *Service) Back(ctx context.Context, id, reason string) error {
	if !slices.Contains(BackReasons(), reason) {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "notify.back.need_reason"})
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, d, err := s.lockLetter(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case d.state == Bounced:
			return nil
		case d.state != HandedOver:
			return errs.Conflict("notify.back.not_posted")
		}
		d.state, d.lastError = Bounced, reason
		if err := d.settle(ctx, tx, &row, receiptBack, reason); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, audit.Event{
			Action: "notify.letter_back", Object: audit.Ref{Type: "letter", ID: d.id}, Subject: d.person, Case: caseOf(row.thread),
			Details: map[string]string{"reason": reason},
		})
		if err != nil {
			return err
		}
		if err := s.fallOn(ctx, tx, &row, d.rung); err != nil {
			return err
		}
		if err := s.moved(ctx, tx, &row, true); err != nil {
			return err
		}
		return s.tellBack(ctx, tx, &row, &d)
	})
}

// lockLetter locks the message of a letter that the actor may do something to.
func (s *Service) lockLetter(ctx context.Context, tx *store.Tx, id string) (row messageRow, d deliveryRow, err error) {
	if d, err = s.letterFor(ctx, tx, id, PermPost); err != nil {
		return row, d, err
	}
	if row, err = lockMessage(ctx, tx, d.message); err != nil {
		return row, d, err
	}
	d, err = deliveryBy(ctx, tx, id) // as it stands now that nobody else changes it
	return row, d, err
}

// tellBack tells those who handle the matter.
func (s *Service) tellBack(ctx context.Context, tx *store.Tx, row *messageRow, d *deliveryRow) error {
	if s.OnBack == nil {
		return nil
	}
	item, err := s.open(ctx, tx.Tenant, row)
	if err != nil {
		return err
	}
	back := LetterBack{Thread: row.thread, Person: row.person, Message: row.id, Subject: item.Subject, Reason: d.lastError}
	last, _, err := newest(ctx, tx, row.id)
	if err != nil {
		return err
	}
	if last.id != d.id {
		back.Next = last.channel
	}
	if err := s.OnBack(ctx, tx, back); err != nil {
		return fmt.Errorf("notify: tell that a letter came back: %w", err)
	}
	return nil
}

// Again has a letter that came back printed anew, to the address that is known
// then. While another letter of the message waits or is on its way, it is that
// one.
func (s *Service) Again(ctx context.Context, id string) error {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, d, err := s.lockLetter(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.state != Bounced {
			return errs.Conflict("notify.back.not_back")
		}
		list, err := deliveriesOf(ctx, tx, row.id)
		if err != nil {
			return err
		}
		rung := 0
		for i := range list {
			if list[i].channel == Letter && (list[i].state == Waiting || list[i].state == HandedOver) {
				return nil
			}
			rung = max(rung, list[i].rung+1)
		}
		fresh, err := s.begin(ctx, tx, &row, Rung{Channel: Letter}, rung)
		if err != nil {
			return err
		}
		if err := row.update(ctx, tx); err != nil {
			return err
		}
		if err := s.launch(ctx, tx, &row, fresh); err != nil {
			return err
		}
		if err := s.moved(ctx, tx, &row, false); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "notify.letter_again", Object: audit.Ref{Type: "letter", ID: fresh.id}, Subject: d.person, Case: caseOf(row.thread),
		})
	})
}

// Letter returns a letter for its own page.
func (s *Service) Letter(ctx context.Context, id string) (p Printout, err error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := s.letterFor(ctx, tx, id, PermPost)
		if err != nil {
			return err
		}
		if p, err = s.printout(ctx, tx, &d); err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "letter", ID: d.id}, d.person)
	})
	return p, err
}

// backTitle is a reason in words.
func backTitle(words *i18n.Localizer, reason string) string {
	if !slices.Contains(BackReasons(), reason) {
		return ""
	}
	return words.T("notify.back.reason." + reason)
}

// printState chooses among the letters.
type printState struct {
	state State
	order string
	more  string
}

// printStates are the lists of the print room. One that was sent anew is no
// longer among those that came back.
func printStates() map[string]printState {
	return map[string]printState{
		showWaiting: {state: Waiting, order: "asc"},
		showPosted:  {state: HandedOver, order: "desc"},
		showBack: {state: Bounced, order: "desc", more: ` and not exists (
			select 1 from notify_deliveries later where later.tenant_id = $1 and later.message_id = notify_deliveries.message_id
				and later.channel = $2 and later.id > notify_deliveries.id)`},
	}
}

// The lists of the print room, as addresses name them.
const (
	showWaiting = ""
	showPosted  = "posted"
	showBack    = "back"
)

// queue is a list of the print room as the actor may see it.
type queue struct {
	where, order string
	args         []any
}

func newQueue(tx *store.Tx, scope access.Scope, show string) queue {
	which, ok := printStates()[show]
	if !ok {
		which = printStates()[showWaiting]
	}
	where, args := scope.Where(access.ScopeColumns{Department: "department", Owner: "person_id", Assignee: "assignee", Restricted: "restricted"}, 4)
	return queue{
		where: `from notify_deliveries where tenant_id = $1 and channel = $2 and state = $3 and ` + where + which.more, order: which.order,
		args: append([]any{tx.Tenant, string(Letter), string(which.state)}, args...),
	}
}

// count returns how many letters there are, at most limit.
func (q queue) count(ctx context.Context, tx *store.Tx, limit int) (int, error) {
	n, err := store.One(ctx, tx, store.Value[int], `select count(*) from (select 1 as one `+q.where+` limit `+strconv.Itoa(limit)+`) counted`, q.args...)
	if err != nil {
		return 0, fmt.Errorf("notify: count letters: %w", err)
	}
	return n, nil
}

// page returns the letters after a number of them.
func (q queue) page(ctx context.Context, tx *store.Tx, after, size int) ([]deliveryRow, error) {
	rows, err := store.All(ctx, tx, (*deliveryRow).columns, `select `+deliveryColumns+` `+q.where+`
		order by id `+q.order+` limit `+strconv.Itoa(size)+` offset `+strconv.Itoa(after), q.args...)
	if err != nil {
		return nil, fmt.Errorf("notify: list letters: %w", err)
	}
	return rows, nil
}
