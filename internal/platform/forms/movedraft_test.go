package forms

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// version4 has another name for "code", another type for "count", another field
// in the group, and no page "choosing".
func version4(t *testing.T) *Definition {
	t.Helper()
	text := strings.NewReplacer(
		`"version":3`, `"version":4`, `"id":"code"`, `"id":"code2"`, `"id":"choosing"`, `"id":"choices"`,
		`"id":"story","label"`, `"id":"story","required":true,"label"`, `"id":"tags"`, `"id":"tags2"`,
	).Replace(string(everyType(t).Body()))
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMoveDraft_keepsWhatFits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		draft = b.mustSave(draft, "choosing", goodAnswers().Values)
		move := func() (moved Draft, dropped []string) {
			b.write(func(ctx context.Context, tx *store.Tx) (err error) {
				moved, dropped, err = b.service.MoveDraft(ctx, tx, draft.ID)
				return err
			})
			return moved, dropped
		}
		if same, dropped := move(); same.Version != draft.Version || dropped != nil {
			t.Errorf("moved to the version it is on: %+v, %v", same.DraftInfo, dropped)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, version4(t)) })
		moved, dropped := move()
		if diff := cmp.Diff([]string{"code", "people.tags"}, dropped); diff != "" {
			t.Error(diff)
		}
		got, err := b.read(draft.ID)
		if err != nil || got.FormVersion != 4 || got.Outdated || got.Page != "simple" || got.Version != moved.Version {
			t.Errorf("after moving %+v, %v", got.DraftInfo, err)
		}
		want := goodAnswers().Values
		delete(want, "code")
		delete(want["people"].([]any)[0].(map[string]any), "tags")
		if diff := cmp.Diff(want, got.Answers.Values); diff != "" {
			t.Error(diff)
		}
		if sent, _, err := b.submit(draft.ID, "key"); err != nil || sent.FormVersion != 4 {
			t.Errorf("sent %+v, %v", sent, err)
		}
		err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, _, err := b.service.MoveDraft(ctx, tx, draft.ID)
			return err
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Errorf("moved after sending: %v", err)
		}
	})
}

func TestStartDraft_refusesFactsTheFormDoesNotKnow(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	known, err := d.knowing(map[string]any{"born": clock.NewDate(2020, time.March, 1)})
	if diff := cmp.Diff(map[string]any{"born": "2020-03-01"}, known); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if known, err = d.knowing(map[string]any{"born": clock.Date{}}); err != nil || known["born"] != nil {
		t.Errorf("no date: %v, %v", known, err)
	}
	for _, bad := range []map[string]any{{"name": "Ola"}, {"born": 3}, {"born": "i fjor"}, {"born": func() {}}} {
		if known, err := d.knowing(bad); err == nil {
			t.Errorf("%v is accepted as %v", bad, known)
		}
	}
	kinds := map[FieldType][2]any{Text: {"x", 1.0}, Number: {1.0, "1"}, Checkbox: {true, "true"}, Date: {"2020-01-01", "x"}}
	for kind, values := range kinds {
		if f := (Fact{Type: kind}); !f.fits(values[0]) || f.fits(values[1]) {
			t.Errorf("%s: fits %v, %v", kind, f.fits(values[0]), f.fits(values[1]))
		}
	}
}
