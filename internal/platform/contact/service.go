package contact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	purposeRecord = "contact.record"
	// DefaultMaxAge is how old an answer may be before the register is asked anew.
	DefaultMaxAge = 24 * time.Hour
	lookupTimeout = 30 * time.Second
	// pause is how long nobody asks after the register failed to answer.
	pause = 10 * time.Second
)

// ErrDown says that the register does not answer just now.
var ErrDown = errors.New("contact: the contact register does not answer")

// Source answers lookups; Client does.
type Source interface {
	Lookup(ctx context.Context, numbers []pid.PID) (map[pid.PID]Record, error)
}

// Numbers tells the national number of a person; identity.Service does.
type Numbers interface {
	Number(ctx context.Context, personID string) (pid.PID, error)
}

// Keys is what contact needs of package keys.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
}

// Config says what a Service is made of.
type Config struct {
	DB      *store.DB
	Keys    Keys
	Source  Source
	Numbers Numbers
	MaxAge  time.Duration // DefaultMaxAge when zero
	Log     *slog.Logger
	Metrics prometheus.Registerer // may be nil
}

// Service knows how people can be reached. It may be used by any number of
// goroutines.
type Service struct {
	Config
	lookups *prometheus.CounterVec
	persons prometheus.Counter

	mu      sync.Mutex
	queues  map[string]*queue // by tenant
	since   time.Time         // when the register stopped answering
	retryAt time.Time
}

// queue gathers what is asked for while a call is under way.
type queue struct {
	turn chan struct{} // holds whoever calls
	next *flight
}

// flight is one call and those who wait for it.
type flight struct {
	persons []string
	done    chan struct{}
	err     error
}

// New returns the service.
func New(c Config) *Service {
	if c.MaxAge <= 0 {
		c.MaxAge = DefaultMaxAge
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{
		Config: c, queues: map[string]*queue{},
		lookups: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "torg_contact_lookups_total", Help: "Calls to the contact register, by outcome."}, []string{"outcome"}),
		persons: prometheus.NewCounter(prometheus.CounterOpts{Name: "torg_contact_persons_total", Help: "Persons the contact register was asked about."}),
	}
	if c.Metrics != nil {
		c.Metrics.MustRegister(s.lookups, s.persons)
	}
	return s
}

// In returns what the register said of a person last, whatever its age; false
// when it never did. The tenant's keys must be in memory.
func (s *Service) In(ctx context.Context, tx *store.Tx, person string) (Record, bool, error) {
	row, found, err := find(ctx, tx, person)
	if err != nil || !found {
		return Record{}, false, err
	}
	plain, err := s.Keys.Decrypt(ctx, tx.Tenant, purposeRecord, row.cipher, []byte(person))
	if err != nil {
		return Record{}, false, err
	}
	var r Record
	if err := json.Unmarshal(plain, &r); err != nil {
		return Record{}, false, fmt.Errorf("contact: read record: %w", err)
	}
	r.FetchedAt = row.fetched.Time
	return r, true, nil
}

// Of returns what the register says of a person, after asking it when the last
// answer is too old. When it does not answer, the last answer is returned, with
// false when there is none.
func (s *Service) Of(ctx context.Context, person string) (r Record, found bool, err error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return r, false, err
	}
	if err := s.Ensure(ctx, person); err != nil && !errors.Is(err, ErrDown) {
		return r, false, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		r, found, err = s.In(ctx, tx, person)
		return err
	})
	return r, found, err
}

// Fresh reports whether an answer is young enough to decide by.
func (s *Service) Fresh(r Record, now time.Time) bool { return now.Sub(r.FetchedAt) < s.MaxAge }

// Ensure asks the register about those of the persons of whom it has said
// nothing lately. Who comes while a call is under way shares the next one. The
// error wraps ErrDown when the register does not answer.
func (s *Service) Ensure(ctx context.Context, persons ...string) error {
	old, err := s.stale(ctx, persons)
	if err != nil || len(old) == 0 {
		return err
	}
	if s.paused() {
		return ErrDown
	}
	q, f := s.join(store.TenantOf(ctx), old)
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return fmt.Errorf("contact: wait for the register: %w", ctx.Err())
	case q.turn <- struct{}{}:
	}
	defer func() { <-q.turn }()
	if s.board(q, f) {
		s.fly(ctx, f)
	}
	<-f.done
	return f.err
}

// join adds persons to the next call of a tenant.
func (s *Service) join(tenantID string, persons []string) (*queue, *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[tenantID]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		s.queues[tenantID] = q
	}
	if q.next == nil {
		q.next = &flight{done: make(chan struct{})}
	}
	q.next.persons = append(q.next.persons, persons...)
	return q, q.next
}

// board closes a flight for others and reports whether it was still open.
func (s *Service) board(q *queue, f *flight) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.next != f {
		return false
	}
	q.next = nil
	return true
}

// fly asks about everybody aboard. It is nobody's request alone, so one who
// goes away does not end it.
func (s *Service) fly(ctx context.Context, f *flight) {
	defer close(f.done)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
	defer cancel()
	slices.Sort(f.persons)
	persons, err := s.stale(ctx, slices.Compact(f.persons))
	for batch := range slices.Chunk(persons, MaxBatch) {
		if err == nil {
			err = s.refresh(ctx, batch)
		}
	}
	f.err = err
}

// stale returns those of whom the register has said nothing lately.
func (s *Service) stale(ctx context.Context, persons []string) (old []string, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		old = nil
		for _, p := range persons {
			row, found, err := find(ctx, tx, p)
			if err != nil {
				return err
			}
			if !found || tx.Now.Sub(row.fetched.Time) >= s.MaxAge {
				old = append(old, p)
			}
		}
		return nil
	})
	return old, err
}

// refresh asks about at most 1,000 persons and keeps the answers.
func (s *Service) refresh(ctx context.Context, persons []string) error {
	numbers := make(map[string]pid.PID, len(persons))
	var asked []pid.PID
	for _, p := range persons {
		n, err := s.Numbers.Number(ctx, p)
		if errs.Is(err, errs.KindNotFound) {
			continue // nobody the register could know
		}
		if err != nil {
			return fmt.Errorf("contact: number of a person: %w", err)
		}
		numbers[p] = n
		asked = append(asked, n)
	}
	var records map[pid.PID]Record
	if len(asked) > 0 {
		var err error
		if records, err = s.lookUp(ctx, asked); err != nil {
			return err
		}
	}
	return s.keep(ctx, persons, func(person string) Record {
		if r, ok := records[numbers[person]]; ok {
			return r
		}
		return Record{Status: Unregistered}
	})
}

func (s *Service) lookUp(ctx context.Context, asked []pid.PID) (map[pid.PID]Record, error) {
	records, err := s.Source.Lookup(ctx, asked)
	s.answered(err == nil)
	if err != nil {
		s.lookups.WithLabelValues("failed").Inc()
		s.Log.WarnContext(ctx, "the contact register did not answer", slog.Int("persons", len(asked)), slog.Any("error", err))
		return nil, fmt.Errorf("%w: %w", ErrDown, err)
	}
	s.lookups.WithLabelValues("answered").Inc()
	s.persons.Add(float64(len(asked)))
	return records, nil
}

func (s *Service) keep(ctx context.Context, persons []string, of func(person string) Record) error {
	tenantID := store.TenantOf(ctx)
	if err := s.Keys.Warm(ctx, tenantID); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range persons {
			plain, err := json.Marshal(of(p))
			if err != nil {
				return fmt.Errorf("contact: write record: %w", err)
			}
			cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purposeRecord, plain, []byte(p))
			if err != nil {
				return err
			}
			if err := save(ctx, tx, p, cipher); err != nil {
				return err
			}
		}
		return nil
	})
}

// answered notes whether the register works.
func (s *Service) answered(well bool) {
	now := s.DB.Clock().Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if well {
		s.since, s.retryAt = time.Time{}, time.Time{}
		return
	}
	if s.since.IsZero() {
		s.since = now
	}
	s.retryAt = now.Add(pause)
}

func (s *Service) paused() bool {
	now := s.DB.Clock().Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.retryAt)
}

// DownSince tells since when the register has not answered; zero when it did.
func (s *Service) DownSince() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since
}
