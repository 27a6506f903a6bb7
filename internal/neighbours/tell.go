package neighbours

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// wordsOf are the municipality's own words, for what is kept.
func (s *Service) wordsOf(ctx context.Context) *i18n.Localizer {
	return s.Bundle.For(tenant.From(ctx).Lang())
}

func (s *Service) wordsFor(ctx context.Context, p identity.Person) *i18n.Localizer {
	if p.Lang.Valid() {
		return s.Bundle.For(p.Lang)
	}
	return s.wordsOf(ctx)
}

// letter is a message to a person.
type letter struct {
	what, thread, dedupe, path, open string
	class                            notify.Class
	paragraphs                       []string
	args                             []any
}

// write hands a message to notify, whichever way it goes.
func (s *Service) write(ctx context.Context, tx *store.Tx, p identity.Person, words *i18n.Localizer, l letter) (string, error) {
	subject := words.T("neighbours.mail."+l.what+".subject", l.args...)
	id, err := s.Notify.Send(ctx, tx, notify.Message{
		PersonID: p.ID, Email: p.Email, Kind: "neighbours." + l.what, Class: l.class, Thread: l.thread, Lang: words.Lang(),
		Dedupe: "neighbours:" + l.dedupe, Subject: subject,
		Body: notify.Body{
			Heading: subject, Paragraphs: l.paragraphs, Action: &notify.Action{Text: words.T("neighbours.mail." + l.open), URL: s.SiteURL(tenant.From(ctx)) + l.path},
		},
	})
	if err != nil {
		return "", fmt.Errorf("neighbours: tell %s: %w", l.what, err)
	}
	return id, nil
}

// tellNeighbour sends the notice itself. It follows the rules for decisions: it lets
// a deadline run, so it must reach whoever has reserved herself, too.
func (s *Service) tellNeighbour(ctx context.Context, tx *store.Tx, n Notice, r Recipient, code string) (string, error) {
	p, err := s.Identity.PersonIn(ctx, tx, r.PersonID)
	if err != nil {
		return "", err
	}
	words := s.wordsFor(ctx, p)
	drawings, err := s.documents(ctx, tx, n.Documents)
	if err != nil {
		return "", err
	}
	l := letter{
		what: "notice", thread: thread(n.ID), dedupe: n.ID + ":" + r.ID + ":notice", path: "/notice/" + code, open: "read", class: notify.Decision,
		args: []any{"address", placeOf(n)}, paragraphs: s.noticeText(ctx, words, n, r, drawings),
	}
	l.paragraphs = append(l.paragraphs, words.T("neighbours.mail.notice.code", "code", code, "url", s.SiteURL(tenant.From(ctx))+"/notice"))
	return s.write(ctx, tx, p, words, l)
}

// noticeText is what a notice says, on a screen or on paper.
func (s *Service) noticeText(ctx context.Context, words *i18n.Localizer, n Notice, r Recipient, drawings []blob.Document) []string {
	t := tenant.From(ctx)
	who, owner := "neighbours.mail.notice.who", r.About.Name
	if r.Kind == Ward {
		who = "neighbours.mail.notice.who_ward"
		if r.Way == ByHand || r.About.Protected {
			// The developer reads what she brings, and a guardian may be the one from whom
			// the address is kept.
			owner = words.T("neighbours.mail.notice.the_child")
		}
	}
	text := []string{
		words.T(who, "owner", owner, "name", n.Texts.SenderName, "address", placeOf(n), "property", n.Property(), "yours", r.Property(),
			"municipality", t.Name.In(words.Lang())),
		words.T("neighbours.mail.notice.works") + "\n" + n.Texts.Description,
	}
	if len(n.Texts.Dispensations) > 0 {
		text = append(text, words.T("neighbours.mail.notice.dispensations")+"\n– "+strings.Join(n.Texts.Dispensations, "\n– "))
	}
	if n.Texts.Contact != "" {
		text = append(text, words.T("neighbours.mail.notice.contact")+"\n"+n.Texts.Contact)
	}
	if len(drawings) > 0 {
		list := "neighbours.mail.notice.drawings"
		if r.Way == ByHand {
			list = "neighbours.hand.drawing_list"
		}
		text = append(text, words.T(list)+"\n– "+strings.Join(namesOf(drawings), "\n– "))
	}
	if r.Way == ByHand {
		return text // when and where to answer stands in the letter: see handLetter
	}
	return append(text, words.T("neighbours.mail.notice.deadline", "date", words.Date(n.Until)), words.T("neighbours.mail.notice.silence"))
}

// placeOf is where it is to be built: the address, or the number when there is none.
func placeOf(n Notice) string {
	if n.Texts.Address != "" {
		return n.Texts.Address
	}
	return n.Property()
}

// tellSender tells the developer that there is something to read, never what.
func (s *Service) tellSender(ctx context.Context, tx *store.Tx, n Notice, what, of string) error {
	if actorID(ctx) == n.Sender {
		return nil
	}
	p, err := s.Identity.PersonIn(ctx, tx, n.Sender)
	if err != nil {
		return err
	}
	if p.Deceased() {
		return nil
	}
	words := s.wordsFor(ctx, p)
	args := []any{"address", placeOf(n)}
	_, err = s.write(ctx, tx, p, words, letter{
		what: what, thread: senderThread(n.ID), dedupe: n.ID + ":" + what + ":" + of, path: "/my/notices/" + n.ID, open: "read", class: notify.Notice,
		args: args, paragraphs: []string{words.T("neighbours.mail."+what+".text", args...)},
	})
	return err
}

// tellStaff tells whoever has the case, in her own language, or else the department's
// mailbox, that a neighbour has answered after the application; never what.
func (s *Service) tellStaff(ctx context.Context, tx *store.Tx, n Notice, c cases.Case, what, of string) error {
	if c.Assignee != "" && c.Assignee == actorID(ctx) {
		return nil // she has written the answer down herself
	}
	to, words, err := s.staffOf(ctx, tx, c)
	if err != nil || to.ID == "" && to.Email == "" {
		return err
	}
	args := []any{"number", c.Label(), "address", placeOf(n)}
	_, err = s.write(ctx, tx, to, words, letter{
		what: what, thread: "case:" + c.ID, dedupe: n.ID + ":" + what + ":" + of, path: "/work/cases/" + c.ID, open: "open_case", class: notify.Staff,
		args: args, paragraphs: []string{words.T("neighbours.mail."+what+".text", args...)},
	})
	return err
}

// staffOf is who is told of a case: its case worker, else the department's mailbox,
// which is a person without an id here; nobody when there is neither.
func (s *Service) staffOf(ctx context.Context, tx *store.Tx, c cases.Case) (identity.Person, *i18n.Localizer, error) {
	if c.Assignee != "" {
		p, err := s.Identity.PersonIn(ctx, tx, c.Assignee)
		if err == nil {
			return p, s.wordsFor(ctx, p), nil
		}
		if !errs.Is(err, errs.KindNotFound) { // a machine's token may hold a case; it has no mailbox
			return identity.Person{}, nil, err
		}
	}
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return identity.Person{}, nil, fmt.Errorf("neighbours: departments: %w", err)
	}
	for _, d := range list {
		if d.ID == c.Department {
			return identity.Person{Email: d.Email}, s.wordsOf(ctx), nil
		}
	}
	return identity.Person{}, nil, nil
}

// tellDecided tells a neighbour with remarks that the case is decided, and of the
// right to appeal (forvaltningsloven §§ 27 and 28). She reads the outcome on her page.
func (s *Service) tellDecided(ctx context.Context, tx *store.Tx, n Notice, r Recipient, number, of string) error {
	p, err := s.Identity.PersonIn(ctx, tx, r.PersonID)
	if err != nil {
		return err
	}
	if p.Deceased() {
		return nil
	}
	words := s.wordsFor(ctx, p)
	args := []any{"address", placeOf(n), "number", number, "municipality", tenant.From(ctx).Name.In(words.Lang())}
	_, err = s.write(ctx, tx, p, words, letter{
		what: "decided", thread: thread(n.ID), dedupe: n.ID + ":" + r.ID + ":" + of, path: "/my/neighbour-notices/" + r.ID, open: "read", class: notify.Decision,
		args: args, paragraphs: []string{words.T("neighbours.mail.decided.text", args...), words.T("neighbours.mail.decided.appeal", args...)},
	})
	return err
}

// namesOf are the names of documents, as the letter lists them: one encloses the first
// that is a PDF, and the others are read with the code, or asked for.
func namesOf(documents []blob.Document) []string {
	names := make([]string, len(documents))
	for i, d := range documents {
		names[i] = d.Name
	}
	return names
}

// AboutLetter tells the print room whose a letter is, when its thread is a notice's,
// and which drawing lies in it: the first that is a PDF, since a letter has room for
// one. The letter lists them all, and says where the others are.
func (s *Service) AboutLetter(ctx context.Context, tx *store.Tx, about notify.About) (notify.About, bool, error) {
	id, ok := strings.CutPrefix(about.Thread, threadOfNotice)
	if !ok {
		return about, false, nil
	}
	n, err := s.load(ctx, tx, id, false)
	if errs.Is(err, errs.KindNotFound) {
		return about, true, nil
	}
	if err != nil {
		return about, true, err
	}
	if about, err = s.closed(ctx, tx, n, about); err != nil {
		return about, true, err
	}
	if about.Kind != kindNotice {
		return about, true, nil
	}
	documents, err := s.documents(ctx, tx, n.Documents)
	for _, d := range documents {
		if d.MediaType == blob.PDF && d.Scan != blob.Refused && d.Scan != blob.Scanning {
			about.Document, about.Enclosed = d.ID, true
			break
		}
	}
	return about, true, err
}

// LetterBack hears that a letter to a neighbour came back: the developer must then
// bring it herself, when no way is left and it has not been read on the neighbour's page.
// Which neighbour is told by the message: a guardian gets one for each owner.
func (s *Service) LetterBack(ctx context.Context, tx *store.Tx, b notify.LetterBack) (bool, error) {
	id, ok := strings.CutPrefix(b.Thread, threadOfNotice)
	if !ok || b.Next != "" {
		return ok, nil
	}
	n, err := s.load(ctx, tx, id, true)
	if err != nil {
		return true, err
	}
	list, err := s.recipients(ctx, tx, id)
	if err != nil {
		return true, err
	}
	at := slices.IndexFunc(list, func(r Recipient) bool { return r.message != "" && r.message == b.Message })
	if at < 0 || list[at].Way != ByTorg || list[at].Answer != "" {
		return true, nil
	}
	traces, err := s.traces(ctx, tx, n)
	if err != nil {
		return true, err
	}
	r := &list[at]
	if _, on := wayOf(traces[r.message], clock.DateIn(n.SentAt)); !on.IsZero() {
		return true, nil // she has read it
	}
	r.Way, r.DeliveredOn, r.Until = ByHand, clock.Date{}, clock.Date{}
	if err := s.saveRecipient(ctx, tx, r); err != nil {
		return true, err
	}
	if err := s.recordOf(ctx, tx, n, *r, "letter_back", nil); err != nil {
		return true, err
	}
	n.Until = clock.Date{} // not known until she has been brought it
	if err := s.save(ctx, tx, &n); err != nil {
		return true, err
	}
	return true, s.tellSender(ctx, tx, n, "letter_back", r.ID+":"+strconv.FormatInt(r.Version, 10))
}
