package demo

import (
	"context"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/school"
)

// tale is a story before it is known whose it is.
type tale struct {
	ending   ending
	days     int
	involved bool
	mapped   bool
}

func placeTales() []tale {
	return []tale{{ending: offered, days: 44}, {ending: waiting, days: 15}, {ending: received, days: 6}}
}

func changeTales() []tale {
	return []tale{{ending: refused, days: 38}, {ending: assigned, days: 12}, {ending: received, days: 3}}
}

func transportTales() []tale {
	return []tale{{ending: offered, days: 46}, {ending: withdrawn, days: 21}, {ending: answered, days: 18}, {ending: assigned, days: 9}, {ending: received, days: 2}}
}

func nursingTales() []tale {
	return []tale{
		{ending: offered, days: 48},
		{ending: offered, days: 39},
		{ending: refused, days: 41},
		{ending: withdrawn, days: 26},
		{ending: answered, days: 20},
		{ending: waiting, days: 18},
		{ending: assigned, days: 11},
		{ending: proposed, days: 10},
		{ending: received, days: 5},
		{ending: received, days: 1},
	}
}

// buildingTales have both the applications that are permitted by the law itself
// after three weeks (plan- og bygningsloven § 21-7) and those that have twelve:
// of the first kind one has passed and two pass next week. Some begin on the map.
func buildingTales() []tale {
	return []tale{
		{ending: assigned, days: 74, involved: true},
		{ending: answered, days: 55, involved: true},
		{ending: sentOn, days: 45, involved: true},
		{ending: withdrawn, days: 28},
		{ending: received, days: 24},
		{ending: offered, days: 20},
		{ending: waiting, days: 19, involved: true},
		{ending: assigned, days: 14, mapped: true},
		{ending: received, days: 12},
		{ending: received, days: 4, mapped: true},
	}
}

// others are the stories of the other services.
func (w *worker) others() []story {
	people, day := w.demo.population.Of(w.index), w.demo.population.Day
	pupils := parents(people, day, youngestPupil, oldestPupil)
	list := tell(schools(school.KindPlace, school.FormPlace), placeTales(), &pupils)
	list = append(list, tell(schools(school.KindChange, school.FormChange), changeTales(), &pupils)...)
	list = append(list, tell(transports(), transportTales(), &pupils)...)
	aged := alone(people, day, old-4, old+14)
	if neighbour, found := w.demo.population.neighbour(w.index); found {
		// The mother applies for this one.
		aged = slices.DeleteFunc(aged, func(pair [2]Resident) bool { return pair[0].Number == neighbour.Number })
	}
	list = append(list, tell(nursings(), nursingTales(), &aged)...)
	builders := w.demo.population.builders(w.builders(), len(buildingTales()))
	list = append(list, tell(buildings(), buildingTales(), &builders)...)
	list = append(list, w.conferenceStories()...)
	return append(list, w.forOthers()...)
}

// builders are those who may build.
func (w *worker) builders() [][2]Resident {
	return alone(w.demo.population.Of(w.index), w.demo.population.Day, 32, 60)
}

// The ages of the pupils that somebody applies for.
const (
	youngestPupil = 7
	oldestPupil   = 12
)

// tell gives the tales of a kind to people, each of whom has one.
func tell(t trade, tales []tale, people *[][2]Resident) []story {
	var list []story
	for i, one := range tales {
		if len(*people) == 0 {
			break
		}
		pair := (*people)[0]
		*people = (*people)[1:]
		list = append(list, story{applicant: pair[0], child: pair[1], days: one.days, ending: one.ending, turn: i, trade: t, involved: one.involved, mapped: one.mapped})
	}
	return list
}

// alone are those who may apply for themselves, between two ages, without the
// featured people and those with a protected address.
func alone(people []Resident, day clock.Date, youngest, oldest int) [][2]Resident {
	var list [][2]Resident
	for _, r := range people {
		age := r.BirthDate.YearsAt(day)
		if r.Part == "" && age >= youngest && age <= oldest && r.DeceasedOn.IsZero() && !r.Protection.Protected() {
			list = append(list, [2]Resident{r, r})
		}
	}
	return list
}

// forOthers are the stories of those who act for somebody else: the mother for her
// old neighbour, and a manager for the business.
func (w *worker) forOthers() []story {
	var list []story
	mother, plays := w.demo.population.Player(w.index, Mother)
	if neighbour, found := w.demo.population.neighbour(w.index); found && plays {
		list = append(list, story{applicant: mother, child: neighbour, days: 8, ending: assigned, turn: 20, trade: nursings(), by: identity.ByMandate})
	}
	if manager, plays := w.demo.population.Player(w.index, Apart); plays {
		list = append(list, story{applicant: manager, child: manager, days: 13, ending: waiting, turn: 20, trade: buildings(), by: identity.ByOffice, involved: true})
	}
	return list
}

// lastYear is how many cases there are of the season a year ago, which is enough
// for telling how long cases take (package forecast).
const lastYear = 24

// history are cases that were decided a year ago.
func (w *worker) history() []story {
	if w.demo.options.Short {
		return nil
	}
	day := w.demo.population.Day
	first := seasonBefore(day)
	_, families := w.kindergartenStories()
	var list []story
	for _, family := range families {
		turn := len(list)
		s := story{
			applicant: family[0], child: family[1], days: first.AddDays(3 * turn).DaysUntil(day), span: 14 + turn*7%40,
			ending: accepted, turn: turn, trade: kindergartens(),
		}
		switch turn % 6 {
		case 2:
			s.ending = refused
		case 5:
			s.ending = declined
		}
		if s.child.BirthDate.YearsAt(w.day(s)) >= 1 && turn < lastYear {
			list = append(list, s)
		}
	}
	return list
}

// seasonBefore is the first day of the same season a year earlier. Seasons are
// those of package forecast: the first begins in December.
func seasonBefore(day clock.Date) clock.Date {
	year, month := day.Year-1, day.Month/3*3
	if month == 0 {
		year, month = year-1, time.December
	}
	return clock.NewDate(year, month, 1)
}

// reckon reckons how long cases take, as is done each night, before the cases of
// this year come in.
func (w *worker) reckon(ctx context.Context) error {
	if w.Forecast == nil || w.demo.options.Short {
		return nil
	}
	w.at(event{days: reckoned})
	return w.Forecast.Reckon(ctx)
}

// reckoned is how many days ago: before the oldest of this year's cases.
const reckoned = 75
