package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/torg-no/torg/internal/platform/store"
)

// nodeLevel is the lowest level whose nodes are kept: one for 256 leaves. Lower
// nodes are reckoned from the leaves when a receipt needs them.
const nodeLevel = 8

// node is a kept root of a whole subtree.
type node struct {
	id   compact.NodeID
	hash []byte
}

func ranges() *compact.RangeFactory {
	return &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
}

// tree is a municipality's tree as far as it has grown, in compact form: the
// roots of the whole subtrees that make it up.
type tree struct {
	growth *compact.Range
	nodes  []node // new ones, to be kept
}

func newTree(size int64, hashes []byte) (*tree, error) {
	if size < 0 || len(hashes)%sha256.Size != 0 {
		return nil, errors.New("audit: the tree's state is damaged")
	}
	var list [][]byte
	for len(hashes) > 0 {
		list = append(list, bytes.Clone(hashes[:sha256.Size]))
		hashes = hashes[sha256.Size:]
	}
	growth, err := ranges().NewRange(0, uint64(size), list)
	if err != nil {
		return nil, fmt.Errorf("audit: the tree's state is damaged: %w", err)
	}
	return &tree{growth: growth}, nil
}

func (t *tree) size() int64 { return int64(t.growth.End()) }

func (t *tree) hashes() []byte { return bytes.Join(t.growth.Hashes(), nil) }

// root is nil for the empty tree.
func (t *tree) root() ([]byte, error) {
	root, err := t.growth.GetRootHash(nil)
	if err != nil {
		return nil, fmt.Errorf("audit: root: %w", err)
	}
	return root, nil
}

func (t *tree) add(hash []byte) error {
	err := t.growth.Append(hash, func(id compact.NodeID, hash []byte) {
		if id.Level >= nodeLevel {
			t.nodes = append(t.nodes, node{id: id, hash: bytes.Clone(hash)})
		}
	})
	if err != nil {
		return fmt.Errorf("audit: grow the tree: %w", err)
	}
	return nil
}

// inclusion returns the path from a leaf to the root of the tree of a size
// (RFC 6962 section 2.1.1).
func inclusion(ctx context.Context, tx *store.Tx, seq, size int64) ([][]byte, error) {
	wanted, err := proof.Inclusion(uint64(seq), uint64(size))
	if err != nil {
		return nil, fmt.Errorf("audit: path of a receipt: %w", err)
	}
	hashes := make([][]byte, 0, len(wanted.IDs))
	for _, id := range wanted.IDs {
		hash, err := nodeHash(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	path, err := wanted.Rehash(hashes, rfc6962.DefaultHasher.HashChildren)
	if err != nil {
		return nil, fmt.Errorf("audit: path of a receipt: %w", err)
	}
	return path, nil
}

func nodeHash(ctx context.Context, tx *store.Tx, id compact.NodeID) ([]byte, error) {
	if id.Level >= nodeLevel {
		return keptNode(ctx, tx, id)
	}
	begin, end := id.Coverage()
	leaves, err := leafHashes(ctx, tx, int64(begin), int64(end))
	if err != nil {
		return nil, err
	}
	if uint64(len(leaves)) != end-begin {
		return nil, errors.New("audit: leaves are missing; verify the log")
	}
	subtree := ranges().NewEmptyRange(0)
	for _, hash := range leaves {
		if err := subtree.Append(hash, nil); err != nil {
			return nil, fmt.Errorf("audit: reckon a node: %w", err)
		}
	}
	root, err := subtree.GetRootHash(nil)
	if err != nil {
		return nil, fmt.Errorf("audit: reckon a node: %w", err)
	}
	return root, nil
}
