package forecast_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/forecast"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// history writes down that cases of a kind, which came in on the day, took so
// many days each.
func history(ctx context.Context, t *testing.T, h *apptest.Harness, told forecast.Estimate, days ...int64) {
	t.Helper()
	now := h.Clock.Now()
	err := h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// The demonstration has decided cases of its own.
		if _, err := tx.Exec(ctx, `delete from forecast_cases where tenant_id = $1`, tx.Tenant); err != nil {
			return err
		}
		for i, n := range days {
			_, err := tx.Exec(ctx, `insert into forecast_cases (tenant_id, case_id, kind, season, received_at, told_cases, told_median, told_most, decided_at, days)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, tx.Tenant, "history-"+string(rune('a'+i)), "kindergarten", string(forecast.SeasonOf(clock.DateIn(now))),
				store.At(now.AddDate(0, 0, -int(n))), told.Cases, told.Median, told.Most, store.At(now), n)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.App.Forecast.Reckon(identity.AsSystem(ctx, "test")); err != nil {
		t.Fatal(err)
	}
}

func ramp(n int64) []int64 {
	var list []int64
	for i := int64(1); i <= n; i++ {
		list = append(list, i)
	}
	return list
}

func page(t *testing.T, h *apptest.Harness, town, path string) string {
	t.Helper()
	answer := h.Visitor(town).Get(path)
	if answer.Status != http.StatusOK {
		t.Fatalf("%s answers %d", path, answer.Status)
	}
	return answer.Text()
}

func TestPage_isSilentWithoutEnoughCases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		history(h.In("torgoy"), t, h, forecast.Estimate{})
		if text := page(t, h, "fjordbygda", "/waiting-times"); !strings.Contains(text, "enno") {
			t.Errorf("a municipality without cases forecasts:\n%s", text)
		}
	})
}

func TestPage_tellsOwnCasesAndHowRightItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		history(h.In("fjordbygda"), t, h, forecast.Estimate{Cases: 40, Median: 12, Most: 20}, ramp(24)...)
		overview, err := h.App.Forecast.Overview(h.In("fjordbygda"))
		if err != nil {
			t.Fatal(err)
		}
		if len(overview.Calibrations) != 1 || overview.Calibrations[0].WithinMedian != 12 || overview.Calibrations[0].WithinMost != 20 {
			t.Fatalf("calibration %+v", overview.Calibrations)
		}
		text := page(t, h, "fjordbygda", "/waiting-times")
		for _, want := range []string{"12 dagar", "22 dagar", "83"} { // median and 90th percentile of 1…24; 20 of 24 within what was told
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q:\n%s", want, text)
			}
		}
		if other := page(t, h, "torgoy", "/waiting-times"); strings.Contains(other, "22 dager") {
			t.Error("another municipality's cases stand behind the forecast")
		}
	})
}

func TestCase_isToldWhatWasKnownWhenItCameIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		before := apptest.Apply(h, 0, demo.Mother)
		history(h.In("torgoy"), t, h, forecast.Estimate{}, ramp(30)...)
		after := apptest.Apply(h, 0, demo.Apart)
		read := func(part demo.Part, id string) string {
			t.Helper()
			visitor := h.Visitor("torgoy")
			visitor.LogIn(part)
			return visitor.Get("/my/cases/" + id).Must(http.StatusOK).Text()
		}
		if text := read(demo.Mother, before.ID); strings.Contains(text, "ni av ti") {
			t.Error("a case that came before there was a forecast is told one")
		}
		if text := read(demo.Apart, after.ID); !strings.Contains(text, "ni av ti") || !strings.Contains(text, "30 saker") {
			t.Errorf("the party is not told how long it takes:\n%s", text)
		}
		h.Advance(28 * 24 * time.Hour)
		if text := read(demo.Apart, after.ID); !strings.Contains(text, "lengre tid enn vanlig") {
			t.Errorf("the party of a late case is not told so:\n%s", text)
		}
	})
}

func TestExpected_isWhatWasToldUntilItHasPassed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.In("torgoy")
		history(ctx, t, h, forecast.Estimate{}, ramp(30)...)
		c := apptest.Apply(h, 0, demo.Mother)
		expected := func() (by clock.Date, ok bool) {
			t.Helper()
			err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				by, ok, err = h.App.Forecast.Expected(ctx, tx, c)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return by, ok
		}
		if by, ok := expected(); !ok || clock.DateIn(c.ReceivedAt).DaysUntil(by) != 27 {
			t.Errorf("expected by %s, %v", by, ok)
		}
		h.Clock.Advance(29 * 24 * time.Hour)
		if by, ok := expected(); ok {
			t.Errorf("%s has passed and is still expected", by)
		}
	})
}

func TestDecided_countsOnceAndWithdrawnNotAtAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.In("torgoy")
		c := apptest.Apply(h, 0, demo.Mother)
		if _, err := h.App.Cases.Withdraw(h.As(0, demo.Mother), c.ID); err != nil {
			t.Fatal(err)
		}
		decided := func() (n int64) {
			t.Helper()
			err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from forecast_cases where tenant_id = $1 and decided_at is not null and case_id = $2`, tx.Tenant, c.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := decided(); n != 0 {
			t.Errorf("a withdrawn case counts %d times", n)
		}
	})
}
