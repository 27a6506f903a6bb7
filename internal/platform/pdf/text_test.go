package pdf

import "testing"

func TestClean_keepsWhatALetterCanShow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"plain":              {"Hei på deg", "Hei på deg"},
		"decomposed":         {"a\u030A o\u0308 c\u030C", "å ö č"},
		"stroke stays":       {"đŋŧøæ", "đŋŧøæ"},
		"line ends":          {"a\r\nb\rc\vd\u2028e\u0085f", "a\nb\nc\nd\ne\nf"},
		"tab and thin space": {"a\tb\u2009c\u3000d", "a b c d"},
		"narrow no-break":    {"10\u202F000", "10\u00A0000"},
		"invisible":          {"a\u00ADb\u200Bc\uFEFFd\u2060e", "abcde"},
		"hyphen":             {"a\u2010b", "a-b"},
		"nul and controls":   {"a\x00b\x1bc\x7f", "a\uFFFDb\uFFFDc\uFFFD"},
		"private use":        {"\uE000\U000F0000", "\uFFFD\uFFFD"},
		"noncharacter":       {"\uFFFE\uFDD0\U0001FFFF", "\uFFFD\uFFFD\uFFFD"},
		"invalid UTF-8":      {"a\xffb\xc3", "a\uFFFDb\uFFFD"},
		"empty":              {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := clean(tt.in); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestOneLine_joinsAndTrims(t *testing.T) {
	t.Parallel()
	if got := oneLine("\n Kari\nNordmann\t"); got != "Kari Nordmann" {
		t.Errorf("oneLine = %q", got)
	}
}
