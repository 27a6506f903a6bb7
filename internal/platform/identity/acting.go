package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// Acting is somebody who may act for another.
type Acting struct {
	Person string // id
	Basis  Basis
}

// ActingIn returns who may act for a person today in cases of a kind, whoever
// asks: those who lead an organisation, a child's guardians whom no protected
// address keeps from acting in its name, and the agents whose mandates reach the
// kind. What the represented one is told, they are told too (forvaltningsloven
// § 12). The caller has asked access, or is Torg itself.
func (*Service) ActingIn(ctx context.Context, tx *store.Tx, p Person, kind string) ([]Acting, error) {
	day := clock.DateIn(tx.Now.Time)
	switch {
	case p.Deceased():
		return nil, nil
	case p.IsOrganisation():
		return leadersOf(ctx, tx, p.ID, day)
	}
	list, err := agentsOf(ctx, tx, p.ID, kind, day)
	if err != nil || !p.MinorOn(day) {
		return list, err
	}
	relations, err := relationsOfChild(ctx, tx, p.ID, day)
	if err != nil {
		return nil, err
	}
	for _, r := range relations {
		if len(onlyActing([]relation{r}, day)) == 0 || slices.Contains(list, Acting{r.guardianID, ByGuardianship}) {
			continue
		}
		apart, err := keptApart(ctx, tx, r.guardianID, p.ID, day)
		if err != nil {
			return nil, err
		}
		if !apart {
			list = append(list, Acting{r.guardianID, ByGuardianship})
		}
	}
	return list, nil
}

// agentsOf returns the agents whose mandates from a person reach a kind on a day.
func agentsOf(ctx context.Context, tx *store.Tx, grantor, kind string, day clock.Date) ([]Acting, error) {
	given, err := mandates(ctx, tx, byGrantor, grantor)
	if err != nil {
		return nil, err
	}
	var list []Acting
	for _, m := range given {
		if a := (Acting{m.Agent, ByMandate}); m.HoldsOn(day) && m.Covers(kind) && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list, nil
}

// leadersOf returns the living who lead an organisation on a day.
func leadersOf(ctx context.Context, tx *store.Tx, organisation string, day clock.Date) ([]Acting, error) {
	type row struct {
		person string
		role   OrganisationRole
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.person, &r.role} }, `select r.person_id, r.role
		from identity_org_roles r
		join identity_persons p on p.tenant_id = r.tenant_id and p.id = r.person_id
		where r.tenant_id = $1 and r.organisation_id = $2 and r.valid_from <= $3 and (r.valid_to is null or r.valid_to > $3)
		and p.deceased_on is null
		order by r.person_id, r.role limit $4`, tx.Tenant, organisation, day, listed)
	if err != nil {
		return nil, fmt.Errorf("identity: who leads an organisation: %w", err)
	}
	var list []Acting
	for _, r := range rows {
		if a := (Acting{r.person, ByOffice}); r.role.Acts() && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list, nil
}
