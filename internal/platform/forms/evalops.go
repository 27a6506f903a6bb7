package forms

import (
	"math"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// equal compares two values of the same kind; values of different kinds differ.
func equal(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalObjects(a, b)
	}
	if !isScalar(b) {
		return false
	}
	return a == b
}

func equalObjects(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for key, value := range a {
		other, ok := b[key]
		if !ok || !equal(value, other) {
			return false
		}
	}
	return true
}

// isEmpty reports whether nothing was answered: null, blank text, a list or an
// item with nothing in it. False and zero are answers.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.Trim(v, " \t\r\n") == ""
	case []any:
		for _, element := range v {
			if !isEmpty(element) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, value := range v {
			if !isEmpty(value) {
				return false
			}
		}
		return true
	}
	return false
}

func contains(list, v any) any {
	elements, ok := list.([]any)
	if !ok {
		return false
	}
	for _, element := range elements {
		if equal(element, v) {
			return true
		}
	}
	return false
}

// distinct counts the different answers in a list.
func distinct(v any) any {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil
	}
	var seen []any
	for _, element := range list {
		if !isEmpty(element) && contains(seen, element) == false {
			seen = append(seen, element)
		}
	}
	return float64(len(seen))
}

// compare orders numbers, and dates written YYYY-MM-DD; nothing else has an order.
func compare(op string, a, b any) any {
	x, okX := a.(float64)
	y, okY := b.(float64)
	if !okX || !okY {
		dx, isDateX := dateOf(a)
		dy, isDateY := dateOf(b)
		if !isDateX || !isDateY {
			return nil
		}
		x, y = dayNumber(dx), dayNumber(dy)
	}
	switch op {
	case "lt":
		return x < y
	case "lte":
		return x <= y
	case "gt":
		return x > y
	}
	return x >= y
}

// dateOf reads a date from year 1 on, exactly ten characters.
func dateOf(v any) (clock.Date, bool) {
	s, ok := v.(string)
	if !ok || len(s) != 10 || s < "0001" {
		return clock.Date{}, false
	}
	d, err := clock.ParseDate(s)
	return d, err == nil
}

// dayNumber counts days over all years; a time.Duration spans only 292 of them.
func dayNumber(d clock.Date) float64 {
	const day = 24 * 60 * 60
	return float64(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / day)
}

// between counts whole years, months or days from one date to a later one;
// backwards it is negative.
func between(op string, a, b any) any {
	from, okFrom := dateOf(a)
	to, okTo := dateOf(b)
	if !okFrom || !okTo {
		return nil
	}
	if op == "days_between" {
		return finite(dayNumber(to) - dayNumber(from))
	}
	months := (to.Year-from.Year)*12 + int(to.Month) - int(from.Month)
	if to.Day < from.Day {
		months--
	}
	if op == "months_between" {
		return float64(months)
	}
	return math.Floor(float64(months) / 12)
}

// arithmetic works as IEEE 754 doubles do in the browser. The conversions keep
// a compiler from fusing a product and a sum, which would round differently.
func arithmetic(op string, args []any) any {
	numbers := make([]float64, len(args))
	for i, arg := range args {
		n, ok := arg.(float64)
		if !ok {
			return nil
		}
		numbers[i] = n
	}
	result := numbers[0]
	for _, n := range numbers[1:] {
		switch op {
		case "add":
			result = float64(result + n)
		case "sub":
			result = float64(result - n)
		case "mul":
			result = float64(result * n)
		case "div":
			result = float64(result / n)
		}
	}
	return finite(result)
}

// finite turns what is no number into nil, and minus zero into zero.
func finite(n float64) any {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return nil
	}
	if n == 0 {
		return 0.0
	}
	return n
}
