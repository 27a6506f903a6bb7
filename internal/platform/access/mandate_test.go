package access

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// An agent reaches what the mandate names, and nothing that is the grantor's own.
func TestCheck_aMandateReachesItsKindsOnly(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	agent := identity.Actor{Kind: identity.Resident, PersonID: "agent", OnBehalfOf: "grantor", Basis: identity.ByMandate}
	of := func(kind string) Resource {
		return Resource{Type: "case", ID: "1", Owners: []string{"grantor"}, Attrs: map[string]any{"kind": kind}}
	}
	own := Resource{Type: "self", ID: "grantor", Owners: []string{"grantor"}}
	for name, test := range map[string]struct {
		scopes   []string
		basis    identity.Basis
		perm     Permission
		resource Resource
		want     bool
	}{
		"its kind":                 {[]string{"school"}, identity.ByMandate, "case.read", of("school"), true},
		"another kind":             {[]string{"school"}, identity.ByMandate, "case.read", of("nursing"), false},
		"all kinds":                {[]string{identity.AllScopes}, identity.ByMandate, "case.read", of("nursing"), true},
		"no kind":                  {[]string{"school"}, identity.ByMandate, "case.read", of(""), false},
		"none at all":              {nil, identity.ByMandate, "case.read", of("school"), false},
		"her log, with all kinds":  {[]string{identity.AllScopes}, identity.ByMandate, SelfLog, own, false},
		"a guardian, the log":      {nil, identity.ByGuardianship, SelfLog, own, true},
		"a guardian, any case":     {nil, identity.ByGuardianship, "case.read", of("nursing"), true},
		"a manager, the case":      {nil, identity.ByOffice, "case.read", of("building"), true},
		"a manager, without kinds": {nil, identity.ByOffice, "case.read", of(""), true},
	} {
		actor := agent
		actor.Scopes, actor.Basis = test.scopes, test.basis
		err := a.Check(inTenant(t, actor), test.perm, test.resource)
		if (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && test.resource.Type == "case" && !errs.Is(err, errs.KindNotFound) {
			t.Errorf("%s: refused with %v, which tells that it exists", name, err)
		}
	}
}
