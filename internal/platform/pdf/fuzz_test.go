package pdf

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// FuzzWrite puts arbitrary text everywhere: Write does not panic, and what it
// writes has no fault.
func FuzzWrite(f *testing.F) {
	photo, emblem := photoJPEG(f), emblemPNG(f)
	f.Add("Hei", "på deg", "https://a.example", uint8(0), 30.0)
	f.Add("\x00\xff\uFFFE", "漢字 \u202Eabc\n\n\n", "mailto:a@b", uint8(7), 0.0)
	f.Add("a\u030A\u00AD", "x\ny\nz", "", uint8(255), 99.9)
	f.Fuzz(func(t *testing.T, a, b, link string, flags uint8, mmHigh float64) {
		has := func(bit uint8) bool { return flags&bit != 0 }
		spans := []Span{{Text: a}, {Text: b, Bold: has(1), Italic: has(2), Link: link, LinkAlt: a}, {Text: a, Lang: "se"}, {Text: b}}
		d := Document{
			Title: a, Lang: "nn", Author: b, Subject: a, Created: time.Unix(1e9, 0),
			Look:   Look{Color: [3]uint8{flags, 200, 90}},
			Sender: Sender{Name: a, Unit: b, Lines: []string{a, b}}, Recipient: []string{b, a, b}, Reference: []Field{{a, b}, {b, a}},
			Footer: b, PageLabel: func(int, int) string { return a },
			Body: []Block{
				Heading{2, a},
				Paragraph{spans},
				Heading{3, b},
				List{has(4), [][]Span{spans, Text(b), spans}},
				Spacer{mmHigh},
				Table{Caption: b, Header: []string{a, b, a}, Rows: [][]Cell{{spans, nil, Text(b)}, {nil, spans, nil}}, RowHeaders: has(8), Columns: []Column{{Width: 1}, {mmHigh, true}, {Width: 1}}},
				Image{photo, a, mmHigh},
				Signature{a, []Signer{{a, b}, {b, a}}, b},
			},
		}
		if has(16) {
			d.Look.Emblem = emblem
		}
		if has(32) { // text that is too large for the letterhead still reaches the body
			d.Title, d.Sender, d.Recipient, d.Reference, d.Footer, d.PageLabel = "Brev", Sender{}, nil, nil, "", nil
		}
		var out bytes.Buffer
		if err := Write(&out, d); err != nil {
			if !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrLimit) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if _, problems := inspect(out.Bytes()); len(problems) > 0 {
			t.Fatalf("faults %q", problems)
		}
	})
}
