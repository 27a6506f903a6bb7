package neighbours

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Receipt writes the list of who was notified, when, and what they answered
// (kvittering for nabovarsel), as PDF for whoever may read the notice. It holds no
// address.
func (s *Service) Receipt(ctx context.Context, id string, w io.Writer) error {
	v, err := s.View(ctx, id)
	if err != nil {
		return err
	}
	if v.Notice.State != Sent {
		return errs.Conflict("neighbours.not_now.receipt")
	}
	return s.writeReceipt(ctx, w, i18n.From(ctx), v.Notice, v.Lines)
}

// writeReceipt writes the list in the words given.
func (s *Service) writeReceipt(ctx context.Context, w io.Writer, words *i18n.Localizer, n Notice, list []Line) error {
	d := s.page(ctx, words, words.T("neighbours.receipt.title"))
	d.Reference = append(d.Reference, pdf.Field{Label: words.T("neighbours.term.property"), Value: n.Property()})
	if !n.SentAt.IsZero() {
		d.Reference = append(d.Reference, pdf.Field{Label: words.T("neighbours.term.sent"), Value: words.Date(clock.DateIn(n.SentAt))})
	}
	d.Body = []pdf.Block{
		pdf.Heading{Level: 1, Text: words.T("neighbours.receipt.title")},
		pdf.P(words.T("neighbours.receipt.intro", "name", n.Texts.SenderName, "address", placeOf(n))),
	}
	if n.State == Exempt {
		d.Body = append(d.Body, pdf.P(words.T("neighbours.receipt.exempt")), pdf.P(n.Texts.Reason))
		return s.writePage(w, d)
	}
	d.Body = append(d.Body, pdf.Heading{Level: 2, Text: words.T("neighbours.receipt.said")}, pdf.P(n.Texts.Description))
	if len(n.Texts.Dispensations) > 0 {
		d.Body = append(d.Body, pdf.P(words.T("neighbours.mail.notice.dispensations")), bullets(n.Texts.Dispensations))
	}
	list = onPaperOf(list)
	d.Body = append(d.Body, pdf.Heading{Level: 2, Text: words.T("neighbours.receipt.who")}, receiptTable(words, list))
	if remarks := remarksOf(words, list); len(remarks) > 0 {
		d.Body = append(append(d.Body, pdf.Heading{Level: 2, Text: words.T("neighbours.receipt.remarks")}), remarks...)
	}
	d.Body = append(d.Body, pdf.P(words.T("neighbours.receipt.law")))
	return s.writePage(w, d)
}

func (*Service) writePage(w io.Writer, d pdf.Document) error {
	if err := pdf.Write(w, d); err != nil {
		return fmt.Errorf("neighbours: write a page: %w", err)
	}
	return nil
}

// page is an empty page with the municipality's head.
func (s *Service) page(ctx context.Context, words *i18n.Localizer, title string) pdf.Document {
	t := tenant.From(ctx)
	name := words.T("web.municipality", "name", t.Name.In(words.Lang()))
	lang := words.Lang().Tag() + "-NO"
	if words.Lang() == i18n.EN {
		lang = "en-GB"
	}
	now := s.DB.Clock().Now()
	return pdf.Document{
		Title: title, Lang: lang, Author: name, Created: now, Look: pdf.Look{Color: colorOf(t.Color)}, Sender: pdf.Sender{Name: name},
		Reference: []pdf.Field{{Label: words.T("neighbours.term.made"), Value: words.Date(clock.DateIn(now))}},
		PageLabel: func(page, pages int) string { return words.T("notify.letter.page", "page", page, "pages", pages) },
	}
}

func colorOf(text string) [3]uint8 {
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

func bullets(list []string) pdf.List {
	var l pdf.List
	for _, text := range list {
		l.Items = append(l.Items, pdf.Text(text))
	}
	return l
}

// onPaperOf are lines as a receipt tells them, whoever it is made for: paper goes from hand to
// hand, and does not say whose address is secret.
func onPaperOf(list []Line) []Line {
	list = slices.Clone(list)
	for i := range list {
		list[i].veiled = list[i].veiled || list[i].About.Protected
	}
	return list
}

// receiptTable lists who was notified. How each was reached is not told.
func receiptTable(words *i18n.Localizer, list []Line) pdf.Table {
	t := pdf.Table{Caption: words.T("neighbours.receipt.caption"), RowHeaders: true, Columns: []pdf.Column{{Width: 3}, {Width: 2}, {Width: 2}, {Width: 2}, {Width: 3}}}
	for _, key := range []string{"name", "property", "sent", "until", "answer"} {
		t.Header = append(t.Header, words.T("neighbours.column."+key))
	}
	for _, l := range list {
		t.Rows = append(t.Rows, []pdf.Cell{
			pdf.Text(nameOf(words, l.Recipient)), pdf.Text(l.Property()), pdf.Text(dayText(words, l.SentOn, l, false)), pdf.Text(dayText(words, l.Until, l, false)), pdf.Text(answerText(words, l)),
		})
	}
	return t
}

// remarksOf are the remarks, with what the developer says to them.
func remarksOf(words *i18n.Localizer, list []Line) (blocks []pdf.Block) {
	for _, l := range list {
		if l.Answer == "" || l.About.Text == "" {
			continue
		}
		blocks = append(blocks, pdf.Heading{Level: 3, Text: whoOf(words, l.Recipient)}, pdf.P(l.About.Text))
		if l.About.Comment != "" {
			blocks = append(blocks, pdf.P(words.T("neighbours.receipt.comment", "text", l.About.Comment)))
		}
	}
	return blocks
}

// nameOf is who is notified, in words: by what she owns where the reader is not told
// who it is, and always when her address is secret. That it is, only the staff are told.
func nameOf(words *i18n.Localizer, r Recipient) string {
	switch {
	case !r.veiled && r.About.Protected && r.Kind != Estate && r.Kind != Ward:
		return words.T("neighbours.protected_owner", "property", r.Property())
	case r.Kind.unknown():
		return words.T("neighbours.nameless", "property", r.Property())
	case r.veiled, r.About.Protected:
		return ownerOf(words, r)
	}
	name := r.About.Name
	switch r.Kind {
	case Estate:
		return words.T("neighbours.estate_of", "name", name)
	case Ward:
		return words.T("neighbours.ward_of", "name", name)
	case Person, Organisation, Unknown, Nameless, Ownerless:
	}
	if name == "" {
		return ownerOf(words, r) // known by number only
	}
	return name
}

// whoOf is who is notified, with what she owns where the name does not tell.
func whoOf(words *i18n.Localizer, r Recipient) string {
	name := nameOf(words, r)
	if strings.Contains(name, r.Property()) {
		return name
	}
	return name + ", " + r.Property()
}

// dayText is a day, or what it waits for, to the developer or to others.
func dayText(words *i18n.Localizer, d clock.Date, l Line, own bool) string {
	switch {
	case !d.IsZero():
		return words.Date(d)
	case l.Standing == Yours:
		return spoken(words, "neighbours.day.yours", own)
	case l.Standing == Listed:
		return words.T("neighbours.day.not_sent")
	}
	return words.T("neighbours.day.underway")
}

// answerText is what somebody answered, in words.
func answerText(words *i18n.Localizer, l Line) string {
	if l.Answer == "" {
		return words.T("neighbours.answer.nothing")
	}
	text := words.T("neighbours.answer." + string(l.Answer))
	if l.Source == byHandCode {
		text += " " + words.T("neighbours.answer.by_hand_code")
	}
	if l.Late {
		text += " – " + words.T("neighbours.late")
	}
	return text
}
