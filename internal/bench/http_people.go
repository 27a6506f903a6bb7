package bench

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// form is the form that residents fill in.
const form = "kindergarten-place"

// Fill has logged-in residents fill in a form, page by page as a browser without
// scripts does, and send it, over and over. There are as many clients as
// residents are asked for.
func Fill(ctx context.Context, target Target, o Options) (Result, error) {
	r := newRun(target, o, "", append(Filling(), Withdraw))
	people := r.residents(o.Clients)
	if len(people) == 0 {
		return Result{}, errNothing
	}
	return r.measure(ctx, o, func(ctx context.Context, client int) bool { return r.fill(ctx, people[client%len(people)]) })
}

// Look has case workers open the work list and search in it, and residents their own
// cases, one after the other.
func Look(ctx context.Context, target Target, o Options) (Result, error) {
	r := newRun(target, o, "", Looking())
	people := r.residents(o.Clients)
	if len(people) == 0 {
		return Result{}, errNothing
	}
	return r.measure(ctx, o, func(ctx context.Context, client int) bool { return r.look(ctx, people[client%len(people)]) })
}

// parent is a resident of one of the municipalities.
type parent struct {
	Resident

	at Tenant
}

// residents takes so many, in turn from each municipality.
func (r *run) residents(want int) (list []parent) {
	for i := 0; len(list) < want; i++ {
		before := len(list)
		for _, t := range r.target.Tenants {
			if i < len(t.Residents) && len(list) < want {
				list = append(list, parent{t.Residents[i], t})
			}
		}
		if len(list) == before {
			return list
		}
	}
	return list
}

// fill is one application, from the first page to its receipt.
func (r *run) fill(ctx context.Context, p parent) bool {
	begun, ok := r.ask(ctx, p.at, p.post(Save, "/apply/"+form, url.Values{"subject": {p.Child}}))
	if !ok || !strings.HasPrefix(begun.location, "/drafts/") {
		return ok && r.astray(Save, begun)
	}
	draft := path.Dir(path.Dir(begun.location))
	for _, page := range r.pages(p.at) {
		shown, ok := r.ask(ctx, p.at, p.get(Page, draft+"/pages/"+page.name))
		if !ok {
			return false
		}
		page.values.Set("version", versionIn(shown.body))
		page.values.Set("do", "next")
		saved, ok := r.ask(ctx, p.at, p.post(Save, draft+"/pages/"+page.name, page.values))
		if !ok || saved.status != http.StatusSeeOther {
			return ok && r.astray(Save, saved)
		}
	}
	sent, ok := r.ask(ctx, p.at, p.post(Send, draft+"/submit", url.Values{"declaration": {"true"}}))
	if !ok || !strings.HasPrefix(sent.location, "/my/cases/") {
		return ok && r.astray(Send, sent)
	}
	// A child has one open application: this one makes room for the next.
	_, ok = r.ask(ctx, p.at, p.post(Withdraw, sent.location+"/withdraw", url.Values{}))
	return ok
}

// astray notes an answer that led elsewhere than it should.
func (r *run) astray(name string, a answer) bool {
	r.failed(name, "astray", "led to "+a.location+" "+string(a.body[:min(len(a.body), 400)]))
	return false
}

type formPage struct {
	name   string
	values url.Values
}

// pages are those that must be filled in.
func (r *run) pages(t Tenant) []formPage {
	return []formPage{
		{"family", url.Values{"lives_with": {"both"}, "phone": {"90000001"}, "email": {"mor@example.test"}}},
		{"wishes", url.Values{
			"application_type": {"new"}, "start_date": {r.start.String()}, "kindergartens[0]": {t.Kindergartens[0]}, "accept_other": {"yes"}, "percentage": {"100"},
		}},
		{"siblings", url.Values{"has_sibling": {"no"}}},
		{"practical", url.Values{"interpreter": {"no"}}},
	}
}

var (
	hidden = regexp.MustCompile(`<input[^>]*name="version"[^>]*>`)
	// listed is a case in a list.
	listed = regexp.MustCompile(`href="/work/cases/[0-9a-f-]{36}"`)
	valued = regexp.MustCompile(`value="(\d+)"`)
)

// versionIn reads which version of the draft the page shows.
func versionIn(body []byte) string {
	if found := valued.FindSubmatch(hidden.Find(body)); found != nil {
		return string(found[1])
	}
	return ""
}

// look opens the three pages that are looked at most.
func (r *run) look(ctx context.Context, p parent) bool {
	n := int(r.counter.Add(1))
	child := p.at.Families[n%len(p.at.Families)].Child
	worker := parent{Resident{Session: p.at.Worker}, p.at}
	for _, q := range []question{worker.get(WorkList, "/work"), worker.get(WorkSearch, "/work?q="+url.QueryEscape(child.Name())), p.get(MyCases, "/my")} {
		shown, ok := r.ask(ctx, p.at, q)
		if !ok {
			return false
		}
		if shown.status != http.StatusOK || q.name == WorkSearch && !listed.Match(shown.body) {
			return r.astray(q.name, shown)
		}
	}
	return true
}

func (p parent) get(name, path string) question {
	return question{name: name, method: http.MethodGet, path: path, session: p.Session}
}

func (p parent) post(name, path string, values url.Values) question {
	return question{name: name, method: http.MethodPost, path: path, session: p.Session, form: values}
}

// Fronts opens the front page of each municipality, once and one after the other.
func Fronts(ctx context.Context, target Target) (Latency, error) {
	r := newRun(target, Options{Clients: 1}, "", []string{Page})
	defer r.client.CloseIdleConnections()
	r.counted.Store(true)
	for _, t := range target.Tenants {
		shown, ok := r.ask(ctx, t, question{name: Page, method: http.MethodGet, path: "/"})
		if ok && shown.status != http.StatusOK {
			r.astray(Page, shown)
		}
	}
	l := r.times[Page].latency()
	if example := r.example.Load(); example != nil {
		return l, errors.New("bench: " + *example)
	}
	return l, ctx.Err()
}
