package staging_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

const pdfText = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

// world is files sent ahead, over a fresh database and folder.
type world struct {
	t     *testing.T
	env   storetest.Env
	blobs *blob.Store
	files staging.Store
	mine  context.Context // of a token of the first tenant
	other context.Context // of another of its tokens
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	modules := []fs.FS{keys.Migrations(), jobs.Migrations(), blob.Migrations(), staging.Migrations()}
	storetest.Each(t, modules, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		ring := keys.NewRing(env.DB, inst)
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			if err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) }); err != nil {
				t.Fatal(err)
			}
		}
		folder, err := blob.NewDirectory(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, env: env, blobs: blob.New(blob.Config{DB: env.DB, Keys: ring, Backend: folder, TempDir: t.TempDir()})}
		w.files, w.mine, w.other = staging.Of(w.blobs), token(env.Ctx, "one"), token(env.Ctx, "two")
		test(t, w)
	})
}

func token(ctx context.Context, id string) context.Context {
	return identity.With(ctx, identity.Actor{Kind: identity.Token, TokenID: id})
}

func (w *world) put(ctx context.Context, text, key string) (staging.File, bool) {
	w.t.Helper()
	f, again, err := w.files.Put(ctx, strings.NewReader(text), staging.New{Name: "Vedlegg æøå.pdf", Declared: blob.PDF, Key: key})
	if err != nil {
		w.t.Fatal(err)
	}
	return f, again
}

func (w *world) take(ctx context.Context, files ...string) error {
	return w.env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return w.files.Take(ctx, tx, "files", files, blob.Owner{Type: "case", ID: "sak"})
	})
}

// ofCase returns how many documents the case has.
func (w *world) ofCase() (n int) {
	w.t.Helper()
	err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := w.blobs.ListFor(ctx, tx, blob.Owner{Type: "case", ID: "sak"})
		n = len(list)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	e := errs.Of(err)
	if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != name || e.Fields[0].Key != key {
		t.Fatalf("error %v, want %s at %s", err, key, name)
	}
}

func TestPut_keepsAFileForItsSenderAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		f, again := w.put(w.mine, pdfText, "")
		if again || f.Name != "Vedlegg æøå.pdf" || f.MediaType != blob.PDF || f.Size != int64(len(pdfText)) || f.Scan != blob.Unscanned || f.Taken {
			t.Fatalf("%+v, %v", f, again)
		}
		if left := f.ExpiresAt.Sub(w.env.Clock.Now()); left != staging.Lives {
			t.Errorf("waits %v", left)
		}
		if same, err := w.files.Get(w.mine, f.ID); err != nil || same.Name != f.Name {
			t.Errorf("%+v, %v", same, err)
		}
		for name, ctx := range map[string]context.Context{"another token": w.other, "another tenant": token(w.env.Other, "one"), "nobody": w.env.Ctx} {
			if _, err := w.files.Get(ctx, f.ID); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s sees it: %v", name, err)
			}
		}
		for name, ctx := range map[string]context.Context{"another token": w.other, "another tenant": token(w.env.Other, "one")} {
			wantField(t, w.take(ctx, f.ID), "files.0", "staging.gone")
			if n := w.ofCase(); n != 0 {
				t.Errorf("%s took it", name)
			}
		}
		if _, _, err := w.files.Put(w.env.Ctx, strings.NewReader(pdfText), staging.New{}); errs.Of(err) == nil {
			t.Errorf("somebody unknown sent: %v", err)
		}
	})
}

func TestPut_refusesWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			text io.Reader
			n    staging.New
			kind errs.Kind
		}{
			"empty":     {strings.NewReader(""), staging.New{}, errs.KindInvalid},
			"a program": {strings.NewReader("MZ\x90\x00 not for us"), staging.New{Name: "a.exe"}, errs.KindInvalid},
			"too large": {io.LimitReader(zeros{}, blob.DefaultMaxBytes+1), staging.New{}, errs.KindTooLarge},
			"cut off":   {io.MultiReader(strings.NewReader(pdfText), broken{}), staging.New{}, errs.KindInvalid},
			"long key":  {strings.NewReader(pdfText), staging.New{Key: strings.Repeat("k", 101)}, errs.KindInvalid},
		} {
			if f, _, err := w.files.Put(w.mine, c.text, c.n); !errs.Is(err, c.kind) {
				t.Errorf("%s: %+v, %v", name, f, err)
			}
		}
		// Nothing is half stored.
		if f, again := w.put(w.mine, pdfText, strings.Repeat("k", 100)); again || f.ID == "" {
			t.Errorf("%+v, %v", f, again)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line is gone") }

func TestPut_twiceUnderOneKeyIsOneFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first, _ := w.put(w.mine, pdfText, "k")
		second, again := w.put(w.mine, pdfText, "k")
		if !again || second.ID != first.ID {
			t.Errorf("%s and %s, %v", first.ID, second.ID, again)
		}
		if _, _, err := w.files.Put(w.mine, strings.NewReader(pdfText+"%other\n"), staging.New{Key: "k"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("another file under the key: %v", err)
		}
		if theirs, again := w.put(w.other, pdfText, "k"); again || theirs.ID == first.ID {
			t.Error("the keys of two senders are mixed up")
		}
		if free, again := w.put(w.mine, pdfText, ""); again || free.ID == first.ID {
			t.Error("without a key each is a file of its own")
		}
		// The answer was lost, and the file has been used since.
		if err := w.take(w.mine, first.ID); err != nil {
			t.Fatal(err)
		}
		if third, again := w.put(w.mine, pdfText, "k"); !again || third.ID != first.ID || !third.Taken {
			t.Errorf("%+v, %v", third, again)
		}
	})
}

func TestTake_givesAllOfThemOnceOrNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, _ := w.put(w.mine, pdfText, "")
		b, _ := w.put(w.mine, pdfText+"%b\n", "")
		wantField(t, w.take(w.mine, a.ID, ids.New()), "files.1", "staging.gone")
		wantField(t, w.take(w.mine, a.ID, a.ID), "files.1", "staging.gone")
		wantField(t, w.take(w.mine, "../etc/passwd"), "files.0", "staging.gone")
		wantField(t, w.take(w.mine, make([]string, staging.MaxTaken+1)...), "files", "staging.too_many_taken")
		if n := w.ofCase(); n != 0 {
			t.Fatalf("%d documents after what failed", n)
		}
		if err := w.take(w.mine, a.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		if n := w.ofCase(); n != 2 {
			t.Fatalf("%d documents, want 2", n)
		}
		wantField(t, w.take(w.mine, b.ID), "files.0", "staging.gone")
		r, d, err := w.blobs.Open(w.env.Ctx, a.ID)
		if err != nil || d.Owner.Type != "case" {
			t.Fatalf("%+v, %v", d, err)
		}
		defer r.Close()
		if text, err := io.ReadAll(r); err != nil || !bytes.Equal(text, []byte(pdfText)) {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	})
}

func TestSweep_removesWhatNobodyUsedInTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		used, _ := w.put(w.mine, pdfText, "used")
		left, _ := w.put(w.mine, pdfText+"%left\n", "left")
		if err := w.take(w.mine, used.ID); err != nil {
			t.Fatal(err)
		}
		w.env.Clock.Advance(staging.Lives - time.Minute)
		late, _ := w.put(w.mine, pdfText+"%late\n", "late")
		if err := w.files.Sweep(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := w.files.Get(w.mine, left.ID); err != nil {
			t.Errorf("swept before its time: %v", err)
		}
		w.env.Clock.Advance(time.Minute)
		wantField(t, w.take(w.mine, left.ID), "files.0", "staging.gone") // also before the sweep
		if err := w.files.Sweep(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := w.blobs.Info(w.env.Ctx, left.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("what nobody used is kept: %v", err)
		}
		if _, err := w.blobs.Info(w.env.Ctx, used.ID); err != nil || w.ofCase() != 1 {
			t.Errorf("what was used is gone: %v", err)
		}
		if _, err := w.files.Get(w.mine, late.ID); err != nil {
			t.Errorf("a younger file is gone: %v", err)
		}
	})
}

func TestPut_hasRoomForSoMuch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first, _ := w.put(w.mine, pdfText, "first")
		for range staging.MaxFiles - 1 {
			w.put(w.mine, pdfText, "")
		}
		if _, _, err := w.files.Put(w.mine, strings.NewReader(pdfText), staging.New{}); !errs.Is(err, errs.KindTooMany) {
			t.Fatalf("one too many: %v", err)
		}
		if same, again := w.put(w.mine, pdfText, "first"); !again || same.ID != first.ID {
			t.Error("an answer that was lost cannot be asked for again")
		}
		w.put(w.other, pdfText, "")
		if err := w.take(w.mine, first.ID); err != nil {
			t.Fatal(err)
		}
		w.put(w.mine, pdfText, "")
	})
}
