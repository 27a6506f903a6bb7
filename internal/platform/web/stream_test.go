package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// listen opens a stream and returns its lines.
func listen(ctx context.Context, t *testing.T, w *world, path string) (*http.Response, *bufio.Reader) {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = nordvik
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer, bufio.NewReader(answer.Body)
}

// readEvent reads up to the empty line that ends an event.
func readEvent(t *testing.T, from *bufio.Reader) string {
	t.Helper()
	var event strings.Builder
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream ends with %v after %q", err, event.String())
		}
		if line == "\n" {
			return event.String()
		}
		event.WriteString(line)
	}
}

func (w *world) wake(t *testing.T, topic string) {
	t.Helper()
	err := w.DB.Write(w.Ctx, func(_ context.Context, tx *store.Tx) error {
		tx.Wake(topic)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLive_tellsThatSomethingChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answer, from := listen(t.Context(), t, w, "/live")
	defer answer.Body.Close()
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", answer.StatusCode, got)
	}
	if answer.Header.Get("Cache-Control") != "private, no-store" || answer.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("headers %v", answer.Header)
	}
	if got := readEvent(t, from); got != ": torg\nretry: 3000\n" {
		t.Errorf("begins with %q", got)
	}
	for range 2 {
		w.wake(t, "another topic")
		w.wake(t, "topic")
		if got := readEvent(t, from); got != "event: change\ndata: 1\n" {
			t.Errorf("tells %q", got)
		}
	}
}

func TestLive_endsWithTheVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	rec := httptest.NewRecorder()
	go func() {
		ended <- Live(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, "/live", http.NoBody), w.DB, "topic")
	}()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("a visitor who left is an error: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the stream goes on without a visitor")
	}
	if !strings.HasPrefix(rec.Body.String(), ": torg\n") {
		t.Errorf("sent %q", rec.Body.String())
	}
}

// deaf is a connection that broke.
type deaf struct{ http.ResponseWriter }

func (deaf) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestLive_endsWhenNobodyHears(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/live", http.NoBody)
	if err := Live(deaf{httptest.NewRecorder()}, r, w.DB, "topic"); err != nil {
		t.Errorf("a broken connection is an error: %v", err)
	}
}

func TestLive_asksWhoListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answer, _ := listen(t.Context(), t, w, "/mine/live")
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusUnauthorized || string(body) != "Du må logge inn først." {
		t.Errorf("%d %q %v", answer.StatusCode, body, err)
	}
}

func TestLive_livesLongerThanItsBeat(t *testing.T) {
	t.Parallel()
	if beat >= 30*time.Second || longestStream < 10*beat || longestStream > 30*time.Minute {
		t.Errorf("beat %v, at most %v", beat, longestStream)
	}
}
