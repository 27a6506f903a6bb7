package apptest_test

import (
	"context"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/staff"
)

// world is what there is to look at in Torgøy.
type world struct {
	draft                                          string // the mother's, for her youngest child
	accepted, offered, waiting, mine, unread       string // cases
	department, employee, grant, standin           string
	token, invitation, unit, job, message, printed string
	shared                                         shared
	school, nursingHome                            string
	inLine                                         string // case of somebody on the waiting list
	appeal                                         string // the mother's, not prepared yet
	unsigned                                       string // waits for the mother's signature
	unbound                                        string // sent without log-in
	plot                                           plotted
	noticed                                        noticed
	sited                                          sited
	conferred                                      conferred
	around                                         surroundings
	road                                           string // of the open map data
}

func worldOf(t *testing.T, h *apptest.Harness) world {
	t.Helper()
	w := world{
		draft:    draftOf(t, h),
		accepted: caseOf(t, h, demo.Mother), offered: caseOf(t, h, demo.Apart), waiting: caseOf(t, h, demo.AppointedGuardian),
	}
	worker := h.As(torgoy, demo.CaseWorker)
	w.mine = firstCase(worker, t, h, cases.Filter{Status: cases.InProgress, Assignee: identity.From(worker).PersonID})
	w.unread = firstCase(worker, t, h, cases.Filter{Status: cases.Received})
	units, err := h.App.Kindergarten.Managed(h.As(torgoy, demo.Head))
	if err != nil || len(units) == 0 {
		t.Fatalf("%d kindergartens: %v", len(units), err)
	}
	w.unit = units[0].ID
	w.school, w.nursingHome = others(t, h)
	w.inLine = inLine(t, h)
	w.unsigned = unsigned(t, h, w.draft)
	w.unbound = sentUnbound(t, h).ID
	w.plot = plottedOf(t, h)
	w.around = surrounded(t, h)
	w.road = openRoad(t, h)
	w.administration(t, h)
	w.shared = together(t, h)
	w.job, _ = givenUp(t, h)
	w.message, w.printed = toPrint(t, h, w.accepted)
	w.appeal = lodged(t, h, w.accepted)
	w.noticed = noticedOf(t, h)
	w.sited = sitedOf(t, h, w.plot.ref)
	w.conferred = conferredOf(t, h)
	return w
}

// lodged is an appeal of the mother's.
func lodged(t *testing.T, h *apptest.Harness, caseID string) string {
	t.Helper()
	a, err := h.App.Appeals.Lodge(h.As(torgoy, demo.Mother), caseID, appeals.New{Wants: "En annen barnehage", Why: "Den er nærmere.", Late: "Vi var bortreist."})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// others are a school and a nursing home.
func others(t *testing.T, h *apptest.Harness) (school, home string) {
	t.Helper()
	head := h.As(torgoy, demo.Head)
	schools, err := h.App.School.Managed(head)
	if err != nil || len(schools) == 0 {
		t.Fatalf("%d schools: %v", len(schools), err)
	}
	homes, err := h.App.Nursing.Managed(head)
	if err != nil || len(homes) == 0 {
		t.Fatalf("%d nursing homes: %v", len(homes), err)
	}
	return schools[0].ID, homes[0].ID
}

// draftOf is an application that the mother has come a bit into.
func draftOf(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	ctx := h.As(torgoy, demo.Mother)
	_, children, err := h.App.Applications.Subjects(ctx, kindergarten.FormKey)
	if err != nil || len(children) != 2 {
		t.Fatalf("children: %d, %v", len(children), err)
	}
	draft, err := h.App.Applications.Start(ctx, kindergarten.FormKey, children[1].Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := h.App.Applications.Open(ctx, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	for page, typed := range map[string]url.Values{
		"family":   {"lives_with": {"both"}, "phone": {"40000000"}, "email": {"kari@example.no"}, "other_guardian_informed": {"yes"}},
		"wishes":   {"application_type": {"new"}, "start_date": {time.Now().AddDate(0, 9, 0).Format(time.DateOnly)}, "accept_other": {"yes"}, "percentage": {"100"}},
		"siblings": {"has_sibling": {"yes"}, "siblings[0]._": {"1"}, "siblings[0].name": {"Nora Nordmann"}},
		"priority": {"priority_reasons": {"disability", "language"}},
	} {
		if opened, err = h.App.Applications.SavePage(ctx, draft.ID, opened.Draft.Version, page, typed); err != nil {
			t.Fatal(err)
		}
	}
	return draft.ID
}

func caseOf(t *testing.T, h *apptest.Harness, part demo.Part) string {
	t.Helper()
	overview, err := h.App.MyPage.Overview(h.As(torgoy, part))
	if err != nil || len(overview.Cases) == 0 {
		t.Fatalf("%s has %d cases: %v", part, len(overview.Cases), err)
	}
	return overview.Cases[0].ID
}

// caseAbout is the case of a person about a child.
func caseAbout(t *testing.T, h *apptest.Harness, town int, part demo.Part, child string) string {
	t.Helper()
	overview, err := h.App.MyPage.Overview(h.As(town, part))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range overview.Cases {
		if c.SubjectName == child {
			return c.ID
		}
	}
	t.Fatalf("%s has no case about %s", part, child)
	return ""
}

func firstCase(ctx context.Context, t *testing.T, h *apptest.Harness, f cases.Filter) string {
	t.Helper()
	page, err := h.App.Cases.List(ctx, f)
	if err != nil || len(page.Cases) == 0 {
		t.Fatalf("%+v gives %d cases: %v", f, len(page.Cases), err)
	}
	return page.Cases[0].ID
}

// administration makes one of each thing an administrator looks after.
func (w *world) administration(t *testing.T, h *apptest.Harness) {
	t.Helper()
	ctx := h.As(torgoy, demo.Administrator)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	units, err := h.App.Staff.Departments(ctx)
	must(err)
	w.department = units[0].ID
	worker, head := identity.From(h.As(torgoy, demo.CaseWorker)).PersonID, identity.From(h.As(torgoy, demo.Head)).PersonID
	w.employee = worker
	member, err := h.App.Staff.Member(ctx, worker)
	must(err)
	w.grant = member.Grants[0].ID
	today := clock.DateIn(time.Now())
	standin, err := h.App.Staff.SetSubstitute(ctx, head, worker, today, today.AddDays(14))
	must(err)
	w.standin = standin.ID
	token, _, err := h.App.Staff.CreateToken(ctx, staff.NewToken{Name: "Arkivet", Role: access.CaseWorker, Department: w.department, Days: 90, Scopes: []access.Permission{"case.list"}})
	must(err)
	w.token = token.ID
	_, w.invitation, err = h.App.Staff.Invite(ctx, access.NewInvite{Role: access.CaseWorker, Department: w.department, Email: "ny@torgoy.test", Name: "Ny Medarbeider"})
	must(err)
}

// addresses says where each page of the route table is and who reads it.
func (w world) addresses(t *testing.T) map[string]address {
	t.Helper()
	all := map[string]address{
		"/{$}": {nobody, []string{"/"}}, "/accessibility": {nobody, []string{"/accessibility"}}, "/privacy": {nobody, []string{"/privacy"}},
		"/help": {nobody, []string{"/help"}}, "/help/developers": {nobody, []string{"/help/developers"}}, "/offline": {nobody, []string{"/offline"}}, "/waiting-times": {nobody, []string{"/waiting-times"}}, "/components": {nobody, []string{"/components"}},
		"/invite/{secret}": {nobody, []string{"/invite/" + w.invitation}},

		"/drafts/{id}/site":     {demo.Mother, []string{"/drafts/" + w.sited.draft + "/site", "/drafts/" + w.sited.draft + "/site?choose=1&q=" + w.plot.ref}},
		"/work/cases/{id}/site": {demo.Planner, []string{"/work/cases/" + w.sited.caseID + "/site", "/work/cases/" + w.sited.caseID}},
		"/apply/{form}":         {demo.Mother, []string{"/apply/" + kindergarten.FormKey}},
		"/drafts/{id}/delete":   {demo.Mother, []string{"/drafts/" + w.draft + "/delete"}}, "/drafts/{id}/summary": {demo.Mother, []string{"/drafts/" + w.draft + "/summary"}},
		"/my": {demo.Mother, []string{"/my"}}, "/my/messages": {demo.Mother, []string{"/my/messages"}}, "/my/messages/{message}": {demo.Mother, []string{"/my/messages/" + w.message}}, "/my/channels": {demo.Mother, []string{"/my/channels"}}, "/my/looks": {demo.Mother, []string{"/my/looks"}},
		"/my/representation": {demo.Mother, []string{"/my/representation"}}, "/my/representation/new": {demo.Mother, []string{"/my/representation/new"}},
		"/my/acting": {demo.Mother, []string{"/my/acting"}}, "/my/signatures": {demo.Mother, []string{"/my/signatures"}},
		"/my/signatures/{id}": {demo.Mother, []string{"/my/signatures/" + w.unsigned}}, "/my/signatures/{id}/decline": {demo.Mother, []string{"/my/signatures/" + w.unsigned + "/decline"}},
		"/my/documents": {demo.Mother, []string{"/my/documents"}}, "/my/conversations": {demo.Mother, []string{"/my/conversations"}}, "/my/conversations/{id}": {demo.Mother, []string{"/my/conversations/" + w.accepted}},
		"/my/takeout": {demo.Mother, []string{"/my/takeout"}}, "/my/retention": {demo.Mother, []string{"/my/retention"}}, "/admin/retention": {demo.Administrator, []string{"/admin/retention"}},
		"/drafts/{id}/newer": {demo.Mother, []string{"/drafts/" + w.draft + "/newer"}}, "/my/bind": {demo.Mother, []string{"/my/bind"}},
		"/without-login/{form}": {nobody, []string{"/without-login/" + kindergarten.FormKey}},
		"/unbound/{id}":         {nobody, nil}, "/unbound/{id}/pages/{page}": {nobody, nil}, "/unbound/{id}/summary": {nobody, nil}, "/unbound/{id}/receipt": {nobody, nil}, "/unbound/{id}/delete": {nobody, nil},
		"/work/unbound": {demo.CaseWorker, []string{"/work/unbound"}}, "/work/unbound/{id}": {demo.CaseWorker, []string{"/work/unbound/" + w.unbound}},
		"/work/counter": {demo.CaseWorker, []string{"/work/counter"}},
		"/my/contact":   {demo.Mother, []string{"/my/contact"}}, "/my/cases/{id}/log": {demo.Mother, []string{"/my/cases/" + w.accepted + "/log"}},
		"/my/cases/{id}": {demo.Apart, []string{"/my/cases/" + w.offered}}, "/my/cases/{id}/decline": {demo.Apart, []string{"/my/cases/" + w.offered + "/decline"}},
		"/my/cases/{id}/withdraw": {demo.AppointedGuardian, []string{"/my/cases/" + w.waiting, "/my/cases/" + w.waiting + "/withdraw"}},

		"/work/print": {demo.Head, []string{"/work/print", "/work/print?show=posted", "/work/print?show=back"}}, "/work/print/{letter}/back": {demo.Head, []string{"/work/print/" + w.printed + "/back"}},

		"/work":                     {demo.CaseWorker, []string{"/work", "/work?q=finnes+ikke", "/work?status=closed"}},
		"/work/cases/{id}":          {demo.CaseWorker, []string{"/work/cases/" + w.mine, "/work/cases/" + w.unread}},
		"/work/cases/{id}/approval": {demo.Head, []string{"/work/cases/" + w.shared.proposed + "/approval", "/work/cases/" + w.shared.proposed}}, "/work/mentions": {demo.Head, []string{"/work/mentions"}},
		"/work/load": {demo.Head, []string{"/work/load"}}, "/work/arrange": {demo.Head, []string{"/work/arrange"}},
		"/work/arrange/templates/new": {demo.Head, []string{"/work/arrange/templates/new"}}, "/work/arrange/templates/{id}": {demo.Head, []string{"/work/arrange/templates/" + w.shared.template}},
		"/work/letters": {demo.Head, []string{"/work/letters"}}, "/work/letters/{kind}": {demo.Head, []string{"/work/letters/kindergarten"}},
		"/work/cases/{id}/parties": {demo.Head, []string{"/work/cases/" + w.waiting + "/parties"}},
		"/work/cases/{id}/steps":   {demo.Planner, []string{"/work/cases/" + w.sited.caseID + "/steps"}},
		"/work/cases/{id}/conference": {demo.Planner, []string{
			"/work/cases/" + w.conferred.fresh + "/conference", "/work/cases/" + w.conferred.called + "/conference", "/work/cases/" + w.conferred.held + "/conference",
			"/work/cases/" + w.conferred.over + "/conference", "/work/cases/" + w.conferred.fresh, "/work/cases/" + w.conferred.over,
		}},
		"/work/cases/{id}/decision": {demo.CaseWorker, []string{"/work/cases/" + w.mine + "/decision"}}, "/work/cases/{id}/log": {demo.Head, []string{"/work/cases/" + w.mine + "/log"}},

		"/my/cases/{id}/appeal": {demo.Mother, []string{"/my/cases/" + w.accepted + "/appeal", "/my/cases/" + w.conferred.called, "/my/cases/" + w.conferred.over}}, "/my/cases/{id}/appeal/withdraw": {demo.Mother, []string{"/my/cases/" + w.accepted + "/appeal/withdraw"}},
		"/my/cases/{id}/appeal/reasons": {demo.Apart, []string{"/my/cases/" + w.offered + "/appeal/reasons"}},
		"/work/appeals":                 {demo.Head, []string{"/work/appeals", "/work/appeals?state=withdrawn"}}, "/work/appeals/{id}": {demo.Head, []string{"/work/appeals/" + w.appeal}},
		"/work/cases/{id}/appeal": {demo.Head, []string{"/work/cases/" + w.accepted + "/appeal"}},
		"/work/appeal-bodies":     {demo.Head, []string{"/work/appeal-bodies"}},

		"/my/notices": {demo.Mother, []string{"/my/notices"}}, "/my/notices/new": {demo.Mother, []string{"/my/notices/new", "/my/notices/new?property=12-34"}},
		"/my/notices/{id}":                  {demo.Mother, []string{"/my/notices/" + w.noticed.sent, "/my/notices/" + w.noticed.begun}},
		"/my/notices/{id}/send":             {demo.Mother, []string{"/my/notices/" + w.noticed.ready + "/send"}},
		"/my/neighbour-notices/{neighbour}": {demo.Apart, []string{"/my/neighbour-notices/" + w.noticed.neighbour}},
		"/notice":                           {nobody, []string{"/notice", "/notice?code=x"}}, "/notice/{code}": {nobody, []string{"/notice/" + w.noticed.code}},
		"/work/notices":      {demo.Planner, []string{"/work/notices", "/work/notices?show=asked"}},
		"/work/notices/{id}": {demo.Planner, []string{"/work/notices/" + w.noticed.sent, "/work/notices/" + w.noticed.begun}},

		"/work/deadlines": {demo.Head, []string{"/work/deadlines", "/work/deadlines?window=this_week&rule=building.simple"}},

		"/map":    {nobody, []string{"/map", "/map?q=finnes+ikke"}},
		"/search": {nobody, []string{"/search", "/search?q=kaiveien", "/search?q=finnes+ikke"}}, "/place": {nobody, []string{"/place", w.plot.place, "/place?lat=59.91&lon=10.75"}},
		"/property/{ref}": {nobody, []string{"/property/" + w.plot.ref}}, "/plan/{number}": {nobody, []string{"/plan/" + w.plot.plan}}, "/work/property/{ref}": {demo.Planner, []string{"/work/property/" + w.plot.ref}},
		"/around": {nobody, []string{"/around", "/around?q=finnes+ikke", "/around?status=granted&days=365"}}, "/around/{id}": {nobody, []string{"/around/" + w.around.caseID}},
		"/my/areas": {demo.Mother, []string{"/my/areas"}}, "/my/areas/new": {demo.Mother, []string{"/my/areas/new", "/my/areas/new?q=finnes+ikke"}}, "/my/areas/{area}": {demo.Mother, []string{"/my/areas/" + w.around.area}},
		"/areas/new": {nobody, []string{"/areas/new"}}, "/areas/sent": {nobody, []string{"/areas/sent"}},
		"/areas/confirm/{code}": {nobody, []string{"/areas/confirm/" + w.around.confirm}}, "/areas/stop/{code}": {nobody, []string{"/areas/stop/" + w.around.stop}},

		"/schools": {nobody, []string{"/schools"}}, "/work/schools": {demo.Head, []string{"/work/schools"}},
		"/work/schools/new": {demo.Head, []string{"/work/schools/new"}}, "/work/schools/{id}": {demo.Head, []string{"/work/schools/" + w.school}},
		"/nursing-homes": {nobody, []string{"/nursing-homes"}}, "/work/nursing-homes": {demo.Head, []string{"/work/nursing-homes"}},
		"/work/nursing-waiting":      {demo.CareWorker, []string{"/work/nursing-waiting"}},
		"/work/nursing-waiting/{id}": {demo.CareWorker, []string{"/work/nursing-waiting/" + w.inLine}},
		"/work/nursing-homes/new":    {demo.Head, []string{"/work/nursing-homes/new"}}, "/work/nursing-homes/{id}": {demo.Head, []string{"/work/nursing-homes/" + w.nursingHome}},
		"/my/cases/{id}/sent": {demo.Mother, []string{"/my/cases/" + w.accepted + "/sent"}}, "/work/cases/{id}/sent": {demo.CaseWorker, []string{"/work/cases/" + w.mine + "/sent"}},
		"/kindergartens": {nobody, []string{"/kindergartens"}}, "/work/kindergartens": {demo.Head, []string{"/work/kindergartens"}},
		"/work/kindergartens/new": {demo.Head, []string{"/work/kindergartens/new"}}, "/work/kindergartens/{id}": {demo.Head, []string{"/work/kindergartens/" + w.unit}},

		"/admin": {demo.Administrator, []string{"/admin"}}, "/admin/permissions": {demo.Administrator, []string{"/admin/permissions"}}, "/admin/look": {demo.Administrator, []string{"/admin/look"}},
		"/admin/departments": {demo.Administrator, []string{"/admin/departments"}}, "/admin/departments/new": {demo.Administrator, []string{"/admin/departments/new"}},
		"/admin/departments/{id}": {demo.Administrator, []string{"/admin/departments/" + w.department}}, "/admin/departments/{id}/end": {demo.Administrator, []string{"/admin/departments/" + w.department + "/end"}},
		"/admin/staff": {demo.Administrator, []string{"/admin/staff"}}, "/admin/staff/new": {demo.Administrator, []string{"/admin/staff/new"}},
		"/admin/staff/{id}": {demo.Administrator, []string{"/admin/staff/" + w.employee}}, "/admin/staff/{id}/roles/{grant}/revoke": {demo.Administrator, []string{"/admin/staff/" + w.employee + "/roles/" + w.grant + "/revoke"}},
		"/admin/invites/new": {demo.Administrator, []string{"/admin/invites/new"}}, "/admin/substitutes": {demo.Administrator, []string{"/admin/substitutes"}},
		"/admin/substitutes/new": {demo.Administrator, []string{"/admin/substitutes/new"}}, "/admin/substitutes/{id}/end": {demo.Administrator, []string{"/admin/substitutes/" + w.standin + "/end"}},
		"/admin/tokens": {demo.Administrator, []string{"/admin/tokens"}}, "/admin/tokens/new": {demo.Administrator, []string{"/admin/tokens/new"}},
		"/admin/tokens/{id}/revoke": {demo.Administrator, []string{"/admin/tokens/" + w.token + "/revoke"}},
		"/admin/failed":             {demo.Administrator, []string{"/admin/failed"}}, "/admin/failed/jobs/{job}/discard": {demo.Administrator, []string{"/admin/failed/jobs/" + w.job + "/discard"}},
		"/admin/log": {demo.Auditor, []string{"/admin/log"}}, "/admin/log/verify": {demo.Auditor, []string{"/admin/log/verify"}},
	}
	maps.Copy(all, openData(w.road))
	for _, page := range definition(t).Pages {
		form := all["/drafts/{id}/pages/{page}"]
		all["/drafts/{id}/pages/{page}"] = address{demo.Mother, append(form.paths, "/drafts/"+w.draft+"/pages/"+page.ID)}
	}
	// The others are opened one by one by the tests of package ui.
	all["/components/{name}"] = address{nobody, []string{"/components/" + ui.StoryPages()[0]}}
	return all
}

// inLine is the case of somebody whom the demonstration has put on the waiting list
// for a nursing home.
func inLine(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	list, err := h.App.Nursing.WaitList(h.As(torgoy, demo.CareWorker), 1)
	must(t, err)
	if len(list.Lines) == 0 {
		t.Fatal("nobody waits for a nursing home")
	}
	return list.Lines[0].CaseID
}
