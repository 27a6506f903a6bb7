package cases

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// fourEyes reports whether a decision in the case needs a second person's
// approval (totrinnskontroll).
func fourEyes(ctx context.Context, tx *store.Tx, c Case) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases_four_eyes where tenant_id = $1 and department_id = $2 and kind = $3`,
		tx.Tenant, c.Department, c.Kind)
	if err != nil {
		return false, fmt.Errorf("cases: four eyes: %w", err)
	}
	return n > 0, nil
}

// FourEyes returns the kinds of a department whose decisions need a second person.
func (s *Service) FourEyes(ctx context.Context, department string) (kinds []string, err error) {
	if err := s.Access.Check(ctx, PermArrange, access.Resource{Type: "work", Department: department}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		kinds, err = store.All(ctx, tx, store.Value[string], `select kind from cases_four_eyes where tenant_id = $1 and department_id = $2 order by kind limit 100`, tx.Tenant, department)
		return err
	})
	return kinds, err
}

// SetFourEyes decides whether decisions of a kind need a second person in a
// department. Decisions that wait already still do.
func (s *Service) SetFourEyes(ctx context.Context, department, kind string, on bool) error {
	if err := s.Access.Check(ctx, PermArrange, access.Resource{Type: "work", Department: department}); err != nil {
		return err
	}
	if _, err := s.kinds.Get(kind); err != nil || department == "" {
		return errs.Invalid("errs.invalid_input")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		query, args := `delete from cases_four_eyes where tenant_id = $1 and department_id = $2 and kind = $3`, []any{tx.Tenant, department, kind}
		action := "cases.four_eyes_off"
		if on {
			query = `insert into cases_four_eyes (tenant_id, department_id, kind, set_by, set_at) values ($1, $2, $3, $4, $5) on conflict (tenant_id, department_id, kind) do nothing`
			args, action = append(args, actorID(ctx), tx.Now), "cases.four_eyes_on"
		}
		n, err := tx.Exec(ctx, query, args...)
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: action, Object: audit.Ref{Type: "department", ID: department}, Details: map[string]string{"kind": kind}})
	})
}

// propose lets the decision wait for a second person.
func (s *Service) propose(ctx context.Context, tx *store.Tx, c *Case, d Decision) error {
	d.Final = false
	if _, err := s.overDraft(ctx, tx, c.ID, d); err != nil {
		return err
	}
	c.ProposedBy = actorID(ctx)
	if err := s.journal(ctx, tx, c, Entry{Kind: EntryProposed, Text: d.Outcome, Internal: true}); err != nil {
		return err
	}
	return s.tellDepartment(ctx, tx, *c, "proposed")
}

// Proposal is a decision that waits for a second person, as she reads it.
type Proposal struct {
	Case     Case
	Decision Decision
	May      Possible
	letter   letter
}

// OpenProposal returns the decision that waits for approval, with the letter as
// it will be.
func (s *Service) OpenProposal(ctx context.Context, id string) (p Proposal, err error) {
	if !ids.Valid(id) {
		return p, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return p, fmt.Errorf("cases: keys: %w", err)
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p = Proposal{}
		if p.Case, err = load(ctx, tx, id, false); err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermApprove, p.Case.resource()); err != nil {
			return err
		}
		p.May = s.possible(ctx, p.Case)
		if p.Decision, err = s.decision(ctx, tx, id); err != nil && !errors.Is(err, store.ErrNoRows) {
			return err
		}
		asSent := p.Decision
		if p.May.Approve { // as it will be when she does
			asSent.ApproverName, asSent.DecidedAt = identity.From(ctx).Name, tx.Now.Time
		}
		p.letter, err = s.letterOf(ctx, tx, p.Case, asSent)
		return err
	})
	if err != nil {
		return p, err
	}
	return p, s.look(ctx, p.Case)
}

// Approve makes the decision that waits final, as the second person; its letter
// is sent now. What must hold of a decision must hold now too: the place may
// have gone to another child meanwhile.
func (s *Service) Approve(ctx context.Context, id string, version int64, comment string) (Case, error) {
	comment = clean(comment)
	return s.change(ctx, id, version, PermApprove, actApprove, func(ctx context.Context, tx *store.Tx, c *Case) error {
		kind, err := s.kinds.Get(c.Kind)
		if err != nil {
			return err
		}
		d, err := s.decision(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if d.DecidedBy == actorID(ctx) {
			return errs.Conflict("cases.approve_not_own")
		}
		if err := s.checkDecision(ctx, tx, kind, *c, d); err != nil {
			return err
		}
		d.ApprovedBy, d.ApproverName, d.DecidedAt = actorID(ctx), identity.From(ctx).Name, tx.Now.Time
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryApproved, Text: comment, Internal: true}); err != nil {
			return err
		}
		if err := s.decideNow(ctx, tx, kind, c, d); err != nil {
			return err
		}
		return s.tellWorker(ctx, tx, *c, d.DecidedBy, "approved")
	})
}

// SendBack gives the decision back to be written again: by a second person, who
// says why, or by the one who wrote it and has thought again.
func (s *Service) SendBack(ctx context.Context, id string, version int64, comment string) (Case, error) {
	comment = clean(comment)
	return s.change(ctx, id, version, PermApprove, actSendBack, func(ctx context.Context, tx *store.Tx, c *Case) error {
		author := c.ProposedBy
		if author != actorID(ctx) {
			if err := checkText(comment); err != nil {
				return err
			}
		}
		c.ProposedBy = ""
		if err := s.journal(ctx, tx, c, Entry{Kind: EntrySentBack, Text: comment, Internal: true}); err != nil {
			return err
		}
		if author == actorID(ctx) {
			return nil
		}
		return s.tellWorker(ctx, tx, *c, author, "sent_back")
	})
}

// tellDepartment writes to the mailbox of the case's department, when it has one.
func (s *Service) tellDepartment(ctx context.Context, tx *store.Tx, c Case, what string) error {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ID == c.Department && d.Email != "" {
			return s.sendNotice(ctx, tx, c, d, what)
		}
	}
	return nil
}
