package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Page is a page of the work list.
type Page struct {
	Cases []Case
	More  bool // there are others after these
	Open  []Count
	// Mentions is how many notes wait to be read by the actor, at most maxCounted.
	Mentions int64
}

// List returns the cases that the case worker may read and the filter lets
// through, the oldest first.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "case"}); err != nil {
		return Page{}, err
	}
	scope, err := s.Access.Scope(ctx, PermRead, "case")
	if err != nil {
		return Page{}, fmt.Errorf("cases: scope: %w", err)
	}
	var p Page
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p = Page{}
		if p.Cases, err = list(ctx, tx, f, scope); err != nil {
			return err
		}
		if p.Open, err = openByStatus(ctx, tx, scope); err != nil {
			return err
		}
		p.Mentions, err = unseenMentions(ctx, tx, actorID(ctx))
		return err
	})
	if len(p.Cases) > pageSize {
		p.Cases, p.More = p.Cases[:pageSize], true
	}
	return p, err
}

// AssignToMe gives the case to the case worker who asks. Two who click at the
// same moment meet at the version: the second sees who was first.
func (s *Service) AssignToMe(ctx context.Context, id string, version int64) (Case, error) {
	actor := identity.From(ctx)
	return s.change(ctx, id, version, PermAssign, actAssign, func(ctx context.Context, tx *store.Tx, c *Case) error {
		return s.assign(ctx, tx, c, actorID(ctx), actor.Name)
	})
}

// Assign gives the case to a colleague, who must be able to read it.
func (s *Service) Assign(ctx context.Context, id string, version int64, personID string) (Case, error) {
	if !ids.Valid(personID) {
		return Case{}, errs.InvalidFields(errs.Field{Name: "person", Key: "cases.cannot_work"})
	}
	return s.change(ctx, id, version, PermAssign, actAssign, func(ctx context.Context, tx *store.Tx, c *Case) error {
		colleague, err := s.Identity.PersonIn(ctx, tx, personID)
		if err != nil {
			return err
		}
		if err := s.mayWork(ctx, tx, colleague, *c); err != nil {
			return err
		}
		return s.assign(ctx, tx, c, colleague.ID, colleague.Name.Full())
	})
}

// mayWork refuses a colleague who could not work on the case: one without a role
// in its department, or a party to it (forvaltningsloven § 6).
func (s *Service) mayWork(ctx context.Context, tx *store.Tx, colleague identity.Person, c Case) error {
	grants, err := s.Roles.GrantsOf(ctx, tx, colleague.ID)
	if err != nil {
		return fmt.Errorf("cases: roles of a colleague: %w", err)
	}
	after := c
	after.Assignee = colleague.ID
	if !s.mayAs(ctx, identity.Actor{Kind: identity.Staff, PersonID: colleague.ID, Grants: grants}, PermAsk, after) {
		return errs.InvalidFields(errs.Field{Name: "person", Key: "cases.cannot_work"})
	}
	stands, err := s.Identity.StandsFor(ctx, tx, colleague.ID, identity.Tie{People: c.owners(), Kind: c.Kind, Since: c.ReceivedAt})
	if err == nil && stands {
		err = errs.InvalidFields(errs.Field{Name: "person", Key: "cases.partial_colleague"})
	}
	return err
}

// impartial refuses a case worker who is the guardian or the agent of a party,
// also when not acting for her just now, or has been since the case came in
// (forvaltningsloven § 6 first paragraph letter d; letter e for those who lead an
// organisation that is a party). Parties themselves the policies refuse.
func (s *Service) impartial(ctx context.Context, tx *store.Tx, actor identity.Actor, perm access.Permission, c Case) error {
	if actor.Kind != identity.Staff || !slices.Contains(handling(), perm) {
		return nil
	}
	stands, err := s.Identity.StandsFor(ctx, tx, actor.PersonID, identity.Tie{People: c.owners(), Kind: c.Kind, Since: c.ReceivedAt})
	if err == nil && stands {
		err = errs.Forbidden("cases.partial")
	}
	return err
}

// handling is what one must be impartial for.
func handling() []access.Permission {
	return []access.Permission{PermAssign, PermAsk, PermDecide, PermApprove, PermNote, PermRegisterAnswer, PermParties}
}

// Release puts the case back on the list for others to take.
func (s *Service) Release(ctx context.Context, id string, version int64) (Case, error) {
	return s.change(ctx, id, version, PermAssign, actRelease, func(ctx context.Context, tx *store.Tx, c *Case) error {
		c.Assignee, c.AssigneeName = "", ""
		if c.Status == InProgress {
			c.Status = Received
		}
		return s.journal(ctx, tx, c, Entry{Kind: EntryReleased})
	})
}

func (s *Service) assign(ctx context.Context, tx *store.Tx, c *Case, personID, name string) error {
	if c.Assignee == personID {
		return nil
	}
	c.Assignee, c.AssigneeName = personID, name
	if c.Status == Received {
		c.Status = InProgress
	}
	return s.journal(ctx, tx, c, Entry{Kind: EntryAssigned, Text: name})
}

// Ask asks the party for more information. The case waits until she answers;
// forvaltningsloven § 17 makes it the municipality's duty to have the case clear.
func (s *Service) Ask(ctx context.Context, id string, version int64, text string) (Case, error) {
	return s.PostQuestion(ctx, id, version, Posting{Text: text})
}

// PostQuestion is Ask for a form or operation that may be posted twice.
func (s *Service) PostQuestion(ctx context.Context, id string, version int64, p Posting) (Case, error) {
	p.Text = clean(p.Text)
	digest := p.digest(ctx, EntryAsked)
	return s.perform(ctx, deed{id: id, version: version, perm: PermAsk, act: actAsk, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := checkText(p.Text); err != nil {
			return "", err
		}
		c.Status = Waiting
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryAsked, Text: p.Text, posting: digest}); err != nil {
			return "", err
		}
		return actAsk, s.tellWhole(ctx, tx, *c, "asked", onPaper{text: p.Text})
	}})
}

// Note writes a note that only the staff read.
func (s *Service) Note(ctx context.Context, id string, text string) (Case, error) {
	return s.PostNote(ctx, id, Posting{Text: text})
}

// PostNote is Note for a form or operation that may be posted twice. Colleagues
// whom it mentions are told.
func (s *Service) PostNote(ctx context.Context, id string, p Posting) (Case, error) {
	p.Text = clean(p.Text)
	digest := p.digest(ctx, EntryNoted)
	return s.perform(ctx, deed{id: id, perm: PermNote, act: actNote, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := checkText(p.Text); err != nil {
			return "", err
		}
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryNoted, Text: p.Text, Internal: true, posting: digest}); err != nil {
			return "", err
		}
		return actNote, s.mention(ctx, tx, *c, p.Mentions)
	}})
}
