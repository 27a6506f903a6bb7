// Package conference is the preliminary conference (forhåndskonferanse) of building
// cases: before somebody applies, she may ask the municipality to meet her, and it shall
// within two weeks, or five days when a building is to be raised again after a fire, a
// natural event or an accident (plan- og bygningsloven § 21-1, byggesaksforskriften
// §§ 6-1 and 7-1).
//
// Whoever has the case calls the parties to a meeting (Call), moves it when need be, asks
// other authorities and further people to come (Invite), says that it was held (Hold),
// which is when the clock stops, and writes the minutes (Conclude): who took part, what
// was gone through, and the premises for the work that follows. The minutes are no
// decision. They end the case, stand in its journal with a letter and what is enclosed,
// and are told to the parties. Each of these is a step of package cases; all that is kept
// here is when and where the meeting is, and who else is asked to it.
//
// Guests are reached by e-mail alone, which is no safe place (eForvaltningsforskriften
// § 4): they are told which property it is about, when and where, and never by whom it was
// asked for. Nobody is asked so where somebody's address is protected.
package conference
