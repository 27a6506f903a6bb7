package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
)

// More reasons a file is not taken in.
var (
	errTwoTypes   = errs.Invalid("blob.two_types")
	errEnding     = errs.Invalid("blob.ending")
	errHEIC       = errs.Invalid("blob.heic")
	errLocked     = errs.Invalid("blob.locked")
	errDimensions = errs.Invalid("blob.dimensions", "millions", maxPixels/1_000_000)
)

// looked is what a look at a file tells.
type looked struct {
	mediaType string
	flags     Flags
	strip     bool // it carries what is to be removed
}

// look tells the type of a file and what is worth knowing about it, and refuses
// what is not taken in.
func look(r io.ReaderAt, size int64, o PutOptions) (l looked, err error) {
	if o.Generated && o.Declared == ZIP {
		return looked{mediaType: ZIP}, nil
	}
	if l.mediaType, err = sniff(r, size); err != nil {
		return looked{}, err
	}
	if o.Generated {
		return l, nil
	}
	if err := oneType(r, size, l.mediaType); err != nil {
		return looked{}, err
	}
	if l.flags, err = calledRight(o, l.mediaType); err != nil {
		return looked{}, err
	}
	switch l.mediaType {
	case JPEG, PNG:
		return l, l.picture(r, size, o)
	case PDF:
		found, err := lookIntoPDF(r, size)
		l.flags = l.flags.With(found...)
		return l, err
	}
	found, err := lookIntoOffice(r, size)
	l.flags = l.flags.With(found...)
	return l, err
}

// picture finds out what the picture tells besides what one sees. All that is not
// needed goes with the position, since makers write the place in many ways.
func (l *looked) picture(r io.ReaderAt, size int64, o PutOptions) error {
	found, err := strip(io.Discard, r, size, l.mediaType)
	if err != nil {
		return err
	}
	l.strip = found.changes && !o.KeepPosition
	switch {
	case found.position && l.strip:
		l.flags = l.flags.With(FlagPositionRemoved)
	case found.position:
		l.flags = l.flags.With(FlagPosition)
	}
	return nil
}

// pdfHead is within which readers of PDF look for its beginning, whatever stands
// before it.
const pdfHead = 1024

// oneType refuses a file that is of one type for one program and of another for
// the next: a picture or PDF with an archive at its end, or with a PDF inside
// its beginning.
func oneType(r io.ReaderAt, size int64, mediaType string) error {
	head := make([]byte, min(size, pdfHead+5))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if mediaType != PDF && bytes.Contains(head, []byte("%PDF-")) {
		return errTwoTypes
	}
	switch mediaType {
	case PDF, JPEG, PNG:
		if z, err := zip.NewReader(r, size); err == nil && len(z.File) > 0 {
			return errTwoTypes
		}
	}
	return nil
}

// programs are endings with which a double click runs something, or opens a page
// with scripts.
var programs = strings.Fields(".exe .com .bat .cmd .scr .pif .msi .msix .dll .sys .ps1 .psm1 .vbs .vbe .js .mjs .jse .wsf .wsh " +
	".hta .htm .html .xhtml .shtml .svg .mht .mhtml .jar .class .lnk .url .reg .sh .app .dmg .apk .iso .img .vhd .docm .dotm .xlsm .xltm .xlam .pptm .potm .ppsm .one")

// calledRight compares what the file is with what it is called and declared to
// be. What is called a program is refused, whatever it holds; other slips, such
// as a JPEG called .png, are set right in its name, and told.
func calledRight(o PutOptions, mediaType string) (Flags, error) {
	ending := strings.ToLower(path.Ext(strings.TrimRight(strings.Map(harmless, o.Name), ". ")))
	if slices.Contains(programs, ending) {
		return "", errEnding
	}
	declared, _, err := mime.ParseMediaType(o.Declared)
	if err != nil {
		declared = ""
	}
	if strings.Contains(declared, "html") || strings.Contains(declared, "script") || strings.Contains(declared, "svg") || strings.HasSuffix(declared, "msdownload") {
		return "", errEnding
	}
	if known(ending) && !slices.Contains(extensions(mediaType), ending) || taken(declared) && declared != mediaType {
		return Flags("").With(FlagMismatch), nil
	}
	return "", nil
}

// types are the media types that are taken in.
func types() []string { return []string{PDF, JPEG, PNG, DOCX, XLSX, PPTX, ODT, ODS, ODP} }

func taken(mediaType string) bool { return slices.Contains(types(), mediaType) }

func known(ending string) bool {
	return slices.ContainsFunc(types(), func(t string) bool { return slices.Contains(extensions(t), ending) })
}

// refusal finds the words for a file that is of no type that is taken: two that
// people send in good faith have words of their own.
func refusal(r io.ReaderAt, size int64, head []byte) error {
	switch {
	case isHEIC(head):
		return errHEIC
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && isLocked(r, size):
		return errLocked
	}
	return errType
}

// isHEIC knows the brands of ISO/IEC 23008-12 section 10 in the first box.
func isHEIC(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	switch string(head[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}

// isLocked looks for the stream that holds an office document with a password
// ([MS-OFFCRYPTO] section 2.3.4.4) in the directory of a compound file.
func isLocked(r io.ReaderAt, size int64) bool {
	name := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	source := io.NewSectionReader(r, 0, size)
	window := make([]byte, 0, 1<<16)
	for {
		n, err := io.ReadFull(source, window[len(window):cap(window)])
		window = window[:len(window)+n]
		if bytes.Contains(window, name) {
			return true
		}
		if err != nil {
			return false
		}
		window = append(window[:0], window[len(window)-len(name):]...)
	}
}
