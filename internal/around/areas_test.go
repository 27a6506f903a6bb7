package around_test

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// kind is that of the messages.
const kind = "around.changes"

// A neighbour is told of what comes in and what is decided, once each; whoever lives
// elsewhere is not.
func TestSubscription_tellsOfACaseOnceEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot, far := w.plot(3), w.farFrom(w.plot(3))
		ctx := w.as(demo.Apart)
		// Two areas that both take it in tell it once.
		for _, metres := range []float64{150, 1000} {
			_, err := w.App.Around.Subscribe(ctx, w.around(plot, metres, around.AtOnce))
			w.must(err)
		}
		_, err := w.App.Around.Subscribe(w.as(demo.AppointedGuardian), w.around(far, 100, around.AtOnce))
		w.must(err)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		told := w.told(kind, w.person(demo.Apart), "")
		if len(told) != 1 {
			t.Fatalf("told %d times", len(told))
		}
		c = w.again(c)
		for _, want := range []string{plot.Address, c.Label(), "/around/", "/areas/stop/", "Ny byggesak"} {
			if !strings.Contains(told[0].Text, want) {
				t.Errorf("the message lacks %q:\n%s", want, told[0].Text)
			}
		}
		if strings.Contains(told[0].Text, strings.Fields(c.ApplicantName)[0]) {
			t.Errorf("the message names the applicant:\n%s", told[0].Text)
		}
		if told[0].Unsubscribe == "" || !strings.Contains(told[0].Text, told[0].Unsubscribe) {
			t.Errorf("it is ended at %q", told[0].Unsubscribe)
		}
		w.must(w.App.Around.Project(w.system(), c.ID, around.TopicReceived)) // as after a crash
		w.Settle()
		w.decide(c, cases.OutcomeRefused)
		w.Settle()
		told = w.told(kind, w.person(demo.Apart), "")
		if len(told) != 2 || !strings.Contains(told[1].Text, "Avslag") {
			t.Errorf("told %d times in all", len(told))
		}
		if n := len(w.told(kind, w.person(demo.AppointedGuardian), "")); n != 0 {
			t.Errorf("somebody far away is told %d times", n)
		}
	})
}

// farFrom is a home that lies more than two kilometres from another.
func (w *world) farFrom(p propertyOf) propertyOf {
	w.Helper()
	from := w.middle(p)
	for n := 0; ; n += 25 {
		other := w.plot(n)
		at := w.middle(other)
		if dx, dy := at[0]-from[0], at[1]-from[1]; dx*dx+dy*dy > 2000*2000 {
			return other
		}
	}
}

func TestSubscription_tellsOnlyOfItsTopics(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 200, around.AtOnce, around.TopicDecided))
		w.must(err)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 0 {
			t.Errorf("told %d times of what came in", n)
		}
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 1 {
			t.Errorf("told %d times of what was decided", n)
		}
	})
}

// What is gathered comes in one message, at seven in the morning; for a week on Monday.
func TestSubscription_gathers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one, two := w.plot(3), w.plot(4)
		daily, weekly := w.as(demo.Apart), w.as(demo.AppointedGuardian)
		for ctx, often := range map[context.Context]around.Often{daily: around.Daily, weekly: around.Weekly} {
			for _, plot := range []propertyOf{one, two} {
				_, err := w.App.Around.Subscribe(ctx, w.around(plot, 5000, often, around.TopicReceived))
				w.must(err)
			}
		}
		w.garage(demo.Mother, one)
		w.garage(demo.Mother, two)
		w.Settle()
		if n := w.count(`select count(*) from around_hits where tenant_id = $1 and told_at is null`); n != 4 {
			t.Errorf("%d hits wait", n)
		}
		count := func(ctx context.Context) int { return len(w.told(kind, identity.From(ctx).PersonID, "")) }
		if count(daily)+count(weekly) != 0 {
			t.Error("somebody is told at once")
		}
		w.toMorning(time.Tuesday)
		if count(daily) != 1 || count(weekly) != 0 {
			t.Errorf("on a Tuesday the daily is told %d times, the weekly %d", count(daily), count(weekly))
		}
		w.toMorning(time.Monday)
		if count(daily) != 1 || count(weekly) != 1 {
			t.Errorf("on Monday the daily is told %d times, the weekly %d", count(daily), count(weekly))
		}
		if text := w.told(kind, identity.From(weekly).PersonID, "")[0]; !strings.Contains(text.Text, one.Address) || !strings.Contains(text.Text, two.Address) || !strings.Contains(text.Subject, "2") {
			t.Errorf("it does not tell both: %s\n%s", text.Subject, text.Text)
		}
	})
}

// toMorning goes to five past seven on the next such day and lets the digests go.
func (w *world) toMorning(day time.Weekday) {
	w.Helper()
	date := clock.DateIn(w.Clock.Now()).AddDays(1)
	for date.Weekday() != day {
		date = date.AddDays(1)
	}
	w.Clock.Set(date.Start().Add(7*time.Hour + 5*time.Minute))
	w.must(w.App.Around.Digest(w.system()))
	w.Settle()
}

// What stops being public between the event and the message is not told.
func TestSubscription_isSilentOfWhatIsNoLongerPublic(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 200, around.Daily))
		w.must(err)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		w.write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update cases set restricted = true where tenant_id = $1 and id = $2`, tx.Tenant, c.ID)
			return err
		})
		w.toMorning(time.Wednesday)
		if told := w.told(kind, w.person(demo.Apart), ""); len(told) != 0 {
			t.Errorf("a protected case is told of:\n%s", told[0].Text)
		}
		if n := w.count(`select count(*) from around_hits where tenant_id = $1 and told_at is null`); n != 0 {
			t.Errorf("%d hits still wait", n)
		}
	})
}

func TestSubscribe_keepsToLimits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, plot := w.as(demo.Apart), w.plot(3)
		for i := range 20 {
			c := w.around(plot, 200, around.AtOnce)
			c.Name = fmt.Sprintf("  Område\n %d ", i)
			a, err := w.App.Around.Subscribe(ctx, c)
			w.must(err)
			if a.Name != fmt.Sprintf("Område %d", i) {
				t.Errorf("it is called %q", a.Name)
			}
		}
		if _, err := w.App.Around.Subscribe(ctx, w.around(plot, 200, around.AtOnce)); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the 21st: %v", err)
		}
		if _, err := w.App.Around.Subscribe(w.as(demo.Mother), around.Choice{}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("nothing chosen: %v", err)
		}
		if _, err := w.App.Around.Subscribe(w.In(town), w.around(plot, 200, around.AtOnce)); !errs.Is(err, errs.KindLogin) {
			t.Errorf("without log-in: %v", err)
		}
	})
}

// An area is its owner's alone; what stands in the database tells nobody where she lives.
func TestArea_isItsOwnersAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me, other, plot := w.as(demo.Apart), w.as(demo.Mother), w.plot(3)
		c := w.around(plot, 500, around.Daily)
		c.Name = "Hjemme"
		a, err := w.App.Around.Subscribe(me, c)
		w.must(err)
		read, err := w.App.Around.Area(me, a.ID)
		w.must(err)
		if diff := cmp.Diff(c.Ground, read.Ground); diff != "" || read.Name != "Hjemme" {
			t.Errorf("it is read as %q (-want +got):\n%s", read.Name, diff)
		}
		for name, err := range map[string]error{
			"read":   second(w.App.Around.Area(other, a.ID)),
			"change": second(w.App.Around.Change(other, a.ID, c)),
			"end":    w.App.Around.Unsubscribe(other, a.ID),
			"admin":  second(w.App.Around.Area(w.as(demo.Administrator), a.ID)),
		} {
			if !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s by another: %v", name, err)
			}
		}
		var cipher []byte
		w.read(func(ctx context.Context, tx *store.Tx) (err error) {
			cipher, err = store.One(ctx, tx, store.Value[[]byte], `select content_cipher from around_areas where tenant_id = $1 and id = $2`, tx.Tenant, a.ID)
			return err
		})
		if strings.Contains(string(cipher), "Hjemme") || strings.Contains(string(cipher), "middle") {
			t.Error("the area stands in the clear")
		}
		c.Name, c.Often, c.Topics = "Hytta", around.Weekly, []around.Topic{around.TopicPlans}
		changed, err := w.App.Around.Change(me, a.ID, c)
		w.must(err)
		if changed.Name != "Hytta" || changed.Often != around.Weekly || len(changed.Topics) != 1 {
			t.Errorf("changed it is %+v", changed)
		}
		w.must(w.App.Around.Unsubscribe(me, a.ID))
		if list, err := w.App.Around.Areas(me); err != nil || len(list) != 0 {
			t.Errorf("%d areas are left: %v", len(list), err)
		}
		for _, action := range []string{"around.subscribe", "around.change_area", "around.unsubscribe"} {
			if n := w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2`, action); n != 1 {
				t.Errorf("%s stands %d times in the log", action, n)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

// An area that nobody renews ends.
func TestArea_endsInItsTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me, plot := w.as(demo.Apart), w.plot(3)
		old, err := w.App.Around.Subscribe(me, w.around(plot, 200, around.AtOnce))
		w.must(err)
		w.Clock.Advance(400 * 24 * time.Hour)
		kept, err := w.App.Around.Subscribe(me, w.around(plot, 300, around.AtOnce))
		w.must(err)
		w.Clock.Advance(400 * 24 * time.Hour)
		_, err = w.App.Retention.Run(w.system(), "")
		w.must(err)
		list, err := w.App.Around.Areas(me)
		w.must(err)
		if len(list) != 1 || list[0].ID != kept.ID {
			t.Errorf("%d areas are left, want the newer of %s and %s", len(list), old.ID, kept.ID)
		}
	})
}

func TestSubscription_doesNotWriteToTheDead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me, plot := w.as(demo.Apart), w.plot(3)
		_, err := w.App.Around.Subscribe(me, w.around(plot, 200, around.AtOnce))
		w.must(err)
		w.write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update identity_persons set deceased_on = $3 where tenant_id = $1 and id = $2`, tx.Tenant, identity.From(me).PersonID, "2026-11-01")
			return err
		})
		w.garage(demo.Mother, plot)
		w.Settle()
		if n := len(w.told(kind, identity.From(me).PersonID, "")); n != 0 {
			t.Errorf("the dead are told %d times", n)
		}
	})
}

// Whoever has no log-in confirms first, is told then, and ends it with one press.
func TestSubscribeByMail_confirmsFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		const email = "nabo@example.no"
		ask := func() error {
			return w.App.Around.SubscribeByMail(w.In(town), email, "192.0.2.7", w.around(plot, 300, around.AtOnce))
		}
		w.must(ask())
		asked := w.told("around.confirm", "", email)
		if len(asked) != 1 {
			t.Fatalf("asked %d times", len(asked))
		}
		w.garage(demo.Mother, plot)
		w.Settle()
		if n := len(w.told(kind, "", email)); n != 0 {
			t.Fatalf("told %d times before it is confirmed", n)
		}
		confirm := code(t, asked[0], "/areas/confirm/")
		visitor := w.Visitor(town)
		page := visitor.Get("/areas/confirm/" + confirm).Must(200)
		if n := w.count(`select count(*) from around_areas where tenant_id = $1 and state = 'active'`); n != 0 {
			t.Error("a look confirms it")
		}
		visitor.Submit(page, "/areas/confirm/"+confirm, apptest.Fill{}).Must(200)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		w.decide(c, cases.OutcomeGranted)
		w.Settle()
		told := w.told(kind, "", email)
		if len(told) != 2 {
			t.Fatalf("told %d times", len(told))
		}
		stop := code(t, told[0], "/areas/stop/")
		visitor.Get("/areas/stop/" + stop).Must(200)
		if n := w.count(`select count(*) from around_areas where tenant_id = $1`); n != 1 {
			t.Error("a look ends it")
		}
		// As a mail program does by RFC 8058: from elsewhere, without cookies or token.
		if answer := w.Visitor(town).Post("/areas/stop/"+stop, url.Values{"List-Unsubscribe": {"One-Click"}}); answer.Status != 200 {
			t.Errorf("one click answers %d", answer.Status)
		}
		if n := w.count(`select count(*) from around_areas where tenant_id = $1`); n != 0 {
			t.Error("it goes on")
		}
		if answer := visitor.Get("/areas/stop/" + stop); answer.Status != 404 {
			t.Errorf("its link answers %d", answer.Status)
		}
	})
}

// code is the secret of a link in a message.
func code(t *testing.T, m notify.Item, path string) string {
	t.Helper()
	_, after, found := strings.Cut(m.Text, path)
	if !found {
		t.Fatalf("no %s in:\n%s", path, m.Text)
	}
	word, _, _ := strings.Cut(strings.TrimSpace(after), "\n")
	return strings.TrimSpace(word)
}

func TestSubscribeByMail_cannotFillMailboxes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		for i := range 6 {
			w.must(w.App.Around.SubscribeByMail(w.In(town), "offer@example.no", fmt.Sprintf("192.0.2.%d", i), w.around(plot, 300, around.AtOnce)))
		}
		if n := len(w.told("around.confirm", "", "offer@example.no")); n != 3 {
			t.Errorf("one address is asked %d times", n)
		}
		var err error
		for i := range 25 {
			err = w.App.Around.SubscribeByMail(w.In(town), fmt.Sprintf("mange%d@example.no", i), "198.51.100.1", w.around(plot, 300, around.AtOnce))
		}
		if !errs.Is(err, errs.KindTooMany) {
			t.Errorf("the 25th from one place: %v", err)
		}
		if err := w.App.Around.SubscribeByMail(w.In(town), "ikke en adresse", "203.0.113.1", w.around(plot, 300, around.AtOnce)); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("no address: %v", err)
		}
		w.Clock.Advance(49 * time.Hour)
		asked := w.told("around.confirm", "", "offer@example.no")
		if _, err := w.App.Around.Confirm(w.In(town), code(t, asked[0], "/areas/confirm/")); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after two days: %v", err)
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		w.must(w.App.Around.Round(w.system()))
		if n := w.count(`select count(*) from around_areas where tenant_id = $1`); n != 0 {
			t.Errorf("%d unconfirmed areas are kept", n)
		}
	})
}

func TestCopyOf_holdsThePersonsAreas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.around(w.plot(3), 500, around.Daily)
		c.Name = "Hjemme"
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), c)
		w.must(err)
		w.read(func(ctx context.Context, tx *store.Tx) error {
			list, err := w.App.Around.CopyOf(ctx, tx, w.person(demo.Apart))
			if err != nil {
				return err
			}
			if len(list) != 1 || list[0].Name != "Hjemme" || len(list[0].Topics) != 3 || !strings.Contains(list[0].Place, ".") {
				t.Errorf("the copy holds %+v", list)
			}
			list, err = w.App.Around.CopyOf(ctx, tx, w.person(demo.Mother))
			if len(list) != 0 {
				t.Errorf("another's copy holds %+v", list)
			}
			return err
		})
	})
}

// A plan that comes onto the map, changes and goes is told of, each once a day, and the
// first import of a layer is news to nobody.
func TestSubscription_tellsOfPlans(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 300, around.AtOnce, around.TopicPlans))
		w.must(err)
		ground := plan(w.middle(plot), 200)
		w.bring("plans", planned("plans", "2026777", "Nytt torg", ground, nil))
		w.bring("plan_zones", planned("plan_zones", "2026777", "", ground, map[string]any{"field": "BFS1"}))
		told := w.told(kind, w.person(demo.Apart), "")
		if len(told) != 1 || !strings.Contains(told[0].Text, "2026777 Nytt torg") || !strings.Contains(told[0].Text, "/plan/2026777") {
			t.Fatalf("told %d times: %+v", len(told), told)
		}
		w.Clock.Advance(48 * time.Hour)
		w.bring("plan_zones", planned("plan_zones", "2026777", "", ground, map[string]any{"field": "BFS2"}))
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 2 {
			t.Errorf("told %d times after a change", n)
		}
		w.Clock.Advance(48 * time.Hour)
		far := plan(w.middle(w.farFrom(plot)), 50)
		w.bring("plans", planned("plans", "2026778", "Et annet sted", far, nil))
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 2 {
			t.Errorf("told %d times of what lies elsewhere", n)
		}
	})
}

func plan(at orb.Point, side float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{at, {at[0] + side, at[1]}, {at[0] + side, at[1] + side}, {at[0], at[1] + side}, at}}}
}

func planned(layer, number, name string, ground orb.MultiPolygon, more map[string]any) layers.Feature {
	f := layers.Feature{ID: layer + "-" + number, Geometry: ground, Properties: map[string]any{"plan": number, "name": name, "master": false}}
	for key, value := range more {
		f.Properties[key] = value
	}
	return f
}

// one is a source of one feature.
type one struct {
	layer string
	f     layers.Feature
	epsg  int
	given bool
}

// Next implements layers.Source.
func (o *one) Next() (layers.Incoming, error) {
	if o.given {
		return layers.Incoming{}, io.EOF
	}
	o.given = true
	return layers.Incoming{Layer: o.layer, EPSG: o.epsg, Feature: o.f}, nil
}

// bring imports a feature into a layer of the town as a part of its own, and lets the
// background work catch up.
func (w *world) bring(layer string, f layers.Feature) {
	w.Helper()
	ctx := w.system()
	target, err := w.App.Layers.Layer(ctx, layer)
	w.must(err)
	result, err := w.App.Layers.Import(ctx, layers.Import{
		Layers: []layers.Target{{Layer: target}}, Source: &one{layer: layer, f: f, epsg: w.App.Layers.Home(ctx).Code}, Part: "test-" + f.Text("plan"),
	})
	if err != nil {
		w.Fatalf("%v: %+v", err, result.Report)
	}
	w.Settle()
}
