package contact

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// MaxBatch is how many persons one call may ask about.
const MaxBatch = 1000

const (
	maxAnswer = 16 << 20 // 1,000 persons with certificates are some 4 MiB
	maxEmail  = 254      // RFC 5321 section 4.5.3.1.3, less the brackets
)

// answer is the register's JSON. Fields that are not needed, such as the
// certificate of a mailbox, are not read; new ones may come.
type answer struct {
	Persons []struct {
		Number      string `json:"personidentifikator"`
		Reservation string `json:"reservasjon"`
		Status      string `json:"status"`
		Notifying   string `json:"varslingsstatus"`
		Contact     struct {
			Email          string `json:"epostadresse"`
			EmailUpdated   string `json:"epostadresse_oppdatert"`
			EmailVerified  string `json:"epostadresse_sist_verifisert"`
			Mobile         string `json:"mobiltelefonnummer"`
			MobileUpdated  string `json:"mobiltelefonnummer_oppdatert"`
			MobileVerified string `json:"mobiltelefonnummer_sist_verifisert"`
		} `json:"kontaktinformasjon"`
		Mailbox struct {
			Address string `json:"postkasseadresse"`
		} `json:"digital_post"`
		Lang string `json:"spraak"`
	} `json:"personer"`
}

// Decode reads an answer to a question about the given persons. It is refused
// as a whole when it is too long, leaves somebody out, tells of somebody who was
// not asked about, or says what the register's documentation does not know: a
// misread reservation would send a decision where it must not go. The errors
// name places, never values.
func Decode(r io.Reader, asked []pid.PID) (map[pid.PID]Record, error) {
	limited := &io.LimitedReader{R: r, N: maxAnswer + 1}
	decoder := json.NewDecoder(limited)
	var a answer
	if err := decoder.Decode(&a); err != nil {
		return nil, unreadable(limited, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, unreadable(limited, errors.New("more than one document"))
	}
	open := make(map[pid.PID]bool, len(asked))
	for _, n := range asked {
		open[n] = true
	}
	records := make(map[pid.PID]Record, len(asked))
	for i := range a.Persons {
		number, err := pid.Parse(a.Persons[i].Number)
		if err != nil || !open[number] {
			return nil, fmt.Errorf("contact: answer: person %d was not asked about, or twice", i)
		}
		delete(open, number)
		if records[number], err = a.record(i); err != nil {
			return nil, fmt.Errorf("contact: answer: person %d: %w", i, err)
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("contact: answer: %d persons are left out", len(open))
	}
	return records, nil
}

// unreadable hides what the parser quotes.
func unreadable(r *io.LimitedReader, err error) error {
	if r.N <= 0 {
		return errors.New("contact: answer: too long")
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errors.New("contact: answer: a value of the wrong type")
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("contact: answer: no JSON")
	}
	return fmt.Errorf("contact: answer: %w", err)
}

func (a answer) record(i int) (r Record, err error) {
	p := a.Persons[i]
	switch r.Status = Status(p.Status); r.Status {
	case Active, Deleted, Unregistered:
	default:
		return r, errors.New("unknown status")
	}
	if r.Reserved, err = either(p.Reservation, "JA", "NEI"); err != nil && (p.Reservation != "" || r.Status == Active) {
		return r, fmt.Errorf("reservation: %w", err)
	}
	if r.Notifying, err = either(p.Notifying, "KAN_VARSLES", "KAN_IKKE_VARSLES"); err != nil && p.Notifying != "" {
		return r, fmt.Errorf("varslingsstatus: %w", err)
	}
	c := p.Contact
	if r.Email, err = detail(c.Email, c.EmailUpdated, c.EmailVerified, isEmail); err != nil {
		return r, fmt.Errorf("e-mail: %w", err)
	}
	if r.Mobile, err = detail(c.Mobile, c.MobileUpdated, c.MobileVerified, isMobile); err != nil {
		return r, fmt.Errorf("mobile: %w", err)
	}
	r.Mailbox = p.Mailbox.Address != ""
	switch lang := i18n.Lang(p.Lang); {
	case p.Lang == "", lang.Valid():
		r.Lang = lang
	default:
		return r, errors.New("unknown language")
	}
	return r, nil
}

func either(text, yes, no string) (bool, error) {
	switch text {
	case yes:
		return true, nil
	case no:
		return false, nil
	}
	return false, errors.New("neither of the two")
}

// detail reads an address with its dates. An address that is none is left out,
// not refused: people have registered all sorts of things, and one must not
// hold up a thousand.
func detail(value, updated, verified string, valid func(string) bool) (d Detail, err error) {
	if d.Updated, err = instant(updated); err != nil {
		return d, err
	}
	if d.Verified, err = instant(verified); err != nil {
		return d, err
	}
	if value = strings.TrimSpace(value); !valid(value) {
		return Detail{}, nil
	}
	d.Value = value
	return d, nil
}

func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New("no instant")
	}
	return t.UTC(), nil
}

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= maxEmail && !strings.ContainsAny(text, " \t\r\n\x00")
}

// isMobile takes Norwegian numbers and those of other countries (E.164).
func isMobile(text string) bool {
	digits, _ := strings.CutPrefix(text, "+")
	return len(digits) >= 8 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}
