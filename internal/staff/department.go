package staff

import (
	"strings"

	"github.com/torg-no/torg/internal/platform/tenant"
)

// Unit is a department in its place in the tree.
type Unit struct {
	tenant.Department
	Depth int
	Path  string // "Oppvekst › Barnehage", which tells it apart in a list of choices
}

// tree puts each department after the one it lies under. Those whose parent is
// gone stand at the top, so that nothing is ever hidden.
func tree(list []tenant.Department) []Unit {
	known := map[string]bool{}
	for _, d := range list {
		known[d.ID] = true
	}
	below := map[string][]tenant.Department{}
	for _, d := range list {
		parent := d.ParentID
		if !known[parent] {
			parent = ""
		}
		below[parent] = append(below[parent], d)
	}
	w := walker{below: below, seen: map[string]bool{}}
	w.walk("", Unit{Depth: -1})
	for _, d := range list { // departments in a circle have no top
		if !w.seen[d.ID] {
			w.visit(d, Unit{Depth: -1})
		}
	}
	return w.units
}

type walker struct {
	below map[string][]tenant.Department
	seen  map[string]bool
	units []Unit
}

func (w *walker) walk(parent string, above Unit) {
	for _, d := range w.below[parent] {
		if !w.seen[d.ID] {
			w.visit(d, above)
		}
	}
}

func (w *walker) visit(d tenant.Department, above Unit) {
	w.seen[d.ID] = true
	u := Unit{Department: d, Depth: above.Depth + 1, Path: strings.TrimPrefix(above.Path+" › "+d.Name, " › ")}
	w.units = append(w.units, u)
	w.walk(d.ID, u)
}

// living are the departments that can get new roles and departments below them.
func living(units []Unit) []Unit {
	var list []Unit
	for _, u := range units {
		if !u.Ended {
			list = append(list, u)
		}
	}
	return list
}

// byID finds a department.
func byID(list []tenant.Department, id string) (tenant.Department, bool) {
	for _, d := range list {
		if d.ID == id {
			return d, true
		}
	}
	return tenant.Department{}, false
}

// isBelow reports whether a department lies under another, however far down.
func isBelow(list []tenant.Department, id, top string) bool {
	for range list {
		d, ok := byID(list, id)
		if !ok || d.ParentID == "" {
			return false
		}
		if d.ParentID == top {
			return true
		}
		id = d.ParentID
	}
	return false
}
