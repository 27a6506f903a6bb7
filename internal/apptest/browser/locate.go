package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// fields are the roles that Chromium gives to what a person fills in.
var fields = []string{
	"textbox", "searchbox", "spinbutton", "combobox", "listbox", "slider",
	"checkbox", "radio", "switch", "Date", "DateTime", "InputTime", "ColorWell",
}

// node is an element as the accessibility tree tells it.
type node struct {
	id         cdp.BackendNodeID
	role, name string
	states     []string // focused, expanded, invalid …, when true
}

// String says it as a screen reader might: the role, then the name.
func (n node) String() string { return fmt.Sprintf("%s %q", n.role, n.name) }

// nodes lists all elements that assistive technology can reach.
func nodes(ctx context.Context) ([]node, error) {
	document, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject]("document"))
	if err != nil {
		return nil, fmt.Errorf("reach the document: %w", err)
	}
	query := accessibility.QueryAXTreeParams{ObjectID: document.ObjectID}
	tree, err := chromedp.Call(ctx, accessibility.QueryAXTree, query)
	if err != nil {
		return nil, fmt.Errorf("read the accessibility tree: %w", err)
	}
	var found []node
	for _, n := range tree.Nodes {
		if !n.Ignored && n.BackendDOMNodeID != 0 {
			found = append(found, fromTree(n))
		}
	}
	return found, nil
}

func fromTree(n *accessibility.Node) node {
	found := node{id: n.BackendDOMNodeID, role: value(n.Role), name: oneLine(value(n.Name))}
	for _, property := range n.Properties {
		if v := value(property.Value); v != "" && v != "false" && v != "0" {
			found.states = append(found.states, string(property.Name))
		}
	}
	return found
}

// value reads a property of the tree as text: "true", "2", "button".
func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if err := json.Unmarshal(v.Value, &text); err == nil {
		return text
	}
	return string(v.Value)
}

// oneLine joins words with single spaces, as text is read and not as it is set.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// one finds the only element that fits. None and several are both refusals; the
// first lists what there is instead.
func one(ctx context.Context, what string, roles []string, fits func(node) bool) (node, error) {
	all, err := nodes(ctx)
	if err != nil {
		return node{}, err
	}
	var found, near []node
	for _, n := range all {
		switch {
		case roles != nil && !slices.Contains(roles, n.role):
		case fits(n):
			found = append(found, n)
		default:
			near = append(near, n)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return node{}, fmt.Errorf("there is no %s; there are: %v", what, near)
	default:
		return node{}, fmt.Errorf("there are %d of %s: a person could not tell which", len(found), what)
	}
}

// byName finds by role and accessible name, which must be the whole name.
func byName(ctx context.Context, role, name string) (node, error) {
	return one(ctx, fmt.Sprintf("%s %q", role, name), []string{role}, func(n node) bool { return n.name == oneLine(name) })
}

// byLabel finds what a person fills in by its label.
func byLabel(ctx context.Context, label string) (node, error) {
	return one(ctx, fmt.Sprintf("field %q", label), fields, func(n node) bool { return n.name == oneLine(label) })
}

// byText finds the innermost element that shows this text and no other. The
// accessibility tree does not have the words of a label, which a person clicks.
func byText(ctx context.Context, text string) (node, error) {
	const script = `(() => {
		const is = e => e.checkVisibility() && e.innerText?.replace(/\s+/g, " ").trim() === %s
		const found = Array.from(document.body.querySelectorAll("*")).filter(is)
		return found.filter(e => !found.some(other => other !== e && e.contains(other)))
	})()`
	wanted, err := json.Marshal(oneLine(text))
	if err != nil {
		return node{}, fmt.Errorf("write the text down: %w", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject](fmt.Sprintf(script, wanted)))
	if err != nil {
		return node{}, err
	}
	how := func(params *runtime.CallFunctionOnParams) { params.ObjectID = found.ObjectID }
	n, err := chromedp.Run(ctx, chromedp.CallFunctionOn[int](`function() { return this.length }`, how))
	if err == nil && n != 1 {
		err = fmt.Errorf("the text %q stands in %d places", text, n)
	}
	if err != nil {
		return node{}, err
	}
	first, err := chromedp.Run(ctx, chromedp.CallFunctionOn[*runtime.RemoteObject](`function() { return this[0] }`, how))
	if err != nil {
		return node{}, err
	}
	element, err := chromedp.Call(ctx, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: first.ObjectID})
	if err != nil {
		return node{}, fmt.Errorf("describe the element: %w", err)
	}
	return node{id: element.Node.BackendNodeID, role: "text", name: text}, nil
}

// call runs a function with the element as this.
func call[T any](ctx context.Context, n node, function string, args ...any) (T, error) {
	resolved, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: n.id})
	if err != nil {
		var none T
		return none, fmt.Errorf("reach %s: %w", n, err)
	}
	return chromedp.Run(ctx, chromedp.CallFunctionOn[T](function, func(params *runtime.CallFunctionOnParams) {
		params.ObjectID = resolved.Object.ObjectID
	}, args...))
}
