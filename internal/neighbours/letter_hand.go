package neighbours

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
)

// mostLines bounds an address on a letter.
const mostLines = 6

// handed is a letter that the developer brings, with what it takes to write it.
type handed struct {
	notice   Notice
	to       Recipient
	drawings []blob.Document
	sender   []string // the developer's address; none when it is not known, or secret
	code     string   // "" when the municipality's own letter has given her one
	today    clock.Date
}

// HandLetter writes the letter that the developer brings herself. It holds the address,
// which she then needs, where and by when the neighbour answers, and a code with which she
// can on the web, too. Since the developer can have read the code, it is one that gives no
// consent and changes nothing that was said otherwise: see [Recipient.overwrites].
func (s *Service) HandLetter(ctx context.Context, id, recipient string, w io.Writer) error {
	l := handed{}
	n, _, err := s.read(ctx, id, PermWrite)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l = handed{notice: n, today: clock.DateIn(tx.Now.Time)}
		r, err := s.oneRecipient(ctx, tx, "id", recipient, true)
		if err != nil || r.NoticeID != n.ID || r.Way != ByHand || n.State != Sent {
			return notFound(err)
		}
		if err := s.codeByHand(ctx, tx, &r); err != nil {
			return err
		}
		l.to, l.code = r, r.About.Code
		if l.sender, err = s.addressOfSender(ctx, tx, n); err != nil {
			return err
		}
		if l.drawings, err = s.documents(ctx, tx, n.Documents); err != nil {
			return err
		}
		return s.recordOf(ctx, tx, n, r, "hand_letter", nil)
	})
	if err != nil {
		return err
	}
	return s.writePage(w, s.handLetter(ctx, l))
}

// notFound is the error of what is not there, or is another's.
func notFound(err error) error {
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	return errs.NotFound("errs.not_found")
}

// codeByHand gives somebody the code of the letter that is brought to her: one, however often
// the letter is fetched. Whoever has had a letter from the municipality has its code.
func (s *Service) codeByHand(ctx context.Context, tx *store.Tx, r *Recipient) error {
	if r.About.Code != "" || r.code != "" {
		return nil
	}
	r.About.Code = newCode()
	r.code = digestOf(r.About.Code)
	return s.saveRecipient(ctx, tx, r)
}

// addressOfSender is where answers on paper are sent to the developer; nowhere when her
// address is secret, which nobody is told of by a letter.
func (s *Service) addressOfSender(ctx context.Context, tx *store.Tx, n Notice) ([]string, error) {
	p, err := s.Identity.PersonIn(ctx, tx, n.Sender)
	if err != nil {
		return nil, fmt.Errorf("neighbours: the developer: %w", err)
	}
	address, known := p.VisibleAddress(identity.From(identity.AsSystem(ctx, "neighbours")))
	if !known || n.Restricted {
		return nil, nil
	}
	return linesOf(address), nil
}

func (s *Service) handLetter(ctx context.Context, l handed) pdf.Document {
	words, to := s.wordsOf(ctx), veil(l.notice, l.to)
	title := words.T("neighbours.mail.notice.subject", "address", placeOf(l.notice))
	d := s.page(ctx, words, title)
	d.Sender = pdf.Sender{Name: l.notice.Texts.SenderName, Lines: pdf.HeadLines(l.sender)}
	d.Author = l.notice.Texts.SenderName
	name := nameOf(words, to)
	if to.Kind.unknown() {
		name = ownerOf(words, to)
	}
	d.Recipient = append([]string{name}, to.About.Lines[:min(len(to.About.Lines), mostLines)]...)
	d.Reference = append(d.Reference, pdf.Field{Label: words.T("neighbours.term.property"), Value: l.notice.Property()})
	d.Body = []pdf.Block{pdf.Heading{Level: 1, Text: title}}
	for _, paragraph := range s.noticeText(ctx, words, l.notice, l.to, l.drawings) {
		d.Body = append(d.Body, pdf.P(paragraph))
	}
	d.Body = append(d.Body, pdf.P(words.T("neighbours.hand.drawings")), pdf.Heading{Level: 2, Text: words.T("neighbours.hand.deadline")}, pdf.P(l.deadline(words)))
	d.Body = append(d.Body, s.howToAnswer(ctx, words, l)...)
	d.Body = append(d.Body, answerSlip(words)...)
	return d
}

// deadline says by when an answer is in time: two weeks from when the letter was brought
// (plan- og bygningsloven § 21-3), which is a day once that is known.
func (l handed) deadline(words *i18n.Localizer) string {
	if !l.to.DeliveredOn.IsZero() {
		return words.T("neighbours.hand.deadline_known", "date", words.Date(Deadline(l.to.DeliveredOn)))
	}
	return words.T("neighbours.hand.deadline_open", "today", words.Date(l.today), "date", words.Date(Deadline(l.today)))
}

// howToAnswer says where an answer goes: on the web with the code, and on paper to the
// developer or the municipality.
func (s *Service) howToAnswer(ctx context.Context, words *i18n.Localizer, l handed) []pdf.Block {
	t := tenant.From(ctx)
	blocks := []pdf.Block{pdf.Heading{Level: 2, Text: words.T("neighbours.hand.how_to")}}
	if l.code != "" {
		// The code has a line of its own: broken at a hyphen it cannot be typed.
		blocks = append(blocks, pdf.P(words.T("neighbours.hand.online", "url", s.SiteURL(t)+"/notice")), pdf.P(l.code), pdf.P(words.T("neighbours.hand.online_rest")))
	} else {
		blocks = append(blocks, pdf.P(words.T("neighbours.hand.logged_in", "url", s.SiteURL(t)+"/my/notices")))
	}
	municipality := append([]string{words.T("web.municipality", "name", t.Name.In(words.Lang()))}, web.ContactLines(t)...)
	if len(l.sender) > 0 {
		developer := append([]string{l.notice.Texts.SenderName}, l.sender...)
		return append(blocks, pdf.P(words.T("neighbours.hand.paper")), pdf.P(strings.Join(developer, "\n")), pdf.P(words.T("neighbours.hand.or")), pdf.P(strings.Join(municipality, "\n")),
			pdf.P(words.T("neighbours.hand.mark", "property", l.notice.Property())))
	}
	return append(blocks, pdf.P(words.T("neighbours.hand.paper_municipality")), pdf.P(strings.Join(municipality, "\n")), pdf.P(words.T("neighbours.hand.mark", "property", l.notice.Property())))
}

// answerSlip is what the neighbour fills in and gives back, and the receipt that the developer
// keeps when she hands the letter over (byggesaksforskriften § 5-2).
func answerSlip(words *i18n.Localizer) []pdf.Block {
	blocks := []pdf.Block{pdf.Heading{Level: 2, Text: words.T("neighbours.hand.slip")}, pdf.P(words.T("neighbours.hand.answer"))}
	for _, key := range []string{"slip_none", "slip_consent", "slip_remarks"} {
		blocks = append(blocks, pdf.P(words.T("neighbours.hand."+key)))
	}
	for range emptyLines {
		blocks = append(blocks, pdf.P(strings.Repeat("_", lineLength)))
	}
	blocks = append(blocks, pdf.P(words.T("neighbours.hand.slip_signature")))
	return append(blocks, pdf.Heading{Level: 2, Text: words.T("neighbours.hand.received")}, pdf.P(words.T("neighbours.hand.signature")))
}

// What the slip leaves open for remarks: so many lines of so many strokes.
const emptyLines, lineLength = 3, 72
