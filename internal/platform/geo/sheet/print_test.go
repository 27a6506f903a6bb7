package sheet

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/i18n"
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

func ask(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
	return string(out)
}

func sheetOf(t *testing.T, m Map, b Block) []byte {
	t.Helper()
	data, err := m.PDF(b)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func onDisk(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents are the drawings of the pages, in order.
func contents(t *testing.T, data []byte) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(data, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // the metadata are not compressed
		}
		plain, err := io.ReadAll(z)
		if err == nil && bytes.Contains(plain, []byte(" BDC\n")) {
			out = append(out, string(plain))
		}
	}
	return out
}

const point = 72 / 25.4 // points in a millimetre

// A square of 10 m lies where the scale says, to a hundredth of a millimetre.
func TestPDF_drawsAtTheExactMillimetre(t *testing.T) {
	t.Parallel()
	for _, paper := range Papers() {
		for _, scale := range Scales() {
			m := square(t, Drawn{Geometry: rectangle(341050, 6397050, 10, 10)})
			m.Scale = scale
			b := plainBlock(t)
			b.Paper = paper
			_, pageHeight := paper.Size()
			w, h := paper.Frame()
			x, y, side := margin+w/2, margin+h/2, 10_000/float64(scale) // the box's middle is the frame's
			content := contents(t, sheetOf(t, m, b))[0]
			if side > math.Min(w, h)/2 {
				continue
			}
			corner := fmt.Sprintf("%.2f %.2f m\n%.2f %.2f l\n", x*point, (pageHeight-y)*point, (x+side)*point, (pageHeight-y)*point)
			if side > 0.2 && !found(content, x, pageHeight-y, side) {
				t.Errorf("%s at 1:%d lacks %q", paper, scale, corner)
			}
		}
	}
}

// found looks for a square path with its lower left corner at x, y, counted in
// millimetres from the page's lower left corner.
func found(content string, x, y, side float64) bool {
	path := regexp.MustCompile(`(?m)^(\S+) (\S+) m\n(\S+) (\S+) l\n(\S+) (\S+) l\n(\S+) (\S+) l\nh$`)
	want := [][2]float64{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}}
	for _, m := range path.FindAllStringSubmatch(content, -1) {
		hits := 0
		for i := range 4 {
			var px, py float64
			if _, err := fmt.Sscan(m[1+2*i], &px); err != nil {
				return false
			}
			if _, err := fmt.Sscan(m[2+2*i], &py); err != nil {
				return false
			}
			for _, c := range want {
				if math.Hypot(px/point-c[0], py/point-c[1]) < 0.01 {
					hits++
				}
			}
		}
		if hits == 4 {
			return true
		}
	}
	return false
}

// pixels is a drawn page.
type pixels struct {
	w, h int
	rgb  []byte
}

// draw has poppler draw the first page with so many pixels to a millimetre.
func draw(t *testing.T, data []byte, perMM int) pixels {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	ask(t, tool(t, "pdftoppm", "poppler-utils"), "-r", fmt.Sprint(25.4*float64(perMM)), "-aa", "no", "-aaVector", "no", "-singlefile", onDisk(t, data), prefix)
	raw, err := os.ReadFile(prefix + ".ppm")
	if err != nil {
		t.Fatal(err)
	}
	var w, h, most int
	if _, err := fmt.Sscanf(string(raw[:30]), "P6\n%d %d\n%d\n", &w, &h, &most); err != nil {
		t.Fatalf("ppm header: %v", err)
	}
	return pixels{w, h, raw[len(raw)-3*w*h:]}
}

// extent is the box around all pixels of a colour.
func (p pixels) extent(r, g, b byte) (x0, y0, x1, y1, n int) {
	x0, y0 = p.w, p.h
	for y := range p.h {
		for x := range p.w {
			if at := 3 * (y*p.w + x); p.rgb[at] == r && p.rgb[at+1] == g && p.rgb[at+2] == b {
				x0, y0, x1, y1, n = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1), n+1
			}
		}
	}
	return x0, y0, x1, y1, n
}

// Drawn by poppler at ten pixels a millimetre, 20 m at 1:500 are 40 mm.
func TestPDF_measuresRightWhenItIsDrawn(t *testing.T) {
	t.Parallel()
	st := Style{Name: "measured", Fill: "#ff00ff"}
	m := square(t, Drawn{Geometry: rectangle(341030, 6397040, 20, 10), Style: &st})
	m.Scale = 500
	x0, y0, x1, y1, n := draw(t, sheetOf(t, m, plainBlock(t)), 10).extent(255, 0, 255)
	w, h := A4.Frame()
	left, top := (margin+w/2-40)*10, (margin+h/2)*10
	if math.Abs(float64(x0)-left) > 1 || math.Abs(float64(y0)-top) > 1 {
		t.Errorf("the area begins at %d, %d, want %g, %g", x0, y0, left, top)
	}
	if math.Abs(float64(x1-x0-400)) > 1 || math.Abs(float64(y1-y0-200)) > 1 {
		t.Errorf("the area is %d × %d tenths of a millimetre, want 400 × 200", x1-x0, y1-y0)
	}
	if n < 75_000 {
		t.Errorf("only %d pixels are filled", n)
	}
}

func TestPDF_cutsAtTheFrame(t *testing.T) {
	t.Parallel()
	st := Style{Name: "all", Fill: "#ff00ff", Stroke: "#ff00ff", Width: 20, Hatch: Hatch{Color: "#ff00ff", Gap: 2}}
	line := Style{Name: "line", Stroke: "#ff00ff", Width: 30}
	m := square(t, Drawn{Geometry: rectangle(300000, 6300000, 100000, 200000), Style: &st},
		Drawn{Geometry: orb.LineString{{340000, 6396000}, {342000, 6398000}}, Style: &line})
	for _, paper := range Papers() {
		b := plainBlock(t)
		b.Paper = paper
		x0, y0, x1, y1, n := draw(t, sheetOf(t, m, b), 4).extent(255, 0, 255)
		w, h := paper.Frame()
		for _, pair := range [][2]float64{{float64(x0), margin * 4}, {float64(y0), margin * 4}, {float64(x1), (margin + w) * 4}, {float64(y1), (margin + h) * 4}} {
			if math.Abs(pair[0]-pair[1]) > 2 {
				t.Errorf("%s: the map reaches from %d, %d to %d, %d", paper, x0, y0, x1, y1)
				break
			}
		}
		if n < int(0.9*w*h*16) {
			t.Errorf("%s: only %d pixels are filled", paper, n)
		}
	}
}

func TestPDF_isReadByTools(t *testing.T) {
	t.Parallel()
	m, b := situation(t)
	for _, paper := range Papers() {
		b.Paper = paper
		path := onDisk(t, sheetOf(t, m, b))
		if out := ask(t, tool(t, "qpdf", "qpdf"), "--check", path); strings.Contains(out, "WARNING") {
			t.Error(out)
		}
		out := ask(t, tool(t, "pdfinfo", "poppler-utils"), "-struct-text", path)
		for _, want := range []string{
			"H1 (block)\n    \"Situasjonskart\"", "Figure:\n", "35/8", "Hestehovveien",
			"\"Målestokk: 1:500 på " + string(paper[:2]) + "\"", "\"Koordinatsystem: EUREF89 UTM sone 32 (EPSG:25832)\"",
			"\"Dato: 22. november 2026\"", "\"Laget av: Kari Nordmann\"",
			"H2 (block)\n    \"Tegnforklaring\"", "LBody (block)\n        \"Eiendomsgrense\"",
			"\"Eiendomsgrenser: Kartverket. Lisens: \"", "\"CC BY 4.0\"", "H2 (block)\n    \"Merk\"",
		} {
			if !strings.Contains(strings.ReplaceAll(out, "\u00a0", " "), want) {
				t.Errorf("%s: structure lacks %q", paper, want)
			}
		}
		if strings.Contains(out, "Syntax") || strings.Contains(out, "341\u00a0400") && strings.Contains(out, "Ø") && strings.Count(out, "Ø\u00a0341") > 0 {
			t.Errorf("%s: the structure holds errors or the frame's numbers:\n%s", paper, out)
		}
	}
}

// Preflight knows PDF/A-1b only; what part 2 changed is let through, as in the
// tests of letters.
func TestPDF_preflightFindsOnlyWhatPartTwoChanged(t *testing.T) {
	t.Parallel()
	var jars []string
	for _, name := range []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io"} {
		path := filepath.Join("/usr/share/java", name+".jar")
		if _, err := os.Stat(path); err != nil {
			missing(t, path, "libpdfbox2-java")
		}
		jars = append(jars, path)
	}
	cp, classes, home := strings.Join(jars, ":"), t.TempDir(), filepath.Join("..", "..", "pdf", "testdata", "preflight")
	ask(t, tool(t, "javac", "default-jdk-headless"), "-encoding", "UTF-8", "-cp", cp, "-d", classes, "-sourcepath", home,
		filepath.Join(home, "Preflight.java"), filepath.Join(home, "javax/xml/bind/DatatypeConverter.java"), filepath.Join(home, "javax/activation/FileDataSource.java"))
	m, b := situation(t)
	out := ask(t, tool(t, "java", "default-jdk-headless"), "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", classes+":"+cp, "Preflight", onDisk(t, sheetOf(t, m, b)))
	findings := 0
	for _, f := range regexp.MustCompile(`(?m)^FINDING (\S+) (.*)$`).FindAllStringSubmatch(out, -1) {
		findings++
		if !strings.HasSuffix(f[2], "The CIDSet entry is missing for the Composite Subset") && !strings.HasSuffix(f[2], "part must be 1") {
			t.Errorf("finding %s", f[0])
		}
	}
	if findings < 2 || !strings.Contains(out, "Situasjonskart") {
		t.Errorf("preflight did not look:\n%s", out)
	}
}

func TestPDF_isDeterministic(t *testing.T) {
	t.Parallel()
	m, b := situation(t)
	if !bytes.Equal(sheetOf(t, m, b), sheetOf(t, m, b)) {
		t.Error("the same map gave two different sheets")
	}
}

// pageText is what poppler reads from the pages.
func pageText(t *testing.T, data []byte) string {
	t.Helper()
	return strings.ReplaceAll(ask(t, tool(t, "pdftotext", "poppler-utils"), "-layout", onDisk(t, data), "-"), "\u00a0", " ")
}

func TestPDF_speaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang][]string{
		i18n.NB: {"Målestokk: 1:1000 på A4", "Koordinatsystem", "Dato: 22. november 2026", "Ø 341 050", "50 m"},
		i18n.NN: {"Målestokk: 1:1000 på A4", "Koordinatsystem", "Dato: 22. november 2026", "A 341 050"},
		i18n.EN: {"Scale: 1:1000 on A4", "Coordinate system", "Date: 22 November 2026", "E 341 050"},
	} {
		b := plainBlock(t)
		bundle := i18n.New()
		if err := bundle.Load("geo_sheet", Messages()); err != nil {
			t.Fatal(err)
		}
		b.Words = bundle.For(lang)
		text := pageText(t, sheetOf(t, square(t), b))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the sheet lacks %q:\n%s", lang, w, text)
			}
		}
		if strings.Contains(text, "geo_sheet") {
			t.Errorf("%s: a text is missing:\n%s", lang, text)
		}
	}
}

func TestPDF_legendTellsWhatIsSeen(t *testing.T) {
	t.Parallel()
	housing, green := Purpose("1110"), Purpose("3040")
	m := square(t,
		Drawn{Geometry: rectangle(341010, 6397010, 10, 10), Style: &housing, Means: "Boliger"},
		Drawn{Geometry: rectangle(341030, 6397010, 10, 10), Style: &housing, Means: "Boliger"},
		Drawn{Geometry: rectangle(349000, 6397010, 10, 10), Style: &green, Means: "Friområde"})
	m.Layers[0].Attribution, m.Layers[0].Licence = "Torgøy kommune", "NLOD 2.0"
	m.Layers[0].Legend = []Entry{{housing, "Boliger"}, {Proposed(), "Tiltak"}, {housing, "Bolig, gammelt navn"}}
	far := Layer{Name: "far", Title: "Fjernt lag", Attribution: "Noen andre", Style: green, Features: []Drawn{{Geometry: orb.Point{0, 0}}}}
	m.Layers = append(m.Layers, far)
	text := pageText(t, sheetOf(t, m, plainBlock(t)))
	for what, want := range map[string]int{
		"Tegnforklaring": 1, "Boliger": 1, "Bolig, gammelt navn": 1, "Friområde": 0, "Tiltak": 0, "Fjernt lag": 0, "Noen andre": 0,
		"Lag: Torgøy kommune. Lisens: NLOD 2.0.": 1,
	} {
		if n := strings.Count(text, what); n != want {
			t.Errorf("%q stands %d times, want %d:\n%s", what, n, want, text)
		}
	}
}

// Nothing is left out: what does not fit beside the map stands on further pages.
func TestPDF_goesOnOnFurtherPages(t *testing.T) {
	t.Parallel()
	for _, paper := range Papers() {
		m, b := square(t), plainBlock(t)
		b.Paper = paper
		var want []string
		for i := range 90 {
			st := Style{Name: fmt.Sprintf("s%d", i), Fill: Color(fmt.Sprintf("#%06x", 1000*i))}
			means := fmt.Sprintf("Formål nummer %d.", i)
			m.Layers[0].Features = append(m.Layers[0].Features, Drawn{Geometry: rectangle(341000+float64(i), 6397000, 1, 1), Style: &st, Means: means})
			note := fmt.Sprintf("Merknad nummer %d.", i)
			b.Notes = append(b.Notes, note+" "+strings.Repeat("Mer om dette. ", i%9))
			b.Facts = append(b.Facts, Fact{"Avstand", fmt.Sprintf("nummer %d.", i)})
			want = append(want, means, note, fmt.Sprintf("Avstand: nummer %d.", i))
		}
		b.Notes = append(b.Notes, strings.Repeat("langtord ", 160))
		data := sheetOf(t, m, b)
		if n := len(contents(t, data)); n < 2 || n > 9 {
			t.Errorf("%s: %d pages", paper, n)
		}
		text := strings.Join(strings.Fields(ask(t, tool(t, "pdftotext", "poppler-utils"), "-raw", onDisk(t, data), "-")), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is missing", paper, w)
			}
		}
		if n := strings.Count(text, "langtord"); n != 160 {
			t.Errorf("%s: %d of 160 words", paper, n)
		}
	}
}

func TestPDF_takesALargeMap(t *testing.T) {
	t.Parallel()
	m, b := situation(t)
	m.Layers = townLayers(t, "sea", "land", "properties", "roads", "buildings", "addresses", "pipes", "plan_zones", "plan_cautions")
	m.Scale = 20_000
	b.Paper = A3
	if n := len(sheetOf(t, m, b)); n > 3<<20 {
		t.Errorf("the whole town takes %d bytes", n)
	}
	long := make(orb.LineString, 1_500_000)
	for i := range long {
		sin, cos := math.Sincos(float64(i))
		long[i] = orb.Point{341050 + 40*sin, 6397050 + 40*cos}
	}
	big := square(t, Drawn{Geometry: long})
	_, err := big.PDF(plainBlock(t))
	if err != nil {
		refused(t, err, "geo_sheet.too_many_points")
	}
}

func TestPDF_refusesHatchingWithoutEnd(t *testing.T) {
	t.Parallel()
	st := Caution("H320")
	st.Hatch.Gap = 0.01
	m := square(t)
	for range 400 {
		m.Layers[0].Features = append(m.Layers[0].Features, Drawn{Geometry: rectangle(340000, 6396000, 2000, 2000), Style: &st})
	}
	_, err := m.PDF(plainBlock(t))
	refused(t, err, "geo_sheet.too_much_hatching")
}
