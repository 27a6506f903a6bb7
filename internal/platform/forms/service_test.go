package forms

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// testKeys hides nothing but sees to it that what is decrypted was encrypted
// for the same tenant, purpose and row.
type testKeys struct{}

func (testKeys) Encrypt(_ context.Context, tenant, purpose string, plain, aad []byte) ([]byte, error) {
	return append([]byte(tenant+"|"+purpose+"|"+string(aad)+"|"), mirrored(plain)...), nil
}

func (testKeys) Decrypt(_ context.Context, tenant, purpose string, sealed, aad []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(tenant+"|"+purpose+"|"+string(aad)+"|"))
	if !ok {
		return nil, errors.New("sealed for something else")
	}
	return mirrored(rest), nil
}

func mirrored(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x55
	}
	return out
}

type bench struct {
	storetest.Env
	t       *testing.T
	service *Service
}

func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		places := func(context.Context, *store.Tx) ([]Choice, error) { return testEnv().Lists["places"], nil }
		b := &bench{Env: env, t: t, service: New(Options{Keys: testKeys{}, Sources: map[string]Source{"places": places}})}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(b.service.Publish(ctx, tx, everyType(t)), b.service.Publish(ctx, tx, smallForm(t)))
		})
		test(t, b)
	})
}

func (b *bench) write(fn func(ctx context.Context, tx *store.Tx) error) {
	b.t.Helper()
	if err := b.DB.Write(b.Ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) start(start Start) Draft {
	b.t.Helper()
	var draft Draft
	b.write(func(ctx context.Context, tx *store.Tx) (err error) {
		draft, err = b.service.StartDraft(ctx, tx, start)
		return err
	})
	return draft
}

func (b *bench) savePage(id string, version int64, page string, values map[string]any) (draft Draft, err error) {
	err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
		draft, err = b.service.SavePage(ctx, tx, id, version, page, Answers{Values: values})
		return err
	})
	return draft, err
}

func (b *bench) mustSave(draft Draft, page string, values map[string]any) Draft {
	b.t.Helper()
	saved, err := b.savePage(draft.ID, draft.Version, page, values)
	if err != nil {
		b.t.Fatal(err)
	}
	return saved
}

func (b *bench) read(id string) (draft Draft, err error) {
	err = b.DB.Read(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
		draft, err = b.service.Draft(ctx, tx, id)
		return err
	})
	return draft, err
}

func (b *bench) submit(id, key string) (sent Submission, existed bool, err error) {
	err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
		sent, existed, err = b.service.Submit(ctx, tx, id, key)
		return err
	})
	return sent, existed, err
}

// filled is a draft of every-type with all pages saved.
func (b *bench) filled() Draft {
	b.t.Helper()
	draft := b.start(Start{Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-01"}})
	for _, page := range []string{"simple", "choosing", "rows"} {
		draft = b.mustSave(draft, page, goodAnswers().Values)
	}
	return draft
}

func newer(t *testing.T) *Definition {
	t.Helper()
	d, err := Parse([]byte(strings.Replace(string(everyType(t).Body()), `"version":3`, `"version":4`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPublish_keepsVersionsAsTheyWere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, everyType(t)) })
		other, err := Parse([]byte(strings.Replace(string(everyType(t).Body()), "Enkle felt", "Andre felt", 1)))
		if err != nil {
			t.Fatal(err)
		}
		err = b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, other) })
		if err == nil || !strings.Contains(err.Error(), "exists with other content") {
			t.Errorf("another text under the same version: %v", err)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, newer(t)) })
		b.write(func(ctx context.Context, tx *store.Tx) error {
			live, err := b.service.Live(ctx, tx, "every-type")
			if err != nil || live.Version != 4 {
				t.Errorf("live %v, %v", live, err)
			}
			old, err := b.service.Definition(ctx, tx, "every-type", 3)
			if err != nil || old.Digest() != everyType(t).Digest() {
				t.Errorf("old %v, %v", old, err)
			}
			for _, version := range []int64{-1, 0, 9} {
				if _, err := b.service.Definition(ctx, tx, "every-type", version); !errs.Is(err, errs.KindNotFound) {
					t.Errorf("version %d: %v", version, err)
				}
			}
			return nil
		})
		err = b.DB.Read(b.Other, func(ctx context.Context, tx *store.Tx) error {
			_, err := b.service.Live(ctx, tx, "every-type")
			return err
		})
		if !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another tenant has the form: %v", err)
		}
	})
}

func TestPublish_refusesAListThatNobodyBrings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		err := b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
			return New(Options{Keys: testKeys{}}).Publish(ctx, tx, newer(t))
		})
		if err == nil || !strings.Contains(err.Error(), `nobody brings the list "places"`) {
			t.Error(err)
		}
	})
}

func TestStartDraft_returnsTheLiveOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		first := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		again := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		if again.ID != first.ID || first.Page != "first" || first.Version != 1 || first.Outdated {
			t.Errorf("first %+v, again %+v", first.DraftInfo, again.DraftInfo)
		}
		if other := b.start(Start{Form: "small-form", Person: "kari", Subject: "per"}); other.ID == first.ID {
			t.Error("one draft for two children")
		}
		if other := b.start(Start{Form: "small-form", Person: "nils", Subject: "ola"}); other.ID == first.ID {
			t.Error("one draft for two guardians")
		}
		self := b.start(Start{Form: "every-type", Person: "kari"})
		if self.Subject != "kari" {
			t.Errorf("subject %q", self.Subject)
		}
		for _, bad := range []Start{{Form: "small-form", Person: "kari"}, {Form: "small-form", Subject: "ola"}, {Form: "nothing", Person: "kari"}} {
			err := b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := b.service.StartDraft(ctx, tx, bad)
				return err
			})
			if err == nil {
				t.Errorf("%+v is begun", bad)
			}
		}
	})
}

func TestStartDraft_bringsFactsUpToDate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		first := b.start(Start{Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-01"}})
		same := b.start(Start{Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-01"}})
		later := b.start(Start{Form: "every-type", Person: "kari", Facts: map[string]any{"born": "2020-01-02"}})
		if same.Version != first.Version || later.Version != first.Version+1 || later.Facts["born"] != "2020-01-02" {
			t.Errorf("versions %d %d %d", first.Version, same.Version, later.Version)
		}
	})
}

func TestStartDraft_manyAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		found := make([]string, 8)
		var group sync.WaitGroup
		for i := range found {
			group.Go(func() {
				err := b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error {
					draft, err := b.service.StartDraft(ctx, tx, Start{Form: "every-type", Person: "kari"})
					found[i] = draft.ID
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := slices.Compact(found); len(got) != 1 {
			t.Errorf("drafts %v", got)
		}
	})
}

func TestSavePage_keepsAnswersEncrypted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		got, err := b.read(draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(goodAnswers(), got.Answers, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		if got.Page != "rows" || got.Version != 4 || got.Facts["born"] != "2020-01-01" {
			t.Errorf("draft %+v", got.DraftInfo)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			sealed, err := store.One(ctx, tx, store.Value[[]byte], "select answers_cipher from forms_drafts where tenant_id = $1 and id = $2", tx.Tenant, draft.ID)
			if err != nil || bytes.Contains(sealed, []byte("Nordmann")) {
				t.Errorf("stored %s, %v", sealed, err)
			}
			return nil
		})
	})
}

func TestSavePage_fromAnOldTab(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		old := b.start(Start{Form: "every-type", Person: "kari"})
		b.mustSave(old, "simple", map[string]any{"name": "Kari"})
		got, err := b.savePage(old.ID, old.Version, "choosing", map[string]any{"one": "a", "name": "not on this page"})
		if err != nil || got.Answers.Values["one"] != "a" || got.Answers.Values["name"] != "Kari" {
			t.Errorf("a page untouched since: %v, %v", got.Answers, err)
		}
		got, err = b.savePage(old.ID, old.Version, "simple", map[string]any{"name": "Kari"})
		if err != nil || got.Version != 4 {
			t.Errorf("the same answers again: version %d, %v", got.Version, err)
		}
		got, err = b.savePage(old.ID, old.Version, "simple", map[string]any{"name": "Per"})
		if !errs.Is(err, errs.KindConflict) || got.Answers.Values["name"] != "Kari" {
			t.Errorf("a page changed since: %v, %v", got.Answers, err)
		}
		if now, err := b.read(old.ID); err != nil || now.Answers.Values["name"] != "Kari" {
			t.Errorf("after the conflict: %v, %v", now.Answers, err)
		}
		if _, err = b.savePage(old.ID, 99, "simple", map[string]any{"name": "Per"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a version that never was: %v", err)
		}
		if _, err = b.savePage(old.ID, 4, "nowhere", nil); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("unknown page: %v", err)
		}
	})
}

func TestSavePage_keepsWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.start(Start{Form: "every-type", Person: "kari"})
		b.write(func(ctx context.Context, tx *store.Tx) (err error) {
			draft, err = b.service.SavePage(ctx, tx, draft.ID, draft.Version, "simple", Answers{Typed: map[string]string{"amount": "tolv", "people[0].born": "x"}})
			return err
		})
		got, err := b.read(draft.ID)
		if diff := cmp.Diff(map[string]string{"amount": "tolv"}, got.Answers.Typed); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestSavePage_refusesTooMuch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.start(Start{Form: "every-type", Person: "kari"})
		_, err := b.savePage(draft.ID, draft.Version, "simple", map[string]any{"name": strings.Repeat("x", maxAnswers)})
		if !errs.Is(err, errs.KindTooLarge) {
			t.Error(err)
		}
	})
}

func TestDraft_isHiddenFromOtherTenants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		err := b.DB.Read(b.Other, func(ctx context.Context, tx *store.Tx) error {
			_, err := b.service.Draft(ctx, tx, draft.ID)
			return err
		})
		if !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another tenant: %v", err)
		}
		for _, id := range []string{"", "x", ids.New(), "' or 1=1 --"} {
			if _, err := b.read(id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestDraft_staysOnItsVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.filled()
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, newer(t)) })
		got, err := b.read(draft.ID)
		if err != nil || got.FormVersion != 3 || !got.Outdated {
			t.Errorf("draft %+v, %v", got.DraftInfo, err)
		}
		sent, _, err := b.submit(draft.ID, "k1")
		if err != nil || sent.FormVersion != 3 || sent.Digest != everyType(t).Digest() {
			t.Errorf("sent %+v, %v", sent, err)
		}
		if next := b.start(Start{Form: "every-type", Person: "kari"}); next.FormVersion != 4 || next.ID == draft.ID {
			t.Errorf("next %+v", next.DraftInfo)
		}
	})
}

func TestDrafts_listsWhatIsNotSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		sent := b.filled()
		if _, _, err := b.submit(sent.ID, "k"); err != nil {
			t.Fatal(err)
		}
		one := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		b.Clock.Advance(time.Minute)
		two := b.start(Start{Form: "small-form", Person: "kari", Subject: "per"})
		b.start(Start{Form: "small-form", Person: "nils", Subject: "per"})
		var list []DraftInfo
		b.write(func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = b.service.Drafts(ctx, tx, "kari")
			return err
		})
		if len(list) != 2 || list[0].ID != two.ID || list[1].ID != one.ID {
			t.Errorf("drafts %+v", list)
		}
	})
}

func TestDrafts_runOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		old := b.start(Start{Form: "every-type", Person: "kari"})
		other := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		b.Clock.Advance(80 * 24 * time.Hour)
		b.mustSave(other, "first", map[string]any{"pet": "no"})
		b.Clock.Advance(11 * 24 * time.Hour)
		if _, err := b.read(old.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after 91 days: %v", err)
		}
		if _, err := b.read(other.ID); err != nil {
			t.Errorf("a draft that was touched 11 days ago: %v", err)
		}
		fresh := b.start(Start{Form: "every-type", Person: "kari"})
		if fresh.ID == old.ID {
			t.Error("the draft that ran out is continued")
		}
		b.Clock.Advance(91 * 24 * time.Hour)
		var deleted []int64
		for range 3 {
			b.write(func(ctx context.Context, tx *store.Tx) error {
				list, err := b.service.Expired(ctx, tx, 1)
				if err != nil {
					return err
				}
				for _, id := range list {
					if err := b.service.DeleteDraft(ctx, tx, id); err != nil {
						return err
					}
				}
				deleted = append(deleted, int64(len(list)))
				return nil
			})
		}
		if diff := cmp.Diff([]int64{1, 1, 0}, deleted); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDeleteDraft_deletesWhatIsNotSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		sent := b.filled()
		if _, _, err := b.submit(sent.ID, "k"); err != nil {
			t.Fatal(err)
		}
		remove := func(id string) error {
			return b.DB.Write(b.Ctx, func(ctx context.Context, tx *store.Tx) error { return b.service.DeleteDraft(ctx, tx, id) })
		}
		if err := remove(draft.ID); err != nil {
			t.Error(err)
		}
		for _, id := range []string{draft.ID, sent.ID} {
			if err := remove(id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("deleted again or after sending: %v", err)
			}
		}
	})
}
