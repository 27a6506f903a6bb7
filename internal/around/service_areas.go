package around

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// The purposes of the keys.
const (
	purposeArea   = "around.area"
	purposeMail   = "around.mail"
	purposeOrigin = "around.origin"
)

// content is the encrypted part of an area.
type content struct {
	Ground Ground `json:"ground"`
	Name   string `json:"name,omitempty"`
	Email  string `json:"email,omitempty"`
	Stop   string `json:"stop"`
}

// seal encrypts what an area tells of somebody.
func (s *Service) seal(ctx context.Context, tx *store.Tx, a Area) ([]byte, error) {
	plain, err := json.Marshal(content{Ground: a.Ground, Name: a.Name, Email: a.Email, Stop: a.stop})
	if err != nil {
		return nil, fmt.Errorf("around: write an area: %w", err)
	}
	cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeArea, plain, []byte("around_areas/"+a.ID))
	if err != nil {
		return nil, fmt.Errorf("around: encrypt an area: %w", err)
	}
	return cipher, nil
}

// open decrypts a row.
func (s *Service) open(ctx context.Context, tx *store.Tx, r areaRow) (Area, error) {
	a := r.area()
	plain, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeArea, r.cipher, []byte("around_areas/"+a.ID))
	if err != nil {
		return a, fmt.Errorf("around: decrypt an area: %w", err)
	}
	var c content
	if err := json.Unmarshal(plain, &c); err != nil {
		return a, fmt.Errorf("around: read an area: %w", err)
	}
	a.Ground, a.Name, a.Email, a.stop = c.Ground, c.Name, c.Email, c.Stop
	return a, nil
}

func (s *Service) openAll(ctx context.Context, tx *store.Tx, rows []areaRow) ([]Area, error) {
	list := make([]Area, 0, len(rows))
	for _, r := range rows {
		a, err := s.open(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// Areas returns the areas of whoever is logged in, the oldest first. They are her own,
// also while she acts for another.
func (s *Service) Areas(ctx context.Context) (list []Area, err error) {
	actor := identity.From(ctx)
	if err := s.Access.Check(ctx, PermAsk, own(actor)); err != nil {
		return nil, err
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := areasOf(ctx, tx, actor.PersonID)
		if err != nil {
			return err
		}
		list, err = s.openAll(ctx, tx, rows)
		return err
	})
	return list, err
}

// Area returns one area of whoever is logged in.
func (s *Service) Area(ctx context.Context, id string) (a Area, err error) {
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err = s.ownArea(ctx, tx, id, false)
		return err
	})
	return a, err
}

// ownArea reads an area that the actor may manage.
func (s *Service) ownArea(ctx context.Context, tx *store.Tx, id string, lock bool) (Area, error) {
	if !ids.Valid(id) {
		return Area{}, errs.NotFound("around.area_unknown")
	}
	row, found, err := findArea(ctx, tx, "id", id, lock)
	if err != nil {
		return Area{}, err
	}
	if !found || row.Person == "" {
		return Area{}, errs.NotFound("around.area_unknown")
	}
	if err := s.Access.Check(ctx, PermManage, resource(id, row.Person)); err != nil {
		return Area{}, err
	}
	return s.open(ctx, tx, row)
}

// Subscribe makes an area for whoever is logged in.
func (s *Service) Subscribe(ctx context.Context, c Choice) (a Area, err error) {
	actor := identity.From(ctx)
	if err := s.Access.Check(ctx, PermAsk, own(actor)); err != nil {
		return a, err
	}
	c.Name = tidyName(c.Name)
	if err := c.check(s.Layers.Home(ctx)); err != nil {
		return a, err
	}
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := oneAtATime(ctx, tx); err != nil {
			return err
		}
		had, err := areasOf(ctx, tx, actor.PersonID)
		if err != nil {
			return err
		}
		if len(had) >= mostAreas {
			return errs.Conflict("around.area.too_many", "most", mostAreas)
		}
		a = s.newArea(ctx, tx, c)
		a.Person, a.Subscriber, a.State = actor.PersonID, actor.PersonID, Active
		cipher, err := s.seal(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := insertArea(ctx, tx, a, cipher); err != nil {
			return err
		}
		return recordArea(ctx, tx, "subscribe", a)
	})
	return a, err
}

// newArea is an area as it was chosen, of nobody yet.
func (*Service) newArea(ctx context.Context, tx *store.Tx, c Choice) Area {
	stop := ids.Secret()
	return Area{
		ID: ids.New(), Topics: c.Topics, Often: c.Often, Lang: i18n.LangOf(ctx), Ground: c.Ground, Name: c.Name,
		CreatedAt: tx.Now.Time, RenewedAt: tx.Now.Time, stop: stop, stopDigest: ids.Digest(stop),
	}
}

// Change changes what is told of an area, how often, and its name; and renews it. Where
// it is does not change: that is another area.
func (s *Service) Change(ctx context.Context, id string, c Choice) (a Area, err error) {
	if err := s.warm(ctx); err != nil {
		return a, err
	}
	c.Name = tidyName(c.Name)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if a, err = s.ownArea(ctx, tx, id, true); err != nil {
			return err
		}
		c.Ground = a.Ground
		if err := c.check(s.Layers.Home(ctx)); err != nil {
			return err
		}
		a.Name, a.Topics, a.Often, a.RenewedAt = c.Name, c.Topics, c.Often, tx.Now.Time
		if err := s.save(ctx, tx, a); err != nil {
			return err
		}
		return recordArea(ctx, tx, "change_area", a)
	})
	return a, err
}

func (s *Service) save(ctx context.Context, tx *store.Tx, a Area) error {
	cipher, err := s.seal(ctx, tx, a)
	if err != nil {
		return err
	}
	if err := setOften(ctx, tx, a.ID, a.Often); err != nil {
		return err
	}
	return saveArea(ctx, tx, a, cipher)
}

// Unsubscribe ends an area of whoever is logged in.
func (s *Service) Unsubscribe(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.ownArea(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if err := deleteArea(ctx, tx, a.ID); err != nil {
			return err
		}
		return recordArea(ctx, tx, "unsubscribe", a)
	})
}

// recordArea leaves in the log that an area was made, changed or ended. Where it is
// does not stand there.
func recordArea(ctx context.Context, tx *store.Tx, what string, a Area) error {
	return audit.Record(ctx, tx, audit.Event{Action: Name + "." + what, Object: audit.Ref{Type: "area", ID: a.ID}, Subject: a.Person})
}

// tidyName makes what somebody calls an area one line.
func tidyName(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\x00", " ")), " ")
}

// Spot is a place that somebody may mean.
type Spot struct {
	Label string
	Ref   property.Ref // zero when it is none
	At    orb.Point    // home system
}

// Spots finds the places that a text may mean: an address, a property number or the
// name of a place. It is open to everybody.
func (s *Service) Spots(ctx context.Context, text string) (list []Spot, err error) {
	if err := s.everybody(ctx); err != nil || strings.TrimSpace(text) == "" {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		hits, err := s.Properties.Search(ctx, tx, text, maxSpots)
		for _, h := range hits {
			if h.Kind != property.HitPlan && h.Kind != property.HitProposal && crs.Finite(h.At) && h.At != (orb.Point{}) {
				list = append(list, Spot{Label: h.Label, Ref: h.Ref, At: h.At})
			}
		}
		return err
	})
	return exact(list, text), err
}

// exact is the one place that is called just what somebody typed, or else all that it may
// be the beginning of: Kaiveien 1 is also that of Kaiveien 12.
func exact(list []Spot, text string) []Spot {
	for i, s := range list {
		label, _, _ := strings.Cut(s.Label, ",")
		if store.Fold(s.Label) == store.Fold(text) || store.Fold(label) == store.Fold(text) {
			return list[i : i+1]
		}
	}
	return list
}

// maxSpots is how many places somebody chooses between.
const maxSpots = 8

// SpotAt names a point of the home system by the property it lies on.
func (s *Service) SpotAt(ctx context.Context, at orb.Point) (spot Spot, err error) {
	spot.At = at
	if err := s.everybody(ctx); err != nil || !crs.Finite(at) {
		return spot, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, found, err := s.Properties.At(ctx, tx, at)
		if err != nil || !found {
			return err
		}
		if spot.Ref, spot.Label = p.Ref, p.Address; spot.Label == "" {
			spot.Label = p.Ref.String()
		}
		return nil
	})
	return spot, err
}

// Preview is what an area takes in.
type Preview struct {
	Properties int
	// Known is false where the municipality's map has no properties.
	Known bool
	// Cases are the public cases in it.
	Cases []PublicCase
}

// Preview counts what lies in an area. It is open to everybody.
func (s *Service) Preview(ctx context.Context, g Ground) (p Preview, err error) {
	if err := s.everybody(ctx); err != nil {
		return p, err
	}
	home := s.Layers.Home(ctx)
	if g.problem(home) != "" {
		return p, nil
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if p.Known, err = s.Layers.Has(ctx, tx, "properties"); err != nil || !p.Known {
			return err
		}
		rows, err := s.Layers.Inside(ctx, tx, "properties", g.in(home), home)
		if err != nil {
			return err
		}
		p.Properties = len(rows)
		w := watchOf(Area{Ground: g}, home)
		list, err := s.InBox(ctx, tx, w.bound(), maxOnMap)
		for _, c := range list {
			if w.touches(c.in(home)) {
				p.Cases = append(p.Cases, c)
			}
		}
		return err
	})
	return p, err
}
