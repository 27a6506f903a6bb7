package staff

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func TestStaff_isLeafedThroughByFifty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 60 { // people whose data are erased: their roles still stand
		if _, err := s.roles.Grant(s.ctx, access.NewGrant{PersonID: ids.New(), Role: access.CaseWorker, Department: s.school.ID}); err != nil {
			t.Fatal(err)
		}
	}
	for path, rows := range map[string]int{
		"/admin/staff": 50, "/admin/staff?page=2": 11, "/admin/staff?page=99": 11, "/admin/staff?page=-1": 50, "/admin/staff?page=x": 50,
		"/admin/staff?page=2&department=" + s.school.ID: 10,
	} {
		page := s.get(t, "ada", path).is(http.StatusOK).has("Navn ikke kjent", "page=2")
		if got := strings.Count(page.body, `role="rowheader"`); got != rows {
			t.Errorf("%s shows %d rows, want %d", path, got, rows)
		}
	}
}

// An administrator of one department can do the work there and nowhere else.
func TestAdministratorOfOneDepartment_worksThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actors["local"] = s.actor("bo", identity.Grant{Role: "administrator", Department: s.school.ID})
	cleo := "/admin/staff/" + s.people["cleo"].ID
	s.get(t, "local", "/admin").is(http.StatusOK).has("/admin/departments", "/admin/tokens").lacks(`href="/admin/look"`)
	s.get(t, "local", "/admin/departments").is(http.StatusOK).has("/admin/departments/" + s.school.ID).lacks("/admin/departments/" + s.care.ID)
	s.get(t, "local", "/admin/departments/new").is(http.StatusOK).lacks("Øverst i kommunen")
	s.get(t, "local", "/admin/departments/"+s.care.ID).is(http.StatusForbidden)
	s.get(t, "local", cleo).is(http.StatusOK).has(`value="`+s.school.ID+`"`).lacks(`value="`+s.care.ID+`"`, `value="-"`)
	for department, status := range map[string]int{s.school.ID: http.StatusSeeOther, s.care.ID: http.StatusForbidden, "-": http.StatusForbidden} {
		s.post(t, "local", cleo+"/roles", url.Values{"role": {"case_worker"}, "department": {department}}).is(status)
		s.post(t, "local", "/admin/invites", url.Values{"email": {"a@b.no"}, "role": {"case_worker"}, "department": {department}}).
			is(map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[status == http.StatusSeeOther])
	}
	s.post(t, "local", "/admin/look", url.Values{"color": {"#000000"}}).is(http.StatusForbidden)
	s.get(t, "local", "/admin/log").is(http.StatusForbidden)
}

// A head of department sees her own people and can let one stand in for another,
// but gives no roles.
func TestHead_arrangesSubstitutesOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.give(s.ctx, "bo", access.CaseWorker, s.school.ID)
	s.give(s.ctx, "cleo", access.DepartmentHead, s.school.ID)
	bo := s.people["bo"].ID
	s.get(t, "head", "/admin/staff").is(http.StatusOK).has("Bo Ødegård").lacks("Ada Ødegård", "/admin/staff/new", "/admin/invites/new")
	s.get(t, "head", "/admin/staff/"+bo).is(http.StatusOK).lacks("Gi rollen", "/revoke")
	for _, path := range []string{"/admin/departments", "/admin/departments/new", "/admin/staff/new", "/admin/invites/new", "/admin/tokens", "/admin/tokens/new", "/admin/log"} {
		s.get(t, "head", path).is(http.StatusForbidden)
	}
	s.post(t, "head", "/admin/staff/"+bo+"/roles", nil).is(http.StatusForbidden)
	form := url.Values{"absent": {bo}, "substitute": {s.people["cleo"].ID}, "from": {"2026-11-23"}, "to": {"2026-11-27"}}
	s.post(t, "head", "/admin/substitutes", form).to("/admin/substitutes", "staff.flash.substitute_set")
	form.Set("absent", s.people["ada"].ID)
	s.post(t, "head", "/admin/substitutes", form).is(http.StatusForbidden)
}

// An invitation to a role that one has already is not used up.
func TestInvitation_isNotWastedOnOneWhoHasTheRole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, secret, err := s.service.Invite(s.ctx, access.NewInvite{Email: "a@b.no", Role: access.Administrator})
	s.ok(err)
	s.post(t, "ada", "/invite/"+secret, nil).is(http.StatusGone).has("allerede denne rollen")
	s.post(t, "bo", "/invite/"+secret, nil).to("/admin", "staff.flash.accepted")
}

func TestInvitation_bringsCaseWorkersToTheFrontPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, secret, err := s.service.Invite(s.ctx, access.NewInvite{Email: "a@b.no", Role: access.CaseWorker, Department: s.care.ID})
	s.ok(err)
	s.post(t, "bo", "/invite/"+secret, nil).to("/", "staff.flash.accepted")
}

// What is in the database's way is told as such, and nothing else is shown.
func TestPages_failWholeWhenTheDatabaseDoes(t *testing.T) {
	t.Parallel()
	s, ids := full(t)
	for _, p := range everyPage() {
		switch p.path {
		case "/admin", "/admin/staff/new", "/admin/permissions", "/admin/look":
			continue // these ask no table
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://torgby.example"+fill(p.path, ids), nil)
		r.AddCookie(&http.Cookie{Name: actorCookie, Value: p.actor})
		w := httptest.NewRecorder()
		s.http.ServeHTTP(w, r)
		if w.Code < http.StatusInternalServerError {
			t.Errorf("%s gives %d", p.path, w.Code)
		}
		if strings.Contains(w.Body.String(), "context canceled") {
			t.Errorf("%s shows internal text", p.path)
		}
	}
}

func TestService_returnsWhatTheDatabaseSays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(w.ctx)
		cancel()
		day, bo := w.service.today(), w.people["bo"].ID
		_, _, byName := w.service.FindByName(ctx, "Ødegård")
		_, _, invite := w.service.Invite(ctx, access.NewInvite{Email: "a@b.no", Role: access.Auditor, Department: w.school.ID})
		_, _, token := w.service.CreateToken(ctx, goodToken(w))
		_, _, choices := w.service.TokenChoices(ctx)
		_, _, grant := w.service.GrantOf(ctx, bo, ids.New())
		for name, err := range map[string]error{
			"Departments": second(w.service.Departments(ctx)), "NewDepartment": second(w.service.NewDepartment(ctx)),
			"Department": second(w.service.Department(ctx, w.school.ID)), "Staff": second(w.service.Staff(ctx, "")),
			"Member": second(w.service.Member(ctx, bo)), "GrantPlaces": second(w.service.GrantPlaces(ctx)), "GrantOf": grant,
			"Give":          second(w.service.Give(ctx, access.NewGrant{PersonID: bo, Role: access.Auditor})),
			"FindByName":    byName,
			"FindByNumber":  second(w.service.FindByNumber(ctx, w.numbers["bo"].Digits())),
			"Invite":        invite,
			"Invited":       second(w.service.Invited(ctx, "x")),
			"Substitutes":   second(w.service.Substitutes(ctx)),
			"Substitute":    second(w.service.Substitute(ctx, ids.New())),
			"SetSubstitute": second(w.service.SetSubstitute(ctx, bo, w.people["ada"].ID, day, day)),
			"Tokens":        second(w.service.Tokens(ctx)), "Token": second(w.service.Token(ctx, ids.New())),
			"CreateToken": token, "TokenChoices": choices,
		} {
			if !errs.Is(err, errs.KindInternal) && !errs.Is(err, errs.KindUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if units, err := w.service.Departments(w.ctx); err != nil || len(units) != 2 {
			t.Errorf("afterwards: %v, %v", units, err)
		}
	})
}

// Two who change the same department at the same moment: one of them is told.
func TestChangeDepartment_ofTwoAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		results := make(chan error, 4)
		for _, name := range []string{"A", "B", "C", "D"} {
			go func() {
				d := w.school
				d.Name = name
				results <- second(w.service.ChangeDepartment(w.ctx, d))
			}()
		}
		changed := 0
		for range 4 {
			if err := <-results; err == nil {
				changed++
			} else if !errs.Is(err, errs.KindConflict) {
				t.Errorf("refused with %v", err)
			}
		}
		if changed != 1 {
			t.Errorf("%d of 4 changed it", changed)
		}
	})
}

func TestCheckDepartment_takesTheSameNameElsewhere(t *testing.T) {
	t.Parallel()
	list := []tenant.Department{{ID: "a", Name: "Stab"}, {ID: "b", Name: "Skole"}, {ID: "c", Name: "Drift", Ended: true}}
	for name, tt := range map[string]struct {
		d     tenant.Department
		taken bool
	}{
		"beside it":      {tenant.Department{Name: "stab"}, true},
		"below another":  {tenant.Department{Name: "Stab", ParentID: "b"}, false},
		"itself":         {tenant.Department{ID: "a", Name: "STAB"}, false},
		"of one that is": {tenant.Department{Name: "Drift"}, false},
	} {
		err := checkDepartment(list, &tt.d)
		if got := fields(err)["name"] == "staff.department.name_taken"; got != tt.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIsEmail_takesOneAddressAlone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a@b.no": true, "ær@kommune.no": true, "": false, "a": false, "a@": false, "A <a@b.no>": false, "a@b.no, c@d.no": false,
		strings.Repeat("x", 250) + "@b.no": false, "a@b.no\r\nBcc: c@d.no": false,
	} {
		if got := isEmail(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
