package pdf

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestCheckLink_takesOnlyWhatALetterLinksTo(t *testing.T) {
	t.Parallel()
	for link, ok := range map[string]bool{
		"":                            true,
		"https://a.example/x":         true,
		"http://a.example":            true,
		"HTTPS://a.example":           true,
		"mailto:post@a.example":       true,
		"tel:+4778468000":             true,
		"https:a.example":             false,
		"https://":                    false,
		"mailto:":                     false,
		"mailto://a.example":          false,
		"javascript:alert(1)":         false,
		"data:text/html,x":            false,
		"file:///x":                   false,
		"//a.example":                 false,
		"/minside":                    false,
		"https://a.example/\x00":      false,
		"https://a.example:port/":     false,
		"ftp://a.example":             false,
		" https://a.example":          false,
		"https://a.example/å?b=c d#e": true,
	} {
		if err := checkLink(link); (err == nil) != ok || (err != nil && !errors.Is(err, ErrInvalid)) {
			t.Errorf("checkLink(%q) = %v, want ok %v", link, err, ok)
		}
	}
}

func TestCheckLang_wantsATag(t *testing.T) {
	t.Parallel()
	for tag, ok := range map[string]bool{
		"nb": true, "nb-NO": true, "nn-NO": true, "se": true, "sma": true, "smj-NO": true, "en-GB": true,
		"": false, "nb_NO": false, "norsk": false, "n": false, "nb-": false, "(nb)": false, "nb\n": false, "x y": false,
	} {
		if err := checkLang(tag); (err == nil) != ok {
			t.Errorf("checkLang(%q) = %v, want ok %v", tag, err, ok)
		}
	}
}

func TestTrimTo_doesNotSplitCharacters(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "", 1: "a", 2: "a", 3: "aå", 4: "aå", 5: "aåŋ", 9: "aåŋ"} {
		if got := trimTo("aåŋ", n); got != want {
			t.Errorf("trimTo(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestInRange_refusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]bool{0: true, 5: true, 10: true, -0.1: false, 10.1: false, math.Inf(1): false, math.Inf(-1): false} {
		if inRange(v, 0, 10) != want {
			t.Errorf("inRange(%v) is not %v", v, want)
		}
	}
	if inRange(math.NaN(), 0, 10) {
		t.Error("NaN is in range")
	}
}

func TestChecker_addsUpOverBlocks(t *testing.T) {
	t.Parallel()
	half := strings.Repeat("a", maxText/2)
	d := plain(P(half), P(half[:maxText/2-100]))
	if err := d.check(); err != nil {
		t.Errorf("a text of the permitted size is refused: %v", err)
	}
	d = plain(P(half), List{Items: [][]Span{Text(half)}})
	if err := d.check(); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v, want ErrLimit", err)
	}
	many := make([]Block, maxImages+1)
	for i := range many {
		many[i] = Image{Data: []byte("x"), Alt: "a"}
	}
	d = plain(many...)
	if err := d.check(); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v, want ErrLimit", err)
	}
}

func TestCheck_saysWhichBlock(t *testing.T) {
	t.Parallel()
	d := plain(P("a"), P("b"), Image{})
	if err := d.check(); err == nil || !strings.HasPrefix(err.Error(), "block 2: ") {
		t.Errorf("error %v, want one about block 2", err)
	}
}

func TestErrors_doNotRepeatLongInput(t *testing.T) {
	t.Parallel()
	long := "javascript:" + strings.Repeat("å", 900)
	if err := checkLink(long); err == nil || len(err.Error()) > 300 {
		t.Errorf("error of %d bytes", len(err.Error()))
	}
}
