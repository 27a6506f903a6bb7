package land

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed data/*.toml
var data embed.FS

// Town is what the land of a municipality is drawn from.
type Town struct {
	Number, Slug, Name string
	// Nynorsk is the town's language form; bokmål when it is false.
	Nynorsk bool
	// East and North are the south-west corner of the frame, in metres.
	East, North float64
	// Fjord draws a fjord between mountains, otherwise islands in the sea.
	Fjord  bool
	Places []Place
	Units  []Unit
	// Stems and Endings make the names of further streets.
	Stems, Endings []string
	Farms          []string
	Islands        []string
	Companies      []string
	// MainRoad is the name of the road between the places.
	MainRoad string
	Lines    []string // names of bus lines
	Trails   []string
}

// Place is a village: where its middle lies on the sheet, how many squares of
// the net are built up, and the names of its streets.
type Place struct {
	Code, Name string
	U, V       float64
	Squares    int
	Streets    []string
}

// Unit is something everybody knows: a school, a church, a quay.
type Unit struct {
	Name string
	Kind Use
	// Street and Number are its address; without a street it lies by the water.
	Street string
	Number int
	// Area is how large its ground must be, in square metres.
	Area float64
}

// Slugs are the towns that there is data for.
func Slugs() []string { return []string{"torgoy", "fjordbygda"} }

// TownOf reads the data of a town of the demonstration.
func TownOf(slug string) (Town, error) {
	var t Town
	if err := read(slug+".toml", &t); err != nil {
		return Town{}, err
	}
	return t, nil
}

func read(name string, into any) error {
	text, err := fs.ReadFile(data, "data/"+name)
	if err != nil {
		return fmt.Errorf("land: read %s: %w", name, err)
	}
	meta, err := toml.Decode(string(text), into)
	if err != nil {
		return fmt.Errorf("land: parse %s: %w", name, err)
	}
	if left := meta.Undecoded(); len(left) > 0 {
		return fmt.Errorf("land: %s: nobody reads %v", name, left[0])
	}
	return nil
}

// names hands out the names of streets, each once.
type names struct {
	town  Town
	used  map[string]bool
	turns int
}

// next makes a name that has not been used.
func (n *names) next() string {
	for {
		stem := n.town.Stems[n.turns%len(n.town.Stems)]
		ending := n.town.Endings[(n.turns/len(n.town.Stems)+n.turns)%len(n.town.Endings)]
		n.turns++
		if name := stem + ending; !n.used[strings.ToLower(name)] {
			n.used[strings.ToLower(name)] = true
			return name
		}
		if n.turns > len(n.town.Stems)*len(n.town.Endings)*2 {
			n.used[strings.ToLower(stem)] = true
			return fmt.Sprintf("%s%s %d", stem, ending, n.turns) // more streets than names: numbered
		}
	}
}
