package layers

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// What is picked out of the text is what reading all of it gives.
func TestTagsIn_isWhatDecodingGives(t *testing.T) {
	t.Parallel()
	names := []string{"b", "name", "id", "æ", "e\"x", "missing"}
	for _, text := range []string{
		`{}`, `{"a":1}`, `{"b":true,"name":"Å \"hei\" \\ \u00e6 \n","æ":-1.50}`, `{"b":null,"name":"","æ":12}`,
		`{"a":{"name":"inner","b":[1,"}",{"b":2}]},"b":[1,2,{"x":"]"}],"e\"x":false,"id":"another","name":"n"}`,
		` { "b" : 1.0 , "name" : "x" , "æ" : 1e3 } `, `{"b":123456789012345678901234567890,"æ":{}}`, `{"name":"{\"b\":1}","b":0.1}`,
	} {
		asDecoded(t, text, names)
	}
}

func asDecoded(t *testing.T, text string, names []string) {
	t.Helper()
	all, err := decode(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	want := make([]tile.Value, len(names))
	for i, name := range names {
		switch v := all[name]; {
		case name == "id":
			want[i] = tile.Text("7")
		case v != nil:
			want[i] = tagOf(v)
		}
	}
	got, err := tagsIn(text, "7", names, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", text, diff)
	}
}

func TestTagsIn_readsWhatIsWritten(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	letters := []rune("ab{}[]\":,\\ æ\t\u2028")
	word := func() string {
		text := make([]rune, r.IntN(6))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		return string(text)
	}
	for range 3000 {
		m, names := map[string]any{}, []string{"none"}
		for range r.IntN(8) {
			name := word()
			m[name] = []any{word(), r.Int64() - r.Int64(), r.NormFloat64(), true, false, nil}[r.IntN(6)]
			if r.IntN(2) == 0 && name != "id" {
				names = append(names, name)
			}
		}
		text, err := EncodeProperties(m)
		if err != nil {
			t.Fatal(err)
		}
		asDecoded(t, text, unique(names))
	}
}

func unique(names []string) []string {
	var out []string
	for _, n := range names {
		known := false
		for _, o := range out {
			known = known || o == n
		}
		if !known {
			out = append(out, n)
		}
	}
	return out
}

// What is no JSON object is told, or ends: a broken row must not keep a layer waiting.
func FuzzTagsIn(f *testing.F) {
	for _, text := range []string{`{"a":1,"b":"x"}`, `{`, ``, `{"a"`, `{"a":}`, `{"a":[}`, `{"a":"\`, `{"a":1 2}`, `nonsense`, `{"a":{"b":[[[`, `{,}`, `{"a":,}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := tagsIn(text, "", []string{"a", "b"}, nil)
		if err == nil && len(values) != 2 {
			t.Errorf("%d values", len(values))
		}
	})
}
