package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// producer is named in the metadata as the program that wrote the file.
const producer = "Torg"

// meta is what the Info dictionary and the XMP packet both say; PDF/A asks
// that they agree (ISO 19005-2, 6.6.3).
type meta struct{ title, author, subject, lang, date, xmpDate string }

func (d *Document) meta() meta {
	t := d.Created.UTC()
	return meta{
		title: oneLine(d.Title), author: oneLine(d.Author), subject: oneLine(d.Subject), lang: d.Lang,
		date: t.Format("D:20060102150405+00'00'"), xmpDate: t.Format("2006-01-02T15:04:05Z"),
	}
}

// info is the Info dictionary.
func (m meta) info() string {
	var b strings.Builder
	b.WriteString("<</Title " + str(m.title))
	if m.author != "" {
		b.WriteString(" /Author " + str(m.author))
	}
	if m.subject != "" {
		b.WriteString(" /Subject " + str(m.subject))
	}
	fmt.Fprintf(&b, " /Creator %s /Producer %s /CreationDate %s /ModDate %s>>",
		str(producer), str(producer), str(m.date), str(m.date))
	return b.String()
}

// xmp is the metadata packet (ISO 16684-1) with the PDF/A and PDF/UA
// identification, and the extension schema that declares the latter
// (ISO 19005-2, 6.6.2.3).
func (m meta) xmp() []byte {
	var b strings.Builder
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n" +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"` +
		` xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` + "\n")
	b.WriteString(property("dc:format", "application/pdf"))
	b.WriteString(array("dc:title", "Alt", ` xml:lang="x-default"`, m.title))
	if m.author != "" {
		b.WriteString(array("dc:creator", "Seq", "", m.author))
	}
	if m.subject != "" {
		b.WriteString(array("dc:description", "Alt", ` xml:lang="x-default"`, m.subject))
	}
	b.WriteString(array("dc:language", "Bag", "", m.lang))
	for _, p := range [][2]string{
		{"xmp:CreatorTool", producer},
		{"xmp:CreateDate", m.xmpDate},
		{"xmp:ModifyDate", m.xmpDate},
		{"xmp:MetadataDate", m.xmpDate},
		{"pdf:Producer", producer},
		{"pdfaid:part", "2"},
		{"pdfaid:conformance", "A"},
		{"pdfuaid:part", "1"},
	} {
		b.WriteString(property(p[0], p[1]))
	}
	b.WriteString("</rdf:Description>\n" + extensionSchema() + "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return []byte(b.String())
}

func property(name, value string) string {
	return "<" + name + ">" + escape(value) + "</" + name + ">\n"
}

func array(name, kind, attr, value string) string {
	return fmt.Sprintf("<%s><rdf:%s><rdf:li%s>%s</rdf:li></rdf:%s></%s>\n", name, kind, attr, escape(value), kind, name)
}

func escape(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a bytes.Buffer does not fail
	}
	return b.String()
}

// extensionSchema declares pdfuaid, which is not among PDF/A's own schemas.
func extensionSchema() string {
	return `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"` +
		` xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">` + "\n" +
		`<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">` + "\n" +
		property("pdfaSchema:schema", "PDF/UA identification schema") +
		property("pdfaSchema:namespaceURI", "http://www.aiim.org/pdfua/ns/id/") +
		property("pdfaSchema:prefix", "pdfuaid") +
		`<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">` + "\n" +
		property("pdfaProperty:name", "part") +
		property("pdfaProperty:valueType", "Integer") +
		property("pdfaProperty:category", "internal") +
		property("pdfaProperty:description", "Part of ISO 14289 that the file follows") +
		"</rdf:li></rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n"
}
