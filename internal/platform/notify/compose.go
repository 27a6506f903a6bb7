package notify

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/platform/i18n"
)

//go:embed mail.html
var mailHTML string

// layout is the HTML around every message. Mail programs drop style sheets, so
// styles stand at their elements; nothing is loaded from anywhere.
var layout = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("mail").Parse(mailHTML))
})

// page is what the layout shows.
type page struct {
	Lang, Sender, Subject string
	Heading               string
	Paragraphs            [][]string // lines
	Action                *Action
	Footer                string
}

// compose makes the subject, the plain text and the HTML of a message.
func compose(m Message, sender string, l *i18n.Localizer) (content, error) {
	p := page{
		Lang: l.Lang().Tag(), Sender: oneLine(sender), Subject: oneLine(m.Subject), Heading: oneLine(m.Body.Heading),
		Action: m.Body.Action, Footer: l.T("notify.footer"),
	}
	for _, paragraph := range m.Body.Paragraphs {
		if lines := linesOf(paragraph); len(lines) > 0 {
			p.Paragraphs = append(p.Paragraphs, lines)
		}
	}
	var html strings.Builder
	if err := layout().Execute(&html, p); err != nil {
		return content{}, fmt.Errorf("notify: compose: %w", err)
	}
	return content{Subject: p.Subject, Text: p.text(), HTML: html.String(), Attachments: m.Attachments}, nil
}

// linesOf splits a paragraph and drops what mail programs would stumble over.
func linesOf(paragraph string) []string {
	paragraph = strings.ReplaceAll(strings.TrimSpace(paragraph), "\r\n", "\n")
	if paragraph == "" {
		return nil
	}
	lines := strings.Split(paragraph, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.Map(printable, strings.ToValidUTF8(line, "")))
	}
	return lines
}

func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}

// text is the page as plain text.
func (p page) text() string {
	var parts []string
	if p.Heading != "" {
		parts = append(parts, p.Heading)
	}
	for _, lines := range p.Paragraphs {
		parts = append(parts, strings.Join(lines, "\n"))
	}
	if p.Action != nil {
		parts = append(parts, oneLine(p.Action.Text)+":\n"+p.Action.URL)
	}
	signature := p.Footer
	if p.Sender != "" {
		signature = p.Sender + "\n" + signature
	}
	return strings.Join(parts, "\n\n") + "\n\n-- \n" + signature + "\n" // "-- ": RFC 3676 section 4.3
}
