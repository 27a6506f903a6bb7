package apptest_test

import (
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
)

// A protected address that is lifted, of the child or of the one who applied, opens
// the case again to the other guardian and to the department, and the letters go to
// both.
func TestCustody_aProtectedAddressIsLifted(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		f := settle(t, h)
		for _, person := range []string{f.c.Subject, f.c.Applicant} {
			protected := f.number(person)
			f.register(func(r *fakeregister.Register) error { return r.Protect(protected, identity.StrictlyConfidential) })
			f.follows(demo.Mother, true)
			f.follows(demo.CoParent, false)
			f.register(func(r *fakeregister.Register) error { return r.Protect(protected, identity.Unprotected) })
			f.follows(demo.Mother, true)
			f.follows(demo.CoParent, true)
			f.follows(demo.Apart, false)
			f.staff(demo.Colleague, f.c.Label())
		}
		f.staff(demo.CaseWorker, f.c.Label())
		before := f.letters(f.id(demo.CoParent))
		f.decide()
		if f.letters(f.id(demo.CoParent)) == before {
			t.Error("the other guardian is not written to")
		}
		p, err := h.App.Identity.Person(h.As(torgoy, demo.Mother), f.c.Applicant)
		must(t, err)
		if _, visible := p.VisibleAddress(identity.Actor{Kind: identity.System}); !visible {
			t.Error("no letter finds the one who applied")
		}
		f.at[demo.CoParent].Get("/my/cases/" + f.c.ID).Must(http.StatusOK)
	})
}
