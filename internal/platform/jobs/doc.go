// Package jobs runs the work that must happen because something was committed.
//
// A job is enqueued in the transaction that caused it, so that it exists if and
// only if the cause does. A Runner claims jobs in batches, runs the worker
// registered for their kind and writes the outcomes in batches. The table is
// ours, on both databases; the words are River's (docs/adr/0003).
//
// # States
//
//	scheduled   its time has not come (also between two attempts)
//	pending     ordered, and an earlier job with the same key is unfinished
//	available   may be claimed
//	running     claimed under a lease
//	completed   done; deleted at once unless Options.Keep says otherwise
//	cancelled   the worker said that it shall not be done (Cancel)
//	discarded   every attempt failed: the dead letters, which the operator may retry
//	            or put away, after which they are cancelled
//
// # Promises
//
//   - At least once: a worker may be run again after a crash, so it must bear
//     repetition, or finish its job in the transaction of its effects
//     (CompleteTx), which makes the effect in our database exactly once.
//   - A lease has a fencing number. Whoever lost the lease, because the process
//     stood still for too long, can no longer finish the job. The lease is
//     measured by the clock of the transactions, which follows the database's.
//   - Lanes: alarm before message before bulk, and some workers are kept free
//     of bulk. Within a lane tenants take turns, so that one municipality's
//     hundred thousand messages do not hold up its neighbour's one.
//   - Jobs with the same Ordered key run one after the other in the order in
//     which they were enqueued, also when the first must wait and try again.
//     Only one that is finished for good, dead letters too, lets the next pass.
//     Order means order of identifiers, which machines make by their clocks:
//     transactions of two machines within the same moment may come either way.
//   - Unique means unique among the unfinished jobs of a kind in a tenant; an
//     enqueue that meets one is nothing.
//
// Arguments are ids, never personal data: they lie in the clear, are shown to
// the operator and outlive what they point at. The text of an error is kept
// without long numbers and addresses, and shortened.
//
// Jobs of the platform have no tenant and are enqueued in a platform
// transaction. Row-level security hides them from tenants' transactions.
package jobs
