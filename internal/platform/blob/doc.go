// Package blob keeps documents: what people upload and what Torg writes to them.
//
// A document is a row in the database and a file whose name is a keyed hash of
// its content, encrypted with the tenant's key and bound to that name. Equal
// files of one tenant lie on the disk once; those of two tenants have nothing in
// common. Uploading is in two steps, since a transaction does no slow work: Put
// takes in the bytes, tells their true type from what they are (never from what
// they are called) and leaves a whole file or none; Keep makes the row in the
// caller's transaction. A file that no row came to name is removed after a day.
//
// Taken are PDF, JPEG, PNG and the office formats of ISO/IEC 29500 (docx, xlsx,
// pptx) and ISO/IEC 26300 (odt, ods, odp) without macros; all else is refused.
// What a person uploads is unscanned until a scanner has found it clean; with a
// scanner, nobody opens it before that, and while the scanner is down it waits.
// Archives are unpacked once to see that they are no bombs, files that are of two
// types at once are refused, and what does something by itself (a script in a
// PDF, a program's object in a letter) is told of and never shown in the browser.
// From pictures goes where they were taken, unless one asks to keep it.
//
// A large file may come in parts (Uploads): each part that has been answered is
// on the disk, so that the sender goes on where the line broke.
//
// Who may open a document is decided by the service that owns it.
package blob
