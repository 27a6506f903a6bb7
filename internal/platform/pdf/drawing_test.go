package pdf

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func someDrawing() Drawing {
	return Drawing{Title: "Kart", Lang: "nb-NO", Author: "Fjord kommune", Created: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
}

// drawn writes a drawing that must succeed.
func drawn(tb testing.TB, draw func(*Canvas) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := WriteDrawing(&b, someDrawing(), draw); err != nil {
		tb.Fatalf("WriteDrawing: %v", err)
	}
	return b.Bytes()
}

var red, black = [3]uint8{200, 20, 30}, [3]uint8{}

// sampleDrawing uses everything there is: a figure with lines, areas, dashes,
// lettering with a halo, text, a list, decoration, an image and a second page.
func sampleDrawing(c *Canvas) error {
	c.Page(297, 210)
	c.Heading(1, TextBox{X: 12, Y: 12, Width: 60, Size: 13, Bold: true, Color: [3]uint8{0, 82, 118}}, "Kart over Bakken 2")
	c.Figure("Et hus og en vei", 80, 12, 200, 180, func(p *Pen) {
		p.Rect(100, 40, 30, 20)
		p.Paint(Ink{Fill: &red, Stroke: &black, Width: 0.5, NonZero: true})
		p.Move(60, 100) // begins outside the figure, where it is cut off
		p.Line(300, 120)
		p.Paint(Ink{Stroke: &black, Width: 0.3, Dash: []float64{2, 1}, Round: true})
		p.Circle(150, 90, 5)
		p.Paint(Ink{Fill: &red})
		p.Hidden(func(p *Pen) {
			p.Letter(Lettering{Text: "Bolig", X: 115, Y: 50, Angle: 12, Size: 3, Color: [3]uint8{255, 255, 255}, Halo: 0.4})
		})
		p.Letter(Lettering{Text: "Bolig", X: 115, Y: 50, Angle: 12, Size: 3, Bold: true})
		p.Letter(Lettering{Text: "Bakken", X: 170, Y: 108, Size: 2.5})
	})
	y := 24.0
	y += c.Paragraph(TextBox{X: 12, Y: y, Width: 60, Size: 8}, Text("Målestokk 1:500"))
	list := c.List()
	for _, what := range []string{"Bygning", "", "Vei"} {
		c.Decoration(func(p *Pen) {
			p.Rect(12, y, 6, 3)
			p.Paint(Ink{Stroke: &black, Width: 0.2})
		})
		y += list.Item(TextBox{X: 20, Y: y, Width: 50, Size: 8}, Text(what))
	}
	c.Page(210, 297)
	c.Heading(2, TextBox{X: 20, Y: 20, Width: 100, Size: 10, Bold: true}, "Kilder")
	c.Paragraph(TextBox{X: 20, Y: 30, Width: 100, Size: 8, Right: true}, []Span{{Text: "Lisens: "}, {Text: "NLOD", Link: "https://data.norge.no/nlod"}})
	return nil
}

func TestWriteDrawing_makesASoundFile(t *testing.T) {
	t.Parallel()
	in, problems := inspect(drawn(t, sampleDrawing))
	if diff := cmp.Diff([]string(nil), problems); diff != "" {
		t.Fatalf("the file has faults (-want +got):\n%s", diff)
	}
	want := "Document\n  H1\n  Figure Alt=\"Et hus og en vei\"\n  P\n" +
		"  L ListNumbering=None\n    LI\n      LBody\n    LI\n      LBody\n" +
		"  H2\n  P\n    Link\n"
	if diff := cmp.Diff(want, in.checkStructure().golden.String()); diff != "" {
		t.Errorf("structure (-want +got):\n%s", diff)
	}
	for i, want := range []string{"[0 0 841.89 595.28]", "[0 0 595.28 841.89]"} {
		var box []string
		for _, v := range in.list(in.pages[i]["MediaBox"]) {
			box = append(box, num(v.(float64)))
		}
		if got := "[" + strings.Join(box, " ") + "]"; got != want {
			t.Errorf("page %d is %s, want %s", i, got, want)
		}
	}
}

// smallPNG is a picture of two dots.
func smallPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	dots := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	dots.Set(0, 0, color.NRGBA{R: 255, A: 255})
	dots.Set(1, 0, color.NRGBA{B: 255, A: 255})
	if err := png.Encode(&b, dots); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture belongs to the figure that it is drawn in, and is stretched to its place.
func TestPen_drawsAPicture(t *testing.T) {
	t.Parallel()
	file := drawn(t, func(c *Canvas) error {
		c.Page(100, 100)
		c.Heading(1, TextBox{X: 5, Y: 5, Width: 60, Size: 10}, "Kart")
		c.Figure("Et flybilde", 10, 20, 50, 50, func(p *Pen) {
			p.Image(smallPNG(t), 10, 20, 50, 50)
			p.Image(smallPNG(t), -5, 60, 30, 30) // reaches out of the figure, and is the same file
			p.Rect(20, 30, 5, 5)
			p.Paint(Ink{Fill: &red})
		})
		return nil
	})
	in, problems := inspect(file)
	if diff := cmp.Diff([]string(nil), problems); diff != "" {
		t.Fatalf("the file has faults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("Document\n  H1\n  Figure Alt=\"Et flybilde\"\n", in.checkStructure().golden.String()); diff != "" {
		t.Errorf("structure (-want +got):\n%s", diff)
	}
	if n := bytes.Count(file, []byte("/Subtype /Image")); n != 1 {
		t.Errorf("the picture stands %d times in the file", n)
	}
}

func TestWriteDrawing_isDeterministic(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(drawn(t, sampleDrawing), drawn(t, sampleDrawing)) {
		t.Error("the same drawing gave two different files")
	}
}

func TestTools_popplerReadsADrawing(t *testing.T) {
	t.Parallel()
	path := fileOf(t, drawn(t, sampleDrawing))
	if out := run(t, tool(t, "qpdf", "qpdf"), "--check", path); strings.Contains(out, "WARNING") {
		t.Error(out)
	}
	out := run(t, tool(t, "pdfinfo", "poppler-utils"), "-struct-text", path)
	for _, want := range []string{"H1 (block)\n    \"Kart over Bakken 2\"", "Figure:\n", "\"Bolig Bakken", "LBody (block)\n        \"Bygning\"", "\"NLOD\""} {
		if !strings.Contains(out, want) {
			t.Errorf("structure lacks %q:\n%s", want, out)
		}
	}
	// The halo is no second text.
	if n := strings.Count(out, "Bolig"); n != 1 {
		t.Errorf("the label stands %d times in the structure", n)
	}
}

// content is the first page's content, as it was drawn.
func contentOf(t *testing.T, draw func(*Pen)) string {
	t.Helper()
	c := &Canvas{flow: &flow{doc: &Document{}, file: &file{}, root: &elem{tag: "Document"}}}
	var err error
	if c.flow.fonts, err = loadFonts(); err != nil {
		t.Fatal(err)
	}
	c.Page(25.4, 50.8)
	c.Decoration(draw)
	if c.err != nil {
		t.Fatal(c.err)
	}
	s := c.flow.cur.buf.String()
	s = strings.TrimPrefix(s, "/"+artifactTag+" <</Type /Layout>> BDC\nq\n")
	return strings.TrimSuffix(s, "Q\nEMC\n")
}

// A page of one by two inches is 72 by 144 points.
func TestPen_drawsAtTheExactPlace(t *testing.T) {
	t.Parallel()
	got := contentOf(t, func(p *Pen) {
		p.Move(0, 0)
		p.Line(25.4, 50.8)
		p.Curve(0, 25.4, 12.7, 25.4, 25.4, 25.4)
		p.Close()
		p.Paint(Ink{Stroke: &black, Width: 25.4 / 72})
		p.Rect(12.7, 12.7, 2.54, 5.08)
		p.Paint(Ink{Fill: &red, NonZero: true})
	})
	want := "0 0 0 RG\n1 w\n[] 0 d\n0 J 0 j 4 M\n" +
		"0 144 m\n72 0 l\n0 72 36 72 72 72 c\nh\nS\n" +
		"0.78 0.08 0.12 rg\n36 93.6 7.2 14.4 re\nf\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

func TestPen_setsOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	line := func(p *Pen) { p.Move(1, 1); p.Line(2, 2) }
	got := contentOf(t, func(p *Pen) {
		for _, ink := range []Ink{
			{Stroke: &black, Width: 1},
			{Stroke: &black, Width: 1},
			{Stroke: &red, Width: 1},
			{Stroke: &red, Width: 1, Dash: []float64{1}},
			{Fill: &red},
			{Fill: &red, Stroke: &red, Width: 1, Dash: []float64{1}},
		} {
			line(p)
			p.Paint(ink)
		}
	})
	for operator, want := range map[string]int{" RG\n": 2, " w\n": 1, " d\n": 2, " J ": 1, " rg\n": 1, "S\n": 4, "f*\n": 1, "B*\n": 1} {
		if n := strings.Count(got, operator); n != want {
			t.Errorf("%q stands %d times, want %d:\n%s", operator, n, want, got)
		}
	}
}

// Lettering stands with its middle where it is asked for, whichever way it is
// turned.
func TestPen_lettersAroundTheirMiddle(t *testing.T) {
	t.Parallel()
	level := contentOf(t, func(p *Pen) { p.Letter(Lettering{Text: "HH", X: 12.7, Y: 25.4, Size: 25.4 / 7.2}) })
	width := TextWidth("HH", 10, false, false)
	if want := " " + num(36-width/2) + " " + num(72-3.6) + " Td "; !strings.Contains(level, want) {
		t.Errorf("content %q lacks %q", level, want)
	}
	upright := contentOf(t, func(p *Pen) { p.Letter(Lettering{Text: "HH", X: 12.7, Y: 25.4, Size: 25.4 / 7.2, Angle: 90}) })
	if want := " " + num(36+3.6) + " " + num(72-width/2) + " Tm "; !strings.Contains(upright, want) || !strings.Contains(upright, "0.00000 1.00000 -1.00000 0.00000") {
		t.Errorf("content %q lacks %q", upright, want)
	}
	halo := contentOf(t, func(p *Pen) { p.Letter(Lettering{Text: "H", X: 1, Y: 1, Size: 2, Halo: 0.5}) })
	if !strings.Contains(halo, " BT 1 Tr "+num(mm)+" w ") || !strings.HasSuffix(halo, "ET 0 Tr\n") {
		t.Errorf("halo %q", halo)
	}
}

func TestTextWidth_isThatOfTheLetters(t *testing.T) {
	t.Parallel()
	if a, b := TextWidth("i", 10, false, false), TextWidth("W", 10, false, false); a <= 0 || b <= 2*a {
		t.Errorf("i is %g wide, W %g", a, b)
	}
	if a, b := TextWidth("æøå", 10, false, false), TextWidth("æøå", 20, false, false); math.Abs(2*a-b) > 1e-9 {
		t.Errorf("twice the size is %g instead of %g", b, 2*a)
	}
	if TextWidth("", 10, true, true) != 0 || TextWidth("漢", 10, false, false) != TextWidth("\uFFFD", 10, false, false) {
		t.Error("nothing has a width, or what is not shown has another than what stands for it")
	}
}

func TestWriteDrawing_refusesWhatCannotBeTaggedOrDrawn(t *testing.T) {
	t.Parallel()
	pen := func(draw func(*Pen)) func(*Canvas) {
		return func(c *Canvas) { c.Page(100, 100); c.Figure("Kart", 0, 0, 50, 50, draw) }
	}
	box := TextBox{X: 1, Y: 1, Width: 50, Size: 8}
	for name, draw := range map[string]func(*Canvas){
		"no page": func(c *Canvas) { c.Paragraph(box, Text("a")) },
		"nothing": func(*Canvas) {},
		"only decoration": func(c *Canvas) {
			c.Page(100, 100)
			c.Decoration(func(p *Pen) { p.Rect(1, 1, 1, 1); p.Paint(Ink{Fill: &red}) })
		},
		"large page":       func(c *Canvas) { c.Page(5000, 100) },
		"page of NaN":      func(c *Canvas) { c.Page(math.NaN(), 100) },
		"no alt":           func(c *Canvas) { c.Page(100, 100); c.Figure(" ", 0, 0, 50, 50, func(*Pen) {}) },
		"skipped heading":  func(c *Canvas) { c.Page(100, 100); c.Heading(2, box, "a") },
		"text of no size":  func(c *Canvas) { c.Page(100, 100); c.Paragraph(TextBox{Width: 50}, Text("a")) },
		"script":           func(c *Canvas) { c.Page(100, 100); c.Paragraph(box, []Span{{Text: "a", Link: "javascript:alert(1)"}}) },
		"image":            func(c *Canvas) { c.Page(100, 100); c.Image([]byte("GIF89a"), 1, 1, 10, 10) },
		"picture of NaN":   pen(func(p *Pen) { p.Image(smallPNG(t), math.NaN(), 1, 10, 10) }),
		"picture of none":  pen(func(p *Pen) { p.Image(smallPNG(t), 1, 1, 0, 10) }),
		"what is none":     pen(func(p *Pen) { p.Image([]byte("GIF89a"), 1, 1, 10, 10) }),
		"point of NaN":     pen(func(p *Pen) { p.Move(math.NaN(), 1) }),
		"infinite point":   pen(func(p *Pen) { p.Move(1, 1); p.Line(1, math.Inf(1)) }),
		"width of NaN":     pen(func(p *Pen) { p.Rect(1, 1, 1, 1); p.Paint(Ink{Stroke: &black, Width: math.NaN()}) }),
		"dashes of 0":      pen(func(p *Pen) { p.Rect(1, 1, 1, 1); p.Paint(Ink{Stroke: &black, Width: 1, Dash: []float64{0, 0}}) }),
		"negative dash":    pen(func(p *Pen) { p.Rect(1, 1, 1, 1); p.Paint(Ink{Stroke: &black, Width: 1, Dash: []float64{-1}}) }),
		"lettering of NaN": pen(func(p *Pen) { p.Letter(Lettering{Text: "a", X: math.NaN(), Size: 3}) }),
		"huge lettering":   pen(func(p *Pen) { p.Letter(Lettering{Text: "a", Size: 1e9}) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			err := WriteDrawing(&b, someDrawing(), func(c *Canvas) error { draw(c); return nil })
			if !errors.Is(err, ErrInvalid) || b.Len() > 0 {
				t.Errorf("error %v and %d bytes, want ErrInvalid and none", err, b.Len())
			}
		})
	}
}

func TestWriteDrawing_refusesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func(*Canvas){
		"path": func(c *Canvas) {
			c.Decoration(func(p *Pen) {
				p.Move(0, 0)
				for i := range 8 << 20 {
					p.Line(float64(i%90), 50.123)
				}
				p.Paint(Ink{Stroke: &black, Width: 1})
			})
		},
		"text": func(c *Canvas) { c.Paragraph(TextBox{Width: 50, Size: 8}, Text(strings.Repeat("a", maxText+1))) },
		"label": func(c *Canvas) {
			c.Figure("a", 0, 0, 9, 9, func(p *Pen) { p.Letter(Lettering{Text: strings.Repeat("a", maxField+1), Size: 3}) })
		},
		"alt": func(c *Canvas) { c.Figure(strings.Repeat("a", maxField+1), 0, 0, 9, 9, func(*Pen) {}) },
		"pages": func(c *Canvas) {
			for range maxPages {
				c.Page(100, 100)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := WriteDrawing(&bytes.Buffer{}, someDrawing(), func(c *Canvas) error { c.Page(100, 100); draw(c); return nil })
			if !errors.Is(err, ErrLimit) {
				t.Errorf("error %v, want ErrLimit", err)
			}
		})
	}
}

func TestWriteDrawing_handsOnTheCallersError(t *testing.T) {
	t.Parallel()
	mine := errors.New("mine")
	err := WriteDrawing(&bytes.Buffer{}, someDrawing(), func(c *Canvas) error { c.Page(100, 100); return mine })
	if !errors.Is(err, mine) {
		t.Errorf("error %v", err)
	}
}

func TestAppendNum_writesAsNumDoes(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{0, -0.001, 0.001, 1, 10, 100.5, -3.14159, 99.999, 841.89, -0.5} {
		if got := string(appendNum(nil, v)); got != num(v) {
			t.Errorf("appendNum(%g) = %s, num says %s", v, got, num(v))
		}
	}
	if got := string(appendNum([]byte("7 "), 10)); got != "7 10" {
		t.Errorf("appended %q", got)
	}
}
