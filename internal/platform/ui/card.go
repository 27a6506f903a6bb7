package ui

import "github.com/a-h/templ"

// CardProps describes a box around things that belong together.
type CardProps struct {
	Title  string
	Level  int             // heading level, 2 when zero
	Tinted bool            // a hint of the municipality's colour
	Accent bool            // a line of it along the top
	Action templ.Component // a link at the end of the heading
}

func (c CardProps) attributes() templ.Attributes {
	attrs := templ.Attributes{}
	if c.Tinted {
		attrs["data-variant"] = "tinted"
	}
	if c.Accent {
		attrs["data-accent"] = true
	}
	return attrs
}

// LinkCardProps describes a card that leads somewhere, such as to a service.
// The whole card can be pressed where scripts run, its heading always.
type LinkCardProps struct {
	Title  string
	Href   string
	Text   string
	Meta   string // small line at the foot: "Frist 1. mars"
	Icon   string
	Level  int // heading level, 3 when zero
	Status TagProps
}
