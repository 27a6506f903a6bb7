package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxChildren bounds how many children one refresh asks the register about.
const maxChildren = 40

// household is what the register says about a person, the children and their guardians.
type household struct {
	told     map[pid.PID]RegisterPerson // by the register
	records  map[pid.PID]RegisterPerson // to be stored
	order    []pid.PID                  // in which records came; root first
	children []pid.PID                  // whose guardians are to be stored
}

func newHousehold() household {
	return household{told: map[pid.PID]RegisterPerson{}, records: map[pid.PID]RegisterPerson{}}
}

// Refresh asks the population register anew about a person, the children the
// person is guardian of and those children's guardians, and stores the answers:
// names, addresses, protection, deaths, and who is guardian.
func (s *Service) Refresh(ctx context.Context, personID string) error {
	number, err := s.Number(ctx, personID)
	if err != nil {
		return err
	}
	_, err = s.sync(ctx, number)
	return err
}

// sync stores what the register knows around a number and returns its person's id.
func (s *Service) sync(ctx context.Context, number pid.PID) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.settings.Patience)
	defer cancel()
	known, err := s.knownChildren(ctx, number)
	if err != nil {
		return "", err
	}
	h, err := s.collect(ctx, number, known)
	if err != nil {
		return "", err
	}
	id, err := s.saveHousehold(ctx, number, h)
	if err != nil || h.records[number].Number.IsZero() {
		return id, err
	}
	if err := s.syncOrganisations(ctx, id, number); err != nil {
		s.log.WarnContext(ctx, "the organisation register was not asked", "error", err)
	}
	return id, nil
}

// knownChildren returns the numbers of the children stored today, so that a
// child the register no longer ties to the person is asked about as well.
func (s *Service) knownChildren(ctx context.Context, number pid.PID) ([]pid.PID, error) {
	all, err := s.lookups(ctx, number)
	if err != nil {
		return nil, err
	}
	var stored []storedNumber
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		stored = nil
		id, err := findByLookup(ctx, tx, hashes(all)...)
		if err != nil || id == "" {
			return err
		}
		relations, err := relationsOfGuardian(ctx, tx, id, clock.DateIn(tx.Now.Time))
		if err != nil {
			return err
		}
		for _, r := range relations {
			n, err := readNumber(ctx, tx, r.childID)
			if err != nil {
				return err
			}
			stored = append(stored, n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	numbers := make([]pid.PID, 0, len(stored))
	for _, n := range stored {
		number, err := s.open(ctx, n)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// collect asks the register about everybody concerned. An unknown person among
// them is left out; any other failure ends it, since half a family may look
// like a lost right.
func (s *Service) collect(ctx context.Context, root pid.PID, known []pid.PID) (household, error) {
	h := newHousehold()
	record, err := s.look(ctx, &h, root)
	if err != nil {
		return h, err
	}
	h.children = append(h.children, root)
	for _, child := range append(slices.Clone(record.Children), known...) {
		if len(h.children) > maxChildren {
			s.log.WarnContext(ctx, "a person with more children than are asked about", "limit", maxChildren)
			break
		}
		if !slices.Contains(h.children, child) {
			h.children = append(h.children, child)
		}
	}
	for _, child := range h.children {
		record, err := s.look(ctx, &h, child)
		if err != nil {
			return h, err
		}
		for _, g := range record.Guardians {
			if _, err := s.look(ctx, &h, g.Number); err != nil {
				return h, err
			}
		}
	}
	return h, nil
}

// look returns a record as it is to be stored; a zero record when the register
// does not know the number. A child gets the strictest protection of those it
// lives with: its address is theirs, also when the register protects only the
// grown-up.
func (s *Service) look(ctx context.Context, h *household, number pid.PID) (RegisterPerson, error) {
	if record, seen := h.records[number]; seen {
		return record, nil
	}
	record, err := s.fetch(ctx, h, number)
	if err != nil {
		return record, err
	}
	record.own = Unprotected.stricter(record.Protection)
	for _, g := range record.Guardians {
		if !g.LivesWith {
			continue
		}
		guardian, err := s.fetch(ctx, h, g.Number)
		if err != nil {
			return record, err
		}
		record.Protection = record.Protection.stricter(guardian.Protection)
	}
	h.records[number] = record
	h.order = append(h.order, number)
	return record, nil
}

// fetch returns a record as the register tells it, asked for once.
func (s *Service) fetch(ctx context.Context, h *household, number pid.PID) (RegisterPerson, error) {
	if record, seen := h.told[number]; seen {
		return record, nil
	}
	record, err := s.register.Person(ctx, number)
	if err == nil || errors.Is(err, ErrUnknownPerson) {
		s.folkeregister.note(nil)
	} else {
		if !errors.Is(err, context.Canceled) { // the person has gone, not the register
			s.folkeregister.note(err)
		}
		return record, errs.Unavailable(time.Minute, "identity.register_down").
			Because(fmt.Errorf("identity: ask the population register: %w", err))
	}
	h.told[number] = record
	return record, nil
}

func (s *Service) saveHousehold(ctx context.Context, root pid.PID, h household) (string, error) {
	people := map[pid.PID]string{}
	for _, number := range h.order {
		record := h.records[number]
		if number != root && (record.Number.IsZero() || s.accept(ctx, number) != nil) {
			continue
		}
		id, err := s.upsert(ctx, number, record)
		if err != nil {
			return "", err
		}
		people[number] = id
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, number := range h.children {
			if people[number] == "" || h.records[number].Number.IsZero() {
				continue
			}
			day := clock.DateIn(tx.Now.Time)
			changed, err := replaceRelations(ctx, tx, people[number], h.relations(number, people, day), day)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			if err := s.familyChanged(ctx, tx, people[number]); err != nil {
				return err
			}
		}
		return nil
	})
	return people[root], err
}

// relations are the ties of a child to the guardians who have a row. Whoever has
// come of age has no guardian by being somebody's child (vergemålsloven § 8).
func (h *household) relations(child pid.PID, people map[pid.PID]string, day clock.Date) []relation {
	var list []relation
	born := h.records[child].BirthDate
	grown := !born.IsZero() && born.YearsAt(day) >= adultAge
	for _, g := range h.records[child].Guardians {
		r := relation{
			childID: people[child], guardianID: people[g.Number], kind: g.Kind,
			responsible: g.Responsible, livesWith: g.LivesWith,
		}
		if grown && r.kind == Parent {
			continue
		}
		if r.guardianID != "" && r.guardianID != r.childID && !containsSame(list, r) {
			list = append(list, r)
		}
	}
	return list
}
