package pdf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tenWide measures every character as ten points wide.
func tenWide(s string) []char {
	st := &style{size: 10}
	var out []char
	for _, r := range s {
		c := char{r: r, st: st, w: 10}
		if r == nonBreakingHyp {
			c.r, c.solid = '-', true
		}
		out = append(out, c)
	}
	return out
}

func asStrings(lines []line) []string {
	var out []string
	for _, l := range lines {
		var b strings.Builder
		for _, c := range l {
			b.WriteRune(c.r)
		}
		out = append(out, b.String())
	}
	return out
}

func TestBreakLines_breaksWhereItMay(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"empty":               {"", nil},
		"fits":                {"abcdefghij", []string{"abcdefghij"}},
		"at a space":          {"abcde fghij", []string{"abcde ", "fghij"}},
		"spaces hang over":    {"abcdefghij   klm", []string{"abcdefghij   ", "klm"}},
		"word too long":       {"abcdefghijklmnopqrstuvw", []string{"abcdefghij", "klmnopqrst", "uvw"}},
		"long word after one": {"ab cdefghijklmnop", []string{"ab ", "cdefghijkl", "mnop"}},
		"line feed":           {"ab\ncd\n\nef", []string{"ab ", "cd ", " ", "ef"}},
		"no-break space":      {"abcde fg\u00A0hij", []string{"abcde ", "fg\u00A0hij"}},
		"hyphen":              {"brukar-orientert", []string{"brukar-", "orientert"}},
		"no-break hyphen":     {"ab brukar\u2011orientert", []string{"ab ", "brukar-ori", "entert"}},
		"number range":        {"abc 2026-2028", []string{"abc ", "2026-2028"}},
		"paragraph sign":      {"abcdefg § 13", []string{"abcdefg ", "§ 13"}},
		"address":             {"lovdata.no/lov", []string{"lovdata.no", "/lov"}},
		"slash":               {"ab abcd/efgh", []string{"ab abcd/", "efgh"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, asStrings(breakLines(tenWide(tt.in), 100))); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLineWidth_leavesOutSpacesAtTheEnd(t *testing.T) {
	t.Parallel()
	if got := line(tenWide("ab c  ")).width(); got != 40 {
		t.Errorf("width %v, want 40", got)
	}
}

func TestChars_trimsAndStyles(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	f := &flow{fonts: fs, color: rgb{1, 2, 3}}
	cs := f.chars([]Span{{Text: "\n a"}, {Text: "b", Bold: true, Italic: true}, {Text: "c ", Link: "https://a.example/ø", Lang: "se"}, {Text: " ", Link: "https://b.example"}}, bodyStyle())
	if got := asStrings([]line{cs}); got[0] != "abc" {
		t.Fatalf("text %q, want abc", got[0])
	}
	if cs[1].st.weight != boldItalic || cs[0].st.weight != regular {
		t.Errorf("weights %v %v", cs[0].st.weight, cs[1].st.weight)
	}
	link := cs[2].st
	if link.link != "https://a.example/%C3%B8" || link.linkAlt != "c" || link.lang != "se" || link.color != f.color {
		t.Errorf("link style %+v", link)
	}
	for _, c := range cs {
		if c.w <= 0 {
			t.Errorf("%c has no width", c.r)
		}
	}
}

func TestAsciiURI_escapesWhatPDFDoesNotKnow(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example/x?y=1&z=%C3%A5#k": "https://a.example/x?y=1&z=%C3%A5#k",
		"https://a.example/å b":              "https://a.example/%C3%A5%20b",
		"mailto:kari@a.example":              "mailto:kari@a.example",
		`https://a.example/<">\`:             "https://a.example/%3C%22%3E%5C",
	} {
		if got := asciiURI(in); got != want {
			t.Errorf("asciiURI(%q) = %q, want %q", in, got, want)
		}
	}
}
