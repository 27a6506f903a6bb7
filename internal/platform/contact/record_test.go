package contact

import (
	"fmt"
	"testing"
	"time"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// TestRecord_eighteenMonths is eForvaltningsforskriften § 32 in Oslo's calendar.
func TestRecord_eighteenMonths(t *testing.T) {
	t.Parallel()
	now := at("2026-11-23T09:00:00+01:00")
	for name, tt := range map[string]struct {
		d    Detail
		want string // for decisions
	}{
		"updated lately":                  {Detail{Updated: at("2026-01-01T00:00:00Z")}, "x"},
		"a moment under 18 months":        {Detail{Updated: at("2025-05-23T09:00:01+02:00")}, "x"},
		"exactly 18 months":               {Detail{Updated: at("2025-05-23T09:00:00+02:00")}, ""},
		"updated long ago":                {Detail{Updated: at("2020-01-01T00:00:00Z")}, ""},
		"updated long ago, verified last": {Detail{Updated: at("2020-01-01T00:00:00Z"), Verified: at("2026-10-01T00:00:00Z")}, "x"},
		"verified long ago, updated last": {Detail{Updated: at("2026-10-01T00:00:00Z"), Verified: at("2020-01-01T00:00:00Z")}, "x"},
		"nobody knows when":               {Detail{}, ""},
	} {
		tt.d.Value = "x"
		r := Record{Status: Active, Email: tt.d, Mobile: tt.d}
		if got := r.EmailFor(ForDecision, now); got != tt.want {
			t.Errorf("%s: e-mail %q, want %q", name, got, tt.want)
		}
		if got := r.MobileFor(ForDecision, now); got != tt.want {
			t.Errorf("%s: mobile %q, want %q", name, got, tt.want)
		}
		if r.EmailFor(ForService, now) != "x" || r.MobileFor(ForService, now) != "x" {
			t.Errorf("%s: not usable for service messages", name)
		}
		if r.Stale(now) != (tt.want == "") {
			t.Errorf("%s: stale %t", name, r.Stale(now))
		}
	}
}

func TestRecord_eachDetailStandsForItself(t *testing.T) {
	t.Parallel()
	now := at("2026-11-23T09:00:00Z")
	r := Record{
		Status: Active, Email: Detail{Value: "a@b.test", Updated: at("2020-01-01T00:00:00Z")}, Mobile: Detail{Value: "+4791234567", Verified: at("2026-01-01T00:00:00Z")},
	}
	if r.EmailFor(ForDecision, now) != "" || r.MobileFor(ForDecision, now) != "+4791234567" {
		t.Errorf("%q and %q", r.EmailFor(ForDecision, now), r.MobileFor(ForDecision, now))
	}
}

// TestRecord_reservation is § 15 a: decisions on paper, service messages not.
func TestRecord_reservation(t *testing.T) {
	t.Parallel()
	now := at("2026-11-23T09:00:00Z")
	fresh := Detail{Value: "a@b.test", Updated: now.AddDate(0, -1, 0)}
	for _, tt := range []struct {
		status            Status
		reserved          bool
		decision, service string
		paper             bool
	}{
		{Active, false, "a@b.test", "a@b.test", false},
		{Active, true, "", "a@b.test", true},
		{Deleted, false, "", "", false},
		{Deleted, true, "", "", true},
		{Unregistered, false, "", "", false},
	} {
		r := Record{Status: tt.status, Reserved: tt.reserved, Email: fresh}
		if d, s := r.EmailFor(ForDecision, now), r.EmailFor(ForService, now); d != tt.decision || s != tt.service || r.PaperFor(ForDecision) != tt.paper || r.PaperFor(ForService) {
			t.Errorf("%s, reserved %t: decision %q, service %q, paper %t", tt.status, tt.reserved, d, s, r.PaperFor(ForDecision))
		}
	}
	if text := fmt.Sprint(Record{Status: Active, Email: fresh}.LogValue()); text != "AKTIV" {
		t.Errorf("a log would say %q", text)
	}
}
