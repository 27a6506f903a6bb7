package apptest_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// job is one application from the first page to the answer.
type job struct {
	*family
	slug   string
	worker *apptest.Visitor
	id     string // of the case
	number string // "2026/31"
}

func TestJob_endToEndInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) { runJob(t, h, lang) })
		})
	}
}

func runJob(t *testing.T, h *apptest.Harness, lang i18n.Lang) {
	t.Helper()
	slug := townOf(lang).Slug
	mother := h.Visitor(slug)
	mother.Speak(string(lang))
	mother.As(demo.Mother)
	j := &job{family: begin(t, h, mother, lang, 1), slug: slug}
	j.fill()
	j.sendIn()
	j.worker = h.Visitor(slug)
	j.worker.Speak(string(lang))
	j.worker.As(demo.CaseWorker)
	j.take()
	j.askAndAnswer()
	before := j.taken()
	j.decide()
	j.read()
	j.accept()
	if got := j.taken(); got != before+1 {
		t.Errorf("%d places are taken, want %d", got, before+1)
	}
	j.looks()
}

// fill goes through the form as somebody with much to tell does, and finds the
// draft on her phone on the way.
func (j *job) fill() {
	t := j.t
	t.Helper()
	j.family.family()
	j.onThePhone()
	j.wishes()
	j.siblings()
	j.at("priority")
	j.next(apptest.Set("priority_reasons", "disability", "disability_needs", "Hun trenger hjelp til å bevege seg.", "disability_assessment", "attached"))
	j.at("practical")
	j.next(apptest.Set("home_languages", "norsk og polsk", "interpreter", "yes", "interpreter_language", "polsk", "health_note", "Nøtter"))
	j.at("attachments")
	p := j.send(apptest.Fill{}.Press("do=next")).Must(http.StatusUnprocessableEntity)
	if faults := p.Faults(); len(faults) != 1 || p.ByID(faults[0].Target) == nil {
		t.Errorf("the missing attachment is told as %v", faults)
	}
	j.send(apptest.Fill{}.Attach("priority_documents", "vurdering.pdf", samplePDF("sakkyndig")).Press("do=upload")).Must(http.StatusOK).Has("vurdering.pdf")
	j.next(apptest.Fill{}.Attach("other_documents", "annet.pdf", samplePDF("annet")))
}

// onThePhone saves as the script does while she types, and reads it elsewhere.
func (j *job) onThePhone() {
	t := j.t
	t.Helper()
	j.at("wishes")
	saved := j.v.Autosave(j.page, j.page.Path(), apptest.Set("start_date", "2027-08-09"))
	if saved.Status != http.StatusNoContent || saved.Header.Get("X-Draft-Version") == "" {
		t.Errorf("autosave answers %d with version %q", saved.Status, saved.Header.Get("X-Draft-Version"))
	}
	phone := j.h.Visitor(j.slug)
	mine := phone.LogIn(demo.Mother).Must(http.StatusOK)
	phone.Get(mine.Link(j.base + "/delete")).Must(http.StatusOK) // the draft is on her page
	there := phone.Get(j.base).Must(http.StatusOK)
	if there.Path() != j.base+"/pages/wishes" {
		t.Errorf("the phone opens %s", there)
	}
	if got := there.Value("start_date"); got != "2027-08-09" {
		t.Errorf("the phone shows the start %q", got)
	}
	j.page = j.v.Get(j.page.Path())
}

// siblings adds and removes one with the buttons.
func (j *job) siblings() {
	t := j.t
	t.Helper()
	j.at("siblings")
	unit := j.page.Form(j.page.Path()).Options("siblings[0].kindergarten")[0]
	j.send(apptest.Set("has_sibling", "yes", "siblings[0].name", "Ea", "siblings[0].kindergarten", unit).Press("_add=siblings")).Must(http.StatusOK)
	j.send(apptest.Set("siblings[1].name", "Bo", "siblings[1].kindergarten", unit).Press("_add=siblings")).Must(http.StatusOK)
	j.send(apptest.Set("siblings[2].name", "Siv", "siblings[2].kindergarten", unit).Press("_remove=siblings[1]")).Must(http.StatusOK)
	if got := []string{j.page.Value("siblings[0].name"), j.page.Value("siblings[1].name")}; !slices.Equal(got, []string{"Ea", "Siv"}) {
		t.Errorf("the siblings left are %v", got)
	}
	j.next(apptest.Fill{})
}

// sendIn declares and sends, and finds the receipt.
func (j *job) sendIn() {
	t := j.t
	t.Helper()
	if j.page.Path() != j.base+"/summary" {
		t.Fatalf("stands on %s, want the summary: %v %.1500s", j.page, j.page.Faults(), j.page.Text())
	}
	j.page.Has(j.words("applications.summary.title"), "vurdering.pdf", "annet.pdf", "Ea", "Siv", "polsk", "Hun trenger hjelp")
	if strings.Contains(j.page.Text(), "Bo,") {
		t.Error("the sibling that was removed is sent")
	}
	p := sound(t, j.v.Submit(j.page, j.base+"/submit", apptest.Fill{}).Must(http.StatusUnprocessableEntity), j.lang)
	if faults := p.Faults(); len(faults) != 1 || faults[0].Text != j.words("applications.summary.need_declaration") {
		t.Errorf("without the declaration: %v", faults)
	}
	p = sound(t, j.submit().Must(http.StatusOK), j.lang).Has(j.words("cases.status.received"), j.words("applications.flash.sent"))
	j.id = path.Base(p.Path())
	c, err := j.h.App.Cases.Mine(j.h.As(slices.IndexFunc(demo.Towns(), func(town demo.Town) bool { return town.Slug == j.slug }), demo.Mother))
	if err != nil || c[0].ID != j.id {
		t.Fatalf("her newest case is not the one: %v", err)
	}
	j.number = c[0].Label()
	j.h.Settle()
	receipt := mail(t, j.h, j.slug, j.id)[0]
	if receipt.Kind != "case.received" || receipt.Lang != j.lang || receipt.Subject != j.words("cases.mail.received.subject", "number", j.number) {
		t.Errorf("receipt: %s in %s, %q", receipt.Kind, receipt.Lang, receipt.Subject)
	}
}

// take finds the case on the list and takes it.
func (j *job) take() {
	t := j.t
	t.Helper()
	list := sound(t, j.worker.Get("/work?q="+j.number).Must(http.StatusOK), j.lang).Has(j.words("cases.list.title"), j.number)
	p := sound(t, j.worker.Get(list.Link("/work/cases/"+j.id)).Must(http.StatusOK), j.lang)
	p.Has(j.words("cases.next.take"), "Hun trenger hjelp", "vurdering.pdf", j.words("kindergarten.advice.priority_by_law"))
	p = sound(t, j.worker.Submit(p, "/assign", apptest.Fill{}).Must(http.StatusOK), j.lang)
	p.Has(j.words("cases.flash.assigned"), j.words("cases.status.in_progress"))
}

func (j *job) askAndAnswer() {
	t := j.t
	t.Helper()
	at := "/work/cases/" + j.id
	p := sound(t, j.worker.Submit(j.worker.Get(at), at+"/ask", apptest.Set("text", "")).Must(http.StatusUnprocessableEntity), j.lang)
	if faults := p.Faults(); len(faults) != 1 || p.ByID(faults[0].Target) == nil {
		t.Errorf("an empty question is told as %v", faults)
	}
	sound(t, j.worker.Submit(p, at+"/ask", apptest.Set("text", "Hvor mange timer hjelp?")).Must(http.StatusOK), j.lang).Has(j.words("cases.status.waiting"))
	mine := "/my/cases/" + j.id
	p = sound(t, j.v.Get(mine).Must(http.StatusOK), j.lang).Has("Hvor mange timer hjelp?", j.words("mypage.asked.title"))
	fill := apptest.Set("text", "Ti timer i uka.").Attach("files", "timer.pdf", samplePDF("timer"))
	sound(t, j.v.Submit(p, mine+"/answer", fill).Must(http.StatusOK), j.lang).Has("Ti timer i uka.", "timer.pdf")
	sound(t, j.worker.Get(at).Must(http.StatusOK), j.lang).Has("Ti timer i uka.", "timer.pdf", j.words("cases.status.in_progress"))
	j.h.Settle()
}

// decide is refused without what the law demands, then made.
func (j *job) decide() {
	t := j.t
	t.Helper()
	at := "/work/cases/" + j.id + "/decision"
	editor := sound(t, j.worker.Get(at).Must(http.StatusOK), j.lang)
	empty := apptest.Set("outcome", "granted", "legal_basis", "", "reasons", "Kort.", "appeal", "").Press("do=decide")
	p := sound(t, j.worker.Submit(editor, at, empty).Must(http.StatusUnprocessableEntity), j.lang)
	var targets []string
	for _, f := range p.Faults() {
		if p.ByID(f.Target) == nil {
			t.Errorf("the summary links to #%s, which is not there", f.Target)
		}
		targets = append(targets, f.Text)
	}
	for _, key := range []string{"need_basis", "need_appeal"} {
		if !slices.Contains(targets, j.words("cases.decision."+key)) {
			t.Errorf("%s is not told: %v", key, targets)
		}
	}
	if len(targets) < 5 || p.Value("reasons") != "Kort." {
		t.Errorf("told %v, kept %q", targets, p.Value("reasons"))
	}
	p = sound(t, j.worker.Submit(p, at, granting(editor.Form(at).Options("kindergarten")[0])).Must(http.StatusOK), j.lang)
	p.Has(j.words("cases.flash.decided"), j.words("cases.status.granted"))
}

// read opens the letter, on the page and by the e-mail that tells of it.
func (j *job) read() {
	t := j.t
	t.Helper()
	told := kinds(mail(t, j.h, j.slug, j.id))
	if slices.Contains(told, "case.decided") {
		t.Error("she is told before the letter is made")
	}
	j.h.Settle()
	p := sound(t, j.v.Get("/my/cases/"+j.id).Must(http.StatusOK), j.lang).Has(j.words("mypage.offer.title"), j.words("cases.status.granted"))
	var letters []*apptest.Page
	for _, href := range p.Links("/documents/") {
		if d := j.v.Get(href).Must(http.StatusOK); len(d.Body) > 2000 {
			letters = append(letters, d)
		}
	}
	if len(letters) != 1 || !bytes.HasPrefix(letters[0].Body, []byte("%PDF")) || letters[0].Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%d letters on the page", len(letters))
	}
	text := pdfText(t, letters[0].Body)
	for _, want := range []string{j.number, "tre uker"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter lacks %q: %s", want, text)
		}
	}
	all := mail(t, j.h, j.slug, j.id)
	// The other guardian is a party and told what the mother is.
	want := []string{"case.received", "case.received", "case.asked", "case.asked", "case.staff.answered", "case.decided", "case.decided"}
	if diff := cmp.Diff(want, slices.DeleteFunc(kinds(all), func(kind string) bool { return kind == "case.staff.received" })); diff != "" {
		t.Errorf("messages: %s", diff)
	}
}

func (j *job) accept() {
	t := j.t
	t.Helper()
	p := j.v.Get("/my/cases/" + j.id)
	p = sound(t, j.v.Submit(p, "/respond", apptest.Fill{}).Must(http.StatusOK), j.lang)
	p.Has(j.words("cases.status.accepted"), j.words("mypage.flash.accepted"))
	// Once more from the other tab: one answer stands, and it is said.
	p = sound(t, j.v.Post("/my/cases/"+j.id+"/respond", map[string][]string{"answer": {"declined"}}).Must(http.StatusOK), j.lang)
	p.Has(j.words("cases.not_now.respond"), j.words("cases.status.accepted"))
	j.h.Settle()
}

// taken counts the places of the municipality that are held.
func (j *job) taken() int64 {
	return count(j.t, j.h, j.slug, `select coalesce(sum(taken), 0) from kindergarten_units where tenant_id = $1`)
}

// looks finds the case worker among those who have seen the case.
func (j *job) looks() {
	t := j.t
	t.Helper()
	town := slices.IndexFunc(demo.Towns(), func(town demo.Town) bool { return town.Slug == j.slug })
	worker, ok := j.h.Demo.Population().Player(town, demo.CaseWorker)
	if !ok {
		t.Fatal("nobody is case worker")
	}
	role := j.words("access.role.case_worker")
	sound(t, j.v.Get("/my/cases/"+j.id+"/log").Must(http.StatusOK), j.lang).Has(worker.Name.Full(), role)
	sound(t, j.v.Get("/my/looks").Must(http.StatusOK), j.lang).Has(worker.Name.Full())
	sound(t, j.v.Get("/my/messages").Must(http.StatusOK), j.lang).Has(j.number)
	const looked = `select count(*) from audit_entries where tenant_id = $1 and object_id = $2 and action = 'audit.looked'`
	if n := count(t, j.h, j.slug, looked, j.id); n == 0 {
		t.Error("no look at the case is in the log")
	}
}

// pdfText reads a letter with poppler, which the tests install.
func pdfText(t *testing.T, content []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing: install poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestJob_declineGivesThePlaceBack(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
		id := applied(t, h, mother, i18n.NB, 1)
		const taken = `select coalesce(sum(taken), 0) from kindergarten_units where tenant_id = $1`
		before := count(t, h, "torgoy", taken)
		decided(t, worker, id)
		h.Settle()
		if got := count(t, h, "torgoy", taken); got != before+1 {
			t.Errorf("the offer holds %d places, want 1", got-before)
		}
		h.Advance(24 * time.Hour)
		mother.As(demo.Mother)
		p := mother.Get("/my/cases/" + id).Must(http.StatusOK)
		p = mother.Submit(mother.Get(p.Link("/decline")).Must(http.StatusOK), "/respond", apptest.Fill{}).Must(http.StatusOK)
		p.Has(h.App.Bundle.For(i18n.NB).T("cases.status.declined"))
		if got := count(t, h, "torgoy", taken); got != before {
			t.Errorf("%d places stay held", got-before)
		}
		if told := kinds(mail(t, h, "torgoy", id)); !slices.Contains(told, "case.declined") || !slices.Contains(told, "case.staff.declined") {
			t.Errorf("told %v", told)
		}
	})
}

func TestJob_withdrawEndsTheCaseBeforeTheDecision(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
		id := applied(t, h, mother, i18n.NB, 1)
		at := "/work/cases/" + id
		worker.Submit(worker.Get(at), at+"/assign", apptest.Fill{}).Must(http.StatusOK)
		editor := worker.Get(at + "/decision").Must(http.StatusOK)
		p := mother.Get("/my/cases/" + id).Must(http.StatusOK)
		p = mother.Submit(mother.Get(p.Link("/withdraw")).Must(http.StatusOK), "/withdraw", apptest.Fill{}).Must(http.StatusOK)
		words := h.App.Bundle.For(i18n.NB)
		p.Has(words.T("cases.status.withdrawn"))
		// The case worker has the editor open all the while.
		p = worker.Submit(editor, "/decision", granting(editor.Form("/decision").Options("kindergarten")[0])).Must(http.StatusOK)
		p.Has(words.T("cases.status.withdrawn"))
		h.Settle()
		if told := kinds(mail(t, h, "torgoy", id)); slices.Contains(told, "case.decided") || !slices.Contains(told, "case.withdrawn") {
			t.Errorf("told %v", told)
		}
	})
}
