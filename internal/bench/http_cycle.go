package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// life is the script of Load.
func (r *run) life(ctx context.Context, _ int) bool {
	n := int(r.counter.Add(1))
	tenants := r.target.Tenants
	return r.cycle(ctx, tenants[n%len(tenants)], n)
}

// made is what the API says of a new case.
type made struct {
	Case    string `json:"case"`
	Version int64  `json:"version"`
}

// changed is what it says of a changed one.
type changed struct {
	Version int64 `json:"version"`
}

type found struct {
	Cases []struct {
		ID string `json:"id"`
	} `json:"cases"`
}

// cycle is the life of one case. It reports whether all of it went well.
func (r *run) cycle(ctx context.Context, t Tenant, n int) bool {
	turn := n / len(r.target.Tenants)
	f := t.Families[turn%len(t.Families)]
	var c made
	if !r.tell(ctx, t, Register, http.MethodPost, "/api/applications", r.application(t, f, n), &c) {
		return false
	}
	now := changed{Version: c.Version}
	if !r.tell(ctx, t, Assign, http.MethodPost, "/api/cases/"+c.Case+"/assign", map[string]any{"version": now.Version}, &now) {
		return false
	}
	if !r.tell(ctx, t, Decide, http.MethodPost, "/api/cases/"+c.Case+"/decision", r.decision(t, n, now.Version, turn < len(t.Families)), &now) {
		return false
	}
	var list found
	if !r.tell(ctx, t, Search, http.MethodGet, "/api/cases?limit=20&text="+url.QueryEscape(f.Child.Name()), nil, &list) {
		return false
	}
	if len(list.Cases) == 0 {
		r.failed(Search, "not found", "a case was not found by the child's name")
		return false
	}
	return true
}

// tell makes a request of a machine and reads the answer.
func (r *run) tell(ctx context.Context, t Tenant, name, method, path string, body, into any) bool {
	a, ok := r.ask(ctx, t, question{name: name, method: method, path: path, token: t.Token, json: body})
	if !ok {
		return false
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		r.failed(name, "unreadable", err.Error())
		return false
	}
	return true
}

func (r *run) application(t Tenant, f Family, n int) map[string]any {
	return map[string]any{
		"form": form, "applicant": f.Mother.Number, "subject": f.Child.Number, "key": r.salt + "-" + strconv.Itoa(n), "lang": "nb",
		"answers": map[string]any{
			"lives_with": "both", "phone": "+4799999999", "email": "mor@example.test", "application_type": "new", "start_date": r.start.String(),
			"kindergartens": []string{t.Kindergartens[n%len(t.Kindergartens)]}, "accept_other": "yes", "percentage": "100",
			"has_sibling": "no", "interpreter": "no",
		},
	}
}

// decision grants nine of ten, as an ordinary admission does, while the child has
// not been offered a place yet; a second application of hers is refused.
func (r *run) decision(t Tenant, n int, version int64, first bool) map[string]any {
	d := map[string]any{
		"version": version, "outcome": "granted", "legal_basis": "Barnehageloven §§ 16 og 17.",
		"reasons": "Barnet har rett til plass fordi det fyller ett år innen fristen og bor i kommunen.",
		"appeal":  "Du kan klage innen tre uker fra du fikk dette brevet.",
		"values":  map[string]string{"kindergarten": t.Kindergartens[n%len(t.Kindergartens)], "start": r.start.String()},
	}
	if n%10 == 0 || !first {
		d["outcome"] = "refused"
		delete(d, "values")
	}
	return d
}
