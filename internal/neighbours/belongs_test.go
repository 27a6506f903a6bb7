package neighbours_test

import (
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
)

// about is a notice that belongs to no application, sent for the mother's property.
func (w *world) about(works string) neighbours.Notice {
	w.Helper()
	n, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: own})
	w.must(err)
	n, err = w.App.Neighbours.Write(w.mother(), n.ID, n.Version, neighbours.Writing{Description: works, Files: []blob.Stored{w.put("plan.pdf")}})
	w.must(err)
	n, err = w.App.Neighbours.Send(w.mother(), n.ID, 0)
	w.must(err)
	w.Settle()
	return n
}

// Of what the applicant has sent without saying what for, only the newest notice of the
// same works follows the application, and none that is older than a year.
func TestCase_takesOnlyTheNoticeOfItsWorks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2025-11-01 12:00")
		old := w.about("En garasje i tre, hvit")
		w.at("2026-11-02 12:00")
		first := w.about("En garasje i tre, rød")
		w.Clock.Advance(time.Hour)
		second := w.about("Garasje i tre, malt hvit")
		w.Clock.Advance(time.Hour)
		other := w.about("Basseng med terrasse og levegg")
		// By nobody: the neighbours were not told of anything that the form asks for.
		c := w.submit(w.draft(map[string]any{"notice": "no_effect", "no_notice_why": "Ingen blir berørt."})) // "Garasje i tre, malt hvit."
		for name, test := range map[string]struct {
			n    neighbours.Notice
			want string
		}{"a year old": {old, ""}, "an earlier one": {first, ""}, "the newest": {second, c.ID}, "of other works": {other, ""}} {
			if got := w.view(test.n).Notice.CaseID; got != test.want {
				t.Errorf("%s belongs to %q", name, got)
			}
		}
	})
}

// What a neighbour has said last is what she means, whichever way it came.
func TestRegister_doesNotOverwriteALaterAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(nil)
		n := w.sent(draft)
		w.at("2026-11-27 12:00")
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k1"})
		w.at("2026-11-30 12:00")
		apart := w.of(n, demo.Apart).ID
		paper := func(recipient string, day int, key string) error {
			_, err := w.App.Neighbours.Register(w.planner(), n.ID, recipient, neighbours.Reply{
				Answer: neighbours.Remarks, Text: "Den tar utsikten.", Key: key, On: clock.NewDate(2026, 11, day),
			})
			return err
		}
		w.refused(paper(apart, 25, "p1"), "neighbours.newer_answer")
		if l := w.of(n, demo.Apart); l.Answer != neighbours.NoRemarks {
			t.Errorf("her answer is %s", l.Answer)
		}
		w.must(paper(apart, 28, "p2"))
		w.must(paper(apart, 26, "p3")) // the day was written wrong
		if l := w.of(n, demo.Apart); l.Answer != neighbours.Remarks || clock.DateIn(l.AnsweredAt) != clock.NewDate(2026, 11, 26) {
			t.Errorf("her answer is %s of %s", l.Answer, l.AnsweredAt)
		}
	})
}

// After the decision nothing is written down any more, on paper or not; what the developer
// says to remarks once the application is sent, the case worker reads in the journal.
func TestCase_hearsOfCommentsAndTakesNoAnswersOnceDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.sent(draft)
		c := w.submit(draft)
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "For høy.", Key: "k1"})
		for range 2 { // pressed twice
			_, err := w.App.Neighbours.Comment(w.mother(), n.ID, w.of(n, demo.Hidden).ID, "Jeg senker mønet.")
			w.must(err)
		}
		said := w.entries(c, neighbours.EntryComment)
		if len(said) != 1 || !strings.Contains(said[0], "Jeg senker mønet.") || !strings.Contains(said[0], "12/36") {
			t.Errorf("the journal says %q", said)
		}
		hidden, _ := w.Demo.Population().Player(torgoy, demo.Hidden)
		if strings.Contains(strings.Join(said, ""), hidden.Name.Full()) {
			t.Error("the journal names somebody protected")
		}
		w.decide(c)
		_, err := w.App.Neighbours.Register(w.planner(), n.ID, w.of(n, demo.Apart).ID, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "p"})
		w.refused(err, "neighbours.decided_already")
		if w.of(n, demo.Apart).Answer != "" {
			t.Error("it is written down all the same")
		}
	})
}
