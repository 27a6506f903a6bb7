package blob

import (
	"encoding/binary"
	"time"
)

// exif is what is kept, and noticed, of the Exif data of a picture (CIPA
// DC-008-2023 section 4.6).
type exif struct {
	orientation uint16 // 1 to 8, 0 when it is not told
	taken       string // "2026:11:22 09:30:00", "" when it is not told
	position    bool
}

// The tags that are read.
const (
	tagOrientation = 0x0112
	tagExif        = 0x8769
	tagGPS         = 0x8825
	tagTaken       = 0x9003
)

// The types of values.
const (
	typeASCII = 2
	typeShort = 3
	typeLong  = 4
)

// maxFields is how many fields of a directory are read; cameras write some fifty.
const maxFields = 512

// takenLayout is how Exif writes an instant.
const takenLayout = "2006:01:02 15:04:05"

// field is an entry of a directory (TIFF 6.0 section 2).
type field struct {
	tag, kind uint16
	count     uint32
	value     []byte // four bytes: the value or where it is
}

// tiff is the file inside the Exif data.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

// readExif reads what it finds, and nothing of what is damaged. It follows no
// chain: the first directory, and the one that holds the time.
func readExif(b []byte) (e exif) {
	t := tiff{b: b}
	switch {
	case len(b) < 8:
		return e
	case string(b[:4]) == "II*\x00":
		t.order = binary.LittleEndian
	case string(b[:4]) == "MM\x00*":
		t.order = binary.BigEndian
	default:
		return e
	}
	for _, f := range t.directory(t.order.Uint32(b[4:])) {
		switch {
		case f.tag == tagOrientation && f.kind == typeShort && f.count == 1:
			if o := t.order.Uint16(f.value); o >= 1 && o <= 8 {
				e.orientation = o
			}
		case f.tag == tagGPS:
			e.position = true
		case f.tag == tagExif && f.kind == typeLong && f.count == 1:
			e.taken = t.taken(t.order.Uint32(f.value))
		}
	}
	return e
}

func (t tiff) directory(at uint32) []field {
	if uint64(at)+2 > uint64(len(t.b)) {
		return nil
	}
	rest := t.b[at+2:]
	n := min(int(t.order.Uint16(t.b[at:])), maxFields, len(rest)/12)
	list := make([]field, 0, n)
	for i := range n {
		entry := rest[12*i:]
		list = append(list, field{
			tag: t.order.Uint16(entry), kind: t.order.Uint16(entry[2:]), count: t.order.Uint32(entry[4:]), value: entry[8:12],
		})
	}
	return list
}

// taken reads DateTimeOriginal of the directory at a place.
func (t tiff) taken(at uint32) string {
	for _, f := range t.directory(at) {
		if f.tag != tagTaken || f.kind != typeASCII || int(f.count) != len(takenLayout)+1 {
			continue
		}
		where := uint64(t.order.Uint32(f.value))
		if where+uint64(len(takenLayout)) > uint64(len(t.b)) {
			return ""
		}
		text := string(t.b[where : where+uint64(len(takenLayout))])
		if _, err := time.Parse(takenLayout, text); err != nil {
			return "" // it could be anything
		}
		return text
	}
	return ""
}

// write makes Exif data of what is kept; nil when nothing is.
func (e exif) write() []byte {
	if e.orientation == 0 && e.taken == "" {
		return nil
	}
	order := binary.BigEndian
	var fields [][]byte
	entry := func(tag, kind uint16, count uint32, value []byte) []byte {
		b := order.AppendUint16(nil, tag)
		b = order.AppendUint32(order.AppendUint16(b, kind), count)
		return append(b, value...)
	}
	if e.orientation != 0 {
		fields = append(fields, entry(tagOrientation, typeShort, 1, append(order.AppendUint16(nil, e.orientation), 0, 0)))
	}
	next := uint32(8 + 2 + 12*len(fields) + 4) // behind the first directory
	if e.taken != "" {
		next += 12
		fields = append(fields, entry(tagExif, typeLong, 1, order.AppendUint32(nil, next)))
	}
	out := append([]byte("MM\x00*"), 0, 0, 0, 8)
	out = order.AppendUint16(out, uint16(len(fields)))
	for _, f := range fields {
		out = append(out, f...)
	}
	out = append(out, 0, 0, 0, 0)
	if e.taken == "" {
		return out
	}
	out = order.AppendUint16(out, 1)
	out = append(out, entry(tagTaken, typeASCII, uint32(len(e.taken)+1), order.AppendUint32(nil, next+2+12+4))...)
	out = append(out, 0, 0, 0, 0)
	return append(append(out, e.taken...), 0)
}
