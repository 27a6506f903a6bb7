package demo

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/school"
)

// The tenant's settings that the demonstration keeps for itself.
const (
	settingDay  = "demo.day"  // of the population
	settingStep = "demo.step" // how many steps of the set-up are done
	// settingShape tells which set-up it was: steps of another one are not taken up.
	settingShape = "demo.shape"
	// settingWhole tells the shape of a set-up of which nothing is left to do, so that a
	// start need not work out what there was.
	settingWhole = "demo.whole"
)

// setupShape is raised when the steps of the set-up are others than before.
const setupShape = "5"

// actorName is who the audit log names for the set-up.
const actorName = "demo"

// Services is what the set-up works through. The database must have been opened
// with the Demo's Clock for the cases to be of different age.
type Services struct {
	DB           *store.DB
	Keys         *keys.Ring
	Access       *access.Service
	Identity     *identity.Service
	Forms        *forms.Service
	Cases        *cases.Service
	Applications *applications.Service
	Blobs        *blob.Store
	Casework     *casework.Service
	// Layers takes the land; nil leaves it out.
	Layers *layers.Service
	// Building places garages on the map, and Neighbours notifies of one; nil leaves that
	// out.
	Building *building.Service
	// Conference holds preliminary conferences; nil leaves them as they came in.
	Conference *conference.Service
	Neighbours *neighbours.Service
	// Appeals is where decisions are appealed against; nil leaves the appeals out.
	Appeals *appeals.Service
	// Forecast reckons how long cases take, and Settle does the background work that
	// is due; either may be nil.
	Forecast interface {
		Reckon(ctx context.Context) error
	}
	Settle func(ctx context.Context) error
}

// DayOf returns the day of the population: the day of the first set-up, or today
// where there was none. People so keep their numbers from start to start.
func DayOf(ctx context.Context, db *store.DB) (clock.Date, error) {
	today := clock.DateIn(db.Clock().Now())
	list, err := tenant.NewService(db).List(ctx)
	if err != nil {
		return clock.Date{}, fmt.Errorf("demo: day: %w", err)
	}
	for _, t := range list {
		if t.Slug != Towns()[0].Slug || t.Settings[settingDay] == "" {
			continue
		}
		day, err := clock.ParseDate(t.Settings[settingDay])
		if err != nil {
			return clock.Date{}, fmt.Errorf("demo: day: %w", err)
		}
		return day, nil
	}
	return today, nil
}

// Setup makes what is not there yet: the municipalities with their keys,
// departments, kindergartens, forms and staff, and cases at every stage. It is
// run before the workers of jobs are started, and goes on where a start that was
// interrupted came to. When it returns, the clock shows the right time.
func (d *Demo) Setup(ctx context.Context, s Services) error {
	defer d.options.Clock.PutBack(0)
	list, err := tenant.NewService(s.DB).List(ctx)
	if err != nil {
		return fmt.Errorf("demo: set up: %w", err)
	}
	for i, town := range Towns() {
		w := &worker{Services: s, demo: d, town: town, index: i}
		if err := w.setUp(ctx, list); err != nil {
			return fmt.Errorf("demo: set up %s: %w", town.Slug, err)
		}
	}
	if err := d.options.Directory.Refresh(ctx); err != nil {
		return fmt.Errorf("demo: set up: %w", err)
	}
	return nil
}

// worker sets up one municipality.
type worker struct {
	Services
	demo   *Demo
	town   Town
	index  int
	tenant tenant.Tenant
	staff  map[Part]identity.Actor
	// ids of the kindergartens, schools and nursing homes
	units, schools, homes []string
}

// step is a part of the set-up. It is tried again when the process ended before
// it was noted as done, and then finds what it did.
type step func(ctx context.Context) error

func (w *worker) setUp(ctx context.Context, known []tenant.Tenant) error {
	t, err := w.tenantAmong(ctx, known)
	if err != nil {
		return err
	}
	done := 0
	if text := t.Settings[settingStep]; text != "" {
		if done, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("steps done: %w", err)
		}
	}
	if done > 0 && t.Settings[settingShape] != setupShape {
		w.demo.options.Log.WarnContext(ctx, "the demonstration was set up by another release and stays as it is; start it with --fresh for the new one", "tenant", t.ID)
		return nil
	}
	if t.Settings[settingWhole] == setupShape {
		return nil
	}
	steps := w.steps()
	if done >= len(steps) {
		return w.whole(w.bind(ctx, t))
	}
	w.demo.options.Log.InfoContext(ctx, "setting up a municipality of the demonstration", "tenant", t.ID)
	if err := w.run(w.bind(ctx, t), steps, done); err != nil {
		return err
	}
	return w.whole(w.bind(ctx, t))
}

// whole notes that all steps are done.
func (w *worker) whole(ctx context.Context) error {
	return w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tenant.PutSettings(ctx, tx, map[string]string{settingWhole: setupShape})
	})
}

// steps is all that is to be done, in the order of time.
func (w *worker) steps() []step {
	steps := []step{w.arrange, w.chart, w.employ, w.empower, w.equip}
	steps = append(steps, w.timeline(w.history())...)
	steps = append(steps, w.reckon)
	return append(steps, w.timeline(w.stories(), w.notices()...)...)
}

func (w *worker) run(ctx context.Context, steps []step, done int) error {
	for i := done; i < len(steps); i++ {
		w.demo.options.Clock.PutBack(longAgo)
		bound, err := w.again(ctx) // the first steps give the municipality its settings
		if err != nil {
			return err
		}
		if err := steps[i](bound); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if err := w.mark(bound, i+1); err != nil {
			return err
		}
	}
	return nil
}

// bind binds the context to the municipality and its language.
func (w *worker) bind(ctx context.Context, t tenant.Tenant) context.Context {
	w.tenant = t
	ctx = identity.AsSystem(tenant.Bind(ctx, t), actorName)
	return i18n.With(ctx, w.demo.options.Bundle.For(w.town.Lang()))
}

// again binds the context to the municipality as it is now.
func (w *worker) again(ctx context.Context) (context.Context, error) {
	list, err := tenant.NewService(w.DB).List(ctx)
	if err != nil {
		return ctx, fmt.Errorf("read again: %w", err)
	}
	for _, t := range list {
		if t.ID == w.tenant.ID {
			return w.bind(ctx, t), nil
		}
	}
	return ctx, tenant.ErrUnknown
}

// mark keeps how many steps are done.
func (w *worker) mark(ctx context.Context, done int) error {
	return w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tenant.PutSettings(ctx, tx, map[string]string{
			settingStep: strconv.Itoa(done), settingDay: w.demo.population.Day.String(), settingShape: setupShape,
		})
	})
}

// tenantAmong returns the municipality, made with its keys when it is not there.
func (w *worker) tenantAmong(ctx context.Context, known []tenant.Tenant) (tenant.Tenant, error) {
	for _, t := range known {
		if t.Slug != w.town.Slug {
			continue
		}
		if !t.Test {
			return t, errors.New("a municipality that is no test has the name")
		}
		return t, nil
	}
	w.demo.options.Clock.PutBack(longAgo)
	t, err := tenant.NewService(w.DB).Add(identity.AsSystem(ctx, actorName), tenant.New{
		Number: w.town.Number, Slug: w.town.Slug, Name: w.town.Name, Form: w.town.Form, Color: w.town.Color, Test: true,
		Hosts: []string{w.town.Host()}, Services: []string{kindergarten.Name, school.Name, nursing.Name, building.Name},
	}, func(ctx context.Context, tx *store.Tx, t tenant.Tenant) error { return w.Keys.Create(ctx, tx, t.ID) })
	if err != nil {
		return t, err
	}
	if err := w.demo.options.Directory.Refresh(ctx); err != nil {
		return t, fmt.Errorf("refresh the directory: %w", err)
	}
	return t, nil
}

// arrange makes departments, kindergartens and forms, in one transaction.
func (w *worker) arrange(ctx context.Context) error {
	definitions, err := definitions()
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, name := range w.town.departments {
			department, err := tenant.PutDepartment(ctx, tx, tenant.Department{Name: name, Email: tenant.Slug(name) + "@" + w.town.mail})
			if err != nil {
				return err
			}
			if err := tenant.PutSettings(ctx, tx, w.settingsOf(i, department.ID)); err != nil {
				return err
			}
		}
		for _, u := range w.town.units {
			_, err := kindergarten.Save(ctx, tx, kindergarten.Unit{Name: u.name, Address: u.address, Phone: u.phone, Hours: openingHours, Private: u.private, Capacity: u.capacity})
			if err != nil {
				return err
			}
		}
		if err := w.arrangeMore(ctx, tx); err != nil {
			return err
		}
		for _, d := range definitions {
			if err := w.Forms.Publish(ctx, tx, d); err != nil {
				return err
			}
		}
		return tenant.PutSettings(ctx, tx, map[string]string{settingStep: "1", settingShape: setupShape})
	})
}

// contact is how the municipality is reached, for the foot of every page. The
// number belongs to a series that nobody is given.
func (t Town) contact() string {
	return t.places[0].streets[0] + " 1, " + t.places[0].code + " " + t.places[0].name + "\npost@" + t.mail
}

const openingHours = "07.00–16.45"
