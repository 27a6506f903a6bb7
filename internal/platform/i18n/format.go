package i18n

import (
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Date writes a day in words: "21. november 2026", "21 November 2026".
func (l *Localizer) Date(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	month := l.T("i18n.month." + strconv.Itoa(int(d.Month)))
	return l.T("i18n.date", "day", d.Day, "month", month, "year", strconv.Itoa(d.Year))
}

// DateTime writes an instant as day and time of day in Norway.
func (l *Localizer) DateTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	local := at.In(clock.Oslo())
	return l.T("i18n.date_time", "date", l.Date(clock.DateIn(at)), "time", l.clockTime(local))
}

func (l *Localizer) clockTime(local time.Time) string {
	if l.lang == EN {
		return local.Format("15:04")
	}
	return local.Format("15.04")
}

// Number writes a whole number with its thousands apart, with the no-break
// space that Norwegian uses or the English comma.
func (l *Localizer) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	gap := "\u00a0"
	if l.lang == EN {
		gap = ","
	}
	var out strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(gap)
		}
		out.WriteRune(r)
	}
	return sign + out.String()
}

// Decimal writes a number with at most so many decimals, rounded, as the language does.
func (l *Localizer) Decimal(n float64, most int) string {
	whole, rest, broken := strings.Cut(strconv.FormatFloat(n, 'f', most, 64), ".")
	rest = strings.TrimRight(rest, "0")
	below := strings.HasPrefix(whole, "-")
	number, err := strconv.ParseInt(strings.TrimPrefix(whole, "-"), 10, 64)
	if err != nil {
		return whole // NaN, infinity, or beyond nineteen digits
	}
	text := l.Number(number)
	if broken && rest != "" {
		point := ","
		if l.lang == EN {
			point = "."
		}
		text += point + rest
	}
	if below && (number != 0 || rest != "") {
		text = "−" + text
	}
	return text
}

// Bytes writes the size of a file: "14 kB", "2,3 MB".
func (l *Localizer) Bytes(n int64) string {
	const kilo, mega = 1000, 1000 * 1000
	switch {
	case n < kilo:
		return strconv.FormatInt(n, 10) + "\u00a0B"
	case n < mega-kilo/2:
		return strconv.FormatInt((n+kilo/2)/kilo, 10) + "\u00a0kB"
	}
	tenths := strconv.FormatFloat(float64(n)/mega, 'f', 1, 64)
	if l.lang != EN {
		tenths = strings.Replace(tenths, ".", ",", 1)
	}
	return tenths + "\u00a0MB"
}
