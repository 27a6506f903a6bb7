package demo

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// old is the age of the neighbour for whom the mother acts.
const old = 80

// organisations are the made-up businesses, one in each municipality. The parent
// who lives apart leads it. Numbers beginning with 3 are those of test data.
func organisations(p Population) []fakeregister.Organisation {
	var list []fakeregister.Organisation
	for i, o := range []fakeregister.Organisation{
		{Number: pid.Org("311111116"), Name: "Torgøy Hus og Hytte AS"}, {Number: pid.Org("313990028"), Name: "Fjordbygda Byggservice AS"},
	} {
		leader, ok := p.Player(i, Apart)
		if !ok {
			continue
		}
		o.Address = leader.Address
		o.Roles = []fakeregister.OrganisationRole{{Person: leader.Number, Role: identity.ManagingDirector}}
		list = append(list, o)
	}
	return list
}

// neighbour is the oldest-looking choice for whom somebody helps: the first who
// is 80 or more, alive, and whose address is not protected.
func (p Population) neighbour(town int) (Resident, bool) {
	for _, r := range p.Of(town) {
		if r.Part == "" && r.DeceasedOn.IsZero() && !r.Protection.Protected() && r.BirthDate.YearsAt(p.Day) >= old {
			return r, true
		}
	}
	return Resident{}, false
}

// empower lets the mother act for an old neighbour, in everything.
func (w *worker) empower(ctx context.Context) error {
	grantor, found := w.demo.population.neighbour(w.index)
	agent, plays := w.demo.population.Player(w.index, Mother)
	if !found || !plays {
		return nil
	}
	from, err := w.Identity.EnsurePerson(ctx, grantor.Number)
	if err != nil {
		return fmt.Errorf("who gives a mandate: %w", err)
	}
	to, err := w.Identity.EnsurePerson(ctx, agent.Number)
	if err != nil {
		return fmt.Errorf("who gets a mandate: %w", err)
	}
	ctx = identity.With(ctx, identity.Actor{Kind: identity.Resident, PersonID: from.ID, Name: from.Name.Full()})
	return w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		given, err := w.Identity.MandatesOf(ctx, tx, from.ID)
		if err != nil || len(given) > 0 {
			return err
		}
		_, err = w.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: to.ID, Scopes: []string{identity.AllScopes}})
		return err
	})
}
