package applications

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Receipt is what one gets for an application sent without log-in.
type Receipt struct {
	Unbound Unbound
	Title   string // of the form
	// Code binds the application to whoever logs in with it. It is shown once and
	// kept as a digest; "" when it was shown before.
	Code string
}

// referenceLength is how much of a random text one has to read out on the telephone.
const referenceLength = 8

// SendUnbound sends what was written without log-in. It counts as received from
// that instant (forvaltningsloven § 11 a, § 29), though it becomes a case only
// when it is known whose it is. Sent again, it is the first, without its code.
func (s *Service) SendUnbound(ctx context.Context, draft string) (r Receipt, err error) {
	if err := s.warm(ctx); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r = Receipt{}
		o, err := s.open(ctx, tx, draft, PermSubmit)
		if err != nil {
			return err
		}
		if o.Unbound.ID == "" {
			return errs.NotFound("errs.not_found")
		}
		r.Unbound, r.Title = o.Unbound, o.Definition.Title.In(i18n.LangOf(ctx))
		if o.Unbound.Status != UnboundDraft {
			return nil
		}
		return s.sendUnbound(ctx, tx, o, &r)
	})
	return r, err
}

func (s *Service) sendUnbound(ctx context.Context, tx *store.Tx, o Opened, r *Receipt) error {
	kind, err := s.kind(ctx, o.Draft.Form)
	if err != nil {
		return err
	}
	submission, _, err := s.forms.Submit(ctx, tx, o.Draft.ID, "draft:"+o.Draft.ID)
	if err != nil {
		return err
	}
	code := ids.Secret()
	u := o.Unbound
	u.Status, u.Submission, u.ReceivedAt, u.ExpiresAt = UnboundReceived, submission.ID, tx.Now.Time, tx.Now.Add(unboundKeep)
	u.Department, u.code, u.Reference = tenant.From(ctx).Settings[kind.Setting], ids.Digest(code), ids.Secret()[:referenceLength]
	if u.Department == "" {
		return fmt.Errorf("applications: the municipality has not chosen who takes %s", u.Form)
	}
	if err := sentUnbound(ctx, tx, u); err != nil {
		return err
	}
	if err := s.tellUnbound(ctx, tx, u, "received"); err != nil {
		return err
	}
	r.Unbound, r.Code = u, code
	return audit.Record(ctx, tx, audit.Event{Action: "applications.send_unbound", Object: audit.Ref{Type: "submission", ID: submission.ID}})
}

// ReceiptOf returns the receipt again, for the device it was sent from.
func (s *Service) ReceiptOf(ctx context.Context, draft string) (r Receipt, err error) {
	if err := s.warm(ctx); err != nil {
		return r, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err = s.receipt(ctx, tx, draft)
		return err
	})
	return r, err
}

func (s *Service) receipt(ctx context.Context, tx *store.Tx, draft string) (Receipt, error) {
	o, err := s.open(ctx, tx, draft, PermRead)
	if err != nil {
		return Receipt{}, err
	}
	if o.Unbound.ID == "" || o.Unbound.Status == UnboundDraft {
		return Receipt{}, errs.NotFound("errs.not_found")
	}
	return Receipt{Unbound: o.Unbound, Title: o.Definition.Title.In(i18n.LangOf(ctx))}, nil
}

// NewCode gives the device a new code, when the first was lost on the way or not
// written down. The old one opens nothing from then on.
func (s *Service) NewCode(ctx context.Context, draft string) (r Receipt, err error) {
	if err := s.warm(ctx); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if r, err = s.receipt(ctx, tx, draft); err != nil || r.Unbound.Status != UnboundReceived {
			return err
		}
		r.Code = ids.Secret()
		if err := setUnboundCode(ctx, tx, r.Unbound.ID, ids.Digest(r.Code)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "applications.new_code", Object: audit.Ref{Type: "submission", ID: r.Unbound.Submission}})
	})
	return r, err
}

// tellUnbound writes to the address that was typed, if one was. Anybody may have
// typed it, so it tells neither what was sent nor the code
// (eForvaltningsforskriften § 4).
func (s *Service) tellUnbound(ctx context.Context, tx *store.Tx, u Unbound, what string) error {
	if u.About.Email == "" {
		return nil
	}
	t := tenant.From(ctx)
	lang := i18n.LangOf(ctx)
	words := s.bundle.For(lang)
	key := "applications.mail.unbound_" + what
	args := []any{"municipality", t.Name.In(lang), "reference", u.Reference}
	_, err := s.notify.Send(ctx, tx, notify.Message{
		Email: u.About.Email, Kind: "applications.unbound_" + what, Lang: lang, Subject: words.T(key+".subject", args...),
		Body: notify.Body{
			Heading: words.T(key+".heading", args...), Paragraphs: []string{words.T(key+".text", args...)},
			Action: &notify.Action{Text: words.T("applications.mail.open", args...), URL: s.siteURL(t) + "/my/bind"},
		},
		Dedupe: "unbound:" + u.ID + ":" + what,
	})
	if err != nil {
		return fmt.Errorf("applications: tell %s: %w", what, err)
	}
	return nil
}

// BegunOnDevice returns what is begun on the context's device with a form and not
// sent yet, the newest first.
func (s *Service) BegunOnDevice(ctx context.Context, form string) (list []Unbound, err error) {
	device := deviceOf(ctx).Secret
	if device == "" {
		return nil, nil
	}
	if err := s.access.Check(ctx, PermRead, access.Resource{Type: "draft", Attrs: map[string]any{"kind": "", "device": true}}); err != nil {
		return nil, err
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.listUnbound(ctx, tx, `device_digest = $2 and form = $3 and status = $4 and expires_at > $5
			order by begun_at desc, id limit $6`, ids.Digest(device), form, string(UnboundDraft), tx.Now, maxUnbound)
		return err
	})
	return list, err
}
