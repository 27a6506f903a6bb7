package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/store"
)

// sealed is a national number as it is stored: encrypted for one person's row,
// with its keyed hash under every key version.
type sealed struct {
	cipher  []byte
	version int
	lookup  string   // under the newest key
	all     []Digest // under every key, of the number alone
	former  []string // of numbers it replaced, under every key
}

const personColumns = `id, given_name, middle_name, family_name, birth_date, deceased_on, protection,
	address_lines, postal_code, postal_place, municipality, email, phone, lang, register_updated_at, created_at, version, org_number, own_protection`

// personRow reads a Person; the columns whose types differ stand beside it.
type personRow struct {
	Person
	lines              string
	registered, create store.Time
}

func personFields(r *personRow) []any {
	p := &r.Person
	return []any{
		&p.ID, &p.Name.Given, &p.Name.Middle, &p.Name.Family, &p.BirthDate, &p.DeceasedOn, &p.Protection,
		&r.lines, &p.address.PostalCode, &p.address.PostalPlace, &p.address.Municipality,
		&p.Email, &p.Phone, &p.Lang, &r.registered, &r.create, &p.Version, &p.Organisation, &p.own,
	}
}

func (r personRow) person() Person {
	p := r.Person
	if r.lines != "" {
		p.address.Lines = strings.Split(r.lines, "\n")
	}
	p.RegisterUpdatedAt, p.CreatedAt = r.registered.Time, r.create.Time
	return p
}

func persons(rows []personRow) []Person {
	list := make([]Person, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.person())
	}
	return list
}

func readPerson(ctx context.Context, tx *store.Tx, id string) (Person, error) {
	// Any table of this package: what any of them says of a person may have changed.
	return store.Recall(tx, "identity_", "person "+id, func() (Person, error) {
		row, err := store.One(ctx, tx, personFields, `select `+personColumns+`
			from identity_persons where tenant_id = $1 and id = $2`, tx.Tenant, id)
		if err != nil {
			return Person{}, fmt.Errorf("identity: read person: %w", err)
		}
		return row.person(), nil
	})
}

func findPersons(ctx context.Context, tx *store.Tx, name string, limit int) ([]Person, error) {
	rows, err := store.All(ctx, tx, personFields, `select `+personColumns+`
		from identity_persons where tenant_id = $1 and kind = 'person' and search_name like $2 escape '\'
		order by search_name, id limit $3`, tx.Tenant, store.LikeContains(store.Fold(name)), limit)
	if err != nil {
		return nil, fmt.Errorf("identity: find persons by name: %w", err)
	}
	return persons(rows), nil
}

// findByLookup returns the person one of the keyed hashes belongs to, "" when none.
func findByLookup(ctx context.Context, tx *store.Tx, lookups ...string) (string, error) {
	for _, lookup := range lookups {
		id, err := store.One(ctx, tx, store.Value[string], `select person_id from identity_numbers
			where tenant_id = $1 and lookup = $2`, tx.Tenant, lookup)
		if errors.Is(err, store.ErrNoRows) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("identity: find person by number: %w", err)
		}
		return id, nil
	}
	return "", nil
}

// claimNumber ties the keyed hashes to the person and reports whether nobody
// else holds one of them.
func claimNumber(ctx context.Context, tx *store.Tx, personID string, n sealed) (bool, error) {
	// In the order of the versions, so that two log-ins cannot wait for each other.
	for _, d := range slices.SortedFunc(slices.Values(n.all), byVersion) {
		_, err := tx.Exec(ctx, `insert into identity_numbers (tenant_id, lookup, key_version, person_id, created_at)
			values ($1, $2, $3, $4, $5) on conflict (tenant_id, lookup) do nothing`,
			tx.Tenant, d.Hex, d.Version, personID, tx.Now)
		if err != nil {
			return false, fmt.Errorf("identity: claim number: %w", err)
		}
		holder, err := findByLookup(ctx, tx, d.Hex)
		if err != nil || holder != personID {
			return false, err
		}
	}
	return true, nil
}

func byVersion(a, b Digest) int { return a.Version - b.Version }

func insertPerson(ctx context.Context, tx *store.Tx, id string, n sealed) error {
	_, err := tx.Exec(ctx, `insert into identity_persons (tenant_id, id, number_cipher, number_lookup, number_key_version,
		given_name, middle_name, family_name, search_name, protection, address_lines, postal_code, postal_place,
		municipality, email, phone, lang, created_at, updated_at, version)
		values ($1, $2, $3, $4, $5, '', '', '', '', $6, '', '', '', '', '', '', '', $7, $7, 1)`,
		tx.Tenant, id, n.cipher, n.lookup, n.version, string(Unprotected), tx.Now)
	if err != nil {
		return fmt.Errorf("identity: insert person: %w", err)
	}
	return nil
}

// updateNumber stores the number anew when it, or the key, has changed.
func updateNumber(ctx context.Context, tx *store.Tx, id string, n sealed) error {
	_, err := tx.Exec(ctx, `update identity_persons set number_cipher = $1, number_lookup = $2, number_key_version = $3,
		updated_at = $4 where tenant_id = $5 and id = $6 and number_lookup <> $2`,
		n.cipher, n.lookup, n.version, tx.Now, tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("identity: update number: %w", err)
	}
	return nil
}

// saveRecord stores what the register knows. A protected address is not stored
// at all: what is not there leaks to no list, map, letter or copy.
func saveRecord(ctx context.Context, tx *store.Tx, id string, r RegisterPerson) error {
	address := r.Address
	if r.Protection.Protected() {
		address = Address{}
	}
	_, err := tx.Exec(ctx, `update identity_persons set given_name = $1, middle_name = $2, family_name = $3,
		search_name = $4, birth_date = $5, deceased_on = $6, protection = $7, address_lines = $8, postal_code = $9,
		postal_place = $10, municipality = $11, register_updated_at = $12, updated_at = $12, own_protection = $15, version = version + 1
		where tenant_id = $13 and id = $14`,
		r.Name.Given, r.Name.Middle, r.Name.Family, store.Fold(r.Name.Full()), r.BirthDate, r.DeceasedOn,
		string(Unprotected.stricter(r.Protection)), strings.Join(address.Lines, "\n"), address.PostalCode,
		address.PostalPlace, address.Municipality, tx.Now, tx.Tenant, id, string(r.own))
	if err != nil {
		return fmt.Errorf("identity: save the register's record: %w", err)
	}
	return nil
}

// storedNumber is an encrypted number with the person it belongs to.
type storedNumber struct {
	personID string
	cipher   []byte
}

func numberFields(n *storedNumber) []any { return []any{&n.personID, &n.cipher} }

func readNumber(ctx context.Context, tx *store.Tx, id string) (storedNumber, error) {
	n, err := store.One(ctx, tx, numberFields, `select id, number_cipher from identity_persons
		where tenant_id = $1 and id = $2 and kind = 'person'`, tx.Tenant, id)
	if err != nil {
		return storedNumber{}, fmt.Errorf("identity: read number: %w", err)
	}
	return n, nil
}

func saveContact(ctx context.Context, tx *store.Tx, id string, c Contact) error {
	n, err := tx.Exec(ctx, `update identity_persons set email = $1, phone = $2, lang = $3, updated_at = $4,
		version = version + 1 where tenant_id = $5 and id = $6`,
		c.Email, c.Phone, string(c.Lang), tx.Now, tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("identity: save contact details: %w", err)
	}
	if n == 0 {
		return store.ErrNoRows
	}
	return nil
}

// saveLogin remembers under which sub a provider knows the person to this client.
func saveLogin(ctx context.Context, tx *store.Tx, issuer, clientID, sub, personID string) error {
	_, err := tx.Exec(ctx, `insert into identity_logins (tenant_id, issuer, client_id, sub, person_id, first_seen_at, last_seen_at)
		values ($1, $2, $3, $4, $5, $6, $6)
		on conflict (tenant_id, issuer, client_id, sub)
		do update set person_id = excluded.person_id, last_seen_at = excluded.last_seen_at`,
		tx.Tenant, issuer, clientID, sub, personID, tx.Now)
	if err != nil {
		return fmt.Errorf("identity: save log-in: %w", err)
	}
	return nil
}
