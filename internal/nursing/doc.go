// Package nursing lets people apply for a stay in a nursing home (sykehjem), for
// themselves or for somebody they have a power of attorney for, and keeps the
// municipality's list of nursing homes and of those who wait for a place.
//
// Whom nothing but a nursing home can give safe and adequate help has a right to a
// place at once and may not be put on a list. Who is best served by a nursing home
// but is safe at home with help has a right to a decision and to stand on a
// waiting list, in the order of need (helse- og omsorgstjenesteloven § 3-2 a,
// pasient- og brukerrettighetsloven § 2-1 e). The municipality's own regulation
// holds the criteria.
//
// The form asks for a diagnosis only if the applicant wants to tell it: the need
// for help decides (personvernforordningen article 5 no. 1 c). A person who cannot
// consent is protected by pasient- og brukerrettighetsloven chapters 4 and 4 A;
// the advice says so and decides nothing.
//
// What it does not do: payment for stays, and the medical record.
package nursing
