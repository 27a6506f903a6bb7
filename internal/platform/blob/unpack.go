package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
)

// Limits of the look into an office document, all archives inside it together.
const (
	maxDepth  = 2        // a document, and a table or drawing inside it
	maxInside = 32 << 20 // bytes of an archive inside, which is looked at in memory
	maxParts  = 2 * maxEntries
	sniffPart = 1 << 10
)

// lookIntoOffice unpacks everything once: what the directory says of the sizes
// may be a lie. It refuses archives that unpack to more than they say, that are
// nested deeper than documents are, or hide macros further in, and tells of what
// does something by itself.
func lookIntoOffice(r io.ReaderAt, size int64) ([]Flag, error) {
	l := &officeLook{left: maxUnpacked}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errBroken.Because(err)
	}
	if err := l.archive(z, size, 1); err != nil {
		return nil, err
	}
	return l.flags(), nil
}

type officeLook struct {
	left      int64 // bytes that may still be unpacked
	parts     int
	active    bool
	encrypted bool
}

func (l *officeLook) flags() (list []Flag) {
	if l.active {
		list = append(list, FlagActive)
	}
	if l.encrypted {
		list = append(list, FlagEncrypted)
	}
	return list
}

func (l *officeLook) archive(z *zip.Reader, size int64, depth int) error {
	if depth > maxDepth {
		return errBroken
	}
	if err := checkEntries(z.File, size); err != nil {
		return err
	}
	if l.parts += len(z.File); l.parts > maxParts {
		return errBroken
	}
	for _, f := range z.File {
		l.active = l.active || doesSomething(f.Name)
		if err := l.part(f, depth); err != nil {
			return err
		}
	}
	return nil
}

// doesSomething knows the parts that hold programs' objects (ECMA-376 part 1
// section 15.2).
func doesSomething(name string) bool {
	lower := strings.ToLower(name)
	return strings.Contains(lower, "/activex/") || strings.Contains(lower, "/embeddings/") && path.Ext(lower) == ".bin" ||
		strings.Contains(lower, "/externallinks/")
}

// part unpacks one part.
func (l *officeLook) part(f *zip.File, depth int) error {
	if f.UncompressedSize64 > uint64(l.left) {
		return errBroken
	}
	r, err := f.Open()
	if err != nil {
		return errBroken.Because(err)
	}
	defer func() { _ = r.Close() }() // reading has no more to tell
	// One byte more than it says tells the lie.
	rest := io.LimitReader(r, int64(f.UncompressedSize64)+1)
	head := make([]byte, min(sniffPart, f.UncompressedSize64))
	n, err := io.ReadFull(rest, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return errBroken.Because(err)
	}
	read, err := l.rest(f, head[:n], rest, depth)
	if err != nil {
		return err
	}
	if total := int64(n) + read; uint64(total) != f.UncompressedSize64 {
		return errBroken
	}
	l.left -= int64(f.UncompressedSize64)
	return nil
}

// rest reads a part to its end: in memory when it is to be looked into.
func (l *officeLook) rest(f *zip.File, head []byte, rest io.Reader, depth int) (int64, error) {
	inside := bytes.HasPrefix(head, []byte("PK\x03\x04"))
	if !inside && !tells(f.Name) {
		n, err := io.Copy(io.Discard, rest)
		if err != nil {
			return n, errBroken.Because(err)
		}
		return n, nil
	}
	if f.UncompressedSize64 > maxInside {
		return 0, errBroken
	}
	more, err := io.ReadAll(rest)
	if err != nil {
		return 0, errBroken.Because(err)
	}
	whole := append(bytes.Clone(head), more...)
	if !inside {
		l.read(f.Name, whole)
		return int64(len(more)), nil
	}
	z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		return 0, errBroken.Because(err)
	}
	return int64(len(more)), l.archive(z, int64(len(whole)), depth+1)
}

// tells reports whether a part says what the document does or is locked with.
func tells(name string) bool {
	return strings.HasSuffix(name, ".rels") || name == "META-INF/manifest.xml"
}

// read looks into such a part. A template from elsewhere is fetched when the
// document is opened (ECMA-376 part 1 section 17.15.1.6), and may hold macros.
func (l *officeLook) read(name string, text []byte) {
	if name == "META-INF/manifest.xml" {
		l.encrypted = l.encrypted || bytes.Contains(text, []byte("encryption-data"))
		l.active = l.active || bytes.Contains(text, []byte("oleobject"))
		return
	}
	external := bytes.Contains(text, []byte(`"External"`)) || bytes.Contains(text, []byte(`'External'`))
	for _, kind := range []string{"attachedTemplate", "/oleObject", "/frame", "/externalLink"} {
		l.active = l.active || external && bytes.Contains(text, []byte(kind))
	}
}
