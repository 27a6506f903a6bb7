package pdf

import "encoding/binary"

// Font files and colour profiles write their numbers big-endian.

// u16 reads a number; past the end it is zero, as for an absent field.
func u16(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint16(b[at:])
}

// i16 reads a signed number.
func i16(b []byte, at int) int {
	v := int(u16(b, at))
	if v >= 1<<15 {
		v -= 1 << 16
	}
	return v
}

// u32 reads a number.
func u32(b []byte, at int) int {
	return int(u16(b, at))<<16 | int(u16(b, at+2))
}

// append16 writes the low 16 bits of v, which make a signed number too.
func append16(b []byte, v int) []byte {
	return binary.BigEndian.AppendUint16(b, uint16(v&0xFFFF))
}

// append32 writes the low 32 bits of v.
func append32(b []byte, v int) []byte {
	return append16(append16(b, v>>16), v)
}

// put16 writes a number over what stands there.
func put16(b []byte, at, v int) { copy(b[at:], append16(nil, v)) }

// put32 writes a number over what stands there.
func put32(b []byte, at, v int) { copy(b[at:], append32(nil, v)) }

// padded appends zeros until the length is a multiple of four.
func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
