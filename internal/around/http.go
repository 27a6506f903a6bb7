package around

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the pages: those for everybody, and a person's own.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Resident, "around.nav.areas", areasPath, access.LoggedIn)
	r.Page("GET /around", access.Public, p.list)
	r.Page("GET /around/feed.atom", access.Public, p.feed)
	r.Page("GET /around/{id}", access.Public, p.show)

	r.Page("GET "+areasPath, PermAsk, p.areas)
	r.Page("GET "+areasPath+"/new", PermAsk, p.newArea)
	r.Form("POST "+areasPath, PermAsk, p.subscribe)
	r.Page("GET "+areasPath+"/{area}", PermRead, p.area)
	r.Form("POST "+areasPath+"/{area}", PermManage, p.change)
	r.Form("POST "+areasPath+"/{area}/stop", PermManage, p.unsubscribe)

	r.Page("GET "+mailPath+"/new", access.Public, p.newByMail)
	r.Form("POST "+mailPath, access.Public, p.askByMail)
	r.Page("GET "+mailPath+"/sent", access.Public, p.sent)
	r.Page("GET "+mailPath+"/confirm/{code}", access.Public, p.confirm)
	r.Form("POST "+mailPath+"/confirm/{code}", access.Public, p.confirmed)
	r.Page("GET "+mailPath+"/stop/{code}", access.Public, p.stop)
	r.Form("POST "+mailPath+"/stop/{code}", access.Public, p.stopped)
}

const (
	areasPath = "/my/areas"
	mailPath  = "/areas"
)

type pages struct{ *Service }

// public is the shell of a page for everybody that search engines keep out of.
func public(w http.ResponseWriter, r *http.Request, title string) ui.PageProps {
	props := web.Props(w, r, ui.Resident, title)
	props.NoIndex = true
	w.Header().Set("X-Robots-Tag", noIndex)
	return props
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	q, ctx := r.URL.Query(), r.Context()
	f := filterOf(q)
	near, isNear := nearOf(q)
	var page Page
	var err error
	if isNear {
		page, err = p.ListNear(ctx, near.at, near.radius)
	} else {
		page, err = p.List(ctx, f)
	}
	if err != nil {
		return err
	}
	v := listView{filter: f, query: q, page: page, number: pageNumber(q)}
	if isNear {
		v.near = &near
	}
	if v.drawn, err = p.mapOf(ctx, page); err != nil {
		return err
	}
	props := public(w, r, i18n.T(ctx, "around.list.title"))
	return web.Render(w, r, http.StatusOK, listPage(v.props(ctx, props), v))
}

// filterOf reads what somebody wants to see from an address.
func filterOf(q url.Values) Filter {
	days, _ := strconv.Atoi(q.Get("days")) // all when it is no number
	f := Filter{Text: q.Get("q"), Status: Status(q.Get("status")), Measure: q.Get("measure"), Days: days}.tidy()
	f.Offset = (pageNumber(q) - 1) * pageSize
	return f
}

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		return 1
	}
	return max(1, min(n, 10_000))
}

// nearby is a place around which somebody looks.
type nearby struct {
	at     orb.Point
	radius float64
}

// nearOf reads a place from an address: e and n in the home system, r in metres.
func nearOf(q url.Values) (nearby, bool) {
	at, ok := parsePoint(q.Get("e") + "," + q.Get("n"))
	radius, err := strconv.ParseFloat(q.Get("r"), 64)
	if err != nil || !(radius > 0) {
		radius = 500
	}
	return nearby{at, min(radius, mostRadius)}, ok
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := p.Case(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	props := public(w, r, caseTitle(i18n.From(ctx), c))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "around.list.title"), Href: "/around"}, {Label: props.Title}}
	v := caseView{PublicCase: c, home: p.Layers.Home(ctx), loggedIn: props.User != nil}
	if v.drawn, err = p.mapAround(ctx, c); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, casePage(props, v))
}
