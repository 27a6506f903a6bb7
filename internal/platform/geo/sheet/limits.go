package sheet

import (
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
)

// What may stand around a map. A text of the longest kind still fits into one
// column of a page.
const (
	maxTexts = 300
	maxText  = 1500 // characters
	maxAlt   = 1900 // bytes, as the writer of PDF files takes them
)

// checkLengths refuses texts that do not fit on a sheet.
func (b Block) checkLengths() error {
	all := append([]string{b.Title, b.Subtitle, b.Municipality, b.MadeBy, b.Subject}, b.Notes...)
	for _, f := range b.Facts {
		all = append(all, f.Label+f.Value)
	}
	if len(b.Alt) > maxAlt || len(b.title()) > maxAlt {
		return errs.Invalid("geo_sheet.text_long", "limit", maxText)
	}
	return fit(all)
}

// checkTexts does the same for what layers say of themselves.
func (m Map) checkTexts() error {
	var all []string
	for _, l := range m.Layers {
		if l.Title != "" || l.Attribution != "" || l.Licence != "" {
			all = append(all, l.Title+l.Attribution+l.Licence+l.LicenceURL)
		}
		for _, e := range l.Legend {
			all = append(all, e.Text)
		}
	}
	return fit(all)
}

func fit(texts []string) error {
	if len(texts) > maxTexts {
		return errs.Invalid("geo_sheet.too_many_texts", "limit", maxTexts)
	}
	for _, s := range texts {
		if utf8.RuneCountInString(s) > maxText {
			return errs.Invalid("geo_sheet.text_long", "limit", maxText)
		}
	}
	return nil
}
