package pid_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

func date(y int, m time.Month, d int) clock.Date { return clock.NewDate(y, m, d) }

func must(t *testing.T) func(pid.PID, error) pid.PID {
	t.Helper()
	return func(p pid.PID, err error) pid.PID {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func TestParse_acceptsAndRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in                    string
		valid, synthetic, temporary bool
	}{
		{"Tenor number from ID-porten's documentation", "20914695016", true, true, false},
		{"written with a space", "209146 95016", true, true, false},
		{"a slip in the last digit", "20914695017", false, false, false},
		{"a slip in the first check digit that the rule of 2032 does not cover", "20914695056", false, false, false},
		{"too short", "2091469501", false, false, false},
		{"too long", "209146950166", false, false, false},
		{"empty", "", false, false, false},
		{"letters", "2091469501a", false, false, false},
		{"digits of another script", "٢٠٩١٤٦٩٥٠١٦", false, false, false},
		{"all zeros", "00000000000", false, false, false},
		{"day 32", "32814695016", false, false, false},
		{"help number (FH) of the health service", "80000000130", false, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := pid.Parse(c.in)
			if (err == nil) != c.valid {
				t.Fatalf("Parse gave error %v, want valid %v", err, c.valid)
			}
			if err != nil {
				return
			}
			if p.Synthetic() != c.synthetic || p.Temporary() != c.temporary {
				t.Errorf("Synthetic %v Temporary %v", p.Synthetic(), p.Temporary())
			}
		})
	}
}

// close9 closes nine digits with whatever check digits make them valid.
func close9(nine string) []string {
	var found []string
	for k := range 100 {
		s := fmt.Sprintf("%s%02d", nine, k)
		if _, err := pid.Parse(s); err == nil {
			found = append(found, s)
		}
	}
	return found
}

func TestParse_knowsEverySeries(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, nine                  string
		possible                    bool
		synthetic, temporary, exist bool
	}{
		{name: "ordinary", nine: "010170300", possible: true},
		{name: "D-number", nine: "410170300", possible: true, temporary: true},
		{name: "H-number", nine: "014170300", possible: true, synthetic: true},
		{name: "month + 65", nine: "016670300", possible: true, synthetic: true},
		{name: "month + 80", nine: "018170300", possible: true, synthetic: true},
		{name: "D-number and month + 80", nine: "418170300", possible: true, synthetic: true, temporary: true},
		{name: "29 February of a leap year", nine: "290296300", possible: true},
		{name: "29 February of 00, for 2000", nine: "290200500", possible: true},
		{name: "29 February of a common year", nine: "290297300"},
		{name: "31 April", nine: "310470300"},
		{name: "month 13", nine: "011370300"},
		{name: "month 53", nine: "015370300"},
		{name: "month 78", nine: "017870300"},
		{name: "month 93", nine: "019370300"},
		{name: "day 72", nine: "720170300"},
		{name: "day 40", nine: "400170300"},
		{name: "month 80", nine: "018070300"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := close9(c.nine)
			if (len(found) > 0) != c.possible {
				t.Fatalf("%d valid numbers, want some: %v", len(found), c.possible)
			}
			for _, s := range found {
				p, _ := pid.Parse(s)
				if p.Synthetic() != c.synthetic || p.Temporary() != c.temporary {
					t.Errorf("synthetic %v temporary %v", p.Synthetic(), p.Temporary())
				}
			}
		})
	}
}

func TestParse_catchesEverySingleSlipInOldNumbers(t *testing.T) {
	t.Parallel()
	p := must(t)(pid.Synthetic(date(1980, time.May, 17), 3))
	digits := []byte(p.Digits())
	for i := range digits {
		for d := byte('0'); d <= '9'; d++ {
			if d == digits[i] {
				continue
			}
			slip := bytes.Clone(digits)
			slip[i] = d
			// The second check digit alone, over all eleven digits, catches any one slip.
			if _, err := pid.Parse(string(slip)); err == nil {
				t.Errorf("a slip in place %d passed", i)
			}
		}
	}
}

func TestSynthetic_givesDistinctValidNumbers(t *testing.T) {
	t.Parallel()
	for _, birth := range []clock.Date{
		date(1890, 3, 1), date(1931, 12, 31), date(1975, 6, 9), date(2000, 2, 29), date(2025, 8, 31),
	} {
		seen := map[pid.PID]bool{}
		for n := range 150 {
			p, err := pid.Synthetic(birth, n)
			if err != nil {
				t.Fatalf("%v no. %d: %v", birth, n, err)
			}
			if seen[p] || !p.Synthetic() || p.Temporary() {
				t.Fatalf("%v no. %d: seen %v synthetic %v", birth, n, seen[p], p.Synthetic())
			}
			seen[p] = true
		}
	}
}

func TestSynthetic2032_leavesTheRest(t *testing.T) {
	t.Parallel()
	old := must(t)(pid.Synthetic(date(2033, 1, 2), 0))
	for rest := 1; rest <= 3; rest++ {
		p := must(t)(pid.Synthetic2032(date(2033, 1, 2), 0, rest))
		if p == old {
			t.Errorf("rest %d gave the number of the old rule", rest)
		}
		if _, err := pid.Parse(p.Digits()); err != nil {
			t.Errorf("rest %d: %v", rest, err)
		}
	}
	for _, rest := range []int{-1, 0, 4, 10} {
		if _, err := pid.Synthetic2032(date(2033, 1, 2), 0, rest); err == nil {
			t.Errorf("rest %d was accepted", rest)
		}
	}
}

func TestSyntheticD_isTemporary(t *testing.T) {
	t.Parallel()
	p := must(t)(pid.SyntheticD(date(1999, 7, 31), 0))
	if !p.Temporary() || !p.Synthetic() {
		t.Errorf("temporary %v synthetic %v", p.Temporary(), p.Synthetic())
	}
}

func TestSynthetic_refusesWhatNoSeriesHas(t *testing.T) {
	t.Parallel()
	if _, err := pid.Synthetic(date(1700, 1, 1), 0); err == nil {
		t.Error("a number for 1700")
	}
	if _, err := pid.Synthetic(date(1980, 1, 1), 5000); err == nil {
		t.Error("the 5000th number of a day")
	}
}

func TestPID_hidesItself(t *testing.T) {
	t.Parallel()
	p := must(t)(pid.Parse("20914695016"))
	type wrapper struct{ Number pid.PID }
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("seen", "pid", p, "in", wrapper{p})
	asJSON, err := json.Marshal(map[string]any{"p": p, "w": wrapper{p}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := p.MarshalText()
	all := []string{
		log.String(), string(asJSON), string(text), p.String(),
		fmt.Sprintf("%v %+v %#v %s %q %d %x", p, p, p, p, p, p, p), fmt.Sprintf("%v %+v %#v", wrapper{p}, wrapper{p}, wrapper{p}),
		fmt.Sprint(fmt.Errorf("with %v", p)),
	}
	for _, s := range all {
		if strings.Contains(s, "20914695016") || strings.Contains(s, "2091469") {
			t.Errorf("the number shows in %q", s)
		}
	}
	if _, err := p.Value(); err == nil {
		t.Error("the database took the number in the clear")
	}
	if _, err := pid.Parse("20914695017"); strings.Contains(err.Error(), "2091") {
		t.Error("the error repeats the input")
	}
}

func TestPID_zeroIsNoNumber(t *testing.T) {
	t.Parallel()
	var p pid.PID
	if !p.IsZero() || p.Synthetic() || p.Temporary() || p.Digits() != "" {
		t.Error("the zero PID claims to be something")
	}
}

func TestParseOrg_table(t *testing.T) {
	t.Parallel()
	for in, valid := range map[string]bool{
		"974760673":   true, // Brønnøysundregistrene
		"991825827":   true, // Digitaliseringsdirektoratet
		"974 760 673": true, "974760674": false, "000000000": false, "97476067": false,
		"": false, "9747606733": false, "97476067a": false, "974-760-673": false,
	} {
		got, err := pid.ParseOrg(in)
		if (err == nil) != valid {
			t.Errorf("ParseOrg(%q) = %q, %v", in, got, err)
		}
		if err == nil && len(got) != 9 {
			t.Errorf("ParseOrg(%q) = %q", in, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"20914695016", "209146 95016", "", "4101703", "99999999999", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := pid.Parse(s)
		if err != nil {
			if !p.IsZero() {
				t.Fatal("an error came with a number")
			}
			return
		}
		if len(p.Digits()) != 11 || strings.ReplaceAll(s, " ", "") != p.Digits() {
			t.Fatalf("digits changed")
		}
		again, err := pid.Parse(p.Digits())
		if err != nil || again != p {
			t.Fatal("a number does not read back as itself")
		}
	})
}
