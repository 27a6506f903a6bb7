package deadline_test

import (
	"strings"
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
		"administration.provisional_answer", "appeal.contest", "appeal.lodge", "appeal.prepare", "appeal.prepare_building",
		"building.conference", "building.conference_after_fire", "building.dispensation", "building.ordinary", "building.simple",
		"kindergarten.place", "notice.post",
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
		{"appeal.contest", "2026-11-20", "2026-12-11", "nothing"},
		{"appeal.prepare", "2026-11-20", "2027-01-15", "tell_head"},
		{"appeal.prepare_building", "2026-11-20", "2027-01-15", "tell_head"},
		{"notice.post", "2026-11-20", "2026-11-24", "tell_head"}, // from a Friday to a Tuesday
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
	day := date(t, "2026-11-22")
	var every []string
	for _, r := range shipped(t).All() {
		if r.Every && r.Applies(day) {
			every = append(every, r.Key+" from "+r.Starts)
		}
	}
	want := []string{
		"administration.provisional_answer from received", "appeal.contest from rejected", "appeal.lodge from told", "appeal.prepare from appealed",
		"appeal.prepare_building from appealed", "notice.post from queued",
	}
	if diff := cmp.Diff(want, every); diff != "" {
		t.Error(diff)
	}
}

// Eight weeks are the law only in building cases (SAK10 § 7-1); no matter has both
// rules, and none has neither.
func TestShipped_eightWeeksForAnAppealOnlyInBuildingCases(t *testing.T) {
	t.Parallel()
	building, other := rule(t, "appeal.prepare_building"), rule(t, "appeal.prepare")
	for _, kind := range []string{"building", "kindergarten", "nursing", "school", "anything"} {
		if want := kind == "building"; building.For(kind) != want || other.For(kind) == want {
			t.Errorf("%s: building %t, other %t", kind, building.For(kind), other.For(kind))
		}
	}
	if strings.Contains(other.Paragraph, "SAK10") || !strings.Contains(building.Paragraph, "SAK10") || other.Doubt == "" {
		t.Errorf("%q and %q", other.Paragraph, building.Paragraph)
	}
}

// Clocks of earlier releases are read with the rule they were begun with.
func TestShipped_keepsTheVersionsThatClocksRunBy(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"administration.provisional_answer", "appeal.lodge", "appeal.prepare"} {
		first, err := shipped(t).Version(key, 1)
		if err != nil || first.EachParty || first.Post.N != 0 || len(first.Except) != 0 {
			t.Errorf("%+v, %v", first, err)
		}
		newest := 2
		if key == "administration.provisional_answer" {
			newest = 3
		}
		if rule(t, key).Version != newest {
			t.Errorf("%s: version %d is begun now", key, rule(t, key).Version)
		}
	}
}

// A letter posted on a Thursday is reckoned to have reached her the Thursday after;
// what is told digitally the same instant.
func TestRule_aLetterTakesAsLongAsThePost(t *testing.T) {
	t.Parallel()
	r := rule(t, "appeal.lodge")
	for _, c := range []struct{ sent, letter string }{
		{"2026-11-19 15:00:00", "2026-11-26"}, // a Thursday
		{"2026-11-20 23:59:00", "2026-11-27"},
		{"2026-11-21 10:00:00", "2026-11-27"}, // a Saturday
		{"2026-12-22 10:00:00", "2026-12-30"}, // over Christmas
		{"2027-03-24 10:00:00", "2027-04-05"}, // over Easter
	} {
		sent := osloAt(t, c.sent)
		if got := r.Arrives(sent, true); clock.DateIn(got).String() != c.letter {
			t.Errorf("posted %s, there %v, want %s", c.sent, clock.DateIn(got), c.letter)
		}
		if got := r.Arrives(sent, false); !got.Equal(sent) {
			t.Errorf("told %s, there %v", c.sent, got)
		}
	}
	if got := rule(t, "notice.post").Arrives(osloAt(t, "2026-11-19 15:00:00"), true); clock.DateIn(got).String() != "2026-11-19" {
		t.Errorf("a rule without post: %v", got)
	}
}

func TestRule_settlesByWhenItBegins(t *testing.T) {
	t.Parallel()
	received, begins := date(t, "2025-06-01"), date(t, "2026-11-22")
	for key, want := range map[string]clock.Date{
		"administration.provisional_answer": received, "building.simple": received, "appeal.lodge": begins, "appeal.prepare": begins, "notice.post": begins,
	} {
		if got := rule(t, key).Settled(received, begins); got != want {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
}
