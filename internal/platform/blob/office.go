package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
)

// Limits for what an office document may unpack to. They are far above real
// documents and far below what brings a reader's machine down.
const (
	maxEntries  = 10_000
	maxUnpacked = 512 << 20
	maxRatio    = 200      // unpacked to packed, for
	ratioFrom   = 32 << 20 // documents that unpack to more than this
	maxPeek     = 1 << 20  // of an entry that is looked into
)

// sniffOffice tells the type of a zip file from what is in it, and refuses one
// that is no office document.
func sniffOffice(r io.ReaderAt, size int64) (string, error) {
	z, err := zip.NewReader(r, size)
	switch {
	case errors.Is(err, zip.ErrFormat):
		return "", errCutOff // it begins as a zip but lacks the directory at its end
	case errors.Is(err, zip.ErrInsecurePath), errors.Is(err, zip.ErrAlgorithm):
		return "", errBroken
	case err != nil:
		return "", cutOff(err)
	}
	if err := checkEntries(z.File, size); err != nil { // nothing is unpacked before this
		return "", err
	}
	if first := z.File[0]; first.Name == "mimetype" {
		return sniffOpenDocument(first)
	}
	return sniffOpenXML(z)
}

// checkEntries refuses bombs (too many entries, too much inside, entries that
// share bytes), names that lead out of the document, locked entries and macros.
func checkEntries(files []*zip.File, size int64) error {
	if len(files) == 0 || len(files) > maxEntries {
		return errBroken
	}
	var packed, unpacked uint64
	for _, f := range files {
		packed += f.CompressedSize64
		unpacked += f.UncompressedSize64
		if packed > uint64(size) || unpacked > maxUnpacked {
			return errBroken
		}
		if !safeName(f.Name) {
			return errBroken
		}
		if f.Flags&1 != 0 {
			return errLocked
		}
		if hasMacros(f.Name) {
			return errMacros
		}
	}
	if unpacked > ratioFrom && unpacked/maxRatio > packed {
		return errBroken
	}
	return nil
}

func safeName(name string) bool {
	if name == "" || strings.ContainsAny(name, "\\\x00") || strings.HasPrefix(name, "/") {
		return false
	}
	clean := path.Clean(name)
	return clean != ".." && !strings.HasPrefix(clean, "../")
}

// hasMacros knows where Visual Basic lies in Open XML and Basic in OpenDocument.
func hasMacros(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, "vbaproject.bin") || strings.HasPrefix(lower, "basic/") ||
		strings.HasPrefix(lower, "scripts/")
}

// sniffOpenDocument reads the type that stands uncompressed in the first entry
// (OpenDocument 1.3 part 2 section 3.3).
func sniffOpenDocument(f *zip.File) (string, error) {
	text, err := peek(f)
	if err != nil {
		return "", err
	}
	switch mediaType := string(text); mediaType {
	case ODT, ODS, ODP:
		return mediaType, nil
	}
	return "", errType
}

// sniffOpenXML looks for the main part and its declared type (ECMA-376 part 2
// section 7.2.3); that of documents with macros differs.
func sniffOpenXML(z *zip.Reader) (string, error) {
	var types []byte
	parts := map[string]bool{}
	for _, f := range z.File {
		parts[f.Name] = true
		if f.Name != "[Content_Types].xml" {
			continue
		}
		if types != nil {
			return "", errBroken
		}
		var err error
		if types, err = peek(f); err != nil {
			return "", err
		}
	}
	if bytes.Contains(types, []byte("macroEnabled")) {
		return "", errMacros
	}
	for part, mediaType := range map[string]string{
		"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX,
	} {
		if parts[part] && bytes.Contains(types, []byte(mediaType+".main+xml")) {
			return mediaType, nil
		}
	}
	return "", errType
}

// peek unpacks an entry of modest size.
func peek(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > maxPeek {
		return nil, errBroken
	}
	r, err := f.Open()
	if err != nil {
		return nil, errBroken.Because(err)
	}
	defer func() { _ = r.Close() }() // reading has no more to tell
	text, err := io.ReadAll(io.LimitReader(r, maxPeek))
	if err != nil {
		return nil, errBroken.Because(err)
	}
	return text, nil
}
