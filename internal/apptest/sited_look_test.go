package apptest_test

import (
	"math"
	"testing"

	"github.com/torg-no/torg/internal/apptest/browser"
	"github.com/torg-no/torg/internal/demo"
)

// box is the ground that the drawing of the page shows: west, south, east, north.
type box [4]float64

func (b box) wide() float64 { return b[2] - b[0] }

func (b box) middle() (east, north float64) { return (b[0] + b[2]) / 2, (b[1] + b[3]) / 2 }

func (v *visitor) box() (b box) {
	v.t.Helper()
	v.eval(`JSON.parse(document.querySelector("form[data-site]").dataset.site)`, &b)
	return b
}

const (
	mapOf     = `#site-drawing svg.drawn-map`
	stateOf   = `document.querySelector("[data-site-state]")`
	settled   = `document.querySelector("` + mapOf + ` > svg").getAttribute("viewBox") === null`
	sightIs   = `document.querySelector("input[name=sight]").value`
	lettersOf = `[...document.querySelectorAll("#site-drawing svg.drawn-map > svg text")]`
)

// looks does something to the ground, waits until the server has drawn it anew, and returns
// what is seen before and after.
func (v *visitor) looks(what string, do func()) (before, after box) {
	v.t.Helper()
	before = v.box()
	v.Eval(stateOf + `.dataset.siteState = ""`)
	do()
	v.eventually(what, stateOf+`.dataset.siteState === "seen" && `+settled)
	return before, v.box()
}

// onSite opens the page with a garage in its place.
func onSite(t *testing.T, options ...browser.Option) *visitor {
	t.Helper()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"}, options...)
	v.logIn(demo.Mother, "/my")
	v.open("/drafts/" + s.draft + "/site")
	return v
}

func TestSitePage_looksAround(t *testing.T) {
	t.Parallel()
	v := onSite(t)
	v.eventually("the ground can be moved", `document.querySelector("`+mapOf+`")?.getAttribute("tabindex") === "0"`)
	stands := v.spot()
	v.looksByButtons()
	v.looksByKeys()
	v.looksByPointer()
	v.Axe(t)
	if now := v.spot(); now != stands {
		t.Errorf("the building was at %+v and is at %+v", stands, now)
	}
	v.movesOnOtherGround()
	v.looksWhileItMoves()
	v.looksOverWhatIsWrong()
}

func (v *visitor) looksByButtons() {
	v.t.Helper()
	before, after := v.looks("closer", func() { v.press("building.site.nearer") })
	if math.Abs(after.wide()*1.5-before.wide()) > 0.1 {
		v.t.Errorf("closer is from %v to %v", before, after)
	}
	v.eventually("it is told what is seen", stateOf+`.textContent.includes("Kartet viser")`)
	if before, after = v.looks("east", func() { v.press("building.site.see_east") }); math.Abs(after[0]-before[0]-before.wide()/4) > 0.1 || math.Abs(after[1]-before[1]) > 0.1 {
		v.t.Errorf("east is from %v to %v", before, after)
	}
	if before, after = v.looks("near the building", func() { v.press("building.site.see_building") }); after.wide() > before.wide() {
		v.t.Errorf("near the building is from %v to %v", before, after)
	}
	v.looks("the whole", func() { v.press("building.site.see_whole") })
	if got := string(v.Eval(sightIs)); got != `""` {
		v.t.Errorf("the whole property is carried as %s", got)
	}
	small := string(v.Eval(`[...document.querySelectorAll(".t-site-look button")].filter(e => { const r = e.getBoundingClientRect(); return r.width < 44 || r.height < 44 }).map(e => e.textContent)`))
	if small != "[]" {
		v.t.Errorf("too small to hit: %s", small)
	}
}

// looksByKeys presses faster than the server answers.
func (v *visitor) looksByKeys() {
	v.t.Helper()
	focus := `document.querySelector("` + mapOf + `").focus()`
	v.Eval(focus)
	before, after := v.looks("closer twice", func() { v.Press("+"); v.Press("+") })
	if math.Abs(after.wide()*2.25-before.wide()) > 0.1 {
		v.t.Errorf("+ twice is from %v to %v", before, after)
	}
	before, after = v.looks("north and west", func() { v.Press("ArrowUp"); v.Press("ArrowLeft"); v.Press("ArrowUp") })
	if e, n := (before[0]-after[0])/before.wide(), (after[1]-before[1])/(before[3]-before[1]); math.Abs(e-0.25) > 0.01 || math.Abs(n-0.5) > 0.01 {
		v.t.Errorf("the arrows went %v west and %v north", e, n)
	}
	if got := string(v.Eval(`document.activeElement === document.querySelector("` + mapOf + `")`)); got != "true" {
		v.t.Errorf("the focus is on %s", v.Focused())
	}
	v.looks("further", func() { v.Press("-") })
	v.looks("the whole", func() { v.Press("0") })
	v.Eval(`document.querySelector('` + buildingOf + `').focus()`)
	if before, after = v.looks("closer with the building selected", func() { v.Press("+") }); after.wide() >= before.wide() {
		v.t.Errorf("it is from %v to %v", before, after)
	}
	if got := string(v.Eval(`document.activeElement === document.querySelector('` + buildingOf + `')`)); got != "true" {
		v.t.Errorf("the focus is on %s", v.Focused())
	}
}

// looksByPointer drags the ground where the building is not.
func (v *visitor) looksByPointer() {
	v.t.Helper()
	pixel := func() (metres float64) {
		v.eval(`1 / document.querySelector("`+mapOf+`").getBoundingClientRect().width`, &metres)
		return metres * v.box().wide()
	}
	m := pixel()
	before, after := v.looks("the mouse", func() { v.DragFrom(mapOf, 0.08, 0.15, 60, 30) })
	if math.Abs(before[0]-after[0]-60*m) > m || math.Abs(after[1]-before[1]-30*m) > m || math.Abs(after.wide()-before.wide()) > 0.05 {
		v.t.Errorf("dragged from %v to %v, a pixel is %v m", before, after, m)
	}
	before, after = v.looks("the wheel", func() { v.Wheel(mapOf, -100, true) })
	be, bn := before.middle()
	if ae, an := after.middle(); after.wide() >= before.wide() || math.Hypot(ae-be, an-bn) > 0.1 {
		v.t.Errorf("the wheel went from %v to %v", before, after)
	}
	now := v.box()
	v.Eval(`scrollTo(0, 0)`)
	v.Wheel(mapOf, 200, false)
	v.eventually("the wheel without Ctrl scrolls the page", `scrollY > 0`)
	if v.box() != now {
		v.t.Errorf("and it goes from %v to %v", now, v.box())
	}
	before, after = v.looks("two fingers", func() { v.Pinch(mapOf, 200, 0.5) })
	if math.Abs(after.wide()-before.wide()*2) > 0.05*after.wide() {
		v.t.Errorf("two fingers went from %v to %v", before, after)
	}
}

// movesOnOtherGround moves the building after one has gone closer: a pixel is fewer metres,
// and the numbers are those of the ground.
func (v *visitor) movesOnOtherGround() {
	v.t.Helper()
	v.looks("near the building", func() { v.press("building.site.see_building") })
	seen := v.box()
	var metre float64
	v.eval(`document.querySelector("`+mapOf+`").getBoundingClientRect().width`, &metre)
	metre /= seen.wide()
	if got := v.moves("the mouse", func() { v.Drag(buildingOf, 2*metre, -metre) }); !got.near(spot{2, 1, 0}, 0.1) {
		v.t.Errorf("the mouse moved it %+v", got)
	}
	if now := v.box(); math.Abs(now[0]-seen[0]) > 0.02 || math.Abs(now.wide()-seen.wide()) > 0.02 {
		v.t.Errorf("the ground went along from %v to %v", seen, now)
	}
	if got := v.moves("the handle", func() { v.Drag(".t-site-handle", 30, 0) }); got.turn == 0 || !got.near(spot{0, 0, got.turn}, 0.05) {
		v.t.Errorf("the handle turned it %+v", got)
	}
}

// looksWhileItMoves looks elsewhere before the server has answered a step: neither is lost.
func (v *visitor) looksWhileItMoves() {
	v.t.Helper()
	before := v.box()
	got := v.moves("a step and a look", func() {
		v.Eval(`(() => {
			document.querySelector('` + buildingOf + `').dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}))
			document.querySelector("button[value=further]").click()
		})()`)
	})
	if !got.near(spot{1, 0, 0}, 0.05) {
		v.t.Errorf("the step moved it %+v", got)
	}
	v.eventually("it is drawn", settled)
	if after := v.box(); math.Abs(after.wide()-before.wide()*1.5) > 0.1 {
		v.t.Errorf("the ground is from %v to %v", before, after)
	}
}

// looksOverWhatIsWrong goes on looking with a width that is none.
func (v *visitor) looksOverWhatIsWrong() {
	v.t.Helper()
	v.AllowProblem("422")
	const width = `document.querySelector("input[name=width]")`
	v.Eval(`(() => { ` + width + `.value = "bred"; ` + width + `.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	v.eventually("it is told", width+`.getAttribute("aria-invalid") === "true"`)
	before, after := v.looks("west", func() { v.press("building.site.see_west") })
	if after[0] >= before[0] || string(v.Eval(width+`.value`)) != `"bred"` {
		v.t.Errorf("from %v to %v, and the width is %s", before, after, v.Eval(width+`.value`))
	}
	v.Eval(`(() => { ` + width + `.value = "6"; ` + width + `.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	v.eventually("the building is back", `document.querySelector('`+buildingOf+`') !== null && `+width+`.getAttribute("aria-invalid") === "false"`)
}

// On a phone the drawing is made for the screen, a finger takes hold of the building and of
// the ground, and up and down it scrolls the page until one has gone closer.
func TestSitePage_onAPhone(t *testing.T) {
	t.Parallel()
	v := onSite(t)
	v.Viewport(360, 780)
	v.Reload()
	v.eventually("it is drawn for the screen", `(() => {
		const svg = document.querySelector("`+mapOf+`")
		return svg?.tabIndex === 0 && Math.abs(svg.viewBox.baseVal.width * 1.25 - svg.getBoundingClientRect().width) < 2 && svg.viewBox.baseVal.height === svg.viewBox.baseVal.width
	})()`)
	v.eventually("nobody is told of it", stateOf+`.textContent === ""`)
	v.NoHorizontalScroll(t)
	v.Axe(t)
	small := string(v.Eval(lettersOf + `.filter(e => { const m = e.getScreenCTM(); return parseFloat(e.parentElement.getAttribute("font-size")) * Math.hypot(m.a, m.b) < 8.5 }).map(e => e.textContent)`))
	if small != "[]" {
		t.Errorf("too small to read: %s", small)
	}
	v.picture("site-360")
	if got := v.moves("a finger beside the building", func() {
		v.SwipeFrom(buildingOf, -0.2, 0.5, 40, 0)
	}); got.east < 1 {
		t.Errorf("a finger moved it %+v", got)
	}
	now := v.box()
	v.Eval(`scrollTo(0, 0)`)
	v.SwipeFrom(mapOf, 0.1, 0.9, 0, -150)
	if v.box() != now {
		t.Errorf("the ground went from %v to %v, where the page should scroll", now, v.box())
	}
	v.looks("closer", func() { v.press("building.site.nearer") })
	before, after := v.looks("a finger", func() { v.SwipeFrom(mapOf, 0.1, 0.3, 20, 60) })
	if after == before { // the browser knows what a finger may do there with the next picture it shows
		before, after = v.looks("a finger", func() { v.SwipeFrom(mapOf, 0.1, 0.3, 20, 60) })
	}
	if after[1] <= before[1] || after[0] >= before[0] {
		t.Errorf("a finger took the ground from %v to %v", before, after)
	}
	v.picture("site-nearer-360")
}
