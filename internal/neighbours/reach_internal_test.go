package neighbours

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Each has her own deadline as soon as she is notified; that of all is known when all are.
func TestReachOf_knowsTheLastDayWhenAllAreNotified(t *testing.T) {
	t.Parallel()
	n := Notice{State: Sent, SentAt: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	day := clock.NewDate(2026, time.November, 23)
	torg := func(on clock.Date, a Answer) Line {
		l := Line{Recipient: Recipient{Way: ByTorg, Answer: a, AnsweredAt: n.SentAt}, Standing: Underway, SentOn: on}
		if !on.IsZero() {
			l.Standing, l.Until = SentOut, Deadline(on)
		}
		return l
	}
	hand := func(on clock.Date) Line { return lineOf(n, Recipient{Way: ByHand, DeliveredOn: on}, nil) }
	none := clock.Date{}
	for name, test := range map[string]struct {
		list []Line
		want Reach
	}{
		"nobody":                     {nil, Reach{}},
		"all on one day":             {[]Line{torg(day, ""), torg(day, Remarks)}, Reach{All: 2, From: day.AddDays(14), To: day.AddDays(14), Last: day.AddDays(14)}},
		"one letter later":           {[]Line{torg(day, ""), torg(day.AddDays(3), "")}, Reach{All: 2, From: day.AddDays(14), To: day.AddDays(17), Last: day.AddDays(17)}},
		"one letter not posted":      {[]Line{torg(day, ""), torg(none, "")}, Reach{All: 2, Waiting: 1, From: day.AddDays(14), To: day.AddDays(14)}},
		"not posted, and answered":   {[]Line{torg(day, ""), torg(none, NoRemarks)}, Reach{All: 2, From: day.AddDays(14), To: day.AddDays(14), Last: day.AddDays(14)}},
		"one to bring":               {[]Line{torg(day, ""), hand(none)}, Reach{All: 2, Hand: 1, From: day.AddDays(14), To: day.AddDays(14)}},
		"one brought":                {[]Line{torg(day, ""), hand(day.AddDays(5))}, Reach{All: 2, From: day.AddDays(14), To: day.AddDays(19), Last: day.AddDays(19)}},
		"only those to bring":        {[]Line{hand(day), hand(none)}, Reach{All: 2, Hand: 1, From: day.AddDays(14), To: day.AddDays(14)}},
		"before it is sent, nothing": {[]Line{{Recipient: Recipient{Way: ByTorg}, Standing: Listed}}, Reach{All: 1}},
	} {
		list := together(test.list)
		if diff := cmp.Diff(test.want, reachOf(list)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, l := range list {
			if on := l.SentOn; on.IsZero() != l.Until.IsZero() || !on.IsZero() && l.Until != Deadline(on) {
				t.Errorf("%s: sent %s, her own deadline %s", name, on, l.Until)
			}
			if l.Way == ByTorg && test.want.Waiting > 0 && (!l.Common.IsZero() || l.late(day.AddDays(90))) {
				t.Errorf("%s: somebody is late while a letter waits", name)
			}
		}
	}
}

// A neighbour whose two weeks are over is in time as long as others have theirs.
func TestHeard_isOverBeforeItIsLate(t *testing.T) {
	t.Parallel()
	day := clock.NewDate(2026, time.December, 7)
	for name, test := range map[string]struct {
		common, today clock.Date
		over, late    bool
	}{
		"on the last day":               {day, day, false, false},
		"the day after, all alike":      {day, day.AddDays(1), false, true},
		"the day after, others have on": {day.AddDays(3), day.AddDays(1), true, false},
		"when theirs is over, too":      {day.AddDays(3), day.AddDays(4), false, true},
		"a letter is not posted":        {clock.Date{}, day.AddDays(60), true, false},
	} {
		h := Heard{Line: Line{Recipient: Recipient{Until: day}, Common: test.common}, Today: test.today}
		if h.Over() != test.over || h.Late() != test.late {
			t.Errorf("%s: over %t, late %t", name, h.Over(), h.Late())
		}
	}
}

// What the developer must do is said to her, and about her to everybody else.
func TestSpoken_isToTheDeveloperOrAboutHer(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("neighbours", Messages()); err != nil {
		t.Fatal(err)
	}
	for lang, speaks := range map[i18n.Lang][2]string{i18n.NB: {"Du ", "økeren"}, i18n.NN: {"Du ", "økjaren"}, i18n.EN: {"You ", "developer"}} {
		words := bundle.For(lang)
		yours := Line{Standing: Yours}
		for _, kind := range []Kind{Estate, Unknown, Nameless, Ward, Person, Organisation} {
			r := Recipient{Kind: kind, Way: ByHand}
			if own, other := wayText(words, r, true), wayText(words, r, false); !strings.Contains(own, speaks[0]) || strings.Contains(other, speaks[0]) || !strings.Contains(other, speaks[1]) {
				t.Errorf("%s %s: %q and %q", lang, kind, own, other)
			}
		}
		own, other := standingTag(words, yours, true).Label, standingTag(words, yours, false).Label
		if !strings.HasPrefix(own, speaks[0]) || strings.Contains(other, speaks[0]) || !strings.Contains(other, speaks[1]) {
			t.Errorf("%s: %q and %q", lang, own, other)
		}
		if day := dayText(words, clock.Date{}, yours, false); !strings.Contains(day, speaks[1]) {
			t.Errorf("%s: the receipt says %q", lang, day)
		}
		for _, cell := range receiptTable(words, []Line{yours}).Rows[0] {
			if strings.Contains(cell[0].Text, speaks[0]) {
				t.Errorf("%s: the receipt says %v", lang, cell)
			}
		}
	}
}

func TestUnknown_isWhereOthersConsent(t *testing.T) {
	t.Parallel()
	nameless := func(a Answer, opposite bool) Line {
		return Line{Recipient: Recipient{Kind: Nameless, Way: ByHand, Answer: a, Opposite: opposite, Properties: []string{"1/2"}}}
	}
	other := func(a Answer, property string) Line {
		return Line{Recipient: Recipient{Kind: Person, Answer: a, Properties: []string{property}}}
	}
	for name, test := range map[string]struct {
		list []Line
		want string
	}{
		"nobody":                      {nil, ""},
		"the others consent":          {[]Line{other(Consents, "1/2"), nameless("", false)}, "1/2"},
		"the others say nothing":      {[]Line{other("", "1/2"), nameless("", false)}, ""},
		"another property consents":   {[]Line{other(Consents, "1/3"), nameless("", false)}, ""},
		"found, and consents, too":    {[]Line{other(Consents, "1/2"), nameless(Consents, false)}, ""},
		"across the road is no close": {[]Line{other(Consents, "1/2"), nameless("", true)}, ""},
	} {
		if got := strings.Join(View{Lines: test.list}.unknown(), " "); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
