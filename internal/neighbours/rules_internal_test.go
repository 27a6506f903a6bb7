package neighbours

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func TestDeadline_isTheFourteenthDayAfter(t *testing.T) {
	t.Parallel()
	for sent, want := range map[clock.Date]clock.Date{
		clock.NewDate(2026, time.November, 23): clock.NewDate(2026, time.December, 7),
		clock.NewDate(2026, time.December, 24): clock.NewDate(2027, time.January, 7),
		clock.NewDate(2028, time.February, 20): clock.NewDate(2028, time.March, 5),
		clock.NewDate(2027, time.March, 27):    clock.NewDate(2027, time.April, 10), // summer time begins between them
	} {
		if got := Deadline(sent); got != want {
			t.Errorf("sent %s: %s, want %s", sent, got, want)
		}
	}
}

// simple is what a list of recipients is compared by.
type simple struct {
	Name, Property string
	Kind           Kind
	Way            Way
	Opposite       bool
	Lines          int
}

func simplify(list []Recipient) (all []simple) {
	for _, r := range list {
		all = append(all, simple{r.About.Name, r.Property(), r.Kind, r.Way, r.Opposite, len(r.About.Lines)})
	}
	return all
}

func TestRecipientsOf(t *testing.T) {
	t.Parallel()
	home := []string{"Storgata 1", "3700 Skien"}
	owner := func(number, name string) Owner { return Owner{Number: number, Name: name, Lines: home} }
	for _, test := range []struct {
		name   string
		around []Place
		owners map[string][]Owner
		want   []simple
	}{
		{"nobody", nil, nil, nil},
		{
			"an owner of two is notified once, of both",
			[]Place{{Ref: "1/2"}, {Ref: "1/3", Opposite: true}},
			map[string][]Owner{"1/2": {owner("1", "Kari")}, "1/3": {owner("1", "Kari")}},
			[]simple{{"Kari", "1/2, 1/3", Person, ByTorg, false, 0}},
		},
		{
			"co-owners each",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {owner("1", "Kari"), owner("2", "Per")}},
			[]simple{{"Kari", "1/2", Person, ByTorg, false, 0}, {"Per", "1/2", Person, ByTorg, false, 0}},
		},
		{
			"the developer's own ownership is left out, not her co-owner's",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {owner("self", "Developer"), owner("2", "Per")}},
			[]simple{{"Per", "1/2", Person, ByTorg, false, 0}},
		},
		{
			"those opposite stand last",
			[]Place{{Ref: "1/9", Opposite: true}, {Ref: "1/2"}},
			map[string][]Owner{"1/9": {owner("9", "Ola")}, "1/2": {owner("2", "Per")}},
			[]simple{{"Per", "1/2", Person, ByTorg, false, 0}, {"Ola", "1/9", Person, ByTorg, true, 0}},
		},
		{
			"the dead, by the developer, with the address she then needs",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {{Number: "3", Name: "Gamle Per", Deceased: true, Lines: home}}},
			[]simple{{"Gamle Per", "1/2", Estate, ByHand, false, 2}},
		},
		{
			"without a number",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {{Name: "John Smith", Lines: home}}},
			[]simple{{"John Smith", "1/2", Unknown, ByHand, false, 2}},
		},
		{
			"nobody's protected address is kept, dead or without a number",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {{Number: "3", Name: "A", Deceased: true, Protected: true, Lines: home}, {Name: "B", Protected: true, Lines: home}, {Number: "4", Name: "C", Protected: true, Lines: home}}},
			[]simple{{"A", "1/2", Estate, ByHand, false, 0}, {"B", "1/2", Unknown, ByHand, false, 0}, {"C", "1/2", Person, ByTorg, false, 0}},
		},
		{
			"flats that are sections",
			[]Place{{Ref: "1/2", Sections: []string{"1/2/0/1", "1/2/0/2"}}},
			map[string][]Owner{"1/2/0/1": {owner("1", "Kari")}, "1/2/0/2": {owner("2", "Per"), owner("1", "Kari")}},
			[]simple{{"Kari", "1/2", Person, ByTorg, false, 0}, {"Per", "1/2", Person, ByTorg, false, 0}},
		},
		{
			"a housing association that owns the ground, not those who live there",
			[]Place{{Ref: "1/2", Sections: []string{"1/2/0/1"}}},
			map[string][]Owner{"1/2": {{Organisation: "810000007", Name: "Fjordgløtt borettslag", Lines: home}}, "1/2/0/1": {owner("1", "Kari")}},
			[]simple{{"Fjordgløtt borettslag", "1/2", Organisation, ByTorg, false, 2}},
		},
		{
			"an owner of whom nothing is told, once for each property, beside the others",
			[]Place{{Ref: "1/2"}, {Ref: "1/3", Opposite: true}},
			map[string][]Owner{"1/2": {owner("1", "Kari"), {}, {Name: "  "}}, "1/3": {{}}},
			[]simple{{"Kari", "1/2", Person, ByTorg, false, 0}, {"", "1/2", Nameless, ByHand, false, 0}, {"", "1/3", Nameless, ByHand, true, 0}},
		},
		{
			"one who stands with two numbers is one",
			[]Place{{Ref: "1/2"}, {Ref: "1/3"}},
			map[string][]Owner{"1/2": {{Person: "p", Number: "1", Name: "Kari"}}, "1/3": {{Person: "p", Number: "2", Name: "Kari Nes"}}},
			[]simple{{"Kari", "1/2, 1/3", Person, ByTorg, false, 0}},
		},
		{
			"the developer under her former number",
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {{Person: "her", Number: "1", Name: "Kari"}, owner("2", "Per")}},
			[]simple{{"Per", "1/2", Person, ByTorg, false, 0}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := recipientsOf(test.around, test.owners, "self", personKey("her"))
			if diff := cmp.Diff(test.want, simplify(got)); diff != "" {
				t.Error(diff)
			}
			for i := range got {
				if i > 0 && got[i].ID <= got[i-1].ID {
					t.Error("the ids are not in the order of the list")
				}
			}
		})
	}
}

// A protected neighbour is indistinguishable from any other on what the developer is
// shown, before the notice is sent and after.
func TestVeil_tellsNothingOfProtection(t *testing.T) {
	t.Parallel()
	around := []Place{{Ref: "1/2"}}
	open := recipientsOf(around, map[string][]Owner{"1/2": {{Number: "1", Name: "N", Lines: []string{"Storgata 1"}}}}, "")[0]
	hidden := recipientsOf(around, map[string][]Owner{"1/2": {{Number: "2", Name: "M", Protected: true}}}, "")[0]
	if !hidden.About.Protected || open.About.Protected {
		t.Error("who is protected is not kept")
	}
	open.ID, hidden.ID = "", ""
	for _, n := range []Notice{{State: Draft}, {State: Sent}} {
		for _, way := range []Way{ByTorg, ByHand} { // also when a letter has come back
			open.Way, hidden.Way = way, way
			if diff := cmp.Diff(veil(n, open), veil(n, hidden), cmp.AllowUnexported(Recipient{})); diff != "" {
				t.Errorf("%s by %s: %s", n.State, way, diff)
			}
			if name := nameOf(words(t), veil(n, hidden)); name != "Eier av 1/2" {
				t.Errorf("%s by %s: %s", n.State, way, name)
			}
		}
	}
	if nameOf(words(t), hidden) != "Eier med skjermet adresse, 1/2" || nameOf(words(t), open) != "N" {
		t.Error("the staff are told the name of who is protected, or not that of who is not")
	}
}

func TestVeil_namesWhomTheDeveloperMustNotifyOnceItIsSent(t *testing.T) {
	t.Parallel()
	for kind, want := range map[Kind]string{Estate: "Dødsboet etter Per", Unknown: "Per", Organisation: "Per", Person: "Eier av 1/2", Ward: "Vergen til eieren av 1/2"} {
		r := Recipient{Kind: kind, Way: ByHand, Properties: []string{"1/2"}, About: About{Name: "Per", Lines: []string{"Storgata 1"}}}
		if got := nameOf(words(t), veil(Notice{State: Sent}, r)); got != want {
			t.Errorf("%s: %s", kind, got)
		}
		before := veil(Notice{State: Draft}, r)
		if name := nameOf(words(t), before); strings.HasSuffix(name, "Per") || len(before.About.Lines) != 0 {
			t.Errorf("%s is told before it is sent: %s", kind, name)
		}
		r.About.Protected = true
		if hidden := veil(Notice{State: Sent}, r); strings.Contains(nameOf(words(t), hidden), "Per") || len(hidden.About.Lines) != 0 {
			t.Errorf("%s: a protected one is told", kind)
		}
	}
}

// One day and one deadline for all, the latest, whoever has read it and whoever waits
// for a letter.
func TestVeiled_isAlikeForAll(t *testing.T) {
	t.Parallel()
	n, first, last := Notice{State: Sent}, clock.NewDate(2026, time.November, 23), clock.NewDate(2026, time.November, 26)
	list := func(third clock.Date) []Line {
		line := func(s Standing, on clock.Date, a Answer) Line {
			return Line{Recipient: Recipient{Way: ByTorg, Kind: Person, Answer: a, AnsweredAt: first.Start()}, Standing: s, SentOn: on}
		}
		return together([]Line{
			line(Delivered, first, ""), line(SentOut, first, ""), line(Underway, third, ""), line(Answered, first, Remarks), line(Answered, clock.Date{}, NoRemarks),
			{Recipient: Recipient{Way: ByHand, Kind: Estate}, Standing: Yours},
		})
	}
	for _, test := range []struct {
		third, sent, until clock.Date
		standing           Standing
	}{{clock.Date{}, clock.Date{}, clock.Date{}, Underway}, {last, last, last.AddDays(14), SentOut}} {
		shown := veiled(n, list(test.third))
		for i, l := range shown[:5] {
			if l.SentOn != test.sent || l.Until != test.until || l.Common != test.until || (l.Answer == "" && l.Standing != test.standing) {
				t.Errorf("%d: %s, sent %s, until %s", i, l.Standing, l.SentOn, l.Until)
			}
		}
		if l := shown[5]; l.Standing != Yours || !l.Until.IsZero() {
			t.Errorf("by hand: %+v", l)
		}
	}
}

func TestRunning_waitsForTheLastLetter(t *testing.T) {
	t.Parallel()
	sent := clock.NewDate(2026, time.November, 23)
	n := Notice{State: Sent, SentAt: sent.Start()}
	waits := Line{Recipient: Recipient{Way: ByTorg}, Standing: Underway}
	out := Line{Recipient: Recipient{Way: ByTorg, Until: sent.AddDays(14)}, Standing: SentOut}
	brought := Line{Recipient: Recipient{Way: ByHand, Until: sent.AddDays(40)}, Standing: Delivered}
	for _, test := range []struct {
		list []Line
		days int
		want bool
	}{
		{[]Line{{Recipient: Recipient{Way: ByTorg, Until: sent.AddDays(14)}, Common: sent.AddDays(17)}}, 17, true},
		{nil, 0, false},
		{[]Line{out}, 14, true},
		{[]Line{out}, 15, false},
		{[]Line{out, waits}, 60, true},
		{[]Line{out, waits}, 400, false},
		{[]Line{out, brought}, 40, true},
		{[]Line{out, brought}, 41, false},
	} {
		if got := n.running(test.list, sent.AddDays(test.days)); got != test.want {
			t.Errorf("%d lines after %d days: %t", len(test.list), test.days, got)
		}
	}
}

func TestGround_knowsItsOwners(t *testing.T) {
	t.Parallel()
	g := ground{
		places: []Place{{Ref: "1/2"}, {Ref: "1/3", Sections: []string{"1/3/0/1"}}},
		owners: map[string][]Owner{"1/2": {{Number: "1", Person: "p"}, {Organisation: "9"}, {}}, "1/3/0/1": {{Number: "2"}, {Name: "Uten nummer"}, {Number: "7", Person: "p"}}},
	}
	for _, test := range []struct {
		numbers   []string
		all, some bool
	}{{nil, false, false}, {[]string{""}, false, false}, {[]string{"1"}, false, true}, {[]string{"1", "2"}, true, true}, {[]string{"9"}, false, true}, {[]string{"3"}, false, false}, {[]string{personKey("p")}, true, true}, {[]string{personKey("")}, false, false}, {[]string{"name uten nummer"}, false, false}} {
		if all, some := g.ownedBy(test.numbers); all != test.all || some != test.some {
			t.Errorf("%v: %t, %t", test.numbers, all, some)
		}
	}
	if all, some := (ground{}).ownedBy([]string{"1"}); all || some {
		t.Error("somebody owns nothing at all")
	}
}

func TestCode_isTypedFromALetter(t *testing.T) {
	t.Parallel()
	code := newCode()
	if len(code) != 23 || strings.Count(code, "-") != 3 || tidyCode(code) != strings.ReplaceAll(code, "-", "") {
		t.Fatalf("code %q", code)
	}
	bare := "OIBAAAAAAAAAAAAAAAAA"
	for typed, want := range map[string]string{
		bare: bare, "0IBaa-aaaaa aaaaa\u00a0aaaaa": bare, "018AA-AAAAA-AAAAA-AAAAA": bare,
		"": "", "ABC": "", bare + "A": "", "ÆIBAAAAAAAAAAAAAAAAA": "", "9IBAAAAAAAAAAAAAAAAA": "", strings.Repeat("-", 500): "", "../../etc/passwd": "",
	} {
		if got := tidyCode(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if digestOf(code) != digestOf(strings.ToLower(code)) || digestOf(code) == digestOf(newCode()) || strings.Contains(digestOf(code), tidyCode(code)) {
		t.Error("the digest does not know its code again")
	}
}

func FuzzTidyCode(f *testing.F) {
	f.Add("ABCDE-FGHIJ-KLMNO-PQRST")
	f.Add("018")
	f.Fuzz(func(t *testing.T, typed string) {
		code := tidyCode(typed)
		if code != "" && (len(code) != codeLength || tidyCode(code) != code) {
			t.Errorf("%q gives %q", typed, code)
		}
	})
}

func TestMisses_stopWhoeverTriesCodes(t *testing.T) {
	t.Parallel()
	m, now := &misses{}, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for i := range missesAllowed {
		if wait := m.blocked("a", now); wait != 0 {
			t.Fatalf("after %d: %s", i, wait)
		}
		m.add("a", now.Add(time.Duration(i)*time.Second))
	}
	if wait := m.blocked("a", now.Add(10*time.Second)); wait <= 0 || wait > missesWithin {
		t.Errorf("the eleventh waits %s", wait)
	}
	if wait := m.blocked("b", now); wait != 0 {
		t.Errorf("another address waits %s", wait)
	}
	if wait := m.blocked("a", now.Add(missesWithin+time.Minute)); wait != 0 {
		t.Errorf("it still waits %s after the time", wait)
	}
	for i := range missesKept + 5 {
		m.add("x"+strconv.Itoa(i), now)
	}
	if len(m.at) > missesKept {
		t.Errorf("%d addresses are remembered", len(m.at))
	}
}

func TestLineOf_reckonsFromWhenItWasSent(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC) // 23.30 in Norway
	day := clock.NewDate(2026, time.November, 23)
	notice := Notice{State: Sent, SentAt: sent}
	at := func(d int) time.Time { return sent.AddDate(0, 0, d) }
	step := func(c notify.Channel, s notify.State, handed time.Time) notify.Step {
		return notify.Step{Delivery: notify.Delivery{Channel: c, State: s, CreatedAt: sent, HandedOverAt: handed}}
	}
	for _, test := range []struct {
		name     string
		r        Recipient
		p        *notify.Proof
		standing Standing
		on       clock.Date
	}{
		{"no trace, and nothing was written down", Recipient{Way: ByTorg}, nil, Underway, clock.Date{}},
		{"no trace any more of a letter that was posted after two days", Recipient{Way: ByTorg, Until: day.AddDays(16)}, nil, SentOut, day.AddDays(2)},
		{"own page only", Recipient{Way: ByTorg}, &notify.Proof{CreatedAt: sent}, SentOut, day},
		{"e-mail handed over", Recipient{Way: ByTorg}, &notify.Proof{Steps: []notify.Step{step(notify.Email, notify.HandedOver, sent)}}, SentOut, day},
		{"waits for the register", Recipient{Way: ByTorg}, &notify.Proof{Waiting: true}, Underway, clock.Date{}},
		{"a letter that is not posted", Recipient{Way: ByTorg}, &notify.Proof{Steps: []notify.Step{step(notify.Letter, notify.Waiting, time.Time{})}}, Underway, clock.Date{}},
		{"a letter posted three days later", Recipient{Way: ByTorg}, &notify.Proof{Steps: []notify.Step{step(notify.Letter, notify.HandedOver, at(3))}}, SentOut, day.AddDays(3)},
		{
			"an e-mail that came back, then a letter",
			Recipient{Way: ByTorg},
			&notify.Proof{Steps: []notify.Step{step(notify.Email, notify.Bounced, sent), step(notify.Letter, notify.HandedOver, at(2))}}, SentOut, day.AddDays(2),
		},
		{"read on the page before the letter went", Recipient{Way: ByTorg}, &notify.Proof{SeenAt: at(1), Steps: []notify.Step{step(notify.Letter, notify.Waiting, time.Time{})}}, Delivered, day.AddDays(1)},
		{"not brought yet", Recipient{Way: ByHand}, nil, Yours, clock.Date{}},
		{"brought", Recipient{Way: ByHand, DeliveredOn: day.AddDays(4)}, nil, Delivered, day.AddDays(4)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := lineOf(notice, test.r, test.p)
			if l.Standing != test.standing || l.SentOn != test.on {
				t.Errorf("%s on %s, want %s on %s", l.Standing, l.SentOn, test.standing, test.on)
			}
			if want := test.on; want.IsZero() != l.Until.IsZero() || !want.IsZero() && l.Until != Deadline(want) {
				t.Errorf("until %s", l.Until)
			}
		})
	}
	if l := lineOf(Notice{State: Draft}, Recipient{Way: ByTorg}, nil); l.Standing != Listed {
		t.Errorf("before it is sent: %s", l.Standing)
	}
	if l := lineOf(notice, Recipient{Way: ByTorg, Answer: NoRemarks}, nil); l.Standing != Answered {
		t.Errorf("answered: %s", l.Standing)
	}
}

func TestMayChange_untilTheDeadline(t *testing.T) {
	t.Parallel()
	until := clock.NewDate(2026, time.December, 7)
	line := func(a Answer, late bool) Line {
		return Line{Recipient: Recipient{Answer: a, Late: late, Until: until.AddDays(-9)}, Common: until}
	}
	for _, test := range []struct {
		name  string
		l     Line
		today clock.Date
		may   bool
	}{
		{"first answer", line("", false), until, true},
		{"changed on the last day", line(Remarks, false), until, true},
		{"changed the day after", line(Remarks, false), until.AddDays(1), false},
		{"never answered, late", line("", false), until.AddDays(30), true},
		{"late, changed again", line(Remarks, true), until.AddDays(31), true},
		{"the letter is not posted", Line{Recipient: Recipient{Answer: NoRemarks}}, until.AddDays(90), true},
	} {
		err := mayChange(test.l, test.today, onPage)
		if (err == nil) != test.may {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil && errs.Of(err).Key != "neighbours.too_late_to_change" {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	byHand := line(Remarks, false)
	byHand.Source = byHandCode
	if mayChange(byHand, until.AddDays(1), onPaper) != nil || mayChange(byHand, until.AddDays(1), byHandCode) == nil {
		t.Error("what the developer can have answered herself stands in the way of paper, or can be changed too late")
	}
}

func words(t *testing.T) *i18n.Localizer {
	t.Helper()
	bundle := i18n.New()
	if err := bundle.Load("neighbours", Messages()); err != nil {
		t.Fatal(err)
	}
	return bundle.For(i18n.NB)
}

// TestNoticeText_keepsTheNameOfAChild reads the notice to the guardian of a child who owns:
// the name stands where only the guardian reads it, and never when it must be told nobody.
func TestNoticeText_keepsTheNameOfAChild(t *testing.T) {
	t.Parallel()
	ctx := tenant.Bind(t.Context(), tenant.Tenant{ID: "t", Name: i18n.Same("Torgøy")})
	child := About{Name: "Nora Nordmann"}
	hidden := child
	hidden.Protected = true
	for name, tt := range map[string]struct {
		r    Recipient
		told bool
	}{
		"by post":                  {Recipient{Kind: Ward, Way: ByTorg, About: child, Properties: []string{"12/36"}}, true},
		"by post, protected":       {Recipient{Kind: Ward, Way: ByTorg, About: hidden, Properties: []string{"12/36"}}, false},
		"brought by the developer": {Recipient{Kind: Ward, Way: ByHand, About: child, Properties: []string{"12/36"}}, false},
	} {
		text := strings.Join((&Service{}).noticeText(ctx, words(t), Notice{Properties: []string{"12/35"}}, tt.r, nil), "\n")
		if strings.Contains(text, "Nora") != tt.told || !strings.Contains(text, "12/36") || !tt.told && !strings.Contains(text, "barnet") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestItems_areWhatTheFormTakes(t *testing.T) {
	t.Parallel()
	sent, today := clock.NewDate(2026, time.November, 23), clock.NewDate(2026, time.November, 30)
	line := func(ref string, a Answer) Line {
		return Line{Recipient: Recipient{Way: ByTorg, Answer: a, Properties: []string{ref}, veiled: true}, Standing: SentOut, SentOn: sent}
	}
	estate := func(on clock.Date) Line {
		return Line{Recipient: Recipient{Way: ByHand, Kind: Estate, About: About{Name: "Gamle Per", Brought: "signed"}, Properties: []string{"1/3"}}, SentOn: on}
	}
	long := line(strings.Repeat("x", 200), "")
	got := items(words(t), []Line{line("1/2", ""), estate(clock.Date{}), estate(sent.AddDays(2)), line("1/4", Consents), line("1/6", NoRemarks), line("1/5", Remarks), long}, today)
	item := func(ref, name, on, how, answer string) any {
		return map[string]any{"property": ref, "name": name, "sent_on": on, "how": how, "answer": answer}
	}
	want := []any{
		item("1/5", "Eier av 1/5", "2026-11-23", "digital", "remark"),
		item("1/2", "Eier av 1/2", "2026-11-23", "digital", "none"),
		item("1/3", "Dødsboet etter Gamle Per", "2026-11-25", "signed", "none"),
		item("1/4", "Eier av 1/4", "2026-11-23", "digital", "agrees"),
		item("1/6", "Eier av 1/6", "2026-11-23", "digital", "agrees"),
		item(strings.Repeat("x", 79)+"…", "Eier av "+strings.Repeat("x", 111)+"…", "2026-11-23", "digital", "none"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	waits := line("1/2", "")
	waits.SentOn, waits.Standing = clock.Date{}, Underway
	if got := items(words(t), []Line{waits}, today); len(got) != 1 || got[0].(map[string]any)["sent_on"] != "2026-11-30" || !strings.Contains(got[0].(map[string]any)["name"].(string), "ikke alle varslene er sendt") {
		t.Errorf("while letters wait, the application says %v", got)
	}
	var many []Line
	for range 60 {
		many = append(many, line("1/2", ""))
	}
	many = append(many, line("1/5", Remarks))
	if got := items(words(t), many, today); len(got) != maxItems || got[0].(map[string]any)["answer"] != "remark" {
		t.Errorf("%d of sixty; the remarks are not among them", len(got))
	}
}

func TestRefsOf_readsTheForm(t *testing.T) {
	t.Parallel()
	item := func(parts ...float64) map[string]any {
		m := map[string]any{}
		for i, name := range []string{"gnr", "bnr", "fnr", "snr"}[:len(parts)] {
			m[name] = parts[i]
		}
		return m
	}
	answers := map[string]any{"properties": []any{item(12, 34), item(12, 34), item(12, 35, 2), item(12, 36, 0, 4), item(0, 3), "nonsense", nil}}
	if diff := cmp.Diff([]string{"12/34", "12/35/2", "12/36/0/4"}, refsOf(answers)); diff != "" {
		t.Error(diff)
	}
	if refsOf(nil) != nil || refsOf(map[string]any{"properties": "x"}) != nil {
		t.Error("made properties of nothing")
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	day := clock.NewDate(2026, time.December, 7)
	list := []Recipient{{Answer: Remarks, Until: day}, {Answer: Consents, Until: day.AddDays(2)}, {Answer: NoRemarks}, {}}
	if diff := cmp.Diff(Tally{All: 4, Answered: 3, Remarks: 1, Consents: 1, Waiting: 1}, Count(list)); diff != "" {
		t.Error(diff)
	}
}

func TestAddressOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lines       []string
		code, place string
		rest        int
	}{
		{nil, "", "", 0}, {[]string{"Postboks 1", "3701 Skien"}, "3701", "Skien", 1}, {[]string{"1 Main Street", "London"}, "", "", 2}, {[]string{"Skien"}, "", "", 1},
	} {
		if a := addressOf(test.lines); a.PostalCode != test.code || a.PostalPlace != test.place || len(a.Lines) != test.rest {
			t.Errorf("%v: %+v", test.lines, a)
		}
	}
}

func TestShort_keepsWholeLetters(t *testing.T) {
	t.Parallel()
	if got := short("ååååå", 4); got != "ååå…" {
		t.Error(got)
	}
	if got := short("åååå", 4); got != "åååå" {
		t.Error(got)
	}
}

func TestSameWorks_asPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"Garasje i tre, malt hvit.", "En hvit garasje i tre", true},
		{"Garasje", "Vi skal bygge en ny garasje på 40 m² ved siden av huset", true},
		{"Garasje i tre, malt hvit.", "Basseng med terrasse og levegg", false},
		{"Tilbygg mot sør", "Tilbygg mot nord med balkong", true},
		{"Støttemur mot veien", "Ny brygge ved naustet", false},
		{"", "Garasje", false},
		{"på en og i", "en i og på", false}, // words that tell nothing
	} {
		if sameWorks(test.a, test.b) != test.same || sameWorks(test.b, test.a) != test.same {
			t.Errorf("%q and %q", test.a, test.b)
		}
	}
}

func TestStands_forAYear(t *testing.T) {
	t.Parallel()
	sent := time.Date(2025, 11, 22, 10, 0, 0, 0, time.UTC)
	for day, want := range map[clock.Date]bool{clock.NewDate(2026, 11, 22): true, clock.NewDate(2026, 11, 23): false, clock.NewDate(2025, 11, 22): true} {
		if got := (Notice{SentAt: sent}).stands(day); got != want {
			t.Errorf("on %s: %t", day, got)
		}
		if got := (Notice{UpdatedAt: sent}).stands(day); got != want {
			t.Errorf("exempted, on %s: %t", day, got)
		}
	}
}

// Ground that somebody owns is never passed over because the register does not say who.
func TestRecipientsOf_whereTheRegisterHasNoOwner(t *testing.T) {
	t.Parallel()
	kari := Owner{Number: "1", Name: "Kari"}
	for name, test := range map[string]struct {
		around []Place
		owners map[string][]Owner
		want   []simple
	}{
		"a property, and a section of another": {
			[]Place{{Ref: "1/2"}, {Ref: "1/3", Sections: []string{"1/3/0/1", "1/3/0/2"}}, {Ref: "1/4", Opposite: true}},
			map[string][]Owner{"1/2": nil, "1/3/0/1": {kari}, "1/4": {kari}},
			[]simple{{"", "1/2", Ownerless, ByHand, false, 0}, {"Kari", "1/3, 1/4", Person, ByTorg, false, 0}, {"", "1/3", Ownerless, ByHand, false, 0}},
		},
		"sections of ground that somebody owns": {
			[]Place{{Ref: "1/3", Sections: []string{"1/3/0/1"}}}, map[string][]Owner{"1/3": {kari}}, []simple{{"Kari", "1/3", Person, ByTorg, false, 0}},
		},
		"the developer's own ground": {[]Place{{Ref: "1/3"}}, map[string][]Owner{"1/3": {{Number: "self"}}}, nil},
		"a protected owner of whom nothing else is told, beside one of whom nothing is": {
			[]Place{{Ref: "1/2"}},
			map[string][]Owner{"1/2": {{Protected: true, Lines: []string{"Storgata 1"}}, {}}},
			[]simple{{"", "1/2", Nameless, ByHand, false, 0}, {"", "1/2", Nameless, ByHand, false, 0}},
		},
	} {
		if diff := cmp.Diff(test.want, simplify(recipientsOf(test.around, test.owners, "self"))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
