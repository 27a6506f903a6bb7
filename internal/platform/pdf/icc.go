package pdf

import (
	"math"
	"sync"
)

// xyz is a colour in CIE XYZ.
type xyz [3]float64

// packedProfile is the colour profile as every letter holds it, made once.
var packedProfile = sync.OnceValues(func() ([]byte, error) { return deflate(srgbProfile()) })

// srgbProfile computes an ICC version 2 display profile from the white point
// and the primaries of sRGB (IEC 61966-2-1): three primaries adapted to D50,
// the white of the profile connection space, and the transfer curve. PDF/A
// wants the meaning of device colours embedded (ISO 19005-2, 6.2.3).
func srgbProfile() []byte {
	white := xyz{0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290}
	d50 := xyz{0.9642, 1, 0.8249}
	primaries := srgbPrimaries(white, d50)
	curve := curveTag(1024)
	p := profile{}
	p.add("desc", descTag("sRGB IEC61966-2-1"))
	p.add("cprt", textTag("CC0"))
	p.add("wtpt", xyzTag(d50))
	p.add("rXYZ", xyzTag(primaries[0]))
	p.add("gXYZ", xyzTag(primaries[1]))
	p.add("bXYZ", xyzTag(primaries[2]))
	p.add("rTRC", curve)
	p.share("gTRC")
	p.share("bTRC")
	return p.bytes()
}

// srgbPrimaries solves for the amounts of the primaries that make white and
// adapts them to D50 by the Bradford transform (ICC.1:2001-04, annex E).
func srgbPrimaries(white, d50 xyz) [3]xyz {
	chroma := [3][2]float64{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}}
	var m [3]xyz // rows X, Y, Z; columns R, G, B
	for i, c := range chroma {
		m[0][i], m[1][i], m[2][i] = c[0]/c[1], 1, (1-c[0]-c[1])/c[1]
	}
	amounts := apply(invert(m), white)
	bradford := [3]xyz{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	from, to := apply(bradford, white), apply(bradford, d50)
	var out [3]xyz
	for i := range out {
		cone := apply(bradford, xyz{m[0][i] * amounts[i], m[1][i] * amounts[i], m[2][i] * amounts[i]})
		for j := range cone {
			cone[j] *= to[j] / from[j]
		}
		out[i] = apply(invert(bradford), cone)
	}
	return out
}

func apply(m [3]xyz, v xyz) xyz {
	var out xyz
	for i := range m {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

// invert is the inverse of a 3×3 matrix by cofactors.
func invert(m [3]xyz) [3]xyz {
	minor := func(r, c int) float64 {
		a, b, d, e := (r+1)%3, (r+2)%3, (c+1)%3, (c+2)%3
		return m[a][d]*m[b][e] - m[a][e]*m[b][d]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	var out [3]xyz
	for r := range 3 {
		for c := range 3 {
			out[c][r] = minor(r, c) / det
		}
	}
	return out
}

// srgbCurve turns an encoded value into linear light (IEC 61966-2-1, 5.2).
func srgbCurve(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func curveTag(n int) []byte {
	out := append32([]byte("curv\x00\x00\x00\x00"), n)
	for i := range n {
		v := srgbCurve(float64(i) / float64(n-1))
		out = append16(out, int(math.Round(v*math.MaxUint16)))
	}
	return out
}

func s15Fixed16(b []byte, v float64) []byte {
	return append32(b, int(math.Round(v*65536)))
}

func xyzTag(v xyz) []byte {
	out := []byte("XYZ \x00\x00\x00\x00")
	for _, c := range v {
		out = s15Fixed16(out, c)
	}
	return out
}

func textTag(s string) []byte { return []byte("text\x00\x00\x00\x00" + s + "\x00") }

// descTag is textDescriptionType: ASCII, then empty Unicode and ScriptCode
// parts (ICC.1:2001-04, 6.5.17).
func descTag(s string) []byte {
	out := append32([]byte("desc\x00\x00\x00\x00"), len(s)+1)
	out = append(out, s...)
	return append(out, make([]byte, 1+4+4+2+1+67)...)
}

// profile collects tags after a header of 128 bytes.
type profile struct {
	table []byte
	data  []byte
	count int
}

const (
	profileTags  = 9
	profileStart = 128 + 4 + 12*profileTags
)

func (p *profile) add(sig string, data []byte) {
	p.entry(sig, profileStart+len(p.data), len(data))
	p.data = padded(append(p.data, data...))
}

// share gives the previous tag's data another name.
func (p *profile) share(sig string) {
	last := p.table[len(p.table)-8:]
	p.entry(sig, u32(last, 0), u32(last, 4))
}

func (p *profile) entry(sig string, offset, size int) {
	p.table = append(p.table, sig...)
	p.table = append32(p.table, offset)
	p.table = append32(p.table, size)
	p.count++
}

// bytes writes the header (ICC.1:2001-04, 6.1) and the tags.
func (p *profile) bytes() []byte {
	out := append32(nil, profileStart+len(p.data))
	out = append(out, 0, 0, 0, 0)        // no preferred colour engine
	out = append(out, 2, 0x10, 0, 0)     // version 2.1
	out = append(out, "mntrRGB XYZ "...) // display profile, RGB to XYZ
	for _, v := range []int{2026, 1, 1, 0, 0, 0} {
		out = append16(out, v)
	}
	out = append(out, "acsp"...)
	out = append(out, make([]byte, 28)...) // platform, flags, device, attributes, intent
	for _, c := range [3]float64{0.9642, 1, 0.8249} {
		out = s15Fixed16(out, c)
	}
	out = append(out, make([]byte, 128-len(out))...)
	out = append32(out, p.count)
	out = append(out, p.table...)
	return append(out, p.data...)
}
