package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// longAgo is before all that happens in the demonstration, with last year's cases.
const longAgo = 500 * 24 * time.Hour

// ending is how far a case has come.
type ending string

const (
	received  ending = "received"
	assigned  ending = "assigned"
	waiting   ending = "waiting"
	answered  ending = "answered"
	offered   ending = "offered"
	accepted  ending = "accepted"
	declined  ending = "declined"
	refused   ending = "refused"
	withdrawn ending = "withdrawn"
	proposed  ending = "proposed" // waits for the second person
	// With appeals, when the set-up has them.
	contested  ending = "contested"  // refused and appealed against; the appeal is prepared
	questioned ending = "questioned" // offered, and the reasons are asked for
	sentOn     ending = "sent_on"    // refused, and the appeal was sent on
)

// story is a case that is to be: who applies for whom, when, and how it ends.
type story struct {
	applicant Resident
	child     Resident
	days      int // since it came in
	span      int // in how many days all happens; half of the days since when 0
	ending    ending
	turn      int // counts the stories of a kind in a municipality
	trade     trade
	by        identity.Basis // by what right the applicant writes for somebody else
	involved  bool           // a building case that the law gives twelve weeks
	mapped    bool           // a building case that begins on the map
}

// endings are how the cases of a municipality end, each with the days since they
// came in. The oldest is first, so that the case numbers follow the days.
func endings() []struct {
	ending ending
	days   int
} {
	type e = struct {
		ending ending
		days   int
	}
	return []e{
		{accepted, 52},
		{accepted, 50},
		{refused, 47},
		{declined, 44},
		{accepted, 43},
		{withdrawn, 40},
		{offered, 36},
		{contested, 33},
		{questioned, 30},
		{waiting, 27},
		{answered, 25},
		{offered, 24},
		{assigned, 22},
		{waiting, 19},
		{assigned, 17},
		{withdrawn, 16},
		{received, 14},
		{assigned, 13},
		{received, 12},
		{received, 10},
		{assigned, 9},
		{received, 8},
		{received, 7},
		{received, 6},
		{received, 5},
		{received, 4},
		{received, 3},
		{received, 2},
		{received, 1},
		{received, 0},
	}
}

// stories tells who applies for whom.
func (w *worker) stories() []story {
	list, _ := w.kindergartenStories()
	return append(list, w.others()...)
}

// kindergartenStories also returns the families that apply for nothing now.
func (w *worker) kindergartenStories() (list []story, rest [][2]Resident) {
	people := w.demo.population.Of(w.index)
	families := applicants(people, w.demo.population.Day)
	rng := rand.New(rand.NewPCG(seed, uint64(100+w.index))) //nolint:gosec // the same cases again
	rng.Shuffle(len(families), func(i, j int) { families[i], families[j] = families[j], families[i] })
	given := map[int][2]Resident{}
	for turn, part := range map[int]Part{1: Mother, 9: AppointedGuardian, 11: Apart, 26: Hidden} {
		if pair, ok := family(people, part, w.demo.population.Day); ok {
			given[turn] = pair
		}
	}
	for turn, e := range endings() {
		pair, ok := given[turn]
		if !ok {
			if len(families) == 0 {
				break
			}
			pair, families = families[0], families[1:]
		}
		list = append(list, story{applicant: pair[0], child: pair[1], days: e.days, ending: e.ending, turn: turn, trade: kindergartens()})
	}
	return list, families
}

// oldestApplied is the age of the oldest children that places are sought for.
const oldestApplied = 4

// applicants are the parents who may apply for a place in a kindergarten.
func applicants(people []Resident, day clock.Date) [][2]Resident {
	return parents(people, day, 0, oldestApplied)
}

// parents are those of children between two ages, each with the oldest child of
// the ages, without the featured people and those with a protected address.
func parents(people []Resident, day clock.Date, youngest, oldest int) [][2]Resident {
	known := make(map[pid.PID]Resident, len(people))
	for _, r := range people {
		known[r.Number] = r
	}
	var list [][2]Resident
	taken := map[pid.PID]bool{}
	for _, child := range people {
		if age := child.BirthDate.YearsAt(day); age < youngest || age > oldest || child.Protection.Protected() {
			continue
		}
		for _, g := range child.Guardians {
			parent := known[g.Number]
			if parent.Part == "" && g.LivesWith && g.Responsible && !taken[g.Number] && !featuredFamily(known, child) {
				for _, other := range child.Guardians {
					taken[other.Number] = true
				}
				list = append(list, [2]Resident{parent, child})
				break
			}
		}
	}
	return list
}

func featuredFamily(known map[pid.PID]Resident, child Resident) bool {
	return slices.ContainsFunc(child.Guardians, func(g identity.RegisterGuardian) bool { return known[g.Number].Part != "" })
}

// family returns a featured person with the oldest child.
func family(people []Resident, part Part, day clock.Date) (pair [2]Resident, ok bool) {
	for _, r := range people {
		if r.Part == part {
			pair[0] = r
		}
	}
	for _, child := range people {
		mine := slices.ContainsFunc(child.Guardians, func(g identity.RegisterGuardian) bool { return g.Number == pair[0].Number })
		if mine && child.BirthDate.YearsAt(day) < adult && (!ok || child.BirthDate.Before(pair[1].BirthDate)) {
			pair[1], ok = child, true
		}
	}
	return pair, ok
}
