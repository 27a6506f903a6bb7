package identity

import (
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// adultAge is when somebody comes of age (myndighetsalder, vergemålsloven § 8).
const adultAge = 18

// Person is somebody whom the municipality knows. Everything but the contact
// details comes from the population register.
type Person struct {
	ID string
	// Organisation is the number of an organisation; "" for people.
	Organisation pid.Org
	Name         Name
	BirthDate    clock.Date // zero when the register has not told
	DeceasedOn   clock.Date // zero while alive
	Protection   Protection
	// Email and Phone are the person's own, never to be shown to another
	// guardian; "" when not known.
	Email, Phone string
	Lang         i18n.Lang // "" when not chosen
	// RegisterUpdatedAt is when the register was last asked; zero when it never answered.
	RegisterUpdatedAt time.Time
	CreatedAt         time.Time
	Version           int64

	address Address
	// own is what the register says of the person apart from those she lives with;
	// "" when that is not known.
	own Protection
}

// VisibleAddress returns the address if the viewer may see it. A protected
// address is shown to nobody, not even to the person: whoever looks over the
// shoulder, and the other guardian with the child's password, must not find it.
func (p Person) VisibleAddress(viewer Actor) (Address, bool) {
	if p.Protection.Protected() || p.address.IsZero() {
		return Address{}, false
	}
	if viewer.Kind == Anonymous || viewer.Kind == "" {
		return Address{}, false
	}
	return p.address, true
}

// IsOrganisation reports whether the row is an organisation's and no person's.
func (p Person) IsOrganisation() bool { return p.Organisation != "" }

// Deceased reports whether the register says that the person is dead.
func (p Person) Deceased() bool { return !p.DeceasedOn.IsZero() }

// MinorOn reports whether the person is under 18 on a day; false when the birth
// date is unknown.
func (p Person) MinorOn(day clock.Date) bool {
	return !p.BirthDate.IsZero() && p.BirthDate.YearsAt(day) < adultAge
}

// LogValue implements slog.LogValuer: logs hold no personal data.
func (p Person) LogValue() slog.Value { return slog.GroupValue(slog.String("id", p.ID)) }
