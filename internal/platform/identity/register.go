package identity

import (
	"context"
	"errors"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// ErrUnknownPerson is what a Register returns for a number it does not know.
var ErrUnknownPerson = errors.New("identity: the population register does not know the number")

// Register is the population register (Folkeregisteret) as Torg asks it: one
// person at a time, always the state just now.
type Register interface {
	Person(ctx context.Context, number pid.PID) (RegisterPerson, error)
}

// RegisterPerson is what the population register knows of a person.
type RegisterPerson struct {
	Number pid.PID
	// Former are numbers the present one replaced, such as the D-number of
	// somebody who has settled.
	Former     []pid.PID
	Name       Name
	BirthDate  clock.Date
	DeceasedOn clock.Date // zero while alive
	Protection Protection
	Address    Address
	// Guardians are the parents and appointed guardians of this person.
	Guardians []RegisterGuardian
	// Children are those for whom this person is a parent or an appointed guardian.
	Children []pid.PID

	// own is the protection that was told of this person, before that of those she
	// lives with was added; "" when that is not known.
	own Protection
}

// RegisterGuardian is a child's tie to a grown-up, as it stands in the child's record.
type RegisterGuardian struct {
	Number pid.PID
	Kind   GuardianKind
	// Responsible says that a parent has parental responsibility
	// (foreldreansvar, barnelova § 30), or that an appointed guardian's mandate
	// covers the child's personal affairs.
	Responsible bool
	// LivesWith says that the child is registered at this person's address.
	LivesWith bool
}

// GuardianKind says what makes somebody a guardian.
type GuardianKind string

// The kinds of guardians.
const (
	Parent            GuardianKind = "parent"   // forelder
	AppointedGuardian GuardianKind = "guardian" // verge, vergemålsloven § 16
)

// Protection is the grade of protection of an address
// (adressebeskyttelse, folkeregisterforskriften § 10-4).
type Protection string

// The grades, mildest first.
const (
	Unprotected          Protection = "none"
	Confidential         Protection = "fortrolig"         // formerly "kode 7"
	StrictlyConfidential Protection = "strengt_fortrolig" // formerly "kode 6"
)

// Protected reports whether the address is hidden. A grade that this version
// does not know hides too.
func (p Protection) Protected() bool { return p != Unprotected && p != "" }

// stricter returns the stricter of two grades.
func (p Protection) stricter(other Protection) Protection {
	if p.rank() >= other.rank() {
		return p
	}
	return other
}

func (p Protection) rank() int {
	switch p {
	case Unprotected, "":
		return 0
	case Confidential:
		return 1
	case StrictlyConfidential:
		return 3
	}
	return 2
}

// Name is a person's name as the register writes it.
type Name struct{ Given, Middle, Family string }

// Full returns the whole name, given name first.
func (n Name) Full() string {
	return strings.Join(strings.Fields(n.Given+" "+n.Middle+" "+n.Family), " ")
}

// Address is a postal address in Norway or abroad.
type Address struct {
	Lines        []string
	PostalCode   string
	PostalPlace  string
	Municipality string // municipality number, 4 digits; "" abroad
}

// IsZero reports whether there is no address.
func (a Address) IsZero() bool {
	return len(a.Lines) == 0 && a.PostalCode == "" && a.PostalPlace == "" && a.Municipality == ""
}
