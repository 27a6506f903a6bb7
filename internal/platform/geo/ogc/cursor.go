package ogc

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// cursor tells where a page begins. It carries how many there are in all, so that
// only the first page counts them.
type cursor struct {
	after      string
	generation int64
	matched    int64 // −1: not known
}

// maxCursor bounds what is read.
const maxCursor = 200

// String writes it as one word of an address.
func (c cursor) String() string {
	text := strconv.FormatInt(c.generation, 10) + "." + strconv.FormatInt(c.matched, 10) + "." + c.after
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// readCursor reads what String wrote. Who makes one up is told lies of her own making
// alone.
func readCursor(text string) (cursor, error) {
	bad := wrong("cursor")
	if len(text) > maxCursor {
		return cursor{}, bad
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, bad
	}
	parts := strings.SplitN(string(raw), ".", 3)
	if len(parts) != 3 || !isWord(parts[2]) {
		return cursor{}, bad
	}
	var c cursor
	if c.generation, err = strconv.ParseInt(parts[0], 10, 64); err != nil || c.generation < 0 {
		return cursor{}, bad
	}
	if c.matched, err = strconv.ParseInt(parts[1], 10, 64); err != nil || c.matched < -1 {
		return cursor{}, bad
	}
	c.after = parts[2]
	return c, nil
}

// isWord reports whether a text is of small letters and digits, as the layers write
// where a page begins.
func isWord(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// unknown reports whether the features have to be counted: on the first page, and
// when the layer has changed since.
func (c cursor) unknown(l layers.Layer) bool { return c.after == "" || c.generation != l.Generation }
