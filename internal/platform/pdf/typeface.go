package pdf

import (
	"errors"
	"fmt"
	"math"
)

var errFont = errors.New("pdf: font file is damaged")

// typeface reads a TrueType font (OpenType 1.9, the tables head, hhea, maxp,
// hmtx, loca, glyf, cmap, post and OS/2).
type typeface struct {
	name     string
	tables   map[string][]byte
	cmap     []byte // the Unicode BMP subtable, format 4
	units    float64
	glyphs   int
	longLoca bool
	hmetrics int
	// common returns the subset of the common characters, for the typeface in which
	// text is written; nil for the others.
	common func() (packedFont, error)
}

func parseTypeface(name string, ttf []byte) (*typeface, error) {
	t := &typeface{name: name, tables: map[string][]byte{}}
	if len(ttf) < 12 {
		return nil, fmt.Errorf("%w: %s: no header", errFont, name)
	}
	n := int(u16(ttf, 4))
	if len(ttf) < 12+16*n {
		return nil, fmt.Errorf("%w: %s: table directory", errFont, name)
	}
	for i := range n {
		e := ttf[12+16*i:]
		off, size := u32(e, 8), u32(e, 12)
		if off+size > len(ttf) {
			return nil, fmt.Errorf("%w: %s: table %q", errFont, name, e[:4])
		}
		t.tables[string(e[:4])] = ttf[off : off+size]
	}
	return t, t.readHeads()
}

// readHeads checks the tables' sizes once, so that the readers below need not.
func (t *typeface) readHeads() error {
	least := map[string]int{"head": 54, "hhea": 36, "maxp": 32, "hmtx": 4, "loca": 4, "glyf": 1, "post": 16, "OS/2": 90, "cmap": 4}
	for tag, n := range least {
		if len(t.tables[tag]) < n {
			return fmt.Errorf("%w: %s: table %q", errFont, t.name, tag)
		}
	}
	t.units = float64(u16(t.tables["head"], 18))
	t.longLoca = u16(t.tables["head"], 50) == 1
	t.glyphs = int(u16(t.tables["maxp"], 4))
	t.hmetrics = int(u16(t.tables["hhea"], 34))
	width := 2
	if t.longLoca {
		width = 4
	}
	if t.units == 0 || t.hmetrics == 0 || len(t.tables["hmtx"]) < 4*t.hmetrics || len(t.tables["loca"]) < width*(t.glyphs+1) {
		return fmt.Errorf("%w: %s: metrics", errFont, t.name)
	}
	return t.findCmap()
}

func (t *typeface) findCmap() error {
	c := t.tables["cmap"]
	for i := range int(u16(c, 2)) {
		e := 4 + 8*i
		if len(c) < e+8 || u16(c, e) != 3 || u16(c, e+2) != 1 {
			continue
		}
		off := u32(c, e+4)
		if off+14 <= len(c) && u16(c, off) == 4 {
			t.cmap = c[off:]
			return nil
		}
	}
	return fmt.Errorf("%w: %s: no Unicode map", errFont, t.name)
}

// glyph returns the glyph for a character, 0 if the font has none.
func (t *typeface) glyph(r rune) uint16 {
	if r > math.MaxUint16 || r < 0 {
		return 0
	}
	n := int(u16(t.cmap, 6)) // twice the number of segments
	for i := 0; i < n; i += 2 {
		if end := rune(u16(t.cmap, 14+i)); r > end {
			continue
		}
		start := rune(u16(t.cmap, 16+n+i))
		if r < start {
			return 0
		}
		delta, offAt := u16(t.cmap, 16+2*n+i), 16+3*n+i
		off := int(u16(t.cmap, offAt))
		if off == 0 {
			return uint16(r) + delta
		}
		g := u16(t.cmap, offAt+off+2*int(r-start))
		if g == 0 {
			return 0
		}
		return g + delta
	}
	return 0
}

// advance is the glyph's width in thousandths of the font size.
func (t *typeface) advance(g uint16) int {
	i := min(int(g), t.hmetrics-1)
	return int(math.Round(float64(u16(t.tables["hmtx"], 4*i)) * 1000 / t.units))
}

// outline is the glyph's entry in glyf; empty for a space.
func (t *typeface) outline(g uint16) []byte {
	var from, to int
	loca := t.tables["loca"]
	if t.longLoca {
		from, to = u32(loca, 4*int(g)), u32(loca, 4*int(g)+4)
	} else {
		from, to = 2*int(u16(loca, 2*int(g))), 2*int(u16(loca, 2*int(g)+2))
	}
	if from >= to || to > len(t.tables["glyf"]) {
		return nil
	}
	return t.tables["glyf"][from:to]
}

// scaled reads a signed metric in thousandths of the font size.
func (t *typeface) scaled(table string, at int) int {
	return int(math.Round(float64(i16(t.tables[table], at)) * 1000 / t.units))
}
