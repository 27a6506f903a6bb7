package fakesms

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/notify"
)

const (
	maxBody     = 8 << 10
	tellTimeout = 10 * time.Second
)

// Options is what a Server is made of.
type Options struct {
	Token string
	Clock clock.Clock
	// Tell brings a receipt for each message that asks for one, by itself; nil
	// leaves that to the test.
	Tell *http.Client
}

// Message is an SMS as it came.
type Message struct {
	ID   string `json:"id"`
	To   string `json:"to"`
	From string `json:"from"`
	Text string `json:"text"`
	// Receipt is where to tell what became of it.
	Receipt string `json:"receipt"`
}

// Server is the gateway. It may be used by several goroutines.
type Server struct {
	o Options

	mu      sync.Mutex
	got     []Message
	seen    map[string]bool
	refused map[string]int // status by number
	calls   int
	down    bool
}

// New returns a gateway that has taken nothing yet.
func New(o Options) *Server {
	return &Server{o: o, seen: map[string]bool{}, refused: map[string]int{}}
}

// SetDown makes every answer 503, or serves again.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Refuse has a number answered with a status; 0 accepts again.
func (s *Server) Refuse(to string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[to] = status
}

// Messages returns what was taken, each once.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// Calls returns how often somebody came with the right token.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m Message
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Header.Get("Authorization") != "Bearer "+s.o.Token:
		w.WriteHeader(http.StatusUnauthorized)
	case err != nil || r.Method != http.MethodPost || m.ID == "" || m.ID != r.Header.Get("Idempotency-Key") || !strings.HasPrefix(m.To, "+") || m.Text == "":
		w.WriteHeader(http.StatusUnprocessableEntity)
	default:
		s.calls++
		s.take(r.Context(), w, m)
	}
}

func (s *Server) take(ctx context.Context, w http.ResponseWriter, m Message) {
	if status := s.refused[m.To]; status != 0 {
		w.WriteHeader(status)
		return
	}
	if !s.seen[m.ID] {
		s.seen[m.ID] = true
		s.got = append(s.got, m)
		if s.o.Tell != nil && m.Receipt != "" {
			go s.deliver(context.WithoutCancel(ctx), m)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": m.ID}) // the sender may have gone
}

// deliver tells that a message arrived, as if a phone had taken it at once.
func (s *Server) deliver(ctx context.Context, m Message) {
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	_, _ = s.Tell(ctx, s.o.Tell, m.Receipt, m.ID, notify.Arrived, "") // the receiver may have gone, as it may for a real gateway
}

// Tell posts a receipt to a municipality's /hooks/sms and returns the status.
func (s *Server) Tell(ctx context.Context, h *http.Client, address, id string, status notify.Arrival, code string) (int, error) {
	body, err := json.Marshal(notify.HookReceipt{ID: id, Status: status, Code: code})
	if err != nil {
		return 0, fmt.Errorf("fakesms: write receipt: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("fakesms: receipt: %w", err)
	}
	stamp := strconv.FormatInt(s.o.Clock.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Torg-Timestamp", stamp)
	r.Header.Set("Torg-Signature", notify.SignReceipt(s.o.Token, stamp, body))
	answer, err := h.Do(r)
	if err != nil {
		return 0, fmt.Errorf("fakesms: tell: %w", err)
	}
	return answer.StatusCode, answer.Body.Close()
}
