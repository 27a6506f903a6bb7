package cases

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// letter is what the letter of a decision is written from.
type letter struct {
	tenant     tenant.Tenant
	department string
	c          Case
	kind       Kind
	d          Decision
	terms      []Term
	recipient  identity.Person
	unplaced   bool // without the recipient's address; see Addressed
	words      *i18n.Localizer
}

// document lays the letter out. It always tells what the law wants told: what was
// decided, by which provisions, why, and what one may do about it (forvaltningsloven
// §§ 23, 25 and 27); in which order, the decision's layout says.
func (l letter) document() pdf.Document {
	words, name := l.words, l.words.T("web.municipality", "name", l.tenant.Name.In(l.words.Lang()))
	return pdf.Document{
		Title: l.text("title"), Lang: languageTag(words.Lang()), Author: name, Subject: l.text("subject"), Created: l.d.DecidedAt,
		Look:      pdf.Look{Color: rgb(l.tenant.Color)},
		Sender:    pdf.Sender{Name: name, Unit: l.department, Lines: pdf.HeadLines(web.ContactLines(l.tenant))},
		Recipient: l.address(),
		Reference: l.reference(),
		Body:      l.body(),
		PageLabel: func(page, pages int) string { return words.T("cases.letter.page", "page", page, "pages", pages) },
	}
}

// reference is what the recipient finds the case by. Nobody has handled what the
// law decided.
func (l letter) reference() []pdf.Field {
	list := []pdf.Field{
		{Label: l.words.T("cases.letter.date"), Value: l.words.Date(clock.DateIn(l.d.DecidedAt))},
		{Label: l.words.T("cases.letter.number"), Value: l.c.Label()},
	}
	if l.d.ByLaw() {
		return list
	}
	return append(list, pdf.Field{Label: l.words.T("cases.letter.case_worker"), Value: l.d.DeciderName})
}

// told is text for what is said otherwise of a decision that the law made.
func (l letter) told(key string) string {
	if l.d.ByLaw() {
		key += "_by_law"
	}
	return l.text(key)
}

func (l letter) text(key string) string {
	return l.words.T("cases.letter."+key, "kind", l.words.T(l.kind.Title), "number", l.c.Label(), "subject", l.c.SubjectName)
}

// body is the introduction, the blocks of the decision's layout and the signature.
func (l letter) body() []pdf.Block {
	blocks := []pdf.Block{pdf.Heading{Level: 1, Text: l.text("title")}, pdf.P(l.told("about"))}
	for _, b := range l.d.Layout.whole(l.kind) {
		blocks = append(blocks, l.block(b)...)
	}
	return append(blocks, pdf.Signature{
		Closing: l.text("closing"), Signers: l.signers(), Note: l.told("electronic"),
	})
}

// signers are the one who wrote the decision and, where there is one, the second
// person who approved it.
func (l letter) signers() []pdf.Signer {
	list := []pdf.Signer{{Name: l.d.DeciderName, Title: l.department}}
	if l.d.ApproverName != "" {
		list = append(list, pdf.Signer{Name: l.d.ApproverName, Title: l.department})
	}
	return list
}

// section is a heading and the paragraphs of a text that somebody typed.
func section(heading, text string) []pdf.Block {
	blocks := []pdf.Block{pdf.Heading{Level: 2, Text: heading}}
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			blocks = append(blocks, pdf.P(part))
		}
	}
	return blocks
}

// address is the recipient's name and, unless it is protected or a party lives
// elsewhere, the address.
func (l letter) address() []string {
	lines := []string{l.recipient.Name.Full()}
	if a, visible := l.recipient.VisibleAddress(identity.Actor{Kind: identity.System}); visible && !l.unplaced {
		lines = append(lines, a.Lines...)
		lines = append(lines, strings.TrimSpace(a.PostalCode+" "+a.PostalPlace))
	}
	return lines
}

// addressee is the person whose address stands in the letter; "" when it is left
// out, and on paper it needs a page with the address.
func (l letter) addressee() string {
	if l.unplaced {
		return ""
	}
	return l.recipient.ID
}

func (l letter) write() ([]byte, error) {
	var out bytes.Buffer
	if err := pdf.Write(&out, l.document()); err != nil {
		return nil, fmt.Errorf("cases: write the letter: %w", err)
	}
	return out.Bytes(), nil
}

// fileName is what the letter is called when it is saved: "vedtak-2026-123.pdf".
func (l letter) fileName() string {
	return l.words.T("cases.letter.file", "number", strings.ReplaceAll(l.c.Label(), "/", "-")) + ".pdf"
}

func languageTag(lang i18n.Lang) string {
	if lang == i18n.EN {
		return "en-GB"
	}
	return lang.Tag() + "-NO"
}

func rgb(color string) [3]uint8 {
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}
