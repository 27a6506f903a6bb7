// Package deadline reckons statutory time limits (lovpålagte frister).
//
// A rule is data (rules/*.toml): how long, from what, what stops it, and what
// happens when it passes. A Timer is one rule that runs for one matter. Both are
// pure: the caller keeps the timer, tells it what happened and when, and does
// what it says is owed.
//
// # How time is counted
//
// The law counts days, not hours. The day on which a limit begins is not counted
// and the last day counts whole, until midnight in Norway, whatever summer time
// does to its hours. A limit of weeks or months ends on the day of the same name
// or number, and on the last day of a month that has no such day (domstolloven
// § 148, which forvaltningsloven is read with): one month from 31 January is
// 28 or 29 February.
//
// A limit of a party that ends on a Saturday, a Sunday or a holiday is moved to
// the next working day (domstolloven § 149). The municipality's own limits are
// not: nothing in plan- og bygningsloven or forvaltningsloven gives the authority
// more time because of a holiday. Which it is stands in each rule.
//
// Several things can stop a limit at once: what is asked for, a fee, a hearing. It goes
// on when each of them has had its answer.
//
// Rules have versions: a matter keeps the version that applied on the day it
// came in, also when the law changes afterwards.
package deadline
