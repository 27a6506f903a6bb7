package neighbours

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// maxFiles bounds the drawings of a notice and the files of an answer.
	maxFiles = 10
	// maxDispensations bounds the provisions that one notice names.
	maxDispensations = 20
	// maxContact bounds how the developer says she can be reached, in characters.
	maxContact = 300
)

// ownerNotice is what the documents of a notice are owned by, until they go along
// to the case.
const (
	ownerNotice = "notice"
	ownerCase   = "case"
	ownerDraft  = "draft"
)

// Writing is what the developer writes in a notice.
type Writing struct {
	Description   string
	Dispensations string // one on each line
	Contact       string
	Files         []blob.Stored
	Remove        string // document to take away
}

// Write keeps what is written, over the version that was read.
func (s *Service) Write(ctx context.Context, id string, version int64, w Writing) (Notice, error) {
	w.Description, w.Contact = clean(w.Description), clean(w.Contact)
	wrong := []errs.Field{}
	if len([]rune(w.Description)) > maxText {
		wrong = append(wrong, errs.Field{Name: "description", Key: "neighbours.too_long", Args: []any{"most", maxText}})
	}
	if len([]rune(w.Dispensations)) > maxText {
		wrong = append(wrong, errs.Field{Name: "dispensations", Key: "neighbours.too_long", Args: []any{"most", maxText}})
	}
	if len([]rune(w.Contact)) > maxContact {
		wrong = append(wrong, errs.Field{Name: "contact", Key: "neighbours.too_long", Args: []any{"most", maxContact}})
	}
	if err := errs.InvalidFields(wrong...); err != nil {
		return Notice{}, err
	}
	return s.inNotice(ctx, id, version, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, _ []Recipient) error {
		if n.State != Draft {
			return errs.Conflict("neighbours.not_now.write")
		}
		n.Texts.Description, n.Texts.Contact = w.Description, w.Contact
		n.Texts.Dispensations = lines(w.Dispensations, maxDispensations)
		if slices.Contains(n.Documents, w.Remove) {
			if err := s.drop(ctx, tx, n, w.Remove); err != nil {
				return err
			}
		}
		if len(n.Documents)+len(w.Files) > maxFiles {
			return errs.InvalidFields(errs.Field{Name: "files", Key: "neighbours.too_many_files", Args: []any{"most", maxFiles}})
		}
		kept, err := s.keep(ctx, tx, *n, actorID(ctx), w.Files)
		n.Documents = append(n.Documents, kept...)
		return err
	})
}

// keep makes rows of stored files: the case's when there is one, else the notice's.
func (s *Service) keep(ctx context.Context, tx *store.Tx, n Notice, person string, files []blob.Stored) (kept []string, err error) {
	owner := blob.Owner{Type: ownerNotice, ID: n.ID, Person: person}
	if n.CaseID != "" {
		owner.Type, owner.ID = ownerCase, n.CaseID
	}
	for _, file := range files {
		d, err := s.Blobs.Keep(ctx, tx, file, owner)
		if err != nil {
			return nil, err
		}
		kept = append(kept, d.ID)
	}
	return kept, nil
}

// drop takes a drawing out of a notice. One that came from the application stays
// there.
func (s *Service) drop(ctx context.Context, tx *store.Tx, n *Notice, document string) error {
	n.Documents = slices.DeleteFunc(slices.Clone(n.Documents), func(id string) bool { return id == document })
	d, err := s.Blobs.Get(ctx, tx, document)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil || d.Owner.Type != ownerNotice {
		return err
	}
	return s.Blobs.Remove(ctx, tx, document)
}

// documents are those that are still there: a drawing may have been taken out of
// the application since, or found harmful.
func (s *Service) documents(ctx context.Context, tx *store.Tx, list []string) ([]blob.Document, error) {
	var there []blob.Document
	for _, id := range list {
		d, err := s.Blobs.Get(ctx, tx, id)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		there = append(there, d)
	}
	return there, nil
}

// Bind lets a notice belong to an application that is being filled in: what is
// answered then stands in it.
func (s *Service) Bind(ctx context.Context, id, draft string) (Notice, error) {
	if !ids.Valid(draft) {
		return Notice{}, errs.NotFound("errs.not_found")
	}
	o, err := s.Applications.Open(ctx, draft)
	if err != nil {
		return Notice{}, err
	}
	return s.inNotice(ctx, id, 0, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient) error {
		switch {
		case n.DraftID == draft:
			return errSame
		case o.Draft.Form != s.Form || o.Draft.Person != n.Sender:
			return errs.NotFound("errs.not_found")
		case n.DraftID != "" || n.CaseID != "" || n.State == Draft:
			return errs.Conflict("neighbours.not_now.bind")
		case !overlap(n.Properties, refsOf(o.Draft.Answers.Values)):
			return errs.Conflict("neighbours.not_now.bind_other", "property", n.Property())
		}
		n.DraftID = draft
		if err := s.record(ctx, tx, *n, "bind", map[string]string{"draft": draft}); err != nil {
			return err
		}
		if len(consenting(list)) > 0 {
			if err := jobs.Enqueue(ctx, tx, consentArgs{Notice: n.ID}); err != nil {
				return err
			}
		}
		return s.fill(ctx, tx, *n, list)
	})
}

// Comment keeps what the developer says to a neighbour's remarks; the municipality
// and the neighbour read it.
func (s *Service) Comment(ctx context.Context, id, recipient, text string) (Notice, error) {
	text = clean(text)
	if err := errs.InvalidFields(checkText("comment", text, 1)...); err != nil {
		return Notice{}, err
	}
	return s.inNotice(ctx, id, 0, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient) error {
		r := one(list, recipient)
		if r == nil {
			return errs.NotFound("errs.not_found")
		}
		if r.Answer != Remarks {
			return errs.Conflict("neighbours.not_now.comment")
		}
		if r.About.Comment == text {
			return errSame
		}
		r.About.Comment, r.About.Commented = text, tx.Now.Time
		if err := s.saveRecipient(ctx, tx, r); err != nil {
			return err
		}
		if err := s.recordOf(ctx, tx, *n, *r, "comment", nil); err != nil || n.CaseID == "" {
			return err // before the application is sent, it goes with the notice
		}
		words := s.wordsOf(ctx)
		name := nameOf(words, veil(*n, *r)) // the applicant reads the journal
		_, err := s.Cases.Touch(ctx, tx, n.CaseID, cases.Entry{Kind: EntryComment, Text: words.T("neighbours.entry.comment", "name", name, "property", r.Property()) + "\n" + text}, nil)
		return err
	})
}

// one finds a recipient among those of a notice; nil when there is none of the id.
func one(list []Recipient, id string) *Recipient {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}
