package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

var draft = Owner{Type: "draft", ID: "d", Person: "p"}

// scanned is a PDF of a size.
func scanned(size int) []byte {
	b := bytes.Repeat([]byte("side "), size/5+1)[:size-15]
	return append(append([]byte("%PDF-1.7\n"), b...), "\n%%EOF"...)
}

func begin(t *testing.T, f *fixture, b []byte) (*Uploads, Upload) {
	t.Helper()
	up, err := f.Uploads().Create(f.Ctx, NewUpload{Owner: draft, Field: "papers", Name: "skanning.pdf", Declared: PDF, Size: int64(len(b))})
	if err != nil {
		t.Fatal(err)
	}
	return f.Uploads(), up
}

// sendAll sends what is missing in parts of a size.
func sendAll(t *testing.T, f *fixture, u *Uploads, up Upload, b []byte, size int) Upload {
	t.Helper()
	for !up.Whole() {
		from := int(up.Received)
		var err error
		if up, err = u.Append(f.Ctx, draft, up.ID, up.Received, bytes.NewReader(b[from:min(from+size, len(b))])); err != nil {
			t.Fatal(err)
		}
	}
	return up
}

func TestUploads_becomeTheDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		for _, size := range []int{100, 999, MaxPart} {
			b := scanned(2000)
			u, up := begin(t, f, b)
			up = sendAll(t, f, u, up, b, size)
			stored, again, err := u.Finish(f.Ctx, draft, up.ID)
			if err != nil || again.Field != "papers" {
				t.Fatalf("%+v, %v", again, err)
			}
			d := f.keep(t, f.Ctx, stored, draft)
			got, err := f.read(f.Ctx, d.ID)
			if err != nil || !bytes.Equal(got, b) || d.Name != "skanning.pdf" {
				t.Errorf("parts of %d: %d bytes of %d called %q, %v", size, len(got), len(b), d.Name, err)
			}
		}
	})
}

func TestUploads_goOnWhereTheyStopped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(5000)
		u, up := begin(t, f, b)
		if _, err := u.Append(f.Ctx, draft, up.ID, 0, bytes.NewReader(b[:2000])); err != nil {
			t.Fatal(err)
		}
		line := io.MultiReader(bytes.NewReader(b[2000:2500]), iotest.ErrReader(syscall.ECONNRESET))
		if _, err := u.Append(f.Ctx, draft, up.ID, 2000, line); keyOf(err) != "blob.cut_off" {
			t.Errorf("a broken line: %v", err)
		}
		for _, offset := range []int64{0, 1999, 2500, 5000, -1} {
			if _, err := u.Append(f.Ctx, draft, up.ID, offset, bytes.NewReader(b)); !errs.Is(err, errs.KindConflict) {
				t.Errorf("at %d: %v", offset, err)
			}
		}
		if _, err := u.Append(f.Ctx, draft, up.ID, 2000, bytes.NewReader(b)); keyOf(err) != "blob.upload_part" {
			t.Errorf("more than is missing: %v", err)
		}
		if _, err := u.Append(f.Ctx, draft, up.ID, 2000, strings.NewReader("")); keyOf(err) != "blob.upload_part" {
			t.Errorf("nothing: %v", err)
		}
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); keyOf(err) != "blob.upload_unfinished" {
			t.Errorf("finished in the middle: %v", err)
		}
		// Another process, which knows nothing but the database and the folder.
		later := New(f.Store.Config).Uploads()
		up, err := later.Get(f.Ctx, draft, up.ID)
		if err != nil || up.Received != 2000 {
			t.Fatalf("received %d, %v", up.Received, err)
		}
		sendAll(t, f, later, up, b, 1000)
		stored, _, err := later.Finish(f.Ctx, draft, up.ID)
		if err != nil || stored.Size != 5000 {
			t.Errorf("%+v, %v", stored, err)
		}
	})
}

func TestUploads_becomeOneDocumentOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(2000)
		u, up := begin(t, f, b)
		sendAll(t, f, u, up, b, 1000)
		first, _, err := u.Finish(f.Ctx, draft, up.ID)
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := u.Finish(f.Ctx, draft, up.ID) // in another tab
		if err != nil {
			t.Fatal(err)
		}
		f.keep(t, f.Ctx, first, draft)
		err = f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := f.Keep(ctx, tx, second, draft)
			return err
		})
		if !errors.Is(err, ErrKept) {
			t.Errorf("kept twice: %v", err)
		}
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); !errors.Is(err, ErrKept) {
			t.Errorf("finished once more: %v", err)
		}
		if _, err := u.Append(f.Ctx, draft, up.ID, 2000, strings.NewReader("x")); !errs.Is(err, errs.KindConflict) {
			t.Errorf("appended to a document: %v", err)
		}
	})
}

func TestUploads_takeOneOfTwoSendersOfAPart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(3000)
		u, up := begin(t, f, b)
		for at := int64(0); at < 3000; at += 1000 {
			results := make([]error, 4)
			var wait sync.WaitGroup
			for i := range results {
				wait.Go(func() { _, results[i] = u.Append(f.Ctx, draft, up.ID, at, bytes.NewReader(b[at:at+1000])) })
			}
			wait.Wait()
			taken := 0
			for _, err := range results {
				if err == nil {
					taken++
				} else if !errs.Is(err, errs.KindConflict) {
					t.Errorf("at %d: %v", at, err)
				}
			}
			if taken != 1 {
				t.Fatalf("at %d: %d senders won", at, taken)
			}
		}
		stored, _, err := u.Finish(f.Ctx, draft, up.ID)
		if err != nil {
			t.Fatal(err)
		}
		d := f.keep(t, f.Ctx, stored, draft)
		if got, err := f.read(f.Ctx, d.ID); err != nil || !bytes.Equal(got, b) {
			t.Errorf("the parts are mixed up: %v", err)
		}
	})
}

func TestUploads_areTheirOwnersOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		u, up := begin(t, f, scanned(1000))
		for name, c := range map[string]struct {
			ctx   context.Context
			owner Owner
			id    string
		}{
			"another person":       {f.Ctx, Owner{Type: "draft", ID: "d", Person: "q"}, up.ID},
			"another draft":        {f.Ctx, Owner{Type: "draft", ID: "e", Person: "p"}, up.ID},
			"another thing":        {f.Ctx, Owner{Type: "case", ID: "d", Person: "p"}, up.ID},
			"another municipality": {f.Other, draft, up.ID},
			"nonsense":             {f.Ctx, draft, "x"},
		} {
			if _, err := u.Get(c.ctx, c.owner, c.id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: get: %v", name, err)
			}
			if _, err := u.Append(c.ctx, c.owner, c.id, 0, strings.NewReader("x")); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: append: %v", name, err)
			}
			if _, _, err := u.Finish(c.ctx, c.owner, c.id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: finish: %v", name, err)
			}
			if err := u.Remove(c.ctx, c.owner, c.id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: remove: %v", name, err)
			}
		}
	})
}

func TestUploads_haveRoomForEachPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		u := f.Uploads()
		create := func(person, id string, size int64) error {
			_, err := u.Create(f.Ctx, NewUpload{Owner: Owner{Type: "draft", ID: id, Person: person}, Field: "x", Name: "x", Size: size})
			return err
		}
		for _, c := range []struct {
			size int64
			want string
		}{{0, "blob.empty"}, {-1, "blob.empty"}, {DefaultMaxBytes + 1, "blob.too_large"}} {
			if err := create("p", "d", c.size); keyOf(err) != c.want {
				t.Errorf("%d bytes: %v", c.size, err)
			}
		}
		for range personBytes / DefaultMaxBytes {
			if err := create("p", "d", DefaultMaxBytes); err != nil {
				t.Fatal(err)
			}
		}
		if err := create("p", "e", 1); keyOf(err) != "blob.upload_quota" || !errs.Is(err, errs.KindTooLarge) {
			t.Errorf("over the quota: %v", err)
		}
		if err := create("q", "d", 1); err != nil {
			t.Errorf("another person: %v", err)
		}
		for range personUploads {
			if err := create("", "d", 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := create("", "d", 1); keyOf(err) != "blob.upload_quota" {
			t.Errorf("too many: %v", err)
		}
		if err := create("", "other", 1); err != nil {
			t.Errorf("somebody unknown, elsewhere: %v", err)
		}
		f.Clock.Advance(uploadLives + time.Minute)
		if err := create("p", "d", 1); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestUploads_runOutAndLeaveNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(2000)
		u, up := begin(t, f, b)
		if _, err := u.Append(f.Ctx, draft, up.ID, 0, bytes.NewReader(b[:1000])); err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(20 * time.Hour)
		if _, err := u.Append(f.Ctx, draft, up.ID, 1000, bytes.NewReader(b[1000:1500])); err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(20 * time.Hour) // the first part is old, and still needed
		f.collect(t, 0)
		if _, err := u.Append(f.Ctx, draft, up.ID, 1500, bytes.NewReader(b[1500:])); err != nil {
			t.Fatal(err)
		}
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(uploadLives + time.Minute)
		if _, err := u.Get(f.Ctx, draft, up.ID); keyOf(err) != "blob.upload_gone" {
			t.Errorf("after a day: %v", err)
		}
		f.collect(t, 4) // three parts, and what was finished and never kept
		if files := f.files(t); len(files) > 0 {
			t.Errorf("left: %v", files)
		}
	})
}

func TestUploads_areGivenUpWithTheirOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(1000)
		u, up := begin(t, f, b)
		_, other := begin(t, f, b)
		sendAll(t, f, u, up, b, 500)
		if err := u.Remove(f.Ctx, draft, other.ID); err != nil {
			t.Fatal(err)
		}
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error { return u.RemoveFor(ctx, tx, draft) })
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{up.ID, other.ID} {
			if _, err := u.Get(f.Ctx, draft, id); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("still there: %v", err)
			}
		}
		f.Clock.Advance(orphaned + time.Minute)
		f.collect(t, 2)
	})
}

func TestUploads_refuseWhatPutRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := []byte("MZ this is a program")
		u, up := begin(t, f, b)
		sendAll(t, f, u, up, b, 10)
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); keyOf(err) != "blob.type_refused" {
			t.Errorf("error = %v", err)
		}
		if _, err := u.Get(f.Ctx, draft, up.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("it still takes room: %v", err)
		}
	})
}

func TestUploads_lieEncryptedAndNoticeLoss(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		b := scanned(3000)
		u, up := begin(t, f, b)
		sendAll(t, f, u, up, b, 3000)
		files := f.files(t)
		if len(files) != 1 {
			t.Fatalf("files: %v", files)
		}
		raw, err := os.ReadFile(files[0])
		if err != nil || bytes.Contains(raw, []byte("side side")) {
			t.Errorf("a part can be read (%v)", err)
		}
		raw[len(raw)-20] ^= 1
		if err := os.WriteFile(files[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); err == nil || errs.Of(err) != nil {
			t.Errorf("damaged: %v", err) // our fault, not the sender's
		}
		if err := os.Remove(files[0]); err != nil {
			t.Fatal(err)
		}
		if _, _, err := u.Finish(f.Ctx, draft, up.ID); keyOf(err) != "blob.upload_gone" {
			t.Errorf("lost, as after a restore: %v", err)
		}
	})
}

// TestUploads_surviveKill sends parts from a process that is killed in the middle,
// and goes on in this one.
func TestUploads_surviveKill(t *testing.T) {
	t.Parallel()
	const sign = "TORG_TEST_UPLOAD_CHILD"
	if os.Getenv(sign) != "" {
		uploadForever(t, ".")
		return
	}
	folder := t.TempDir()
	self, err := os.Executable()
	must(t, err)
	child := exec.CommandContext(t.Context(), self, "-test.run=^TestUploads_surviveKill$")
	child.Env, child.Dir = append(os.Environ(), sign+"=1"), folder
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var id string
	acknowledged := int64(0)
	for acknowledged < 50_000 {
		if _, err := fmt.Fscanf(out, "%s %d\n", &id, &acknowledged); err != nil {
			t.Fatal(err)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	_ = child.Wait() // it was killed
	for line := range strings.Lines(string(rest)) {
		if n := int64(0); strings.HasSuffix(line, "\n") {
			if _, err := fmt.Sscanf(line, "%s %d", &id, &n); err == nil {
				acknowledged = n
			}
		}
	}
	f := childFixture(t, folder)
	up, err := f.Uploads().Get(f.Ctx, draft, id)
	if err != nil || up.Received < acknowledged {
		t.Fatalf("acknowledged %d, there are %d: %v", acknowledged, up.Received, err)
	}
	sendAll(t, f, f.Uploads(), up, scanned(childBytes), 100_000)
	stored, _, err := f.Uploads().Finish(f.Ctx, draft, id)
	if err != nil {
		t.Fatal(err)
	}
	d := f.keep(t, f.Ctx, stored, draft)
	if got, err := f.read(f.Ctx, d.ID); err != nil || !bytes.Equal(got, scanned(childBytes)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

const childBytes = 1 << 20

func uploadForever(t *testing.T, folder string) {
	t.Helper()
	f := childFixture(t, folder)
	b := scanned(childBytes)
	u, up := begin(t, f, b)
	for !up.Whole() {
		var err error
		if up, err = u.Append(f.Ctx, draft, up.ID, up.Received, bytes.NewReader(b[up.Received:min(up.Received+1000, childBytes)])); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%s %d\n", up.ID, up.Received)
	}
}

// childFixture opens an installation that lies in a folder, or makes it.
func childFixture(t *testing.T, folder string) *fixture {
	t.Helper()
	config := store.Config{Path: filepath.Join(folder, "torg.db"), Clock: clock.NewFake(storetest.Start())}
	key := filepath.Join(folder, "key")
	_, err := os.Stat(key)
	fresh := errors.Is(err, fs.ErrNotExist)
	if fresh {
		must(t, keys.CreateFile(key))
		_, err = store.Migrate(t.Context(), config, modules()...)
		must(t, err)
	}
	db, err := store.Open(t.Context(), config)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	inst, err := keys.OpenFile(key)
	must(t, err)
	f := &fixture{Env: storetest.Env{DB: db, Ctx: store.WithTenant(t.Context(), storetest.TenantA)}, root: filepath.Join(folder, "files"), temp: folder}
	ring := keys.NewRing(db, inst)
	if fresh {
		must(t, db.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) }))
	}
	backend, err := NewDirectory(f.root)
	must(t, err)
	f.Store = New(Config{DB: db, Keys: ring, Backend: backend, TempDir: folder})
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
