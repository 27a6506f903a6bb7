package demo

import (
	"context"
	"io/fs"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/school"
	"github.com/torg-no/torg/internal/units"
)

// definitions are the forms of the services that the towns offer.
func definitions() ([]*forms.Definition, error) {
	var all []*forms.Definition
	for _, files := range []fs.FS{kindergarten.Definitions(), school.Definitions(), nursing.Definitions(), building.Definitions(), conference.Definitions()} {
		list, err := forms.ParseAll(files)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// settingsOf are what the town's n-th department takes care of.
func (w *worker) settingsOf(n int, department string) map[string]string {
	switch n {
	case 0:
		return map[string]string{
			kindergarten.SettingDepartment: department, school.SettingDepartment: department, web.SettingContact: w.town.contact(),
		}
	case 1:
		return map[string]string{nursing.SettingDepartment: department}
	case 2:
		return map[string]string{building.SettingDepartment: department}
	}
	return nil
}

// arrangeMore makes the town's schools and nursing homes.
func (w *worker) arrangeMore(ctx context.Context, tx *store.Tx) error {
	for _, u := range w.town.schools() {
		if _, err := school.Save(ctx, tx, u); err != nil {
			return err
		}
	}
	for _, u := range w.town.homes() {
		if _, err := nursing.Save(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

// at is an address in the town's n-th place. Telephone numbers are of the empty
// series that phone uses.
func (t Town) at(n int, street string) string {
	return street + ", " + t.places[n].code + " " + t.places[n].name
}

func (t Town) schools() []units.Unit {
	if t.Form == tenant.Nynorsk {
		return []units.Unit{
			{Name: "Fjordbygda barneskule", Address: t.at(0, "Skulevegen 2"), Phone: "84 00 21 01", Hours: "1.–7. trinn", Capacity: 12},
			{Name: "Fjordbygda ungdomsskule", Address: t.at(0, "Skulevegen 4"), Phone: "84 00 21 02", Hours: "8.–10. trinn", Capacity: 8},
			{Name: "Inste Fjorden oppvekstsenter", Address: t.at(1, "Dalsvegen 6"), Phone: "84 00 21 03", Hours: "1.–10. trinn", Capacity: 10},
		}
	}
	return []units.Unit{
		{Name: "Torgøy barneskole", Address: t.at(0, "Skolegata 1"), Phone: "84 00 11 01", Hours: "1.–7. trinn", Capacity: 15},
		{Name: "Torgøy ungdomsskole", Address: t.at(0, "Skolegata 3"), Phone: "84 00 11 02", Hours: "8.–10. trinn", Capacity: 10},
		{Name: "Ytre Torgøy skole", Address: t.at(1, "Lyngveien 2"), Phone: "84 00 11 03", Hours: "1.–10. trinn", Capacity: 20},
	}
}

func (t Town) homes() []units.Unit {
	if t.Form == tenant.Nynorsk {
		return []units.Unit{
			{Name: "Fjordbygda bu- og behandlingssenter", Address: t.at(0, "Prestehagen 1"), Phone: "84 00 22 01", Hours: "10.00–20.00", Capacity: 36},
			{Name: "Fjordgløtt sjukeheim", Address: t.at(1, "Utsikten 5"), Phone: "84 00 22 02", Hours: "10.00–20.00", Capacity: 18},
		}
	}
	return []units.Unit{
		{Name: "Torgøy sykehjem", Address: t.at(0, "Kirkebakken 7"), Phone: "84 00 12 01", Hours: "10.00–20.00", Capacity: 48},
		{Name: "Havblikk bo- og omsorgssenter", Address: t.at(1, "Havblikk 20"), Phone: "84 00 12 02", Hours: "10.00–20.00", Capacity: 24},
	}
}
