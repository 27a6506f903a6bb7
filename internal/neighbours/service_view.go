package neighbours

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// View is a notice as the developer or the staff read it.
type View struct {
	Notice    Notice
	Lines     []Line
	Documents []blob.Document
	Files     map[string][]blob.Document // that came with answers, by recipient
	Today     clock.Date
	Drafts    []forms.DraftInfo // applications that the notice can belong to
	Own       bool              // the reader is the developer, or acts for her
	Received  time.Time         // when the application came, on its case's page
	Reach     Reach
	Decided   bool // the case is decided, so that nothing is waited for
	Filled    bool // the application that it belongs to is being filled in
	// What the actor may do.
	MayRegister, MayExempt, MayPrint bool
}

// Tally counts the answers.
func (v View) Tally() Tally {
	list := make([]Recipient, 0, len(v.Lines))
	for _, l := range v.Lines {
		list = append(list, l.Recipient)
	}
	return Count(list)
}

// after reports whether remarks have come since the application did. By the deadline
// they take the three weeks away (plan- og bygningsloven § 21-7); late ones do not.
func (v View) after(late bool) bool {
	return slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Answer == Remarks && l.Late == late && l.AnsweredAt.After(v.Received) })
}

// View returns a notice. A look by the staff is recorded, and those whose names
// stand in it can see who looked.
func (s *Service) View(ctx context.Context, id string) (v View, err error) {
	n, list, err := s.read(ctx, id, PermRead)
	if err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		v = View{Notice: n, Today: clock.DateIn(tx.Now.Time), Files: map[string][]blob.Document{}, Own: s.Access.Check(ctx, PermWrite, n.resource()) == nil}
		if v.Lines, err = s.lines(ctx, tx, n, list); err != nil {
			return err
		}
		v.Reach = reachOf(v.Lines)
		if v.Own {
			v.Lines = veiled(n, v.Lines)
		}
		if v.Documents, err = s.documents(ctx, tx, n.Documents); err != nil {
			return err
		}
		for _, r := range list {
			if len(r.Documents) == 0 {
				continue
			}
			if v.Files[r.ID], err = s.documents(ctx, tx, r.Documents); err != nil {
				return err
			}
		}
		decision, err := s.decided(ctx, tx, n)
		if err != nil {
			return err
		}
		v.Decided = decision.Outcome != ""
		if v.Filled, err = s.writable(ctx, tx, n); err != nil {
			return err
		}
		v.MayRegister = s.Access.Check(ctx, PermRegister, n.resource()) == nil
		v.MayExempt = s.Access.Check(ctx, PermExempt, n.resource()) == nil
		v.MayPrint = !v.Own && s.Access.Check(ctx, notify.PermPrintList, access.Resource{Type: "letter"}) == nil
		if v.Own && n.DraftID == "" && n.CaseID == "" && n.State != Draft {
			v.Drafts, err = s.bindable(ctx, tx, n)
		}
		return err
	})
	if err != nil {
		return v, err
	}
	return v, s.look(ctx, n, list)
}

// bindable are the developer's applications about the same property that are not sent.
func (s *Service) bindable(ctx context.Context, tx *store.Tx, n Notice) ([]forms.DraftInfo, error) {
	list, err := s.Forms.Drafts(ctx, tx, n.Sender)
	if err != nil {
		return nil, err
	}
	var same []forms.DraftInfo
	for _, d := range list {
		if d.Form != s.Form {
			continue
		}
		draft, err := s.Forms.Draft(ctx, tx, d.ID)
		if err != nil {
			return nil, err
		}
		if overlap(n.Properties, refsOf(draft.Answers.Values)) {
			same = append(same, d)
		}
	}
	return same, nil
}

// OpenFor opens a document of a notice for whoever may read the notice.
func (s *Service) OpenFor(ctx context.Context, id, document string) (io.ReadCloser, blob.Document, error) {
	n, list, err := s.read(ctx, id, PermRead)
	if err != nil {
		return nil, blob.Document{}, err
	}
	var whose []string // who sees in "who has looked" that it was opened
	switch i := slices.IndexFunc(list, func(r Recipient) bool { return slices.Contains(r.Documents, document) }); {
	case slices.Contains(n.Documents, document):
		whose = []string{n.Sender}
	case i < 0:
		return nil, blob.Document{}, errs.NotFound("errs.not_found")
	case list[i].PersonID != "":
		whose = []string{list[i].PersonID}
	}
	if actor := identity.From(ctx); s.Access.Check(ctx, PermWrite, n.resource()) == nil {
		whose = nil // the developer herself
		if actor.PersonID != n.Sender {
			whose = []string{n.Sender}
		}
	}
	if err := s.lookAt(ctx, n, whose); err != nil {
		return nil, blob.Document{}, err
	}
	return s.Blobs.Open(ctx, document)
}

// Mine is what somebody's page about notices shows: those she has sent, and those
// she has got.
type Mine struct {
	Sent []Notice
	Got  []Got
	// Filled are the applications of what she has sent that are being filled in, by id.
	Filled map[string]bool
}

// Got is a notice that somebody has got.
type Got struct {
	Notice Notice
	Line   Line
}

// Mine returns the actor's notices.
func (s *Service) Mine(ctx context.Context) (m Mine, err error) {
	if err := s.Access.Check(ctx, PermStart, access.Resource{Type: "notice"}); err != nil {
		return m, err
	}
	if err := s.warm(ctx); err != nil {
		return m, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		m = Mine{Filled: map[string]bool{}}
		if m.Sent, err = s.ofSender(ctx, tx, author(ctx)); err != nil {
			return err
		}
		for _, n := range m.Sent {
			if m.Filled[n.DraftID] {
				continue
			}
			if m.Filled[n.DraftID], err = s.writable(ctx, tx, n); err != nil {
				return err
			}
		}
		got, err := s.ofPerson(ctx, tx, author(ctx), false)
		if err != nil {
			return err
		}
		for _, r := range got {
			n, err := s.load(ctx, tx, r.NoticeID, false)
			if err != nil {
				return err
			}
			if s.Access.Check(ctx, PermHear, r.resource(n, false)) != nil {
				continue // by a mandate that does not reach building cases
			}
			line, err := s.lineTo(ctx, tx, n, r)
			if err != nil {
				return err
			}
			m.Got = append(m.Got, Got{Notice: n, Line: line})
		}
		return nil
	})
	m.Sent = slices.DeleteFunc(m.Sent, func(n Notice) bool { return s.Access.Check(ctx, PermRead, n.resource()) != nil })
	return m, err
}

// Filter says which notices the staff see.
type Filter struct {
	Asked    bool   // those whose exemption waits for an answer
	Property string // "12/34"
}

// List returns the notices that the case worker may read, the newest first, at most
// 100.
func (s *Service) List(ctx context.Context, f Filter) (list []Notice, err error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "notice"}); err != nil {
		return nil, err
	}
	scope, err := s.Access.Scope(ctx, PermRead, "notice")
	if err != nil {
		return nil, fmt.Errorf("neighbours: scope: %w", err)
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	property := strings.ReplaceAll(strings.TrimSpace(f.Property), "-", "/")
	if strings.Trim(property, "0123456789/") != "" {
		return nil, nil // nobody's number
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.scoped(ctx, tx, scope, f.Asked, property)
		return err
	})
	return list, err
}
