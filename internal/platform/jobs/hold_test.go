package jobs_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/jobs"
)

func TestHold_leavesAKindLyingUntilItIsLetGo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		jobs.Register(w.registry, jobs.KindOptions{Lane: jobs.LaneAlarm}, func(context.Context, jobs.Job[siren]) error {
			w.say("siren")
			return nil
		})
		w.registry.Hold("test.note", true)
		w.enqueue(note{"held"})
		w.enqueue(siren{})
		w.drain("siren")
		if got := w.only(); got.Kind != "test.note" || got.State != jobs.StateAvailable {
			t.Fatalf("%+v", got)
		}
		w.registry.Hold("test.note", false)
		w.drain("held")
	})
}

func TestHold_isLetGoWhileTheRunnerRuns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.registry.Hold("test.note", true)
		w.start(short)
		w.enqueue(note{"held"})
		w.registry.Hold("test.note", false)
		if diff := cmp.Diff([]string{"held"}, w.until(1)); diff != "" {
			t.Error(diff)
		}
	})
}
