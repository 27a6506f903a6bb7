package blob

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

func lookBytes(b []byte, o PutOptions) (looked, error) {
	return look(bytes.NewReader(b), int64(len(b)), o)
}

func pdfOf(objects ...string) []byte {
	return []byte("%PDF-1.7\n" + strings.Join(objects, "\n") + "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

func flate(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// objectStream packs objects as PDF 1.5 does.
func objectStream(text, line string) string {
	packed := flate("1 0 2 40 " + text)
	return fmt.Sprintf("5 0 obj << /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length %d >> stream%s%s\nendstream endobj", len(packed), line, packed)
}

func TestLook_tellsOfActivePDF(t *testing.T) {
	t.Parallel()
	script := "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
	for name, c := range map[string]struct {
		file []byte
		want Flags
	}{
		"plain":                     {samplePDF(), ""},
		"a link":                    {pdfOf("1 0 obj << /S /URI /URI (https://example.no) >> endobj"), ""},
		"opens at a page":           {pdfOf("1 0 obj << /OpenAction [3 0 R /Fit] >> endobj"), ""},
		"script":                    {pdfOf("1 0 obj << /OpenAction " + script + " >> endobj"), "active"},
		"script, written in code":   {pdfOf("1 0 obj << /S /J#61va#53cript /J#53 (x) >> endobj"), "active"},
		"script in packed objects":  {pdfOf(objectStream(script, "\n")), "active"},
		"script after a line break": {pdfOf(objectStream(script, "\r\n")), "active"},
		"packed without script":     {pdfOf(objectStream("<< /Type /Font >>", "\n")), ""},
		"packed in another way":     {pdfOf("5 0 obj << /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] >> stream\n789c\nendstream endobj"), "active"},
		"announced and not packed":  {pdfOf("5 0 obj << /Type /ObjStm >> stream\n1 0 << /X /Y >>\nendstream endobj"), ""},
		"starts a program":          {pdfOf("1 0 obj << /S /Launch /F (cmd.exe) >> endobj"), "active"},
		"carries a file":            {pdfOf("1 0 obj << /Type /EmbeddedFile >> endobj"), "active"},
		"sends a form away":         {pdfOf("1 0 obj << /S/SubmitForm/F(http://x) >> endobj"), "active"},
		"XFA":                       {pdfOf("1 0 obj << /XFA [] >> endobj"), "active"},
		"encrypted":                 {pdfOf("trailer << /Encrypt 9 0 R >>"), "encrypted"},
		"encrypted, packed":         {pdfOf("5 0 obj << /Type /ObjStm >> stream\n\x99\x88\nendstream endobj", "trailer << /Encrypt 9 0 R >>"), "encrypted"},
		"encrypted script":          {pdfOf("1 0 obj "+script+" endobj", "trailer << /Encrypt 9 0 R >>"), "active encrypted"},
		"metadata not encrypted":    {pdfOf("1 0 obj << /EncryptMetadata false >> endobj"), ""},
		"the word in a text":        {pdfOf("1 0 obj (JavaScript is a language) endobj"), ""},
	} {
		got, err := lookBytes(c.file, PutOptions{})
		if err != nil || got.flags != c.want {
			t.Errorf("%s: flags %q, error %v, want %q", name, got.flags, err, c.want)
		}
	}
}

func TestLook_countsUnreadObjectsAsActive(t *testing.T) {
	t.Parallel()
	bomb := pdfOf(objectStream(strings.Repeat("0", maxObjects+1), "\n"))
	many := pdfOf(strings.Repeat("stream\n", maxStreams+1))
	for name, b := range map[string][]byte{"bomb": bomb, "many streams": many} {
		if got, err := lookBytes(b, PutOptions{}); err != nil || !got.flags.Has(FlagActive) {
			t.Errorf("%s: %q, %v", name, got.flags, err)
		}
	}
}

func docx(more ...entry) []byte { return sampleOpenXML(DOCX, "word/document.xml", more...) }

func inside(b []byte) entry {
	return entry{name: "word/embeddings/Table.xlsx", text: string(b), stored: true}
}

// lying changes what a zip's directory says of the size of its largest part.
func lying(text string) []byte {
	b := docx(entry{name: "word/big.xml", text: text})
	at := bytes.LastIndex(b, []byte("word/big.xml")) - 46
	copy(b[at+24:], []byte{10, 0, 0, 0})
	return b
}

func TestLook_intoOffice(t *testing.T) {
	t.Parallel()
	xlsx := func(more ...entry) []byte { return sampleOpenXML(XLSX, "xl/workbook.xml", more...) }
	relation := func(kind, mode string) entry {
		return entry{name: "word/_rels/settings.xml.rels", text: `<Relationship Type="http://x/` + kind + `" Target="http://y" TargetMode="` + mode + `"/>`}
	}
	for name, c := range map[string]struct {
		file []byte
		want Flags
	}{
		"plain":                     {docx(), ""},
		"with a table inside":       {docx(inside(xlsx())), ""},
		"with a link":               {docx(relation("hyperlink", "External")), ""},
		"template from elsewhere":   {docx(relation("attachedTemplate", "External")), "active"},
		"template of its own":       {docx(relation("attachedTemplate", "Internal")), ""},
		"object of a program":       {docx(entry{name: "word/embeddings/oleObject1.bin", text: "x"}), "active"},
		"ActiveX":                   {docx(entry{name: "word/activeX/activeX1.xml", text: "x"}), "active"},
		"locked OpenDocument":       {sampleODF(ODT, entry{name: "META-INF/manifest.xml", text: "<manifest:encryption-data/>"}), "encrypted"},
		"OpenDocument with program": {sampleODF(ODT, entry{name: "META-INF/manifest.xml", text: "application/vnd.sun.star.oleobject"}), "active"},
	} {
		got, err := lookBytes(c.file, PutOptions{})
		if err != nil || got.flags != c.want {
			t.Errorf("%s: flags %q, error %v, want %q", name, got.flags, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want *errs.Error
	}{
		"a bomb inside":        {docx(inside(xlsx(bomb(40 << 20)))), errBroken},
		"three deep":           {docx(inside(xlsx(inside(zipped(entry{name: "a", text: "b"}))))), errBroken},
		"macros inside":        {docx(inside(xlsx(entry{name: "xl/vbaProject.bin", text: "x"}))), errMacros},
		"larger than it says":  {lying(strings.Repeat("a", 1<<20)), errBroken},
		"smaller than it says": {lying("a"), errBroken},
		"something like a zip": {docx(entry{name: "word/x.bin", text: "PK\x03\x04 and no more"}), errBroken},
	} {
		_, err := lookBytes(c.file, PutOptions{})
		if got := errs.Of(err); got == nil || got.Key != c.want.Key {
			t.Errorf("%s: error = %v, want %s", name, err, c.want.Key)
		}
	}
}

func TestLook_refusesTwoTypesInOne(t *testing.T) {
	t.Parallel()
	archive := zipped(entry{name: "run.js", text: "alert(1)"})
	for name, b := range map[string][]byte{
		"picture and archive":       append(sampleJPEG(), archive...),
		"PNG and archive":           append(samplePNG(), archive...),
		"PDF and archive":           append(append(samplePDF(), archive...), "%%EOF"...),
		"picture that begins a PDF": insertJPEG(sampleJPEG(), appSegment(0xfe, "%PDF-1.7")),
		"document with a PDF":       sampleODF(ODT, entry{name: "%PDF-1.7", text: "x", stored: true}),
	} {
		if _, err := lookBytes(b, PutOptions{}); errs.Of(err) == nil || errs.Of(err).Key != errTwoTypes.Key {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func TestLook_comparesNameAndContent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, declared, want string
		refused              bool
	}{
		{"bilde.jpg", JPEG, "", false},
		{"BILDE.JPEG", JPEG, "", false},
		{"bilde", "", "", false},
		{"bilde.tmp", "application/octet-stream", "", false},
		{"bilde.png", JPEG, "mismatch", false},
		{"bilde.pdf", "", "mismatch", false},
		{"bilde.jpg", PNG, "mismatch", false},
		{"bilde.exe", JPEG, "", true},
		{"bilde.jpg.js", JPEG, "", true},
		{"bilde.HTML ", "", "", true},
		{"bilde.ex\u200be", "", "", true},
		{"bilde.jpg", "text/html; charset=utf-8", "", true},
		{"bilde.jpg", "image/svg+xml", "", true},
		{"bilde.jpg", "not a type;;", "", false},
	} {
		got, err := lookBytes(sampleJPEG(), PutOptions{Name: c.name, Declared: c.declared})
		if refused := errs.Of(err) != nil && errs.Of(err).Key == errEnding.Key; refused != c.refused || !c.refused && string(got.flags) != c.want {
			t.Errorf("%q declared %q: flags %q, error %v", c.name, c.declared, got.flags, err)
		}
	}
}

func TestLook_hasWordsForWhatIsLocked(t *testing.T) {
	t.Parallel()
	name := "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	for _, before := range []int{0, 500, 1<<16 - 20, 1<<16 - 8 - 3, 300_000} {
		b := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", before) + name)
		if _, err := lookBytes(b, PutOptions{}); errs.Of(err) == nil || errs.Of(err).Key != errLocked.Key {
			t.Errorf("after %d bytes: error = %v", before, err)
		}
	}
}

func TestLook_leavesOurOwnLettersAlone(t *testing.T) {
	t.Parallel()
	letter := pdfOf("1 0 obj << /Type /EmbeddedFile >> endobj")
	if got, err := lookBytes(letter, PutOptions{Generated: true, Name: "vedtak.pdf"}); err != nil || got.flags != "" || got.strip {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzLook(f *testing.F) {
	for _, b := range samples() {
		f.Add(b, "a.pdf", PDF)
	}
	f.Add(pdfOf(objectStream("<< /S /JavaScript >>", "\r\n")), "x.exe", "text/html")
	f.Add(docx(inside(docx(inside(docx())))), "x.docx", "")
	f.Add(lying("aaaaaaaaaaaaa"), "", "")
	f.Fuzz(func(t *testing.T, b []byte, name, declared string) {
		got, err := lookBytes(b, PutOptions{Name: name, Declared: declared})
		if err != nil && errs.Of(err) == nil {
			t.Errorf("no words for the uploader: %v", err)
		}
		if err == nil && !taken(got.mediaType) {
			t.Errorf("took a file as %q", got.mediaType)
		}
		if err == nil && got.mediaType == PDF && bytes.Contains(b, []byte("/JavaScript ")) && !got.flags.Has(FlagActive) {
			t.Error("a script was overlooked")
		}
		if z, zipErr := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil && zipErr == nil && len(z.File) > 0 && got.mediaType == PDF {
			t.Error("a PDF that is an archive too")
		}
	})
}
