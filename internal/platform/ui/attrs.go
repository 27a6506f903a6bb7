package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Kind is the tone of a message.
type Kind string

// The tones, named as Designsystemet names its colours.
const (
	Info    Kind = "info"
	Success Kind = "success"
	Warning Kind = "warning"
	Danger  Kind = "danger"
)

// role makes screen readers interrupt for dangers only.
func (k Kind) role() string {
	if k == Danger {
		return "alert"
	}
	return "status"
}

func current(yes bool, what string) templ.Attributes {
	if !yes {
		return nil
	}
	return templ.Attributes{"aria-current": what}
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// ids joins the ids that are not empty, for aria-describedby.
func ids(list ...string) string {
	var kept []string
	for _, id := range list {
		if id != "" {
			kept = append(kept, id)
		}
	}
	return strings.Join(kept, " ")
}

func setIf(attrs templ.Attributes, name, value string) {
	if value != "" {
		attrs[name] = value
	}
}
