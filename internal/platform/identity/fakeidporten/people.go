package fakeidporten

import (
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// Person is somebody one may log in as.
type Person struct {
	PID         pid.PID
	Name        string
	Description string // who it is in the demonstration; as it is to be read
	Featured    bool   // stands first
	// WithoutNumber leaves pid out of the tokens, as for an eID from abroad.
	WithoutNumber bool
}

// People are those one may log in as.
type People interface {
	// List returns those whose name contains the query, featured ones first.
	List(query string, limit int) []Person
	ByPID(number pid.PID) (Person, bool)
}

// Directory is a fixed list of People.
type Directory []Person

// List implements People.
func (d Directory) List(query string, limit int) []Person {
	query = strings.ToLower(strings.Join(strings.Fields(query), " "))
	var found []Person
	for _, p := range d {
		if strings.Contains(strings.ToLower(p.Name), query) {
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b Person) int {
		switch {
		case a.Featured == b.Featured:
			return strings.Compare(a.Name, b.Name)
		case a.Featured:
			return -1
		default:
			return 1
		}
	})
	return found[:min(len(found), max(limit, 0))]
}

// ByPID implements People.
func (d Directory) ByPID(number pid.PID) (Person, bool) {
	for _, p := range d {
		if p.PID == number {
			return p, true
		}
	}
	return Person{}, false
}
