package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestSend_handsOverOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := hello("kari@post.test", "Søknaden er mottatt")
		m.Dedupe = "case-1/received"
		first := w.send(t, m, m)
		if first[0] != first[1] {
			t.Errorf("two messages: %v", first)
		}
		item := w.becomes(t, first[0], HandedOver, 1)
		got := w.office.await(t, 1)[0]
		if got.from != "post@vestoy.test" || got.to != "kari@post.test" {
			t.Errorf("envelope from %s to %s", got.from, got.to)
		}
		if item.HandedOverAt.IsZero() || item.LastError != "" {
			t.Errorf("item = %+v", item)
		}
		w.send(t, m)
		if !w.idle(t) || len(w.office.letters()) != 1 {
			t.Error("sent again")
		}
		_, receipts := w.message(t, first[0])
		if diff := cmp.Diff([]string{"handed_over 250"}, whats(receipts)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSend_isUndoneWithItsTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		sorry := errors.New("no")
		err := w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, err := w.Send(ctx, tx, hello("kari@post.test", "A")); err != nil {
				return err
			}
			return sorry
		})
		if !errors.Is(err, sorry) {
			t.Fatal(err)
		}
		w.becomes(t, w.send(t, hello("ola@post.test", "B"))[0], HandedOver, 1)
		if got := w.office.await(t, 1); got[0].to != "ola@post.test" {
			t.Errorf("sent to %s", got[0].to)
		}
	})
}

func TestHandOver_triesAgainAfterAPassingRefusal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.office.refuse("kari@post.test", 451, smtp.EnhancedCode{4, 3, 0})
		id := w.send(t, hello("kari@post.test", "A"))[0]
		item := w.becomes(t, id, Waiting, 1)
		if got := item.NextAt.Sub(w.Clock.Now()); got != time.Minute || item.LastError != "451 4.3.0" {
			t.Errorf("next attempt in %v after %q", got, item.LastError)
		}
		w.Clock.Advance(59 * time.Second)
		time.Sleep(100 * time.Millisecond)
		w.becomes(t, id, Waiting, 1)
		w.Clock.Advance(2 * time.Second)
		w.becomes(t, id, Waiting, 2)
		w.office.refuse("kari@post.test", 0, smtp.EnhancedCode{})
		w.Clock.Advance(5*time.Minute + time.Second)
		w.becomes(t, id, HandedOver, 3)
		_, receipts := w.message(t, id)
		want := []string{"deferred 451 4.3.0", "deferred 451 4.3.0", "handed_over 250"}
		if diff := cmp.Diff(want, whats(receipts)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHandOver_failsAtOnceWhenRefusedForGood(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.office.refuse("gone@post.test", 550, smtp.EnhancedCode{5, 1, 1})
		sent := w.send(t, hello("gone@post.test", "A"), hello("gone@post.test", "B"))
		item := w.becomes(t, sent[0], Failed, 1)
		if item.LastError != "550 5.1.1" {
			t.Errorf("last error = %q", item.LastError)
		}
		w.becomes(t, sent[1], Failed, 1) // the first does not hold up the second
		failed, err := w.List(w.Ctx, Filter{State: Failed})
		if err != nil || len(failed) != 2 {
			t.Errorf("%d failed messages are visible, error %v", len(failed), err)
		}
		w.office.refuse("gone@post.test", 0, smtp.EnhancedCode{})
		retry := func() error {
			return w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return w.Retry(ctx, tx, sent[0]) })
		}
		if err := retry(); err != nil {
			t.Fatal(err)
		}
		w.becomes(t, sent[0], HandedOver, 1)
		if err := retry(); !errs.Is(err, errs.KindConflict) {
			t.Errorf("retried what was handed over: %v", err)
		}
	})
}

func TestHandOver_repeatsTheMessageIDWhenTheAnswerWasLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.office.dropAnswers(1)
		id := w.send(t, hello("kari@post.test", "A"))[0]
		w.becomes(t, id, Waiting, 1)
		w.Clock.Advance(time.Minute + time.Second)
		item := w.becomes(t, id, HandedOver, 2)
		var seen []string
		for _, l := range w.office.await(t, 2) {
			h, _ := l.parse(t)
			seen = append(seen, h.Get("Message-ID"), h.Get("Date"))
		}
		if seen[0] != "<"+item.MessageID+">" || seen[0] != seen[2] || seen[1] != seen[3] {
			t.Errorf("Message-IDs and dates: %q", seen)
		}
	})
}

func TestHandOver_keepsTheOrderThroughAnOutage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.office.close()
		var all []Message
		for i := range 6 {
			all = append(all, hello("kari@post.test", fmt.Sprintf("nr %d", i)))
		}
		sent := w.send(t, all...)
		w.becomes(t, sent[0], Waiting, 1)
		if item, _ := w.message(t, sent[1]); item.Attempts != 0 {
			t.Errorf("the second was tried %d times before the first had gone", item.Attempts)
		}
		w.office.open(t, nil)
		last := w.send(t, hello("ola@post.test", "nr 0")) // somebody else does not wait
		w.becomes(t, last[0], HandedOver, 1)
		w.Clock.Advance(time.Minute + time.Second)
		w.becomes(t, sent[5], HandedOver, 1)
		var order []string
		for _, l := range w.office.await(t, 7) {
			h, _ := l.parse(t)
			if l.to == "kari@post.test" {
				order = append(order, h.Get("Subject"))
			}
		}
		if !slices.IsSorted(order) || len(order) != 6 {
			t.Errorf("order: %v", order)
		}
	})
}

func TestHandOver_givesUpAfterThreeDays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.office.refuse("kari@post.test", 452, smtp.EnhancedCode{4, 2, 2})
		id := w.send(t, hello("kari@post.test", "A"))[0]
		start := w.Clock.Now()
		for n, pause := range waits() {
			w.becomes(t, id, Waiting, n+1)
			w.Clock.Advance(pause)
		}
		w.becomes(t, id, Failed, len(waits())+1)
		if took := w.Clock.Now().Sub(start); took < 2*24*time.Hour || took > 3*24*time.Hour {
			t.Errorf("gave up after %v", took)
		}
		_, receipts := w.message(t, id)
		if last := receipts[len(receipts)-1]; last.What != receiptGaveUp || last.Detail != "452 4.2.2" {
			t.Errorf("last receipt = %+v", last)
		}
	})
}

func TestHandOver_sendsAttachments(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		letter := []byte("%PDF-1.7\n" + strings.Repeat("vedtak ", 1000) + "\n%%EOF\n")
		m := hello("kari@post.test", "Vedtak")
		m.Attachments = []string{w.document(t, letter, "Vedtak på søknad.pdf")}
		w.becomes(t, w.send(t, m)[0], HandedOver, 1)
		_, got := w.office.await(t, 1)[0].parse(t)
		file := got[len(got)-1]
		if got[0].mediaType != "multipart/mixed" || file.mediaType != "application/pdf" || !strings.Contains(fmt.Sprint(got), "multipart/alternative") {
			t.Errorf("parts: %+v", got)
		}
		gone := hello("kari@post.test", "Borte")
		gone.Attachments = []string{"0193a1b2-0000-7000-8000-000000000000"}
		item := w.becomes(t, w.send(t, gone)[0], Failed, 1)
		if item.LastError != "attachment" {
			t.Errorf("last error = %q", item.LastError)
		}
	})
}

func TestWait_climbs(t *testing.T) {
	t.Parallel()
	total := time.Duration(0)
	for n := 1; ; n++ {
		pause, again := wait(n)
		if !again {
			if n != 12 || total < 60*time.Hour || total > 72*time.Hour {
				t.Errorf("%d attempts within %v", n, total)
			}
			break
		}
		total += pause
	}
	if _, again := wait(0); again {
		t.Error("a wait before anything failed")
	}
}

// TestHandOver_isDoneWhenTheMessageIsGone has a job outlive its message.
func TestHandOver_isDoneWhenTheMessageIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		job := jobs.Job[handOverArgs]{Args: handOverArgs{Message: "0193a1b2-0000-7000-8000-000000000000"}}
		if err := w.handOver(w.Ctx, job); err != nil {
			t.Error(err)
		}
	})
}
