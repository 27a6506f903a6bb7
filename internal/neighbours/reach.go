package neighbours

import "github.com/torg-no/torg/internal/platform/clock"

// Reach tells how far a notice has come. It counts, and names nobody: how many letters wait
// to be posted is no secret, and to whom is.
type Reach struct {
	All     int
	Waiting int // whom the municipality has not sent it: a letter is sent when it is posted
	Hand    int // whom the developer has not brought it
	// From and To are the first and the last day on which the own deadline of somebody who is
	// notified runs out: two weeks from when she was; zero while nobody is.
	From, To clock.Date
	// Last is the day on which everybody's deadline has run out, so that the case can go on
	// (plan- og bygningsloven § 21-3); zero while somebody is not notified.
	Last clock.Date
}

// Done reports whether everybody is notified.
func (r Reach) Done() bool { return r.Waiting == 0 && r.Hand == 0 }

// notified is how many are.
func (r Reach) notified() int { return r.All - r.Waiting - r.Hand }

// later is the last of two days.
func later(a, b clock.Date) clock.Date {
	if b.After(a) {
		return b
	}
	return a
}

// reachOf tells how far a notice has come, by its lines before they are veiled. Who has
// been heard has it, however it came to her.
func reachOf(list []Line) (r Reach) {
	for _, l := range list {
		r.All++
		switch {
		case l.Standing == Listed:
		case l.heard() || !l.SentOn.IsZero():
		case l.Way == ByHand:
			r.Hand++
		default:
			r.Waiting++
		}
		r.From = earlier(r.From, l.Until)
		r.To = later(r.To, l.Until)
		r.Last = later(r.Last, later(l.Until, l.Common))
	}
	if !r.Done() {
		r.Last = clock.Date{}
	}
	return r
}
