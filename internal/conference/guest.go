package conference

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Guest is somebody beside the parties who is asked to a conference: another authority, a
// neighbour, whoever knows what it is about (byggesaksforskriften § 6-1).
type Guest struct {
	ID          string
	Name, Email string // personal data
	InvitedAt   time.Time
}

// Invitation is what is typed to ask somebody to come.
type Invitation struct {
	Name, Email string
	Text        string // what she is told beside time and place; may be empty
}

// The bounds of an invitation, in characters, and of how many are asked.
const (
	mostGuestName = 200
	mostEmail     = 254 // RFC 5321 section 4.5.3.1.3, less the brackets
	mostGuestText = 1000
	mostGuests    = 20
)

// tidy takes away what typing leaves behind. A name stands on one line.
func (in Invitation) tidy() Invitation {
	return Invitation{Name: strings.Join(strings.Fields(tidy(in.Name)), " "), Email: tidy(in.Email), Text: tidy(in.Text)}
}

func (in Invitation) check() error {
	var wrong []errs.Field
	add := func(when bool, name, key string, args ...any) {
		if when {
			wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	add(in.Name == "", "guest_name", "conference.wrong.guest_name")
	add(utf8.RuneCountInString(in.Name) > mostGuestName, "guest_name", "cases.too_long", "most", mostGuestName)
	add(!isEmail(in.Email), "guest_email", "conference.wrong.guest_email")
	add(utf8.RuneCountInString(in.Text) > mostGuestText, "guest_text", "cases.too_long", "most", mostGuestText)
	return errs.InvalidFields(wrong...)
}

// isEmail reports whether a text is a bare address.
func isEmail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= mostEmail && !strings.ContainsAny(s, "\r\n")
}

// text is what the journal keeps of an invitation, which the parties read: who is asked
// and what she is told, and not how she is reached.
func (in Invitation) text(words *i18n.Localizer) string {
	text := words.T("conference.text.invited", "name", in.Name)
	if in.Text != "" {
		text += "\n\n" + in.Text
	}
	return text
}
