package blob

import (
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ScanState says what is known of a document's harmlessness.
type ScanState string

// The states. With a scanner, only what is Clean is opened.
const (
	Unscanned ScanState = "unscanned" // there was no scanner when it came
	Scanning  ScanState = "scanning"  // it waits for the scanner
	Clean     ScanState = "clean"
	Refused   ScanState = "refused"
	// TooLarge is what the scanner would not take whole. It is tried again, since
	// the operator may raise the scanner's limit.
	TooLarge ScanState = "too_large"
)

// The media types that are taken in.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	ODT  = "application/vnd.oasis.opendocument.text"
	ODS  = "application/vnd.oasis.opendocument.spreadsheet"
	ODP  = "application/vnd.oasis.opendocument.presentation"
)

// ZIP is what only Torg itself writes: a package of documents, put with Generated
// and declared as such. None is taken in from others.
const ZIP = "application/zip"

// DefaultMaxBytes is how large a document may be unless PutOptions says else.
const DefaultMaxBytes = 50 << 20

// Owner is what a document belongs to, and who put it there.
type Owner struct {
	Type, ID string
	Person   string // person id of the uploader, "" when Torg wrote the document
}

// Document is what is known of a kept document.
type Document struct {
	ID        string
	Owner     Owner
	Name      string // as the uploader called it, cleaned; personal data
	MediaType string
	Size      int64
	Digest    string // keyed hash of the content, hex
	Scan      ScanState
	Flags     Flags
	CreatedAt time.Time
}

// PutOptions say how bytes are taken in.
type PutOptions struct {
	Name     string // what the uploader calls the file
	Declared string // the media type that came with it, if any
	MaxBytes int64  // 0 is DefaultMaxBytes
	// KeepPosition leaves in a picture where it was taken. Otherwise that is
	// removed, with all else that a camera writes and that a picture does not need.
	KeepPosition bool
	// Generated marks a document that Torg itself wrote, which needs no scanner.
	Generated bool
}

// Stored is a file that lies whole in its place and waits for its row.
type Stored struct {
	Name      string
	MediaType string
	Size      int64
	Flags     Flags

	tenant    string
	digest    string
	upload    string // id of the upload in parts that it came by, or ""
	at        time.Time
	generated bool
}

// extensions are the endings that suit a type, the usual one first.
func extensions(mediaType string) []string {
	switch mediaType {
	case PDF:
		return []string{".pdf"}
	case JPEG:
		return []string{".jpg", ".jpeg", ".jpe", ".jfif"}
	case PNG:
		return []string{".png"}
	case DOCX:
		return []string{".docx"}
	case XLSX:
		return []string{".xlsx"}
	case PPTX:
		return []string{".pptx"}
	case ODT:
		return []string{".odt"}
	case ODS:
		return []string{".ods"}
	case ODP:
		return []string{".odp"}
	case ZIP:
		return []string{".zip"}
	}
	return []string{".bin"}
}

// maxName is the longest name in runes, its ending included.
const maxName = 120

// cleanName makes what an uploader calls a file harmless: no folders, no control
// or direction characters, no characters that file systems refuse, and an ending
// that suits the true type, so that "faktura.exe" cannot name a picture.
func cleanName(name, mediaType string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = norm.NFC.String(strings.Map(harmless, name))
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
	suits := extensions(mediaType)
	ending := ""
	for _, e := range suits {
		if strings.EqualFold(path.Ext(name), e) {
			ending = name[len(name)-len(e):]
			name = name[:len(name)-len(e)]
			break
		}
	}
	if ending == "" {
		ending = suits[0]
	}
	name = strings.TrimRight(shorten(strings.TrimLeft(name, ". "), maxName-len(ending)), ". ")
	if name == "" {
		name = "document"
	}
	return name + ending
}

// harmless drops what cannot be seen and replaces what file systems refuse.
// Cf holds the direction overrides (U+202E), Unicode's trick for
// "gpj.exe" to read as "exe.jpg".
func harmless(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		return -1
	case strings.ContainsRune(`<>:"|?*`, r):
		return '_'
	}
	return r
}

func shorten(s string, runes int) string {
	for utf8.RuneCountInString(s) > runes {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
