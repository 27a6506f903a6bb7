package access

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
)

// Whatever the answers, the terms cover all that is allowed and nothing refused.
func TestMinimise_coversExactlyWhatIsAllowed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		c := make(cells, 1<<r.IntN(5))
		for i := range c {
			c[i] = []state{refused, allowed, dontCare}[r.IntN(3)]
		}
		terms := minimise(c)
		for cell := range c.size() {
			covered := slices.ContainsFunc(terms, func(t term) bool { return t.covers(cell) })
			if c[cell] != dontCare && covered != (c[cell] == allowed) {
				t.Fatalf("%v: %+v is wrong about cell %d", c, terms, cell)
			}
		}
	}
}

func TestMinimise_findsFewTerms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		c    cells
		want []term
	}{
		"nothing":            {cells{refused, refused}, nil},
		"everything":         {cells{allowed, allowed, allowed, allowed}, []term{{0, 3}}},
		"one question":       {cells{refused, allowed, refused, allowed}, []term{{1, 2}}},
		"a don't care helps": {cells{refused, allowed, refused, dontCare}, []term{{1, 2}}},
		"no question at all": {cells{allowed}, []term{{0, 0}}},
	}
	for name, tt := range tests {
		if diff := cmp.Diff(tt.want, minimise(tt.c), cmp.AllowUnexported(term{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPrincipal_rolesHoldWhereTheyWereGiven(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		actor      identity.Actor
		department string
		in         map[Role][]string
	}{
		"none":        {staff("ola"), "d1", map[Role][]string{}},
		"departments": {staff("ola", "case_worker@d1", "case_worker@d2"), "d3", map[Role][]string{CaseWorker: {"d1", "d2"}}},
		"everywhere":  {staff("ola", "auditor", "case_worker@d1"), "d9", map[Role][]string{Auditor: {"d9"}, CaseWorker: {"d1"}}},
		"unheard of":  {staff("ola", "mayor"), "d1", map[Role][]string{}},
	}
	for name, tt := range tests {
		p := principal(tt.actor, tt.department, "")
		for _, role := range Granted() {
			value, ok := p.Attributes.Get(cedar.String(role + "_in"))
			set, isSet := value.(cedar.Set)
			if !ok || !isSet || set.Len() != len(tt.in[role]) {
				t.Errorf("%s: %s_in is %v", name, role, value)
			}
			for _, d := range tt.in[role] {
				if !set.Contains(cedar.String(d)) {
					t.Errorf("%s: %s_in lacks %s", name, role, d)
				}
			}
			if p.Parents.Contains(roleUID(role)) != (len(tt.in[role]) > 0) {
				t.Errorf("%s: membership of %s is wrong", name, role)
			}
		}
	}
}

func TestPrincipal_isOfItsKind(t *testing.T) {
	t.Parallel()
	for want, actor := range map[string]identity.Actor{
		`Anonymous::""`:      {},
		`Resident::"mother"`: resident("mother"),
		`Staff::"ola"`:       staff("ola"),
		`Token::"tok"`:       {Kind: identity.Token, TokenID: "tok"},
		`System::"jobs"`:     {Kind: identity.System, SystemName: "jobs"},
	} {
		if got := principalUID(actor).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	names := principal(resident("x"), "", "").Attributes
	for name := range principalAttrs() {
		if _, ok := names.Get(cedar.String(name)); !ok {
			t.Errorf("policies may ask for principal.%s, which is not there", name)
		}
	}
	if names.Len() != len(principalAttrs()) {
		t.Error("the principal has facts that policies are refused for asking")
	}
}

func TestRole_onlySomeAreGranted(t *testing.T) {
	t.Parallel()
	for role, want := range map[Role]bool{Administrator: true, Auditor: true, ResidentRole: false, SystemRole: false, "": false} {
		if role.Valid() != want {
			t.Errorf("%q: %v", role, !want)
		}
	}
}
