package dsn

import (
	"html"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// maxNotice bounds the text of a notice that is looked at, all parts together.
const maxNotice = 2 * maxPart

// notice is a mail without a status for machines, as far as it is looked at: what
// mail servers wrote before RFC 3464, and those that still do.
type notice struct {
	header mail.Header
	text   string
	report bool // made for machines, as a whole (RFC 6522)
	other  bool // a report of another kind
}

// markup is a tag, also one that is not closed.
var markup = regexp.MustCompile(`<[^>]*>?`)

func (n *notice) add(kind, text string) {
	if kind == "text/html" {
		text = html.UnescapeString(markup.ReplaceAllString(text, "\n"))
	}
	text = n.text + strings.ReplaceAll(text, "\r\n", "\n") + "\n"
	n.text = text[:min(len(text), maxNotice)]
}

// failures are what the mail servers say when nothing more is tried. Each is a
// sentence that no person writes by chance, in small letters and with single
// spaces.
var failures = []string{
	// Exim
	"a message that you sent could not be delivered to one or more of its recipients",
	"a message sent by you could not be delivered to one or more of its recipients",
	// Postfix, also before 2003
	"i'm sorry to have to inform you that your message could not be delivered",
	"i'm sorry to have to inform you that the message returned below could not be delivered",
	// Sendmail
	"the following addresses had permanent fatal errors",
	// Exchange 2003, 2007 and later, Microsoft 365
	"your message did not reach some or all of the intended recipients",
	"delivery has failed to these recipients or distribution lists",
	"delivery has failed to these recipients or groups",
	"your message couldn't be delivered",
	"couldn't be delivered to the following recipients",
	"disse mottakerne eller gruppene",
	"meldingen kunne ikke leveres",
	"meldingen din kunne ikke leveres",
	// Gmail formerly, Windows, Netscape's and Sun's
	"delivery to the following recipient failed permanently",
	"delivery to the following recipients failed",
	"this message was undeliverable due to the following reason",
	"your message cannot be delivered to the following recipients",
}

// qsbmf is the format of qmail and its kin: a greeting, and a paragraph for each
// recipient.
const qsbmf = "hi. this is the "

var qsbmfRecipient = regexp.MustCompile(`(?m)^<[^>\n]{1,320}>:`)

// delays are what they say when they go on trying.
var delays = []string{
	"has not yet been delivered", "not been delivered yet", "hasn't been delivered yet", "have not yet been delivered",
	"delivery is delayed to these recipients", "this is a warning only", "this is a warning message only",
	"you do not need to resend your message", "delivery attempts will continue", "will continue to be attempted", "will keep trying",
	"transient non-fatal errors", "levering er forsinket", "leveringen er forsinket", "er ikke levert enda", "er ikke levert ennå",
}

// final are what they say when they have given up trying, whatever the code.
var final = []string{
	"not going to try again", "in the queue too long", "retry timeout exceeded", "retry time not reached for any host after a long failure period",
	"giving up", "given up", "permanent error", "permanent fatal errors", "failed permanently", "message expired", "has expired",
}

// copied begins what comes back of the message itself: a line that says so, or its
// header.
var copied = regexp.MustCompile(`(?im)^[ >]*(?:-{2,} *(?:below this line|this is a copy|original message|original headers|the body of the message|returned message|undelivered message|message headers?|the header of|enclosed is a copy|unsent message)|original message headers:|the original message headers? follow|opprinnelige meldingshoder:).*$|^(?:received|return-path|message-id|delivered-to|x-original-to|dkim-signature):`)

// quotedID is the field as it stands in a header that is quoted in a text.
var quotedID = regexp.MustCompile(`(?im)^[ \t>|]*message-id:\s*<?([!-;=?-~]{1,250})>?[ \t]*$`)

// spaces of all kinds are one when a sentence is looked for.
var spaces = regexp.MustCompile(`\s+`)

// code is an enhanced status code among words, and not a piece of an address of a
// machine.
var code = regexp.MustCompile(`(?:^|[\s#(\[:;,-])([45]\.\d{1,3}\.\d{1,3})(?:\.?(?:[\s);:,\]>-]|$))`)

// plain reads a notice for people, and reports whether it is one that tells of a
// message of ours: by a mail server, in the words of a mail server, and with the
// message's Message-ID, or to an address that is a message's own.
func (r *Report) plain(n notice) bool {
	if n.other || !n.byServer() {
		return false
	}
	own, back := n.text, ""
	if at := copied.FindStringIndex(n.text); at != nil {
		own, back = n.text[:at[0]], n.text[at[0]:]
	}
	own = withoutQuotes(own)
	words := strings.ToLower(spaces.ReplaceAllString(strings.ReplaceAll(own, "\u2019", "'"), " "))
	late, failed := says(words, delays), says(words, failures) || strings.HasPrefix(strings.TrimSpace(words), qsbmf) && qsbmfRecipient.MatchString(own)
	if !late && !failed || r.MessageID == "" && !r.quoted(n, back) {
		return false
	}
	if late {
		return true
	}
	r.Status = codeOf(own)
	r.Failed = !strings.HasPrefix(r.Status, "4") || says(words, final)
	if !r.Failed {
		r.Status = ""
	}
	return true
}

func says(words string, any []string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return strings.Contains(words, s) })
}

// quoted finds the message's Message-ID in what comes back of it, or in the whole
// text where nothing says where that begins, or as what the notice is an answer
// to; or else an address with an id of its own.
func (r *Report) quoted(n notice, back string) bool {
	if back == "" {
		back = n.text
	}
	if found := quotedID.FindStringSubmatch(back); found != nil {
		r.MessageID = found[1]
		return true
	}
	for _, name := range []string{"In-Reply-To", "X-Ms-Exchange-Parent-Message-Id", "References"} {
		ids := strings.Fields(n.header.Get(name))
		if len(ids) == 0 {
			continue
		}
		if found := identifier.FindStringSubmatch(ids[len(ids)-1]); found != nil {
			r.MessageID = found[1]
			return true
		}
	}
	return slices.ContainsFunc(r.To, func(to string) bool { return strings.Contains(to, "+") })
}

// codeOf is the first code of a refusal for good, else the first of any.
func codeOf(text string) string {
	all := code.FindAllStringSubmatch(text, maxRecipients)
	for _, found := range all {
		if found[1][0] == '5' {
			return found[1]
		}
	}
	if len(all) > 0 {
		return all[0][1]
	}
	return ""
}

// withoutQuotes leaves out the lines that are quoted as in an answer.
func withoutQuotes(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ">") }), "\n")
}

// server is a name that mail servers write under, as an address or alone.
var server = regexp.MustCompile(`(?i)(?:^|[<\s])(?:mailer-daemon|mail-daemon|maildaemon|postmaster|microsoftexchange[0-9a-f]*)(?:@[^<>\s]*)?>?\s*$`)

// byServer reports whether a mail server wrote the mail, and no person nor a
// machine that answers for one (RFC 3834). Mail servers call their notices
// automatic answers too, so that such a one is believed only under a server's own
// name; a mail without a sender (RFC 5321 section 4.5.5) may be an answer as well,
// and is believed only when it does not say so.
func (n *notice) byServer() bool {
	if server.MatchString(n.header.Get("From")) {
		return true
	}
	nobody := strings.TrimSpace(n.header.Get("Return-Path")) == "<>" || strings.TrimSpace(n.header.Get("From")) == "<>"
	return nobody && !n.answers()
}

// answers reports whether the mail says that it is an automatic answer.
func (n *notice) answers() bool {
	auto, _, _ := strings.Cut(strings.ToLower(n.header.Get("Auto-Submitted")), ";")
	auto, _, _ = strings.Cut(auto, "(")
	if strings.TrimSpace(auto) == "auto-replied" || strings.EqualFold(strings.TrimSpace(n.header.Get("Precedence")), "auto_reply") {
		return true
	}
	return n.header.Get("X-Autoreply") != "" || n.header.Get("X-Autorespond") != "" || n.header.Get("X-Autogenerated") != ""
}
