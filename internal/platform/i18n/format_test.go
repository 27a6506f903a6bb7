package i18n_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// inEach compares what the three languages write, in the order of Offered.
func inEach(t *testing.T, what any, write func(*i18n.Localizer) string, want [3]string) {
	t.Helper()
	b := i18n.New()
	for i, lang := range i18n.Offered() {
		if got := write(b.For(lang)); got != want[i] {
			t.Errorf("%v in %s: %q, want %q", what, lang, got, want[i])
		}
	}
}

func TestDate_inWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date clock.Date
		want [3]string
	}{
		{clock.NewDate(2026, time.November, 21), [3]string{"21. november 2026", "21. november 2026", "21 November 2026"}},
		{clock.NewDate(2026, time.May, 1), [3]string{"1. mai 2026", "1. mai 2026", "1 May 2026"}},
		{clock.NewDate(2024, time.February, 29), [3]string{"29. februar 2024", "29. februar 2024", "29 February 2024"}},
		{clock.NewDate(1999, time.December, 31), [3]string{"31. desember 1999", "31. desember 1999", "31 December 1999"}},
		{clock.Date{}, [3]string{"", "", ""}},
	} {
		inEach(t, c.date, func(l *i18n.Localizer) string { return l.Date(c.date) }, c.want)
	}
}

func TestDateTime_isNorwegianTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   time.Time
		want [3]string
	}{
		{time.Date(2026, 11, 21, 8, 5, 59, 0, time.UTC), [3]string{"21. november 2026 kl. 09.05", "21. november 2026 kl. 09.05", "21 November 2026 at 09:05"}},
		{time.Date(2026, 7, 31, 22, 30, 0, 0, time.UTC), [3]string{"1. august 2026 kl. 00.30", "1. august 2026 kl. 00.30", "1 August 2026 at 00:30"}},
		{time.Time{}, [3]string{"", "", ""}},
	} {
		inEach(t, c.at, func(l *i18n.Localizer) string { return l.DateTime(c.at) }, c.want)
	}
}

func TestNumber_keepsThousandsApart(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][2]string{
		0:                    {"0", "0"},
		7:                    {"7", "7"},
		999:                  {"999", "999"},
		1000:                 {"1\u00a0000", "1,000"},
		12345:                {"12\u00a0345", "12,345"},
		1234567:              {"1\u00a0234\u00a0567", "1,234,567"},
		-5:                   {"−5", "−5"},
		-1000:                {"−1\u00a0000", "−1,000"},
		-9223372036854775808: {"−9\u00a0223\u00a0372\u00a0036\u00a0854\u00a0775\u00a0808", "−9,223,372,036,854,775,808"},
	} {
		inEach(t, n, func(l *i18n.Localizer) string { return l.Number(n) }, [3]string{want[0], want[0], want[1]})
	}
}

func TestDecimal_isWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n       float64
		most    int
		nb, eng string
	}{
		{0, 2, "0", "0"},
		{4.25, 1, "4,2", "4.2"},
		{4.26, 1, "4,3", "4.3"},
		{2.50, 2, "2,5", "2.5"},
		{3.0, 3, "3", "3"},
		{1234.5, 1, "1\u00a0234,5", "1,234.5"},
		{6_543_210.4, 0, "6\u00a0543\u00a0210", "6,543,210"},
		{-0.4, 1, "−0,4", "−0.4"},
		{-0.04, 1, "0", "0"},
		{-1234.56, 1, "−1\u00a0234,6", "−1,234.6"},
		{math.NaN(), 1, "NaN", "NaN"},
		{1e300, 0, strconv.FormatFloat(1e300, 'f', 0, 64), strconv.FormatFloat(1e300, 'f', 0, 64)},
	} {
		inEach(t, tt.n, func(l *i18n.Localizer) string { return l.Decimal(tt.n, tt.most) }, [3]string{tt.nb, tt.nb, tt.eng})
	}
}

func TestBytes_areRounded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][2]string{
		0:             {"0\u00a0B", "0\u00a0B"},
		999:           {"999\u00a0B", "999\u00a0B"},
		1000:          {"1\u00a0kB", "1\u00a0kB"},
		1499:          {"1\u00a0kB", "1\u00a0kB"},
		1500:          {"2\u00a0kB", "2\u00a0kB"},
		999_499:       {"999\u00a0kB", "999\u00a0kB"},
		999_500:       {"1,0\u00a0MB", "1.0\u00a0MB"},
		2_345_678:     {"2,3\u00a0MB", "2.3\u00a0MB"},
		25_000_000:    {"25,0\u00a0MB", "25.0\u00a0MB"},
		5_000_000_000: {"5000,0\u00a0MB", "5000.0\u00a0MB"},
	} {
		inEach(t, n, func(l *i18n.Localizer) string { return l.Bytes(n) }, [3]string{want[0], want[0], want[1]})
	}
}
