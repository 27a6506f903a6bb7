package apptest_test

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest/browser"
	"github.com/torg-no/torg/internal/demo"
)

// TestJob_withoutJavaScript does the whole job in browsers whose scripts do not
// run: every step is a form and an answer.
func TestJob_withoutJavaScript(t *testing.T) {
	t.Parallel()
	h, d := running(t), definition(t)
	parent := visit(t, h, places()["nb"], browser.WithoutJavaScript())
	child := parent.begin()
	parent.choose(d, "lives_with", "someone_else")
	parent.press("applications.form.next")
	parent.WaitText(parent.label(d, "lives_with_who")) // comes with the page again
	parent.fillFamily(d)
	parent.next("/pages/wishes")
	kindergarten := parent.fillWishes(d)
	parent.next("/pages/siblings")
	parent.choose(d, "has_sibling", "yes")
	parent.press("applications.form.next")
	parent.WaitText(d.Field("siblings").Fields[0].Label.In(parent.words.Lang()))
	parent.fillSiblings(d, kindergarten)
	parent.next("/pages/priority")
	parent.choose(d, "priority_reasons", "illness")
	parent.press("applications.form.next")
	parent.WaitText(parent.label(d, "illness_effect"))
	parent.fillPriority(d)
	parent.next("/pages/practical")
	parent.choose(d, "interpreter", "no")
	parent.next("/pages/attachments")
	parent.attach(d, "priority_documents", "lege.pdf")
	parent.next("/summary")
	parent.WaitText("lege.pdf")
	parent.send(d)

	worker := visit(t, h, places()["nb"], browser.WithoutJavaScript())
	worker.takes(child)
	worker.follow("cases.next.write_decision")
	worker.WaitURL("/decision")
	worker.Check(worker.say("cases.status.granted"))
	worker.Select(worker.say("kindergarten.decision.unit"), worker.freeUnit())
	worker.Fill(worker.say("kindergarten.decision.start"), time.Now().AddDate(0, 8, 0).Format(time.DateOnly))
	worker.Fill(worker.say("cases.decision.basis"), "Barnehageloven §§ 16 og 17.")
	worker.Fill(worker.say("cases.decision.reasons"), "Barnet har rett til plass, og det er ledig plass i barnehagen.")
	worker.press("cases.decision.decide")
	worker.see("cases.flash.decided")

	parent.open("/my/cases/" + caseAbout(t, h, parent.town, demo.Mother, child))
	parent.press("mypage.offer.accept")
	parent.see("mypage.flash.accepted")
}
