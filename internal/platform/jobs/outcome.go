package jobs

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxErrorText bounds what is kept of an error.
const maxErrorText = 500

// settle decides what becomes of a task after its worker returned.
func settle(t *task, err error) result {
	r := result{task: t, ran: true}
	cause := context.Cause(t.ctx)
	switch snooze, cancel := (*snoozeError)(nil), (*cancelError)(nil); {
	case t.closed.Load() || errors.Is(cause, ErrLeaseLost):
		r.gone = true
	case err == nil:
		r.state = StateCompleted
	case errors.As(err, &snooze):
		r.state, r.wait, r.free = StateScheduled, snooze.wait, true
	case errors.As(err, &cancel):
		r.state, r.text = StateCancelled, clean(cancel.Error())
	case errors.Is(cause, errStopping):
		r.state, r.free = StateAvailable, true
	case t.attempt >= t.maxAttempts():
		r.state, r.text = StateDiscarded, clean(err.Error())
	default:
		r.state, r.text = StateScheduled, clean(err.Error())
		r.wait = t.kind.Backoff(int(t.attempt))
	}
	return r
}

// giveBack returns a task that was not begun.
func giveBack(t *task) result { return result{task: t, state: StateAvailable, free: true} }

var (
	longNumber = regexp.MustCompile(`\d(?:[ .-]?\d){7,}`)
	address    = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;]+`)
)

// clean prepares an error's text for the table: national numbers, telephone
// numbers and e-mail addresses do not belong there, wherever they came from.
func clean(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	text = address.ReplaceAllString(longNumber.ReplaceAllString(text, "…"), "…")
	if len(text) <= maxErrorText {
		return text
	}
	cut := maxErrorText
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
