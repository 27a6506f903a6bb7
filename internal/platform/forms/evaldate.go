package forms

import "math"

// maxShift bounds how far a date may be moved, so that no year is left that a
// date of ten characters cannot write.
const maxShift = 100_000

// later moves a date by whole days, months or years; backwards when the number is
// negative. A month after 31 January is the last day of February.
func later(op string, date, by any) any {
	d, ok := dateOf(date)
	n, isNumber := by.(float64)
	if !ok || !isNumber || n != math.Trunc(n) || math.Abs(n) > maxShift {
		return nil
	}
	switch op {
	case "add_days":
		d = d.AddDays(int(n))
	case "add_months":
		d = addMonths(d, int(n))
	default:
		d = addMonths(d, 12*int(n))
	}
	if d.Year < 1 || d.Year > 9999 {
		return nil
	}
	return d.String()
}

// partOf is the year or the month of a date, as a number.
func partOf(op string, date any) any {
	d, ok := dateOf(date)
	switch {
	case !ok:
		return nil
	case op == "year":
		return float64(d.Year)
	}
	return float64(d.Month)
}

// extreme is the least or the greatest of the numbers, or of the dates, in a list.
// What was not answered does not count; of things that have no common order
// there is none.
func extreme(op string, values []any) any {
	var best any
	for _, v := range values {
		if isEmpty(v) {
			continue
		}
		if _, number := v.(float64); !number {
			if _, date := dateOf(v); !date {
				return nil
			}
		}
		if best == nil {
			best = v
			continue
		}
		less, ok := compare("lt", v, best).(bool)
		if !ok {
			return nil
		}
		if less == (op == "min") && !equal(v, best) {
			best = v
		}
	}
	return best
}

// maxDecimals is how many decimals round keeps at most.
const maxDecimals = 6

// rounded rounds halves up, to whole numbers or to the decimals that the second
// argument says.
func rounded(args []any) any {
	n, ok := args[0].(float64)
	decimals := 0.0
	if len(args) == 2 {
		d, isNumber := args[1].(float64)
		ok = ok && isNumber && d == math.Trunc(d) && d >= 0 && d <= maxDecimals
		decimals = d
	}
	if !ok {
		return nil
	}
	scale := 1.0
	for range int(decimals) {
		scale *= 10
	}
	// Two roundings, as the browser does them; fusing them would round differently.
	return finite(float64(math.Floor(float64(float64(n*scale)+0.5)) / scale))
}
