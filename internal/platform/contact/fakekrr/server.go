package fakekrr

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
)

const (
	maxBody    = 1 << 20
	tokenLife  = 10 * time.Minute
	maxSkew    = 10 * time.Second
	maxLife    = 120 * time.Second
	timeLayout = "2006-01-02T15:04:05Z07:00"
)

// Options is what a Server is made of.
type Options struct {
	// Issuer is the server's own address with a slash at the end.
	Issuer string
	// ClientID and Key are those of the one client; Key is its public key.
	ClientID string
	Key      jose.JSONWebKey
	Clock    clock.Clock
}

// Server is the register. It may be used by several goroutines.
type Server struct {
	o   Options
	mux *http.ServeMux

	mu     sync.Mutex
	people map[string]contact.Record
	tokens map[string]time.Time
	seen   map[string]bool // jti
	calls  []int           // how many persons each call asked about
	down   bool
}

// New returns a register that knows nobody yet.
func New(o Options) *Server {
	s := &Server{o: o, mux: http.NewServeMux(), people: map[string]contact.Record{}, tokens: map[string]time.Time{}, seen: map[string]bool{}}
	s.mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.metadata)
	s.mux.HandleFunc("POST /token", s.token)
	s.mux.HandleFunc("POST /rest/v2/personer", s.lookup)
	return s
}

// Put says what is known of a person. It refuses real numbers.
func (s *Server) Put(number pid.PID, r contact.Record) error {
	if !number.Synthetic() {
		return errors.New("fakekrr: not a synthetic number")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people[number.Digits()] = r
	return nil
}

// SetDown makes every answer 503, or serves again.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Calls returns how many persons each lookup so far asked about.
func (s *Server) Calls() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// DropTokens withdraws all access tokens.
func (s *Server) DropTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.mux.ServeHTTP(w, r)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the asker may have gone
}

func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"error": code})
}

func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": s.o.Issuer, "token_endpoint": strings.TrimSuffix(s.o.Issuer, "/") + "/token",
		"grant_types_supported": []string{"urn:ietf:params:oauth:grant-type:jwt-bearer"},
	})
}

// token checks an assertion as Maskinporten does.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		refuse(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	if !s.vouched(r.PostFormValue("assertion")) {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	value := ids.New()
	s.mu.Lock()
	s.tokens[value] = s.o.Clock.Now().Add(tokenLife)
	s.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"access_token": value, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()), "scope": contact.Scope})
}

func (s *Server) vouched(assertion string) bool {
	signed, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(signed.Headers) != 1 || signed.Headers[0].KeyID != s.o.Key.KeyID {
		return false
	}
	var standard jwt.Claims
	var own struct {
		Scope string `json:"scope"`
	}
	if err := signed.Claims(s.o.Key.Key, &standard, &own); err != nil {
		return false
	}
	if standard.IssuedAt == nil || standard.Expiry == nil || standard.ID == "" {
		return false
	}
	now, issued, ends := s.o.Clock.Now(), standard.IssuedAt.Time(), standard.Expiry.Time()
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := standard.Issuer == s.o.ClientID && standard.Audience.Contains(s.o.Issuer) && own.Scope == contact.Scope && !s.seen[standard.ID] &&
		issued.Sub(now).Abs() <= maxSkew && ends.After(now) && ends.Sub(issued) <= maxLife
	s.seen[standard.ID] = true
	return ok
}

func (s *Server) lookup(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, ok := s.tokens[token]; !ok || !s.o.Clock.Now().Before(until) {
		refuse(w, http.StatusUnauthorized, "invalid_token")
		return
	}
	var q struct {
		Persons []string `json:"personidentifikatorer"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Persons) == 0 || len(q.Persons) > contact.MaxBatch {
		refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	s.calls = append(s.calls, len(q.Persons))
	persons := make([]any, 0, len(q.Persons))
	for _, number := range q.Persons {
		persons = append(persons, s.person(number))
	}
	answer(w, http.StatusOK, map[string]any{"personer": persons})
}

// person writes what is known as the register writes it.
func (s *Server) person(number string) map[string]any {
	r, known := s.people[number]
	if !known || r.Status == contact.Unregistered {
		return map[string]any{"personidentifikator": number, "reservasjon": "NEI", "status": "IKKE_REGISTRERT", "varslingsstatus": "KAN_IKKE_VARSLES"}
	}
	p := map[string]any{
		"personidentifikator": number, "status": string(r.Status), "reservasjon": choice(r.Reserved, "JA", "NEI"),
		"varslingsstatus": choice(r.Notifying, "KAN_VARSLES", "KAN_IKKE_VARSLES"),
	}
	info := map[string]any{}
	put(info, "epostadresse", r.Email)
	put(info, "mobiltelefonnummer", r.Mobile)
	if len(info) > 0 {
		p["kontaktinformasjon"] = info
	}
	if r.Lang != "" {
		p["spraak"] = string(r.Lang)
	}
	return p
}

func put(info map[string]any, name string, d contact.Detail) {
	if d.Value == "" {
		return
	}
	info[name] = d.Value
	if !d.Updated.IsZero() {
		info[name+"_oppdatert"] = d.Updated.Format(timeLayout)
	}
	if !d.Verified.IsZero() {
		info[name+"_sist_verifisert"] = d.Verified.Format(timeLayout)
	}
}

func choice(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
