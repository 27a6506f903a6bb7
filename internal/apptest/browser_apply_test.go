package apptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
)

// The answers of the mother in these tests.
const (
	eMail  = "kari@example.no"
	effect = "Vi er ofte på sykehuset."
)

// begin logs the mother in from the front page and starts an application for her
// youngest child, whose name it returns.
func (v *visitor) begin() (child string) {
	v.t.Helper()
	v.open("/")
	v.follow("kindergarten.case.title")
	v.pick(demo.Mother)
	v.WaitURL("/apply/")
	children := v.Names("radio")
	v.Check(children[len(children)-1])
	v.press("applications.begin.start")
	v.WaitURL("/pages/family")
	child, _, _ = strings.Cut(children[len(children)-1], ",")
	return child
}

func (v *visitor) next(page string) {
	v.t.Helper()
	v.press("applications.form.next")
	v.WaitURL(page)
}

// fillFamily answers the first page.
func (v *visitor) fillFamily(d *forms.Definition) {
	v.t.Helper()
	v.choose(d, "lives_with", "both")
	v.Fill(v.label(d, "phone"), "40 00 00 00")
	v.Fill(v.label(d, "email"), eMail)
	v.choose(d, "other_guardian_informed", "yes")
}

// fillWishes answers the second page and returns the kindergarten.
func (v *visitor) fillWishes(d *forms.Definition) string {
	v.t.Helper()
	v.choose(d, "application_type", "new")
	v.Fill(v.label(d, "start_date"), time.Now().AddDate(0, 8, 0).Format(time.DateOnly))
	var kindergarten string
	v.eval(`document.querySelectorAll("select[name^=kindergartens] option")[1].label`, &kindergarten)
	v.Select(v.say("forms.rank", "number", 1), kindergarten)
	v.choose(d, "accept_other", "yes")
	v.choose(d, "percentage", "100")
	return kindergarten
}

// fillSiblings answers the third page with one sibling.
func (v *visitor) fillSiblings(d *forms.Definition, kindergarten string) {
	v.t.Helper()
	v.Fill(d.Field("siblings").Fields[0].Label.In(v.words.Lang()), "Nora Nordmann")
	v.Select(d.Field("siblings").Fields[1].Label.In(v.words.Lang()), kindergarten)
}

// fillPriority answers the fourth page: illness in the family.
func (v *visitor) fillPriority(d *forms.Definition) {
	v.t.Helper()
	v.Fill(v.label(d, "illness_effect"), effect)
	v.choose(d, "illness_document", "attached")
}

// attach sends a file with the page of attachments, and stays there.
func (v *visitor) attach(d *forms.Definition, field, name string) {
	v.t.Helper()
	label := d.Field(field).Label.In(v.words.Lang())
	for _, button := range v.Names("button") {
		if strings.HasPrefix(button, label) {
			label, _, _ = strings.Cut(button, ":")
		}
	}
	v.Upload(label, letterFile(v.t, name))
	v.press("applications.form.upload")
	v.WaitText(name)
	v.WaitFor("button", v.say("ui.document.remove", "name", name))
}

// send confirms and sends, and returns the case's number.
func (v *visitor) send(d *forms.Definition) string {
	v.t.Helper()
	v.Check(d.Declaration.In(v.words.Lang()))
	v.press("applications.summary.send")
	v.see("applications.flash.sent")
	return v.caseNumber()
}

// caseNumber finds the number of the case that is shown, or of the first listed
// that is new.
func (v *visitor) caseNumber() string {
	v.t.Helper()
	var number string
	v.eval(`(document.querySelector("#main").innerText.match(/20\d\d\/\d+/g) ?? [""])[0]`, &number)
	if number == "" {
		v.t.Fatalf("no case number on the page:\n%s", v.Text())
	}
	return number
}

// outbox waits until a message with the words in its subject is in the outbox.
func outbox(t *testing.T, v *visitor, words string) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		v.Goto("http://localhost:" + v.h.Port + "/outbox")
		if strings.Contains(v.Text(), words) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no message %q in the outbox:\n%s", words, v.Text())
		}
		time.Sleep(200 * time.Millisecond)
	}
}
