package apptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
)

// TestJob_byKeyboard goes through the whole job without touching a mouse, as the
// parent, the case worker and the parent again: the way is Tab, Space, Enter and the
// arrows, and wherever the focus goes it can be seen.
func TestJob_byKeyboard(t *testing.T) {
	t.Parallel()
	h, d := running(t), definition(t)
	v := visit(t, h, places()["nb"])
	v.open("/")
	v.skips()
	v.enter("link", v.say("kindergarten.case.title"))
	v.WaitURL("idporten.localhost")
	v.enter("button", v.name(demo.Mother))
	v.WaitURL("/apply/")
	children := v.Names("radio")
	v.tab("radio", children[0])
	v.Press("ArrowDown")
	v.enter("button", v.say("applications.begin.start"))
	v.WaitURL("/pages/family")
	v.meetsErrors(d)
	v.typeFamily(d)
	v.typeWishes(d)
	v.space("radio", d, "has_sibling", "no")
	v.proceed("/pages/priority")
	v.proceed("/pages/practical")
	v.space("radio", d, "interpreter", "no")
	v.proceed("/pages/attachments")
	v.proceed("/summary")
	v.tab("checkbox", d.Declaration.In(v.words.Lang()))
	v.Press("Space")
	v.enter("button", v.say("applications.summary.send"))
	v.see("applications.flash.sent")
	visit(t, h, places()["nb"]).decidesByKeyboard(v.caseNumber())
	v.see("mypage.offer.title") // by itself
	v.enter("button", v.say("mypage.offer.accept"))
	v.see("mypage.flash.accepted")
}

// decidesByKeyboard finds the case, takes it and grants a place.
func (v *visitor) decidesByKeyboard(number string) {
	v.t.Helper()
	v.open("/login?return=/work")
	v.WaitURL("idporten.localhost")
	v.enter("button", v.name(demo.CaseWorker))
	v.WaitURL("/work")
	v.write("textbox", v.say("cases.list.search_label"), number)
	v.Press("Enter")
	v.WaitURL("q=")
	v.enter("link", number)
	v.WaitURL("/work/cases/")
	v.enter("button", v.say("cases.next.assign"))
	v.see("cases.flash.assigned")
	v.enter("link", v.say("cases.next.write_decision"))
	v.WaitURL("/decision")
	v.tab("radio", v.say("cases.status.granted"))
	v.Press("Space")
	unit, _, _ := strings.Cut(v.freeUnit(), " ")
	v.write("combobox", v.say("kindergarten.decision.unit"), unit)
	v.typeDate("start", time.Now().AddDate(0, 8, 0))
	v.write("textbox", v.say("cases.decision.basis"), "Barnehageloven §§ 16 og 17.")
	v.write("textbox", v.say("cases.decision.reasons"), "Barnet har rett til plass, og det er ledig plass.")
	v.enter("button", v.say("cases.decision.decide"))
	v.see("cases.flash.decided")
}

// tab presses Tab until the focus is on an element whose name begins so.
func (v *visitor) tab(role, name string) {
	v.t.Helper()
	want := role + ` "` + name
	var way []string
	for range 90 {
		v.Press("Tab")
		at := v.Focused()
		if at != "" {
			v.seesFocus(at)
		}
		if strings.HasPrefix(at, want) {
			return
		}
		way = append(way, at)
	}
	v.t.Fatalf("Tab does not lead to %s; it went\n%s", want, strings.Join(way, "\n"))
}

// seesFocus fails when nothing is drawn around what has the focus (WCAG 2.2, 2.4.7).
func (v *visitor) seesFocus(at string) {
	v.t.Helper()
	var drawn bool
	v.eval(`(() => {
		const marked = e => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== "none" }
		for (let e = document.activeElement, up = 0; e && up < 4; e = e.parentElement, up++) if (marked(e)) return true
		return document.activeElement === document.body
	})()`, &drawn)
	if !drawn {
		v.t.Errorf("one cannot see that %s has the focus", at)
	}
}

func (v *visitor) enter(role, name string) {
	v.t.Helper()
	v.tab(role, name)
	v.Press("Enter")
}

func (v *visitor) space(role string, d *forms.Definition, id, value string) {
	v.t.Helper()
	for _, c := range d.Field(id).Choices {
		if c.Value == value {
			v.reach(role, c.Text.In(v.words.Lang()), d.Field(id).Choices)
		}
	}
}

// reach tabs to the first of a group of radio buttons and goes on by arrows.
func (v *visitor) reach(role, name string, choices []forms.Choice) {
	v.t.Helper()
	first := choices[0].Text.In(v.words.Lang())
	v.tab(role, first)
	v.Press("Space")
	for range choices {
		if strings.HasPrefix(v.Focused(), role+` "`+name) {
			return
		}
		v.Press("ArrowDown")
	}
	v.t.Fatalf("the arrows do not lead to %s", name)
}

func (v *visitor) write(role, label, text string) {
	v.t.Helper()
	v.tab(role, label)
	v.Type(text)
}

func (v *visitor) proceed(page string) {
	v.t.Helper()
	v.enter("button", v.say("applications.form.next"))
	v.WaitURL(page)
}

// skips goes past the header by the first link of the page.
func (v *visitor) skips() {
	v.t.Helper()
	v.tab("link", v.say("ui.skip"))
	v.Press("Enter")
	var at string
	v.eval("document.activeElement.id", &at)
	if at != "main" {
		v.t.Errorf("the skip link leads to %q", at)
	}
}

// meetsErrors goes on too early and is taken to what is wrong.
func (v *visitor) meetsErrors(d *forms.Definition) {
	v.t.Helper()
	v.enter("button", v.say("applications.form.next"))
	v.WaitFor("heading", v.say("ui.errors.title", "count", 4))
	if at := v.Focused(); !strings.HasPrefix(at, "alert") {
		v.t.Errorf("after the errors the focus is on %q", at)
	}
	v.tab("link", v.say("forms.required", "label", d.Field("phone").Label.In(v.words.Lang())))
	// What Enter does. The driver's own Enter is also typed into the field that the
	// focus has gone to by then.
	v.Eval("document.activeElement.click()")
	var at string
	v.eval("document.activeElement.name ?? document.activeElement.id", &at)
	if at != "phone" {
		v.t.Errorf("the link of the error leads to %q", at)
	}
	v.Type("40000000")
	v.saved()
	v.open(strings.TrimPrefix(v.URL(), v.h.URL(v.slug(), "")))
}

func (v *visitor) typeFamily(d *forms.Definition) {
	v.t.Helper()
	v.space("radio", d, "lives_with", "both")
	v.write("textbox", v.label(d, "phone"), "40000000")
	v.write("textbox", v.label(d, "email"), eMail)
	v.space("radio", d, "other_guardian_informed", "yes")
	v.proceed("/pages/wishes")
}

func (v *visitor) typeWishes(d *forms.Definition) {
	v.t.Helper()
	v.space("radio", d, "application_type", "new")
	v.typeDate("start_date", time.Now().AddDate(0, 8, 0))
	v.tab("combobox", v.say("forms.rank", "number", 1))
	v.Press("ArrowDown")
	v.space("radio", d, "accept_other", "yes")
	v.space("radio", d, "percentage", "100")
	v.proceed("/pages/siblings")
}

// typeDate types a day into a date field, its parts in the browser's own order.
func (v *visitor) typeDate(name string, day time.Time) {
	v.t.Helper()
	var order string
	v.eval(`new Intl.DateTimeFormat().formatToParts(new Date()).map(p => p.type[0]).filter(c => "dmy".includes(c)).join("")`, &order)
	v.tabInto(name)
	v.Type(day.Format(strings.NewReplacer("d", "02", "m", "01", "y", "2006").Replace(order)))
}

// tabInto presses Tab until a field has the focus, whatever its parts are called.
func (v *visitor) tabInto(name string) {
	v.t.Helper()
	for range 60 {
		v.Press("Tab")
		var at string
		v.eval("document.activeElement.name ?? ''", &at)
		if at == name {
			return
		}
	}
	v.t.Fatalf("Tab does not lead to the field %s", name)
}
