package pdf

import (
	"bytes"
	"strings"
	"testing"
)

// damage changes a written file before it is read again, keeping its length.
func damage(tb testing.TB, data []byte, from, to string) []byte {
	tb.Helper()
	if len(from) != len(to) {
		tb.Fatalf("%q and %q differ in length", from, to)
	}
	if !bytes.Contains(data, []byte(from)) {
		tb.Fatalf("%q is not in the file", from)
	}
	return bytes.Replace(data, []byte(from), []byte(to), 1)
}

// The checks are worth something only if they see what is wrong.
func TestInspect_findsDamage(t *testing.T) {
	t.Parallel()
	data := written(t, sample(t))
	for name, tt := range map[string]struct{ from, to, want string }{
		"no alternative text":    {"/Alt ", "/Xlt ", "figure without Alt"},
		"no scope":               {"/Scope /Column", "/Scope /Colomn", "TH without scope"},
		"not marked":             {"/Marked true", "/Marked null", "Marked"},
		"no title shown":         {"/DisplayDocTitle true", "/DisplayDocTitel true", "DisplayDocTitle"},
		"wrong tag":              {"/S /LBody", "/S /LBodi", "element LBodi"},
		"level skipped":          {"/S /H2", "/S /H3", "H3 after level 1"},
		"content lost":           {"/K [0]", "/K [9]", "MCID 0 is in no element"},
		"annotation not printed": {"/F 4", "/F 0", "annotation flags"},
		"no description":         {"/Contents (", "/Xontents (", "annotation without Contents"},
		"no tab order":           {"/Tabs /S", "/Tabs /R", "Tabs"},
		"transparency":           {"/BitsPerComponent 8", "/SMask 8           ", "key SMask"},
		"part 3":                 {"<pdfaid:part>2", "<pdfaid:part>3", "pdfaid"},
		"other title":            {">Vedtak om", ">Avslag om", "Title"},
		"broken xmp":             {"</rdf:RDF>", "</rdf:RDX>", "xmp"},
		"undeclared schema":      {"<pdfaSchema:namespaceURI>http", "<pdfaSchema:namespaceURI>hxxp", "not declared"},
		"no number":              {"/ListNumbering", "/LustNumbering", "list without numbering"},
		"moved object":           {"\n5 0 obj", "\n6 0 obj", "object 5"},
		"no intent":              {"/GTS_PDFA1", "/GTS_PDFX1", "S is"},
		"font not embedded":      {"/FontFile2", "/FontFile9", "is not embedded"},
		"codes in other order":   {"/Identity-H", "/Identity-V", "Encoding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := inspect(damage(t, data, tt.from, tt.to))
			if !strings.Contains(strings.Join(problems, "\n"), tt.want) {
				t.Errorf("problems %q, want one with %q", problems, tt.want)
			}
		})
	}
}

func TestInspect_findsUnmarkedContent(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ content, want string }{
		"unmarked text":  {"BT /F0 9 Tf 1 1 Td <0001> Tj ET\n", "text outside marked content"},
		"unmarked rule":  {"0 0 1 1 re f\n", "re outside marked content"},
		"open mark":      {"/P <</MCID 0>> BDC\n", "ends inside marked content"},
		"nested":         {"/P <</MCID 0>> BDC /P <</MCID 1>> BDC EMC EMC\n", "nested"},
		"number twice":   {"/P <</MCID 0>> BDC EMC /P <</MCID 0>> BDC EMC\n", "out of order"},
		"no number":      {"/P <<>> BDC EMC\n", "P with MCID false"},
		"other operator": {"/Fm0 gs\n", "operator gs"},
		"notdef":         {"/" + artifactTag + " <<>> BDC BT /F0 9 Tf <0000> Tj ET EMC\n", "code 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, _ := inspect(written(t, plain(P("a"))))
			in.problems, in.marks = nil, []map[int]string{{}}
			in.checkContent(0, []byte(tt.content))
			in.checkFonts()
			if !strings.Contains(strings.Join(in.problems, "\n"), tt.want) {
				t.Errorf("problems %q, want one with %q", in.problems, tt.want)
			}
		})
	}
}
