package pdf

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBigEndian_readsWhatItWrites(t *testing.T) {
	t.Parallel()
	for _, v := range []int{0, 1, 255, 256, 32767, -1, -32768} {
		if got := i16(append16(nil, v), 0); got != v {
			t.Errorf("i16 of %d is %d", v, got)
		}
	}
	for _, v := range []int{0, 1, 65535, 65536, 1<<32 - 1} {
		if got := u32(append32(nil, v), 0); got != v {
			t.Errorf("u32 of %d is %d", v, got)
		}
	}
	if diff := cmp.Diff([]byte{0xFF, 0xFF, 0, 0}, append32(nil, -65536)); diff != "" {
		t.Error(diff)
	}
	b := make([]byte, 8)
	put16(b, 1, 0x0102)
	put32(b, 4, 0x03040506)
	if diff := cmp.Diff([]byte{0, 1, 2, 0, 3, 4, 5, 6}, b); diff != "" {
		t.Error(diff)
	}
}

func TestBigEndian_readsZeroPastTheEnd(t *testing.T) {
	t.Parallel()
	b := []byte{1, 2, 3}
	if u16(b, 2) != 0 || u16(b, -1) != 0 || i16(nil, 0) != 0 || u16(b, 1) != 0x0203 {
		t.Error("a number past the end is not zero")
	}
}

func TestChecksum_addsUpWords(t *testing.T) {
	t.Parallel()
	if got := checksum([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2, 1}); got != 0x01000001 {
		t.Errorf("checksum %#x", got)
	}
	if got := len(padded([]byte{1, 2, 3, 4, 5})); got != 8 {
		t.Errorf("padded to %d", got)
	}
}
