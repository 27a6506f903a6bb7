package apptest_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
)

// reference is the id of a request.
var reference = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// TestFaultPages_areForEverybody shows what one sees when something goes wrong with
// us, in each language: a page that says so, with the id that is in our log, and no
// word of what it was.
func TestFaultPages_areForEverybody(t *testing.T) {
	t.Parallel()
	h := running(t)
	const secret = "password=hunter2"
	broken := h.App.Site.Routes("apptest") // of this test only: the product has no such address
	broken.Page("GET /apptest/error", access.Public, func(http.ResponseWriter, *http.Request) error { return errors.New(secret) })
	broken.Page("GET /apptest/panic", access.Public, func(http.ResponseWriter, *http.Request) error { panic(secret) })
	for name, at := range places() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := visit(t, h, at)
			v.AllowProblem("500")
			for _, path := range []string{"/apptest/error", "/apptest/panic"} {
				v.inspect(path)
				v.says(secret)
			}
			v.logIn(demo.Mother, "/my")
			v.inspect("/apptest/error")
			v.says(secret)
		})
	}
}

// says checks the page of a fault.
func (v *visitor) says(secret string) {
	v.t.Helper()
	v.see("web.error.title.internal")
	v.see("errs.internal")
	var page struct {
		Lang, Text, HTML string
		Status           int
	}
	v.eval(`({lang: document.documentElement.lang, text: document.body.innerText, html: document.documentElement.outerHTML,
		status: performance.getEntriesByType("navigation")[0].responseStatus})`, &page)
	if page.Status != http.StatusInternalServerError || page.Lang != v.words.Lang().Tag() {
		v.t.Errorf("status %d in %s, want 500 in %s", page.Status, page.Lang, v.words.Lang())
	}
	if strings.Contains(page.HTML, secret) || placeholder.MatchString(page.Text) {
		v.t.Errorf("the page tells too much or too little:\n%s", page.Text)
	}
	if !reference.MatchString(page.Text) {
		v.t.Errorf("the page has no id to call about:\n%s", page.Text)
	}
}
