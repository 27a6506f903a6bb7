// Package pdf writes letters as tagged PDF: PDF/A-2a (ISO 19005-2, level A)
// and PDF/UA-1 (ISO 14289-1), so that a decision can be archived for good
// (arkivforskriften asks for archive formats) and be read by a screen reader
// (universell utforming, likestillings- og diskrimineringsloven § 18).
//
// A letter is a [Document]: letterhead, address, references and a body of
// [Block] values in reading order. [Write] lays it out on A4 with the address
// where a window envelope shows it (DIN 5008 form B, which C5 and C65 window
// envelopes follow), breaks lines and pages, and writes one file. The same
// Document gives the same bytes.
//
// A map or a plan is a [Drawing]: [WriteDrawing] hands its caller a [Canvas] whose
// pages may have any size, with lines and areas in millimetres inside figures
// that have an alternative text, and with real text around them, tagged as
// letters are.
//
// The look is the municipality's colour and emblem; the letters are the Go
// fonts, embedded as subsets. They cover Norwegian and the Northern, Lule and
// Southern Sámi alphabets. A character without a glyph is shown as U+FFFD,
// never dropped silently.
//
// No word in a letter comes from this package: callers give every text, also
// the page label and the alternative texts.
//
// The package does not hyphenate, does not kern, does not write right to left,
// and does not sign files.
package pdf
