package neighbours_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/notify/dsn"
	"github.com/torg-no/torg/internal/platform/store"
)

// notices are the messages to a player that hold the notice, by their words.
func (w *world) noticeTo(part demo.Part, holds string) string {
	w.Helper()
	items, err := w.App.Notify.List(w.system(), notify.Filter{PersonID: w.id(part)})
	w.must(err)
	for _, item := range items {
		if item.Kind == "neighbours.notice" && strings.Contains(item.Text, holds) {
			return item.ID
		}
	}
	w.Fatalf("%s has no notice with %q", part, holds)
	return ""
}

// comesBack lets a message come back, by whichever way it went, with a next way or none.
func (w *world) comesBack(n neighbours.Notice, message string, next notify.Channel) {
	w.Helper()
	w.in(func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `update notify_deliveries set state = 'bounced' where tenant_id = $1 and message_id = $2`, tx.Tenant, message); err != nil {
			return err
		}
		_, err := w.App.Neighbours.LetterBack(ctx, tx, notify.LetterBack{Thread: "notice:" + n.ID, Message: message, Reason: notify.BackMoved, Next: next})
		return err
	})
}

// letterOf is the newest letter of a notice to an organisation: the message's last step.
func (w *world) letterOf(n neighbours.Notice) (last notify.Step) {
	w.Helper()
	proofs, err := w.App.Notify.ProofOf(w.system(), "notice:"+n.ID)
	w.must(err)
	for _, p := range proofs {
		for _, step := range p.Steps {
			if p.Name == coopName && step.Channel == notify.Letter {
				last = step
			}
		}
	}
	if last.ID == "" {
		w.Fatal("no letter to " + coopName)
	}
	return last
}

// written are the deadlines that are written down of a notice's recipients, for the lists.
func (w *world) written(n neighbours.Notice, name string) string {
	w.Helper()
	var until *string
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		until, err = store.One(ctx, tx, store.Value[*string], `select until_on from neighbours_recipients where tenant_id = $1 and id = $2`, tx.Tenant, w.line(n, name).ID)
		return err
	}))
	if until == nil {
		return ""
	}
	return *until
}

// A letter that comes back is the developer's to bring; printed and posted anew it is not,
// and two weeks run from then.
func TestMoved_aLetterThatIsPostedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		n := w.unposted(w.draft(nil))
		if got := w.written(n, coopName); got != "" {
			t.Errorf("an unposted letter has the deadline %s", got)
		}
		head := w.As(torgoy, demo.PlanHead)
		w.must(w.App.Notify.Posted(head, w.letterOf(n).ID))
		w.Settle()
		if got := w.written(n, coopName); got != "2026-12-07" {
			t.Errorf("posted, the deadline is %q", got)
		}
		w.at("2026-11-30 12:00")
		w.must(w.App.Notify.Back(head, w.letterOf(n).ID, notify.BackMoved))
		w.Settle()
		if l := w.line(n, coopName); l.Way != neighbours.ByHand || l.Standing != neighbours.Yours || w.written(n, coopName) != "" || w.staff(n).Reach.Hand != 3 {
			t.Errorf("back: %s %s until %q, %d by hand", l.Way, l.Standing, w.written(n, coopName), w.staff(n).Reach.Hand)
		}
		w.must(w.App.Notify.Again(head, w.letterOf(n).ID))
		w.Settle()
		if l := w.line(n, coopName); l.Way != neighbours.ByHand {
			t.Error("a letter in the print room has reached somebody")
		}
		w.at("2026-12-02 12:00")
		w.must(w.App.Notify.Posted(head, w.letterOf(n).ID))
		w.Settle()
		l := w.line(n, coopName)
		if day := clock.NewDate(2026, 12, 16); l.Way != neighbours.ByTorg || l.Standing != neighbours.SentOut || l.Until != day || w.written(n, coopName) != day.String() {
			t.Errorf("posted anew: %s %s until %s, written %q", l.Way, l.Standing, l.Until, w.written(n, coopName))
		}
		if w.staff(n).Reach.Hand != 2 || w.audited("reached") != 1 {
			t.Errorf("%d are to be notified by the developer", w.staff(n).Reach.Hand)
		}
		for _, name := range []string{"Gamle Per", "John Smith"} {
			_, err := w.App.Neighbours.Brought(w.mother(), n.ID, w.line(n, name).ID, "signed", clock.NewDate(2026, 12, 2))
			w.must(err)
		}
		if got := w.view(n).Notice.Until; got != clock.NewDate(2026, 12, 16) {
			t.Errorf("everybody's deadline is %s", got)
		}
		// It comes back once more, and the developer is told once more.
		w.must(w.App.Notify.Back(head, w.letterOf(n).ID, notify.BackUnknown))
		w.Settle()
		if l := w.line(n, coopName); l.Way != neighbours.ByHand || !w.view(n).Notice.Until.IsZero() || w.told("neighbours.letter_back") != 2 {
			t.Errorf("%s, until %s, told %d times", l.Way, w.view(n).Notice.Until, w.told("neighbours.letter_back"))
		}
	})
}

// Whoever has read it on her own page before the letter came back is notified.
func TestMoved_aLetterThatWasReadOnThePage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		message := w.noticeTo(demo.Hidden, "12/36")
		_, err := w.App.Notify.Open(w.As(torgoy, demo.Hidden), message)
		w.must(err)
		w.comesBack(n, message, "")
		w.Settle()
		if l := w.of(n, demo.Hidden); l.Way != neighbours.ByTorg || l.Standing != neighbours.Delivered || w.told("neighbours.letter_back") != 0 {
			t.Errorf("%s %s", l.Way, l.Standing)
		}
	})
}

// An e-mail that comes back after all deadlines were known makes them unknown, in the lists
// and in the API too, until the next way has reached her.
func TestMoved_anEmailThatComesBackLate(t *testing.T) {
	t.Parallel()
	reaching(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		n := w.sent(w.draft(nil))
		for _, name := range []string{"Gamle Per", "John Smith"} {
			_, err := w.App.Neighbours.Brought(w.mother(), n.ID, w.line(n, name).ID, "letter", clock.NewDate(2026, 11, 23))
			w.must(err)
		}
		w.at("2026-11-23 20:00")
		w.Settle()
		listed := func() clock.Date {
			list, err := w.App.Neighbours.List(w.planner(), neighbours.Filter{})
			w.must(err)
			mine, err := w.App.Neighbours.Mine(w.mother())
			w.must(err)
			if len(list) != 1 || len(mine.Sent) != 1 || list[0].Until != mine.Sent[0].Until {
				t.Fatalf("%+v, %+v", list, mine.Sent)
			}
			return list[0].Until
		}
		if got := listed(); got != clock.NewDate(2026, 12, 7) {
			t.Fatalf("the lists say %s", got)
		}
		w.at("2026-11-27 23:00") // no SMS at night
		message := w.noticeTo(demo.Apart, "12/35")
		known, err := w.App.Notify.TakeBounce(w.system(), dsn.Report{MessageID: message + "@torgoy.test", Failed: true, Status: "5.1.1"})
		if err != nil || !known {
			t.Fatalf("%t, %v", known, err)
		}
		w.Settle()
		name := w.of(n, demo.Apart).About.Name
		if got := listed(); !got.IsZero() || w.written(n, name) != "" || w.of(n, demo.Apart).Standing != neighbours.Underway {
			t.Errorf("the lists say %s, hers is %q, she stands %s", got, w.written(n, name), w.of(n, demo.Apart).Standing)
		}
		w.at("2026-11-28 12:00")
		w.Settle()
		if got := listed(); got != clock.NewDate(2026, 12, 12) || w.written(n, name) != "2026-12-12" {
			t.Errorf("reached by SMS: the lists say %s, hers is %s", got, w.written(n, name))
		}
	})
}

// A guardian who owns ground herself gets two messages: the one that comes back tells whose
// line it is.
func TestLetterBack_isOfTheMessageNotOfThePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		child := w.children(demo.Apart)[0]
		w.ground.owners["12/36"] = []neighbours.Owner{{Number: child.Number.Digits(), Name: child.Name.Full()}}
		n := w.sent(w.draft(nil))
		of := func() (own, ward neighbours.Line) {
			for _, l := range w.staff(n).Lines {
				switch {
				case l.PersonID != w.id(demo.Apart):
				case l.Kind == neighbours.Ward:
					ward = l
				default:
					own = l
				}
			}
			return own, ward
		}
		person := w.id(demo.Apart) // logs in, which is a transaction of its own
		w.comesBack(n, w.noticeTo(demo.Apart, "verge for "+child.Name.Full()), "")
		if own, ward := of(); own.Way != neighbours.ByTorg || ward.Way != neighbours.ByHand {
			t.Errorf("her own is %s, the child's %s", own.Way, ward.Way)
		}
		w.in(func(ctx context.Context, tx *store.Tx) error { // somebody else's message
			_, err := w.App.Neighbours.LetterBack(ctx, tx, notify.LetterBack{Thread: "notice:" + n.ID, Person: person, Reason: notify.BackMoved})
			return err
		})
		if own, _ := of(); own.Way != neighbours.ByTorg {
			t.Error("a message that is not hers takes her line")
		}
	})
}

// orgs are valid organisation numbers of nobody.
func orgs(n int) (list []string) {
	for i := 0; len(list) < n; i++ {
		for digit := range 10 {
			if number, err := pid.ParseOrg(fmt.Sprintf("8%07d%d", 1000+i, digit)); err == nil {
				list = append(list, string(number))
			}
		}
	}
	return list[:n]
}

// A notice goes to more than a page of messages: a letter that nobody has posted is not
// sent, however many there are.
func TestLines_ofManyLetters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const many = 130
		var owners []neighbours.Owner
		for i, number := range orgs(many) {
			owners = append(owners, neighbours.Owner{Organisation: number, Name: fmt.Sprintf("Sameiet %d", i), Lines: []string{"Postboks 1", "9961 Torgøy"}})
		}
		w.ground.places = append(w.ground.places, neighbours.Place{Ref: "12/50"})
		w.ground.owners["12/50"] = owners
		n := w.unposted(w.draft(nil))
		waiting := 0
		for _, l := range w.staff(n).Lines {
			if l.Way != neighbours.ByTorg || l.Kind != neighbours.Organisation {
				continue
			}
			waiting++
			if l.Standing != neighbours.Underway || !l.SentOn.IsZero() || !l.Until.IsZero() {
				t.Fatalf("%s is %s on %s, until %s", l.About.Name, l.Standing, l.SentOn, l.Until)
			}
		}
		if reach := w.staff(n).Reach; waiting != many+1 || reach.Waiting != many+1 {
			t.Errorf("%d letters wait, told as %d", waiting, reach.Waiting)
		}
		if posted := w.letters(n); posted != many+1 {
			t.Errorf("%d letters of the thread are known", posted)
		}
		w.Settle()
		if reach := w.staff(n).Reach; reach.Waiting != 0 {
			t.Errorf("%d wait when all are posted", reach.Waiting)
		}
	})
}

// Messages are not kept for good: what was written down while there was a trace stands.
func TestLines_whenTheMessagesAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	w.at("2026-11-23 12:00")
	n := w.unposted(w.draft(nil)) // the letter is never posted
	w.in(func(ctx context.Context, tx *store.Tx) error {
		_, err := w.App.Notify.Forget(ctx, tx, "notice:"+n.ID, 100)
		return err
	})
	if l := w.of(n, demo.Apart); l.Standing != neighbours.SentOut || l.Until != clock.NewDate(2026, 12, 7) {
		t.Errorf("who was sent it is %s until %s", l.Standing, l.Until)
	}
	if l := w.line(n, coopName); l.Standing != neighbours.Underway || !l.Until.IsZero() {
		t.Errorf("whose letter lay there is %s until %s", l.Standing, l.Until)
	}
}
