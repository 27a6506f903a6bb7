package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Disk is a small file system that a test can fill.
type Disk struct {
	Path string
}

// SmallDisk mounts a file system of that many bytes for the test, in memory. It
// reports false where the machine does not let us: that takes root, and a
// container may forbid it even then.
func SmallDisk(tb testing.TB, bytes int) (Disk, bool) {
	tb.Helper()
	// Not below the test's own folder, which other users, as the one that
	// PostgreSQL runs as, may not enter.
	path, err := os.MkdirTemp("/tmp", "torg-disk-") //nolint:usetesting // see above
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.Remove(path); err != nil {
			tb.Errorf("remove the small disk's folder: %v", err)
		}
	})
	if err := syscall.Mount("tmpfs", path, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", bytes)); err != nil {
		tb.Logf("no small disk: %v", err)
		return Disk{}, false
	}
	tb.Cleanup(func() {
		if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
			tb.Errorf("unmount the small disk: %v", err)
		}
	})
	return Disk{Path: path}, true
}

func (d Disk) filler() string { return filepath.Join(d.Path, "filler") }

// Fill takes all the space that is left, to the last byte.
func (d Disk) Fill(tb testing.TB) {
	tb.Helper()
	file, err := os.OpenFile(d.filler(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	for size := 1 << 20; size > 0; {
		switch _, err := file.Write(make([]byte, size)); {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			tb.Fatal(err)
		}
	}
}

// Empty gives back what Fill took.
func (d Disk) Empty(tb testing.TB) {
	tb.Helper()
	if err := os.Remove(d.filler()); err != nil {
		tb.Fatal(err)
	}
}
