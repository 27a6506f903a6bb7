// Package scantest starts a clamd for a test: with a signature of its own, a
// folder of its own, and without asking any update server. Debian's package
// clamav-daemon brings the program; a missing one fails the test.
package scantest
