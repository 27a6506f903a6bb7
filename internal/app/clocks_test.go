package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
)

func TestKindergartenClocks_areForThoseWithARight(t *testing.T) {
	t.Parallel()
	received := cases.Case{ReceivedAt: time.Date(2027, 2, 20, 12, 0, 0, 0, time.UTC)}
	for name, tt := range map[string]struct {
		born   clock.Date
		wished any
		year   int // 0 is no clock
	}{
		"turns one in June":         {clock.NewDate(2026, 6, 1), "2027-08-15", 2027},
		"turns one in November":     {clock.NewDate(2026, 11, 30), "2027-11-01", 2027},
		"turns one in December":     {clock.NewDate(2026, 12, 1), "2028-01-05", 0},
		"wishes the year after":     {clock.NewDate(2026, 12, 1), "2028-08-15", 2028},
		"wishes a place at once":    {clock.NewDate(2024, 6, 1), "2027-03-01", 0}, // the day of that admission is over
		"wishes no day":             {clock.NewDate(2024, 6, 1), nil, 0},
		"writes what is no day":     {clock.NewDate(2026, 6, 1), "soon", 0},
		"is born nobody knows when": {clock.Date{}, "2027-08-15", 0},
	} {
		var want []deadline.Start
		if tt.year != 0 {
			want = []deadline.Start{{Rule: "kindergarten.place", About: deadline.About{Born: tt.born, Year: tt.year}}}
		}
		got := kindergartenClocks(received, identity.Person{BirthDate: tt.born}, map[string]any{"start_date": tt.wished})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestBuildingClocks_areThreeWeeksOrTwelve(t *testing.T) {
	t.Parallel()
	simple := map[string]any{"dispensation": "no", "access_road": "no", "heritage": "no", "plan": "zoning"}
	with := func(name string, value any) map[string]any {
		answers := map[string]any{name: value}
		for k, v := range simple {
			if k != name {
				answers[k] = v
			}
		}
		return answers
	}
	for want, answers := range map[string]map[string]any{
		"building.simple": simple, "building.dispensation": with("dispensation", "yes"), "building.ordinary": with("heritage", "yes"),
	} {
		got := buildingClocks(cases.Case{}, identity.Person{}, answers)
		if diff := cmp.Diff([]deadline.Start{{Rule: want}}, got); diff != "" {
			t.Errorf("%s: %s", want, diff)
		}
	}
}
