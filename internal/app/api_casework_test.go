package app_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// head is a token of the role that arranges the work of a department, and that
// department's id.
func (in *installation) head(town int) (secret, department string) {
	in.t.Helper()
	err := in.DB.Read(in.operator(town), func(ctx context.Context, tx *store.Tx) error {
		list, err := tenant.Departments(ctx, tx)
		if len(list) > 0 {
			department = list[0].ID
		}
		return err
	})
	if err != nil || department == "" {
		in.t.Fatalf("no department: %v", err)
	}
	_, secret, err = in.Roles.CreateToken(in.operator(town), access.NewToken{
		Name: "Malverk", Role: access.DepartmentHead, Scopes: []access.Permission{"work.arrange", "case.list"}, ExpiresAt: in.clock.Now().Add(24 * time.Hour),
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return secret, department
}

// as is must with another token.
func (in *installation) as(secret string, want int, method, path string, body any) object {
	in.t.Helper()
	status, out, raw := in.call(0, secret, method, path, body)
	if status != want {
		in.t.Fatalf("%s %s: status %d, want %d: %s", method, path, status, want, raw)
	}
	return out
}

// names are those of what is listed.
func names(list any) []string {
	var all []string
	for _, one := range list.([]any) {
		all = append(all, one.(object)["name"].(string))
	}
	return all
}

func TestAPIFilters_areListedMadeReplacedAndDeleted(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		waiting := in.must(http.StatusCreated, "POST", "/api/filters", object{"name": " Mine  som venter ", "status": "waiting", "assignee": "me"})
		if waiting["name"] != "Mine som venter" || waiting["page"] != "/work?assignee=me&status=waiting" {
			t.Errorf("made %v", waiting)
		}
		in.must(http.StatusCreated, "POST", "/api/filters", object{"name": "Barnehage", "kind": "kindergarten", "text": "Ødegård"})
		path := "/api/filters/" + waiting["id"].(string)
		changed := in.must(http.StatusOK, "PUT", path, object{"name": "Alle som venter", "status": "waiting"})
		if changed["id"] != waiting["id"] || changed["assignee"] != nil {
			t.Errorf("replaced by %v", changed)
		}
		list := in.must(http.StatusOK, "GET", "/api/filters", nil)["filters"]
		if diff := cmp.Diff([]string{"Alle som venter", "Barnehage"}, names(list)); diff != "" {
			t.Error(diff)
		}
		in.must(http.StatusNoContent, "DELETE", path, nil)
		in.must(http.StatusNotFound, "DELETE", path, nil)
		in.must(http.StatusNotFound, "PUT", path, object{"name": "Borte", "status": "waiting"})
		if list := in.must(http.StatusOK, "GET", "/api/filters", nil)["filters"]; len(list.([]any)) != 1 {
			t.Errorf("left %v", list)
		}
	})
}

func TestAPIFilters_refuseWhatIsWrong(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		one := in.must(http.StatusCreated, "POST", "/api/filters", object{"name": "En", "status": "waiting"})
		in.must(http.StatusCreated, "POST", "/api/filters", object{"name": "To", "status": "waiting"})
		for name, c := range map[string]struct {
			body object
			want int
			says string
		}{
			"no name":         {object{"name": " ", "status": "waiting"}, http.StatusUnprocessableEntity, `"name"`},
			"a long name":     {object{"name": strings.Repeat("å", 61), "status": "waiting"}, http.StatusUnprocessableEntity, `"name"`},
			"nothing in it":   {object{"name": "Tomt"}, http.StatusUnprocessableEntity, `"filter"`},
			"another status":  {object{"name": "X", "status": "lost"}, http.StatusUnprocessableEntity, "status"},
			"another kind":    {object{"name": "X", "kind": "dragons"}, http.StatusUnprocessableEntity, `"kind"`},
			"another's name":  {object{"name": "To", "status": "waiting"}, http.StatusConflict, ""},
			"what is unknown": {object{"name": "X", "status": "waiting", "page": 4}, http.StatusUnprocessableEntity, "page"},
		} {
			for method, path := range map[string]string{"POST": "/api/filters", "PUT": "/api/filters/" + one["id"].(string)} {
				status, _, raw := in.call(0, in.secrets[0], method, path, c.body)
				if status != c.want || !strings.Contains(string(raw), c.says) {
					t.Errorf("%s %s: status %d: %s", method, name, status, raw)
				}
			}
		}
		for n := range 28 {
			in.must(http.StatusCreated, "POST", "/api/filters", object{"name": fmt.Sprintf("Nr. %02d", n), "status": "waiting"})
		}
		in.must(http.StatusConflict, "POST", "/api/filters", object{"name": "Ett for mye", "status": "waiting"})
		in.must(http.StatusOK, "PUT", "/api/filters/"+one["id"].(string), object{"name": "En", "status": "decided"})
	})
}

func TestAPIFilters_areOnesOwn(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		made := in.must(http.StatusCreated, "POST", "/api/filters", object{"name": "Min", "status": "waiting"})
		path, body := "/api/filters/"+made["id"].(string), object{"name": "Din", "status": "waiting"}
		colleague, blind := in.token(0, "case.list"), in.token(0, "case.read")
		if list := in.as(colleague, http.StatusOK, "GET", "/api/filters", nil)["filters"]; len(list.([]any)) != 0 {
			t.Errorf("a colleague sees %v", list)
		}
		for name, c := range map[string]struct {
			secret string
			town   int
			want   int
		}{
			"a colleague":          {colleague, 0, http.StatusNotFound},
			"another municipality": {in.secrets[1], 1, http.StatusNotFound},
			"without the scope":    {blind, 0, http.StatusForbidden},
			"nobody":               {"", 0, http.StatusUnauthorized},
		} {
			for method, body := range map[string]any{"PUT": body, "DELETE": nil} {
				if status, _, raw := in.call(c.town, c.secret, method, path, body); status != c.want && (c.want != http.StatusForbidden || status != http.StatusNotFound) {
					t.Errorf("%s %ss: status %d: %s", name, method, status, raw)
				}
			}
		}
		if list := in.must(http.StatusOK, "GET", "/api/filters", nil)["filters"]; names(list)[0] != "Min" {
			t.Errorf("left %v", list)
		}
	})
}

func TestAPITemplates_areListedWrittenReplacedAndRetired(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		head, department := in.head(0)
		body := object{"department": department, "kind": "kindergarten", "part": "reasons", "name": "Rett", "texts": object{"nb": "{child} får plass.", "nn": "{child} får plass."}}
		made := in.as(head, http.StatusCreated, "POST", "/api/templates", body)
		path := "/api/templates/" + made["id"].(string)
		if made["version"] != 1.0 || made["saved_by"] != "Malverk" || made["retired"] != false {
			t.Errorf("made %v", made)
		}
		change := object{"version": 1, "part": "reasons", "name": "Rett til plass", "texts": object{"nb": "{child} har rett til plass."}}
		changed := in.as(head, http.StatusOK, "PUT", path, change)
		if changed["version"] != 2.0 || changed["department"] != department {
			t.Errorf("replaced by %v", changed)
		}
		in.as(head, http.StatusConflict, "PUT", path, change) // over a version that was not read
		read := in.as(head, http.StatusOK, "GET", path, nil)
		versions := read["versions"].([]any)
		if read["template"].(object)["name"] != "Rett til plass" || len(versions) != 2 || versions[1].(object)["texts"].(object)["nn"] != "{child} får plass." {
			t.Errorf("read %v", read)
		}
		for range 2 { // again is nothing
			in.as(head, http.StatusNoContent, "DELETE", path, nil)
		}
		list := in.as(head, http.StatusOK, "GET", "/api/templates?department="+department, nil)["templates"].([]any)
		if len(list) != 1 || list[0].(object)["retired"] != true || list[0].(object)["version"] != 3.0 {
			t.Errorf("listed %v", list)
		}
		in.as(head, http.StatusNoContent, "POST", path+"/restore", nil)
		if read := in.as(head, http.StatusOK, "GET", path, nil); read["template"].(object)["retired"] != false {
			t.Errorf("restored %v", read)
		}
	})
}

func TestAPITemplates_refuse(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		head, department := in.head(0)
		away, _ := in.head(1)
		body := func(change object) object {
			b := object{"department": department, "part": "reasons", "name": "Rett", "texts": object{"nb": "Tekst."}}
			for name, value := range change {
				b[name] = value
			}
			return b
		}
		made := in.as(head, http.StatusCreated, "POST", "/api/templates", body(nil))
		path := "/api/templates/" + made["id"].(string)
		for name, change := range map[string]object{
			"no name":             {"name": ""},
			"no text":             {"texts": object{"en": "Only English."}},
			"a word that is none": {"texts": object{"nb": "{dragon}"}},
			"another field":       {"part": "footnote"},
			"another kind":        {"kind": "dragons"},
			"another language":    {"texts": object{"nb": "Tekst.", "fr": "Texte."}},
			"no department":       {"department": "nowhere"},
		} {
			status, _, raw := in.call(0, head, "POST", "/api/templates", body(change))
			if status != http.StatusUnprocessableEntity && (name != "no department" || status != http.StatusForbidden && status != http.StatusNotFound) {
				t.Errorf("%s: status %d: %s", name, status, raw)
			}
		}
		for name, c := range map[string]struct {
			secret string
			town   int
			want   []int
		}{
			"a case worker's token": {in.secrets[0], 0, []int{http.StatusForbidden, http.StatusNotFound}},
			"another municipality":  {away, 1, []int{http.StatusNotFound}},
			"nobody":                {"", 0, []int{http.StatusUnauthorized}},
		} {
			for _, call := range []struct {
				method, path string
				body         any
			}{
				{"GET", path, nil},
				{"PUT", path, object{"version": 1, "part": "reasons", "name": "Min", "texts": object{"nb": "Min."}}},
				{"DELETE", path, nil},
				{"POST", path + "/restore", nil},
			} {
				status, _, raw := in.call(c.town, c.secret, call.method, call.path, call.body)
				if status != c.want[0] && status != c.want[len(c.want)-1] {
					t.Errorf("%s, %s %s: status %d: %s", name, call.method, call.path, status, raw)
				}
			}
		}
		if read := in.as(head, http.StatusOK, "GET", path, nil); read["template"].(object)["version"] != 1.0 {
			t.Errorf("something was changed: %v", read)
		}
	})
}
