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
	return content{
		Subject: p.Subject, Text: p.text(), HTML: html.String(), Attachments: m.Attachments,
		Short: short(m, p, l), Body: p.body(), Paper: m.Paper.tidy(), Unsubscribe: oneLine(m.Unsubscribe),
	}, nil
}

// maxShort is what three parts of an SMS hold (153 characters each in the
// alphabet of GSM 03.38, which has æøå).
const maxShort = 3 * 153

// short is the message as SMS: who it is from, what it is about, where to read.
// What is left out for length is the subject's end, never the address.
func short(m Message, p page, l *i18n.Localizer) string {
	text, url := m.Text, ""
	if text == "" {
		text = p.Subject
		if p.Action != nil {
			url = " " + p.Action.URL
		}
	}
	text = oneLine(l.T("notify.sms", "sender", p.Sender, "text", text))
	if room := maxShort - len([]rune(url)); room > 0 && len([]rune(text)) > room {
		text = string([]rune(text)[:room-1]) + "…"
	}
	return text + url
}

// body is the message in its parts, cleaned, for pages and letters.
func (p page) body() Body {
	b := Body{Heading: p.Heading, Action: p.Action}
	for _, lines := range p.Paragraphs {
		b.Paragraphs = append(b.Paragraphs, strings.Join(lines, "\n"))
	}
	return b
}

// tidy cleans the paragraphs and drops those that are empty.
func (p Paper) tidy() Paper {
	var kept []string
	for _, paragraph := range p.Paragraphs {
		if lines := linesOf(paragraph); len(lines) > 0 {
			kept = append(kept, strings.Join(lines, "\n"))
		}
	}
	p.Paragraphs = kept
	return p
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
