package apptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest/browser"
)

// eventually waits until a script says "true".
func (v *visitor) eventually(what, script string) {
	v.t.Helper()
	for range 150 {
		if string(v.Eval(script)) == "true" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	v.t.Fatalf("%s: never so\n%s", what, v.Eval(`document.querySelector("[data-map]")?.outerHTML.slice(0, 200)`))
}

// drawn waits until the map has drawn what it has asked for.
func (v *visitor) drawn() {
	v.t.Helper()
	v.eventually("the map is drawn", `document.querySelector("[data-map]")?.dataset.state === "ready"`)
}

const (
	statusText  = `document.querySelector("[data-map-status]").textContent`
	answerTitle = `(document.querySelector("[data-answer] h2")?.textContent ?? "")`
)

// TestMap_livesInABrowser finds an address, asks by pressing and by keyboard, turns
// layers on, goes back in time and shares, on the map that the browser draws.
func TestMap_livesInABrowser(t *testing.T) {
	t.Parallel()
	h := running(t)
	v := visit(t, h, place{torgoy, "nb"})
	v.open("/map")
	v.drawn()
	if others := string(v.Eval(`performance.getEntriesByType("resource").map(r => new URL(r.name).host).filter(h => h !== location.host)`)); others != "[]" {
		t.Errorf("other hosts were asked: %s", others)
	}
	v.Axe(t)
	v.searches()
	v.presses()
	v.asksByKeyboard()
	v.choosesLayers()
	v.goesBackInTime()
	v.shares()
	v.isRefusedItsPlace()
}

func (v *visitor) searches() {
	v.t.Helper()
	v.Fill(v.say("maps.search.label"), "Kaiveien 3")
	v.eventually("suggestions come", `document.querySelectorAll("#map-hits [role=option]").length > 0`)
	v.Axe(v.t)
	v.picture("map-suggestions")
	v.Press("ArrowDown")
	v.eventually("the first is marked", `document.querySelector("#map-q").getAttribute("aria-activedescendant") === "map-hits-0"`)
	v.Press("Enter")
	v.eventually("the answer comes", answerTitle+` !== ""`)
	v.eventually("it is spoken", statusText+`.includes("Kaiveien")`)
	v.eventually("the address of the page tells the place", `/[?&]e=\d+/.test(location.search)`)
	v.drawn()
	for _, size := range [][2]int64{{320, 640}, {360, 780}, {1280, 800}} {
		v.Viewport(size[0], size[1])
		v.NoHorizontalScroll(v.t)
		v.Axe(v.t)
		v.scaleIsFree()
		v.pinIsSeen()
	}
	v.picture("map-answer-1280")
	small := string(v.Eval(`[...document.querySelectorAll(".t-map button, .t-map__actions a, .t-map__search input")].filter(e => e.checkVisibility()).filter(e => { const r = e.getBoundingClientRect(); return r.width < 44 || r.height < 44 }).map(e => e.textContent)`))
	if small != "[]" {
		v.t.Errorf("too small to hit: %s", small)
	}
}

// pinIsSeen fails when the place that was asked about is no longer seen: the panel lies
// beside the map in a wide window and below it in a narrow one.
func (v *visitor) pinIsSeen() {
	v.t.Helper()
	const script = `(() => {
		const [pin, panel, stage] = [".maplibregl-marker", "[data-map-panel]", "[data-map-stage]"].map(s => document.querySelector(s).getBoundingClientRect())
		const [x, y] = [pin.left + pin.width / 2, pin.top + pin.height / 2]
		return x > stage.left && x < stage.right && y > stage.top && y < stage.bottom && !(x > panel.left && x < panel.right && y > panel.top && y < panel.bottom)
	})()`
	v.eventually("the pin is seen", script)
}

// scaleIsFree fails when the credits lie on the scale bar, with the panel open or not.
func (v *visitor) scaleIsFree() {
	v.t.Helper()
	const script = `(() => {
		const [bar, credits] = [".maplibregl-ctrl-scale", ".t-map__foot"].map(s => document.querySelector(s).getBoundingClientRect())
		return bar.width > 20 && credits.width > 20 && (bar.right <= credits.left || bar.bottom <= credits.top)
	})()`
	v.eventually("the scale bar is seen to its end", script)
}

// presses asks by pressing in the middle of the map, where the panel is not.
func (v *visitor) presses() {
	v.t.Helper()
	v.Eval(`document.querySelector("[data-answer] h2").textContent = ""`)
	v.Eval(`(() => {
		const canvas = document.querySelector("canvas.maplibregl-canvas"), r = canvas.getBoundingClientRect()
		for (const kind of ["mousedown", "mouseup", "click"]) canvas.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: r.left + r.width * 0.6, clientY: r.top + r.height * 0.5, button: 0}))
	})()`)
	v.eventually("the answer comes", answerTitle+` !== ""`)
}

func (v *visitor) asksByKeyboard() {
	v.t.Helper()
	v.Eval(`document.querySelector("[data-answer] h2").textContent = ""`)
	v.Eval(`document.querySelector("[data-map-stage]").focus()`)
	v.drawn()
	v.Eval(statusText + ` = ""`)
	v.Press("ArrowRight")
	v.Press("ArrowDown")
	v.eventually("the crosshair is seen", `document.querySelector(".t-map__cross").checkVisibility()`)
	// What is told comes from what is drawn under the crosshair.
	v.eventually("what is drawn there is told", statusText+` !== "" && `+statusText+` !== `+quoted(v.say("maps.script.nothing_named")))
	v.Press("Enter")
	v.eventually("the answer has the focus", `document.activeElement?.closest("[data-answer]") !== null && `+answerTitle+` !== ""`)
	v.Press("Escape")
	v.eventually("the panel is closed and the map has the focus again", `document.querySelector("[data-map-panel]").hidden && document.activeElement === document.querySelector("[data-map-stage]")`)
}

func (v *visitor) choosesLayers() {
	v.t.Helper()
	v.press("maps.tools.layers")
	v.Axe(v.t)
	v.Eval(`document.querySelector("#layer-plan_zones").click()`)
	v.eventually("the address tells the layer", `location.search.includes("on=plan_zones")`)
	v.drawn()
	v.picture("map-plans-1280")
}

func (v *visitor) goesBackInTime() {
	v.t.Helper()
	v.Fill(v.say("maps.date.label"), "1999-06-01")
	v.eventually("the plans of that day are drawn", `document.querySelector("[data-map]").dataset.past === "1999-06-01"`)
	v.eventually("the address tells the day", `location.search.includes("date=1999-06-01")`)
	v.press("maps.date.today")
	v.eventually("today is back", `!location.search.includes("date=")`)
}

func (v *visitor) shares() {
	v.t.Helper()
	v.press("maps.tools.share")
	v.eventually("the address is there to be copied", `document.querySelector("[data-share-field]").value === location.href`)
	v.press("maps.tools.print")
	v.eventually("the print is of what is seen", `document.querySelector("[data-view]").value === location.search`)
	v.Axe(v.t)
}

// isRefusedItsPlace asks where one is in a browser that may not tell.
func (v *visitor) isRefusedItsPlace() {
	v.t.Helper()
	v.Eval(`navigator.geolocation.getCurrentPosition = (ok, wrong) => wrong({code: 1})`)
	v.press("maps.tools.me")
	v.eventually("it is told in words", statusText+` === `+quoted(v.say("maps.script.locate_refused")))
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

// TestMap_isAPageWithoutScripts goes the same way by pictures and links.
func TestMap_isAPageWithoutScripts(t *testing.T) {
	t.Parallel()
	h := running(t)
	v := visit(t, h, place{torgoy, "nb"}, browser.WithoutJavaScript())
	v.open("/map?q=Kaiveien+3")
	v.ClickText("Kaiveien 3")
	v.see("maps.here.goes")
	v.follow("maps.plain.nearer")
	v.see("maps.here.goes")
	v.Check("Arealplaner")
	v.press("maps.layers.show")
	v.WaitURL("show=plans")
	v.picture("map-plain-1280")
}
