package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
)

func exampleLeaf(i int) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d", i))
	return sum[:]
}

func TestTree_hasTheRootOfTheStandardAtEverySize(t *testing.T) {
	t.Parallel()
	grown, err := newTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if root, err := grown.root(); root != nil || err != nil {
		t.Errorf("the empty tree: %x, %v", root, err)
	}
	var leaves [][]byte
	for i := range 300 {
		leaves = append(leaves, exampleLeaf(i))
		if err := grown.add(leaves[i]); err != nil {
			t.Fatal(err)
		}
		// As the next batch finds it, in the database.
		kept := grown.nodes
		if grown, err = newTree(grown.size(), grown.hashes()); err != nil {
			t.Fatal(err)
		}
		root, err := grown.root()
		if err != nil || !bytes.Equal(root, standardRoot(leaves)) || grown.size() != int64(i+1) {
			t.Fatalf("size %d: %x, %v", i+1, root, err)
		}
		if (len(kept) == 1) != (i == 255) {
			t.Errorf("size %d: %d nodes to keep", i+1, len(kept))
		}
		if i == 255 && (kept[0].id.Level != nodeLevel || !bytes.Equal(kept[0].hash, root)) {
			t.Errorf("the first kept node is %+v", kept[0])
		}
	}
}

func TestTree_refusesADamagedState(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]struct {
		size   int64
		hashes []byte
	}{
		"half a hash":     {1, make([]byte, 31)},
		"too few hashes":  {3, make([]byte, 32)},
		"too many hashes": {1, make([]byte, 64)},
		"negative":        {-1, nil},
	} {
		if _, err := newTree(state.size, state.hashes); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func exampleHead() Head {
	return Head{
		Tenant: "t-a", Size: 3, Root: exampleLeaf(1), At: store.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)),
	}
}

// What is signed is forever, as the canonical entry is.
func TestHead_signsThisText(t *testing.T) {
	t.Parallel()
	want := "torg audit t-a\n3\na4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=\n2026-11-23T09:00:00.000000Z\n"
	if diff := cmp.Diff(want, string(exampleHead().text())); diff != "" {
		t.Error(diff)
	}
}

func TestHead_isSignedByItsKeyOnly(t *testing.T) {
	t.Parallel()
	public := func(seed byte) ed25519.PublicKey {
		key, _ := testKey(seed).Public().(ed25519.PublicKey)
		return key
	}
	h := exampleHead().sign(testKey(1))
	if !h.SignedBy(public(2), public(1)) {
		t.Error("its key is not recognised")
	}
	if h.SignedBy() || h.SignedBy(public(2)) || h.SignedBy(ed25519.PublicKey("short")) {
		t.Error("somebody else's key is believed")
	}
	if len(h.KeyID) != 16 || h.KeyID != KeyID(public(1)) {
		t.Errorf("the key is called %q", h.KeyID)
	}
	for name, change := range map[string]func(*Head){
		"tenant": func(h *Head) { h.Tenant = "t-b" },
		"size":   func(h *Head) { h.Size++ },
		"root":   func(h *Head) { h.Root = exampleLeaf(2) },
		"time":   func(h *Head) { h.At.Time = h.At.Add(time.Microsecond) },
		"key":    func(h *Head) { h.KeyID = KeyID(public(2)) },
	} {
		changed := h
		change(&changed)
		if changed.SignedBy(public(1), public(2)) {
			t.Errorf("a changed %s is believed", name)
		}
	}
}

func TestReadHeads_tellsWhichLineIsWrong(t *testing.T) {
	t.Parallel()
	var good bytes.Buffer
	if err := writeHead(&good, exampleHead().sign(testKey(1))); err != nil {
		t.Fatal(err)
	}
	heads, err := ReadHeads(strings.NewReader("\n" + good.String() + "\n" + good.String()))
	if err != nil || len(heads) != 2 {
		t.Errorf("%v, %v", heads, err)
	}
	for name, text := range map[string]string{
		"no JSON":       good.String() + "hello\n",
		"another shape": good.String() + `{"size":1}` + "\n",
		"size nothing":  good.String() + strings.Replace(good.String(), `"size":3`, `"size":0`, 1),
	} {
		if _, err := ReadHeads(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadHeads(strings.NewReader(strings.Repeat("x", longestHead+1))); err == nil {
		t.Error("an endless line is read")
	}
}
