package dsn

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// The limits of what is looked at. What stands behind them is not read.
const (
	maxMail       = 1 << 20
	maxParts      = 8
	maxDepth      = 3
	maxPart       = 64 << 10
	maxRecipients = 50
	maxAddresses  = 20
)

// ErrNoReport says that a mail is no delivery status notification: an answer of
// a person, or of a machine that is away on holiday.
var ErrNoReport = errors.New("dsn: not a delivery status notification")

// Report is what a notification tells.
type Report struct {
	// MessageID is that of the message it is about, without angle brackets; ""
	// when the notification does not say.
	MessageID string
	// To are the addresses that the notification came to, which tell the message
	// when each has a sender of its own.
	To []string
	// Failed says that nothing more is tried; without it the message is late, or
	// has come.
	Failed bool
	// Status is the code of RFC 3463, "5.1.1"; "" when there is none.
	Status string
}

// Parse reads a mail. It is ErrNoReport when the mail is something else.
func Parse(r io.Reader) (Report, error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, maxMail)))
	if err != nil {
		return Report{}, ErrNoReport
	}
	report := Report{To: addressees(m.Header)}
	n := notice{header: m.Header}
	told := report.collect(&n, textproto.MIMEHeader(m.Header), m.Body, maxDepth)
	if told && (n.report || n.byServer()) || !told && report.plain(n) {
		return report, nil
	}
	return Report{}, ErrNoReport
}

// collect takes what a mail, or a part of one, tells, and reports whether it
// holds the status for machines.
func (r *Report) collect(n *notice, header textproto.MIMEHeader, body io.Reader, depth int) (told bool) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if header.Get("Content-Type") == "" {
		kind, err = "text/plain", nil // RFC 2045 section 5.2
	}
	switch {
	case err != nil:
		return false
	case kind == "multipart/report" && !strings.EqualFold(params["report-type"], "delivery-status"):
		n.other = true // somebody has read it, or calls it unwanted
		return false
	case strings.HasPrefix(kind, "multipart/"):
		if params["boundary"] == "" || depth == 0 {
			return false
		}
		n.report = n.report || kind == "multipart/report" && depth == maxDepth
		parts := multipart.NewReader(body, params["boundary"])
		for range maxParts {
			part, err := parts.NextPart()
			if err != nil {
				break // the end, or what is behind a limit
			}
			told = r.collect(n, part.Header, part, depth-1) || told
		}
		return told
	}
	return r.read(n, kind, decoded(header, body))
}

// decoded takes the transfer encoding off; a reader of parts has taken off
// quoted-printable itself.
func decoded(header textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	return io.LimitReader(body, maxPart)
}

// read takes what a part tells, and reports whether it is the status.
func (r *Report) read(n *notice, kind string, body io.Reader) bool {
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		return r.status(body)
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		if id := messageID(body); id != "" {
			r.MessageID = id
		}
	case "text/plain", "text/html":
		text, _ := io.ReadAll(body) // what could not be read is behind a limit
		n.add(kind, string(text))
	}
	return false
}

// status reads the groups of fields, the first of which is about the mail and
// each of the others about one recipient (RFC 3464 section 2.1).
func (r *Report) status(body io.Reader) (told bool) {
	text, _ := io.ReadAll(body) // what could not be read is behind a limit
	fields := bufio.NewReader(bytes.NewReader(bytes.TrimLeft(text, "\r\n")))
	for range maxRecipients + 1 {
		group, err := textproto.NewReader(fields).ReadMIMEHeader()
		if action := strings.ToLower(strings.TrimSpace(group.Get("Action"))); action != "" {
			told = true
			if action == "failed" && !r.Failed {
				r.Failed, r.Status = true, statusOf(group)
			}
		}
		if err != nil {
			return told
		}
	}
	return told
}

var (
	status     = regexp.MustCompile(`^[45]\.\d{1,3}\.\d{1,3}\b`)
	diagnostic = regexp.MustCompile(`\b[45]\.\d{1,3}\.\d{1,3}\b`)
)

// statusOf is the code of a recipient's group. Some write it in the diagnostic
// text only.
func statusOf(group textproto.MIMEHeader) string {
	if code := status.FindString(strings.TrimSpace(group.Get("Status"))); code != "" && !strings.HasSuffix(code, ".0.0") {
		return code
	}
	if code := diagnostic.FindString(group.Get("Diagnostic-Code")); code != "" {
		return code
	}
	return status.FindString(strings.TrimSpace(group.Get("Status")))
}

var identifier = regexp.MustCompile(`^<?([!-;=?-~]{1,250})>?$`)

// messageID reads the returned message's header; its end may be missing.
func messageID(body io.Reader) string {
	header, _ := textproto.NewReader(bufio.NewReader(body)).ReadMIMEHeader()
	found := identifier.FindStringSubmatch(strings.TrimSpace(header.Get("Message-Id")))
	if found == nil {
		return ""
	}
	return found[1]
}

// addressees are the addresses that the notification came to, as the mail
// servers on its way have noted them. Nothing else is believed about them than
// that they may tell a message.
func addressees(h mail.Header) (list []string) {
	for _, name := range []string{"X-Original-To", "Delivered-To", "Envelope-To", "To"} {
		for _, value := range h[textproto.CanonicalMIMEHeaderKey(name)] {
			found, err := mail.ParseAddressList(value)
			if err != nil {
				continue
			}
			for _, a := range found {
				if len(list) < maxAddresses {
					list = append(list, a.Address)
				}
			}
		}
	}
	return list
}
