package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Handout says what a party who lives apart from another may not have of a case: neither
// on the pages nor in the copy of her own data, which tell the same. The zero Handout
// withholds nothing.
type Handout struct {
	documents []string
	hidden    []string
}

// Document reports whether a document is withheld: a file that answers what is the
// sender's own, or a letter or something that somebody protected has enclosed, which may
// tell where she lives.
func (h Handout) Document(id string) bool { return slices.Contains(h.documents, id) }

// Words reports whether what a person wrote is withheld, since her address is
// protected and nobody has read it for whether it tells the address.
func (h Handout) Words(person string) bool { return slices.Contains(h.hidden, person) }

// Hides reports whether the text of a line of the journal is withheld: what somebody
// protected has written, or another for her, and what the staff have written down, of which
// the line does not tell whose it was. What one has written oneself is never.
func (h Handout) Hides(e Entry) bool {
	if e.Text == "" {
		return false
	}
	return h.Words(e.ActorID) || h.Words(e.BehalfID) || len(h.hidden) > 0 && slices.Contains(writtenForOthers(), string(e.Kind))
}

// writtenForOthers are the lines in which the staff keep what a party has sent on paper or
// said, of this package and of the one on appeals: they do not tell which party.
func writtenForOthers() []string {
	return []string{string(ByStaff(EntryAnswered)), "appeal_registered"}
}

// journal takes out of a journal what is withheld.
func (h Handout) journal(list []Entry, words *i18n.Localizer) {
	for i, e := range list {
		if h.Hides(e) {
			list[i].Text = words.T("cases.withheld")
		}
	}
}

// HandoutTo returns what the actor, who reads as a party, may not have of a case. The
// caller has asked access.
func (s *Service) HandoutTo(ctx context.Context, tx *store.Tx, c Case) (h Handout, err error) {
	if c.Anonymised() {
		return h, nil
	}
	sender, err := s.Forms.Sender(ctx, tx, c.Submission)
	if err != nil {
		return h, fmt.Errorf("cases: who sent the application: %w", err)
	}
	all, err := partiesOf(ctx, tx, c.ID)
	if err != nil {
		return h, err
	}
	// Not whom the case is about: a child writes nothing, and letters are to the applicant.
	persons := append([]string{c.Applicant, sender}, c.parties()...)
	for _, p := range all { // also those who are parties no more
		persons = append(persons, p.Person)
	}
	for _, person := range persons {
		hidden, err := s.hides(ctx, tx, c, person)
		if err != nil {
			return h, err
		}
		if hidden && !h.Words(person) {
			h.hidden = append(h.hidden, person)
		}
	}
	if h.documents, err = s.ownFiles(ctx, tx, c, sender); err != nil {
		return h, err
	}
	enclosed, err := enclosedBy(ctx, tx, c.ID, h.hidden)
	if err != nil {
		return h, err
	}
	h.documents = append(h.documents, enclosed...)
	if !h.Words(c.Applicant) && !h.Words(sender) {
		return h, nil
	}
	letters, err := s.writtenLetters(ctx, tx, c.ID)
	h.documents = append(h.documents, letters...)
	return h, err
}

// hides reports whether a party is protected and lives apart from the actor.
func (s *Service) hides(ctx context.Context, tx *store.Tx, c Case, party string) (bool, error) {
	if near, err := s.near(ctx, tx, c, party); err != nil || near {
		return false, err
	}
	p, err := s.Identity.PersonIn(ctx, tx, party)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil // forgotten
	}
	return p.Protection.Protected(), err
}

// ownFiles are the files with which the sender answered what is her own, for whoever
// lives apart from her.
func (s *Service) ownFiles(ctx context.Context, tx *store.Tx, c Case, sender string) ([]string, error) {
	near, err := s.near(ctx, tx, c, sender)
	if err != nil || near || c.Submission == "" {
		return nil, err
	}
	words := i18n.From(ctx)
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, fmt.Errorf("cases: what was sent: %w", err)
	}
	summary, err := s.Forms.Sent(ctx, tx, sent, words)
	if err != nil {
		return nil, fmt.Errorf("cases: what was sent: %w", err)
	}
	veiled, err := s.Veil(ctx, tx, c, sent, summary, words)
	if err != nil {
		return nil, err
	}
	shown := filesIn(veiled)
	return slices.DeleteFunc(filesIn(summary), func(id string) bool { return slices.Contains(shown, id) }), nil
}

// filesIn are the ids of the files in what was sent.
func filesIn(s forms.Summary) (list []string) {
	for _, page := range s.Pages {
		list = append(list, filesOf(page.Rows)...)
	}
	return list
}

func filesOf(rows []forms.SummaryRow) (list []string) {
	for _, row := range rows {
		for _, f := range row.Files {
			list = append(list, f.ID)
		}
		for _, item := range row.Items {
			list = append(list, filesOf(item.Rows)...)
		}
	}
	return list
}

// writtenLetters are the letters of a case that cannot be written anew for another
// reader, as those of decisions are.
func (s *Service) writtenLetters(ctx context.Context, tx *store.Tx, caseID string) ([]string, error) {
	letters, err := lettersOf(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	decisions, err := s.pastDecisions(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	stands, err := s.decision(ctx, tx, caseID)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	return slices.DeleteFunc(letters, func(id string) bool {
		return slices.ContainsFunc(append(decisions, stands), func(d Decision) bool { return d.Letter == id })
	}), nil
}

// CopyFor writes the letter of a decision to the party who reads as the actor, when it
// was sent to another who lives elsewhere, as the pages show it; nil for all other
// documents. The caller has asked access.
func (s *Service) CopyFor(ctx context.Context, c Case, documentID string) ([]byte, error) {
	if identity.From(ctx).PersonID == "" || c.Anonymised() {
		return nil, nil
	}
	return s.copyOf(ctx, c, documentID)
}
