package access

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
)

func TestHolders_passesTheAbsentOnesRolesOnOnce(t *testing.T) {
	t.Parallel()
	worker := identity.Grant{Role: string(CaseWorker), Department: "d"}
	head := identity.Grant{Role: string(DepartmentHead), Department: "d"}
	got := holders(
		map[string][]identity.Grant{"ola": {worker}, "kari": {head}},
		[]Substitute{{AbsentID: "kari", SubstituteID: "ola"}, {AbsentID: "ola", SubstituteID: "per"}, {AbsentID: "nobody", SubstituteID: "per"}},
	)
	standsIn := func(g identity.Grant, absent string) identity.Grant {
		g.SubstituteFor = absent
		return g
	}
	want := []Holder{
		{"kari", []identity.Grant{head}},
		{"ola", []identity.Grant{worker, standsIn(head, "kari")}},
		{"per", []identity.Grant{standsIn(worker, "ola")}}, // and not Kari's, whom Ola stands in for
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := holders(nil, nil); len(got) != 0 {
		t.Errorf("nobody holds roles, and yet %v", got)
	}
}
