package demo

import (
	"context"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
)

// How preliminary conferences end.
const (
	called   ending = "called"  // the parties know when and where
	minuted  ending = "minuted" // held, and the minutes are sent
	soonDays        = 5         // a house that burned: byggesaksforskriften § 7-1
	hourHeld        = "08.00"   // before anything else of the day happens
	hourMeet        = "10.00"
)

func conferences() trade {
	return trade{
		kind: conference.Name, form: conference.FormKey, words: "conference_", worker: Planner, colleague: PlanColleague, head: PlanHead,
		answers: conferenceAnswers,
	}
}

// conferenceTales are one that is over, and one after a fire, whose five days run.
func conferenceTales() []tale {
	return []tale{{ending: minuted, days: 16}, {ending: called, days: 4, involved: true}}
}

// conferenceStories are those of people who build nothing else.
func (w *worker) conferenceStories() []story {
	before := len(buildingTales()) + 1 // and one notifies the neighbours
	people := w.demo.population.builders(w.builders(), before+len(conferenceTales()))
	if len(people) <= before {
		return nil
	}
	people = people[before:]
	return tell(conferences(), conferenceTales(), &people)
}

func conferenceAnswers(ctx context.Context, w *worker, s story) map[string]url.Values {
	ground, _ := w.demo.population.plotOf(s.applicant)
	plans := url.Values{
		"rebuild": {"no"}, "purpose": {"extension"}, "description": {s.trade.say(ctx, "why", s)}, "questions": {s.trade.say(ctx, "questions", s)},
	}
	if s.involved {
		plans.Set("rebuild", "yes")
		plans.Set("rebuild_cause", "fire")
		plans.Set("rebuild_date", w.day(s).AddDays(-2).String())
		plans.Set("purpose", "new")
		plans.Set("description", s.trade.say(ctx, "why_fire", s))
	}
	return map[string]url.Values{
		"property": {
			"properties[0]._": {"1"}, "properties[0].gnr": {strconv.Itoa(ground.Gnr)}, "properties[0].bnr": {strconv.Itoa(ground.Bnr)},
			"address": {s.applicant.Address.Lines[0]}, "owner": {"yes"}, "organisation": {"no"}, "phone": {s.applicant.Phone}, "email": {s.applicant.Email},
		},
		"plans": plans,
		"meeting": {
			"participants[0]._": {"1"}, "participants[0].name": {"Tone Strand"}, "participants[0].role": {"designer"},
			"way": {"office"}, "times": {s.trade.say(ctx, "times", s)}, "others": {"water"}, "interpreter": {"no"},
		},
	}
}

// meets is the day of a story's meeting: the last of the five days, or the one on which
// it is noted as held.
func (w *worker) meets(s story) (date, hour string) {
	if s.involved {
		return w.day(s).AddDays(soonDays).String(), hourMeet
	}
	return w.day(s).AddDays(3 * (s.days / 2) / 4).String(), hourHeld
}

// call calls the parties to a meeting.
func (w *worker) call(ctx context.Context, s story, c cases.Case) error {
	return w.confer(ctx, s, c, func(ctx context.Context, which conference.Which) error {
		date, hour := w.meets(s)
		_, err := w.Conference.Call(ctx, which, conference.Call{
			Date: date, Time: hour, Way: "office", Place: w.text(s, c, "place"), Text: w.text(s, c, "call"),
		})
		return err
	})
}

// hold notes that the meeting was held.
func (w *worker) hold(ctx context.Context, s story, c cases.Case) error {
	return w.confer(ctx, s, c, func(ctx context.Context, which conference.Which) error {
		date, hour := w.meets(s)
		_, err := w.Conference.Hold(ctx, which, conference.Held{Date: date, Time: hour})
		return err
	})
}

// minute writes the minutes.
func (w *worker) minute(ctx context.Context, s story, c cases.Case) error {
	return w.confer(ctx, s, c, func(ctx context.Context, which conference.Which) error {
		_, err := w.Conference.Conclude(ctx, which, conference.Minutes{
			Participants: c.ApplicantName + "\nTone Strand\n" + c.AssigneeName,
			Topics:       w.text(s, c, "topics"), Premises: w.text(s, c, "premises"), Further: w.text(s, c, "further"),
		})
		return err
	})
}

// confer lets whoever has the case act; nothing happens where the set-up has no conferences.
func (w *worker) confer(ctx context.Context, s story, c cases.Case, do func(context.Context, conference.Which) error) error {
	if w.Conference == nil {
		return nil
	}
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	return describe(do(ctx, conference.Which{ID: c.ID, Version: c.Version}))
}
