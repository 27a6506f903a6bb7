package pid

import (
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Synthetic returns the n-th (from 0) number of the Tenor series for a birth
// date: month + 80, check digits by the rule in force until 2032, individual
// digits from the range the regulation gives the birth year. Some 400 numbers
// exist for each date.
func Synthetic(birth clock.Date, n int) (PID, error) {
	return nth(birth, n, 0)
}

// Synthetic2032 returns the n-th number whose first check digit leaves the rest
// 1, 2 or 3, as numbers handed out from 2032 on may.
func Synthetic2032(birth clock.Date, n, rest int) (PID, error) {
	if rest < 1 || rest > maxRest {
		return PID{}, fmt.Errorf("pid: rest %d is not 1, 2 or 3", rest)
	}
	return nth(birth, n, rest)
}

// SyntheticD returns the n-th synthetic D-number for a birth date.
func SyntheticD(birth clock.Date, n int) (PID, error) {
	birth.Day += offsetD
	return nth(birth, n, 0)
}

func nth(birth clock.Date, n, rest int) (PID, error) {
	from, to, err := individual(birth.Year)
	if err != nil {
		return PID{}, err
	}
	for i := from; i <= to; i++ {
		nine := fmt.Sprintf("%02d%02d%02d%03d", birth.Day, int(birth.Month)+offsetTenor, birth.Year%100, i)
		digits, ok := checkDigits(nine, rest)
		if !ok {
			continue
		}
		if n == 0 {
			return Parse(nine + digits)
		}
		n--
	}
	return PID{}, fmt.Errorf("pid: the series of %d has no more numbers for that date", birth.Year)
}

// individual returns the range of individual digits for a birth year
// (folkeregisterforskriften § 2-2).
func individual(year int) (from, to int, err error) {
	switch {
	case year >= 1854 && year <= 1899:
		return 500, 749, nil
	case year >= 1900 && year <= 1999:
		return 0, 499, nil
	case year >= 2000 && year <= 2039:
		return 500, 999, nil
	}
	return 0, 0, fmt.Errorf("pid: no series for the birth year %d", year)
}
