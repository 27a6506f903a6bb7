// Package building lets people apply for a permit for simpler building works
// (byggetiltak) that are decided in one step, by plan- og bygningsloven: works that
// a developer may apply for alone (§ 20-4) and works with a responsible applicant
// (§ 20-3).
//
// The form asks for what the municipality must see: the property, the works, areas
// with the degree of utilisation worked out, heights and distances (§ 29-4: four
// metres to the boundary), how the neighbours were notified (§ 21-3), dispensations
// with reasons (§ 19-2) and drawings. The advice compares the answers with the law;
// a person decides. A permit lapses when the works have not begun within three
// years (§ 21-9).
//
// An application begins on the map (cases.Ahead): one chooses the property and puts
// the building in its place, by numbers, coordinates or corners, on a picture that the
// server draws of the ground that is asked for (sight); a script lets building and ground
// be dragged, and asks the server for the ground that comes into sight. The form then
// fills itself in, with a situation plan to scale (byggesaksforskriften § 5-4), and is
// checked against plan, law and map (package check) while it is written, once more as it
// is sent, and again when the case worker asks. What was found as it was sent is kept
// with the case, with the versions of the layers that it rests on. What the applicant
// corrects is hers to correct, and the case worker sees both.
//
// Which of the deadlines of § 21-7 an application has, three weeks or twelve, is
// told by [Simple], which looks at what the map found too.
//
// What stops the time is begun and ended by whoever has the case (TakeStep): a fee that
// is demanded in advance, an application that lacks what it must have, a hearing. The
// applicant is told what, and the clock goes on when all of them are over.
//
// The preliminary conference before somebody applies (§ 21-1) is package conference.
//
// What it does not do: permits in two steps, inspections and completion certificates.
package building
