package neighbours_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// Nothing leaves before what leaves has been shown; two presses are one, and what is changed
// meanwhile is shown anew.
func TestSend_isShownFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		mother := w.Visitor(town).As(demo.Mother)
		draft := w.draft(nil)
		n := w.begun(draft)
		path := "/my/notices/" + n.ID
		form := mother.Get(path).Must(http.StatusOK)
		p := mother.Submit(form, path, apptest.Set("description", "").Press("do=send")).Must(http.StatusUnprocessableEntity)
		mother.Get(path + "/send").Must(http.StatusUnprocessableEntity).Has("Beskriv hva du vil bygge")
		p = mother.Submit(p, path, apptest.Set("description", "En garasje på 40 m² i tre.").Press("do=send")).Must(http.StatusOK)
		if p.Path() != path+"/send" {
			t.Fatalf("led to %s", p.Path())
		}
		p.Has("Ingen har fått vite noe ennå", "Varselet går til", "6 eiere", "4 eiere får varselet digitalt", "Kommunen kan ikke nå 2 av dem", "7. desember 2026",
			"En garasje på 40 m² i tre.", "site_plan.pdf", "Send varselet til 6 eiere")
		w.never("the page before it is sent", p.Text())
		if w.told("neighbours.notice") != 0 || w.view(n).Notice.State != neighbours.Draft {
			t.Error("it is sent before it is shown")
		}
		w.Visitor(town).As(demo.Apart).Get(path + "/send").Must(http.StatusNotFound)
		changed := w.view(n).Notice
		_, err := w.App.Neighbours.Write(w.mother(), n.ID, changed.Version, neighbours.Writing{Description: "En garasje på 60 m² i tre."})
		w.must(err)
		again := mother.Submit(p, path+"/send", apptest.Set()).Must(http.StatusOK)
		again.Has("60 m²", "Send varselet til 6 eiere")
		if w.told("neighbours.notice") != 0 {
			t.Error("what was not shown is sent")
		}
		for range 2 {
			mother.Submit(again, path+"/send", apptest.Set()).Must(http.StatusOK).Has("Varselet er sendt", "0 av 6 har svart")
		}
		w.Settle()
		if told := w.told("neighbours.notice"); told != 4 || w.audited("send") != 1 {
			t.Errorf("%d were told, it was sent %d times", told, w.audited("send"))
		}
		if p := mother.Get(path + "/send").Must(http.StatusOK); p.Path() != path {
			t.Errorf("what is sent is shown at %s", p.Path())
		}
	})
}

// From the notice, and from the list of notices, one goes back to the application, as long as
// it is being filled in.
func TestNotice_leadsBackToTheApplication(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mother, draft := w.Visitor(town).As(demo.Mother), w.draft(nil)
		back := "/drafts/" + draft
		n := w.begun(draft)
		leads := func(when string, want bool) {
			t.Helper()
			for _, path := range []string{"/my/notices", "/my/notices/" + n.ID} {
				if links := mother.Get(path).Must(http.StatusOK).Links(back); (len(links) > 0) != want {
					t.Errorf("%s: %s leads back: %v", when, path, links)
				}
			}
		}
		leads("before it is sent", true)
		page := mother.Get("/my/notices").Must(http.StatusOK).Has("Varslene hører til en byggesøknad du ikke har sendt", "Fortsett på byggesøknaden for")
		if p := mother.Get(page.Link(back)).Must(http.StatusOK); !strings.HasPrefix(p.Path(), back) {
			t.Errorf("the link led to %s", p.Path())
		}
		_, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		w.Settle()
		leads("when it is sent", true)
		w.submit(draft)
		leads("when the application is sent", false)
		alone := w.atProperty(w.mother(), "12/40")
		if links := mother.Get("/my/notices/" + alone.ID).Must(http.StatusOK).Links("/drafts/"); len(links) != 0 {
			t.Errorf("a notice without an application leads to %v", links)
		}
	})
}

// letter is what the letter to somebody says that the developer brings, read with poppler.
func (w *world) letter(n neighbours.Notice, recipient string) string {
	w.Helper()
	var out bytes.Buffer
	w.must(w.App.Neighbours.HandLetter(w.mother(), n.ID, recipient, &out))
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		w.Fatal("pdftotext is missing: install poppler-utils")
	}
	file := filepath.Join(w.TempDir(), "letter.pdf")
	w.must(os.WriteFile(file, out.Bytes(), 0o600))
	text, err := exec.CommandContext(w.Context(), tool, file, "-").Output()
	w.must(err)
	return strings.Join(strings.Fields(string(text)), " ")
}

// codeIn is the code that a letter holds.
func codeIn(text string) string {
	_, after, _ := strings.Cut(text, "med denne koden: ")
	code, _, _ := strings.Cut(after, " ")
	return code
}

// address is where a player lives, as on an envelope.
func (w *world) address(part demo.Part) string {
	w.Helper()
	ctx := w.As(torgoy, part)
	p, err := w.App.Identity.Person(ctx, w.id(part))
	w.must(err)
	a, known := p.VisibleAddress(identity.From(ctx))
	if !known {
		w.Fatal("nobody knows where she lives")
	}
	return a.Lines[0]
}

// The letter that the developer brings says where, how and by when one answers; her address
// stands in it only when it is not secret.
func TestHandLetter_saysHowToAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		n := w.sent(w.draft(nil))
		estate := w.line(n, "Gamle Per")
		home := w.address(demo.Mother)
		text := w.letter(n, estate.ID)
		for _, want := range []string{
			home, "send det til søkeren", "eller til kommunen", "Torgøy kommune", "innen to uker fra du fikk brevet", "Får du det 23. november 2026, er 7. desember 2026 siste dag",
			"/notice med denne koden", "Merk svaret «Nabovarsel for 12/34»", "Jeg har ingen merknader", "underskrift",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the letter lacks %q:\n%s", want, text)
			}
		}
		code := codeIn(text)
		if len(code) != 23 || codeIn(w.letter(n, estate.ID)) != code {
			t.Errorf("the code is %q, and another the second time", code)
		}
		_, err := w.App.Neighbours.Brought(w.mother(), n.ID, estate.ID, "signed", clock.NewDate(2026, 11, 23))
		w.must(err)
		if text := w.letter(n, estate.ID); !strings.Contains(text, "må de komme innen 7. desember 2026") || codeIn(text) != code {
			t.Errorf("when it is known that it was brought:\n%s", text)
		}
		// Whoever had a letter that came back is known to the municipality, and logs in.
		w.comesBack(n, w.noticeTo(demo.Apart, "12/35"), "")
		before := w.code(demo.Apart)
		if text := w.letter(n, w.of(n, demo.Apart).ID); codeIn(text) != "" || !strings.Contains(text, "Logg inn på") {
			t.Errorf("the letter to her whose letter came back:\n%s", text)
		}
		_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: before})
		w.must(err) // the code that she had opens it still
		w.protect(demo.Mother, identity.StrictlyConfidential)
		if text := w.letter(n, estate.ID); strings.Contains(text, home) || strings.Contains(text, "til søkeren:") || !strings.Contains(text, "send det til kommunen") {
			t.Errorf("the developer is protected:\n%s", text)
		}
	})
}

// With the code of a letter that the developer has had in her hands nobody consents, and
// nobody changes what was said in another way. How the answer came is shown.
func remarked(answers map[string]any) bool {
	list, _ := answers["notices"].([]any)
	return slices.ContainsFunc(list, func(item any) bool { return item.(map[string]any)["answer"] == "remark" })
}

func TestHandCode_provesLittle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.sent(draft)
		smith := w.line(n, "John Smith").ID
		key := neighbours.Key{Code: codeIn(w.letter(n, smith)), Origin: "192.0.2.1"}
		toBring := w.view(n).Reach.Hand
		v := w.Visitor(town)
		path := "/notice/" + strings.ReplaceAll(key.Code, "-", "")
		p := v.Get(path).Must(http.StatusOK).Has("Samtykke til bygging nærmere grensen enn fire meter gir du på papir")
		for _, option := range p.Form(path).Options("answer") {
			if option == "consent" {
				t.Error("the page offers a consent")
			}
		}
		_, err := w.App.Neighbours.Answer(w.nobody(), key, neighbours.Reply{Answer: neighbours.Consents, Key: "a"})
		w.wrong(err, "answer")
		p = v.Submit(p, path, apptest.Set("answer", "remarks", "text", "For høy.")).Must(http.StatusOK)
		p.Has("Svaret ditt er mottatt", "Merknader (med koden i brevet søkeren leverte)")
		w.Settle()
		w.Visitor(town).As(demo.Planner).Get("/work/notices/"+n.ID).Must(http.StatusOK).Has("Merknader (med koden i brevet søkeren leverte)", "For høy.")
		v.Submit(p, path, apptest.Set("answer", "remarks", "text", "Altfor høy.")).Must(http.StatusOK).Has("Altfor høy.")
		// A remark stands in the application, and keeps it from the three weeks, whether or not
		// the developer has told that she brought the letter; the answer does not tell so for her.
		w.Settle()
		if answers := w.answersOf(draft); building.Simple(answers) || !remarked(answers) {
			t.Errorf("the application says %v", answers["notices"])
		}
		mother := w.Visitor(town).As(demo.Mother)
		mother.Get("/my/notices/" + n.ID).Must(http.StatusOK).Has("John Smith må du varsle selv")
		if got := w.view(n).Reach.Hand; got != toBring {
			t.Errorf("%d are left to bring it to, were %d", got, toBring)
		}
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, smith, "letter", clock.DateIn(w.Clock.Now()))
		w.must(err)
		if text := mother.Get("/my/notices/" + n.ID).Must(http.StatusOK).Text(); strings.Contains(text, "John Smith må du varsle selv") || w.view(n).Reach.Hand != toBring-1 {
			t.Error("it is brought, and still to be")
		}
		// What she signs herself is taken in, also when the deadline has passed.
		w.Advance(40 * 24 * time.Hour)
		_, err = w.App.Neighbours.Register(w.planner(), n.ID, smith, neighbours.Reply{Answer: neighbours.Remarks, Text: "Signert: for høy og for nær.", Key: "b"})
		w.must(err)
		_, err = w.App.Neighbours.Answer(w.nobody(), key, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "c"})
		w.refused(err, "neighbours.not_by_hand_code")
		v.Get(path).Must(http.StatusOK).Has("Svaret ditt er kommet på en annen måte", "for høy og for nær")
		if l := w.line(n, "John Smith"); l.Answer != neighbours.Remarks || l.About.Text != "Signert: for høy og for nær." {
			t.Errorf("it is changed: %+v", l.About)
		}
		// The municipality's own codes stay what they were.
		_, err = w.App.Neighbours.Answer(w.nobody(), neighbours.Key{Code: w.code(demo.Apart)}, neighbours.Reply{Answer: neighbours.Consents, Key: "d"})
		w.must(err)
	})
}

// A property that the register has no owner of is not passed over: the developer and the
// staff are told that somebody must be notified by hand, until somebody is.
func TestBegin_tellsOfPropertiesWithoutAnOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.ground.places = append(w.ground.places, neighbours.Place{Ref: "12/50"})
		delete(w.ground.owners, "12/38/0/2")
		mother, planner := w.Visitor(town).As(demo.Mother), w.Visitor(town).As(demo.Planner)
		draft := w.draft(nil)
		n := w.begun(draft)
		path, work := "/my/notices/"+n.ID, "/work/notices/"+n.ID
		mother.Get(path).Must(http.StatusOK).Has("Registeret har ingen eier av 12/50", "Registeret har ingen eier av 12/38", "Ukjent eier av 12/50", "Eieren må varsles likevel")
		mother.Get(path+"/send").Must(http.StatusOK).Has("Registeret har ingen eier av 12/50", "Send varselet til 7 eiere")
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		w.Settle()
		mother.Get(path).Must(http.StatusOK).Has("Registeret har ingen eier av 12/50", "Ukjent eier av 12/50 må du varsle selv", "registeret har ingen eier av den")
		planner.Get(work).Must(http.StatusOK).Has("Registeret har ingen eier av 12/50", "søkeren må gjøre det selv", "Søkeren må varsle")
		var nobody string
		for _, l := range w.staff(n).Lines {
			if l.Kind == neighbours.Ownerless && l.Property() == "12/50" {
				nobody = l.ID
			}
		}
		if reach := w.view(n).Reach; reach.Hand != 3 || !reach.Last.IsZero() {
			t.Errorf("%+v", reach)
		}
		if text := w.letter(n, nobody); !strings.Contains(text, "Eier av 12/50") {
			t.Errorf("the letter is to\n%s", text)
		}
		c := w.submit(draft)
		planner.Get("/work/cases/" + c.ID).Must(http.StatusOK).Has("Registeret har ingen eier av 12/50")
		_, err = w.App.Neighbours.Brought(w.mother(), n.ID, nobody, "signed", clock.NewDate(2026, 11, 23))
		w.must(err)
		if text := planner.Get(work).Text(); strings.Contains(text, "Registeret har ingen eier av 12/50") || !strings.Contains(text, "Registeret har ingen eier av 12/38") {
			t.Error("it is told when somebody is notified, or not told of the other")
		}
	})
}

// Of an owner whom the register tells no more of than that the address is secret, the staff
// read a plain word and that they must help; the developer reads what stands of any owner
// whom nobody knows.
func TestList_ofAProtectedOwnerWithoutAName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ground.owners["12/36"] = []neighbours.Owner{{Protected: true, Lines: []string{secret}}}
		n := w.sent(w.draft(nil))
		mother := w.Visitor(town).As(demo.Mother).Get("/my/notices/"+n.ID).Must(http.StatusOK).Has("Ukjent eier av 12/36", "Spør de andre eierne eller kommunen")
		planner := w.Visitor(town).As(demo.Planner).Get("/work/notices/"+n.ID).Must(http.StatusOK).Has("Eier med skjermet adresse, 12/36", "Søkeren får ikke vite hvem det er")
		for who, text := range map[string]string{"the developer": mother.Text(), "the staff": planner.Text()} {
			if strings.Contains(text, secret) {
				t.Errorf("%s read the address", who)
			}
		}
		for _, never := range []string{"skjermet", "hemmelig"} {
			if strings.Contains(strings.ToLower(mother.Text()), never) {
				t.Errorf("the developer reads %q", never)
			}
		}
		var receipt strings.Builder
		w.must(w.App.Neighbours.Receipt(w.planner(), n.ID, &receipt))
	})
}

// looksAt counts the looks at a person in notices, by somebody.
func (w *world) looksAt(person, by string) int64 {
	w.Helper()
	return w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2 and object_type = 'notice' and subject_id = $3 and actor_id = $4`, audit.Looked, person, by)
}

// Whoever is notified sees who has opened her page on her behalf or with her code, and the
// developer who has opened hers; what one opens oneself is no look.
func TestHear_isALookWhenItIsAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		hidden, key := w.id(demo.Hidden), neighbours.Key{Code: w.code(demo.Hidden)}
		line := w.of(n, demo.AppointedGuardian)
		looks := func(when, person, by string, want int64) {
			t.Helper()
			if got := w.looksAt(person, by); got != want {
				t.Errorf("%s: %d looks, want %d", when, got, want)
			}
		}
		_, err := w.App.Neighbours.Hear(w.nobody(), key)
		w.must(err)
		looks("with the code", hidden, "", 1)
		_, err = w.App.Neighbours.Hear(w.mother(), key)
		w.must(err)
		looks("the developer, with the code", hidden, w.id(demo.Mother), 1)
		_, err = w.App.Neighbours.Hear(w.As(torgoy, demo.Hidden), key)
		w.must(err)
		looks("herself, with the code", hidden, hidden, 0)
		_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: "AAAAA-AAAAA-AAAAA-AAAAA"})
		if err == nil || w.looksAt(hidden, "") != 1 {
			t.Error("a code that opens nothing is a look")
		}
		acting := identity.From(w.apart())
		acting.OnBehalfOf, acting.Basis, acting.Scopes = line.PersonID, identity.ByMandate, []string{"building"}
		agent := identity.With(w.apart(), acting)
		_, err = w.App.Neighbours.Hear(agent, neighbours.Key{ID: line.ID})
		w.must(err)
		looks("on her behalf", line.PersonID, w.id(demo.Apart), 1)
		_, err = w.App.Neighbours.Hear(w.As(torgoy, demo.AppointedGuardian), neighbours.Key{ID: line.ID})
		w.must(err)
		looks("herself", line.PersonID, line.PersonID, 0)
		acting.OnBehalfOf = w.id(demo.Mother)
		_, err = w.App.Neighbours.View(identity.With(w.apart(), acting), n.ID)
		w.must(err)
		looks("for the developer", w.id(demo.Mother), w.id(demo.Apart), 1)
		looks("for the developer, at the neighbours", hidden, w.id(demo.Apart), 0)
		_, err = w.App.Neighbours.View(w.mother(), n.ID)
		w.must(err)
		looks("the developer herself", w.id(demo.Mother), w.id(demo.Mother), 0)
		code := codeIn(w.letter(n, w.line(n, "John Smith").ID))
		_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: code})
		w.must(err)
		if got := w.audited("opened"); got != 1 {
			t.Errorf("%d lines of the log tell that somebody opened the page of one whom nobody knows", got)
		}
	})
}

// shelter sets the grade of anybody's address in the register, and Torg hears of it.
func (w *world) shelter(r demo.Resident, grade identity.Protection) {
	w.Helper()
	register, ok := w.Demo.Register().(*fakeregister.Register)
	if !ok {
		w.Fatal("the demonstration has another register")
	}
	w.must(register.Protect(r.Number, grade))
	p, err := w.App.Identity.FindByNumber(w.system(), r.Number)
	w.must(err)
	w.must(w.App.Identity.Refresh(w.system(), p.ID))
}

// A letter to a guardian tells where the ward lives: it closes when the ward's address
// becomes secret, while it lies in the print room, and opens when that is over.
func TestLetters_followTheWard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		child := w.children(demo.Apart)[0]
		w.ground.owners = map[string][]neighbours.Owner{own: w.ground.owners[own], "12/36": {{Number: child.Number.Digits(), Name: child.Name.Full()}}}
		w.ground.places = []neighbours.Place{{Ref: "12/36"}}
		w.must(w.App.Notify.Prefer(w.apart(), notify.Preferences{notify.Decision: notify.Letter}))
		n := w.unposted(w.draft(nil))
		apart, worker, head := w.id(demo.Apart), w.planner(), w.As(torgoy, demo.PlanHead)
		stands := func(when string, want bool) {
			t.Helper()
			if w.sees(worker, n, apart) != want || !w.sees(head, n, apart) {
				t.Errorf("%s: the department sees it: %t", when, !want)
			}
			named := false
			for _, l := range w.staff(n).Lines {
				named = named || !l.About.Protected
			}
			if named != want {
				t.Errorf("%s: the child stands by name: %t", when, named)
			}
		}
		stands("at first", true)
		w.shelter(child, identity.Confidential)
		stands("the child becomes protected", false)
		page := w.Visitor(town).As(demo.Planner).Get("/work/notices/" + n.ID).Must(http.StatusOK)
		if strings.Contains(page.Text(), child.Name.Full()) {
			t.Error("the child stands by name beside the property")
		}
		w.shelter(child, identity.Unprotected)
		stands("it is lifted", true)
	})
}

// An owner who becomes protected no longer stands by name beside the number of her property,
// and the copies to those who own what is built on close as the notices do.
func TestProtection_hidesTheNameAndTheCopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		name := func() string {
			p, _ := w.Demo.Population().Player(torgoy, demo.AppointedGuardian)
			return p.Name.Full()
		}()
		n := w.sent(w.draft(nil))
		planner := w.Visitor(town).As(demo.Planner)
		named := func() bool {
			return strings.Contains(planner.Get("/work/notices/"+n.ID).Must(http.StatusOK).Text(), name)
		}
		if !named() {
			t.Fatal("she does not stand by name")
		}
		w.protect(demo.AppointedGuardian, identity.StrictlyConfidential)
		if named() {
			t.Error("she stands by name beside her property")
		}
		planner.Get("/work/notices/" + n.ID).Has("Eier med skjermet adresse, 12/38")
		w.protect(demo.AppointedGuardian, identity.Unprotected)
		if !named() {
			t.Error("it is over, and she does not stand by name")
		}
		w.must(w.App.Notify.Prefer(w.As(torgoy, demo.CoParent), notify.Preferences{notify.Reminder: notify.Letter}))
		w.aboutProperty(demo.Apart, 12, 41)
		other := w.atProperty(w.apart(), "12/41")
		_, err := w.App.Neighbours.Send(w.apart(), other.ID, 0)
		w.must(err)
		w.Settle()
		coParent := w.id(demo.CoParent)
		if !w.sees(w.planner(), other, coParent) {
			t.Fatal("the department does not see the copy")
		}
		w.protect(demo.CoParent, identity.Confidential)
		if w.sees(w.planner(), other, coParent) || !w.sees(w.As(torgoy, demo.PlanHead), other, coParent) {
			t.Error("the copy in the print room stays open")
		}
	})
}

// What the register said as an owner was listed stays when somebody else's word changes.
func TestProtection_ofTheRegisterIsNotLifted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		number := func() string {
			p, _ := w.Demo.Population().Player(torgoy, demo.Apart)
			return p.Number.Digits()
		}()
		w.ground.owners["12/35"] = []neighbours.Owner{{Person: w.id(demo.Apart), Number: number, Name: "Skjult Eier", Protected: true}}
		w.ground.owners["12/37"] = w.ground.owners["12/35"]
		n := w.sent(w.draft(nil))
		w.protect(demo.Apart, identity.Confidential)
		w.protect(demo.Apart, identity.Unprotected)
		if l := w.line(n, "Skjult Eier"); !l.About.Protected {
			t.Error("she stands by name, and the register of properties says that she is protected")
		}
		var kept []string
		w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
			kept, err = store.All(ctx, tx, store.Value[string], `select owner_id from neighbours_recipients where tenant_id = $1 and notice_id = $2 and owner_id <> '' order by id limit 10`, tx.Tenant, n.ID)
			return err
		}))
		if len(kept) < 2 {
			t.Errorf("%d owners are written down", len(kept))
		}
	})
}

// That an owner has become protected is heard as the notice is sent, since she is looked up
// then: it is sent all the same, and does not tell of her.
func TestSend_hearsThatAnOwnerBecameProtected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		player, _ := w.Demo.Population().Player(torgoy, demo.Apart)
		w.ground.owners["12/35"] = []neighbours.Owner{{Person: w.id(demo.Apart), Number: player.Number.Digits(), Name: player.Name.Full()}}
		w.ground.owners["12/37"] = w.ground.owners["12/35"]
		n := w.begun(w.draft(nil))
		register, ok := w.Demo.Register().(*fakeregister.Register)
		if !ok {
			t.Fatal("the demonstration has another register")
		}
		w.must(register.Protect(player.Number, identity.StrictlyConfidential))
		w.at("2026-12-23 12:00")
		n, err := w.App.Neighbours.Send(w.mother(), n.ID, n.Version)
		w.must(err)
		w.Settle()
		if l := w.line(n, player.Name.Full()); !l.About.Protected || l.PersonID != w.id(demo.Apart) {
			t.Errorf("she is protected: %t", l.About.Protected)
		}
		if text := w.Visitor(town).As(demo.Planner).Get("/work/notices/" + n.ID).Must(http.StatusOK).Has("Eier med skjermet adresse, 12/35, 12/37").Text(); strings.Contains(text, player.Name.Full()) {
			t.Error("the staff read her name beside the number of her property")
		}
	})
}
