package access

import (
	"context"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// inviteLives is how long an invitation may be accepted when nothing else is said.
const inviteLives = 7 * 24 * time.Hour

// Invite is a one-time link that gives a role to whoever logs in with it: that
// is how a new municipality gets its first administrator, whose national number
// the operator does not know.
type Invite struct {
	ID         string
	Role       Role
	Department string
	Email      string
	Name       string
	CreatedBy  string
	CreatedAt  store.Time
	ExpiresAt  store.Time
	UsedAt     store.Time
	UsedBy     string // person id
}

// NewInvite says whom to invite to what. The zero ExpiresAt is in a week.
type NewInvite struct {
	Role       Role
	Department string
	Email      string
	Name       string
	ExpiresAt  time.Time
}

// CreateInvite makes an invitation and returns the secret of its link, which is
// shown once.
func (s *Service) CreateInvite(ctx context.Context, n NewInvite) (Invite, string, error) {
	if err := s.access.Check(ctx, RoleManage, roleResource("", n.Department)); err != nil {
		return Invite{}, "", err
	}
	now := s.db.Clock().Now()
	if n.ExpiresAt.IsZero() {
		n.ExpiresAt = now.Add(inviteLives)
	}
	if err := n.valid(now); err != nil {
		return Invite{}, "", err
	}
	secret := ids.Secret()
	var invite Invite
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		invite = Invite{
			ID: ids.New(), Role: n.Role, Department: n.Department, Email: n.Email, Name: n.Name,
			CreatedBy: by(ctx), CreatedAt: tx.Now, ExpiresAt: store.At(n.ExpiresAt),
		}
		if err := saveInvite(ctx, tx, invite, ids.Digest(secret)); err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, invite.event("access.invited", ""))
	})
	if err != nil {
		return Invite{}, "", err
	}
	return invite, secret, nil
}

func (n NewInvite) valid(now time.Time) error {
	var wrong []errs.Field
	if !n.Role.Valid() {
		wrong = append(wrong, errs.Field{Name: "role", Key: "access.role_unknown"})
	}
	if n.Email != "" && !strings.Contains(n.Email, "@") {
		wrong = append(wrong, errs.Field{Name: "email", Key: "access.email"})
	}
	if !n.ExpiresAt.After(now) {
		wrong = append(wrong, errs.Field{Name: "expires", Key: "access.invite_expired"})
	}
	return errs.InvalidFields(wrong...)
}

func (i Invite) event(action, person string) Event {
	return Event{
		Action: action, ObjectType: "invite", ObjectID: i.ID, Subject: person,
		Details: map[string]string{"role": string(i.Role), "department": i.Department},
	}
}

// Invited returns the invitation behind a link, for the page that asks whether
// to accept it. Unknown, used and expired links are errors with words.
func (s *Service) Invited(ctx context.Context, secret string) (Invite, error) {
	var invite Invite
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		invite, err = openInvite(ctx, tx, secret)
		return err
	})
	return invite, err
}

// AcceptInvite gives the invitation's role to the person who is logged in. Of
// two who try at the same moment, one gets it.
func (s *Service) AcceptInvite(ctx context.Context, secret string) (Grant, error) {
	if err := s.access.Check(ctx, LoggedIn, Resource{Type: "self"}); err != nil {
		return Grant{}, err
	}
	person := identity.From(ctx).PersonID
	if person == "" {
		return Grant{}, errs.Login()
	}
	var g Grant
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		invite, err := openInvite(ctx, tx, secret)
		if err != nil {
			return err
		}
		if err := useInvite(ctx, tx, invite.ID, person); err != nil {
			return err
		}
		g, err = s.insertGrant(ctx, tx, NewGrant{PersonID: person, Role: invite.Role, Department: invite.Department})
		if err != nil {
			return err
		}
		return s.journal.RecordAccess(ctx, tx, invite.event("access.invite_accepted", person))
	})
	return g, err
}

// openInvite finds an invitation that can still be accepted.
func openInvite(ctx context.Context, tx *store.Tx, secret string) (Invite, error) {
	invite, err := inviteByDigest(ctx, tx, ids.Digest(secret))
	switch {
	case isMissing(err):
		return Invite{}, errs.NotFound("access.invite_unknown")
	case err != nil:
		return Invite{}, err
	case !invite.UsedAt.IsZero():
		return Invite{}, errs.Conflict("access.invite_used")
	case !tx.Now.Before(invite.ExpiresAt.Time):
		return Invite{}, errs.Conflict("access.invite_expired")
	}
	return invite, nil
}
