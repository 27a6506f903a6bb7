// Package clock tells the time, so that tests can set it.
//
// Nothing in Torg calls time.Now: an instant comes from the transaction
// (store.Tx.Now) or from a Clock handed in. Legal deadlines are days in
// Norwegian time, so the package also has a Date without a clock and the
// Europe/Oslo zone from embedded tzdata, which does not depend on the machine.
package clock
