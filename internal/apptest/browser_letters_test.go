package apptest_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/apptest/browser"
	"github.com/torg-no/torg/internal/demo"
)

// TestLetters_areLaidOutInABrowser, with scripts and without: the head moves a block,
// writes one of her own, mends what is missing and saves; the browser shows the block
// that was moved, and nothing is in the way of anybody.
func TestLetters_areLaidOutInABrowser(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]browser.Option{"scripts": nil, "plain": {browser.WithoutJavaScript()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Running: true, RealTime: true})
			v := visit(t, h, places()["nb"], options...)
			v.open("/login?return=/work/letters/kindergarten")
			v.WaitURL("idporten.localhost")
			v.ClickText(v.name(demo.Head))
			v.WaitURL("/work/letters/kindergarten")
			v.Click("button", v.say("casework.letter.up")+": "+v.say("casework.letter.block.appeal"))
			v.WaitURL("#block-4")
			v.press("casework.letter.add")
			v.WaitURL("#block-6")
			v.lookAt("letter-added", name)
			for _, lang := range []string{"nb", "nn"} {
				language := v.say("i18n.lang." + lang)
				v.Fill(v.say("casework.letter.heading", "language", language), "Slik er plassen")
				v.Fill(v.say("casework.template.text", "language", language), "Vi gleder oss til {child} begynner.")
			}
			v.press("casework.letter.save")
			v.see("casework.letter.need_text")
			v.lookAt("letter-refused", name)
			v.Fill(v.say("casework.letter.heading", "language", v.say("i18n.lang.en")), "About the place")
			v.Fill(v.say("casework.template.text", "language", v.say("i18n.lang.en")), "We look forward to {child}.")
			v.press("casework.letter.save")
			v.see("casework.flash.letter")
			v.lookAt("letter-saved", name)
			if strings.Contains(v.URL(), "#") {
				t.Errorf("saved, the page is at %s", v.URL())
			}
		})
	}
}

// lookAt checks the page wide and narrow, and with scripts for accessibility too.
func (v *visitor) lookAt(picture, how string) {
	v.t.Helper()
	for _, width := range []int64{360, 1280} {
		v.Viewport(width, 800)
		v.NoHorizontalScroll(v.t)
		v.Screenshot(picture + "-" + how + map[int64]string{360: "-360", 1280: "-1280"}[width])
		if how == "scripts" {
			v.Axe(v.t)
		}
	}
}
