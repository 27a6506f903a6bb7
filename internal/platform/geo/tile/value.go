package tile

import (
	"encoding/binary"
	"math"
)

// Tag is one property of a feature.
type Tag struct {
	Key   string
	Value Value
}

// Value is what a property is worth, as it stands in a tile (§ 4.1 of the
// specification: text, numbers, and yes and no). Whoever makes many tiles keeps values
// in this form.
type Value []byte

// The field numbers of the kinds in a tile.
const (
	kindText   = 1
	kindDouble = 3
	kindInt    = 4
	kindBool   = 7
)

// Text is a value of text.
func Text(s string) Value { return appendBytes(nil, kindText, s) }

// Int is a whole number.
func Int(n int64) Value { return appendVarint([]byte{kindInt << 3}, uint64(n)) }

// Double is a number.
func Double(f float64) Value {
	return binary.LittleEndian.AppendUint64([]byte{kindDouble<<3 | 1}, math.Float64bits(f))
}

// Bool is yes or no.
func Bool(b bool) Value {
	if b {
		return Value{kindBool << 3, 1}
	}
	return Value{kindBool << 3, 0}
}

// appendVarint writes a number seven bits at a time, as protocol buffers do.
func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// appendBytes writes a field with its length before it.
func appendBytes[B ~[]byte | ~string](b []byte, field byte, data B) []byte {
	b = appendVarint(append(b, field<<3|2), uint64(len(data)))
	return append(b, data...)
}
