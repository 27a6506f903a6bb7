package building_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// plannersMachine calls the API as a case worker of a department does.
func plannersMachine(t *testing.T, h *apptest.Harness, department string, scopes ...access.Permission) *apptest.Visitor {
	t.Helper()
	_, secret, err := h.App.Roles.CreateToken(h.As(0, demo.Administrator), access.NewToken{
		Name: "Byggesaksystem", Role: access.CaseWorker, Department: department, ExpiresAt: h.Clock.Now().AddDate(0, 1, 0), Scopes: scopes,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.Machine("torgoy", secret)
}

// caller sends JSON to a path and reads the answer.
type caller struct {
	*testing.T

	machine *apptest.Visitor
	path    string
}

func (c caller) send(method, path, key, body string, status int) map[string]any {
	c.Helper()
	header := http.Header{"Content-Type": {"application/json"}}
	if key != "" {
		header.Set("Idempotency-Key", key)
	}
	p := c.machine.Send(method, c.path+path, strings.NewReader(body), header).Must(status)
	if want := "application/problem+json"; status >= http.StatusBadRequest && p.Header.Get("Content-Type") != want {
		c.Errorf("%s %s: %s", method, path, p.Header.Get("Content-Type"))
	}
	var answer map[string]any
	if err := json.Unmarshal(p.Body, &answer); err != nil {
		c.Fatal(err)
	}
	return answer
}

func (c caller) step(key string, version float64, step, text string, status int) map[string]any {
	c.Helper()
	body, err := json.Marshal(map[string]any{"version": version, "step": step, "text": text})
	if err != nil {
		c.Fatal(err)
	}
	return c.send(http.MethodPost, "/steps", key, string(body), status)
}

// The operations are the page's: the clock stops and goes on, an old version is a
// conflict, and one key makes one step.
func TestStepsAPI_isThePageForMachines(t *testing.T) {
	t.Parallel()
	const rule = "building.ordinary"
	each(t, func(t *testing.T, h *apptest.Harness) {
		garage := apptest.Garage()
		garage["plan"], garage["dispensation"] = "unknown", "no"
		received := apptest.Receive(h, 0, demo.Mother, building.FormKey, nil, garage)
		in := caller{t, plannersMachine(t, h, received.Department, cases.PermRead, cases.PermAssign, cases.PermAsk), "/api/cases/" + received.ID}
		version := in.send(http.MethodGet, "", "", "", http.StatusOK)["case"].(map[string]any)["version"].(float64)
		if got := in.step("1", version, deadline.Incomplete, "Situasjonsplanen mangler.", http.StatusConflict); got["code"] != "cases.not_assigned_to_you" {
			t.Errorf("without having the case: %v", got)
		}
		version = in.send(http.MethodPost, "/assign", "", `{"version": `+strconv.Itoa(int(version))+`}`, http.StatusOK)["version"].(float64)
		before := in.send(http.MethodGet, "/steps", "", "", http.StatusOK)
		if before["version"] != version || before["yours"] != true || len(before["steps"].([]any)) != 3 {
			t.Fatalf("it stands as %v", before)
		}
		in.step("2", version, "demolished", "Hva som helst.", http.StatusUnprocessableEntity)
		in.step("2", version, deadline.Incomplete, "", http.StatusUnprocessableEntity)
		if got := in.step("2", version, deadline.Complete, "Alt er her.", http.StatusConflict); got["code"] != "building.steps.not_now" {
			t.Errorf("what does not stand is ended: %v", got)
		}
		var after map[string]any
		for range 2 { // the answer was lost, and it is sent again
			after = in.step("3", version, deadline.Incomplete, "Situasjonsplanen mangler.", http.StatusOK)
		}
		if after["version"] != version+1 || after["status"] != string(cases.Waiting) {
			t.Errorf("after the step: %v", after)
		}
		if got, _ := timerOf(t, h, received.ID, rule); got.StoppedBy != deadline.Incomplete {
			t.Errorf("the clock is stopped by %q", got.StoppedBy)
		}
		if got := in.step("4", version, deadline.Complete, "Alt er her.", http.StatusConflict); got["code"] != "errs.conflict" {
			t.Errorf("over an old version: %v", got)
		}
		first := in.send(http.MethodGet, "/steps", "", "", http.StatusOK)["steps"].([]any)[0].(map[string]any)
		if first["begins"] != deadline.Incomplete || first["stands"] != true || first["since"] == nil {
			t.Errorf("what stands is %v", first)
		}
		in.step("5", version+1, deadline.Complete, "Situasjonsplanen er kommet.", http.StatusOK)
		if got, _ := timerOf(t, h, received.ID, rule); got.State != deadline.Running {
			t.Errorf("the clock is %s", got.State)
		}
		reader := caller{t, plannersMachine(t, h, received.Department, cases.PermRead), in.path}
		reader.send(http.MethodGet, "/steps", "", "", http.StatusForbidden)
		reader.step("6", version+2, deadline.FeeDemanded, "4 200 kr.", http.StatusForbidden)
	})
}

// A case that is no building application has nothing that stops its time.
func TestStepsAPI_otherKindsHaveNone(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := apptest.Apply(h, 0, demo.Mother)
	in := caller{t, plannersMachine(t, h, c.Department, cases.PermRead, cases.PermAssign, cases.PermAsk), "/api/cases/" + c.ID}
	got := in.send(http.MethodGet, "/steps", "", "", http.StatusOK)
	if len(got["steps"].([]any)) != 0 {
		t.Errorf("a kindergarten case has %v", got)
	}
	version := in.send(http.MethodGet, "", "", "", http.StatusOK)["case"].(map[string]any)["version"].(float64)
	version = in.send(http.MethodPost, "/assign", "", `{"version": `+strconv.Itoa(int(version))+`}`, http.StatusOK)["version"].(float64)
	in.step("1", version, deadline.FeeDemanded, "4 200 kr.", http.StatusNotFound)
}

// Who may not know of a case does not learn that it is there from what is wrong with what
// she has sent.
func TestSteps_askAccessBeforeTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := handled(t, h, "no")
		elsewhere := apptest.Apply(h, 0, demo.Mother).Department
		in := caller{t, plannersMachine(t, h, elsewhere, cases.PermRead, cases.PermAsk), "/api/cases/" + c.ID}
		in.send(http.MethodPost, "/steps", "", `{"version": 1, "step": "complete", "text": "Alt er her.", "on": "0001-01-01"}`, http.StatusNotFound)
		stranger := h.Visitor("torgoy").As(demo.CaseWorker)
		typed := map[string][]string{"version": {"1"}, "step": {deadline.Complete}, "text": {"Alt er her."}, "on": {"aldri"}}
		stranger.Post("/work/cases/"+c.ID+"/steps", typed).Must(http.StatusNotFound)
		h.Visitor("torgoy").As(demo.Planner).Post("/work/cases/"+c.ID+"/steps", typed).Must(http.StatusUnprocessableEntity).Has("Skriv en dato fra søknaden kom inn")
	})
}
