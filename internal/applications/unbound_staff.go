package applications

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// What the staff may do with applications that were sent without log-in.
const (
	PermUnboundList   access.Permission = "unbound.list"
	PermUnboundRead   access.Permission = "unbound.read"
	PermUnboundBind   access.Permission = "unbound.bind"
	PermUnboundReject access.Permission = "unbound.reject"
)

// resource is the application as the policies see it: its department's, and of
// those whom it turns out to concern.
func (u Unbound) resource(concerned ...string) access.Resource {
	return access.Resource{
		Type: "unbound", ID: u.ID, Department: u.Department, Owners: concerned, Attrs: map[string]any{"proven": false},
	}
}

// mayList returns the departments whose applications the actor may see.
func (s *Service) mayList(ctx context.Context, tx *store.Tx) (departments []string, err error) {
	all, err := unboundDepartments(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if s.access.Check(ctx, PermUnboundRead, access.Resource{Type: "unbound", Department: d, Attrs: map[string]any{"proven": false}}) == nil {
			departments = append(departments, d)
		}
	}
	return departments, nil
}

// UnboundList returns what has come to the actor's departments and is nobody's
// yet, the oldest first.
func (s *Service) UnboundList(ctx context.Context) (list []Unbound, err error) {
	if err := s.access.Check(ctx, PermUnboundList, access.Resource{Type: "unbound"}); err != nil {
		return nil, err
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		departments, err := s.mayList(ctx, tx)
		if err != nil {
			return err
		}
		for _, d := range departments {
			some, err := s.listUnbound(ctx, tx, `status = $2 and department_id = $3 order by received_at, id limit $4`,
				string(UnboundReceived), d, maxUnbound)
			if err != nil {
				return err
			}
			list = append(list, some...)
		}
		return nil
	})
	return list, err
}

// UnboundWaiting counts them, for the menu.
func (s *Service) UnboundWaiting(ctx context.Context) (n int, err error) {
	if s.access.Check(ctx, PermUnboundList, access.Resource{Type: "unbound"}) != nil {
		return 0, nil //nolint:nilerr // who may not see them has none to count
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		n = 0
		departments, err := s.mayList(ctx, tx)
		if err != nil {
			return err
		}
		for _, d := range departments {
			some, err := countUnboundIn(ctx, tx, d)
			if err != nil {
				return err
			}
			n += int(some)
		}
		return nil
	})
	return n, err
}

// UnboundView is what the staff see of one.
type UnboundView struct {
	Unbound Unbound
	Kind    cases.Kind
	Summary forms.Summary // empty when it is erased
}

// UnboundByID shows one to the staff; the look is recorded.
func (s *Service) UnboundByID(ctx context.Context, id string) (v UnboundView, err error) {
	if err := s.warm(ctx); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		v = UnboundView{}
		if v.Unbound, v.Kind, err = s.findUnbound(ctx, tx, id, PermUnboundRead); err != nil {
			return err
		}
		if v.Unbound.Status != UnboundReceived {
			return nil
		}
		if v.Summary, err = s.summaryOf(ctx, tx, v.Unbound); err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "submission", ID: v.Unbound.Submission}, v.Unbound.ID)
	})
	return v, err
}

func (s *Service) findUnbound(ctx context.Context, tx *store.Tx, id string, perm access.Permission, concerned ...string) (u Unbound, kind cases.Kind, err error) {
	if ids.Valid(id) {
		if u, err = s.oneUnbound(ctx, tx, `id = $2 and status <> $3`, id, string(UnboundDraft)); err != nil {
			return u, kind, err
		}
	}
	if u.ID == "" {
		u = Unbound{ID: id} // asked all the same, so that whoever may not know is refused alike
	}
	if err := s.access.Check(ctx, perm, u.resource(concerned...)); err != nil {
		return u, kind, err
	}
	kind, known := s.cases.Kinds().ByForm(u.Form)
	if !known {
		return u, kind, errs.NotFound("errs.not_found")
	}
	return u, kind, nil
}

// Identified says whose application it is, as the staff have made sure of at the
// counter.
type Identified struct {
	Applicant string // national number
	Subject   string // national number of the child; the applicant when empty
}

// BindAtCounter makes the case of an application for somebody who has come to the
// counter with proof of who she is (forvaltningsloven § 11: whoever cannot log in
// is helped). What was typed need not fit: the staff have seen who it is.
func (s *Service) BindAtCounter(ctx context.Context, id string, who Identified) (sent Sent, err error) {
	if err := s.warm(ctx); err != nil {
		return sent, err
	}
	if err := s.mayHandle(ctx, id, PermUnboundBind); err != nil {
		return sent, err
	}
	applicant, err := s.party(ctx, "applicant", who.Applicant, true)
	if err != nil {
		return sent, err
	}
	subject := applicant
	if who.Subject != "" {
		if subject, err = s.party(ctx, "subject", who.Subject, false); err != nil {
			return sent, err
		}
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sent, err = s.bindAtCounter(ctx, tx, id, applicant, subject)
		return err
	})
	return sent, err
}

func (s *Service) bindAtCounter(ctx context.Context, tx *store.Tx, id string, applicant, subject identity.Person) (sent Sent, err error) {
	if err := s.identity.Hold(ctx, tx, applicant.ID); err != nil {
		return sent, err
	}
	u, kind, err := s.findUnbound(ctx, tx, id, PermUnboundBind, applicant.ID, subject.ID)
	if err != nil {
		return sent, err
	}
	if u.boundTo(applicant.ID) { // pressed twice
		done, err := s.outcome(ctx, tx, u)
		if err != nil {
			return sent, err
		}
		return *done, nil
	}
	if u.Status != UnboundReceived {
		return sent, errs.Conflict("applications.bind.is_" + string(u.Status))
	}
	if u.About.ChildName != "" && subject.ID == applicant.ID {
		return sent, errs.InvalidFields(errs.Field{Name: "subject", Key: "applications.begin.need_child"})
	}
	as := identity.With(ctx, identity.Actor{Kind: identity.Resident, PersonID: applicant.ID})
	if err := s.mayWriteAbout(as, tx, kind, subject.ID); err != nil {
		if errs.Is(err, errs.KindNotFound) {
			return sent, errs.InvalidFields(errs.Field{Name: "subject", Key: notGuardian})
		}
		return sent, err
	}
	c := Claim{Unbound: u, Subject: subject}
	if !sameName(u.About.Name, applicant.Name.Full()) {
		c.Differs = append(c.Differs, differsName)
	}
	if u.About.ChildName != "" && !sameName(u.About.ChildName, subject.Name.Full()) {
		c.Differs = append(c.Differs, differsChild)
	}
	if ctx, err = s.onBehalf(ctx, tx, applicant.ID); err != nil {
		return sent, err
	}
	return s.bind(ctx, tx, c, applicant.ID)
}

// mayHandle asks access before any register is asked about anybody.
func (s *Service) mayHandle(ctx context.Context, id string, perm access.Permission) error {
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, _, err := s.findUnbound(ctx, tx, id, perm)
		return err
	})
}

// maxReason bounds the reason of a rejection.
const maxReason = 2000

// RejectUnbound ends an application of which nobody can find out whose it is, or
// that was sent as a joke. Whoever holds the receipt reads why, until it is erased.
func (s *Service) RejectUnbound(ctx context.Context, id, reason string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, _, err := s.findUnbound(ctx, tx, id, PermUnboundReject)
		if err != nil {
			return err
		}
		if reason == "" || len(reason) > maxReason {
			return errs.InvalidFields(errs.Field{Name: "reason", Key: "applications.unbound.need_reason"})
		}
		if u.Status != UnboundReceived {
			return errs.Conflict("applications.bind.is_" + string(u.Status))
		}
		u.Status, u.About.Reason = UnboundRejected, reason
		sealed, err := s.sealAbout(ctx, tx, u)
		if err != nil {
			return err
		}
		if err := endUnbound(ctx, tx, u, sealed); err != nil {
			return err
		}
		if err := s.tellUnbound(ctx, tx, u, "rejected"); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "applications.reject_unbound", Object: audit.Ref{Type: "submission", ID: u.Submission}})
	})
}

// sweepUnbound deletes drafts that were not sent in time, and erases what was sent
// and nobody has come for (personvernforordningen article 5 no. 1 e). What is left
// is that something was sent, when, and what became of it.
func (s *Service) sweepUnbound(ctx context.Context) error {
	for {
		var swept int
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			over, err := s.listUnbound(ctx, tx, `status in ($2, $3, $4) and about_cipher is not null and expires_at <= $5
				order by expires_at, id limit $6`, string(UnboundDraft), string(UnboundReceived), string(UnboundRejected), tx.Now, sweepDrafts)
			if err != nil {
				return err
			}
			swept = len(over)
			for _, u := range over {
				if err := s.eraseUnbound(ctx, tx, u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || swept < sweepDrafts {
			return err
		}
	}
}

func (s *Service) eraseUnbound(ctx context.Context, tx *store.Tx, u Unbound) error {
	if u.Status == UnboundDraft {
		return s.throwAwayUnbound(ctx, tx, u)
	}
	if err := s.dropFiles(ctx, tx, u.Draft); err != nil {
		return err
	}
	if err := s.forms.Erase(ctx, tx, u.Submission); err != nil {
		return err
	}
	if u.Status == UnboundReceived {
		u.Status = UnboundExpired
		if err := s.tellUnbound(ctx, tx, u, "expired"); err != nil {
			return err
		}
	}
	u.code = ""
	if err := endUnbound(ctx, tx, u, nil); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Action: "applications.erase_unbound", Object: audit.Ref{Type: "submission", ID: u.Submission}})
}

// throwAwayUnbound deletes a draft with all that belongs to it.
func (s *Service) throwAwayUnbound(ctx context.Context, tx *store.Tx, u Unbound) error {
	if err := s.throwAway(ctx, tx, u.Draft); err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	return deleteUnbound(ctx, tx, u.ID)
}
