package property

import (
	"context"
	"fmt"
	"io"
	"log/slog"
)

// Owner has a share in a property (hjemmelshaver).
type Owner struct {
	// Number is the national number of a person. It is for registers and letters,
	// and is never shown, logged or put in an address.
	Number string
	// Organisation is the organisation number, "" for a person.
	Organisation string
	Name         string
	Address      []string // the lines of a letter, none when it is protected or not known
	Share        string   // "1/2", "" for all of it
	// Protected says that the address is secret (kode 6 or 7, folkeregisterloven
	// § 10-4). It is then not told here, whatever the register told.
	Protected bool
	Deceased  bool
	// PersonID is the person's id in the municipality, "" for organisations and for
	// whom it does not know.
	PersonID string
}

// Format hides an owner from every verb of fmt: nobody's number stands in a log.
func (o Owner) Format(w fmt.State, _ rune) {
	_, _ = io.WriteString(w, "owner "+o.PersonID+o.Organisation) // fmt.State reports no failure worth handling
}

// LogValue implements slog.LogValuer: logs hold no personal data.
func (o Owner) LogValue() slog.Value { return slog.GroupValue(slog.String("person", o.PersonID)) }

// Register is the property register with the land register (matrikkelen and
// grunnboken): who owns what. An unknown property has no owners in the answer, and is
// no error. The municipality is its number of four digits.
type Register interface {
	Owners(ctx context.Context, municipality string, refs []Ref) (map[Ref][]Owner, error)
}
