package pdf

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplitAt_keepsTwoLinesTogether(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		total, fit int
		fresh      bool
		want       int
	}{
		{5, 9, false, 5},
		{5, 5, false, 5},
		{5, 4, false, 3},
		{5, 3, false, 3},
		{5, 2, false, 2},
		{5, 1, false, 0},
		{4, 3, false, 2},
		{3, 2, false, 0},
		{2, 1, false, 0},
		{3, 2, true, 2},
		{9, 0, true, 1},
		{9, 0, false, 0},
	} {
		if got := splitAt(tt.total, tt.fit, tt.fresh); got != tt.want {
			t.Errorf("splitAt(%d, %d, %v) = %d, want %d", tt.total, tt.fit, tt.fresh, got, tt.want)
		}
	}
}

// A heading is never the last thing on a page, wherever it comes to stand.
func TestWrite_keepsHeadingsWithWhatFollows(t *testing.T) {
	t.Parallel()
	table := Table{Header: []string{"Kolonne"}, Rows: [][]Cell{{Text("Celle")}, {Text("Celle")}}}
	for name, follows := range map[string]Block{
		"paragraph": P(strings.Repeat("avsnitt ", 40)), "table": table, "list": List{Items: [][]Span{Text("avsnitt")}},
		"image": Image{Data: photoJPEG(t), Alt: "Bilde", Width: 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 20; n < 32; n++ {
				in := sound(t, plain(P(strings.Repeat("x\n", n)), Heading{2, "Overskrift"}, Heading{3, "Underskrift"}, follows))
				for i := range in.pages {
					text := strings.TrimSuffix(in.pageText(i), fmt.Sprintf("%d / %d", i+1, len(in.pages)))
					if name != "image" && strings.HasSuffix(text, "skrift") {
						t.Errorf("%d lines: page %d ends with a heading", n, i+1)
					}
					if name == "image" && strings.Contains(text, "Underskrift") && !in.shows(i, "Figure") {
						t.Errorf("%d lines: page %d has the heading without the image", n, i+1)
					}
				}
			}
		})
	}
}

// shows reports whether a page has content with a tag.
func (in *inspector) shows(page int, tag string) bool {
	for _, m := range in.marks[page] {
		if m == tag {
			return true
		}
	}
	return false
}

func longTable(rows int) Table {
	t := Table{Caption: "Timer", Header: []string{"Uke", "Timer"}, RowHeaders: true}
	for i := range rows {
		t.Rows = append(t.Rows, []Cell{Text(fmt.Sprintf("Rad %d.", i)), Text("fjorten")})
	}
	return t
}

func TestTable_repeatsItsHeaderAsArtefact(t *testing.T) {
	t.Parallel()
	in := sound(t, plain(longTable(80)))
	if len(in.pages) < 3 {
		t.Fatalf("%d pages, want at least 3", len(in.pages))
	}
	for i := range in.pages {
		if n := strings.Count(in.pageText(i), "Uke"); n != 1 {
			t.Errorf("page %d has the header %d times", i+1, n)
		}
		if (i > 0) == in.shows(i, "Caption") {
			t.Errorf("page %d: caption %v", i+1, i == 0)
		}
	}
	if got := strings.Count(in.checkStructure().golden.String(), "Scope=Column"); got != 2 {
		t.Errorf("%d header cells in the structure, want 2", got)
	}
	for i := range 80 {
		if !strings.Contains(allText(in), fmt.Sprintf("Rad %d.", i)) {
			t.Errorf("row %d is missing", i)
		}
	}
}

func TestTable_splitsARowThatIsTallerThanAPage(t *testing.T) {
	t.Parallel()
	var words []string
	for i := range 900 {
		words = append(words, fmt.Sprintf("ord%d", i))
	}
	in := sound(t, plain(Table{Header: []string{"A", "B", "C"}, Rows: [][]Cell{{Text("x"), Text(strings.Join(words, " ")), nil}}}))
	if len(in.pages) < 3 {
		t.Errorf("%d pages, want at least 3", len(in.pages))
	}
	text := allText(in)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Fatalf("%s is missing", w)
		}
	}
}

func TestTable_copesWithAHeaderTallerThanAPage(t *testing.T) {
	t.Parallel()
	header := make([]string, maxColumns)
	cells := make([]Cell, maxColumns)
	for i := range header {
		header[i] = strings.Repeat("W", 900)
		cells[i] = Text("a b c")
	}
	in := sound(t, plain(P("a"), Table{Header: header, Rows: [][]Cell{cells, cells}}))
	if got := strings.Count(allText(in), "W"); got != 900*maxColumns {
		t.Errorf("%d letters of the header, want %d", got, 900*maxColumns)
	}
}

func TestTable_setsAmountsFlushRight(t *testing.T) {
	t.Parallel()
	f := started(t)
	cs := f.chars(Text("1 250"), bodyStyle())
	f.write(text{x: 100, w: 200, lead: 15, right: true, owner: f.root.child("P", "")}, []line{cs}, 100)
	want := num(300-line(cs).width()) + " "
	if !strings.Contains(f.cur.buf.String(), "rg "+want) {
		t.Errorf("text is not at %s:\n%s", want, f.cur.buf.String())
	}
}

func TestList_numbersItsItems(t *testing.T) {
	t.Parallel()
	items := make([][]Span, 12)
	for i := range items {
		items[i] = Text("punkt")
	}
	items[3] = Text(" ")
	in := sound(t, plain(List{Ordered: true, Items: items}, List{Items: [][]Span{nil}}))
	if text := allText(in); !strings.Contains(text, "11.punkt") || strings.Contains(text, "12.") {
		t.Errorf("text %q", text)
	}
	golden := in.checkStructure().golden.String()
	if strings.Count(golden, "LBody") != 11 || strings.Count(golden, "ListNumbering=Decimal") != 1 || strings.Contains(golden, "Disc") {
		t.Errorf("structure:\n%s", golden)
	}
}

func TestParagraph_linksOverLinesAndPages(t *testing.T) {
	t.Parallel()
	link := Span{Text: strings.Repeat("lenke ", 300), Link: "https://a.example/ø", Lang: "en"}
	in := sound(t, plain(P(strings.Repeat("x\n", 25)), Paragraph{[]Span{{Text: "før "}, link, {Text: " etter"}}}))
	golden := in.checkStructure().golden.String()
	if strings.Count(golden, "Link") != 1 || !strings.Contains(golden, `Link Lang="en"`) {
		t.Errorf("structure:\n%s", golden)
	}
	for i := range in.pages {
		if len(in.list(in.pages[i]["Annots"])) < 2 {
			t.Errorf("page %d has no annotations for the lines of the link", i+1)
		}
	}
}

func TestSignature_staysOnOnePage(t *testing.T) {
	t.Parallel()
	s := Signature{Closing: "Hilsen", Signers: []Signer{{"Kari", "leder"}, {"", "ingen"}, {"Ola", ""}, {}}, Note: "Godkjent"}
	for n := 18; n < 32; n++ {
		in := sound(t, plain(P(strings.Repeat("x\n", n)), s))
		for i := range in.pages {
			text := in.pageText(i)
			if strings.Contains(text, "Hilsen") && !strings.Contains(text, "HilsenKari leder") {
				t.Errorf("%d lines: name and title are not read together: %q", n, text)
			}
			if strings.Contains(text, "Hilsen") != strings.Contains(text, "Godkjent") {
				t.Errorf("%d lines: signature is split", n)
			}
		}
	}
}

func TestSpacer_movesDown(t *testing.T) {
	t.Parallel()
	if n := len(sound(t, plain(P("a"), Spacer{90}, P("b"), Spacer{90}, P("c"))).pages); n != 2 {
		t.Errorf("%d pages, want 2", n)
	}
	if n := len(sound(t, plain(P("a"), Spacer{40}, P("b"), Spacer{40}, P("c"))).pages); n != 1 {
		t.Errorf("%d pages, want 1", n)
	}
}

func TestReadable_darkensLightColours(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]uint8{{255, 255, 255}, {255, 220, 0}, {0, 200, 255}, {0, 82, 118}, {0, 0, 0}} {
		got := readable(c)
		if contrastToWhite(got) < 4.5 {
			t.Errorf("%v became %v with contrast %.2f", c, got, contrastToWhite(got))
		}
		if contrastToWhite(c) >= 4.5 && got != rgb(c) {
			t.Errorf("%v was changed to %v without need", c, got)
		}
	}
}

func TestLetterhead_putsTheAddressInTheWindow(t *testing.T) {
	t.Parallel()
	in := sound(t, sample(t))
	l := &lexer{b: in.get(in.pages[0]["Contents"]).(pdfStream).data}
	var last []float64
	var texts int
	for {
		v, err := l.value()
		if err != nil {
			break
		}
		switch x := v.(type) {
		case float64:
			last = append(last, x)
		case pdfOp:
			if x == "Td" {
				at := last[len(last)-2:]
				y := pageHeight - at[1]
				if at[0] < 105*mm && y > windowTop && y < windowEnd {
					texts++
				}
				if at[0] < 100*mm && y > windowEnd && y < 98*mm {
					t.Errorf("text at %v mm below the window", y/mm)
				}
			}
		}
	}
	if texts != 3 {
		t.Errorf("%d lines in the window, want 3", texts)
	}
}

func TestWrite_copesWithManyHeadings(t *testing.T) {
	t.Parallel()
	body := make([]Block, maxBlocks-10)
	for i := range body {
		body[i] = Heading{2, "Overskrift"}
	}
	if n := len(sound(t, plain(body...)).pages); n < 50 {
		t.Errorf("%d pages", n)
	}
}
