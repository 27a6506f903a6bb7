package staff

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// full is a site in which every list has something to show.
func full(t *testing.T) (*site, map[string]string) {
	t.Helper()
	s := newSite(t)
	s.department(below(s.world))
	bo, cleo, today := s.people["bo"].ID, s.people["cleo"].ID, s.service.today()
	g := s.give(s.ctx, "bo", access.CaseWorker, s.school.ID)
	set, err := s.service.SetSubstitute(s.ctx, bo, cleo, today, today.AddDays(3))
	s.ok(err)
	token, _, err := s.service.CreateToken(s.ctx, goodToken(s.world))
	s.ok(err)
	_, secret, err := s.service.Invite(s.ctx, access.NewInvite{Email: "a@b.no", Role: access.CaseWorker, Department: s.school.ID})
	s.ok(err)
	job := s.deadJob(s.ctx, "one")
	s.badMessage(s.ctx)
	return s, map[string]string{
		"{job}": job, "{department}": s.school.ID, "{person}": bo, "{grant}": g.ID, "{substitute}": set.ID, "{token}": token.ID, "{secret}": secret,
	}
}

// everyPage is each page with its heading in the three languages.
func everyPage() []struct{ actor, path, nb, nn, en string } {
	return []struct{ actor, path, nb, nn, en string }{
		{"ada", "/admin", "Administrasjon", "Administrasjon", "Administration"},
		{"auditor", "/admin", "Administrasjon", "Administrasjon", "Administration"},
		{"ada", "/admin/departments", "Enheter", "Einingar", "Departments"},
		{"ada", "/admin/departments/new", "Ny enhet", "Ny eining", "New department"},
		{"ada", "/admin/departments/{department}", "Endre enhet", "Endre eining", "Change department"},
		{"ada", "/admin/departments/{department}/end", "Vil du avslutte enheten?", "Vil du avslutte eininga?", "Do you want to close the department?"},
		{"ada", "/admin/staff", "Ansatte", "Tilsette", "Staff"},
		{"head", "/admin/staff?department={department}", "Ansatte", "Tilsette", "Staff"},
		{"ada", "/admin/staff/new", "Finn personen som skal få en rolle", "Finn personen som skal få ei rolle", "Find the person who is to get a role"},
		{"ada", "/admin/staff/{person}", "Bo Ødegård", "Bo Ødegård", "Bo Ødegård"},
		{"head", "/admin/staff/{person}", "Bo Ødegård", "Bo Ødegård", "Bo Ødegård"},
		{"ada", "/admin/staff/{person}/roles/{grant}/revoke", "Vil du ta bort rollen?", "Vil du ta bort rolla?", "Do you want to take the role away?"},
		{"ada", "/admin/invites/new", "Inviter en ansatt", "Inviter ein tilsett", "Invite a member of staff"},
		{"ada", "/admin/substitutes", "Stedfortredere", "Stadfortredarar", "Substitutes"},
		{"head", "/admin/substitutes/new", "Ny stedfortreder", "Ny stadfortredar", "New substitute"},
		{"ada", "/admin/substitutes/{substitute}/end", "Skal dette ta slutt nå?", "Skal dette ta slutt no?", "Is this to end now?"},
		{"auditor", "/admin/tokens", "Tilgangsnøkler", "Tilgangsnøklar", "Access tokens"},
		{"ada", "/admin/tokens/new", "Ny tilgangsnøkkel", "Ny tilgangsnøkkel", "New access token"},
		{"ada", "/admin/tokens/{token}/revoke", "Vil du trekke nøkkelen tilbake?", "Vil du trekkje nøkkelen tilbake?", "Do you want to revoke the token?"},
		{"worker", "/admin/permissions", "Hva rollene gir adgang til", "Kva rollene gir tilgang til", "What the roles allow"},
		{"auditor", "/admin/log", "Logg", "Logg", "Log"},
		{"auditor", "/admin/log/verify", "Kontroll av loggen", "Kontroll av loggen", "Check of the log"},
		{"ada", "/admin/failed", "Arbeid som har feilet", "Arbeid som har feila", "Failed work"},
		{"ada", "/admin/failed/jobs/{job}/discard", "Vil du forkaste jobben?", "Vil du forkaste jobben?", "Do you want to discard the job?"},
		{"ada", "/admin/look", "Utseende", "Utsjånad", "Look"},
		{"", "/invite/{secret}", "Du er invitert", "Du er invitert", "You are invited"},
		{"bo", "/invite/{secret}", "Du er invitert", "Du er invitert", "You are invited"},
	}
}

func fill(path string, ids map[string]string) string {
	for name, id := range ids {
		path = strings.ReplaceAll(path, name, id)
	}
	return path
}

// missing finds a text that no language has, and a place that nothing filled.
var missing = regexp.MustCompile(`\[[a-z0-9]+\.[a-z0-9_.]+\]|<no value>|\{\{`)

func TestPages_standInThreeLanguages(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, p := range everyPage() {
		for lang, want := range map[string]string{"nb": p.nb, "nn": p.nn, "en": p.en} {
			page := s.send(t, p.actor, lang, http.MethodGet, fill(p.path, ids), nil).is(http.StatusOK)
			if got := page.heading(); got != want {
				t.Errorf("%s in %s: heading %q, want %q", p.path, lang, got, want)
			}
			if found := missing.FindAllString(page.body, -1); found != nil {
				t.Errorf("%s in %s lacks %v", p.path, lang, found)
			}
			if !strings.Contains(page.body, `<html lang="`+i18n.Lang(lang).Tag()+`"`) {
				t.Errorf("%s in %s does not tell its language", p.path, lang)
			}
		}
	}
}

// Every page of the route table is among those that the tests open.
func TestPages_areAllTried(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	tried := map[string]bool{}
	for _, p := range everyPage() {
		path, _, _ := strings.Cut(p.path, "?")
		tried[parameter.ReplaceAllString(path, "{}")] = true
	}
	for _, route := range s.http.Table() {
		if route.Module == "staff" && route.Method == http.MethodGet && route.Kind == "page" && !tried[parameter.ReplaceAllString(route.Path, "{}")] {
			t.Errorf("%s is not tried", route.Path)
		}
	}
}

// Nobody without a part in the administration gets past any of its routes.
func TestRoutes_areClosedToOutsiders(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, route := range s.http.Table() {
		if route.Module != "staff" || !strings.HasPrefix(route.Path, "/admin") {
			continue
		}
		path := strings.NewReplacer("{grant}", ids["{grant}"], "{job}", ids["{job}"], "{id}", idFor(route.Path, ids)).Replace(route.Path)
		if a := s.send(t, "", "nb", route.Method, path, nil); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login") {
			t.Errorf("a visitor: %s %s gives %d", route.Method, path, a.status)
		}
		for _, actor := range []string{"bo", "worker"} {
			if actor == "worker" && route.Permission == access.PermissionList {
				continue // everybody with a role may see what roles allow
			}
			if a := s.send(t, actor, "nb", route.Method, path, nil); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
				t.Errorf("%s: %s %s gives %d", actor, route.Method, path, a.status)
			}
		}
	}
}

func idFor(path string, ids map[string]string) string {
	for part, name := range map[string]string{"/departments": "{department}", "/staff": "{person}", "/substitutes": "{substitute}", "/tokens": "{token}"} {
		if strings.HasPrefix(path, "/admin"+part) {
			return ids[name]
		}
	}
	return ""
}

func TestOverview_linksToWhatOneMayOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(t, "ada", "/admin").is(http.StatusOK).has(`href="/admin/departments"`, `href="/admin/look"`).lacks(`href="/admin/log"`)
	s.get(t, "auditor", "/admin").is(http.StatusOK).has(`href="/admin/log"`).lacks(`href="/admin/look"`)
	s.get(t, "worker", "/admin/permissions").is(http.StatusOK).lacks(`href="/admin"`)
}

func TestDepartments_formGoesAndComes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	wrong := s.post(t, "ada", "/admin/departments", url.Values{"name": {""}, "parent": {""}, "email": {"her@"}}).is(http.StatusUnprocessableEntity)
	wrong.has("data-error-summary", `href="#f-parent"`, `value="her@"`)
	s.post(t, "ada", "/admin/departments", url.Values{"name": {"SKOLE"}, "parent": {"-"}}).is(http.StatusUnprocessableEntity).
		has("Det finnes allerede en enhet med dette navnet", `value="SKOLE"`)
	s.post(t, "ada", "/admin/departments", url.Values{"name": {"SFO"}, "parent": {s.school.ID}}).to("/admin/departments", "success:staff.flash.department_created")
	page := s.get(t, "ada", "/admin/departments").is(http.StatusOK).has("SFO", "I bruk", "skole@torgby.example")
	if strings.Index(page.body, "Skole") > strings.Index(page.body, "SFO") {
		t.Error("a department stands before the one it lies under")
	}
	path := "/admin/departments/" + s.care.ID
	s.get(t, "ada", path).has(`value="Omsorg"`, `name="version" value="1"`, path+"/end")
	form := url.Values{"name": {"Helse og omsorg"}, "parent": {"-"}, "version": {"1"}}
	s.post(t, "ada", path, form).to("/admin/departments", "staff.flash.department_changed")
	s.post(t, "ada", path, form).to(path, "warning:errs.conflict")
	s.post(t, "ada", path, url.Values{"name": {" "}, "parent": {"-"}, "version": {"2"}}).is(http.StatusUnprocessableEntity).has(`href="#f-name"`)
	s.post(t, "ada", path+"/end", url.Values{"version": {"1"}}).to("/admin/departments", "warning:errs.conflict")
	s.post(t, "ada", path+"/end", url.Values{"version": {"2"}}).to("/admin/departments", "staff.flash.department_ended")
	s.get(t, "ada", "/admin/departments").has("Avsluttet").lacks(`href="` + path + `"`)
	s.get(t, "ada", path).is(http.StatusNotFound).has("Enheten er avsluttet")
}

func TestDepartments_sayWhenThereAreNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://naboby.example/admin/departments", nil)
	r.AddCookie(&http.Cookie{Name: actorCookie, Value: "ada"})
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Det er ingen enheter ennå") {
		t.Errorf("status %d", w.Code)
	}
}

func TestStaff_numberIsNeverShownAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	digits := s.numbers["eva"].Digits()
	a := s.post(t, "ada", "/admin/staff/number", url.Values{"number": {digits}}).is(http.StatusSeeOther)
	path := a.header.Get("Location")
	if !strings.HasPrefix(path, "/admin/staff/") || strings.Contains(path, digits) {
		t.Fatalf("leads to %q", path)
	}
	s.get(t, "ada", path).is(http.StatusOK).has("Eva Ødegård", "Personen har ingen roller").lacks(digits)
	slip := digits[:10] + string('0'+(digits[10]-'0'+1)%10)
	s.post(t, "ada", "/admin/staff/number", url.Values{"number": {slip}}).is(http.StatusUnprocessableEntity).
		has(`href="#f-number"`, "Dette er ikke et fødselsnummer").lacks(slip)
}

func TestStaff_isFoundByName(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.post(t, "ada", "/admin/staff/name", url.Values{"name": {"Ødegård"}}).is(http.StatusOK).
		has("3 treff", "/admin/staff/"+s.people["cleo"].ID, "Født 3. mars 1980").lacks(s.people["pia"].ID)
	s.post(t, "ada", "/admin/staff/name", url.Values{"name": {"Zz"}}).is(http.StatusUnprocessableEntity).has(`href="#f-name"`, `value="Zz"`)
	s.post(t, "ada", "/admin/staff/name", url.Values{"name": {"Ingen slik"}}).is(http.StatusOK).has("0 treff")
}

func TestStaff_roleIsGivenAndTakenAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := "/admin/staff/" + s.people["cleo"].ID
	s.post(t, "ada", path+"/roles", url.Values{"role": {"king"}, "from": {"i morgen"}}).is(http.StatusUnprocessableEntity).
		has(`href="#f-role"`, `href="#f-department"`, `href="#f-from"`, "Skriv datoen som dag")
	form := url.Values{"role": {"case_worker"}, "department": {s.school.ID}, "from": {"2026-11-23"}, "to": {"2026-11-01"}}
	s.post(t, "ada", path+"/roles", form).is(http.StatusUnprocessableEntity).has(`href="#f-to"`, `value="2026-11-01"`, `value="case_worker"`)
	form.Set("to", "2026-12-24")
	s.post(t, "ada", path+"/roles", form).to(path, "success:staff.flash.granted")
	s.post(t, "ada", path+"/roles", form).to(path, "warning:access.has_role_already")
	page := s.get(t, "ada", path).is(http.StatusOK).has("Saksbehandler", "24. desember 2026", "/revoke")
	s.get(t, "ada", "/admin/staff?department="+s.school.ID).has("Cleo Ødegård", "Saksbehandler, Skole", "1 person")
	s.get(t, "ada", "/admin/staff?department="+s.care.ID).has("Ingen har en rolle her")
	revoke := regexp.MustCompile(`href="([^"]+/revoke)"`).FindStringSubmatch(page.body)[1]
	s.get(t, "ada", revoke).is(http.StatusOK).has("Cleo Ødegård", "Ja, ta bort rollen")
	s.post(t, "ada", revoke, nil).to(path, "staff.flash.revoked")
	s.get(t, "ada", revoke).is(http.StatusNotFound)
}

func TestStaff_lastAdministratorStays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	m, err := s.service.Member(s.ctx, s.people["ada"].ID)
	s.ok(err)
	path := "/admin/staff/" + m.Person.ID
	s.post(t, "ada", path+"/roles/"+m.Grants[0].ID+"/revoke", nil).to(path, "warning:access.last_administrator")
}

func TestInvitation_bringsTheFirstOneIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.post(t, "ada", "/admin/invites", url.Values{"email": {"eva"}, "name": {"Eva"}}).is(http.StatusUnprocessableEntity).
		has(`href="#f-email"`, `href="#f-role"`, `href="#f-department"`, `value="eva"`, `value="Eva"`)
	made := s.post(t, "ada", "/admin/invites", url.Values{"email": {"eva@torgby.example"}, "role": {"administrator"}, "department": {"-"}}).is(http.StatusOK)
	if made.header.Get("Cache-Control") != "no-store" {
		t.Error("a page with a secret may be kept")
	}
	link := regexp.MustCompile(`value="http://torgby\.example(/invite/[^"]+)"`).FindStringSubmatch(made.body)
	if link == nil {
		t.Fatalf("no link: %s", made.main())
	}
	visitor := s.get(t, "", link[1]).is(http.StatusOK).has("/login?return="+url.QueryEscape(link[1])).lacks("Ta imot rollen", "eva@torgby.example")
	if visitor.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link is told to other pages")
	}
	s.post(t, "", link[1], nil).is(http.StatusSeeOther)
	s.get(t, "bo", link[1]).is(http.StatusOK).has("Bo Ødegård", "Administrator", "Hele kommunen", "Ta imot rollen")
	s.post(t, "bo", link[1], nil).to("/admin", "staff.flash.accepted")
	s.get(t, "bo", link[1]).is(http.StatusGone).has("Invitasjonen kan ikke brukes", "allerede brukt")
	s.post(t, "worker", link[1], nil).is(http.StatusGone)
	s.get(t, "", "/invite/GUESS").is(http.StatusNotFound).has("Lenken er ikke gyldig")
}

func TestInvitation_runsOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, secret, err := s.service.Invite(s.ctx, access.NewInvite{Email: "a@b.no", Role: access.CaseWorker, Department: s.school.ID})
	s.ok(err)
	s.get(t, "bo", "/invite/"+secret).is(http.StatusOK).has("Saksbehandler", "Skole")
	s.env.Clock.Advance(8 * 24 * 3600 * 1e9)
	s.get(t, "bo", "/invite/"+secret).is(http.StatusGone).has("har gått ut")
	s.post(t, "bo", "/invite/"+secret, nil).is(http.StatusGone)
}

func TestSubstitutes_formGoesAndComes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.give(s.ctx, "cleo", access.CaseWorker, s.school.ID)
	s.get(t, "ada", "/admin/substitutes").has("Ingen er stedfortreder")
	s.get(t, "ada", "/admin/substitutes/new").has("Cleo Ødegård (Saksbehandler)", "Ada Ødegård (Administrator)")
	form := url.Values{"absent": {s.people["cleo"].ID}, "substitute": {s.people["cleo"].ID}, "from": {"2026-11-23"}, "to": {"x"}}
	s.post(t, "ada", "/admin/substitutes", form).is(http.StatusUnprocessableEntity).has(`href="#f-to"`, "selected")
	form.Set("to", "2026-11-30")
	s.post(t, "ada", "/admin/substitutes", form).is(http.StatusUnprocessableEntity).has(`href="#f-substitute"`)
	form.Set("substitute", s.people["ada"].ID)
	s.post(t, "ada", "/admin/substitutes", form).to("/admin/substitutes", "staff.flash.substitute_set")
	page := s.get(t, "ada", "/admin/substitutes").has("Cleo Ødegård", "30. november 2026")
	end := regexp.MustCompile(`href="([^"]+/end)"`).FindStringSubmatch(page.body)[1]
	s.post(t, "ada", end, nil).to("/admin/substitutes", "staff.flash.substitute_ended")
	s.get(t, "ada", end).is(http.StatusNotFound)
}

func TestTokens_secretIsShownOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.post(t, "ada", "/admin/tokens", url.Values{"name": {"Arkiv"}, "days": {"x"}}).is(http.StatusUnprocessableEntity).
		has(`value="Arkiv"`, `href="#f-department"`, `href="#f-role"`, `href="#f-days"`, `href="#f-scopes"`)
	form := url.Values{"name": {"Arkiv"}, "days": {"30"}, "role": {"administrator"}, "department": {"-"}, "scopes": {"department.read", "role.read"}}
	made := s.post(t, "ada", "/admin/tokens", form).is(http.StatusOK).has("Du ser dette bare nå")
	if made.header.Get("Cache-Control") != "no-store" {
		t.Error("a page with a secret may be kept")
	}
	secret := regexp.MustCompile(`value="(torg_[^"]+)"`).FindStringSubmatch(made.body)
	if secret == nil {
		t.Fatalf("no secret: %s", made.main())
	}
	list := s.get(t, "ada", "/admin/tokens").is(http.StatusOK).has("Arkiv", "Gjelder", "Aldri").lacks(secret[1])
	revoke := regexp.MustCompile(`href="([^"]+/revoke)"`).FindStringSubmatch(list.body)[1]
	s.get(t, "auditor", "/admin/tokens").has("Arkiv").lacks("/revoke", "/admin/tokens/new")
	s.post(t, "ada", revoke, nil).to("/admin/tokens", "staff.flash.token_revoked")
	s.get(t, "ada", "/admin/tokens").has("Trukket tilbake").lacks("/revoke")
}

func TestTokens_keepWhatWasTicked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"name": {""}, "days": {"30"}, "role": {"auditor"}, "department": {s.school.ID}, "scopes": {"audit.read"}}
	page := s.post(t, "ada", "/admin/tokens", form).is(http.StatusUnprocessableEntity)
	for _, value := range []string{"auditor", "audit.read"} {
		input := regexp.MustCompile(`<input[^>]*value="` + regexp.QuoteMeta(value) + `"[^>]*>`).FindString(page.body)
		if !strings.Contains(input, "checked") {
			t.Errorf("%s is not chosen any more: %s", value, input)
		}
	}
	page.lacks(`value="role.manage"`, `value="token.manage"`)
}

func TestPermissions_areWordsInATable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.get(t, "worker", "/admin/permissions").is(http.StatusOK)
	rows := strings.Count(page.body, `role="rowheader"`)
	if rows != len(s.access.Permissions()) {
		t.Errorf("%d rows for %d permissions", rows, len(s.access.Permissions()))
	}
	page.has("Ja, alltid", "Nei", "I egen enhet", "admin.open", `scope="row"`)
}

func TestLog_tellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	s, _ := full(t)
	page := s.get(t, "auditor", "/admin/log").is(http.StatusOK).
		has("Ada Ødegård", "Administrator, Hele kommunen", "Rolle gitt", "Saksbehandler, Skole", "Enhet opprettet", "Tilgangsnøkkel laget", "Venter").
		lacks("Forseglet")
	if found := missing.FindAllString(page.body, -1); found != nil {
		t.Errorf("lacks %v", found)
	}
	if _, err := s.sealer.Seal(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.get(t, "auditor", "/admin/log").has("Forseglet")
	s.get(t, "auditor", "/admin/log/verify").is(http.StatusOK).has("Loggen er hel", "Linjer som er forseglet")
	s.get(t, "auditor", "/admin/log?before=x").is(http.StatusNotFound)
	for range logLength {
		s.get(t, "ada", "/admin/staff/"+s.people["bo"].ID)
	}
	older := regexp.MustCompile(`href="(/admin/log\?before=[^"]+)"`).FindStringSubmatch(s.get(t, "auditor", "/admin/log").body)
	if older == nil {
		t.Fatal("no way to what is older")
	}
	s.get(t, "auditor", older[1]).is(http.StatusOK).has("Enhet opprettet")
}

func TestLook_previewsBeforeItSaves(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(t, "ada", "/admin/look").is(http.StatusOK).has(`type="color"`, `value="#1d4f91"`, "Kontrasten mellom #1d4f91 og hvitt er 8,", `fill="#1d4f91"`).lacks("style=")
	s.post(t, "ada", "/admin/look", url.Values{"color": {"#ffee00"}, "do": {"preview"}}).is(http.StatusOK).
		has(`value="#ffee00"`, "litt annen nyanse", "/theme/ffee00-")
	s.post(t, "ada", "/admin/look", url.Values{"color": {"blå"}}).is(http.StatusUnprocessableEntity).has(`href="#f-color"`, "«blå» er ikke en farge", "color-error color-hint")
	s.post(t, "ada", "/admin/look", url.Values{"color": {"blå"}, "do": {"preview"}}).is(http.StatusUnprocessableEntity)
	s.ok(s.dir.Refresh(t.Context()))
	s.get(t, "ada", "/admin/look").has(`value="#1d4f91"`)
	s.post(t, "ada", "/admin/look", url.Values{"color": {"#880011"}}).to("/admin/look", "staff.flash.color")
	s.ok(s.dir.Refresh(t.Context()))
	s.get(t, "ada", "/admin/look").has(`value="#880011"`)
}

// call is a JSON operation by a token with some scopes.
func (s *site) call(t *testing.T, secret, method, path, body string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://torgby.example"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s %s: %v in %q", method, path, err, w.Body)
	}
	return w.Code, out
}

func (s *site) token(t *testing.T, scopes ...access.Permission) string {
	t.Helper()
	_, secret, err := s.service.CreateToken(s.ctx, NewToken{Name: "x", Role: access.Administrator, Days: 1, Scopes: scopes})
	s.ok(err)
	return secret
}

func TestAPI_departments(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := s.token(t, access.DepartmentRead, access.DepartmentManage)
	status, made := s.call(t, secret, http.MethodPost, "/api/departments", `{"name":"SFO","parentId":"`+s.school.ID+`"}`)
	if status != http.StatusCreated || made["name"] != "SFO" || made["parentId"] != s.school.ID || made["version"] != 1.0 {
		t.Fatalf("%d %v", status, made)
	}
	status, list := s.call(t, secret, http.MethodGet, "/api/departments", "")
	all, _ := list["departments"].([]any)
	var names []string
	for _, d := range all {
		one, _ := d.(map[string]any)
		name, _ := one["name"].(string)
		names = append(names, name)
	}
	if !slices.Equal(names, []string{"Omsorg", "Skole", "SFO"}) {
		t.Errorf("%d %v", status, names)
	}
	status, wrong := s.call(t, secret, http.MethodPost, "/api/departments", `{"name":"","parentId":"nowhere"}`)
	if status != http.StatusForbidden && status != http.StatusUnprocessableEntity {
		t.Errorf("%d %v", status, wrong)
	}
	status, wrong = s.call(t, secret, http.MethodPost, "/api/departments", `{"name":"skole"}`)
	if text, _ := json.Marshal(wrong); status != http.StatusUnprocessableEntity || !strings.Contains(string(text), "staff.department.name_taken") {
		t.Errorf("%d %s", status, text)
	}
}

func TestAPI_isClosedToThoseWithoutTheScope(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	reader := s.token(t, access.DepartmentRead)
	for _, tt := range []struct {
		secret, method, path, body string
		want                       int
	}{
		{"", http.MethodGet, "/api/departments", "", http.StatusUnauthorized},
		{"torg_GUESS", http.MethodGet, "/api/staff", "", http.StatusUnauthorized},
		{reader, http.MethodGet, "/api/departments", "", http.StatusOK},
		{reader, http.MethodGet, "/api/staff", "", http.StatusForbidden},
		{reader, http.MethodPost, "/api/departments", `{"name":"X"}`, http.StatusForbidden},
	} {
		if status, out := s.call(t, tt.secret, tt.method, tt.path, tt.body); status != tt.want {
			t.Errorf("%s %s: %d %v", tt.method, tt.path, status, out)
		}
	}
}

func TestAPI_staff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.give(s.ctx, "bo", access.CaseWorker, s.school.ID)
	status, out := s.call(t, s.token(t, access.RoleRead), http.MethodGet, "/api/staff?department="+s.school.ID, "")
	staff, _ := out["staff"].([]any)
	if status != http.StatusOK || len(staff) != 1 {
		t.Fatalf("%d %v", status, out)
	}
	one, _ := staff[0].(map[string]any)
	roles, _ := one["roles"].([]any)
	role, _ := roles[0].(map[string]any)
	delete(role, "id")
	want := map[string]any{"role": "case_worker", "departmentId": s.school.ID, "from": "2026-11-23"}
	if diff := cmp.Diff(want, role); one["name"] != "Bo Ødegård" || diff != "" {
		t.Errorf("%v %s", one, diff)
	}
}

func TestPlaceName_saysWhatIsGone(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), texts(t).For(i18n.NB))
	units := []Unit{{Department: tenant.Department{ID: "a"}, Path: "A › B"}}
	for id, want := range map[string]string{"": "Hele kommunen", "a": "A › B", "b": "Ukjent enhet"} {
		if got := placeName(ctx, units, id); got != want {
			t.Errorf("%q: %q", id, got)
		}
	}
	if got := personName(ctx, identity.Person{}); got != "Navn ikke kjent" {
		t.Errorf("nobody: %q", got)
	}
	if got := objectWords(ctx, "spaceship"); got != "spaceship" {
		t.Errorf("an unknown type: %q", got)
	}
}
