package demo

import (
	"bytes"
	"fmt"
)

// drawing is a made-up drawing as a PDF of one page: a house in a plot, seen as
// the number says, so that no two are the same. The name stands nowhere on it.
func drawing(name string, number int) []byte {
	var strokes bytes.Buffer
	fmt.Fprintf(&strokes, "%% %x\n2 w 60 60 475 720 re S\n", name)
	for i := range 3 + number {
		fmt.Fprintf(&strokes, "%d %d %d %d re S\n", 120+30*i, 160+60*i, 300-40*i, 200-25*i)
	}
	fmt.Fprint(&strokes, "120 600 m 297 720 l 475 600 l s\n")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", strokes.Len(), strokes.String()),
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, 0, len(objects))
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}
