package building

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed forms/*.json
var definitions embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Definitions returns the package's forms.
func Definitions() fs.FS { return definitions }

// Name is the service's name, by which a municipality switches it on.
const Name = "building"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "building.department"

// Deps is what the service stands on.
type Deps struct {
	DB           *store.DB
	Forms        *forms.Service
	Cases        *cases.Service
	Applications *applications.Service
	Properties   *property.Service
	Layers       *layers.Service
	Blobs        *blob.Store
	// Consents are the numbers of the neighbouring properties whose owners all consent
	// to building near the boundary, by the application that is filled in or its case.
	// Nil: nobody's consent is known.
	Consents func(ctx context.Context, tx *store.Tx, draft, caseID string) ([]string, error)
	// Clocks are the statutory clocks of cases.
	Clocks Clocks
}

// Service puts buildings on the map and holds them against it.
type Service struct {
	Deps

	law check.Law
}

// NewService returns the service.
func NewService(d Deps) (*Service, error) {
	law, err := check.ReadLaw()
	return &Service{Deps: d, law: law}, err
}

// Placed is a building on the map and what was found.
type Placed struct {
	Request   Request
	Footprint orb.MultiPolygon
	Result    check.Result
	// Generations are the versions of the layers at the time.
	Generations map[string]int64

	plot  plot
	input check.Input
}

// whose is the application, or its case, that neighbours may have consented to.
type whose struct{ draft, caseID string }

// consentsOf asks which neighbours consent.
func (s *Service) consentsOf(ctx context.Context, tx *store.Tx, of whose) ([]string, error) {
	if s.Consents == nil || of == (whose{}) {
		return nil, nil
	}
	list, err := s.Consents(ctx, tx, of.draft, of.caseID)
	if err != nil {
		return nil, fmt.Errorf("building: consents of neighbours: %w", err)
	}
	return list, nil
}

// place works out where a building stands and holds it against the map. What was
// typed wrong is told by field; the plot is there all the same, to be shown.
func (s *Service) place(ctx context.Context, tx *store.Tx, r Request, of whose) (p Placed, wrong []errs.Field, err error) {
	p.Request = r
	if p.plot, err = s.plotOf(ctx, tx, r.ref()); err != nil {
		return p, nil, err
	}
	r.Property = p.plot.property.Ref.String()
	if p.Request, p.Footprint, wrong = r.footprint(p.plot.sides, p.plot.property.Ground.Bound()); len(wrong) > 0 {
		return p, wrong, nil
	}
	return p, nil, s.hold(ctx, tx, &p, of)
}

// hold holds a building with a place against the map, and what the neighbours of its
// application have consented to.
func (s *Service) hold(ctx context.Context, tx *store.Tx, p *Placed, of whose) error {
	in, err := s.input(ctx, tx, p.plot, p.Request.works(p.Footprint))
	if err != nil {
		return err
	}
	if in.Consents, err = s.consentsOf(ctx, tx, of); err != nil {
		return err
	}
	// Only the case worker is told where pipes lie, and what the applicant is told of them
	// is counted: see ask.
	in.Discreet = of.caseID == ""
	in.Spent = in.Discreet
	p.input, p.Result = in, check.Run(s.law, in)
	p.Generations, err = s.generations(ctx, tx)
	return err
}

// again holds what was kept with an application against the map as it is now. The
// place is the footprint that was kept, since the letters of sides may have moved;
// the heights are those of the answers, where the applicant has corrected them. It is
// false when the map was not used, or its property is no longer there.
func (s *Service) again(ctx context.Context, tx *store.Tx, facts, values map[string]any, of whose) (p Placed, ok bool, err error) {
	request, used := storedRequest(facts)
	if !used {
		return p, false, nil
	}
	text, _ := facts[FactFootprint].(string)
	g, err := shape.ParseWKT(text)
	if err != nil {
		return p, false, fmt.Errorf("building: stored footprint: %w", err)
	}
	a := application(values)
	if eaves, told := a.number("eaves"); told {
		request.Cornice = eaves
	}
	if ridge, told := a.number("ridge"); told {
		request.Ridge = ridge
	}
	p.Request, p.Footprint = request, shape.Areas(g)
	if p.plot, err = s.plotOf(ctx, tx, request.ref()); err != nil {
		if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindConflict) { // or more lies around it than can be read
			return p, false, nil
		}
		return p, false, err
	}
	return p, true, s.hold(ctx, tx, &p, of)
}

// Renew brings what the map says of a draft up to date as it is sent.
func (s *Service) Renew(ctx context.Context, tx *store.Tx, o applications.Opened) (map[string]any, error) {
	if o.Kind.Key != Name {
		return nil, nil //nolint:nilnil // another service's draft
	}
	p, used, err := s.again(ctx, tx, o.Draft.Facts, o.Draft.Answers.Values, whose{draft: o.Draft.ID})
	if err != nil || !used {
		return nil, err
	}
	if err := s.askIn(ctx, tx, &p); err != nil {
		return nil, err
	}
	return p.facts(), nil
}
