package ids_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/platform/ids"
)

func TestNew_sortsByTheTimeItWasMade(t *testing.T) {
	t.Parallel()
	made := make([]string, 5000)
	for i := range made {
		made[i] = ids.New()
	}
	if !slices.IsSorted(made) || len(slices.Compact(made)) != 5000 {
		t.Error("the identifiers are not ascending and different")
	}
	for _, id := range made {
		if !ids.Valid(id) || id[14] != '7' {
			t.Fatalf("%s is not a UUID version 7", id)
		}
	}
}

func TestNew_isUniqueAmongGoroutines(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				id := ids.New()
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 4000 {
		t.Errorf("%d different of 4000", len(seen))
	}
}

func TestValid_takesOneWayOfWriting(t *testing.T) {
	t.Parallel()
	const id = "01939f3a-7b5c-7d1e-8f20-123456789abc"
	for s, want := range map[string]bool{
		id:                              true,
		strings.ToUpper(id):             false,
		"":                              false,
		"x":                             false,
		strings.ReplaceAll(id, "-", ""): false,
		"{" + id + "}":                  false,
		"urn:uuid:" + id:                false,
		id + " ":                        false,
		id[:35]:                         false,
		id[:35] + "g":                   false,
		"01939f3a-7b5c-7d1e-8f20-12345678\x00abc": false,
		"01939f3a_7b5c_7d1e_8f20_123456789abc":    false,
		"' or 1=1 --                           '": false,
		"{1939f3a-7b5c-7d1e-8f20-123456789ab}":    false,
	} {
		if got := ids.Valid(s); got != want {
			t.Errorf("Valid(%q) = %v", s, got)
		}
	}
}

func FuzzValid(f *testing.F) {
	f.Add(ids.New())
	f.Add("urn:uuid:01939f3a-7b5c-7d1e-8f20-123456789abc")
	f.Fuzz(func(t *testing.T, s string) {
		if ids.Valid(s) && (len(s) != 36 || strings.Trim(s, "0123456789abcdef-") != "") {
			t.Errorf("%q passes as an identifier", s)
		}
	})
}

func TestSecret_cannotBeGuessed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	letters := map[rune]int{}
	for range 2000 {
		s := ids.Secret()
		// 26 letters of an alphabet of 32 hold 130 bits.
		if len(s) < 26 || seen[s] {
			t.Fatalf("%q is short or came twice", s)
		}
		seen[s] = true
		for _, r := range s {
			letters[r]++
		}
	}
	if len(letters) != 32 {
		t.Errorf("%d different letters, want 32", len(letters))
	}
	for r, n := range letters {
		if n < 1200 || n > 2100 { // 1625 expected, standard deviation 40
			t.Errorf("%q occurs %d times of %d", r, n, 2000*26)
		}
	}
}

func TestDigest_isSHA256(t *testing.T) {
	t.Parallel()
	// FIPS 180-4's example "abc".
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := ids.Digest("abc"); got != want {
		t.Errorf("got %s", got)
	}
}
