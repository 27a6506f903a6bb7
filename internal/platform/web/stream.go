package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// beat is how often a quiet stream says that it lives, which keeps proxies from
// cutting it.
const beat = 20 * time.Second

// longestStream bounds a stream; the browser comes back by itself, with a
// session that is looked up anew.
const longestStream = 10 * time.Minute

// Live sends an event named "change" each time one of the topics is woken,
// until the visitor goes. The event says nothing: the page fetches what is new
// by the ordinary route, which asks access again.
func Live(w http.ResponseWriter, r *http.Request, db *store.DB, topic string) error {
	woken, cancel := db.Subscribe(topic)
	defer cancel()
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // not every writer has deadlines
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if err := send(w, control, ": torg\nretry: 3000\n\n"); err != nil {
		return nil // the visitor has gone
	}
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	end := time.NewTimer(longestStream)
	defer end.Stop()
	var stopping <-chan struct{} // never, outside a Site
	if v := visitOf(r.Context()); v != nil {
		stopping = v.site.stopping
	}
	for {
		text := ": still here\n\n"
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-stopping:
			return nil
		case <-woken:
			text = "event: change\ndata: 1\n\n"
		case <-ticker.C:
		}
		if err := send(w, control, text); err != nil {
			return nil // the visitor has gone
		}
	}
}

func send(w http.ResponseWriter, control *http.ResponseController, text string) error {
	if _, err := strings.NewReader(text).WriteTo(w); err != nil {
		return fmt.Errorf("web: stream: %w", err)
	}
	return control.Flush()
}
