package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// The environment in which the test binary is the process that gets killed.
const (
	victimPath = "TORG_TEST_VICTIM_PATH"
	victimURL  = "TORG_TEST_VICTIM_URL"
	victimFrom = "TORG_TEST_VICTIM_FROM"
)

func TestMain(m *testing.M) {
	if os.Getenv(victimFrom) != "" {
		os.Exit(beVictim())
	}
	os.Exit(m.Run())
}

// beVictim writes rows until it is killed, and says of each when it is committed.
func beVictim() int {
	db, err := store.Open(context.Background(), store.Config{Path: os.Getenv(victimPath), URL: os.Getenv(victimURL)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	from, err := strconv.ParseInt(os.Getenv(victimFrom), 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx := store.WithTenant(context.Background(), storetest.TenantA)
	var next atomic.Int64
	next.Store(from)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			for {
				id := next.Add(1)
				err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, id, "acknowledged") })
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Fprintln(os.Stdout, id)
			}
		})
	}
	wg.Wait()
	return 0
}

// kill starts the victim, kills it at some moment of its work and returns what
// it had acknowledged.
func kill(t *testing.T, c store.Config, from int64) []int64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimFrom+"="+strconv.FormatInt(from, 10), victimPath+"="+c.Path, victimURL+"="+c.URL)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []int64
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if len(acknowledged) == 0 {
			time.AfterFunc(time.Duration(rand.IntN(40_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		id, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatalf("a line was %q", lines.Text())
		}
		acknowledged = append(acknowledged, id)
	}
	_ = cmd.Wait() // killed
	return acknowledged
}

func TestKill_losesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var acknowledged []int64
		for round := range int64(20) {
			ids := kill(t, env.Config, round*1_000_000)
			if len(ids) == 0 {
				t.Fatal("the victim did nothing")
			}
			acknowledged = append(acknowledged, ids...)
			// Another process opens what the killed one left.
			stands := map[int64]bool{}
			for _, id := range standing(t, openAgain(t, env.Config)) {
				stands[id] = true
			}
			for _, id := range acknowledged {
				if !stands[id] {
					t.Fatalf("round %d: row %d was acknowledged and is gone", round, id)
				}
			}
		}
		t.Logf("%d acknowledged rows stand after 20 kills", len(acknowledged))
	})
}

func standing(t *testing.T, db *store.DB) (ids []int64) {
	t.Helper()
	ctx := store.WithTenant(t.Context(), storetest.TenantA)
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.All(ctx, tx, store.Value[int64], `select id from notes where tenant_id = $1 order by id limit 10000000`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return ids
}
