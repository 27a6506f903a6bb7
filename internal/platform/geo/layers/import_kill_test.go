package layers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// The environment in which a test is the process that gets killed.
const (
	victimPath = "TORG_TEST_IMPORT_PATH"
	victimURL  = "TORG_TEST_IMPORT_URL"
	victim     = "TORG_TEST_IMPORT"
)

// many are so many features from a number on.
func many(from, n int) []Feature {
	all := make([]Feature, n)
	for i := range all {
		all[i] = place("f"+strconv.Itoa(from+i), ground(float64(from+i), 1))
	}
	return all
}

// TestImport_victim is killed by another test while it imports.
func TestImport_victim(t *testing.T) {
	t.Parallel()
	if os.Getenv(victim) == "" {
		t.Skip("runs in a process of its own")
	}
	db, err := store.Open(t.Context(), store.Config{Path: os.Getenv(victimPath), URL: os.Getenv(victimURL), Clock: clock.NewFake(storetest.Start())})
	if err != nil {
		t.Fatal(err)
	}
	a, err := access.New(slog.New(slog.DiscardHandler), Rules())
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.AsSystem(store.WithTenant(t.Context(), storetest.TenantA), "victim")
	source := of(many(2000, 40_000)...)
	source.stop, source.meant = 3*written, func() { fmt.Fprintln(os.Stdout, "writing") }
	_, err = NewService(db, a, Options{}).Import(ctx, Import{Layers: into("places"), Source: source})
	fmt.Fprintln(os.Stdout, "ended", err)
}

// killed starts an import in another process and kills it at some moment of its work.
func killed(t *testing.T, c store.Config) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestImport_victim$")
	cmd.Env = append(os.Environ(), victim+"=yes", victimPath+"="+c.Path, victimURL+"="+c.URL)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch {
		case lines.Text() == "writing":
			time.Sleep(time.Duration(rand.IntN(60_000)) * time.Microsecond)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		case len(lines.Text()) > 5 && lines.Text()[:5] == "ended":
			t.Log("it had ended before it was killed")
		}
	}
	_ = cmd.Wait() // it was killed
}

func TestImport_thatIsKilledIsSeenByNobodyAndClearedAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		// The new file ends 1000 features, keeps 1000 and brings 39,000.
		w.bring(Import{Layers: into("places"), Source: of(many(1000, 2000)...)})
		killed(t, w.Config)
		l, err := w.Layer(w.Ctx, "places")
		if err != nil {
			t.Fatal(err)
		}
		if l.Generation == 2 {
			t.Skip("the import was done before it was killed")
		}
		got, p := w.find(w.Ctx, Query{Layer: "places", Limit: MaxLimit, Count: true})
		if l.Generation != 1 || l.Count != 2000 || p.Matched != 2000 || len(got) != 2000 || got[0] != "f1000" {
			t.Fatalf("sees %d of %d in generation %d", len(got), l.Count, l.Generation)
		}
		again := Import{Layers: into("places"), Source: of(many(1000, 1999)...)}
		if _, err := w.Import(w.Ctx, again); errs.Of(err) == nil || errs.Of(err).Key != "layers.import.busy" {
			t.Errorf("before its time is over: %v", err)
		}
		w.Clock.Advance(lease + time.Second)
		if r := w.bring(again); tally(r) != "places@2 +0 ~0 -1 =1999" {
			t.Errorf("afterwards: %s", tally(r))
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from geo_features where tenant_id = $1`, tx.Tenant)
			if n != 2000 {
				t.Errorf("%d rows are left", n)
			}
			return err
		})
	})
}

func TestImport_clearsEndingsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("places"), Source: of(many(0, 3)...)})
		// It died between the transaction that ended rows and the last one.
		w.write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update geo_features set ended = 2 where tenant_id = $1 and layer = 'places' and row_number < 3`, tx.Tenant)
			return err
		})
		if r := w.bring(Import{Layers: into("places"), Source: of(many(0, 4)...)}); tally(r) != "places@2 +1 ~0 -0 =3" {
			t.Errorf("did %s", tally(r))
		}
		want := []string{"1 f0 1-", "2 f1 1-", "3 f2 1-", "4 f3 2-"}
		if diff := cmp.Diff(want, w.everything("places")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImport_thatIsBrokenOffLetsTheNextBegin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(w.Ctx)
		source := of(many(0, 20_000)...)
		source.stop, source.meant = 15_000, cancel
		if _, err := w.Import(ctx, Import{Layers: into("places"), Source: source}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if _, err := w.Layer(w.Ctx, "places"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the layer is there: %v", err)
		}
		w.Clock.Advance(time.Millisecond)
		w.bring(Import{Layers: into("places"), Source: of(many(5, 2)...)})
		if diff := cmp.Diff([]string{"1 f5 1-", "2 f6 1-"}, w.everything("places")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImport_thatLostItsLayerStops(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		source := of(many(0, 20_000)...)
		source.stop, source.meant = 15_000, func() {
			w.write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `update geo_imports set holder = 'another' where tenant_id = $1`, tx.Tenant)
				return err
			})
		}
		if _, err := w.Import(w.Ctx, Import{Layers: into("places"), Source: source}); !errors.Is(err, errLost) {
			t.Errorf("error %v", err)
		}
	})
}

func TestImport_oneAtATime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		results := map[string]int{}
		for i := range 4 {
			wg.Go(func() {
				r, err := w.Import(w.Ctx, Import{Layers: into("places"), Source: of(many(10_000*i, 6000)...)})
				mu.Lock()
				defer mu.Unlock()
				switch e := errs.Of(err); {
				case err == nil && r.Moved():
					results["done"]++
				case e != nil && e.Key == "layers.import.busy":
					results["busy"]++
				default:
					t.Errorf("%v %s", err, tally(r))
				}
			})
		}
		wg.Wait()
		if results["done"] < 1 || results["done"]+results["busy"] != 4 {
			t.Errorf("results %v", results)
		}
		got, p := w.find(w.Ctx, Query{Layer: "places", Limit: MaxLimit})
		if len(got) != 6000 || p.Layer.Count != 6000 || int(p.Layer.Generation) != results["done"] {
			t.Errorf("%d features of %d, generation %d, %v", len(got), p.Layer.Count, p.Layer.Generation, results)
		}
		// Another municipality is not held up.
		w.write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `insert into geo_imports (tenant_id, layer, holder, until) values ($1, 'places', 'x', $2)`, tx.Tenant, store.At(tx.Now.Add(time.Hour)))
			return err
		})
		if _, err := w.Import(w.Other, Import{Layers: into("places"), Source: of(many(0, 2)...)}); err != nil {
			t.Error(err)
		}
	})
}

func TestImport_largeFilesGoInSteps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const n = 3*written + 17
		var seen []Progress
		source := of(many(0, n)...)
		w.bring(Import{Layers: into("places"), Source: source, Progress: func(p Progress) { seen = append(seen, p) }})
		if len(seen) < n/handed || seen[len(seen)-1].Features != n || !slices.IsSortedFunc(seen, func(a, b Progress) int { return int(a.Features - b.Features) }) {
			t.Errorf("progress %+v", seen)
		}
		changed := many(0, n)
		for i := range changed {
			changed[i].Properties["name"] = "new"
		}
		if r := w.bring(Import{Layers: into("places"), Source: of(changed[:n-5]...)}); tally(r) != fmt.Sprintf("places@2 +0 ~%d -5 =0", n-5) {
			t.Errorf("did %s", tally(r))
		}
		w.refused(Import{Layers: into("places"), Source: of(append(many(0, n), many(0, 1)...)...)}, "geo_file.id_twice")
		_, p := w.find(w.Ctx, Query{Layer: "places", IDs: []string{"f1"}, System: systemOf(crs.UTM32)})
		if p.Features[0].Text("name") != "new" {
			t.Errorf("sees %+v", p.Features)
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			n2, err := store.One(ctx, tx, store.Value[int64], `select count(*) from geo_features where tenant_id = $1 and layer = 'places'`, tx.Tenant)
			if n2 != 2*n-5 {
				t.Errorf("%d rows, want %d", n2, 2*n-5)
			}
			return err
		})
	})
}
