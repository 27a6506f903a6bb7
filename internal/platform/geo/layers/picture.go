package layers

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The kinds of pictures that ready-made tiles may be: what every browser shows. They
// are a layer's Geometry, since a picture has no other.
const (
	picturePNG  = "png"
	pictureJPEG = "jpeg"
	pictureWebP = "webp"
)

const (
	// largestPicture is what a tile that is a picture may take: one of 512 pixels with
	// all its colours takes less.
	largestPicture = 1 << 20
	// mostPixels is how wide and high it may be.
	mostPixels = 1024
	// mostScans is how often a JPEG may go over its dots: those that browsers are sent
	// do ten times, and each takes time, whatever it holds.
	mostScans = 64
	// largestUnpacked is what a vector tile may take when it is unpacked: readers take
	// it whole.
	largestUnpacked = 16 << 20
)

// Picture is the kind of pictures that a layer of ready-made tiles is made of; "" for
// vector tiles and for features.
func (l Layer) Picture() string {
	if l.Kind != Tiles || mediaTypeOf(l.Geometry) == "" {
		return ""
	}
	return l.Geometry
}

// Picture is the media type of a tile that is a picture; "" for a vector tile.
func (t Tile) Picture() string { return mediaTypeOf(pictureOf(t.Body)) }

// Image reads a tile that is a picture; nil when nothing lies there. What is damaged, or
// larger than a tile may be, is an error: what is kept has been looked at when it came,
// by the rules of that day.
func (t Tile) Image() (image.Image, error) {
	kind := pictureOf(t.Body)
	if len(t.Body) == 0 {
		return nil, nil //nolint:nilnil // nothing lies there, and nothing is wrong
	}
	if kind == "" {
		return nil, errTileKind
	}
	if err := pictureFits(t.Body, kind); err != nil {
		return nil, err
	}
	decode := map[string]func(io.Reader) (image.Image, error){picturePNG: png.Decode, pictureJPEG: jpeg.Decode, pictureWebP: webp.Decode}[kind]
	out, err := decode(bytes.NewReader(t.Body))
	if err != nil {
		return nil, fmt.Errorf("layers: read a picture: %w", err)
	}
	return out, nil
}

// mediaTypeOf is the media type of a kind of pictures.
func mediaTypeOf(kind string) string {
	switch kind {
	case picturePNG, pictureJPEG, pictureWebP:
		return "image/" + kind
	default:
		return ""
	}
}

// pictureOf tells by its first bytes what picture a tile is, whatever its file says; ""
// when it is none.
func pictureOf(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")):
		return picturePNG
	case bytes.HasPrefix(body, []byte("\xff\xd8\xff")):
		return pictureJPEG
	case len(body) > 12 && string(body[:4]) == "RIFF" && string(body[8:12]) == "WEBP":
		return pictureWebP
	default:
		return ""
	}
}

var (
	errTileKind  = errors.New("the tile is neither a vector tile nor a picture that browsers show")
	errTileLarge = errors.New("the tile is too large")
	errTileOdd   = errors.New("the tile is a picture in a file of vector tiles, or the other way round")
)

// inspect looks at a tile before it is taken: whether it is what it must be, and no
// larger than is good for those who fetch it. A picture comes out unpacked. The kind is
// what the tiles before were, nil for the first.
func inspect(body []byte, kind *string) (out []byte, found string, err error) {
	inner := body
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		if inner, err = unzip(body); err != nil {
			return nil, "", err
		}
	}
	if found = pictureOf(inner); found != "" {
		body, err = inner, pictureFits(inner, found)
	} else if !vector(inner) {
		err = errTileKind
	}
	if err == nil && kind != nil && (*kind == "") != (found == "") {
		err = errTileOdd
	}
	return body, found, err
}

// pictureFits reads the head of a picture.
func pictureFits(body []byte, kind string) error {
	if len(body) > largestPicture {
		return errTileLarge
	}
	var size image.Config
	var err error
	switch kind {
	case picturePNG:
		size, err = png.DecodeConfig(bytes.NewReader(body))
	case pictureJPEG:
		size, err = jpeg.DecodeConfig(bytes.NewReader(body))
	default:
		size, err = webp.DecodeConfig(bytes.NewReader(body))
	}
	switch {
	case err != nil:
		return errTileKind
	case kind == pictureJPEG && bytes.Count(body, []byte("\xff\xda")) > mostScans:
		return errTileLarge
	case size.Width != size.Height || size.Width < 1 || size.Width > mostPixels:
		return errTileLarge
	default:
		return nil
	}
}

// unzip unpacks a tile, as far as one may be.
func unzip(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, errTileKind
	}
	inner, err := io.ReadAll(io.LimitReader(z, largestUnpacked+1))
	switch {
	case err != nil:
		return nil, errTileKind
	case len(inner) > largestUnpacked:
		return nil, errTileLarge
	default:
		return inner, nil
	}
}

// layerField is the tag of a layer in a vector tile (Mapbox Vector Tile Specification
// 2.1, § 4.1): field 3, with a length.
const layerField = 3<<3 | 2

// vector reports whether a tile is built as vector tiles are: of layers, one after the
// other, to its last byte.
func vector(body []byte) bool {
	for len(body) > 0 {
		size, n := binary.Uvarint(body[1:])
		if body[0] != layerField || n <= 0 || size > uint64(len(body)-1-n) {
			return false
		}
		body = body[1+n+int(size):] // #nosec G115 -- no longer than the tile
	}
	return true
}
