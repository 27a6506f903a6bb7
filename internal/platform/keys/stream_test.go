package keys_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func stream(t *testing.T, env storetest.Env, ring *keys.Ring, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := ring.EncryptStream(env.Ctx, storetest.TenantA, "test.file", &out, []byte("name"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func unstream(env storetest.Env, ring *keys.Ring, tenant, aad string, c []byte) ([]byte, error) {
	r, err := ring.DecryptStream(env.Ctx, tenant, "test.file", bytes.NewReader(c), []byte(aad))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestStream_returnsWhatWentIn(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, keys.Migrations())
	ring := newRing(t, env)
	for _, size := range []int{0, 1, 1000, 64 << 10, 64<<10 - 16, 200_000, 1 << 20} {
		plain := bytes.Repeat([]byte{7}, size)
		got, err := unstream(env, ring, storetest.TenantA, "name", stream(t, env, ring, plain))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: got %d, error %v", size, len(got), err)
		}
	}
}

func TestStream_noticesEveryCut(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, keys.Migrations())
	ring := newRing(t, env)
	c := stream(t, env, ring, bytes.Repeat([]byte("kommune "), 30_000))
	const segment = 64 << 10
	for _, n := range []int{0, 1, 4, 5, 6, 44, 45, 46, segment, segment + 5, 2 * segment, 2*segment + 5, 3 * segment, len(c) - 1} {
		if _, err := unstream(env, ring, storetest.TenantA, "name", c[:n]); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("cut at %d of %d: error = %v", n, len(c), err)
		}
	}
	swapped := bytes.Clone(c) // the second and third segments, headers aside
	copy(swapped[segment+5:], c[2*segment+5:3*segment+5])
	copy(swapped[2*segment+5:], c[segment+5:2*segment+5])
	for name, try := range map[string][]byte{"lengthened": append(bytes.Clone(c), 0), "reordered": swapped} {
		if _, err := unstream(env, ring, storetest.TenantA, "name", try); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func TestStream_bindsTenantAndName(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, keys.Migrations())
	ring := newRing(t, env)
	c := stream(t, env, ring, []byte("letter"))
	if _, err := unstream(env, ring, storetest.TenantB, "name", c); err == nil {
		t.Error("another tenant reads it")
	}
	if _, err := unstream(env, ring, storetest.TenantA, "other", c); err == nil {
		t.Error("it is read under another name")
	}
	if err := ring.Rotate(env.Ctx, storetest.TenantA); err != nil {
		t.Fatal(err)
	}
	if got, err := unstream(env, ring, storetest.TenantA, "name", c); err != nil || string(got) != "letter" {
		t.Errorf("after rotation: %q, %v", got, err)
	}
}
