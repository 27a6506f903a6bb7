package demo

import (
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Town describes a municipality of the demonstration. Its number and postal
// codes are of series that are not in use.
type Town struct {
	Number string
	Slug   string
	Name   i18n.Text
	Form   tenant.Form
	Color  string
	places []place
	mail   string // domain of e-mail addresses, below .test (RFC 2606 section 2)
	cast   []role
	// departments in the order of departmentKeys, in the town's language form.
	departments []string
	units       []unit
}

// Host is the address of the municipality's pages, which every machine resolves
// to itself (RFC 6761 section 6.3).
func (t Town) Host() string { return t.Slug + ".localhost" }

// Lang is the language the town's people speak.
func (t Town) Lang() i18n.Lang {
	if t.Form == tenant.Nynorsk {
		return i18n.NN
	}
	return i18n.NB
}

// place is a village with its streets.
type place struct {
	code, name string
	streets    []string
}

// role is a featured person: the part, and the name.
type role struct {
	part Part
	name identity.Name
}

// Towns returns the two municipalities, always in this order.
func Towns() []Town { return []Town{torgoy(), fjordbygda()} }

func torgoy() Town {
	return Town{
		Number: "9901", Slug: "torgoy", Name: i18n.Same("Torgøy"), Form: tenant.Bokmaal, Color: "#0b5c8a", mail: "torgoy.test",
		departments: []string{"Barnehage og skole", "Helse og omsorg", "Plan og bygg", "Kultur"},
		places: []place{
			{"9961", "Torgøy", []string{"Torggata", "Kaiveien", "Fyrlia", "Måkeveien", "Naustbakken", "Skolegata", "Tareveien", "Kirkebakken", "Losveien", "Strandpromenaden"}},
			{"9962", "Ytre Torgøy", []string{"Skjærgårdsveien", "Havblikk", "Ternestien", "Båtsmannsveien", "Lyngveien", "Garnbakken"}},
		},
		cast: []role{
			{Mother, identity.Name{Given: "Kari", Family: "Nordmann"}},
			{CoParent, identity.Name{Given: "Espen", Family: "Nordmann"}},
			{Apart, identity.Name{Given: "Marte", Family: "Lien"}},
			{AppointedGuardian, identity.Name{Given: "Bjørg", Family: "Hanssen"}},
			{Hidden, identity.Name{Given: "Sofie", Family: "Dahle"}},
			{CaseWorker, identity.Name{Given: "Ola", Family: "Strandvik"}},
			{Head, identity.Name{Given: "Ingrid", Family: "Solbakken"}},
			{Administrator, identity.Name{Given: "Anita", Family: "Krogh"}},
			{Auditor, identity.Name{Given: "Vidar", Family: "Holmen"}},
			{Colleague, identity.Name{Given: "Maja", Family: "Brekke"}},
			{CareWorker, identity.Name{Given: "Samira", Family: "Hassan"}},
			{CareColleague, identity.Name{Given: "Tor", Family: "Lund"}},
			{CareHead, identity.Name{Given: "Kristin", Family: "Aune"}},
			{Planner, identity.Name{Given: "Piotr", Family: "Nowak"}},
			{PlanColleague, identity.Name{Given: "Hilde", Family: "Myrvold"}},
			{PlanHead, identity.Name{Given: "Geir", Family: "Tangen"}},
		},
		units: torgoyUnits(),
	}
}

func fjordbygda() Town {
	return Town{
		Number: "9902", Slug: "fjordbygda", Name: i18n.Same("Fjordbygda"), Form: tenant.Nynorsk, Color: "#1f6b3a", mail: "fjordbygda.test",
		departments: []string{"Barnehage og skule", "Helse og omsorg", "Plan og bygg", "Kultur"},
		places: []place{
			{"9923", "Fjordbygda", []string{"Fjordgata", "Kyrkjevegen", "Skulevegen", "Elvebakken", "Nausttunet", "Sagvegen", "Bøvegen", "Ferjekaien", "Prestehagen", "Møllevegen"}},
			{"9924", "Inste Fjorden", []string{"Dalsvegen", "Stølsvegen", "Fossebakken", "Eplehagen", "Liavegen", "Utsikten"}},
		},
		cast: []role{
			{Mother, identity.Name{Given: "Gunnhild", Family: "Tveitane"}},
			{CoParent, identity.Name{Given: "Sjur", Family: "Tveitane"}},
			{Apart, identity.Name{Given: "Håvard", Family: "Neset"}},
			{AppointedGuardian, identity.Name{Given: "Magnhild", Family: "Grov"}},
			{Hidden, identity.Name{Given: "Ragna", Family: "Eidem"}},
			{CaseWorker, identity.Name{Given: "Olav", Family: "Sandnes"}},
			{Head, identity.Name{Given: "Ingebjørg", Family: "Fosse"}},
			{Administrator, identity.Name{Given: "Torleiv", Family: "Aasen"}},
			{Auditor, identity.Name{Given: "Solveig", Family: "Myklebust"}},
			{Colleague, identity.Name{Given: "Turid", Family: "Hauge"}},
			{CareWorker, identity.Name{Given: "Åse", Family: "Vangsnes"}},
			{CareColleague, identity.Name{Given: "Dawit", Family: "Tesfay"}},
			{CareHead, identity.Name{Given: "Jorunn", Family: "Stølen"}},
			{Planner, identity.Name{Given: "Eirik", Family: "Fardal"}},
			{PlanColleague, identity.Name{Given: "Liv", Family: "Haukås"}},
			{PlanHead, identity.Name{Given: "Nils", Family: "Bøe"}},
		},
		units: fjordbygdaUnits(),
	}
}

// unit is a kindergarten to be made. Its telephone number is of the empty series
// that phone uses.
type unit struct {
	name, address, phone string
	private              bool
	capacity             int64
}

func torgoyUnits() []unit {
	return []unit{
		{"Fyrlykta barnehage", "Fyrlia 2, 9961 Torgøy", "84 00 10 01", false, 64},
		{"Måkereiret barnehage", "Måkeveien 14, 9961 Torgøy", "84 00 10 02", false, 48},
		{"Sjøstjerna barnehage", "Kaiveien 31, 9961 Torgøy", "84 00 10 03", false, 72},
		{"Skolebakken barnehage", "Skolegata 5, 9961 Torgøy", "84 00 10 04", false, 54},
		{"Tangloppa naturbarnehage", "Tareveien 22, 9961 Torgøy", "84 00 10 05", true, 32},
		{"Lyngheia barnehage", "Lyngveien 8, 9962 Ytre Torgøy", "84 00 10 06", false, 36},
		{"Havblikk familiebarnehage", "Havblikk 3, 9962 Ytre Torgøy", "84 00 10 07", true, 10},
		{"Ternungen barnehage", "Ternestien 1, 9962 Ytre Torgøy", "84 00 10 08", true, 28},
	}
}

func fjordbygdaUnits() []unit {
	return []unit{
		{"Fjordsyn barnehage", "Fjordgata 18, 9923 Fjordbygda", "84 00 20 01", false, 60},
		{"Elvetunet barnehage", "Elvebakken 4, 9923 Fjordbygda", "84 00 20 02", false, 45},
		{"Kyrkjetunet barnehage", "Kyrkjevegen 9, 9923 Fjordbygda", "84 00 20 03", false, 54},
		{"Sagbruket barnehage", "Sagvegen 27, 9923 Fjordbygda", "84 00 20 04", true, 40},
		{"Møllehjulet barnehage", "Møllevegen 6, 9923 Fjordbygda", "84 00 20 05", false, 36},
		{"Eplehagen barnehage", "Eplehagen 11, 9924 Inste Fjorden", "84 00 20 06", false, 32},
		{"Stølen friluftsbarnehage", "Stølsvegen 40, 9924 Inste Fjorden", "84 00 20 07", true, 24},
		{"Fossekallen familiebarnehage", "Fossebakken 2, 9924 Inste Fjorden", "84 00 20 08", true, 8},
	}
}
