package keys_test

import (
	"io"
	"os"
	"testing"

	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkEncryptField(b *testing.B) {
	env := storetest.SQLite(b, keys.Migrations())
	ring := newRing(b, env)
	plain, aad := []byte("12345678901"), []byte("0193-row")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Encrypt(env.Ctx, storetest.TenantA, "identity.pid", plain, aad); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecryptField(b *testing.B) {
	env := storetest.SQLite(b, keys.Migrations())
	ring := newRing(b, env)
	c, err := ring.Encrypt(env.Ctx, storetest.TenantA, "identity.pid", []byte("12345678901"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Decrypt(env.Ctx, storetest.TenantA, "identity.pid", c, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	env := storetest.SQLite(b, keys.Migrations())
	ring := newRing(b, env)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ring.Lookup(env.Ctx, storetest.TenantA, "identity.pid", "12345678901"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncryptStream(b *testing.B) {
	env := storetest.SQLite(b, keys.Migrations())
	ring := newRing(b, env)
	plain := make([]byte, 1<<20)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		w, err := ring.EncryptStream(env.Ctx, storetest.TenantA, "blob", io.Discard, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
