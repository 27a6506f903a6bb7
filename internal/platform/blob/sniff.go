package blob

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/torg-no/torg/internal/platform/errs"
)

// The reasons a file is not taken in.
var (
	errType   = errs.Invalid("blob.type_refused")
	errCutOff = errs.Invalid("blob.cut_off")
	errBroken = errs.Invalid("blob.broken")
	errMacros = errs.Invalid("blob.macros")
)

// sniff tells the media type of a file from its bytes, and refuses one that is
// of no permitted type or not whole.
func sniff(r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG, wholeJPEG(bufio.NewReader(io.NewSectionReader(r, 2, size-2)))
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return PNG, wholePNG(r, size)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return sniffOffice(r, size)
	case isPDF(head):
		return PDF, wholePDF(r, size)
	}
	return "", refusal(r, size, head)
}

// isPDF looks for the header of ISO 32000-2 section 7.5.2, before which only a
// byte order mark and space may stand: readers accept more, which is how a file
// can be a PDF and something else at once.
func isPDF(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	head = bytes.TrimLeft(head, " \t\r\n")
	return bytes.HasPrefix(head, []byte("%PDF-"))
}

// wholePDF looks for the end mark among the last bytes, where readers look
// (ISO 32000-2 section 7.5.5).
func wholePDF(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return errCutOff
	}
	return nil
}

const pngSignature = "\x89PNG\r\n\x1a\n"

// wholePNG walks the chunks to IEND (PNG specification section 5.3).
func wholePNG(r io.ReaderAt, size int64) error {
	var head [8]byte
	first := true
	for at := int64(len(pngSignature)); ; {
		if at+12 > size {
			return errCutOff
		}
		if _, err := r.ReadAt(head[:], at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		length, kind := int64(binary.BigEndian.Uint32(head[:4])), string(head[4:])
		if first != (kind == "IHDR") || length > 1<<31-1 {
			return errBroken
		}
		if first {
			if err := sizePNG(r, at+8, length); err != nil {
				return err
			}
		}
		first = false
		if at += 12 + length; at > size {
			return errCutOff
		}
		if kind == "IEND" {
			return nil
		}
	}
}

// How large a picture may be, so that showing it brings no reader's machine down:
// more than any telephone takes and any office scans.
const (
	maxSide   = 32_000
	maxPixels = 250_000_000
)

func checkSize(width, height uint32) error {
	switch {
	case width == 0 || height == 0:
		return errBroken
	case width > maxSide || height > maxSide || uint64(width)*uint64(height) > maxPixels:
		return errDimensions
	}
	return nil
}

// sizePNG checks the picture's size in IHDR (PNG specification section 11.2.1).
func sizePNG(r io.ReaderAt, at, length int64) error {
	if length != 13 {
		return errBroken
	}
	var size [8]byte
	if _, err := r.ReadAt(size[:], at); err != nil {
		return cutOff(err)
	}
	return checkSize(binary.BigEndian.Uint32(size[:4]), binary.BigEndian.Uint32(size[4:]))
}

// The markers of ITU-T T.81 table B.1 that matter here.
const (
	markerTEM = 0x01
	markerRST = 0xd0 // and the seven after it
	markerSOI = 0xd8
	markerEOI = 0xd9
	markerSOS = 0xda
)

// wholeJPEG walks the segments after SOI to EOI. What cameras append after that
// is let be.
func wholeJPEG(r *bufio.Reader) error {
	scans := 0
	marker, err := nextMarker(r)
	for err == nil {
		switch {
		case marker == markerEOI && scans > 0:
			return nil
		case marker == markerEOI || marker == markerSOI || scans > maxScans:
			return errBroken
		case alone(marker):
		case isFrame(marker):
			err = frameSegment(r)
		default:
			err = skipSegment(r)
		}
		switch {
		case err != nil:
		case marker == markerSOS:
			scans++
			marker, err = skipScan(r)
		default:
			marker, err = nextMarker(r)
		}
	}
	return cutOff(err)
}

// maxScans is how often a picture may be gone over; real ones have about ten.
const maxScans = 200

// alone reports whether a marker has no parameters.
func alone(marker byte) bool {
	return marker == markerTEM || marker >= markerRST && marker < markerSOI
}

// isFrame reports whether a marker begins a frame (SOF), whose parameters hold
// the size of the picture.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// frameSegment checks the size of the picture (ITU-T T.81 section B.2.2) and
// passes over the rest.
func frameSegment(r *bufio.Reader) error {
	var head [7]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(head[:2]))
	if n < len(head) {
		return errBroken
	}
	height, width := binary.BigEndian.Uint16(head[3:5]), binary.BigEndian.Uint16(head[5:7])
	if err := checkSize(uint32(width), uint32(height)); err != nil {
		return err
	}
	_, err := r.Discard(n - len(head))
	return err
}

// nextMarker reads FF and the marker; more FF may come before it as fill.
func nextMarker(r *bufio.Reader) (byte, error) {
	b, err := r.ReadByte()
	if err == nil && b != 0xff {
		return 0, errBroken
	}
	for err == nil && b == 0xff {
		b, err = r.ReadByte()
	}
	if err == nil && b == 0 {
		return 0, errBroken
	}
	return b, err
}

// skipSegment passes over the parameters, whose length counts itself.
func skipSegment(r *bufio.Reader) error {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n < 2 {
		return errBroken
	}
	_, err := r.Discard(n - 2)
	return err
}

// skipScan passes over compressed data to the next marker, which it returns; in
// the data FF is followed by 00 or by the number of a restart.
func skipScan(r *bufio.Reader) (byte, error) {
	for {
		_, err := r.ReadSlice(0xff)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		b := byte(0xff)
		for err == nil && b == 0xff {
			b, err = r.ReadByte()
		}
		if err != nil || b != 0 && (b < markerRST || b >= markerSOI) {
			return b, err
		}
	}
}

// cutOff says that the file ended too early, when it did.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutOff
	}
	return err
}
