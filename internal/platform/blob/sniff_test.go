package blob

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/torg-no/torg/internal/platform/errs"
)

func sniffBytes(b []byte) (string, error) { return sniff(bytes.NewReader(b), int64(len(b))) }

func TestSniff_tellsTheTrueType(t *testing.T) {
	t.Parallel()
	for want, b := range samples() {
		if got, err := sniffBytes(b); got != want || err != nil {
			t.Errorf("got %q, error %v, want %q", got, err, want)
		}
	}
}

func TestSniff_takesWhatRealProgramsWrite(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"PDF after a byte order mark":     append([]byte("\xef\xbb\xbf\r\n"), samplePDF()...),
		"PDF with bytes after its end":    append(samplePDF(), strings.Repeat("\x00", 500)...),
		"JPEG with a film after it":       append(sampleJPEG(), strings.Repeat("film", 5000)...),
		"JPEG with fill before a marker":  fillJPEG(sampleJPEG()),
		"JPEG with a comment like an end": insertJPEG(sampleJPEG(), []byte("\xff\xfe\x00\x06\xff\xd9\xff\xd9")),
		"PNG with text after it":          append(samplePNG(), "made by a scanner"...),
	} {
		if _, err := sniffBytes(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// insertJPEG puts a segment right after SOI.
func insertJPEG(b, segment []byte) []byte { return slices.Insert(bytes.Clone(b), 2, segment...) }

func fillJPEG(b []byte) []byte { return insertJPEG(b, []byte("\xff\xff\xff")) }

func TestSniff_refuses(t *testing.T) {
	t.Parallel()
	docx := func(more ...entry) []byte { return sampleOpenXML(DOCX, "word/document.xml", more...) }
	locked := docx()
	for at := bytes.Index(locked, []byte("PK\x01\x02")); at >= 0; at = -1 {
		locked[at+8] |= 1 // the flag of an encrypted entry
	}
	for name, c := range map[string]struct {
		file []byte
		want *errs.Error
	}{
		"Windows program":               {[]byte("MZ\x90\x00\x03 This program cannot be run in DOS mode"), errType},
		"Linux program":                 {[]byte("\x7fELF\x02\x01\x01"), errType},
		"text":                          {[]byte("hei"), errType},
		"HTML":                          {[]byte("<html><script>alert(1)</script></html>"), errType},
		"SVG":                           {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), errType},
		"GIF":                           {[]byte("GIF89a\x01\x00\x01\x00"), errType},
		"old Word":                      {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), errType},
		"HTML before a PDF":             {append([]byte("<html>"), samplePDF()...), errType},
		"PDF cut off":                   {samplePDF()[:60], errCutOff},
		"JPEG of three bytes":           {[]byte("\xff\xd8\xff"), errCutOff},
		"JPEG with an end but no frame": {[]byte("\xff\xd8\xff\xd9"), errBroken},
		"JPEG of rubbish":               {[]byte("\xff\xd8\xff\xe0\x00\x02rubbish"), errBroken},
		"PNG without a header chunk":    {append([]byte(pngSignature), pngChunk("IEND", nil)...), errBroken},
		"PNG with a huge chunk":         {append([]byte(pngSignature), "\xff\xff\xff\xffIHDR...."...), errBroken},
		"picture from an iPhone":        {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), errHEIC},
		"plain zip":                     {zipped(entry{name: "a.txt", text: "a"}), errType},
		"empty zip":                     {zipped(), errType},
		"Java archive":                  {zipped(entry{name: "META-INF/MANIFEST.MF", text: "Main-Class: X"}), errType},
		"zip with a program":            {zipped(entry{name: "run.exe", text: "MZ"}), errType},
		"main part undeclared":          {zipped(contentTypes("text/xml"), entry{name: "word/document.xml"}), errType},
		"declared but without its part": {zipped(contentTypes(DOCX + ".main+xml")), errType},
		"macros in Word":                {docx(entry{name: "word/vbaProject.bin", text: "x"}), errMacros},
		"macros declared":               {zipped(contentTypes("application/vnd.ms-word.document.macroEnabled.main+xml"), entry{name: "word/document.xml"}), errMacros},
		"macros in OpenDocument":        {sampleODF(ODT, entry{name: "Basic/Standard/Module1.xml", text: "x"}), errMacros},
		"other OpenDocument":            {sampleODF("application/vnd.oasis.opendocument.database"), errType},
		"name that leads out":           {docx(entry{name: "../../etc/passwd", text: "x"}), errBroken},
		"absolute name":                 {docx(entry{name: "/etc/passwd", text: "x"}), errBroken},
		"Windows name":                  {docx(entry{name: `..\x`, text: "x"}), errBroken},
		"locked entry":                  {locked, errLocked},
		"two type lists":                {docx(contentTypes(DOCX + ".main+xml")), errBroken},
		"bomb":                          {docx(bomb(40 << 20)), errBroken},
		"large type list":               {zipped(entry{name: "[Content_Types].xml", text: strings.Repeat(" ", 2<<20)}), errBroken},
	} {
		_, err := sniffBytes(c.file)
		if got := errs.Of(err); got == nil || got.Key != c.want.Key {
			t.Errorf("%s: error = %v, want %s", name, err, c.want.Key)
		}
	}
}

func TestSniff_refusesTooManyEntries(t *testing.T) {
	t.Parallel()
	many := make([]entry, maxEntries+1)
	for i := range many {
		many[i] = entry{name: "x", stored: true}
	}
	if _, err := sniffBytes(zipped(many...)); !errors.Is(err, errBroken) {
		t.Errorf("error = %v, want %v", err, errBroken)
	}
}

// TestSniff_refusesOverlap has a zip's directory name the same bytes many times,
// which is how a small file unpacks to terabytes.
func TestSniff_refusesOverlap(t *testing.T) {
	t.Parallel()
	b := zipped(entry{name: "x", text: strings.Repeat("a", 200), stored: true})
	start := bytes.Index(b, []byte("PK\x01\x02"))
	end := bytes.Index(b, []byte("PK\x05\x06"))
	record, tail := b[start:end], bytes.Clone(b[end:])
	out := bytes.Clone(b[:start])
	for range 20 {
		out = append(out, record...)
	}
	tail[8], tail[10] = 20, 20
	size := 20 * len(record)
	tail[12], tail[13] = byte(size), byte(size>>8)
	if _, err := sniffBytes(append(out, tail...)); !errors.Is(err, errBroken) {
		t.Errorf("error = %v, want %v", err, errBroken)
	}
}

func TestSniff_refusesEveryCut(t *testing.T) {
	t.Parallel()
	for mediaType, b := range samples() {
		whole := len(bytes.TrimRight(b, "\n"))
		for n := range whole - 1 {
			if _, err := sniffBytes(b[:n]); !errs.Is(err, errs.KindInvalid) {
				t.Fatalf("%s cut at %d of %d: error = %v", mediaType, n, len(b), err)
			}
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, b := range samples() {
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte("\xff\xd8\xff\xda\x00\x02\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		mediaType, err := sniffBytes(b)
		if err == nil && extensions(mediaType)[0] == ".bin" {
			t.Errorf("took a file as %q", mediaType)
		}
		if err != nil && errs.Of(err) == nil {
			t.Errorf("no words for the uploader: %v", err)
		}
	})
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, mediaType, want string }{
		{"vedlegg.pdf", PDF, "vedlegg.pdf"},
		{"Søknad Ærlig Ås.PDF", PDF, "Søknad Ærlig Ås.PDF"},
		{"bilde.jpeg", JPEG, "bilde.jpeg"},
		{"../../etc/passwd", PDF, "passwd.pdf"},
		{`C:\Users\kari\Dokument.pdf`, PDF, "Dokument.pdf"},
		{"faktura.exe", JPEG, "faktura.exe.jpg"},
		{"faktura.pdf.exe", PDF, "faktura.pdf.exe.pdf"},
		{"a\x00b\r\nSet-Cookie: x.pdf", PDF, "ab Set-Cookie_ x.pdf"},
		{"cv\u202efdp.exe", PDF, "cvfdp.exe.pdf"},
		{"", PNG, "document.png"},
		{"...", PNG, "document.png"},
		{".pdf", PDF, "document.pdf"},
		{"  to   ord .odt", ODT, "to ord.odt"},
		{`hva"<er>|dette?*.docx`, DOCX, "hva__er__dette__.docx"},
		{"\xff\xfe.pdf", PDF, "document.pdf"},
		{"A\u030arsplan.pdf", PDF, "Årsplan.pdf"},
		{strings.Repeat("å", 300) + ".xlsx", XLSX, strings.Repeat("å", 115) + ".xlsx"},
	} {
		if got := cleanName(c.name, c.mediaType); got != c.want {
			t.Errorf("cleanName(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\u202eb.pdf")
	f.Add(strings.Repeat("x", 400))
	f.Fuzz(func(t *testing.T, name string) {
		got := cleanName(name, PDF)
		if !strings.EqualFold(got[len(got)-4:], ".pdf") || len([]rune(got)) > maxName || len(got) < 5 {
			t.Errorf("cleanName(%q) = %q", name, got)
		}
		if strings.ContainsAny(got, "/\\\"") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("cleanName(%q) = %q", name, got)
		}
		if again := cleanName(got, PDF); again != got {
			t.Errorf("cleanName(%q) = %q, and of that %q", name, got, again)
		}
	})
}
