package pdf

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
)

// weight picks one of the four fonts; it is also the font's resource number.
type weight int

const (
	regular weight = iota
	bold
	italic
	boldItalic
	weights
)

func weightOf(isBold, isItalic bool) weight {
	w := regular
	if isBold {
		w = bold
	}
	if isItalic {
		w += italic
	}
	return w
}

// fonts are the subsets of one letter.
type fonts [weights]*subset

func loadFonts() (*fonts, error) {
	shelf, err := typefaces()
	if err != nil {
		return nil, err
	}
	var out fonts
	for i, face := range shelf {
		out[i] = newSubset(face)
	}
	return &out, nil
}

// typefaces are read once in a process and never changed.
var typefaces = sync.OnceValues(readTypefaces)

func readTypefaces() (out [weights]*typeface, err error) {
	for i, f := range [weights]struct {
		name string
		ttf  []byte
	}{
		{"GoRegular", goregular.TTF},
		{"Go-Bold", gobold.TTF},
		{"Go-Italic", goitalic.TTF},
		{"Go-BoldItalic", gobolditalic.TTF},
	} {
		if out[i], err = parseTypeface(f.name, f.ttf); err != nil {
			return out, err
		}
	}
	// Not the others: of them a letter uses few characters, and files would grow
	// by half.
	out[regular].common = sync.OnceValues(newSubset(out[regular]).packCommon)
	return out, nil
}

// resources writes the fonts that were used and returns the Font dictionary.
func (fs *fonts) resources(f *file) (string, error) {
	var b strings.Builder
	b.WriteString("<<")
	for i, s := range fs {
		if len(s.runes) == 0 {
			continue
		}
		r, err := s.write(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "/F%d %s ", i, r)
	}
	return b.String() + ">>", nil
}

// write writes a Type 0 font with Identity-H encoding: codes are CIDs are
// glyph numbers of the subset (ISO 32000-1, 9.7).
func (s *subset) write(f *file) (ref, error) {
	p, err := s.packed()
	if err != nil {
		return 0, err
	}
	name := p.tag + "+" + s.face.name
	program := f.addRaw(fmt.Sprintf("/Length1 %d%s", p.length, deflated), p.program)
	unicode := f.addRaw(deflated, p.unicode)
	cid := f.add(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s"+
		" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"+
		" /FontDescriptor %s /DW %d /W [1 [%s]] /CIDToGIDMap /Identity>>",
		name, f.add(s.descriptor(name, program)), s.face.advance(0), s.widths()))
	return f.add(fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H"+
		" /DescendantFonts [%s] /ToUnicode %s>>", name, cid, unicode)), nil
}

// packedFont is what a subset's file and its CMap are in a PDF.
type packedFont struct {
	tag              string
	length           int // of the program before it was compressed
	program, unicode []byte
}

// packed returns the font's streams. A letter with nothing but common
// characters takes those that were made once: making and compressing the same
// font for each letter was most of the work of writing one.
func (s *subset) packed() (packedFont, error) {
	if s.face.common != nil && len(s.runes) == utf8.RuneCountInString(commonCharacters) {
		return s.face.common()
	}
	return s.pack()
}

func (s *subset) pack() (p packedFont, err error) {
	ttf := s.fontFile()
	p.tag, p.length = subsetTag(ttf), len(ttf)
	if p.program, err = deflate(ttf); err != nil {
		return p, err
	}
	p.unicode, err = deflate(s.toUnicode())
	return p, err
}

func (s *subset) packCommon() (packedFont, error) {
	s.begin()
	return s.pack()
}

// subsetTag is six capitals from the content (ISO 32000-1, 9.6.4).
func subsetTag(ttf []byte) string {
	sum := sha256.Sum256(ttf)
	tag := sum[:6]
	for i := range tag {
		tag[i] = 'A' + tag[i]%26
	}
	return string(tag)
}

func (s *subset) widths() string {
	list := make([]string, len(s.runes))
	for i, r := range s.runes {
		list[i] = strconv.Itoa(s.advance(r))
	}
	return strings.Join(list, " ")
}

// descriptor writes the font descriptor. Flag 4 (symbolic) is what a font has
// whose codes are glyph numbers.
func (s *subset) descriptor(name string, program ref) string {
	t := s.face
	box := [4]int{t.scaled("head", 36), t.scaled("head", 38), t.scaled("head", 40), t.scaled("head", 42)}
	stem := 50 + int(u16(t.tables["OS/2"], 4))*int(u16(t.tables["OS/2"], 4))/4225 // usual estimate from the weight class
	return fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d]"+
		" /ItalicAngle %s /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %s>>",
		name, box[0], box[1], box[2], box[3], num(float64(i16(t.tables["post"], 4))),
		t.scaled("hhea", 4), t.scaled("hhea", 6), t.scaled("OS/2", 88), stem, program)
}

// toUnicode writes the CMap that gives text back (ISO 32000-1, 9.10.3).
func (s *subset) toUnicode() []byte {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for i := 0; i < len(s.runes); i += 100 { // at most 100 entries in a section
		part := s.runes[i:min(i+100, len(s.runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for j, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", i+j+1, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
