package arkivmelding

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/clock"
)

// ErrIncomplete is what a message is refused for that the schema would refuse.
var ErrIncomplete = errors.New("arkivmelding: incomplete")

// guid is the schema's pattern of a systemID.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Write writes the message as XML. It is checked first: an error that wraps
// ErrIncomplete says what is missing, and nothing is written.
func (m Message) Write(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("arkivmelding: write: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(m.root()); err != nil {
		return fmt.Errorf("arkivmelding: write: %w", err)
	}
	return nil
}

func (m Message) root() root {
	r := root{NS: namespace, XSI: instance, System: m.System, ID: m.ID, At: instant(m.At), Files: m.Files()}
	for _, f := range m.Folders {
		r.Folders = append(r.Folders, f.element())
	}
	return r
}

func (f Folder) element() folder {
	out := folder{
		Type: "saksmappe", ID: f.ID, Label: f.Label, Title: clean(f.Title), PublicTitle: clean(f.PublicTitle), Medium: "Elektronisk arkiv",
		CreatedAt: instant(f.CreatedAt), CreatedBy: clean(f.CreatedBy), Year: f.Year, Number: f.Number, Date: day(f.CreatedAt),
		Unit: clean(f.Unit), Responsible: clean(f.Responsible), Status: f.Status,
	}
	if !f.ClosedAt.IsZero() {
		out.ClosedAt, out.ClosedBy = instant(f.ClosedAt), clean(f.ClosedBy)
	}
	if s := f.Screening; s != nil {
		out.Screening = &screening{Restriction: s.Restriction, Basis: s.Basis, Metadata: s.Metadata}
	}
	for _, r := range f.Remarks {
		out.Remarks = append(out.Remarks, remark{Text: clean(r.Text), Type: clean(r.Type), At: instant(r.At), By: clean(r.By)})
	}
	for _, p := range f.Parties {
		out.Parties = append(out.Parties, partyEntry{
			ID: p.ID, Name: clean(p.Name), Role: clean(p.Role), Address: cleanAll(p.Address), PostalCode: clean(p.PostalCode),
			Place: clean(p.Place), Email: clean(p.Email), Phone: clean(p.Phone),
		})
	}
	for _, e := range f.Entries {
		out.Entries = append(out.Entries, e.element(f.ID))
	}
	return out
}

func (e Entry) element(parent string) entry {
	out := entry{
		Type: "journalpost", ID: e.ID, CreatedAt: instant(e.At), CreatedBy: clean(e.By), Parent: parent, Title: clean(e.Title), PublicTitle: clean(e.PublicTitle),
		Year: int64(clock.DateIn(e.At).Year), Number: e.Number, JournalType: e.Type, Status: e.Status, Date: day(e.At), DocumentDate: day(e.At),
		Enclosures: max(len(e.Documents)-1, 0),
	}
	for _, c := range e.Correspondents {
		out.Correspondents = append(out.Correspondents, correspondent{Type: c.Type, Name: clean(c.Name), Unit: clean(c.Unit)})
	}
	for i, d := range e.Documents {
		out.Documents = append(out.Documents, d.element(i+1))
	}
	return out
}

func (d Document) element(number int) document {
	as, variant := "Vedlegg", "Produksjonsformat"
	if number == 1 {
		as = "Hoveddokument"
	}
	if d.Archival {
		variant = "Arkivformat"
	}
	at, by := instant(d.CreatedAt), clean(d.CreatedBy)
	return document{
		ID: d.ID, Kind: clean(d.Kind), Status: "Dokumentet er ferdigstilt", Title: clean(d.Title), CreatedAt: at, CreatedBy: by, As: as, Number: number,
		AttachedAt: at, AttachedBy: by, Object: object{Version: 1, Variant: variant, CreatedAt: at, CreatedBy: by, File: d.File},
	}
}

// clean takes out what XML 1.0 cannot hold (section 2.2); people paste such
// characters into texts.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r < ' ' && r != '\n' && r != '\t', r >= 0xFFFE && r <= 0xFFFF:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

func cleanAll(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s = clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
