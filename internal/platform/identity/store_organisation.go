package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// kindOrganisation marks the rows that are no people.
const kindOrganisation = "organisation"

// saveOrganisation stores what the register knows of an organisation. One that
// was deleted is, to whoever asks, as dead as a person.
func saveOrganisation(ctx context.Context, tx *store.Tx, id string, o RegisterOrganisation) error {
	_, err := tx.Exec(ctx, `update identity_persons set kind = $1, org_number = $2, family_name = $3, search_name = $4,
		deceased_on = $5, address_lines = $6, postal_code = $7, postal_place = $8, municipality = $9,
		register_updated_at = $10, updated_at = $10, version = version + 1 where tenant_id = $11 and id = $12`,
		kindOrganisation, string(o.Number), o.Name, store.Fold(o.Name), o.DeletedOn, strings.Join(o.Address.Lines, "\n"),
		o.Address.PostalCode, o.Address.PostalPlace, o.Address.Municipality, tx.Now, tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("identity: save organisation: %w", err)
	}
	return nil
}

// office is a role in an organisation.
type office struct {
	organisation string
	role         OrganisationRole
	from         clock.Date
}

func (o office) same(other office) bool {
	return o.organisation == other.organisation && o.role == other.role
}

func officeFields(o *office) []any { return []any{&o.organisation, &o.role, &o.from} }

// offices returns the roles a person holds on a day, in organisations that exist.
func offices(ctx context.Context, tx *store.Tx, personID, organisation string, day clock.Date) ([]office, error) {
	list, err := store.All(ctx, tx, officeFields, `select r.organisation_id, r.role, r.valid_from
		from identity_org_roles r
		join identity_persons o on o.tenant_id = r.tenant_id and o.id = r.organisation_id
		where r.tenant_id = $1 and r.person_id = $2 and ($3 = '' or r.organisation_id = $3)
		and r.valid_from <= $4 and (r.valid_to is null or r.valid_to > $4) and o.deceased_on is null
		order by o.search_name, r.organisation_id, r.role limit $5`, tx.Tenant, personID, organisation, day, 4*maxOrganisations)
	if err != nil {
		return nil, fmt.Errorf("identity: read roles in organisations: %w", err)
	}
	return list, nil
}

// officesOf returns the organisations a person may act for, each once.
func officesOf(ctx context.Context, tx *store.Tx, personID, organisation string, day clock.Date) ([]string, error) {
	list, err := offices(ctx, tx, personID, organisation, day)
	if err != nil {
		return nil, err
	}
	var acting []string
	for _, o := range list {
		if o.role.Acts() && !slices.Contains(acting, o.organisation) {
			acting = append(acting, o.organisation)
		}
	}
	return acting, nil
}

// replaceOffices makes the person's roles of the day the given ones. What no
// longer holds is closed, not deleted: who led what when is part of the record.
func replaceOffices(ctx context.Context, tx *store.Tx, personID string, want []office, day clock.Date) error {
	have, err := offices(ctx, tx, personID, "", day)
	if err != nil {
		return err
	}
	for _, old := range have {
		if slices.ContainsFunc(want, old.same) {
			continue
		}
		_, err := tx.Exec(ctx, `update identity_org_roles set valid_to = $1, updated_at = $2 where tenant_id = $3
			and organisation_id = $4 and person_id = $5 and role = $6 and valid_from = $7`,
			day, tx.Now, tx.Tenant, old.organisation, personID, string(old.role), old.from)
		if err != nil {
			return fmt.Errorf("identity: end a role: %w", err)
		}
	}
	for _, o := range want {
		if slices.ContainsFunc(have, o.same) {
			continue
		}
		_, err := tx.Exec(ctx, `insert into identity_org_roles (tenant_id, organisation_id, person_id, role, valid_from,
			valid_to, updated_at) values ($1, $2, $3, $4, $5, null, $6)
			on conflict (tenant_id, organisation_id, person_id, role, valid_from)
			do update set valid_to = null, updated_at = excluded.updated_at`,
			tx.Tenant, o.organisation, personID, string(o.role), day, tx.Now)
		if err != nil {
			return fmt.Errorf("identity: begin a role: %w", err)
		}
	}
	return nil
}
