package pdf

import (
	"bytes"
	"testing"
)

func TestStr_isReadBack(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "Hei", "(a) \\ b)", "æøå", "Čáhppesgeaidnu", "😀", "a\nb", "\xff\xfe"} {
		v, err := (&lexer{b: []byte(str(s))}).value()
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if got, want := v.(pdfString).text(), string([]rune(s)); got != want {
			t.Errorf("%q is read back as %q", want, got)
		}
	}
}

func TestNum_writesPlainNumbers(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]string{
		0: "0", 1: "1", -1.5: "-1.5", 0.004: "0", -0.001: "0", 595.2756: "595.28", 1e9: "1000000000", 10: "10", 100.10: "100.1",
	} {
		if got := num(in); got != want {
			t.Errorf("num(%v) = %q, want %q", in, got, want)
		}
	}
}

func TestFile_writesAReadableFile(t *testing.T) {
	t.Parallel()
	f := &file{}
	later := f.reserve()
	stream, err := f.addStream("/Kind /Test", bytes.Repeat([]byte("abc"), 1000))
	if err != nil {
		t.Fatal(err)
	}
	raw := f.addRaw("", []byte("endstream\nendobj"))
	f.put(later, "<</S "+stream.String()+" /R "+raw.String()+">>")
	var b bytes.Buffer
	if err := f.writeTo(&b, later, f.add("<<>>")); err != nil {
		t.Fatal(err)
	}
	p, err := parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	s, ok := p.get(p.root()["S"]).(pdfStream)
	if !ok || len(s.data) != 3000 || s.dict["Kind"] != pdfName("Test") {
		t.Errorf("stream %v", s.dict)
	}
	if r, ok := p.get(p.root()["R"]).(pdfStream); !ok || string(r.data) != "endstream\nendobj" {
		t.Errorf("raw stream %q", r.data)
	}
}
