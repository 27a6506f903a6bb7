package apptest_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// ledger is what the server has acknowledged. What it holds must be there after
// any number of crashes.
type ledger struct {
	mu      sync.Mutex
	saved   map[string]*save  // by draft
	sent    map[string]string // draft → case
	decided map[string]bool   // case
	waiting []string          // cases nobody has decided
}

// save is what a draft may hold: the text that was acknowledged last, or one that
// was sent after it and got no answer.
type save struct {
	acknowledged string // "" before the first answer
	tried        []string
}

func (s save) allows(text string) bool {
	return text == s.acknowledged || slices.Contains(s.tried, text)
}

// crash is one run of the test.
type crash struct {
	t         *testing.T
	server    *process
	office    *postOffice
	settings  map[string]string
	residents []*apptest.Visitor
	workers   []*apptest.Visitor
	children  map[*apptest.Visitor]string
	told      ledger
	unseen    []string // drafts that nobody can open: sent without an answer having come, or lost
	lives     []int    // how many letters had gone at each death
	proof     proof
}

// kills is how many times the server is killed: TORG_KILLS, or ten.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("TORG_KILLS")); err == nil && n > 0 {
		return n
	}
	return 10
}

// TestCrash_nothingAcknowledgedIsLost kills the server at random moments under
// load.
func TestCrash_nothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	rounds := kills()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCrash(t, postgres)
			c.server.start(t)
			c.enter()
			for round := range rounds {
				c.load(time.Duration(150+rand.IntN(500)) * time.Millisecond)
				if round < rounds-1 {
					c.server.start(t)
				}
			}
			c.server.start(t)
			c.draftsStand()
			c.kill()
			c.allIsTold()
			c.sum(name, rounds)
		})
	}
}

func newCrash(t *testing.T, postgres bool) *crash {
	t.Helper()
	address := freeAddress(t) // the product is started there again and again
	_, port, err := net.SplitHostPort(address)
	must(t, err)
	c := &crash{t: t, office: newPostOffice(t), children: map[*apptest.Visitor]string{}}
	c.told = ledger{saved: map[string]*save{}, sent: map[string]string{}, decided: map[string]bool{}}
	c.office.open(t.Context(), t)
	c.settings = map[string]string{
		"TORG_DATA": t.TempDir(), "TORG_PUBLIC_URL": "http://localhost:" + port, "TORG_ADDRESS_LIMIT": "100000", "TORG_PERSON_LIMIT": "100000",
		"TORG_SMTP_URL": "smtp://" + c.office.address + "?starttls=off",
	}
	if postgres {
		c.settings["TORG_MIGRATE_URL"], c.settings["TORG_DATABASE_URL"] = pgcluster.Start(t).Database(t)
	}
	var env []string
	for _, name := range slices.Sorted(maps.Keys(c.settings)) {
		env = append(env, name+"="+c.settings[name])
	}
	c.server = &process{address: address, env: env}
	h := &apptest.Harness{TB: t, Port: port}
	for range 8 {
		c.residents = append(c.residents, h.Visitor("torgoy"))
	}
	c.workers = []*apptest.Visitor{h.Visitor("torgoy"), h.Visitor("torgoy")}
	return c
}

// enter logs everybody in, once: sessions outlive the server.
func (c *crash) enter() {
	c.t.Helper()
	people, err := demo.Populate(clock.DateIn(time.Now()))
	must(c.t, err)
	parents := youngParents(people)
	for i, v := range c.residents {
		v.LogInAs(parents[i], "/my").Must(http.StatusOK)
		v.Post("/my/contact", url.Values{"email": {fmt.Sprintf("p%d@example.no", i)}, "lang": {"nb"}}).Must(http.StatusOK)
		if i%4 == 3 { // wants decisions on paper
			v.Post("/my/channels", url.Values{string(notify.Decision): {string(notify.Letter)}}).Must(http.StatusOK)
		}
		c.children[v] = v.Get("/apply/" + form).Must(http.StatusOK).Form("/apply/" + form).Options("subject")[0]
		c.residents[i] = v.Still()
		c.children[c.residents[i]] = c.children[v]
	}
	for i, part := range []demo.Part{demo.CaseWorker, demo.Head} {
		r, _ := people.Player(0, part)
		c.workers[i].LogInAs(r, "/my").Must(http.StatusOK)
		c.workers[i] = c.workers[i].Still()
	}
}

// youngParents are residents of the first municipality with a small child, one
// of each family.
func youngParents(people demo.Population) (list []demo.Resident) {
	taken := map[string]bool{}
	for _, child := range people.Of(0) {
		if child.BirthDate.YearsAt(people.Day) > 3 || child.Protection.Protected() || len(child.Guardians) == 0 {
			continue
		}
		g := child.Guardians[0]
		i := slices.IndexFunc(people.People, func(r demo.Resident) bool { return r.Number == g.Number })
		if r := people.People[i]; g.Responsible && r.Part == "" && r.Email != "" && r.DeceasedOn.IsZero() && !taken[g.Number.Digits()] {
			for _, other := range child.Guardians {
				taken[other.Number.Digits()] = true
			}
			list = append(list, r)
		}
	}
	return list
}

// load has everybody work until the server dies under them.
func (c *crash) load(life time.Duration) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	var wg sync.WaitGroup
	for i, v := range c.residents {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil && c.apply(ctx, v, i*1000+n); n++ {
			}
		})
	}
	for _, v := range c.workers {
		wg.Go(func() {
			for ctx.Err() == nil && c.decide(ctx, v) {
			}
		})
	}
	c.told.wait()
	time.Sleep(life)
	c.kill()
	cancel()
	wg.Wait()
}

// kill ends the server and notes how many letters had gone.
func (c *crash) kill() {
	c.t.Helper()
	c.server.kill(c.t)
	c.lives = append(c.lives, len(c.office.letters()))
}

// wait lets a slow machine come so far that there is something to lose: a case
// sent and one decided. It happens once; afterwards the moment of death is chance.
func (l *ledger) wait() {
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		l.mu.Lock()
		enough := len(l.sent) > 0 && len(l.decided) > 0 && len(l.saved) > len(l.sent)
		l.mu.Unlock()
		if enough {
			return
		}
	}
}

// post sends a form and returns where it leads; "" when it was not acknowledged.
func (*crash) post(ctx context.Context, v *apptest.Visitor, address string, values url.Values) string {
	p, err := v.Try(ctx, http.MethodPost, address, strings.NewReader(values.Encode()), formHeader())
	if err != nil || p.Status != http.StatusSeeOther {
		return ""
	}
	return p.Header.Get("Location")
}

func (*crash) get(ctx context.Context, v *apptest.Visitor, address string) *apptest.Page {
	p, err := v.Try(ctx, http.MethodGet, address, nil, nil)
	if err != nil || p.Status != http.StatusOK {
		return nil
	}
	return p
}

// apply fills a form in, page by page, and sends it now and then.
func (c *crash) apply(ctx context.Context, v *apptest.Visitor, n int) bool {
	at := c.begin(ctx, v)
	if at == "" {
		return true
	}
	base := path.Dir(path.Dir(at))
	unit := ""
	if p := c.get(ctx, v, base+"/pages/wishes"); p != nil {
		unit = p.Form("/pages/wishes").Options("kindergartens[0]")[0]
	}
	text := fmt.Sprintf("språk nummer %d-%d", n, rand.IntN(1e9))
	for _, page := range []struct {
		name   string
		values url.Values
	}{
		{"practical", url.Values{"interpreter": {"no"}, "home_languages": {text}}},
		{"family", url.Values{"lives_with": {"both"}, "phone": {"90000001"}, "email": {"p@example.no"}, "other_guardian_informed": {"yes"}}},
		{"wishes", url.Values{"application_type": {"new"}, "start_date": {clock.DateIn(time.Now()).AddDays(90).String()}, "kindergartens[0]": {unit}, "accept_other": {"yes"}, "percentage": {"100"}}},
		{"siblings", url.Values{"has_sibling": {"no"}}},
	} {
		p := c.get(ctx, v, base+"/pages/"+page.name)
		if p == nil {
			return false
		}
		if page.name == "practical" {
			c.told.trying(base, text)
		}
		page.values.Set("version", p.Value("version"))
		page.values.Set("do", "next")
		if c.post(ctx, v, base+"/pages/"+page.name, page.values) == "" {
			return false
		}
		if page.name == "practical" {
			c.told.kept(base, text)
		}
	}
	if n%4 == 3 {
		return true // left for another day; begun again next time
	}
	sent := c.post(ctx, v, base+"/submit", url.Values{"declaration": {"true"}})
	if !strings.HasPrefix(sent, "/my/cases/") {
		return false
	}
	c.told.submitted(base, path.Base(sent))
	return true
}

// begin begins an application. A child has one open at a time: when the case workers
// have not come to it, the parent waits for them, or takes it back.
func (c *crash) begin(ctx context.Context, v *apptest.Visitor) string {
	values := url.Values{"subject": {c.children[v]}}
	p, err := v.Try(ctx, http.MethodPost, "/apply/"+form, strings.NewReader(values.Encode()), formHeader())
	if err != nil {
		time.Sleep(5 * time.Millisecond)
		return ""
	}
	if at := p.Header.Get("Location"); strings.HasPrefix(at, "/drafts/") {
		return at
	}
	time.Sleep(20 * time.Millisecond)
	if own := p.Links("/my/cases/"); p.Status == http.StatusConflict && len(own) == 1 && rand.IntN(4) == 0 {
		c.post(ctx, v, own[0]+"/withdraw", url.Values{})
	}
	return ""
}

// trying notes a text that may or may not be saved from now on.
func (l *ledger) trying(draft, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.saved[draft] == nil {
		l.saved[draft] = &save{}
	}
	l.saved[draft].tried = append(l.saved[draft].tried, text)
}

// kept notes that the text was acknowledged: what was before it is gone.
func (l *ledger) kept(draft, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saved[draft] = &save{acknowledged: text}
}

func (l *ledger) submitted(draft, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[draft] = id
	l.waiting = append(l.waiting, id)
}

// next takes a case to decide off the pile.
func (l *ledger) next() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return ""
	}
	id := l.waiting[0]
	l.waiting = l.waiting[1:]
	return id
}

func (c *crash) decide(ctx context.Context, v *apptest.Visitor) bool {
	id := c.told.next()
	if id == "" {
		time.Sleep(5 * time.Millisecond)
		return true
	}
	at := "/work/cases/" + id
	for _, step := range []struct {
		page, path, done string
		values           url.Values
	}{
		{at, "/assign", "cases.flash.assigned", url.Values{}},
		{at + "/decision", "/decision", "cases.flash.decided", url.Values{
			"outcome": {"refused"}, "legal_basis": {"Barnehageloven § 16."}, "reasons": {"Barnet er for lite til å ha rett til plass i år."},
			"appeal": {"Du kan klage innen tre uker."}, "do": {"decide"},
		}},
	} {
		p := c.get(ctx, v, step.page)
		if p == nil {
			return false
		}
		for _, name := range []string{"version", "case"} { // of the case, or of the draft and the case
			if value := p.Value(name); value != "" {
				step.values.Set(name, value)
			}
		}
		answer, err := v.Try(ctx, http.MethodPost, at+step.path, strings.NewReader(step.values.Encode()), formHeader())
		if err != nil {
			return false
		}
		// What the next page would say: also a refusal leads back to the case.
		if !strings.Contains(strings.Join(answer.Header.Values("Set-Cookie"), " "), step.done) {
			return true // the parent has taken it back, or somebody was first
		}
	}
	c.told.mu.Lock()
	defer c.told.mu.Unlock()
	c.told.decided[id] = true
	return true
}

// draftsStand reads every draft that was acknowledged and not sent.
func (c *crash) draftsStand() {
	t := c.t
	t.Helper()
	read := 0
	for draft, told := range c.told.saved {
		if c.told.sent[draft] != "" || told.acknowledged == "" {
			continue
		}
		found := false
		for _, v := range c.residents { // the others get 404
			p := c.get(t.Context(), v, draft+"/pages/practical")
			if p == nil {
				continue
			}
			found = true
			if got := p.Value("home_languages"); !told.allows(got) {
				t.Errorf("draft %s holds %q, acknowledged %q, tried %q", draft, got, told.acknowledged, told.tried)
			}
		}
		if found {
			read++
		} else {
			c.unseen = append(c.unseen, draft)
		}
	}
	c.proof.drafts = read
	if read == 0 || len(c.told.sent) == 0 || len(c.told.decided) == 0 {
		t.Error("the load was none")
	}
}
