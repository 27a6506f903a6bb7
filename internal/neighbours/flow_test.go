package neighbours_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
)

func TestBegin_findsThoseToNotifyFromTheApplication(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.begun(draft)
		if n.Texts.Description != "Garasje i tre, malt hvit." || n.Property() != own || n.Texts.Address != "Fyrlia 4, 9961 Torgøy" || len(n.Documents) != 4 {
			t.Errorf("begun with %+v, %d drawings", n.Texts, len(n.Documents))
		}
		v := w.staff(n)
		type row struct {
			Property string
			Kind     neighbours.Kind
			Way      neighbours.Way
			Opposite bool
		}
		var got []row
		for _, l := range v.Lines {
			if l.Standing != neighbours.Listed {
				t.Errorf("%s stands %s before anything is sent", l.About.Name, l.Standing)
			}
			got = append(got, row{l.Property(), l.Kind, l.Way, l.Opposite})
		}
		want := []row{
			{"12/35, 12/37", neighbours.Person, neighbours.ByTorg, false},
			{"12/36", neighbours.Person, neighbours.ByTorg, false},
			{"12/38", neighbours.Person, neighbours.ByTorg, false},
			{"12/38", neighbours.Unknown, neighbours.ByHand, false},
			{"12/39", neighbours.Estate, neighbours.ByHand, false},
			{"12/37", neighbours.Organisation, neighbours.ByTorg, true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if again := w.begun(draft); again.ID != n.ID || w.ground.asked.Load() != 2 {
			t.Errorf("beginning twice made %s and %s, and asked %d times", n.ID, again.ID, w.ground.asked.Load())
		}
		if w.told("neighbours.notice") != 0 {
			t.Error("somebody was told before it was sent")
		}
		if w.audited("begin") != 1 {
			t.Error("the look-up is not in the log")
		}
	})
}

func TestBegin_fromAPropertyAndRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: " 12-34 "})
	w.must(err)
	if n.Property() != own || n.Texts.Address != "Fyrlia 4" || n.DraftID != "" {
		t.Errorf("%+v", n)
	}
	for _, property := range []string{"", "99/1", "x"} {
		_, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: property})
		w.wrong(err, "property")
	}
	_, err = w.App.Neighbours.Begin(w.nobody(), neighbours.Source{Property: own})
	w.kind(err, errs.KindLogin)
	_, err = w.App.Neighbours.Begin(w.apart(), neighbours.Source{DraftID: w.draft(nil)})
	w.kind(err, errs.KindNotFound)
	w.ground.down = true
	_, err = w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: "12/40"})
	w.kind(err, errs.KindUnavailable)
	w.ground.down = false
	_, err = w.App.Neighbours.View(w.apart(), n.ID)
	w.kind(err, errs.KindNotFound)
	_, err = w.App.Neighbours.View(w.As(1, demo.Mother), n.ID)
	w.kind(err, errs.KindNotFound)
}

func TestBegin_isBoundedInADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	var err error
	for i := range 35 {
		var n neighbours.Notice
		if n, err = w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: own}); err != nil {
			if i != 30 {
				t.Errorf("stopped after %d", i)
			}
			break
		}
		_, err = w.App.Neighbours.Write(w.mother(), n.ID, n.Version, neighbours.Writing{Description: "En garasje i tre", Files: []blob.Stored{w.put("plan.pdf")}})
		w.must(err)
		_, err = w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
	}
	w.kind(err, errs.KindTooMany)
}

func TestWrite_checksWhatANoticeMustHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	ctx := w.mother()
	n, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: own})
	w.must(err)
	_, err = w.App.Neighbours.Send(ctx, n.ID, n.Version)
	w.wrong(err, "description", "files")
	_, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: strings.Repeat("x", 10_001), Contact: strings.Repeat("x", 301)})
	w.wrong(err, "description", "contact")
	n, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{
		Description: " En garasje\r\ni tre ", Dispensations: "\n§ 29-4 avstand\n\n  Byggegrense ", Contact: "91 23 45 67", Files: []blob.Stored{w.put("plan.pdf"), w.put("fasade.pdf")},
	})
	w.must(err)
	if diff := cmp.Diff([]string{"§ 29-4 avstand", "Byggegrense"}, n.Texts.Dispensations); diff != "" || n.Texts.Description != "En garasje\ni tre" || len(n.Documents) != 2 {
		t.Errorf("%+v %s", n, diff)
	}
	_, err = w.App.Neighbours.Write(ctx, n.ID, n.Version-1, neighbours.Writing{})
	w.refused(err, "errs.conflict")
	var many []blob.Stored
	for range 9 {
		many = append(many, w.put("x.pdf"))
	}
	_, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: n.Texts.Description, Files: many})
	w.wrong(err, "files")
	n, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: n.Texts.Description, Remove: n.Documents[0]})
	w.must(err)
	if len(n.Documents) != 1 || len(n.Texts.Dispensations) != 0 {
		t.Errorf("%+v", n)
	}
	_, err = w.App.Neighbours.Write(w.apart(), n.ID, n.Version, neighbours.Writing{})
	w.kind(err, errs.KindNotFound)
	// What the application asks a dispensation from must stand in the notice (§ 19-1).
	d := w.begun(w.draft(map[string]any{"dispensation": "yes", "dispensations": []any{map[string]any{"kind": "distance", "provision": "§ 29-4", "reasons": "Bratt tomt."}}}))
	if len(d.Texts.Dispensations) != 1 || !strings.Contains(d.Texts.Dispensations[0], "§ 29-4") {
		t.Errorf("dispensations %v", d.Texts.Dispensations)
	}
	d, err = w.App.Neighbours.Write(ctx, d.ID, d.Version, neighbours.Writing{Description: d.Texts.Description})
	w.must(err)
	_, err = w.App.Neighbours.Send(ctx, d.ID, d.Version)
	w.wrong(err, "dispensations")
}

func TestSend_tellsEachOnceAndFillsTheApplication(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 23:50")
		draft := w.draft(nil)
		n := w.sent(draft)
		if n.State != neighbours.Sent || n.Until != clock.NewDate(2026, 12, 7) {
			t.Fatalf("%s until %s", n.State, n.Until)
		}
		if told := w.told("neighbours.notice"); told != 4 {
			t.Errorf("%d were told, want three persons and an organisation", told)
		}
		m := w.message("neighbours.notice", demo.Apart)
		for _, want := range []string{"Garasje i tre, malt hvit.", "12/35, 12/37", "7. desember 2026", "/notice"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the notice lacks %q:\n%s", want, m.Text)
			}
		}
		before := w.view(n).Notice.Version
		again, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		if again.Version != before || w.told("neighbours.notice") != 4 {
			t.Error("sending twice sent twice")
		}
		answers := w.answersOf(draft)
		list, _ := answers["notices"].([]any)
		if answers["notice"] != "yes" || len(list) != 4 {
			t.Errorf("the application says %v, %v", answers["notice"], list)
		}
		if files, _ := answers["notice_receipts"].([]any); len(files) != 1 {
			t.Errorf("the receipt is not with the application: %v", files)
		}
		if w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and code_digest like '%' || $2 || '%'`, w.code(demo.Apart)) != 0 {
			t.Error("a code is kept")
		}
		if w.audited("notify") != 6 || w.audited("send") != 1 {
			t.Error("the sending is not in the log")
		}
	})
}

func TestSend_atOnceFromTwoWindows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.begun(w.draft(nil))
		ctx := w.mother()
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := w.App.Neighbours.Send(ctx, n.ID, 0); err != nil && !errs.Is(err, errs.KindConflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if told := w.told("neighbours.notice"); told != 4 || w.view(n).Notice.State != neighbours.Sent {
			t.Errorf("%d notices", told)
		}
	})
}

// Nothing that the developer sees, gets or keeps tells where a protected neighbour
// lives, or that she is protected.
func TestProtectedNeighbour_isLikeAnyOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		hidden, open := w.of(n, demo.Hidden), w.of(n, demo.AppointedGuardian)
		if hidden.Way != open.Way || hidden.Kind != open.Kind || hidden.Standing != open.Standing || len(hidden.About.Lines) != 0 || len(open.About.Lines) != 0 {
			t.Errorf("she is shown as %+v, another as %+v", hidden, open)
		}
		v := h(w).As(demo.Mother)
		page := v.Get("/my/notices/" + n.ID).Must(200)
		for _, never := range []string{secret, "Storgata 7", "adressesperre", "fortrolig", "beskyttet", "skjermet", hidden.About.Number + "x"} {
			if strings.Contains(strings.ToLower(page.Text()), strings.ToLower(never)) {
				t.Errorf("the page says %q", never)
			}
		}
		var receipt bytes.Buffer
		w.must(w.App.Neighbours.Receipt(w.mother(), n.ID, &receipt))
		if !bytes.HasPrefix(receipt.Bytes(), []byte("%PDF-")) {
			t.Error("no receipt")
		}
		err := w.App.Neighbours.HandLetter(w.mother(), n.ID, hidden.ID, &bytes.Buffer{})
		w.kind(err, errs.KindNotFound)
	})
}

func h(w *world) *apptest.Visitor { return w.Visitor(town) }

func TestAnswer_onTheOwnPageUntilTheDeadline(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(nil)
		n := w.sent(draft)
		key := neighbours.Key{ID: w.of(n, demo.Apart).ID}
		_, err := w.App.Neighbours.Answer(w.apart(), key, neighbours.Reply{Answer: "maybe"})
		w.wrong(err, "answer")
		_, err = w.App.Neighbours.Answer(w.apart(), key, neighbours.Reply{Answer: neighbours.Remarks})
		w.wrong(err, "text")
		_, err = w.App.Neighbours.Answer(w.As(torgoy, demo.CoParent), key, neighbours.Reply{Answer: neighbours.NoRemarks})
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Neighbours.Answer(w.nobody(), key, neighbours.Reply{Answer: neighbours.NoRemarks})
		w.kind(err, errs.KindLogin)

		in := neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar utsikten.", Key: "k1", Files: []blob.Stored{w.put("utsikt.pdf")}}
		w.reply(n, demo.Apart, in)
		in.Files = []blob.Stored{w.put("utsikt.pdf")}
		w.reply(n, demo.Apart, in)
		l := w.of(n, demo.Apart)
		if l.Answer != neighbours.Remarks || l.Late || len(l.Documents) != 1 || l.Standing != neighbours.Answered || w.told("neighbours.answered") != 1 {
			t.Errorf("after answering twice: %+v, %d messages", l, w.told("neighbours.answered"))
		}
		list, _ := w.answersOf(draft)["notices"].([]any)
		if first, _ := list[0].(map[string]any); first["answer"] != "remark" {
			t.Errorf("the application says %v", list[0])
		}
		w.at("2026-12-07 23:59")
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Consents, Text: "Likevel greit.", Key: "k2"})
		if l := w.of(n, demo.Apart); l.Answer != neighbours.Consents || l.Late {
			t.Errorf("changed on the last day: %+v", l)
		}
		w.at("2026-12-08 00:01")
		_, err = w.App.Neighbours.Answer(w.apart(), key, neighbours.Reply{Answer: neighbours.Remarks, Text: "Nei.", Key: "k3"})
		w.refused(err, "neighbours.too_late_to_change")
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "For høy.", Key: "k4"})
		if l := w.of(n, demo.Hidden); !l.Late {
			t.Error("an answer after the deadline is not called late")
		}
	})
}

func TestAnswer_withTheCodeOfTheLetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		key := neighbours.Key{Code: strings.ToLower(w.code(demo.Hidden)), Origin: "192.0.2.1"}
		heard, err := w.App.Neighbours.Hear(w.nobody(), key)
		w.must(err)
		if heard.Notice.ID != n.ID || len(heard.Documents) != 4 || !heard.MayAnswer {
			t.Errorf("%+v", heard)
		}
		content, _, err := w.App.Neighbours.OpenWith(w.nobody(), key, heard.Documents[0].ID)
		w.must(err)
		w.must(content.Close())
		_, _, err = w.App.Neighbours.OpenWith(w.nobody(), key, n.ID)
		w.kind(err, errs.KindNotFound)
		_, err = w.App.Neighbours.Answer(w.nobody(), key, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k"})
		w.must(err)
		if l := w.of(n, demo.Hidden); l.Answer != neighbours.NoRemarks || l.Source != "code" {
			t.Errorf("%+v", l)
		}
		// The code of one municipality opens nothing in another.
		_, err = w.App.Neighbours.Hear(w.In("fjordbygda"), key)
		w.refused(err, "neighbours.code_unknown")
		// What opens nothing is alike, whatever is wrong, and too much of it is stopped.
		for i, code := range []string{"", "AAAAA-AAAAA-AAAAA-AAAAA", "x", w.code(demo.Apart) + "A"} {
			if code == "" {
				continue
			}
			_, err := w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: code, Origin: "192.0.2.9"})
			w.refused(err, "neighbours.code_unknown")
			_ = i
		}
		for range 8 {
			_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: "AAAAA-AAAAA-AAAAA-AAAAA", Origin: "192.0.2.9"})
		}
		w.kind(err, errs.KindTooMany)
		_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: w.code(demo.Apart), Origin: "192.0.2.9"})
		w.kind(err, errs.KindTooMany)
		_, err = w.App.Neighbours.Hear(w.nobody(), key)
		w.must(err)
	})
}

func TestCase_getsTheNoticeWithTheAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(nil)
		n := w.sent(draft)
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar utsikten.", Key: "k1", Files: []blob.Stored{w.put("utsikt.pdf")}})
		_, err := w.App.Applications.Submit(w.mother(), draft)
		w.wrong(err, "remarks") // she must say something to them first
		w.must(w.fillIn(draft, map[string]any{"remarks": "Jeg flytter den én meter."}))
		_, err = w.App.Neighbours.Comment(w.mother(), n.ID, w.of(n, demo.Apart).ID, "Jeg flytter den én meter.")
		w.must(err)
		c := w.submit(draft)
		if got := w.view(n).Notice.CaseID; got != c.ID {
			t.Fatalf("the notice belongs to %q", got)
		}
		if entries := w.entries(c, neighbours.EntryNotice); len(entries) != 1 || !strings.Contains(entries[0], "1 av 6 har svart, 1 med merknader") {
			t.Errorf("the journal says %q", entries)
		}
		v, err := w.App.Cases.View(w.planner(), c.ID)
		w.must(err)
		var names []string
		for _, d := range v.Documents {
			names = append(names, d.Name)
		}
		if all := strings.Join(names, " "); !strings.Contains(all, "utsikt.pdf") || strings.Count(all, "kvittering-nabovarsel") != 2 {
			t.Errorf("documents %s", all)
		}
		if rule := w.rule(c); rule != "building.ordinary" {
			t.Errorf("with remarks the clock is %s", rule)
		}
		w.at("2026-12-20 12:00")
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Remarks, Text: "For høy.", Key: "k4"})
		if entries := w.entries(c, neighbours.EntryLate); len(entries) != 1 || !strings.Contains(entries[0], "For høy.") {
			t.Errorf("the late answer: %q", entries)
		}
		w.decide(c)
		if told := w.told("neighbours.decided"); told != 2 {
			t.Errorf("%d neighbours were told of the decision", told)
		}
		if m := w.message("neighbours.decided", demo.Apart); !strings.Contains(m.Text, "klage innen tre uker") {
			t.Errorf("no word of the right to appeal:\n%s", m.Text)
		}
		heard, err := w.App.Neighbours.Hear(w.apart(), neighbours.Key{ID: w.of(n, demo.Apart).ID})
		w.must(err)
		if heard.Decision.Outcome != cases.OutcomeGranted || heard.MayAnswer {
			t.Errorf("%+v", heard.Decision)
		}
		_, err = w.App.Neighbours.Answer(w.apart(), neighbours.Key{ID: heard.Line.ID}, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k9"})
		w.refused(err, "neighbours.decided_already")
	})
}

func TestCase_takesWhatTheNeighboursSaidNotWhatIsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	draft := w.draft(nil)
	n := w.sent(draft)
	w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Nei.", Key: "k1"})
	list, _ := w.answersOf(draft)["notices"].([]any)
	for _, element := range list {
		item, _ := element.(map[string]any)
		item["answer"] = "none"
	}
	w.must(w.fillIn(draft, map[string]any{"notices": list}))
	_, err := w.App.Applications.Submit(w.mother(), draft)
	w.wrong(err, "remarks")
}

func TestBind_letsANoticeBelongToALaterApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	ctx := w.mother()
	n, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: own})
	w.must(err)
	n, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: "En garasje i tre", Files: []blob.Stored{w.put("plan.pdf")}})
	w.must(err)
	draft := w.draft(nil)
	_, err = w.App.Neighbours.Bind(ctx, n.ID, draft)
	w.refused(err, "neighbours.not_now.bind")
	_, err = w.App.Neighbours.Send(ctx, n.ID, n.Version)
	w.must(err)
	if list := w.view(n).Drafts; len(list) != 1 || list[0].ID != draft {
		t.Errorf("it can belong to %v", list)
	}
	_, err = w.App.Neighbours.Bind(ctx, n.ID, draft)
	w.must(err)
	if got := w.answersOf(draft)["notice"]; got != "yes" {
		t.Errorf("the application says %v", got)
	}
	_, err = w.App.Neighbours.Bind(ctx, n.ID, draft)
	w.must(err)
	_, err = w.App.Applications.AddFile(ctx, draft, "notice_receipts", w.put("kvittering.pdf"))
	w.must(err)
	c := w.submit(draft)
	if got := w.view(n).Notice.CaseID; got != c.ID {
		t.Errorf("the notice belongs to %q", got)
	}
}

func TestExemption_isAskedForAndAnswered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.begun(draft)
		planner := w.planner()
		_, err := w.App.Neighbours.AskExemption(w.mother(), n.ID, "kort")
		w.wrong(err, "why")
		_, err = w.App.Neighbours.AskExemption(w.mother(), n.ID, "Garasjen synes ikke fra noen nabo.")
		w.must(err)
		list, err := w.App.Neighbours.List(planner, neighbours.Filter{Asked: true, Property: "12-34"})
		w.must(err)
		if len(list) != 1 || list[0].ID != n.ID {
			t.Fatalf("the department sees %v", list)
		}
		if other, err := w.App.Neighbours.List(w.As(torgoy, demo.CaseWorker), neighbours.Filter{Asked: true}); err != nil || len(other) != 0 {
			t.Errorf("another department sees %v, %v", other, err)
		}
		_, err = w.App.Neighbours.AnswerExemption(w.mother(), n.ID, 0, true, "Jeg fritar meg selv.")
		w.kind(err, errs.KindForbidden)
		_, err = w.App.Neighbours.AnswerExemption(planner, n.ID, 0, true, "")
		w.wrong(err, "reason")
		_, err = w.App.Neighbours.AnswerExemption(planner, n.ID, 0, false, "Naboen i sør ser den godt.")
		w.must(err)
		_, err = w.App.Neighbours.AskExemption(w.mother(), n.ID, "Den er flyttet bak huset nå.")
		w.must(err)
		done, err := w.App.Neighbours.AnswerExemption(planner, n.ID, 0, true, "Ingen nabo berøres.")
		w.must(err)
		if done.State != neighbours.Exempt || w.told("neighbours.exempted") != 1 || w.told("neighbours.exemption_refused") != 1 {
			t.Errorf("%+v", done)
		}
		if a := w.answersOf(draft); a["notice"] != "exempt" || !strings.Contains(a["no_notice_why"].(string), "Ingen nabo berøres.") {
			t.Errorf("the application says %v: %v", a["notice"], a["no_notice_why"])
		}
		_, err = w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.refused(err, "neighbours.not_now.write")
		c := w.submit(draft)
		if entries := w.entries(c, neighbours.EntryNotice); len(entries) != 1 {
			t.Errorf("journal: %v", entries)
		}
	})
}

func TestRegister_onPaperAndByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		draft := w.draft(nil)
		n := w.sent(draft)
		estate := w.line(n, "Gamle Per")
		if estate.Standing != neighbours.Yours || !estate.Until.IsZero() {
			t.Errorf("before it is brought: %+v", estate)
		}
		var letter bytes.Buffer
		w.must(w.App.Neighbours.HandLetter(w.mother(), n.ID, estate.ID, &letter))
		if !bytes.HasPrefix(letter.Bytes(), []byte("%PDF-")) {
			t.Error("no letter")
		}
		_, err := w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "pigeon", clock.NewDate(2026, 11, 23))
		w.wrong(err, "how")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "signed", clock.NewDate(2026, 12, 23))
		w.wrong(err, "on")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, w.of(n, demo.Apart).ID, "signed", clock.NewDate(2026, 11, 23))
		w.refused(err, "neighbours.not_now.brought")
		w.at("2026-11-27 12:00")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "signed", clock.NewDate(2026, 11, 26))
		w.must(err)
		if l := w.line(n, "Gamle Per"); l.Until != clock.NewDate(2026, 12, 10) || l.Standing != neighbours.Delivered {
			t.Errorf("%+v", l)
		}
		if list, _ := w.answersOf(draft)["notices"].([]any); len(list) != 5 {
			t.Errorf("%d in the application", len(list))
		}
		w.at("2026-12-09 12:00")
		planner := w.planner()
		in := neighbours.Reply{Answer: neighbours.Remarks, Text: "Boet er imot.", On: clock.NewDate(2026, 12, 8), Key: "p"}
		_, err = w.App.Neighbours.Register(w.mother(), n.ID, estate.ID, in)
		w.kind(err, errs.KindForbidden)
		_, err = w.App.Neighbours.Register(w.As(torgoy, demo.CaseWorker), n.ID, estate.ID, in)
		w.kind(err, errs.KindNotFound)
		future := in
		future.On = clock.NewDate(2027, 1, 1)
		_, err = w.App.Neighbours.Register(planner, n.ID, estate.ID, future)
		w.wrong(err, "on")
		for range 2 {
			r, err := w.App.Neighbours.Register(planner, n.ID, estate.ID, in)
			w.must(err)
			if r.Late || r.Source != "paper" || r.About.By == "" {
				t.Errorf("%+v", r)
			}
		}
		if w.audited("answer") != 1 {
			t.Error("registered twice")
		}
		in.On = clock.NewDate(2026, 12, 9)
		r, err := w.App.Neighbours.Register(planner, n.ID, w.of(n, demo.Hidden).ID, in)
		w.must(err)
		if !r.Late {
			t.Error("two days after the deadline is not late")
		}
		if _, err := w.App.Neighbours.View(planner, n.ID); err != nil || w.count(`select count(*) from audit_entries where tenant_id = $1 and object_id = $2 and action = $3`, n.ID, audit.Looked) == 0 {
			t.Errorf("the look is not recorded: %v", err)
		}
	})
}
