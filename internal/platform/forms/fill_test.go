package forms

import (
	"context"
	"maps"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

func (b *bench) fill(id string, f Filling) (draft Draft, err error) {
	b.t.Helper()
	err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		draft, err = b.service.Fill(ctx, tx, id, f)
		return err
	})
	return draft, err
}

func TestFill_putsInWhatTheFormKnows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		start := b.start(Start{Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-01"}})
		filled, err := b.fill(start.ID, Filling{
			Values: map[string]any{"name": "Kari", "nobody_asks": "x"}, Facts: map[string]any{"born": "2020-02-02", "nobody_knows": 1.0},
		})
		if err != nil || filled.Version != start.Version+1 || filled.Answers.Values["name"] != "Kari" || filled.Facts["born"] != "2020-02-02" {
			t.Fatalf("version %d, %v, %v: %v", filled.Version, filled.Answers.Values, filled.Facts, err)
		}
		if _, there := filled.Answers.Values["nobody_asks"]; there || len(filled.Facts) != 1 {
			t.Errorf("%v, %v", filled.Answers.Values, filled.Facts)
		}
		again, err := b.fill(start.ID, Filling{Values: map[string]any{"name": "Kari"}, Facts: map[string]any{"born": "2020-02-02"}})
		if err != nil || again.Version != filled.Version {
			t.Errorf("the same again is version %d: %v", again.Version, err)
		}
		without, err := b.fill(start.ID, Filling{Values: map[string]any{"name": nil}})
		if _, there := without.Answers.Values["name"]; there || err != nil || without.Facts["born"] != "2020-02-02" {
			t.Errorf("%v, %v: %v", without.Answers.Values, without.Facts, err)
		}
	})
}

func TestFill_meetsAnotherTab(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		start := b.start(Start{Form: "every-type", Person: "kari"})
		if _, err := b.fill(start.ID, Filling{Values: map[string]any{"name": "Kari"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.savePage(start.ID, start.Version, "simple", map[string]any{"name": "Per"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a tab that shows what was there before: %v", err)
		}
	})
}

func TestFill_refusesAFactOfAnotherKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		start := b.start(Start{Form: "every-type", Person: "kari"})
		if _, err := b.fill(start.ID, Filling{Facts: map[string]any{"born": 12.0}}); err == nil {
			t.Error("a number is no day")
		}
		if now, err := b.read(start.ID); err != nil || !maps.Equal(map[string]any{}, now.Facts) && now.Facts != nil {
			t.Errorf("%v: %v", now.Facts, err)
		}
	})
}
