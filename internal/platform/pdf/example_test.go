package pdf_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/pdf"
)

func ExampleWrite() {
	var out bytes.Buffer
	err := pdf.Write(&out, pdf.Document{
		Title: "Vedtak om barnehageplass", Lang: "nb-NO", Author: "Fjord kommune",
		Created:   time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC),
		Look:      pdf.Look{Color: [3]uint8{0, 82, 118}},
		Sender:    pdf.Sender{Name: "Fjord kommune", Lines: []string{"Postboks 1, 9999 Fjord"}},
		Recipient: []string{"Kari Nordmann", "Bakken 2", "9999 FJORD"},
		Reference: []pdf.Field{{Label: "Saksnummer", Value: "2026/1234"}},
		PageLabel: func(page, pages int) string { return fmt.Sprintf("Side %d av %d", page, pages) },
		Body: []pdf.Block{
			pdf.P("Barnet ditt har fått plass i Solsikken barnehage."),
			pdf.Heading{Level: 2, Text: "Du kan klage"},
			pdf.Paragraph{Spans: []pdf.Span{{Text: "Fristen er "}, {Text: "fire uker", Bold: true}, {Text: "."}}},
			pdf.Signature{Closing: "Med vennlig hilsen", Signers: []pdf.Signer{{Name: "Ola Nordmann", Title: "rådgiver"}}},
		},
	})
	fmt.Println(err, bytes.HasPrefix(out.Bytes(), []byte("%PDF-1.7")))
	// Output: <nil> true
}

func ExampleWriteDrawing() {
	var out bytes.Buffer
	black := [3]uint8{}
	err := pdf.WriteDrawing(&out, pdf.Drawing{
		Title: "Plan", Lang: "nb-NO", Created: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
	}, func(c *pdf.Canvas) error {
		c.Page(297, 210)
		c.Heading(1, pdf.TextBox{X: 20, Y: 20, Width: 80, Size: 14, Bold: true}, "Plan av rommet")
		c.Figure("Et rom på fire ganger tre meter", 20, 40, 120, 90, func(p *pdf.Pen) {
			p.Rect(30, 50, 80, 60)
			p.Paint(pdf.Ink{Stroke: &black, Width: 0.5})
		})
		return nil
	})
	fmt.Println(err, bytes.HasPrefix(out.Bytes(), []byte("%PDF-1.7")))
	// Output: <nil> true
}
