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
// Which of the deadlines of § 21-7 an application has, three weeks or twelve, is
// told by [Simple].
//
// What it does not do: the map, permits in two steps, inspections and completion
// certificates.
package building
