package building_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// questions are how many places have been written down, and how many lines of the log say
// that somebody was told.
func questions(t *testing.T, h *apptest.Harness) (places, logged int) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		count := func(query string, args ...any) (n int) {
			got, err := store.One(ctx, tx, func(at *int64) []any { return []any{at} }, query, append([]any{tx.Tenant}, args...)...)
			if err != nil {
				t.Error(err)
			}
			return int(got)
		}
		places = count(`select count(*) from building_pipe_questions where tenant_id = $1`)
		logged = count(`select count(*) from audit_entries where tenant_id = $1 and action = $2`, building.ActionPipes)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return places, logged
}

// TestSite_doesNotDrawThePipes asks as somebody would who wants to draw the municipality's
// pipes: with a needle, and with a house at place after place.
func TestSite_doesNotDrawThePipes(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Apart), ref: home(t, h)}
			f.begin()
			placed, err := h.App.Building.Suggest(h.As(0, demo.Apart), f.ref)
			if err != nil {
				t.Fatal(err)
			}
			decimal := func(n float64) string { return strings.Replace(strconv.FormatFloat(n, 'f', 2, 64), ".", ",", 1) }
			at := func(shift float64, width string) *apptest.Page {
				return f.site(apptest.Set("mode", "point", "east", decimal(placed.East+shift), "north", decimal(placed.North), "width", width, "length", width).Press("do=draw")).Must(200)
			}
			before, _ := questions(t, h)
			at(0, "0,1").Has("noe som er minst 4 m²")
			if after, _ := questions(t, h); after != before {
				t.Errorf("a needle is counted: %d before, %d after", before, after)
			}
			told := ""
			for i := range 40 {
				page := at(float64(i)*0.02, "3")
				if text := page.Text(); strings.Contains(text, "til en avløpsledning") || strings.Contains(text, "til en vannledning") || strings.Contains(text, "ligger over en") {
					t.Fatalf("a resident is told of a pipe: %s", text)
				}
				told = page.Text()
			}
			if !strings.Contains(told, "på så mange steder som du kan") {
				t.Errorf("after forty places: %s", told)
			}
			places, logged := questions(t, h)
			if places != 30 || logged != 30 {
				t.Errorf("%d places and %d lines of the log", places, logged)
			}
			h.Clock.Advance(24 * 3600e9)
			f.v = h.Visitor("torgoy").As(demo.Apart)
			at(0, "3")
			if places, _ := questions(t, h); places != 2 || // the suggestion and the house
				identity.From(h.As(0, demo.Apart)).PersonID == "" {
				t.Errorf("%d places the day after", places)
			}
		})
	}
}

// TestSite_tellsNoMoreOfPipesOnceItIsSent sends an application for something smaller than
// anybody builds: its case says as little of the pipes as the map did.
func TestSite_tellsNoMoreOfPipesOnceItIsSent(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Apart), ref: home(t, h)}
	f.begin()
	f.site(apptest.Set("kind", "garage", "width", "1", "length", "1", "cornice", "2,8").Press("do=save")).Must(200)
	plan := f.v.Get(f.base + "/site.pdf").Must(200).Body
	summary := f.fill(plan)
	sent := f.v.Submit(summary, f.base+"/submit", apptest.Set("declaration", "true")).Must(200)
	sent.Has("noe som er minst 4 m²")
	planner := h.Visitor("torgoy").As(demo.Planner)
	work := planner.Get("/work/cases/" + strings.TrimPrefix(sent.Path(), "/my/cases/")).Must(200)
	if strings.Contains(work.Text(), "noe som er minst 4 m²") || !strings.Contains(work.Text(), "Ligger det vann- eller avløpsledninger der?") {
		t.Errorf("the case worker reads: %s", work.Text())
	}
}
