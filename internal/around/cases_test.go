package around_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// A case goes its way, and everybody sees so much of it as they may.
func TestList_showsACaseFromReceivedToDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		c := w.garage(demo.Mother, plot)
		if _, is := w.public(c, plot); is {
			t.Error("it is on the list before it has its number")
		}
		w.Settle()
		c = w.again(c)
		p, is := w.public(c, plot)
		if !is {
			t.Fatal("it is not on the list")
		}
		if p.Label() != c.Label() || p.Measure != "garage" || p.Status != around.Received || p.Address != plot.Address || !p.Placed || !p.DecidedAt.IsZero() || p.ID == c.ID {
			t.Errorf("it stands as %+v", p)
		}
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		after, _ := w.public(c, plot)
		if after.Status != around.Granted || after.DecidedAt.IsZero() || after.ID != p.ID {
			t.Errorf("decided it stands as %+v", after)
		}
		w.write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			_, err := w.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
			return err
		})
		w.Settle()
		if again, _ := w.public(c, plot); again.Status != around.Received || !again.DecidedAt.IsZero() {
			t.Errorf("taken up again it stands as %+v", again)
		}
	})
}

// Whoever is protected is not on the list, nor counted, nor told of, from the instant
// the register says so.
func TestList_knowsNothingOfTheProtected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(4)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		p, is := w.public(c, plot)
		if !is {
			t.Fatal("it is not on the list")
		}
		before := w.count(`select count(*) from around_cases where tenant_id = $1`)
		mother := w.person(demo.Mother)
		protect := func(to identity.Protection) {
			w.write(w.system(), func(ctx context.Context, tx *store.Tx) error {
				me, err := w.App.Identity.PersonIn(ctx, tx, mother)
				if err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `update identity_persons set protection = $3 where tenant_id = $1 and id = $2`, tx.Tenant, me.ID, string(to)); err != nil {
					return err
				}
				me.Protection = to
				if err := w.App.Cases.PersonChanged(ctx, tx, me); err != nil {
					return err
				}
				return w.App.Around.PersonChanged(ctx, tx, me)
			})
		}
		protect(identity.StrictlyConfidential)
		// Before any job has run.
		if _, is := w.public(c, plot); is {
			t.Error("a protected person's case is on the list")
		}
		if n := w.count(`select count(*) from around_cases where tenant_id = $1`); n != before-1 {
			t.Errorf("%d rows of %d are left", n, before)
		}
		if _, err := w.App.Around.Case(w.In(town), p.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("its page says %v", err)
		}
		for _, run := range []func() error{
			func() error { return w.App.Around.Project(w.system(), c.ID, around.TopicReceived) },
			func() error { return w.App.Around.Round(w.system()) },
		} {
			w.must(run())
			if _, is := w.public(c, plot); is {
				t.Error("it came back")
			}
		}
		protect(identity.Unprotected)
		w.Settle()
		if _, is := w.public(c, plot); !is {
			t.Error("it does not come back when the protection has ended")
		}
	})
}

func TestList_leavesOutWhatIsWithdrawnOrForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot, other := w.plot(5), w.plot(6)
		withdrawn, kept := w.garage(demo.Mother, plot), w.garage(demo.Mother, other)
		w.Settle()
		if _, err := w.App.Cases.Withdraw(w.as(demo.Mother), withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		if _, is := w.public(withdrawn, plot); is {
			t.Error("a withdrawn case is on the list")
		}
		w.write(w.system(), func(ctx context.Context, tx *store.Tx) error { return w.App.Around.Forget(ctx, tx, kept.ID, "") })
		if _, is := w.public(kept, other); is {
			t.Error("a forgotten case is on the list")
		}
		if n := w.count(`select count(*) from around_events where tenant_id = $1 and subject = $2`, kept.ID); n != 0 {
			t.Errorf("%d events of a forgotten case", n)
		}
	})
}

// Cases that were there before the list was come in, and nobody is told of them.
func TestRound_bringsInWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot, old := w.plot(7), w.plot(8)
		c, ancient := w.garage(demo.Mother, plot), w.garage(demo.Mother, old)
		w.Settle()
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 200, around.AtOnce))
		w.must(err)
		w.decide(ancient, cases.OutcomeRefused)
		w.Settle()
		w.write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `delete from around_cases where tenant_id = $1`, tx.Tenant); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update cases set decided_at = $3 where tenant_id = $1 and id = $2`, tx.Tenant, ancient.ID, store.At(tx.Now.AddDate(-4, 0, 0)))
			return err
		})
		before := len(w.told("around.changes", w.person(demo.Apart), ""))
		w.must(w.App.Around.Round(w.system()))
		w.Settle()
		p, is := w.public(c, plot)
		if !is || p.Label() != w.again(c).Label() {
			t.Errorf("it is not brought in: %+v", p)
		}
		if _, is := w.public(ancient, old); is {
			t.Error("what was decided four years ago is brought in")
		}
		if after := len(w.told("around.changes", w.person(demo.Apart), "")); after != before {
			t.Errorf("somebody is told %d times of what is no news", after-before)
		}
	})
}

// A permit lapses after three years, and so does its place on the list.
func TestRound_forgetsWhatWasDecidedLongAgo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(9)
		c := w.garage(demo.Mother, plot)
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		w.Clock.Advance(2 * 365 * 24 * time.Hour)
		w.must(w.App.Around.Round(w.system()))
		if _, is := w.public(c, plot); !is {
			t.Error("it is gone after two years")
		}
		w.Clock.Advance(370 * 24 * time.Hour)
		w.must(w.App.Around.Round(w.system()))
		if _, is := w.public(c, plot); is {
			t.Error("it is there after three")
		}
		if n := w.count(`select count(*) from around_events where tenant_id = $1`); n != 0 {
			t.Errorf("%d events of three years ago", n)
		}
	})
}

func TestList_filters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(10)
		c := w.garage(demo.Mother, plot)
		w.decide(c, cases.OutcomeRefused)
		w.Settle()
		c = w.again(c)
		has := func(f around.Filter) bool {
			t.Helper()
			page, err := w.App.Around.List(w.In(town), f)
			w.must(err)
			if int64(len(page.Cases)) > page.Total {
				t.Errorf("%+v: %d of %d", f, len(page.Cases), page.Total)
			}
			for _, p := range page.Cases {
				if p.CaseID == c.ID {
					return true
				}
			}
			return false
		}
		street := strings.Fields(plot.Address)[0]
		for name, tt := range map[string]struct {
			f    around.Filter
			want bool
		}{
			"all":                   {around.Filter{}, true},
			"its address":           {around.Filter{Text: strings.ToUpper(plot.Address)}, true},
			"its street and status": {around.Filter{Text: street, Status: around.Refused}, true},
			"its property":          {around.Filter{Text: "gnr " + strconv.Itoa(plot.Ref.Gnr) + " bnr " + strconv.Itoa(plot.Ref.Bnr)}, true},
			"the end of its number": {around.Filter{Text: plot.Ref.String()[1:]}, false},
			"the start of it":       {around.Filter{Text: plot.Ref.String()[:len(plot.Ref.String())-1]}, false},
			"its number":            {around.Filter{Text: c.Label()}, true},
			"another status":        {around.Filter{Status: around.Granted}, false},
			"another measure":       {around.Filter{Text: plot.Ref.String(), Measure: "dock"}, false},
			"its measure":           {around.Filter{Text: plot.Ref.String(), Measure: "garage"}, true},
			"this month":            {around.Filter{Text: plot.Ref.String(), Days: 30}, true},
			"the applicant's name":  {around.Filter{Text: c.ApplicantName}, false},
			"her family name":       {around.Filter{Text: strings.Fields(c.ApplicantName)[len(strings.Fields(c.ApplicantName))-1]}, false},
			"what she wrote":        {around.Filter{Text: "malt hvit"}, false},
			"everything, with %":    {around.Filter{Text: "%"}, false},
			"a page far away":       {around.Filter{Offset: 5000}, false},
			"nonsense":              {around.Filter{Status: "x' or 1=1", Measure: "<b>", Days: -3}, true},
		} {
			if got := has(tt.f); got != tt.want {
				t.Errorf("%s: %t", name, got)
			}
		}
		w.Clock.Advance(40 * 24 * time.Hour)
		if has(around.Filter{Text: plot.Ref.String(), Days: 30}) {
			t.Error("it is of the last 30 days after 40")
		}
	})
}

func TestNear_measuresFromThePlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(11)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		at := w.middle(plot)
		at[0] += 300
		for radius, want := range map[float64]bool{299: false, 302: true, 3000: true} {
			page, err := w.App.Around.ListNear(w.In(town), at, radius)
			w.must(err)
			found := false
			for _, p := range page.Cases {
				found = found || p.CaseID == c.ID
			}
			if found != want {
				t.Errorf("within %.0f m: %t", radius, found)
			}
		}
	})
}

// The pages, the feed and the operation hold the same cases, and no person's name.
func TestPages_tellEverybodyTheSameAndNoNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(12)
		c := w.garage(demo.Mother, plot)
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		c = w.again(c)
		p, _ := w.public(c, plot)
		visitor := w.Visitor(town)
		at := crsPoint(p)
		box := strconv.FormatFloat(at[0]-0.001, 'f', 6, 64) + "," + strconv.FormatFloat(at[1]-0.001, 'f', 6, 64) + "," +
			strconv.FormatFloat(at[0]+0.001, 'f', 6, 64) + "," + strconv.FormatFloat(at[1]+0.001, 'f', 6, 64)
		for _, path := range []string{"/around?q=" + plot.Ref.Path(), p.Path(), "/around/feed.atom", "/api/around?bbox=" + box} {
			answer := visitor.Get(path).Must(http.StatusOK)
			body := string(answer.Body)
			if !strings.Contains(body, plot.Address) || !strings.Contains(body, c.Label()) {
				t.Errorf("%s lacks the case:\n%.2000s", path, body)
			}
			for _, part := range append(strings.Fields(c.ApplicantName), c.ID, "malt hvit", "91234567", "kari@example.no") {
				if strings.Contains(body, part) {
					t.Errorf("%s tells %q", path, part)
				}
			}
			if robots := answer.Header.Get("X-Robots-Tag"); !strings.Contains(robots, "noindex") {
				t.Errorf("%s lets search engines in: %q", path, robots)
			}
		}
		feed(t, visitor.Get("/around/feed.atom").Body)
		collection(t, visitor.Get("/api/around?bbox="+box).Body, p)
		for _, bad := range []string{"1,2,3", "NaN,1,2,3", "5,5,4,6", "a,b,c,d", "1,2,3,500"} {
			if answer := visitor.Get("/api/around?bbox=" + bad); answer.Status != http.StatusUnprocessableEntity {
				t.Errorf("bbox %s answers %d", bad, answer.Status)
			}
		}
		for _, gone := range []string{"/around/" + c.ID, "/around/nonsense"} {
			if answer := visitor.Get(gone); answer.Status != http.StatusNotFound {
				t.Errorf("%s answers %d", gone, answer.Status)
			}
		}
		if other := w.Visitor("fjordbygda").Get(p.Path()); other.Status != http.StatusNotFound {
			t.Errorf("another municipality shows it: %d", other.Status)
		}
	})
}

// crsPoint is where a public case is, in degrees.
func crsPoint(p around.PublicCase) [2]float64 { return p.Place }

func feed(t *testing.T, body []byte) {
	t.Helper()
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Updated string   `xml:"updated"`
		Entries []struct {
			ID, Title, Updated string
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Entries) == 0 || f.Updated < "2026" {
		t.Errorf("the feed has %d entries, updated %s", len(f.Entries), f.Updated)
	}
}

func collection(t *testing.T, body []byte, p around.PublicCase) {
	t.Helper()
	var c struct {
		Type     string
		Features []struct {
			ID       string
			Geometry struct {
				Type        string
				Coordinates [2]float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatal(err)
	}
	if c.Type != "FeatureCollection" || len(c.Features) == 0 {
		t.Fatalf("%s with %d features", c.Type, len(c.Features))
	}
	for _, f := range c.Features {
		if f.ID != p.ID {
			continue
		}
		if f.Geometry.Type != "Point" || f.Geometry.Coordinates != p.Place || f.Properties["status"] != "granted" || f.Properties["path"] != p.Path() {
			t.Errorf("it stands as %+v", f)
		}
		if f.Properties["applicant"] != nil {
			t.Errorf("it has an applicant: %v", f.Properties["applicant"])
		}
		return
	}
	t.Error("the case is not in the box")
}

// The figures count what the list holds.
func TestList_countsTheMonths(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		months := func() []around.Month {
			t.Helper()
			page, err := w.App.Around.List(w.In(town), around.Filter{Text: "no such street"})
			w.must(err)
			if len(page.Months) != 12 {
				t.Fatalf("%d months", len(page.Months))
			}
			return page.Months
		}
		before := months()[11]
		c := w.garage(demo.Mother, w.plot(13))
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		if after := months()[11]; after.Received != before.Received+1 || after.Decided != before.Decided+1 || after.Month != before.Month {
			t.Errorf("before %+v, after %+v", before, after)
		}
	})
}

func TestKind_isTheBuildingCases(t *testing.T) {
	t.Parallel()
	if around.Kind != building.Name || building.Kind().Key != around.Kind {
		t.Errorf("%s follows cases that are called %s", around.Name, building.Kind().Key)
	}
}
