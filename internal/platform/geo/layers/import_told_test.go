package layers

import (
	"math/rand/v2"
	"testing"
)

func TestTold_remembersWhatAMapWould(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var table told
	known := map[uint64]int{}
	keys := []uint64{0, 1<<56 - 1, 1 << 63}
	for line := 1; line < 200_000; line++ {
		key := r.Uint64()
		switch r.IntN(4) {
		case 0:
			key = keys[r.IntN(len(keys))] // one that came before
		case 1:
			key &= 0xff00_0000_00ff_ffff // many that begin at the same place
		}
		keys = append(keys, key)
		if key == 0 {
			key = 1 // the two cannot be told apart
		}
		before, twice := table.put(key, line)
		if want, is := known[key]; is != twice || before != want {
			t.Fatalf("key %x on line %d: %d %v, want %d %v", key, line, before, twice, want, is)
		}
		if !twice {
			known[key] = line
		}
	}
	n := 0
	for i := range table.parts {
		n += table.parts[i].n
	}
	if n != len(known) {
		t.Errorf("%d keys, want %d", n, len(known))
	}
	if before, twice := table.put(0, 1); !twice || before != known[1] {
		t.Errorf("the key 0: %d %v", before, twice)
	}
}
