package keys

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// wrapped is an installation with two tenants and a key file, and a text that was
// encrypted before anything is rotated.
type wrapped struct {
	t    *testing.T
	env  storetest.Env
	path string
	text []byte
}

func eachWrapped(t *testing.T, test func(t *testing.T, w wrapped)) {
	t.Helper()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		w := wrapped{t: t, env: env, path: filepath.Join(t.TempDir(), "torg.key")}
		if err := CreateFile(w.path); err != nil {
			t.Fatal(err)
		}
		ring := w.ring()
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return ring.Create(ctx, tx, tx.Tenant) })
			if err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if w.text, err = ring.Encrypt(env.Ctx, storetest.TenantA, "test.field", []byte("bevart"), nil); err != nil {
			t.Fatal(err)
		}
		test(t, w)
	})
}

// ring is what a process that starts now has in memory: nothing but the file.
func (w wrapped) ring() *Ring {
	w.t.Helper()
	inst, err := OpenFile(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	return NewRing(w.env.DB, inst)
}

func (w wrapped) reads(r *Ring) {
	w.t.Helper()
	plain, err := r.Decrypt(w.env.Ctx, storetest.TenantA, "test.field", w.text, nil)
	if err != nil || string(plain) != "bevart" {
		w.t.Fatalf("%q, %v", plain, err)
	}
	if err := r.Warm(w.env.Other, storetest.TenantB); err != nil {
		w.t.Fatal(err)
	}
}

func (w wrapped) stands(r *Ring, want Wrapping) {
	w.t.Helper()
	got, err := r.Wrapping(w.env.Ctx)
	if err != nil || got != want {
		w.t.Fatalf("%+v, %v; want %+v", got, err, want)
	}
}

func TestRenewInstallationKey_goesOnWhereAKillStoppedIt(t *testing.T) {
	t.Parallel()
	eachWrapped(t, func(t *testing.T, w wrapped) {
		w.stands(w.ring(), Wrapping{Installation: 1, Wrapped: 6})

		// Killed after the file was written: nothing is wrapped by the new key.
		if err := w.ring().inst.rotate(); err != nil {
			t.Fatal(err)
		}
		w.stands(w.ring(), Wrapping{Installation: 2, Wrapped: 6, Old: 6})
		w.reads(w.ring())
		if err := w.ring().ForgetInstallationKey(w.env.Ctx); !errors.Is(err, ErrNotRewrapped) {
			t.Fatalf("the key that all is wrapped by was forgotten: %v", err)
		}

		// Killed half-way.
		half := w.ring()
		err := w.env.DB.WritePlatform(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			page, err := pageAfter(ctx, tx, keyRow{})
			if err != nil {
				return err
			}
			return errors.Join(half.rewrap(ctx, tx, page[0]), half.rewrap(ctx, tx, page[4]))
		})
		if err != nil {
			t.Fatal(err)
		}
		w.stands(w.ring(), Wrapping{Installation: 2, Wrapped: 6, Old: 4})
		w.reads(w.ring())

		// Asked again it makes no third key.
		made, err := w.ring().RenewInstallationKey(w.env.Ctx)
		if err != nil || made {
			t.Fatalf("made %v, %v", made, err)
		}
		w.stands(w.ring(), Wrapping{Installation: 2, Wrapped: 6})
		w.reads(w.ring())
	})
}

func TestForgetInstallationKey_leavesTheOldOneUseless(t *testing.T) {
	t.Parallel()
	eachWrapped(t, func(t *testing.T, w wrapped) {
		before, err := os.ReadFile(w.path)
		if err != nil {
			t.Fatal(err)
		}
		running := w.ring() // a server that goes on meanwhile
		w.reads(running)
		if err := w.ring().ForgetInstallationKey(w.env.Ctx); !errors.Is(err, ErrNoPrevious) {
			t.Errorf("forgot the only key: %v", err)
		}
		if made, err := w.ring().RenewInstallationKey(w.env.Ctx); err != nil || !made {
			t.Fatalf("made %v, %v", made, err)
		}
		if err := w.ring().ForgetInstallationKey(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		w.stands(w.ring(), Wrapping{Installation: 1, Wrapped: 6})
		running.drop(storetest.TenantA)
		w.reads(running)

		if err := os.WriteFile(w.path, before, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.ring().Warm(w.env.Ctx, storetest.TenantA); err == nil {
			t.Error("the old installation key still opens")
		}
	})
}
