package apptest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// The walkers. All but the last visit Torgøy, where the things are that they ask
// for; the last asks Fjordbygda for Torgøy's things.
const (
	anonymous = "anonymous"
	owner     = "owner"
	other     = "other"
	worker    = "worker"
	elsewhere = "elsewhere" // a case worker of another department
	head      = "head"
	admin     = "admin"
	auditor   = "auditor"
	token     = "token"
	foreign   = "foreign"
)

var everybody = []string{anonymous, owner, other, worker, elsewhere, head, auditor, token, foreign, admin}

// reach is who gets anywhere with a permission, on the things of the walk. A
// route with a permission that does not stand here fails the test: its author
// writes down who should get in, and the walk sees to it that nobody else does.
var reach = map[access.Permission][]string{
	access.Public:           everybody,
	access.LoggedIn:         {owner, other, worker, head, admin, auditor, foreign},
	"form.start":            {owner, other, worker, head, admin, auditor, foreign},
	"application.register":  {token},
	"file.send":             {token},
	"life_event.hand_in":    {}, // of a token with another role
	"counter.open":          {worker, head, foreign},
	"signature.read":        {owner},
	"signature.answer":      {owner},
	"signature.withdraw":    {owner},
	"representation.read":   {owner, other, worker, head, admin, auditor, foreign},
	"representation.manage": {owner, other, worker, head, admin, auditor, foreign},
	"draft.read":            {owner},
	"unbound.list":          {worker, head, foreign},
	"unbound.read":          {worker, head},
	"unbound.bind":          {worker, head},
	"unbound.reject":        {worker, head},
	"draft.write":           {owner},
	"draft.submit":          {owner},
	access.MessageRead:      {owner},
	"letter.list":           {worker, head, foreign},
	"letter.read":           {worker, head},
	"letter.post":           {worker, head},
	"case.read":             {owner, worker, head, token},
	"case.list":             {worker, head, token, foreign},
	"deadline.list":         {worker, head, token, foreign},
	"case.assign":           {worker, head, token},
	"case.ask":              {worker, head, token},
	"case.note":             {worker, head, token},
	"case.decide":           {worker, head, token},
	"case.log":              {owner, head, auditor},
	"case.answer":           {owner},
	"case.register_answer":  {worker, head, token},
	"case.parties":          {head},
	"case.withdraw":         {owner},
	"case.accept":           {owner},
	"case.approve":          {worker, head},
	"case.hold":             {worker, head},
	"retention.read":        {admin},
	"area.ask":              {owner, other, worker, head, admin, auditor, foreign},
	"area.read":             {owner},
	"area.manage":           {owner},
	"takeout.ask":           {owner, other, worker, head, admin, auditor, foreign},
	"takeout.read":          {owner},
	"appeal.lodge":          {owner},
	"appeal.read":           {owner, worker, head, token},
	"appeal.list":           {worker, head, token, foreign},
	"appeal.register":       {worker, head, token},
	"appeal.prepare":        {worker, head, token},
	"appeal.approve":        {worker, head},
	"appeal.package":        {worker, head},
	"appeal.arrange":        {head},
	"notice.start":          {owner, other, worker, head, admin, auditor, foreign},
	"notice.read":           {owner}, // the walk's case worker and head are of another department
	"notice.write":          {owner},
	"notice.list":           {worker, head, foreign},
	"notice.register":       {},
	"notice.exempt":         {},
	"property.owners":       {},      // of the department that handles building cases
	"neighbour.read":        {other}, // who is notified
	"neighbour.answer":      {other},
	"load.read":             {head},
	"work.arrange":          {head},
	"kindergarten.manage":   {head, admin},
	"school.manage":         {head, admin},
	"nursing.manage":        {head, admin},
	"nursing.waiting":       {}, // the walk's case worker and head are of another department
	"admin.open":            {head, admin, auditor},
	"failed.manage":         {admin},
	access.DepartmentRead:   {owner, other, worker, head, admin, auditor, token, foreign},
	access.DepartmentManage: {admin},
	access.StaffManage:      {admin},
	access.RoleRead:         {head, admin, auditor},
	access.RoleManage:       {admin},
	access.SubstituteManage: {head, admin},
	access.TokenRead:        {admin, auditor},
	access.TokenManage:      {admin},
	access.PermissionList:   {worker, head, admin, auditor, token, foreign},
	access.AuditRead:        {auditor},
	access.AuditVerify:      {auditor},
	access.TenantTheme:      {admin},
}

// guarded are addresses that no session or token of ours opens: another
// system's secret does.
var guarded = []string{"/hooks/sms"}

// empty are pages of something that the walk's things lack: its letter for print
// has no enclosure.
var empty = []string{"/work/print/{letter}/enclosure"}

// departmental are the types of things that a department has for itself.
var departmental = []string{"case", "letter", "unbound", "appeal"}

// reaches says who gets anywhere with a permission. A case worker of another
// department may what one of this may, but not with this one's cases.
func reaches(p access.Permission, bound bool) []string {
	who := reach[p]
	if slices.Contains(who, worker) && (!bound || !slices.Contains(departmental, p.Type())) && !slices.Contains(who, elsewhere) {
		who = append(slices.Clone(who), elsewhere)
	}
	return who
}

// walk is the product with one thing of each sort.
type walk struct {
	t        *testing.T
	h        *apptest.Harness
	visitors map[string]*apptest.Visitor
	// things fill a parameter by what stands before it: "/cases/{id}". Those of
	// the municipality are private; the rest is the same everywhere.
	things  map[string]string
	private []string
}

func TestWalk_everyRouteAsEverybody(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		w := newWalk(t, h)
		table := h.App.Site.Table()
		for _, r := range table {
			if _, ok := reach[r.Permission]; !ok {
				t.Errorf("%s %s needs %s: write down in reach who has it", r.Method, r.Path, r.Permission)
			}
		}
		for _, who := range everybody {
			for _, r := range table {
				w.visit(who, r)
			}
		}
		// What changes something comes last, since it does.
		for _, who := range everybody {
			for _, r := range table {
				if r.Method != http.MethodGet && w.mayReach(who, r) {
					w.change(who, r)
				}
			}
		}
	})
}

func newWalk(t *testing.T, h *apptest.Harness) *walk {
	t.Helper()
	w := &walk{t: t, h: h, visitors: map[string]*apptest.Visitor{
		anonymous: h.Visitor("torgoy"), owner: h.Visitor("torgoy").As(demo.Mother), other: h.Visitor("torgoy").As(demo.Apart),
		worker: h.Visitor("torgoy").As(demo.CaseWorker), head: h.Visitor("torgoy").As(demo.Head),
		admin: h.Visitor("torgoy").As(demo.Administrator), auditor: h.Visitor("torgoy").As(demo.Auditor),
		foreign: h.Visitor("fjordbygda").As(demo.CaseWorker),
	}}
	id := applied(t, h, w.visitors[owner], i18n.NB, 1)
	decided(t, w.visitors[worker], id)
	h.Settle()
	letter := path.Base(w.visitors[owner].Get("/my/cases/" + id).Must(http.StatusOK).Link("/documents/"))
	appeal := appealed(t, h, id)
	draft := begin(t, h, w.visitors[owner], i18n.NB, 0)
	message, printed := toPrint(t, h, id)
	w.things = map[string]string{
		"/cases/{id}": id, "/documents/{document}": letter, "/drafts/{id}": path.Base(draft.base), "/pages/{page}": "family",
		"/apply/{form}": form, "/forms/{key}": form, "/components/{name}": "front",
		"/messages/{message}": message, "/print/{letter}": printed, "/appeals/{id}": appeal,
	}
	w.unbound()
	w.things["/uploads/{upload}"] = begunUpload(t, h, path.Base(draft.base))
	w.things["/takeout/{id}"] = copied(t, h)
	w.things["/conversations/{id}"] = id
	w.things["/collections/{layer}"], w.things["/tiles/{layers}"], w.things["/items/{id}"] = "roads", "roads,buildings", openRoad(t, h)
	w.things["/signatures/{id}"] = unsigned(t, h, path.Base(draft.base))
	w.things["/representation/{id}"] = mandated(t, h)
	w.private = []string{
		"/notices/{id}", "/neighbour-notices/{id}", "/neighbour-notices/{neighbour}", "/letters/{recipient}", "/answers/{recipient}", "/drawings/{drawing}",
		"/areas/{area}", "/signatures/{id}", "/representation/{id}", "/unbound/{id}", "/takeout/{id}", "/conversations/{id}",
		"/cases/{id}", "/appeals/{id}", "/documents/{document}", "/drafts/{id}", "/departments/{id}", "/staff/{id}", "/roles/{grant}",
		"/substitutes/{id}", "/tokens/{id}", "/messages/{message}", "/templates/{id}", "/filters/{id}", "/print/{letter}", "/invite/{secret}", "/kindergartens/{id}", "/schools/{id}", "/nursing-homes/{id}", "/nursing-waiting/{id}", "/jobs/{job}", "/messages/{failed}", "/files/{id}",
	}
	w.things["/guests/{guest}"] = ids.New() // of a conference, which the walk has none of
	s := surrounded(t, h)
	w.things["/around/{id}"], w.things["/areas/{area}"], w.things["/confirm/{code}"], w.things["/stop/{code}"] = s.caseID, s.area, s.confirm, s.stop
	plot := plottedOf(t, h)
	w.things["/property/{ref}"], w.things["/plan/{number}"] = plot.ref, plot.plan
	n := noticedOf(t, h)
	w.things["/notices/{id}"], w.things["/neighbour-notices/{id}"], w.things["/neighbour-notices/{neighbour}"], w.things["/notice/{code}"] = n.sent, n.sent, n.neighbour, n.code
	w.things["/drawings/{drawing}"], w.things["/letters/{recipient}"], w.things["/answers/{recipient}"] = n.drawing, n.estate, n.neighbour
	w.administration()
	w.things["/jobs/{job}"], w.things["/messages/{failed}"] = givenUp(t, h)
	for name, v := range w.visitors {
		w.visitors[name] = v.Still()
	}
	return w
}

// appealed is an appeal of the mother's that is sent on, with its package made.
func appealed(t *testing.T, h *apptest.Harness, caseID string) string {
	t.Helper()
	a, err := h.App.Appeals.Lodge(h.As(0, demo.Mother), caseID, appeals.New{Wants: "En annen barnehage", Why: "Den er nærmere."})
	must(t, err)
	_, err = h.App.Appeals.Prepare(h.As(0, demo.CaseWorker), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Det var ikke plass i den andre."})
	must(t, err)
	h.Settle()
	return a.ID
}

// administration makes what the administrator's pages are about.
func (w *walk) administration() {
	w.t.Helper()
	a, ctx := w.h.App, w.h.As(0, demo.Administrator)
	today := clock.DateIn(w.h.Clock.Now())
	grants, err := a.Roles.ListGrants(ctx, access.GrantFilter{})
	must(w.t, err)
	// Of the department that the walk's case worker and head are of: there are others.
	held := func(part demo.Part) int {
		person := identity.From(w.h.As(0, part)).PersonID
		return slices.IndexFunc(grants, func(g access.Grant) bool { return g.PersonID == person && g.Department != "" })
	}
	i, j := held(demo.CaseWorker), held(demo.Head)
	substitute, err := a.Roles.SetSubstitute(ctx, grants[j].PersonID, grants[i].PersonID, today.AddDays(30), today.AddDays(40))
	must(w.t, err)
	ends := w.h.Clock.Now().Add(240 * time.Hour)
	machine, secret, err := a.Roles.CreateToken(ctx, access.NewToken{
		Name: "walk", Role: access.CaseWorker, Department: grants[i].Department, ExpiresAt: ends,
		Scopes: []access.Permission{"case.read", "case.list", "deadline.list", "case.assign", "case.ask", "case.note", "case.decide", "case.register_answer", "application.register", "file.send", "appeal.list", "appeal.register", access.DepartmentRead},
	})
	must(w.t, err)
	_, invite, err := a.Roles.CreateInvite(ctx, access.NewInvite{Role: access.CaseWorker, Department: grants[i].Department, Name: "Ny", Email: "ny@example.no", ExpiresAt: ends})
	must(w.t, err)
	w.things["/schools/{id}"], w.things["/nursing-homes/{id}"] = others(w.t, w.h)
	w.things["/nursing-waiting/{id}"] = inLine(w.t, w.h)
	units, err := a.Kindergarten.Units(ctx)
	must(w.t, err)
	w.visitors[token], w.things["/files/{id}"] = w.h.Machine("torgoy", secret), sentAhead(w.t, w.h, secret)
	unit, err := a.Staff.CreateDepartment(ctx, tenant.Department{Name: "Walk"})
	must(w.t, err)
	guardian := identity.From(w.h.As(0, demo.AppointedGuardian)).PersonID
	_, err = a.Roles.Grant(ctx, access.NewGrant{PersonID: guardian, Role: access.CaseWorker, Department: unit.ID})
	must(w.t, err)
	w.visitors[elsewhere] = w.h.Visitor("torgoy").As(demo.AppointedGuardian)
	for name, value := range map[string]string{
		"/departments/{id}": grants[i].Department, "/staff/{id}": grants[i].PersonID, "/roles/{grant}": grants[i].ID,
		"/letters/{kind}": "kindergarten", "/templates/{id}": w.template(grants[i].Department), "/filters/{id}": w.filter(),
		"/substitutes/{id}": substitute.ID, "/tokens/{id}": machine.ID, "/invite/{secret}": invite, "/kindergartens/{id}": units[0].ID,
	} {
		w.things[name] = value
	}
}

// unbound is an application that was sent without log-in.
func (w *walk) unbound() {
	w.t.Helper()
	sent := sentUnbound(w.t, w.h)
	w.things["/unbound/{id}"], w.things["/without-login/{form}"] = sent.ID, form
}

// template is one that the head has written.
func (w *walk) template(department string) string {
	w.t.Helper()
	made, err := w.h.App.Casework.SaveTemplate(w.h.As(0, demo.Head), casework.Template{
		Department: department, Part: cases.FieldReasons, Name: "walk", Texts: i18n.Text{i18n.NB: "Det gjelder {child}."},
	})
	must(w.t, err)
	return made.ID
}

// filter is one that the case worker keeps.
func (w *walk) filter() string {
	w.t.Helper()
	ctx := w.h.As(0, demo.CaseWorker)
	must(w.t, w.h.App.Casework.SaveFilter(ctx, "walk", url.Values{"status": {"waiting"}}))
	list, err := w.h.App.Casework.Filters(ctx)
	must(w.t, err)
	return list[0].ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var parameter = regexp.MustCompile(`/[^/{}]+/\{[a-z]+\}`)

// address fills a route's parameters; with strange, private things are replaced
// by ones that exist nowhere.
func (w *walk) address(r web.Route, strange bool) (address string, bound bool) {
	w.t.Helper()
	address = inTiles.Replace(strings.TrimSuffix(r.Path, "{$}"))
	for _, found := range parameter.FindAllString(address, -1) {
		thing, ok := w.things[found]
		if !ok {
			w.t.Fatalf("%s %s: nothing fills %s; make one in newWalk", r.Method, r.Path, found)
		}
		before, _, _ := strings.Cut(found, "{")
		if private := slices.Contains(w.private, found); private {
			bound = true
			if strange {
				thing = ids.New()
			}
		}
		address = strings.Replace(address, found, before+thing, 1)
	}
	if strings.Contains(address, "{") {
		w.t.Fatalf("%s %s: not every parameter is filled: %s", r.Method, r.Path, address)
	}
	return address, bound
}

// mayReach says whether somebody should get anywhere with a route. Cookies count
// for pages only, tokens for operations only; nobody reaches over to another
// municipality's things.
func (w *walk) mayReach(who string, r web.Route) bool {
	if r.Permission == access.Public {
		return true
	}
	_, bound := w.address(r, false)
	if who == foreign && bound || (who == token) != (r.Kind == web.KindAPI) {
		return false
	}
	return slices.Contains(reaches(r.Permission, bound), who)
}

// visit asks for a page that may be read, or tries a change that may not be made.
func (w *walk) visit(who string, r web.Route) {
	may := w.mayReach(who, r)
	if may && r.Method != http.MethodGet {
		return // later
	}
	address, bound := w.address(r, false)
	before := w.denials()
	p := w.ask(who, r, address)
	name := fmt.Sprintf("%s: %s %s → %d", who, r.Method, r.Path, p.Status)
	w.look(name, who, r, p)
	if may {
		if p.Status >= http.StatusBadRequest && r.Permission != access.Public && !(p.Status == http.StatusNotFound && slices.Contains(empty, r.Path)) {
			w.t.Errorf("%s, but %s may: %.300s", name, who, p.Text())
		}
		return
	}
	switch {
	case who == anonymous && r.Kind != web.KindAPI:
		if p.Status != http.StatusSeeOther && p.Status != http.StatusUnauthorized {
			w.t.Errorf("%s: must be sent to log in", name)
		}
		return
	case r.Kind == web.KindAPI && who != token:
		if p.Status != http.StatusUnauthorized {
			w.t.Errorf("%s: an operation without a token", name)
		}
		return
	case r.Kind != web.KindAPI && who == token:
		return // to a page a token is nobody, like the one before
	case p.Status != http.StatusForbidden && p.Status != http.StatusNotFound:
		w.t.Errorf("%s: may not, and is not refused: %.300s", name, p.Text())
		return
	}
	w.refused(name, who, r, p, bound, before)
}

// refused sees to it that a refusal tells nothing, and is written down.
func (w *walk) refused(name, who string, r web.Route, p *apptest.Page, bound bool, before int64) {
	w.t.Helper()
	own := strings.Contains(r.Path, "/cases/{id}") || strings.Contains(r.Path, "/drafts/{id}")
	if own && stranger(who) && p.Status != http.StatusNotFound {
		w.t.Errorf("%s: somebody else's must not be there", name)
	}
	if bound {
		strange, _ := w.address(r, true)
		if nowhere := w.ask(who, r, strange); nowhere.Status != p.Status {
			// Those who may know of the thing and not do this to it are told so.
			if stranger(who) {
				w.t.Errorf("%s, and %d for one that is nowhere: this tells that it exists", name, nowhere.Status)
			}
		}
	}
	// A wrong invitation has a page of its own, and its secret is no id.
	if !strings.Contains(r.Path, "{secret}") && w.denials() == before {
		w.t.Errorf("%s: the refusal is not in the log", name)
	}
}

// stranger says who may not even know of the things of the walk.
func stranger(who string) bool { return slices.Contains([]string{other, elsewhere, foreign}, who) }

// denials counts the refusals in both municipalities' logs: a foreign thing is one
// that is not there.
func (w *walk) denials() (n int64) {
	w.t.Helper()
	for _, town := range demo.Towns() {
		n += count(w.t, w.h, town.Slug, `select count(*) from audit_entries where tenant_id = $1 and action in ('access.denied', 'web.unknown')`)
	}
	return n
}

// change makes a change that may be made, with nothing in it: whatever the
// answer is, it is not a fault of ours.
func (w *walk) change(who string, r web.Route) {
	w.t.Helper()
	address, _ := w.address(r, false)
	p := w.ask(who, r, address)
	name := fmt.Sprintf("%s: %s %s → %d", who, r.Method, r.Path, p.Status)
	w.look(name, who, r, p)
	if slices.Contains(guarded, r.Path) {
		if p.Status != http.StatusUnauthorized {
			w.t.Errorf("%s: the gateway's door opens without its secret", name)
		}
		return
	}
	if p.Status == http.StatusForbidden || p.Status == http.StatusUnauthorized {
		w.t.Errorf("%s, but %s may: %.300s", name, who, p.Text())
	}
	if r.Path == "/logout" && who != anonymous && who != token {
		part := map[string]demo.Part{owner: demo.Mother, other: demo.Apart, worker: demo.CaseWorker, elsewhere: demo.AppointedGuardian, head: demo.Head, admin: demo.Administrator, auditor: demo.Auditor, foreign: demo.CaseWorker}[who]
		slug := "torgoy"
		if who == foreign {
			slug = "fjordbygda"
		}
		w.visitors[who] = w.h.Visitor(slug).As(part).Still()
	}
}

// ask makes the request of a route with an empty body.
func (w *walk) ask(who string, r web.Route, address string) *apptest.Page {
	w.t.Helper()
	v := w.visitors[who]
	switch {
	case r.Kind == web.KindStream:
		return v.Open(address)
	case r.Method == http.MethodGet:
		return v.Get(address)
	case r.Kind == web.KindAPI:
		return v.Send(r.Method, address, strings.NewReader(w.sample(r)), http.Header{"Content-Type": {"application/json"}})
	}
	return v.Send(r.Method, address, strings.NewReader(""), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// look checks what every answer must be like, whoever asked.
func (w *walk) look(name, who string, r web.Route, p *apptest.Page) {
	w.t.Helper()
	if p.Status >= http.StatusInternalServerError {
		w.t.Errorf("%s: our fault: %.500s", name, p.Text())
	}
	if who == anonymous && r.Permission != access.Public && p.Status < http.StatusMultipleChoices {
		w.t.Errorf("%s: a stranger got in", name)
	}
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || p.IsHTML() && strings.Contains(csp, "unsafe") {
		w.t.Errorf("%s: Content-Security-Policy %q", name, csp)
	}
	if p.Header.Get("X-Content-Type-Options") != "nosniff" {
		w.t.Errorf("%s: no nosniff", name)
	}
	if r.Permission != access.Public && !strings.Contains(p.Header.Get("Cache-Control"), "no-store") {
		w.t.Errorf("%s: Cache-Control %q", name, p.Header.Get("Cache-Control"))
	}
	if p.IsHTML() && len(p.Body) > 0 && (p.Status < 300 || p.Status >= 400) {
		w.readable(name, p)
	}
	if r.Kind == web.KindAPI && p.Status >= http.StatusBadRequest && p.Header.Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s: %s instead of a problem document", name, p.Header.Get("Content-Type"))
	}
}

// readable checks a page for what every page must have.
func (w *walk) readable(name string, p *apptest.Page) {
	w.t.Helper()
	if !slices.Contains([]string{"nb", "nn", "en"}, p.Lang()) {
		w.t.Errorf("%s: lang %q", name, p.Lang())
	}
	if p.Title() == "" || len(p.All("title")) < 1 {
		w.t.Errorf("%s: no title", name)
	}
	if n := len(p.All("main")); n != 1 {
		w.t.Errorf("%s: %d main", name, n)
	}
	if n := len(p.All("h1")); n != 1 {
		w.t.Errorf("%s: %d h1", name, n)
	}
	if found := placeholder.FindString(p.Text()); found != "" {
		w.t.Errorf("%s: shows %s", name, found)
	}
}

// sample makes a body that an operation can read, by its own description: a
// permission is asked after that.
func (w *walk) sample(r web.Route) string {
	w.t.Helper()
	api := w.h.App.Site.API().OpenAPI()
	item := api.Paths[r.Path]
	op := map[string]*huma.Operation{http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete}[r.Method]
	if op == nil || op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return "{}"
	}
	text, err := json.Marshal(example(api.Components.Schemas, op.RequestBody.Content["application/json"].Schema))
	must(w.t, err)
	return string(text)
}

// example is the least that a schema takes.
func example(all huma.Registry, s *huma.Schema) any {
	if s.Ref != "" {
		s = all.SchemaFromRef(s.Ref)
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for _, name := range s.Required {
			object[name] = example(all, s.Properties[name])
		}
		return object
	case huma.TypeArray:
		return []any{example(all, s.Items)}
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return true
	}
	if s.Format == "date" {
		return "2027-01-04"
	}
	if s.MinLength != nil {
		return strings.Repeat("a", *s.MinLength)
	}
	return "a"
}
