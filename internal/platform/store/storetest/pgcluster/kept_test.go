package pgcluster

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestKept_isMadeOnceForAll(t *testing.T) {
	t.Parallel()
	c := &Cluster{folder: t.TempDir(), lasting: true}
	var made atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, err := c.Kept("a", func() ([]byte, error) {
				made.Add(1)
				return []byte("one"), nil
			})
			if err != nil || string(got) != "one" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
	if got, err := c.Kept("b", func() ([]byte, error) { return []byte("two"), nil }); err != nil || string(got) != "two" {
		t.Errorf("another name: %q, %v", got, err)
	}
}

func TestKept_keepsNoFailure(t *testing.T) {
	t.Parallel()
	c := &Cluster{folder: t.TempDir(), lasting: true}
	broken := errors.New("broken")
	if _, err := c.Kept("a", func() ([]byte, error) { return []byte("half"), broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	// What a killed binary had begun.
	if err := os.WriteFile(filepath.Join(c.folder, "kept-a.new"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Kept("a", func() ([]byte, error) { return []byte("whole"), nil }); err != nil || string(got) != "whole" {
		t.Errorf("after the failure: %q, %v", got, err)
	}
}

func TestKept_isNotForBinariesWhoseParentMayBuildThemAnew(t *testing.T) {
	t.Parallel()
	c := &Cluster{folder: t.TempDir()}
	for _, want := range []string{"old", "new"} {
		if got, err := c.Kept("a", func() ([]byte, error) { return []byte(want), nil }); err != nil || string(got) != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if goTest(os.Getpid()) {
		t.Error("this binary is not go test")
	}
}
