package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Receipt proves that an entry stands in the log: whoever has it and the
// municipality's public key can check it without us, with VerifyReceipt or any
// implementation of RFC 6962.
type Receipt struct {
	Version int      `json:"v"`
	Tenant  string   `json:"tenant"`
	Seq     int64    `json:"seq"`
	Entry   Entry    `json:"entry"`
	Salt    string   `json:"salt,omitempty"`    // with Details, as long as they are not erased
	Details string   `json:"details,omitempty"` // JSON text, exactly as digested
	Path    [][]byte `json:"path"`              // from the leaf to the root
	Head    Head     `json:"head"`
}

// Receipt returns the receipt of an entry, for the person it concerns, the one
// who did it, whoever acts for either, and the auditor. An entry that is not
// sealed yet is errs.Unavailable: try again in a second.
func (s *Service) Receipt(ctx context.Context, entryID string) (Receipt, error) {
	var r Receipt
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := entryByID(ctx, tx, entryID)
		if errors.Is(err, store.ErrNoRows) {
			return s.noReceipt(ctx)
		}
		if err != nil {
			return err
		}
		if err := s.mayHave(ctx, row.Entry); err != nil {
			return err
		}
		r, err = receipt(ctx, tx, row)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	if err := VerifyReceipt(r, s.keys...); err != nil {
		return Receipt{}, fmt.Errorf("audit: the log would give a false receipt; verify it: %w", err)
	}
	return r, nil
}

// noReceipt answers for an entry that is not there as for one of others.
func (s *Service) noReceipt(ctx context.Context) error {
	if err := s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self"}); err != nil {
		return err
	}
	return errs.NotFound("errs.not_found")
}

func (s *Service) mayHave(ctx context.Context, e Entry) error {
	owners := []string{e.Subject, e.OnBehalfOf}
	if e.ActorKind == "resident" || e.ActorKind == "staff" {
		owners = append(owners, e.ActorID)
	}
	if s.access.Check(ctx, access.SelfLog, access.Resource{Type: "self", ID: e.ID, Owners: owners}) == nil {
		return nil
	}
	if s.access.Check(ctx, access.AuditRead, access.Resource{Type: "audit"}) == nil {
		return nil
	}
	return s.noReceipt(ctx)
}

func receipt(ctx context.Context, tx *store.Tx, row storedRow) (Receipt, error) {
	head, err := lastHead(ctx, tx)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return Receipt{}, fmt.Errorf("audit: head of a receipt: %w", err)
	}
	if row.seq < 0 || row.seq >= head.Size {
		return Receipt{}, errs.Unavailable(time.Second, "audit.not_sealed")
	}
	path, err := inclusion(ctx, tx, row.seq, head.Size)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{
		Version: 1, Tenant: tx.Tenant, Seq: row.seq, Entry: row.Entry, Salt: row.d.salt, Details: row.d.text,
		Path: path, Head: head,
	}, nil
}

// VerifyReceipt returns nil when one of the keys signed a tree in which the
// receipt's entry stands, and the details, if it has them, are the entry's.
func VerifyReceipt(r Receipt, keys ...ed25519.PublicKey) error {
	switch {
	case r.Version != 1:
		return fmt.Errorf("audit: receipt of unknown version %d", r.Version)
	case r.Head.Tenant != r.Tenant:
		return errors.New("audit: the receipt's head is another municipality's")
	case !r.Head.SignedBy(keys...):
		return errors.New("audit: the receipt's head is not signed by a known key")
	case r.Seq < 0 || r.Seq >= r.Head.Size:
		return errors.New("audit: the receipt's entry lies outside the tree")
	}
	if d := (details{salt: r.Salt, text: r.Details}); d.digest() != "" && d.digest() != r.Entry.DetailsDigest {
		return errors.New("audit: the receipt's details are not the entry's")
	}
	hash, err := leafHash(r.Tenant, r.Seq, r.Entry)
	if err != nil {
		return err
	}
	err = proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(r.Seq), uint64(r.Head.Size), hash, r.Path, r.Head.Root)
	if err != nil {
		return fmt.Errorf("audit: the receipt's entry is not in the tree: %w", err)
	}
	return nil
}
