package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestSealer_sealsEveryMunicipality(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.record(w.Ctx, t, 3)
		w.record(w.Other, t, 2)
		w.seal(t, 5)
		w.seal(t, 0)
		w.record(w.Ctx, t, 1)
		w.seal(t, 1)
		if r := w.verify(t); r.Sealed != 4 || r.Heads != 2 || !r.OK() {
			t.Errorf("%+v", r)
		}
		r, err := w.log.Verify(as(w.Other, operator))
		if err != nil || r.Sealed != 2 || r.Tenant != storetest.TenantB || !r.OK() {
			t.Errorf("%+v, %v", r, err)
		}
		heads, err := ReadHeads(w.heads)
		if err != nil || len(heads) != 3 || heads[2].Size != 4 || !heads[2].SignedBy(w.public) {
			t.Errorf("what left the database: %+v, %v", heads, err)
		}
		var exported bytes.Buffer
		if err := w.log.ExportHeads(as(w.Ctx, operator), &exported); err != nil {
			t.Fatal(err)
		}
		again, err := ReadHeads(&exported)
		if err != nil || len(again) != 2 {
			t.Fatalf("%v, %v", again, err)
		}
		if diff := cmp.Diff(heads[2], again[1]); diff != "" {
			t.Error(diff)
		}
	})
}

// The root must be the one that RFC 6962 section 2.1 defines, not merely one we
// agree on with ourselves.
func TestSealer_growsTheTreeOfTheStandard(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		var leaves [][]byte
		r := rand.New(rand.NewPCG(1, 2))
		for range 6 {
			n := 1 + r.IntN(5)
			w.record(w.Ctx, t, n)
			w.seal(t, n)
		}
		var head Head
		err := w.DB.Read(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if leaves, err = leafHashes(ctx, tx, 0, 1000); err != nil {
				return err
			}
			head, err = lastHead(ctx, tx)
			return err
		})
		if err != nil || int64(len(leaves)) != head.Size || !bytes.Equal(standardRoot(leaves), head.Root) {
			t.Errorf("%d leaves, head %+v, %v", len(leaves), head, err)
		}
	})
}

// standardRoot is MTH of RFC 6962 section 2.1, word for word.
func standardRoot(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return rfc6962.DefaultHasher.HashChildren(standardRoot(leaves[:k]), standardRoot(leaves[k:]))
}

// A transaction that began earlier has an older id than one sealed before it
// commits.
func TestSealer_sealsWhatCommitsLate(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, Migrations())
	w := newWorld(t, env)
	recorded, release := make(chan struct{}), make(chan struct{})
	late := make(chan error)
	var once sync.Once
	go func() {
		late <- w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := Record(ctx, tx, Event{Action: "cases.late"}); err != nil {
				return err
			}
			once.Do(func() { close(recorded) })
			<-release
			return nil
		})
	}()
	<-recorded
	time.Sleep(2 * time.Millisecond) // ids tell the millisecond
	w.record(w.Ctx, t, 3)
	w.seal(t, 3)
	close(release)
	if err := <-late; err != nil {
		t.Fatal(err)
	}
	w.seal(t, 1)
	list, err := w.log.Latest(as(w.Ctx, auditor), "", 10)
	if err != nil || len(list) != 4 || list[3].Action != "cases.late" || !list[3].Sealed {
		t.Errorf("%+v, %v", list, err)
	}
	if r := w.verify(t); r.Sealed != 4 || !r.OK() {
		t.Errorf("%+v", r)
	}
}

func TestSealer_severalAtOnceSealEachEntryOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		second := NewSealer(w.DB, w.key, nil, slog.New(slog.DiscardHandler))
		const writers, each = 4, 25
		var wg sync.WaitGroup
		problems := make(chan error, writers+2)
		for range writers {
			wg.Go(func() {
				for range each {
					err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
						return Record(ctx, tx, Event{Action: "x.y", Details: map[string]string{"a": "b"}})
					})
					if err != nil {
						problems <- err
						return
					}
				}
			})
		}
		counts := make(chan int, 2)
		for _, s := range []*Sealer{w.sealer, second} {
			wg.Go(func() {
				total := 0
				for range 40 {
					n, err := s.Seal(w.Ctx)
					total += n
					if err != nil {
						problems <- err
						break
					}
				}
				counts <- total
			})
		}
		wg.Wait()
		close(problems)
		for err := range problems {
			t.Error(err)
		}
		rest, err := w.sealer.Seal(w.Ctx)
		if err != nil {
			t.Fatal(err)
		}
		if total := <-counts + <-counts + rest; total != writers*each {
			t.Errorf("sealed %d of %d", total, writers*each)
		}
		if r := w.verify(t); r.Sealed != writers*each || !r.OK() {
			t.Errorf("%+v", r)
		}
	})
}

func TestSealer_runsInTheBackground(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		if err := w.sealer.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.sealer.Start(w.Ctx); err == nil {
			t.Error("it starts twice")
		}
		w.record(w.Ctx, t, 3)
		begun := time.Now()
		for w.verify(t).Sealed < 3 {
			if time.Since(begun) > 20*time.Second {
				t.Fatal("nothing is sealed")
			}
			time.Sleep(5 * time.Millisecond)
		}
		w.record(w.Ctx, t, 1)
		if err := w.sealer.Stop(w.Ctx); err != nil {
			t.Fatal(err)
		}
		if r := w.verify(t); r.Sealed != 4 || !r.OK() {
			t.Errorf("after the stop: %+v", r)
		}
		if err := w.sealer.Stop(w.Ctx); err != nil {
			t.Errorf("stopped twice: %v", err)
		}
	})
}

func TestSealer_needsAKey(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, Migrations())
	if err := NewSealer(env.DB, nil, nil, slog.New(slog.DiscardHandler)).Start(env.Ctx); err == nil {
		t.Error("it starts without a key")
	}
}

func TestSealer_doesNotSignOnATamperedTree(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"size":      `update audit_trees set size = 2 where tenant_id = 't-a'`,
		"hashes":    `update audit_trees set range_hashes = (select leaf_hash from audit_leaves where tenant_id = 't-a' and seq = 0) where tenant_id = 't-a'`,
		"head":      `update audit_heads set root = (select leaf_hash from audit_leaves where tenant_id = 't-a' and seq = 0) where tenant_id = 't-a'`,
		"signature": `update audit_heads set signature = root where tenant_id = 't-a'`,
		"no head":   `delete from audit_heads where tenant_id = 't-a'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t, Migrations()))
			w.record(w.Ctx, t, 4)
			w.seal(t, 4)
			tamper(t, w, statement)
			w.record(w.Ctx, t, 1)
			w.record(w.Other, t, 1)
			n, err := w.sealer.Seal(w.Ctx)
			if err == nil || n != 1 {
				t.Errorf("sealed %d: %v", n, err)
			}
			if r := w.verify(t); r.OK() {
				t.Errorf("nothing found: %+v", r)
			}
		})
	}
}

// failing is a place outside the database that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestSealer_tellsWhenAHeadCannotLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, Migrations()))
	var out bytes.Buffer
	s := NewSealer(w.DB, w.key, failing{}, slog.New(slog.NewTextHandler(&out, nil)))
	w.record(w.Ctx, t, 1)
	if n, err := s.Seal(w.Ctx); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if !strings.Contains(out.String(), "could not be written") || !strings.Contains(out.String(), "audit head signed") {
		t.Errorf("the log says %s", out.String())
	}
}

func TestSealer_changesKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.record(w.Ctx, t, 2)
		w.seal(t, 2)
		newKey := testKey(2)
		w.sealer = NewSealer(w.DB, newKey, nil, slog.New(slog.DiscardHandler))
		w.record(w.Ctx, t, 2)
		w.seal(t, 2)
		public, _ := newKey.Public().(ed25519.PublicKey)
		if r := w.verify(t); r.OK() {
			t.Error("an unknown key is believed")
		}
		w.log.keys = append(w.log.keys, public)
		if r := w.verify(t); !r.OK() || r.Sealed != 4 {
			t.Errorf("%+v", r)
		}
	})
}

func FuzzReadHeads(f *testing.F) {
	var line bytes.Buffer
	h := Head{Tenant: "t-a", Size: 1, Root: make([]byte, 32), At: store.At(storetest.Start())}.sign(testKey(1))
	if err := writeHead(&line, h); err != nil {
		f.Fatal(err)
	}
	f.Add(line.String())
	f.Add("")
	f.Add("{}\n[]")
	f.Fuzz(func(t *testing.T, text string) {
		heads, err := ReadHeads(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, h := range heads {
			if h.Size < 1 || len(h.Root) != 32 {
				t.Errorf("not a head: %+v", h)
			}
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	for name, open := range map[string]func(testing.TB) storetest.Env{
		"sqlite":   func(tb testing.TB) storetest.Env { return storetest.SQLite(tb, Migrations()) },
		"postgres": func(tb testing.TB) storetest.Env { return storetest.Postgres(tb, Migrations()) },
	} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			total := 0
			for b.Loop() {
				b.StopTimer()
				write(w.Ctx, b, w.DB, func(ctx context.Context, tx *store.Tx) error {
					for i := range sealBatch {
						if err := Record(ctx, tx, Event{Action: "x.y", Object: Ref{"case", strconv.Itoa(i)}}); err != nil {
							return err
						}
					}
					return nil
				})
				b.StartTimer()
				n, err := w.sealer.Seal(w.Ctx)
				if err != nil {
					b.Fatal(err)
				}
				total += n
			}
			b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
