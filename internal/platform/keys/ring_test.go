package keys_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// cipherer is how other packages declare the ring.
type cipherer interface {
	Encrypt(ctx context.Context, tenantID, purpose string, plain, aad []byte) ([]byte, error)
	Decrypt(ctx context.Context, tenantID, purpose string, ciphertext, aad []byte) ([]byte, error)
	Lookup(ctx context.Context, tenantID, purpose, value string) (version int, hex string, err error)
	LookupAll(ctx context.Context, tenantID, purpose, value string) ([]struct {
		Version int
		Hex     string
	}, error)
}

var _ cipherer = (*keys.Ring)(nil)

func each(t *testing.T, test func(t *testing.T, env storetest.Env, ring *keys.Ring)) {
	t.Helper()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		test(t, env, newRing(t, env))
	})
}

// newRing returns a ring with keys for both tenants of the test.
func newRing(tb testing.TB, env storetest.Env) *keys.Ring {
	tb.Helper()
	inst, err := keys.Throwaway()
	if err != nil {
		tb.Fatal(err)
	}
	ring := keys.NewRing(env.DB, inst)
	create(tb, env, ring)
	return ring
}

func create(tb testing.TB, env storetest.Env, ring *keys.Ring) {
	tb.Helper()
	for _, ctx := range []context.Context{env.Ctx, env.Other} {
		err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return ring.Create(ctx, tx, tx.Tenant)
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func encrypt(t *testing.T, env storetest.Env, ring *keys.Ring, text string) []byte {
	t.Helper()
	out, err := ring.Encrypt(env.Ctx, storetest.TenantA, "test.field", []byte(text), []byte("row"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantText(t *testing.T, env storetest.Env, ring *keys.Ring, ciphertext []byte, want string) {
	t.Helper()
	got, err := ring.Decrypt(env.Ctx, storetest.TenantA, "test.field", ciphertext, []byte("row"))
	if err != nil {
		t.Fatalf("decrypt: %v", err)
	}
	if string(got) != want {
		t.Errorf("decrypted %q, want %q", got, want)
	}
}

func TestEncrypt_bindsTenantPurposeAndOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		c := encrypt(t, env, ring, "Kari Nordmann")
		wantText(t, env, ring, c, "Kari Nordmann")
		if bytes.Contains(c, []byte("Nordmann")) || bytes.Equal(c, encrypt(t, env, ring, "Kari Nordmann")) {
			t.Error("the ciphertext tells what it holds")
		}
		cut, flipped := c[:len(c)-1], bytes.Clone(c)
		flipped[len(flipped)-1] ^= 1
		for name, try := range map[string]struct {
			tenant, purpose, aad string
			c                    []byte
		}{
			"another tenant":  {storetest.TenantB, "test.field", "row", c},
			"another purpose": {storetest.TenantA, "test.other", "row", c},
			"another row":     {storetest.TenantA, "test.field", "row2", c},
			"shifted parts":   {storetest.TenantA, "test.fieldr", "ow", c},
			"cut off":         {storetest.TenantA, "test.field", "row", cut},
			"changed":         {storetest.TenantA, "test.field", "row", flipped},
			"no ciphertext":   {storetest.TenantA, "test.field", "row", nil},
		} {
			if _, err := ring.Decrypt(env.Ctx, try.tenant, try.purpose, try.c, []byte(try.aad)); err == nil {
				t.Errorf("%s: decrypted", name)
			}
		}
	})
}

func TestLookup_isSteadyPerTenantAndPurpose(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		seen := map[string]string{}
		for _, c := range [][3]string{
			{storetest.TenantA, "p", "12345678901"},
			{storetest.TenantA, "p", "12345678902"},
			{storetest.TenantA, "q", "12345678901"},
			{storetest.TenantB, "p", "12345678901"},
			{storetest.TenantA, "p1", "2345678901"},
		} {
			version, hex, err := ring.Lookup(env.Ctx, c[0], c[1], c[2])
			if err != nil {
				t.Fatal(err)
			}
			_, again, err := ring.Lookup(env.Ctx, c[0], c[1], c[2])
			if err != nil {
				t.Fatal(err)
			}
			if version != 1 || len(hex) != 64 || hex != again {
				t.Errorf("lookup %v = %d %q, then %q", c, version, hex, again)
			}
			if other, ok := seen[hex]; ok {
				t.Errorf("%v and %s have the same lookup", c, other)
			}
			seen[hex] = strings.Join(c[:], "/")
		}
	})
}

func TestRotate_keepsOldReadableAndFindable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		old := encrypt(t, env, ring, "before")
		_, oldHex, err := ring.Lookup(env.Ctx, storetest.TenantA, "p", "v")
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Rotate(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		fresh := encrypt(t, env, ring, "after")
		wantText(t, env, ring, old, "before")
		wantText(t, env, ring, fresh, "after")
		if bytes.Equal(old[:5], fresh[:5]) {
			t.Error("both ciphertexts name the same key")
		}
		version, hex, err := ring.Lookup(env.Ctx, storetest.TenantA, "p", "v")
		if err != nil {
			t.Fatal(err)
		}
		all, err := ring.LookupAll(env.Ctx, storetest.TenantA, "p", "v")
		if err != nil {
			t.Fatal(err)
		}
		want := []keys.Digest{{Version: 2, Hex: hex}, {Version: 1, Hex: oldHex}}
		if diff := cmp.Diff(want, all); diff != "" || version != 2 {
			t.Errorf("version %d, lookups (-want +got):\n%s", version, diff)
		}
	})
}

func TestRotate_happensWithWhatGoesWithItOrNotAtAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		sorry := errors.New("the log is closed")
		err := ring.Rotate(env.Ctx, storetest.TenantA, func(context.Context, *store.Tx) error { return sorry })
		if !errors.Is(err, sorry) {
			t.Fatalf("error = %v", err)
		}
		if version, err := ring.Version(env.Ctx, storetest.TenantA); err != nil || version != 1 {
			t.Errorf("version %d, %v", version, err)
		}
		told := ""
		err = ring.Rotate(env.Ctx, storetest.TenantA, func(_ context.Context, tx *store.Tx) error {
			told = tx.Tenant
			return nil
		})
		if err != nil || told != storetest.TenantA {
			t.Errorf("%v, told of %q", err, told)
		}
		for name, want := range map[string]int{storetest.TenantA: 2, storetest.TenantB: 1} {
			if version, err := ring.Version(env.Ctx, name); err != nil || version != want {
				t.Errorf("%s: version %d, want %d, %v", name, version, want, err)
			}
		}
	})
}

func TestRotate_isLearntByAnotherProcess(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		here, there := keys.NewRing(env.DB, inst), keys.NewRing(env.DB, inst)
		create(t, env, here)
		if err := there.Start(env.Ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stop(t, there) })
		if err := there.Warm(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		if err := here.Rotate(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		wantText(t, env, there, encrypt(t, env, here, "new key"), "new key") // at once, by its key id
		eventually(t, "the other ring encrypts with the new key", func() bool {
			version, _, err := there.Lookup(env.Ctx, storetest.TenantA, "p", "v")
			return err == nil && version == 2
		})
		if err := here.Shred(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the other ring forgets a shredded tenant", func() bool {
			_, _, err := there.Lookup(env.Ctx, storetest.TenantA, "p", "v")
			return errors.Is(err, keys.ErrNoKeys)
		})
	})
}

func stop(t *testing.T, ring *keys.Ring) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := ring.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("not within a minute: %s", what)
}

func TestEncrypt_worksInsideATransactionWhenWarm(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		create(t, env, keys.NewRing(env.DB, inst))
		ring := keys.NewRing(env.DB, inst)
		inTx := func() error {
			return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := ring.Encrypt(ctx, tx.Tenant, "p", []byte("x"), nil)
				return err
			})
		}
		if err := inTx(); err == nil || !strings.Contains(err.Error(), "call Warm") {
			t.Errorf("cold: error = %v, want one that says to call Warm", err)
		}
		if err := ring.Warm(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		if err := inTx(); err != nil {
			t.Errorf("warm: %v", err)
		}
	})
}

func TestCreate_leavesNothingWhenItsTransactionFails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		ring := keys.NewRing(env.DB, inst)
		sorry := errors.New("no")
		err = env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := ring.Create(ctx, tx, storetest.TenantA); err != nil {
				return err
			}
			return sorry
		})
		if !errors.Is(err, sorry) {
			t.Fatal(err)
		}
		if err := ring.Warm(env.Ctx, storetest.TenantA); !errors.Is(err, keys.ErrNoKeys) {
			t.Errorf("error = %v, want ErrNoKeys", err)
		}
	})
}

func TestShred_makesEverythingUnreadable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		c := encrypt(t, env, ring, "gone")
		if err := ring.Shred(env.Ctx, storetest.TenantA); err != nil {
			t.Fatal(err)
		}
		if _, err := ring.Decrypt(env.Ctx, storetest.TenantA, "test.field", c, []byte("row")); !errors.Is(err, keys.ErrNoKeys) {
			t.Errorf("error = %v, want ErrNoKeys", err)
		}
		if _, err := ring.Encrypt(env.Ctx, storetest.TenantB, "p", []byte("x"), nil); err != nil {
			t.Errorf("the other tenant suffers: %v", err)
		}
	})
}

func TestRotateInstallationKey_wrapsAllAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		path, oldCopy := filepath.Join(t.TempDir(), "torg.key"), filepath.Join(t.TempDir(), "old.key")
		if err := keys.CreateFile(path); err != nil {
			t.Fatal(err)
		}
		copyFile(t, path, oldCopy)
		ring, running := ringOf(t, env, path), ringOf(t, env, path)
		create(t, env, ring)
		c := encrypt(t, env, ring, "kept")
		signer, err := ring.SigningKey(env.Ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.RotateInstallationKey(env.Ctx); err != nil {
			t.Fatal(err)
		}
		wantText(t, env, running, c, "kept") // a process that opened the file before
		if err := ring.DropPreviousInstallationKey(env.Ctx); err != nil {
			t.Fatal(err)
		}
		after := ringOf(t, env, path)
		wantText(t, env, after, c, "kept")
		again, err := after.SigningKey(env.Ctx)
		if err != nil || !signer.Equal(again) {
			t.Errorf("the signing key did not survive: %v", err)
		}
		if err := ringOf(t, env, oldCopy).Warm(env.Ctx, storetest.TenantA); err == nil {
			t.Error("the old installation key still opens")
		}
	})
}

func ringOf(t *testing.T, env storetest.Env, path string) *keys.Ring {
	t.Helper()
	inst, err := keys.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys.NewRing(env.DB, inst)
}

func TestWrappedKeys_cannotBeMovedBetweenTenants(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{keys.Migrations()}, func(t *testing.T, env storetest.Env) {
		inst, err := keys.Throwaway()
		if err != nil {
			t.Fatal(err)
		}
		create(t, env, keys.NewRing(env.DB, inst))
		err = env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update tenant_keys set wrapped = (select o.wrapped from tenant_keys o
				where o.tenant_id = $1 and o.purpose = tenant_keys.purpose) where tenant_id = $2`,
				storetest.TenantA, storetest.TenantB)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := keys.NewRing(env.DB, inst).Warm(env.Other, storetest.TenantB); err == nil {
			t.Error("a tenant uses another's keys")
		}
	})
}

func TestSigningKey_isMadeOnceAndRotates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env, ring *keys.Ring) {
		var wg sync.WaitGroup
		made := make([]ed25519.PrivateKey, 4)
		for i := range made {
			wg.Go(func() {
				key, err := ring.SigningKey(env.Ctx)
				if err != nil {
					t.Error(err)
				}
				made[i] = key
			})
		}
		wg.Wait()
		for _, key := range made {
			if !made[0].Equal(key) {
				t.Fatal("two signing keys")
			}
		}
		message := []byte("tree head")
		signature := ed25519.Sign(made[0], message)
		if err := ring.RotateSigningKey(env.Ctx); err != nil {
			t.Fatal(err)
		}
		fresh, err := ring.SigningKey(env.Ctx)
		if err != nil || fresh.Equal(made[0]) {
			t.Errorf("not rotated: %v", err)
		}
		public, err := ring.SigningPublicKeys(env.Ctx)
		if err != nil || len(public) != 2 {
			t.Fatalf("%d public keys, error %v, want 2", len(public), err)
		}
		if !ed25519.Verify(public[1], message, signature) || ed25519.Verify(public[0], message, signature) {
			t.Error("the older signature is not checked by the older key")
		}
	})
}
