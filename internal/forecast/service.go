package forecast

import (
	"context"
	"embed"
	"io/fs"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Name is the module's.
const Name = "forecast"

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Deps is what the service stands on.
type Deps struct {
	DB     *store.DB
	Access *access.Access
	Cases  *cases.Service
}

// Service forecasts how long cases take.
type Service struct{ Deps }

// NewService returns the service and lets it follow all cases.
func NewService(d Deps) *Service {
	s := &Service{d}
	d.Cases.Kinds().Accompany(cases.Companion{Name: Name, Happened: s.happened, Panel: s.panel})
	return s
}

func season(c cases.Case) Season { return SeasonOf(clock.DateIn(c.ReceivedAt)) }

// happened keeps what is told when a case comes in and how long it took when it
// is decided. A case that was withdrawn says nothing about how long one takes.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	switch e.What {
	case cases.HappenedReceived:
		estimate, err := current(ctx, tx, e.Case.Kind, season(e.Case))
		if err != nil || !estimate.Told() {
			return err
		}
		return tell(ctx, tx, e.Case, season(e.Case), estimate)
	case cases.HappenedDecided:
		return decided(ctx, tx, e.Case, took(e.Case.ReceivedAt, tx.Now.Time))
	case cases.HappenedAssigned, cases.HappenedReleased, cases.HappenedAsked, cases.HappenedAnswered, cases.HappenedNoted,
		cases.HappenedTold, cases.HappenedResponded, cases.HappenedWithdrawn, cases.HappenedParties, cases.HappenedReopened,
		cases.HappenedProposed, cases.HappenedSentBack:
	}
	return nil
}

// Expected returns the day by which nine of ten cases like this one are decided,
// as it was told when the case came in; ok is false when nothing was told or the
// day has passed. The caller has asked access to the case or is Torg itself.
func (*Service) Expected(ctx context.Context, tx *store.Tx, c cases.Case) (by clock.Date, ok bool, err error) {
	e, err := told(ctx, tx, c.ID)
	if err != nil || !e.Told() {
		return clock.Date{}, false, err
	}
	by = clock.DateIn(c.ReceivedAt).AddDays(int(e.Most))
	return by, !by.Before(clock.DateIn(tx.Now.Time)), nil
}

// Overview is what everybody may read: what is told at present, and how right it
// has been.
type Overview struct {
	Standings    []standing
	Calibrations []Calibration
}

// Overview returns the municipality's forecasts and their calibration. It is
// open to everybody.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	if err := s.Access.Check(ctx, access.Public, access.Resource{Type: Name}); err != nil {
		return o, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if o.Standings, err = standings(ctx, tx); err != nil {
			return err
		}
		o.Calibrations, err = calibrations(ctx, tx)
		return err
	})
	return o, err
}

// reckonArgs asks to reckon the estimates of a municipality anew.
type reckonArgs struct{}

// Kind implements jobs.Args.
func (reckonArgs) Kind() string { return "forecast.reckon" }

// Jobs registers the module's workers.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneBulk}, func(ctx context.Context, _ jobs.Job[reckonArgs]) error {
		return s.Reckon(identity.AsSystem(ctx, "forecast.reckon"))
	})
	jobs.EveryTenant(r, "forecast.reckon", jobs.Daily(2, 20), func(jobs.Tick) jobs.Args { return reckonArgs{} })
}

// Reckon makes the estimates of every kind and season anew, in the context's
// municipality. Torg does it each night.
func (s *Service) Reckon(ctx context.Context) error {
	for _, kind := range s.Cases.Kinds().All() {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, season := range Seasons() {
				days, err := durations(ctx, tx, kind.Key, season)
				if err != nil {
					return err
				}
				if err := save(ctx, tx, kind.Key, season, estimate(days)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
