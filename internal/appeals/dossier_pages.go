package appeals

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/arkivmelding"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/web"
)

// volume is how many bytes of text one file of the journal holds: a long one
// becomes several.
const volume = 400_000

func keysOf(m map[string]blob.Document) iter.Seq[string] { return maps.Keys(m) }

// dress gives a page the municipality's look.
func (d *dossier) dress(document *pdf.Document) {
	name := d.name("")
	document.Author, document.Look = name, pdf.Look{Color: rgb(d.tenant.Color)}
	document.Sender = pdf.Sender{Name: name, Unit: d.unit, Lines: pdf.HeadLines(web.ContactLines(d.tenant))}
}

// page is a page about the case, without a recipient.
func (d *dossier) page(title string, body ...pdf.Block) pdf.Document {
	words := d.words
	document := pdf.Document{
		Title: title, Lang: languageTag(words.Lang()), Subject: words.T(d.kind.Title), Created: d.at,
		Reference: []pdf.Field{
			{Label: words.T("appeals.letter.date"), Value: d.day(d.at)}, {Label: words.T("appeals.letter.number"), Value: d.c.Label()},
		},
		Body:      append([]pdf.Block{pdf.Heading{Level: 1, Text: title}}, body...),
		PageLabel: func(page, pages int) string { return words.T("appeals.letter.page", "page", page, "pages", pages) },
	}
	d.dress(&document)
	return document
}

func labelled(label, value string) pdf.Block {
	return pdf.Paragraph{Spans: []pdf.Span{{Text: label + ": ", Bold: true}, {Text: value}}}
}

// section is a heading and the paragraphs of a text that somebody typed.
func section(heading, text string) []pdf.Block {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	blocks := []pdf.Block{pdf.Heading{Level: 2, Text: heading}}
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			blocks = append(blocks, pdf.P(part))
		}
	}
	return blocks
}

// appealPage is the appeal as it was sent.
func (d *dossier) appealPage() pdf.Document {
	words, a := d.words, d.a
	body := []pdf.Block{
		labelled(words.T("appeals.term.appellant"), a.AppellantName),
		labelled(words.T("appeals.term.lodged_at"), words.DateTime(a.LodgedAt)),
		labelled(words.T("appeals.term.sent_on"), words.Date(a.SentOn)),
	}
	if a.LodgedByName != "" && a.LodgedByName != a.AppellantName {
		body = append(body, labelled(words.T("appeals.term.lodged_by"), a.LodgedByName))
	}
	if !a.LimitOn.IsZero() {
		body = append(body, labelled(words.T("appeals.term.limit"), words.Date(a.LimitOn)))
	}
	body = append(body, section(words.T("appeals.term.wants"), a.Texts.Wants)...)
	body = append(body, section(words.T("appeals.term.why"), a.Texts.Why)...)
	body = append(body, section(words.T("appeals.term.late"), a.Texts.Late)...)
	body = append(body, section(words.T("appeals.term.late_answer"), a.Texts.LateAnswer)...)
	return d.page(words.T("appeals.package.appeal"), body...)
}

// journalPages are the case's journal, in as many files as it takes. The notes of
// the staff to each other are not in it (forvaltningsloven § 18 a).
func (d *dossier) journalPages() (list []pdf.Document) {
	title := d.words.T("appeals.package.journal")
	var body []pdf.Block
	size := 0
	flush := func() {
		name := title
		if len(list) > 0 {
			name = fmt.Sprintf("%s %d", title, len(list)+1)
		}
		list = append(list, d.page(name, body...))
		body, size = nil, 0
	}
	for _, e := range d.entries {
		if size > volume {
			flush()
		}
		lines := []pdf.Block{pdf.Heading{Level: 2, Text: strconv.FormatInt(e.Seq, 10) + ". " + d.words.T("cases.entry."+string(e.Kind))}}
		lines = append(lines, pdf.P(d.words.DateTime(e.At)+", "+d.who(e)))
		for part := range strings.SplitSeq(d.entryText(e), "\n\n") {
			if part = strings.TrimSpace(part); part != "" {
				lines = append(lines, pdf.P(part))
				size += len(part)
			}
		}
		size += len(lines) * len(title)
		body = append(body, lines...)
	}
	flush()
	return list
}

// entryText is what an entry says, with the words for what is kept as a key.
func (d *dossier) entryText(e cases.Entry) string {
	if e.Kind == cases.EntryDecided {
		return d.words.T("cases.status." + e.Text)
	}
	return e.Text
}

// who did it, and for whom.
func (d *dossier) who(e cases.Entry) string {
	name := d.name(e.ActorName)
	if e.BehalfName != "" {
		return d.words.T("cases.entry.by_for", "by", name, "for", e.BehalfName)
	}
	return name
}

// looksPage is who did what in the case and who has looked at it.
func (d *dossier) looksPage() pdf.Document {
	words := d.words
	table := pdf.Table{Columns: []pdf.Column{{Width: 3}, {Width: 4}, {Width: 3}, {Width: 5}}}
	for _, key := range []string{"when", "who", "role", "what"} {
		table.Header = append(table.Header, words.T("cases.log."+key))
	}
	for _, l := range d.looks {
		role := " "
		if l.Role != "" {
			role = words.T("access.role." + l.Role)
		}
		table.Rows = append(table.Rows, []pdf.Cell{
			pdf.Text(words.DateTime(l.At.Time)), pdf.Text(d.name(l.ActorName)), pdf.Text(role), pdf.Text(words.T(audit.Describe(l.Action))),
		})
	}
	title := words.T("appeals.package.looks")
	if len(table.Rows) == 0 {
		return d.page(title, pdf.P(words.T("appeals.package.no_looks")))
	}
	return d.page(title, pdf.P(words.T("appeals.package.looks_intro")), table)
}

// indexPage lists every file, and what could not be in the package.
func (d *dossier) indexPage(parts []part) pdf.Document {
	words := d.words
	table := pdf.Table{Columns: []pdf.Column{{Width: 3}, {Width: 6}, {Width: 3}, {Width: 6}}, Header: []string{
		words.T("appeals.package.column.date"), words.T("appeals.package.column.title"), words.T("appeals.package.column.by"), words.T("appeals.package.column.file"),
	}}
	for _, p := range parts {
		for _, i := range p.items {
			table.Rows = append(table.Rows, []pdf.Cell{pdf.Text(d.day(i.at)), pdf.Text(i.title), pdf.Text(i.by), pdf.Text(i.path)})
		}
	}
	body := []pdf.Block{
		pdf.P(words.T("appeals.package.about", "number", d.c.Label(), "kind", words.T(d.kind.Title), "subject", d.c.SubjectName, "body", d.a.Body)), table,
	}
	if len(d.missing) > 0 {
		body = append(body, pdf.Heading{Level: 2, Text: words.T("appeals.package.missing")}, pdf.P(words.T("appeals.package.missing_text")))
		list := pdf.List{}
		for _, name := range d.missing {
			list.Items = append(list.Items, pdf.Text(name))
		}
		body = append(body, list)
	}
	if d.c.Restricted {
		body = append(body, pdf.Heading{Level: 2, Text: words.T("appeals.package.protected")}, pdf.P(words.T("appeals.package.protected_text")))
	}
	return d.page(words.T("appeals.package.index"), body...)
}

// direction is an entry's type in the archive (journalposttype).
func direction(kind cases.EntryKind) string {
	in := []cases.EntryKind{
		cases.EntryReceived, cases.EntrySigned, cases.EntryAnswered, cases.EntryAccepted, cases.EntryDeclined, cases.EntryWithdrawn, EntryReceived, EntryRegistered, EntryContested, EntryAnswered,
	}
	out := []cases.EntryKind{cases.EntryLetter, cases.EntryAsked, EntryLetter, EntryForwarded, EntryReasonsGiven}
	switch {
	case slices.Contains(in, kind):
		return arkivmelding.Incoming
	case slices.Contains(out, kind):
		return arkivmelding.Outgoing
	}
	return arkivmelding.Internal
}

// message is the arkivmelding of the package. It names the files that are there
// and no others, and holds no address of anybody (forvaltningsloven § 13 second
// paragraph, folkeregisterloven § 10-4).
func (d *dossier) message(id string, parts []part) arkivmelding.Message {
	words := d.words
	f := arkivmelding.Folder{
		ID: d.c.ID, Label: d.c.Label(), Year: d.c.Year, Number: d.c.Number, CreatedAt: d.c.ReceivedAt, CreatedBy: d.name(""),
		Title: words.T(d.kind.Title) + ": " + d.c.SubjectName, PublicTitle: words.T(d.kind.Title), Unit: d.unit, Responsible: d.name(d.c.AssigneeName),
		Status:    arkivmelding.Open,
		Screening: &arkivmelding.Screening{Restriction: "UO", Basis: "offentleglova § 13, forvaltningsloven § 13", Metadata: "TMP"},
		Parties:   []arkivmelding.Party{{ID: d.c.Applicant, Name: d.c.ApplicantName, Role: words.T("appeals.package.role.applicant")}},
	}
	if f.Unit == "" {
		f.Unit = d.name("")
	}
	if d.c.Subject != d.c.Applicant {
		f.Parties = append(f.Parties, arkivmelding.Party{ID: d.c.Subject, Name: d.c.SubjectName, Role: words.T("appeals.package.role.subject")})
	}
	for _, p := range d.parties {
		if p.Until.IsZero() {
			f.Parties = append(f.Parties, arkivmelding.Party{ID: p.Person, Name: p.Name, Role: words.T("appeals.package.role." + string(p.Role))})
		}
	}
	for _, e := range d.entries {
		title := words.T("cases.entry." + string(e.Kind))
		f.Remarks = append(f.Remarks, arkivmelding.Remark{Text: strings.TrimSpace(title + "\n" + d.entryText(e)), Type: string(e.Kind), At: e.At, By: d.name(e.ActorName)})
	}
	for n, p := range parts {
		f.Entries = append(f.Entries, d.entry(n+1, p))
	}
	return arkivmelding.Message{System: "Torg", ID: id, At: d.at, Folders: []arkivmelding.Folder{f}}
}

func (d *dossier) entry(number int, p part) arkivmelding.Entry {
	e := arkivmelding.Entry{
		ID: p.items[0].id, Number: int64(number), Type: p.direction, Status: arkivmelding.Recorded, Title: p.title, PublicTitle: p.title, At: p.at, By: p.by,
	}
	switch p.direction {
	case arkivmelding.Incoming:
		e.Correspondents = []arkivmelding.Correspondent{{Type: arkivmelding.Sender, Name: p.by}}
	case arkivmelding.Outgoing:
		e.Status = arkivmelding.Dispatched
		e.Correspondents = []arkivmelding.Correspondent{{Type: arkivmelding.Recipient, Name: d.c.ApplicantName}}
	}
	for _, i := range p.items {
		e.Documents = append(e.Documents, arkivmelding.Document{
			ID: i.id, Kind: i.kind, Title: i.title, File: i.path, Archival: i.archival, CreatedAt: i.at, CreatedBy: i.by,
		})
	}
	return e
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

// letterPage is the letter by which an appeal is sent on, or rejected.
func (d *dossier) letterPage() pdf.Document {
	words, a := d.words, d.a
	what := "forwarded" + a.variant()
	if a.State == Rejected {
		what = "rejected" + a.variant()
	}
	arg := []any{"number", d.c.Label(), "kind", words.T(d.kind.Title), "subject", d.c.SubjectName, "appellant", a.AppellantName, "body", a.Body, "date", d.day(a.LodgedAt)}
	body := []pdf.Block{pdf.P(words.T("appeals.letter."+what+".about", arg...))}
	body = append(body, section(words.T("appeals.letter."+what+".statement"), a.Texts.Statement)...)
	body = append(body, section(words.T("appeals.letter."+what+".then_title"), words.T("appeals.letter."+what+".then", arg...))...)
	signers := []pdf.Signer{{Name: d.name(a.PreparedByName), Title: d.unit}}
	if a.ApprovedByName != "" {
		signers = append(signers, pdf.Signer{Name: a.ApprovedByName, Title: d.unit})
	}
	body = append(body, pdf.Signature{Closing: words.T("appeals.letter.closing"), Signers: signers, Note: words.T("appeals.letter.electronic")})
	page := d.page(words.T("appeals.letter."+what+".title", arg...), body...)
	page.Created = a.PreparedAt
	page.Reference[0].Value = words.Date(clock.DateIn(a.PreparedAt))
	page.Recipient = []string{a.AppellantName}
	if a.State != Rejected {
		page.Recipient = recipient(a)
	}
	return page
}

// recipient is the appeal body with its address.
func recipient(a Appeal) []string {
	lines := []string{a.Body}
	for line := range strings.SplitSeq(a.Texts.Address, "\n") {
		if line = strings.TrimSpace(line); line != "" && len(lines) < maxLines {
			lines = append(lines, line)
		}
	}
	return lines
}

// maxLines is what the window of an envelope shows.
const maxLines = 9
