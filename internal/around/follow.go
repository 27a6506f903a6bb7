package around

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// projectArgs asks to bring the public side of a case up to date.
type projectArgs struct {
	CaseID string `json:"case"`
	// Tell is the topic that subscribers are told of; empty when nothing is news.
	Tell Topic `json:"tell,omitempty"`
}

// Kind implements jobs.Args.
func (projectArgs) Kind() string { return "around.project" }

// happened follows building cases. What must not be seen any more is gone with the
// transaction that makes it so; the rest is brought up to date by a job, which reads
// the answers and asks the property register, and by then the case has its number.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	if e.Case.Kind != Kind {
		return nil
	}
	if !isPublic(e.Case) {
		return dropCase(ctx, tx, e.Case.ID)
	}
	args := projectArgs{CaseID: e.Case.ID}
	switch e.What {
	case cases.HappenedReceived:
		args.Tell = TopicReceived
	case cases.HappenedDecided, cases.HappenedTold: // by which it is told: see partyTold
		args.Tell = TopicDecided
	case cases.HappenedParties, cases.HappenedReopened:
	case cases.HappenedAssigned, cases.HappenedReleased, cases.HappenedAsked, cases.HappenedAnswered, cases.HappenedNoted, cases.HappenedProposed,
		cases.HappenedSentBack, cases.HappenedResponded, cases.HappenedWithdrawn:
		return nil
	}
	return jobs.Enqueue(ctx, tx, args, jobs.Ordered(orderOf(e.Case.ID)))
}

// orderOf keeps the jobs of one case in their order.
func orderOf(caseID string) string { return "around:" + caseID }

// PersonChanged follows what the population register says of a person: the cases of
// one whose address becomes protected are gone at once, and those of one whose address
// no longer is come back.
func (s *Service) PersonChanged(ctx context.Context, tx *store.Tx, p identity.Person) error {
	list, err := s.Cases.CasesOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Kind != Kind {
			continue
		}
		if p.Protection.Protected() || !isPublic(c) {
			if err := dropCase(ctx, tx, c.ID); err != nil {
				return err
			}
			continue
		}
		_, stands, err := publicOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if stands {
			continue // nothing of a person stands in it
		}
		if err := jobs.Enqueue(ctx, tx, projectArgs{CaseID: c.ID}, jobs.Ordered(orderOf(c.ID))); err != nil {
			return err
		}
	}
	return nil
}

// Project brings the public side of a case up to date, or takes it away, and tells
// subscribers when there is news.
func (s *Service) Project(ctx context.Context, caseID string, tell Topic) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.project(ctx, tx, caseID, tell) })
}

func (s *Service) project(ctx context.Context, tx *store.Tx, caseID string, tell Topic) error {
	c, err := s.Cases.CaseIn(ctx, tx, caseID)
	if errs.Is(err, errs.KindNotFound) {
		return dropCase(ctx, tx, caseID)
	}
	if err != nil {
		return err
	}
	if !isPublic(c) {
		return dropCase(ctx, tx, caseID)
	}
	p, found, err := s.publicSide(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := saveCase(ctx, tx, p); err != nil {
		return err
	}
	if tell == "" || !p.Placed || tell == TopicDecided && p.Status == Received {
		return nil
	}
	return s.note(ctx, tx, event{Key: caseKey(p, tell), Kind: tell, Subject: c.ID, Shape: found.shape()})
}

// caseKey names what happened: a case that is decided anew after an appeal is told of
// anew.
func caseKey(p PublicCase, tell Topic) string {
	key := "case:" + p.CaseID + ":" + string(tell)
	if tell == TopicDecided {
		key += ":" + p.DecidedAt.UTC().Format(time.RFC3339)
	}
	return key
}

// publicSide reads what the case's answers and the registers say.
func (s *Service) publicSide(ctx context.Context, tx *store.Tx, c cases.Case) (PublicCase, Found, error) {
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return PublicCase{}, Found{}, fmt.Errorf("around: what was sent: %w", err)
	}
	found, err := s.find(ctx, tx, property.RefsIn(sent.Values))
	if err != nil {
		return PublicCase{}, found, err
	}
	if at, ok := s.standsAt(sent.Facts); ok && found.near(at) {
		found.Place = at
	}
	applicant, err := s.Identity.PersonIn(ctx, tx, c.Applicant)
	if err != nil {
		return PublicCase{}, found, err
	}
	p := project(c, sent.Values, found, PublicName(applicant))
	if p.Status != Received {
		told, err := s.partyTold(ctx, tx, c)
		if err != nil {
			return p, found, err
		}
		if !told {
			p.Status, p.DecidedAt = Received, time.Time{}
		}
	}
	stands, is, err := publicOf(ctx, tx, c.ID)
	if p.ID = stands.ID; !is {
		p.ID = ids.New()
	}
	return p, found, err
}

// partyTold reports whether the decision is on its way to the applicant, who is to know of
// it before everybody does (forvaltningsloven § 27). What the law has decided is so from the
// day it tells (plan- og bygningsloven § 21-7).
func (s *Service) partyTold(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	d, err := s.Cases.DecisionIn(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) || errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("around: the decision: %w", err)
	}
	return d.Letter != "" || d.ByLaw(), nil
}

// standsAt is the place of the works themselves, in degrees: the applicant has put them
// on the map. On a large property its middle may be far from them.
func (s *Service) standsAt(facts map[string]any) (orb.Point, bool) {
	if s.Footprint == nil {
		return orb.Point{}, false
	}
	area, code, ok := s.Footprint(facts)
	system, known := crs.ByCode(code)
	if !ok || !known {
		return orb.Point{}, false
	}
	at, inner := shape.InnerPoint(area)
	if !inner {
		return orb.Point{}, false
	}
	return rounded(crs.Between(system, degrees())(at)), true
}

// beside is how far from the properties' box the works are believed to stand, in degrees:
// some fifty metres. What is farther off was typed wrong.
const beside = 0.0005

// near reports whether a place is on or beside the properties that the map knows.
func (f Found) near(at orb.Point) bool {
	return len(f.Ground) > 0 && f.Ground.Bound().Pad(beside).Contains(at)
}

// find asks the property register where the properties are. The first one that it
// knows gives address and place.
func (s *Service) find(ctx context.Context, tx *store.Tx, refs []property.Ref) (Found, error) {
	var f Found
	home := s.Layers.Home(ctx)
	for _, ref := range refs {
		p, err := s.Properties.ByRef(ctx, tx, ref)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return f, err
		}
		ground, _ := crs.Apply(p.Ground, crs.Between(home, degrees())).(orb.MultiPolygon)
		f.Ground = append(f.Ground, ground...)
		if f.Placed {
			continue
		}
		if at, ok := shape.InnerPoint(p.Ground); ok {
			f.Placed, f.Address, f.Place = true, p.Address, rounded(crs.Between(home, degrees())(at))
		}
	}
	return f, nil
}

// shape is what an area must touch to be told: the ground of the properties.
func (f Found) shape() orb.Geometry {
	if len(f.Ground) == 0 {
		return f.Place
	}
	return f.Ground
}

// Jobs registers the module's workers.
func (s *Service) Jobs(r *jobs.Registry) {
	bulk := jobs.KindOptions{Lane: jobs.LaneBulk}
	long := jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 10 * time.Minute}
	jobs.Register(r, bulk, func(ctx context.Context, j jobs.Job[projectArgs]) error {
		return s.Project(asSystem(ctx), j.Args.CaseID, j.Args.Tell)
	})
	jobs.Register(r, long, func(ctx context.Context, j jobs.Job[matchArgs]) error { return s.match(asSystem(ctx), j.Args.EventID) })
	jobs.Register(r, long, func(ctx context.Context, j jobs.Job[plansArgs]) error {
		return s.planNews(asSystem(ctx), j.Args.Change, j.CreatedAt)
	})
	jobs.Register(r, bulk, func(ctx context.Context, j jobs.Job[tellArgs]) error { return s.tell(asSystem(ctx), j.Args.AreaID) })
	jobs.Register(r, long, func(ctx context.Context, _ jobs.Job[digestArgs]) error { return s.Digest(asSystem(ctx)) })
	jobs.Register(r, long, func(ctx context.Context, _ jobs.Job[roundArgs]) error { return s.Round(asSystem(ctx)) })
	jobs.EveryTenant(r, "around.digest", jobs.Daily(7, 0), func(jobs.Tick) jobs.Args { return digestArgs{} })
	jobs.EveryTenant(r, "around.round", jobs.Interval(6*time.Hour), func(jobs.Tick) jobs.Args { return roundArgs{} })
}

func asSystem(ctx context.Context) context.Context { return identity.AsSystem(ctx, Name) }
