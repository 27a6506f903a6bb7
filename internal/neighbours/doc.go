// Package neighbours is the neighbour notice (nabovarsel, plan- og bygningsloven
// § 21-3, byggesaksforskriften §§ 5-2, 5-4 and 6-2): before somebody applies for a
// building permit, those who own the adjoining ground and the ground opposite are
// told, and have two weeks to say something.
//
// The developer (tiltakshaver) begins from the application she fills in, or from a
// property. The list of those to notify is worked out from the map and the register
// of properties: each owner once, however many properties; co-owners each; where
// the flats of a building are sections, the owners of the sections. Her own
// ownership is left out. She reads it through, describes the works, names the
// dispensations she applies for (§ 19-1) and attaches drawings. Before it is sent she is shown
// what goes out, to how many, by which ways and until when. Sending is one transaction.
//
// Beginning takes more than being logged in, since the municipality looks up owners and
// writes in its own name: the developer owns the property, acts for an owner, or is
// applying, or has applied, to build on it. Where she does not own it, whoever does
// gets a copy. Each owner who is looked up sees on whose behalf.
//
// She is shown properties, and never a name or an address of those whom the
// municipality notifies: a name beside the number of a property is an address, and
// some addresses are secret (folkeregisterloven § 10-4). The municipality sends, by the
// route that each person has with it (package notify), and nothing on her pages, in the
// application or on paper differs for a neighbour who is protected or has reserved
// herself: one day and one deadline stand for all, the latest. Only whom the
// municipality cannot reach – the estate of somebody who is dead, an owner without a
// number – she notifies herself, and is told of then. The staff read names, save those
// of the protected.
//
// A neighbour answers on her own page, or with the code of the letter without
// logging in: no remarks, consent to building nearer than four metres (§ 29-4
// third paragraph a), or remarks. She may change the answer until the deadline.
// The answers stand in the application while it is filled in, and follow it to
// the case, where late ones are shown as late. Neighbours with remarks are told of
// the decision (forvaltningsloven §§ 27 and 28: they have a legal interest in it).
//
// Which days count: two weeks from when the notice is sent, so the last day is the
// fourteenth after it, the whole of it, in Norwegian time. A letter is sent when it is
// posted. Each neighbour has her own two weeks and reads them on her page, as the staff do.
// Of those whom the municipality notifies nobody is late before all are: an answer is in time
// until the last of their deadlines, and as long as somebody has not been sent the notice that
// day is not known, which the pages say, with how many are missing and never who ([Reach]).
// Whom the developer notifies has the two weeks from the day on which it was brought.
//
// How each message stands is heard of package notify as it moves, and the deadlines are
// written down as they then are: a letter that comes back is the developer's to bring, one
// that is printed and posted anew is not. Without a trace of a message, what was written down
// stands; nothing is taken as sent that is not known to be.
//
// An owner of whom the register of properties tells nothing, and the one of a property or a
// section of which it has no owner, is notified as somebody nameless, whom the developer must
// find: without her the consent of § 29-4 is not whole. The staff are told, too, and of an
// owner of whom it tells no more than that her address is secret, that they must help.
// An owner is known again by person, whichever national number the ground stands under.
//
// The letter that the developer brings says where and by when to answer on paper, and has a
// code. The developer can have read that code: it gives no consent, changes nothing that was
// said otherwise, and is shown with the answer. Whoever is notified sees who else has opened
// her page, by the code or on her behalf.
//
// When an owner's address becomes secret, her name is hidden and the letters to her and to her
// guardians are closed in the transaction in which that is heard, also those that lie in the
// print room.
//
// How often somebody has the register asked, and how many she has notified, is bounded for
// each day, counted before it is done.
//
// What it does not do: find out who rents, fetch who sits on the board of an
// organisation, send reminders, or take an appeal from a neighbour by itself.
package neighbours
