package store

import (
	"errors"
	"fmt"
	"os"
)

// errFileGone says that what is written would be lost: SQLite goes on writing
// to a file that somebody has moved or removed.
var errFileGone = errors.New("store: the database file is not where it was")

// watched is a file as it was when it was first seen. Only the writer uses it.
type watched struct {
	path  string
	first os.FileInfo
}

func watch(path string) *watched { return &watched{path: path} }

// check fails when the path no longer leads to the file seen first.
func (w *watched) check() error {
	now, err := os.Stat(w.path)
	if err != nil {
		return fmt.Errorf("%w: %w", errFileGone, err)
	}
	if w.first == nil {
		w.first = now
	}
	if !os.SameFile(w.first, now) {
		return errFileGone
	}
	return nil
}
