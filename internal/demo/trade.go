package demo

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/school"
)

// trade is what the stories must know of a kind of cases.
type trade struct {
	kind, form string
	words      string // its own part of the message keys; "" for the kindergartens
	// answers are what the applicant types, by page; files are the questions that
	// want a drawing or a paper.
	answers func(ctx context.Context, w *worker, s story) map[string]url.Values
	files   []string
	// grants are the values of a decision that gives what was sought.
	grants func(w *worker, s story) map[string]string
	// worker and colleague share the cases; head leads the department.
	worker, colleague, head Part
	// fourEyes says that the head sees every decision before it is sent.
	fourEyes bool
}

func kindergartens() trade {
	return trade{
		kind: kindergarten.Name, form: kindergarten.FormKey, worker: CaseWorker, colleague: Head, head: Head,
		answers: func(ctx context.Context, w *worker, s story) map[string]url.Values { return w.answers(ctx, s) },
		grants: func(w *worker, s story) map[string]string {
			return map[string]string{"kindergarten": w.units[s.turn%len(w.units)], "start": w.start(s).String()}
		},
	}
}

func schools(kind, form string) trade {
	t := trade{kind: kind, form: form, words: "school_", worker: CaseWorker, colleague: Colleague, head: Head, answers: schoolAnswers}
	t.grants = func(w *worker, s story) map[string]string {
		return map[string]string{"school": w.schools[(s.turn+1)%len(w.schools)], "start": w.start(s).String()}
	}
	return t
}

func transports() trade {
	return trade{
		kind: school.KindTransport, form: school.FormTransport, words: "transport_", worker: Colleague, colleague: CaseWorker, head: Head,
		answers: transportAnswers,
		grants: func(w *worker, s story) map[string]string {
			first := w.day(s).AddDays(30)
			return map[string]string{"transport": "bus", "start": first.String(), "end": first.AddDays(200).String()}
		},
	}
}

func nursings() trade {
	return trade{
		kind: nursing.Name, form: nursing.FormKey, words: "nursing_", worker: CareWorker, colleague: CareColleague, head: CareHead,
		answers: nursingAnswers, fourEyes: true,
		grants: func(w *worker, s story) map[string]string {
			if s.turn%2 == 1 {
				return map[string]string{"stay": "long", "result": "list", "need": []string{"high", "middle", "lower"}[s.turn/2%3]}
			}
			return map[string]string{"stay": "long", "result": "place", "home": w.homes[s.turn%len(w.homes)], "start": w.day(s).AddDays(30).String()}
		},
	}
}

func buildings() trade {
	return trade{
		kind: building.Name, form: building.FormKey, words: "building_", worker: Planner, colleague: PlanColleague, head: PlanHead,
		answers: buildingAnswers, files: []string{"site_plan", "floor_plans", "sections", "facades", "notice_receipts"},
		grants: func(w *worker, s story) map[string]string {
			permit := "one_step"
			if s.involved {
				permit = "with_dispensation"
			}
			return map[string]string{"permit": permit, "conditions": w.demo.options.Bundle.For(w.town.Lang()).T("demo.case.building_conditions")}
		},
	}
}

// day is the one on which the case of a story comes in.
func (w *worker) day(s story) clock.Date { return w.demo.population.Day.AddDays(-s.days) }

// start is the 15 August after the story's day, when the year has begun in
// kindergartens and schools.
func (w *worker) start(s story) clock.Date {
	day := w.day(s)
	start := clock.NewDate(day.Year, 8, 15)
	if !start.After(w.demo.population.Day.AddDays(30 - s.days + s.span)) {
		start = start.AddYears(1)
	}
	return start
}

// lives says with whom a child lives, in the words of the schools' forms.
func (s story) lives() string {
	switch {
	case len(s.child.Guardians) > 1 && s.child.Guardians[1].LivesWith:
		return "both"
	case len(s.child.Guardians) > 1 && s.child.Guardians[1].Responsible:
		return "shared"
	}
	return "me"
}

func (s story) child0() url.Values {
	return url.Values{"lives_with": {s.lives()}, "phone": {s.applicant.Phone}, "email": {s.applicant.Email}}
}

// say is one of the package's texts in the language of whoever acts.
func (t trade) say(ctx context.Context, what string, s story) string {
	return i18n.T(ctx, "demo.case."+t.words+what, "child", s.child.Name.Given)
}

func schoolAnswers(ctx context.Context, w *worker, s story) map[string]url.Values {
	wish := url.Values{"start_date": {w.start(s).String()}, "schools[0]": {w.schools[(s.turn+1)%len(w.schools)]}}
	practical := url.Values{"adaptation": {"no"}, "sfo": {"no"}, "transport_understood": {"true"}, "interpreter": {"no"}}
	reasons := url.Values{"reasons": {"care"}, "explanation": {s.trade.say(ctx, "why", s)}, "child_view": {s.trade.say(ctx, "child_view", s)}}
	if s.trade.kind == school.KindChange {
		wish.Set("current_school", w.schools[s.turn%len(w.schools)])
		wish.Set("current_class", "3B")
		wish.Set("duration", "permanent")
		practical.Set("transfer_consent", "plans")
	} else {
		wish.Set("nearest_school", w.schools[s.turn%len(w.schools)])
	}
	return map[string]url.Values{"child": s.child0(), "wish": wish, "reasons": reasons, "practical": practical}
}

func transportAnswers(ctx context.Context, w *worker, s story) map[string]url.Values {
	return map[string]url.Values{
		"child":  s.child0(),
		"school": {"school": {w.schools[s.turn%len(w.schools)]}, "start_date": {w.day(s).AddDays(30).String()}, "nearest": {"yes"}},
		"way": {
			"grounds": {"danger"}, "addresses[0]._": {"1"}, "addresses[0].street": {s.child.Address.Lines[0]},
			"addresses[0].distance": {strconv.Itoa(1 + s.turn%3)}, "addresses[0].days": {"5"},
		},
		"danger":    {"danger_what": {"traffic", "no_pavement"}, "danger_where": {s.trade.say(ctx, "why", s)}, "danger_season": {"all"}},
		"practical": {"transport_wish": {"bus"}, "trips": {"to", "from"}, "interpreter": {"no"}},
	}
}

// needs are how much help somebody needs, by activity.
func needs(turn int) url.Values {
	values := url.Values{"safety": {"alone_at_night", "afraid"}}
	levels := []string{"alone", "some", "much", "full"}
	for i, activity := range []string{"eat", "wash", "dress", "toilet", "move", "medicine"} {
		values.Set(activity, levels[(turn+i)%len(levels)])
	}
	return values
}

func nursingAnswers(ctx context.Context, _ *worker, s story) map[string]url.Values {
	need := needs(s.turn)
	need.Set("why_now", s.trade.say(ctx, "why", s))
	return map[string]url.Values{
		"who":  {"for_whom": {"self"}, "phone": {s.applicant.Phone}, "email": {s.applicant.Email}},
		"stay": {"stay": {"long"}}, "need": need,
		"help": {"home": {"alone"}, "has_help": {"yes"}, "services[0]._": {"1"}, "services[0].service": {"home_nursing"}, "services[0].times": {"14"}, "services[0].hours": {"7"}},
		"network": {
			"next_of_kin[0]._": {"1"}, "next_of_kin[0].name": {"Anne " + s.applicant.Name.Family}, "next_of_kin[0].relation": {i18n.T(ctx, "demo.case.nursing_relation")},
			"next_of_kin[0].phone": {"+4784009900"}, "next_of_kin[0].closest": {"true"}, "family_helps": {"no"},
		},
		"health": {"tell_diagnosis": {"no"}, "consent_info": {"yes"}, "consent_from": {"doctor", "home_care"}, "interpreter": {"no"}},
	}
}

// buildingAnswers tell of a garage by the book, or of one that needs a
// dispensation and is decided within twelve weeks.
func buildingAnswers(ctx context.Context, w *worker, s story) map[string]url.Values {
	sent := w.day(s).AddDays(-20).String()
	ground, _ := w.demo.population.plotOf(s.applicant)
	whole := func(n float64) string { return strconv.FormatFloat(math.Round(n), 'f', -1, 64) }
	answers := map[string]url.Values{
		"property": {"properties[0]._": {"1"}, "properties[0].gnr": {strconv.Itoa(ground.Gnr)}, "properties[0].bnr": {strconv.Itoa(ground.Bnr)}, "address": {s.applicant.Address.Lines[0]}, "owner": {"yes"}, "organisation": {"no"}, "phone": {s.applicant.Phone}, "email": {s.applicant.Email}},
		"measure":  {"measure": {"garage"}, "description": {s.trade.say(ctx, "why", s)}, "dwelling": {"no"}, "role": {"own"}, "plan": {"zoning"}},
		"areas": {
			"plot": {whole(ground.Area)}, "existing_bya": {whole(ground.built)}, "parking": {"2"}, "allowed": {whole(ground.allowed)}, "buildings[0]._": {"1"},
			"buildings[0].name": {i18n.T(ctx, "demo.case.building_name")}, "buildings[0].bya": {"40"}, "buildings[0].floor": {"36"}, "buildings[0].floors": {"1"},
		},
		"distances":    {"ridge": {"4"}, "terrain": {"no"}, "boundaries[0]._": {"1"}, "boundaries[0].to": {ground.neighbour}, "boundaries[0].metres": {"5"}, "over_pipes": {"no"}, "power_line": {"no"}},
		"neighbours":   {"notice": {"yes"}, "notices[0]._": {"1"}, "notices[0].property": {ground.neighbour}, "notices[0].name": {"Per Hansen"}, "notices[0].sent_on": {sent}, "notices[0].how": {"digital"}, "notices[0].answer": {"agrees"}},
		"dispensation": {"dispensation": {"no"}},
		"surroundings": {"hazards": {"none"}, "access_road": {"no"}, "water": {"no"}, "heritage": {"no"}},
	}
	if s.involved {
		answers["dispensation"] = url.Values{
			"dispensation": {"yes"}, "dispensations[0]._": {"1"}, "dispensations[0].kind": {"shore"}, "dispensations[0].provision": {"§ 1-8"},
			"dispensations[0].reasons": {i18n.T(ctx, "demo.case.building_dispensation")},
		}
	}
	return answers
}

// basis suggests the legal basis of an outcome, as the editor does.
func (w *worker) basis(t trade, outcome string, words *i18n.Localizer) (string, error) {
	kind, err := w.Cases.Kinds().Get(t.kind)
	if err != nil {
		return "", err
	}
	return words.T(kind.Basis(outcome)), nil
}

// behalf lets whoever writes act for the one whose case it becomes.
func (w *worker) behalf(ctx context.Context, s story, actor identity.Actor) (identity.Actor, error) {
	list, err := w.Identity.Represented(identity.With(ctx, actor))
	if err != nil {
		return actor, err
	}
	for _, r := range list {
		if r.Basis == s.by {
			actor.OnBehalfOf, actor.OnBehalfName, actor.Basis, actor.Scopes = r.Person.ID, r.Person.Name.Full(), r.Basis, r.Scopes
			return actor, nil
		}
	}
	return actor, fmt.Errorf("nobody to act for as %s", s.by)
}
