package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

func (f *fixture) collect(t *testing.T, want int) {
	t.Helper()
	n, err := f.Collect(f.Ctx)
	if err != nil || n != want {
		t.Errorf("collected %d files, error %v, want %d", n, err, want)
	}
}

func TestCollect_removesOnlyWhatNobodyNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		kept := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		f.put(t, f.Ctx, sampleJPEG(), PutOptions{})
		f.put(t, f.Other, samplePDF(), PutOptions{}) // the other tenant's equal file has no row
		f.collect(t, 0)
		f.Clock.Advance(orphaned + time.Minute)
		f.put(t, f.Ctx, samplePNG(), PutOptions{}) // fresh
		f.collect(t, 2)
		if _, err := f.read(f.Ctx, kept.ID); err != nil {
			t.Errorf("a kept document was lost: %v", err)
		}
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error { return f.Remove(ctx, tx, kept.ID) })
		if err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(orphaned + time.Minute)
		f.collect(t, 2)
		if files := f.files(t); len(files) != 0 {
			t.Errorf("left: %v", files)
		}
	})
}

func TestCollect_sparesAFileThatIsStoredAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.put(t, f.Ctx, samplePDF(), PutOptions{})
		f.Clock.Advance(orphaned + time.Minute)
		again := f.put(t, f.Ctx, samplePDF(), PutOptions{}) // the file is a day old, its use is not
		f.collect(t, 0)
		d := f.keep(t, f.Ctx, again, Owner{Type: "case", ID: "1"})
		if _, err := f.read(f.Ctx, d.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestDirectory_neverLosesAFileThatIsPutMeanwhile(t *testing.T) {
	t.Parallel()
	dir, err := NewDirectory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := FileName{Tenant: "t-a", Digest: strings.Repeat("ab", 32)}
	old, now := time.Unix(1_000_000, 0), time.Unix(2_000_000, 0)
	put := func(at time.Time) error {
		return dir.Put(t.Context(), name, at, func(w io.Writer) error {
			_, err := io.WriteString(w, "x")
			return err
		})
	}
	for range 300 {
		if err := put(old); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 2 { // a collection that was taken for dead may go on beside its successor
			wg.Go(func() {
				if _, err := dir.Remove(t.Context(), name, now); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			found, err := dir.Touch(t.Context(), name, now)
			if err == nil && !found {
				err = put(now)
			}
			if err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		file, err := dir.Open(t.Context(), name)
		if err != nil {
			t.Fatalf("the file was lost: %v", err)
		}
		file.Close()
	}
}

func TestDirectory_clearsAwayWhatWasBrokenOff(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir, err := NewDirectory(root)
	if err != nil {
		t.Fatal(err)
	}
	name := FileName{Tenant: "t-a", Digest: strings.Repeat("0f", 32)}
	old, now := time.Unix(1_000_000, 0), time.Unix(2_000_000, 0)
	if err := dir.Put(t.Context(), name, old, func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	path, _ := dir.path(name)
	half := filepath.Join(filepath.Dir(path), incoming+"123")
	for _, err := range []error{os.WriteFile(half, nil, 0o600), os.Chtimes(half, old, old), os.Rename(path, path+outgoing)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the first walk puts back, the second finds
		err = dir.Old(t.Context(), now, func(got FileName) error {
			if got != name {
				t.Errorf("visited %v", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file was not put back: %v", err)
	}
}

func TestDirectory_refusesOtherNames(t *testing.T) {
	t.Parallel()
	dir, err := NewDirectory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	good := strings.Repeat("ab", 32)
	for _, name := range []FileName{{"", good}, {"..", good}, {"a/b", good}, {"t", "../x"}, {"t", good + "0"}, {"t", strings.ToUpper(good)}} {
		if _, err := dir.Open(t.Context(), name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: error = %v", name, err)
		}
	}
}

// scanner is a fake that finds what contains a word.
type scanner struct {
	mu   sync.Mutex
	down bool
}

func (s *scanner) setDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *scanner) Scan(_ context.Context, r io.Reader) (Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return Verdict{}, fmt.Errorf("test: %w", ErrScannerDown)
	}
	b, err := io.ReadAll(r)
	if bytes.Contains(b, []byte("EICAR")) {
		return Verdict{State: Refused, Finding: "Test"}, err
	}
	return Verdict{State: Clean}, err
}

func (f *fixture) runJobs(t *testing.T) {
	t.Helper()
	registry := jobs.NewRegistry()
	f.Jobs(registry)
	runner := jobs.NewRunner(jobs.Options{DB: f.Env.DB, Registry: registry, Poll: 10 * time.Millisecond})
	if err := runner.Start(f.Ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := runner.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func (f *fixture) becomes(t *testing.T, id string, want ScanState) {
	t.Helper()
	var d Document
	for range 500 {
		var err error
		if d, err = f.Info(f.Ctx, id); err != nil {
			t.Fatal(err)
		}
		if d.Scan == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("state = %s after 5 s, want %s", d.Scan, want)
}

func TestScan_decidesWhoMayOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		owner := Owner{Type: "case", ID: "1"}
		early := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePNG(), PutOptions{}), owner)
		if _, err := f.read(f.Ctx, early.ID); err != nil {
			t.Errorf("without a scanner: %v", err)
		}
		scan := &scanner{down: true}
		f.Scanner = scan
		good := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), owner)
		bad := f.keep(t, f.Ctx, f.put(t, f.Ctx, append([]byte("%PDF-1.7 EICAR "), "%%EOF"...), PutOptions{}), owner)
		letter := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{Generated: true}), owner)
		if _, err := f.read(f.Ctx, good.ID); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("before the scan: error = %v", err)
		}
		if _, err := f.read(f.Ctx, letter.ID); err != nil || letter.Scan != Clean {
			t.Errorf("a letter of ours: %v, %s", err, letter.Scan)
		}
		if err := f.scan(f.Ctx, good.ID); err == nil {
			t.Error("a scanner that is down gave a verdict")
		}
		f.becomes(t, good.ID, Scanning)
		scan.setDown(false)
		f.runJobs(t)
		f.becomes(t, good.ID, Clean)
		f.becomes(t, bad.ID, Refused)
		f.Clock.Advance(time.Hour) // now what came before the scanner is due
		f.becomes(t, early.ID, Clean)
		if _, err := f.read(f.Ctx, good.ID); err != nil {
			t.Errorf("found clean: %v", err)
		}
		if _, err := f.read(f.Ctx, bad.ID); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("refused: error = %v", err)
		}
	})
}

func TestSetHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mediaType, kind, policy string }{
		{PDF, "inline", "default-src 'none'"},
		{JPEG, "inline", "sandbox"},
		{PNG, "inline", "sandbox"},
		{DOCX, "attachment", "sandbox"},
		{"text/html", "attachment", "sandbox"},
	} {
		h := http.Header{}
		SetHeaders(h, Document{Name: "Søk \"nad\"\r\nX: y.pdf", MediaType: c.mediaType, Size: 12})
		want := c.kind + `; filename="S_k _nad___X: y.pdf"; filename*=UTF-8''S%C3%B8k%20%22nad%22%0D%0AX%3A%20y.pdf`
		if got := h.Get("Content-Disposition"); got != want {
			t.Errorf("%s: %s, want %s", c.mediaType, got, want)
		}
		if got := h.Get("Content-Security-Policy"); !strings.Contains(got, c.policy) || strings.Contains(got, "script") {
			t.Errorf("%s: policy %s", c.mediaType, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Length") != "12" || h.Get("Content-Type") != c.mediaType {
			t.Errorf("%s: headers %v", c.mediaType, h)
		}
	}
}
