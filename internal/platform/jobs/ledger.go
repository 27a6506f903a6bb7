package jobs

import (
	"time"
)

const (
	// aheadFor is how long the claimed jobs should last the workers.
	aheadFor = 50 * time.Millisecond
	// slow is the pace that is assumed before any is known: nothing is claimed ahead.
	slow = time.Second
)

// ledger is what a runner knows of its own jobs. It belongs to the one
// goroutine that talks to the database.
type ledger struct {
	held      map[*task]bool
	kinds     map[string]int
	ending    map[string]int // of the kinds', those whose end this turn writes
	lanes     map[Lane]*laneBook
	unwritten []result

	nextDue, nextTick, nextSweep time.Time
}

type laneBook struct {
	held   int
	ending int  // of the held, those whose end this turn writes
	more   bool // there may be something to claim
	cursor string
	pace   time.Duration // a moving mean of what a job takes
}

func newLedger() *ledger {
	l := &ledger{held: map[*task]bool{}, kinds: map[string]int{}, lanes: map[Lane]*laneBook{}}
	for _, lane := range Lanes() {
		l.lanes[lane] = &laneBook{more: true, pace: slow}
	}
	return l
}

// add notes a claimed task.
func (l *ledger) add(t *task) {
	l.held[t] = true
	l.kinds[t.name]++
	l.lanes[t.lane].held++
}

// remove notes that a result has been written.
func (l *ledger) remove(r result) {
	if !l.held[r.task] {
		return
	}
	delete(l.held, r.task)
	l.kinds[r.name]--
	lane := l.lanes[r.lane]
	lane.held--
	if r.ran {
		lane.pace += (r.took - lane.pace) / 8
	}
	r.cancel(nil)
}

// woken notes that any lane may have something.
func (l *ledger) woken() {
	for _, b := range l.lanes {
		b.more = true
	}
}

// reckon counts what this turn will free, so that it is claimed anew at once.
func (l *ledger) reckon() {
	l.ending = map[string]int{}
	for _, b := range l.lanes {
		b.ending = 0
	}
	for _, r := range l.unwritten {
		if l.held[r.task] {
			l.ending[r.name]++
			l.lanes[r.lane].ending++
		}
	}
}

// want returns how many jobs to claim in a lane. While the workers are busy it
// waits until a good part of what was claimed is done, so that claims are large.
func (b *laneBook) want(share, most int) int {
	ahead := most
	if b.pace > 0 {
		ahead = min(most, int(time.Duration(share)*aheadFor/b.pace))
	}
	held := b.held - b.ending
	room := share + ahead - held
	if !b.more || room <= 0 || held >= share && room < (share+ahead)/2 {
		return 0
	}
	return room
}

// tasks returns what is held, without what has ended and waits to be written.
func (l *ledger) tasks() []*task {
	ended := map[*task]bool{}
	for _, r := range l.unwritten {
		ended[r.task] = true
	}
	out := make([]*task, 0, len(l.held))
	for t := range l.held {
		if !ended[t] {
			out = append(out, t)
		}
	}
	return out
}
