package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Ref names a thing by its type and id.
type Ref struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// Event is what happened, as the one who records it knows it. Who did it comes
// from the context and when from the transaction.
type Event struct {
	Action  string // "<module>.<what>", as "cases.decided"
	Object  Ref
	Subject string // person id concerned, "" when nobody in particular
	Case    string // case id, "" when none
	// Details may hold personal data: they stand beside the entry and can be erased.
	Details map[string]string
}

// Entry is one row of the log: ids and digests only.
type Entry struct {
	ID            string     `json:"id"`
	At            store.Time `json:"at"`
	ActorKind     string     `json:"actor_kind"`
	ActorID       string     `json:"actor_id"`
	OnBehalfOf    string     `json:"on_behalf_of,omitempty"`
	Action        string     `json:"action"`
	Object        Ref        `json:"object"`
	Subject       string     `json:"subject,omitempty"`
	Case          string     `json:"case,omitempty"`
	Request       string     `json:"request,omitempty"`
	DetailsDigest string     `json:"details_digest,omitempty"`
}

// leaf is what is hashed into the tree. Its JSON is the canonical form of a
// sealed entry: the fields in this order, the instant in UTC microseconds. The
// municipality and the place in the tree are part of it, so that an entry can
// stand nowhere else.
type leaf struct {
	Version int    `json:"v"`
	Tenant  string `json:"tenant"`
	Seq     int64  `json:"seq"`
	Entry
}

// leafHash is the hash of a sealed entry (RFC 6962 section 2.1: 0x00 and the data).
func leafHash(tenant string, seq int64, e Entry) ([]byte, error) {
	e.At = store.At(e.At.Time)
	data, err := json.Marshal(leaf{Version: 1, Tenant: tenant, Seq: seq, Entry: e})
	if err != nil {
		return nil, fmt.Errorf("audit: canonical entry: %w", err)
	}
	return rfc6962.DefaultHasher.HashLeaf(data), nil
}

// details are the personal data beside an entry.
type details struct {
	salt string
	text string
}

// Names under which the log remembers who acted as what, besides the event's own details.
const (
	detailName       = "actor.name"
	detailRole       = "actor.role"
	detailDepartment = "actor.department"
	detailSubstitute = "actor.substitute_for"
)

// newDetails joins the event's details with a snapshot of the actor: names,
// roles and departments change, and the log tells what they were.
func newDetails(a identity.Actor, department string, own map[string]string) (details, error) {
	all := maps.Clone(own)
	if all == nil {
		all = map[string]string{}
	}
	put := func(name, value string) {
		if value != "" {
			all[name] = value
		}
	}
	put(detailName, a.Name)
	g := roleIn(a, department)
	put(detailRole, g.Role)
	put(detailDepartment, g.Department)
	put(detailSubstitute, g.SubstituteFor)
	if len(all) == 0 {
		return details{}, nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return details{}, fmt.Errorf("audit: details: %w", err)
	}
	return details{salt: rand.Text(), text: string(text)}, nil
}

// roleIn returns the role in which somebody acts: one in the department that
// the act belongs to, else one for the whole municipality, else the first.
func roleIn(a identity.Actor, department string) identity.Grant {
	for _, wanted := range []string{department, ""} {
		for _, g := range a.Grants {
			if g.Department == wanted {
				return g
			}
		}
	}
	if len(a.Grants) > 0 {
		return a.Grants[0]
	}
	return identity.Grant{}
}

// digest is the SHA-256 of salt and text in hex, "" without details. Without
// the salt, which is erased with the text, the text cannot be guessed from it.
func (d details) digest() string {
	if d.salt == "" && d.text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(d.salt + d.text))
	return hex.EncodeToString(sum[:])
}

// read returns the details as they were given.
func (d details) read() map[string]string {
	if d.text == "" {
		return nil
	}
	var all map[string]string
	if err := json.Unmarshal([]byte(d.text), &all); err != nil {
		return nil // changed by hand: Verify tells, a list shows what is left
	}
	return all
}

// actorID is the id of whoever acts: person, token or part of Torg.
func actorID(a identity.Actor) string {
	switch {
	case a.PersonID != "":
		return a.PersonID
	case a.TokenID != "":
		return a.TokenID
	default:
		return a.SystemName
	}
}
