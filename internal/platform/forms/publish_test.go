package forms

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// next is the small form in its next version, changed.
func next(t *testing.T, change func(form map[string]any)) *Definition {
	t.Helper()
	var form map[string]any
	if err := json.Unmarshal(smallForm(t).Body(), &form); err != nil {
		t.Fatal(err)
	}
	form["version"] = smallForm(t).Version + 1
	change(form)
	text, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b *bench) plan(d *Definition) (plan Plan) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *store.Tx) (err error) {
		plan, err = b.service.PlanPublish(ctx, tx, d)
		return err
	})
	return plan
}

func (b *bench) publishOwn(d *Definition, accepted ...string) error {
	return b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := b.service.PublishOwn(ctx, tx, d, accepted...)
		return err
	})
}

// gone is every-type's next version: without "story", with fewer choices of "one",
// and another name for a field in the group.
func gone(t *testing.T) *Definition {
	t.Helper()
	var form map[string]any
	if err := json.Unmarshal(everyType(t).Body(), &form); err != nil {
		t.Fatal(err)
	}
	form["version"] = 4
	for _, page := range form["pages"].([]any) {
		page := page.(map[string]any)
		var kept []any
		for _, field := range page["fields"].([]any) {
			field := field.(map[string]any)
			switch field["id"] {
			case "story":
				continue
			case "one":
				field["choices"] = field["choices"].([]any)[:1]
			}
			kept = append(kept, field)
		}
		page["fields"] = kept
	}
	text, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse([]byte(strings.ReplaceAll(string(text), `"id":"job"`, `"id":"job2"`)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPlanPublish_showsExactlyWhatWouldBeLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		b.mustSave(draft, "choosing", goodAnswers().Values)
		other := b.start(Start{Form: "every-type", Person: "somebody else"})
		plan := b.plan(gone(t))
		want := map[Loss]int{{"story", LostField}: 1, {"one", LostChoice}: 1, {"people.job", LostField}: 1}
		if diff := cmp.Diff(want, plan.Lost); diff != "" {
			t.Error(diff)
		}
		if plan.Drafts != 2 || plan.Expired != 0 || plan.Live.Version != 3 {
			t.Errorf("%d drafts, %d expired, live %d", plan.Drafts, plan.Expired, plan.Live.Version)
		}
		if got, err := b.read(draft.ID); err != nil || got.FormVersion != 3 || got.Answers.Values["story"] == nil {
			t.Errorf("the plan has changed the draft: %+v, %v", got.DraftInfo, err)
		}
		if _, err := b.read(other.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestPublishOwn_refusesLossUnlessItIsAccepted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.mustSave(b.filled(), "choosing", goodAnswers().Values)
		d := gone(t)
		if err := b.publishOwn(d); errs.Of(err) == nil || errs.Of(err).Key != "forms.publish.refused" {
			t.Fatalf("published with losses: %v", err)
		}
		if err := b.publishOwn(d, "story", "one"); errs.Of(err) == nil {
			t.Error("published when not all of it was accepted")
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			live, err := b.service.Live(ctx, tx, "every-type")
			if err == nil && live.Version != 3 {
				t.Errorf("refused, and yet version %d is live", live.Version)
			}
			return err
		})
		if err := b.publishOwn(d, "story", "one", "people.job"); err != nil {
			t.Error(err)
		}
	})
}

func TestPublishOwn_wantsTheNextVersionWithSomethingNew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for key, d := range map[string]*Definition{
			"forms.publish.same":    smallForm(t),
			"forms.publish.version": next(t, func(form map[string]any) { form["version"] = 99 }),
		} {
			if err := b.publishOwn(d); errs.Of(err) == nil || errs.Of(err).Key != key {
				t.Errorf("%s: %v", key, err)
			}
		}
		fresh := next(t, func(form map[string]any) { form["key"], form["version"] = "of-our-own", 1 })
		if err := b.publishOwn(fresh); err != nil {
			t.Errorf("a form that nobody had: %v", err)
		}
	})
}

// Two people are in the middle of page 2 while version 2 goes live: one finishes
// on the version she began with, the other moves when she says so, and whoever
// begins now gets the new one.
func TestPublishOwn_breaksNobodyInTheMiddle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		first := b.mustSave(b.filled(), "choosing", goodAnswers().Values)
		second := b.start(Start{Form: "every-type", Person: "second", Facts: map[string]any{"born": "2020-01-01"}})
		second = b.mustSave(second, "simple", goodAnswers().Values)
		second = b.mustSave(second, "choosing", goodAnswers().Values)
		if err := b.publishOwn(gone(t), "story", "one", "people.job"); err != nil {
			t.Fatal(err)
		}
		answers := goodAnswers().Values
		answers["one"] = "b"
		first = b.mustSave(first, "choosing", answers)
		if first.FormVersion != 3 || first.Answers.Values["story"] == nil {
			t.Errorf("the first is on version %d", first.FormVersion)
		}
		if sent, _, err := b.submit(first.ID, "key-1"); err != nil || sent.FormVersion != 3 {
			t.Errorf("sent %d: %v", sent.FormVersion, err)
		}
		if again, err := b.read(second.ID); err != nil || !again.Outdated || again.FormVersion != 3 {
			t.Errorf("the second: %+v, %v", again.DraftInfo, err)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			moved, dropped, err := b.service.MoveDraft(ctx, tx, second.ID)
			if diff := cmp.Diff([]string{"story"}, dropped); diff != "" || moved.FormVersion != 4 {
				t.Errorf("moved to %d, lost %v", moved.FormVersion, dropped)
			}
			return err
		})
		if third := b.start(Start{Form: "every-type", Person: "third"}); third.FormVersion != 4 {
			t.Errorf("who begins now gets version %d", third.FormVersion)
		}
	})
}

func TestPlanPublish_leavesOutWhatHasRunOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.mustSave(b.filled(), "choosing", goodAnswers().Values)
		b.Clock.Advance(100 * 24 * time.Hour)
		if plan := b.plan(gone(t)); plan.Drafts != 0 || plan.Expired != 1 || len(plan.Lost) != 0 {
			t.Errorf("%+v", plan)
		}
	})
}

func TestPlanPublish_tellsWhatMustBeCorrected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.filled()
		var form map[string]any
		if err := json.Unmarshal(everyType(t).Body(), &form); err != nil {
			t.Fatal(err)
		}
		form["version"] = 4
		for _, field := range pageIn(form, 0)["fields"].([]any) {
			if field := field.(map[string]any); field["id"] == "name" {
				field["min_length"] = 100
				field["max_length"] = 150
			}
		}
		text, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		plan := b.plan(d)
		if diff := cmp.Diff(map[string]int{"name": 1}, plan.Newly); diff != "" || len(plan.Lost) != 0 {
			t.Error(diff, plan.Lost)
		}
	})
}

func TestShip_leavesTheMunicipalitysOwnAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		own := next(t, func(form map[string]any) { form["title"] = text3("Vårt eget") })
		if err := b.publishOwn(own); err != nil {
			t.Fatal(err)
		}
		released := next(t, func(form map[string]any) { form["title"] = text3("Fra utgivelsen") })
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Ship(ctx, tx, released) })
		b.write(func(ctx context.Context, tx *store.Tx) error {
			live, err := b.service.Live(ctx, tx, own.Key)
			if err == nil && live.Digest() != own.Digest() {
				t.Errorf("live is %q", live.Title.In(i18n.NB))
			}
			list, err := b.service.Versions(ctx, tx)
			if err != nil {
				return err
			}
			origins := map[string]bool{}
			for _, v := range list {
				if v.Key == own.Key && v.Live {
					origins[v.Origin] = true
				}
			}
			if !origins[OriginOwn] || len(origins) != 1 {
				t.Errorf("versions %+v", list)
			}
			return nil
		})
	})
}

func TestBehind_findsWhoLacksAVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		all := []*Definition{everyType(t), smallForm(t)}
		err := b.DB.ReadPlatform(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
			behind, err := b.service.Behind(ctx, tx, all, []string{"t-a", "t-b"})
			if diff := cmp.Diff([]string{"t-b"}, behind); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
