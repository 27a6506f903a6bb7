package identity

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	maxFound = 100 // persons in one answer
	maxRaces = 5   // how often a lost race for a number is run again
)

// errRace says that somebody else has just made the person's row.
var errRace = errors.New("identity: another log-in made the person at the same time")

// Person returns a person of the context's municipality. Whether the actor may
// see them is the caller's question to package access.
func (s *Service) Person(ctx context.Context, id string) (Person, error) {
	var p Person
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = s.PersonIn(ctx, tx, id)
		return err
	})
	return p, err
}

// PersonIn is Person within a transaction the caller has open.
func (s *Service) PersonIn(ctx context.Context, tx *store.Tx, id string) (Person, error) {
	p, err := readPerson(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return Person{}, errs.NotFound("errs.not_found").Because(err)
	}
	return p, err
}

// FindByName returns persons whose name contains the text, by name; at most 100.
func (s *Service) FindByName(ctx context.Context, name string, limit int) ([]Person, error) {
	if store.Fold(name) == "" {
		return nil, nil
	}
	var found []Person
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = findPersons(ctx, tx, name, min(max(limit, 1), maxFound))
		return err
	})
	return found, err
}

// FindByNumber returns the person with a national number, or errs.NotFound when
// the municipality does not know them.
func (s *Service) FindByNumber(ctx context.Context, number pid.PID) (Person, error) {
	all, err := s.lookups(ctx, number)
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := findByLookup(ctx, tx, hashes(all)...)
		if err != nil {
			return err
		}
		p, err = s.PersonIn(ctx, tx, id)
		return err
	})
	return p, err
}

// EnsurePerson returns the person with a national number and makes the row if
// there is none, with what the population register knows. There is never more
// than one row for a number, whoever else does the same at the same time and
// whatever key is the newest.
func (s *Service) EnsurePerson(ctx context.Context, number pid.PID) (Person, error) {
	if err := s.accept(ctx, number); err != nil {
		return Person{}, err
	}
	record, err := s.ask(ctx, number)
	if err != nil {
		return Person{}, err
	}
	id, err := s.upsert(ctx, number, record)
	if err != nil {
		return Person{}, err
	}
	return s.Person(ctx, id)
}

// Number decrypts a person's national number, for registers and letters that
// must carry it.
func (s *Service) Number(ctx context.Context, personID string) (pid.PID, error) {
	var n storedNumber
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = readNumber(ctx, tx, personID)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return pid.PID{}, errs.NotFound("errs.not_found").Because(err)
	}
	if err != nil {
		return pid.PID{}, err
	}
	return s.open(ctx, n)
}

// Contact is how a person wants to be reached.
type Contact struct {
	Email, Phone string
	Lang         i18n.Lang
}

// SetContact stores how the logged-in person wants to be reached.
func (s *Service) SetContact(ctx context.Context, c Contact) error {
	actor := From(ctx)
	if !actor.LoggedIn() {
		return errs.Login()
	}
	c.Email, c.Phone = strings.TrimSpace(c.Email), strings.TrimSpace(c.Phone)
	if err := c.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return saveContact(ctx, tx, actor.PersonID, c)
	})
}

func (c Contact) check() error {
	var wrong []errs.Field
	if c.Email != "" {
		parsed, err := mail.ParseAddress(c.Email)
		if err != nil || parsed.Address != c.Email || len(c.Email) > 254 {
			wrong = append(wrong, errs.Field{Name: "email", Key: "identity.bad_email"})
		}
	}
	digits := strings.NewReplacer(" ", "", "+", "").Replace(c.Phone)
	if c.Phone != "" && (len(digits) < 8 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "") {
		wrong = append(wrong, errs.Field{Name: "phone", Key: "identity.bad_phone"})
	}
	if c.Lang != "" && !c.Lang.Valid() {
		wrong = append(wrong, errs.Field{Name: "lang", Key: "errs.invalid_input"})
	}
	return errs.InvalidFields(wrong...)
}

// accept refuses numbers of test series outside a test municipality, and
// everybody else within one: test data and people never mix.
func (s *Service) accept(ctx context.Context, number pid.PID) error {
	if number.IsZero() {
		return pid.ErrInvalid
	}
	switch test := s.test(ctx); {
	case number.Synthetic() && !test:
		return errs.Forbidden("identity.synthetic")
	case !number.Synthetic() && test:
		return errs.Forbidden("identity.not_synthetic")
	}
	return nil
}

// ask asks the population register about one person, no longer than somebody
// has patience; a zero record when it does not know the number.
func (s *Service) ask(ctx context.Context, number pid.PID) (RegisterPerson, error) {
	ctx, cancel := context.WithTimeout(ctx, s.settings.Patience)
	defer cancel()
	h := newHousehold()
	return s.look(ctx, &h, number)
}

// upsert finds or makes the person's row and stores the record, unless that is empty.
func (s *Service) upsert(ctx context.Context, number pid.PID, record RegisterPerson) (string, error) {
	n, err := s.hash(ctx, number, record.Former)
	if err != nil {
		return "", err
	}
	return s.upsertSealed(ctx, number.Digits(), n, func(ctx context.Context, tx *store.Tx, id string) error {
		if record.Number.IsZero() {
			return nil
		}
		return s.saveRecord(ctx, tx, id, record)
	})
}

// saving stores what a register knows in a row that is there.
type saving func(ctx context.Context, tx *store.Tx, id string) error

// upsertSealed finds or makes the row of a number, of a person or an organisation.
func (s *Service) upsertSealed(ctx context.Context, digits string, n sealed, save saving) (id string, err error) {
	for range maxRaces {
		if id, err = s.tryUpsert(ctx, digits, n, save); !errors.Is(err, errRace) {
			return id, err
		}
	}
	return "", err
}

func (s *Service) tryUpsert(ctx context.Context, digits string, n sealed, save saving) (string, error) {
	id, isNew, err := s.findOrNewID(ctx, n)
	if err != nil {
		return "", err
	}
	// The number is encrypted for this one row, so the row's id must be known first.
	n.cipher, err = s.keys.Encrypt(ctx, store.TenantOf(ctx), purposeNumber, []byte(digits), []byte(id))
	if err != nil {
		return "", fmt.Errorf("identity: encrypt number: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		mine, err := claimNumber(ctx, tx, id, n)
		if err != nil {
			return err
		}
		if !mine {
			return errRace
		}
		if isNew {
			err = insertPerson(ctx, tx, id, n)
		} else {
			err = updateNumber(ctx, tx, id, n)
		}
		if err != nil {
			return err
		}
		return save(ctx, tx, id)
	})
	return id, err
}

func (s *Service) findOrNewID(ctx context.Context, n sealed) (id string, isNew bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err = findByLookup(ctx, tx, append(hashes(n.all), n.former...)...)
		return err
	})
	if err == nil && id == "" {
		return ids.New(), true, nil
	}
	return id, false, err
}

// saveRecord stores the record and tells of it; a dead person's sessions and
// mandates end with it.
func (s *Service) saveRecord(ctx context.Context, tx *store.Tx, id string, record RegisterPerson) error {
	before, err := s.PersonIn(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := saveRecord(ctx, tx, id, record); err != nil {
		return err
	}
	if err := s.tellChange(ctx, tx, before); err != nil {
		return err
	}
	if record.DeceasedOn.IsZero() {
		return nil
	}
	if err := lapse(ctx, tx, id); err != nil {
		return err
	}
	return s.endAll(ctx, tx, id, EndedByRegister)
}

func (s *Service) tellChange(ctx context.Context, tx *store.Tx, before Person) error {
	if s.changed == nil && s.uncovered == nil {
		return nil
	}
	person, err := s.PersonIn(ctx, tx, before.ID)
	if err != nil {
		return err
	}
	if s.changed != nil {
		if err := s.changed(ctx, tx, person); err != nil {
			return fmt.Errorf("identity: tell of a change: %w", err)
		}
	}
	if s.uncovered == nil || !before.Protection.Protected() || person.Protection.Protected() {
		return nil
	}
	if err := s.uncovered(ctx, tx, person); err != nil {
		return fmt.Errorf("identity: tell that an address is protected no longer: %w", err)
	}
	return nil
}

// hash returns the number's keyed hashes, and those of the numbers it replaced.
func (s *Service) hash(ctx context.Context, number pid.PID, former []pid.PID) (n sealed, err error) {
	if n, err = s.hashText(ctx, purposeNumber, number.Digits()); err != nil {
		return n, err
	}
	for _, old := range former {
		all, err := s.lookups(ctx, old)
		if err != nil {
			return n, err
		}
		n.former = append(n.former, hashes(all)...)
	}
	return n, nil
}

func (s *Service) hashText(ctx context.Context, purpose, digits string) (n sealed, err error) {
	n.version, n.lookup, err = s.keys.Lookup(ctx, store.TenantOf(ctx), purpose, digits)
	if err != nil {
		return n, fmt.Errorf("identity: hash number: %w", err)
	}
	n.all, err = s.keys.LookupAll(ctx, store.TenantOf(ctx), purpose, digits)
	if err != nil {
		return n, fmt.Errorf("identity: hash number under every key: %w", err)
	}
	return n, nil
}

func (s *Service) lookups(ctx context.Context, number pid.PID) ([]Digest, error) {
	all, err := s.keys.LookupAll(ctx, store.TenantOf(ctx), purposeNumber, number.Digits())
	if err != nil {
		return nil, fmt.Errorf("identity: hash number under every key: %w", err)
	}
	return all, nil
}

func hashes(all []Digest) []string {
	list := make([]string, 0, len(all))
	for _, d := range all {
		list = append(list, d.Hex)
	}
	return list
}

func (s *Service) open(ctx context.Context, n storedNumber) (pid.PID, error) {
	plain, err := s.keys.Decrypt(ctx, store.TenantOf(ctx), purposeNumber, n.cipher, []byte(n.personID))
	if err != nil {
		return pid.PID{}, fmt.Errorf("identity: decrypt number: %w", err)
	}
	number, err := pid.Parse(string(plain))
	if err != nil {
		return pid.PID{}, fmt.Errorf("identity: stored number: %w", err)
	}
	return number, nil
}
