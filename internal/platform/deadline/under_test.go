package deadline_test

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/deadline"
)

func TestTimer_underAnotherRuleKeepsItsDaysAndItsStops(t *testing.T) {
	t.Parallel()
	ordinary := rule(t, "building.ordinary")
	for name, test := range map[string]struct {
		happens []string // event and instant by turns
		falls   string
		state   deadline.State
	}{
		"one that has run all along": {nil, "2027-02-12", deadline.Running},
		"one that stood for a week":  {[]string{deadline.Asked, "2026-11-23 09:00:00", deadline.Answered, "2026-11-30 09:00:00"}, "2027-02-19", deadline.Running},
		"one that stands":            {[]string{deadline.Asked, "2026-11-23 09:00:00"}, "2027-02-12", deadline.Stopped},
		"one that stands again": {
			[]string{deadline.Asked, "2026-11-23 09:00:00", deadline.Answered, "2026-11-25 09:00:00", deadline.FeeDemanded, "2026-11-26 09:00:00"}, "2027-02-14", deadline.Stopped,
		},
	} {
		timer := begin(t, "building.simple", "2026-11-20 08:00:00")
		for i := 0; i < len(test.happens); i += 2 {
			timer.Happened(test.happens[i], osloAt(t, test.happens[i+1]))
		}
		was := timer
		got, ok := timer.Under(ordinary)
		if !ok || got.Rule.Key != "building.ordinary" || got.Falls().String() != test.falls || got.State != test.state || got.Started != was.Started {
			t.Errorf("%s: %t %v, began %s", name, ok, got, got.Started)
		}
		if timer.Rule.Key != "building.simple" || timer.Falls() != was.Falls() {
			t.Errorf("%s: the first has changed: %v", name, timer)
		}
	}
}

func TestTimer_underAnotherRuleGoesOnFromAStop(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	timer.Happened(deadline.Asked, osloAt(t, "2026-11-23 09:00:00"))
	got, _ := timer.Under(rule(t, "building.ordinary"))
	if !got.Happened(deadline.Answered, osloAt(t, "2026-11-30 09:00:00")) || got.State != deadline.Running || got.Falls().String() != "2027-02-19" {
		t.Errorf("answered after a week: %v", got)
	}
}

func TestTimer_cancelledHearsNothingMore(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	timer.Cancel(osloAt(t, "2026-11-25 08:00:00"))
	if timer.State != deadline.Cancelled || timer.Open() || timer.EndedOn.String() != "2026-11-25" {
		t.Errorf("%v, ended %s", timer, timer.EndedOn)
	}
	if timer.Owes(osloAt(t, "2027-11-25 08:00:00")) || timer.Fire(osloAt(t, "2027-11-25 08:00:00")) || timer.Happened(deadline.Told, osloAt(t, "2026-11-26 08:00:00")) {
		t.Error("a clock that no longer goes has let something happen")
	}
}
