package notify

import (
	"context"
	"time"
)

// Envelope is a message made ready for a carrier.
type Envelope struct {
	From, ReplyTo       Sender
	ReturnTo            string // where it comes back to; "" is From
	To                  string
	MessageID           string   // without angle brackets
	References          []string // of the messages before in the thread, oldest first
	Date                time.Time
	Lang                string
	Subject, Text, HTML string
	Attachments         []Attachment
	Unsubscribe         string // where a subscription is ended; "" for what is none
}

// Sender is who a message comes from: "Vestby kommune" <post@vestby.kommune.no>.
type Sender struct{ Name, Address string }

// Attachment is a file that goes with a message.
type Attachment struct {
	Name, MediaType string
	Bytes           []byte
}

// Outcome is what a carrier says of a hand-over.
type Outcome int

// The outcomes. After Unsure the carrier may have taken the message or not.
const (
	Unsure   Outcome = iota // no or no clear answer: try again
	Taken                   // the carrier answers for it now
	NotNow                  // refused for the moment: try again
	NotEver                 // refused for good
	NoAccess                // the carrier refuses us, not the message: try again
)

// Answer is an outcome with the carrier's code ("250", "550 5.1.1").
type Answer struct {
	Outcome Outcome
	Code    string
}

// Carrier takes messages to people.
type Carrier interface {
	// Carry hands a message over. The error explains every outcome but Taken to
	// the log; it holds no address.
	Carry(ctx context.Context, e *Envelope) (Answer, error)
	// Close gives up what the carrier holds.
	Close() error
}
