package demo

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
)

// act is one thing that happens to a case.
type act func(ctx context.Context, s story, c cases.Case) error

// acts returns what happens after a case has come in.
func (w *worker) acts(t trade, e ending) []act {
	outcome := func(outcome string) act {
		return func(ctx context.Context, s story, c cases.Case) error { return w.decide(ctx, s, c, outcome) }
	}
	decided := func(is string) []act {
		list := []act{w.assign, w.note, outcome(is)}
		if t.fourEyes {
			list = append(list, w.approve)
		}
		return list
	}
	switch e {
	case assigned:
		return []act{w.assign}
	case waiting:
		return []act{w.assign, w.ask}
	case answered:
		return []act{w.assign, w.ask, w.answer}
	case offered:
		return decided(cases.OutcomeGranted)
	case accepted:
		return append(decided(cases.OutcomeGranted), w.respond(cases.Accepted))
	case declined:
		return append(decided(cases.OutcomeGranted), w.respond(cases.Declined))
	case refused:
		return decided(cases.OutcomeRefused)
	case contested:
		return w.appealed(decided(cases.OutcomeRefused), w.appeal)
	case questioned:
		return w.appealed(decided(cases.OutcomeGranted), w.askReasons)
	case sentOn:
		return w.appealed(decided(cases.OutcomeRefused), w.appeal, w.forward, w.handOver)
	case withdrawn:
		return []act{w.assign, w.withdraw}
	case proposed:
		return []act{w.assign, w.mention, outcome(cases.OutcomeGranted)}
	case called:
		return []act{w.assign, w.call}
	case minuted:
		return []act{w.assign, w.call, w.hold, w.minute}
	case received:
	}
	return nil
}
