package deadlines

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Act is something that happened in a case.
type Act struct {
	// Event is one of those of package deadline.
	Event string
	// Party is to whom it happened, or who did it: of the clocks that run for each
	// party only hers hear it. Empty is all.
	Party string
	// Apart says that it is nothing to the clocks of the whole case.
	Apart bool
	// From is what started the clocks that hear it, when it is nothing to the others: of
	// what came back, or was taken back. Empty is all.
	From string
	// Letter says that the post carries it: it reaches her later.
	Letter bool
	// At is when it happened; now when it is zero.
	At time.Time
	// Since is when that was made which it is notice of, when it is not the decision: a
	// clock that began since then has heard of it.
	Since time.Time
}

// Signal tells the clocks of a case what happened to it: one of the events of
// package deadline. The caller has asked access to the case, or is Torg itself.
// What the law has already let happen is written down first.
func (s *Service) Signal(ctx context.Context, tx *store.Tx, c cases.Case, event string) error {
	return s.Hear(ctx, tx, c, Act{Event: event})
}

// SignalAt is Signal for what happened before it was told, as an application that was
// complete when it came and is looked at days later (plan- og bygningsloven § 21-7).
func (s *Service) SignalAt(ctx context.Context, tx *store.Tx, c cases.Case, event string, at time.Time) error {
	return s.Hear(ctx, tx, c, Act{Event: event, At: at})
}

// Hear is Signal for what happened to one of the parties.
func (s *Service) Hear(ctx context.Context, tx *store.Tx, c cases.Case, a Act) error {
	if a.At.IsZero() {
		a.At = tx.Now.Time
	}
	list, err := s.upToDate(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if list, err = s.split(ctx, tx, c, list, a); err != nil {
		return err
	}
	for i := range list {
		if a.concerns(list[i]) {
			if err := s.tell(ctx, tx, &list[i], a); err != nil {
				return err
			}
		}
	}
	rules, err := s.rules.every(a.Event, c.Kind, clock.DateIn(c.ReceivedAt), clock.DateIn(a.At))
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := s.startFor(ctx, tx, c, rule, list, a); err != nil {
			return err
		}
	}
	return nil
}

// concerns reports whether a clock hears of an act.
func (a Act) concerns(d Deadline) bool {
	switch {
	case a.From != "" && d.Timer.Rule.Starts != a.From:
		return false
	case a.Party == "":
		return true
	case d.Party == "":
		// A time to appeal that all had together is that of those who have none of
		// their own: one party's act is nothing to the others.
		return !a.Apart && d.Timer.Rule.Binds != deadline.Party
	}
	return d.Party == a.Party
}

// split gives a party a clock of her own where earlier releases of the program had
// one for all of them: as it stood before another party's appeal ended it.
func (s *Service) split(ctx context.Context, tx *store.Tx, c cases.Case, list []Deadline, a Act) ([]Deadline, error) {
	if a.Party == "" {
		return list, nil
	}
	for _, d := range slices.Clone(list) {
		t := d.Timer
		if d.Party != "" || t.Rule.Binds != deadline.Party || t.Rule.Starts == a.Event || !t.Rule.Listens(a.Event) || t.State == deadline.Cancelled || d.CreatedAt.Before(c.DecidedAt) {
			continue
		}
		if slices.ContainsFunc(list, func(o Deadline) bool { return o.Party == a.Party && o.Timer.Rule.Key == t.Rule.Key }) {
			continue
		}
		if t.State == deadline.Met {
			t.State, t.EndedOn = deadline.Running, clock.Date{}
		}
		own, err := insert(ctx, tx, c, a.Party, t)
		if err != nil {
			return nil, err
		}
		list = append(list, own)
	}
	return list, nil
}

// startFor begins the clock that an act starts, unless it runs already: for the party
// when the rule is for each, otherwise for the whole case. Of notice that comes by
// post it is when the post has had its time.
func (s *Service) startFor(ctx context.Context, tx *store.Tx, c cases.Case, rule deadline.Rule, list []Deadline, a Act) error {
	party := ""
	if rule.EachParty {
		party = a.Party
	} else if a.Apart {
		return nil
	}
	if running(list, rule.Key, party) || rule.EachParty && a.heard(c, rule, list) {
		return nil
	}
	timer, ok := deadline.Begin(rule, rule.Arrives(a.At, a.Letter), deadline.About{})
	if !ok {
		return nil
	}
	_, err := insert(ctx, tx, c, party, timer)
	return err
}

// heard reports whether a party has had notice of what stands, the decision or the
// rejection of her appeal: a receipt that comes later, or the letter once more, gives her
// no second limit, also when she has used the first. What came back has told her nothing.
func (a Act) heard(c cases.Case, rule deadline.Rule, list []Deadline) bool {
	since := a.Since
	if a.Event == deadline.Told {
		since = c.DecidedAt
	}
	return (a.Event == deadline.Told || !since.IsZero()) && slices.ContainsFunc(list, func(d Deadline) bool {
		return d.Party == a.Party && d.Timer.Rule.Key == rule.Key && d.Timer.State != deadline.Cancelled && !d.CreatedAt.Before(since)
	})
}

// tell tells one clock of an act. One that begins anew does so when the act has
// reached the party.
func (s *Service) tell(ctx context.Context, tx *store.Tx, d *Deadline, a Act) error {
	at := a.At
	if d.Timer.State == deadline.Stopped {
		at = d.Timer.Rule.Arrives(at, a.Letter)
	}
	if a.Event == deadline.Returned && d.Timer.Rule.Starts == a.From && d.Timer.Rule.Listens(a.Event) {
		if d.Timer.State != deadline.Running && d.Timer.State != deadline.PassedBy {
			return nil // who has appealed, or asked for reasons, has read it
		}
		d.Timer.Void(at)
		return s.told(ctx, tx, d, a.Event)
	}
	if a.Event == deadline.Returned || !d.Timer.Happened(a.Event, at) {
		return nil
	}
	return s.told(ctx, tx, d, a.Event)
}

// told writes down what an event did to a clock.
func (*Service) told(ctx context.Context, tx *store.Tx, d *Deadline, event string) error {
	if err := update(ctx, tx, d, event); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{
		Action: "deadlines." + string(d.Timer.State), Object: audit.Ref{Type: "deadline", ID: d.ID}, Case: d.CaseID,
		Details: map[string]string{"rule": d.Timer.Rule.Key, "event": event, "falls": d.Timer.Falls().String()},
	})
}

// Notice is that something which a limit runs from was sent to a party of a case.
type Notice struct {
	Event  string // deadline.Told, deadline.ReasonsGiven or deadline.Rejected
	Party  string
	At     time.Time
	Letter bool      // by post
	Since  time.Time // see Act
}

// Notified tells the clocks that notice was sent. The municipality has answered when
// it has answered the applicant, or whoever is left when she has died; each party's own
// limit runs from when notice has reached her (forvaltningsloven § 29). The caller is
// Torg itself.
func (s *Service) Notified(ctx context.Context, tx *store.Tx, c cases.Case, n Notice) error {
	answers, err := s.answers(ctx, tx, c, n.Party)
	if err != nil {
		return err
	}
	return s.Hear(ctx, tx, c, Act{Event: n.Event, Party: n.Party, Apart: !answers, Letter: n.Letter, At: n.At, Since: n.Since})
}

// Provisionally tells the clocks that a provisional answer was sent to a party
// (forvaltningsloven § 11 a). The caller is Torg itself.
func (s *Service) Provisionally(ctx context.Context, tx *store.Tx, c cases.Case, party string, at time.Time) error {
	if answers, err := s.answers(ctx, tx, c, party); err != nil || !answers {
		return err
	}
	return s.Hear(ctx, tx, c, Act{Event: deadline.Provisional, At: at})
}

// answers reports whether the municipality has answered when a party is told: the
// applicant must be, or whoever is left when she has died.
func (s *Service) answers(ctx context.Context, tx *store.Tx, c cases.Case, party string) (bool, error) {
	if party == c.Applicant {
		return true, nil
	}
	applicant, err := s.Identity.PersonIn(ctx, tx, c.Applicant)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil // forgotten, with the case
	}
	return err == nil && applicant.Deceased(), err
}

// Returned tells the clocks that a notice came back: a limit that ran from it has not
// begun. What the municipality has sent in time stays sent in time.
func (s *Service) Returned(ctx context.Context, tx *store.Tx, c cases.Case, n Notice) error {
	return s.Hear(ctx, tx, c, Act{Event: deadline.Returned, From: n.Event, Party: n.Party, Apart: true, At: n.At})
}

// nobodyToTell lets a decision count as told when its letter is made and nobody is
// left to send it to: all parties have died.
func (s *Service) nobodyToTell(ctx context.Context, tx *store.Tx, c cases.Case) error {
	for _, id := range append([]string{c.Applicant}, strings.Fields(c.Further)...) {
		person, err := s.Identity.PersonIn(ctx, tx, id)
		if err != nil || !person.Deceased() {
			return err
		}
	}
	return s.Signal(ctx, tx, c, deadline.Told)
}
