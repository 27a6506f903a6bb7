package pdf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPage_makesOneSequenceOfContentInARow(t *testing.T) {
	t.Parallel()
	root := &elem{tag: "Document"}
	a, b := root.child("P", ""), root.child("H1", "")
	p := &page{}
	p.begin(a)
	p.rect(0, 0, 1, 1, rgb{})
	p.begin(a)
	p.begin(b)
	p.artefact(footerArtefact)
	p.begin(a)
	p.end()
	p.end()
	want := "/P <</MCID 0>> BDC\n0 0 0 rg 0 840.89 1 1 re f\nEMC\n" +
		"/H1 <</MCID 1>> BDC\nEMC\n" +
		"/" + artifactTag + " <</Type /Pagination /Subtype /Footer>> BDC\nEMC\n" +
		"/P <</MCID 2>> BDC\nEMC\n"
	if diff := cmp.Diff(want, p.buf.String()); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	if len(p.owners) != 3 || p.owners[0] != a || p.owners[1] != b || p.owners[2] != a || len(a.kids) != 2 {
		t.Errorf("owners %v, kids of P %v", p.owners, a.kids)
	}
}

// An element whose content runs over a page break names the other page.
func TestElem_namesThePageOfEachPart(t *testing.T) {
	t.Parallel()
	f := &file{}
	first, second := &page{obj: f.reserve()}, &page{obj: f.reserve()}
	root := &elem{tag: "Document"}
	p := root.child("P", "/Lang (se)")
	first.begin(p)
	second.begin(p)
	link := p.child("Link", "")
	second.link(&style{link: "https://a.example", linkAlt: "A (b)"}, link, 10, 20, 30, 40)
	writeStructure(f, root, []*page{first, second})
	second.annots[0].write(f)
	got := map[string]string{"P": string(f.bodies[p.obj-1]), "annotation": string(f.bodies[second.annots[0].obj-1])}
	want := map[string]string{
		"P": "<</Type /StructElem /S /P /P 4 0 R /Pg 1 0 R /K [0 <</Type /MCR /Pg 2 0 R /MCID 0>> 6 0 R] /Lang (se)>>",
		"annotation": "<</Type /Annot /Subtype /Link /Rect [10 781.89 40 821.89] /Border [0 0 0] /F 4 /P 2 0 R /StructParent 2" +
			` /Contents (A \(b\)) /A <</Type /Action /S /URI /URI (https://a.example)>>>>`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func TestOwner_makesAnElementOnlyWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	p := &elem{tag: "P"}
	plainStyle, link, lang := &style{}, &style{link: "https://a.example", lang: "en"}, &style{lang: "se"}
	if owner(p, plainStyle) != p || owner(nil, link) != nil {
		t.Error("plain text or an artefact got an element of its own")
	}
	l := owner(p, link)
	if l.tag != "Link" || l.entries != "/Lang (en)" || owner(p, link) != l {
		t.Errorf("link element %+v", l)
	}
	if s := owner(p, lang); s.tag != "Span" || s.entries != "/Lang (se)" {
		t.Errorf("span element %+v", s)
	}
	if len(p.kids) != 2 {
		t.Errorf("%d elements, want 2", len(p.kids))
	}
}

func TestXmp_escapesWhatXMLMeans(t *testing.T) {
	t.Parallel()
	m := meta{title: `<Vedtak> & "klage"`, lang: "nb-NO", xmpDate: "2026-11-21T09:30:00Z"}
	v, err := xmpValues(m.xmp())
	if err != nil {
		t.Fatal(err)
	}
	if got := v["http://purl.org/dc/elements/1.1/ title"]; got != m.title {
		t.Errorf("title %q, want %q", got, m.title)
	}
	if _, has := v["http://purl.org/dc/elements/1.1/ creator"]; has {
		t.Error("an empty author is written")
	}
	if got := v["http://purl.org/dc/elements/1.1/ language"]; got != "nb-NO" {
		t.Errorf("language %q", got)
	}
	if !strings.HasSuffix(string(m.xmp()), `<?xpacket end="w"?>`) {
		t.Error("the packet is not closed")
	}
}
