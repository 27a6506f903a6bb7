package demo

import (
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// numbers hands out synthetic national numbers, each once in both
// municipalities together.
type numbers struct {
	next  map[series]int
	given int
}

type series struct {
	born clock.Date
	rest int
}

func newNumbers() *numbers { return &numbers{next: map[series]int{}} }

// Every so many numbers follow the rule in force from 2032 on, whose first check
// digit may leave a remainder of 1, 2 or 3: whoever checks numbers by the old
// rule alone must not pass the demonstration unnoticed.
const every2032 = 20

func (n *numbers) take(born clock.Date) (number pid.PID, err error) {
	n.given++
	s := series{born: born}
	if n.given%every2032 == 0 {
		s.rest = 1 + n.given/every2032%3
	}
	at := n.next[s]
	n.next[s]++
	if s.rest == 0 {
		number, err = pid.Synthetic(born, at)
	} else {
		number, err = pid.Synthetic2032(born, at, s.rest)
	}
	if err != nil {
		return number, fmt.Errorf("number for %s: %w", born, err)
	}
	return number, nil
}

// takeTemporary hands out a D-number, for somebody whose stay is temporary.
func (n *numbers) takeTemporary(born clock.Date) (pid.PID, error) {
	s := series{born: born, rest: -1}
	at := n.next[s]
	n.next[s]++
	number, err := pid.SyntheticD(born, at)
	if err != nil {
		return number, fmt.Errorf("temporary number for %s: %w", born, err)
	}
	return number, nil
}
