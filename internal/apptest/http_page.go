package apptest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Page is an answer as a visitor's browser would have it.
type Page struct {
	Status int
	URL    *url.URL // after redirects
	Header http.Header
	Body   []byte
	root   *Node // nil when it is no HTML
	tb     testing.TB
}

func newPage(tb testing.TB, response *http.Response, body []byte) *Page {
	p := &Page{Status: response.StatusCode, URL: response.Request.URL, Header: response.Header, Body: body, tb: tb}
	if p.IsHTML() {
		root, err := parseHTML(body)
		if err != nil {
			tb.Errorf("%s is not well written: %v", p.URL, err)
		}
		p.root = root
	}
	return p
}

// String names the page in a failure.
func (p *Page) String() string { return fmt.Sprintf("%s (%d)", p.URL, p.Status) }

// IsHTML reports whether the answer is a document with elements.
func (p *Page) IsHTML() bool { return strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") }

// Path is where the visitor stands, without host.
func (p *Page) Path() string { return p.URL.Path }

// Must ends the test when the status is another.
func (p *Page) Must(status int) *Page {
	p.tb.Helper()
	if p.Status != status {
		p.tb.Fatalf("%s, want %d: %.1500s", p, status, p.Text())
	}
	return p
}

// Has ends the test when one of the texts does not stand on the page.
func (p *Page) Has(texts ...string) *Page {
	p.tb.Helper()
	for _, text := range texts {
		if !strings.Contains(p.Text(), text) {
			p.tb.Fatalf("%s lacks %q: %.3000s", p, text, p.Text())
		}
	}
	return p
}

// Text is what one reads on the page, with single spaces. A page that is no HTML
// is its own text.
func (p *Page) Text() string {
	if p.root == nil {
		return string(p.Body)
	}
	return p.root.Words()
}

// Title is the document's title.
func (p *Page) Title() string {
	if t := p.First("title"); t != nil {
		return t.Words()
	}
	return ""
}

// Lang is the language the document says it is in.
func (p *Page) Lang() string {
	if h := p.First("html"); h != nil {
		return h.Attr("lang")
	}
	return ""
}

// First returns the first element of a tag, or nil.
func (p *Page) First(tag string) *Node {
	if all := p.All(tag); len(all) > 0 {
		return all[0]
	}
	return nil
}

// All returns the elements of a tag.
func (p *Page) All(tag string) []*Node {
	if p.root == nil {
		return nil
	}
	return p.root.All(tag)
}

// ByID returns the element with the id, or nil.
func (p *Page) ByID(id string) *Node {
	if p.root == nil {
		return nil
	}
	for n := range p.root.Descendants() {
		if n.Tag != "" && n.Attr("id") == id {
			return n
		}
	}
	return nil
}

// Links returns the addresses of the page's links that contain a part.
func (p *Page) Links(part string) []string {
	var list []string
	for _, a := range p.All("a") {
		if href := a.Attr("href"); strings.Contains(href, part) && !slices.Contains(list, href) {
			list = append(list, href)
		}
	}
	return list
}

// Link returns the one link whose address contains a part.
func (p *Page) Link(part string) string {
	p.tb.Helper()
	list := p.Links(part)
	if len(list) != 1 {
		p.tb.Fatalf("%s has %d links with %q: %v", p, len(list), part, list)
	}
	return list[0]
}

// Fault is a line of the error summary.
type Fault struct {
	Target string // id of the element it links to; "" when it links nowhere
	Text   string
}

// Faults returns the error summary of a form that was refused.
func (p *Page) Faults() []Fault {
	var list []Fault
	box := p.ByID("error-summary")
	if box == nil {
		return nil
	}
	for _, item := range box.All("li") {
		f := Fault{Text: item.Words()}
		if links := item.All("a"); len(links) == 1 {
			f.Target = strings.TrimPrefix(links[0].Attr("href"), "#")
		}
		list = append(list, f)
	}
	return list
}

// Value returns what stands in a field of any form of the page.
func (p *Page) Value(name string) string {
	for _, f := range p.Forms() {
		if values, ok := f.values()[name]; ok && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// Forms returns the page's forms.
func (p *Page) Forms() []*Form {
	nodes := p.All("form")
	forms := make([]*Form, 0, len(nodes))
	for _, n := range nodes {
		forms = append(forms, newForm(n))
	}
	return forms
}

// Form returns the one that is posted to an address, or to one that ends so. A
// form that only searches is found when there is no other.
func (p *Page) Form(action string) *Form {
	p.tb.Helper()
	var there []string
	var search *Form
	for _, f := range p.Forms() {
		there = append(there, f.Method+" "+f.Action)
		switch {
		case !strings.HasSuffix(f.Action, action):
		case f.Method == http.MethodPost:
			return f
		case search == nil:
			search = f
		}
	}
	if search == nil {
		p.tb.Fatalf("%s has no form to %q, only %v: %.1500s", p, action, there, p.Text())
	}
	return search
}

// Main is what one reads in the page's main part.
func (p *Page) Main() string {
	if m := p.First("main"); m != nil {
		return m.Words()
	}
	return ""
}
