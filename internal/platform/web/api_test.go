package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// trouble reads a problem document.
func trouble(t *testing.T, rec *httptest.ResponseRecorder, status int) problem {
	t.Helper()
	if rec.Code != status || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s, want %d: %s", rec.Code, rec.Header().Get("Content-Type"), status, rec.Body.String())
	}
	if strings.Contains(rec.Body.String(), secret) || strings.Contains(rec.Body.String(), "[errs.") {
		t.Errorf("tells internal text or none: %s", rec.Body.String())
	}
	var p problem
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Errorf("%v: %s", err, rec.Body.String())
	}
	if p.Status != status || p.Title == "" || strings.HasPrefix(p.Title, "[") || rec.Header().Get("Content-Language") == "" || p.Type != "about:blank" || p.Code == "" || p.Detail == "" {
		t.Errorf("incomplete: %s", rec.Body.String())
	}
	return p
}

func TestAPI_wantsAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct{ header, want string }{
		"none":         {"", "Bearer"},
		"basic":        {"Basic Z29vZDpnb29k", "Bearer"},
		"unknown":      {"Bearer guess", `Bearer error="invalid_token"`},
		"empty":        {"Bearer ", `Bearer error="invalid_token"`},
		"without name": {"good", "Bearer"},
	} {
		rec := w.get("/api/things/x", "Authorization", tt.header)
		p := trouble(t, rec, http.StatusUnauthorized)
		if got := rec.Header().Get("WWW-Authenticate"); got != tt.want || p.Code != "errs.login" {
			t.Errorf("%s: %q, %+v", name, got, p)
		}
	}
	trouble(t, w.ask(request{path: "/api/things/x", who: "kari"}), http.StatusUnauthorized) // a person's cookie opens nothing
	rec := w.get("/api/things/x", "Authorization", "Bearer broken")
	if p := trouble(t, rec, http.StatusInternalServerError); p.Code != "errs.internal" || rec.Header().Get("WWW-Authenticate") != "" {
		t.Errorf("a fault of ours: %+v %v", p, rec.Header())
	}
}

func TestAPI_actsWithinTheTokensLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, header := range []string{"Bearer good", "bearer good", "BEARER  good"} {
		rec := w.get("/api/things/x", "Authorization", header)
		if rec.Code != http.StatusOK || strings.TrimSpace(rec.Body.String()) != `{"name":"case.read"}` {
			t.Errorf("%s: %d %s", header, rec.Code, rec.Body.String())
		}
		if got := rec.Header().Get("Link"); got != "" {
			t.Errorf("links to %q", got)
		}
	}
}

func TestAPI_turnsErrorsIntoProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for kind, want := range map[string]struct {
		status      int
		code, after string
	}{
		"internal": {500, "errs.internal", ""}, "fault": {500, "errs.internal", ""}, "invalid": {422, "errs.invalid", ""},
		"notfound": {404, "errs.not_found", ""}, "forbidden": {403, "errs.forbidden", ""}, "conflict": {409, "errs.conflict", ""},
		"toomany": {429, "errs.too_many", "2"}, "toolarge": {413, "errs.too_large", ""}, "unavailable": {503, "errs.unavailable", "60"},
		"login": {401, "errs.login", ""},
	} {
		rec := w.get("/api/things/"+kind, "Authorization", "Bearer good", "Accept-Language", "nn")
		p := trouble(t, rec, want.status)
		if p.Code != want.code || rec.Header().Get("Retry-After") != want.after || p.Detail != w.deps.Bundle.For("nn").T(want.code) {
			t.Errorf("%s: %+v, again in %q", kind, p, rec.Header().Get("Retry-After"))
		}
		if named := strings.HasPrefix(p.Instance, "urn:uuid:"); named != (want.status == 500) {
			t.Errorf("%s: instance %q", kind, p.Instance)
		}
	}
	if len(w.denied) != 1 {
		t.Errorf("%d refusals recorded", len(w.denied))
	}
	if log := w.log.String(); strings.Count(log, "request failed") != 2 || !strings.Contains(log, `route="GET /api/things/{kind}"`) {
		t.Errorf("the log: %s", log)
	}
}

func TestAPI_saysWhichFieldsAreWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func(body string, header ...string) *httptest.ResponseRecorder {
		h := pairs(append([]string{"Content-Type", "application/json", "Accept-Language", "en"}, header...))
		r := request{method: http.MethodPost, path: "/api/things", body: body}.make()
		for name, value := range h {
			r.Header.Set(name, value)
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		return rec
	}
	token := []string{"Authorization", "Bearer good"}
	p := trouble(t, post(`{"name":"Ola"}`, token...), http.StatusUnprocessableEntity)
	want := []problemField{{Name: "name", Code: "errs.required", Detail: "This field must be filled in."}}
	if diff := cmp.Diff(want, p.Errors); diff != "" || p.Code != "errs.invalid" {
		t.Errorf("the service's: %s %+v", diff, p)
	}
	for body, want := range map[string]problemField{
		`{"name":"x"}`: {Name: "body.name", Code: "web.input.min_length", Detail: "Too short. The shortest length is 2 characters."},
		`{}`:           {Name: "body", Code: "web.input.required", Detail: "The field name is missing."},
		`{"name":1}`:   {Name: "body.name", Code: "web.input.string", Detail: "Must be a text."},
	} {
		p := trouble(t, post(body, token...), http.StatusUnprocessableEntity)
		if diff := cmp.Diff(want, p.Errors[0]); diff != "" || p.Code != "errs.invalid_input" || p.Detail != "What was sent cannot be read." {
			t.Errorf("%s: %s %+v", body, diff, p)
		}
	}
	trouble(t, post(`{`, token...), http.StatusBadRequest)
	trouble(t, post("", token...), http.StatusBadRequest)
	trouble(t, post("a: b", append(token, "Content-Type", "application/yaml")...), http.StatusUnsupportedMediaType)
	big := trouble(t, post(`{"name":"`+strings.Repeat("x", maxAPIBody)+`"}`, token...), http.StatusRequestEntityTooLarge)
	if big.Code != "errs.too_large" || big.Detail != "What you sent is too large." {
		t.Errorf("too large: %+v", big)
	}
	// A stranger learns nothing from what is wrong with the input.
	if p := trouble(t, post(`{"name":"x"}`), http.StatusUnauthorized); len(p.Errors) != 0 {
		t.Errorf("a stranger is told %+v", p.Errors)
	}
}

func TestAPI_tellsMissingFromWronglyUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if p := trouble(t, w.get("/api/nothing"), http.StatusNotFound); p.Code != "errs.not_found" {
		t.Errorf("%+v", p)
	}
	trouble(t, w.get("/api/"), http.StatusNotFound)
	rec := w.ask(request{method: http.MethodDelete, path: "/api/things"})
	if p := trouble(t, rec, http.StatusMethodNotAllowed); p.Code != "errs.method" || rec.Header().Get("Allow") != "POST" {
		t.Errorf("%+v, allows %q", p, rec.Header().Get("Allow"))
	}
}

func TestAPI_apologisesForAPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := trouble(t, w.get("/api/panic"), http.StatusInternalServerError)
	if log := w.log.String(); !strings.Contains(log, "panic in a handler") || !strings.Contains(log, strings.TrimPrefix(p.Instance, "urn:uuid:")) {
		t.Errorf("%+v is not in the log: %s", p, log)
	}
}

func TestAPI_describesItself(t *testing.T) {
	t.Parallel()
	rec := newWorld(t).get("/api/openapi.json")
	if rec.Code != http.StatusOK || !json.Valid(rec.Body.Bytes()) {
		t.Fatalf("%d %.300s", rec.Code, rec.Body.String())
	}
	for _, bad := range []string{"http://", nordvik, "$schema", "localhost"} {
		if strings.Contains(rec.Body.String(), bad) {
			t.Errorf("names %s", bad)
		}
	}
	var doc struct {
		Info  struct{ Title, Version string }
		Paths map[string]map[string]struct {
			OperationID, Description string
			Tags                     []string
			Security                 []map[string][]string
			Responses                map[string]struct{ Content map[string]any }
		}
		Components struct {
			SecuritySchemes map[string]map[string]string
			Schemas         map[string]any
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	get := doc.Paths["/api/things/{kind}"]["get"]
	if doc.Info.Title != "Torg" || doc.Info.Version != "1.2.3" || doc.Components.SecuritySchemes["token"]["scheme"] != "bearer" {
		t.Errorf("%+v", doc.Info)
	}
	if get.OperationID != "get-thing" || get.Description != "Permission: `self.read`" || !cmp.Equal(get.Tags, []string{"test"}) || len(get.Security) != 1 {
		t.Errorf("%+v", get)
	}
	if _, ok := get.Responses["default"].Content["application/problem+json"]; !ok {
		t.Errorf("errors are not described: %+v", get.Responses)
	}
	if public := doc.Paths["/api/panic"]["get"]; len(public.Security) != 0 {
		t.Errorf("a public operation wants %v", public.Security)
	}
	var paths []string
	for path := range doc.Paths {
		paths = append(paths, path)
	}
	want := []string{"/api/panic", "/api/things", "/api/things/{kind}"}
	if diff := cmp.Diff(want, paths, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Error(diff)
	}
}

func TestAPI_loadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/docs", "/api/docs"} {
		if code := w.get(path).Code; code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}
