package identity

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Basis says by what right somebody acts for another.
type Basis string

// The bases, in the order in which the strongest comes first.
const (
	ByGuardianship Basis = "guardian"     // barnelova § 30, vergemålsloven § 16
	ByOffice       Basis = "organisation" // a role in Enhetsregisteret
	ByMandate      Basis = "mandate"      // fullmakt, forvaltningsloven § 12
)

// Represented is somebody for whom a person may act.
type Represented struct {
	Person Person
	Basis  Basis
	// Scopes are the kinds of cases a mandate reaches; nil when it is not by
	// mandate, and everything is reached.
	Scopes []string
	Until  clock.Date // the last day of a mandate; zero when it has none
}

// Covers reports whether the right reaches cases of a kind.
func (r Represented) Covers(kind string) bool { return r.Basis != ByMandate || covers(r.Scopes, kind) }

// Represents reports whether what the actor does now may be for the represented
// one: cases of a kind, or, with "", what is the person's own and belongs to no
// case, such as the list of who has looked at her data. A mandate does not reach
// the latter.
func (a Actor) Represents(kind string) bool {
	if a.OnBehalfOf == "" {
		return false
	}
	return a.Basis != ByMandate || covers(a.Scopes, kind)
}

// Author is in whose name the actor writes: the represented one by mandate or
// office, else the person, who as a guardian writes in the own name.
func (a Actor) Author() string {
	if a.OnBehalfOf != "" && (a.Basis == ByMandate || a.Basis == ByOffice) {
		return a.OnBehalfOf
	}
	return a.PersonID
}

// Represented returns for whom the actor may act today, children first; none from
// whom a protected address keeps her apart.
func (s *Service) Represented(ctx context.Context) ([]Represented, error) {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return nil, errs.Login()
	}
	var list []Represented
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = allRepresented(ctx, tx, actor.PersonID)
		return err
	})
	return list, err
}

func allRepresented(ctx context.Context, tx *store.Tx, who string) ([]Represented, error) {
	day := clock.DateIn(tx.Now.Time)
	relations, err := relationsOfGuardian(ctx, tx, who, day)
	if err != nil {
		return nil, err
	}
	var list []Represented
	add := func(id string, r Represented) error {
		p, err := readPerson(ctx, tx, id)
		r.Person = p
		list = append(list, r)
		return err
	}
	for _, r := range onlyActing(relations, day) {
		if apart, err := keptApart(ctx, tx, who, r.childID, day); err != nil {
			return nil, err
		} else if apart {
			continue
		}
		if err := add(r.childID, Represented{Basis: ByGuardianship}); err != nil {
			return nil, err
		}
	}
	offices, err := officesOf(ctx, tx, who, "", day)
	if err != nil {
		return nil, err
	}
	for _, organisation := range offices {
		if err := add(organisation, Represented{Basis: ByOffice}); err != nil {
			return nil, err
		}
	}
	given, err := living(ctx, tx, who, "", day)
	if err != nil {
		return nil, err
	}
	for _, r := range byGrantorOnce(given) {
		if err := add(r.Person.ID, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// byGrantorOnce joins several mandates from one person: together they reach what
// each of them does, and it is the longest that tells when it ends.
func byGrantorOnce(list []Mandate) []Represented {
	var all []Represented
	for _, m := range list {
		i := slices.IndexFunc(all, func(r Represented) bool { return r.Person.ID == m.Grantor })
		if i < 0 {
			all = append(all, Represented{Person: Person{ID: m.Grantor}, Basis: ByMandate, Scopes: m.Scopes, Until: m.Until})
			continue
		}
		all[i].Scopes = tidyScopes(append(slices.Clone(all[i].Scopes), m.Scopes...))
		if m.Until.IsZero() || !all[i].Until.IsZero() && m.Until.After(all[i].Until) {
			all[i].Until = m.Until
		}
	}
	return all
}

// representation returns by what right somebody may act for another today.
func representation(ctx context.Context, tx *store.Tx, who, forWhom string) (Represented, bool, error) {
	day := clock.DateIn(tx.Now.Time)
	r := Represented{Person: Person{ID: forWhom}}
	relations, err := relationsOfGuardian(ctx, tx, who, day)
	if err != nil {
		return r, false, err
	}
	for _, tie := range onlyActing(relations, day) {
		if tie.childID == forWhom {
			r.Basis = ByGuardianship
			return r, true, nil
		}
	}
	offices, err := officesOf(ctx, tx, who, forWhom, day)
	if err != nil {
		return r, false, err
	}
	if len(offices) > 0 {
		r.Basis = ByOffice
		return r, true, nil
	}
	given, err := living(ctx, tx, who, forWhom, day)
	if err != nil || len(given) == 0 {
		return r, false, err
	}
	return byGrantorOnce(given)[0], true, nil
}

// MayActFor returns nil when the actor may act for a person in cases of a kind:
// for oneself, a guardian with responsibility for a living child that is under
// 18 today in Norway, whoever leads an organisation for it, an agent within the
// mandate. Else errs.NotFound, which does not tell that the person exists. A
// guardian's mandate for a grown-up (vergemålsloven § 20) is not read from the
// register, since it may cover no more than money or one matter.
func (s *Service) MayActFor(ctx context.Context, personID, scope string) error {
	var may bool
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		may, err = s.MayActForIn(ctx, tx, personID, scope)
		return err
	})
	if err == nil && !may {
		err = errs.NotFound("errs.not_found")
	}
	return err
}

// MayActForIn is MayActFor within a transaction the caller has open.
func (*Service) MayActForIn(ctx context.Context, tx *store.Tx, personID, scope string) (bool, error) {
	actor := From(ctx)
	if !actor.LoggedIn() || personID == "" {
		return false, nil
	}
	return mayAct(ctx, tx, actor.PersonID, personID, scope)
}

// GuardianIn reports whether one person may act for another as guardian today,
// whoever asks. The caller has asked access.
func (*Service) GuardianIn(ctx context.Context, tx *store.Tx, who, child string) (bool, error) {
	if who == "" || child == "" || who == child {
		return false, nil
	}
	r, ok, err := representation(ctx, tx, who, child)
	return ok && r.Basis == ByGuardianship, err
}

func mayAct(ctx context.Context, tx *store.Tx, who, forWhom, scope string) (bool, error) {
	if who == forWhom {
		return true, nil
	}
	r, ok, err := representation(ctx, tx, who, forWhom)
	return ok && r.Covers(scope), err
}

// Represent makes the actor's session act for another from the next request on,
// or for the person again with "". Whoever may not act for them gets
// errs.NotFound. It is asked again with every request, and ends with the session.
func (s *Service) Represent(ctx context.Context, personID string) error {
	actor := From(ctx)
	if actor.SessionID == "" {
		return errs.Login()
	}
	if personID == actor.PersonID {
		personID = ""
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if personID == "" {
			return setRepresents(ctx, tx, actor.SessionID, "")
		}
		r, may, err := actingFor(ctx, tx, actor.PersonID, personID)
		if err != nil {
			return err
		}
		if !may {
			return errs.NotFound("errs.not_found")
		}
		if err := setRepresents(ctx, tx, actor.SessionID, personID); err != nil {
			return err
		}
		return s.record(ctx, tx, Event{
			Action: "acting", PersonID: actor.PersonID, SessionID: actor.SessionID, Represented: personID, Reason: string(r.Basis),
		})
	})
}

// represents fills in for whom the session acts, as long as the right holds.
// Whoever acts for another is not at work meanwhile: the roles rest, so that
// nobody handles a case as staff while being an agent in it (forvaltningsloven
// § 6 first paragraph letters b and c).
func (a *Actor) represents(ctx context.Context, tx *store.Tx, personID string) error {
	r, may, err := actingFor(ctx, tx, a.PersonID, personID)
	if err != nil || !may {
		return err
	}
	p, err := readPerson(ctx, tx, personID)
	if err != nil {
		return err
	}
	a.OnBehalfOf, a.OnBehalfName, a.Basis, a.Scopes = personID, p.Name.Full(), r.Basis, r.Scopes
	a.Kind, a.Grants = Resident, nil
	return nil
}
