package identity

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// keptApart reports whether a protected address keeps a guardian from acting in a
// child's name: what is the child's, such as its cases and who has looked at them,
// could tell where it lives, or where the other guardian does. Whoever shares the
// protected home may. Whoever is not protected herself may only for a child that
// lives with her alone, while no other guardian is: where both are registered at
// the child's address, one of them may have fled. What the guardian applies for
// herself she may go on with, and her responsibility is as it was (barnelova § 30).
func keptApart(ctx context.Context, tx *store.Tx, guardianID, childID string, day clock.Date) (bool, error) {
	guardians, err := relationsOfChild(ctx, tx, childID, day)
	if err != nil {
		return false, err
	}
	home := slices.ContainsFunc(guardians, func(r relation) bool { return r.guardianID == guardianID && r.livesWith })
	me, err := readPerson(ctx, tx, guardianID)
	if err != nil {
		return false, err
	}
	inside := home && me.Protection.Protected()
	shared := false
	for _, r := range guardians {
		if r.guardianID == guardianID || !r.guardianDeath.IsZero() {
			continue
		}
		other, err := readPerson(ctx, tx, r.guardianID)
		if err != nil || other.Protection.Protected() && !(inside && r.livesWith) {
			return err == nil, err
		}
		shared = shared || r.livesWith
	}
	child, err := readPerson(ctx, tx, childID)
	if err != nil || child.Protection.Protected() && !inside && (!home || shared) {
		return err == nil, err
	}
	return parted(ctx, tx, guardianID, childID, guardians)
}

// SharesHome reports whether the register has two people at one address, so that
// neither learns from the other's papers where she lives. Of a protected address
// nothing is told, not even that.
func (p Person) SharesHome(other Person) bool {
	if p.ID == other.ID {
		return true
	}
	if p.Protection.Protected() || other.Protection.Protected() || p.address.IsZero() || other.address.IsZero() {
		return false
	}
	return slices.EqualFunc(p.address.Lines, other.address.Lines, strings.EqualFold) &&
		p.address.PostalCode == other.address.PostalCode && strings.EqualFold(p.address.PostalPlace, other.address.PostalPlace)
}

// parted reports whether somebody else who was guardian, and has a protected
// address, is so no more: what she applied for about the child is the child's now.
// Those who are guardians today have been judged already.
func parted(ctx context.Context, tx *store.Tx, guardianID, childID string, today []relation) (bool, error) {
	former, err := guardiansEver(ctx, tx, childID)
	if err != nil {
		return false, err
	}
	for _, id := range former {
		if id == guardianID || slices.ContainsFunc(today, func(r relation) bool { return r.guardianID == id }) {
			continue
		}
		other, err := readPerson(ctx, tx, id)
		if err != nil || other.Protection.Protected() && !other.Deceased() {
			return err == nil, err
		}
	}
	return false, nil
}

// actingFor is representation for who is to act in another's name.
func actingFor(ctx context.Context, tx *store.Tx, who, forWhom string) (Represented, bool, error) {
	r, may, err := representation(ctx, tx, who, forWhom)
	if err != nil || !may || r.Basis != ByGuardianship {
		return r, may, err
	}
	apart, err := keptApart(ctx, tx, who, forWhom, clock.DateIn(tx.Now.Time))
	return r, !apart, err
}
