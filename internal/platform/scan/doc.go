// Package scan speaks with clamd, ClamAV's daemon, which looks for malicious
// software in documents.
//
// Documents are sent as a stream (INSTREAM, clamd(8)) over TCP or a local socket,
// so that clamd needs no access to our files, which are encrypted. It may be
// down: then documents wait, and everything else goes on.
package scan
