package appeals

import (
	"context"
	"errors"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// matter is a case with what its appeals are judged by.
type matter struct {
	Case     cases.Case
	Decision cases.Decision
	Round    int64
	Clocks   []deadlines.Deadline
	Ways     map[string]notify.Way // how each person was told of the decision that stands
	Reasons  []reasons             // who has asked for them
	Appeals  []Appeal              // all of the case, the first first
	silent   bool                  // the decision has no letter and never gets one
}

// matterOf reads a case and its appeals. A decision that the law made has no text.
func (s *Service) matterOf(ctx context.Context, tx *store.Tx, caseID string) (m matter, err error) {
	if m.Case, err = s.Cases.CaseIn(ctx, tx, caseID); err != nil {
		return m, err
	}
	if m.Appeals, err = s.ofCase(ctx, tx, caseID); err != nil {
		return m, err
	}
	if m.Round, err = s.Cases.PastDecisions(ctx, tx, caseID); err != nil {
		return m, err
	}
	if m.Reasons, err = reasonsOf(ctx, tx, caseID, m.Round); err != nil {
		return m, err
	}
	if m.Clocks, err = s.Deadlines.ForCase(ctx, tx, caseID); err != nil {
		return m, err
	}
	m.Decision, err = s.Cases.DecisionIn(ctx, tx, caseID)
	if errors.Is(err, store.ErrNoRows) {
		m.Decision, m.silent, err = cases.Decision{Outcome: m.Case.Outcome, DecidedAt: m.Case.DecidedAt}, true, nil
	}
	if err != nil || !m.decided() {
		return m, err
	}
	m.Ways, err = s.waysOf(ctx, tx, m.Case)
	return m, err
}

// waysOf tells how each person was told of the decision that stands, by the message
// that was sent last.
func (s *Service) waysOf(ctx context.Context, tx *store.Tx, c cases.Case) (map[string]notify.Way, error) {
	list, err := s.Notify.Ways(ctx, tx, thread(c.ID), kindDecided)
	if err != nil {
		return nil, err
	}
	ways := map[string]notify.Way{}
	for _, w := range list {
		if !w.MadeAt.Before(c.DecidedAt) {
			ways[w.Person] = w
		}
	}
	return ways, nil
}

// decided reports whether there is a decision to appeal against.
func (m matter) decided() bool {
	return m.Case.Outcome != "" && (m.Case.Status == cases.Decided || m.Case.Status == cases.Closed)
}

// of returns a party's newest appeal in the round of the decision that stands, of those
// that were not taken back. One against a rejection that was set aside has come to its
// end: what stands is the appeal that was rejected, which is considered again.
func (m matter) of(person string) (Appeal, bool) {
	for _, a := range slices.Backward(m.Appeals) {
		if a.Round == m.Round && a.Appellant == person && a.State != Withdrawn && !a.prevailed() {
			return a, true
		}
	}
	return Appeal{}, false
}

// prevailed reports whether an appeal against a rejection led to the appeal that was
// rejected being considered after all.
func (a Appeal) prevailed() bool {
	return a.Against != "" && (a.State == Changed || a.State == Answered && a.Answer == SentBack)
}

// target is what a party can appeal against now: the decision, for which it is nil, or
// the rejection of her appeal (avvisning), which is a decision of its own. It is false
// when her appeal is in and being considered.
func (m matter) target(person string) (*Appeal, bool) {
	a, has := m.of(person)
	switch {
	case !has:
		return nil, true
	case a.State == Rejected:
		return &a, true
	}
	return nil, false
}

// limit is a party's own limit, against the decision or the rejection of her appeal.
func (m matter) limit(person string, against *Appeal) Limit {
	party := m.told(person)
	if against != nil {
		return limitOf(told{clocks: m.Clocks}, ruleContest, party, against.PreparedAt)
	}
	t := told{clocks: m.Clocks, silent: m.silent}
	if way, ok := m.Ways[party]; ok {
		t.way = &way
	}
	return limitOf(t, ruleLodge, party, m.Case.DecidedAt)
}

// tooLate reports whether an appeal came after the year within which one can be heard.
func (m matter) tooLate(a Appeal) bool {
	var against *Appeal
	if rejected, ok := m.byID(a.Against); ok {
		against = &rejected
	}
	return m.limit(a.Appellant, against).On(a.SentOn) == TooLate
}

// told is by whose notice a party is told: her own, or for one whom none is sent to, as
// the child that an application is about, the applicant's.
func (m matter) told(person string) string {
	if slices.Contains(m.parties(), person) {
		return person
	}
	return m.Case.Applicant
}

// parties are those whom notice is sent to.
func (m matter) parties() []string {
	return append([]string{m.Case.Applicant}, fields(m.Case.Further)...)
}

// waiting are the appeals that are with the municipality: being prepared, or ready to
// be handed over.
func (m matter) waiting() (list []Appeal) {
	for _, a := range m.Appeals {
		if a.waiting() {
			list = append(list, a)
		}
	}
	return list
}

// othersWait reports whether another appeal than this is with the municipality.
func (m matter) othersWait(id string) bool {
	return slices.ContainsFunc(m.waiting(), func(a Appeal) bool { return a.ID != id })
}

// handedLast is the day on which the municipality was done with the last of the appeals –
// had handed it over, or rejected it – when one is handed over on a day: what is confirmed
// last need not be it.
func (m matter) handedLast(on clock.Date) clock.Date {
	for _, a := range m.Appeals {
		done := a.HandedOn
		if a.State == Rejected {
			done = clock.DateIn(a.PreparedAt)
		}
		if done.After(on) {
			on = done
		}
	}
	return on
}

// byID is one of the case's appeals; it is there.
func (m matter) byID(id string) (Appeal, bool) {
	i := slices.IndexFunc(m.Appeals, func(a Appeal) bool { return a.ID == id })
	if i < 0 {
		return Appeal{}, false
	}
	return m.Appeals[i], true
}

// asked is that a party has asked for reasons; nil when she has not.
func (m matter) asked(person string) *reasons {
	for i := range m.Reasons {
		if m.Reasons[i].AskedBy == person {
			return &m.Reasons[i]
		}
	}
	return nil
}

// awaited are those who have asked for reasons and wait for them.
func (m matter) awaited() (list []reasons) {
	for _, r := range m.Reasons {
		if r.GivenAt.IsZero() {
			list = append(list, r)
		}
	}
	return list
}
