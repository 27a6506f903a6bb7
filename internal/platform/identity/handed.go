package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// Happening is what a life event tells.
type Happening string

// The happenings.
const (
	// Changed says only that something changed: the register is asked.
	Changed Happening = "changed"
	// Born: a child with its guardians (fødsel).
	Born Happening = "birth"
	// Died: on a day (dødsfall).
	Died Happening = "death"
	// GuardiansChanged: who are a child's guardians from now (foreldreansvar, vergemål).
	GuardiansChanged Happening = "guardians"
	// ProtectionChanged: the grade of protection of the address.
	ProtectionChanged Happening = "protection"
	// CameOfAge: somebody has turned 18 (vergemålsloven § 8). The day itself does
	// it too, within the hour; the event does it at once.
	CameOfAge Happening = "of_age"
)

// LifeEvent is an event of the population register that another system hands in,
// where Torg does not read the register's own list of events.
type LifeEvent struct {
	ID         string // of the sender; what is told twice under one id happens once
	What       Happening
	Number     pid.PID
	On         clock.Date // of a birth or a death
	Name       Name       // of who was born
	Protection Protection
	Guardians  []RegisterGuardian // of who was born, or of the child from now: all of them
	// Address is where somebody lives whose address is protected no longer: it was not
	// kept meanwhile. Not needed where a register is asked.
	Address Address
}

// Outcome is what became of a life event.
type Outcome string

// The outcomes.
const (
	Applied  Outcome = "applied"
	Unknown  Outcome = "unknown"  // the municipality does not know the person; nothing is kept
	Repeated Outcome = "repeated" // it was told before
)

const (
	maxEventID       = 100
	maxGuardians     = 20
	maxAddressLines  = 5
	maxAddressText   = 200
	purposeLifeEvent = "identity.life_event"
)

func (e LifeEvent) check() error {
	var wrong []errs.Field
	add := func(bad bool, name string) {
		if bad {
			wrong = append(wrong, errs.Field{Name: name, Key: "errs.invalid_input"})
		}
	}
	add(e.ID == "" || len(e.ID) > maxEventID, "id")
	add(e.Number.IsZero(), "person")
	add(!slices.Contains([]Happening{Changed, Born, Died, GuardiansChanged, ProtectionChanged, CameOfAge}, e.What), "what")
	add((e.What == Born || e.What == Died) && e.On.IsZero(), "on")
	add(e.What == Born && e.Name.Full() == "", "name")
	add(e.What == Born && len(e.Guardians) == 0 || len(e.Guardians) > maxGuardians, "guardians")
	add(e.What == ProtectionChanged && !slices.Contains([]Protection{Unprotected, Confidential, StrictlyConfidential}, e.Protection), "protection")
	add(!e.Address.IsZero() && (e.What != ProtectionChanged || e.Protection.Protected() || !e.Address.fits()), "address")
	for _, g := range e.Guardians {
		add(g.Number.IsZero() || g.Number == e.Number || g.Kind != Parent && g.Kind != AppointedGuardian, "guardians")
	}
	return errs.InvalidFields(wrong...)
}

// fits reports whether an address is no longer than addresses are.
func (a Address) fits() bool {
	texts := append([]string{a.PostalCode, a.PostalPlace, a.Municipality}, a.Lines...)
	return len(a.Lines) <= maxAddressLines && !slices.ContainsFunc(texts, func(t string) bool { return len(t) > maxAddressText || strings.ContainsAny(t, "\n\r\x00") })
}

// HandIn takes a life event in, as if the register had told it, and does with it
// what goes with it, such as the entry in the log, in the same transaction. The
// caller has asked access. Whom the municipality does not know it does not get to
// know by an event, save a child born to somebody it knows. Events of one person
// are handed in as they happened: the last one stands. Where a register is
// connected, its word replaces an event's the next time it is asked.
func (s *Service) HandIn(ctx context.Context, e LifeEvent, with func(ctx context.Context, tx *store.Tx, personID string) error) (Outcome, error) {
	if err := e.check(); err != nil {
		return "", err
	}
	if err := s.accept(ctx, e.Number); err != nil {
		return "", err
	}
	digests, err := s.digestsOf(ctx, e)
	if err != nil {
		return "", err
	}
	if told, err := s.told(ctx, e.ID, digests); err != nil || told {
		return Repeated, err
	}
	people, err := s.concerned(ctx, e)
	if err != nil {
		return "", err
	}
	outcome := Applied
	if people[e.Number] == "" {
		outcome = Unknown
	}
	if outcome == Applied {
		if err := s.askFirst(ctx, e, people[e.Number]); err != nil {
			return "", err
		}
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		fresh, err := insertEvent(ctx, tx, e.ID, digests[0].Hex, outcome)
		if err != nil {
			return err
		}
		if !fresh { // told by two at once
			outcome = Repeated
			return nil
		}
		if outcome == Unknown {
			return nil
		}
		if err := s.apply(ctx, tx, e, people); err != nil {
			return err
		}
		return with(ctx, tx, people[e.Number])
	})
	return outcome, err
}

// askFirst asks the register about somebody of whom an event says only that
// something changed, or that the address is protected no longer: where she lives
// was not kept meanwhile, and the event does not tell. A register that does not
// answer holds up no lifting of a protection; it is asked again within a day.
func (s *Service) askFirst(ctx context.Context, e LifeEvent, id string) error {
	if e.What != Changed && (e.What != ProtectionChanged || e.Protection.Protected()) {
		return nil
	}
	err := s.Refresh(ctx, id)
	if err == nil || e.What == Changed {
		return err // told again, it is asked again
	}
	s.log.WarnContext(ctx, "the population register was not asked where somebody lives", "error", err)
	return nil
}

// digestsOf are keyed hashes of what an event tells, under every key there is, the
// newest first.
func (s *Service) digestsOf(ctx context.Context, e LifeEvent) ([]Digest, error) {
	type guardian struct {
		Number, Kind           string
		Responsible, LivesWith bool
	}
	told := struct {
		What, Number, On, Protection string
		Name                         Name
		Guardians                    []guardian
		Address                      *Address `json:",omitempty"`
	}{What: string(e.What), Number: e.Number.Digits(), On: e.On.String(), Protection: string(e.Protection), Name: e.Name}
	for _, g := range e.Guardians {
		told.Guardians = append(told.Guardians, guardian{g.Number.Digits(), string(g.Kind), g.Responsible, g.LivesWith})
	}
	if !e.Address.IsZero() {
		told.Address = &e.Address
	}
	text, err := json.Marshal(told)
	if err != nil {
		return nil, fmt.Errorf("identity: write a life event: %w", err)
	}
	version, newest, err := s.keys.Lookup(ctx, store.TenantOf(ctx), purposeLifeEvent, string(text))
	if err != nil {
		return nil, fmt.Errorf("identity: hash a life event: %w", err)
	}
	all, err := s.keys.LookupAll(ctx, store.TenantOf(ctx), purposeLifeEvent, string(text))
	if err != nil {
		return nil, fmt.Errorf("identity: hash a life event: %w", err)
	}
	return append([]Digest{{Version: version, Hex: newest}}, all...), nil
}

// told reports whether an event was told before; the same id for another event is
// a conflict.
func (s *Service) told(ctx context.Context, id string, digests []Digest) (bool, error) {
	var known string
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		known, err = eventDigest(ctx, tx, id)
		return err
	})
	if err != nil || known == "" {
		return false, err
	}
	if !slices.Contains(hashes(digests), known) {
		return true, errs.Conflict("identity.event_id_used")
	}
	return true, nil
}

// concerned finds the rows of the people of an event. Guardians of a child that is
// known get a row when they have none, without a name until they log in or the
// register tells it.
func (s *Service) concerned(ctx context.Context, e LifeEvent) (map[pid.PID]string, error) {
	people := map[pid.PID]string{}
	for _, number := range e.numbers() {
		p, err := s.FindByNumber(ctx, number)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return nil, err
		}
		if err == nil {
			people[number] = p.ID
		}
	}
	if e.What == Born && people[e.Number] == "" && len(people) > 0 {
		id, err := s.upsert(ctx, e.Number, RegisterPerson{Number: e.Number, Name: e.Name, BirthDate: e.On, Protection: e.Protection, own: Unprotected.stricter(e.Protection)})
		if err != nil {
			return nil, err
		}
		people[e.Number] = id
	}
	if people[e.Number] == "" {
		return people, nil
	}
	for _, g := range e.Guardians {
		if people[g.Number] != "" {
			continue
		}
		if err := s.accept(ctx, g.Number); err != nil {
			return nil, err
		}
		id, err := s.upsert(ctx, g.Number, RegisterPerson{})
		if err != nil {
			return nil, err
		}
		people[g.Number] = id
	}
	return people, nil
}

func (e LifeEvent) numbers() []pid.PID {
	list := []pid.PID{e.Number}
	for _, g := range e.Guardians {
		list = append(list, g.Number)
	}
	return list
}

// apply writes an event down as the register's word.
func (s *Service) apply(ctx context.Context, tx *store.Tx, e LifeEvent, people map[pid.PID]string) error {
	id := people[e.Number]
	switch e.What {
	case Died:
		return s.amend(ctx, tx, id, func(r *RegisterPerson) { r.DeceasedOn = e.On })
	case ProtectionChanged:
		return s.protect(ctx, tx, id, e.Protection, e.Address)
	case Born, GuardiansChanged:
		h := newHousehold()
		child, err := readPerson(ctx, tx, id)
		if err != nil {
			return err
		}
		h.records[e.Number] = RegisterPerson{BirthDate: child.BirthDate, Guardians: e.Guardians}
		day := clock.DateIn(tx.Now.Time)
		changed, err := replaceRelations(ctx, tx, id, h.relations(e.Number, people, day), day)
		if err != nil {
			return err
		}
		if err := s.coverAtHome(ctx, tx, id); err != nil || !changed {
			return err
		}
		return s.familyChanged(ctx, tx, id)
	case CameOfAge:
		return s.comeOfAge(ctx, tx, id)
	case Changed:
	}
	return nil
}

// amend changes the register's word on a person.
func (s *Service) amend(ctx context.Context, tx *store.Tx, id string, how func(*RegisterPerson)) error {
	p, err := readPerson(ctx, tx, id)
	if err != nil {
		return err
	}
	r := RegisterPerson{Name: p.Name, BirthDate: p.BirthDate, DeceasedOn: p.DeceasedOn, Protection: p.Protection, Address: p.address, own: p.own}
	how(&r)
	return s.saveRecord(ctx, tx, id, r)
}

// protect changes the grade that is told of a person, and with it that of the
// children at home: a child has the strictest of its own grade and of those it
// lives with, since its address is theirs. When theirs falls the child's falls
// with it, to its own. A child of whom it was never told apart which grade is its
// own keeps what it has until an event tells of the child, so that nobody is found
// by a mistake. Where they live, if it is told, is kept of those who are uncovered.
func (s *Service) protect(ctx context.Context, tx *store.Tx, id string, grade Protection, home Address) error {
	own := Unprotected.stricter(grade)
	atHome, err := s.gradeAtHome(ctx, tx, id)
	if err != nil {
		return err
	}
	err = s.amend(ctx, tx, id, func(r *RegisterPerson) {
		r.Protection, r.own = own.stricter(atHome), own
		if !home.IsZero() {
			r.Address = home
		}
	})
	if err != nil {
		return err
	}
	children, err := relationsOfGuardian(ctx, tx, id, clock.DateIn(tx.Now.Time))
	if err != nil {
		return err
	}
	for _, r := range children {
		if !r.livesWith {
			continue
		}
		atHome, err := s.gradeAtHome(ctx, tx, r.childID)
		if err != nil {
			return err
		}
		err = s.amend(ctx, tx, r.childID, func(c *RegisterPerson) {
			if c.own == "" {
				c.Protection = c.Protection.stricter(atHome)
				return
			}
			c.Protection = c.own.stricter(atHome)
			if !home.IsZero() {
				c.Address = home
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// gradeAtHome is the strictest grade of the guardians somebody lives with.
func (*Service) gradeAtHome(ctx context.Context, tx *store.Tx, childID string) (Protection, error) {
	grade := Unprotected
	guardians, err := relationsOfChild(ctx, tx, childID, clock.DateIn(tx.Now.Time))
	for _, r := range guardians {
		if !r.livesWith {
			continue
		}
		g, err := readPerson(ctx, tx, r.guardianID)
		if err != nil {
			return grade, err
		}
		grade = grade.stricter(g.Protection)
	}
	return grade, err
}

// coverAtHome protects a child that is born to, or has moved to, somebody whose
// address is. Who they are uncovers nobody: that takes an event of its own.
func (s *Service) coverAtHome(ctx context.Context, tx *store.Tx, childID string) error {
	atHome, err := s.gradeAtHome(ctx, tx, childID)
	if err != nil || !atHome.Protected() {
		return err
	}
	return s.amend(ctx, tx, childID, func(c *RegisterPerson) { c.Protection = c.Protection.stricter(atHome) })
}

// comeOfAge closes the ties of one person to the parents, if the birth date says
// so too.
func (s *Service) comeOfAge(ctx context.Context, tx *store.Tx, id string) error {
	p, err := readPerson(ctx, tx, id)
	if err != nil {
		return err
	}
	day := clock.DateIn(tx.Now.Time)
	if p.BirthDate.IsZero() || p.MinorOn(day) {
		return nil
	}
	if err := closeParents(ctx, tx, id, day); err != nil {
		return err
	}
	return s.familyChanged(ctx, tx, id)
}
