package neighbours_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// ownDeadlines expects that whoever is notified has her own two weeks, on her own page and
// on the staff's, while a letter to another lies unposted.
func (w *world) ownDeadlines(n neighbours.Notice, draft string) {
	w.Helper()
	day := clock.NewDate(2026, time.December, 7)
	own, open := 0, 0
	for _, l := range w.staff(n).Lines {
		switch {
		case l.Way != neighbours.ByTorg:
		case l.Until == day && l.Common.IsZero():
			own++
		case l.Until.IsZero() && l.Common.IsZero():
			open++
		default:
			w.Errorf("%s has until %s, all until %s", l.Property(), l.Until, l.Common)
		}
	}
	if own != 3 || open != 1 {
		w.Errorf("%d have their deadline, %d wait for a letter", own, open)
	}
	w.Visitor(town).As(demo.Apart).Get("/my/neighbour-notices/"+w.of(n, demo.Apart).ID).Has("Frist for merknader", "7. desember 2026")
	page := w.Visitor(town).As(demo.Planner).Get("/work/notices/" + n.ID)
	page.Has("Søkeren må varsle", "Ett av 6 varsler er ikke sendt ennå", "2 eiere må søkeren varsle selv", "7. desember 2026", "Se brevene som ikke er postlagt")
	for _, to := range []string{"Du må varsle", "Når du har varslet", "Du har ikke noe imot tiltaket"} {
		if strings.Contains(page.Text(), to) {
			w.Errorf("the case worker is told %q", to)
		}
	}
	if draft == "" || page.Link("/work/print") == "" {
		w.Error("there is no way to the letters")
	}
}

// Whoever is refused has had the register asked, and is stopped in the end.
func TestBegin_countsThoseWhoAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := w.apart()
		refused := 0
		for range 40 {
			_, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: own})
			if errs.Is(err, errs.KindTooMany) {
				break
			}
			w.wrong(err, "property")
			refused++
		}
		asked := w.ground.asked.Load()
		if refused != 30 || asked != 30 {
			t.Errorf("refused %d times, the register was asked %d times", refused, asked)
		}
		_, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: own})
		w.refused(err, "neighbours.too_many_begun")
		if w.ground.asked.Load() != asked {
			t.Error("the register is asked all the same")
		}
		_, err = w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: own})
		w.must(err) // nobody else is stopped
		w.Clock.Advance(24 * time.Hour)
		_, err = w.App.Neighbours.Begin(ctx, neighbours.Source{Property: own})
		w.wrong(err, "property")
	})
}

// To look the owners up anew asks the register, too.
func TestRefresh_isCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.begun(w.draft(nil))
	for i := range 40 {
		if _, err := w.App.Neighbours.Refresh(w.mother(), n.ID); err != nil {
			w.refused(err, "neighbours.too_many_begun")
			if i != 29 {
				t.Errorf("stopped after %d", i)
			}
			return
		}
	}
	t.Error("it is never stopped")
}

// A consent is not whole while nobody knows who owns a part, and it is told so.
func TestConsent_isNotWholeWhileAnOwnerIsUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ground.owners["12/36"] = append(w.ground.owners["12/36"], neighbours.Owner{})
		draft := w.draft(map[string]any{"near_ground": nil})
		n := w.begun(draft)
		mother := w.Visitor(town).As(demo.Mother)
		mother.Get("/my/notices/"+n.ID).Must(http.StatusOK).Has("Ukjent eier av 12/36", "Registeret sier ikke hvem eieren er. Du må finne ut av det", "Kommunen kan hjelpe")
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		w.Settle()
		w.reply(n, demo.Hidden, neighbours.Reply{Answer: neighbours.Consents, Key: "k1"})
		if got := w.consent(draft, ""); len(got) != 0 || len(w.proofs(draft)) != 0 {
			t.Errorf("%v consents, and nobody knows who owns it", got)
		}
		mother.Get("/my/notices/"+n.ID).Must(http.StatusOK).Has("Samtykket fra 12/36 er ikke helt", "Ukjent eier av 12/36 må du varsle selv", "Registeret sier ikke hvem som eier denne delen")
		planner := w.Visitor(town).As(demo.Planner)
		planner.Get("/work/notices/"+n.ID).Must(http.StatusOK).Has("Samtykket fra 12/36 er ikke helt", "Ukjent eier av 12/36")
		var unknown string
		for _, l := range w.staff(n).Lines {
			if l.Kind == neighbours.Nameless {
				unknown = l.ID
			}
		}
		var letter strings.Builder
		w.must(w.App.Neighbours.HandLetter(w.mother(), n.ID, unknown, &letter))
		// It becomes known who it is, and she consents on paper.
		_, err = w.App.Neighbours.Register(w.planner(), n.ID, unknown, neighbours.Reply{Answer: neighbours.Consents, Key: "k2"})
		w.must(err)
		w.Settle()
		if got := w.consent(draft, ""); len(got) != 1 || got[0] != "12/36" {
			t.Errorf("when all consent: %v", got)
		}
		if text := mother.Get("/my/notices/" + n.ID).Text(); strings.Contains(text, "er ikke helt") {
			t.Error("it is still told that somebody is missing")
		}
	})
}

// renumber gives the mother a new national number; her ground stands under the former.
func (w *world) renumber() {
	w.Helper()
	r, ok := w.Demo.Register().(*fakeregister.Register)
	if !ok {
		w.Fatal("another register")
	}
	mother, _ := w.Demo.Population().Player(torgoy, demo.Mother)
	fresh, err := pid.Synthetic(mother.BirthDate, 77)
	w.must(err)
	w.must(r.Renumber(mother.Number, fresh))
	_, err = w.App.Identity.EnsurePerson(w.In(town), fresh)
	w.must(err)
}

// Ground that stands under a developer's former number is hers: she begins there, gets no
// copy, and is not notified of her own works.
func TestBegin_knowsTheDeveloperByHerFormerNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, id := w.mother(), w.id(demo.Mother)
		w.renumber()
		for ref, list := range w.ground.owners { // as the register of properties is told of
			for i := range list {
				if mother, _ := w.Demo.Population().Player(torgoy, demo.Mother); list[i].Number == mother.Number.Digits() {
					w.ground.owners[ref][i].Person = id
				}
			}
		}
		n := w.atProperty(ctx, "12/40") // hers alone
		if n.Texts.CopyToOwner {
			t.Error("a copy is to go to somebody")
		}
		n, err := w.App.Neighbours.Send(ctx, n.ID, 0)
		w.must(err)
		w.Settle()
		if told := w.told("neighbours.owner_copy"); told != 0 {
			t.Errorf("%d copies", told)
		}
		for _, l := range w.staff(n).Lines {
			if l.PersonID == id {
				t.Error("she is notified of her own works")
			}
		}
	})
}

// Also where the register of properties does not tell who it is, it is no dead end: the
// application leads on, and her own ground is left out as it is sent.
func TestSend_leavesOutTheDevelopersOwnGround(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, id := w.mother(), w.id(demo.Mother)
		draft := w.draft(nil)
		w.renumber()
		_, err := w.App.Neighbours.Begin(ctx, neighbours.Source{Property: "12/40"})
		w.wrong(err, "property") // the way on is by the application
		n, err := w.App.Neighbours.Begin(ctx, neighbours.Source{DraftID: draft})
		w.must(err)
		before := w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and notice_id = $2`, n.ID)
		n, err = w.App.Neighbours.Write(ctx, n.ID, n.Version, neighbours.Writing{Description: "En garasje i tre", Files: []blob.Stored{w.put("plan.pdf")}})
		w.must(err)
		n, err = w.App.Neighbours.Send(ctx, n.ID, n.Version)
		w.must(err)
		w.Settle()
		after := w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and notice_id = $2`, n.ID)
		if hers := w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and notice_id = $2 and person_id = $3`, n.ID, id); hers != 0 || after != before-1 {
			t.Errorf("%d are notified, %d were listed, %d are hers", after, before, hers)
		}
		if n.State != neighbours.Sent {
			t.Errorf("it is %s", n.State)
		}
		// Where nothing leads on, she is told what does.
		stranger := w.Visitor(town).As(demo.Apart)
		p := stranger.Get("/my/notices/new?property=12-34").Must(http.StatusOK)
		stranger.Submit(p, "/my/notices", apptest.Set("property", own)).Must(http.StatusUnprocessableEntity).Has("tidligere fødselsnummer", "byggesøknaden")
	})
}
