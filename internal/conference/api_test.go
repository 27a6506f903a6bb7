package conference_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
)

// machine calls the API on one case, as a case worker's system of the department that
// handles building cases.
type machine struct {
	*testing.T

	h       *apptest.Harness
	as      *apptest.Visitor
	caseID  string
	version float64
}

func machineFor(t *testing.T, h *apptest.Harness, c cases.Case, scopes ...access.Permission) *machine {
	t.Helper()
	_, secret, err := h.App.Roles.CreateToken(h.As(0, demo.Administrator), access.NewToken{
		Name: "Byggesaksystem", Role: access.CaseWorker, Department: c.Department, ExpiresAt: h.Clock.Now().AddDate(0, 2, 0), Scopes: scopes,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &machine{T: t, h: h, as: h.Machine("torgoy", secret), caseID: c.ID}
}

// send makes a request below the case's address, with the version it has read.
func (m *machine) send(method, path, key string, body map[string]any, status int) map[string]any {
	m.Helper()
	if body != nil && body["version"] == nil {
		body["version"] = m.version
	}
	text, err := json.Marshal(body)
	if err != nil {
		m.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if key != "" {
		header.Set("Idempotency-Key", key)
	}
	p := m.as.Send(method, "/api/cases/"+m.caseID+path, strings.NewReader(string(text)), header).Must(status)
	if status >= http.StatusBadRequest && p.Header.Get("Content-Type") != "application/problem+json" {
		m.Errorf("%s %s answers %s", method, path, p.Header.Get("Content-Type"))
	}
	var answer map[string]any
	if err := json.Unmarshal(p.Body, &answer); err != nil {
		m.Fatal(err)
	}
	if version, is := answer["version"].(float64); is {
		m.version = version
	}
	return answer
}

func (m *machine) read() map[string]any {
	m.Helper()
	return m.send(http.MethodGet, "/conference", "", nil, http.StatusOK)
}

// file sends a drawing ahead.
func (m *machine) file() string {
	m.Helper()
	p := m.as.Send(http.MethodPost, "/api/files", strings.NewReader(drawing), http.Header{"Content-Type": {"application/pdf"}, "Content-Disposition": {`attachment; filename="Fasade.pdf"`}})
	var answer struct{ ID string }
	if err := json.Unmarshal(p.Body, &answer); err != nil || answer.ID == "" {
		m.Fatalf("%s: %.300s", p, p.Body)
	}
	return answer.ID
}

func TestAPI_callsInvitesMovesHoldsAndConcludes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := received(h, demo.Mother, request())
		m := machineFor(t, h, c, cases.PermRead, cases.PermAssign, cases.PermAsk, "file.send")
		if got := m.read(); got["state"] != "waiting" || got["yours"] != false || got["hold_by"] != today(h, 14) || !strings.Contains(fmt.Sprint(got["wishes"]), "Tone Strand") {
			t.Fatalf("%v", got)
		}
		m.send(http.MethodPost, "/assign", "", map[string]any{}, http.StatusOK)
		call := map[string]any{"date": today(h, 3), "time": "9:30", "way": "office", "place": "Rådhuset"}
		if got := m.read(); got["yours"] != true {
			t.Fatalf("%v", got)
		}
		version := m.version
		m.send(http.MethodPost, "/conference/call", "call", call, http.StatusOK)
		if after := m.version; after != version+1 {
			t.Errorf("version %v after %v", after, version)
		}
		m.send(http.MethodPost, "/conference/call", "call", call, http.StatusOK) // the same again
		if n := messages(t, h, c, "case.conference_called"); n != 1 {
			t.Errorf("%d messages", n)
		}
		m.send(http.MethodPost, "/conference/guests", "", map[string]any{"name": "Brannvesenet", "email": fireStation}, http.StatusOK)
		got := m.read()
		guest, is := got["guests"].([]any)[0].(map[string]any)
		if !is || guest["email"] != fireStation || got["state"] != "called" || got["place"] != "Rådhuset" {
			t.Fatalf("%v", got)
		}
		m.send(http.MethodPost, "/conference/call", "", map[string]any{"date": today(h, 4), "time": "13.00", "way": "site", "place": "Fyrlia 4"}, http.StatusOK)
		m.send(http.MethodDelete, fmt.Sprintf("/conference/guests/%s?version=%v", guest["id"], m.version), "", nil, http.StatusOK)
		if n := len(toAddress(t, h, fireStation)); n != 3 {
			t.Errorf("the guest is told %d times", n)
		}
		h.Advance(5 * 24 * time.Hour)
		m.read()
		m.send(http.MethodPost, "/conference/held", "", map[string]any{"date": today(h, -1), "time": "13:00"}, http.StatusOK)
		m.send(http.MethodPost, "/conference/held", "", map[string]any{"date": today(h, -1), "time": "14:00"}, http.StatusOK)
		minutes := map[string]any{"participants": "Kari", "topics": "Planen.", "premises": "Ingen.", "files": []string{m.file()}}
		done := m.send(http.MethodPost, "/conference/minutes", "end", minutes, http.StatusOK)
		if done["status"] != "closed" {
			t.Errorf("%v", done)
		}
		again := m.send(http.MethodPost, "/conference/minutes", "end", minutes, http.StatusOK)
		got = m.read()
		papers := fmt.Sprint(got["papers"])
		if again["version"] != done["version"] || got["state"] != "over" || !strings.Contains(papers, "Fasade.pdf") || !strings.Contains(papers, "referat-") || !strings.Contains(fmt.Sprint(got["minutes"]), "Planen.") {
			t.Errorf("%v", got)
		}
		_, contents := papersOf(t, h, c)
		if text := pdfText(t, contents[0]); !strings.Contains(text, "Fasade.pdf") || !strings.Contains(text, "Byggesaksystem") {
			t.Errorf("the letter:\n%s", text)
		}
	})
}

// papersOf reads them as the applicant.
func papersOf(t *testing.T, h *apptest.Harness, c cases.Case) ([]string, [][]byte) {
	t.Helper()
	return papers(h.As(0, demo.Mother), t, h, c)
}

// What is wrong is told by the names in JSON; who has not the case, or not the permission,
// gets nowhere.
func TestAPI_refuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := received(h, demo.Mother, request())
		m := machineFor(t, h, c, cases.PermRead, cases.PermAssign, cases.PermAsk)
		m.read()
		call := map[string]any{"date": today(h, 3), "time": "9:30", "way": "office", "place": "Rådhuset"}
		m.send(http.MethodPost, "/conference/call", "", call, http.StatusConflict) // not assigned to it
		delete(call, "version")
		m.send(http.MethodPost, "/assign", "", map[string]any{}, http.StatusOK)
		m.read()
		for name, want := range map[string]struct {
			path  string
			body  map[string]any
			field string
		}{
			"yesterday": {"/call", map[string]any{"date": today(h, -1), "time": "9:30", "way": "office", "place": "Rådhuset"}, "date"},
			"at 25":     {"/call", map[string]any{"date": today(h, 1), "time": "25:00", "way": "office", "place": "Rådhuset"}, "time"},
			"nowhere":   {"/call", map[string]any{"date": today(h, 1), "time": "9:30", "way": "office", "place": " "}, "place"},
			"tomorrow":  {"/held", map[string]any{"date": today(h, 1), "time": "9:30"}, "date"},
			"no topics": {"/minutes", map[string]any{"participants": "Kari", "topics": "", "premises": "Ingen."}, "topics"},
			"nobody":    {"/guests", map[string]any{"name": "", "email": fireStation}, "name"},
		} {
			answer := m.send(http.MethodPost, "/conference"+want.path, "", want.body, http.StatusUnprocessableEntity)
			if text := fmt.Sprint(answer); !strings.Contains(text, "name:"+want.field+"]") {
				t.Errorf("%s: %v", name, answer)
			}
		}
		m.send(http.MethodPost, "/conference/minutes", "", map[string]any{"participants": "Kari", "topics": "Planen.", "premises": "Ingen."}, http.StatusConflict)
		m.send(http.MethodPost, "/conference/call", "", map[string]any{"version": 1, "date": today(h, 3), "time": "9:30", "way": "office", "place": "Rådhuset"}, http.StatusConflict)
		reader := machineFor(t, h, c, cases.PermRead)
		reader.send(http.MethodGet, "/conference", "", nil, http.StatusForbidden)
		reader.send(http.MethodPost, "/conference/call", "", map[string]any{"version": 1, "date": today(h, 3), "time": "9:30", "way": "office", "place": "Rådhuset"}, http.StatusForbidden)

		child := apptest.Apply(h, 0, demo.Mother)
		other := machineFor(t, h, child, cases.PermRead, cases.PermAsk)
		if got := other.read(); got["state"] != "none" {
			t.Errorf("a case of another kind: %v", got)
		}
		other.send(http.MethodPost, "/conference/held", "", map[string]any{"date": today(h, -1), "time": "9:30"}, http.StatusNotFound)
		other.caseID = c.ID // of another department
		other.send(http.MethodGet, "/conference", "", nil, http.StatusNotFound)
	})
}
