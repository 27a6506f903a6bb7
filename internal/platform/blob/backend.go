package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
)

// FileName names a file: whose it is and the keyed hash of its content in hex.
type FileName struct{ Tenant, Digest string }

// Backend is where files lie. The bytes it sees are encrypted.
type Backend interface {
	// Put makes a file of what write writes, whole and durable, or none. A file
	// of that name is replaced.
	Put(ctx context.Context, name FileName, at time.Time, write func(io.Writer) error) error
	// Touch marks a file as used at an instant and reports whether it exists.
	Touch(ctx context.Context, name FileName, at time.Time) (bool, error)
	// Open reads a file; fs.ErrNotExist when there is none.
	Open(ctx context.Context, name FileName) (io.ReadCloser, error)
	// Old calls visit for every file that was last used before an instant, and
	// clears away what broken-off Puts left before it.
	Old(ctx context.Context, before time.Time, visit func(FileName) error) error
	// Remove removes a file unless it has been used since an instant, and
	// reports whether it did. A Put or Touch at the same time wins.
	Remove(ctx context.Context, name FileName, before time.Time) (bool, error)
}

var (
	tenantName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	digestName = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// The names of files that are on their way in or out.
const (
	incoming = ".in-"
	outgoing = ".out"
)

// Directory is the backend of one machine: files in folders of two levels, the
// first by tenant, the next two by the beginning of the name.
type Directory struct{ root string }

// NewDirectory returns the backend in a folder, which is made if need be.
func NewDirectory(root string) (*Directory, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("blob: make folder: %w", err)
	}
	return &Directory{root: root}, nil
}

func (d *Directory) path(name FileName) (string, error) {
	if !tenantName.MatchString(name.Tenant) || !digestName.MatchString(name.Digest) {
		return "", errors.New("blob: not the name of a file")
	}
	return filepath.Join(d.root, name.Tenant, name.Digest[:2], name.Digest[2:4], name.Digest), nil
}

// Put implements Backend. The file gets its name only when its bytes are on
// the disk, and the name is on the disk when Put returns.
func (d *Directory) Put(_ context.Context, name FileName, at time.Time, write func(io.Writer) error) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := d.makeFolder(dir); err != nil {
		return fmt.Errorf("blob: make folder: %w", err)
	}
	temp, err := os.CreateTemp(dir, incoming+"*")
	if err != nil {
		return fmt.Errorf("blob: make file: %w", err)
	}
	err = write(temp)
	if err == nil {
		err = temp.Sync()
	}
	if closing := temp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chtimes(temp.Name(), at, at)
	}
	if err == nil {
		err = os.Rename(temp.Name(), path) //nolint:gosec // the name has been checked
	}
	if err != nil {
		_ = os.Remove(temp.Name()) //nolint:gosec // our own name; else Old clears it away
		return fmt.Errorf("blob: write file: %w", err)
	}
	return syncFolder(dir)
}

// makeFolder makes a folder and those above it, each durable in its parent.
func (d *Directory) makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil || dir == d.root { //nolint:gosec // below our own root
		return err
	}
	parent := filepath.Dir(dir)
	if err := d.makeFolder(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) { //nolint:gosec // below our own root
		return err
	}
	return syncFolder(parent)
}

func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // a folder below our own root
	if err != nil {
		return fmt.Errorf("blob: open folder: %w", err)
	}
	err = dir.Sync()
	if closing := dir.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("blob: sync folder: %w", err)
	}
	return nil
}

// Touch implements Backend. A file may be taken out of its place after its name
// was found and before its time is set, and its remover may have looked at the
// time just before: so the file counts as there only when it still is there
// once its time is fresh. Who comes to remove it after that sees the time.
func (d *Directory) Touch(_ context.Context, name FileName, at time.Time) (bool, error) {
	path, err := d.path(name)
	if err != nil {
		return false, err
	}
	if err := os.Chtimes(path, at, at); err != nil {
		return false, ignoreGone(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return false, ignoreGone(err)
	}
	// Disks keep times coarser than ours; an older file in its place is another.
	return !info.ModTime().Before(at.Truncate(time.Second)), nil
}

// Open implements Backend.
func (d *Directory) Open(_ context.Context, name FileName) (io.ReadCloser, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path) //nolint:gosec // the name has been checked
	if err != nil {
		return nil, fmt.Errorf("blob: open file: %w", err)
	}
	return file, nil
}

// Old implements Backend.
func (d *Directory) Old(ctx context.Context, before time.Time, visit func(FileName) error) error {
	err := filepath.WalkDir(d.root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while we walked
		}
		if err != nil || entry.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			return ignoreGone(err)
		}
		base := entry.Name()
		switch {
		case strings.HasPrefix(base, incoming):
			return ignoreGone(os.Remove(path)) //nolint:gosec // the folder is ours alone, mode 0700
		case strings.HasSuffix(base, outgoing):
			// A removal was broken off: put back, and decide anew another time.
			digest, _, _ := strings.Cut(base, ".")
			return restore(path, filepath.Join(filepath.Dir(path), digest))
		case digestName.MatchString(base):
			return visit(FileName{Tenant: d.tenantOf(path), Digest: base})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("blob: walk files: %w", err)
	}
	return nil
}

func (d *Directory) tenantOf(path string) string {
	return filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(path))))
}

// Remove implements Backend. The file is first taken out of its place and then
// looked at once more: whoever touched it before that is seen by its time, and
// whoever comes later finds none and puts it anew.
func (d *Directory) Remove(_ context.Context, name FileName, before time.Time) (bool, error) {
	path, err := d.path(name)
	if err != nil {
		return false, err
	}
	aside := path + "." + ids.New() + outgoing // else one remover's file could replace another's
	if err := os.Rename(path, aside); err != nil {
		return false, ignoreGone(err)
	}
	info, err := os.Stat(aside)
	if err != nil {
		return false, ignoreGone(err)
	}
	if !info.ModTime().Before(before) {
		return false, restore(aside, path)
	}
	if err := os.Remove(aside); err != nil {
		return false, ignoreGone(err)
	}
	return true, nil
}

// restore puts a file back into its place unless a new one has taken it.
func restore(aside, path string) error {
	if err := os.Link(aside, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return ignoreGone(err)
	}
	return ignoreGone(os.Remove(aside))
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
