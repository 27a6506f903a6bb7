package app

import (
	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/kindergarten"
)

// wireAppeals lets appeals follow every case. They are decided by the county
// governor, but for those on places in kindergarten, which the municipality's own
// board decides unless it has named another.
func (a *App) wireAppeals(kinds *cases.Kinds) (err error) {
	a.Appeals, err = appeals.NewService(appeals.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Identity: a.Identity, Keys: a.Keys, Cases: a.Cases, Deadlines: a.Deadlines, Forms: a.Forms,
		Blobs: a.Blobs, Notify: a.Notify, Bundle: a.Bundle, SiteURL: a.SiteURL, UsualBodies: map[string]string{kindergarten.Name: appeals.Board},
	})
	if err != nil {
		return err
	}
	kinds.Accompany(a.Appeals.Companion())
	a.Appeals.Jobs(a.Registry)
	return nil
}
