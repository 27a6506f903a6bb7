package pdf

import (
	"fmt"
	"io"
	"strings"
)

// Write writes the letter as PDF/A-2a and PDF/UA-1. The same document gives
// the same bytes as long as the program is built with the same Go release,
// whose compression they hold. It may be called from several goroutines, also
// with the same document. Errors wrap ErrInvalid or ErrLimit when the document is at
// fault; nothing is written to w then.
func Write(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	fs, err := loadFonts()
	if err != nil {
		return err
	}
	f := &flow{
		doc: &d, file: &file{}, fonts: fs, color: readable(d.Look.Color),
		root: &elem{tag: "Document"},
	}
	if err := f.layout(); err != nil {
		return err
	}
	return f.finish(w)
}

// layout sets the letter on pages.
func (f *flow) layout() error {
	foot, err := f.measureFooter()
	if err != nil {
		return err
	}
	if err := f.newPage(); err != nil {
		return err
	}
	if err := f.letterhead(); err != nil {
		return err
	}
	body := f.doc.Body
	if f.doc.titleIsHeading() {
		body = append([]Block{Heading{Level: 1, Text: f.doc.Title}}, body...)
	}
	for i, b := range body {
		if err := f.keepHeading(body[i:]); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
		if err := b.set(f); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	f.cur.end()
	return f.footers(foot)
}

// keepHeading moves a heading to the next page unless what it heads can begin
// below it.
func (f *flow) keepHeading(rest []Block) error {
	if _, ok := rest[0].(Heading); !ok || f.fresh {
		return nil
	}
	need := 2.0 * paraGap // the space below the last heading
	for _, b := range rest {
		need += b.lead(f)
		if _, ok := b.(Heading); !ok || need > f.bottom-topMargin {
			break
		}
	}
	if f.y+f.gap+need <= f.bottom || need > f.bottom-topMargin {
		return nil
	}
	return f.newPage()
}

func (f *flow) pageLabel(page, pages int) string {
	if f.doc.PageLabel == nil {
		return fmt.Sprintf("%d / %d", page, pages)
	}
	return f.doc.PageLabel(page, pages)
}

// finish writes everything that stands around the pages.
func (f *flow) finish(w io.Writer) error {
	out, m := f.file, f.doc.meta()
	if len(f.root.kids) == 0 {
		return invalidf("letter has no content")
	}
	structure := writeStructure(out, f.root, f.pages)
	pages, err := f.writePages()
	if err != nil {
		return err
	}
	profile, err := packedProfile()
	if err != nil {
		return err
	}
	intent := out.add(fmt.Sprintf("<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2-1)"+
		" /Info (sRGB IEC61966-2-1) /DestOutputProfile %s>>", out.addRaw("/N 3"+deflated, profile)))
	xmp := out.addRaw("/Type /Metadata /Subtype /XML", m.xmp()) // unfiltered, so that archives can read it without a PDF library
	root := out.add(fmt.Sprintf("<</Type /Catalog /Pages %s /StructTreeRoot %s /MarkInfo <</Marked true>> /Lang %s"+
		" /ViewerPreferences <</DisplayDocTitle true>> /Metadata %s /OutputIntents [%s]>>",
		pages, structure, str(m.lang), xmp, intent))
	return out.writeTo(w, root, out.add(m.info()))
}

// writePages writes the pages and returns their tree.
func (f *flow) writePages() (ref, error) {
	out := f.file
	fontDict, err := f.fonts.resources(out)
	if err != nil {
		return 0, err
	}
	imageDict, err := f.images.resources(out)
	if err != nil {
		return 0, err
	}
	resources := out.add("<</Font " + fontDict + " /XObject " + imageDict + ">>")
	tree := out.reserve()
	var kids strings.Builder
	for i, p := range f.pages {
		if err := p.write(out, tree, resources, i); err != nil {
			return 0, err
		}
		kids.WriteString(p.obj.String() + " ")
	}
	out.put(tree, fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(f.pages), kids.String()))
	return tree, nil
}

// write writes a page. Tabs /S lets the tab key follow the structure
// (ISO 14289-1, 7.18.3).
func (p *page) write(f *file, tree, resources ref, index int) error {
	content, err := f.addStream("", p.buf.Bytes())
	if err != nil {
		return err
	}
	annots := ""
	if len(p.annots) > 0 {
		var list strings.Builder
		for _, a := range p.annots {
			a.write(f)
			list.WriteString(a.obj.String() + " ")
		}
		annots = " /Annots [" + list.String() + "]"
	}
	f.put(p.obj, fmt.Sprintf("<</Type /Page /Parent %s /MediaBox [0 0 %s %s] /Resources %s /Contents %s /StructParents %d /Tabs /S%s>>",
		tree, num(p.width()), num(p.height()), resources, content, index, annots))
	return nil
}
