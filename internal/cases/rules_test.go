package cases

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
)

func TestLifecycle_allowsEachActInItsTime(t *testing.T) {
	t.Parallel()
	const me = "me"
	mine := func(s Status) Case { return Case{Status: s, Assignee: me} }
	granted := Case{Status: Decided, Outcome: OutcomeGranted, Assignee: me}
	for _, test := range []struct {
		name string
		c    Case
		can  []act
	}{
		{"nobody has it", Case{Status: Received}, []act{actAssign, actAnswer, actNote, actWithdraw}},
		{"mine", mine(InProgress), []act{actAssign, actAsk, actAnswer, actNote, actDecide, actWithdraw}},
		{"mine and waiting", mine(Waiting), []act{actAssign, actAsk, actAnswer, actNote, actDecide, actWithdraw}},
		{"somebody else's", Case{Status: InProgress, Assignee: "other"}, []act{actAssign, actAnswer, actNote, actWithdraw}},
		{"granted", granted, []act{actNote, actRespond}},
		{"granted and answered", Case{Status: Decided, Outcome: OutcomeGranted, Answer: Accepted}, []act{actNote}},
		{"refused", Case{Status: Decided, Outcome: OutcomeRefused}, []act{actNote}},
		{"closed", mine(Closed), nil},
		{"withdrawn", mine(Withdrawn), nil},
		{"mine and waiting for a colleague", Case{Status: InProgress, Assignee: me, ProposedBy: me}, []act{actAssign, actAnswer, actNote, actWithdraw, actSendBack}},
		{"waiting for me", Case{Status: InProgress, Assignee: "other", ProposedBy: "other"}, []act{actAssign, actAnswer, actNote, actWithdraw, actApprove, actSendBack}},
		{"withdrawn while it waited", Case{Status: Withdrawn, ProposedBy: "other"}, nil},
	} {
		var can []act
		for _, a := range []act{actAssign, actAsk, actAnswer, actNote, actDecide, actWithdraw, actRespond, actApprove, actSendBack} {
			if test.c.allows(a, me) {
				can = append(can, a)
			}
			if err := test.c.must(a, me); (err == nil) != test.c.allows(a, me) {
				t.Errorf("%s: %s: must and allows disagree", test.name, a)
			} else if err != nil && !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s: %s: %v is no conflict", test.name, a, err)
			}
		}
		slices.Sort(can)
		want := slices.Sorted(slices.Values(test.can))
		if diff := cmp.Diff(want, can); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
}

func TestMust_tellsWhoseCaseItIs(t *testing.T) {
	t.Parallel()
	open := Case{Status: InProgress, Assignee: "other"}
	if e := errs.Of(open.must(actDecide, "me")); e == nil || e.Key != "cases.not_assigned_to_you" {
		t.Errorf("got %v", e)
	}
	proposed := Case{Status: InProgress, Assignee: "me", ProposedBy: "me"}
	for a, key := range map[act]string{actDecide: "cases.proposed", actApprove: "cases.approve_not_own"} {
		if e := errs.Of(proposed.must(a, "me")); e == nil || e.Key != key {
			t.Errorf("%s: %v", a, e)
		}
	}
	decided := Case{Status: Decided, Assignee: "me"}
	if e := errs.Of(decided.must(actDecide, "me")); e == nil || e.Key != "cases.not_now.decide" {
		t.Errorf("got %v", e)
	}
}

func TestLabel_isReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	year, number, ok := parseLabel(Case{Year: 2026, Number: 123}.Label())
	if year != 2026 || number != 123 || !ok {
		t.Errorf("got %d %d %v", year, number, ok)
	}
	for _, text := range []string{"", "2026", "/", "2026/", "/1", "x/1", "2026/x", "2026/-1", "0/1", "2026/1/2", "99999999999/1"} {
		if _, _, ok := parseLabel(text); ok {
			t.Errorf("%q is taken for a case number", text)
		}
	}
}

func TestParseNumber_takesABareNumberForThisYears(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int64{"123": {2026, 123}, "2025/7": {2025, 7}, "1": {2026, 1}} {
		year, number, ok := parseNumber(text, 2026)
		if !ok || year != want[0] || number != want[1] {
			t.Errorf("%q is %d/%d, %v", text, year, number, ok)
		}
	}
	for _, text := range []string{"", "0", "-1", "12a", "kari", "99999999999", "1 2"} {
		if _, _, ok := parseNumber(text, 2026); ok {
			t.Errorf("%q is taken for a number", text)
		}
	}
}

func FuzzParseLabel(f *testing.F) {
	f.Add("2026/123")
	f.Add("/")
	f.Fuzz(func(t *testing.T, text string) {
		if year, number, ok := parseLabel(text); ok && (year <= 0 || number <= 0) {
			t.Errorf("%q gives %d/%d", text, year, number)
		}
	})
}

func TestWords_areNamesFolded(t *testing.T) {
	t.Parallel()
	c := Case{Year: 2026, Number: 7, ApplicantName: "Kari  Ødegård", SubjectName: "Ánte Ødegård"}
	if diff := cmp.Diff([]string{"ante", "kari", "odegard", "oedegaard", "ánte", "ødegård"}, words(c)); diff != "" {
		t.Error(diff)
	}
	c = Case{ApplicantName: "Per Hansen-Eira", SubjectName: "A\u030Ase O’Šŋuolfi"} // the ring of the Å typed by itself
	if diff := cmp.Diff([]string{"aase", "ase", "eira", "hansen-eira", "o’snuolfi", "o’šŋuolfi", "per", "snuolfi", "åse", "šŋuolfi"}, words(c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"šŋuolfi", "åse"}, queryWords("ÅSE ŠŊUOLFI")); diff != "" {
		t.Error(diff)
	}
	many := Case{Year: 2026, Number: 7, ApplicantName: strings.Repeat("a b c d e f g h ", 3) + strings.Repeat("x", 100)}
	for _, w := range words(many) {
		if len([]rune(w)) > maxWordLength {
			t.Errorf("a word of %d letters is indexed", len(w))
		}
	}
	if n := len(words(many)); n > maxWords {
		t.Errorf("%d words are indexed", n)
	}
}

func TestQueryWords_putsTheLongestFirst(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"nordmann", "kari", "x"}, queryWords("  x KARI\x00Nordmann ")); diff != "" {
		t.Error(diff)
	}
	if n := len(queryWords(strings.Repeat("ord ", 100))); n != maxQueryWords {
		t.Errorf("%d words are looked for", n)
	}
	if got := queryWords(" \t "); len(got) != 0 {
		t.Errorf("nothing gives %q", got)
	}
}

func TestAfter_boundsAPrefix(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"kari", "karin", "kariå", "kari\U0001f600"} {
		if word < "kari" || word >= after("kari") {
			t.Errorf("%q is outside the range of its prefix", word)
		}
	}
	for _, word := range []string{"kar", "karj", "ka"} {
		if word >= "kari" && word < after("kari") {
			t.Errorf("%q is inside", word)
		}
	}
}

func TestDecision_requiresWhatTheLawRequires(t *testing.T) {
	t.Parallel()
	good := Decision{Outcome: OutcomeGranted, LegalBasis: "barnehageloven § 16", Reasons: "Barnet fyller ett år før fristen.", Appeal: "Du kan klage innen tre uker."}
	if wrong := good.check(); wrong != nil {
		t.Fatalf("a good decision is refused: %v", wrong)
	}
	for name, spoil := range map[string]func(*Decision){
		"outcome":     func(d *Decision) { d.Outcome = "perhaps" },
		"legal_basis": func(d *Decision) { d.LegalBasis = "  " },
		"reasons":     func(d *Decision) { d.Reasons = "Fordi." },
		"appeal":      func(d *Decision) { d.Appeal = "" },
	} {
		d := good
		spoil(&d)
		wrong := d.check()
		if len(wrong) != 1 || wrong[0].Name != name {
			t.Errorf("without %s: %v", name, wrong)
		}
	}
	long := good
	long.Reasons = strings.Repeat("å", maxDecisionText+1)
	if wrong := long.check(); len(wrong) != 1 || wrong[0].Key != "cases.too_long" {
		t.Errorf("endless reasons: %v", wrong)
	}
}

func TestDecision_refusesAPieceOfATemplate(t *testing.T) {
	t.Parallel()
	d := Decision{Outcome: OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Det er ikke plass i {kindergarten} nå.", Appeal: "Du kan klage innen tre uker."}
	wrong := d.check()
	if len(wrong) != 1 || wrong[0].Name != FieldReasons || wrong[0].Key != "cases.decision.placeholder" {
		t.Errorf("got %v", wrong)
	}
	d.Reasons = "Det er ikke plass {se vedlegget} nå."
	if wrong := d.check(); wrong != nil {
		t.Errorf("braces of one's own are refused: %v", wrong)
	}
}

func TestDecision_tidyKeepsOnlyWhatTheOutcomeHas(t *testing.T) {
	t.Parallel()
	fields := []DecisionField{{Name: "start"}}
	d := Decision{Outcome: OutcomeGranted, Reasons: "a\r\nb\x00 ", Values: map[string]string{"start": " 2027-08-01 ", "else": "x"}}.tidy(fields)
	if diff := cmp.Diff(map[string]string{"start": "2027-08-01"}, d.Values); diff != "" {
		t.Error(diff)
	}
	if d.Reasons != "a\nb" {
		t.Errorf("reasons are %q", d.Reasons)
	}
	d.Outcome = OutcomeRefused
	if got := d.tidy(fields).Values; len(got) != 0 {
		t.Errorf("a refusal keeps %v", got)
	}
}

func TestCheckText_refusesEmptyAndEndless(t *testing.T) {
	t.Parallel()
	if err := checkText("Hei"); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"", strings.Repeat("x", maxMessage+1)} {
		if err := checkText(text); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%d letters: %v", len(text), err)
		}
	}
}

func TestOwners_countsOneselfOnce(t *testing.T) {
	t.Parallel()
	if got := (Case{Applicant: "a", Subject: "a"}).owners(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := (Case{Applicant: "a", Subject: "b"}).owners(); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

func TestKinds_refusesTheSameKeyTwice(t *testing.T) {
	t.Parallel()
	kinds := NewKinds()
	kinds.Register(Kind{Key: "a", Form: "f"})
	if _, ok := kinds.ByForm("f"); !ok {
		t.Error("the form's kind is not found")
	}
	if _, err := kinds.Get("b"); err == nil {
		t.Error("an unknown kind is found")
	}
	defer func() {
		if recover() == nil {
			t.Error("a second kind with the key is taken")
		}
	}()
	kinds.Register(Kind{Key: "a"})
}

func TestRGB_readsColours(t *testing.T) {
	t.Parallel()
	for color, want := range map[string][3]uint8{"#0b5c8a": {0x0b, 0x5c, 0x8a}, "": {}, "red": {}} {
		if got := rgb(color); got != want {
			t.Errorf("%q is %v", color, got)
		}
	}
}
