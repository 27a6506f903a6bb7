package sosi

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// census counts bytes while the file is read the first time.
type census struct {
	high    int // bytes above 127
	latin   int // æøåÆØÅ as Latin-1 and its siblings write them
	dos     int // the same as code pages 850 and 865 write them
	control int // 0x80–0x9F: nothing in Latin-1, letters in DOS
	broken  bool
}

func (c *census) add(line []byte) {
	ascii := true
	for _, b := range line {
		if b < 0x80 {
			continue
		}
		ascii = false
		c.high++
		switch b {
		case 0xE6, 0xF8, 0xE5, 0xC6, 0xD8, 0xC5:
			c.latin++
		case 0x91, 0x9B, 0x86, 0x92, 0x9D, 0x8F:
			c.dos++
		}
		if b < 0xA0 {
			c.control++
		}
	}
	if !ascii && !c.broken && !utf8.Valid(line) {
		c.broken = true
	}
}

// charset turns bytes into text.
type charset struct {
	name   string
	decode func([]byte) string
}

var (
	utf8Set   = charset{"UTF-8", func(b []byte) string { return string(b) }}
	latin1    = single("ISO8859-1", charmap.Windows1252) // the two agree where both have letters
	latin6    = single("ISO8859-10", charmap.ISO8859_10)
	dosNordic = single("DOSN8", charmap.CodePage865)
	sevenBit  = charset{"ND7", func(b []byte) string { return nd7.Replace(string(b)) }}
)

// nd7 is the Norwegian seven bit set (NS 4551-1), where brackets are letters.
var nd7 = strings.NewReplacer("[", "Æ", `\`, "Ø", "]", "Å", "{", "æ", "|", "ø", "}", "å")

func single(name string, table *charmap.Charmap) charset {
	return charset{name, func(b []byte) string {
		var text strings.Builder
		text.Grow(len(b) + len(b)/8)
		for _, c := range b {
			text.WriteRune(table.DecodeByte(c))
		}
		return text.String()
	}}
}

// choose picks the character set from what the head tells and the bytes show.
// It reports whether the head was right.
func (c *census) choose(told string) (charset, bool) {
	claimed, known := named(told)
	switch {
	case c.high == 0 && known && claimed.name == sevenBit.name:
		return sevenBit, true
	case c.high == 0:
		return utf8Set, true
	case !c.broken:
		return utf8Set, known && claimed.name == utf8Set.name || told == ""
	case known && claimed.name == dosNordic.name:
		return pick(dosNordic, latin1, c.dos >= c.latin)
	case known && (claimed.name == latin1.name || claimed.name == latin6.name):
		return pick(claimed, dosNordic, c.control == 0 || c.latin >= c.dos)
	case c.dos > c.latin:
		return dosNordic, told == ""
	default:
		return latin1, told == ""
	}
}

func pick(told, other charset, right bool) (charset, bool) {
	if right {
		return told, true
	}
	return other, false
}

// named knows the names that heads use.
func named(told string) (charset, bool) {
	switch strings.ToUpper(strings.TrimSpace(told)) {
	case "UTF-8", "UTF8":
		return utf8Set, true
	case "ISO8859-1", "ISO-8859-1", "ISO8859-15", "ANSI", "WINDOWS-1252", "DECN8":
		return latin1, true
	case "ISO8859-10", "ISO-8859-10":
		return latin6, true
	case "DOSN8", "DOSN":
		return dosNordic, true
	case "ND7", "DECN7":
		return sevenBit, true
	default:
		return charset{}, false
	}
}
