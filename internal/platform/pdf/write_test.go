package pdf

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sound writes a document and wants it to be without fault.
func sound(tb testing.TB, d Document) *inspector {
	tb.Helper()
	in, problems := inspect(written(tb, d))
	if diff := cmp.Diff([]string(nil), problems); diff != "" {
		tb.Fatalf("the file has faults (-want +got):\n%s", diff)
	}
	return in
}

// plain is the smallest letter.
func plain(body ...Block) Document {
	return Document{Title: "Brev", Lang: "nb-NO", Created: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Body: body}
}

// allText is the drawn text of all pages.
func allText(in *inspector) string {
	var b strings.Builder
	for i := range in.pages {
		b.WriteString(in.pageText(i))
	}
	return b.String()
}

func TestWrite_makesASoundFile(t *testing.T) {
	t.Parallel()
	in := sound(t, sample(t))
	if len(in.pages) != 2 {
		t.Errorf("%d pages, want 2", len(in.pages))
	}
	text := allText(in)
	for _, want := range []string{"Máret Åse Ŋiillas-Sørbø", "Čáhppesgeaidnu", "Đoarkká", "Šimŧun", "oažžut", "Side 1 av 2", "Side 2 av 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("text lacks %q", want)
		}
	}
}

func TestWrite_keepsTheStructureOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	in := sound(t, sample(t))
	tr := in.checkStructure()
	var b strings.Builder
	b.WriteString(tr.golden.String())
	for i := range in.pages {
		fmt.Fprintf(&b, "--- page %d\n%s\n", i+1, in.pageText(i))
	}
	path := filepath.Join("testdata", "letter.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("structure or text changed (-want +got):\n%s", diff)
	}
}

func TestWrite_isDeterministic(t *testing.T) {
	t.Parallel()
	first, second := written(t, sample(t)), written(t, sample(t))
	if !bytes.Equal(first, second) {
		t.Error("the same letter gave two different files")
	}
	d := sample(t)
	d.Title += "!"
	if bytes.Equal(first, written(t, d)) {
		t.Error("two letters gave the same file")
	}
}

func TestWrite_staysSmall(t *testing.T) {
	t.Parallel()
	if n := len(written(t, sample(t))); n > 44_000 {
		t.Errorf("the sample letter has %d bytes", n)
	}
	if n := len(written(t, plain(P("Hei")))); n > 17_000 {
		t.Errorf("the smallest letter has %d bytes", n)
	}
}

func TestWrite_printsTheTitleUnlessTheBodyHasAHeading(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body []Block
		want int
	}{
		"no heading":             {[]Block{P("Tekst")}, 1},
		"heading of level 2":     {[]Block{Heading{2, "Del"}, P("Tekst")}, 1},
		"own heading":            {[]Block{Heading{1, "Eget"}, P("Tekst")}, 0},
		"own heading after text": {[]Block{P("Tekst"), Heading{1, "Eget"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Count(allText(sound(t, plain(tt.body...))), "Brev"); got != tt.want {
				t.Errorf("title is printed %d times, want %d", got, tt.want)
			}
		})
	}
}

func TestWrite_refusesWhatCannotBeTagged(t *testing.T) {
	t.Parallel()
	edit := func(f func(*Document)) Document { d := plain(P("a")); f(&d); return d }
	cell := []Cell{Text("a")}
	for name, d := range map[string]Document{
		"no title":            edit(func(d *Document) { d.Title = " \u200b\n" }),
		"no language":         edit(func(d *Document) { d.Lang = "" }),
		"wrong language":      edit(func(d *Document) { d.Lang = "norsk bokmål" }),
		"underscore":          edit(func(d *Document) { d.Lang = "nb_NO" }),
		"no time":             edit(func(d *Document) { d.Created = time.Time{} }),
		"year 12000":          edit(func(d *Document) { d.Created = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) }),
		"nil block":           plain(nil),
		"skipped level":       plain(Heading{1, "a"}, Heading{3, "b"}),
		"skipped below title": plain(Heading{3, "b"}),
		"level 0":             plain(Heading{0, "b"}),
		"level 4":             plain(Heading{2, "a"}, Heading{3, "a"}, Heading{4, "b"}),
		"empty heading":       plain(Heading{2, " "}),
		"no alt":              plain(Image{Data: emblemPNG(t)}),
		"no image":            plain(Image{Data: []byte("GIF89a"), Alt: "a"}),
		"broken image":        plain(Image{Data: emblemPNG(t)[:300], Alt: "a"}),
		"broken photo":        plain(Image{Data: photoJPEG(t)[:700], Alt: "a"}),
		"image width":         plain(Image{Data: emblemPNG(t), Alt: "a", Width: -1}),
		"script link":         plain(Paragraph{[]Span{{Text: "a", Link: "javascript:alert(1)"}}}),
		"file link":           plain(Paragraph{[]Span{{Text: "a", Link: "file:///etc/hosts"}}}),
		"relative link":       plain(Paragraph{[]Span{{Text: "a", Link: "/minside"}}}),
		"span language":       plain(Paragraph{[]Span{{Text: "a", Lang: "??"}}}),
		"ragged table":        plain(Table{Header: []string{"a", "b"}, Rows: [][]Cell{cell}}),
		"headless column":     plain(Table{Header: []string{"a", ""}}),
		"column width":        plain(Table{Header: []string{"a"}, Columns: []Column{{Width: -1}}}),
		"column count":        plain(Table{Header: []string{"a"}, Columns: []Column{{Width: 1}, {Width: 1}}}),
		"spacer":              plain(Spacer{-4}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := Write(&b, d); !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want ErrInvalid", err)
			}
			if b.Len() > 0 {
				t.Error("a refused letter was written")
			}
		})
	}
}

func TestWrite_refusesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	edit := func(f func(*Document)) Document { d := plain(P("a")); f(&d); return d }
	wide := strings.Repeat("W", 200)
	for name, d := range map[string]Document{
		"text":        plain(P(strings.Repeat("a", maxText+1))),
		"field":       edit(func(d *Document) { d.Title = strings.Repeat("a", maxField+1) }),
		"blocks":      plain(make([]Block, maxBlocks+1)...),
		"items":       plain(List{Items: make([][]Span, maxBlocks)}),
		"rows":        plain(Table{Header: []string{"a"}, Rows: make([][]Cell, maxBlocks)}),
		"columns":     plain(Table{Header: make([]string, maxColumns+1)}),
		"no columns":  plain(Table{}),
		"image":       plain(Image{Alt: "a", Data: make([]byte, maxImageBytes+1)}),
		"image dots":  plain(Image{Alt: "a", Data: hugePNG(t)}),
		"pages":       plain(P(strings.Repeat("a\n", 60*maxPages))),
		"recipients":  edit(func(d *Document) { d.Recipient = make([]string, 10) }),
		"window":      edit(func(d *Document) { d.Recipient = []string{wide, wide, wide} }),
		"name":        edit(func(d *Document) { d.Sender.Name = wide }),
		"references":  edit(func(d *Document) { d.Reference = []Field{{"a", strings.Repeat(wide, 9)}} }),
		"footer":      edit(func(d *Document) { d.Footer = "a\nb\nc\nd\ne" }),
		"page label":  edit(func(d *Document) { d.PageLabel = func(int, int) string { return wide } }),
		"signers":     plain(Signature{Signers: make([]Signer, 5)}),
		"signer name": plain(Signature{Signers: []Signer{{Name: wide}}}),
		"note":        plain(Signature{Note: wide + wide + wide}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "blocks" {
				for i := range d.Body {
					d.Body[i] = Spacer{}
				}
			}
			if err := Write(io.Discard, d); !errors.Is(err, ErrLimit) {
				t.Errorf("error %v, want ErrLimit", err)
			}
		})
	}
}

// failing is a writer that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWrite_reportsAFailingWriter(t *testing.T) {
	t.Parallel()
	if err := Write(failing{}, plain(P("a"))); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v, want ErrClosedPipe", err)
	}
}

func TestWrite_cleansMetadataTheSameWayTwice(t *testing.T) {
	t.Parallel()
	d := plain(P("a"))
	d.Title, d.Author, d.Subject = "A & B <\u0000> (\\)\uFFFF\n\uE000", "Bjørn\tÅs\u2028", "\U0001F600 ]]>"
	in := sound(t, d)
	if got, want := in.textOf(in.dict(in.trailer["Info"])["Title"]), "A & B <\uFFFD> (\\)\uFFFD \uFFFD"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
}

func BenchmarkWrite(b *testing.B) {
	d := sample(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
