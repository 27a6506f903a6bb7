package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// listItems bounds what is read of one list: the retired ones too.
const listItems = 500

// loadChecklist reads a list as it stands; an empty one of version 0 when nobody
// has written any.
func loadChecklist(ctx context.Context, tx *store.Tx, department, kind string, lock bool) (Checklist, error) {
	c := Checklist{Department: department, Kind: kind}
	query := `select saved_name, saved_at, version from casework_checklists where tenant_id = $1 and department_id = $2 and kind = $3`
	if lock {
		query += tx.ForUpdate(false)
	}
	type row struct {
		name    string
		at      store.Time
		version int64
	}
	head, err := store.One(ctx, tx, func(r *row) []any { return []any{&r.name, &r.at, &r.version} }, query, tx.Tenant, department, kind)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return c, fmt.Errorf("casework: checklist: %w", err)
	}
	c.SavedName, c.SavedAt, c.Version = head.name, head.at.Time, head.version
	c.Items, err = store.All(ctx, tx, func(i *Item) []any { return []any{&i.ID, &i.Name} }, `select id, name from casework_items
		where tenant_id = $1 and department_id = $2 and kind = $3 and retired = $4 order by position, id limit $5`, tx.Tenant, department, kind, false, maxItems)
	if err != nil {
		return c, fmt.Errorf("casework: items: %w", err)
	}
	return c, nil
}

// saveChecklist writes the items in the order of the lines. An item that was there
// before, also one that was retired, is the same one again.
func saveChecklist(ctx context.Context, tx *store.Tx, c Checklist, lines []string) error {
	known, err := store.All(ctx, tx, func(i *Item) []any { return []any{&i.ID, &i.Name} }, `select id, name from casework_items
		where tenant_id = $1 and department_id = $2 and kind = $3 order by id limit $4`, tx.Tenant, c.Department, c.Kind, listItems)
	if err != nil {
		return fmt.Errorf("casework: items: %w", err)
	}
	byName := map[string]string{}
	for _, i := range known {
		byName[i.Name] = i.ID
	}
	if _, err := tx.Exec(ctx, `update casework_items set retired = $4 where tenant_id = $1 and department_id = $2 and kind = $3`, tx.Tenant, c.Department, c.Kind, true); err != nil {
		return fmt.Errorf("casework: retire items: %w", err)
	}
	for position, name := range lines {
		id := byName[name]
		if id == "" {
			id = ids.New()
		}
		_, err := tx.Exec(ctx, `insert into casework_items (tenant_id, department_id, kind, id, position, name, retired) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (tenant_id, id) do update set position = excluded.position, retired = excluded.retired`, tx.Tenant, c.Department, c.Kind, id, position, name, false)
		if err != nil {
			return fmt.Errorf("casework: save an item: %w", err)
		}
	}
	_, err = tx.Exec(ctx, `insert into casework_checklists (tenant_id, department_id, kind, saved_name, saved_at, version) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant_id, department_id, kind) do update set saved_name = excluded.saved_name, saved_at = excluded.saved_at, version = excluded.version`,
		tx.Tenant, c.Department, c.Kind, identity.From(ctx).Name, tx.Now, c.Version+1)
	if err != nil {
		return fmt.Errorf("casework: save a checklist: %w", err)
	}
	return nil
}

type itemRow struct {
	Item
	at store.Time
}

// itemsFor reads a case's list with what is ticked, also what was on the list
// when it was.
func itemsFor(ctx context.Context, tx *store.Tx, c cases.Case) ([]Item, error) {
	rows, err := store.All(ctx, tx, func(r *itemRow) []any { return []any{&r.ID, &r.Name, &r.Retired, &r.DoneBy, &r.at} },
		`select i.id, i.name, i.retired, coalesce(t.by_name, ''), t.at from casework_items i
		left join casework_ticks t on t.tenant_id = i.tenant_id and t.item_id = i.id and t.case_id = $4
		where i.tenant_id = $1 and i.department_id = $2 and i.kind = $3 and (i.retired = $5 or t.item_id is not null) order by i.retired, i.position, i.id limit $6`,
		tx.Tenant, c.Department, c.Kind, c.ID, false, listItems)
	if err != nil {
		return nil, fmt.Errorf("casework: checklist of a case: %w", err)
	}
	items := make([]Item, len(rows))
	for n, r := range rows {
		items[n] = r.Item
		items[n].DoneAt = r.at.Time
	}
	return items, nil
}

func insertTick(ctx context.Context, tx *store.Tx, caseID, item string) error {
	actor := identity.From(ctx)
	_, err := tx.Exec(ctx, `insert into casework_ticks (tenant_id, case_id, item_id, by_id, by_name, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant_id, case_id, item_id) do nothing`, tx.Tenant, caseID, item, actor.PersonID, actor.Name, tx.Now)
	if err != nil {
		return fmt.Errorf("casework: tick: %w", err)
	}
	return nil
}

func deleteTick(ctx context.Context, tx *store.Tx, caseID, item string) error {
	if _, err := tx.Exec(ctx, `delete from casework_ticks where tenant_id = $1 and case_id = $2 and item_id = $3`, tx.Tenant, caseID, item); err != nil {
		return fmt.Errorf("casework: untick: %w", err)
	}
	return nil
}
