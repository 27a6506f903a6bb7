package pgcluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Kept returns what a name stands for, such as the description of a mould: made by
// the first that asks, of all test binaries of one `go test`, and kept as long as
// the cluster. What is kept must be the same whoever makes it, and not change.
//
// Binaries that were not started by `go test` make their own: their parent may
// outlive the code that they were built from.
func (c *Cluster) Kept(name string, produce func() ([]byte, error)) (_ []byte, err error) {
	if !c.lasting {
		return produce()
	}
	path := filepath.Join(c.folder, "kept-"+name)
	gate, err := lock(path+".gate", syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, gate.Close()) }()
	switch content, err := os.ReadFile(path); {
	case err == nil:
		return content, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read what is kept: %w", err)
	}
	content, err := produce()
	if err != nil {
		return nil, err
	}
	// It gets its name when it is whole: a binary may be killed at any moment.
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	return content, os.Rename(path+".new", path)
}

// goTest reports whether a process is `go test`, all of whose binaries are built
// from the same code.
func goTest(process int) bool {
	program, err := os.Readlink("/proc/" + strconv.Itoa(process) + "/exe")
	return err == nil && filepath.Base(program) == "go"
}
