package blob

import (
	"archive/zip"
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
)

// The smallest files that are of their type, and made the way real programs do.

func samplePDF() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			img.Set(x, y, color.RGBA{R: uint8(x * 4), G: uint8(y * 5), B: uint8(x * y), A: 255})
		}
	}
	return img
}

func sampleJPEG() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func samplePNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// entry is a file in a zip.
type entry struct {
	name, text string
	stored     bool
}

func zipped(entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		method := zip.Deflate
		if e.stored {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, e.text)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func contentTypes(mediaType string) entry {
	return entry{name: "[Content_Types].xml", text: `<?xml version="1.0"?><Types><Override PartName="/main" ContentType="` + mediaType + `"/></Types>`}
}

func sampleOpenXML(mediaType, part string, more ...entry) []byte {
	return zipped(append([]entry{contentTypes(mediaType + ".main+xml"), {name: part, text: "<x/>"}}, more...)...)
}

func sampleODF(mediaType string, more ...entry) []byte {
	return zipped(append([]entry{{name: "mimetype", text: mediaType, stored: true}, {name: "content.xml", text: "<x/>"}}, more...)...)
}

// samples are one whole file of every type that is taken.
func samples() map[string][]byte {
	return map[string][]byte{
		PDF: samplePDF(), JPEG: sampleJPEG(), PNG: samplePNG(),
		DOCX: sampleOpenXML(DOCX, "word/document.xml"),
		XLSX: sampleOpenXML(XLSX, "xl/workbook.xml"),
		PPTX: sampleOpenXML(PPTX, "ppt/presentation.xml"),
		ODT:  sampleODF(ODT), ODS: sampleODF(ODS), ODP: sampleODF(ODP),
	}
}

// bomb unpacks to n zeros.
func bomb(n int) entry { return entry{name: "word/big.xml", text: strings.Repeat("0", n)} }

// pngChunk is a chunk of a PNG file.
func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// newCTR starts a spool's stream anew after a test has changed its start value.
func newCTR(s *spool) cipher.Stream { return cipher.NewCTR(s.block, s.iv[:]) }
