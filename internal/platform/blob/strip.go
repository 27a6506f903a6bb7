package blob

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
)

// stripped is what strip met in a picture.
type stripped struct {
	changes  bool // what was written is not what was read
	position bool // it said where it was taken
}

// strip copies a picture without what it tells besides what one sees: place,
// camera, owner, words, previews, and whatever is appended. Which way is up, when
// it was taken and the true colours stay. The picture itself is copied byte by
// byte and not compressed again.
func strip(w io.Writer, r io.ReaderAt, size int64, mediaType string) (stripped, error) {
	out := bufio.NewWriter(w)
	s := &stripper{r: bufio.NewReader(io.NewSectionReader(r, 0, size)), w: out}
	var err error
	if mediaType == PNG {
		err = s.png()
	} else {
		err = s.jpeg()
	}
	if err != nil {
		return stripped{}, cutOff(err)
	}
	return s.found, out.Flush()
}

type stripper struct {
	r     *bufio.Reader
	w     *bufio.Writer
	found stripped
	exif  bool // one has been written
}

// jpeg goes through the segments of ITU-T T.81 section B.1.1.
func (s *stripper) jpeg() error {
	if _, err := io.CopyN(s.w, s.r, 2); err != nil { // SOI
		return err
	}
	marker, err := nextMarker(s.r)
	for err == nil {
		if marker == markerEOI {
			return s.endOfJPEG()
		}
		if !alone(marker) {
			if err := s.segment(marker); err != nil {
				return err
			}
		} else if _, err := s.w.Write([]byte{0xff, marker}); err != nil {
			return err
		}
		if marker == markerSOS {
			marker, err = s.scan()
		} else {
			marker, err = nextMarker(s.r)
		}
	}
	return err
}

// endOfJPEG leaves out what stands after the end: films, depth maps and second
// pictures, which carry places of their own.
func (s *stripper) endOfJPEG() error {
	_, err := s.w.Write([]byte{0xff, markerEOI})
	if _, more := s.r.ReadByte(); more == nil {
		s.found.changes = true
	}
	return err
}

// segment copies a segment, or what is to be left of it.
func (s *stripper) segment(marker byte) error {
	var length [2]byte
	if _, err := io.ReadFull(s.r, length[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(length[:])) - 2
	if n < 0 {
		return errBroken
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	kept := s.application(marker, body)
	if !bytes.Equal(kept, body) || kept == nil {
		s.found.changes = true
	}
	if kept == nil {
		return nil
	}
	head := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(kept)+2))
	_, err := s.w.Write(append(head, kept...))
	return err
}

// The beginnings of application segments that matter.
const (
	exifHead = "Exif\x00\x00"
	xmpHead  = "http://ns.adobe.com/x"
)

// application returns what is left of a segment; nil is nothing. Of those that
// programs make their own use of (APPn, COM) only what the picture needs stays.
func (s *stripper) application(marker byte, body []byte) []byte {
	starts := func(head string) bool { return bytes.HasPrefix(body, []byte(head)) }
	switch {
	case marker < 0xe0 || marker > 0xef && marker != 0xfe:
		return body
	case marker == 0xe0 && starts("JFIF\x00"), marker == 0xe2 && starts("ICC_PROFILE\x00"), marker == 0xee && starts("Adobe"):
		return body
	case marker == 0xe1 && starts(exifHead):
		if kept := s.keepExif(body[len(exifHead):]); kept != nil {
			return append([]byte(exifHead), kept...)
		}
	case marker == 0xe1 && starts(xmpHead):
		s.words(body)
	}
	return nil
}

// words looks for a position in the picture's XMP (ISO 16684-1).
func (s *stripper) words(text []byte) {
	s.found.position = s.found.position || bytes.Contains(text, []byte("GPSL"))
}

// keepExif returns what is left of the Exif data; nil is nothing.
func (s *stripper) keepExif(body []byte) []byte {
	e := readExif(body)
	s.found.position = s.found.position || e.position
	if s.exif {
		return nil
	}
	kept := e.write()
	s.exif = kept != nil
	return kept
}

// scan copies compressed data to the next marker, which it returns.
func (s *stripper) scan() (byte, error) {
	for {
		data, err := s.r.ReadSlice(0xff)
		if err == nil {
			data = data[:len(data)-1]
		}
		if _, failed := s.w.Write(data); failed != nil {
			return 0, failed
		}
		if err == bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it bare
			continue
		}
		b := byte(0xff)
		for err == nil && b == 0xff {
			b, err = s.r.ReadByte()
		}
		if err != nil || b != 0 && (b < markerRST || b >= markerSOI) {
			return b, err
		}
		if _, failed := s.w.Write([]byte{0xff, b}); failed != nil {
			return 0, failed
		}
	}
}

// chunks are those of the PNG specification (third edition) that stay: what the
// picture needs, its colours, and its movements.
var chunks = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI",
	"bKGD", "hIST", "pHYs", "sPLT", "tIME", "acTL", "fcTL", "fdAT",
}

// maxExif is the most that is read of Exif data, as in a JPEG.
const maxExif = 1 << 16

// png goes through the chunks of PNG specification section 5.3.
func (s *stripper) png() error {
	if _, err := io.CopyN(s.w, s.r, int64(len(pngSignature))); err != nil {
		return err
	}
	for {
		var head [8]byte
		if _, err := io.ReadFull(s.r, head[:]); err != nil {
			return err
		}
		length, kind := int64(binary.BigEndian.Uint32(head[:4])), string(head[4:])
		if err := s.chunk(head[:], kind, length+4); err != nil {
			return err
		}
		if kind != "IEND" {
			continue
		}
		if _, more := s.r.ReadByte(); more == nil {
			s.found.changes = true
		}
		return nil
	}
}

// chunk copies a chunk with its checksum, or what is to be left of it.
func (s *stripper) chunk(head []byte, kind string, rest int64) error {
	if slices.Contains(chunks, kind) {
		if _, err := s.w.Write(head); err != nil {
			return err
		}
		_, err := io.CopyN(s.w, s.r, rest)
		return err
	}
	if (kind != "eXIf" && kind != "iTXt") || rest > maxExif {
		s.found.changes = true
		_, err := io.CopyN(io.Discard, s.r, rest)
		return err
	}
	body := make([]byte, rest)
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	body = body[:rest-4]
	if kind == "iTXt" {
		s.words(body)
		s.found.changes = true
		return nil
	}
	return s.exifChunk(body)
}

func (s *stripper) exifChunk(body []byte) error {
	kept := s.keepExif(body)
	if !bytes.Equal(kept, body) {
		s.found.changes = true
	}
	if kept == nil {
		return nil
	}
	out := binary.BigEndian.AppendUint32(nil, uint32(len(kept)))
	out = append(append(out, "eXIf"...), kept...)
	_, err := s.w.Write(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:])))
	return err
}
