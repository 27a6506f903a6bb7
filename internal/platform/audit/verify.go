package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/store"
)

// ProblemKind says what is wrong with a place in the log.
type ProblemKind string

// The kinds of problems.
const (
	Changed        ProblemKind = "changed"         // the entry, or the tree it is part of, is not what was sealed
	Removed        ProblemKind = "removed"         // something was sealed here and is gone
	Reordered      ProblemKind = "reordered"       // the entry stands in another place than it was sealed in
	Added          ProblemKind = "added"           // the entry claims to be sealed and never was
	BadSignature   ProblemKind = "bad_signature"   // a head is not signed by a known key, or a sealed part has no head
	DetailsChanged ProblemKind = "details_changed" // the personal data beside the entry are not those recorded
)

// Describe is the message key of the kind.
func (k ProblemKind) Describe() string { return "audit.problem." + string(k) }

// Problem is one place in the log that is not as it was sealed.
type Problem struct {
	Seq     int64
	EntryID string // "" when it is not known
	Kind    ProblemKind
}

// Report is what Verify found.
type Report struct {
	Tenant   string
	Entries  int64 // leaves looked at
	Sealed   int64 // entries that the last good head covers
	Heads    int64 // signed heads looked at
	Erased   int64 // entries whose personal data are erased, which is in order
	Problems []Problem
	More     bool // there are more problems than the report lists
}

// OK reports whether nothing is wrong.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// maxProblems bounds the report.
const maxProblems = 1000

// Verify reads the municipality's whole log and finds every sealed entry that
// was changed, removed or reordered. Heads that were kept outside the database
// (ReadHeads) find also a log that was cut off at the end or sealed anew.
func (s *Service) Verify(ctx context.Context, exported ...Head) (Report, error) {
	if err := s.access.Check(ctx, access.AuditVerify, access.Resource{Type: "audit"}); err != nil {
		return Report{}, err
	}
	var v *verifier
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = newVerifier(tx, s.keys, exported)
		if err != nil {
			return err
		}
		return v.run(ctx)
	})
	if err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	return v.report, nil
}

// verifier walks the leaves in order and grows the tree anew.
type verifier struct {
	tx       *store.Tx
	keys     []ed25519.PublicKey
	exported map[int64][]Head
	furthest int64 // the largest size that anything speaks of
	report   Report
	tree     *tree
	heads    []Head // read ahead
	headsEnd int64
	good     int64 // size of the last head whose root was right
	broken   bool  // the tree cannot be reckoned, or is known to be wrong
	odd      []leafRow
}

func newVerifier(tx *store.Tx, keys []ed25519.PublicKey, exported []Head) (*verifier, error) {
	t, err := newTree(0, nil)
	if err != nil {
		return nil, err
	}
	v := &verifier{tx: tx, keys: keys, tree: t, exported: map[int64][]Head{}}
	v.report.Tenant = tx.Tenant
	for _, h := range exported {
		if h.Tenant == tx.Tenant {
			v.exported[h.Size] = append(v.exported[h.Size], h)
			v.furthest = max(v.furthest, h.Size)
		}
	}
	return v, nil
}

func (v *verifier) problem(seq int64, entryID string, kind ProblemKind) {
	if len(v.report.Problems) >= maxProblems {
		v.report.More = true
		return
	}
	v.report.Problems = append(v.report.Problems, Problem{Seq: seq, EntryID: entryID, Kind: kind})
}

func (v *verifier) run(ctx context.Context) error {
	state, err := readTree(ctx, v.tx, "")
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return err
	}
	last, err := lastHead(ctx, v.tx)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return err
	}
	v.furthest = max(v.furthest, last.Size, state.size)
	if err := v.walk(ctx); err != nil {
		return err
	}
	v.sortOut()
	if err := v.added(ctx); err != nil {
		return err
	}
	if v.broken {
		return nil
	}
	if v.good < v.tree.size() {
		v.problem(v.good, "", BadSignature)
	}
	if state.size != v.tree.size() || !bytes.Equal(state.hashes, v.tree.hashes()) {
		v.problem(state.size, "", Changed)
	}
	return v.nodes(ctx)
}

// walk looks at each leaf, and at each head when the tree has its size.
func (v *verifier) walk(ctx context.Context) error {
	next := int64(0)
	for {
		rows, err := leafRows(ctx, v.tx, next, pageOf)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := v.gap(ctx, next, row.leaf.seq); err != nil {
				return err
			}
			if err := v.leaf(row); err != nil {
				return err
			}
			next = row.leaf.seq + 1
			if err := v.headsAt(ctx, next); err != nil {
				return err
			}
		}
		if len(rows) < pageOf {
			return v.gap(ctx, next, v.furthest)
		}
	}
}

// gap reports places without a leaf, with the entries that claim them.
func (v *verifier) gap(ctx context.Context, from, to int64) error {
	if from >= to {
		return nil
	}
	v.broken = true
	claims, err := entriesBetween(ctx, v.tx, from, to, maxProblems)
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, c := range claims {
		names[c.seq] = c.id
	}
	for seq := from; seq < to && !v.report.More; seq++ {
		v.problem(seq, names[seq], Removed)
	}
	return nil
}

func (v *verifier) leaf(row leafRow) error {
	v.report.Entries++
	if !v.broken {
		if err := v.tree.add(row.leaf.hash); err != nil {
			return err
		}
	}
	if row.ID == "" {
		v.problem(row.leaf.seq, row.leaf.entryID, Removed)
		return nil
	}
	hash, err := leafHash(v.tx.Tenant, row.leaf.seq, row.Entry)
	if err != nil {
		return err
	}
	switch {
	case row.seq != row.leaf.seq:
		v.problem(row.leaf.seq, row.ID, Reordered)
	case !bytes.Equal(hash, row.leaf.hash):
		v.odd = append(v.odd, row)
	}
	switch {
	case row.d.digest() == row.DetailsDigest:
	case row.d.digest() == "":
		v.report.Erased++
	default:
		v.problem(row.leaf.seq, row.ID, DetailsChanged)
	}
	return nil
}

// maxMoves bounds the search for where a moved entry came from.
const maxMoves = 200

// sortOut tells changed entries from those whose leaf was moved along with
// them: such a leaf is that of the same entry in another's place.
func (v *verifier) sortOut() {
	for i, row := range v.odd {
		kind := Changed
		for j, other := range v.odd[:min(len(v.odd), maxMoves)] {
			hash, err := leafHash(v.tx.Tenant, other.leaf.seq, row.Entry)
			if err == nil && i != j && bytes.Equal(hash, row.leaf.hash) {
				kind = Reordered
			}
		}
		v.problem(row.leaf.seq, row.ID, kind)
	}
}

// headsAt checks the heads, ours and those kept outside, of the tree's size.
func (v *verifier) headsAt(ctx context.Context, size int64) error {
	heads := v.exported[size]
	for {
		if len(v.heads) == 0 && v.headsEnd < v.furthest {
			var err error
			if v.heads, err = headsFrom(ctx, v.tx, v.headsEnd, pageOf); err != nil {
				return err
			}
			if len(v.heads) < pageOf {
				v.headsEnd = v.furthest
			} else {
				v.headsEnd = v.heads[len(v.heads)-1].Size
			}
		}
		if len(v.heads) == 0 || v.heads[0].Size > size {
			break
		}
		heads = append(heads, v.heads[0])
		v.heads = v.heads[1:]
	}
	for _, h := range heads {
		if err := v.head(h); err != nil {
			return err
		}
	}
	return nil
}

// head compares a head's root with the tree's. After the first that differs,
// all differ: one problem is enough.
func (v *verifier) head(h Head) error {
	v.report.Heads++
	if !h.SignedBy(v.keys...) {
		v.problem(h.Size, "", BadSignature)
		return nil
	}
	if v.broken {
		return nil
	}
	root, err := v.tree.root()
	if err != nil {
		return err
	}
	if !bytes.Equal(root, h.Root) || h.Size != v.tree.size() {
		v.problem(v.good, "", Changed)
		v.broken = true
		return nil
	}
	v.good = h.Size
	v.report.Sealed = h.Size
	return nil
}

func (v *verifier) added(ctx context.Context) error {
	list, err := withoutLeaf(ctx, v.tx, maxProblems)
	if err != nil {
		return err
	}
	for _, p := range list {
		reported := false
		for _, known := range v.report.Problems {
			reported = reported || (known.EntryID == p.id && known.Kind == Removed)
		}
		if !reported {
			v.problem(p.seq, p.id, Added)
		}
	}
	return nil
}

// nodes compares the kept roots of subtrees, on which receipts rest, with those
// of the tree grown anew.
func (v *verifier) nodes(ctx context.Context) error {
	right := map[[2]int64][]byte{}
	for _, n := range v.tree.nodes {
		right[[2]int64{int64(n.id.Level), int64(n.id.Index)}] = n.hash
	}
	level, pos := int64(0), int64(-1)
	for {
		kept, err := keptNodes(ctx, v.tx, level, pos, pageOf)
		if err != nil {
			return fmt.Errorf("audit: read nodes: %w", err)
		}
		for _, n := range kept {
			level, pos = n.level, n.pos
			place := [2]int64{level, pos}
			if !bytes.Equal(right[place], n.hash) {
				v.problem(pos<<level, "", Changed)
			}
			delete(right, place)
		}
		if len(kept) < pageOf {
			break
		}
	}
	for _, n := range v.tree.nodes {
		place := [2]int64{int64(n.id.Level), int64(n.id.Index)}
		if right[place] != nil {
			v.problem(place[1]<<place[0], "", Removed)
		}
	}
	return nil
}
