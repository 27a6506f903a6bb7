package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// OrganisationRegister tells which organisations a person has a role in, as
// Enhetsregisteret knows it and Altinn hands it on. Torg asks at log-in.
type OrganisationRegister interface {
	RolesOf(ctx context.Context, number pid.PID) ([]RegisterOrganisation, error)
}

// RegisterOrganisation is an organisation with the roles of the person asked about.
type RegisterOrganisation struct {
	Number    pid.Org
	Name      string
	Address   Address
	DeletedOn clock.Date // zero while it exists
	Roles     []OrganisationRole
}

// OrganisationRole is a role by the code of Enhetsregisteret.
type OrganisationRole string

// The roles by which one may act for an organisation without anything more. Who
// has the signature or procuration may be two together, so those are not taken
// for one. That the leader of the board acts alone is what Altinn does; for
// matters outside the daily run it is to be confirmed by a lawyer (aksjeloven
// §§ 6-30 to 6-32).
const (
	ManagingDirector OrganisationRole = "DAGL" // daglig leder
	Chair            OrganisationRole = "LEDE" // styrets leder
	Proprietor       OrganisationRole = "INNH" // innehaver av enkeltpersonforetak
	BoardMember      OrganisationRole = "MEDL" // styremedlem; acts for nobody alone
)

// Acts reports whether the role alone lets one act for the organisation.
func (r OrganisationRole) Acts() bool {
	return slices.Contains([]OrganisationRole{ManagingDirector, Chair, Proprietor}, r)
}

// maxOrganisations bounds how many organisations one person may act for.
const maxOrganisations = 200

// syncOrganisations stores the roles that the organisation register tells. A
// register that is down keeps nobody out: what is stored serves until it answers.
func (s *Service) syncOrganisations(ctx context.Context, personID string, number pid.PID) error {
	if s.organisations == nil {
		return nil
	}
	told, err := s.organisations.RolesOf(ctx, number)
	if err != nil {
		return errs.Unavailable(time.Minute, "identity.register_down").
			Because(fmt.Errorf("identity: ask the organisation register: %w", err))
	}
	if len(told) > maxOrganisations {
		s.log.WarnContext(ctx, "a person in more organisations than are kept", "limit", maxOrganisations)
		told = told[:maxOrganisations]
	}
	var want []office
	for _, o := range told {
		id, err := s.EnsureOrganisation(ctx, o)
		if err != nil {
			return err
		}
		for _, role := range o.Roles {
			if o.DeletedOn.IsZero() {
				want = append(want, office{organisation: id, role: role})
			}
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return replaceOffices(ctx, tx, personID, want, clock.DateIn(tx.Now.Time))
	})
}

// FindOrganisation returns the organisation with a number, or errs.NotFound when the
// municipality does not know it.
func (s *Service) FindOrganisation(ctx context.Context, number pid.Org) (p Person, err error) {
	n, err := s.hashText(ctx, purposeOrganisation, string(number))
	if err != nil {
		return p, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := findByLookup(ctx, tx, hashes(n.all)...)
		if err != nil {
			return err
		}
		p, err = s.PersonIn(ctx, tx, id)
		return err
	})
	return p, err
}

// EnsureOrganisation returns the id of an organisation's row, and makes the row
// if there is none. There is never more than one for a number.
func (s *Service) EnsureOrganisation(ctx context.Context, o RegisterOrganisation) (string, error) {
	if _, err := pid.ParseOrg(string(o.Number)); err != nil {
		return "", fmt.Errorf("identity: organisation: %w", err)
	}
	n, err := s.hashText(ctx, purposeOrganisation, string(o.Number))
	if err != nil {
		return "", err
	}
	return s.upsertSealed(ctx, string(o.Number), n, func(ctx context.Context, tx *store.Tx, id string) error {
		return saveOrganisation(ctx, tx, id, o)
	})
}
