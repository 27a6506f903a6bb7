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
	Client      string // the client whom the person belongs to, and whose list it stands first in; "" for none
	Hint        string // what a client calls the person in login_hint; "" for none
	// WithoutNumber leaves pid out of the tokens, as for an eID from abroad.
	WithoutNumber bool
}

// rank orders the list of a client: its own featured people stand first.
func (p Person) rank(c Client) int {
	switch {
	case p.Featured && p.Client == c.ID:
		return 2
	case p.Featured:
		return 1
	}
	return 0
}

// People are those one may log in as.
type People interface {
	// List returns those whose name contains the query, featured ones first.
	List(query string, limit int) []Person
	ByPID(number pid.PID) (Person, bool)
	// ByHint returns the person whom a client means by a hint.
	ByHint(hint string) (Person, bool)
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

// ByHint implements People.
func (d Directory) ByHint(hint string) (Person, bool) {
	for _, p := range d {
		if hint != "" && p.Hint == hint {
			return p, true
		}
	}
	return Person{}, false
}
