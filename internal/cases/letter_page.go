package cases

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// LetterPage is a letter about a case that another service writes, in the looks of a
// decision's: the municipality's head, the day, the case number and who has the case. It
// has neither recipient nor body. The caller has asked access.
func (*Service) LetterPage(ctx context.Context, tx *store.Tx, c Case, title string, words *i18n.Localizer) (pdf.Document, error) {
	unit, err := departmentName(ctx, tx, c.Department)
	if err != nil {
		return pdf.Document{}, err
	}
	return letterPage(tenant.From(ctx), c, unit, title, tx.Now.Time, words), nil
}

func letterPage(t tenant.Tenant, c Case, unit, title string, at time.Time, words *i18n.Localizer) pdf.Document {
	name := words.T("web.municipality", "name", t.Name.In(words.Lang()))
	page := pdf.Document{
		Title: title, Lang: languageTag(words.Lang()), Author: name, Created: at, Look: pdf.Look{Color: rgb(t.Color)},
		Sender: pdf.Sender{Name: name, Unit: unit, Lines: pdf.HeadLines(web.ContactLines(t))},
		Reference: []pdf.Field{
			{Label: words.T("cases.letter.date"), Value: words.Date(clock.DateIn(at))},
			{Label: words.T("cases.letter.number"), Value: c.Label()},
		},
		PageLabel: func(page, pages int) string { return words.T("cases.letter.page", "page", page, "pages", pages) },
	}
	if c.AssigneeName != "" {
		page.Reference = append(page.Reference, pdf.Field{Label: words.T("cases.letter.case_worker"), Value: c.AssigneeName})
	}
	return page
}

// LetterSection is a heading of such a letter and the paragraphs of a text that somebody
// typed; nothing when there is no text.
func LetterSection(heading, text string) []pdf.Block {
	if blocks := section(heading, text); len(blocks) > 1 {
		return blocks
	}
	return nil
}
