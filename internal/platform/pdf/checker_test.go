package pdf

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// inspector checks a file against the clauses of ISO 19005-2 (level A) and
// ISO 14289-1 that a letter touches, and collects what is wrong.
type inspector struct {
	*parsed
	problems []string
	pages    []pdfDict
	pageRefs []pdfRef
	used     map[pdfName]map[uint16]bool // codes shown, by font resource
	marks    []map[int]string            // by page: MCID → tag
}

// inspect returns what is wrong with a file, nothing if all is well.
func inspect(data []byte) (*inspector, []string) {
	p, err := parse(data)
	if err != nil {
		return nil, []string{"parse: " + err.Error()}
	}
	in := &inspector{parsed: p, used: map[pdfName]map[uint16]bool{}}
	in.checkReach()
	in.checkForbidden()
	in.checkCatalog()
	in.checkIntent()
	in.checkMetadata()
	in.checkPages()
	in.checkFonts()
	in.checkStructure()
	return in, in.problems
}

func (in *inspector) badf(format string, args ...any) {
	in.problems = append(in.problems, fmt.Sprintf(format, args...))
}

func (in *inspector) want(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		in.badf("%s is %v, want %v", what, got, want)
	}
}

// walk visits every value that can be reached.
func (in *inspector) walk(v any, seen map[pdfRef]bool, visit func(any)) {
	visit(v)
	switch x := v.(type) {
	case pdfRef:
		if in.objects[x] == nil {
			in.badf("reference to missing object %d", x)
		}
		if !seen[x] {
			seen[x] = true
			in.walk(in.objects[x], seen, visit)
		}
	case pdfDict:
		for _, e := range x {
			in.walk(e, seen, visit)
		}
	case pdfStream:
		in.walk(x.dict, seen, visit)
	case []any:
		for _, e := range x {
			in.walk(e, seen, visit)
		}
	}
}

func (in *inspector) checkReach() {
	seen := map[pdfRef]bool{}
	in.walk(in.trailer, seen, func(any) {})
	for r := range in.objects {
		if !seen[r] {
			in.badf("object %d is not reachable", r)
		}
	}
	id := in.list(in.trailer["ID"])
	if len(id) != 2 || id[0] != id[1] || len(id[0].(pdfString)) != 16 {
		in.badf("trailer ID %v", id)
	}
}

// checkForbidden looks for what PDF/A does not allow (ISO 19005-2, 6.1.3,
// 6.2.8, 6.5, 6.6) and for transparency, which this writer does not use.
func (in *inspector) checkForbidden() {
	keys := []string{
		"Encrypt", "AA", "OpenAction", "JS", "JavaScript", "EmbeddedFiles", "EF", "SMask", "Mask", "Group", "CA", "ca", "BM",
		"ExtGState", "Alternates", "OPI", "PS", "XFA", "NeedsRendering", "OCProperties", "Requirements", "F", "Interpolate",
	}
	in.walk(in.trailer, map[pdfRef]bool{}, func(v any) {
		d, ok := v.(pdfDict)
		if !ok {
			if s, isString := v.(pdfString); isString && len(s) > 32767 {
				in.badf("string of %d bytes", len(s))
			}
			return
		}
		for _, k := range keys {
			if _, has := d[k]; has && (k != "F" || d["Subtype"] != pdfName("Link")) {
				in.badf("key %s", k)
			}
		}
		if d["Filter"] != nil && d["Filter"] != pdfName("FlateDecode") && d["Filter"] != pdfName("DCTDecode") {
			in.badf("filter %v", d["Filter"])
		}
	})
}

func (in *inspector) checkCatalog() {
	r := in.root()
	in.want("Type", r["Type"], pdfName("Catalog"))
	in.want("Marked", in.dict(r["MarkInfo"])["Marked"], true)
	in.want("DisplayDocTitle", in.dict(r["ViewerPreferences"])["DisplayDocTitle"], true)
	if in.textOf(r["Lang"]) == "" {
		in.badf("no Lang")
	}
}

// checkIntent wants one sRGB output intent with a sound profile (6.2.3).
func (in *inspector) checkIntent() {
	intents := in.list(in.root()["OutputIntents"])
	if len(intents) != 1 {
		in.badf("%d output intents", len(intents))
		return
	}
	d := in.dict(intents[0])
	in.want("S", d["S"], pdfName("GTS_PDFA1"))
	icc, ok := in.get(d["DestOutputProfile"]).(pdfStream)
	if !ok || len(icc.data) < 128 {
		in.badf("no profile")
		return
	}
	in.want("N", icc.dict["N"], 3.0)
	in.want("profile size", int(binary.BigEndian.Uint32(icc.data)), len(icc.data))
	in.want("profile", string(icc.data[12:20])+string(icc.data[36:40]), "mntrRGB acsp")
}

// xmpValues reads the packet: the text of each leaf by its name.
func xmpValues(b []byte) (map[string]string, error) {
	out := map[string]string{}
	dec := xml.NewDecoder(bytes.NewReader(b))
	var path []string
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Space+" "+t.Name.Local)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if text := string(t); strings.TrimSpace(text) != "" {
				at := slices.IndexFunc(path, func(s string) bool { return strings.HasSuffix(s, "Description") })
				out[path[at+1]] += text
			}
		}
	}
}

// checkMetadata compares XMP with the Info dictionary (6.6.3) and reads the
// identification of both standards.
func (in *inspector) checkMetadata() {
	m, ok := in.get(in.root()["Metadata"]).(pdfStream)
	if !ok || m.dict["Filter"] != nil {
		in.badf("no readable metadata")
		return
	}
	v, err := xmpValues(m.data)
	if err != nil {
		in.badf("xmp: %v", err)
		return
	}
	const dc, xmp, ns = "http://purl.org/dc/elements/1.1/ ", "http://ns.adobe.com/xap/1.0/ ", "http://www.aiim.org/"
	in.want("pdfaid", v[ns+"pdfa/ns/id/ part"]+v[ns+"pdfa/ns/id/ conformance"], "2A")
	in.want("pdfuaid", v[ns+"pdfua/ns/id/ part"], "1")
	if !strings.Contains(v[ns+"pdfa/ns/extension/ schemas"], ns+"pdfua/ns/id/") {
		in.badf("pdfuaid is not declared")
	}
	info := in.dict(in.trailer["Info"])
	for key, name := range map[string]string{
		"Title": dc + "title", "Author": dc + "creator", "Subject": dc + "description",
		"Creator": xmp + "CreatorTool", "Producer": "http://ns.adobe.com/pdf/1.3/ Producer",
	} {
		in.want(key, v[name], in.textOf(info[key]))
	}
	if v[dc+"title"] == "" {
		in.badf("no title")
	}
	for key, name := range map[string]string{"CreationDate": "CreateDate", "ModDate": "ModifyDate"} {
		flat := strings.NewReplacer("-", "", "T", "", ":", "", "Z", "+00'00'").Replace(v[xmp+name])
		in.want(key, in.textOf(info[key]), "D:"+flat)
	}
}
