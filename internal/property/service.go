package property

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Name is the module's.
const Name = "property"

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// PermOwners lets one see who owns a property; the policy stands in
// policies/property.cedar.
const PermOwners access.Permission = "property.owners"

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{Module: Name, Policies: policies, Permissions: []access.PermissionInfo{access.Describe(Name, PermOwners)}}
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Access   *access.Access
	Layers   *layers.Service
	Identity *identity.Service
	// Register tells who owns what; nil is none, which pages say.
	Register Register
	// Department is the id of the department that handles building cases, "" when
	// none does: its people may see owners.
	Department func(ctx context.Context) string
	// NamesBytes is how much memory the names of all municipalities may take, for
	// finding them; 96 MB when 0.
	NamesBytes int64
	// Around shows the public building cases in a box of the home system; nil when
	// there is nothing to show. It may be nil itself.
	Around func(ctx context.Context, tx *store.Tx, box orb.Bound) (templ.Component, error)
}

// Service tells what is known of properties.
type Service struct {
	Deps

	names *index.Cache[*gazetteer]
}

// NewService returns the service.
func NewService(d Deps) *Service {
	if d.NamesBytes == 0 {
		d.NamesBytes = namesBytes
	}
	s := &Service{Deps: d}
	s.names = s.newNames()
	return s
}

// Sweep gives back the memory of names that nobody has asked for lately.
func (s *Service) Sweep() { s.names.Sweep() }

// ByRef returns the property with a number; that of a section is its ground's.
// Otherwise it is errs.NotFound.
func (s *Service) ByRef(ctx context.Context, tx *store.Tx, ref Ref) (Property, error) {
	r := s.reader(ctx, tx)
	g, err := s.gazetteer(ctx, r)
	if err != nil {
		return Property{}, err
	}
	if g.large {
		return r.propertyByNumber(ctx, ref.Ground())
	}
	k, known := g.refs[ref.Ground()]
	if !known {
		return Property{}, unknown(ref)
	}
	return r.propertyByID(ctx, g.entries[k].id)
}

// propertyByNumber looks for a property in the store, where there are too many to know
// them by heart.
func (r *reader) propertyByNumber(ctx context.Context, ref Ref) (Property, error) {
	where, err := cql2.Parse(fmt.Sprintf("gnr = %d AND bnr = %d AND fnr = %d", ref.Gnr, ref.Bnr, ref.Fnr), cql2.Options{})
	if err != nil {
		return Property{}, fmt.Errorf("property: number: %w", err)
	}
	q := layers.Query{Layer: layerProperties, System: r.home, Where: where, Limit: 1}
	for {
		page, err := r.s.Layers.FindIn(ctx, r.tx, q)
		switch {
		case err != nil:
			return Property{}, err
		case len(page.Features) > 0:
			return r.property(page.Features[0]), nil
		case page.Next == "":
			return Property{}, unknown(ref)
		}
		q.After = page.Next
	}
}

// At returns the property at a point of the home system; false where there is none,
// or where the municipality has no properties in the map. Leased ground (festegrunn)
// goes before the ground it is part of.
func (s *Service) At(ctx context.Context, tx *store.Tx, p orb.Point) (Property, bool, error) {
	return s.reader(ctx, tx).propertyAt(ctx, p)
}

func (r *reader) propertyAt(ctx context.Context, p orb.Point) (Property, bool, error) {
	found, err := r.near(ctx, layerProperties, p, 0)
	if err != nil || len(found) == 0 {
		return Property{}, false, err
	}
	best := r.property(found[0])
	for _, f := range found[1:] {
		if o := r.property(f); o.Ref.Fnr != 0 && best.Ref.Fnr == 0 || (o.Ref.Fnr != 0) == (best.Ref.Fnr != 0) && o.Ref.Less(best.Ref) {
			best = o
		}
	}
	return best, true, nil
}

// FactsOf returns all that the layers say of a property.
func (s *Service) FactsOf(ctx context.Context, tx *store.Tx, p Property) (f Facts, err error) {
	r := s.reader(ctx, tx)
	f.Property = p
	for _, step := range []func(context.Context, *Facts) error{r.buildings, r.addressesAndSections, r.regulations, r.shore} {
		if err := step(ctx, &f); err != nil {
			return f, err
		}
	}
	f.Missing, f.More = r.missing, r.more
	return f, nil
}

// buildings are those that stand on the property, whoever's they are: a garage across
// the boundary counts on both sides.
func (r *reader) buildings(ctx context.Context, f *Facts) error {
	found, err := r.near(ctx, layerBuildings, f.Property.Ground, 0)
	if err != nil {
		return err
	}
	for _, b := range found {
		if shares(f.Property.Ground, b.Area()) {
			f.Buildings = append(f.Buildings, building(b))
		}
	}
	sortBuildings(f.Buildings)
	return nil
}

func (r *reader) addressesAndSections(ctx context.Context, f *Facts) error {
	for layer, take := range map[string]func(layers.Feature){
		layerAddresses: func(a layers.Feature) { f.Addresses = append(f.Addresses, address(a)) },
		layerSections:  func(a layers.Feature) { f.Sections = append(f.Sections, refFrom(a)) },
	} {
		found, err := r.near(ctx, layer, f.Property.Ground, 0)
		if err != nil {
			return err
		}
		for _, a := range found {
			if a.Text("property") == f.Property.ID {
				take(a)
			}
		}
	}
	sortAddresses(f.Addresses)
	sortRefs(f.Sections)
	return nil
}

// SectionsOf returns the numbers of all the flats of a property that are sections, however
// many they are: each has owners of its own.
func (s *Service) SectionsOf(ctx context.Context, tx *store.Tx, p Property) (list []Ref, err error) {
	r := s.reader(ctx, tx)
	if has, err := r.has(ctx, layerSections); err != nil || !has || len(p.Ground) == 0 {
		return nil, err
	}
	box := p.Ground.Bound().Pad(edge)
	q := layers.Query{Layer: layerSections, System: r.home, Box: &box, Limit: layers.MaxLimit, Bare: true}
	for {
		page, err := s.Layers.FindIn(ctx, tx, q)
		switch {
		case hidden(err):
			return nil, nil
		case err != nil:
			return nil, err
		}
		for _, f := range page.Features {
			if f.Text("property") == p.ID {
				list = append(list, refFrom(f))
			}
		}
		if q.After = page.Next; q.After == "" {
			sortRefs(list)
			return list, nil
		}
	}
}

// edge lets what stands on the boundary be within it, in metres.
const edge = 0.01

func (r *reader) regulations(ctx context.Context, f *Facts) (err error) {
	ground := f.Property.Ground
	if f.Zones, err = r.zonesIn(ctx, ground); err != nil {
		return err
	}
	if f.Cautions, err = r.cautionsIn(ctx, ground); err != nil {
		return err
	}
	f.Plans, err = r.plansOf(ctx, ground, f.Zones, f.Cautions)
	return err
}

// pipeMetres is how near a pipe concerns who builds: nothing may stand nearer than
// this without the municipality's consent (the usual standard conditions for water
// and sewer, to which each municipality may add).
const pipeMetres = 4

// Under is what lies where somebody wants to build.
type Under struct {
	Zones    []Zone // that go, zoning plans first
	Cautions []Caution
	Pipes    []Pipe // within four metres, nearest first
	// Missing are the layers that the municipality does not have, and More those of which
	// more lies there than was read: what either would have told, we cannot tell.
	Missing, More []string
}

// FactsUnder returns what lies where somebody wants to build, in metres of the home
// system. Where pipes lie is not public: the caller decides what to tell whom.
func (s *Service) FactsUnder(ctx context.Context, tx *store.Tx, area orb.MultiPolygon) (u Under, err error) {
	r := s.reader(ctx, tx)
	if u.Zones, err = r.zonesIn(ctx, area); err != nil {
		return u, err
	}
	if u.Cautions, err = r.cautionsIn(ctx, area); err != nil {
		return u, err
	}
	u.Cautions = eachOnce(u.Cautions)
	found, err := r.near(asTorg(ctx), layerPipes, area, pipeMetres)
	if err != nil {
		return u, err
	}
	for _, f := range found {
		for _, line := range linesOf(f.Geometry) {
			u.Pipes = append(u.Pipes, Pipe{ID: f.ID, Kind: f.Text("kind"), Diameter: int(f.Number("diameter")), Line: line, Distance: shape.Distance(line, area)})
		}
	}
	u.Missing, u.More = r.missing, r.more
	return u, nil
}

// eachOnce leaves out dangers of the map of hazards that a plan tells of too: who builds heeds
// each but once, wherever in the building it begins.
func eachOnce(list []Caution) []Caution {
	return slices.DeleteFunc(list, func(c Caution) bool {
		return c.Source == SourceHazard && slices.ContainsFunc(list, func(o Caution) bool { return o.Source == SourcePlan && o.Code == c.Code })
	})
}

func linesOf(g orb.Geometry) []orb.LineString {
	switch g := g.(type) {
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	default:
		return nil
	}
}
