package pdf

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// alphabet is what letters in Norway are written with.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅabcdefghijklmnopqrstuvwxyzæøå0123456789" +
	"ÁČĐŊŠŦŽáčđŋšŧž" + // Northern Sámi
	"ÁÅÄŃŊáåäńŋ" + "ÏÄÖÅïäöå" + // Lule and Southern Sámi
	" .,:;!?«»–—-•§€@/()%+=&*'\"’“”…½²°·éèêëôòóüÉÈÜ\u00A0"

func TestTypeface_mapsAndMeasuresLikeSfnt(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	ref, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for r := rune(0); r < 0x11000; r++ {
		want, err := ref.GlyphIndex(&buf, r)
		if err != nil {
			t.Fatal(err)
		}
		got := fs[regular].face.glyph(r)
		if got != uint16(want) {
			t.Fatalf("glyph(%U) = %d, want %d", r, got, want)
		}
		adv, err := ref.GlyphAdvance(&buf, want, fixed.I(1000), font.HintingNone)
		if err != nil {
			t.Fatal(err)
		}
		if w := fs[regular].face.advance(got); max(w-adv.Round(), adv.Round()-w) > 1 { // sfnt rounds twice
			t.Fatalf("advance(%U) = %d, want %d", r, w, adv.Round())
		}
	}
}

func TestFonts_coverTheAlphabets(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range fs {
		for _, r := range alphabet {
			if s.shown(r) != r {
				t.Errorf("%s has no %c", s.face.name, r)
			}
		}
		if s.face.glyph(fallback) == 0 {
			t.Errorf("%s has no fallback", s.face.name)
		}
	}
}

// The subset draws exactly what the whole font draws.
func TestSubset_keepsOutlines(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range fs {
		for _, r := range alphabet {
			s.id(r)
		}
		tables := tablesOf(s.fontFile())
		for _, tag := range []string{"OS/2", "cmap", "name", "post"} { // sfnt reads whole fonts only
			tables[tag] = s.face.tables[tag]
		}
		var list []sfntTable
		for tag, data := range tables {
			list = append(list, sfntTable{tag, data})
		}
		slices.SortFunc(list, func(a, b sfntTable) int { return strings.Compare(a.tag, b.tag) })
		compareOutlines(t, s, sfntFile(list))
	}
}

func compareOutlines(t *testing.T, s *subset, data []byte) {
	t.Helper()
	var whole []sfntTable
	for _, tag := range []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		whole = append(whole, sfntTable{tag, s.face.tables[tag]})
	}
	want, err := sfnt.Parse(sfntFile(whole))
	if err != nil {
		t.Fatal(err)
	}
	got, err := sfnt.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", s.face.name, err)
	}
	var a, b sfnt.Buffer
	for i, r := range s.runes {
		x, err1 := want.LoadGlyph(&a, sfnt.GlyphIndex(s.face.glyph(r)), fixed.I(2048), nil)
		y, err2 := got.LoadGlyph(&b, sfnt.GlyphIndex(i+1), fixed.I(2048), nil)
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: %c: %v, %v", s.face.name, r, err1, err2)
		}
		if diff := cmp.Diff([]sfnt.Segment(x), []sfnt.Segment(y)); diff != "" {
			t.Errorf("%s: %c is drawn differently", s.face.name, r)
		}
	}
}

func TestSubset_givesEachCharacterItsOwnCode(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	s := fs[bold] // has no characters but those that are used
	a, space, hard := s.id('a'), s.id(' '), s.id(nbsp)
	if a != 1 || space != 2 || hard != 3 || s.id('a') != a {
		t.Errorf("codes %d %d %d", a, space, hard)
	}
	if s.id('漢') != s.id(fallback) || s.id('漢') == 0 || s.advance('漢') != s.advance(fallback) {
		t.Error("a character without glyph is not shown as fallback")
	}
	if diff := cmp.Diff([]rune{'a', ' ', nbsp, fallback}, s.runes); diff != "" {
		t.Error(diff)
	}
}

func TestParseTypeface_refusesDamagedFonts(t *testing.T) {
	t.Parallel()
	cut := func(tag string) []byte {
		b := slices.Clone(goregular.TTF)
		copy(b[strings.Index(string(b[:400]), tag):], "xxxx")
		return b
	}
	for name, data := range map[string][]byte{
		"empty": nil, "header only": goregular.TTF[:12], "directory only": goregular.TTF[:300], "half": goregular.TTF[:len(goregular.TTF)/2],
		"no cmap": cut("cmap"), "no glyf": cut("glyf"), "no head": cut("head"), "no OS/2": cut("OS/2"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseTypeface("x", data); !errors.Is(err, errFont) {
				t.Errorf("error %v, want errFont", err)
			}
		})
	}
}

func FuzzParseTypeface(f *testing.F) {
	f.Add(0, byte(0))
	f.Add(4, byte(255))
	f.Add(600, byte(7))
	f.Fuzz(func(t *testing.T, at int, v byte) {
		b := slices.Clone(goregular.TTF)
		if at < 0 || at >= len(b) {
			return
		}
		b[at] = v
		face, err := parseTypeface("x", b)
		if err != nil {
			return
		}
		s := newSubset(face)
		for _, r := range "aå§Ŋ\uFFFD" {
			if int(face.glyph(r)) < face.glyphs {
				s.id(r)
			}
		}
		if len(s.fontFile()) == 0 {
			t.Error("no font file")
		}
	})
}

// strip relies on it: no glyph of the fonts is composed of others.
func TestTypeface_hasNoComposedGlyphs(t *testing.T) {
	t.Parallel()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range fs {
		for g := range s.face.glyphs {
			if i16(s.face.outline(uint16(g)), 0) < 0 {
				t.Errorf("%s: glyph %d is composed", s.face.name, g)
			}
		}
	}
}

func TestStrip_dropsOnlyTheHintingProgram(t *testing.T) {
	t.Parallel()
	head := []byte{0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 2} // one contour that ends at point 2
	points := []byte{1, 1, 1, 5, 5, 5, 7, 7}
	hinted := slices.Concat(head, []byte{0, 3, 0xB0, 0xB1, 0xB2}, points)
	want := padded(slices.Concat(head, []byte{0, 0}, points))
	if diff := cmp.Diff(want, strip(hinted)); diff != "" {
		t.Errorf("outline (-want +got):\n%s", diff)
	}
	for name, b := range map[string][]byte{"space": nil, "cut": hinted[:14], "composed": {255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}} {
		if got := strip(b); len(got) != 0 {
			t.Errorf("%s gives %v", name, got)
		}
	}
}

// The map has two segments: one with a difference, one with a list.
func TestGlyph_readsBothKindsOfSegments(t *testing.T) {
	t.Parallel()
	words := []uint16{
		4, 0, 0, 6, 0, 0, 0, // format, length, language, 2 × segments, search fields
		0x45, 0x52, 0xFFFF, 0, // ends
		0x41, 0x50, 0xFFFF, // starts
		10, 1, 1, // differences
		0, 4, 0, // offsets: the list begins two words on
		7, 0, 9, // the list
	}
	var cmap []byte
	for _, w := range words {
		cmap = append(cmap, byte(w>>8), byte(w))
	}
	face := &typeface{cmap: cmap}
	for r, want := range map[rune]uint16{0x40: 0, 0x41: 0x4B, 0x45: 0x4F, 0x46: 0, 0x50: 8, 0x51: 0, 0x52: 10, 0x53: 0, 0x10041: 0, -1: 0} {
		if got := face.glyph(r); got != want {
			t.Errorf("glyph(%U) = %d, want %d", r, got, want)
		}
	}
}

func TestSubset_ofCommonCharactersIsMadeOnce(t *testing.T) {
	t.Parallel()
	first, second := packedRegular(t, "Hei på deg"), packedRegular(t, "Vedtak i sak 2026/17: ja, på § 16")
	if &first.program[0] != &second.program[0] {
		t.Error("two letters of common characters have fonts of their own")
	}
	other := packedRegular(t, "Čáhppesjávri")
	if other.tag == first.tag || bytes.Equal(other.program, first.program) {
		t.Error("a letter with other characters has the common font")
	}
	if again := packedRegular(t, "Hei"); again.tag != first.tag {
		t.Error("a letter with other characters changed the common font")
	}
}

// packedRegular is the font for text of a letter that says this.
func packedRegular(t *testing.T, text string) packedFont {
	t.Helper()
	fs, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range text {
		fs[regular].id(r)
	}
	p, err := fs[regular].packed()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
