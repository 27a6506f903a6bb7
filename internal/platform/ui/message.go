package ui

import "github.com/a-h/templ"

// AlertProps describes a message in the page. The children of Alert follow
// after Text.
type AlertProps struct {
	Kind  Kind // Info when empty
	Title string
	Level int // heading level of Title, 2 when zero
	Text  string
}

// TagColor is the tone of a tag.
type TagColor string

// The tones of tags.
const (
	TagNeutral TagColor = "neutral"
	TagAccent  TagColor = "accent"
	TagInfo    TagColor = "info"
	TagSuccess TagColor = "success"
	TagWarning TagColor = "warning"
	TagDanger  TagColor = "danger"
)

// Status is where something stands, in the few sorts a reader can tell apart.
type Status string

// The sorts of status.
const (
	StatusDraft    Status = "draft"    // not sent yet
	StatusReceived Status = "received" // we have it
	StatusWorking  Status = "working"  // somebody works on it
	StatusWaiting  Status = "waiting"  // we wait for somebody
	StatusDone     Status = "done"     // granted, finished
	StatusRefused  Status = "refused"  // refused, failed
	StatusClosed   Status = "closed"   // withdrawn, archived
)

// TagProps describes a tag. Status, when set, chooses colour, picture and, when
// Label is empty, the text.
type TagProps struct {
	Label  string
	Color  TagColor
	Status Status
}

func (t TagProps) color() string {
	if t.Color != "" {
		return string(t.Color)
	}
	switch t.Status {
	case StatusReceived:
		return string(TagInfo)
	case StatusWorking:
		return string(TagAccent)
	case StatusWaiting:
		return string(TagWarning)
	case StatusDone:
		return string(TagSuccess)
	case StatusRefused:
		return string(TagDanger)
	case StatusDraft, StatusClosed:
		return string(TagNeutral)
	default:
		return string(TagNeutral)
	}
}

// icon differs between sorts so that colour is not the only sign (WCAG 1.4.1).
func (t TagProps) icon() string {
	switch t.Status {
	case StatusDraft:
		return "pencil"
	case StatusReceived:
		return "download"
	case StatusWorking:
		return "person"
	case StatusWaiting:
		return "clock"
	case StatusDone:
		return "check"
	case StatusRefused:
		return "cross"
	case StatusClosed:
		return "folder"
	default:
		return ""
	}
}

// EmptyProps describes a place where nothing is yet.
type EmptyProps struct {
	Title  string
	Text   string
	Icon   string
	Level  int             // heading level, 2 when zero
	Action templ.Component // what to do about it
}
