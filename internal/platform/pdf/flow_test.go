package pdf

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// started is a flow with an empty page whose text ends at 700 points.
func started(tb testing.TB) *flow {
	tb.Helper()
	fs, err := loadFonts()
	if err != nil {
		tb.Fatal(err)
	}
	f := &flow{doc: &Document{}, file: &file{}, fonts: fs, root: &elem{tag: "Document"}, bottom: 700}
	if err := f.newPage(); err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestFlow_takesTheLargerSpace(t *testing.T) {
	t.Parallel()
	f := started(t)
	f.space(30)
	f.takeGap()
	if f.y != topMargin {
		t.Errorf("space at the top of a page: %v", f.y-topMargin)
	}
	f.advance(100)
	f.space(10)
	f.space(4)
	f.takeGap()
	f.takeGap()
	if got := num(f.y - topMargin); got != "110" {
		t.Errorf("moved %s, want 110", got)
	}
}

func TestFlow_keepBreaksThePageWhenItMust(t *testing.T) {
	t.Parallel()
	f := started(t)
	if err := f.keep(5000); err != nil || len(f.pages) != 1 {
		t.Errorf("a fresh page was left for another: %d pages, %v", len(f.pages), err)
	}
	f.advance(f.bottom - f.y - 40)
	f.space(10)
	if err := f.keep(30); err != nil || len(f.pages) != 1 {
		t.Errorf("what fits was moved: %d pages, %v", len(f.pages), err)
	}
	f.space(1)
	if err := f.keep(30); err != nil || len(f.pages) != 2 || f.y != topMargin {
		t.Errorf("what does not fit stayed: %d pages at %v, %v", len(f.pages), f.y, err)
	}
}

func TestTable_sharesTheWidth(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		columns []Column
		order   []int // columns from narrow to wide
	}{
		"equal":     {nil, nil},
		"described": {[]Column{{Width: 5}, {Width: 1}, {Width: 3}}, []int{1, 2, 0}},
		"extreme":   {[]Column{{Width: 1e6}, {Width: 1e-3}, {Width: 1}}, []int{1, 2, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := Table{Header: []string{"a", "b", "c"}, Columns: tt.columns}.grid(started(t))
			total := 0.0
			for i, w := range g.w {
				if num(g.x[i]) != num(leftMargin+total) {
					t.Errorf("column %d begins at %v, want %v", i, g.x[i], leftMargin+total)
				}
				if w < 20 {
					t.Errorf("column %d is %v wide", i, w)
				}
				total += w
			}
			if num(total) != num(textWidth) {
				t.Errorf("columns are %v wide together, want %v", total, textWidth)
			}
			for i := 1; i < len(tt.order); i++ {
				if g.w[tt.order[i-1]] > g.w[tt.order[i]] {
					t.Errorf("widths %v", g.w)
				}
			}
		})
	}
}

func TestWrite_showsAFallbackForWhatTheFontsLack(t *testing.T) {
	t.Parallel()
	in := sound(t, plain(P("Navn: 漢字 \x00 \U0001F600 \uE000 slutt")))
	if got, want := allText(in), "BrevNavn: \uFFFD\uFFFD \uFFFD \uFFFD \uFFFD slutt1 / 1"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestWrite_writesTimesInUTC(t *testing.T) {
	t.Parallel()
	d := plain(P("a"))
	d.Created = time.Date(2026, 11, 21, 0, 30, 0, 5, time.FixedZone("CET", 3600))
	in := sound(t, d)
	if got, want := in.textOf(in.dict(in.trailer["Info"])["CreationDate"]), "D:20261120233000+00'00'"; got != want {
		t.Errorf("date %q, want %q", got, want)
	}
}

// Letters are written by several workers at once, also from one document.
func TestWrite_sharesADocument(t *testing.T) {
	t.Parallel()
	d := sample(t)
	out := make([]bytes.Buffer, 4)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() {
			if err := Write(&out[i], d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range out {
		if !bytes.Equal(out[0].Bytes(), out[i].Bytes()) {
			t.Errorf("copy %d differs", i)
		}
	}
}

func TestParagraph_breaksTheLineAtALineFeed(t *testing.T) {
	t.Parallel()
	f := started(t)
	if err := P("en\nto\n\ntre\n").set(f); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(f.cur.buf.String(), " Tj"); got != 4 {
		t.Errorf("%d lines, want 4", got)
	}
	if got := num(f.y - topMargin); got != num(4*bodyLeading) {
		t.Errorf("moved %s, want %v", got, 4*bodyLeading)
	}
}

func TestParagraph_writesNothingWhenBlank(t *testing.T) {
	t.Parallel()
	f := started(t)
	for _, b := range []Block{P(" \n "), Paragraph{}, List{}, List{Items: [][]Span{Text("\u200b")}}, Signature{}} {
		if err := b.set(f); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff("", f.cur.buf.String()); diff != "" || len(f.root.kids) != 0 {
		t.Errorf("%d elements and content %s", len(f.root.kids), diff)
	}
}
