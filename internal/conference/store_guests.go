package conference

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// purposeGuest is what the key is for with which guests are encrypted.
const purposeGuest = "conference-guest"

// guestContent is the part of a guest that is encrypted.
type guestContent struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func guestPlace(caseID, id string) []byte { return []byte(caseID + "/" + id) }

// guests reads who is asked to the meeting of a case, in the order they were. The tenant's
// keys must be in memory.
func (s *Service) guests(ctx context.Context, tx *store.Tx, caseID string) ([]Guest, error) {
	type row struct {
		id      string
		cipher  []byte
		invited store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.id, &r.cipher, &r.invited} }, `
		select id, guest_cipher, invited_at from conference_guests where tenant_id = $1 and case_id = $2 order by id limit $3`, tx.Tenant, caseID, mostGuests)
	if err != nil {
		return nil, fmt.Errorf("conference: read the guests: %w", err)
	}
	list := make([]Guest, 0, len(rows))
	for _, r := range rows {
		plain, err := s.Cases.Keys.Decrypt(ctx, tx.Tenant, purposeGuest, r.cipher, guestPlace(caseID, r.id))
		if err != nil {
			return nil, fmt.Errorf("conference: decrypt a guest: %w", err)
		}
		var content guestContent
		if err := json.Unmarshal(plain, &content); err != nil {
			return nil, fmt.Errorf("conference: read a guest: %w", err)
		}
		list = append(list, Guest{ID: r.id, Name: content.Name, Email: content.Email, InvitedAt: r.invited.Time})
	}
	return list, nil
}

func (s *Service) insertGuest(ctx context.Context, tx *store.Tx, caseID string, g Guest) error {
	plain, err := json.Marshal(guestContent{Name: g.Name, Email: g.Email})
	if err != nil {
		return fmt.Errorf("conference: write a guest: %w", err)
	}
	cipher, err := s.Cases.Keys.Encrypt(ctx, tx.Tenant, purposeGuest, plain, guestPlace(caseID, g.ID))
	if err != nil {
		return fmt.Errorf("conference: encrypt a guest: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into conference_guests (tenant_id, case_id, id, guest_cipher, invited_at) values ($1, $2, $3, $4, $5)`,
		tx.Tenant, caseID, g.ID, cipher, tx.Now)
	if err != nil {
		return fmt.Errorf("conference: keep a guest: %w", err)
	}
	return nil
}

// forgetGuests takes the guests of a case away: their addresses are for the meeting. Who
// was asked stands in the journal by name, and who came in the minutes.
func forgetGuests(ctx context.Context, tx *store.Tx, caseID string) error {
	if _, err := tx.Exec(ctx, `delete from conference_guests where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID); err != nil {
		return fmt.Errorf("conference: forget the guests: %w", err)
	}
	return nil
}

func deleteGuest(ctx context.Context, tx *store.Tx, caseID, id string) error {
	if _, err := tx.Exec(ctx, `delete from conference_guests where tenant_id = $1 and case_id = $2 and id = $3`, tx.Tenant, caseID, id); err != nil {
		return fmt.Errorf("conference: take a guest away: %w", err)
	}
	return nil
}
