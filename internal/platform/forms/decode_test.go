package forms

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
)

func decoded(t *testing.T, page, query string, before Answers) Answers {
	t.Helper()
	form, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	a, err := everyType(t).DecodePage(page, form, before, testEnv())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestDecodePage_readsWhatPeopleType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, field, typed string
		want               any // nil: kept as typed
	}{
		{"trimmed", "name", "  Kari  ", "Kari"},
		{"line breaks in a line", "name", "Kari\r\nNordmann", "Kari Nordmann"},
		{"composed", "name", "A\u030Ase", "Åse"},
		{"line breaks in a text", "story", "a\r\nb\rc\n", "a\nb\nc"},
		{"comma", "amount", "12,5", 12.5},
		{"point", "amount", "12.5", 12.5},
		{"thousands with space", "amount", "1 234,50", 1234.5},
		{"thousands with no-break space", "amount", "1\u00a0234", 1234.0},
		{"thousands with point", "amount", "1.234.567,5", 1234567.5},
		{"minus sign", "amount", "−3", -3.0},
		{"two commas", "amount", "1,2,3", nil},
		{"exponent", "amount", "1e9", nil},
		{"infinite", "amount", "Inf", nil},
		{"words", "amount", "tolv", nil},
		{"whole", "count", "4", 4.0},
		{"not whole", "count", "4,5", nil},
		{"too long a number", "count", "1234567890123456", nil},
		{"ISO date", "day", "2026-12-01", "2026-12-01"},
		{"Norwegian date", "day", "1.12.2026", "2026-12-01"},
		{"date with slashes", "day", "01/12/2026", "2026-12-01"},
		{"date with spaces", "day", "1. 12. 2026", "2026-12-01"},
		{"date in digits", "day", "01122026", "2026-12-01"},
		{"no such date", "day", "31.02.2026", nil},
		{"short year", "day", "1.12.26", nil},
		{"phone", "tel", "912 34 567", "+4791234567"},
		{"phone with 00", "tel", "0046 70-123 45 67", "+46701234567"},
		{"phone in words", "tel", "ring meg", "ring meg"},
	}
	for _, test := range tests {
		a := decoded(t, "simple", test.field+"="+url.QueryEscape(test.typed), Answers{})
		if test.want == nil {
			if a.Values[test.field] != nil || a.Typed[test.field] != test.typed {
				t.Errorf("%s: %q became %v, typed %v", test.name, test.typed, a.Values[test.field], a.Typed)
			}
		} else if diff := cmp.Diff(test.want, a.Values[test.field]); diff != "" || len(a.Typed) != 0 {
			t.Errorf("%s: %s typed %v", test.name, diff, a.Typed)
		}
	}
}

func TestDecodePage_keepsWhatTheBrowserDidNotPost(t *testing.T) {
	t.Parallel()
	before := goodAnswers()
	before.Typed = map[string]string{"count": "x", "day": "y"}
	a := decoded(t, "simple", "name=Per&count=&agree=on", before)
	want := goodAnswers()
	want.Values["name"] = "Per"
	delete(want.Values, "count")
	want.Typed = map[string]string{"day": "y"}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	if before.Values["name"] != "Kari Nordmann" || before.Typed["count"] != "x" {
		t.Error("the answers before were changed")
	}
}

func TestDecodePage_noticesWhatWasUnticked(t *testing.T) {
	t.Parallel()
	a := decoded(t, "simple", "name=Per", goodAnswers())
	if a.Values["agree"] != false {
		t.Errorf("agree %v after it was unticked", a.Values["agree"])
	}
	a = decoded(t, "choosing", "one=b", goodAnswers())
	if a.Values["many"] != nil || a.Values["radio"] != nil || a.Values["ranked"] == nil {
		t.Errorf("after unticking %v", a.Values)
	}
	a = decoded(t, "rows", "", goodAnswers())
	if a.Values["people"] != nil {
		t.Errorf("people %v after all were removed", a.Values["people"])
	}
}

func TestDecodePage_keepsHiddenBoxes(t *testing.T) {
	t.Parallel()
	before := goodAnswers()
	before.Values["radio"] = "b" // hides the page with the people
	a := decoded(t, "rows", "", before)
	if a.Values["people"] == nil {
		t.Error("the people of a hidden page were dropped from the draft")
	}
}

func TestDecodePage_readsListsAndGroups(t *testing.T) {
	t.Parallel()
	a := decoded(t, "choosing", "many=c&many=&many=a&ranked[0]=&ranked[1]=p2&ranked[2]=p1&ranked[3]=p3&papers=evil", Answers{})
	want := map[string]any{"many": []any{"c", "a"}, "ranked": []any{"p2", "p1"}}
	if diff := cmp.Diff(want, a.Values); diff != "" {
		t.Error(diff)
	}
	a = decoded(t, "rows", "people[7].who=Ola&people[7].adult=on&people[7].born=1.1.1990&people[9]._item=1"+
		"&people[12].born=x&people[12].order[1]=b&people[x].who=no&people[-1].who=no&adults=99&people[99999].who=far", Answers{})
	want = map[string]any{"people": []any{
		map[string]any{"who": "Ola", "adult": true, "born": "1990-01-01"},
		map[string]any{"adult": false},
		map[string]any{"adult": false, "order": []any{"b"}},
	}}
	if diff := cmp.Diff(Answers{Values: want, Typed: map[string]string{"people[2].born": "x"}}, a); diff != "" {
		t.Error(diff)
	}
}

func TestDecodePage_addsAndRemovesItems(t *testing.T) {
	t.Parallel()
	const two = "people[0].who=A&people[0].born=x&people[1].who=B&people[1].born=y&people[2].who=C&people[2].born=z"
	a := decoded(t, "rows", "people[0].who=A&_add=people", Answers{})
	if len(listOf(a.Values["people"])) != 2 {
		t.Errorf("people %v", a.Values["people"])
	}
	a = decoded(t, "rows", two+"&_add=people", Answers{})
	if len(listOf(a.Values["people"])) != 3 {
		t.Errorf("a fourth was added to a group of three: %v", a.Values["people"])
	}
	a = decoded(t, "rows", two+"&_remove=people[1]", Answers{})
	items := itemsOf(a.Values["people"])
	if len(items) != 2 || items[0]["who"] != "A" || items[1]["who"] != "C" {
		t.Errorf("people %v", items)
	}
	if diff := cmp.Diff(map[string]string{"people[0].born": "x", "people[1].born": "z"}, a.Typed); diff != "" {
		t.Error(diff)
	}
}

func TestDecodePage_boundsTheItems(t *testing.T) {
	t.Parallel()
	form := url.Values{}
	for i := range 2000 {
		form.Set(itemName("people", i, "who"), "x")
	}
	a, err := everyType(t).DecodePage("rows", form, Answers{}, testEnv())
	if err != nil || len(listOf(a.Values["people"])) != maxItems {
		t.Errorf("%d items, %v", len(listOf(a.Values["people"])), err)
	}
}

func TestDecodePage_refusesWhatIsNoText(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"a\x00b", "\xff", "\x1b[31m", strings.Repeat("x", maxValue+1)} {
		before := goodAnswers()
		a, err := everyType(t).DecodePage("simple", url.Values{"name": {bad}}, before, testEnv())
		e := errs.Of(err)
		if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != "name" || e.Fields[0].Key != "forms.bad_text" {
			t.Errorf("%.20q: error %v", bad, err)
		}
		if diff := cmp.Diff(before, a); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := everyType(t).DecodePage("nowhere", nil, Answers{}, testEnv()); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("unknown page: %v", err)
	}
}

func TestDecodeJSON_readsCanonicalAnswers(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	a, err := d.DecodeJSON([]byte(`{"name":" Kari ","tel":"912 34 567","amount":12.5,"story":"","code":null,"agree":true,
		"many":["a"],"total":999,"people":[{"who":" Ola ","age":1,"born":null}],"papers":[{"id":"1","name":"a.pdf","size":3}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"name": "Kari", "tel": "+4791234567", "amount": 12.5, "agree": true, "many": []any{"a"},
		"people": []any{map[string]any{"who": "Ola"}},
		"papers": []any{map[string]any{"id": "1", "name": "a.pdf", "size": 3.0}},
	}
	if diff := cmp.Diff(want, a.Values); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeJSON_refusesWhatTheFormDoesNotHave(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	_, err := d.DecodeJSON([]byte(`{"nobody":1,"many":["a\u0000"]}`))
	e := errs.Of(err)
	if e == nil || len(e.Fields) != 2 {
		t.Fatalf("error %v", err)
	}
	for _, text := range []string{"", "[]", "null x", `{"a"`} {
		if _, err := d.DecodeJSON([]byte(text)); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := d.DecodeJSON(make([]byte, maxAnswers+1)); !errs.Is(err, errs.KindTooLarge) {
		t.Errorf("too long: %v", err)
	}
}
