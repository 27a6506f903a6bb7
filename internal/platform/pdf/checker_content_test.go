package pdf

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"
)

// checkPages reads every page's content: all of it is marked.
func (in *inspector) checkPages() {
	tree := in.dict(in.root()["Pages"])
	kids := in.list(tree["Kids"])
	in.want("page count", tree["Count"], float64(len(kids)))
	for i, k := range kids {
		p := in.dict(k)
		in.pages, in.pageRefs = append(in.pages, p), append(in.pageRefs, k.(pdfRef))
		in.want("StructParents", p["StructParents"], float64(i))
		in.want("Tabs", p["Tabs"], pdfName("S"))
		c, ok := in.get(p["Contents"]).(pdfStream)
		if !ok {
			in.badf("page %d has no content", i)
			continue
		}
		in.marks = append(in.marks, map[int]string{})
		in.checkContent(i, c.data)
	}
}

// content is the state while a page's operators are read.
type content struct {
	page    int
	depth   int
	inText  bool
	font    pdfName
	args    []any
	nesting int
	inPath  bool // ISO 32000-1, 8.2: nothing but path operators until it is painted
}

func (in *inspector) checkContent(page int, data []byte) {
	l, c := &lexer{b: data}, &content{page: page}
	for {
		v, err := l.value()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			in.badf("page %d: %v", page, err)
			return
		}
		op, ok := v.(pdfOp)
		if !ok {
			c.args = append(c.args, v)
			continue
		}
		in.operator(c, string(op))
		c.args = nil
	}
	if c.depth != 0 || c.nesting != 0 || c.inText {
		in.badf("page %d ends inside marked content, q or BT", page)
	}
}

func (in *inspector) operator(c *content, op string) {
	switch op {
	case "BDC":
		in.beginMark(c)
	case "EMC":
		c.depth--
	case "BT", "ET":
		if c.inText == (op == "BT") {
			in.badf("page %d: %s out of order", c.page, op)
		}
		c.inText = op == "BT"
	case "q":
		c.nesting++
	case "Q":
		c.nesting--
	case "Tf":
		c.font, _ = c.args[0].(pdfName)
	case "Tj":
		in.show(c)
	case "re", "f", "Do":
		if c.depth != 1 || c.inText {
			in.badf("page %d: %s outside marked content", c.page, op)
		}
		c.inPath = op == "re"
	case "m", "l", "c", "h", "W":
		if c.depth != 1 || c.inText || len(c.args) == 0 && !c.inPath {
			in.badf("page %d: %s out of place", c.page, op)
		}
		c.inPath = true
	case "S", "f*", "B", "B*", "n":
		if c.depth != 1 || !c.inPath {
			in.badf("page %d: %s paints nothing", c.page, op)
		}
		c.inPath = false
	case "rg", "Td", "cm", "RG", "w", "d", "J", "j", "M", "Tm", "Tr":
		if c.inPath {
			in.badf("page %d: %s within a path", c.page, op)
		}
	default:
		in.badf("page %d: operator %s", c.page, op)
	}
}

func (in *inspector) beginMark(c *content) {
	if c.depth++; c.depth != 1 {
		in.badf("page %d: nested marked content", c.page)
	}
	tag, _ := c.args[0].(pdfName)
	id, has := in.dict(c.args[1])["MCID"].(float64)
	if has == (tag == artifactTag) {
		in.badf("page %d: %s with MCID %v", c.page, tag, has)
	}
	if !has {
		return
	}
	if _, twice := in.marks[c.page][int(id)]; twice || int(id) != len(in.marks[c.page]) {
		in.badf("page %d: MCID %v out of order", c.page, id)
	}
	in.marks[c.page][int(id)] = string(tag)
}

func (in *inspector) show(c *content) {
	if c.depth != 1 || !c.inText {
		in.badf("page %d: text outside marked content", c.page)
	}
	s, _ := c.args[0].(pdfString)
	for i := 0; i+1 < len(s); i += 2 {
		if in.used[c.font] == nil {
			in.used[c.font] = map[uint16]bool{}
		}
		in.used[c.font][uint16(s[i])<<8|uint16(s[i+1])] = true
	}
}

// checkFonts wants every font embedded as used, with text for each code and
// the widths of the font file (ISO 19005-2, 6.2.11).
func (in *inspector) checkFonts() {
	declared := pdfDict{}
	for _, p := range in.pages {
		declared = in.dict(in.dict(p["Resources"])["Font"])
	}
	in.want("fonts", len(declared), len(in.used))
	for name, codes := range in.used {
		f := in.dict(declared[string(name)])
		in.want("Encoding", f["Encoding"], pdfName("Identity-H"))
		kids := in.list(f["DescendantFonts"])
		if len(kids) != 1 {
			in.badf("font %s is not declared", name)
			continue
		}
		cid := in.dict(kids[0])
		desc := in.dict(cid["FontDescriptor"])
		in.want("CIDToGIDMap", cid["CIDToGIDMap"], pdfName("Identity"))
		in.want("BaseFont", f["BaseFont"], cid["BaseFont"])
		in.want("FontName", desc["FontName"], cid["BaseFont"])
		file, ok := in.get(desc["FontFile2"]).(pdfStream)
		if !ok {
			in.badf("font %s is not embedded", name)
			continue
		}
		in.want("Length1", file.dict["Length1"], float64(len(file.data)))
		in.checkFontFile(codes, in.list(cid["W"]), file.data)
		in.checkToUnicode(codes, f["ToUnicode"])
	}
}

func (in *inspector) checkFontFile(codes map[uint16]bool, w []any, data []byte) {
	tables := tablesOf(data)
	glyphs := int(u16(tables["maxp"], 4))
	widths := in.list(w[1])
	for c := range codes {
		if c == 0 || int(c) >= glyphs || int(c) > len(widths) {
			in.badf("code %d of %d glyphs and %d widths", c, glyphs, len(widths))
			continue
		}
		units := float64(u16(tables["head"], 18))
		inFont := float64(u16(tables["hmtx"], 4*int(c))) * 1000 / units
		if got, _ := widths[c-1].(float64); got-inFont > 1 || inFont-got > 1 {
			in.badf("code %d: width %v, in the font %v", c, widths[c-1], inFont)
		}
	}
	in.want("checksum of the font file", checksum(data), checksumTarget)
}

// tablesOf reads a font's table directory.
func tablesOf(data []byte) map[string][]byte {
	out := map[string][]byte{}
	for i := range int(u16(data, 4)) {
		e := data[12+16*i:]
		off, size := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		out[string(e[:4])] = data[off : off+size]
	}
	return out
}

func (in *inspector) checkToUnicode(codes map[uint16]bool, v any) {
	m := in.toUnicode(v)
	for c := range codes {
		if r, ok := m[c]; !ok || r == 0 || r == 0xFEFF || r == 0xFFFE || (r >= 0xE000 && r <= 0xF8FF) {
			in.badf("code %d has text %U", c, r)
		}
	}
}

// toUnicode reads the bfchar lines of a ToUnicode map.
func (in *inspector) toUnicode(v any) map[uint16]rune {
	out := map[uint16]rune{}
	s, _ := in.get(v).(pdfStream)
	for l := range strings.Lines(string(s.data)) {
		if strings.HasPrefix(l, "<") && !strings.Contains(l, "FFFF>") {
			code, err1 := strconv.ParseUint(l[1:5], 16, 16)
			text, err2 := strconv.ParseUint(l[8:12], 16, 16)
			if err1 != nil || err2 != nil {
				in.badf("ToUnicode line %q", l)
			}
			out[uint16(code)] = rune(text)
		}
	}
	return out
}

// pageText is the text of a page in the order it is drawn.
func (in *inspector) pageText(page int) string {
	p := in.pages[page]
	fontDict := in.dict(in.dict(p["Resources"])["Font"])
	maps := map[pdfName]map[uint16]rune{}
	l := &lexer{b: in.get(p["Contents"]).(pdfStream).data}
	var b strings.Builder
	var font pdfName
	for {
		v, err := l.value()
		if err != nil {
			return b.String()
		}
		switch x := v.(type) {
		case pdfName:
			if _, is := fontDict[string(x)]; is {
				font = x
				if maps[font] == nil {
					maps[font] = in.toUnicode(in.dict(fontDict[string(x)])["ToUnicode"])
				}
			}
		case pdfString:
			for i := 0; i+1 < len(x); i += 2 {
				b.WriteRune(maps[font][uint16(x[i])<<8|uint16(x[i+1])])
			}
		}
	}
}
