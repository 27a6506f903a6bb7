package cases

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Posting is something that somebody writes in a case.
type Posting struct {
	Text  string
	Files []blob.Stored
	// Staged are the ids of files that a machine has sent ahead; see package staging.
	Staged []string
	// Key is chosen once for each form that is shown, or by the client of an
	// operation. What the same person posts twice under one key with the same
	// content stands once, and the second answer is as the first: a press that is
	// repeated, or a network that lost the answer, makes nothing twice. Empty is
	// no key.
	Key string
	// Mentions are the ids of colleagues who are told of a note.
	Mentions []string
	// Came says how it reached the staff, of what they write down for a party.
	Came Came
	// On is the day it happened, of a Step that time counts from, or the day it came, of
	// an answer that the staff write down; zero is today. The parties read it.
	On clock.Date
}

// OnceField is the name of the hidden field in which a form carries its key.
const OnceField = "once"

// NewKey returns the key of a form that is shown now.
func NewKey() string { return rand.Text() }

// digest is what the entry keeps of the key: with who posted and what, so that a
// key that somebody else uses, or that comes again with another text, hides
// nothing that was written.
func (p Posting) digest(ctx context.Context, kind EntryKind) string {
	if p.Key == "" {
		return ""
	}
	h := sha256.New()
	write := func(s string) { _, _ = io.WriteString(h, strconv.Itoa(len(s))+":"+s) } // a hash takes all
	for _, part := range []string{actorID(ctx), identity.From(ctx).OnBehalfOf, string(kind), p.Key, p.Text} {
		write(part)
	}
	for _, f := range p.Files {
		write(f.Name)
		write(strconv.FormatInt(f.Size, 10))
	}
	for _, id := range append(slices.Clone(p.Mentions), p.Staged...) {
		write(id)
	}
	if p.Came != "" { // nothing, where nobody says: as before there was a question
		write(string(p.Came))
	}
	if !p.On.IsZero() {
		write(p.On.String())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// wasPosted reports whether the case has an entry of that posting already.
func wasPosted(ctx context.Context, tx *store.Tx, caseID, digest string) (bool, error) {
	if digest == "" {
		return false, nil
	}
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from cases_entries where tenant_id = $1 and case_id = $2 and posting = $3`, tx.Tenant, caseID, digest)
	if err != nil {
		return false, fmt.Errorf("cases: look for the posting: %w", err)
	}
	return n > 0, nil
}
