package deadline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/deadline"
)

// happening is an event and the instant of it in Norway.
type happening struct{ event, at string }

func TestTimer_goesOnWhenEverythingThatStopsItIsAnswered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule    string
		happens []happening
		falls   string
		stops   []string
		paused  int
	}{
		"the question is answered before the fee is paid": {"building.simple", []happening{
			{deadline.FeeDemanded, "2026-11-23 09:00:00"},
			{deadline.Asked, "2026-11-24 09:00:00"},
			{deadline.Answered, "2026-11-26 09:00:00"},
		}, "2026-12-11", []string{deadline.FeeDemanded}, 0},
		"and the fee after it": {"building.simple", []happening{
			{deadline.FeeDemanded, "2026-11-23 09:00:00"},
			{deadline.Asked, "2026-11-24 09:00:00"},
			{deadline.Answered, "2026-11-26 09:00:00"},
			{deadline.FeePaid, "2026-12-03 09:00:00"},
		}, "2026-12-21", nil, 10},
		"the fee is paid while the question waits": {"building.simple", []happening{
			{deadline.Asked, "2026-11-23 09:00:00"},
			{deadline.FeeDemanded, "2026-11-23 10:00:00"},
			{deadline.FeePaid, "2026-11-25 09:00:00"},
			{deadline.Answered, "2026-11-30 09:00:00"},
		}, "2026-12-18", nil, 7},
		"asked twice, answered once": {"building.simple", []happening{
			{deadline.Asked, "2026-11-23 09:00:00"},
			{deadline.Asked, "2026-11-25 09:00:00"},
			{deadline.Answered, "2026-11-30 09:00:00"},
		}, "2026-12-18", nil, 7},
		"complete while the fee is unpaid: the whole limit from then": {"building.simple", []happening{
			{deadline.Incomplete, "2026-11-23 09:00:00"},
			{deadline.FeeDemanded, "2026-11-23 09:00:00"},
			{deadline.Complete, "2026-12-01 09:00:00"},
			{deadline.FeePaid, "2026-12-08 09:00:00"},
		}, "2026-12-29", nil, 7},
		"paid while it is incomplete: the whole limit from when it is complete": {"building.simple", []happening{
			{deadline.Incomplete, "2026-11-23 09:00:00"},
			{deadline.FeeDemanded, "2026-11-23 09:00:00"},
			{deadline.FeePaid, "2026-11-27 09:00:00"},
			{deadline.Complete, "2026-12-01 09:00:00"},
		}, "2026-12-22", nil, 0},
		"a hearing, of a dispensation": {"building.dispensation", []happening{
			{deadline.HearingBegun, "2026-11-23 09:00:00"},
			{deadline.FeeDemanded, "2026-11-24 09:00:00"},
			{deadline.FeePaid, "2026-11-25 09:00:00"},
			{deadline.HearingOver, "2026-12-21 09:00:00"},
		}, "2027-03-12", nil, 28},
		"no hearing, of another application": {"building.ordinary", []happening{
			{deadline.HearingBegun, "2026-11-23 09:00:00"},
		}, "2027-02-12", nil, 0},
	} {
		timer := begin(t, test.rule, "2026-11-20 08:00:00")
		for _, h := range test.happens {
			timer.Happened(h.event, osloAt(t, h.at))
		}
		if got := timer.Falls().String(); got != test.falls || timer.Paused != test.paused {
			t.Errorf("%s: falls on %s, paused %d", name, got, timer.Paused)
		}
		if diff := cmp.Diff(append([]string{}, test.stops...), append([]string{}, timer.Stops()...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if (timer.State == deadline.Stopped) != (len(test.stops) > 0) {
			t.Errorf("%s: stands as %s", name, timer.State)
		}
	}
}

func TestTimer_standsFromTheFirstStop(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	timer.Happened(deadline.Asked, osloAt(t, "2026-11-25 09:00:00"))
	if !timer.Happened(deadline.FeeDemanded, osloAt(t, "2026-11-30 09:00:00")) {
		t.Error("a second stop is not noticed")
	}
	if timer.Used != 5 || timer.StoppedOn.String() != "2026-11-25" {
		t.Errorf("used %d, stopped on %s", timer.Used, timer.StoppedOn)
	}
	if timer.Happened(deadline.FeeDemanded, osloAt(t, "2026-12-01 09:00:00")) {
		t.Error("a fee that is demanded again changes something")
	}
	if timer.Happened(deadline.Complete, osloAt(t, "2026-12-01 09:00:00")) {
		t.Error("an application that was never incomplete becomes complete")
	}
}

func TestTimer_oneOfSeveralStopsDoesNotMakeItPass(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	timer.Happened(deadline.Asked, osloAt(t, "2026-11-25 09:00:00"))
	timer.Happened(deadline.FeeDemanded, osloAt(t, "2026-11-25 10:00:00"))
	timer.Happened(deadline.Answered, osloAt(t, "2026-11-26 10:00:00"))
	late := osloAt(t, "2027-11-26 10:00:00")
	if timer.Owes(late) || timer.Fire(late) {
		t.Error("a permit counts as given while the fee is unpaid")
	}
}
