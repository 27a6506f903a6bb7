package app_test

import (
	"context"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// strandedArgs is work that nobody does.
type strandedArgs struct{}

func (strandedArgs) Kind() string { return "app_test.stranded" }

// stranded makes a job that waits for a year, of a municipality or, with "", of the
// platform.
func stranded(t *testing.T, h *apptest.Harness, slug string) string {
	t.Helper()
	put := func(ctx context.Context, tx *store.Tx) error {
		return jobs.Enqueue(ctx, tx, strandedArgs{}, jobs.At(tx.Now.AddDate(1, 0, 0)))
	}
	if slug == "" {
		ok(t, h.App.DB.WritePlatform(t.Context(), put))
	} else {
		ok(t, h.App.DB.Write(h.In(slug), put))
	}
	list, err := jobs.List(t.Context(), h.App.DB, jobs.Filter{Kind: strandedArgs{}.Kind(), State: jobs.StateScheduled, Limit: 1})
	ok(t, err)
	return list[0].ID
}

func state(t *testing.T, h *apptest.Harness, id string) jobs.State {
	t.Helper()
	row, err := h.App.Job(t.Context(), id)
	ok(t, err)
	return row.State
}

func TestDiscardJob_givesUpThenPutsAwayThenLetsRetry(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *apptest.Harness) {
		for _, slug := range []string{"torgoy", ""} {
			id := stranded(t, h, slug)
			for _, want := range []jobs.State{jobs.StateDiscarded, jobs.StateCancelled} {
				ok(t, h.App.DiscardJob(t.Context(), id))
				if got := state(t, h, id); got != want {
					t.Errorf("%q: %s, want %s", slug, got, want)
				}
			}
			if err := h.App.DiscardJob(t.Context(), id); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%q: a third time: %v", slug, err)
			}
			ok(t, h.App.RetryJob(t.Context(), id))
			if got := state(t, h, id); got != jobs.StateScheduled {
				t.Errorf("%q: %s after the retry", slug, got)
			}
			if err := h.App.RetryJob(t.Context(), id); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%q: a second retry: %v", slug, err)
			}
		}
		for name, err := range map[string]error{"retry": h.App.RetryJob(t.Context(), "none"), "discard": h.App.DiscardJob(t.Context(), "")} {
			if !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s of none: %v", name, err)
			}
		}
	})
}

func TestMessages_areFoundWhereverTheyAre(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *apptest.Harness) {
		var id string
		ctx := h.In("fjordbygda")
		ok(t, h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			id, err = h.App.Notify.Send(ctx, tx, notify.Message{
				Email: "ingen at example", Kind: "case.decided", Lang: i18n.NN, Subject: "Vedtak", Body: notify.Body{Heading: "Vedtak", Paragraphs: []string{"Les det."}},
			})
			return err
		}))
		all, err := h.App.Messages(t.Context(), h.App.Directory.All(), true)
		ok(t, err)
		found := 0
		for _, of := range all {
			for _, m := range of.Items {
				if m.State != notify.Failed && m.State != notify.Bounced {
					t.Errorf("%s is %s and stands among what failed", m.ID, m.State)
				}
				if m.ID == id && of.Tenant.Slug == "fjordbygda" {
					found++
				}
			}
		}
		if len(all) != 2 || found != 1 {
			t.Errorf("%d municipalities, found %d times", len(all), found)
		}
		everything, err := h.App.Messages(t.Context(), h.App.Directory.All(), false)
		ok(t, err)
		if len(everything[0].Items)+len(everything[1].Items) <= found {
			t.Error("only what failed is shown")
		}
		if err := h.App.RetryMessage(t.Context(), id); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a message without an address: %v", err)
		}
		if err := h.App.RetryMessage(t.Context(), "none"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("none: %v", err)
		}
	})
}

// Every kind of work is named in words, since an administrator reads them.
func TestFailedWork_everyKindHasWordsInThreeLanguages(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	kinds := h.App.Registry.Kinds()
	if !slices.Contains(kinds, "notify.hand_over") {
		t.Fatalf("kinds: %v", kinds)
	}
	for _, kind := range kinds {
		key := "staff.failed.job." + kind
		for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
			if text := h.App.Bundle.For(lang).T(key); text == "["+key+"]" {
				t.Errorf("%s lacks %q: the administrator's page of failed work shows it", lang, key)
			}
		}
	}
}
