package apptest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Node is an element of a page, or a piece of text in it, which has no Tag.
//
// Pages are read with the XML reader in its lenient mode and not with a browser's
// forgiving rules: a page of ours that nests its elements wrongly fails the test.
type Node struct {
	Tag      string
	Text     string
	attrs    []xml.Attr
	children []*Node
}

func parseHTML(content []byte) (*Node, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.AutoClose = append(slices.Clone(xml.HTMLAutoClose), "wbr", "source", "track", "embed")
	root := &Node{}
	open := []*Node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, fmt.Errorf("page: %w", err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &Node{Tag: strings.ToLower(t.Name.Local), attrs: slices.Clone(t.Attr)}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:max(len(open)-1, 1)]
		case xml.CharData:
			top.children = append(top.children, &Node{Text: string(t)})
		}
	}
}

// Descendants yields everything inside a node, in reading order.
func (n *Node) Descendants() iter.Seq[*Node] {
	return func(yield func(*Node) bool) { n.walk(yield) }
}

func (n *Node) walk(yield func(*Node) bool) bool {
	for _, c := range n.children {
		if !yield(c) || !c.walk(yield) {
			return false
		}
	}
	return true
}

// Attr returns an attribute's value, "" when it has none.
func (n *Node) Attr(name string) string {
	v, _ := n.attr(name)
	return v
}

// Has reports whether the element has the attribute.
func (n *Node) Has(name string) bool {
	_, ok := n.attr(name)
	return ok
}

func (n *Node) attr(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value, true
		}
	}
	return "", false
}

// All returns the elements of a tag inside a node.
func (n *Node) All(tag string) []*Node {
	var list []*Node
	for e := range n.Descendants() {
		if e.Tag == tag {
			list = append(list, e)
		}
	}
	return list
}

// Words is what one reads inside a node, with single spaces.
func (n *Node) Words() string {
	var b strings.Builder
	n.write(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (n *Node) write(b *strings.Builder) {
	switch n.Tag {
	case "":
		b.WriteString(n.Text)
	case "script", "style", "template":
		return
	}
	for _, c := range n.children {
		c.write(b)
	}
	if n.Tag != "" {
		b.WriteByte(' ')
	}
}

// raw is the text inside a node as it stands.
func (n *Node) raw() string {
	var b strings.Builder
	for c := range n.Descendants() {
		b.WriteString(c.Text)
	}
	return b.String()
}
