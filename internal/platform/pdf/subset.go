package pdf

import (
	"slices"
)

// commonCharacters are in every letter's font for text: nearly all letters need
// no others, and then have the same font.
const commonCharacters = " abcdefghijklmnopqrstuvwxyzæøåéABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789.,:;!?()/-–«»'\"§%+&@"

// subset is the part of a typeface that a letter uses. Each character gets its
// own glyph number, counted from 1, common characters first and others in
// order of use, also where the typeface shares a glyph between two characters:
// copied text is then exact.
type subset struct {
	face  *typeface
	ids   map[rune]int
	runes []rune // runes[i] is the character of glyph i+1
	width map[rune]int
}

func newSubset(face *typeface) *subset {
	return &subset{face: face, ids: map[rune]int{}, width: map[rune]int{}}
}

// shown is the character that is drawn for r.
func (s *subset) shown(r rune) rune {
	if s.face.glyph(r) == 0 {
		return fallback
	}
	return r
}

// advance is the width of r in thousandths of the font size.
func (s *subset) advance(r rune) int {
	w, ok := s.width[r]
	if !ok {
		w = s.face.advance(s.face.glyph(s.shown(r)))
		s.width[r] = w
	}
	return w
}

// id is the number under which r is written, taking r into the subset.
func (s *subset) id(r rune) int {
	if id, ok := s.ids[r]; ok {
		return id
	}
	if len(s.runes) == 0 && s.face.common != nil {
		s.begin()
		return s.id(r)
	}
	shown := s.shown(r)
	if shown != r {
		s.ids[r] = s.id(shown)
		return s.ids[r]
	}
	s.runes = append(s.runes, r)
	s.ids[r] = len(s.runes)
	return s.ids[r]
}

// begin takes the common characters into the subset.
func (s *subset) begin() {
	for i, r := range []rune(commonCharacters) {
		s.runes = append(s.runes, r)
		s.ids[r] = i + 1
	}
}

const (
	longLocaFormat   = 1
	checksumTarget   = 0xB1B0AFBA // OpenType 1.9, head
	headAdjustmentAt = 8
)

// glyphSet holds the outlines of a subset while it is built.
type glyphSet struct {
	face *typeface
	old  []uint16 // old[new] is the glyph number in the typeface
	data [][]byte
}

// fontFile builds the TrueType file of the subset: .notdef, then the
// characters' glyphs in order. Hinting programs are left out: letters are
// printed or shown at screen sizes where today's renderers do not run them, and
// they are most of the size.
func (s *subset) fontFile() []byte {
	g := &glyphSet{face: s.face, old: []uint16{0}}
	for _, r := range s.runes {
		g.old = append(g.old, s.face.glyph(r))
	}
	for _, old := range g.old {
		g.data = append(g.data, strip(s.face.outline(old)))
	}
	return g.build()
}

// strip copies an outline without its hinting program. The Go fonts compose no
// glyph of others, so that an outline needs nothing beside it.
func strip(b []byte) []byte {
	contours := i16(b, 0)
	at := 10 + 2*contours
	size := int(u16(b, at))
	if contours < 0 || len(b) < at+2+size {
		return nil
	}
	return padded(slices.Concat(b[:at], []byte{0, 0}, b[at+2+size:]))
}

// build writes the tables that ISO 32000-1, 9.9 asks for.
func (g *glyphSet) build() []byte {
	var loca, hmtx, glyf []byte
	for i, d := range g.data {
		loca = append32(loca, len(glyf))
		glyf = append(glyf, d...)
		h := g.face.tables["hmtx"]
		m := min(int(g.old[i]), g.face.hmetrics-1)
		hmtx = append(hmtx, h[4*m:4*m+2]...)
		hmtx = append16(hmtx, i16(d, 2)) // left side bearing = xMin
	}
	loca = append32(loca, len(glyf))
	head := slices.Clone(g.face.tables["head"][:54])
	put32(head, headAdjustmentAt, 0)
	put16(head, 50, longLocaFormat)
	hhea := slices.Clone(g.face.tables["hhea"][:36])
	put16(hhea, 34, len(g.data))
	maxp := slices.Clone(g.face.tables["maxp"][:32])
	put16(maxp, 4, len(g.data))
	clear(maxp[16:28]) // storage, functions, instructions, stack: no programs left
	return sfntFile([]sfntTable{
		{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp},
	})
}

// sfntTable is a table of a font file; tables are sorted by tag.
type sfntTable struct {
	tag  string
	data []byte
}

func sfntFile(tables []sfntTable) []byte {
	n := len(tables)
	power, log := 1, 0
	for power*2 <= n {
		power, log = power*2, log+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{n, power * 16, log, (n - power) * 16} {
		out = append16(out, v)
	}
	offset, headAt := len(out)+16*len(tables), 0
	var body []byte
	for _, t := range tables {
		if t.tag == "head" {
			headAt = offset + len(body)
		}
		out = append(out, t.tag...)
		out = append32(out, checksum(t.data))
		out = append32(out, offset+len(body))
		out = append32(out, len(t.data))
		body = padded(append(body, t.data...))
	}
	out = append(out, body...)
	put32(out, headAt+headAdjustmentAt, checksumTarget-checksum(out))
	return out
}

// checksum adds up the words of a table, modulo 2³² (OpenType 1.9, otff).
func checksum(b []byte) int {
	sum := 0
	for i := 0; i < len(b); i += 4 {
		var word [4]byte
		copy(word[:], b[i:])
		sum += u32(word[:], 0)
	}
	return sum & 0xFFFFFFFF
}
