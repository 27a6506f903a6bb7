package forms

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

func (b *bench) direct(d Direct) (sent Submission, again bool, err error) {
	err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
		sent, again, err = b.service.SubmitDirect(ctx, tx, d)
		return err
	})
	return sent, again, err
}

func onPaper() Direct {
	return Direct{
		Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-01"}, Answers: goodAnswers(), Key: "counter:1", Lang: i18n.EN,
	}
}

func TestSubmitDirect_storesWhatADraftWouldHave(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		byDraft, _, err := b.submit(b.filled().ID, "draft")
		if err != nil {
			t.Fatal(err)
		}
		sent, again, err := b.direct(onPaper())
		if err != nil || again {
			t.Fatalf("again %t, %v", again, err)
		}
		if diff := cmp.Diff(byDraft.Values, sent.Values); diff != "" {
			t.Error(diff)
		}
		if sent.Lang != i18n.EN || sent.Digest != byDraft.Digest || sent.Subject != "kari" || sent.SubmittedBy != "kari" || sent.Draft != sent.ID {
			t.Errorf("sent %+v", sent)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			stored, err := b.service.Submission(ctx, tx, sent.ID)
			if diff := cmp.Diff(sent.Values, stored.Values); err != nil || diff != "" {
				t.Error(err, diff)
			}
			return nil
		})
	})
}

func TestSubmitDirect_isReplayedByItsKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		first, _, err := b.direct(onPaper())
		if err != nil {
			t.Fatal(err)
		}
		second, again, err := b.direct(onPaper())
		if err != nil || !again || second.ID != first.ID {
			t.Errorf("again %t, id %s for %s, %v", again, second.ID, first.ID, err)
		}
		other := onPaper()
		other.Subject = "ola"
		if _, _, err := b.direct(other); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the key for another subject: %v", err)
		}
		other = onPaper()
		other.Person = "nils"
		if sent, again, err := b.direct(other); err != nil || again || sent.ID == first.ID {
			t.Errorf("the key of another person: again %t, %v", again, err)
		}
	})
}

func TestSubmitDirect_manyAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		var mu sync.Mutex
		found, fresh := map[string]bool{}, 0
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				sent, again, err := b.direct(onPaper())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				found[sent.ID] = true
				if !again {
					fresh++
				}
			})
		}
		group.Wait()
		if len(found) != 1 || fresh != 1 {
			t.Errorf("%d submissions, %d of them new", len(found), fresh)
		}
	})
}

func TestSubmitDirect_refuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		empty := onPaper()
		empty.Answers = Answers{}
		_, _, err := b.direct(empty)
		if e := errs.Of(err); e == nil || e.Kind != errs.KindInvalid || len(e.Fields) == 0 {
			t.Errorf("no answers: %v", err)
		}
		for name, change := range map[string]func(*Direct){
			"no key":       func(d *Direct) { d.Key = "" },
			"nobody":       func(d *Direct) { d.Person = "" },
			"unknown fact": func(d *Direct) { d.Facts = map[string]any{"income": 1} },
			"unknown form": func(d *Direct) { d.Form = "nothing" },
		} {
			d := onPaper()
			change(&d)
			if _, _, err := b.direct(d); err == nil {
				t.Errorf("%s is taken", name)
			}
		}
		// What was refused leaves the key free.
		if _, again, err := b.direct(onPaper()); err != nil || again {
			t.Errorf("after the refusals: again %t, %v", again, err)
		}
	})
}
