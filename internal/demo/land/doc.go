// Package land draws the ground of the demonstration's municipalities: coast,
// roads, addresses, properties (matrikkelenheter), buildings, zoning plans
// (reguleringsplaner) with their provisions, pipes, bus lines, schools and
// hazards, so that every map of the product has something true to itself to
// show on a machine that has no outside data.
//
// The same town and the same seed give the same land, to the centimetre. All
// coordinates are metres east and north in EPSG:25832, rounded to centimetres,
// as a land register keeps them.
//
// # Where it lies
//
// Nothing real is claimed. Any place on dry land in Norway, and any fjord, is
// somebody's municipality, and the sea is so out to the territorial limit of 12
// nautical miles (territorialgrenseloven § 1). Both towns therefore lie in the
// open North Sea, south of Lista and outside that limit: Torgøy in a frame that
// begins at 340 000 east and 6 394 000 north, Fjordbygda, with the fjord it was
// named after, in one that begins at 326 000 east and 6 402 000 north, both 7
// kilometres wide and 6 high. Where they lie is nowhere, and
// what they look like is a coastal town of Agder and a fjord village of
// Rogaland.
//
// # How it is drawn
//
// A height over a flat sheet of paper gives the coast. A chequered net on the
// same sheet gives streets and plots; bending the sheet bends them all alike, so
// that streets follow the shore. Coast, plot lines and both sides of every road
// then go into one planar net in which every crossing is a corner of all who
// meet there. The faces of that net are the ground: properties, zones and plans
// are unions of faces, and so can neither overlap nor leave a gap, and
// neighbours share their boundary corner by corner.
//
// The package knows nobody: who owns a property is asked of the caller as it
// draws (Owners).
package land
