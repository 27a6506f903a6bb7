// Package check holds a drawn building against the map and the law: what stands on
// the property and beside it, what the plan says of its ground, what is dangerous,
// what lies in the ground. It is pure: shapes and numbers in, answers out.
//
// Every answer names what it rests on, a paragraph of the law, a plan or a layer of
// the map, and says so when it cannot tell: a layer that the municipality does not
// have, or a number that the plan does not regulate, is never an "all right".
//
// From the answers follow what needs a dispensation (plan- og bygningsloven § 19-1),
// whether the works need no application at all (§ 20-5, byggesaksforskriften § 4-1),
// who may apply (§ 20-3 or § 20-4) and which of the limits of § 21-7 the municipality
// has. A person decides; this only measures.
//
// The numbers of the law stand in law.toml, where a lawyer can read and correct
// them.
//
// # What is simplified
//
// The built-up area (BYA) is that of the footprints as the map has them, without
// taking away or adding what NS 3940 says of eaves, open parts and ground below
// buildings. Heights are taken as given by whoever draws. Distances are horizontal,
// from the footprint (byggteknisk forskrift § 6-3). Boundaries are as the map has
// them, which for old boundaries can be metres from where they are.
package check
