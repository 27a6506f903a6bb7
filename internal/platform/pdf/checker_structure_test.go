package pdf

import (
	"fmt"
	"slices"
	"strings"
)

// children says what may stand below what (ISO 32000-1, 14.8.4).
var children = map[string]string{
	"Document": "H1 H2 H3 P L Table Figure",
	"H1":       "", "H2": "", "H3": "",
	"P": "Link Span", "LBody": "Link Span", "TD": "Link Span", "TH": "Link Span",
	"Link": "", "Span": "", "Lbl": "", "Figure": "", "Caption": "",
	"L": "LI", "LI": "Lbl LBody", "Table": "Caption THead TBody", "THead": "TR", "TBody": "TR", "TR": "TH TD",
}

// tree is the state while the structure is read.
type tree struct {
	owner   []map[int]pdfRef // by page: MCID → element
	objr    map[pdfRef]pdfRef
	heading int
	columns int
	golden  strings.Builder
}

// checkStructure walks the structure tree and compares it with the content
// and with the parent tree.
func (in *inspector) checkStructure() *tree {
	root := in.dict(in.root()["StructTreeRoot"])
	t := &tree{objr: map[pdfRef]pdfRef{}}
	for range in.pages {
		t.owner = append(t.owner, map[int]pdfRef{})
	}
	top, ok := root["K"].(pdfRef)
	if !ok || in.dict(top)["S"] != pdfName("Document") {
		in.badf("structure does not begin with Document")
		return t
	}
	in.element(t, top, in.root()["StructTreeRoot"], 0)
	for i, marks := range in.marks {
		for id, tag := range marks {
			e, found := t.owner[i][id]
			if !found {
				in.badf("page %d: MCID %d is in no element", i, id)
				continue
			}
			in.want(fmt.Sprintf("page %d: tag of MCID %d", i, id), string(in.dict(e)["S"].(pdfName)), tag)
		}
	}
	in.checkParentTree(t, root)
	return t
}

func (in *inspector) element(t *tree, r pdfRef, parent any, depth int) {
	e := in.dict(r)
	in.want("parent", e["P"], parent)
	tag, _ := e["S"].(pdfName)
	allowed, known := children[string(tag)]
	if !known {
		in.badf("element %s", tag)
	}
	in.elementRules(t, r, string(tag), e)
	fmt.Fprintf(&t.golden, "%s%s%s\n", strings.Repeat("  ", depth), tag, in.attributes(e))
	kids, home := in.list(e["K"]), e["Pg"]
	if len(kids) == 0 && !slices.Contains([]string{"TD", "TH"}, string(tag)) {
		in.badf("empty element %s", tag)
	}
	for _, k := range kids {
		switch k := k.(type) {
		case float64:
			in.own(t, r, home, int(k))
		case pdfDict:
			in.kidDict(t, r, k)
		case pdfRef:
			kid, _ := in.dict(k)["S"].(pdfName)
			if !slices.Contains(strings.Fields(allowed), string(kid)) {
				in.badf("%s below %s", kid, tag)
			}
			in.element(t, k, r, depth+1)
		}
	}
}

// attributes is what the golden file shows besides the tag.
func (in *inspector) attributes(e pdfDict) string {
	out := ""
	for _, k := range []string{"Alt", "Lang"} {
		if e[k] != nil {
			out += fmt.Sprintf(" %s=%q", k, in.textOf(e[k]))
		}
	}
	a := in.dict(e["A"])
	for _, k := range []string{"Scope", "ListNumbering"} {
		if a[k] != nil {
			out += fmt.Sprintf(" %s=%s", k, a[k])
		}
	}
	return out
}

func (in *inspector) kidDict(t *tree, r pdfRef, k pdfDict) {
	switch k["Type"] {
	case pdfName("MCR"):
		id, _ := k["MCID"].(float64)
		in.own(t, r, k["Pg"], int(id))
	case pdfName("OBJR"):
		obj, _ := k["Obj"].(pdfRef)
		t.objr[obj] = r
	default:
		in.badf("kid %v", k)
	}
}

func (in *inspector) own(t *tree, r pdfRef, pg any, id int) {
	ref, _ := pg.(pdfRef)
	i := slices.Index(in.pageRefs, ref)
	if i < 0 {
		in.badf("content on no page")
		return
	}
	if _, twice := t.owner[i][id]; twice {
		in.badf("page %d: MCID %d is in two elements", i, id)
	}
	if _, is := in.marks[i][id]; !is {
		in.badf("page %d: MCID %d is not in the content", i, id)
	}
	t.owner[i][id] = r
}

// elementRules are the clauses about single elements (ISO 14289-1, 7.3–7.6, 7.18).
func (in *inspector) elementRules(t *tree, r pdfRef, tag string, e pdfDict) {
	a := in.dict(e["A"])
	switch tag {
	case "H1", "H2", "H3":
		level := int(tag[1] - '0')
		if level > t.heading+1 {
			in.badf("%s after level %d", tag, t.heading)
		}
		t.heading = level
	case "Figure":
		if in.textOf(e["Alt"]) == "" || len(in.list(a["BBox"])) != 4 {
			in.badf("figure without Alt or BBox")
		}
	case "TH":
		if s := a["Scope"]; a["O"] != pdfName("Table") || (s != pdfName("Row") && s != pdfName("Column")) {
			in.badf("TH without scope")
		}
	case "L":
		if a["ListNumbering"] == nil {
			in.badf("list without numbering")
		}
	case "Table":
		t.columns = 0
	case "TR":
		if n := len(in.list(e["K"])); t.columns == 0 {
			t.columns = n
		} else if n != t.columns {
			in.badf("row of %d cells in a table of %d columns", n, t.columns)
		}
	case "Link":
		if !slices.ContainsFunc(in.list(e["K"]), func(k any) bool { return in.dict(k)["Type"] == pdfName("OBJR") }) {
			in.badf("link %d without annotation", r)
		}
	}
}

// checkParentTree wants the way back from content to structure.
func (in *inspector) checkParentTree(t *tree, root pdfDict) {
	nums := in.list(in.dict(root["ParentTree"])["Nums"])
	back := map[int]any{}
	for i := 0; i+1 < len(nums); i += 2 {
		if i > 0 && nums[i].(float64) <= nums[i-2].(float64) {
			in.badf("parent tree is not in order")
		}
		back[int(nums[i].(float64))] = nums[i+1]
	}
	for i := range in.pages {
		list := in.list(back[i])
		in.want(fmt.Sprintf("page %d: parent tree", i), len(list), len(in.marks[i]))
		for id, e := range list {
			in.want(fmt.Sprintf("page %d: parent of MCID %d", i, id), e, t.owner[i][id])
		}
	}
	annots := in.checkAnnots(t, back)
	in.want("annotations in the structure", len(t.objr), annots)
	in.want("parent tree entries", len(back), len(in.pages)+annots)
	in.want("ParentTreeNextKey", root["ParentTreeNextKey"], float64(len(back)))
}

func (in *inspector) checkAnnots(t *tree, back map[int]any) int {
	n := 0
	for i, p := range in.pages {
		for _, a := range in.list(p["Annots"]) {
			n++
			d := in.dict(a)
			in.want("annotation flags", d["F"], 4.0)
			in.want("annotation page", d["P"], in.pageRefs[i])
			key, _ := d["StructParent"].(float64)
			in.want("parent of annotation", back[int(key)], t.objr[a.(pdfRef)])
			if in.textOf(d["Contents"]) == "" || in.textOf(in.dict(d["A"])["URI"]) == "" {
				in.badf("annotation without Contents or URI")
			}
			for j, v := range in.list(d["Rect"]) {
				if limit := []float64{pageWidth, pageHeight}[j%2]; v.(float64) < 0 || v.(float64) > limit {
					in.badf("annotation at %v", d["Rect"])
				}
			}
		}
	}
	return n
}
