package building

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// ActionPipes is what the log calls that somebody was told whether pipes are near a place
// on a property where she does not live.
const ActionPipes = "building.pipes"

// mostPlaces is at how many places a day somebody is told whether pipes are near, on
// properties where she does not live.
const mostPlaces = 30

// ask counts the question of whether pipes are near, in a transaction of its own.
func (s *Service) ask(ctx context.Context, p *Placed) error {
	if !p.input.Spent || len(p.Footprint) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.askIn(ctx, tx, p) })
}

// askIn tells whether pipes are near, unless who asks has asked too often today.
func (s *Service) askIn(ctx context.Context, tx *store.Tx, p *Placed) error {
	if !p.input.Spent || !p.input.Discloses() {
		return nil
	}
	told, err := s.livesAt(ctx, tx, p.plot.facts)
	if err == nil && !told {
		told, err = s.count(ctx, tx, *p)
	}
	if err != nil {
		return fmt.Errorf("building: ask for pipes: %w", err)
	}
	if told {
		in := p.input
		in.Spent = false
		p.Result = check.Run(s.law, in)
	}
	return nil
}

// livesAt reports whether who asks lives on the property, by the population register.
func (s *Service) livesAt(ctx context.Context, tx *store.Tx, f property.Facts) (bool, error) {
	actor := identity.From(ctx)
	if actor.PersonID == "" || s.Properties.Identity == nil {
		return false, nil
	}
	p, err := s.Properties.Identity.PersonIn(ctx, tx, actor.PersonID)
	if err != nil {
		return false, err
	}
	home, known := p.VisibleAddress(actor)
	return known && slices.ContainsFunc(f.Addresses, func(a property.Address) bool {
		return a.Code == home.PostalCode && slices.ContainsFunc(home.Lines, func(line string) bool { return a.Text != "" && strings.EqualFold(line, a.Text) })
	}), nil
}

// count writes down the place, once a day, and reports whether there were few enough.
func (s *Service) count(ctx context.Context, tx *store.Tx, p Placed) (bool, error) {
	person, day := identity.From(ctx).PersonID, clock.DateIn(tx.Now.Time).String()
	if person == "" {
		return false, nil
	}
	sum := sha256.Sum256([]byte(p.Request.Property + " " + shape.WKT(p.Footprint)))
	place := hex.EncodeToString(sum[:])
	if _, err := tx.Exec(ctx, `delete from building_pipe_questions where tenant_id = $1 and day < $2`, tx.Tenant, day); err != nil {
		return false, err
	}
	asked, err := store.All(ctx, tx, func(at *string) []any { return []any{at} }, `
		select place from building_pipe_questions where tenant_id = $1 and person_id = $2 and day = $3 order by place limit $4`,
		tx.Tenant, person, day, mostPlaces)
	if err != nil || slices.Contains(asked, place) {
		return err == nil, err
	}
	if len(asked) >= mostPlaces {
		return false, nil
	}
	_, err = tx.Exec(ctx, `insert into building_pipe_questions (tenant_id, person_id, day, place) values ($1, $2, $3, $4)`, tx.Tenant, person, day, place)
	if err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, audit.Event{Action: ActionPipes, Object: audit.Ref{Type: property.Name, ID: p.Request.Property}})
}
