// Package around tells everybody what is going on around a place: which building
// cases (byggesaker) the municipality has had in, where, and what was decided; and it
// tells those who asked for it when something new comes up in an area of theirs
// (områdevarsel).
//
// # What is public of a building case
//
// Everybody may see the municipality's journal and ask for access to a case
// (offentleglova § 3). What a municipality puts on the internet by itself is narrower
// (forskrift til offentleglova §§ 6 and 7): no national numbers, nothing that is
// confidential, and nobody may be found by name in entries that are older than a
// year. A list with a map is searched by everybody at any time, and therefore this
// package keeps less than it may:
//
//   - the kind of measure, the property with its register address, the case number,
//     the status and the dates: what a passer-by learns from the building site;
//   - no name of a person at all, so that there is nothing to search by, in the first
//     year or later; whoever needs a name asks for access to the case;
//   - where on the property the works are to stand, when the applicant has put them on
//     the map: the building site shows it;
//   - the name of an applicant that is a company whose name cannot be a person's
//     business of her own: see [PublicName];
//   - nothing that anybody has typed: neither the description, the address in the
//     form nor a file name. The address is the property register's;
//   - no case in which somebody has a protected address (folkeregisterloven § 10-4),
//     not even without name or place: the row does not exist, and the figures do not
//     count it;
//   - no case that was withdrawn or anonymised;
//   - nothing that was decided more than three years ago, when a permit has lapsed
//     (plan- og bygningsloven § 21-9). The municipality may choose another time.
//
// Search engines are asked to keep out. A row is a projection: the case goes on
// standing in package cases, and a nightly round compares the two.
//
// # Area subscriptions
//
// Somebody who has logged in chooses a circle or a drawn area, what to hear of and
// how often; somebody who has not gives an e-mail address, which must be confirmed by
// a link before anything is sent (double opt-in), and every message carries a link
// that ends it (ekomloven and markedsføringsloven do not ask for it of a
// municipality; good manners do). The area tells where people live, and is kept
// encrypted like the address it goes to. Each event reaches a subscriber once, however
// many areas of hers it lies in.
//
// What happens enqueues a job in its own transaction. The job finds the areas in an
// index in memory, writes down a hit for each subscriber, and the messages are made
// from the hits, at once or gathered for a day or a week. A case that stops being
// public before the message is written is not told of.
package around
