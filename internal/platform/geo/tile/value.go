package tile

import "math"

// Tag is one property of a feature.
type Tag struct {
	Key   string
	Value Value
}

// Value is what a property is worth: text, a number or yes and no (§ 4.1 of the
// specification knows no others).
type Value struct {
	kind byte
	text string
	bits uint64
}

// The field numbers of the kinds in a tile.
const (
	kindText   = 1
	kindDouble = 3
	kindInt    = 4
	kindBool   = 7
)

// Text is a value of text.
func Text(s string) Value { return Value{kind: kindText, text: s} }

// Int is a whole number.
func Int(n int64) Value { return Value{kind: kindInt, bits: uint64(n)} }

// Double is a number.
func Double(f float64) Value { return Value{kind: kindDouble, bits: math.Float64bits(f)} }

// Bool is yes or no.
func Bool(b bool) Value {
	if b {
		return Value{kind: kindBool, bits: 1}
	}
	return Value{kind: kindBool}
}

// append writes a value as a message of its own.
func (v Value) append(b []byte) []byte {
	switch v.kind {
	case kindText:
		return appendBytes(b, kindText, v.text)
	case kindDouble:
		b = append(b, kindDouble<<3|1)
		for i := range 8 {
			b = append(b, byte(v.bits>>(8*i)))
		}
		return b
	default:
		return appendVarint(append(b, v.kind<<3), v.bits)
	}
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
