package app

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/forecast"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/geo/ogc"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/property"
)

// wireSite makes the edge and registers every module's routes.
func (a *App) wireSite(context.Context, Parts) error {
	secure := a.Config.publicURL().Scheme == "https"
	pages := identity.NewHTTP(a.Identity, secure)
	pages.OnDown(a.Applications.LoginDown)
	proxies, err := a.Config.proxies()
	if err != nil {
		return err
	}
	a.Site = web.New(web.Deps{
		Log: a.Log, Clock: a.DB.Clock(), Bundle: a.Bundle, Directory: a.Directory, Access: a.Access,
		Session: func(_ context.Context, r *http.Request) (web.Session, error) { return session(pages, r) },
		Token:   a.Roles.AsToken, Denied: a.denied, Unknown: a.unknown, Portal: a.world.Portal, Banner: a.world.Banner, Secure: secure, TrustedProxies: proxies,
		FormTargets: []string{origin(a.world.Issuer)},
		Limits: web.Limits{
			AddressPerSecond: a.Config.number("TORG_ADDRESS_LIMIT"), AddressBurst: int(4 * a.Config.number("TORG_ADDRESS_LIMIT")),
			PersonPerSecond: a.Config.number("TORG_PERSON_LIMIT"), PersonBurst: int(5 * a.Config.number("TORG_PERSON_LIMIT")),
		},
		Menu:    menu(),
		Kept:    func(ctx context.Context) []ui.Term { return a.Retention.Kept(ctx) },
		Version: Version(),
	})
	login(a.Site.Routes("identity"), pages)
	a.Applications.Routes(a.Site.Routes("applications"))
	a.MyPage.Routes(a.Site.Routes("mypage"))
	a.Cases.Routes(a.Site.Routes("cases"))
	a.Cases.API(a.Site.Routes("cases"))
	a.Casework.Routes(a.Site.Routes("casework"))
	a.Casework.API(a.Site.Routes("casework"))
	a.Deadlines.Routes(a.Site.Routes("deadlines"))
	a.Deadlines.API(a.Site.Routes("deadlines"))
	a.Appeals.Routes(a.Site.Routes("appeals"))
	a.Appeals.API(a.Site.Routes("appeals"))
	a.Neighbours.Routes(a.Site.Routes("neighbours"))
	a.Neighbours.API(a.Site.Routes("neighbours"))
	a.Forecast.Routes(a.Site.Routes(forecast.Name))
	a.Applications.API(a.Site.Routes("applications"))
	a.Kindergarten.Routes(a.Site.Routes("kindergarten"))
	a.Kindergarten.API(a.Site.Routes("kindergarten"))
	a.School.Routes(a.Site.Routes("school"))
	a.School.API(a.Site.Routes("school"))
	a.Nursing.Routes(a.Site.Routes("nursing"))
	a.Nursing.API(a.Site.Routes("nursing"))
	a.Property.Routes(a.Site.Routes(property.Name))
	a.Property.API(a.Site.Routes(property.Name))
	a.Building.Routes(a.Site.Routes(building.Name))
	a.Conference.Routes(a.Site.Routes("conference"))
	a.Conference.API(a.Site.Routes("conference"))
	a.Building.API(a.Site.Routes(building.Name))
	a.Printout.Routes(a.Site.Routes("printout"))
	a.Retention.Routes(a.Site.Routes("retention"))
	a.wireMaps()
	a.Staff.Routes(a.Site.Routes("staff"))
	a.Around.Routes(a.Site.Routes(around.Name))
	a.Around.API(a.Site.Routes(around.Name))
	a.Notify.Routes(a.Site.Routes("notify"))
	ogc.New(ogc.Deps{Layers: a.Layers, Clock: a.DB.Clock()}).Routes(a.Site.Routes(ogc.Name))
	a.Metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.Metrics.MustRegister(a.Site.Collectors()...)
	a.Metrics.MustRegister(a.queue)
	var used []access.Permission
	for _, route := range a.Site.Table() {
		used = append(used, route.Permission)
	}
	return a.Access.Require(used...)
}

// menu is the order of the menus: what is used every day stands first, and what is
// set up once and looked at now and then stands last.
func menu() []string {
	return []string{
		"/my", "/my/messages", "/map", "/my/representation", "/my/areas", "/my/looks", "/my/notices", "/my/contact",
		"/work", "/work/deadlines", "/work/unbound", "/work/counter", "/work/appeals", "/work/notices", "/work/print", "/work/load",
		"/work/kindergartens", "/work/schools", "/work/nursing-homes", "/work/arrange", "/admin",
	}
}

// session finds who is behind the cookie. What a page asks for by itself, as its
// live status does, does not keep a session alive that nobody uses.
func session(pages *identity.HTTP, r *http.Request) (web.Session, error) {
	look := pages.Session
	if r.Method == http.MethodGet && r.Header.Get("X-Requested-With") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		look = pages.Peek
	}
	s, err := look(r)
	if errors.Is(err, identity.ErrNoSession) {
		return web.Session{Actor: identity.Actor{Kind: identity.Anonymous}}, nil
	}
	if err != nil {
		return web.Session{}, err
	}
	return web.Session{Actor: s.Actor, ExpiresAt: s.ExpiresAt, Lang: s.Lang}, nil
}

// login mounts the pages of log-in and log-out.
func login(r *web.Routes, pages *identity.HTTP) {
	r.Page("GET /login", access.Public, pages.Login)
	r.Page("GET /login/callback", access.Public, pages.Callback)
	r.Form("POST /logout", access.Public, pages.Logout)
	r.Page("GET /logout/front-channel", access.Public, pages.FrontChannelLogout)
	r.Form("POST /session/extend", access.LoggedIn, pages.ExtendSession)
}

// denied records that somebody was refused, in a transaction of its own: that of
// the act is gone.
func (a *App) denied(ctx context.Context, d *access.Denied) error {
	return a.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		return audit.Refused(ctx, tx, d)
	})
}

// unknown records that somebody asked for a thing that the municipality does not
// have, as whoever tries the ids of another municipality does.
func (a *App) unknown(ctx context.Context, u web.Unknown) error {
	details := map[string]string{"route": u.Route}
	for name, value := range u.Values {
		details["path."+name] = value
	}
	if u.Missed > 0 {
		details["unrecorded"] = strconv.FormatInt(u.Missed, 10)
	}
	return a.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Action: web.ActionUnknown, Object: audit.Ref{Type: "address", ID: u.ID}, Details: details})
	})
}

// recordSession writes log-ins and log-outs in the audit log.
func recordSession(ctx context.Context, tx *store.Tx, e identity.Event) error {
	return audit.Record(ctx, tx, audit.Event{
		Action: "identity." + e.Action, Object: audit.Ref{Type: "session", ID: e.SessionID}, Subject: cmp.Or(e.Represented, e.PersonID),
		Details: map[string]string{"acr": e.ACR, "reason": e.Reason},
	})
}

func origin(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// Handler answers everything, with the operator's addresses before the site's.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	metrics := promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !a.mayMeasure(r) {
			plain(w, http.StatusNotFound, "not found")
			return
		}
		a.countJobs(r.Context())
		metrics.ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /hooks/mail", a.hookMail)
	mux.Handle("/", a.Site)
	return mux
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the prober may have gone
}

// ready says whether the process can do its work: the database takes writes, and
// there is room for more.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.DB.Healthy(r.Context()); err != nil {
		a.Log.WarnContext(r.Context(), "not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database cannot be written")
		return
	}
	if err := a.room(); err != nil {
		a.Log.WarnContext(r.Context(), "not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the disk is full")
		return
	}
	plain(w, http.StatusOK, "ready"+a.degraded()+a.scannerState(r))
}

// mayMeasure lets figures out to the machine itself, and to who knows the token.
func (a *App) mayMeasure(r *http.Request) bool {
	if token := a.Config.Get("TORG_METRICS_TOKEN"); token != "" {
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		return subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == ""
}

// countJobs brings the queue's figures up to date when somebody asks for them.
func (a *App) countJobs(ctx context.Context) {
	counts, err := jobs.Counts(ctx, a.DB)
	if err != nil {
		a.Log.WarnContext(ctx, "jobs were not counted", "error", err)
		return
	}
	a.queue.Reset()
	for _, n := range counts {
		a.queue.WithLabelValues(string(n.Lane), n.Kind, string(n.State)).Set(float64(n.Jobs))
	}
}
