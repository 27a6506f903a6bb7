package property

import (
	"cmp"
	"slices"
)

// sortBuildings puts the largest first, which is what people mean by the building.
func sortBuildings(list []Building) {
	slices.SortStableFunc(list, func(a, b Building) int { return cmp.Or(cmp.Compare(b.Area, a.Area), cmp.Compare(a.Number, b.Number)) })
}

func sortAddresses(list []Address) {
	slices.SortStableFunc(list, func(a, b Address) int {
		return cmp.Or(cmp.Compare(sortKey(entry{label: a.Text}), sortKey(entry{label: b.Text})), cmp.Compare(a.ID, b.ID))
	})
}

func sortRefs(list []Ref) {
	slices.SortFunc(list, func(a, b Ref) int {
		switch {
		case a == b:
			return 0
		case a.Less(b):
			return -1
		default:
			return 1
		}
	})
}
