package ui

import (
	"context"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// HeroProps is the first thing one sees of a front page.
type HeroProps struct {
	Title   string
	Intro   string
	Actions []LinkButtonProps // the first one stands out
	Search  templ.Component
}

// FrontProps is a front page: hero, services as cards, then the children.
type FrontProps struct {
	Page     PageProps
	Hero     HeroProps
	Title    string // above the services, "Hva vil du gjøre?" when empty
	Services []LinkCardProps
}

func (f FrontProps) page() PageProps {
	p := f.Page
	if p.Hero == nil {
		p.Hero = Hero(f.Hero)
	}
	return p
}

// ListProps is a page with a list: heading, what one may do, filters, tabs, the
// list (the children) and its pages.
type ListProps struct {
	Page    PageProps
	Title   string // Page.Title when empty
	Intro   string
	Actions templ.Component
	Tabs    []Tab
	Filter  templ.Component // a form with method get
	Summary string          // "24 saker"
	Pages   PaginationProps
}

// CaseProps is a page about one case: heading with status, details, what
// happened, documents. The children come first in the main column.
type CaseProps struct {
	Page        PageProps
	Title       string // Page.Title when empty
	Number      string // "2026/114"
	Status      TagProps
	Intro       string
	Next        templ.Component // what happens next, or what the reader must do
	Actions     templ.Component
	Tabs        []Tab
	Details     []Term
	Timeline    []TimelineEntry
	Documents   []Document
	LiveURL     string // events that make the page fetch itself anew
	Aside       templ.Component
	NoDocuments bool // leaves the documents out
}

// FormPageProps is one page of a form in steps. The children are the fields.
type FormPageProps struct {
	Page     PageProps
	Service  string // name of the form, above the heading
	Title    string // heading of this step, Page.Title when empty
	Intro    string
	Steps    []Step
	Errors   Errors
	Form     FormProps
	Previous ButtonProps // left out when it has no label
	Next     ButtonProps // "Neste" when it has no label
	Extra    templ.Component
	Aside    templ.Component
}

// form makes the Enter key go on, although other buttons stand before Next.
func (f FormPageProps) form(ctx context.Context) FormProps {
	form := f.Form
	if form.Enter.Label == "" {
		form.Enter = f.nextButton(ctx)
	}
	return form
}

// ConfirmProps asks whether to do something that cannot be undone.
type ConfirmProps struct {
	Page      PageProps
	Title     string
	Text      string
	Details   []Term
	Form      FormProps
	Yes       ButtonProps
	CancelURL string
	NoLabel   string // "Avbryt" when empty
}

// ErrorProps is a page that tells what went wrong.
type ErrorProps struct {
	Page      PageProps
	Status    int
	Title     string
	Text      string
	Reference string // request id, for those who call
	Action    templ.Component
}

func heading(title string, p PageProps) string { return orElse(title, p.Title) }

func (f FormPageProps) nextButton(ctx context.Context) ButtonProps {
	b := f.Next
	if b.Label == "" {
		b.Label, b.Icon, b.IconAfter = i18n.T(ctx, "ui.steps.next"), "arrow-right", true
	}
	return b
}

func (f FormPageProps) previousButton() ButtonProps {
	b := f.Previous
	b.Variant = orElse(b.Variant, Secondary)
	return b
}
