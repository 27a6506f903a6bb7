package apptest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
)

// TestJob_inABrowser is the whole job as two people do it, in each language: a
// parent applies on her computer and her phone, a case worker asks and decides,
// and the parent's page follows by itself.
func TestJob_inABrowser(t *testing.T) {
	t.Parallel()
	for name, at := range places() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, d := running(t), definition(t)
			parent := visit(t, h, at)
			child := parent.begin()
			parent.applies(d, func() { seesDraftOnPhone(t, visit(t, h, at), d) })
			number := parent.send(d)
			mail := visit(t, h, at)
			outbox(t, mail, parent.say("cases.mail.received.subject", "number", number))
			worker := visit(t, h, at)
			worker.takes(child)
			parent.Click("link", parent.openCase(child))
			parent.Eval("globalThis.sameDocument = true")
			worker.asks("Har barnet plass i dag?")
			parent.WaitText("Har barnet plass i dag?")
			parent.answers("Nei, hun er hjemme.", "svar.pdf")
			worker.decides()
			parent.accepts(number)
			outbox(t, mail, parent.say("cases.mail.accepted.subject", "number", number))
			parent.follow("cases.log.link")
			parent.WaitText(worker.name(demo.CaseWorker))
		})
	}
}

// applies fills the form in with scripts: fields come and go while she answers,
// and what she writes is saved by itself.
func (v *visitor) applies(d *forms.Definition, afterFirst func()) {
	v.t.Helper()
	who := v.label(d, "lives_with_who")
	v.choose(d, "lives_with", "someone_else")
	v.WaitText(who)
	v.fillFamily(d)
	v.WaitGone(who)
	v.saved()
	afterFirst()
	v.next("/pages/wishes")
	kindergarten := v.fillWishes(d)
	var age string
	v.eval(`document.querySelector("input[data-calc]").value`, &age)
	if age == "" {
		v.t.Error("the child's age was not worked out while she wrote")
	}
	v.saved()
	v.next("/pages/siblings")
	v.repeats(d)
	v.fillSiblings(d, kindergarten)
	v.next("/pages/priority")
	v.choose(d, "priority_reasons", "illness")
	v.fillPriority(d)
	v.next("/pages/practical")
	v.choose(d, "interpreter", "no")
	v.next("/pages/attachments")
	v.attach(d, "priority_documents", "lege.pdf")
	v.next("/summary")
	v.WaitText(effect)
	v.WaitText("lege.pdf")
}

// repeats adds two siblings too many and takes them away: each press counts, and
// counts once.
func (v *visitor) repeats(d *forms.Definition) {
	v.t.Helper()
	group := d.Field("siblings")
	v.choose(d, "has_sibling", "yes")
	title := group.ItemTitle.In(v.words.Lang())
	add := v.say("applications.form.add", "what", strings.ToLower(title))
	v.WaitFor("group", title+" 1") // one is there to be filled in from the beginning
	for n := 2; n <= 3; n++ {
		v.Click("button", add)
		v.WaitFor("group", fmt.Sprint(title, " ", n))
	}
	for n := 3; n >= 2; n-- {
		v.Click("button", fmt.Sprintf("%s: %s %d", v.say("ui.repeat.remove"), title, n))
		v.WaitGone(fmt.Sprint(title, " ", n))
	}
	v.WaitFor("group", title+" 1")
}

func seesDraftOnPhone(t *testing.T, phone *visitor, d *forms.Definition) {
	t.Helper()
	phone.Viewport(360, 780)
	phone.logIn(demo.Mother, "/my")
	phone.follow("mypage.draft.continue")
	phone.WaitURL("/pages/family")
	if got := phone.Value(phone.label(d, "email")); got != eMail {
		t.Errorf("the phone shows the e-mail address %q", got)
	}
	phone.NoHorizontalScroll(t)
}

// openCase is the link to the case about the child on My page.
func (v *visitor) openCase(child string) string {
	v.t.Helper()
	v.open("/my")
	v.WaitText(child)
	var title string
	v.eval(fmt.Sprintf(`(() => {
		const card = [...document.querySelectorAll(".t-linkcard")].find(c => c.innerText.includes(%q))
		const link = card.querySelector("a")
		for (const other of document.querySelectorAll(".t-linkcard")) if (other !== card) other.remove()
		return link.innerText
	})()`, child), &title)
	return title
}

// takes finds the child's case on the work list and makes it the worker's own.
func (v *visitor) takes(child string) {
	v.t.Helper()
	v.logIn(demo.CaseWorker, "/work")
	v.Fill(v.say("cases.list.search_label"), child)
	v.press("cases.list.show")
	v.WaitURL("q=")
	v.Click("link", v.caseNumber())
	v.WaitURL("/work/cases/")
	v.press("cases.next.assign")
	v.see("cases.flash.assigned")
}

func (v *visitor) asks(question string) {
	v.t.Helper()
	v.ClickText(v.say("cases.ask.title"))
	v.Fill(v.say("cases.ask.label"), question)
	v.press("cases.ask.send")
	v.see("cases.flash.asked")
}

// answers sends a text and a file from the page that changed by itself.
func (v *visitor) answers(text, file string) {
	v.t.Helper()
	var same bool
	v.eval("globalThis.sameDocument === true", &same)
	if !same {
		v.t.Error("the page was loaded anew to show the question")
	}
	v.Fill(v.say("mypage.answer.label"), text)
	v.Upload(v.say("mypage.answer.files")+" "+v.say("ui.field.optional"), letterFile(v.t, file))
	v.press("mypage.answer.send")
	v.see("mypage.flash.answered")
	v.WaitText(file)
}

// decides writes the decision, looks at the letter and makes it.
func (v *visitor) decides() {
	v.t.Helper()
	v.WaitText("svar.pdf") // the worker's page follows too
	v.follow("cases.next.write_decision")
	v.WaitURL("/decision")
	v.Check(v.say("cases.status.granted"))
	v.Select(v.say("kindergarten.decision.unit"), v.freeUnit())
	v.Fill(v.say("kindergarten.decision.start"), time.Now().AddDate(0, 8, 0).Format(time.DateOnly))
	v.Fill(v.say("cases.decision.basis"), "Barnehageloven §§ 16 og 17.")
	v.Fill(v.say("cases.decision.reasons"), "Barnet har rett til plass, og det er ledig plass i barnehagen.")
	v.saved()
	v.press("cases.decision.preview")
	v.WaitText(v.say("cases.letter.outcome.granted"))
	v.Axe(v.t)
	v.press("cases.decision.decide")
	v.see("cases.flash.decided")
}

// freeUnit is the first kindergarten of the editor's list with a free place.
func (v *visitor) freeUnit() string {
	v.t.Helper()
	var unit string
	v.eval(`[...document.querySelector("select").options].find(o => o.value && !/[^\d]0 /.test(o.label)).label`, &unit)
	return unit
}

// accepts reads the letter and takes the place.
func (v *visitor) accepts(number string) {
	v.t.Helper()
	v.see("mypage.offer.title")
	file := v.say("cases.letter.file", "number", strings.ReplaceAll(number, "/", "-")) + ".pdf"
	v.WaitFor("link", file)
	var letter string
	v.eval(fmt.Sprintf(`(() => {
		const request = new XMLHttpRequest()
		const link = [...document.querySelectorAll(".t-document a")].find(a => a.innerText.trim() === %q)
		request.open("GET", link.href, false)
		request.send()
		return request.status + " " + request.getResponseHeader("Content-Type")
	})()`, file), &letter)
	if letter != "200 application/pdf" {
		v.t.Errorf("the letter answers %s", letter)
	}
	v.press("mypage.offer.accept")
	v.see("mypage.flash.accepted")
}
