// Package apptest starts the whole product in the process of a test: the real
// composition on a real database and a real listener, with a clock that stands
// still, the demonstration's two municipalities as its world, and e-mail that
// stays in the outbox. A test travels in time with Advance and lets the
// background work catch up with Settle.
package apptest
