package school

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

func TestGradeAt_followsTheYearOfBirth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		born, day string
		want      int
	}{
		{"2020-01-01", "2026-08-18", 1},
		{"2020-12-31", "2026-08-18", 1},
		{"2020-12-31", "2026-07-31", 0},
		{"2020-12-31", "2027-07-31", 1},
		{"2011-05-01", "2027-06-20", 10},
		{"2011-05-01", "2027-08-01", 0},
		{"", "2027-08-01", 0},
	} {
		born, errB := clock.ParseDate(test.born)
		day, errD := clock.ParseDate(test.day)
		if errB != nil || errD != nil {
			t.Fatal(errB, errD)
		}
		if got := GradeAt(born, day); got != test.want {
			t.Errorf("born %s on %s: %d, want %d", test.born, test.day, got, test.want)
		}
	}
	if got := GradeAt(clock.NewDate(2020, time.May, 1), clock.Date{}); got != 0 {
		t.Errorf("no day: %d", got)
	}
}

func TestGrounds_compareWithTheLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		grade   int
		longest float64
		far     bool
	}{{1, 2, false}, {1, 2.1, true}, {2, 4, false}, {2, 4.1, true}, {10, 3.9, false}} {
		if got := (Grounds{Grade: test.grade, Longest: test.longest}).TooFar(); got != test.far {
			t.Errorf("grade %d, %v km: %t", test.grade, test.longest, got)
		}
	}
	g := groundsOf(map[string]any{"grounds": []any{"danger", "temporary"}, "longest": 1.5, "grade": 3.0})
	if !g.Danger || !g.Condition || g.Distance || g.Grade != 3 || g.Longest != 1.5 {
		t.Errorf("%+v", g)
	}
	if g := groundsOf(nil); g.Danger || g.TooFar() {
		t.Errorf("of nothing: %+v", g)
	}
}
