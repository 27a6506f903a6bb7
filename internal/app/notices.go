package app

import (
	"context"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/retention"
)

// wireNeighbours lets neighbour notices follow building cases.
func (a *App) wireNeighbours(kinds *cases.Kinds) {
	a.Neighbours = neighbours.NewService(neighbours.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Identity: a.Identity, Keys: a.Keys, Cases: a.Cases, Applications: a.Applications, Forms: a.Forms,
		Blobs: a.Blobs, Notify: a.Notify, Bundle: a.Bundle, SiteURL: a.SiteURL, Around: surroundings{a.DB, a.Property}, Form: building.FormKey, Setting: building.SettingDepartment,
	})
	a.Neighbours.Remarked = a.remarked
	a.Building.Consents = a.Neighbours.ConsentsIn
	kinds.Accompany(a.Neighbours.Companion())
	a.Neighbours.Jobs(a.Registry)
}

// surroundings tells neighbour notices what lies around a property and who owns it.
type surroundings struct {
	db         *store.DB
	properties *property.Service
}

// Around implements neighbours.Surroundings.
func (s surroundings) Around(ctx context.Context, text string) (own neighbours.Place, around []neighbours.Place, err error) {
	ref, ok := property.ParseRef(text)
	if !ok {
		return own, nil, errs.NotFound("errs.not_found")
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		around = nil
		p, err := s.properties.ByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		if own, err = s.placeOf(ctx, tx, p); err != nil {
			return err
		}
		list, err := s.properties.Neighbours(ctx, tx, p)
		if err != nil {
			return err
		}
		for _, n := range list {
			place, err := s.placeOf(ctx, tx, n.Property)
			if err != nil {
				return err
			}
			place.Opposite = n.Opposite
			around = append(around, place)
		}
		return nil
	})
	return own, around, err
}

// placeOf is a property with the flats in it that are sections.
func (s surroundings) placeOf(ctx context.Context, tx *store.Tx, p property.Property) (place neighbours.Place, err error) {
	place = neighbours.Place{Ref: p.Ref.String(), Address: p.Address}
	sections, err := s.properties.SectionsOf(ctx, tx, p)
	for _, section := range sections {
		place.Sections = append(place.Sections, section.String())
	}
	return place, err
}

// Owners implements neighbours.Surroundings. Torg itself asks, since the developer
// is not shown what the register tells; each owner sees on whose behalf it was.
func (s surroundings) Owners(ctx context.Context, numbers []string) (map[string][]neighbours.Owner, error) {
	refs := make([]property.Ref, 0, len(numbers))
	for _, number := range numbers {
		if ref, ok := property.ParseRef(number); ok {
			refs = append(refs, ref)
		}
	}
	told, err := s.properties.OwnersOnBehalf(ctx, "neighbours", refs)
	if err != nil {
		return nil, err
	}
	owners := make(map[string][]neighbours.Owner, len(told))
	for ref, list := range told {
		for _, o := range list {
			owners[ref.String()] = append(owners[ref.String()], neighbours.Owner{
				Person: o.PersonID, Number: o.Number, Organisation: o.Organisation, Name: o.Name, Lines: o.Address, Protected: o.Protected, Deceased: o.Deceased,
			})
		}
	}
	return owners, nil
}

// noticeCopies are what a person's copy holds of neighbour notices.
type noticeCopies struct{ app *App }

// noticesAtOnce is how many of them a page of the copy holds.
const noticesAtOnce = 50

// Name implements retention.Source.
func (noticeCopies) Name() string { return "notices" }

// Export implements retention.Source. Notices are for oneself, and for whoever may
// read all that is one's own.
func (s noticeCopies) Export(ctx context.Context, tx *store.Tx, of retention.Whose, after string) (retention.Page, error) {
	if !of.Whole() {
		return retention.Page{Empty: true}, nil
	}
	list, err := s.app.Neighbours.CopyOf(ctx, tx, of.Person, after, noticesAtOnce)
	if err != nil || len(list) == 0 {
		return retention.Page{Empty: true}, err
	}
	page := retention.Page{Data: list}
	for i := range list {
		list[i].Role = i18n.T(ctx, "neighbours.copy."+list[i].Role)
		if list[i].Answer != "" {
			list[i].Answer = i18n.T(ctx, "neighbours.answer."+list[i].Answer)
		}
		for _, d := range list[i].Documents {
			page.Documents = append(page.Documents, retention.Enclosed{Folder: i18n.T(ctx, "retention.source.notices"), Document: d})
		}
	}
	if len(list) == noticesAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// noticeRunning holds a building case as long as a neighbour can still answer.
func (a *App) noticeRunning(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	return a.Neighbours.Running(ctx, tx, c.ID, clock.DateIn(tx.Now.Time))
}

// renewDraft brings an application up to date as it is sent.
func (a *App) renewDraft(ctx context.Context, tx *store.Tx, o applications.Opened) (map[string]any, error) {
	if err := a.Neighbours.Renew(ctx, tx, o); err != nil {
		return nil, err
	}
	return a.Building.Renew(ctx, tx, o)
}
