package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/property"
)

// How many days ago neighbours are notified of a garage, and answer: the two weeks they
// have (plan- og bygningsloven § 21-3) still run.
const (
	notifiedDays = 4
	repliedDays  = 1
)

// fieldSitePlan is the drawing that the map makes.
const fieldSitePlan = "site_plan"

// onMap reports whether the garage of a story is placed on the map.
func (w *worker) onMap(s story) bool { return s.mapped && w.Layers != nil && w.Building != nil }

// place puts a garage on the map, as one does on the site's page, so that the case shows
// what the map says of it. Where there is no room for one the application stays as typed.
func (w *worker) place(ctx context.Context, s story, draft string) error {
	if !w.onMap(s) {
		return nil
	}
	ref, err := w.refOf(s)
	if err != nil {
		return err
	}
	request, err := w.Building.Suggest(ctx, ref)
	if err != nil {
		return fmt.Errorf("place on the map: %w", err)
	}
	if _, err = w.Building.Fill(ctx, draft, request); err != nil {
		return fmt.Errorf("fill in from the map: %w", err)
	}
	return nil
}

// refOf is the property where the applicant of a story lives.
func (w *worker) refOf(s story) (property.Ref, error) {
	ground, house := w.demo.population.plotOf(s.applicant)
	ref, is := property.ParseRef(ground.Number())
	if !house || !is {
		return ref, fmt.Errorf("story %d builds on no property", s.turn)
	}
	return ref, nil
}

// notices are what neighbours are told of a garage that is not applied for yet.
func (w *worker) notices() []event {
	if w.Layers == nil || w.Neighbours == nil {
		return nil
	}
	tales := len(buildingTales())
	found := w.demo.population.builders(w.builders(), tales+1)
	if len(found) <= tales {
		return nil // they all apply
	}
	s := story{applicant: found[tales][0], child: found[tales][1], turn: tales, trade: buildings()}
	return []event{
		{story: s, days: notifiedDays, minute: 95, alone: w.notify},
		{story: s, days: repliedDays, minute: 210, alone: w.reply},
	}
}

// notify has the municipality notify the neighbours of a garage.
func (w *worker) notify(ctx context.Context, s story) error {
	if _, err := w.know(ctx, s.applicant); err != nil {
		return err
	}
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	ref, err := w.refOf(s)
	if err != nil {
		return err
	}
	n, err := w.Neighbours.Begin(ctx, neighbours.Source{Property: ref.String()})
	if err != nil || n.State != neighbours.Draft {
		return err
	}
	name := i18n.T(ctx, "demo.file."+fieldSitePlan)
	stored, err := w.Blobs.Put(ctx, bytes.NewReader(drawing(name, 0)), blob.PutOptions{Name: name + ".pdf", Declared: blob.PDF, Generated: true})
	if err != nil {
		return err
	}
	n, err = w.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{
		Description: s.trade.say(ctx, "why", s), Contact: s.applicant.Phone, Files: []blob.Stored{stored},
	})
	if err != nil {
		return describe(err)
	}
	_, err = w.Neighbours.Send(ctx, n.ID, n.Version)
	return describe(err)
}

// reply lets two of the neighbours answer: one has no remarks, the other has.
func (w *worker) reply(ctx context.Context, s story) error {
	mine, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	own, err := w.Neighbours.Mine(mine)
	if err != nil || len(own.Sent) == 0 {
		return err
	}
	staff, err := w.asStaff(ctx, s.trade.worker)
	if err != nil {
		return err
	}
	v, err := w.Neighbours.View(staff, own.Sent[0].ID)
	if err != nil {
		return err
	}
	answers := []neighbours.Answer{neighbours.NoRemarks, neighbours.Remarks}
	for _, l := range slices.DeleteFunc(v.Lines, func(l neighbours.Line) bool { return l.Way != neighbours.ByTorg || l.PersonID == "" }) {
		if len(answers) == 0 {
			break
		}
		actor := identity.Actor{Kind: identity.Resident, PersonID: l.PersonID, ACR: identity.ACRSubstantial}
		said := neighbours.Reply{Answer: answers[0], Key: "demo"}
		if said.Answer == neighbours.Remarks {
			said.Text = s.trade.say(ctx, "remark", s)
		}
		if _, err := w.Neighbours.Answer(w.as(ctx, actor, w.town.Lang()), neighbours.Key{ID: l.ID}, said); err != nil {
			return describe(err)
		}
		answers = answers[1:]
	}
	return nil
}
