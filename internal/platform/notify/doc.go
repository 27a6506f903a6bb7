// Package notify tells people things: one message model, whatever the channel.
//
// A message is a row made in the transaction of what it tells about, exactly
// once (its dedupe key), together with the job that hands it to a carrier. The
// hand-over is at least once: a carrier that took the message but whose answer
// was lost gets it again, with the same Message-ID, by which mail programs know
// it (RFC 5322 section 3.6.4). Messages to one address go in the order they
// were made in, also when the carrier is down for a while.
//
// Every message to a person stands in the inbox on her own page, and it is
// recorded when she has looked at it. Besides it goes by e-mail (SMTP), SMS (an
// HTTP gateway) or letter, which the print room prints and posts. Without an
// SMTP carrier, as in a demo, e-mails end in the outbox, whose page shows what
// would have been sent.
//
// # Which way
//
// A message has a class: decision, reminder, notice or staff. For a person, and
// where there is a contact register (package contact), the register is asked
// after the transaction, and its rules come first: who has reserved herself gets
// decisions on paper, addresses older than 18 months carry no decisions, and who
// cannot be reached digitally gets a letter (eForvaltningsforskriften §§ 8, 15 a,
// 29 and 32). Then comes the person's own wish for the class, then our order:
// e-mail, SMS, letter. What comes back, is refused, or has taken two days goes
// the next way, until the person has read it on her page. Each way is a delivery
// with its own receipts, and ProofOf shows them all to both sides. No SMS makes a
// phone sound between nine in the evening and eight in the morning, save a
// warning.
//
// E-mail that comes back, in whatever words the mail server tells it, is known by
// its Message-ID or by the address it comes back to (package dsn); a letter that comes back is recorded in the print room,
// noted in the case and can be sent again.
//
// # When a neighbour is down
//
// Messages wait, in their order for each person, and what caused them goes on.
// One call every ten seconds looks whether a carrier is back; within a minute of
// its return everything has gone. While the contact register does not answer,
// what it said last carries notices and reminders; a decision waits three days
// for it and goes by letter then. Down tells which neighbours do not answer.
//
// # On paper
//
// E-mail and SMS tell that something has happened and where to read it. A letter
// tells it whole (Paper), with where the municipality is reached, since whoever
// gets letters may have no computer; or it is a document, which the message names.
// In the print room a letter is as closed as what it tells of: Config.About says
// how closed that is, and Follow is told when it changes.
//
// A refusal for good (5yz, RFC 5321 section 4.2.1) fails a message at once, a
// passing one is tried again for three days. What failed is visible to the
// operator and can be retried. Address and content are encrypted with the
// tenant's key; of the carrier's answers only the codes are kept, since their
// texts repeat the address.
//
// Who may see a message is decided by the caller, except for Inbox, which gives
// a person their own. What must not be told by e-mail (taushetsplikt,
// forvaltningsloven § 13) is not put in a message: the text says that there is
// something to read and links to the page behind the log-in.
package notify
