package neighbours

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/ids"
)

// Place is a property as the map knows it.
type Place struct {
	Ref      string // its number: "12/34"
	Address  string
	Opposite bool     // across a road or narrow ground (gjenboer)
	Sections []string // numbers of the flats that are sections
}

// Owner is somebody who owns a property, as the register of properties tells it.
type Owner struct {
	Person       string // her id in the municipality, whichever number she stands with, "" when it is not known
	Number       string // national number, "" when there is none
	Organisation string // its number
	Name         string
	Lines        []string // postal address; none when it is protected
	Protected    bool
	Deceased     bool

	absent bool // the register has no owner
}

// Surroundings is what lies around a property and who owns it.
type Surroundings interface {
	// Around returns a property by its number, and those that adjoin it or lie opposite.
	Around(ctx context.Context, ref string) (own Place, around []Place, err error)
	// Owners returns who owns properties and sections, by their number. It asks a
	// register over the network.
	Owners(ctx context.Context, refs []string) (map[string][]Owner, error)
}

// mayNotify bounds how many one notice goes to.
const mayNotify = 300

// wanted are the properties and sections whose owners are asked for.
func wanted(around []Place) (refs []string) {
	for _, p := range around {
		refs = append(append(refs, p.Ref), p.Sections...)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// askedAtOnce is how many properties and sections the register is asked for at a time: a
// block of flats may have more.
const askedAtOnce = 500

// ownersAt asks the register who owns properties, however many they are.
func (s *Service) ownersAt(ctx context.Context, refs []string) (map[string][]Owner, error) {
	all := make(map[string][]Owner, len(refs))
	for some := range slices.Chunk(refs, askedAtOnce) {
		owners, err := s.Around.Owners(ctx, some)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, owners)
	}
	return all, nil
}

// ownersOf are those who are notified of a property: whoever owns the ground –
// which a housing association does itself – or else those who own the sections. Where the
// register has nobody, of the property or of a section of it, that is an owner, too: she must
// be notified by hand.
func ownersOf(p Place, owners map[string][]Owner) (list []Owner) {
	if list = owners[p.Ref]; len(list) > 0 {
		return list
	}
	absent := len(p.Sections) == 0
	for _, section := range p.Sections {
		list = append(list, owners[section]...)
		absent = absent || len(owners[section]) == 0
	}
	if absent {
		list = append(list, Owner{absent: true})
	}
	return list
}

// recipientsOf works out who is notified: each owner once, with all the properties
// she is notified of, the developer left out, whose keys are told. Those of adjoining
// ground come first. Of a property with an owner of whom the register tells nothing, or of
// which it has no owner, somebody nameless is notified, since the owner must be, and her
// consent is needed.
func recipientsOf(around []Place, owners map[string][]Owner, self ...string) []Recipient {
	var list []Recipient
	found := map[string]int{}
	for _, p := range around {
		for _, o := range ownersOf(p, owners) {
			key := o.key()
			if o.isOneOf(self) {
				continue
			}
			if key == "" {
				key = "nameless " + strconv.FormatBool(o.absent) + strconv.FormatBool(o.Protected) + " " + p.Ref
			}
			i, there := found[key]
			if !there {
				i = len(list)
				found[key] = i
				list = append(list, o.recipient())
			}
			r := &list[i]
			r.Opposite = r.Opposite && p.Opposite
			if !slices.Contains(r.Properties, p.Ref) {
				r.Properties = append(r.Properties, p.Ref)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Recipient) int {
		if a.Opposite != b.Opposite {
			if a.Opposite {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Properties[0], b.Properties[0])
	})
	for i := range list {
		list[i].ID = ids.New() // lists are read in the order of the ids
	}
	return list
}

// personKey knows a person again whichever number she stands with in the register: ground
// may stand under her former one.
func personKey(id string) string { return "person " + id }

// isOneOf reports whether an owner is one of those who have these keys: the number, or the
// person.
func (o Owner) isOneOf(keys []string) bool {
	return o.Organisation != "" && slices.Contains(keys, o.Organisation) ||
		o.Organisation == "" && (o.Number != "" && slices.Contains(keys, o.Number) || o.Person != "" && slices.Contains(keys, personKey(o.Person)))
}

// key knows an owner again among the owners of other properties; "" of whom nothing is
// told.
func (o Owner) key() string {
	switch name := strings.ToLower(strings.TrimSpace(o.Name)); {
	case o.Organisation != "":
		return o.Organisation
	case o.Person != "":
		return personKey(o.Person)
	case o.Number != "":
		return o.Number
	case name == "":
		return ""
	default:
		return "name " + name
	}
}

// recipient is the owner as one to be notified. Where she lives is kept only of
// those to whom the developer must send it herself, and of nobody's that is
// protected.
func (o Owner) recipient() Recipient {
	r := Recipient{Kind: Person, Way: ByTorg, Opposite: true, OwnerID: o.Person, About: About{Name: strings.TrimSpace(o.Name), Number: o.Number, Protected: o.Protected}}
	switch {
	case o.Organisation != "":
		r.Kind, r.OwnerID, r.About.Number = Organisation, "", o.Organisation
		r.About.Lines = slices.Clone(o.Lines) // an organisation's address is public
	case o.Deceased:
		r.Kind = Estate
	case o.absent:
		r.Kind = Ownerless
	case o.key() == "":
		r.Kind = Nameless
	case o.Number == "":
		r.Kind = Unknown
	}
	if r.Kind == Estate || r.Kind == Unknown || r.Kind.unknown() {
		r.Way, r.About.Number = ByHand, ""
		if !o.Protected {
			r.About.Lines = slices.Clone(o.Lines)
		}
	}
	return r
}

// byHand hands a recipient over to the developer.
func (r *Recipient) byHand(k Kind) {
	r.Way, r.Kind, r.PersonID, r.About.Number, r.About.Lines = ByHand, k, "", "", nil
}
