package ui

import "github.com/a-h/templ"

// Variant is how much a button calls for attention. A page has one Primary.
type Variant string

// The variants of Designsystemet.
const (
	Primary   Variant = "primary"
	Secondary Variant = "secondary"
	Tertiary  Variant = "tertiary"
)

// ButtonProps describes a button of a form.
type ButtonProps struct {
	Label      string
	Variant    Variant // Primary when empty
	Type       string  // "submit" when empty
	Name       string
	Value      string
	FormAction string // sends the form elsewhere
	Danger     bool   // destroys or takes back something
	Icon       string
	IconAfter  bool
	Disabled   bool
	FullWidth  bool
	Small      bool // still at least 36 px high
	Attrs      templ.Attributes
}

func (b ButtonProps) attributes() templ.Attributes {
	attrs := look(b.Variant, b.Danger, b.Small, b.FullWidth)
	attrs["type"] = orElse(b.Type, "submit")
	setIf(attrs, "name", b.Name)
	if b.Name != "" {
		attrs["value"] = b.Value
	}
	setIf(attrs, "formaction", b.FormAction)
	if b.Disabled {
		attrs["disabled"] = true
	}
	for k, v := range b.Attrs {
		attrs[k] = v
	}
	return attrs
}

// LinkButtonProps describes a link that looks like a button, for going
// somewhere; what changes something is a Button in a form.
type LinkButtonProps struct {
	Label     string
	Href      string
	Variant   Variant
	Icon      string
	IconAfter bool
	FullWidth bool
	Small     bool
	Download  bool
}

func (l LinkButtonProps) attributes() templ.Attributes {
	attrs := look(l.Variant, false, l.Small, l.FullWidth)
	if l.Download {
		attrs["download"] = true
	}
	return attrs
}

func look(v Variant, danger, small, fullWidth bool) templ.Attributes {
	attrs := templ.Attributes{"data-variant": string(orElse(v, Primary))}
	if danger {
		attrs["data-color"] = "danger"
	}
	if small {
		attrs["data-size"] = "sm"
	}
	if fullWidth {
		attrs["data-fullwidth"] = true
	}
	return attrs
}
