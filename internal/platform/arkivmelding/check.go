package arkivmelding

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// check returns what the schema, or a reader that follows it, would refuse.
func (m Message) check() error {
	if m.System == "" || m.ID == "" || m.At.IsZero() || len(m.Folders) == 0 {
		return fmt.Errorf("%w: message without system, id, time or folder", ErrIncomplete)
	}
	files := map[string]bool{}
	for _, f := range m.Folders {
		if err := f.check(); err != nil {
			return fmt.Errorf("%w: folder %s", err, f.Label)
		}
		for _, e := range f.Entries {
			if err := e.check(files); err != nil {
				return fmt.Errorf("%w: entry %d of folder %s", err, e.Number, f.Label)
			}
		}
	}
	return nil
}

func (f Folder) check() error {
	switch {
	case !guid.MatchString(f.ID):
		return fmt.Errorf("%w: systemID", ErrIncomplete)
	case f.Title == "" || f.CreatedBy == "" || f.CreatedAt.IsZero():
		return fmt.Errorf("%w: title or who made it when", ErrIncomplete)
	case f.Unit == "" || f.Responsible == "":
		return fmt.Errorf("%w: unit or who is responsible", ErrIncomplete)
	case f.Status != Open && f.Status != Closed:
		return fmt.Errorf("%w: status %q", ErrIncomplete, f.Status)
	case f.Screening != nil && (f.Screening.Restriction == "" || f.Screening.Basis == "" || f.Screening.Metadata == ""):
		return fmt.Errorf("%w: screening without basis", ErrIncomplete)
	}
	for _, p := range f.Parties {
		if p.Name == "" || p.Role == "" {
			return fmt.Errorf("%w: party without name or role", ErrIncomplete)
		}
	}
	for _, r := range f.Remarks {
		if r.At.IsZero() || r.By == "" {
			return fmt.Errorf("%w: remark without who and when", ErrIncomplete)
		}
	}
	return nil
}

func (e Entry) check(files map[string]bool) error {
	switch {
	case !guid.MatchString(e.ID):
		return fmt.Errorf("%w: systemID", ErrIncomplete)
	case e.Title == "" || e.By == "" || e.At.IsZero():
		return fmt.Errorf("%w: title or who wrote it when", ErrIncomplete)
	case !slices.Contains([]string{Incoming, Outgoing, Internal}, e.Type):
		return fmt.Errorf("%w: type %q", ErrIncomplete, e.Type)
	case e.Status != Recorded && e.Status != Dispatched:
		return fmt.Errorf("%w: status %q", ErrIncomplete, e.Status)
	}
	for _, c := range e.Correspondents {
		if c.Name == "" || c.Type != Sender && c.Type != Recipient {
			return fmt.Errorf("%w: correspondent %q", ErrIncomplete, c.Type)
		}
	}
	for _, d := range e.Documents {
		if err := d.check(files); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a file that two documents share, and a name that leaves the package.
func (d Document) check(files map[string]bool) error {
	switch {
	case !guid.MatchString(d.ID):
		return fmt.Errorf("%w: systemID of a document", ErrIncomplete)
	case d.Kind == "" || d.Title == "" || d.CreatedBy == "" || d.CreatedAt.IsZero():
		return fmt.Errorf("%w: document without kind, title or who made it when", ErrIncomplete)
	case d.File == "" || d.File != path.Clean(d.File) || path.IsAbs(d.File) || strings.HasPrefix(d.File, "..") || strings.Contains(d.File, `\`):
		return fmt.Errorf("%w: file name %q", ErrIncomplete, d.File)
	case files[d.File]:
		return fmt.Errorf("%w: two documents in the file %q", ErrIncomplete, d.File)
	}
	files[d.File] = true
	return nil
}
