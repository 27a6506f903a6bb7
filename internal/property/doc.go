// Package property tells everybody what is known of a piece of ground: the property
// (matrikkelenhet), its buildings and addresses, the plan that goes there
// (arealplan) with its provisions (bestemmelser) in plain words, the consideration
// zones (hensynssoner) and dangers, who the neighbours are, and what a plan was
// before. It finds addresses, properties, plans and places by what people type.
//
// It keeps no table of its own. All of it is read from the municipality's map
// layers (package layers), and every answer says which: the plan by number, name
// and date, the layer, the paragraph of the law. A layer that the municipality does
// not have, and a number that a plan does not regulate, are told as such: "we cannot
// tell" is an answer.
//
// # Which plan goes
//
// A zoning plan (reguleringsplan) goes before the municipality's master plan
// (kommuneplanens arealdel), which goes where there is none (plan- og
// bygningsloven §§ 11-6 and 12-4). Where a master plan is the newer of the two and
// they conflict, the newer goes unless it says otherwise (§ 1-5 second paragraph):
// that is for a person to judge, and is told as a reservation.
//
// # Owners
//
// Owners are no part of the map. They come from the property register (matrikkelen
// and grunnboken) through the port [Register], only for those who may ask, and each
// look is recorded with the owner it concerns. An address that is protected
// (folkeregisterloven § 10-4) never comes out of here.
package property
