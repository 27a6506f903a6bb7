package apptest_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/apptest/browser"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/property"
)

// sited is a garage on the map: in an application that is being written, and in a case.
type sited struct{ draft, caseID string }

func sitedOf(t *testing.T, h *apptest.Harness, number string) sited {
	t.Helper()
	ctx := h.As(torgoy, demo.Mother)
	ref, ok := property.ParseRef(number)
	if !ok {
		t.Fatalf("%q is no property", number)
	}
	draft, err := h.App.Applications.Start(ctx, building.FormKey, "")
	if err != nil {
		t.Fatal(err)
	}
	request, err := h.App.Building.Suggest(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err := h.App.Building.Fill(ctx, draft.ID, request); err != nil || len(wrong) > 0 {
		t.Fatalf("%v: %v", wrong, err)
	}
	opened, err := h.App.Applications.Open(ctx, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := apptest.Receive(h, torgoy, demo.Mother, building.FormKey, opened.Draft.Facts, apptest.Garage())
	return sited{draft.ID, c.ID}
}

func TestSitePage_isForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"})
	v.logIn(demo.Mother, "/my")
	v.inspect("/drafts/" + s.draft + "/site")
	v.inspect("/drafts/" + s.draft + "/site?choose=1&q=35")
	worker := visit(t, h, place{torgoy, "nb"})
	worker.logIn(demo.Planner, "/work")
	worker.inspect("/work/cases/" + s.caseID + "/site")
	worker.inspect("/work/cases/" + s.caseID)
}

// spot is where the building of the page stands: metres east and north, degrees.
type spot struct{ east, north, turn float64 }

func (v *visitor) spot() (s spot) {
	v.t.Helper()
	for name, n := range map[string]*float64{"east": &s.east, "north": &s.north, "turn": &s.turn} {
		var text string
		if err := json.Unmarshal(v.Eval(`document.querySelector("input[name=`+name+`]").value`), &text); err != nil {
			v.t.Fatal(err)
		}
		var err error
		if *n, err = strconv.ParseFloat(strings.NewReplacer(",", ".", "\u00a0", "").Replace(text), 64); err != nil {
			v.t.Fatalf("%s: %v", name, err)
		}
	}
	return s
}

// moves does something to the building, waits until the server has drawn it anew, and
// returns how far it was moved and turned. Sides are told in centimetres.
func (v *visitor) moves(what string, do func()) spot {
	v.t.Helper()
	before := v.spot()
	v.Eval(`document.querySelector("[data-site-state]").dataset.siteState = ""`)
	do()
	v.eventually(what, `document.querySelector("[data-site-state]").dataset.siteState === "moved" && document.querySelector("[name=by_east]").value + document.querySelector("[name=by_north]").value + document.querySelector("[name=by_turn]").value === ""`)
	after := v.spot()
	turn := math.Mod(after.turn-before.turn+540, 360) - 180
	return spot{after.east - before.east, after.north - before.north, turn}
}

func (s spot) near(want spot, metres float64) bool {
	return math.Hypot(s.east-want.east, s.north-want.north) <= metres && math.Abs(s.turn-want.turn) < 0.01
}

const buildingOf = `#site-drawing svg.drawn-map [class^="drawn-proposed"]`

func TestSitePage_movesTheBuilding(t *testing.T) {
	t.Parallel()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"})
	v.logIn(demo.Mother, "/my")
	v.open("/drafts/" + s.draft + "/site")
	v.eventually("the building can be moved", `document.querySelector('`+buildingOf+`')?.getAttribute("tabindex") === "0"`)
	v.byKeys()
	v.byPointer()
	v.byButtons()
	v.Axe(t)
	v.savesWhatIsNotAskedYet(s.draft)
}

// TestSitePage_inEnglish goes through the page with and without scripts: what it has written
// in its fields itself, it must read.
func TestSitePage_inEnglish(t *testing.T) {
	t.Parallel()
	h := running(t)
	number := plottedOf(t, h).ref
	for name, options := range map[string][]browser.Option{"with scripts": nil, "without scripts": {browser.WithoutJavaScript()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitedOf(t, h, number)
			v := visit(t, h, place{torgoy, "en"}, options...)
			v.logIn(demo.Mother, "/my")
			v.open("/drafts/" + s.draft + "/site")
			scripted := options == nil
			for _, button := range []string{"draw", "suggest", "move_north", "move_east", "turn_left", "draw"} {
				if !scripted {
					v.press("building.site." + button)
					v.see("building.site.result")
					continue
				}
				v.Eval(`window.stays = document.querySelector("#site-result").firstChild`)
				v.press("building.site." + button)
				v.eventually(button+" is answered", `window.stays !== undefined && document.querySelector("#site-result").firstChild !== window.stays`)
			}
			if v.Has("heading", v.say("ui.errors.title", "count", 1)) || strings.Contains(v.HTML(), `aria-invalid="true"`) {
				t.Errorf("the page does not read its own numbers: %s", v.URL())
			}
			v.press("building.site.save")
			v.WaitURL("/pages/")
			v.see("building.site.filled")
		})
	}
}

// TestSitePage_tellsWhatIsWrongWhenAFieldIsLeft types what is no number, goes on, and puts
// it right.
func TestSitePage_tellsWhatIsWrongWhenAFieldIsLeft(t *testing.T) {
	t.Parallel()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"})
	v.logIn(demo.Mother, "/my")
	v.AllowProblem("422") // of the server's answers to what is wrong
	v.open("/drafts/" + s.draft + "/site")
	const (
		width = `document.querySelector("input[name=width]")`
		state = `document.querySelector("[data-site-state]")`
		told  = `document.getElementById(` + width + `.getAttribute("aria-describedby").split(" ")[0])`
	)
	wrong := v.say("building.site.need_number", "least", 0.1, "most", 200.0)
	if !strings.Contains(wrong, "0,1 og 200") {
		t.Errorf("the bounds are written as %q", wrong)
	}
	v.Eval(width + `.focus()`)
	v.Eval(width + `.select()`)
	v.Type("0,01")
	if v.Eval(`window.before = document.querySelector("#site-drawing").firstElementChild`); string(v.Eval(width+`.getAttribute("aria-invalid")`)) != `"false"` {
		t.Error("the field is wrong before it is left")
	}
	v.Press("Tab")
	v.eventually("it is told beside the field", width+`.getAttribute("aria-invalid") === "true" && `+told+`.textContent.includes(`+quoted(wrong)+`)`)
	v.eventually("it is spoken", state+`.role === "status" && `+state+`.textContent.includes(`+quoted(wrong)+`)`)
	if string(v.Eval(width+`.value === "0,01" && document.querySelector("#site-drawing").firstElementChild === window.before && document.querySelector("#error-summary") === null`)) != "true" {
		t.Error("the page was left, or what was typed is gone")
	}
	v.Axe(t)
	v.Viewport(360, 780)
	v.NoHorizontalScroll(t)
	v.picture("site-wrong-360")
	v.Eval(width + `.focus()`)
	v.Eval(width + `.select()`)
	v.Type("5")
	v.Press("Tab")
	v.eventually("it is right again", width+`.getAttribute("aria-invalid") === "false" && document.getElementById(`+width+`.id + "-error") === null && `+state+`.textContent === ""`)
	v.Press("Tab")
	v.Eval(width + `.value = "seks"`)
	v.press("building.site.draw") // whoever presses gets the page that lists it
	v.WaitText(v.say("ui.errors.title", "count", 1))
	if string(v.Eval(width+`.value`)) != `"seks"` {
		t.Errorf("what was typed is gone: %s", v.Eval(width+`.value`))
	}
}

// TestSitePage_keepsWhatWasTypedMeanwhile changes a field while the answer to another is
// under way.
func TestSitePage_keepsWhatWasTypedMeanwhile(t *testing.T) {
	t.Parallel()
	h := running(t)
	s := sitedOf(t, h, plottedOf(t, h).ref)
	v := visit(t, h, place{torgoy, "nb"})
	v.logIn(demo.Mother, "/my")
	v.open("/drafts/" + s.draft + "/site")
	v.Eval(`(() => {
		const fetch = window.fetch
		window.asked = []
		window.fetch = async (address, how) => {
			window.asked.push(how.body.get("width") + " by " + how.body.get("length"))
			if (window.asked.length === 1) await new Promise(done => (window.goOn = () => setTimeout(done, 150)))
			const answer = await fetch(address, how)
			window.answered = (window.answered ?? 0) + 1
			return answer
		}
		window.types = (name, text) => {
			const field = document.querySelector("input[name=" + name + "]")
			field.value = text
			field.dispatchEvent(new Event("change", {bubbles: true}))
		}
	})()`)
	v.Eval(`window.types("width", "5")`)
	v.eventually("the first is asked", `window.asked.length === 1`)
	v.Eval(`(window.types("length", "4"), window.goOn())`)
	v.eventually("the last is answered", `window.asked.at(-1) !== window.asked[0] && window.answered > 0 && document.querySelector("[data-site-state]").textContent === ""`)
	got := string(v.Eval(`[document.querySelector("input[name=width]").value, document.querySelector("input[name=length]").value, window.asked.at(-1)]`))
	if got != `["5","4","5 by 4"]` {
		t.Errorf("the fields are %s", got)
	}
}

// byKeys presses faster than the server answers, and loses neither a step nor the focus.
func (v *visitor) byKeys() {
	v.t.Helper()
	v.Eval(`document.querySelector('` + buildingOf + `').focus()`)
	got := v.moves("three steps north and one west", func() {
		for _, key := range []string{"ArrowUp", "ArrowUp", "ArrowLeft", "ArrowUp"} {
			v.Press(key)
		}
	})
	if !got.near(spot{-1, 3, 0}, 0.05) {
		v.t.Errorf("the arrows moved it %+v", got)
	}
	if focus := v.Focused(); !strings.Contains(focus, v.say("building.site.building")) {
		v.t.Errorf("the focus is on %s", focus)
	}
	v.eventually("it is told how far it is", `document.querySelector("[data-site-state]").textContent.includes("m til")`)
	if got := v.moves("fine steps", func() { v.Press("Shift+ArrowDown"); v.Press("Shift+ArrowDown"); v.Press("Shift+ArrowRight") }); !got.near(spot{0.1, -0.2, 0}, 0.05) {
		v.t.Errorf("with Shift they moved it %+v", got)
	}
	if got := v.moves("turns", func() { v.Press("r"); v.Press("r"); v.Press("Shift+R"); v.Press("t") }); !got.near(spot{0, 0, 6}, 0.05) {
		v.t.Errorf("R and T turned it %+v", got)
	}
	if at := string(v.Eval(`Math.round(scrollY)`)); at != "0" && v.Focused() == "" {
		v.t.Errorf("the page has scrolled to %s", at)
	}
}

// byPointer drags with mouse and finger: how many metres a pixel is, the picture tells.
func (v *visitor) byPointer() {
	v.t.Helper()
	var metre float64
	v.eval(`(() => {
		const box = JSON.parse(document.querySelector("form[data-site]").dataset.site)
		return document.querySelector("svg.drawn-map").getBoundingClientRect().width / (box[2] - box[0])
	})()`, &metre)
	if got := v.moves("the mouse", func() { v.Drag(buildingOf, 4*metre, 2*metre) }); !got.near(spot{4, -2, 0}, 0.2) {
		v.t.Errorf("the mouse moved it %+v", got)
	}
	if got := v.moves("a finger", func() { v.Swipe(buildingOf, -3*metre, -2*metre) }); !got.near(spot{-3, 2, 0}, 0.2) {
		v.t.Errorf("a finger moved it %+v", got)
	}
	if got := v.moves("the handle", func() { v.Drag(".t-site-handle", 40, 0) }); got.turn == 0 || !got.near(spot{0, 0, got.turn}, 0.05) {
		v.t.Errorf("the handle turned it %+v", got)
	}
}

func (v *visitor) byButtons() {
	v.t.Helper()
	if got := v.moves("the button", func() { v.press("building.site.move_east") }); !got.near(spot{1, 0, 0}, 0.05) {
		v.t.Errorf("the button moved it %+v", got)
	}
	v.Select(v.say("building.site.step_metres"), "5 m")
	v.Eval(`document.querySelector('` + buildingOf + `').focus()`)
	if got := v.moves("a long step", func() { v.Press("ArrowLeft") }); !got.near(spot{-5, 0, 0}, 0.05) {
		v.t.Errorf("the long step moved it %+v", got)
	}
}

// savesWhatIsNotAskedYet saves in the moment after a step: the step goes along.
func (v *visitor) savesWhatIsNotAskedYet(draft string) {
	v.t.Helper()
	before := v.spot()
	v.Eval(`(() => {
		document.querySelector('` + buildingOf + `').dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}))
		document.querySelector("button[value=save]").click()
	})()`)
	v.WaitURL("/pages/")
	v.open("/drafts/" + draft + "/site")
	after := v.spot()
	if got := (spot{after.east - before.east, after.north - before.north, 0}); !got.near(spot{5, 0, 0}, 0.05) {
		v.t.Errorf("what was saved is moved %+v", got)
	}
}
