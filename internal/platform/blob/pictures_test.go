package blob

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

// sampleExif is what a telephone writes: which way is up, the maker, when and
// where the picture was taken.
func sampleExif(order binary.AppendByteOrder, orientation uint16, place string) []byte {
	mark := "MM\x00*"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		mark = "II*\x00"
	}
	entry := func(tag, kind uint16, count uint32, value []byte) []byte {
		b := order.AppendUint16(nil, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		return append(b, append(value, 0, 0, 0, 0)[:4]...)
	}
	const entries = 4
	end := uint32(8 + 2 + 12*entries + 4)
	maker := "Kameramakeren\x00\x00\x00"
	exifAt := end + uint32(len(maker))
	takenAt := exifAt + 2 + 12 + 4
	gpsAt := takenAt + 20
	b := order.AppendUint32([]byte(mark), 8)
	b = order.AppendUint16(b, entries)
	b = append(b, entry(0x010f, typeASCII, uint32(len(maker)), order.AppendUint32(nil, end))...)
	b = append(b, entry(tagOrientation, typeShort, 1, order.AppendUint16(nil, orientation))...)
	b = append(b, entry(tagExif, typeLong, 1, order.AppendUint32(nil, exifAt))...)
	b = append(b, entry(tagGPS, typeLong, 1, order.AppendUint32(nil, gpsAt))...)
	b = append(b, 0, 0, 0, 0)
	b = append(b, maker...)
	b = order.AppendUint16(b, 1)
	b = append(b, entry(tagTaken, typeASCII, 20, order.AppendUint32(nil, takenAt))...)
	b = append(b, 0, 0, 0, 0)
	b = append(b, "2026:11:22 09:30:00\x00"...)
	return append(b, place...)
}

const place = "58.1467 N 7.9956 E"

func appSegment(marker byte, text string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(text)+2))
	return append(b, text...)
}

// photo is a JPEG as a telephone writes it.
func photo(order binary.AppendByteOrder, orientation uint16) []byte {
	segments := slices.Concat(
		appSegment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
		appSegment(0xe1, exifHead+string(sampleExif(order, orientation, place))),
		appSegment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude='"+place+"'/>"),
		appSegment(0xe2, "ICC_PROFILE\x00\x01\x01colours"),
		appSegment(0xe2, "MPF\x00"+place),
		appSegment(0xed, "Photoshop 3.0\x00"+place),
		appSegment(0xfe, place),
	)
	return append(insertJPEG(sampleJPEG(), segments), "a film from "+place...)
}

// photoPNG has the same in chunks.
func photoPNG(orientation uint16) []byte {
	b := samplePNG()
	at := len(pngSignature) + 25 // after IHDR
	more := slices.Concat(
		pngChunk("eXIf", sampleExif(binary.BigEndian, orientation, place)),
		pngChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00<x exif:GPSLatitude='"+place+"'/>")),
		pngChunk("tEXt", []byte("Comment\x00"+place)),
		pngChunk("prVt", []byte(place)),
		pngChunk("gAMA", []byte{0, 1, 0x86, 0xa0}),
	)
	return append(slices.Insert(bytes.Clone(b), at, more...), place...)
}

func stripBytes(t *testing.T, b []byte, mediaType string) ([]byte, stripped) {
	t.Helper()
	var out bytes.Buffer
	found, err := strip(&out, bytes.NewReader(b), int64(len(b)), mediaType)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), found
}

func pixels(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func same(t *testing.T, a, b []byte) {
	t.Helper()
	first, second := pixels(t, a), pixels(t, b)
	for x := range first.Bounds().Dx() {
		for y := range first.Bounds().Dy() {
			if first.At(x, y) != second.At(x, y) {
				t.Fatalf("another picture at %d, %d", x, y)
			}
		}
	}
}

func TestStrip_removesThePlaceAndKeepsThePicture(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"JPEG, big end first":    photo(binary.BigEndian, 6),
		"JPEG, little end first": photo(binary.LittleEndian, 6),
		"PNG":                    photoPNG(6),
	} {
		mediaType, err := sniffBytes(b)
		if err != nil {
			t.Fatal(err)
		}
		got, found := stripBytes(t, b, mediaType)
		if !found.position || !found.changes {
			t.Errorf("%s: found %+v", name, found)
		}
		for _, secret := range []string{place, "Kameramakeren", "film", "MPF"} {
			if bytes.Contains(got, []byte(secret)) {
				t.Errorf("%s: %q is still there", name, secret)
			}
		}
		if again, err := sniffBytes(got); err != nil || again != mediaType {
			t.Errorf("%s: is now %s, error %v", name, again, err)
		}
		same(t, b, got)
		at := bytes.Index(got, []byte("MM\x00*"))
		if at < 0 {
			t.Fatalf("%s: nothing tells which way is up", name)
		}
		if e := readExif(got[at:]); e.orientation != 6 || e.taken != "2026:11:22 09:30:00" || e.position {
			t.Errorf("%s: kept %+v", name, e)
		}
		twice, found := stripBytes(t, got, mediaType)
		if found != (stripped{}) || !bytes.Equal(twice, got) {
			t.Errorf("%s: a second time changes it again: %+v", name, found)
		}
	}
	if got, _ := stripBytes(t, photo(binary.BigEndian, 1), JPEG); !bytes.Contains(got, []byte("ICC_PROFILE\x00\x01\x01colours")) || !bytes.Contains(got, []byte("JFIF")) {
		t.Error("the colours are lost")
	}
	if got, _ := stripBytes(t, photoPNG(1), PNG); !bytes.Contains(got, []byte("gAMA")) {
		t.Error("the colours are lost")
	}
}

func TestStrip_leavesWhatTellsNothing(t *testing.T) {
	t.Parallel()
	for mediaType, b := range map[string][]byte{JPEG: sampleJPEG(), PNG: samplePNG()} {
		got, found := stripBytes(t, b, mediaType)
		if found != (stripped{}) || !bytes.Equal(got, b) {
			t.Errorf("%s: changed without need: %+v", mediaType, found)
		}
	}
}

func TestReadExif_bearsDamage(t *testing.T) {
	t.Parallel()
	whole := sampleExif(binary.LittleEndian, 3, place)
	for n := range whole {
		readExif(whole[:n]) // must not fail
	}
	far := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(far[4:], 0xfffffff0)
	if e := readExif(far); e != (exif{}) {
		t.Errorf("directory outside the file: %+v", e)
	}
	if e := readExif(sampleExif(binary.BigEndian, 99, "")); e.orientation != 0 {
		t.Errorf("orientation %d", e.orientation)
	}
	words := bytes.Replace(whole, []byte("2026:11:22 09:30:00"), []byte("Storgata 1, 4611 Kr"), 1)
	if e := readExif(words); e.taken != "" {
		t.Errorf("an address passes as a time: %q", e.taken)
	}
}

func TestPut_removesThePositionUnlessAskedToKeepIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		owner := Owner{Type: "case", ID: "1", Person: "p"}
		for name, c := range map[string]struct {
			file []byte
			keep bool
			flag Flag
		}{
			"JPEG":      {photo(binary.BigEndian, 6), false, FlagPositionRemoved},
			"PNG":       {photoPNG(6), false, FlagPositionRemoved},
			"JPEG kept": {photo(binary.BigEndian, 6), true, FlagPosition},
		} {
			d := f.keep(t, f.Ctx, f.put(t, f.Ctx, c.file, PutOptions{Name: "bilde", KeepPosition: c.keep}), owner)
			got, err := f.read(f.Ctx, d.ID)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(got, []byte(place)) != c.keep || !d.Flags.Has(c.flag) || d.Size != int64(len(got)) {
				t.Errorf("%s: flags %q, %d bytes, %d told", name, d.Flags, len(got), d.Size)
			}
		}
	})
}

func hugePNG(width, height uint32) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	out := b.Bytes()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return slices.Concat(out[:8], pngChunk("IHDR", append(head, out[24:29]...)), out[33:])
}

func hugeJPEG(width, height uint16) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	out := b.Bytes()
	at := bytes.Index(out, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(out[at+5:], height)
	binary.BigEndian.PutUint16(out[at+7:], width)
	return out
}

func TestSniff_refusesPicturesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file []byte
		want *errs.Error
	}{
		"100,000 by 100,000":  {hugePNG(100_000, 100_000), errDimensions},
		"a line of a million": {hugePNG(1_000_000, 1), errDimensions},
		"no width":            {hugePNG(0, 10), errBroken},
		"JPEG, 65,000 square": {hugeJPEG(65_000, 65_000), errDimensions},
		"JPEG, 20,000 square": {hugeJPEG(20_000, 20_000), errDimensions},
		"JPEG without height": {hugeJPEG(10, 0), errBroken},
	} {
		_, err := sniffBytes(c.file)
		if got := errs.Of(err); got == nil || got.Key != c.want.Key {
			t.Errorf("%s: error = %v, want %s", name, err, c.want.Key)
		}
	}
	for name, b := range map[string][]byte{"telephone": hugeJPEG(16_320, 12_240), "scan": hugePNG(9_000, 13_000)} {
		if _, err := sniffBytes(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzStrip(f *testing.F) {
	f.Add(photo(binary.BigEndian, 6))
	f.Add(photo(binary.LittleEndian, 8))
	f.Add(photoPNG(3))
	f.Add(sampleJPEG())
	f.Fuzz(func(t *testing.T, b []byte) {
		mediaType, err := sniffBytes(b)
		if err != nil || mediaType != JPEG && mediaType != PNG {
			return
		}
		var out bytes.Buffer
		found, err := strip(&out, bytes.NewReader(b), int64(len(b)), mediaType)
		if err != nil {
			if errs.Of(err) == nil {
				t.Errorf("no words for the uploader: %v", err)
			}
			return
		}
		if found.changes == bytes.Equal(out.Bytes(), b) {
			t.Errorf("says changes = %v", found.changes)
		}
		if again, err := sniffBytes(out.Bytes()); err != nil || again != mediaType {
			t.Fatalf("made a %s that is no more: %v", mediaType, err)
		}
		var twice bytes.Buffer
		found, err = strip(&twice, bytes.NewReader(out.Bytes()), int64(out.Len()), mediaType)
		if err != nil || found.changes || found.position || !bytes.Equal(twice.Bytes(), out.Bytes()) {
			t.Errorf("a second time: %+v, %v", found, err)
		}
	})
}

func FuzzReadExif(f *testing.F) {
	f.Add(sampleExif(binary.BigEndian, 6, place))
	f.Add(sampleExif(binary.LittleEndian, 1, place))
	f.Fuzz(func(t *testing.T, b []byte) {
		e := readExif(b)
		if e.orientation > 8 || e.taken != "" && len(e.taken) != len(takenLayout) || strings.ContainsAny(e.taken, "\x00N") {
			t.Errorf("read %+v", e)
		}
		e.position = false
		if written := e.write(); written != nil && readExif(written) != e {
			t.Errorf("wrote %+v and read %+v", e, readExif(written))
		}
	})
}
