// Package store holds the one database: SQLite in a file of its own, or
// PostgreSQL 15 and later, with the same SQL text and the same promises.
//
// Work happens in transactions of one tenant (Write, Read) or, for the few
// things that concern the whole installation, of the platform (WritePlatform,
// ReadPlatform). A transaction carries the tenant and the instant it happens
// at; a statement in a tenant's transaction must name tenant_id, and on
// PostgreSQL row-level security holds the same line a second time.
//
// # What Write promises
//
//   - When Write returns nil, the change is on disk: SQLite runs with
//     synchronous=FULL, and one fsync serves all transactions that were waiting
//     (group commit).
//   - The function may run more than once: a broken batch is abandoned and its
//     members run one by one; PostgreSQL retries serialisation failures and
//     deadlocks, and what failed before anything of it was sent, as on a connection
//     that the server has closed. It therefore does nothing but use the transaction;
//     effects go in Tx.AfterCommit or, when they must happen, in a job. A function
//     that reads may run again too, before its first answer.
//   - The function never sees the cancellation of the request: a cancelled
//     statement makes SQLite roll back the transaction, and with it everybody
//     else's work in the same batch.
//   - A failed statement ends the transaction, also when its error is ignored.
//   - An error of kind errs.KindUnavailable says that the database is away, full
//     or busy. Nothing of the transaction stands, except when the connection was
//     lost during the commit itself: then nobody knows, and what must not happen
//     twice carries an idempotency key.
//   - SQLite's files are watched: once they have been moved or removed, nothing
//     is acknowledged that would be written where nobody finds it again.
//   - Write inside Write is an error, and a panic in the function is one too.
//
// # What saves time
//
// On PostgreSQL a round trip costs both sides more than most statements do. The
// beginning of a transaction and the tenant travel with its first statement; what
// nobody waits for (Queue, QueueChange) travels with the next one or the commit;
// what many parts of a transaction look at is read once (Recall). The failure of a
// queued statement is told by what comes after it, at the latest by Write.
package store
