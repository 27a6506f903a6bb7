// Package audit is the log of who did what, and who looked at whom.
//
// An entry (loggpost) is a row written in the transaction of the act itself, so
// that nothing is done without being logged and nothing logged without being
// done. Entries stand for themselves at first. A sealer (forsegler) takes the
// committed ones, at the latest a second later, appends them to the
// municipality's Merkle tree (RFC 6962 section 2.1) and signs the tree's root.
// The signed head also leaves the database, to the log and the backup. After
// that nobody can change, remove or reorder a sealed entry, not even the
// database's owner, without Verify finding it. What is deleted in the second
// before it is sealed is not found.
//
// Entries hold ids and digests. Names and other personal data stand beside them
// as details, with a salt; when they are erased (GDPR article 17) the digest
// remains and the log still verifies.
//
// A look at personal data (innsynslogg) leaves an entry per page view, which
// the person concerned can read: who, in which role, why and when
// (pasientjournalforskriften § 14 is the model for what is told).
//
// For one entry anybody can have a receipt: the entry, its place in the tree,
// the path to the root and the root's signature. It can be checked without us.
package audit
