package apptest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/web"
)

// TestPages_areForEverybody opens every page of the route table as somebody who
// may see it, on a phone and on a desk, at twice the size and at night: axe finds
// nothing, nothing scrolls sideways, the console is silent. A page that is added
// without an address here fails the test.
func TestPages_areForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	w := worldOf(t, h)
	addresses := w.addresses(t)
	for _, route := range h.App.Site.Table() {
		if known := addresses[route.Path]; (route.Kind == web.KindPage || route.Kind == web.KindData) && len(known.paths) == 0 && !slices.Contains(append(noPages(), noOpenPages()...), route.Path) {
			t.Errorf("%s %s has no address in this test", route.Module, route.Path)
		}
	}
	for who, list := range byReader(addresses) {
		t.Run(string(who), func(t *testing.T) {
			t.Parallel()
			v := visit(t, h, place{torgoy, "nb"})
			if who != nobody {
				v.logIn(who, "/my")
			}
			for _, path := range list {
				v.inspect(path)
			}
		})
	}
}

// nobody reads a page without a log-in.
const nobody demo.Part = "nobody"

// noPages are routes of kind page whose answer is no page: they lead on, or send
// a file.
func noPages() []string {
	return []string{
		"/map/here", "/map/style.json", "/map/picture.svg", "/map/print.pdf", "/around/feed.atom", "/robots.txt", "/login", "/login/callback", "/logout/front-channel", "/drafts/{id}",
		"/my/cases/{id}/sent.pdf", "/work/cases/{id}/sent.pdf", "/drafts/{id}/site.pdf", "/work/cases/{id}/site.pdf", "/work/appeals/{id}/package", "/my/takeout/{id}/file", "/work/cases/{id}/reasons",
		"/work/print/{letter}", "/work/print/{letter}/enclosure",
		"/my/notices/{id}/receipt", "/work/notices/{id}/receipt", "/my/notices/{id}/letters/{recipient}", "/my/notices/{id}/drawings/{drawing}",
		"/my/neighbour-notices/{neighbour}/drawings/{drawing}", "/notice/{code}/drawings/{drawing}", "/work/notices/{id}/drawings/{drawing}",
		"/my/cases/{id}/documents/{document}", "/work/cases/{id}/documents/{document}", "/work/load/csv",
		// Without the device's cookie there is nothing; they look as those of a draft.
		"/unbound/{id}", "/unbound/{id}/pages/{page}", "/unbound/{id}/summary", "/unbound/{id}/receipt", "/unbound/{id}/delete",
	}
}

// address is what to open for a route, and as whom.
type address struct {
	reader demo.Part
	paths  []string
}

func byReader(all map[string]address) map[demo.Part][]string {
	list := map[demo.Part][]string{}
	for _, a := range all {
		list[a.reader] = append(list[a.reader], a.paths...)
	}
	for _, paths := range list {
		slices.Sort(paths)
	}
	return list
}

// inspect looks at a page in all the ways people do.
func (v *visitor) inspect(path string) {
	v.t.Helper()
	v.open(path)
	v.check(path)
}

// check looks at the page that is open. Names of pictures are made from its path.
func (v *visitor) check(path string) {
	v.t.Helper()
	name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path), "-")
	v.Viewport(320, 640) // WCAG 2.2, 1.4.10
	v.NoHorizontalScroll(v.t)
	v.tagsAreWhole()
	v.Viewport(360, 780)
	v.NoHorizontalScroll(v.t)
	v.tagsAreWhole()
	v.Axe(v.t)
	v.picture(name + "-360")
	v.Viewport(1280, 800)
	v.Zoom(2) // WCAG 2.2, 1.4.4
	v.NoHorizontalScroll(v.t)
	v.Viewport(1280, 800)
	v.NoHorizontalScroll(v.t)
	v.Axe(v.t)
	v.picture(name + "-1280")
	v.checkAtNight(name)
}

// tagsAreWhole fails when a tag is squeezed: higher than three lines, or a word of it broken.
func (v *visitor) tagsAreWhole() {
	v.t.Helper()
	const script = `(() => {
		const broken = (tag) => {
			const walk = document.createTreeWalker(tag, NodeFilter.SHOW_TEXT), range = document.createRange()
			for (let text = walk.nextNode(); text; text = walk.nextNode()) {
				for (const word of text.data.matchAll(/[^\s\-–\/]+/g)) {
					range.setStart(text, word.index)
					range.setEnd(text, word.index + word[0].length)
					if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) return true
				}
			}
			return false
		}
		return [...document.querySelectorAll(".ds-tag")].filter(tag => tag.checkVisibility()).filter(tag => {
			const style = getComputedStyle(tag), line = parseFloat(style.lineHeight) || 1.5 * parseFloat(style.fontSize)
			return tag.getBoundingClientRect().height > 3.9 * line || broken(tag)
		}).slice(0, 5).map(tag => { const r = tag.getBoundingClientRect(); return tag.textContent.trim() + " " + Math.round(r.width) + "×" + Math.round(r.height) })
	})()`
	if squeezed := string(v.Eval(script)); squeezed != "[]" {
		v.t.Errorf("%s: squeezed tags: %s", v.URL(), squeezed)
	}
}

// checkAtNight looks at the page that is open in dark colours.
func (v *visitor) checkAtNight(name string) {
	v.t.Helper()
	v.DarkMode(true)
	v.Axe(v.t)
	v.picture(name + "-dark")
	v.DarkMode(false)
}

// picture saves what the page looks like, for those who design it, when the
// environment names a folder for all pages.
func (v *visitor) picture(name string) {
	v.t.Helper()
	if os.Getenv("TORG_SCREENSHOTS_ALL") != "" {
		v.Screenshot(name)
	}
}

func TestErrorPages_areForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	w := worldOf(t, h)
	v := visit(t, h, place{torgoy, "nb"})
	v.inspect("/finnes-ikke")
	v.logIn(demo.Mother, "/my")
	v.inspect("/work")
	v.see("errs.forbidden")
	v.inspect("/my/cases/" + w.waiting)
	v.open("/my/contact")
	v.Fill(v.say("mypage.contact.email")+" "+v.say("ui.field.optional"), "ikke en adresse")
	v.press("mypage.contact.save")
	v.WaitText(v.say("ui.errors.title", "count", 1))
	v.check("/feil-422")
	v.Goto(strings.Replace(v.h.URL("torgoy", "/"), "torgoy", "ukjent", 1))
	v.check("/ukjent-vert")
}

func TestPortal_isForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	v := visit(t, h, place{torgoy, "nb"})
	site := "http://localhost:" + h.Port
	for name, path := range map[string]string{"portal": "/", "outbox": "/outbox", "portal-404": "/nei"} {
		v.Goto(site + path)
		v.check(name)
	}
	v.Goto(site + "/outbox")
	v.Eval(`document.querySelector(".t-table a").click()`)
	v.WaitText(v.say("demo.outbox.text"))
	v.check("outbox-message")
	v.open("/login?return=/my")
	v.WaitURL("idporten.localhost")
	v.check("idporten")
}

func TestKeyPages_atNight(t *testing.T) {
	t.Parallel()
	h := running(t)
	w := worldOf(t, h)
	v := visit(t, h, place{torgoy, "nb"})
	v.open("/")
	v.checkAtNight("front")
	v.logIn(demo.Apart, "/my/cases/"+w.offered)
	v.checkAtNight("my-case")
	v.open("/drafts/" + w.draft + "/pages/wishes")
	v.checkAtNight("form")
	staff := visit(t, h, place{torgoy, "nb"})
	staff.logIn(demo.CaseWorker, "/work")
	staff.checkAtNight("work")
	staff.open("/work/cases/" + w.mine)
	staff.checkAtNight("work-case")
	staff.open("/work/cases/" + w.mine + "/decision")
	staff.checkAtNight("decision")
}
