package neighbours

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestConsenting_isAllWhoOwnAProperty(t *testing.T) {
	t.Parallel()
	of := func(answer Answer, properties ...string) Recipient {
		return Recipient{Answer: answer, Properties: properties}
	}
	across := of(Consents, "1/9")
	across.Opposite = true
	for name, test := range map[string]struct {
		list []Recipient
		want string
	}{
		"nobody":                         {nil, ""},
		"the only owner":                 {[]Recipient{of(Consents, "1/2")}, "1/2"},
		"both of two":                    {[]Recipient{of(Consents, "1/2"), of(Consents, "1/2")}, "1/2"},
		"one of two":                     {[]Recipient{of(Consents, "1/2"), of("", "1/2")}, ""},
		"one against":                    {[]Recipient{of(Consents, "1/2"), of(Remarks, "1/2")}, ""},
		"no remarks is no consent":       {[]Recipient{of(NoRemarks, "1/2")}, ""},
		"several properties of one":      {[]Recipient{of(Consents, "1/2", "1/3")}, "1/2 1/3"},
		"of one of them another is half": {[]Recipient{of(Consents, "1/2", "1/3"), of(NoRemarks, "1/3")}, "1/2"},
		"across the road":                {[]Recipient{across, of(Consents, "1/2")}, "1/2"},
		"a co-owner nobody knows":        {[]Recipient{of(Consents, "1/2", "1/3"), {Kind: Nameless, Way: ByHand, Properties: []string{"1/2"}}}, "1/3"},
		"a co-owner who is found":        {[]Recipient{of(Consents, "1/2"), {Kind: Nameless, Way: ByHand, Answer: Consents, Properties: []string{"1/2"}}}, "1/2"},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(consenting(test.list))), " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestOfAnswers_isAnotherWhenOneIsGivenAnew(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	first := []Recipient{{ID: "a", AnsweredAt: at}, {ID: "b", AnsweredAt: at}}
	same := []Recipient{{ID: "a", AnsweredAt: at, Version: 7}, {ID: "b", AnsweredAt: at}}
	later := []Recipient{{ID: "a", AnsweredAt: at.Add(time.Second)}, {ID: "b", AnsweredAt: at}}
	switch {
	case ofAnswers(first) != ofAnswers(same):
		t.Error("what is not of the answers makes another consent")
	case ofAnswers(first) == ofAnswers(later), ofAnswers(first) == ofAnswers(first[:1]):
		t.Error("other answers make the same consent")
	}
}

func TestNewsOf_isWhatChangesTheCase(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, now Answer
		late        bool
		want        string
	}{
		"remarks":                     {"", Remarks, false, "staff_remarks"},
		"late remarks":                {"", Remarks, true, "staff_late"},
		"a consent":                   {"", Consents, false, "staff_consent"},
		"a late consent":              {"", Consents, true, "staff_consent"},
		"a consent that is withdrawn": {Consents, NoRemarks, false, "staff_consent"},
		"a consent become remarks":    {Consents, Remarks, false, "staff_remarks"},
		"no remarks":                  {"", NoRemarks, false, ""},
		"remarks that are withdrawn":  {Remarks, NoRemarks, false, ""},
	} {
		if got := newsOf(Recipient{Answer: test.now, Late: test.late}, test.before); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhoOf_tellsThePropertyOnce(t *testing.T) {
	t.Parallel()
	about := About{Name: "Ola Nes"}
	for want, r := range map[string]Recipient{
		"Ola Nes, 1/2, 1/3":  {Kind: Person, About: about, Properties: []string{"1/2", "1/3"}},
		"Eier av 1/2, 1/3":   {Kind: Person, About: about, Properties: []string{"1/2", "1/3"}, veiled: true},
		"Ukjent eier av 1/2": {Kind: Nameless, Properties: []string{"1/2"}},
		"Ukjent eier av 1/3": {Kind: Ownerless, Properties: []string{"1/3"}},

		"Eier med skjermet adresse, 1/2": {Kind: Person, About: About{Name: "Ola Nes", Protected: true}, Properties: []string{"1/2"}},
		"Eier av 1/4":                    {Kind: Person, About: About{Name: "Ola Nes", Protected: true}, Properties: []string{"1/4"}, veiled: true},
		"Eier med skjermet adresse, 1/5": {Kind: Nameless, About: About{Protected: true}, Properties: []string{"1/5"}},
		"Ukjent eier av 1/6":             {Kind: Nameless, About: About{Protected: true}, Properties: []string{"1/6"}, veiled: true},
		"Dødsboet etter eieren av 1/7":   {Kind: Estate, About: About{Name: "Ola Nes", Protected: true}, Properties: []string{"1/7"}},
		"Dødsboet etter Ola Nes, 1/2":    {Kind: Estate, About: about, Properties: []string{"1/2"}},
	} {
		if got := whoOf(words(t), r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNameOf_tellsWhoAnswersForTheOwner(t *testing.T) {
	t.Parallel()
	for kind, want := range map[Kind]string{
		Person: "Ola Nes", Organisation: "Ola Nes", Unknown: "Ola Nes", Estate: "Dødsboet etter Ola Nes", Ward: "Vergen til Ola Nes",
	} {
		if got := nameOf(words(t), Recipient{Kind: kind, About: About{Name: "Ola Nes"}}); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}
