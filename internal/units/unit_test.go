package units

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

func testKind() Kind {
	return Kind{
		Name: "school", Table: "school_units", Manage: "school.manage", Public: "/schools", Work: "/work/schools", API: "/api/schools",
		Singular: "school", Plural: "schools", Form: "school-place",
	}
}

func TestUnit_checkRefusesWhatNoUnitHas(t *testing.T) {
	t.Parallel()
	good := Unit{Name: "Fyrlykta", Address: "Fyrlia 1", Capacity: 40}
	if err := testKind().check(good); err != nil {
		t.Fatal(err)
	}
	for name, u := range map[string]Unit{
		"name": {Name: "  ", Capacity: 1}, "capacity": {Name: "A", Capacity: -1}, "too many": {Name: "A", Capacity: maxCapacity + 1},
	} {
		if err := testKind().check(u); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnit_freeIsNeverNegative(t *testing.T) {
	t.Parallel()
	if got := (Unit{Capacity: 3, Taken: 5}).Free(); got != 0 {
		t.Errorf("got %d", got)
	}
	if got := (Unit{Capacity: 5, Taken: 3}).Free(); got != 2 {
		t.Errorf("got %d", got)
	}
}
