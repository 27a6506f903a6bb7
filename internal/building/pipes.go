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

// toldOf reports whether who acts may be told of pipes near a place: she lives there, or
// has asked for it today.
func (s *Service) toldOf(ctx context.Context, tx *store.Tx, p Placed) (bool, error) {
	told, err := s.livesAt(ctx, tx, p.plot.facts)
	if err != nil || told {
		return told, err
	}
	_, asked, err := askedIn(ctx, tx, identity.From(ctx).PersonID, clock.DateIn(tx.Now.Time).String(), p.question())
	return asked, err
}

// question is what is written down of a place: enough to know it again, and not where it is.
func (p Placed) question() string {
	sum := sha256.Sum256([]byte(p.Request.Property + " " + shape.WKT(p.Footprint)))
	return hex.EncodeToString(sum[:])
}

// count writes down the place, once a day, and reports whether there were few enough. Who
// asks from many windows at once is counted one at a time: see oneAtATime.
func (s *Service) count(ctx context.Context, tx *store.Tx, p Placed) (bool, error) {
	person, day := identity.From(ctx).PersonID, clock.DateIn(tx.Now.Time).String()
	if person == "" {
		return false, nil
	}
	if err := oneAtATime(ctx, tx, person, day); err != nil {
		return false, err
	}
	places, asked, err := askedIn(ctx, tx, person, day, p.question())
	if err != nil || asked || places >= mostPlaces {
		return asked, err
	}
	if err := writeQuestion(ctx, tx, person, day, p.question()); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, audit.Event{Action: ActionPipes, Object: audit.Ref{Type: property.Name, ID: p.Request.Property}})
}
