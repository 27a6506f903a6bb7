package app

import (
	"io/fs"
	"slices"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/school"
)

// shippedService is a municipal service with forms of its own.
type shippedService struct {
	name        string
	definitions fs.FS
	setting     string // of the department that takes its cases
}

// shippedServices are those that a new municipality gets switched on.
func shippedServices() []shippedService {
	return []shippedService{
		{kindergarten.Name, kindergarten.Definitions(), kindergarten.SettingDepartment},
		{school.Name, school.Definitions(), school.SettingDepartment},
		{nursing.Name, nursing.Definitions(), nursing.SettingDepartment},
		{building.Name, building.Definitions(), building.SettingDepartment},
		{building.Name, conference.Definitions(), building.SettingDepartment},
	}
}

// shipped are their names.
func shipped() []string {
	var names []string
	for _, s := range shippedServices() {
		if !slices.Contains(names, s.name) { // two of them are one service with two forms
			names = append(names, s.name)
		}
	}
	return names
}

// shippedForms are the forms of this release, older versions too: somebody may
// have sent one.
func shippedForms() ([]*forms.Definition, error) {
	var all []*forms.Definition
	for _, s := range shippedServices() {
		list, err := forms.ParseAll(s.definitions)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// formSources are the lists that forms may ask to choose from.
func formSources() map[string]forms.Source {
	return map[string]forms.Source{"kindergartens": kindergarten.Choices, "schools": school.Choices, "nursing-homes": nursing.Choices}
}

// registerKinds registers the kinds of cases, in the order the front page shows
// their forms.
func registerKinds(kinds *cases.Kinds) {
	kinds.Register(kindergarten.Kind())
	for _, kind := range school.Kinds() {
		kinds.Register(kind)
	}
	kinds.Register(nursing.Kind())
	kinds.Register(building.Kind())
	kinds.Register(conference.Kind())
}
