package appeals_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

func (w *world) visitor(part demo.Part) *apptest.Visitor { return w.Visitor(town).As(part) }

// nb is a text of the product.
func (w *world) nb(key string, args ...any) string { return w.App.Bundle.For("nb").T(key, args...) }

func myAppeal(c cases.Case) string { return "/my/cases/" + c.ID + "/appeal" }

// faulty expects a refused form: the page again, with an error summary that leads to
// exactly these fields.
func (w *world) faulty(p *apptest.Page, status int, fields ...string) {
	w.Helper()
	p.Must(status)
	var got []string
	for _, f := range p.Faults() {
		got = append(got, strings.TrimPrefix(f.Target, "f-"))
		if f.Target != "" && p.ByID(f.Target) == nil {
			w.Errorf("the error summary leads to #%s, which is not there", f.Target)
		}
	}
	if diff := cmp.Diff(fields, got); diff != "" {
		w.Errorf("%s: %s", p, diff)
	}
}

func (w *world) appealsOf(c cases.Case) int64 {
	w.Helper()
	return w.count(`select count(*) from appeals where tenant_id = $1 and case_id = $2`, c.ID)
}

func TestAppealForm_givesBackWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		v := w.visitor(demo.Mother)
		p := v.Get("/my/cases/" + c.ID).Must(http.StatusOK)
		p = v.Get(p.Link("/appeal")).Must(http.StatusOK)
		w.faulty(v.Submit(p, myAppeal(c), apptest.Set("wants", " ", "why", "")), http.StatusUnprocessableEntity, "wants", "why")
		p = v.Submit(p, myAppeal(c), apptest.Set("wants", "Jeg vil ha plass i <Solbakken> & Bjørka.", "why", " "))
		w.faulty(p, http.StatusUnprocessableEntity, "why")
		if got := p.Value("wants"); got != "Jeg vil ha plass i <Solbakken> & Bjørka." {
			t.Errorf("what was typed comes back as %q", got)
		}
		p = v.Submit(p, myAppeal(c), apptest.Set("wants", strings.Repeat("å", 10_001), "why", "Søskenet går der."))
		w.faulty(p, http.StatusUnprocessableEntity, "wants")
		if p.Value("why") != "Søskenet går der." || len([]rune(p.Value("wants"))) != 10_001 {
			t.Error("what was typed is lost when it is too long")
		}
		p = v.Submit(p, myAppeal(c), apptest.Set("wants", "Plass").Attach("files", "virus.exe", []byte("MZ\x90\x00")))
		if p.Status == http.StatusOK || len(p.Faults()) != 1 || p.Faults()[0].Target != "f-files" || p.Value("wants") != "Plass" {
			t.Errorf("a program: %s with %v", p, p.Faults())
		}
		if n := w.appealsOf(c); n != 0 {
			t.Fatalf("%d appeals of refused forms", n)
		}
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Plass", "why", "Søskenet går der.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		v.Get(myAppeal(c)).Must(http.StatusOK).Has("Plass", "Søskenet går der.")
	})
}

func TestAppealForm_pressedTwiceMakesOneAppeal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		v := w.visitor(demo.Mother)
		p := v.Get(myAppeal(c)).Must(http.StatusOK)
		in := apptest.Set("wants", "Plass", "why", "Søskenet går der.").Attach("files", "brev.pdf", []byte(attachment))
		for range 3 {
			v.Submit(p, myAppeal(c), in).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		}
		w.Settle()
		if n := w.appealsOf(c); n != 1 || w.entries(c, appeals.EntryReceived) != 1 || w.told(c, "appeal.received") == 0 {
			t.Errorf("%d appeals, %d lines in the journal", n, w.entries(c, appeals.EntryReceived))
		}
		// Another text under the same key is not swallowed: it is told that there is one.
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Noe annet", "why", "Fordi.")).Has(w.nb("appeals.already"))
		if n := w.appealsOf(c); n != 1 {
			t.Errorf("%d appeals", n)
		}
	})
}

func TestAppealForm_lateWantsAReason(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		w.at("2026-12-29 09:00")
		v := w.visitor(demo.Mother)
		p := v.Get(myAppeal(c)).Must(http.StatusOK).Has("28. desember 2026")
		p = v.Submit(p, myAppeal(c), apptest.Set("wants", "Plass", "why", "Søskenet går der.", "late", ""))
		w.faulty(p, http.StatusUnprocessableEntity, "late")
		if p.Value("wants") != "Plass" {
			t.Error("what was typed is lost")
		}
		v.Submit(p, myAppeal(c), apptest.Set("late", "Jeg lå på sykehus.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		a := w.only(c)
		worker := w.visitor(demo.CaseWorker)
		p = worker.Get("/work/appeals/" + a.ID).Must(http.StatusOK).Has("Jeg lå på sykehus.")
		w.faulty(worker.Submit(p, "/work/appeals/"+a.ID+"/late", apptest.Set("late_answer", "kort")), http.StatusUnprocessableEntity, "late_answer")
		worker.Submit(p, "/work/appeals/"+a.ID+"/late", apptest.Set("late_answer", "Hun kan ikke lastes for det.")).Must(http.StatusOK).Has(w.nb("appeals.flash.late_accepted"))
	})
}

// More than a year after the decision there is no form, and a form that lay open
// says why it is too late.
func TestAppealForm_neverAfterAYear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-12-04 12:00")
		c := w.refused()
		w.at("2027-12-04 12:00")
		open := w.visitor(demo.Mother).Get(myAppeal(c)).Must(http.StatusOK)
		w.at("2027-12-05 12:00")
		v := w.visitor(demo.Mother)
		if p := v.Get(myAppeal(c)).Must(http.StatusOK); p.Value(cases.OnceField) != "" {
			t.Error("there is a form")
		}
		v.Submit(open, myAppeal(c), apptest.Set("wants", "Plass", "why", "Fordi.", "late", "Jeg var syk.")).Has(w.nb("appeals.too_late"))
		if n := w.appealsOf(c); n != 0 {
			t.Errorf("%d appeals", n)
		}
	})
}

func TestAppealForm_isWithdrawnAfterAQuestion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		id := w.lodged(c).ID
		v := w.visitor(demo.Mother)
		p := v.Get("/my/cases/" + c.ID).Must(http.StatusOK)
		p = v.Get(p.Link("/appeal/withdraw")).Must(http.StatusOK)
		v.Submit(p, myAppeal(c)+"/withdraw", apptest.Fill{}).Must(http.StatusOK).Has(w.nb("appeals.flash.withdrawn"))
		v.Submit(p, myAppeal(c)+"/withdraw", apptest.Fill{}).Has(w.nb("appeals.nothing_to_withdraw"))
		a := w.view(id).Appeal
		if a.State != appeals.Withdrawn || w.entries(c, appeals.EntryWithdrawn) != 1 {
			t.Errorf("it is %s", a.State)
		}
		worker := w.visitor(demo.CaseWorker)
		if p := worker.Get("/work/appeals/" + a.ID).Must(http.StatusOK).Has(w.nb("appeals.state.withdrawn")); len(p.Links("/prepare")) > 0 || p.Value("verdict") != "" {
			t.Error("it can be prepared")
		}
		p = v.Get(myAppeal(c)).Must(http.StatusOK)
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Plass likevel", "why", "Jeg tenkte meg om.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		if n := w.appealsOf(c); n != 2 {
			t.Errorf("%d appeals", n)
		}
	})
}

// mandate lets the mother give the parent who lives elsewhere a mandate, who then
// acts for her in the browser.
func (w *world) acting(scopes ...string) *apptest.Visitor {
	w.Helper()
	agent, mother := identity.From(w.As(torgoy, demo.Apart)).PersonID, w.mother()
	w.must(w.App.DB.Write(mother, func(ctx context.Context, tx *store.Tx) error {
		_, err := w.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: scopes})
		return err
	}))
	v := w.visitor(demo.Apart)
	form := url.Values{"person": {identity.From(mother).PersonID}}
	v.Still().Send(http.MethodPost, "/my/acting", strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}).Must(http.StatusSeeOther)
	return v
}

func TestAppealForm_byAMandate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		if p := w.visitor(demo.Apart).Get(myAppeal(c)); p.Status != http.StatusNotFound {
			t.Errorf("a stranger gets %d", p.Status)
		}
		if p := w.acting("building").Get(myAppeal(c)); p.Status != http.StatusNotFound {
			t.Errorf("a mandate for other cases gives %d", p.Status)
		}
		v := w.acting(c.Kind)
		p := v.Get(myAppeal(c)).Must(http.StatusOK)
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Hun vil ha plass.", "why", "Hun har bedt meg skrive.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		a, mother, agent := w.only(c), identity.From(w.mother()), identity.From(w.As(torgoy, demo.Apart))
		if a.Appellant != mother.PersonID || a.AppellantName != mother.Name || a.LodgedBy != agent.PersonID || a.LodgedByName != agent.Name {
			t.Errorf("%+v", a)
		}
		// Both see who did it for whom.
		w.visitor(demo.Mother).Get("/my/cases/"+c.ID).Must(http.StatusOK).Has(agent.Name, w.nb("appeals.state.received"))
		v.Get("/my/cases/"+c.ID).Must(http.StatusOK).Has(agent.Name, mother.Name)
		w.visitor(demo.CaseWorker).Get("/work/appeals/"+a.ID).Must(http.StatusOK).Has(agent.Name, mother.Name)
		n := w.count(`select count(*) from audit_entries where tenant_id = $1 and action = 'appeals.lodged' and case_id = $2 and actor_id = $3 and on_behalf_of = $4`, c.ID, agent.PersonID, mother.PersonID)
		if n != 1 {
			t.Errorf("%d lines in the log", n)
		}
		w.conflict(w.App.Appeals.Withdraw(w.As(torgoy, demo.CoParent), c.ID), "appeals.nothing_to_withdraw")
	})
}

// The other guardian is a party, and appeals in the own name.
func TestAppealForm_ofTheOtherGuardian(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.lodged(c)
		v := w.visitor(demo.CoParent)
		p := v.Get("/my/cases/" + c.ID).Must(http.StatusOK)
		p = v.Get(p.Link("/appeal")).Must(http.StatusOK)
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Jeg klager også.", "why", "Av andre grunner.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		list, err := w.App.Appeals.List(w.worker(), appeals.Filter{Kind: c.Kind})
		w.must(err)
		names := map[string]bool{}
		for _, l := range list.Lines {
			if l.CaseID == c.ID {
				names[l.AppellantName] = true
			}
		}
		if len(names) != 2 {
			t.Errorf("appeals by %v", names)
		}
		// What one wrote does not stand on the other's page of the appeal.
		if p := v.Get(myAppeal(c)).Must(http.StatusOK); strings.Contains(p.Text(), "Søskenet går der.") {
			t.Error("the other's reasons stand there")
		}
	})
}

func TestStaffForms_giveBackWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		v := w.visitor(demo.CaseWorker)
		register := "/work/cases/" + c.ID + "/appeal"
		p := v.Get(register).Must(http.StatusOK)
		p = v.Submit(p, register, apptest.Set("wants", "", "why", "Brevet er vanskelig å lese.", "sent_on", "2019-01-01"))
		w.faulty(p, http.StatusUnprocessableEntity, "wants", "sent_on")
		if p.Value("why") != "Brevet er vanskelig å lese." {
			t.Error("what was typed is lost")
		}
		today := w.view(w.lodged(c).ID).Today.String()
		v.Submit(p, register, apptest.Set("wants", "Plass", "sent_on", today)).Has(w.nb("appeals.already"))
		a := w.only(c)
		page := "/work/appeals/" + a.ID
		p = v.Get(page).Must(http.StatusOK)
		p = v.Submit(p, page+"/prepare", apptest.Set("statement", "kort"))
		if p.Status != http.StatusUnprocessableEntity || len(p.Faults()) != 2 || p.Value("statement") != "kort" {
			t.Errorf("%s with %v", p, p.Faults())
		}
		old := p
		p = v.Submit(p, page+"/prepare", apptest.Set("verdict", "forward", "statement", "Kommunen holder fast ved vedtaket, siden det var fullt."))
		p.Must(http.StatusOK).Has(w.nb("appeals.flash.ready"))
		v.Submit(old, page+"/prepare", apptest.Set("verdict", "reject", "statement", "Kommunen avviser klagen, siden den kom for sent."))
		if w.view(a.ID).Appeal.State != appeals.Ready {
			t.Error("an old page undoes it")
		}
		w.Settle()
		p = v.Get(page).Must(http.StatusOK).Has(w.nb("appeals.state.ready"))
		w.faulty(v.Submit(p, page+"/handed", apptest.Set("handed_on", "2019-01-01")), http.StatusUnprocessableEntity, "handed_on", "handed_how")
		v.Submit(p, page+"/handed", apptest.Set("handed_on", today, "handed_how", "eformidling")).Must(http.StatusOK).Has(w.nb("appeals.flash.forwarded"))
		p = v.Get(page).Must(http.StatusOK).Has(w.nb("appeals.state.forwarded"), w.nb("appeals.how.eformidling"))
		p = v.Submit(p, page+"/answer", apptest.Set("answered_on", "2019-01-01", "text", "De sier nei."))
		if p.Status != http.StatusUnprocessableEntity || len(p.Faults()) != 2 || p.Value("text") != "De sier nei." {
			t.Errorf("%s with %v", p, p.Faults())
		}
		v.Submit(p, page+"/answer", apptest.Set("answer", "upheld", "answered_on", today)).Must(http.StatusOK).Has(w.nb("appeals.flash.answered"))
	})
}
