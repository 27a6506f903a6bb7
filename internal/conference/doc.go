// Package conference is the preliminary conference (forhåndskonferanse) of building
// cases: before somebody applies, she may ask the municipality to meet her, and it shall
// within two weeks, or five days when a building is to be raised again after a fire, a
// natural event or an accident (plan- og bygningsloven § 21-1, byggesaksforskriften
// §§ 6-1 and 7-1).
//
// Whoever has the case calls the parties to a meeting (Call), moves it when need be, says
// that it was held (Hold), which is when the clock stops, and writes the minutes
// (Conclude): who took part, what was gone through, and the premises for the work that
// follows. The minutes are no decision. They end the case, stand in its journal and are
// told to the parties. Each of these is a step of package cases; all that is kept here is
// when and where the meeting is.
package conference
