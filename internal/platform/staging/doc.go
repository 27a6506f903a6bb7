// Package staging keeps files that another system sends ahead of what they belong
// to (forhåndsinnsendte filer): an application or an answer then names them by id,
// in the request that makes it.
//
// A file can be used once, by the sender that it came from and by nobody else, and
// within a day. What nobody has used by then is removed: a municipality keeps no
// documents that belong to nothing (personvernforordningen art. 5 no. 1 letter e).
// What is taken in, how it is encrypted and who scans it is package blob's.
//
// The package asks nobody whether they may send: the service that offers the
// operation does.
package staging
