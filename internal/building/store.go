package building

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// Site is where the works of a case stand, and what the map said of them when the
// application came in.
type Site struct {
	Case      string
	Property  string // 12/34
	System    int    // EPSG code of the footprint
	Footprint orb.MultiPolygon
	Request   Request
	Result    check.Result
	// Generations are the versions of the layers that the result rests on.
	Generations map[string]int64
	CheckedAt   time.Time
}

// siteRow is a row of building_checks.
type siteRow struct {
	caseID, property, footprint  string
	system                       int64
	request, result, generations store.JSON
	at                           store.Time
}

func (r *siteRow) fields() []any {
	return []any{&r.caseID, &r.property, &r.system, &r.footprint, &r.request, &r.result, &r.generations, &r.at}
}

func (r *siteRow) site() (Site, error) {
	s := Site{Case: r.caseID, Property: r.property, System: int(r.system), CheckedAt: r.at.Time}
	g, err := shape.ParseWKT(r.footprint)
	if err != nil {
		return s, fmt.Errorf("building: stored footprint: %w", err)
	}
	s.Footprint = shape.Areas(g)
	err = errors.Join(json.Unmarshal(r.request, &s.Request), json.Unmarshal(r.result, &s.Result), json.Unmarshal(r.generations, &s.Generations))
	if err != nil {
		return s, fmt.Errorf("building: stored check: %w", err)
	}
	return s, nil
}

// keep writes what was found. A case that has it already keeps the first: it is what
// the application was judged by.
func keep(ctx context.Context, tx *store.Tx, s Site) error {
	request, err := json.Marshal(s.Request)
	if err != nil {
		return fmt.Errorf("building: write request: %w", err)
	}
	result, err := json.Marshal(s.Result)
	if err != nil {
		return fmt.Errorf("building: write result: %w", err)
	}
	generations, err := json.Marshal(s.Generations)
	if err != nil {
		return fmt.Errorf("building: write generations: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into building_checks (tenant_id, case_id, property, system, footprint, request, result, generations, checked_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, case_id) do nothing`,
		tx.Tenant, s.Case, s.Property, int64(s.System), shape.WKT(s.Footprint), store.JSON(request), store.JSON(result), store.JSON(generations), tx.Now)
	if err != nil {
		return fmt.Errorf("building: keep a check: %w", err)
	}
	return nil
}

// SiteIn returns where the works of a case stand, for another service that has asked
// access to the case; false when the applicant did not use the map.
func (*Service) SiteIn(ctx context.Context, tx *store.Tx, caseID string) (Site, bool, error) {
	row, err := store.One(ctx, tx, (*siteRow).fields, `
		select case_id, property, system, footprint, request, result, generations, checked_at
		from building_checks where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return Site{}, false, nil
	}
	if err != nil {
		return Site{}, false, fmt.Errorf("building: read a check: %w", err)
	}
	s, err := row.site()
	return s, err == nil, err
}

// Forget takes away where the works of a case stand: whose home that is anybody can
// look up.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, _ string) error {
	if _, err := tx.Exec(ctx, `delete from building_checks where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID); err != nil {
		return fmt.Errorf("building: forget a check: %w", err)
	}
	return nil
}
