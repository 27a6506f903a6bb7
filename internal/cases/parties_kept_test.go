package cases_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// partiesForm is one of the forms of the page about the parties, as it is posted.
type partiesForm struct {
	path   string
	fields url.Values // beside the reason, the version and the key
	// kept are the fields that stand in the form when it comes back; of the others, such
	// as a national number or that one is sure, each must be given anew.
	kept []string
}

// partiesForms are all of them, by the name of what they ask.
func partiesForms(t *testing.T, h *apptest.Harness) map[string]partiesForm {
	t.Helper()
	father, apart := identity.From(h.As(0, demo.CoParent)).PersonID, identity.From(h.As(0, demo.Apart)).PersonID
	return map[string]partiesForm{
		"include": {"", url.Values{"number": {numberOf(t, h, demo.Apart)}, "role": {string(cases.RoleHeir)}, "name": {"Et dødsbo"}}, []string{"role", "name"}},
		"confirm": {"", url.Values{"person": {apart}, "role": {string(cases.RoleAgent)}}, []string{"person", "role"}},
		"replace": {"/applicant", url.Values{"person": {father}}, []string{"person"}},
		"exclude": {"/end", url.Values{"person": {father}}, []string{"person"}},
		"lapse":   {"/lapse", url.Values{"sure": {"true"}}, nil},
	}
}

// standsIn reports whether a value stands in a field of a form: typed, chosen, or hidden.
func standsIn(p *apptest.Page, path, name, value string) bool {
	for _, form := range p.All("form") {
		if !strings.HasSuffix(form.Attr("action"), path) {
			continue
		}
		for _, tag := range []string{"input", "textarea"} {
			for _, e := range form.All(tag) {
				switch kind := e.Attr("type"); {
				case e.Attr("name") != name:
				case tag == "textarea" && e.Words() == value,
					e.Attr("value") == value && (kind != "radio" && kind != "checkbox" || e.Has("checked")):
					return true
				}
			}
		}
	}
	return false
}

// What was typed in any of the forms about the parties is not lost when it is refused: for
// what is wrong in it, or since the case has changed meanwhile. The form is open, and each
// word of what is wrong leads to its field.
func TestParties_everyFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := mothersCase(t, h)
		v, at := h.Visitor("torgoy").As(demo.Head), "/work/cases/"+c.ID+"/parties"
		words := h.App.Bundle.For(i18n.NB)
		for name, form := range partiesForms(t, h) {
			path := at + form.path
			if name == "lapse" {
				path = "/work/cases/" + c.ID + form.path
			}
			for why, test := range map[string]struct {
				status int
				reason string
				old    bool // the version that was read
				says   string
			}{
				"too short a reason":   {http.StatusUnprocessableEntity, "kort", false, words.T("cases.parties.need_reason", "least", 10)},
				"the case has changed": {http.StatusConflict, "Retten har bestemt noe annet.", true, words.T("errs.conflict")},
			} {
				if name == "include" && test.old {
					continue // it only looks somebody up
				}
				page := v.Get(at).Must(http.StatusOK)
				fields := url.Values{"version": {page.Value("version")}, "once": {name + why}, "reason": {test.reason}}
				if test.old {
					fields.Set("version", "1000")
				}
				for field, values := range form.fields {
					fields[field] = values
				}
				again := v.Post(path, fields).Must(test.status).Has(test.says)
				if !standsIn(again, path, "reason", test.reason) {
					t.Errorf("%s, %s: the reason is lost", name, why)
				}
				for _, field := range form.kept {
					if !standsIn(again, path, field, form.fields.Get(field)) {
						t.Errorf("%s, %s: %s is lost", name, why, field)
					}
				}
				if form.fields.Has("number") && strings.Contains(string(again.Body), form.fields.Get("number")) {
					t.Errorf("%s, %s: the page shows the national number", name, why)
				}
				for _, f := range again.Faults() {
					if again.ByID(f.Target) == nil {
						t.Errorf("%s, %s: %q leads to %s, which is not there", name, why, f.Text, f.Target)
					}
				}
				if len(again.Faults()) == 0 {
					t.Errorf("%s, %s: nothing says what is wrong", name, why)
				}
			}
		}
		if now(h.As(0, demo.Head), t, h, c.ID).Case.Applicant != c.Applicant {
			t.Error("something was done all the same")
		}
	})
}
