package staff

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// refusing is a mail server that takes nothing.
type refusing struct{}

func (refusing) Carry(context.Context, *notify.Envelope) (notify.Answer, error) {
	return notify.Answer{Outcome: notify.NotEver, Code: "550"}, nil
}

func (refusing) Close() error { return nil }

// letterArgs is a job of a kind that the texts know, oddArgs of one they do not.
type (
	letterArgs struct{ Case string }
	oddArgs    struct{ Thing string }
)

func (letterArgs) Kind() string { return "cases.letter" }
func (oddArgs) Kind() string    { return "odd.work" }

// makePost makes the post office; its keys are in memory.
func (w *world) makePost(ring *keys.Ring) {
	w.t.Helper()
	texts := i18n.New()
	w.ok(texts.Load("notify", notify.Messages()))
	w.ring = ring
	w.post = notify.New(notify.Config{
		DB: w.env.DB, Keys: ring, Texts: texts, Carrier: refusing{}, Host: "torg.test",
		From: func(context.Context) notify.Sender {
			return notify.Sender{Name: "Torgby", Address: "post@torgby.example"}
		},
	})
}

// put enqueues a job that nothing runs, and returns its id.
func (w *world) put(ctx context.Context, args jobs.Args) string {
	w.t.Helper()
	w.ok(w.env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return jobs.Enqueue(ctx, tx, args, jobs.At(w.env.Clock.Now().Add(time.Hour)))
	}))
	list, err := jobs.List(ctx, w.env.DB, jobs.Filter{Kind: args.Kind(), State: jobs.StateScheduled, Limit: 1})
	w.ok(err)
	return list[0].ID
}

// deadJob makes a dead letter of the context's municipality.
func (w *world) deadJob(ctx context.Context, about string) string {
	w.t.Helper()
	id := w.put(ctx, letterArgs{Case: about})
	w.ok(jobs.Discard(ctx, w.env.DB, store.TenantOf(ctx), id))
	return id
}

// send sends a message; the one to an address that is none fails at once.
func (w *world) mail(ctx context.Context, to string) (id string) {
	w.t.Helper()
	w.ok(w.ring.Warm(ctx, store.TenantOf(ctx)))
	w.ok(w.env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = w.post.Send(ctx, tx, notify.Message{
			PersonID: w.people["bo"].ID, Email: to, Kind: "case.decided", Lang: i18n.NB, Subject: "Hemmelig vedtak",
			Body: notify.Body{Heading: "Hei", Paragraphs: []string{"Hemmelig."}},
		})
		return err
	}))
	return id
}

func (w *world) badMessage(ctx context.Context) string { return w.mail(ctx, "bo at example") }

// refused makes a message that the other side will not take.
func (w *world) refused(ctx context.Context) string {
	w.t.Helper()
	id := w.mail(ctx, "bo@example.no")
	w.run(ctx)
	return id
}

// run does the jobs that wait.
func (w *world) run(ctx context.Context) {
	w.t.Helper()
	registry := jobs.NewRegistry()
	w.post.Jobs(registry)
	runner := jobs.NewRunner(jobs.Options{DB: w.env.DB, Registry: registry, Poll: 10 * time.Millisecond})
	w.ok(runner.Start(ctx))
	for range 500 {
		list, err := jobs.List(ctx, w.env.DB, jobs.Filter{Kind: "notify.hand_over"})
		w.ok(err)
		if !slices.ContainsFunc(list, func(r jobs.Row) bool { return !r.State.Finished() }) {
			w.ok(runner.Stop(ctx))
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatal("the post office did not finish")
}

func TestFailed_showsWhatTorgHasGivenUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		job := w.deadJob(w.ctx, "one")
		w.put(w.ctx, letterArgs{Case: "still tried"})
		w.deadJob(w.other, "neighbour's")
		w.mail(w.ctx, "")
		bad, refused := w.badMessage(w.ctx), w.refused(w.ctx)
		w.badMessage(w.other)
		work, err := w.service.Failed(w.ctx)
		w.ok(err)
		now := w.env.Clock.Now().UTC()
		for i := range work.Jobs {
			work.Jobs[i].At = work.Jobs[i].At.UTC()
		}
		for i := range work.Messages {
			work.Messages[i].At = work.Messages[i].At.UTC()
		}
		want := FailedWork{
			Jobs: []FailedJob{{ID: job, Kind: "cases.letter", At: now}},
			Messages: []FailedMessage{
				{ID: refused, Kind: "case.decided", State: notify.Failed, Code: "550", Attempts: 1, At: now, Mendable: true},
				{ID: bad, Kind: "case.decided", State: notify.Failed, Code: "address", At: now},
			},
		}
		if diff := cmp.Diff(want, work); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFailed_isRetriedAndPutAwayAndRecorded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		first, second := w.deadJob(w.ctx, "one"), w.deadJob(w.ctx, "two")
		bad, refused := w.badMessage(w.ctx), w.refused(w.ctx)
		w.ok(w.service.RetryJob(w.ctx, first))
		w.ok(w.service.PutJobAway(w.ctx, second))
		w.ok(w.service.RetryMessage(w.ctx, refused))
		want := []string{"staff.message_retried", "staff.job_put_away", "staff.job_retried"}
		if diff := cmp.Diff(want, w.actions(3)); diff != "" {
			t.Error(diff)
		}
		for name, err := range map[string]error{
			"a job that waits":        w.service.RetryJob(w.ctx, first),
			"a job put away":          w.service.PutJobAway(w.ctx, second),
			"a message that waits":    w.service.RetryMessage(w.ctx, refused),
			"a message to no address": w.service.RetryMessage(w.ctx, bad),
		} {
			if !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(want, w.actions(3)); diff != "" {
			t.Errorf("what was refused is recorded: %s", diff)
		}
		work, err := w.service.Failed(w.ctx)
		w.ok(err)
		if len(work.Jobs) != 0 || len(work.Messages) != 1 || work.Messages[0].ID != bad {
			t.Errorf("left: %+v", work)
		}
	})
}

func TestDiscardJob_givesUpFirstAndThenPutsAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		id := w.put(w.ctx, letterArgs{Case: "one"})
		for _, want := range []jobs.State{jobs.StateDiscarded, jobs.StateCancelled} {
			w.ok(w.service.DiscardJob(w.ctx, id))
			list, err := jobs.List(w.ctx, w.env.DB, jobs.Filter{ID: id})
			w.ok(err)
			if list[0].State != want {
				t.Errorf("state %s, want %s", list[0].State, want)
			}
		}
		if err := w.service.DiscardJob(w.ctx, id); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a third time: %v", err)
		}
	})
}

func TestFailed_isTheAdministratorsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		job, message := w.deadJob(w.ctx, "one"), w.refused(w.ctx)
		strangers := w.outsiders()
		acts := map[string]func(context.Context) error{
			"list":    func(ctx context.Context) error { _, err := w.service.Failed(ctx); return err },
			"see":     func(ctx context.Context) error { _, err := w.service.FailedJob(ctx, job); return err },
			"retry":   func(ctx context.Context) error { return w.service.RetryJob(ctx, job) },
			"discard": func(ctx context.Context) error { return w.service.DiscardJob(ctx, job) },
			"away":    func(ctx context.Context) error { return w.service.PutJobAway(ctx, job) },
			"message": func(ctx context.Context) error { return w.service.RetryMessage(ctx, message) },
		}
		for who, stranger := range strangers {
			for name, act := range acts {
				if who == "another's manager" && name == "list" {
					continue // has a list, and it is empty
				}
				if err := act(stranger.ctx); !errs.Is(err, stranger.want) {
					t.Errorf("%s: %s: %v", who, name, err)
				}
			}
		}
		for name, role := range map[string]identity.Grant{
			"an auditor": {Role: "auditor"}, "a head": {Role: "department_head", Department: w.school.ID},
			"an administrator of a department": {Role: "administrator", Department: w.school.ID},
		} {
			if err := w.service.RetryJob(w.as("cleo", role), job); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if theirs, err := w.service.Failed(w.other); err != nil || len(theirs.Jobs)+len(theirs.Messages) != 0 {
			t.Errorf("the neighbour sees %+v, %v", theirs, err)
		}
		if err := w.service.RetryJob(w.ctx, ids.New()); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a job that is not there: %v", err)
		}
	})
}

func TestFailedPage_showsKindsInWordsAndNobodysData(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(t, "ada", "/admin/failed").is(http.StatusOK).has("Ingenting har feilet").lacks("<table")
	job, bad, refused := s.deadJob(s.ctx, "one"), s.badMessage(s.ctx), s.refused(s.ctx)
	odd := s.put(s.ctx, oddArgs{Thing: "x"})
	s.ok(jobs.Discard(s.ctx, s.env.DB, s.here.ID, odd))
	for lang, words := range map[string][]string{
		"nb": {"Lage vedtaksbrevet i en sak", "Annet arbeid", "Vedtak", "Adressen kan ikke brukes", "Svaret var 550", "Prøv på nytt"},
		"nn": {"Lage vedtaksbrevet i ei sak", "Anna arbeid", "Vedtak", "Adressa kan ikkje brukast", "Svaret var 550", "Prøv på nytt"},
		"en": {"Make the letter of a decision", "Other work", "Decision", "The address cannot be used", "The answer was 550", "Try again"},
	} {
		page := s.send(t, "ada", lang, http.MethodGet, "/admin/failed", nil).is(http.StatusOK).has(words...).has(job, odd, "odd.work", bad, refused)
		page.lacks("bo@example.no", "bo at example", "Hemmelig", s.people["bo"].ID, "Ødegård, ")
		if page.lacks("/admin/failed/messages/" + bad + "/retry"); strings.Count(page.main(), `action="/admin/failed/`) != 3 {
			t.Errorf("%s: not one form for each that can be tried again: %s", lang, page.main())
		}
	}
}

func TestFailedPage_retriesAndDiscardsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first, second, message := s.deadJob(s.ctx, "one"), s.deadJob(s.ctx, "two"), s.refused(s.ctx)
	s.get(t, "ada", "/admin").has(`href="/admin/failed"`)
	s.get(t, "auditor", "/admin").lacks(`href="/admin/failed"`)
	s.get(t, "ada", "/admin/failed").has(`aria-label="Prøv på nytt: Lage vedtaksbrevet i en sak, ` + first + `"`)
	s.post(t, "ada", "/admin/failed/jobs/"+first+"/retry", nil).to("/admin/failed", "success:staff.flash.job_retried")
	s.post(t, "ada", "/admin/failed/jobs/"+first+"/retry", nil).to("/admin/failed", "warning:jobs.wrong_state")
	discard := "/admin/failed/jobs/" + second + "/discard"
	s.get(t, "ada", discard).is(http.StatusOK).has(second, "Lage vedtaksbrevet i en sak", `action="`+discard+`"`, `href="/admin/failed"`)
	s.post(t, "ada", discard, nil).to("/admin/failed", "success:staff.flash.job_put_away")
	s.get(t, "ada", discard).is(http.StatusNotFound)
	s.post(t, "ada", "/admin/failed/messages/"+message+"/retry", nil).to("/admin/failed", "success:staff.flash.message_retried")
	s.post(t, "ada", "/admin/failed/messages/"+message+"/retry", nil).to("/admin/failed", "warning:notify.not_failed")
	s.post(t, "ada", "/admin/failed/messages/none/retry", nil).is(http.StatusNotFound)
	s.get(t, "ada", "/admin/failed").has("Ingenting har feilet")
	s.get(t, "auditor", "/admin/log").has("Jobb satt i kø på nytt", "Jobb forkastet", "Melding sendt på nytt")
}

func TestMessageWords_fallBackToWhatItIsAbout(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), texts(t).For(i18n.NB))
	for kind, want := range map[string]string{
		"case.decided": "Vedtak", "case.something_new": "Melding om en sak", "deadline.anything": "Melding om en frist", "odd.kind": "Annen melding", "": "Annen melding",
	} {
		if got := messageWords(ctx, kind); got != want {
			t.Errorf("%q: %q, want %q", kind, got, want)
		}
	}
}

func TestFailedPage_saysWhenThereIsMoreThanItShows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range failedLength + 1 {
		s.deadJob(s.ctx, "one")
	}
	page := s.get(t, "ada", "/admin/failed").is(http.StatusOK).has("Det er mer enn vi viser her")
	if n := strings.Count(page.main(), `id="job-`); n != failedLength {
		t.Errorf("%d rows", n)
	}
}
