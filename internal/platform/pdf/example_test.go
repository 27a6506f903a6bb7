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
