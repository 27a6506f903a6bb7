package notify

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// build writes a message as mail: plain text and HTML as alternatives, with
// everything a header holds made one line first.
func build(e *Envelope) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(e.From.address())
	if e.ReturnTo != "" {
		m.EnvelopeFromMailAddress(&mail.Address{Address: e.ReturnTo})
	}
	m.ToMailAddress(&mail.Address{Address: e.To})
	if e.ReplyTo.Address != "" {
		m.ReplyToMailAddress(e.ReplyTo.address())
	}
	m.SetMessageIDWithValue(e.MessageID)
	m.SetDateWithValue(e.Date)
	m.Subject(oneLine(e.Subject))
	// RFC 3834 section 5: so that no answering machine answers a machine.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	m.SetGenHeader(gomail.HeaderContentLang, oneLine(e.Lang))
	if n := len(e.References); n > 0 {
		m.SetGenHeaderPreformatted(gomail.HeaderReferences, "<"+strings.Join(e.References, "> <")+">")
		m.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, "<"+e.References[n-1]+">")
	}
	if e.Unsubscribe != "" { // RFC 2369 section 3.2, and one click by RFC 8058
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+e.Unsubscribe+">")
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, e.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, e.HTML)
	for _, a := range e.Attachments {
		err := m.AttachReader(a.Name, bytes.NewReader(a.Bytes), gomail.WithFileContentType(gomail.ContentType(a.MediaType)))
		if err != nil {
			return nil, fmt.Errorf("notify: attach: %w", err)
		}
	}
	return m, nil
}

func (s Sender) address() *mail.Address {
	return &mail.Address{Name: oneLine(s.Name), Address: s.Address}
}
