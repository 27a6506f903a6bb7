package conference

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
)

// Conclude writes the minutes (byggesaksforskriften § 6-1) and ends the case. The parties
// are told, and read them on the case's page, in a letter that is kept with the case, or
// on paper. They are no decision: there is nothing to appeal against, and the municipality
// decides when somebody applies.
func (s *Service) Conclude(ctx context.Context, w Which, m Minutes) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	m = m.tidy()
	if err := m.check(); err != nil {
		return cases.Case{}, err
	}
	var letter *blob.Stored
	if st.Mine && st.Case.Version == w.Version && !st.Meeting.Held.IsZero() { // else it is refused, or was done before
		if letter, err = s.writeLetter(ctx, st, m); err != nil {
			return cases.Case{}, err
		}
	}
	return s.take(ctx, w, deed{
		entry: EntryMinutes, text: m.text(s.Cases.Bundle.For(st.Case.Lang), st.Meeting), tell: true,
		files: m.Files, staged: m.Staged, letter: letter,
		check: func(_ context.Context, _ *store.Tx, _ cases.Case, meeting Meeting) error {
			switch {
			case meeting.Held.IsZero():
				return errs.Conflict("conference.not_held")
			case letter == nil:
				return errs.Conflict("errs.conflict")
			}
			return nil
		},
		do: func(c *cases.Case, now time.Time) { c.Status, c.ClosedAt = cases.Closed, now },
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, _ Meeting) error {
			return forgetGuests(ctx, tx, c.ID)
		},
	})
}

// writeLetter writes the minutes as a PDF and puts it, before the act that keeps it.
func (s *Service) writeLetter(ctx context.Context, st state, m Minutes) (*blob.Stored, error) {
	words := s.Cases.Bundle.For(st.Case.Lang)
	l := letter{c: st.Case, meeting: st.Meeting, minutes: m, writer: identity.From(ctx).Name, words: words}
	for _, f := range m.Files {
		l.enclosed = append(l.enclosed, f.Name)
	}
	for _, id := range m.Staged {
		if f, err := staging.Of(s.Cases.Blobs).Get(ctx, id); err == nil { // what is wrong with it is told when it is taken
			l.enclosed = append(l.enclosed, f.Name)
		}
	}
	var page pdf.Document
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if page, err = s.Cases.LetterPage(ctx, tx, st.Case, words.T("conference.letter.title"), words); err != nil {
			return err
		}
		l.place, err = s.placeOf(ctx, tx, st.Case)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := pdf.Write(&out, l.on(page)); err != nil {
		return nil, fmt.Errorf("conference: write the minutes: %w", err)
	}
	name := words.T("conference.letter.file", "number", strings.ReplaceAll(st.Case.Label(), "/", "-")) + ".pdf"
	stored, err := s.Cases.Blobs.Put(ctx, &out, blob.PutOptions{Name: name, Generated: true})
	if err != nil {
		return nil, fmt.Errorf("conference: put the minutes: %w", err)
	}
	return &stored, nil
}
