package notify

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed policies/*.cedar
var policies embed.FS

// What one may do with letters to print; the policies stand in
// policies/notify.cedar.
const (
	PermPrintList access.Permission = "letter.list"
	PermPrint     access.Permission = "letter.read"
	PermPost      access.Permission = "letter.post"
)

// Rules returns the package's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "notify", Policies: policies}
	for _, p := range []access.Permission{PermPrintList, PermPrint, PermPost} {
		rules.Permissions = append(rules.Permissions, access.Describe("notify", p))
	}
	return rules
}

// Printout is a letter on the print room's list.
type Printout struct {
	Delivery
	Kind, Thread string
	Subject      string // personal data
	Name         string // personal data
	// NoAddress says that the letter carries no address: it is protected
	// (folkeregisterloven § 10-4) or not known, and is written by hand.
	NoAddress bool
	item      Item
	person    identity.Person
	head      Letterhead // only of one that is printed
}

// atOnce is how many letters a page of the print room shows: those of one round to the
// printer.
const atOnce = 25

// mostCounted bounds how many letters are counted, and so how far one can leaf.
const mostCounted = 2000

// Room is a page of a list of the print room.
type Room struct {
	Letters     []Printout
	Page, Pages int
	All         int  // at most 2,000
	More        bool // there are more than All
}

// Printouts returns the letters that wait to be printed, the oldest first, those
// that have been posted ("posted") or those that came back ("back"), the newest
// first; at most 200. It holds those the actor may read.
func (s *Service) Printouts(ctx context.Context, show string) ([]Printout, error) {
	r, err := s.room(ctx, show, 1, maxList)
	return r.Letters, err
}

// Room returns a page of them, the first being 1. A page after the last is the last:
// letters leave the list while somebody works through it.
func (s *Service) Room(ctx context.Context, show string, page int) (Room, error) {
	return s.room(ctx, show, page, atOnce)
}

func (s *Service) room(ctx context.Context, show string, page, size int) (r Room, err error) {
	if err := s.Access.Check(ctx, PermPrintList, access.Resource{Type: "letter"}); err != nil {
		return r, err
	}
	scope, err := s.Access.Scope(ctx, PermPrint, "letter")
	if err != nil || scope.Nothing() {
		return Room{Page: 1, Pages: 1}, err
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return r, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		queue := newQueue(tx, scope, show)
		all, err := queue.count(ctx, tx, mostCounted+1)
		if err != nil {
			return err
		}
		r = Room{All: min(all, mostCounted), More: all > mostCounted}
		r.Pages = max(1, (r.All+size-1)/size)
		r.Page = min(max(page, 1), r.Pages)
		rows, err := queue.page(ctx, tx, (r.Page-1)*size, size)
		if err != nil {
			return err
		}
		for i := range rows {
			p, err := s.printout(ctx, tx, &rows[i])
			if err != nil {
				return err
			}
			r.Letters = append(r.Letters, p)
		}
		return nil
	})
	return r, err
}

// printout reads what a letter is about.
func (s *Service) printout(ctx context.Context, tx *store.Tx, d *deliveryRow) (p Printout, err error) {
	if p.Delivery, err = s.openDelivery(ctx, tx.Tenant, d); err != nil {
		return p, err
	}
	row, err := byID(ctx, tx, d.message)
	if err != nil {
		return p, err
	}
	if p.item, err = s.open(ctx, tx.Tenant, &row); err != nil {
		return p, err
	}
	if p.person, err = s.People.PersonIn(ctx, tx, d.person); err != nil {
		return p, fmt.Errorf("notify: who the letter is to: %w", err)
	}
	_, visible := p.person.VisibleAddress(identity.Actor{Kind: identity.System})
	p.Kind, p.Thread, p.Subject, p.Name, p.NoAddress = row.kind, row.thread, p.item.Subject, p.person.Name.Full(), !visible
	return p, nil
}

// resourceOf is the letter as the policies see it: it is as closed as what it
// tells of.
func resourceOf(d *deliveryRow) access.Resource {
	return access.Resource{
		Type: "letter", ID: d.id, Department: d.department, Assignee: d.assignee, Attrs: map[string]any{"restricted": d.restricted},
	}
}

// letterFor reads a letter that the actor may do something to.
func (s *Service) letterFor(ctx context.Context, tx *store.Tx, id string, perm access.Permission) (d deliveryRow, err error) {
	d, err = deliveryBy(ctx, tx, id)
	switch {
	case errors.Is(err, store.ErrNoRows), err == nil && d.channel != Letter:
		// Whoever may not print learns the same of what is there and what is not.
		if err := s.Access.Check(ctx, perm, access.Resource{Type: "letter", ID: id, Department: "none"}); err != nil {
			return d, err
		}
		return d, errs.NotFound("notify.not_found")
	case err != nil:
		return d, err
	}
	return d, s.Access.Check(ctx, perm, resourceOf(&d))
}

// File is a PDF to print.
type File struct {
	Name  string
	Bytes []byte
}

// Print returns a letter as one PDF and records that the actor has looked at it.
// With enclosure it is the document that lies behind the page with the address.
func (s *Service) Print(ctx context.Context, id string, enclosure bool) (File, error) {
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return File{}, err
	}
	var p Printout
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := s.letterFor(ctx, tx, id, PermPrint)
		if err != nil {
			return err
		}
		if p, err = s.printout(ctx, tx, &d); err != nil {
			return err
		}
		if enclosure && !p.Enclosed {
			return errs.NotFound("notify.not_found")
		}
		if s.Letterhead != nil {
			if p.head, err = s.Letterhead(ctx, tx, d.department); err != nil {
				return fmt.Errorf("notify: who a letter is from: %w", err)
			}
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "letter", ID: d.id}, d.person)
	})
	if err != nil {
		return File{}, err
	}
	if p.Document != "" && p.Enclosed == enclosure {
		return s.document(ctx, p.Document)
	}
	return s.write(ctx, p)
}

// document reads a letter that is a document already.
func (s *Service) document(ctx context.Context, id string) (f File, err error) {
	a, err := s.attach(ctx, id)
	if err != nil {
		return f, err
	}
	return File{Name: a.Name, Bytes: a.Bytes}, nil
}

// write makes the letter of the message's text.
func (s *Service) write(ctx context.Context, p Printout) (File, error) {
	var out bytes.Buffer
	if err := pdf.Write(&out, s.layout(ctx, p)); err != nil {
		return File{}, fmt.Errorf("notify: write the letter: %w", err)
	}
	return File{Name: s.Texts.For(p.item.Lang).T("notify.letter.file", "id", p.ID[:8]) + ".pdf", Bytes: out.Bytes()}, nil
}

// layout is the letter: the municipality's head with where it is reached, the
// person's address, the text.
func (s *Service) layout(ctx context.Context, p Printout) pdf.Document {
	t, words, item := tenant.From(ctx), s.Texts.For(p.item.Lang), p.item
	d := pdf.Document{
		Title: item.Subject, Lang: pdfLang(item.Lang), Author: s.From(ctx).Name, Created: item.CreatedAt, Look: pdf.Look{Color: color(t.Color)},
		Sender:    pdf.Sender{Name: s.From(ctx).Name, Unit: p.head.Unit, Lines: pdf.HeadLines(p.head.Lines)},
		Recipient: addressee(p.person),
		Reference: []pdf.Field{{Label: words.T("notify.letter.date"), Value: words.Date(clock.DateIn(item.CreatedAt))}},
		Body:      []pdf.Block{pdf.Heading{Level: 1, Text: item.Subject}},
		PageLabel: func(page, pages int) string { return words.T("notify.letter.page", "page", page, "pages", pages) },
	}
	for _, paragraph := range p.paragraphs() {
		d.Body = append(d.Body, pdf.P(paragraph))
	}
	if p.Enclosed {
		d.Body = append(d.Body, pdf.P(words.T("notify.letter.enclosed")))
	}
	if len(p.head.Lines) > 0 {
		d.Body = append(d.Body, pdf.P(words.T("notify.letter.contact")+"\n"+strings.Join(p.head.Lines, "\n")))
	}
	if action := item.Body.Action; action != nil && !p.Enclosed {
		d.Body = append(d.Body, pdf.P(words.T("notify.letter.online", "url", action.URL)))
	}
	return d
}

// paragraphs are what the letter says: the message as it is on paper. One that
// only leads to its document says no more than that it is enclosed.
func (l Printout) paragraphs() []string {
	switch item := l.item; {
	case len(item.Paper.Paragraphs) > 0:
		return item.Paper.Paragraphs
	case item.Paper.Document != "" && l.Enclosed:
		return nil
	case len(item.Body.Paragraphs) > 0:
		return item.Body.Paragraphs
	default: // from before the parts were kept
		text, _, _ := strings.Cut(item.Text, "\n-- \n")
		return strings.Split(strings.TrimSpace(text), "\n\n")
	}
}

// addressee is the name and, unless it is protected or unknown, the address.
func addressee(p identity.Person) []string {
	lines := []string{p.Name.Full()}
	if a, visible := p.VisibleAddress(identity.Actor{Kind: identity.System}); visible {
		lines = append(append(lines, a.Lines...), strings.TrimSpace(a.PostalCode+" "+a.PostalPlace))
	}
	return lines
}

func pdfLang(lang i18n.Lang) string {
	if lang == i18n.EN {
		return "en-GB"
	}
	return lang.Tag() + "-NO"
}

func color(text string) [3]uint8 {
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

// PostedAll records that some letters have been put in the post, each by itself, and
// returns how many it was: one that was posted or has gone meanwhile is no fault.
func (s *Service) PostedAll(ctx context.Context, letters []string) (n int, err error) {
	if err := s.Access.Check(ctx, PermPrintList, access.Resource{Type: "letter"}); err != nil {
		return 0, err
	}
	if len(letters) == 0 || len(letters) > atOnce {
		return 0, errs.InvalidFields(errs.Field{Name: "letter", Key: "notify.print.need_letters", Args: []any{"most", atOnce}})
	}
	for _, id := range letters {
		switch err := s.Posted(ctx, id); {
		case errs.Is(err, errs.KindNotFound), errs.Is(err, errs.KindForbidden): // closed since it was shown
		case err != nil:
			return n, err
		default:
			n++
		}
	}
	return n, nil
}

// Posted records that a letter has been put in the post. Somebody else may have
// been first, which is no fault.
func (s *Service) Posted(ctx context.Context, id string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := s.letterFor(ctx, tx, id, PermPost)
		if err != nil || d.state != Waiting {
			return err
		}
		row, err := lockMessage(ctx, tx, d.message)
		if err != nil {
			return err
		}
		if d, err = deliveryBy(ctx, tx, id); err != nil || d.state != Waiting {
			return err
		}
		d.state, d.handedOver = HandedOver, tx.Now
		if err := d.settle(ctx, tx, &row, receiptPosted, ""); err != nil {
			return err
		}
		if err := s.moved(ctx, tx, &row, false); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "notify.posted", Object: audit.Ref{Type: "letter", ID: d.id}, Subject: d.person, Case: caseOf(row.thread),
		})
	})
}
