package keys_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/keys"
)

func TestCreateFile_isReadableByItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "torg.key")
	if err := keys.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode = %04o, want 0600", got)
	}
	if _, err := keys.OpenFile(path); err != nil {
		t.Errorf("open what was created: %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("folder holds %d files (%v), want the key alone", len(left), err)
	}
}

func TestCreateFile_replacesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "torg.key")
	if err := keys.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if err := keys.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error = %v, want fs.ErrExist", err)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("the key was replaced")
	}
}

func TestOpenFile_refuses(t *testing.T) {
	t.Parallel()
	good := filepath.Join(t.TempDir(), "good.key")
	if err := keys.CreateFile(good); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text []byte
		mode os.FileMode
		want string
	}{
		"readable by the group": {text, 0o640, "chmod 600"},
		"readable by everybody": {text, 0o604, "chmod 600"},
		"writable by the group": {text, 0o620, "chmod 600"},
		"empty":                 {nil, 0o600, "not written as one"},
		"half a key":            {text[:len(text)/2], 0o600, "not written as one"},
		"something else":        {[]byte("hunter2\n"), 0o600, "not written as one"},
		"too large":             {make([]byte, 1<<20), 0o600, "not a small file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "torg.key")
			if err := os.WriteFile(path, c.text, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := keys.OpenFile(path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error = %v, want one with %q", err, c.want)
			}
			if len(c.text) > 8 && len(c.text) < 1<<16 && strings.Contains(err.Error(), string(c.text[:8])) {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func TestOpenFile_saysWhenThereIsNone(t *testing.T) {
	t.Parallel()
	if _, err := keys.OpenFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v, want fs.ErrNotExist", err)
	}
	if _, err := keys.OpenFile(t.TempDir()); err == nil {
		t.Error("a folder was taken for a key")
	}
}
