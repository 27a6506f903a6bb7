package appeals

import (
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// The clocks of package deadlines that an appeal has to do with.
const (
	ruleLodge   = "appeal.lodge"
	rulePrepare = "appeal.prepare"
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
	// Last is the last day; zero when it has not begun, since nobody has been told
	// of the decision yet.
	Last clock.Date
	// Stands says that the party has asked for reasons and waits for them: the
	// limit does not run (§ 29 fourth paragraph).
	Stands bool
	// Absolute is the last day of the year within which a late appeal can be heard.
	Absolute clock.Date
}

const lodgeWeeks = 3

// limitOf reckons the limit of the decision that stands, from its clock if it has
// one. A decision that the law made, or from before there were clocks, has none:
// then it is three weeks from the day it was made.
func limitOf(clocks []deadlines.Deadline, decided time.Time, told bool) Limit {
	day := clock.DateIn(decided)
	l := Limit{Absolute: deadline.AddMonths(day, 12)}
	for _, d := range clocks {
		if d.Timer.Rule.Key != ruleLodge || d.CreatedAt.Before(decided) {
			continue
		}
		l.Last, l.Stands = d.Timer.Falls(), d.Timer.State == deadline.Stopped
		told = false
	}
	if told {
		l.Last = deadline.NextWorkingDay(day.AddDays(7 * lodgeWeeks))
	}
	return l
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
