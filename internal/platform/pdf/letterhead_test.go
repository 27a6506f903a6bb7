package pdf

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestLetterhead_leavesOutWhatIsEmpty(t *testing.T) {
	t.Parallel()
	d := plain(P("Tekst"))
	d.Sender = Sender{Name: " ", Lines: []string{"", "\u200b"}}
	d.Recipient = []string{"", "Kari", " "}
	d.Reference = []Field{{}, {Label: "Dato"}, {Value: "2026/1"}, {" ", "\n"}}
	in := sound(t, d)
	// Recipient, two references, heading, text.
	if got, want := in.checkStructure().golden.String(), "Document\n  P\n  P\n  P\n  H1\n  P\n"; got != want {
		t.Errorf("structure\n%swant\n%s", got, want)
	}
	if got, want := allText(in), "KariDato 2026/1 BrevTekst1 / 1"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestLetterhead_hidesTheEmblemFromScreenReaders(t *testing.T) {
	t.Parallel()
	d := plain(P("Tekst"))
	d.Look.Emblem = emblemPNG(t)
	in := sound(t, d)
	if strings.Contains(in.checkStructure().golden.String(), "Figure") {
		t.Error("the emblem is in the structure")
	}
	if c := in.get(in.pages[0]["Contents"]).(pdfStream); !strings.Contains(string(c.data), "/Im0 Do") {
		t.Error("the emblem is not drawn")
	}
}

func TestLetterhead_reportsABadEmblem(t *testing.T) {
	t.Parallel()
	d := plain(P("Tekst"))
	d.Look.Emblem = []byte("<svg/>")
	if err := d.check(); err != nil {
		t.Errorf("check already decodes images: %v", err)
	}
	if err := Write(failing{}, d); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

func TestLetterhead_pushesTheBodyBelowLongReferences(t *testing.T) {
	t.Parallel()
	d := plain(P("Tekst"))
	for i := range 10 {
		d.Reference = append(d.Reference, Field{fmt.Sprintf("Felt %d", i), strings.Repeat("langt innhold ", 8)})
	}
	in := sound(t, d)
	text := allText(in)
	if strings.Index(text, "Felt 9") > strings.Index(text, "Tekst") {
		t.Errorf("references come after the body: %q", text)
	}
}

func TestFooters_standOnEveryPage(t *testing.T) {
	t.Parallel()
	d := plain(P(strings.Repeat("linje\n", 100)))
	d.Footer = "Kommunen\npost@a.example"
	var asked []string
	d.PageLabel = func(page, pages int) string {
		asked = append(asked, fmt.Sprint(page, pages))
		return fmt.Sprintf("Side %d\nav %d", page, pages)
	}
	in := sound(t, d)
	for i := range in.pages {
		want := fmt.Sprintf("Kommunen post@a.exampleSide %d av %d", i+1, len(in.pages))
		if text := in.pageText(i); !strings.HasSuffix(text, want) {
			t.Errorf("page %d ends with %q, want %q", i+1, text[max(0, len(text)-60):], want)
		}
	}
	if len(in.pages) < 3 || len(asked) != len(in.pages) {
		t.Errorf("label asked for %v on %d pages", asked, len(in.pages))
	}
}

func TestFooters_mayBeEmpty(t *testing.T) {
	t.Parallel()
	d := plain(P("Tekst"))
	d.PageLabel = func(int, int) string { return " \u200b " }
	if got := allText(sound(t, d)); got != "BrevTekst" {
		t.Errorf("text %q", got)
	}
}
