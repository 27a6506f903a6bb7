package apptest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

func TestBadDay_doubleClickBackButtonAndReplayMakeOneCase(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		v := h.Visitor("torgoy").As(demo.Mother)
		const all = `select count(*) from cases where tenant_id = $1`
		before := count(t, h, "torgoy", all)
		f := begin(t, h, v, i18n.NB, 1)
		f.brief()
		declared := url.Values{"declaration": {"true"}}
		paths := make([]string, 6)
		var wg sync.WaitGroup
		for i := range paths {
			wg.Go(func() {
				p, err := v.Try(t.Context(), http.MethodPost, f.base+"/submit", strings.NewReader(declared.Encode()), formHeader())
				if err != nil || p.Status != http.StatusOK {
					t.Errorf("click %d: %v %v", i, p, err)
					return
				}
				paths[i] = p.Path()
			})
		}
		wg.Wait()
		paths = append(paths, v.Post(f.base+"/submit", declared).Must(http.StatusOK).Path()) // replayed
		if same := slices.Compact(paths); len(same) != 1 || !strings.HasPrefix(same[0], "/my/cases/") {
			t.Errorf("the clicks lead to %v", same)
		}
		if n := count(t, h, "torgoy", all) - before; n != 1 {
			t.Errorf("%d cases", n)
		}
		for _, back := range []string{f.base, f.base + "/pages/wishes", f.base + "/summary"} {
			if p := v.Get(back).Must(http.StatusOK); p.Path() != "/my" {
				t.Errorf("the back button to %s leads to %s", back, p.Path())
			}
		}
		late := v.Post(f.base+"/pages/wishes", url.Values{"version": {"99"}, "start_date": {"2027-09-01"}, "do": {"next"}})
		if late.Path() != "/my" && late.Status != http.StatusConflict {
			t.Errorf("a page sent after the application: %s", late)
		}
		h.Settle()
		if got := kinds(mail(t, h, "torgoy", path.Base(paths[0]))); countOf(got, "case.received") != 2 { // one to each guardian
			t.Errorf("messages %v", got)
		}
	})
}

func formHeader() http.Header {
	return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
}

func countOf(list []string, wanted string) (n int) {
	for _, s := range list {
		if s == wanted {
			n++
		}
	}
	return n
}

func TestBadDay_theSecondTabSeesTheFirst(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		v := h.Visitor("torgoy").As(demo.Mother)
		f := begin(t, h, v, i18n.NB, 1)
		f.family()
		second := v.Get(f.page.Path()).Must(http.StatusOK)
		first := v.Submit(f.page, f.page.Path(), apptest.Set("start_date", "2027-08-02").Press("do=later"))
		if first.Path() != "/my" {
			t.Fatalf("the first tab leads to %s", first)
		}
		p := v.Submit(second, second.Path(), apptest.Set("start_date", "2027-10-04").Press("do=next")).Must(http.StatusConflict)
		if got := p.Value("start_date"); got != "2027-08-02" || len(p.Faults()) == 0 {
			t.Errorf("the second tab shows %q with %v", got, p.Faults())
		}
		p = v.Submit(p, p.Path(), apptest.Set("start_date", "2027-10-04").Press("do=later")).Must(http.StatusOK)
		if got := v.Get(f.base + "/pages/wishes").Value("start_date"); got != "2027-10-04" || p.Path() != "/my" {
			t.Errorf("after looking, %q is saved", got)
		}
	})
}

func TestBadDay_wrongFieldsAreShownWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Offered() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true})
			v := h.Visitor("torgoy")
			v.Speak(string(lang))
			f := begin(t, h, v.As(demo.Mother), lang, 1)
			wrong(t, f.send(apptest.Set("lives_with", "me", "phone", "nummeret mitt", "email", "ikke-en-adresse").Press("do=next")), "phone", "email", "other_guardian_informed")
			f.family()
			units := f.page.Form(f.page.Path()).Options("kindergartens[0]")
			// Twice the same wish, a start before the child is born, four days for two.
			p := f.send(apptest.Set("application_type", "new", "start_date", "2020-08-16", "kindergartens[0]", units[0], "kindergartens[1]", units[0],
				"accept_other", "yes", "percentage", "40", "days", "mon", "days", "tue", "days", "wed").Press("do=next"))
			wrong(t, p, "start_date", "days")
			if got := p.Value("start_date"); got != "2020-08-16" {
				t.Errorf("typed 2020-08-16, kept %q", got)
			}
			wrong(t, f.send(apptest.Set("start_date", "i høst").Press("do=next")), "start_date")
			if got := f.page.Value("start_date"); got != "i høst" {
				t.Errorf("typed «i høst», kept %q", got)
			}
			summary := v.Get(f.base + "/summary").Must(http.StatusOK)
			if len(summary.Links("?check")) == 0 || len(summary.Form("/submit").Names()) != 0 {
				t.Error("the summary lets one send what is wrong")
			}
			v.Post(f.base+"/submit", url.Values{"declaration": {"true"}}).Must(http.StatusUnprocessableEntity)
		})
	}
}

// wrong wants the page again, with a summary that links to the fields.
func wrong(t *testing.T, p *apptest.Page, fields ...string) {
	t.Helper()
	p.Must(http.StatusUnprocessableEntity)
	var targets []string
	for _, f := range p.Faults() {
		if p.ByID(f.Target) == nil {
			t.Errorf("the summary links to #%s (%s), which is not on the page", f.Target, f.Text)
		}
		targets = append(targets, f.Target)
	}
	for _, field := range fields {
		if !slices.ContainsFunc(targets, func(id string) bool { return strings.Contains(id, field) }) {
			t.Errorf("%s is not told of: %v", field, p.Faults())
		}
	}
}

func TestBadDay_mailWaitsAndGoesLaterInOrder(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := newPostOffice(t)
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres, Settings: map[string]string{"TORG_SMTP_URL": "smtp://" + office.address + "?starttls=off"}})
			mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
			id := applied(t, h, mother, i18n.NB, 1)
			h.Settle()
			decided(t, worker, id)
			h.Settle()
			if got := office.letters(); len(got) != 0 {
				t.Fatalf("%d letters went to nobody", len(got))
			}
			office.open(t.Context(), t)
			for range 30 { // the ladder of retries
				h.Advance(time.Hour)
			}
			var wanted, went []string
			address := ""
			for _, m := range mail(t, h, "torgoy", id) {
				if (m.Kind == "case.received" || m.Kind == "case.decided") && (address == "" || address == m.Address) {
					wanted, address = append(wanted, "<"+m.MessageID+">"), m.Address
				}
			}
			for _, l := range office.letters() {
				if l.to == address && slices.Contains(wanted, l.messageID) {
					went = append(went, l.messageID)
				}
			}
			if diff := cmp.Diff(wanted, went); diff != "" || len(wanted) != 2 {
				t.Errorf("letters went %s", diff)
			}
		})
	}
}

func TestBadDay_withoutIDPortenThoseInsideGoOn(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Offered() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true})
			inside, outside := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy")
			outside.Speak(string(lang))
			h.SetLoginDown(true)
			p := sound(t, outside.Get("/my").Must(http.StatusServiceUnavailable), lang)
			p.Has(h.App.Bundle.For(lang).T("web.error.title.unavailable"), "ID-porten")
			applied(t, h, inside, i18n.NB, 1)
			h.SetLoginDown(false)
			outside.As(demo.CoParent)
		})
	}
}

func TestBadDay_databaseGoneAndBack(t *testing.T) {
	t.Parallel()
	cluster := pgcluster.StartPrivate(t)
	ownerURL, appURL := cluster.Database(t)
	h := apptest.Start(t, apptest.Options{Map: true, Settings: map[string]string{"TORG_MIGRATE_URL": ownerURL, "TORG_DATABASE_URL": appURL}})
	v := h.Visitor("torgoy").As(demo.Mother)
	f := begin(t, h, v, i18n.NB, 1)
	f.family()
	cluster.Stop(t)
	for _, address := range []string{"/my", f.base + "/pages/wishes", "/apply/" + form} {
		p := sound(t, v.Get(address).Must(http.StatusServiceUnavailable), i18n.NB)
		p.Has(h.App.Bundle.For(i18n.NB).T("web.error.title.unavailable"))
	}
	v.Post(f.base+"/submit", url.Values{"declaration": {"true"}}).Must(http.StatusServiceUnavailable)
	v.Get("/readyz").Must(http.StatusServiceUnavailable)
	v.Get("/healthz").Must(http.StatusOK)
	cluster.Restart(t)
	eventually(t, "the product is ready again", func() bool { return v.Get("/readyz").Status == http.StatusOK })
	f.page = v.Get(f.base + "/pages/wishes").Must(http.StatusOK)
	f.wishes()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 9000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not within 90 s: %s", what)
}

// pages bounds the size of SQLite's file, as a full disk does; 0 is the size it has.
func pages(t *testing.T, h *apptest.Harness, most int64) {
	t.Helper()
	err := h.App.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := store.All(ctx, tx, store.Value[int64], fmt.Sprintf(`pragma max_page_count = %d`, max(most, 1)))
		return err
	})
	must(t, err)
}

func TestBadDay_fullDisk(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	v := h.Visitor("torgoy").As(demo.Mother)
	f := begin(t, h, v, i18n.NB, 1)
	f.family()
	f.wishes()
	f.next(apptest.Set("has_sibling", "no"))
	pages(t, h, 0)
	long := apptest.Set("priority_reasons", "other", "other_reason", strings.Repeat("Vi trenger plass. ", 100)).Press("do=later")
	refused := 0
	for range 1000 { // each leaves a log-in behind; the room inside the pages there are is used first
		p := v.Submit(f.page, f.page.Path(), long)
		if p.Status == http.StatusServiceUnavailable {
			sound(t, p, i18n.NB).Has(h.App.Bundle.For(i18n.NB).T("web.error.title.unavailable"))
			refused++
			break
		}
		fresh := h.Visitor("torgoy")
		if p = fresh.Get("/login"); p.Status == http.StatusServiceUnavailable {
			refused++
			break
		}
		f.page = v.Get(f.page.Path()).Must(http.StatusOK)
	}
	if refused == 0 {
		t.Error("a full disk refuses nobody")
	}
	pages(t, h, 1<<30)
	v.Get("/readyz").Must(http.StatusOK)
	f.page = v.Get(f.page.Path()).Must(http.StatusOK)
	v.Submit(f.page, f.page.Path(), long).Must(http.StatusOK)
	f.page = v.Get(f.page.Path()).Must(http.StatusOK)
	if got := f.page.Value("other_reason"); !strings.HasPrefix(got, "Vi trenger plass.") {
		t.Errorf("after the bad day %q is saved", got)
	}
}

func TestBadDay_sessionRunsOutAndLeadsBackToTheDraft(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		v := h.Visitor("torgoy").As(demo.Mother)
		f := begin(t, h, v, i18n.NB, 1)
		f.family()
		at := f.page.Path()
		h.Advance(29 * time.Minute)
		if p := v.Get(at); p.Path() != at {
			t.Errorf("after 29 minutes: %s", p)
		}
		h.Advance(31 * time.Minute)
		p := v.Submit(f.page, at, apptest.Set("start_date", "2027-08-16").Press("do=next")).Must(http.StatusOK)
		if p.URL.Host == f.page.URL.Host {
			t.Fatalf("after 31 minutes: %s", p)
		}
		resident, _ := h.Demo.Population().Player(0, demo.Mother)
		if p = v.Pick(p, resident).Must(http.StatusOK); p.Path() != at {
			t.Errorf("after the log-in she stands on %s, was on %s", p, at)
		}
		if p.Value("application_type") != "" || v.Get(f.base+"/pages/family").Value("phone") == "" {
			t.Error("the draft is not as it was")
		}
	})
}

func TestBadDay_revokedRoleTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
		id := applied(t, h, mother, i18n.NB, 1)
		worker.Get("/work/cases/" + id).Must(http.StatusOK)
		admin := h.As(0, demo.Administrator)
		grants, err := h.App.Roles.ListGrants(admin, access.GrantFilter{})
		must(t, err)
		for _, g := range grants {
			if g.Role == access.CaseWorker {
				must(t, h.App.Roles.Revoke(admin, g.ID))
			}
		}
		worker.Get("/work").Must(http.StatusForbidden)
		worker.Get("/work/cases/" + id).Must(http.StatusNotFound)
		worker.Post("/work/cases/"+id+"/assign", url.Values{"version": {"1"}}).Must(http.StatusNotFound)
		worker.Get("/my").Must(http.StatusOK)
	})
}
