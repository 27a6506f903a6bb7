package property

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the pages.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /property/{ref}", access.Public, p.property)
	r.Page("GET /plan/{number}", access.Public, p.plan)
	r.Page("GET /place", access.Public, p.place)
	r.Page("GET /search", access.Public, p.search)
	r.Page("GET /work/property/{ref}", PermOwners, p.owners)
}

// shownHits is how many hits a page shows: whoever needs more, types more.
const shownHits = 20

type pages struct{ *Service }

// refIn reads the number in an address.
func refIn(r *http.Request) (Ref, error) {
	ref, ok := ParseRef(r.PathValue("ref"))
	if !ok {
		return ref, errs.NotFound("property.bad_number")
	}
	return ref, nil
}

func (p *pages) property(w http.ResponseWriter, r *http.Request) error {
	ref, err := refIn(r)
	if err != nil {
		return err
	}
	v, err := p.propertyView(r.Context(), ref)
	if err != nil {
		return err
	}
	key := "property.title"
	if ref.Snr != 0 {
		key = "property.title_section"
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), key, "number", ref.String()))
	props.Breadcrumbs = crumbs(r.Context(), props.Title)
	return web.Render(w, r, http.StatusOK, propertyPage(props, v))
}

// crumbs lead back to the search.
func crumbs(ctx context.Context, title string) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "property.search.title"), Href: "/search"}, {Label: title}}
}

func (p *pages) plan(w http.ResponseWriter, r *http.Request) error {
	v, err := p.planView(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "property.plan.title", "number", v.facts.Plan.Number))
	props.Breadcrumbs = crumbs(r.Context(), props.Title)
	return web.Render(w, r, http.StatusOK, planPage(props, v))
}

func (p *pages) place(w http.ResponseWriter, r *http.Request) error {
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "property.place.title"))
	props.Breadcrumbs = crumbs(r.Context(), props.Title)
	q := r.URL.Query()
	if !q.Has("e") && !q.Has("n") && !q.Has("lat") && !q.Has("lon") {
		return web.Render(w, r, http.StatusOK, placePage(props, placeView{}))
	}
	at, err := p.pointOf(r.Context(), q.Get("e"), q.Get("n"), q.Get("lon"), q.Get("lat"))
	if err != nil {
		return err
	}
	v, err := p.placeView(r.Context(), at)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, placePage(props, v))
}

// pointOf reads a place in metres of the home system, or in degrees, and gives it in
// the former. Norwegians write decimals with a comma.
func (s *Service) pointOf(ctx context.Context, e, n, lon, lat string) (orb.Point, error) {
	home := s.Layers.Home(ctx)
	if e != "" || n != "" {
		x, y, ok := numbers(e, n)
		if !ok || math.Abs(x) > 1e7 || math.Abs(y) > 1e8 {
			return orb.Point{}, errs.Invalid("property.bad_place")
		}
		return orb.Point{x, y}, nil
	}
	x, y, ok := numbers(lon, lat)
	if !ok || math.Abs(x) > 180 || math.Abs(y) > 90 {
		return orb.Point{}, errs.Invalid("property.bad_place")
	}
	at := crs.Between(crs.CRS84(), home)(orb.Point{x, y})
	if !crs.Finite(at) {
		return orb.Point{}, errs.Invalid("property.bad_place")
	}
	return at, nil
}

func numbers(a, b string) (x, y float64, ok bool) {
	read := func(s string) (float64, bool) {
		v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
		return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	x, okX := read(a)
	y, okY := read(b)
	return x, y, okX && okY
}

// lonLat is a point of the home system in degrees.
func (s *Service) lonLat(ctx context.Context, p orb.Point) orb.Point {
	return crs.Between(s.Layers.Home(ctx), crs.CRS84())(p)
}

func (p *pages) search(w http.ResponseWriter, r *http.Request) error {
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	var hits []Hit
	if text != "" {
		err := p.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			hits, err = p.Search(ctx, tx, text, shownHits+1)
			return err
		})
		if err != nil {
			return err
		}
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "property.search.title"))
	return web.Render(w, r, http.StatusOK, searchPage(props, text, hits))
}

// owners shows who owns a property. When the register does not answer the page says
// so, and still leads on.
func (p *pages) owners(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.mayOwners(ctx); err != nil {
		return err
	}
	ref, err := refIn(r)
	if err != nil {
		return err
	}
	var v ownerView
	err = p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, err := p.ByRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		v.facts, err = p.FactsOf(ctx, tx, found)
		return err
	})
	if err != nil {
		return err
	}
	v.refs = append([]Ref{v.facts.Property.Ref}, v.facts.Sections...)
	if ref.Snr != 0 && slices.Contains(v.facts.Sections, ref) {
		v.refs = []Ref{ref}
	}
	v.refs = v.refs[:min(len(v.refs), maxAsked)]
	v.owners, err = p.Owners(ctx, v.refs)
	if errs.Is(err, errs.KindUnavailable) {
		v.trouble, err = web.Words(ctx, err), nil
	}
	if err != nil {
		return err
	}
	v.refs = slices.DeleteFunc(v.refs, func(o Ref) bool { return len(v.refs) > 1 && len(v.owners[o]) == 0 })
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "property.owners.page", "number", ref.String()))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, ownersPage(props, v))
}
