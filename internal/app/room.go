package app

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/torg-no/torg/internal/platform/store"
)

// leastRoom is what must be free for the next thing to be kept: about what SQLite
// writes to its log before it takes it in. A disk can be full while the database
// still takes small writes, in space that it has had before.
const leastRoom = 4 << 20

// room returns an error when a disk that we write to ourselves is full. That of a
// PostgreSQL server is not ours to see; there the heartbeat tells.
func (a *App) room() error {
	folders := []string{a.Config.Get("TORG_BLOB_DIR")}
	if a.DB.Dialect() == store.SQLite {
		folders = append(folders, a.Config.DataDir())
	}
	for _, folder := range folders {
		var disk unix.Statfs_t
		if err := unix.Statfs(folder, &disk); err != nil {
			return fmt.Errorf("app: room in %s: %w", folder, err)
		}
		if free := disk.Bavail * uint64(disk.Bsize); free < leastRoom {
			return fmt.Errorf("app: %s has room for %d bytes only", folder, free)
		}
	}
	return nil
}
