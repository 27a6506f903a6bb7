package pdf

import "time"

// Document is a letter: what it says in reading order, its language and its
// metadata. Text fields are plain text in any Unicode form; a line feed breaks
// the line where the field allows several lines.
type Document struct {
	// Title names the document in the window title and the metadata. It is
	// printed as the letter's first heading unless Body brings its own
	// Heading of level 1 as its first heading.
	Title string
	// Lang is the language of the letter as a BCP 47 tag, such as "nb-NO".
	Lang string
	// Author is the issuer in the metadata, usually the municipality.
	Author string
	// Subject is a short description for the metadata. It may be empty.
	Subject string
	// Created is written as creation and modification date, in UTC to the second.
	Created time.Time
	// Look is the municipality's profile.
	Look Look
	// Sender is the letterhead.
	Sender Sender
	// Recipient is the name and postal address, one line each, shown in the
	// window of the envelope. At most nine lines.
	Recipient []string
	// Reference is the block beside the address: date, case number, case worker.
	Reference []Field
	// Body is the letter itself.
	Body []Block
	// Footer stands at the foot of each page, one or more lines. Screen readers
	// skip it, so it must not say anything that the letter does not say elsewhere.
	Footer string
	// PageLabel gives the text for page numbers, such as "Side 1 av 2".
	// It is called once for each page. Nil gives "1 / 2".
	PageLabel func(page, pages int) string
}

// Look is how the municipality's letters look.
type Look struct {
	// Color is used for name, rule, headings and links, as sRGB. A colour too
	// light to read on white is darkened until it reaches the contrast 4.5:1
	// of WCAG 2.2, criterion 1.4.3.
	Color [3]uint8
	// Emblem is a JPEG or PNG of the coat of arms, or nothing. It is
	// decoration beside the name and hidden from screen readers.
	Emblem []byte
}

// Sender is the letterhead.
type Sender struct {
	Name  string   // the municipality
	Unit  string   // department or service; may be empty
	Lines []string // address, phone, web; at most eight
}

// MaxLines is how many lines a Sender may have.
const MaxLines = 8

// HeadLines returns as many of the lines as a Sender may have.
func HeadLines(lines []string) []string { return lines[:min(len(lines), MaxLines)] }

// Field is one line of the reference block, such as "Saksnummer" and "2026/1234".
type Field struct{ Label, Value string }

// Block is a part of the letter's body: [Heading], [Paragraph], [List],
// [Table], [Image], [Signature] or [Spacer].
type Block interface {
	// check reports what Write refuses.
	check(*checker) error
	// lead is the height that must be free for the block to begin on a page,
	// in points: a heading above it moves with it.
	lead(*flow) float64
	// set lays the block out and writes it to the pages.
	set(*flow) error
}

// Heading is a heading of level 1 to 3. Levels must not be skipped on the way
// down (ISO 14289-1, 7.4.2).
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text. A line feed in a span breaks the line.
type Paragraph struct{ Spans []Span }

// Span is a piece of text with one look.
type Span struct {
	Text   string
	Bold   bool
	Italic bool
	// Link is an absolute http, https, mailto or tel address, or empty.
	Link string
	// LinkAlt says where the link goes, for screen readers. Empty means Text.
	LinkAlt string
	// Lang is the language of the span if it differs from the letter's.
	Lang string
}

// Text returns spans of plain text, one for each argument, for the common case
// of a paragraph or cell without emphasis.
func Text(s ...string) []Span {
	out := make([]Span, len(s))
	for i := range s {
		out[i] = Span{Text: s[i]}
	}
	return out
}

// P returns a paragraph of plain text.
func P(text string) Paragraph { return Paragraph{Spans: Text(text)} }

// List is a bulleted or numbered list; each item is running text.
type List struct {
	Ordered bool
	Items   [][]Span
}

// Table is a table with one header row. Every row has as many cells as Header.
type Table struct {
	// Caption stands above the table. It may be empty.
	Caption string
	// Header holds the column headings, tagged TH with scope Column.
	Header []string
	Rows   [][]Cell
	// Columns gives width and alignment; nil shares the width equally.
	Columns []Column
	// RowHeaders tags the first cell of each row as TH with scope Row.
	RowHeaders bool
}

// Cell is the running text of one table cell.
type Cell []Span

// Column is the shape of a table column.
type Column struct {
	// Width is the column's share of the text width, relative to the others.
	Width float64
	// Right sets the column flush right, for amounts.
	Right bool
}

// Image is a JPEG or PNG picture. Transparency is laid on white. Metadata in
// the file, such as the place a photograph was taken, is removed.
type Image struct {
	Data []byte
	// Alt says what the picture shows; required (ISO 14289-1, 7.3).
	Alt string
	// Width is the printed width in millimetres; zero takes the natural width
	// at 150 dots per inch. Wider than the text or taller than half a page is
	// scaled down.
	Width float64
}

// Signature is the end of a letter. It is never split over two pages.
type Signature struct {
	Closing string // "Med vennlig hilsen"
	Signers []Signer
	Note    string // such as that the letter is approved electronically; may be empty
}

// Signer is one who signs: at most four, two beside each other.
type Signer struct{ Name, Title string }

// Spacer is empty space of the given height in millimetres, at most 100.
type Spacer struct{ Height float64 }
