package deadline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/deadline"
)

// What stops a clock ends on its own day, which is written down when somebody hears of it:
// in any order, and days later. The clock stands on the days that any of them covers,
// whatever comes to be known first. Each case gives the same in every order in which what
// ends them can be told.
func TestBreaks_coverTheDaysThatAnyOfThemStood(t *testing.T) {
	t.Parallel()
	// 12 weeks from 20 November are 12 February.
	const rule, begun, falls = "building.dispensation", "2026-11-20 08:00:00", "2027-02-12"
	for name, test := range map[string]struct {
		begins, ends []happening
		more         int // days beside the 12 weeks
	}{
		"one after the other": {
			[]happening{{deadline.FeeDemanded, "2026-11-23 09:00:00"}, {deadline.HearingBegun, "2026-12-01 09:00:00"}},
			[]happening{{deadline.FeePaid, "2026-11-25 00:00:00"}, {deadline.HearingOver, "2026-12-08 00:00:00"}},
			2 + 7,
		},
		"one within the other": {
			[]happening{{deadline.HearingBegun, "2026-11-23 09:00:00"}, {deadline.FeeDemanded, "2026-11-25 09:00:00"}},
			[]happening{{deadline.FeePaid, "2026-12-01 00:00:00"}, {deadline.HearingOver, "2026-12-21 00:00:00"}},
			28,
		},
		"the first ends before the second": {
			[]happening{{deadline.HearingBegun, "2026-11-23 09:00:00"}, {deadline.FeeDemanded, "2026-11-25 09:00:00"}},
			[]happening{{deadline.HearingOver, "2026-12-01 00:00:00"}, {deadline.FeePaid, "2026-12-07 00:00:00"}},
			14,
		},
		"both from one day": {
			[]happening{{deadline.Asked, "2026-11-23 09:00:00"}, {deadline.HearingBegun, "2026-11-23 10:00:00"}},
			[]happening{{deadline.Answered, "2026-11-24 00:00:00"}, {deadline.HearingOver, "2026-12-03 00:00:00"}},
			10,
		},
		"three, with days between on which it ran": {
			[]happening{{deadline.Asked, "2026-11-23 09:00:00"}, {deadline.FeeDemanded, "2026-11-28 09:00:00"}, {deadline.HearingBegun, "2026-12-05 09:00:00"}},
			[]happening{{deadline.Answered, "2026-11-25 00:00:00"}, {deadline.FeePaid, "2026-12-01 00:00:00"}, {deadline.HearingOver, "2026-12-06 00:00:00"}},
			2 + 3 + 1,
		},
		"three, the one in the middle longest": {
			[]happening{{deadline.Asked, "2026-11-23 09:00:00"}, {deadline.FeeDemanded, "2026-11-24 09:00:00"}, {deadline.HearingBegun, "2026-11-30 09:00:00"}},
			[]happening{{deadline.Answered, "2026-11-25 00:00:00"}, {deadline.FeePaid, "2026-12-20 00:00:00"}, {deadline.HearingOver, "2026-12-02 00:00:00"}},
			27,
		},
		"over the turn of the year and of the month": {
			[]happening{{deadline.FeeDemanded, "2026-12-30 09:00:00"}, {deadline.Asked, "2027-01-30 09:00:00"}},
			[]happening{{deadline.FeePaid, "2027-02-02 00:00:00"}, {deadline.Answered, "2027-02-01 00:00:00"}},
			34,
		},
	} {
		for _, order := range orders(len(test.ends)) {
			timer := begin(t, rule, begun)
			for _, h := range test.begins {
				if !timer.Happened(h.event, osloAt(t, h.at)) {
					t.Errorf("%s: %s changes nothing", name, h.event)
				}
			}
			for i, n := range order {
				h := test.ends[n]
				if timer.State != deadline.Stopped || len(timer.Stops()) != len(order)-i {
					t.Errorf("%s: before %s it is %s by %q", name, h.event, timer.State, timer.StoppedBy)
				}
				if !timer.Happened(h.event, osloAt(t, h.at)) || timer.Happened(h.event, osloAt(t, h.at)) {
					t.Errorf("%s: %s does not happen once", name, h.event)
				}
				timer.Breaks = again(t, timer.Breaks)
			}
			if timer.State != deadline.Running || timer.StoppedBy != "" || timer.Breaks != nil {
				t.Errorf("%s: in the end %s by %q, %v", name, timer.State, timer.StoppedBy, timer.Breaks)
			}
			if want := date(t, falls).AddDays(test.more); timer.Falls() != want || timer.Paused != test.more {
				t.Errorf("%s, told in the order %v: falls on %s after %d days, want %s", name, order, timer.Falls(), timer.Paused, want)
			}
		}
	}
}

// again is what a list is after it was written and read.
func again(t *testing.T, list []deadline.Break) []deadline.Break {
	t.Helper()
	read, err := deadline.ParseBreaks(deadline.BreaksText(list))
	if diff := cmp.Diff(list, read); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
	return read
}

// orders are all the orders in which n things can come.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, rest := range orders(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(rest), at, n-1))
		}
	}
	return all
}

// What makes the application complete lets the whole limit run from the day it came, and
// what stood beside it counts from then alone.
func TestBreaks_completeBeforeTheHearingIsOver(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]happening{
		"the hearing is told first": {{deadline.HearingOver, "2026-12-04 00:00:00"}, {deadline.Complete, "2026-12-01 00:00:00"}},
		"and last":                  {{deadline.Complete, "2026-12-01 00:00:00"}, {deadline.HearingOver, "2026-12-04 00:00:00"}},
	} {
		timer := begin(t, "building.dispensation", "2026-11-20 08:00:00")
		timer.Happened(deadline.Incomplete, osloAt(t, "2026-11-23 09:00:00"))
		timer.Happened(deadline.HearingBegun, osloAt(t, "2026-11-24 09:00:00"))
		for _, h := range order {
			timer.Happened(h.event, osloAt(t, h.at))
		}
		if want := date(t, "2026-12-01").AddDays(12*7 + 3); timer.Falls() != want || timer.Paused != 3 || timer.State != deadline.Running {
			t.Errorf("%s: %v after %d days, want %s", name, timer, timer.Paused, want)
		}
	}
}

// A clock that an earlier release stopped tells what keeps it and from when it stands, no
// more; and one that such a release let go on leaves nothing behind.
func TestBreaks_ofAnEarlierRelease(t *testing.T) {
	t.Parallel()
	old := begin(t, "building.ordinary", "2026-11-20 08:00:00")
	old.State, old.StoppedOn, old.StoppedBy, old.Used = deadline.Stopped, date(t, "2026-11-23"), deadline.FeeDemanded+" "+deadline.Asked, 3
	want := []deadline.Break{{Event: deadline.FeeDemanded, From: old.StoppedOn}, {Event: deadline.Asked, From: old.StoppedOn}}
	if diff := cmp.Diff(want, old.Standing()); diff != "" {
		t.Error(diff)
	}
	old.Happened(deadline.FeePaid, osloAt(t, "2026-12-10 09:00:00"))
	old.Happened(deadline.Answered, osloAt(t, "2026-12-01 09:00:00"))
	if old.Falls() != date(t, "2027-02-12").AddDays(17) || old.State != deadline.Running {
		t.Errorf("%v", old)
	}
	gone := begin(t, "building.ordinary", "2026-11-20 08:00:00")
	gone.Breaks = []deadline.Break{{Event: deadline.FeeDemanded, From: date(t, "2026-11-21"), To: date(t, "2026-11-25")}, {Event: deadline.Asked, From: date(t, "2026-11-22")}}
	gone.Happened(deadline.Asked, osloAt(t, "2026-12-01 09:00:00"))
	gone.Happened(deadline.Answered, osloAt(t, "2026-12-03 09:00:00"))
	if gone.Paused != 2 || gone.State != deadline.Running {
		t.Errorf("%v stood %d days", gone, gone.Paused)
	}
}

func TestParseBreaks_refusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"asked", "asked/", "asked/2026-11-20/", "asked/2026-11-31", "asked/2026-11-20/x", "asked/2026-11-20/2026-11-21/2026-11-22", "pigeon/2026-11-20"} {
		if list, err := deadline.ParseBreaks(text); err == nil {
			t.Errorf("%q is %v", text, list)
		}
	}
	if list, err := deadline.ParseBreaks("  "); err != nil || list != nil {
		t.Errorf("nothing is %v, %v", list, err)
	}
	const text = "fee_demanded/2026-11-20/2026-11-24 hearing_begun/2026-11-22"
	list, err := deadline.ParseBreaks(text)
	if err != nil || deadline.BreaksText(list) != text || !strings.HasSuffix(text, list[1].String()) {
		t.Errorf("%v, %v", list, err)
	}
}
