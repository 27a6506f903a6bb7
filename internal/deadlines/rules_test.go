package deadlines

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
)

func law(t *testing.T) *deadline.Set {
	t.Helper()
	set, err := deadline.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func rule(t *testing.T, key string) deadline.Rule {
	t.Helper()
	r, err := law(t).Version(key, 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRules_knowEveryConsequenceOfTheLaw(t *testing.T) {
	t.Parallel()
	if err := NewRules(law(t)).check(); err != nil {
		t.Error(err)
	}
	const strange = `[[rule]]
key = "a.b"
version = 1
paragraph = "§ 1"
text = "a.b"
binds = "party"
valid_from = "2020-01-01"
length = "1 day"
starts = "received"
meets = ["decided"]
passes = "sky_falls"
`
	set, err := deadline.Load(fstest.MapFS{"rules/a.toml": {Data: []byte(strange)}})
	if err != nil {
		t.Fatal(err)
	}
	rules := NewRules(set)
	if err := rules.check(); err == nil {
		t.Error("a consequence that nobody knows was taken")
	}
	rules.Consequence("sky_falls", Consequence{Text: "a.b"})
	if err := rules.check(); err != nil {
		t.Error(err)
	}
}

func TestRules_refuseWhatIsRegisteredTwice(t *testing.T) {
	t.Parallel()
	starter := func(cases.Case, identity.Person, map[string]any) []deadline.Start { return nil }
	for name, twice := range map[string]func(r *Rules){
		"a kind":         func(r *Rules) { r.Register("a", starter); r.Register("a", starter) },
		"a nil kind":     func(r *Rules) { r.Register("a", nil) },
		"a consequence":  func(r *Rules) { r.Consequence(DeemedGiven, Consequence{}) },
		"one without id": func(r *Rules) { r.Consequence("", Consequence{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was taken twice", name)
				}
			}()
			twice(NewRules(law(t)))
		}()
	}
}

func TestRules_everyCaseHasThose(t *testing.T) {
	t.Parallel()
	rules := NewRules(law(t))
	day := clock.NewDate(2026, 11, 22)
	for _, tt := range []struct {
		event, kind string
		want        []string
	}{
		{deadline.Received, "kindergarten", []string{"administration.provisional_answer/3"}},
		{deadline.Told, "kindergarten", []string{"appeal.lodge/2"}},
		{deadline.Rejected, "kindergarten", []string{"appeal.contest/1"}},
		{deadline.Appealed, "kindergarten", []string{"appeal.prepare/2"}},
		{deadline.Appealed, "building", []string{"appeal.prepare_building/1"}},
		{deadline.Queued, "building", []string{"notice.post/1"}},
		{deadline.Complete, "building", nil},
	} {
		list, err := rules.every(tt.event, tt.kind, day, day)
		var got []string
		for _, r := range list {
			got = append(got, fmt.Sprintf("%s/%d", r.Key, r.Version))
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s of %s: %v %s", tt.event, tt.kind, err, diff)
		}
	}
	before := clock.NewDate(1969, 12, 31)
	if got, err := rules.every(deadline.Received, "building", before, day); err != nil || got != nil {
		t.Errorf("before the law was there: %v, %v", got, err)
	}
	// What begins later follows the version of that day, however old the case is.
	got, err := rules.every(deadline.Appealed, "kindergarten", clock.NewDate(2025, 5, 1), day)
	if err != nil || len(got) != 1 || got[0].Version != 2 {
		t.Errorf("an appeal in an old case: %v, %v", got, err)
	}
}

// What happens to one party is nothing to the clocks of another, and nothing to those
// of the case when it is apart.
func TestAct_concerns(t *testing.T) {
	t.Parallel()
	prepare := Deadline{Timer: deadline.Timer{Rule: rule(t, "appeal.prepare")}}
	all := Deadline{Timer: deadline.Timer{Rule: rule(t, "appeal.lodge")}}
	kari, espen := all, all
	kari.Party, espen.Party = "kari", "espen"
	for _, tt := range []struct {
		act  Act
		want [4]bool // prepare, all, kari, espen
	}{
		{Act{}, [4]bool{true, true, true, true}},
		{Act{Party: "kari"}, [4]bool{true, false, true, false}},
		{Act{Party: "kari", Apart: true}, [4]bool{false, false, true, false}},
		{Act{Party: "espen", Apart: true}, [4]bool{false, false, false, true}},
	} {
		got := [4]bool{tt.act.concerns(prepare), tt.act.concerns(all), tt.act.concerns(kari), tt.act.concerns(espen)}
		if got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.act, got, tt.want)
		}
	}
}

// A party reads the case's clocks and her own, not those of the others; her own stands
// instead of one that all had together.
func TestOfParty_isHerOwn(t *testing.T) {
	t.Parallel()
	prepare, post := rule(t, "appeal.prepare"), rule(t, "notice.post")
	lodge := rule(t, "appeal.lodge")
	list := []Deadline{
		{ID: "prepare", Timer: deadline.Timer{Rule: prepare}},
		{ID: "all", Timer: deadline.Timer{Rule: lodge}},
		{ID: "kari", Party: "kari", Timer: deadline.Timer{Rule: lodge}},
		{ID: "espen", Party: "espen", Timer: deadline.Timer{Rule: lodge}},
		{ID: "post", Party: "espen", Timer: deadline.Timer{Rule: post}},
		{ID: "anew", Party: "kari", Timer: deadline.Timer{Rule: lodge}},
	}
	for party, want := range map[string]string{"kari": "prepare anew", "espen": "prepare espen post", "liv": "prepare all"} {
		var got []string
		for _, d := range ofParty(list, party) {
			got = append(got, d.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s reads %v, want %s", party, got, want)
		}
	}
}

// A consequence that no longer has a meaning is told to the head: a permit is not
// given to who was refused a moment ago.
func TestRules_consequenceFitsTheCaseAsItStands(t *testing.T) {
	t.Parallel()
	rules := NewRules(law(t))
	for _, tt := range []struct {
		rule   string
		status cases.Status
		want   cases.EntryKind
	}{
		{"building.simple", cases.Received, EntryGiven},
		{"building.simple", cases.InProgress, EntryGiven},
		{"building.simple", cases.Waiting, EntryGiven},
		{"building.simple", cases.Decided, EntryPassed},
		{"building.simple", cases.Withdrawn, EntryPassed},
		{"building.ordinary", cases.InProgress, EntryFee},
		{"building.ordinary", cases.Decided, EntryFee}, // decided and not yet sent
		{"building.ordinary", cases.Withdrawn, EntryPassed},
		{"administration.provisional_answer", cases.Received, EntryProvisional},
		{"administration.provisional_answer", cases.Closed, EntryPassed},
		{"kindergarten.place", cases.Received, EntryPassed},
		{"appeal.lodge", cases.Decided, ""},
	} {
		if got := rules.consequences[rules.of(rule(t, tt.rule), cases.Case{Status: tt.status})].Entry; got != tt.want {
			t.Errorf("%s of a case that is %s: %q, want %q", tt.rule, tt.status, got, tt.want)
		}
	}
}

func TestWindowOf_isByWhenItRunsOut(t *testing.T) {
	t.Parallel()
	today := clock.NewDate(2026, 11, 23)
	at := func(days int) deadline.Timer {
		return deadline.Timer{Rule: rule(t, "building.simple"), State: deadline.Running, Started: today, Due: today.AddDays(days)}
	}
	for days, want := range map[int]Window{
		-1: Passed, 0: ThisWeek, 6: ThisWeek, 7: NextWeek, 13: NextWeek, 14: Later, 100: Later,
	} {
		if got := windowOf(at(days), today); got != want {
			t.Errorf("in %d days: %s, want %s", days, got, want)
		}
	}
	standing, passed, over := at(1), at(3), at(2)
	standing.State, standing.StoppedOn = deadline.Stopped, today
	passed.State = deadline.PassedBy
	over.EndedOn = today
	if windowOf(standing, today) != Standing || windowOf(passed, today) != Passed || windowOf(over, today) != "" {
		t.Errorf("%s, %s, %s", windowOf(standing, today), windowOf(passed, today), windowOf(over, today))
	}
}

func TestStaffOf_areTheHeadsAndWhoHasTheCase(t *testing.T) {
	t.Parallel()
	today := clock.NewDate(2026, 11, 23)
	grant := func(person string, role access.Role, department string) access.Grant {
		return access.Grant{PersonID: person, Role: role, Department: department, From: today.AddDays(-10)}
	}
	ended, later := grant("gone", access.DepartmentHead, "d"), grant("soon", access.DepartmentHead, "d")
	ended.To, later.From = today.AddDays(-1), today.AddDays(1)
	all := []access.Grant{
		grant("head", access.DepartmentHead, "d"), grant("worker", access.CaseWorker, "d"), grant("other", access.DepartmentHead, "e"),
		grant("mayor", access.DepartmentHead, ""), ended, later,
	}
	for name, tt := range map[string]struct {
		c    cases.Case
		want []string
	}{
		"the department's": {cases.Case{Department: "d"}, []string{"head"}},
		"and who has it":   {cases.Case{Department: "d", Assignee: "worker"}, []string{"head", "worker"}},
		"each once":        {cases.Case{Department: "d", Assignee: "head"}, []string{"head"}},
		"else the whole's": {cases.Case{Department: "f"}, []string{"mayor"}},
	} {
		if diff := cmp.Diff(tt.want, staffOf(all, tt.c, today)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFilter_dropsWhatNoDeadlineHas(t *testing.T) {
	t.Parallel()
	id := ids.New()
	good := Filter{Window: ThisWeek, Rule: "building.simple", Kind: "kindergarten", Department: id, Assignee: "-", Offset: 50}
	if diff := cmp.Diff(good, good.tidy()); diff != "" {
		t.Error(diff)
	}
	bad := Filter{Window: "yesterday", Rule: "a b", Kind: "Æ'; --", Department: "x", Assignee: "me'", Offset: -1}
	if diff := cmp.Diff(Filter{}, bad.tidy()); diff != "" {
		t.Error(diff)
	}
}

func TestHeard_isWhatTheRulesListenTo(t *testing.T) {
	t.Parallel()
	for _, h := range []cases.Happening{
		cases.HappenedAsked, cases.HappenedAnswered, cases.HappenedDecided, cases.HappenedResponded,
		cases.HappenedWithdrawn, cases.HappenedReopened,
	} {
		if got := heard(h); got != string(h) {
			t.Errorf("%s is heard as %q", h, got)
		}
	}
	for _, h := range []cases.Happening{cases.HappenedNoted, cases.HappenedTold} {
		if got := heard(h); got != "" {
			t.Errorf("%s is heard as %q", h, got)
		}
	}
}
