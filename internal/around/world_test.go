package around_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

const (
	torgoy = 0
	town   = "torgoy"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			h.Settle()
			test(t, &world{T: t, Harness: h})
		})
	}
}

// world is the product and what the tests do with it.
type world struct {
	*testing.T
	*apptest.Harness
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) as(part demo.Part) context.Context { return w.As(torgoy, part) }
func (w *world) system() context.Context           { return identity.AsSystem(w.In(town), "test") }
func (w *world) person(part demo.Part) string      { return identity.From(w.as(part)).PersonID }

func (w *world) read(fn func(ctx context.Context, tx *store.Tx) error) {
	w.Helper()
	w.must(w.App.DB.Read(w.In(town), fn))
}

func (w *world) write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) {
	w.Helper()
	w.must(w.App.DB.Write(ctx, fn))
}

func (w *world) count(query string, args ...any) (n int64) {
	w.Helper()
	w.read(func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	})
	return n
}

// plot is a property of the town with a house, the nth.
func (w *world) plot(n int) property.Property {
	w.Helper()
	var found property.Property
	w.read(func(ctx context.Context, tx *store.Tx) error {
		page, err := w.App.Layers.FindIn(ctx, tx, layers.Query{Layer: "properties", System: w.App.Layers.Home(ctx), Limit: 2000})
		if err != nil {
			return err
		}
		for _, f := range page.Features {
			if f.Text("use") != "home" || f.Text("address") == "" {
				continue
			}
			if n--; n < 0 {
				found, err = w.App.Property.ByRef(ctx, tx, property.Ref{Gnr: int(f.Number("gnr")), Bnr: int(f.Number("bnr"))})
				return err
			}
		}
		return fmt.Errorf("the town has too few homes among %d properties", len(page.Features))
	})
	return found
}

// middle is a point of a property, in the home system.
func (w *world) middle(p property.Property) orb.Point {
	w.Helper()
	at, ok := shape.InnerPoint(p.Ground)
	if !ok {
		w.Fatalf("%s has no ground", p.Ref)
	}
	return at
}

// garage is a case of somebody's who wants to build a garage on a property.
func (w *world) garage(part demo.Part, on property.Property) (c cases.Case) {
	w.Helper()
	w.write(w.as(part), func(ctx context.Context, tx *store.Tx) error {
		me, err := w.App.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		answers := apptest.Garage()
		answers["properties"] = []any{map[string]any{"gnr": float64(on.Ref.Gnr), "bnr": float64(on.Ref.Bnr)}}
		submission, _, err := w.App.Forms.SubmitDirect(ctx, tx, forms.Direct{
			Form: building.FormKey, Person: me.ID, Subject: me.ID, Answers: forms.Answers{Values: answers}, Key: ids.New(),
		})
		if err != nil {
			return err
		}
		c, err = w.App.Cases.Create(ctx, tx, cases.New{Kind: building.Name, Submission: submission.ID, Applicant: me, Subject: me, Lang: submission.Lang})
		return err
	})
	return c
}

// decide grants or refuses a case.
func (w *world) decide(c cases.Case, outcome string) cases.Case {
	w.Helper()
	ctx := w.as(demo.Planner)
	c = w.again(c)
	c, err := w.App.Cases.AssignToMe(ctx, c.ID, c.Version)
	w.must(err)
	d := cases.Decision{
		Outcome: outcome, LegalBasis: "plan- og bygningsloven § 20-3", Reasons: "Tiltaket er i samsvar med planen og loven.", Appeal: "Du kan klage innen tre uker.",
		Version: cases.AnyVersion, Values: map[string]string{"permit": "one_step"},
	}
	if c, err = w.App.Cases.Decide(ctx, c.ID, c.Version, d); err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *world) again(c cases.Case) (read cases.Case) {
	w.Helper()
	w.read(func(ctx context.Context, tx *store.Tx) (err error) {
		read, err = w.App.Cases.CaseIn(ctx, tx, c.ID)
		return err
	})
	return read
}

// public is the public side of a case, as anybody finds it by the property.
func (w *world) public(c cases.Case, on property.Property) (around.PublicCase, bool) {
	w.Helper()
	page, err := w.App.Around.List(w.In(town), around.Filter{Text: on.Ref.String()})
	w.must(err)
	for _, found := range page.Cases {
		if found.CaseID == c.ID {
			return found, true
		}
	}
	return around.PublicCase{}, false
}

// told are the messages of a kind to a person or an address, the oldest first.
func (w *world) told(kind, person, email string) (list []notify.Item) {
	w.Helper()
	all, err := w.App.Notify.List(w.In(town), notify.Filter{PersonID: person})
	w.must(err)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind && (email == "" || all[i].Address == email) {
			list = append(list, all[i])
		}
	}
	return list
}

// around is a choice of everything within some metres of a property.
func (w *world) around(p property.Property, metres float64, often around.Often, topics ...around.Topic) around.Choice {
	w.Helper()
	if len(topics) == 0 {
		topics = around.Topics()
	}
	home := w.App.Layers.Home(w.In(town))
	return around.Choice{Topics: topics, Often: often, Ground: around.Circle(home, w.middle(p), metres, p.Address)}
}

// propertyOf is short for the tests.
type propertyOf = property.Property
