package deadline_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

func shipped(t *testing.T) *deadline.Set {
	t.Helper()
	set, err := deadline.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func rule(t *testing.T, key string) deadline.Rule {
	t.Helper()
	r, err := shipped(t).On(key, clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestShipped_hasTheRulesOfTheLaw(t *testing.T) {
	t.Parallel()
	want := []string{
		"administration.provisional_answer", "appeal.lodge", "appeal.prepare",
		"building.conference", "building.conference_after_fire", "building.dispensation", "building.ordinary", "building.simple",
		"kindergarten.place",
	}
	if diff := cmp.Diff(want, shipped(t).Keys()); diff != "" {
		t.Error(diff)
	}
}

func TestShipped_lengthsAndConsequences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, start, due, passes string }{
		{"building.simple", "2026-11-20", "2026-12-11", "deemed_given"},
		{"building.ordinary", "2026-11-20", "2027-02-12", "fee_falls"},
		{"building.dispensation", "2026-11-20", "2027-02-12", "fee_falls"},
		{"building.conference", "2026-11-20", "2026-12-04", "tell_head"},
		{"building.conference_after_fire", "2026-11-20", "2026-11-25", "tell_head"},
		{"administration.provisional_answer", "2027-01-31", "2027-02-28", "provisional_answer"},
		{"appeal.lodge", "2026-11-20", "2026-12-11", "nothing"},
		{"appeal.prepare", "2026-11-20", "2027-01-15", "tell_head"},
	} {
		r := rule(t, c.key)
		due, ok := r.Due(date(t, c.start), deadline.About{})
		if !ok || due.String() != c.due || r.Passes != c.passes {
			t.Errorf("%s from %s: %v and then %s, want %s and %s", c.key, c.start, due, r.Passes, c.due, c.passes)
		}
	}
}

// The municipality's own limits are not put off by a holiday, the party's are.
func TestShipped_onlyThePartysLimitMovesFromHolidays(t *testing.T) {
	t.Parallel()
	for _, r := range shipped(t).All() {
		if r.Moves != (r.Binds == deadline.Party) {
			t.Errorf("%s binds the %s and moves: %v", r.Key, r.Binds, r.Moves)
		}
	}
	noon := func(day string) time.Time { return date(t, day).Start().Add(12 * time.Hour) }
	for _, c := range []struct{ key, start, falls string }{
		{"appeal.lodge", "2026-11-21", "2026-12-14"},    // Saturday
		{"appeal.lodge", "2026-03-12", "2026-04-07"},    // Maundy Thursday
		{"appeal.lodge", "2027-04-26", "2027-05-18"},    // Whit Monday and 17 May
		{"appeal.lodge", "2026-12-03", "2026-12-24"},    // Christmas Eve
		{"appeal.lodge", "2026-12-04", "2026-12-28"},    // Christmas Day
		{"building.simple", "2026-03-12", "2026-04-02"}, // Maundy Thursday all the same
	} {
		timer, ok := deadline.Begin(rule(t, c.key), noon(c.start), deadline.About{})
		if !ok || timer.Falls().String() != c.falls {
			t.Errorf("%s from %s falls %v, want %s", c.key, c.start, timer.Falls(), c.falls)
		}
	}
}

func TestShipped_appealEndsOnAWorkingDayOverTheYears(t *testing.T) {
	t.Parallel()
	r := rule(t, "appeal.lodge")
	for day := date(t, "2020-01-01"); day.Year < 2041; day = day.AddDays(1) {
		timer, _ := deadline.Begin(r, day.Start(), deadline.About{})
		if falls := timer.Falls(); !deadline.IsWorkingDay(falls) || falls.Before(day.AddDays(21)) || day.AddDays(21).DaysUntil(falls) > 5 {
			t.Fatalf("notice on %v, last day %v", day, falls)
		}
	}
}

// barnehageloven § 16, for children born on the days around the edges of every
// year's admission.
func TestShipped_kindergartenByTheMonthTheChildTurnsOne(t *testing.T) {
	t.Parallel()
	r := rule(t, "kindergarten.place")
	for year := 2020; year <= 2040; year++ {
		for _, c := range []struct {
			month    time.Month
			day      int
			yearsOld int
			want     clock.Date
		}{
			{time.August, 31, 1, clock.NewDate(year, 8, 31)},
			{time.January, 1, 1, clock.NewDate(year, 8, 31)},
			{time.December, 31, 2, clock.NewDate(year, 8, 31)},
			{time.June, 15, 4, clock.NewDate(year, 8, 31)}, // an older child keeps the right
			{time.September, 1, 1, clock.NewDate(year, 9, 30)},
			{time.September, 30, 1, clock.NewDate(year, 9, 30)},
			{time.October, 1, 1, clock.NewDate(year, 10, 31)},
			{time.October, 31, 1, clock.NewDate(year, 10, 31)},
			{time.November, 1, 1, clock.NewDate(year, 11, 30)},
			{time.November, 30, 1, clock.NewDate(year, 11, 30)},
			{time.December, 1, 1, clock.Date{}},
			{time.March, 1, 0, clock.Date{}},
		} {
			born := clock.NewDate(year-c.yearsOld, c.month, c.day)
			due, ok := r.Due(clock.NewDate(year, 2, 27), deadline.About{Born: born})
			if due != c.want || ok == c.want.IsZero() {
				t.Errorf("born %v, admission %d: %v, want %v", born, year, due, c.want)
			}
		}
	}
}

func TestShipped_kindergartenYearMayBeTheNext(t *testing.T) {
	t.Parallel()
	r, born := rule(t, "kindergarten.place"), date(t, "2026-06-01")
	applied := date(t, "2026-11-22")
	if due, ok := r.Due(applied, deadline.About{Born: born}); ok {
		t.Errorf("a child of five months has a right by %v", due)
	}
	due, ok := r.Due(applied, deadline.About{Born: born, Year: 2027})
	if !ok || due.String() != "2027-08-31" {
		t.Errorf("in the admission of 2027: %v, %v", due, ok)
	}
	if _, ok := r.Due(applied, deadline.About{}); ok {
		t.Error("a child whose birth is not known has a last day")
	}
}

func TestEach_fallsByAQuarterToNothing(t *testing.T) {
	t.Parallel()
	each := rule(t, "building.ordinary").Each
	var got []int
	for n := range each.Steps() + 2 {
		got = append(got, each.At(n))
	}
	if diff := cmp.Diff([]int{0, 25, 50, 75, 100, 100}, got); diff != "" {
		t.Error(diff)
	}
	if steps := (deadline.Each{Percent: 30, Most: 100}).Steps(); steps != 4 {
		t.Errorf("30 %% takes %d weeks", steps)
	}
	if steps := (deadline.Each{}).Steps(); steps != 1 {
		t.Errorf("what does not grow happens %d times", steps)
	}
}

const twoVersions = `
[[rule]]
key = "a.b"
version = 1
paragraph = "§ 1"
text = "deadlines.rule.a"
binds = "municipality"
valid_from = "2010-01-01"
valid_to = "2026-12-31"
length = "3 weeks"
starts = "received"
meets = ["decided"]
passes = "tell_head"

[[rule]]
key = "a.b"
version = 2
paragraph = "§ 2"
text = "deadlines.rule.a"
binds = "municipality"
valid_from = "2027-01-01"
length = "2 weeks"
starts = "received"
meets = ["decided"]
passes = "tell_head"
`

func load(t *testing.T, text string) *deadline.Set {
	t.Helper()
	set, err := deadline.Load(fstest.MapFS{"rules/a.toml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestSet_versionIsThatOfTheDayTheMatterCameIn(t *testing.T) {
	t.Parallel()
	set := load(t, twoVersions)
	for day, want := range map[string]int{"2010-01-01": 1, "2026-12-31": 1, "2027-01-01": 2, "2040-01-01": 2} {
		r, err := set.On("a.b", date(t, day))
		if err != nil || r.Version != want {
			t.Errorf("%s: version %d, %v; want %d", day, r.Version, err, want)
		}
		again, err := set.Version("a.b", want)
		if err != nil || again.Paragraph != r.Paragraph {
			t.Errorf("version %d comes back as %v, %v", want, again, err)
		}
	}
	if _, err := set.On("a.b", date(t, "2009-12-31")); err == nil {
		t.Error("a rule is valid before its first day")
	}
	if _, err := set.On("a.c", date(t, "2026-01-01")); err == nil {
		t.Error("a rule that is not there is valid")
	}
	for _, n := range []int{-1, 0, 3} {
		if _, err := set.Version("a.b", n); err == nil {
			t.Errorf("there is a version %d", n)
		}
	}
}

func TestSet_municipalityMayHaveRulesOfItsOwn(t *testing.T) {
	t.Parallel()
	mine := load(t, twoVersions)
	faster, err := deadline.Parse([]byte(twoVersions))
	if err != nil {
		t.Fatal(err)
	}
	faster = faster[:1]
	faster[0].Length.N, faster[0].To = 1, clock.Date{}
	other, err := deadline.NewSet(faster...)
	if err != nil {
		t.Fatal(err)
	}
	both := mine.Overlay(other)
	if r, err := both.On("a.b", date(t, "2027-06-01")); err != nil || r.Length.N != 1 {
		t.Errorf("the municipality's rule: %v, %v", r, err)
	}
	if r, err := mine.On("a.b", date(t, "2027-06-01")); err != nil || r.Length.N != 2 {
		t.Errorf("the law's own rule was changed: %v, %v", r, err)
	}
}

func TestNewSet_refusesVersionsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func([]deadline.Rule){
		"a gap":             func(r []deadline.Rule) { r[1].Version = 3 },
		"twice the same":    func(r []deadline.Rule) { r[1].Version = 1 },
		"the first is open": func(r []deadline.Rule) { r[0].To = clock.Date{} },
		"they overlap":      func(r []deadline.Rule) { r[1].From = r[0].To },
	} {
		rules, err := deadline.Parse([]byte(twoVersions))
		if err != nil {
			t.Fatal(err)
		}
		change(rules)
		if _, err := deadline.NewSet(rules...); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestRule_listensOnlyToWhatItNames(t *testing.T) {
	t.Parallel()
	r := rule(t, "building.simple")
	for _, event := range deadline.Events() {
		want := map[string]bool{
			"complete": true, "told": true, "withdrawn": true, "asked": true, "answered": true,
			"fee_demanded": true, "fee_paid": true, "incomplete": true,
		}[event]
		if got := r.Listens(event); got != want {
			t.Errorf("%s: %v", event, got)
		}
	}
}

func TestShipped_everyMatterHasAProvisionalAnswerAndAnAppeal(t *testing.T) {
	t.Parallel()
	var every []string
	for _, r := range shipped(t).All() {
		if r.Every {
			every = append(every, r.Key+" from "+r.Starts)
		}
	}
	want := []string{"administration.provisional_answer from received", "appeal.lodge from told", "appeal.prepare from appealed"}
	if diff := cmp.Diff(want, every); diff != "" {
		t.Error(diff)
	}
}
