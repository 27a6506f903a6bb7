// Package dsn reads what mail servers send back when a mail did not reach:
// delivery status notifications (RFC 3464 in the envelope of RFC 6522, with the
// addresses of RFC 6533), and the notices for people that came before them and
// still come: QSBMF of qmail and its kin, and the words of Exim, Postfix,
// Sendmail, Exchange and Microsoft 365.
//
// A notice for people is believed when a mail server wrote it, in a sentence that
// mail servers write, and it holds the message's Message-ID, in what comes back of
// the message or as what it answers, or came to an address with an id of its own.
// Whose message that is, the caller finds out. A notice that says that it goes on
// trying, or that tells of a passing refusal only, is no failure.
//
// An automatic answer (RFC 3834) is none of them. Exim and Postfix mark their
// notices as such answers too; they are told from one who is away by the server's
// own name as sender.
//
// Whatever comes from outside is bounded: a megabyte of it is looked at, and of
// that the few fields that tell which message it was and what became of it.
// Texts of the other side are not kept; they repeat the address.
package dsn
