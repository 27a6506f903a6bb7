package layers

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestAppendProperties_isReadBackTheSame(t *testing.T) {
	t.Parallel()
	m := map[string]any{
		"text": "Øvre «Årdal»", "empty": "", "quotes": `"\/`, "control": "\x00\x01\b\t\n\r\x1f", "angle": "<&>", "line": "\u2028", "broken": "a\xffb",
		"whole": int64(-42), "large": int64(math.MaxInt64), "int": 7, "small": int32(-3), "yes": true, "no": false, "nothing": nil,
		"two": 2.0, "half": 0.5, "tiny": 1e-12, "huge": 1e21, "minus": -0.25, "single": float32(0.5),
		"day": clock.NewDate(2026, 1, 31), "moment": time.Date(2026, 1, 31, 12, 0, 0, 5000, time.UTC), "æøå": "navn",
	}
	want := map[string]any{
		"text": "Øvre «Årdal»", "empty": "", "quotes": `"\/`, "control": "\x00\x01\b\t\n\r\x1f", "angle": "<&>", "line": "\u2028", "broken": "a\uFFFDb",
		"whole": int64(-42), "large": int64(math.MaxInt64), "int": int64(7), "small": int64(-3), "yes": true, "no": false,
		"two": 2.0, "half": 0.5, "tiny": 1e-12, "huge": 1e21, "minus": -0.25, "single": 0.5,
		"day": "2026-01-31", "moment": "2026-01-31T12:00:00.000005Z", "æøå": "navn",
	}
	text, err := appendProperties(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(string(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	again, err := appendProperties(nil, got)
	if err != nil || string(again) != string(text) {
		t.Errorf("a second time: %v\n%s\n%s", err, again, text)
	}
}

func TestAppendProperties_agreesWithEncodeProperties(t *testing.T) {
	t.Parallel()
	for _, m := range []map[string]any{
		{},
		{"a": "x"},
		{"b": 1.0, "a": 2.5, "c": -1e-7},
		{"n": int64(3), "t": true, "f": false},
		{"gone": nil, "d": clock.NewDate(1997, 3, 1)},
		{"navn": "Kråkå <&> \"'"},
		{"bnr": 12, "gnr": 3},
	} {
		want, err := EncodeProperties(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := appendProperties(nil, m)
		if err != nil || string(got) != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
	for name, v := range map[string]any{"list": []int{1}, "nan": math.NaN(), "inf": math.Inf(-1), "map": map[string]any{}} {
		if text, err := appendProperties(nil, map[string]any{name: v}); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}

func FuzzAppendText(f *testing.F) {
	for _, seed := range []string{"", "a", "\"\\\n\x00", "æøå\u2028", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got string
		if err := json.Unmarshal(appendText(nil, text), &got); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestDigest_tellsEverythingApart(t *testing.T) {
	t.Parallel()
	at := store.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	seen := map[string]int{}
	for i, e := range []encoded{
		{},
		{kind: "a"},
		{part: "a"},
		{kind: "a", part: "b"},
		{kind: "ab"},
		{from: at},
		{to: at},
		{from: at, to: at},
		{properties: "{}"},
		{geometry: []byte("{}")},
		{geometry: []byte("{"), properties: "}"},
		{geometry: []byte{1}},
		{geometry: []byte{0}},
	} {
		key := string(digest(&e))
		if len(key) != 16 {
			t.Fatalf("a digest of %d bytes", len(key))
		}
		if before, is := seen[key]; is {
			t.Errorf("numbers %d and %d have the same digest", before, i)
		}
		seen[key] = i
	}
}

func TestIdentityOf(t *testing.T) {
	t.Parallel()
	sum := []byte("0123456789abcdef")
	for _, tt := range []struct{ id, part, want string }{
		{"a", "", "a"},
		{"a", "p", "p.a"},
		{"p.a", "p", "p.a"},
		{"pa", "p", "p.pa"},
		{"", "", "x30313233343536373839"},
		{"", "p", "p.x30313233343536373839"},
	} {
		if got := identityOf(tt.id, tt.part, sum); got != tt.want {
			t.Errorf("%q in %q is %q, want %q", tt.id, tt.part, got, tt.want)
		}
	}
}

func TestValidName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "plan_zones": true, "n1000": true, "": false, "1a": false, "_a": false, "A": false, "å": false, "a-b": false, "a b": false, "a/b": false,
		strings.Repeat("a", 60): true, strings.Repeat("a", 61): false,
	} {
		if ValidName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
	for part, want := range map[string]bool{"1997003": true, "2020_1-b": true, "A": true, "a.b": false, "æ": false, "a b": false, strings.Repeat("a", 61): false} {
		if validPart(part) != want {
			t.Errorf("part %q: %v", part, !want)
		}
	}
}

func TestBoundaries_readWhateverTheyAreCalled(t *testing.T) {
	t.Parallel()
	ground := orb.Polygon{{{10, 60}, {11, 60}, {11, 61}, {10, 60}}}
	for _, properties := range []map[string]any{
		{"kommunenummer": "0301", "kommunenavn": "Oslo"},
		{"KOMM": "301", "NAVN": "Oslo"},
		{"kommunenummer": int64(301), "navn": "Oslo", "fylkesnummer": "03"},
		{"app.kommunenummer": "0301", "app.kommunenavn.navn": "Oslo"},
		{"id": "0301", "name": "Oslo"},
		{"nummer": 301.0, "kommunenavn": " Oslo "},
	} {
		f := exchange.Feature{ID: "7", CRS: 4326, Geometry: ground, Properties: properties}
		got := Boundaries("0301")(f)
		if len(got) != 1 || got[0].Feature.ID != "0301" || got[0].Feature.Text("number") != "0301" || got[0].Feature.Text("name") != "Oslo" || len(got[0].Feature.Properties) != 2 {
			t.Errorf("%v: %+v", properties, got)
		}
		if other := Boundaries("1103")(f); other != nil {
			t.Errorf("%v is taken for Stavanger", properties)
		}
		if all := Boundaries("")(f); len(all) != 1 {
			t.Errorf("%v is not among all", properties)
		}
	}
}

func TestOutgoing_keepsWhatFormatsHaveNoWordsFor(t *testing.T) {
	t.Parallel()
	f := Feature{ID: "a", Part: "p", Type: "Hus", From: day(1997, 3, 1), To: time.Date(2010, 5, 6, 7, 8, 9, 0, time.UTC), Properties: map[string]any{"name": "x"}}
	out := outgoing(f, 25832)
	want := map[string]any{"name": "x", "torg_part": "p", "torg_type": "Hus", "valid_from": "1997-03-01", "valid_to": "2010-05-06T07:08:09Z"}
	if diff := cmp.Diff(want, out.Properties); diff != "" || out.ID != "a" || out.Type != "Hus" || out.CRS != 25832 {
		t.Errorf("%s %+v", diff, out)
	}
	back := Feature{ID: out.ID, Properties: out.Properties}
	(&run{}).unpack(&back)
	f.Properties = map[string]any{"name": "x"}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Error(diff)
	}
	odd := Feature{Properties: map[string]any{"valid_from": "in spring", "torg_part": "no such/part", "torg_type": 7}}
	(&run{}).unpack(&odd)
	if odd.Part != "" || odd.Type != "" || !odd.From.IsZero() || odd.Properties["valid_from"] != "in spring" {
		t.Errorf("%+v", odd)
	}
}
