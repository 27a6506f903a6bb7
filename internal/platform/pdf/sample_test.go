package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"time"
)

// emblemPNG draws a shield with a wave, transparent around it.
func emblemPNG(tb testing.TB) []byte {
	tb.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 200, 240))
	for y := range 240 {
		for x := range 200 {
			half := 96.0
			if y > 120 {
				d := float64(y-120) / 118
				half = 96 * (1 - d*d)
			}
			dx := float64(x) - 100
			if dx < -half || dx > half {
				continue
			}
			c := color.NRGBA{0, 82, 118, 255}
			if wave := (x/20%2)*8 + 120; y > wave && y < wave+22 || y > wave+44 && y < wave+62 {
				c = color.NRGBA{255, 255, 255, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// photoJPEG is a picture with soft colours.
func photoJPEG(tb testing.TB) []byte {
	tb.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 120))
	for y := range 120 {
		for x := range 320 {
			img.SetRGBA(x, y, color.RGBA{uint8(90 + y), uint8(150 + x/5), uint8(210 - y/2), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// sample is a decision letter of two pages that uses every kind of block.
func sample(tb testing.TB) Document {
	tb.Helper()
	return Document{
		Title: "Vedtak om støtte til praktisk bistand", Lang: "nb-NO",
		Author: "Ávjovárri kommune", Subject: "Svar på søknaden din av 2. november 2026",
		Created: time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC),
		Look:    Look{Color: [3]uint8{0, 82, 118}, Emblem: emblemPNG(tb)},
		Sender: Sender{
			Name: "Ávjovárri kommune", Unit: "Helse og mestring",
			Lines: []string{"Besøksadresse: Čáhppesgeaidnu 4", "Postboks 12, 9735 Kárášjohka", "Telefon 78 46 80 00", "postmottak@avjovarri.example"},
		},
		Recipient: []string{"Máret Åse Ŋiillas-Sørbø", "Fjordveien 17 B", "9730 KARASJOK"},
		Reference: []Field{{"Dato", "21.11.2026"}, {"Saksnummer", "2026/1234-7"}, {"Saksbehandler", "Đoarkká Hætta"}, {"Unntatt offentlighet", "Offentleglova § 13, forvaltningsloven § 13"}},
		Footer:    "Ávjovárri kommune · org.nr. 900 000 001\nwww.avjovarri.example",
		PageLabel: func(page, pages int) string { return fmt.Sprintf("Side %d av %d", page, pages) },
		Body:      sampleBody(tb),
	}
}

func sampleBody(tb testing.TB) []Block {
	tb.Helper()
	return []Block{
		P("Vi viser til søknaden din, som vi fikk 2. november 2026, og til samtalen med deg 12. november. Du har fått det du søkte om, med ett unntak som vi forklarer under."),
		Heading{2, "Vedtak"},
		Paragraph{[]Span{{Text: "Du får 14 timer praktisk bistand i uken", Bold: true}, {Text: " fra 1. desember 2026. Vedtaket gjelder til 30. november 2028. Vi har ikke innvilget timer til snørydding, fordi det ikke er en helse- eller omsorgstjeneste."}}},
		List{Items: [][]Span{
			Text("10 timer til personlig stell, måltider og husarbeid"),
			Text("3 timer til aktiviteter utenfor hjemmet"),
			Text("1 time til planlegging og arbeidsledelse. Denne timen kan du spare opp og bruke samlet i løpet av et kvartal, hvis det passer bedre for deg."),
		}},
		Heading{2, "Hvorfor vi har kommet til dette"},
		Paragraph{[]Span{{Text: "Retten følger av pasient- og brukerrettighetsloven § 2-1 d. Du finner loven på "}, {Text: "lovdata.no/dokument/NL/lov/1999-07-02-63", Link: "https://lovdata.no/dokument/NL/lov/1999-07-02-63", LinkAlt: "Pasient- og brukerrettighetsloven på Lovdata"}, {Text: ". Behovet ditt er varig, og det er "}, {Text: "betydelig større enn det som er vanlig", Italic: true}, {Text: ". Legeerklæringen fra fastlegen din støtter dette."}}},
		Heading{3, "Slik har vi regnet"},
		Table{
			Caption: "Timer i uken", Header: []string{"Tjeneste", "Søkt om", "Innvilget", "Begrunnelse"}, RowHeaders: true,
			Columns: []Column{{Width: 3}, {Width: 1.3, Right: true}, {Width: 1.4, Right: true}, {Width: 4}},
			Rows: [][]Cell{
				{Text("Personlig stell"), Text("6"), Text("6"), Text("Som i dag, uten endring")},
				{Text("Måltider og husarbeid"), Text("4"), Text("4"), Text("Du trenger hjelp til det som krever to hender")},
				{Text("Aktiviteter"), Text("3"), Text("3"), Text("Kor og svømming, med reisetid")},
				{Text("Planlegging"), Text("1"), Text("1"), Text("Du er selv arbeidsleder")},
				{Text("Snørydding"), Text("2"), Text("0"), Text("Ikke en helse- eller omsorgstjeneste")},
				{Text("Sum"), Text("16"), Text("14"), nil},
			},
		},
		Heading{2, "Du kan klage"},
		P("Er du uenig i vedtaket, kan du klage til oss innen fire uker fra den dagen du fikk dette brevet. Skriv hva du er uenig i, og hva du mener vedtaket burde ha gått ut på. Du kan få hjelp av oss til å skrive klagen. Gir vi deg ikke medhold, sender vi klagen videre til Statsforvalteren i Troms og Finnmark."),
		List{Ordered: true, Items: [][]Span{
			{{Text: "Send klagen fra "}, {Text: "Min side", Link: "https://avjovarri.example/minside"}, {Text: ", eller i brev til adressen øverst."}},
			Text("Du får et svar om at vi har tatt imot klagen, innen to virkedager."),
			Text("Du kan se dokumentene i saken din når du vil."),
		}},
		Paragraph{[]Span{{Text: "Don sáhtát maiddái oažžut dán reivve davvisámegillii. Váldde oktavuođa minguin.", Lang: "se"}, {Text: " Du kan også få dette brevet på nordsamisk."}}},
		Heading{2, "Skyss til dagsenteret"},
		P("Bussen stopper utenfor inngangen. Bildet viser hvor du går inn."),
		Image{Data: photoJPEG(tb), Alt: "Inngangen til dagsenteret sett fra bussholdeplassen", Width: 100},
		Signature{
			Closing: "Med vennlig hilsen",
			Signers: []Signer{{"Inga Bæivi Šimŧun", "leder for tildelingskontoret"}, {"Đoarkká Hætta", "saksbehandler"}},
			Note:    "Brevet er godkjent elektronisk og har derfor ingen underskrift.",
		},
	}
}

// written writes a document that must succeed.
func written(tb testing.TB, d Document) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		tb.Fatalf("Write: %v", err)
	}
	return b.Bytes()
}

// hugePNG is a small file that says it holds 30 000 × 30 000 dots.
func hugePNG(tb testing.TB) []byte {
	tb.Helper()
	data := emblemPNG(tb)
	copy(data[16:], []byte{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30})
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}
