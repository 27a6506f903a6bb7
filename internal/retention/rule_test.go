package retention

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

func TestShipped_rulesCanBeRead(t *testing.T) {
	t.Parallel()
	rules, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"case", "case.building", "draft", "takeout", "log"} {
		if !slices.ContainsFunc(rules, func(r Rule) bool { return r.Kind == kind }) {
			t.Errorf("no rule for %s", kind)
		}
	}
	if slices.Contains(Settings(), "retention.takeout") || !slices.Contains(Settings(), "retention.draft") {
		t.Errorf("settings %v", Settings())
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	good := "[[rule]]\nkind=\"draft\"\ntrigger=\"last_activity\"\nlength=\"90 days\"\naction=\"delete\"\nbasis=\"retention.basis.minimal\"\n"
	if _, err := Parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no TOML":                  "[[rule",
		"an unknown field":         good + "when=\"now\"\n",
		"two for one kind":         good + good,
		"a kind that is none":      strings.Replace(good, `"draft"`, `"../draft"`, 1),
		"a case's trigger":         strings.Replace(good, "last_activity", "closed", 1),
		"no length":                strings.Replace(good, "90 days", "", 1),
		"a length of nothing":      strings.Replace(good, "90 days", "0 days", 1),
		"an endless length":        strings.Replace(good, "90 days", "1000 years", 1),
		"months":                   strings.Replace(good, "90 days", "3 months", 1),
		"anonymising a draft":      strings.Replace(good, "delete", "anonymise", 1),
		"deleting a case":          strings.NewReplacer(`"draft"`, `"case.x"`, "last_activity", "closed").Replace(good),
		"a basis that is no key":   strings.Replace(good, "retention.basis.minimal", "because", 1),
		"a fixed that is no truth": good + "fixed=\"yes\"\n",
	} {
		if rules, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s is taken: %+v", name, rules)
		}
	}
}

func FuzzParse(f *testing.F) {
	text, err := shipped.ReadFile("rules/retention.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("[[rule]]\nkind=\"case\"\nlength=\"1 years\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := Parse(text)
		if err != nil {
			return
		}
		for _, r := range rules {
			if r.Length.Years+r.Length.Days < 1 || !slices.Contains(r.actions(), r.Action) {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestRule_with(t *testing.T) {
	t.Parallel()
	ten, err := parseLength("10 years")
	if err != nil {
		t.Fatal(err)
	}
	usual := Rule{Kind: "case.nursing", Trigger: Closed, Length: ten, Action: Anonymise}
	archived, fixed := usual, usual
	archived.Action, fixed.Fixed = Keep, true
	for _, tt := range []struct {
		name    string
		rule    Rule
		setting string
		length  string
		action  Action
		broken  bool
	}{
		{"nothing set", usual, "", "10 years", Anonymise, false},
		{"longer", usual, "25 years", "25 years", Anonymise, false},
		{"to the archive", usual, "25 years keep", "25 years", Keep, false},
		{"never deleted", usual, "25 years delete", "10 years", Keep, true},
		{"nonsense ends nothing", usual, "soon", "10 years", Keep, true},
		{"what is archived stays", archived, "1 years anonymise", "10 years", Keep, true},
		{"fixed", fixed, "1 days", "10 years", Anonymise, false},
	} {
		got := tt.rule.with(tt.setting)
		if got.Length.String() != tt.length || got.Action != tt.action || got.Broken != tt.broken {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestLength_isWholeDaysInNorway(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 11, 23, 1, 30, 0, 0, time.UTC)
	for text, want := range map[string]string{"5 years": "2026-11-22T23:00:00Z", "90 days": "2031-08-24T22:00:00Z"} {
		l, err := parseLength(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Before(now).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s before is %s, want %s", text, got, want)
		}
	}
	l, _ := parseLength("5 years")
	if got := l.From(clock.NewDate(2028, 2, 29)).String(); got != "2033-02-28" && got != "2033-03-01" {
		t.Errorf("a leap day gives %s", got)
	}
}

func TestSafe_namesLeadNowhere(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"../../etc/passwd": "-..-etc-passwd", "2026/12": "2026-12", "  ": "-", "æøå.pdf": "æøå.pdf", "a\x00b": "a-b"} {
		if got := safe(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
	a := &archive{names: map[string]bool{}}
	if first, second := a.unique("d/", "x.pdf"), a.unique("d/", "x.pdf"); first != "d/x.pdf" || second != "d/x-2.pdf" {
		t.Errorf("%s and %s", first, second)
	}
}
