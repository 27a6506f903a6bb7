package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/platform/access"
)

// registrar is a token that hands in events, in the first town.
func (in *installation) registrar() string {
	in.t.Helper()
	_, secret, err := in.Roles.CreateToken(in.operator(0), access.NewToken{
		Name: "Folkeregister", Role: access.Administrator, Scopes: []access.Permission{applications.PermLifeEvent}, ExpiresAt: in.clock.Now().Add(time.Hour),
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return secret
}

func outcomes(out object) []string {
	list := []string{}
	results, _ := out["results"].([]any)
	for _, r := range results {
		list = append(list, r.(object)["outcome"].(string))
	}
	return list
}

func TestAPIEvents_theCaseFollows(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		made := in.must(http.StatusCreated, "POST", "/api/applications", in.application("k"))
		path := "/api/cases/" + made["case"].(string)
		secret := in.registrar()
		body := object{"events": []object{
			{"id": "1", "what": "death", "person": in.mother, "on": "2026-11-01"},
			{"id": "2", "what": "death", "person": number(t, "1980-01-01"), "on": "2026-11-01"},
		}}
		for _, want := range [][]string{{"applied", "unknown"}, {"repeated", "repeated"}} {
			status, out, raw := in.call(0, secret, "POST", "/api/life-events", body)
			if status != http.StatusOK {
				t.Fatalf("status %d: %s", status, raw)
			}
			if diff := cmp.Diff(want, outcomes(out)); diff != "" {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff([]string{"received", "deceased", "applicant"}, kinds(in.must(http.StatusOK, "GET", path, nil))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAPIEvents_refuse(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		good := object{"id": "1", "what": "death", "person": in.mother, "on": "2026-11-01"}
		one := func(change string, to any) object {
			e := object{}
			for k, v := range good {
				e[k] = v
			}
			e[change] = to
			return object{"events": []object{e}}
		}
		secret := in.registrar()
		for name, c := range map[string]struct {
			town   int
			secret string
			body   object
			status int
		}{
			"a case worker's token":  {0, in.secrets[0], object{"events": []object{good}}, http.StatusForbidden},
			"no token":               {0, "", object{"events": []object{good}}, http.StatusUnauthorized},
			"another municipality's": {1, secret, object{"events": []object{good}}, http.StatusUnauthorized},
			"no events":              {0, secret, object{"events": []object{}}, http.StatusUnprocessableEntity},
			"a wrong number":         {0, secret, one("person", "12345678901"), http.StatusUnprocessableEntity},
			"a real number":          {0, secret, one("person", "01019012480"), http.StatusUnprocessableEntity},
			"another thing":          {0, secret, one("what", "wedding"), http.StatusUnprocessableEntity},
			"no day":                 {0, secret, one("on", ""), http.StatusUnprocessableEntity},
		} {
			if status, _, raw := in.call(c.town, c.secret, "POST", "/api/life-events", c.body); status != c.status {
				t.Errorf("%s: status %d, want %d: %s", name, status, c.status, raw)
			}
		}
	})
}
