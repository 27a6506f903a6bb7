package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const mineLimit = 200

// Mine returns the cases of the person who is logged in, the newest first.
func (s *Service) Mine(ctx context.Context) ([]Case, error) {
	actor := identity.From(ctx)
	if err := s.Access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: actor.PersonID, Owners: []string{actor.PersonID}}); err != nil {
		return nil, err
	}
	persons := []string{actor.Author()}
	if actor.OnBehalfOf != "" && actor.OnBehalfOf != actor.Author() {
		persons = append(persons, actor.OnBehalfOf)
	}
	var mine []Case
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		mine, err = ofPersons(ctx, tx, persons)
		return err
	})
	if actor.Author() != actor.PersonID {
		// Whoever acts by mandate sees the grantor's cases of the kinds it names.
		mine = slices.DeleteFunc(mine, func(c Case) bool { return !actor.Represents(c.Kind) })
	}
	return mine, err
}

// PersonChanged follows a person's protection into her cases: one that comes
// after the application closes them to the department, one that ends opens them
// (folkeregisterloven § 10-4). It happens in the transaction of the change.
func (s *Service) PersonChanged(ctx context.Context, tx *store.Tx, p identity.Person) error {
	list, err := ofPersons(ctx, tx, []string{p.ID})
	if err != nil {
		return err
	}
	for _, c := range list {
		restricted := p.Protection.Protected()
		for _, other := range c.owners() {
			if other == p.ID || restricted {
				continue
			}
			person, err := s.Identity.PersonIn(ctx, tx, other)
			if err != nil {
				return err
			}
			restricted = person.Protection.Protected()
		}
		if c.Restricted && !restricted { // what she sent tells of her, also when she is a party no more
			if restricted, err = s.senderProtected(ctx, tx, c); err != nil {
				return err
			}
		}
		if restricted == c.Restricted {
			continue
		}
		if err := restrict(ctx, tx, c.ID, restricted); err != nil {
			return err
		}
		tx.Wake(Topic(c.ID))
		c.Restricted = restricted
		if err := s.happened(ctx, tx, HappenedParties, c); err != nil { // others keep copies of who may see it
			return err
		}
	}
	return nil
}

// Answer is the party's answer to a question, with files that have been put
// already.
func (s *Service) Answer(ctx context.Context, id, text string, files []blob.Stored) (Case, error) {
	return s.PostAnswer(ctx, id, Posting{Text: text, Files: files})
}

// PostAnswer is Answer for a form that may be posted twice.
func (s *Service) PostAnswer(ctx context.Context, id string, p Posting) (Case, error) {
	p.Text = clean(p.Text)
	digest := p.digest(ctx, EntryAnswered)
	return s.perform(ctx, deed{id: id, perm: PermAnswer, act: actAnswer, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if len(p.Files) == 0 || p.Text != "" {
			if err := checkText(p.Text); err != nil {
				return "", err
			}
		}
		documents, err := s.keep(ctx, tx, c.ID, p.Files)
		if err != nil {
			return "", err
		}
		c.answered()
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryAnswered, Text: p.Text, Documents: documents, posting: digest}); err != nil {
			return "", err
		}
		return actAnswer, s.tellAssignee(ctx, tx, *c, "answered")
	}})
}

func (s *Service) keep(ctx context.Context, tx *store.Tx, caseID string, files []blob.Stored) ([]string, error) {
	var documents []string
	for _, f := range files {
		d, err := s.Blobs.Keep(ctx, tx, f, blob.Owner{Type: ownerType, ID: caseID, Person: identity.From(ctx).PersonID})
		if err != nil {
			return nil, fmt.Errorf("cases: keep a file: %w", err)
		}
		documents = append(documents, d.ID)
	}
	return documents, nil
}

// Withdraw takes the application back before it is decided.
func (s *Service) Withdraw(ctx context.Context, id string) (Case, error) {
	return s.change(ctx, id, 0, PermWithdraw, actWithdraw, func(ctx context.Context, tx *store.Tx, c *Case) error {
		c.Status, c.ClosedAt, c.ProposedBy = Withdrawn, tx.Now.Time, ""
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryWithdrawn}); err != nil {
			return err
		}
		if err := s.tellParty(ctx, tx, *c, "withdrawn"); err != nil {
			return err
		}
		return s.tellAssignee(ctx, tx, *c, "withdrawn")
	})
}

// Respond accepts or declines what was offered. The case closes with it; the
// kind does what follows, as giving the place to the next.
func (s *Service) Respond(ctx context.Context, id string, answer Answer) (Case, error) {
	return s.change(ctx, id, 0, PermAccept, actRespond, func(ctx context.Context, tx *store.Tx, c *Case) error {
		if answer != Accepted && answer != Declined {
			return errs.Invalid("errs.invalid_input")
		}
		if err := s.takeResponse(ctx, tx, c, answer); err != nil {
			return err
		}
		entry := EntryAccepted
		if answer == Declined {
			entry = EntryDeclined
		}
		if err := s.journal(ctx, tx, c, Entry{Kind: entry}); err != nil {
			return err
		}
		if err := s.tellParty(ctx, tx, *c, string(entry)); err != nil {
			return err
		}
		return s.tellAssignee(ctx, tx, *c, string(entry))
	})
}
