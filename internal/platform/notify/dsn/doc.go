// Package dsn reads delivery status notifications: the mails by which mail
// servers tell that a message did not reach (RFC 3464 in the envelope of RFC
// 6522), with the addresses of RFC 6533.
//
// Whatever comes from outside is bounded: a megabyte of it is looked at, and of
// that the few fields that tell which message it was and what became of it.
// Texts of the other side are not kept; they repeat the address.
package dsn
