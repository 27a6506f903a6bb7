package appeals

import (
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/notify"
)

// The clocks of package deadlines that an appeal has to do with.
const (
	ruleLodge           = "appeal.lodge"
	ruleContest         = "appeal.contest"
	rulePost            = "notice.post"
	rulePrepare         = "appeal.prepare"
	rulePrepareBuilding = "appeal.prepare_building"
)

// Standing says how an appeal sent on a day stands to the limits.
type Standing string

// The standings.
const (
	InTime  Standing = "in_time"
	Late    Standing = "late"     // after the limit: judged first (forvaltningsloven § 31)
	TooLate Standing = "too_late" // more than a year after the decision: never considered (§ 31 third paragraph)
)

// Limit is how long a party can appeal.
type Limit struct {
	// Last is the last day; zero when it has not begun, since she has not been told
	// of the decision yet.
	Last clock.Date
	// Stands says that the party has asked for reasons and waits for them: the
	// limit does not run (§ 29 fourth paragraph).
	Stands bool
	// Absolute is the last day of the year within which a late appeal can be heard.
	Absolute clock.Date
}

const lodgeWeeks = 3

// told is what is known of how one party was told of a decision.
type told struct {
	clocks []deadlines.Deadline
	// way is the message about it; nil when none was made.
	way *notify.Way
	// silent says that the decision has no letter and never gets one, as those that
	// the law made before such had a letter.
	silent bool
}

// limitOf reckons a party's limit from a decision that was made at an instant: by her
// own clock, or else by how she was told. A letter that nobody has posted starts none,
// whatever a clock of earlier releases, which ran for all parties, says.
func limitOf(t told, rule, party string, decided time.Time) Limit {
	day := clock.DateIn(decided)
	l := Limit{Absolute: deadline.AddMonths(day, 12)}
	own, has := newestClock(t.clocks, rule, party, decided)
	all, hasAll := newestClock(t.clocks, rule, "", decided)
	switch {
	case has:
		l.by(own.Timer)
	case t.way != nil && !t.way.Sent():
	case hasAll:
		l.by(all.Timer)
	case t.way != nil:
		l.Last = lastFrom(clock.DateIn(t.way.SentAt))
	case t.silent:
		l.Last = lastFrom(day)
	}
	return l
}

// by takes the limit from a clock. One that fell away since its notice came back has
// not begun.
func (l *Limit) by(t deadline.Timer) {
	if t.State != deadline.Cancelled {
		l.Last, l.Stands = t.Falls(), t.State == deadline.Stopped
	}
}

func lastFrom(day clock.Date) clock.Date {
	return deadline.NextWorkingDay(day.AddDays(7 * lodgeWeeks))
}

// newestClock is the last clock of a rule that ran for a party since an instant.
func newestClock(clocks []deadlines.Deadline, rule, party string, since time.Time) (found deadlines.Deadline, ok bool) {
	for _, d := range clocks {
		if d.Timer.Rule.Key == rule && d.Party == party && !d.CreatedAt.Before(since) {
			found, ok = d, true
		}
	}
	return found, ok
}

// On tells how something sent on a day stands.
func (l Limit) On(day clock.Date) Standing {
	switch {
	case day.After(l.Absolute):
		return TooLate
	case l.Stands, l.Last.IsZero(), !day.After(l.Last):
		return InTime
	}
	return Late
}

// Left returns how many days are left on a day, with the last; negative after it.
func (l Limit) Left(day clock.Date) int { return day.DaysUntil(l.Last) }

// The values of the tenant's setting by which a municipality is more generous
// than the law with giving reasons.
const (
	SettingReasons = "appeals.reasons"
	reasonsAlways  = "always"
)

// mayAskReasons reports whether asking for the reasons of a decision stops the
// limit: when it came without any, or granted what was applied for, of which the
// law lets the reasons be short or come later (forvaltningsloven § 24 second
// paragraph). A refusal holds its reasons already (first paragraph); asking for
// better ones is a question like any other, unless the municipality's setting
// says that it always answers.
func mayAskReasons(d cases.Decision, setting string) bool {
	return d.Outcome == cases.OutcomeGranted || strings.TrimSpace(d.Reasons) == "" || setting == reasonsAlways
}

func fields(s string) []string { return strings.Fields(s) }
