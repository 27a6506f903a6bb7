package neighbours_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// proofs are the names of what lies in the application's field for consents.
func (w *world) proofs(draft string) (names []string) {
	w.Helper()
	list, _ := w.answersOf(draft)["near_consent"].([]any)
	for _, v := range list {
		file, _ := v.(map[string]any)
		name, _ := file["name"].(string)
		names = append(names, name)
		id, _ := file["id"].(string)
		w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
			_, err := w.App.Blobs.Get(ctx, tx, id)
			return err
		}))
	}
	return names
}

// consent are the properties whose owners consent, to whoever checks the distance.
func (w *world) consent(draft, caseID string) (list []string) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = w.App.Neighbours.ConsentsIn(ctx, tx, draft, caseID)
		return err
	}))
	return list
}

func TestConsent_liesInTheApplicationUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(map[string]any{"near_ground": nil})
		n := w.sent(draft)
		expect := func(what string, properties ...string) {
			t.Helper()
			var names []string
			for _, p := range properties {
				names = append(names, "samtykke-"+strings.ReplaceAll(p, "/", "-")+".pdf")
			}
			if diff := cmp.Diff(names, w.proofs(draft)); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
			slices.Sort(properties)
			if diff := cmp.Diff(properties, w.consent(draft, "")); diff != "" {
				t.Errorf("%s, to the check: %s", what, diff)
			}
		}
		expect("before anybody has answered")
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Consents, Key: "k1"})
		expect("the other half of 12/35 is the applicant's own, and of 12/37 another's", "12/35")
		if ground := w.answersOf(draft)["near_ground"]; ground != "consent" {
			t.Errorf("what allows building near is %v", ground)
		}
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Consents, Text: "Gjerne.", Key: "k2"})
		expect("a second", "12/35", "12/36")
		w.Clock.Advance(60e9)
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k3"})
		expect("one taken back", "12/36")
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Consents, Key: "k4"})
		expect("and given again", "12/36", "12/35")
		if w.audited("consent") != 3 {
			t.Errorf("%d proofs are in the log", w.audited("consent"))
		}
	})
}

func TestConsent_leavesWhatTheApplicantHasChosen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		w.must(w.fillIn(draft, map[string]any{"near_ground": "dispensation"}))
		n := w.sent(draft)
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Consents, Key: "k1"})
		if ground := w.answersOf(draft)["near_ground"]; ground != "dispensation" {
			t.Errorf("it says %v now", ground)
		}
		// Nobody has consented for somebody else's application.
		if other := w.consent("", ""); len(other) > 0 {
			t.Errorf("of no application %v consent", other)
		}
		if other := w.consent(n.ID, n.ID); len(other) > 0 {
			t.Errorf("of another application %v consent", other)
		}
	})
}

// clocks are the states of the clocks over the decision of a case.
func (w *world) clocks(caseID string) map[string]string {
	w.Helper()
	found := map[string]string{}
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
		list, err := w.App.Deadlines.ForCase(ctx, tx, caseID)
		for _, d := range list {
			if strings.HasPrefix(d.Timer.Rule.Key, "building.") {
				found[d.Timer.Rule.Key] = string(d.Timer.State) + " " + d.Timer.Falls().String()
			}
		}
		return err
	}))
	return found
}

// staffTold are the subjects of the messages of a kind to the staff.
func (w *world) staffTold(kind string) (to []string) {
	w.Helper()
	items, err := w.App.Notify.Outbox(w.system(), 500)
	w.must(err)
	for _, item := range items {
		if item.Kind == kind && item.Class == notify.Staff {
			to = append(to, item.Subject)
		}
	}
	return to
}

func TestRemarks_afterTheApplicationMoveTheClockWhenTheyAreInTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(nil)
		n := w.sent(draft)
		w.at("2026-11-25 12:00")
		c := w.submit(draft)
		if diff := cmp.Diff(map[string]string{"building.simple": "running 2026-12-16"}, w.clocks(c.ID)); diff != "" {
			t.Fatal(diff)
		}
		v, err := w.App.Cases.View(w.planner(), c.ID)
		w.must(err)
		_, err = w.App.Cases.AssignToMe(w.planner(), c.ID, v.Case.Version)
		w.must(err)
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k1"})
		if told := w.staffTold("neighbours.staff_remarks"); len(told) != 0 {
			t.Errorf("told of no remarks: %v", told)
		}
		w.at("2026-12-07 23:00") // the last day
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar sola.", Key: "k2"})
		want := map[string]string{"building.simple": "cancelled 2026-12-16", "building.ordinary": "running 2027-02-17"}
		if diff := cmp.Diff(want, w.clocks(c.ID)); diff != "" {
			t.Error(diff)
		}
		if told := w.staffTold("neighbours.staff_remarks"); len(told) != 1 || !strings.Contains(told[0], "2026/") {
			t.Errorf("the case worker is told %v", told)
		}
		if entries := w.entries(c, neighbours.EntryAnswer); len(entries) != 2 || !strings.Contains(strings.Join(entries, "\n"), "Den tar sola.") {
			t.Errorf("the journal says %q", entries)
		}
		h(w).As(demo.Planner).Get("/work/cases/"+c.ID).Must(200).Has("etter at søknaden ble sendt", "Den tar sola.")
		// A second one finds the clock moved.
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Og regnet.", Key: "k3"})
		if diff := cmp.Diff(want, w.clocks(c.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRemarks_thatAreLateAreToldAndMoveNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		// The two weeks run when all are notified: nobody is left to bring it to.
		w.ground.owners["12/38/0/2"], w.ground.owners["12/39"] = nil, nil
		draft := w.draft(nil)
		n := w.sent(draft)
		w.at("2026-12-01 12:00")
		c := w.submit(draft)
		w.at("2026-12-08 00:01")
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "For høy.", Key: "k1"})
		if got := w.clocks(c.ID); got["building.simple"] != string(deadline.Running)+" 2026-12-22" || len(got) != 1 {
			t.Errorf("late remarks moved the clock: %v", got)
		}
		if entries := w.entries(c, neighbours.EntryLate); len(entries) != 1 {
			t.Errorf("the journal says %q", entries)
		}
		h(w).As(demo.Planner).Get("/work/cases/" + c.ID).Must(200).Has("etter fristen")
	})
}

// children are the children whom a player is guardian of.
func (w *world) children(part demo.Part) (list []demo.Resident) {
	w.Helper()
	guardian, _ := w.Demo.Population().Player(torgoy, part)
	for _, r := range w.Demo.Population().Of(torgoy) {
		for _, g := range r.Guardians {
			if g.Number == guardian.Number && r.BirthDate.YearsAt(clock.DateIn(w.Clock.Now())) < 18 {
				list = append(list, r)
			}
		}
	}
	if len(list) == 0 {
		w.Fatalf("%s has no children", part)
	}
	return list
}

func TestSend_reachesTheGuardiansOfAMinor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		child := w.children(demo.Apart)[0]
		responsible := 0
		for _, g := range child.Guardians {
			if g.Responsible {
				responsible++
			}
		}
		w.ground.owners["12/36"] = []neighbours.Owner{{Number: child.Number.Digits(), Name: child.Name.Full()}}
		w.ground.owners["12/35"], w.ground.owners["12/37"] = nil, nil // she owns nothing herself
		n := w.sent(w.draft(nil))
		lines := 0
		for _, l := range w.staff(n).Lines {
			if l.About.Name != child.Name.Full() {
				continue
			}
			lines++
			if l.Kind != neighbours.Ward || l.PersonID == "" || l.Way != neighbours.ByTorg {
				t.Errorf("the child is notified so: %s %s %q", l.Kind, l.Way, l.PersonID)
			}
		}
		if lines != responsible {
			t.Fatalf("%d are notified for the child of %d responsible", lines, responsible)
		}
		m := w.message("neighbours.notice", demo.Apart)
		if !strings.Contains(m.Text, "verge for "+child.Name.Full()) || !strings.Contains(m.Text, "12/36") {
			t.Errorf("the guardian is told\n%s", m.Text)
		}
		// The staff read whose guardian it is, the developer neither.
		h(w).As(demo.Planner).Get("/work/notices/" + n.ID).Must(200).Has("Vergen til " + child.Name.Full())
		guardian, _ := w.Demo.Population().Player(torgoy, demo.Apart)
		page := h(w).As(demo.Mother).Get("/my/notices/" + n.ID).Must(200).Text()
		for _, name := range []string{guardian.Name.Full(), child.Name.Full()} {
			if strings.Contains(page, name) {
				t.Errorf("the developer reads %s:\n%s", name, page)
			}
		}
		// She answers for the child on her own page.
		mine, err := w.App.Neighbours.Mine(w.apart())
		w.must(err)
		answered := false
		for _, got := range mine.Got {
			if got.Line.Kind == neighbours.Ward {
				_, err := w.App.Neighbours.Answer(w.apart(), neighbours.Key{ID: got.Line.ID}, neighbours.Reply{Answer: neighbours.Consents, Key: "k1"})
				w.must(err)
				answered = true
			}
		}
		if !answered {
			t.Error("the guardian has nothing to answer")
		}
	})
}

func TestSend_leavesADevelopersOwnChildToAnotherGuardian(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		child := w.children(demo.Mother)[0]
		w.ground.owners["12/36"] = []neighbours.Owner{{Number: child.Number.Digits(), Name: child.Name.Full()}}
		n := w.sent(w.draft(nil))
		for _, l := range w.staff(n).Lines {
			if l.About.Name == child.Name.Full() && l.PersonID == w.id(demo.Mother) {
				t.Error("the developer is to answer for her child to herself")
			}
		}
	})
}

func TestNotice_listsAllTheDrawings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		text := w.message("neighbours.notice", demo.Apart).Text
		for _, name := range []string{"site_plan.pdf", "floor_plans.pdf", "sections.pdf", "facades.pdf"} {
			if !strings.Contains(text, name) {
				t.Errorf("the notice does not tell of %s:\n%s", name, text)
			}
		}
		for _, want := range []string{"ligger den første tegningen ved", "be kommunen om å få på papir"} {
			if !strings.Contains(text, want) {
				t.Errorf("the notice does not say %q", want)
			}
		}
		// What the developer brings herself lists them too.
		var out strings.Builder
		err := w.App.Neighbours.HandLetter(w.mother(), n.ID, w.line(n, "Gamle Per").ID, &out)
		w.must(err)
		if !strings.HasPrefix(out.String(), "%PDF-") {
			t.Errorf("the letter begins with %.10q", out.String())
		}
		w.kind(w.App.Neighbours.HandLetter(w.mother(), n.ID, w.of(n, demo.Apart).ID, &out), errs.KindNotFound)
	})
}
