package forms

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestSubmit_keepsTheCanonicalAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		var sent Submission
		err := b.DB.Write(i18n.With(b.Ctx, words(t, i18n.NN)), func(ctx context.Context, tx *store.Tx) (err error) {
			sent, _, err = b.service.Submit(ctx, tx, draft.ID, "key-1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var kept Submission
		b.write(func(ctx context.Context, tx *store.Tx) (err error) {
			kept, err = b.service.Submission(ctx, tx, sent.ID)
			return err
		})
		if diff := cmp.Diff(sent, kept); diff != "" {
			t.Error(diff)
		}
		if kept.Values["adults"] != 1.0 || kept.SubmittedBy != "kari" || kept.Lang != i18n.NN || kept.Facts["born"] != "2020-01-01" {
			t.Errorf("kept %+v", kept)
		}
		after, err := b.read(draft.ID)
		if err != nil || len(after.Answers.Values) != 0 || after.Submission != sent.ID || !after.SubmittedAt.Equal(sent.SubmittedAt) {
			t.Errorf("the draft after sending %+v, %v", after, err)
		}
		if _, err := b.savePage(draft.ID, after.Version, "simple", map[string]any{"name": "Per"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("saved after sending: %v", err)
		}
	})
}

func TestSubmit_twiceReturnsTheFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		type result struct {
			id      string
			existed bool
		}
		results := make([]result, 6)
		var group sync.WaitGroup
		for i := range results {
			group.Go(func() {
				sent, existed, err := b.submit(draft.ID, "key-"+string(rune('a'+i%2)))
				if err != nil {
					t.Error(err)
				}
				results[i] = result{sent.ID, existed}
			})
		}
		group.Wait()
		fresh := 0
		for _, r := range results {
			if !r.existed {
				fresh++
			}
			if r.id != results[0].id || r.id == "" {
				t.Errorf("submission %q and %q", r.id, results[0].id)
			}
		}
		if fresh != 1 {
			t.Errorf("%d of %d were the first", fresh, len(results))
		}
	})
}

func TestSubmit_refusesAKeyUsedForAnotherDraft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		if _, _, err := b.submit(b.filled().ID, "key"); err != nil {
			t.Fatal(err)
		}
		second := b.filled()
		if _, _, err := b.submit(second.ID, "key"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the same key: %v", err)
		}
		if _, _, err := b.submit(second.ID, ""); err == nil {
			t.Error("no key is accepted")
		}
		if _, existed, err := b.submit(second.ID, "key-2"); err != nil || existed {
			t.Errorf("another key: %v, %v", existed, err)
		}
	})
}

func TestSubmit_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.start(Start{Form: "every-type", Person: "kari"})
		draft = b.mustSave(draft, "choosing", map[string]any{"one": "b", "place": "nowhere", "ranked": []any{"p1"}})
		_, _, err := b.submit(draft.ID, "key")
		e := errs.Of(err)
		if e == nil {
			t.Fatalf("error %v", err)
		}
		if diff := cmp.Diff([]string{"name forms.required", "agree forms.required_check", "place forms.choice"}, faults(e.Fields)); diff != "" {
			t.Error(diff)
		}
		if after, err := b.read(draft.ID); err != nil || !after.SubmittedAt.IsZero() {
			t.Errorf("after a refusal %+v, %v", after.DraftInfo, err)
		}
	})
}

func TestSubmission_isHiddenFromOtherTenants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		sent, _, err := b.submit(b.filled().ID, "key")
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{sent.ID, "x", ids.New()} {
			err := b.DB.Read(b.Other, func(ctx context.Context, tx *store.Tx) error {
				_, err := b.service.Submission(ctx, tx, id)
				return err
			})
			if !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestAddFile_attachesAndRemoves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		add := func(field, id string) (d Draft, err error) {
			err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
				d, err = b.service.AddFile(ctx, tx, draft.ID, field, Document{ID: id, Name: id + ".pdf", Size: 9})
				return err
			})
			return d, err
		}
		for _, id := range []string{"d1", "d1", "d2"} {
			if _, err := add("papers", id); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := add("papers", "d3"); errs.Of(err) == nil || errs.Of(err).Fields[0].Key != "forms.max_items" {
			t.Errorf("a third file of two: %v", err)
		}
		for _, field := range []string{"name", "nothing"} {
			if _, err := add(field, "d4"); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("attached to %s: %v", field, err)
			}
		}
		// A tab that was open before the files came may still save the page.
		if _, err := b.savePage(draft.ID, draft.Version, "choosing", map[string]any{"one": "c", "ranked": []any{"p1"}, "papers": []any{}}); err != nil {
			t.Error(err)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := b.service.RemoveFile(ctx, tx, draft.ID, "papers", "d1")
			return err
		})
		got, err := b.read(draft.ID)
		want := []any{map[string]any{"id": "d2", "name": "d2.pdf", "size": 9.0}}
		if diff := cmp.Diff(want, got.Answers.Values["papers"]); err != nil || diff != "" {
			t.Error(err, diff)
		}
		for _, id := range []string{"d2", "d2"} {
			b.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := b.service.RemoveFile(ctx, tx, draft.ID, "papers", id)
				return err
			})
		}
		if got, err = b.read(draft.ID); err != nil || got.Answers.Values["papers"] != nil || got.Answers.Values["one"] != "c" {
			t.Errorf("in the end %v, %v", got.Answers.Values, err)
		}
	})
}
