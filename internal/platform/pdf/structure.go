package pdf

import (
	"fmt"
	"strconv"
	"strings"
)

// elem is a structure element (ISO 32000-1, 14.7.2).
type elem struct {
	tag     string
	parent  *elem
	entries string // further dictionary entries: /Alt, /Lang, /A
	kids    []kid
	obj     ref
}

// kid is one of: a structure element, a marked-content sequence, an annotation.
type kid struct {
	elem  *elem
	page  *page
	mcid  int
	annot *annotation
}

// annotation is a link on a page.
type annotation struct {
	rect     [4]float64
	uri, alt string
	owner    *elem
	page     *page
	obj      ref
	key      int // in the parent tree
}

// child appends an element.
func (e *elem) child(tag, entries string) *elem {
	c := &elem{tag: tag, parent: e, entries: entries}
	e.kids = append(e.kids, kid{elem: c})
	return c
}

// number gives every element of the tree its object number.
func (e *elem) number(f *file) {
	e.obj = f.reserve()
	for _, k := range e.kids {
		if k.elem != nil {
			k.elem.number(f)
		}
	}
}

// write writes the element and everything below it.
func (e *elem) write(f *file, parent ref) {
	var kids strings.Builder
	var home *page
	for _, k := range e.kids {
		if home == nil && k.elem == nil {
			home = k.page
		}
		kids.WriteString(k.dict(home) + " ")
		if k.elem != nil {
			k.elem.write(f, e.obj)
		}
	}
	body := fmt.Sprintf("<</Type /StructElem /S /%s /P %s", e.tag, parent)
	if home != nil {
		body += " /Pg " + home.obj.String()
	}
	if len(e.kids) > 0 {
		body += " /K [" + strings.TrimSpace(kids.String()) + "]"
	}
	if e.entries != "" {
		body += " " + e.entries
	}
	f.put(e.obj, body+">>")
}

// dict is the kid as it stands in K; home is the page the element names.
func (k kid) dict(home *page) string {
	switch {
	case k.elem != nil:
		return k.elem.obj.String()
	case k.annot != nil:
		return fmt.Sprintf("<</Type /OBJR /Obj %s /Pg %s>>", k.annot.obj, k.page.obj)
	case k.page == home:
		return strconv.Itoa(k.mcid)
	}
	return fmt.Sprintf("<</Type /MCR /Pg %s /MCID %d>>", k.page.obj, k.mcid)
}

// writeStructure writes the structure tree with its parent tree, which leads
// from content back to structure (ISO 32000-1, 14.7.4.4).
func writeStructure(f *file, root *elem, pages []*page) ref {
	tree := f.reserve()
	root.number(f)
	var nums strings.Builder
	next := len(pages)
	for i, p := range pages {
		fmt.Fprintf(&nums, "%d [", i)
		for _, e := range p.owners {
			nums.WriteString(e.obj.String() + " ")
		}
		nums.WriteString("] ")
	}
	for _, p := range pages {
		for _, a := range p.annots {
			a.obj, a.key = f.reserve(), next
			fmt.Fprintf(&nums, "%d %s ", next, a.owner.obj)
			next++
		}
	}
	root.write(f, tree)
	parents := f.add("<</Nums [" + nums.String() + "]>>")
	f.put(tree, fmt.Sprintf("<</Type /StructTreeRoot /K %s /ParentTree %s /ParentTreeNextKey %d>>", root.obj, parents, next))
	return tree
}

// write writes a link annotation. PDF/A wants the print flag (ISO 19005-2,
// 6.3.2), PDF/UA a description in Contents (ISO 14289-1, 7.18.5).
func (a *annotation) write(f *file) {
	f.put(a.obj, fmt.Sprintf("<</Type /Annot /Subtype /Link /Rect [%s %s %s %s] /Border [0 0 0] /F 4"+
		" /P %s /StructParent %d /Contents %s /A <</Type /Action /S /URI /URI %s>>>>",
		num(a.rect[0]), num(a.rect[1]), num(a.rect[2]), num(a.rect[3]), a.page.obj, a.key, str(a.alt), str(a.uri)))
}
