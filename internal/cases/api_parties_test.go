package cases_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// partiesMachine changes parties as the head of a department does, or as another role.
func partiesMachine(t *testing.T, h *apptest.Harness, department string, role access.Role) func(method, path string, body map[string]any, status int) map[string]any {
	t.Helper()
	scopes := []access.Permission{cases.PermRead}
	if role == access.DepartmentHead {
		scopes = append(scopes, cases.PermParties)
	}
	_, secret, err := h.App.Roles.CreateToken(h.As(0, demo.Administrator), access.NewToken{
		Name: "Fagsystem", Role: role, Department: department, ExpiresAt: h.Clock.Now().AddDate(0, 1, 0), Scopes: scopes,
	})
	if err != nil {
		t.Fatal(err)
	}
	machine := h.Machine("torgoy", secret)
	return func(method, path string, body map[string]any, status int) map[string]any {
		t.Helper()
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {string(text)}}
		p := machine.Send(method, path, strings.NewReader(string(text)), header).Must(status)
		if status >= http.StatusBadRequest && p.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s answers %s", method, path, p.Header.Get("Content-Type"))
		}
		var answer map[string]any
		if err := json.Unmarshal(p.Body, &answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

func versionIn(answer map[string]any) float64 { return answer["version"].(float64) }

// roleOf is as what somebody stands in the list of parties, and whether she still is.
func roleOf(answer map[string]any, person string) (role string, still bool) {
	for _, p := range answer["parties"].([]any) {
		one := p.(map[string]any)
		if one["person"].(map[string]any)["id"] == person {
			return one["role"].(string), one["until"] == nil
		}
	}
	return "", false
}

func TestPartiesAPI_findsAddsReplacesAndEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := mothersCase(t, h)
		call := partiesMachine(t, h, c.Department, access.DepartmentHead)
		apart := h.As(0, demo.Apart)
		heir, at := identity.From(apart).PersonID, "/api/cases/"+c.ID+"/parties"
		before := call(http.MethodGet, at, nil, http.StatusOK)
		if role, _ := roleOf(before, c.Applicant); role != "applicant" {
			t.Errorf("the applicant is %q", role)
		}
		version := versionIn(before["case"].(map[string]any))
		find := map[string]any{"number": numberOf(t, h, demo.Apart), "role": "heir", "reason": because}
		found := call(http.MethodPost, at+"/find", find, http.StatusOK)["person"].(map[string]any)
		if found["id"] != heir || found["name"] != identity.From(apart).Name {
			t.Errorf("found %v", found)
		}
		if role, _ := roleOf(call(http.MethodGet, at, nil, http.StatusOK), heir); role != "" {
			t.Error("whoever is only found is a party")
		}
		add := map[string]any{"version": version, "person": heir, "role": "heir", "reason": "kort"}
		if got := call(http.MethodPost, at, add, http.StatusUnprocessableEntity); len(got["errors"].([]any)) != 1 {
			t.Errorf("without a reason: %v", got)
		}
		add["reason"] = because
		added := call(http.MethodPost, at, add, http.StatusOK)
		if versionIn(added) <= version || !now(apart, t, h, c.ID).Party {
			t.Errorf("added: %v", added)
		}
		if got := call(http.MethodPost, at, add, http.StatusConflict); got["code"] != "errs.conflict" {
			t.Errorf("sent again: %v", got)
		}
		replaced := call(http.MethodPost, at+"/applicant", map[string]any{"version": versionIn(added), "person": heir, "reason": because}, http.StatusOK)
		if replaced["applicant"].(map[string]any)["id"] != heir {
			t.Errorf("replaced: %v", replaced)
		}
		father := identity.From(h.As(0, demo.CoParent)).PersonID
		end := map[string]any{"version": versionIn(replaced), "person": father, "reason": "Retten har bestemt noe annet."}
		call(http.MethodPost, at+"/end", end, http.StatusOK)
		if role, still := roleOf(call(http.MethodGet, at, nil, http.StatusOK), father); role != "guardian" || still {
			t.Errorf("the father is %s still: %v", role, still)
		}
	})
}

func TestPartiesAPI_lapsesOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := mothersCase(t, h)
		call := partiesMachine(t, h, c.Department, access.DepartmentHead)
		at := "/api/cases/" + c.ID
		version := versionIn(call(http.MethodGet, at+"/parties", nil, http.StatusOK)["case"].(map[string]any))
		call(http.MethodPost, at+"/lapse", map[string]any{"version": version + 1, "reason": because}, http.StatusConflict)
		for range 2 {
			got := call(http.MethodPost, at+"/lapse", map[string]any{"version": version, "reason": because}, http.StatusOK)
			if got["outcome"] != cases.OutcomeLapsed || got["status"] != string(cases.Withdrawn) {
				t.Errorf("lapsed: %v", got)
			}
		}
		if n := len(linesOf(h.As(0, demo.Head), t, h, c.ID, cases.EntryLapsed)); n != 1 {
			t.Errorf("it lapsed %d times", n)
		}
	})
}

// A machine does not weigh a protected address (folkeregisterloven § 10-4), and a case
// worker's changes no parties.
func TestPartiesAPI_leavesToPeopleWhatIsTheirs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		hidden := one(t, h, func(c cases.Case) bool { return c.Restricted && c.Status.Open() })
		open := one(t, h, free)
		call := partiesMachine(t, h, open.Department, access.DepartmentHead)
		apart := identity.From(h.As(0, demo.Apart)).PersonID
		at := "/api/cases/" + hidden.ID
		change := map[string]any{"version": hidden.Version, "person": apart, "reason": because}
		call(http.MethodPost, at+"/parties/end", change, http.StatusNotFound)
		call(http.MethodPost, at+"/parties/applicant", change, http.StatusNotFound)
		call(http.MethodPost, at+"/lapse", map[string]any{"version": hidden.Version, "reason": because}, http.StatusNotFound)
		change["role"] = "agent"
		call(http.MethodPost, at+"/parties", change, http.StatusNotFound)
		call(http.MethodGet, at+"/parties", nil, http.StatusNotFound)

		at = "/api/cases/" + open.ID + "/parties"
		version := versionIn(call(http.MethodGet, at, nil, http.StatusOK)["case"].(map[string]any))
		// Nor does it learn who has one: the answers are those of a number that nobody has.
		nobody, err := pid.Synthetic(clock.NewDate(1951, time.March, 14), 3)
		if err != nil {
			t.Fatal(err)
		}
		protected := identity.From(h.As(0, demo.Hidden)).PersonID
		find := map[string]any{"number": nobody.Digits(), "role": "agent", "reason": because}
		unknown := call(http.MethodPost, at+"/find", find, http.StatusUnprocessableEntity)
		find["number"] = numberOf(t, h, demo.Hidden)
		before := looksAt(t, h, protected)
		if diff := cmp.Diff(unknown["errors"], call(http.MethodPost, at+"/find", find, http.StatusUnprocessableEntity)["errors"]); diff != "" {
			t.Error(diff)
		}
		if n := looksAt(t, h, protected); n != before+1 {
			t.Errorf("%d looks are recorded, were %d", n, before)
		}
		for _, person := range []string{"01a203e4-0000-7000-8000-000000000001", protected} {
			add := map[string]any{"version": version, "person": person, "role": "agent", "reason": because}
			if got := call(http.MethodPost, at, add, http.StatusNotFound); got["code"] != "errs.not_found" {
				t.Errorf("%s is added: %v", person, got)
			}
		}
		worker := partiesMachine(t, h, open.Department, access.CaseWorker)
		worker(http.MethodGet, at, nil, http.StatusForbidden)
		worker(http.MethodPost, at, map[string]any{"version": version, "person": apart, "role": "agent", "reason": because}, http.StatusForbidden)
	})
}
