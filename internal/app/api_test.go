package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// apiVersion is the version of the operations that the committed description tells
// of. A server's own description tells the program's.
const apiVersion = "1"

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// installation is the product with two test municipalities, a mother and a
// child, answering over HTTP.
type installation struct {
	*app.App
	t       *testing.T
	clock   *clock.Fake
	url     string
	towns   []tenant.Tenant
	secrets []string // of a case worker's token in each town
	unit    string   // a kindergarten of the first
	mother  string   // national numbers
	child   string
}

// everyScope is what a token needs to drive the whole job.
func everyScope() []access.Permission {
	return []access.Permission{
		"application.register", "file.send", "case.read", "case.list", "case.assign", "case.ask", "case.note", "case.decide", "case.register_answer", "kindergarten.manage",
	}
}

func eachInstallation(t *testing.T, test func(t *testing.T, in *installation)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, install(t, postgres))
		})
	}
}

func install(t *testing.T, postgres bool) *installation {
	t.Helper()
	dir := t.TempDir()
	in := &installation{t: t, clock: clock.NewFake(storetest.Start()), mother: number(t, "1990-03-01"), child: number(t, "2025-02-13")}
	settings := map[string]string{"TORG_DATA": dir, "TORG_REGISTER_FILE": filepath.Join(dir, "register.json"), "TORG_PERSON_LIMIT": "1000", "TORG_ADDRESS_LIMIT": "1000"}
	if postgres {
		settings["TORG_MIGRATE_URL"], settings["TORG_DATABASE_URL"] = pgcluster.Start(t).Database(t)
	}
	in.writeRegister(settings["TORG_REGISTER_FILE"])
	config, err := app.ReadConfig(settings)
	if err != nil {
		t.Fatal(err)
	}
	if in.App, err = app.New(t.Context(), config, app.Parts{Clock: in.clock}); err != nil {
		t.Fatal(err)
	}
	held := in
	t.Cleanup(func() {
		if err := held.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		held = nil // testing remembers this function to the end of the process
	})
	for _, name := range []string{"4204", "4625"} {
		in.addTown(name)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(in.Handler())
	t.Cleanup(func() {
		server.Close()
		server = nil
	})
	in.url = server.URL
	return in
}

func number(t *testing.T, born string) string {
	t.Helper()
	day, err := clock.ParseDate(born)
	if err != nil {
		t.Fatal(err)
	}
	n, err := pid.Synthetic(day, 7)
	if err != nil {
		t.Fatal(err)
	}
	return n.Digits()
}

func (in *installation) writeRegister(path string) {
	in.t.Helper()
	text, err := json.Marshal([]app.MadeUpPerson{
		{Number: in.mother, Given: "Kari", Family: "Ærfugl", BirthDate: "1990-03-01"},
		{Number: in.child, Given: "Ådne", Family: "Ærfugl", BirthDate: "2025-02-13", Guardians: []string{in.mother}},
		{Number: number(in.t, "1980-01-01"), Given: "Per", Family: "Fremmed", BirthDate: "1980-01-01"},
	})
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		in.t.Fatal(err)
	}
}

func (in *installation) addTown(name string) {
	in.t.Helper()
	m, err := tenant.Find(name)
	if err != nil {
		in.t.Fatal(err)
	}
	town, _, err := in.AddTenant(in.t.Context(), m, true, time.Hour)
	if err != nil {
		in.t.Fatal(err)
	}
	in.towns = append(in.towns, town)
	if in.unit == "" {
		u, err := in.Kindergarten.Put(in.operator(0), kindergarten.Unit{Name: "Bjørkelia", Capacity: 10})
		if err != nil {
			in.t.Fatal(err)
		}
		in.unit = u.ID
	}
	in.secrets = append(in.secrets, in.token(len(in.towns)-1, everyScope()...))
}

// operator is the context of the command line in a town.
func (in *installation) operator(town int) context.Context {
	in.t.Helper()
	ctx, err := in.Directory.Bind(in.t.Context(), in.towns[town].ID)
	if err != nil {
		in.t.Fatal(err)
	}
	return identity.AsSystem(ctx, "operator")
}

func (in *installation) token(town int, scopes ...access.Permission) string {
	in.t.Helper()
	_, secret, err := in.Roles.CreateToken(in.operator(town), access.NewToken{
		Name: "Fagsystem", Role: access.CaseWorker, Scopes: scopes, ExpiresAt: in.clock.Now().Add(24 * time.Hour),
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return secret
}

// call asks the API of a town and returns the status, the body as JSON, and the body.
func (in *installation) call(town int, secret, method, path string, body any) (int, map[string]any, []byte) {
	in.t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			in.t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(in.t.Context(), method, in.url+path, content)
	if err != nil {
		in.t.Fatal(err)
	}
	req.Host = in.towns[town].MainHost()
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		in.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		in.t.Fatal(err)
	}
	var out map[string]any
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &out); err != nil {
			in.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
		}
	}
	return res.StatusCode, out, raw
}

// must is call in the first town with its token, and the status that must come.
func (in *installation) must(want int, method, path string, body any) map[string]any {
	in.t.Helper()
	status, out, raw := in.call(0, in.secrets[0], method, path, body)
	if status != want {
		in.t.Fatalf("%s %s: status %d, want %d: %s", method, path, status, want, raw)
	}
	return out
}

type object = map[string]any

// application is a paper form as somebody has typed it in.
func (in *installation) application(key string) object {
	return object{
		"form": "kindergarten-place", "applicant": in.mother, "subject": in.child, "key": key, "lang": "nn",
		"answers": object{
			"lives_with": "both", "phone": "912 34 567", "email": "kari@example.test", "application_type": "new", "start_date": "2027-08-16",
			"kindergartens": []string{in.unit}, "accept_other": "yes", "percentage": "100", "has_sibling": "no", "interpreter": "no",
		},
	}
}

func (in *installation) grant(version any) object {
	return object{
		"version": version, "outcome": "granted", "values": object{"kindergarten": in.unit, "start": "2027-08-16"},
		"legal_basis": "Barnehagelova § 16.", "reasons": "Barnet har rett til plass etter lova.", "appeal": "Du kan klage innan tre veker.",
	}
}

// kinds are what the journal of a case tells, in order.
func kinds(details object) []string {
	var list []string
	for _, e := range details["journal"].([]any) {
		list = append(list, e.(object)["kind"].(string))
	}
	return list
}

func TestAPI_drivesTheJobFromEndToEnd(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		made := in.must(http.StatusCreated, "POST", "/api/applications", in.application("paper-1"))
		path := "/api/cases/" + made["case"].(string)
		now := in.must(http.StatusOK, "POST", path+"/assign", object{"version": made["version"]})
		now = in.must(http.StatusOK, "POST", path+"/ask", object{"version": now["version"], "text": "Kva adresse har barnet?"})
		if now["status"] != "waiting" {
			t.Errorf("after the question: %v", now["status"])
		}
		in.must(http.StatusOK, "POST", path+"/answer", object{"text": "Storgata 1"})
		in.must(http.StatusOK, "POST", path+"/note", object{"text": "Ringt og stadfesta."})
		now = in.must(http.StatusOK, "GET", path, nil)["case"].(object)
		now = in.must(http.StatusOK, "POST", path+"/decision", in.grant(now["version"]))
		if now["status"] != "decided" || now["outcome"] != "granted" {
			t.Errorf("after the decision: %v", now)
		}
		letter := in.letter(path)
		status, _, pdf := in.call(0, in.secrets[0], "GET", path+"/documents/"+letter, nil)
		if status != http.StatusOK || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("letter: status %d, %.20q", status, pdf)
		}
		now = in.must(http.StatusOK, "POST", path+"/respond", object{"answer": "accepted"})
		if now["status"] != "closed" || now["answer"] != "accepted" {
			t.Errorf("after the answer: %v", now)
		}
		details := in.must(http.StatusOK, "GET", path, nil)
		want := []string{"received", "assigned", "asked", "answered_by_staff", "noted", "decided", "letter", "accepted_by_staff"}
		if diff := cmp.Diff(want, kinds(details)); diff != "" {
			t.Error(diff)
		}
		if details["case"].(object)["lang"] != "nn" || len(details["sent"].([]any)) < 10 {
			t.Errorf("details: %v", details)
		}
		first := details["journal"].([]any)[0].(object)["actor"].(object)
		if first["name"] != "Fagsystem" {
			t.Errorf("the journal says that %v registered the application", first)
		}
		in.found(made["case"].(string), "ærfugl ådne", made["number"].(string))
	})
}

// letter waits for the letter of a decision and returns its id.
func (in *installation) letter(path string) string {
	in.t.Helper()
	for range 200 {
		d := in.must(http.StatusOK, "GET", path, nil)["decision"].(object)
		if id, ok := d["letter"].(string); ok {
			return id
		}
		time.Sleep(50 * time.Millisecond)
	}
	in.t.Fatal("no letter came")
	return ""
}

// found searches for a case by each text.
func (in *installation) found(id string, texts ...string) {
	in.t.Helper()
	for _, text := range texts {
		list := in.must(http.StatusOK, "GET", "/api/cases?text="+strings.ReplaceAll(text, " ", "+"), nil)["cases"].([]any)
		if len(list) != 1 || list[0].(object)["id"] != id {
			in.t.Errorf("%q finds %v", text, list)
		}
	}
}

func TestAPI_isReplayedByItsKey(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		first := in.must(http.StatusCreated, "POST", "/api/applications", in.application("k"))
		second := in.must(http.StatusOK, "POST", "/api/applications", in.application("k"))
		if first["case"] != second["case"] {
			t.Errorf("two cases for one key: %v, %v", first, second)
		}
		// Another key is another application, and the child has one already.
		in.must(http.StatusConflict, "POST", "/api/applications", in.application("l"))
		if list := in.must(http.StatusOK, "GET", "/api/cases", nil)["cases"].([]any); len(list) != 1 {
			t.Errorf("%d cases", len(list))
		}
	})
}

func TestAPI_refusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		for name, test := range map[string]struct {
			change func(a object)
			fields []string
		}{
			"a date in the past":      {func(a object) { a["answers"].(object)["start_date"] = "2020-01-01" }, []string{"answers.start_date"}},
			"an unknown question":     {func(a object) { a["answers"].(object)["income"] = 1 }, []string{"answers.income"}},
			"an unknown kindergarten": {func(a object) { a["answers"].(object)["kindergartens"] = []string{"x"} }, []string{"answers.kindergartens"}},
			"a missing answer":        {func(a object) { delete(a["answers"].(object), "phone") }, []string{"answers.phone"}},
			"a false number":          {func(a object) { a["applicant"] = "12345678901" }, []string{"applicant"}},
			"not her child":           {func(a object) { a["applicant"] = number(t, "1980-01-01") }, []string{"subject"}},
			"nobody's number":         {func(a object) { a["applicant"] = number(t, "1970-05-05") }, []string{"applicant"}},
			"two at once":             {func(a object) { a["applicant"], a["key"] = "1", "" }, []string{"applicant", "key"}},
			"someone else's file": {func(a object) {
				a["answers"].(object)["other_documents"] = []object{{"id": in.unit, "name": "a.pdf", "size": 1}}
			}, []string{"answers.other_documents.0"}},
		} {
			a := in.application("wrong")
			test.change(a)
			status, out, raw := in.call(0, in.secrets[0], "POST", "/api/applications", a)
			var fields []string
			if list, ok := out["errors"].([]any); ok {
				for _, e := range list {
					fields = append(fields, e.(object)["name"].(string))
				}
			}
			if diff := cmp.Diff(test.fields, fields); status != http.StatusUnprocessableEntity || diff != "" {
				t.Errorf("%s: status %d, %s\n%s", name, status, raw, diff)
			}
		}
		if list := in.must(http.StatusOK, "GET", "/api/cases", nil)["cases"].([]any); len(list) != 0 {
			t.Errorf("%d cases came of it", len(list))
		}
	})
}

func TestAPI_letsNobodyInWhoMayNot(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		made := in.must(http.StatusCreated, "POST", "/api/applications", in.application("k"))
		path := "/api/cases/" + made["case"].(string)
		narrow := in.token(0, "case.read", "case.list")
		blind := in.token(0, "case.list", "case.assign")
		for _, test := range []struct {
			name, secret, method, path string
			town                       int
			body                       any
			want                       int
		}{
			{"nobody", "", "GET", path, 0, nil, http.StatusUnauthorized},
			{"a made-up token", "torg_XXXXXXXXXXXXXXXXXXXXXXXXXX", "GET", path, 0, nil, http.StatusUnauthorized},
			{"another town's token", in.secrets[1], "GET", path, 0, nil, http.StatusUnauthorized},
			{"our token in another town", in.secrets[0], "GET", path, 1, nil, http.StatusUnauthorized},
			{"another town's case", in.secrets[1], "GET", path, 1, nil, http.StatusNotFound},
			{"another town's case to decide", in.secrets[1], "POST", path + "/decision", 1, in.grant(1), http.StatusNotFound},
			{"a scope to read", narrow, "GET", path, 0, nil, http.StatusOK},
			{"no scope to assign", narrow, "POST", path + "/assign", 0, object{"version": 1}, http.StatusForbidden},
			{"no scope to register", narrow, "POST", "/api/applications", 0, in.application("n"), http.StatusForbidden},
			{"no scope to answer", narrow, "POST", path + "/respond", 0, object{"answer": "accepted"}, http.StatusForbidden},
			{"no scope to read, so nothing there", blind, "POST", path + "/note", 0, object{"text": "x"}, http.StatusNotFound},
			{"a role without the permission", in.secrets[0], "POST", "/api/kindergartens", 0, object{"name": "X", "capacity": 1}, http.StatusForbidden},
			{"no such case", in.secrets[0], "GET", "/api/cases/01900000-0000-7000-8000-000000000000", 0, nil, http.StatusNotFound},
			{"no id", in.secrets[0], "GET", "/api/cases/x", 0, nil, http.StatusNotFound},
			{"no such operation", in.secrets[0], "GET", "/api/nothing", 0, nil, http.StatusNotFound},
			{"another case's document", in.secrets[0], "GET", path + "/documents/" + made["case"].(string), 0, nil, http.StatusNotFound},
		} {
			if status, _, raw := in.call(test.town, test.secret, test.method, test.path, test.body); status != test.want {
				t.Errorf("%s: status %d, want %d: %s", test.name, status, test.want, raw)
			}
		}
	})
}

func TestAPI_endsWithTheToken(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		revoked := in.token(0, "case.list")
		list, err := in.Roles.ListTokens(in.operator(0))
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range list {
			if len(token.Scopes) == 1 {
				if err := in.Roles.RevokeToken(in.operator(0), token.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if status, _, _ := in.call(0, revoked, "GET", "/api/cases", nil); status != http.StatusUnauthorized {
			t.Errorf("a revoked token: status %d", status)
		}
		in.must(http.StatusOK, "GET", "/api/cases", nil)
		in.clock.Advance(25 * time.Hour)
		if status, _, _ := in.call(0, in.secrets[0], "GET", "/api/cases", nil); status != http.StatusUnauthorized {
			t.Errorf("an expired token: status %d", status)
		}
	})
}

func TestAPI_tellsTheSecondWhoWasFirst(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		made := in.must(http.StatusCreated, "POST", "/api/applications", in.application("k"))
		path := "/api/cases/" + made["case"].(string)
		in.must(http.StatusConflict, "POST", path+"/decision", in.grant(made["version"])) // nobody has taken it
		now := in.must(http.StatusOK, "POST", path+"/assign", object{"version": made["version"]})
		in.must(http.StatusConflict, "POST", path+"/assign", object{"version": made["version"]})
		in.must(http.StatusConflict, "POST", path+"/decision", in.grant(made["version"]))
		in.must(http.StatusConflict, "POST", path+"/respond", object{"answer": "accepted"})
		in.must(http.StatusUnprocessableEntity, "POST", path+"/respond", object{"answer": "perhaps"})
		in.must(http.StatusUnprocessableEntity, "POST", path+"/assign", object{})
		full := in.grant(now["version"])
		full["values"], full["reasons"] = object{"kindergarten": "x", "start": "2027-08-16"}, "nei"
		if out := in.must(http.StatusUnprocessableEntity, "POST", path+"/decision", full); len(out["errors"].([]any)) != 2 {
			t.Errorf("a wrong decision: %v", out)
		}
		now = in.must(http.StatusOK, "POST", path+"/withdraw", nil)
		if now["status"] != "withdrawn" {
			t.Errorf("withdrawn: %v", now)
		}
		in.must(http.StatusConflict, "POST", path+"/withdraw", nil)
		want := []string{"received", "assigned", "withdrawn_by_staff"}
		if diff := cmp.Diff(want, kinds(in.must(http.StatusOK, "GET", path, nil))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAPI_tellsOfFormsAndKindergartens(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		status, form, _ := in.call(0, "", "GET", "/api/forms/kindergarten-place", nil)
		if status != http.StatusOK || len(form["pages"].([]any)) < 5 || form["schema"].(object)["properties"] == nil {
			t.Errorf("form: status %d, %v", status, form)
		}
		in.must(http.StatusNotFound, "GET", "/api/forms/nothing", nil)
		_, secret, err := in.Roles.CreateToken(in.operator(0), access.NewToken{
			Name: "Leiar", Role: access.DepartmentHead, Scopes: []access.Permission{kindergarten.PermManage}, ExpiresAt: in.clock.Now().Add(time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		status, added, raw := in.call(0, secret, "POST", "/api/kindergartens", object{"name": " Fjordgløtt ", "capacity": 20})
		if status != http.StatusCreated || added["name"] != "Fjordgløtt" || added["free"] != 20.0 {
			t.Fatalf("added: status %d, %s", status, raw)
		}
		path := "/api/kindergartens/" + added["id"].(string)
		for _, test := range []struct {
			town   int
			secret string
			body   object
			want   int
		}{
			{0, secret, object{"name": "Fjordgløtt", "capacity": 25, "version": 1}, http.StatusOK},
			{0, secret, object{"name": "Fjordgløtt", "capacity": 30, "version": 1}, http.StatusConflict},
			{0, secret, object{"name": "", "capacity": 30, "version": 2}, http.StatusUnprocessableEntity},
			{0, in.secrets[0], object{"name": "X", "capacity": 30, "version": 2}, http.StatusForbidden},
			{1, in.secrets[1], object{"name": "X", "capacity": 30, "version": 2}, http.StatusForbidden},
		} {
			if status, _, raw := in.call(test.town, test.secret, "PUT", path, test.body); status != test.want {
				t.Errorf("change %v: status %d, want %d: %s", test.body, status, test.want, raw)
			}
		}
		_, list, _ := in.call(0, "", "GET", "/api/kindergartens", nil)
		if got := list["kindergartens"].([]any); len(got) != 2 || got[1].(object)["capacity"] != 25.0 {
			t.Errorf("list: %v", list)
		}
		if _, other, _ := in.call(1, "", "GET", "/api/kindergartens", nil); len(other["kindergartens"].([]any)) != 0 {
			t.Errorf("the other town has %v", other)
		}
	})
}

// The description of the API is committed, so that a change of it is seen in
// review. Write it anew with: go test ./internal/app -run OpenAPI -update
func TestOpenAPI_isAsCommitted(t *testing.T) {
	t.Parallel()
	in := install(t, false)
	status, description, raw := in.call(0, "", "GET", "/api/openapi.json", nil)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, raw)
	}
	info := description["info"].(object)
	if info["version"] != app.Version() {
		t.Errorf("the server describes version %v of itself, and is %s", info["version"], app.Version())
	}
	info["version"] = apiVersion
	got, err := json.MarshalIndent(description, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "openapi.json")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("docs/openapi.json is not what the server tells:\n%s", diff)
	}
}
