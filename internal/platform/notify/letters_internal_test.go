package notify

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// said returns what the letter says below its heading.
func said(t *testing.T, p Printout) (list []string, head pdf.Sender) {
	t.Helper()
	texts := i18n.New()
	if err := texts.Load("notify", Messages()); err != nil {
		t.Fatal(err)
	}
	s := &Service{Config: Config{Texts: texts, From: func(context.Context) Sender { return Sender{Name: "Vestøy kommune"} }}}
	p.item.Lang, p.item.Subject = i18n.NB, "Sak 2026/39"
	d := s.layout(t.Context(), p)
	for _, block := range d.Body {
		if text, is := block.(pdf.Paragraph); is {
			list = append(list, text.Spans[0].Text)
		}
	}
	return list, d.Sender
}

// TestLayout_saysItWhole: whoever gets letters may have no computer.
func TestLayout_saysItWhole(t *testing.T) {
	t.Parallel()
	body := Body{Paragraphs: []string{"Logg inn på Min side."}, Action: &Action{Text: "Åpne saken", URL: "https://vestoy.test/my/cases/1"}}
	const online, contact, enclosed = "Du kan også lese saken på nett: https://vestoy.test/my/cases/1", "Har du spørsmål", "Dokumentet ligger ved."
	for name, tt := range map[string]struct {
		p    Printout
		want []string
	}{
		"the message": {Printout{item: Item{Body: body}}, []string{"Logg inn på Min side.", online}},
		"the question": {
			Printout{item: Item{Body: body, Paper: Paper{Paragraphs: []string{"Vi spør:", "Hvor høyt er huset?"}}}},
			[]string{"Vi spør:", "Hvor høyt er huset?", online},
		},
		"a document behind it": {
			Printout{item: Item{Body: body, Paper: Paper{Document: "d"}}, Delivery: Delivery{Document: "d", Enclosed: true}}, []string{enclosed},
		},
		"a document of the thread behind it": {
			Printout{item: Item{Body: body}, Delivery: Delivery{Document: "d", Enclosed: true}}, []string{"Logg inn på Min side.", enclosed},
		},
		"from before the parts were kept": {
			Printout{item: Item{Text: "Hei.\n\nLogg inn.\n\n-- \nVestøy kommune\n"}}, []string{"Hei.", "Logg inn."},
		},
	} {
		got, _ := said(t, tt.p)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		tt.p.head = Letterhead{Unit: "Byggesak", Lines: []string{"Storgata 1, 4610 Vestøy", "Telefon 99 00 11 22"}}
		got, head := said(t, tt.p)
		if !strings.Contains(strings.Join(got, "\n"), contact) || !strings.Contains(strings.Join(got, "\n"), "Telefon 99 00 11 22") {
			t.Errorf("%s: the letter does not say how the municipality is reached: %q", name, got)
		}
		if head.Unit != "Byggesak" || len(head.Lines) != 2 {
			t.Errorf("%s: the letterhead is %+v", name, head)
		}
	}
}

// TestLayout_hasRoomForAFewLines: a municipality may have written more.
func TestLayout_hasRoomForAFewLines(t *testing.T) {
	t.Parallel()
	_, head := said(t, Printout{head: Letterhead{Lines: strings.Fields("1 2 3 4 5 6 7 8 9 10")}})
	if len(head.Lines) != pdf.MaxLines {
		t.Errorf("the letterhead has %d lines", len(head.Lines))
	}
}
