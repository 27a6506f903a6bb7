package forms

import (
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// own reports whether the answer tells how or where to find who writes: what the
// form says is so, and what a browser fills in of its user's own ways to be reached
// (WCAG 2.2 criterion 1.3.5), also in versions of before the form could say it.
func (f *Field) own() bool {
	token := f.Autocomplete[strings.LastIndexByte(f.Autocomplete, ' ')+1:] // "home tel"
	return f.Own || token == "email" || token == "tel" || strings.HasPrefix(token, "tel-") || token == "street-address" ||
		strings.HasPrefix(token, "address-") || token == "postal-code"
}

// Veiled returns the summary for somebody else than who wrote it, who may read the
// rest: without how and where she is found (personvernforordningen
// article 5 no. 1 c). Live is the newest version of the form,
// which may know better than the one that was filled in; it may be nil.
func (s Summary) Veiled(live *Definition, words *i18n.Localizer) Summary {
	s.Pages = slices.Clone(s.Pages)
	for i := range s.Pages {
		s.Pages[i].Rows = veiledRows(s.Pages[i].Rows, live, words)
	}
	return s
}

func veiledRows(rows []SummaryRow, live *Definition, words *i18n.Localizer) []SummaryRow {
	rows = slices.Clone(rows)
	for i, row := range rows {
		if row.Answered && (row.Own || live.owns(row.Name)) {
			row.Lines, row.Files, row.Items = []string{words.T("forms.veiled")}, nil, nil
		}
		row.Items = slices.Clone(row.Items)
		for j := range row.Items {
			row.Items[j].Rows = veiledRows(row.Items[j].Rows, live, words)
		}
		rows[i] = row
	}
	return rows
}

// owns reports whether a question, as errors name it ("siblings[0].name"), is one
// whose answer is the writer's own.
func (d *Definition) owns(name string) bool {
	if d == nil {
		return false
	}
	f := d.Field(fieldID(name))
	if _, inner, nested := strings.Cut(name, "."); nested && f != nil {
		f = f.Inner(inner)
	}
	return f != nil && f.own()
}
