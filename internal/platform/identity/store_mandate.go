package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

type mandateRow struct {
	Mandate
	scopes         string
	created, ended store.Time
	grantor, agent Name
}

func mandateFields(r *mandateRow) []any {
	m := &r.Mandate
	return []any{
		&m.ID, &m.Grantor, &m.Agent, &r.scopes, &m.From, &m.Until, &r.created, &r.ended, &m.EndedBy,
		&r.grantor.Given, &r.grantor.Middle, &r.grantor.Family, &r.agent.Given, &r.agent.Middle, &r.agent.Family,
	}
}

func (r mandateRow) mandate() Mandate {
	m := r.Mandate
	m.Scopes = strings.Fields(r.scopes)
	m.CreatedAt, m.EndedAt = r.created.Time, r.ended.Time
	m.GrantorName, m.AgentName = r.grantor.Full(), r.agent.Full()
	return m
}

const selectMandates = `select m.id, m.grantor_id, m.agent_id, m.scopes, m.valid_from, m.valid_until, m.created_at,
	m.ended_at, m.ended_by, g.given_name, g.middle_name, g.family_name, a.given_name, a.middle_name, a.family_name
	from identity_mandates m
	join identity_persons g on g.tenant_id = m.tenant_id and g.id = m.grantor_id
	join identity_persons a on a.tenant_id = m.tenant_id and a.id = m.agent_id
	where m.tenant_id = $1 and `

// mandateSide chooses the mandates of one end.
type mandateSide string

const (
	byGrantor mandateSide = `m.grantor_id = $2`
	byAgent   mandateSide = `m.agent_id = $2`
)

// mandates returns those of a person, the newest first.
func mandates(ctx context.Context, tx *store.Tx, side mandateSide, personID string) ([]Mandate, error) {
	rows, err := store.All(ctx, tx, mandateFields, selectMandates+string(side)+` order by m.id desc limit $3`,
		tx.Tenant, personID, listed)
	if err != nil {
		return nil, fmt.Errorf("identity: list mandates: %w", err)
	}
	return toMandates(rows), nil
}

// living returns the mandates by which an agent may act on a day; for one
// grantor, or for anybody with "".
func living(ctx context.Context, tx *store.Tx, agentID, grantorID string, day clock.Date) ([]Mandate, error) {
	rows, err := store.All(ctx, tx, mandateFields, selectMandates+`m.agent_id = $2 and ($3 = '' or m.grantor_id = $3)
		and m.ended_at is null and m.valid_from <= $4 and (m.valid_until is null or m.valid_until >= $4)
		and g.deceased_on is null and a.deceased_on is null
		order by g.search_name, m.id limit $5`, tx.Tenant, agentID, grantorID, day, listed)
	if err != nil {
		return nil, fmt.Errorf("identity: read mandates: %w", err)
	}
	return toMandates(rows), nil
}

func toMandates(rows []mandateRow) []Mandate {
	list := make([]Mandate, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.mandate())
	}
	return list
}

func findMandate(ctx context.Context, tx *store.Tx, id string) (Mandate, error) {
	row, err := store.One(ctx, tx, mandateFields, selectMandates+`m.id = $2`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Mandate{}, errs.NotFound("errs.not_found").Because(err)
	}
	if err != nil {
		return Mandate{}, fmt.Errorf("identity: find mandate: %w", err)
	}
	return row.mandate(), nil
}

func insertMandate(ctx context.Context, tx *store.Tx, m Mandate) error {
	_, err := tx.Exec(ctx, `insert into identity_mandates (tenant_id, id, grantor_id, agent_id, scopes, valid_from,
		valid_until, created_at, ended_at, ended_by) values ($1, $2, $3, $4, $5, $6, $7, $8, null, '')`,
		tx.Tenant, m.ID, m.Grantor, m.Agent, strings.Join(m.Scopes, " "), m.From, m.Until, tx.Now)
	if err != nil {
		return fmt.Errorf("identity: give mandate: %w", err)
	}
	return nil
}

func endMandate(ctx context.Context, tx *store.Tx, id string, why MandateEnd) error {
	_, err := tx.Exec(ctx, `update identity_mandates set ended_at = $1, ended_by = $2
		where tenant_id = $3 and id = $4 and ended_at is null`, tx.Now, string(why), tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("identity: end mandate: %w", err)
	}
	return nil
}

// lapse ends the mandates that a dead person gave and got.
func lapse(ctx context.Context, tx *store.Tx, personID string) error {
	_, err := tx.Exec(ctx, `update identity_mandates set ended_at = $1, ended_by = $2
		where tenant_id = $3 and (grantor_id = $4 or agent_id = $4) and ended_at is null`,
		tx.Now, string(Lapsed), tx.Tenant, personID)
	if err != nil {
		return fmt.Errorf("identity: end the mandates of the dead: %w", err)
	}
	return nil
}
