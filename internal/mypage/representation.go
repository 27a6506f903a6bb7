package mypage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed policies/*.cedar
var policies embed.FS

// What one may do with who acts for whom.
const (
	PermRepresentation       access.Permission = "representation.read"
	PermRepresentationManage access.Permission = "representation.manage"
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "mypage", Policies: policies}
	for _, p := range []access.Permission{PermRepresentation, PermRepresentationManage} {
		rules.Permissions = append(rules.Permissions, access.Describe("mypage", p))
	}
	return rules
}

// Keys is what must be in memory before a message is written.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
}

// Representation is who may act for the person, and for whom she may act.
type Representation struct {
	Given, Got  []identity.Mandate
	Represented []identity.Represented
	DoneForMe   []audit.LookEntry
	DoneByMe    []DoneFor
}

// DoneFor is something the person has done for another.
type DoneFor struct {
	Name string
	audit.LookEntry
}

func (s *Service) mayRepresent(ctx context.Context, perm access.Permission) (string, error) {
	id := identity.From(ctx).PersonID
	return id, s.access.Check(ctx, perm, access.Resource{Type: "representation", ID: id, Owners: []string{id}})
}

// Representation returns who may act for the person who is logged in, for whom
// she may act, and what has been done so, on both sides.
func (s *Service) Representation(ctx context.Context) (r Representation, err error) {
	me, err := s.mayRepresent(ctx, PermRepresentation)
	if err != nil {
		return r, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if r.Given, err = s.identity.MandatesOf(ctx, tx, me); err != nil {
			return err
		}
		r.Got, err = s.identity.MandatesFor(ctx, tx, me)
		return err
	})
	if err != nil {
		return r, err
	}
	if r.Represented, err = s.identity.Represented(ctx); err != nil {
		return r, err
	}
	if r.DoneForMe, err = s.audit.DoneFor(ctx, me, shown); err != nil {
		return r, err
	}
	if err := s.veil(ctx, r.DoneForMe); err != nil {
		return r, err
	}
	r.DoneByMe, err = s.doneByMe(ctx, me, r)
	return r, err
}

// doneByMe returns what the person has done for those she acts for or has acted
// for, the newest first.
func (s *Service) doneByMe(ctx context.Context, me string, r Representation) ([]DoneFor, error) {
	names := map[string]string{}
	for _, m := range r.Got {
		names[m.Grantor] = m.GrantorName
	}
	for _, p := range r.Represented {
		names[p.Person.ID] = p.Person.Name.Full()
	}
	var list []DoneFor
	for id, name := range names {
		done, err := s.audit.DoneBy(ctx, me, id, shown)
		if err != nil {
			return nil, err
		}
		for _, e := range done {
			list = append(list, DoneFor{Name: name, LookEntry: e})
		}
	}
	slices.SortFunc(list, func(a, b DoneFor) int { return strings.Compare(b.ID, a.ID) })
	return list[:min(len(list), shown)], nil
}

// NewMandate is what is filled in to give a mandate.
type NewMandate struct {
	Agent  string // person id of somebody in the family; empty when a number is given
	Number string // national number
	Family string // family name that goes with the number
	Scopes []string
	From   clock.Date
	Until  clock.Date
}

// GiveMandate lets another act for the person who is logged in, and tells both.
func (s *Service) GiveMandate(ctx context.Context, n NewMandate) (m identity.Mandate, err error) {
	if _, err := s.mayRepresent(ctx, PermRepresentationManage); err != nil {
		return m, err
	}
	if identity.From(ctx).OnBehalfOf != "" {
		return m, errs.Forbidden("identity.mandate.not_for_others")
	}
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return m, fmt.Errorf("mypage: keys: %w", err)
	}
	agent, err := s.agent(ctx, n)
	if err != nil {
		return m, err
	}
	if err := s.checkScopes(ctx, n.Scopes); err != nil {
		return m, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err = s.identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent.ID, Scopes: n.Scopes, From: n.From, Until: n.Until})
		if err != nil {
			return err
		}
		return s.tellMandate(ctx, tx, m, "given")
	})
	return m, err
}

// agent finds who is to act: one of the family, or whoever has the number. The
// family name must go with the number, so that a slip gives nobody a mandate and
// the page tells nobody who has which number.
func (s *Service) agent(ctx context.Context, n NewMandate) (identity.Person, error) {
	if n.Agent != "" {
		family, err := s.identity.Family(ctx)
		if err != nil {
			return identity.Person{}, err
		}
		for _, p := range family {
			if p.ID == n.Agent {
				return p, nil
			}
		}
		return identity.Person{}, errs.NotFound("errs.not_found")
	}
	number, err := pid.Parse(strings.TrimSpace(n.Number))
	if err != nil {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: "number", Key: "mypage.mandate.bad_number"})
	}
	p, err := s.identity.EnsurePerson(ctx, number)
	if e := errs.Of(err); errors.Is(err, pid.ErrInvalid) || e != nil && e.Kind == errs.KindForbidden {
		return p, errs.InvalidFields(errs.Field{Name: "number", Key: "mypage.mandate.unknown"})
	}
	if err != nil {
		return p, err
	}
	if p.RegisterUpdatedAt.IsZero() || store.Fold(strings.TrimSpace(n.Family)) != store.Fold(p.Name.Family) {
		return p, errs.InvalidFields(errs.Field{Name: "number", Key: "mypage.mandate.unknown"})
	}
	return p, nil
}

// checkScopes refuses kinds of cases that do not exist.
func (s *Service) checkScopes(_ context.Context, scopes []string) error {
	for _, scope := range scopes {
		if _, err := s.cases.Kinds().Get(scope); err != nil && scope != identity.AllScopes {
			return errs.InvalidFields(errs.Field{Name: "scopes", Key: "identity.mandate.scopes"})
		}
	}
	return nil
}

// EndMandate withdraws a mandate the person gave, or renounces one she got, and
// tells the other.
func (s *Service) EndMandate(ctx context.Context, id string) (m identity.Mandate, err error) {
	if _, err := s.mayRepresent(ctx, PermRepresentationManage); err != nil {
		return m, err
	}
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return m, fmt.Errorf("mypage: keys: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if m, err = s.identity.EndMandate(ctx, tx, id); err != nil {
			return err
		}
		return s.tellMandate(ctx, tx, m, string(m.EndedBy))
	})
	return m, err
}

// tellMandate writes to both what has become of the mandate, and records it.
func (s *Service) tellMandate(ctx context.Context, tx *store.Tx, m identity.Mandate, what string) error {
	err := audit.Record(ctx, tx, audit.Event{
		Action: "mypage.mandate_" + what, Object: audit.Ref{Type: "mandate", ID: m.ID}, Subject: m.Grantor,
		Details: map[string]string{"scopes": strings.Join(m.Scopes, " ")},
	})
	if err != nil {
		return fmt.Errorf("mypage: record a mandate: %w", err)
	}
	for _, to := range []string{m.Agent, m.Grantor} {
		if err := s.tellAbout(ctx, tx, to, m, what); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellAbout(ctx context.Context, tx *store.Tx, to string, m identity.Mandate, what string) error {
	p, err := s.identity.PersonIn(ctx, tx, to)
	if err != nil || p.Deceased() {
		return err
	}
	t := tenant.From(ctx)
	lang := p.Lang
	if !lang.Valid() {
		lang = t.Lang()
	}
	side := "agent"
	if to == m.Grantor {
		side = "grantor"
	}
	words, key := s.bundle.For(lang), "mypage.mail."+side+"."+what
	args := []any{"grantor", m.GrantorName, "agent", m.AgentName, "municipality", t.Name.In(lang)}
	_, err = s.notify.Send(ctx, tx, notify.Message{
		PersonID: to, Email: p.Email, Kind: "mypage.mandate_" + what, Lang: lang, Subject: words.T(key+".subject", args...),
		Body: notify.Body{
			Heading: words.T(key+".subject", args...), Paragraphs: []string{words.T(key+".text", args...)},
			Action: &notify.Action{Text: words.T("mypage.mail.open"), URL: s.siteURL(t) + "/my/representation"},
		},
		Dedupe: "mandate:" + m.ID + ":" + what + ":" + to,
	})
	if err != nil {
		return fmt.Errorf("mypage: tell of a mandate: %w", err)
	}
	return nil
}

// Act makes the person's session act for another, or for herself again with "".
func (s *Service) Act(ctx context.Context, forWhom string) error {
	if _, err := s.self(ctx); err != nil {
		return err
	}
	return s.identity.Represent(ctx, forWhom)
}

// scopeKinds are the kinds of cases a mandate may name.
func (s *Service) scopeKinds(ctx context.Context) []cases.Kind { return s.applications.Offered(ctx) }
