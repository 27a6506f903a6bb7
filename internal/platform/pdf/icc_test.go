package pdf

import (
	"encoding/binary"
	"math"
	"testing"
)

func tagsOf(p []byte) map[string][]byte {
	out := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint32(p[128:])) {
		e := p[132+12*i:]
		off, size := binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:])
		out[string(e[:4])] = p[off : off+size]
	}
	return out
}

func xyzOf(tag []byte) xyz {
	var out xyz
	for i := range out {
		out[i] = float64(int32(binary.BigEndian.Uint32(tag[8+4*i:]))) / 65536
	}
	return out
}

// The primaries of sRGB adapted to D50, as published for the sRGB v4 and v2
// display profiles, to four places.
func TestSrgbProfile_hasThePublishedPrimaries(t *testing.T) {
	t.Parallel()
	tags := tagsOf(srgbProfile())
	for tag, want := range map[string]xyz{
		"rXYZ": {0.4361, 0.2225, 0.0139},
		"gXYZ": {0.3851, 0.7169, 0.0971},
		"bXYZ": {0.1431, 0.0606, 0.7141},
		"wtpt": {0.9642, 1, 0.8249},
	} {
		got := xyzOf(tags[tag])
		for i := range want {
			if math.Abs(got[i]-want[i]) > 2e-4 {
				t.Errorf("%s is %v, want %v", tag, got, want)
			}
		}
	}
}

func TestSrgbProfile_addsUpToWhite(t *testing.T) {
	t.Parallel()
	tags := tagsOf(srgbProfile())
	r, g, b, w := xyzOf(tags["rXYZ"]), xyzOf(tags["gXYZ"]), xyzOf(tags["bXYZ"]), xyzOf(tags["wtpt"])
	for i := range w {
		if math.Abs(r[i]+g[i]+b[i]-w[i]) > 1e-4 {
			t.Errorf("sum %v, white %v", r[i]+g[i]+b[i], w[i])
		}
	}
}

func TestSrgbProfile_isWellFormed(t *testing.T) {
	t.Parallel()
	p := srgbProfile()
	if int(binary.BigEndian.Uint32(p)) != len(p) || len(p)%4 != 0 {
		t.Errorf("size field %d for %d bytes", binary.BigEndian.Uint32(p), len(p))
	}
	tags := tagsOf(p)
	for _, tag := range []string{"desc", "cprt", "wtpt", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} {
		if len(tags[tag]) < 8 {
			t.Errorf("no tag %s", tag)
		}
	}
	if got := string(tags["desc"][12:30]); got != "sRGB IEC61966-2-1\x00" {
		t.Errorf("description %q", got)
	}
	curve := tags["gTRC"]
	if n := binary.BigEndian.Uint32(curve[8:]); n != 1024 || u16(curve, 12) != 0 || u16(curve, 12+2*1023) != 65535 {
		t.Errorf("curve of %d entries from %d to %d", n, u16(curve, 12), u16(curve, 12+2*1023))
	}
}

func TestInvert_undoesAMatrix(t *testing.T) {
	t.Parallel()
	m := [3]xyz{{2, 0, 1}, {0, 3, 0}, {1, 0, 1}}
	v := xyz{1, 2, 3}
	got := apply(invert(m), apply(m, v))
	for i := range v {
		if math.Abs(got[i]-v[i]) > 1e-12 {
			t.Errorf("got %v, want %v", got, v)
		}
	}
}
