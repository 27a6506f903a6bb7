package neighbours

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Key opens a notice for the one who is notified: her own page by the recipient's
// id, or the code of the letter.
type Key struct {
	ID   string
	Code string
	// Origin is the network address of whoever uses a code; too many codes that open
	// nothing close it for a while.
	Origin string
}

// Reply is what a neighbour answers.
type Reply struct {
	Answer Answer
	Text   string
	Files  []blob.Stored
	// Key is chosen once for each form that is shown: what is posted twice under one
	// key stands once.
	Key string
	// On is the day an answer on paper came.
	On clock.Date
}

// Heard is a notice as the one who is notified reads it.
type Heard struct {
	Notice    Notice
	Line      Line
	Documents []blob.Document
	Mine      []blob.Document // that came with the answer
	Today     clock.Date
	Decision  Decided
	MayAnswer bool
	ByHand    bool // opened with the code of a letter that the developer brought
}

// Decided is the decision of the case, for a neighbour who is to know of it.
type Decided struct {
	Outcome string
	At      clock.Date
}

// Late reports whether an answer that comes today is late.
func (h Heard) Late() bool { return h.Line.late(h.Today) }

// Over reports whether her own two weeks are over, and an answer is in time all the same,
// since others were notified later.
func (h Heard) Over() bool {
	return !h.Late() && !h.Line.Until.IsZero() && h.Today.After(h.Line.Until)
}

// unlock finds whose the key is. It tells nobody whether a code is of this or that:
// all that open nothing are alike.
func (s *Service) unlock(ctx context.Context, tx *store.Tx, key Key, perm access.Permission, lock bool) (n Notice, r Recipient, err error) {
	if key.Code != "" {
		r, err = s.oneRecipient(ctx, tx, "code_digest", digestOf(key.Code), lock)
	} else {
		r, err = s.oneRecipient(ctx, tx, "id", key.ID, lock)
	}
	if err != nil {
		return n, r, err
	}
	if n, err = s.load(ctx, tx, r.NoticeID, false); err != nil {
		return n, r, err
	}
	if n.State != Sent {
		return n, r, errs.NotFound("errs.not_found")
	}
	return n, r, s.Access.Check(ctx, perm, r.resource(n, key.Code != ""))
}

// tidy says whether a key can be one at all, and whether its user must wait.
func (s *Service) tidy(ctx context.Context, key *Key) error {
	if key.Code == "" {
		if !ids.Valid(key.ID) {
			return errs.NotFound("errs.not_found")
		}
		return s.warm(ctx)
	}
	now := s.DB.Clock().Now()
	if wait := s.missed.blocked(key.Origin, now); wait > 0 {
		return errs.TooMany(wait, "neighbours.too_many_codes")
	}
	if key.Code = tidyCode(key.Code); key.Code == "" {
		s.missed.add(key.Origin, now)
		return errs.NotFound("neighbours.code_unknown")
	}
	return s.warm(ctx)
}

// miss counts a code that opened nothing.
func (s *Service) miss(key Key, err error) error {
	if key.Code == "" || !errs.Is(err, errs.KindNotFound) {
		return err
	}
	s.missed.add(key.Origin, s.DB.Clock().Now())
	return errs.NotFound("neighbours.code_unknown").Because(err)
}

// Hear returns a notice to the one who is notified. When it is opened by somebody else – who
// acts for her, or has the code – she sees that it was: it tells what she owns and what she
// has answered.
func (s *Service) Hear(ctx context.Context, key Key) (h Heard, err error) {
	if h, err = s.hear(ctx, key); err != nil {
		return h, err
	}
	return h, s.opened(ctx, h)
}

// opened records who opened a neighbour's page, when it was not herself, before it is shown.
func (s *Service) opened(ctx context.Context, h Heard) error {
	r, actor := h.Line.Recipient, identity.From(ctx)
	if r.PersonID != "" {
		if actor.PersonID == r.PersonID {
			return nil
		}
		return s.lookAt(ctx, h.Notice, []string{r.PersonID})
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { // nobody to see it: the log does
		return s.recordOf(ctx, tx, h.Notice, r, "opened", nil)
	})
}

func (s *Service) hear(ctx context.Context, key Key) (h Heard, err error) {
	if err := s.tidy(ctx, &key); err != nil {
		return h, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, r, err := s.unlock(ctx, tx, key, PermHear, false)
		if err != nil {
			return err
		}
		line, err := s.lineTo(ctx, tx, n, r)
		if err != nil {
			return err
		}
		h = Heard{Notice: n, Line: line, Today: clock.DateIn(tx.Now.Time), ByHand: r.source(key) == byHandCode}
		h.MayAnswer = mayChange(h.Line, h.Today, r.source(key)) == nil && r.overwrites(r.source(key)) == nil
		if h.Documents, err = s.documents(ctx, tx, n.Documents); err != nil {
			return err
		}
		if h.Mine, err = s.documents(ctx, tx, r.Documents); err != nil {
			return err
		}
		h.Decision, err = s.decided(ctx, tx, n)
		h.MayAnswer = h.MayAnswer && h.Decision.Outcome == ""
		return err
	})
	return h, s.miss(key, err)
}

// source is how an answer comes that is given with a key. The code of a letter that the
// developer has brought is one that she can have read.
func (r Recipient) source(key Key) string {
	switch {
	case key.Code == "":
		return onPage
	case r.About.Code != "":
		return byHandCode
	}
	return byCode
}

// overwrites says why an answer by some way cannot be put over the one that stands, if it
// cannot: with a code that the developer has had in her hands nobody changes what was said
// otherwise.
func (r Recipient) overwrites(source string) error {
	if source == byHandCode && r.Answer != "" && r.Source != byHandCode {
		return errs.Conflict("neighbours.not_by_hand_code")
	}
	return nil
}

// heard reports whether her answer shows that she has got the notice. One with a code that
// the developer has had in her hands does not (byggesaksforskriften § 5-2).
func (r Recipient) heard() bool { return r.Answer != "" && r.Source != byHandCode }

// mayChange says why an answer cannot be given now in some way, if it cannot: one that
// came in time stands when the deadline has passed; one that was never given may still
// come, and is late. One by a code that the developer can have read stands in the way of
// none that proves more.
func mayChange(l Line, today clock.Date, source string) error {
	if l.Source == byHandCode && source != byHandCode {
		return nil
	}
	if l.ByDeadline() && l.late(today) {
		return errs.Conflict("neighbours.too_late_to_change")
	}
	return nil
}

// Answer takes a neighbour's answer in. The same answer again changes nothing.
func (s *Service) Answer(ctx context.Context, key Key, in Reply) (r Recipient, err error) {
	in.Text = clean(in.Text)
	if err := s.tidy(ctx, &key); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, found, err := s.unlock(ctx, tx, key, PermAnswer, true)
		if err != nil {
			return err
		}
		if decision, err := s.decided(ctx, tx, n); err != nil || decision.Outcome != "" {
			if err == nil {
				err = errs.Conflict("neighbours.decided_already")
			}
			return err
		}
		in.On = clock.DateIn(tx.Now.Time)
		r, err = s.take(ctx, tx, n, found, in, found.source(key))
		return err
	})
	return r, s.miss(key, err)
}

// take keeps an answer, lets it stand in the application, or go along to the case,
// and tells the developer.
func (s *Service) take(ctx context.Context, tx *store.Tx, n Notice, r Recipient, in Reply, source string) (Recipient, error) {
	posting := in.digest(ctx, source)
	if posting == r.posting {
		return r, nil
	}
	line, err := s.lineTo(ctx, tx, n, r)
	if err != nil {
		return r, err
	}
	if err := mayChange(line, in.On, source); err != nil {
		return r, err
	}
	if err := r.overwrites(source); err != nil {
		return r, err
	}
	if err := errs.InvalidFields(in.wrong(source)...); err != nil {
		return r, err
	}
	if len(r.Documents)+len(in.Files) > maxFiles {
		return r, errs.InvalidFields(errs.Field{Name: "files", Key: "neighbours.too_many_files", Args: []any{"most", maxFiles}})
	}
	kept, err := s.keep(ctx, tx, n, identity.From(ctx).PersonID, in.Files)
	if err != nil {
		return r, err
	}
	before := r.Answer
	r.Documents = append(r.Documents, kept...)
	r.Answer, r.About.Text, r.AnsweredAt, r.Source, r.posting = in.Answer, in.Text, tx.Now.Time, source, posting
	r.Late = line.late(in.On)
	r.About.By = ""
	if source == onPaper {
		r.About.By = identity.From(ctx).Name
		r.AnsweredAt = in.On.Start()
	}
	if err := s.saveRecipient(ctx, tx, &r); err != nil {
		return r, err
	}
	details := map[string]string{"answer": string(r.Answer), "source": source, "late": strconv.FormatBool(r.Late)}
	if err := s.recordOf(ctx, tx, n, r, "answer", details); err != nil {
		return r, err
	}
	if err := s.passOn(ctx, tx, n, r, before, kept); err != nil {
		return r, err
	}
	return r, s.tellSender(ctx, tx, n, "answered", r.ID+":"+posting)
}

// passOn lets an answer stand in the application that is being filled in, or in the
// journal of the case.
func (s *Service) passOn(ctx context.Context, tx *store.Tx, n Notice, r Recipient, before Answer, documents []string) error {
	if n.CaseID != "" {
		return s.toCase(ctx, tx, n, r, before, documents)
	}
	list, err := s.recipients(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	if err := s.consentsMoved(ctx, tx, n, list, before, r.Answer); err != nil {
		return err
	}
	return s.fill(ctx, tx, n, list)
}

// wrong is what keeps an answer from being taken in. A consent to building near the boundary
// binds the ground, and is not given with a code that the developer has had in her hands.
func (in Reply) wrong(source string) (wrong []errs.Field) {
	switch {
	case !in.Answer.Valid():
		wrong = append(wrong, errs.Field{Name: "answer", Key: "neighbours.need.answer"})
	case in.Answer == Consents && source == byHandCode:
		wrong = append(wrong, errs.Field{Name: "answer", Key: "neighbours.need.signed_consent"})
	}
	if in.Answer == Remarks && len(in.Files) == 0 {
		return append(wrong, checkText("text", in.Text, 1)...)
	}
	if len([]rune(in.Text)) > maxText {
		wrong = append(wrong, errs.Field{Name: "text", Key: "neighbours.too_long", Args: []any{"most", maxText}})
	}
	return wrong
}

// digest is what the row keeps of an answer: with who posted it and what, so that a
// key that comes again with another text hides nothing that was written.
func (in Reply) digest(ctx context.Context, source string) string {
	h := sha256.New()
	parts := []string{source, actorID(ctx), in.Key, string(in.Answer), in.Text}
	if source == onPaper {
		parts = append(parts, in.On.String())
	}
	for _, f := range in.Files {
		parts = append(parts, f.Name, strconv.FormatInt(f.Size, 10))
	}
	for _, part := range parts {
		_, _ = io.WriteString(h, fmt.Sprintf("%d:%s", len(part), part)) // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil))
}

// OpenWith opens a document of a notice for the one who is notified: the drawings, and
// what she has sent herself.
func (s *Service) OpenWith(ctx context.Context, key Key, document string) (io.ReadCloser, blob.Document, error) {
	h, err := s.Hear(ctx, key)
	if err != nil {
		return nil, blob.Document{}, err
	}
	return s.openOf(ctx, append(slices.Clone(h.Notice.Documents), h.Line.Documents...), document)
}

// openOf opens a document that is among some.
func (s *Service) openOf(ctx context.Context, among []string, document string) (io.ReadCloser, blob.Document, error) {
	if !slices.Contains(among, document) {
		return nil, blob.Document{}, errs.NotFound("errs.not_found")
	}
	return s.Blobs.Open(ctx, document)
}
