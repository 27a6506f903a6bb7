package pdf

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tool finds a program. Without it the test is skipped, but fails in CI, where
// a check that does not run is a check that is lost.
func tool(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name, pkg)
	}
	return path
}

func missing(t *testing.T, what, pkg string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; install the Debian package %s", what, pkg)
	}
	t.Skipf("%s is missing (Debian package %s)", what, pkg)
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
	return string(out)
}

// onDisk writes the sample letter to a file.
func onDisk(t *testing.T) string {
	t.Helper()
	return fileOf(t, written(t, sample(t)))
}

func fileOf(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTools_qpdfFindsNoError(t *testing.T) {
	t.Parallel()
	out := run(t, tool(t, "qpdf", "qpdf"), "--check", onDisk(t))
	if !strings.Contains(out, "No syntax or stream encoding errors found") || strings.Contains(out, "WARNING") {
		t.Error(out)
	}
}

func TestTools_popplerReadsStructureAndFonts(t *testing.T) {
	t.Parallel()
	path := onDisk(t)
	out := run(t, tool(t, "pdfinfo", "poppler-utils"), "-struct-text", path)
	for _, want := range []string{
		"H1 (block)\n    \"Vedtak om støtte til praktisk bistand\"",
		"/Scope /Row\n          \"Personlig stell\"",
		"Link (inline)\n",
		"Lbl (block)\n        \"1.\"",
		"\"Don sáhtát maiddái oažžut dán reivve davvisámegillii.",
		"Máret Åse Ŋiillas-Sørbø Fjordveien 17 B 9730 KARASJOK",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("structure lacks %q", want)
		}
	}
	if strings.Contains(out, "Side 1") || strings.Contains(out, "Syntax") {
		t.Errorf("structure holds artefacts or errors:\n%s", out)
	}
	for l := range strings.Lines(run(t, tool(t, "pdffonts", "poppler-utils"), path)) {
		if strings.Contains(l, "TrueType") && !strings.Contains(l, "yes yes yes") {
			t.Errorf("font is not embedded, subset and with Unicode: %s", l)
		}
	}
}

// jars are what Preflight needs, as Debian installs them.
func jars(t *testing.T) string {
	t.Helper()
	var list []string
	for _, name := range []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io"} {
		path := filepath.Join("/usr/share/java", name+".jar")
		if _, err := os.Stat(path); err != nil {
			missing(t, path, "libpdfbox2-java")
		}
		list = append(list, path)
	}
	return strings.Join(list, ":")
}

var finding = regexp.MustCompile(`(?m)^FINDING (\S+) (.*)$`)

// preflight compiles the program that asks PDFBox.
func preflight(t *testing.T) func(path string) string {
	t.Helper()
	javac, java, cp, classes := tool(t, "javac", "default-jdk-headless"), tool(t, "java", "default-jdk-headless"), jars(t), t.TempDir()
	run(t, javac, "-encoding", "UTF-8", "-cp", cp, "-d", classes, "-sourcepath", "testdata/preflight",
		"testdata/preflight/Preflight.java", "testdata/preflight/javax/xml/bind/DatatypeConverter.java", "testdata/preflight/javax/activation/FileDataSource.java")
	return func(path string) string {
		return run(t, java, "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", classes+":"+cp, "Preflight", path)
	}
}

// Preflight knows PDF/A-1b only. Our files differ from it in two things that
// PDF/A-2 changed: the part number, and CIDSet, which is no longer asked for
// (ISO 19005-2, 6.2.11.4.2). Everything else must hold.
func TestTools_preflightFindsOnlyWhatPartTwoChanged(t *testing.T) {
	t.Parallel()
	ask := preflight(t)
	for name, tt := range map[string]struct {
		data  []byte
		fonts int
		texts []string
	}{
		"letter": {written(t, sample(t)), 3, []string{
			"Đoarkká Hætta", "Besøksadresse: Čáhppesgeaidnu 4", "Måltider og husarbeid 4 4", "Side 2 av 2",
		}},
		"drawing": {drawn(t, sampleDrawing), 2, []string{"Kart over Bakken 2", "Målestokk 1:500", "Bakken"}},
	} {
		out := ask(fileOf(t, tt.data))
		got := map[string]int{}
		for _, m := range finding.FindAllStringSubmatch(out, -1) {
			switch {
			case m[1] == "3.1.11" && strings.HasSuffix(m[2], "The CIDSet entry is missing for the Composite Subset"):
				got["no CIDSet"]++
			case m[1] == "7.11.2" && strings.HasSuffix(m[2], "part must be 1"):
				got["part 2"]++
			default:
				t.Errorf("%s: finding %s", name, m[0])
			}
		}
		if diff := cmp.Diff(map[string]int{"no CIDSet": tt.fonts, "part 2": 1}, got); diff != "" {
			t.Errorf("%s: expected findings (-want +got):\n%s", name, diff)
		}
		for _, want := range tt.texts {
			if !strings.Contains(out, want) {
				t.Errorf("%s: text lacks %q", name, want)
			}
		}
	}
}

// The page is drawn and compared with where ink has to be and where not.
func TestTools_popplerDrawsThePage(t *testing.T) {
	t.Parallel()
	prefix := filepath.Join(t.TempDir(), "page")
	run(t, tool(t, "pdftoppm", "poppler-utils"), "-r", "72", "-gray", onDisk(t), prefix)
	for _, name := range []string{prefix + "-1.pgm", prefix + "-2.pgm"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var w, h, most int
		if _, err := fmt.Sscanf(string(data), "P5\n%d %d\n%d\n", &w, &h, &most); err != nil {
			t.Fatalf("pgm header: %v", err)
		}
		p := picturePGM{w, data[len(data)-w*h:]}
		if p.ink(0, 0, w, 30)+p.ink(0, 820, w, h)+p.ink(0, 0, 65, h)+p.ink(530, 0, w, h) > 0 {
			t.Errorf("%s: ink in the margins", filepath.Base(name))
		}
		if p.ink(71, 100, 525, 780) < 2000 {
			t.Errorf("%s: hardly any ink", filepath.Base(name))
		}
	}
}

// picturePGM is a gray picture.
type picturePGM struct {
	w      int
	pixels []byte
}

// ink counts dark pixels in a rectangle.
func (p picturePGM) ink(x0, y0, x1, y1 int) int {
	n := 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if p.pixels[p.w*y+x] < 200 {
				n++
			}
		}
	}
	return n
}
