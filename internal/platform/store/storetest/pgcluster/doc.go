// Package pgcluster starts a PostgreSQL server of the tests' own.
//
// A test must never speak with whatever answers on a port: that may be a
// developer's data. So the tests make a fresh cluster in a temporary folder,
// which listens on nothing but a Unix socket in that folder, and check that the
// server they reached works on exactly that folder.
//
// One cluster serves all test binaries of one `go test`: they find it by the
// process id of their common parent. Each binary holds a shared file lock for
// as long as it lives, and the kernel lets go of it even after kill -9. A
// supervisor, one small shell script outside the tests' process group, owns the
// server. When the parent is gone and nobody holds the lock it ends the server
// by its process id and removes the folder, so nothing stays behind.
//
// A missing PostgreSQL fails the test and says what to install; it never skips.
package pgcluster
