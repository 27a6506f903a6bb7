package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// Times of the sealer. After a round it pauses, so that what is committed
// meanwhile becomes one batch; with the round itself that stays under a second.
const (
	sealPause = 250 * time.Millisecond
	sealPoll  = 5 * time.Second
	// sealBatch bounds a transaction: on SQLite everybody's waits for it.
	sealBatch = 500
	// tenantBatch bounds one look for municipalities with unsealed entries.
	tenantBatch = 1000
)

// Sealer appends committed entries to the municipalities' trees and signs the
// roots. Any number of processes may run one on the same database.
type Sealer struct {
	db  *store.DB
	key ed25519.PrivateKey
	log *slog.Logger

	outMu sync.Mutex
	out   io.Writer

	mu   sync.Mutex
	stop context.CancelFunc
	done chan struct{}
}

// NewSealer returns a sealer that signs with the key. Each head is also written
// to out as a line of JSON and to the log; out may be nil.
func NewSealer(db *store.DB, key ed25519.PrivateKey, out io.Writer, log *slog.Logger) *Sealer {
	return &Sealer{db: db, key: key, out: out, log: log}
}

// Start begins to seal in the background, until Stop.
func (s *Sealer) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		return errors.New("audit: the sealer runs already")
	}
	if len(s.key) != ed25519.PrivateKeySize {
		return errors.New("audit: the sealer has no key to sign with")
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.done = make(chan struct{})
	go s.run(ctx, s.done)
	return nil
}

// Stop seals what is left and ends the sealer, or gives up when ctx does.
func (s *Sealer) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop == nil {
		return nil
	}
	s.stop()
	s.stop = nil
	select {
	case <-s.done:
	case <-ctx.Done():
		return fmt.Errorf("audit: stop the sealer: %w", ctx.Err())
	}
	_, err := s.Seal(ctx)
	return err
}

func (s *Sealer) run(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	wake, unsubscribe := s.db.Subscribe(topic)
	defer unsubscribe()
	poll := time.NewTicker(sealPoll)
	defer poll.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select { // the pause since the last round
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		if _, err := s.Seal(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "audit entries could not be sealed", "error", err)
		}
		pause.Reset(sealPause)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-poll.C:
		}
	}
}

// Seal seals everything that is committed, of all municipalities, and returns
// how many entries that were. A municipality whose tree is damaged does not
// hinder the others.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	total := 0
	var problems error
	for {
		tenants, err := unsealedTenants(ctx, s.db)
		if err != nil {
			return total, errors.Join(problems, err)
		}
		round := 0
		for _, tenant := range tenants {
			n, err := s.sealTenant(store.WithTenant(ctx, tenant))
			round += n
			if err != nil {
				problems = errors.Join(problems, fmt.Errorf("audit: seal the log of %s: %w", tenant, err))
			}
		}
		total += round
		if round == 0 || problems != nil {
			return total, problems
		}
	}
}

func (s *Sealer) sealTenant(ctx context.Context) (int, error) {
	total := 0
	for {
		n := 0
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = s.sealBatch(ctx, tx)
			return err
		})
		if err != nil {
			return total, err
		}
		total += n
		if n < sealBatch {
			return total, nil
		}
	}
}

// sealBatch takes entries by whether they are sealed, never by "newer than the
// last": a transaction that commits late has an older id.
func (s *Sealer) sealBatch(ctx context.Context, tx *store.Tx) (int, error) {
	t, err := s.lockTree(ctx, tx)
	if err != nil {
		return 0, err
	}
	entries, err := unsealed(ctx, tx, sealBatch)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	leaves := make([]sealed, 0, len(entries))
	for _, e := range entries {
		l := sealed{seq: t.size(), entryID: e.ID}
		if l.hash, err = leafHash(tx.Tenant, l.seq, e); err != nil {
			return 0, err
		}
		if err := t.add(l.hash); err != nil {
			return 0, err
		}
		leaves = append(leaves, l)
	}
	root, err := t.root()
	if err != nil {
		return 0, err
	}
	head := Head{Tenant: tx.Tenant, Size: t.size(), Root: root, At: tx.Now}.sign(s.key)
	if err := saveGrowth(ctx, tx, t, leaves, head); err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.publish(ctx, head) })
	return len(entries), nil
}

// lockTree takes the municipality's tree, so that no other process grows it,
// and checks that it is the one last signed: a tree that somebody has tampered
// with is not signed on.
func (s *Sealer) lockTree(ctx context.Context, tx *store.Tx) (*tree, error) {
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	root, err := t.root()
	if err != nil {
		return nil, err
	}
	last, err := lastHead(ctx, tx)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	public, _ := s.key.Public().(ed25519.PublicKey)
	if last.Size != t.size() || !bytes.Equal(last.Root, root) || (last.KeyID == KeyID(public) && !last.SignedBy(public)) {
		return nil, errors.New("audit: the tree is not the one last signed; verify the log")
	}
	return t, nil
}

// publish lets the head leave the database.
func (s *Sealer) publish(ctx context.Context, h Head) {
	s.log.InfoContext(ctx, "audit head signed",
		"tenant", h.Tenant, "size", h.Size, "root", hex.EncodeToString(h.Root), "key", h.KeyID,
		"signature", hex.EncodeToString(h.Signature), "at", h.At.UTC().Format(instantLayout))
	if s.out == nil {
		return
	}
	s.outMu.Lock()
	defer s.outMu.Unlock()
	if err := writeHead(s.out, h); err != nil {
		s.log.ErrorContext(ctx, "audit head could not be written outside the database", "error", err)
	}
}
