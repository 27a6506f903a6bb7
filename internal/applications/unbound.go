package applications

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// PermUnboundStart lets somebody begin an application without logging in.
const PermUnboundStart access.Permission = "form.start_unbound"

// SettingUnbound says which forms a municipality takes without log-in: words apart
// by spaces, "nursing-home=never kindergarten-place=always", with "*" for all that
// are not named. What is not said is UnboundOutage.
const SettingUnbound = "applications.without_login"

// UnboundMode says when a form is taken without log-in.
type UnboundMode string

// The modes.
const (
	UnboundOutage UnboundMode = "outage" // while log-in does not work
	UnboundAlways UnboundMode = "always" // whenever somebody chooses it
	UnboundNever  UnboundMode = "never"
)

// The times and limits of what is written without log-in. A library or a family
// centre is many people behind one address.
const (
	unboundDraftLife = 14 * 24 * time.Hour
	unboundKeep      = 90 * 24 * time.Hour
	unboundOpen      = 30 * time.Minute // the way stays open after log-in has failed
	unboundPerDevice = 10               // begun in a day
	unboundPerOrigin = 30               // begun in an hour
	unboundPerTenant = 1000             // begun in an hour
	unboundFiles     = 10
	unboundFileBytes = 10 << 20
	unboundAllBytes  = 30 << 20
)

// UnboundStatus says where an application without log-in stands.
type UnboundStatus string

// The statuses.
const (
	UnboundDraft    UnboundStatus = "draft"
	UnboundReceived UnboundStatus = "received" // sent in, and nobody's yet
	UnboundBound    UnboundStatus = "bound"    // a case is made of it
	UnboundRejected UnboundStatus = "rejected" // the municipality could not find out whose it is
	UnboundExpired  UnboundStatus = "expired"  // nobody came; what was sent is erased
)

// Unbound is an application that was written without logging in.
type Unbound struct {
	ID, Draft, Form, Department  string
	Status                       UnboundStatus
	Reference                    string // by which one asks the municipality about it
	Submission, Case, Person     string
	Differs                      []string // what was typed unlike the register's word
	BegunAt, ReceivedAt, EndedAt time.Time
	ExpiresAt                    time.Time
	About                        About
	device, origin, code         string // digests
}

// About is what somebody who has not logged in types of herself and of the child.
// It stands in for the population register's word until the application is bound.
type About struct {
	Name          string     `json:"name"`
	Born          clock.Date `json:"born"`
	Number        string     `json:"number,omitempty"` // national number, if she gives it
	Email         string     `json:"email,omitempty"`
	ChildName     string     `json:"child_name,omitempty"`
	ChildBorn     clock.Date `json:"child_born,omitzero"`
	ChildNumber   string     `json:"child_number,omitempty"`
	OtherGuardian bool       `json:"other_guardian,omitempty"`
	Reason        string     `json:"reason,omitempty"` // of a rejection
}

// applicant and subject are the people as they were typed.
func (a About) applicant(id string) identity.Person {
	return identity.Person{ID: id, Name: identity.Name{Given: a.Name}, BirthDate: a.Born, Email: a.Email}
}

func (a About) subject(id string) identity.Person {
	if a.ChildName == "" {
		return a.applicant(id)
	}
	return identity.Person{ID: id, Name: identity.Name{Given: a.ChildName}, BirthDate: a.ChildBorn}
}

// check returns what is wrong with what was typed.
func (a About) check(child bool, today clock.Date) error {
	var wrong []errs.Field
	bad := func(is bool, name, key string) {
		if is {
			wrong = append(wrong, errs.Field{Name: name, Key: key})
		}
	}
	bad(a.Name == "" || len(a.Name) > maxTypedName, "name", "applications.unbound.need_name")
	bad(!bornBefore(a.Born, today), "born", "applications.unbound.need_born")
	bad(bornBefore(a.Born, today) && a.Born.YearsAt(today) < 18, "born", "applications.unbound.minor")
	bad(a.Number != "" && !isNumber(a.Number), "number", "applications.register.bad_number")
	bad(a.Email != "" && !isEmail(a.Email), "email", "identity.bad_email")
	if child {
		bad(a.ChildName == "" || len(a.ChildName) > maxTypedName, "child_name", "applications.unbound.need_child_name")
		bad(!bornBefore(a.ChildBorn, today) || a.ChildBorn.YearsAt(today) >= 18, "child_born", "applications.unbound.need_child_born")
		bad(a.ChildNumber != "" && !isNumber(a.ChildNumber), "child_number", "applications.register.bad_number")
	}
	return errs.InvalidFields(wrong...)
}

const maxTypedName = 200

func bornBefore(born, today clock.Date) bool {
	return !born.IsZero() && !born.After(today) && born.YearsAt(today) < 130
}

func isNumber(s string) bool {
	_, err := pid.Parse(s)
	return err == nil
}

func isEmail(s string) bool {
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= 254
}

// Device is the browser from which somebody writes without logging in.
type Device struct {
	Secret string // of its cookie; "" when it has none
	Origin string // its network address, kept only as a keyed digest
}

type deviceKey struct{}

// WithDevice returns a context in which a device writes.
func WithDevice(ctx context.Context, d Device) context.Context {
	return context.WithValue(ctx, deviceKey{}, d)
}

func deviceOf(ctx context.Context) Device {
	d, _ := ctx.Value(deviceKey{}).(Device)
	return d
}

// on reports whether the context's device is the one it is written on.
func (u Unbound) on(ctx context.Context) bool {
	secret := deviceOf(ctx).Secret
	return secret != "" && u.device != "" && subtle.ConstantTimeCompare([]byte(ids.Digest(secret)), []byte(u.device)) == 1
}

// unboundMode is the municipality's choice for a form.
func unboundMode(t tenant.Tenant, form string) UnboundMode {
	mode := UnboundOutage
	for _, word := range strings.Fields(t.Settings[SettingUnbound]) {
		name, value, _ := strings.Cut(word, "=")
		chosen := UnboundMode(value)
		if name != form && name != "*" || !slices.Contains([]UnboundMode{UnboundOutage, UnboundAlways, UnboundNever}, chosen) {
			continue
		}
		if mode = chosen; name == form {
			return mode
		}
	}
	return mode
}

// TakesUnbound reports whether a form can be begun without logging in just now.
func (s *Service) TakesUnbound(ctx context.Context, form string) bool {
	switch unboundMode(tenant.From(ctx), form) {
	case UnboundAlways:
		return true
	case UnboundNever:
		return false
	case UnboundOutage:
	}
	failed := s.identity.TroubleAt()
	return !failed.IsZero() && s.db.Clock().Now().Sub(failed) < unboundOpen
}

// UnboundKinds returns the kinds whose forms can be begun without logging in.
func (s *Service) UnboundKinds(ctx context.Context) []cases.Kind {
	return slices.DeleteFunc(s.Offered(ctx), func(k cases.Kind) bool { return !s.TakesUnbound(ctx, k.Form) })
}

// UnboundForm returns the form that somebody wants to fill in without logging in.
func (s *Service) UnboundForm(ctx context.Context, form string) (d *forms.Definition, err error) {
	kind, err := s.kind(ctx, form)
	if err != nil {
		return nil, err
	}
	resource := access.Resource{Type: "form", ID: form, Attrs: map[string]any{"open": s.TakesUnbound(ctx, kind.Form)}}
	if err := s.access.Check(ctx, PermUnboundStart, resource); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err = s.forms.Live(ctx, tx, form)
		return err
	})
	return d, err
}

// StartUnbound begins an application for somebody who has not logged in, on the
// context's device.
func (s *Service) StartUnbound(ctx context.Context, form string, a About) (draft forms.Draft, err error) {
	definition, err := s.UnboundForm(ctx, form)
	if err != nil {
		return draft, err
	}
	child := definition.Subject == forms.SubjectChild
	if !child {
		a.ChildName, a.ChildBorn, a.ChildNumber, a.OtherGuardian = "", clock.Date{}, "", false
	}
	if err := a.check(child, clock.DateIn(s.db.Clock().Now())); err != nil {
		return draft, err
	}
	kind, err := s.kind(ctx, form)
	if err != nil {
		return draft, err
	}
	if err := s.warm(ctx); err != nil {
		return draft, err
	}
	u := Unbound{ID: ids.New(), Form: form, Status: UnboundDraft, About: a, device: ids.Digest(deviceOf(ctx).Secret)}
	if deviceOf(ctx).Secret == "" {
		return draft, fmt.Errorf("applications: begin %q without log-in: no device", form)
	}
	if _, u.origin, err = s.keys.Lookup(ctx, store.TenantOf(ctx), purposeOrigin, deviceOf(ctx).Origin); err != nil {
		return draft, fmt.Errorf("applications: digest of an address: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		draft, err = s.startUnbound(ctx, tx, kind, u)
		return err
	})
	return draft, err
}

// The purposes of the keys.
const (
	purposeOrigin = "applications.origin"
	purposeAbout  = "applications.about"
)

func (s *Service) startUnbound(ctx context.Context, tx *store.Tx, kind cases.Kind, u Unbound) (forms.Draft, error) {
	if err := mayBeginMore(ctx, tx, u); err != nil {
		return forms.Draft{}, err
	}
	draft, err := s.forms.StartDraft(ctx, tx, forms.Start{Form: u.Form, Person: u.ID, Subject: u.ID, Facts: typedFacts(kind, u)})
	if err != nil {
		return draft, err
	}
	u.Draft, u.BegunAt, u.ExpiresAt = draft.ID, tx.Now.Time, tx.Now.Add(unboundDraftLife)
	sealed, err := s.sealAbout(ctx, tx, u)
	if err != nil {
		return draft, err
	}
	return draft, insertUnbound(ctx, tx, u, sealed)
}

// typedFacts are what the form asks the register for, as it was typed instead.
func typedFacts(kind cases.Kind, u Unbound) map[string]any {
	if kind.Facts == nil {
		return map[string]any{}
	}
	return kind.Facts(u.About.subject(u.ID), u.About.OtherGuardian)
}

// mayBeginMore keeps one device, one address and everybody together from filling
// the municipality's database.
func mayBeginMore(ctx context.Context, tx *store.Tx, u Unbound) error {
	for _, limit := range []struct {
		column, value string
		since         time.Duration
		most          int64
	}{
		{"device_digest", u.device, 24 * time.Hour, unboundPerDevice},
		{"origin_digest", u.origin, time.Hour, unboundPerOrigin},
		{"", "", time.Hour, unboundPerTenant},
	} {
		n, err := countUnbound(ctx, tx, limit.column, limit.value, tx.Now.Add(-limit.since))
		if err != nil {
			return err
		}
		if n >= limit.most {
			return errs.TooMany(limit.since, "applications.unbound.too_many")
		}
	}
	return nil
}

func (s *Service) sealAbout(ctx context.Context, tx *store.Tx, u Unbound) ([]byte, error) {
	plain, err := json.Marshal(u.About)
	if err != nil {
		return nil, fmt.Errorf("applications: write what was typed: %w", err)
	}
	sealed, err := s.keys.Encrypt(ctx, tx.Tenant, purposeAbout, plain, []byte("applications_unbound/"+u.ID))
	if err != nil {
		return nil, fmt.Errorf("applications: encrypt what was typed: %w", err)
	}
	return sealed, nil
}

func (s *Service) openAbout(ctx context.Context, tx *store.Tx, u *Unbound, sealed []byte) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := s.keys.Decrypt(ctx, tx.Tenant, purposeAbout, sealed, []byte("applications_unbound/"+u.ID))
	if err != nil {
		return fmt.Errorf("applications: decrypt what was typed: %w", err)
	}
	if err := json.Unmarshal(plain, &u.About); err != nil {
		return fmt.Errorf("applications: read what was typed: %w", err)
	}
	return nil
}
