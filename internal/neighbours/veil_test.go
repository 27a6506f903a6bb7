package neighbours_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// names are those of everybody around.
func (w *world) names() (all []string) {
	for _, part := range []demo.Part{demo.Apart, demo.Hidden, demo.AppointedGuardian} {
		p, _ := w.Demo.Population().Player(torgoy, part)
		all = append(all, p.Name.Full())
	}
	return append(all, coopName)
}

// never expects none of the names.
func (w *world) never(where, text string) {
	w.Helper()
	for _, name := range w.names() {
		if strings.Contains(text, name) {
			w.Errorf("%s tells the developer of %s", where, name)
		}
	}
}

// atProperty is a notice for a property that belongs to no application, filled in.
func (w *world) atProperty(ctx context.Context, ref string) neighbours.Notice {
	w.Helper()
	n, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: ref})
	w.must(err)
	n, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: "En garasje i tre", Files: []blob.Stored{w.put("plan.pdf")}})
	w.must(err)
	return n
}

// aboutProperty is a player's building application that says no more than which
// property it is about.
func (w *world) aboutProperty(part demo.Part, gnr, bnr int) string {
	w.Helper()
	ctx := w.As(torgoy, part)
	draft, err := w.App.Applications.Start(ctx, building.FormKey, w.id(part))
	w.must(err)
	w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := w.App.Forms.Draft(ctx, tx, draft.ID)
		if err != nil {
			return err
		}
		values := map[string]any{"properties": []any{map[string]any{"gnr": float64(gnr), "bnr": float64(bnr)}}, "address": "Fyrlia 9"}
		_, err = w.App.Forms.SavePage(ctx, tx, d.ID, d.Version, "property", forms.Answers{Values: values})
		return err
	}))
	return draft.ID
}

// A name beside the number of a property is an address: nobody's is told the developer
// whom the municipality notifies, before it is sent or after, on any page or paper.
func TestDeveloper_isToldNobodysName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mother := w.Visitor(town).As(demo.Mother)
		p := mother.Get("/my/notices/new").Must(http.StatusOK)
		p = mother.Submit(p, "/my/notices", apptest.Set("property", own)).Must(http.StatusOK)
		w.never("the page before it is sent", p.Text())
		for _, name := range []string{"Gamle Per", "John Smith"} {
			if strings.Contains(p.Text(), name) {
				t.Errorf("%s is told before it is sent", name)
			}
		}
		draft := w.draft(nil)
		n := w.begun(draft)
		v := w.view(n)
		for _, l := range v.Lines {
			if l.About.Name != "" || l.About.Number != "" || l.About.Protected || len(l.About.Lines) != 0 {
				t.Errorf("before it is sent: %+v", l.About)
			}
		}
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		w.Settle()
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "For høy.", Key: "k"})
		page := mother.Get("/my/notices/"+n.ID).Must(http.StatusOK).Has("Eier av 12/36", "Eier av 12/35, 12/37", "Dødsboet etter Gamle Per", "John Smith")
		w.never("the page when it is sent", page.Text())
		for _, l := range w.view(n).Lines {
			if (l.About.Name == "") != (l.Way == neighbours.ByTorg) {
				t.Errorf("when it is sent: %s %s %q", l.Kind, l.Way, l.About.Name)
			}
		}
		list, _ := w.answersOf(draft)["notices"].([]any)
		for _, element := range list {
			item, _ := element.(map[string]any)
			w.never("the application", item["name"].(string))
		}
		planner := w.Visitor(town).As(demo.Planner)
		work := planner.Get("/work/notices/"+n.ID).Must(http.StatusOK).Has(coopName, "Eier med skjermet adresse, 12/36")
		hidden, _ := w.Demo.Population().Player(torgoy, demo.Hidden)
		if strings.Contains(work.Text(), hidden.Name.Full()) {
			t.Error("a protected owner is told by name beside her property")
		}
		w.must(w.fillIn(draft, map[string]any{"remarks": "Jeg senker taket."}))
		c := w.submit(draft)
		for _, path := range []string{"/my/cases/" + c.ID, "/my/notices/" + n.ID} {
			w.never(path, mother.Get(path).Must(http.StatusOK).Text())
		}
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Nei.", Key: "k2"})
		w.never("the journal", strings.Join(w.entries(c, neighbours.EntryAnswer), " "))
		planner.Get("/work/cases/" + c.ID).Must(http.StatusOK).Has(coopName)
	})
}

// Beginning takes more than a log-in: the municipality writes in its own name.
func TestBegin_isForWhoeverHasToDoWithTheProperty(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.App.Neighbours
		_, err := s.Begin(w.apart(), neighbours.Source{Property: own})
		w.wrong(err, "property")
		stranger := w.Visitor(town).As(demo.Apart)
		p := stranger.Get("/my/notices/new?property=12-34").Must(http.StatusOK)
		p = stranger.Submit(p, "/my/notices", apptest.Set("property", own)).Must(http.StatusUnprocessableEntity)
		p.Has("Du står ikke som eier av 12/34", "fullmakt")
		if w.count(`select count(*) from neighbours_notices where tenant_id = $1`) != 0 {
			t.Error("it is begun all the same")
		}
		_, err = s.Begin(w.As(torgoy, demo.CoParent), neighbours.Source{Property: own})
		w.must(err) // owns it, too
		// Whoever acts for an owner begins in the owner's name.
		actor := identity.From(w.apart())
		actor.OnBehalfOf, actor.Basis, actor.Scopes = w.id(demo.Mother), identity.ByMandate, []string{"building"}
		n, err := s.Begin(identity.With(w.apart(), actor), neighbours.Source{Property: own})
		w.must(err)
		if n.Sender != w.id(demo.Mother) || n.Texts.CopyToOwner {
			t.Errorf("begun in the name of %s", n.Sender)
		}
		// An application for the property is enough, for another it is not.
		w.aboutProperty(demo.Apart, 12, 41)
		_, err = s.Begin(w.apart(), neighbours.Source{Property: own})
		w.wrong(err, "property")
		n, err = s.Begin(w.apart(), neighbours.Source{Property: "12/41"})
		w.must(err)
		if !n.Texts.CopyToOwner {
			t.Error("the owner is to get no copy")
		}
	})
}

// Nobody has the municipality write about somebody else's ground without the owners
// hearing of it.
func TestSend_tellsTheOwnerWhomTheDeveloperIsNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.aboutProperty(demo.Apart, 12, 41)
		n := w.atProperty(w.apart(), "12/41")
		_, err := w.App.Neighbours.Send(w.apart(), n.ID, 0)
		w.must(err)
		w.Settle()
		if told := w.told("neighbours.owner_copy"); told != 2 {
			t.Errorf("%d owners were told, want a person and an organisation", told)
		}
		m := w.message("neighbours.owner_copy", demo.CoParent)
		for _, want := range []string{"En garasje i tre", "12/41", "ta kontakt med kommunen", "/property/12-41"} {
			if !strings.Contains(strings.ReplaceAll(m.Text, "tar du kontakt", "ta kontakt"), want) {
				t.Errorf("the copy lacks %q:\n%s", want, m.Text)
			}
		}
		w.sent(w.draft(nil)) // the mother's own ground
		if told := w.told("neighbours.owner_copy"); told != 2 || w.audited("owner_copy") != 2 {
			t.Errorf("%d after a notice for one's own ground", told)
		}
	})
}

func TestSend_isBoundedInADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n, mother := w.atProperty(w.mother(), own), w.id(demo.Mother)
	w.in(func(ctx context.Context, tx *store.Tx) error { // what was sent earlier in the day
		_, err := tx.Exec(ctx, `update neighbours_days set notified = 595 where tenant_id = $1 and person_id = $2`, tx.Tenant, mother)
		return err
	})
	_, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
	w.kind(err, errs.KindTooMany)
	w.refused(err, "neighbours.too_many_notified")
	if w.told("neighbours.notice") != 0 {
		t.Error("somebody was told")
	}
}

// Each owner sees on whose behalf the municipality looked.
func TestBegin_looksAreTheDevelopers(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &world{T: t, Harness: apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})}
			n, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: w.home(demo.Mother).Ref.String()})
			w.must(err)
			if len(w.view(n).Lines) == 0 {
				t.Fatal("she has no neighbours")
			}
			looks := `select count(*) from audit_entries where tenant_id = $1 and action = $2 and object_type = 'property'`
			if w.count(looks+` and actor_id = $3 and subject_id <> $3`, audit.Looked, w.id(demo.Mother)) == 0 || w.count(looks+` and actor_kind = 'system'`, audit.Looked) != 0 {
				t.Error("nobody sees who had the municipality look")
			}
			var subject string
			w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
				subject, err = store.One(ctx, tx, store.Value[string], `select subject_id from audit_entries where tenant_id = $1 and action = $2 and object_type = 'property' and actor_id = $3 and subject_id <> $3 order by id limit 1`,
					tx.Tenant, audit.Looked, w.id(demo.Mother))
				return err
			}))
			list, err := audit.NewService(w.App.DB, w.App.Access).LooksAt(identity.With(w.nobody(), identity.Actor{Kind: identity.Resident, PersonID: subject}), subject, 10)
			w.must(err)
			if mother := identity.From(w.mother()).Name; len(list) == 0 || !slices.ContainsFunc(list, func(l audit.LookEntry) bool { return l.ActorName == mother }) {
				t.Errorf("her page says %+v", list)
			}
		})
	}
}

// home is the property where a player lives.
func (w *world) home(part demo.Part) (found property.Property) {
	w.Helper()
	ctx := w.As(torgoy, part)
	p, err := w.App.Identity.Person(ctx, identity.From(ctx).PersonID)
	w.must(err)
	at, _ := p.VisibleAddress(identity.From(ctx))
	w.must(w.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		hits, err := w.App.Property.Search(ctx, tx, at.Lines[0]+" "+at.PostalCode, 1)
		if err != nil || len(hits) == 0 {
			w.Fatalf("%q is not found: %v", at.Lines, err)
		}
		found, err = w.App.Property.ByRef(ctx, tx, hits[0].Ref)
		return err
	}))
	return found
}

// letters posts the letters that wait.
func (w *world) letters(n neighbours.Notice) (posted int) {
	w.Helper()
	proofs, err := w.App.Notify.ProofOf(w.system(), "notice:"+n.ID)
	w.must(err)
	head := w.As(torgoy, demo.PlanHead)
	for _, p := range proofs {
		for _, step := range p.Steps {
			if step.Channel == notify.Letter && step.HandedOverAt.IsZero() {
				w.must(w.App.Notify.Posted(head, step.ID))
				posted++
			}
		}
	}
	return posted
}

// reaching runs the test on the whole product with those who carry its messages.
func reaching(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, apptest.Options{Map: true, Reach: true, Postgres: postgres}))
		})
	}
}

// Somebody who gets letters stands as everybody else, and the two weeks of all run from
// when the last letter is posted.
func TestDeadline_isOneForAll(t *testing.T) {
	t.Parallel()
	reaching(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.Registered(torgoy, demo.Hidden, func(r *contact.Record) { r.Reserved, r.Notifying = true, false })
		draft := w.draft(nil)
		n := w.unposted(draft)
		alike := func(standing neighbours.Standing, sent clock.Date) {
			t.Helper()
			for _, l := range w.view(n).Lines {
				if l.Way == neighbours.ByTorg && (l.Standing != standing || l.SentOn != sent || l.Until.IsZero() != sent.IsZero()) {
					t.Errorf("%s is told as %s, %s, until %s", l.Property(), l.Standing, l.SentOn, l.Until)
				}
			}
		}
		alike(neighbours.Underway, clock.Date{})
		page := w.Visitor(town).As(demo.Mother).Get("/my/notices/" + n.ID)
		page.Has("Vi vet ikke ennå når saken kan gå videre", "Ett av 6 varsler er ikke sendt ennå", "3 er varslet og har frist til 7. desember 2026", "2 eiere må du varsle selv")
		w.ownDeadlines(n, draft)
		said := func() map[string]any {
			list, _ := w.answersOf(draft)["notices"].([]any)
			item, _ := list[0].(map[string]any)
			return item
		}
		if item := said(); !strings.Contains(item["name"].(string), "ikke alle varslene er sendt") {
			t.Errorf("the application says %v", item)
		}
		w.at("2026-12-14 12:00") // three weeks later, and the letter lies there
		w.Settle()
		if item := said(); item["sent_on"] != "2026-12-14" {
			t.Errorf("the two weeks look over: %v", item)
		}
		if got := w.view(n).Notice.Until; !got.IsZero() {
			t.Errorf("the list says %s, and nobody can know", got)
		}
		w.Visitor(town).As(demo.Mother).Get("/my/notices").Has("Fristen er ikke kjent ennå")
		w.Visitor(town).As(demo.Planner).Get("/work/notices").Has("Ikke kjent ennå")
		w.Visitor(town).As(demo.Apart).Get("/my/neighbour-notices/"+w.of(n, demo.Apart).ID).Has("Fristen din gikk ut 7. desember 2026", "Ikke alle naboene er varslet ennå")
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k"})
		if l := w.of(n, demo.Apart); l.Late {
			t.Error("an answer is late while the notice is not sent to all")
		}
		if w.letters(n) == 0 {
			t.Fatal("no letter waited")
		}
		w.at("2026-12-14 20:00")
		w.Settle()
		for _, l := range w.view(n).Lines {
			if l.Way == neighbours.ByTorg && l.Until != clock.NewDate(2026, 12, 28) {
				t.Errorf("%s has until %s", l.Property(), l.Until)
			}
		}
		if item := said(); item["sent_on"] != "2026-12-14" || strings.Contains(item["name"].(string), "ikke alle") {
			t.Errorf("the application says %v", item)
		}
		c := w.submit(draft)
		running := func() (is bool) {
			w.in(func(ctx context.Context, tx *store.Tx) (err error) {
				is, err = w.App.Neighbours.Running(ctx, tx, c.ID, clock.DateIn(tx.Now.Time))
				return err
			})
			return is
		}
		w.at("2026-12-28 12:00")
		if !running() {
			t.Error("the case may be erased while the letter's two weeks run")
		}
		w.at("2026-12-29 12:00")
		if running() {
			t.Error("it runs for ever")
		}
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "Nei.", Key: "k2"})
		if l := w.of(n, demo.Hidden); !l.Late {
			t.Error("an answer after the common deadline is not late")
		}
	})
}

// Whoever's attachment is opened, and whoever stands on the case's page, sees by whom.
func TestLooks_areRecordedForTheNeighbours(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.sent(draft)
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k", Files: []blob.Stored{w.put("utsikt.pdf")}})
		document := w.of(n, demo.Apart).Documents[0]
		planner, apart := w.planner(), w.id(demo.Apart)
		looks := func() int64 {
			return w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2 and subject_id = $3 and actor_id = $4 and object_type = 'notice'`, audit.Looked, apart, identity.From(planner).PersonID)
		}
		before := looks()
		content, _, err := w.App.Neighbours.OpenFor(planner, n.ID, document)
		w.must(err)
		w.must(content.Close())
		if looks() != before+1 {
			t.Error("that her attachment was opened is not recorded")
		}
		content, _, err = w.App.Neighbours.OpenFor(w.mother(), n.ID, document)
		w.must(err)
		w.must(content.Close())
		_, _, err = w.App.Neighbours.OpenFor(planner, n.ID, n.ID)
		w.kind(err, errs.KindNotFound)
		if looks() != before+1 {
			t.Error("too much is recorded")
		}
		c := w.submit(draft)
		_, err = w.App.Cases.View(planner, c.ID)
		w.must(err)
		if looks() != before+2 {
			t.Error("that she stands on the case's page is not recorded")
		}
		_, err = w.App.Cases.View(w.mother(), c.ID)
		w.must(err)
		if looks() != before+2 {
			t.Error("the party's own look is recorded")
		}
	})
}

func TestBind_isForTheSameProperty(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.atProperty(w.mother(), "12/40")
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		draft := w.draft(nil) // for 12/34
		if list := w.view(n).Drafts; len(list) != 0 {
			t.Errorf("it is offered for %v", list)
		}
		_, err = w.App.Neighbours.Bind(w.mother(), n.ID, draft)
		w.refused(err, "neighbours.not_now.bind_other")
		if got := w.answersOf(draft)["notice"]; got != nil {
			t.Errorf("the application says %v", got)
		}
	})
}

// Five clicks at once begin one notice.
func TestBegin_atOnceFromFiveWindows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := w.mother()
		var wait sync.WaitGroup
		var mu sync.Mutex
		begun := map[string]bool{}
		for _, typed := range []string{own, "12-34", " 12/34", own, own} {
			wait.Go(func() {
				n, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: typed})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				begun[n.ID] = true
			})
		}
		wait.Wait()
		if rows := w.count(`select count(*) from neighbours_notices where tenant_id = $1`); len(begun) != 1 || rows != 1 {
			t.Errorf("%d were given back, %d rows", len(begun), rows)
		}
	})
}

// The letter that the developer brings holds the name of a dead owner, and not of one
// whose letter came back.
func TestHandLetter_namesWhomItMust(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.sent(w.draft(nil))
	for _, name := range []string{"Gamle Per", "John Smith"} {
		var letter bytes.Buffer
		w.must(w.App.Neighbours.HandLetter(w.mother(), n.ID, w.line(n, name).ID, &letter))
		if letter.Len() == 0 {
			t.Errorf("no letter to %s", name)
		}
	}
	w.comesBack(n, w.noticeTo(demo.Hidden, "12/36"), "")
	page := w.Visitor(town).As(demo.Mother).Get("/my/notices/" + n.ID).Must(http.StatusOK).Has("Eier av 12/36 må du varsle selv")
	w.never("the page when a letter came back", page.Text())
}
