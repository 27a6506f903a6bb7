package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// State says where a message stands.
type State string

// The states.
const (
	Waiting    State = "waiting"
	HandedOver State = "handed_over"
	Delivered  State = "delivered" // the carrier says that it arrived
	Failed     State = "failed"
	Bounced    State = "bounced"
)

// What receipts tell.
const (
	receiptHandedOver = "handed_over"
	receiptDeferred   = "deferred"
	receiptRefused    = "refused"
	receiptGaveUp     = "gave_up"
	receiptBounced    = "bounced"
	receiptRetried    = "retried"
	receiptDelivered  = "delivered"
	receiptPosted     = "posted"
	receiptPrinted    = "to_print"
	receiptFellBack   = "fell_back"
	receiptSeen       = "seen"
	receiptBack       = "letter_back"
)

// Message is something to tell somebody.
type Message struct {
	PersonID string // whose inbox it stands in; "" for an address without a person
	Email    string // "" when none is known: then the inbox is all
	Kind     string // "applications.received": for the operator's counts
	// Class says which rules the message follows; "" asks Config.ClassOf.
	Class Class
	// Urgent is a warning: an SMS goes out at night too.
	Urgent  bool
	Thread  string // what belongs together in mail programs: the case id
	Lang    i18n.Lang
	Subject string
	Body    Body
	// Text is what an SMS says; "" makes it of the subject and the action.
	Text string
	// Paper is what a letter holds beside what the other ways carry.
	Paper Paper
	// Attachments are ids of documents in package blob. They must be permitted
	// to leave the house.
	Attachments []string
	// Unsubscribe is the address of a page that ends messages of this sort, for those
	// that people have subscribed to; a POST to it ends them at once (RFC 8058).
	Unsubscribe string
	// Dedupe makes a second message with the same key nothing. "" is no key.
	Dedupe string
}

// Body is the text of a message, from which plain text and HTML are made.
type Body struct {
	Heading    string   `json:"heading,omitempty"`
	Paragraphs []string `json:"paragraphs,omitempty"` // line breaks within one are kept
	Action     *Action  `json:"action,omitempty"`     // the one thing to do, if any
}

// Paper is what a message holds on paper. E-mail and SMS tell that something has
// happened and where to read it (eForvaltningsforskriften § 4); whoever gets
// letters may have no other place to read it, so the letter tells it whole.
type Paper struct {
	// Paragraphs stand in the letter instead of the body's, when there are any.
	Paragraphs []string `json:"paragraphs,omitempty"`
	// Document is the letter, when it is written already: its id in package blob.
	Document string `json:"document,omitempty"`
	// Addressee is the person who stands as the recipient in the document. Others,
	// and everybody when it is "", get it behind a page with their own address.
	Addressee string `json:"addressee,omitempty"`
}

// Action is a link that stands out.
type Action struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// Item is a message as it stands.
type Item struct {
	ID, PersonID, Kind, Thread string
	Class                      Class
	Urgent                     bool
	Lang                       i18n.Lang
	Channel                    Channel
	State                      State
	Address                    string // personal data
	Subject, Text, HTML        string // personal data
	Short                      string // as SMS; personal data
	Body                       Body   // zero in messages from before it was kept
	Paper                      Paper  // personal data
	Attachments                []string
	MessageID                  string // without angle brackets
	References                 []string
	Attempts                   int
	CreatedAt, NextAt          time.Time
	HandedOverAt               time.Time
	SeenAt                     time.Time // on the person's own page; zero when not yet
	ReadAt                     time.Time // by who asks: SeenAt, but a guardian has her own; zero when not yet
	LastError                  string    // a code
	Unsubscribe                string
}

// Receipt is something that happened to a message.
type Receipt struct {
	At       time.Time
	What     string
	Detail   string
	Delivery string // id of the delivery it is about, if any
}

// content is the encrypted part of the row.
type content struct {
	Subject     string   `json:"subject"`
	Text        string   `json:"text"`
	HTML        string   `json:"html"`
	Short       string   `json:"short,omitempty"`
	Body        Body     `json:"body,omitzero"`
	Paper       Paper    `json:"paper,omitzero"`
	Attachments []string `json:"attachments,omitempty"`
	Unsubscribe string   `json:"unsubscribe,omitempty"`
}

func (c content) marshal() ([]byte, error) { return json.Marshal(c) }

const maxSubject = 200

// check refuses what a caller may not send: those are mistakes in the program.
func (m *Message) check() error {
	switch {
	case m.Kind == "":
		return errors.New("notify: a message without a kind")
	case m.Email == "" && m.PersonID == "":
		return errors.New("notify: a message to nobody")
	case m.Class != "" && !m.Class.valid():
		return fmt.Errorf("notify: a %s message has no such class", m.Kind)
	case oneLine(m.Subject) == "":
		return errors.New("notify: a message without a subject")
	}
	if m.Body.Action != nil && !leads(m.Body.Action.URL) {
		return fmt.Errorf("notify: the action of a %s message does not lead to a page", m.Kind)
	}
	if m.Unsubscribe != "" && (!leads(m.Unsubscribe) || oneLine(m.Unsubscribe) != m.Unsubscribe) {
		return fmt.Errorf("notify: what ends %s messages does not lead to a page", m.Kind)
	}
	return nil
}

// leads reports whether an address is that of a page.
func leads(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// address returns the bare address, "" when the text is none. A person can have
// mistyped it long ago, and that must not stop what they are told about.
func address(text string) string {
	a, err := mail.ParseAddress(strings.TrimSpace(text))
	if err != nil || strings.ContainsFunc(a.Address, func(r rune) bool { return unicode.IsControl(r) || r == ' ' }) {
		return ""
	}
	return a.Address
}

// oneLine makes text fit for a header: no line breaks or other control
// characters, single spaces, of bounded length.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), maxSubject)])
}

// waits are the times between the attempts to hand a message over: 12 attempts
// within three days.
func waits() []time.Duration {
	return append([]time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour,
	}, slices.Repeat([]time.Duration{12 * time.Hour}, 5)...)
}

// wait is how long to wait after a number of failed attempts; false when that
// was the last.
func wait(failed int) (time.Duration, bool) {
	ladder := waits()
	if failed < 1 || failed > len(ladder) {
		return 0, false
	}
	return ladder[failed-1], true
}
