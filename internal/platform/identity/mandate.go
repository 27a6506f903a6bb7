package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// AllScopes lets an agent act in cases of every kind.
const AllScopes = "*"

const (
	maxMandates = 50 // that one person may have given and that still hold
	maxScopes   = 50
	listed      = 200 // mandates in one list
)

// MandateEnd says why a mandate no longer holds, "" while it has not been ended.
type MandateEnd string

// The ends of a mandate besides its last day.
const (
	Withdrawn MandateEnd = "withdrawn" // by who gave it
	Renounced MandateEnd = "renounced" // by who got it
	// Lapsed says that one of the two died. Avtaleloven § 21 lets a power of
	// attorney stand after the grantor's death unless the circumstances are against
	// it. They are here, so far as the cases of this product go: what is done in
	// them concerns the grantor's own person and family (a place, a home, care),
	// which nobody does for somebody who is dead, and what is left is the estate's
	// (skifteloven, arveloven). Torg therefore ends every mandate with the death of
	// either, also one that was given for longer: the conservative choice, since a
	// mandate that lives on shows the dead person's affairs to somebody whom the
	// heirs may not want. The heirs act by showing who they are at the counter, and
	// may give a mandate of their own. A guardian's or a future mandate's end with
	// death follows from what they are (vergemålsloven chapters 3 and 10). To be
	// confirmed by a lawyer.
	Lapsed MandateEnd = "death"
)

// Mandate is a power of attorney (fullmakt, forvaltningsloven § 12): the agent
// may act for the grantor in cases of some kinds, for some time.
type Mandate struct {
	ID                   string
	Grantor, GrantorName string
	Agent, AgentName     string
	Scopes               []string   // keys of case kinds; AllScopes for all
	From, Until          clock.Date // both days included; Until is zero when it has no end
	CreatedAt, EndedAt   time.Time  // EndedAt is zero while nobody has ended it
	EndedBy              MandateEnd
}

// HoldsOn reports whether the mandate gives rights on a day.
func (m Mandate) HoldsOn(day clock.Date) bool {
	return m.EndedAt.IsZero() && !day.Before(m.From) && (m.Until.IsZero() || !day.After(m.Until))
}

// Over reports whether the mandate will never give rights again.
func (m Mandate) Over(day clock.Date) bool {
	return !m.EndedAt.IsZero() || !m.Until.IsZero() && day.After(m.Until)
}

// Covers reports whether the mandate reaches cases of a kind.
func (m Mandate) Covers(kind string) bool { return covers(m.Scopes, kind) }

// covers reports whether scopes reach cases of a kind: one that they name, or one that
// belongs to a kind they name and is named below it. Whoever takes care of somebody's
// "building" takes care of the "building_conference" before it too.
func covers(scopes []string, kind string) bool {
	return kind != "" && slices.ContainsFunc(scopes, func(scope string) bool {
		return scope == AllScopes || scope == kind || scope != "" && strings.HasPrefix(kind, scope+"_")
	})
}

// NewMandate is what a mandate is made from. Who gives it is the actor.
type NewMandate struct {
	Agent       string // person id
	Scopes      []string
	From, Until clock.Date // From is today when zero
}

// GiveMandate lets another act for the actor, in the caller's transaction. The
// caller has asked access. Only a grown-up gives a mandate, and for nobody but
// oneself: who represents another cannot pass it on.
func (s *Service) GiveMandate(ctx context.Context, tx *store.Tx, n NewMandate) (Mandate, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return Mandate{}, errs.Login()
	}
	if actor.OnBehalfOf != "" {
		return Mandate{}, errs.Forbidden("identity.mandate.not_for_others")
	}
	day := clock.DateIn(tx.Now.Time)
	if n.From.IsZero() {
		n.From = day
	}
	n.Scopes = tidyScopes(n.Scopes)
	grantor, err := s.PersonIn(ctx, tx, actor.PersonID)
	if err != nil {
		return Mandate{}, err
	}
	agent, err := s.PersonIn(ctx, tx, n.Agent)
	if err != nil {
		return Mandate{}, err
	}
	given, err := mandates(ctx, tx, byGrantor, grantor.ID)
	if err != nil {
		return Mandate{}, err
	}
	if err := n.check(day, grantor, agent, given); err != nil {
		return Mandate{}, err
	}
	m := Mandate{
		ID: ids.New(), Grantor: grantor.ID, GrantorName: grantor.Name.Full(), Agent: agent.ID, AgentName: agent.Name.Full(),
		Scopes: n.Scopes, From: n.From, Until: n.Until, CreatedAt: tx.Now.Time,
	}
	return m, insertMandate(ctx, tx, m)
}

func (n NewMandate) check(day clock.Date, grantor, agent Person, given []Mandate) error {
	var wrong []errs.Field
	add := func(bad bool, name, key string) {
		if bad {
			wrong = append(wrong, errs.Field{Name: name, Key: key})
		}
	}
	add(agent.ID == grantor.ID, "agent", "identity.mandate.oneself")
	add(agent.Deceased() || agent.IsOrganisation() || agent.MinorOn(day), "agent", "identity.mandate.agent")
	add(len(n.Scopes) == 0 || len(n.Scopes) > maxScopes, "scopes", "identity.mandate.scopes")
	add(n.From.Before(day), "from", "identity.mandate.from")
	add(!n.Until.IsZero() && n.Until.Before(n.From), "until", "identity.mandate.until")
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	if grantor.MinorOn(day) || grantor.Deceased() || grantor.IsOrganisation() {
		return errs.Forbidden("identity.mandate.minor") // vergemålsloven §§ 8 and 9
	}
	holding := 0
	for _, m := range given {
		if !m.Over(day) {
			holding++
		}
	}
	if holding >= maxMandates {
		return errs.Conflict("identity.mandate.too_many")
	}
	return nil
}

func tidyScopes(scopes []string) []string {
	var kept []string
	for _, scope := range scopes {
		if scope = strings.TrimSpace(scope); scope != "" && !strings.ContainsAny(scope, " \t\r\n") {
			kept = append(kept, scope)
		}
	}
	if slices.Contains(kept, AllScopes) {
		return []string{AllScopes}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// EndMandate withdraws a mandate that the actor gave, or renounces one that the
// actor got. It is over with the transaction, also in sessions that run: they
// ask anew with every request. Ending it twice changes nothing.
func (s *Service) EndMandate(ctx context.Context, tx *store.Tx, id string) (Mandate, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return Mandate{}, errs.Login()
	}
	if !ids.Valid(id) {
		return Mandate{}, errs.NotFound("errs.not_found")
	}
	m, err := findMandate(ctx, tx, id)
	if err != nil {
		return Mandate{}, err
	}
	why := Withdrawn
	switch {
	case actor.OnBehalfOf != "" || actor.PersonID != m.Grantor && actor.PersonID != m.Agent:
		return Mandate{}, errs.NotFound("errs.not_found")
	case !m.EndedAt.IsZero():
		return m, nil
	case actor.PersonID == m.Agent:
		why = Renounced
	}
	m.EndedAt, m.EndedBy = tx.Now.Time, why
	return m, endMandate(ctx, tx, m.ID, why)
}

// MandatesOf returns the mandates a person has given, the newest first, those
// that are over too. The caller has asked access.
func (*Service) MandatesOf(ctx context.Context, tx *store.Tx, personID string) ([]Mandate, error) {
	return mandates(ctx, tx, byGrantor, personID)
}

// MandatesFor returns the mandates a person has got, as MandatesOf.
func (*Service) MandatesFor(ctx context.Context, tx *store.Tx, personID string) ([]Mandate, error) {
	return mandates(ctx, tx, byAgent, personID)
}
