package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// fixture is a store of documents over a fresh database and folder.
type fixture struct {
	storetest.Env
	*Store
	root, temp string
}

func modules() []fs.FS { return []fs.FS{keys.Migrations(), jobs.Migrations(), Migrations()} }

func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, newFixture(t, env)) })
}

func newFixture(tb testing.TB, env storetest.Env) *fixture {
	tb.Helper()
	inst, err := keys.Throwaway()
	if err != nil {
		tb.Fatal(err)
	}
	ring := keys.NewRing(env.DB, inst)
	for _, ctx := range []context.Context{env.Ctx, env.Other} {
		err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) })
		if err != nil {
			tb.Fatal(err)
		}
	}
	f := &fixture{Env: env, root: tb.TempDir(), temp: tb.TempDir()}
	backend, err := NewDirectory(f.root)
	if err != nil {
		tb.Fatal(err)
	}
	f.Store = New(Config{DB: env.DB, Keys: ring, Backend: backend, TempDir: f.temp})
	return f
}

func (f *fixture) put(t *testing.T, ctx context.Context, b []byte, o PutOptions) Stored {
	t.Helper()
	stored, err := f.Put(ctx, bytes.NewReader(b), o)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func (f *fixture) keep(t *testing.T, ctx context.Context, stored Stored, owner Owner) Document {
	t.Helper()
	var d Document
	err := f.Env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = f.Keep(ctx, tx, stored, owner)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (f *fixture) read(ctx context.Context, id string) ([]byte, error) {
	r, _, err := f.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

// files lists what lies in the store's folder and among the waiting uploads.
func (f *fixture) files(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, dir := range []string{f.root, f.temp} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestMessages_areComplete(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("blob", Messages()); err != nil {
		t.Fatal(err)
	}
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
}

func TestPutKeepOpen_returnsTheSameBytes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		for mediaType, b := range samples() {
			owner := Owner{Type: "case", ID: ids.New(), Person: "person-1"}
			d := f.keep(t, f.Ctx, f.put(t, f.Ctx, b, PutOptions{Name: "Vedlegg til søknad"}), owner)
			got, err := f.read(f.Ctx, d.ID)
			if err != nil || !bytes.Equal(got, b) {
				t.Errorf("%s: read %d of %d bytes, error %v", mediaType, len(got), len(b), err)
			}
			info, err := f.Info(f.Ctx, d.ID)
			if diff := cmp.Diff(d, info); diff != "" || err != nil {
				t.Errorf("%s: error %v, kept and found differ:\n%s", mediaType, err, diff)
			}
			if d.MediaType != mediaType || d.Scan != Unscanned || d.Size != int64(len(b)) || d.Owner != owner {
				t.Errorf("document = %+v", d)
			}
		}
	})
}

func TestPut_leavesNothingReadableOnTheDisk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		secret := "Diagnose: hemmelig"
		b := append([]byte("%PDF-1.7\n"+secret+strings.Repeat(" ", 100_000)), "%%EOF"...)
		f.keep(t, f.Ctx, f.put(t, f.Ctx, b, PutOptions{Name: "Diagnose.pdf"}), Owner{Type: "case", ID: "1"})
		files := f.files(t)
		if len(files) != 1 {
			t.Fatalf("%d files, want 1: %v", len(files), files)
		}
		raw, err := os.ReadFile(files[0])
		if err != nil || bytes.Contains(raw, []byte(secret)) || bytes.Contains(raw, []byte("%PDF")) {
			t.Errorf("the file can be read (%v)", err)
		}
		info, err := os.Stat(files[0])
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("mode %v, error %v: others may read the file", info.Mode(), err)
		}
	})
}

func TestPut_keepsEqualFilesOncePerTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		a := f.put(t, f.Ctx, samplePDF(), PutOptions{})
		again := f.put(t, f.Ctx, samplePDF(), PutOptions{})
		other := f.put(t, f.Other, samplePDF(), PutOptions{})
		if a.digest != again.digest || a.digest == other.digest {
			t.Errorf("digests %s, %s and the other tenant's %s", a.digest, again.digest, other.digest)
		}
		if n := len(f.files(t)); n != 2 {
			t.Errorf("%d files, want 2", n)
		}
	})
}

func TestOpen_knowsNothingOfOtherTenants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		if _, err := f.read(f.Other, d.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("open: error = %v, want not found", err)
		}
		stored := f.put(t, f.Other, samplePDF(), PutOptions{})
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := f.Keep(ctx, tx, stored, Owner{})
			return err
		})
		if err == nil {
			t.Error("a tenant kept another's file")
		}
	})
}

func TestPut_refusesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		big := append(samplePDF(), make([]byte, 3<<20)...)
		recorder := http.MaxBytesReader(nil, io.NopCloser(bytes.NewReader(big)), 1000)
		for name, c := range map[string]struct {
			r    io.Reader
			want string
		}{
			"empty":                    {strings.NewReader(""), "blob.empty"},
			"a program":                {strings.NewReader("MZ\x90\x00"), "blob.type_refused"},
			"too large":                {bytes.NewReader(big), "blob.too_large"},
			"over the request's limit": {recorder, "blob.too_large"},
			"cut off by the sender":    {io.MultiReader(bytes.NewReader(samplePDF()), iotest.ErrReader(io.ErrUnexpectedEOF)), "blob.cut_off"},
			"connection lost":          {io.MultiReader(bytes.NewReader(samplePDF()), iotest.ErrReader(syscall.ECONNRESET)), "blob.cut_off"},
			"half a picture":           {bytes.NewReader(sampleJPEG()[:900]), "blob.cut_off"},
		} {
			_, err := f.Put(f.Ctx, c.r, PutOptions{MaxBytes: 2 << 20})
			if got := errs.Of(err); got == nil || got.Key != c.want {
				t.Errorf("%s: error = %v, want %s", name, err, c.want)
			}
		}
		if files := f.files(t); len(files) > 0 {
			t.Errorf("left behind: %v", files)
		}
	})
}

// fullFile is a spool on a disk with little room.
type fullFile struct {
	spoolFile
	room int
}

func (f *fullFile) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, &fs.PathError{Op: "write", Err: syscall.ENOSPC}
	}
	f.room -= len(p)
	return f.spoolFile.Write(p)
}

// fullBackend fills up in the middle of a file.
type fullBackend struct{ *Directory }

func (b fullBackend) Put(ctx context.Context, name FileName, at time.Time, write func(io.Writer) error) error {
	return b.Directory.Put(ctx, name, at, func(w io.Writer) error {
		return write(&fullWriter{w: w, room: 100})
	})
}

type fullWriter struct {
	w    io.Writer
	room int
}

func (w *fullWriter) Write(p []byte) (int, error) {
	if len(p) > w.room {
		n, _ := w.w.Write(p[:w.room])
		return n, fmt.Errorf("write: %w", syscall.EDQUOT)
	}
	w.room -= len(p)
	return w.w.Write(p)
}

func TestPut_saysWhenTheDiskIsFull(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		before := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		spool, backend := f.openSpool, f.Backend
		full := func(what string) {
			t.Helper()
			_, err := f.Put(f.Ctx, bytes.NewReader(sampleJPEG()), PutOptions{})
			if got := errs.Of(err); got == nil || got.Key != "blob.disk_full" || got.Kind != errs.KindUnavailable {
				t.Errorf("%s: error = %v, want blob.disk_full", what, err)
			}
			if n := len(f.files(t)); n != 1 {
				t.Errorf("%s: %d files, want the first one only", what, n)
			}
		}
		f.openSpool = func(dir string) (spoolFile, error) {
			file, err := spool(dir)
			return &fullFile{spoolFile: file, room: 100}, err
		}
		full("while taking in")
		f.openSpool = func(string) (spoolFile, error) { return nil, &fs.PathError{Op: "open", Err: syscall.ENOSPC} }
		full("before taking in")
		f.openSpool = spool
		f.Backend = fullBackend{backend.(*Directory)}
		full("while storing")
		f.Backend = backend
		if _, err := f.read(f.Ctx, before.ID); err != nil {
			t.Errorf("an older document suffered: %v", err)
		}
		f.put(t, f.Ctx, sampleJPEG(), PutOptions{}) // there is room again
	})
}

func TestKeep_refusesAnOldUpload(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		stored := f.put(t, f.Ctx, samplePDF(), PutOptions{})
		f.Clock.Advance(keepWithin + time.Minute)
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := f.Keep(ctx, tx, stored, Owner{})
			return err
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Errorf("error = %v, want a conflict", err)
		}
	})
}

func TestListMoveRemove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		draft, kept := Owner{Type: "draft", ID: "d", Person: "p"}, Owner{Type: "case", ID: "c"}
		stored := f.put(t, f.Ctx, samplePDF(), PutOptions{Name: "én.pdf"})
		first, second := f.keep(t, f.Ctx, stored, draft), f.keep(t, f.Ctx, stored, draft)
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := f.Move(ctx, tx, second.ID, kept); err != nil {
				return err
			}
			return f.Remove(ctx, tx, first.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		var drafts, cases []Document
		err = f.Env.DB.Read(f.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if drafts, err = f.ListFor(ctx, tx, draft); err == nil {
				cases, err = f.ListFor(ctx, tx, kept)
			}
			return err
		})
		if err != nil || len(drafts) != 0 || len(cases) != 1 || cases[0].Name != "én.pdf" || cases[0].Owner.Person != "p" {
			t.Errorf("error %v, drafts %+v, cases %+v", err, drafts, cases)
		}
		err = f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error { return f.Remove(ctx, tx, first.ID) })
		if !errs.Is(err, errs.KindNotFound) {
			t.Errorf("removed twice: error = %v", err)
		}
	})
}

func TestOpen_noticesADamagedFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		filler := make([]byte, 200_000)
		_, _ = rand.Read(filler)
		b := append(append([]byte("%PDF-1.7\n"), filler...), "%%EOF"...)
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, b, PutOptions{}), Owner{Type: "case", ID: "1"})
		path := f.files(t)[0]
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(whole)
		flipped[100_000] ^= 1
		for name, damaged := range map[string][]byte{"cut off": whole[:100_000], "changed": flipped, "emptied": {}} {
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := f.read(f.Ctx, d.ID); err == nil {
				t.Errorf("%s: read without error", name)
			}
		}
	})
}

func TestSpool_readsAtAnyPlace(t *testing.T) {
	t.Parallel()
	file, err := openSpoolFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := newSpool(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.iv { // so that the counter runs over
		s.iv[i] = 0xff
	}
	s.out = newCTR(s)
	want := make([]byte, 10_000)
	_, _ = rand.Read(want)
	for part := range 10 { // in uneven pieces
		if _, err := s.Write(want[part*1000 : part*1000+7]); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(want[part*1000+7 : part*1000+1000]); err != nil {
			t.Fatal(err)
		}
	}
	for _, off := range []int64{0, 1, 15, 16, 17, 4095, 9_990} {
		got := make([]byte, min(100, 10_000-off))
		if _, err := s.ReadAt(got, off); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want[off:off+int64(len(got))]) {
			t.Errorf("at %d: other bytes", off)
		}
	}
	if err := iotest.TestReader(s.reader(), want); err != nil {
		t.Error(err)
	}
	raw := make([]byte, 10_000)
	if _, err := file.ReadAt(raw, 0); err == nil && bytes.Contains(raw, want[:32]) {
		t.Error("the spool lies in the clear")
	}
}

// TestPut_bearsAFileSizeLimit runs itself once more in a process whose files
// may not grow, as under a service manager's LimitFSIZE.
func TestPut_bearsAFileSizeLimit(t *testing.T) {
	t.Parallel()
	const sign = "TORG_TEST_FILE_SIZE_LIMIT"
	if os.Getenv(sign) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPut_bearsAFileSizeLimit$", "-test.v")
		child.Env = append(os.Environ(), sign+"=1")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("under the limit: %v\n%s", err, out)
		}
		return
	}
	f := newFixture(t, storetest.SQLite(t, modules()...))
	signal.Ignore(syscall.SIGXFSZ)
	const limit = 8 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	big := append(append([]byte("%PDF-1.7\n"), make([]byte, limit)...), "%%EOF"...)
	_, err := f.Put(f.Ctx, bytes.NewReader(big), PutOptions{})
	if got := errs.Of(err); got == nil || got.Key != "blob.disk_full" {
		t.Errorf("error = %v, want blob.disk_full", err)
	}
	if files := f.files(t); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	f.put(t, f.Ctx, samplePDF(), PutOptions{})
}
