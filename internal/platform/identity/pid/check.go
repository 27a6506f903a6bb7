package pid

// maxRest is the largest remainder the first check digit may leave in numbers
// handed out from 2032 on; before, it always left 0.
const maxRest = 3

// weights1 and weights2 are those of folkeregisterforskriften § 2-2.
func weights1() []int { return []int{3, 7, 6, 1, 8, 9, 4, 5, 2} }
func weights2() []int { return []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2} }

func checkDigitsHold(s string) bool {
	first := (weighted(s, weights1()) + int(s[9]-'0')) % 11
	second := (weighted(s, weights2()) + int(s[10]-'0')) % 11
	return first <= maxRest && second == 0
}

// checkDigits returns the two digits that close the nine given ones so that the
// first leaves the wanted rest; false when no single digit does.
func checkDigits(nine string, rest int) (string, bool) {
	k1 := (11 + rest - weighted(nine, weights1())%11) % 11
	if k1 == 10 {
		return "", false
	}
	ten := nine + string(rune('0'+k1))
	k2 := (11 - weighted(ten, weights2())%11) % 11
	if k2 == 10 {
		return "", false
	}
	return string([]byte{byte('0' + k1), byte('0' + k2)}), true
}

func weighted(s string, weights []int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	return sum
}
