// Package school lets families apply for a place at another school than the
// nearest, for a change of school and for school transport (skoleplass,
// skolebytte, skoleskyss), and keeps the municipality's list of schools.
//
// Children have a right to attend the nearest school (nærskolen; opplæringslova
// § 2-4) and may apply for another. A pupil whose way to school is longer than
// two kilometres in grade 1 or four in grades 2 to 10, dangerous or especially
// difficult, has a right to transport free of charge, and so has one who needs it
// for a disability, an injury or an illness, whatever the distance
// (opplæringslova chapter 4). The paragraphs are those of the Act of 2023; where
// the texts are not sure of one, they ask the case worker to look it up.
//
// Where two have parental responsibility, both sign (barnelova § 30): the forms
// say so with their property cosign.
//
// What it does not do: enrolment at the nearest school, which needs no
// application, bus routes, and places in the after-school programme.
package school
